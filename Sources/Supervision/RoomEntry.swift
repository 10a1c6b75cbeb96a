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
    /// Logins that `text` names.
    package var people: [String]
    package init(at: Instant, author: String, trade: String, subject: String = "", text: Words, people: [String] = []) {
        (self.at, self.author, self.trade, self.subject, self.text, self.people) = (at, author, trade, subject, text, people)
    }
}
