// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The floor's own health, counted since the process began: for /metrics and the health page.
package struct Vitals: Sendable {
    package var startedAt = Instant.distantPast
    package var now = Instant.distantPast
    package var assets = 0
    package var turns: UInt64 = 0
    package var readings: UInt64 = 0
    package var judged: UInt64 = 0
    package var links: UInt64 = 0
    package var receipts: UInt64 = 0
    package var refusals = RefusalCounts()
    /// Readings that waited when the last turn began, and how often the field was held back.
    package var waiting = 0
    package var heldBack = 0
    /// Milliseconds of the last turn by part, and the longest turn of the last minute.
    package var lastSync = 0.0
    package var lastJudge = 0.0
    package var lastKeep = 0.0
    package var longestTurn = 0.0
    package var intakePosition: UInt64 = 0
    package var keptPosition: UInt64 = 0
    package var intakeBytes = 0
    /// Why the intake or the journal cannot be written, while that lasts; nil in health.
    package var intakeTrouble: String?
    package var journalTrouble: String?
    /// Seconds that the wall clock last jumped against the steady one, and when; 0 in health.
    package var clockJump = 0.0
    package var clockJumpAt: Instant?
    /// Seconds that the room last stood still (suspended, or held by a disk), and when; 0 in health.
    package var standstill = 0.0
    package var standstillAt: Instant?
    package var standingAlarms = 0
    package var openOrders = 0
    package var lastSnapshot: Instant?
    package var replayed: UInt64 = 0
    package var startSeconds = 0.0
    /// Readings judged a second, over the last minute.
    package var rate = 0.0
    private var marks: [(at: Instant, judged: UInt64)] = []

    package init() {}

    /// Once a second: moves the rate on. A clock that jumped begins it anew.
    mutating func mark(at now: Instant) {
        if let last = marks.last, now <= last.at || now - last.at > .minutes(1) { marks.removeAll() }
        marks.append((now, judged))
        marks.removeFirst(marks.firstIndex { now - $0.at <= .minutes(1) } ?? 0)
        guard let first = marks.first, now > first.at else { return rate = 0 }
        rate = Double(judged &- first.judged) * 1000 / Double((now - first.at).milliseconds)
    }
}
