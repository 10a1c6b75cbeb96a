// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The end of a shift on record: who gives, who takes, what was standing, and what the next must know.
package struct HandOver: Sendable, Hashable {
    package var id: UInt64
    package var at: Instant
    package var from: String
    package var to: String
    package var note: String
    /// The lines that changed hands.
    package var targets: [AlarmTarget]
    /// What stood in the list at that moment.
    package var standing: Int
    package var unacknowledged: Int
}

/// Who holds what: lines by the person to whom they are assigned; '' holds what nobody took.
package struct Holding: Sendable, Hashable {
    package var person: String
    package var lines: Int
    package var unacknowledged: Int
    package var worst: Priority?
}
