// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// One condition of one asset, as long as there is something to know about it: the condition holds, a delay runs, or an alarm
/// stands. An asset without any of these has no entry and costs nothing.
struct AlarmEntry {
    var asset: UInt32
    var kind: UInt8
    var bit: UInt8
    var state = AlarmState.normal
    var priority: Priority
    /// As the rule says it.
    var isRaw = false
    /// After delays and flapping: this is what counts.
    var isActive = false
    var isFlapping = false
    /// In `AlarmBook.touched`.
    var isTouched = false
    /// The operator was told of a line of its own.
    var isAnnounced = false
    var escalation: UInt8 = 0
    /// Index into `AlarmBook.people`; 0 is nobody.
    var acknowledgedBy: UInt16 = 0
    var occurrences: UInt32 = 0
    var generation: UInt32 = 0
    /// 0: no alarm stands.
    var id: UInt64 = 0
    var raisedAt = Instant.distantPast
    var lastRaisedAt = Instant.distantPast
    /// `distantPast` where not.
    var returnedAt = Instant.distantPast
    var acknowledgedAt = Instant.distantPast
    var escalateAt = Instant.distantPast
    /// When the load meter counted its line; `distantPast` where it did not.
    var presentedAt = Instant.distantPast
    /// The last change after delays.
    var lastChange = Instant.distantPast
    /// Index into `AlarmBook.incidents`, and the neighbours in its list of members; -1 is none.
    var incident: Int32 = -1
    var previous: Int32 = -1
    var next: Int32 = -1
    /// The number of the incident of which the journal was told.
    var keptIncident: UInt64 = 0

    init(asset: UInt32, kind: UInt8, bit: UInt8, priority: Priority) {
        (self.asset, self.kind, self.bit, self.priority) = (asset, kind, bit, priority)
    }

    var key: UInt64 { AlarmEntry.key(asset, bit) }
    static func key(_ asset: UInt32, _ bit: UInt8) -> UInt64 { UInt64(asset) << 5 | UInt64(bit) }
    /// All alarms of one type.
    var type: UInt16 { UInt16(kind) << 5 | UInt16(bit) }
}

/// What few alarms have: kept aside, by alarm number.
struct AlarmExtra: Equatable {
    var assignedTo = ""
    var comments: UInt32 = 0
    var heldUntil: Instant?
    var heldBy = ""
    var heldWhy = ""
}

/// What the book needs of a kind, flat.
struct AlarmKind {
    var conditions: [Condition]
    var priorities: [Priority]
    /// By way (`Topology.Way.rawValue`): conditions that count, and those that are a node's own word.
    var counts: [UInt32]
    var ownWord: [UInt32]

    init(_ kind: Kind) {
        conditions = kind.conditions
        priorities = kind.conditions.map { Priority($0.severity, $0.urgency) }
        counts = Topology.Way.allCases.map(kind.conditionMask)
        ownWord = Topology.Way.allCases.map(kind.ownWordMask)
    }
}
