// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What this desk writes into the log of the room: an act of a person outside the books of alarms and orders.
package struct RoomEntry: Sendable, Hashable {
    package var at: Instant
    /// A login, or 'vigie'.
    package var author: String
    package var trade: String
    /// The asset, order or act that it is about; '' for none.
    package var subject: String
    package var text: Words
    package init(at: Instant, author: String, trade: String, subject: String = "", text: Words) {
        (self.at, self.author, self.trade, self.subject, self.text) = (at, author, trade, subject, text)
    }
}
