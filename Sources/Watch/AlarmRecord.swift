// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One thing that happened to an alarm or an incident: appended, never edited. `number` is dense and ordered over the whole book,
/// and the same when the same inputs are played again.
package struct AlarmRecord: Sendable, Hashable {
    package var number: UInt64
    package var at: Instant
    package var event: AlarmEvent
    package var alarm: AlarmID?
    package var incident: IncidentID?
    package var asset: Asset.Number
    /// Kind index and condition bit of the alarm; 255 of an incident.
    package var kind: UInt8
    package var bit: UInt8
    /// The state after it.
    package var state: AlarmState
    /// The sign-in name, or '' for the book itself.
    package var by: String
    package var note: String
    package var until: Instant?
    /// True of what a person asked for; false of what follows from it or from the field. What a person asked for is not in the
    /// intake, so a replay takes it from here (`AlarmBook.expect`).
    package var isAct: Bool
}

/// The row of an alarm as the journal holds it: upserted by id, kept for ever after it is closed.
package struct AlarmRow: Sendable, Hashable {
    package var id: AlarmID
    package var asset: Asset.Number
    package var kind: UInt8
    package var bit: UInt8
    package var priority: Priority
    package var state: AlarmState
    package var isActive: Bool
    package var raisedAt: Instant
    /// The last time the condition came.
    package var lastRaisedAt: Instant
    package var returnedAt: Instant?
    package var closedAt: Instant?
    package var occurrences: UInt32
    package var incident: IncidentID?
    package var acknowledgedBy: String
    package var acknowledgedAt: Instant?
    package var assignedTo: String
    package var heldUntil: Instant?
    package var heldBy: String
    package var heldWhy: String
    package var escalation: UInt8
    package var comments: UInt32
    package var isFlapping: Bool
}

/// The row of an incident: upserted by id, kept for ever after it is closed.
package struct IncidentRow: Sendable, Hashable {
    package var id: IncidentID
    package var gathering: AlarmLine.Gathering
    /// The node that explains it; nil for the whole city and for scattered ones.
    package var root: Asset.Number?
    package var openedAt: Instant
    package var closedAt: Instant?
    /// The first cause.
    package var causeAsset: Asset.Number
    package var causeKind: UInt8
    package var causeBit: UInt8
    package var causeAt: Instant
    package var priority: Priority
    package var count: UInt32
    package var activeCount: UInt32
    package var peak: UInt32
    package var acknowledgedBy: String
    package var acknowledgedAt: Instant?
    package var acknowledgedCount: UInt32
    package var assignedTo: String
    /// `.normal` where it is not held.
    package var held: AlarmState
    package var heldUntil: Instant?
    package var heldBy: String
    package var heldWhy: String
    package var escalation: UInt8
    package var comments: UInt32
}

/// An alarm stood in an incident; one row for each pair.
package struct IncidentMembership: Sendable, Hashable {
    package var incident: IncidentID
    package var alarm: AlarmID
    package var at: Instant
}

/// What the book wants kept, in one piece and one transaction (`AlarmStore.keep`).
package struct AlarmKeep: Sendable {
    package var records: [AlarmRecord] = []
    package var alarms: [AlarmRow] = []
    package var incidents: [IncidentRow] = []
    package var memberships: [IncidentMembership] = []
    package var handOvers: [HandOver] = []
    /// The kinds that `kind` and `bit` in the rows point into: the journal keeps names.
    package var kinds: [Kind] = []

    package init() {}
    /// Later rows of the same alarm win.
    package mutating func add(_ more: AlarmKeep) {
        records += more.records
        alarms += more.alarms
        incidents += more.incidents
        memberships += more.memberships
        handOvers += more.handOvers
        if !more.kinds.isEmpty { kinds = more.kinds }
    }

    package var isEmpty: Bool { records.isEmpty && alarms.isEmpty && incidents.isEmpty && memberships.isEmpty && handOvers.isEmpty }
}
