// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What became of one reading of a document or of one line of NDJSON: the answer of `POST /api/readings` by line.
package struct LineAnswer: Sendable, Hashable {
    /// The line (NDJSON) or the place in the array (document), from 1.
    package var number: Int
    /// Taken, perhaps without some of its values; then `why` says which.
    package var isTaken: Bool
    /// The first thing that was wrong, or nil.
    package var refusal: Refusal?
    /// What, where, and what would be right; empty where all is well.
    package var why: String

    package init(number: Int, isTaken: Bool, refusal: Refusal? = nil, why: String = "") {
        (self.number, self.isTaken, self.refusal, self.why) = (number, isTaken, refusal, why)
    }
}
