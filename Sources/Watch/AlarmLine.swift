// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One line of the operator's list: a single alarm, or an incident that holds many. All that the screen needs, as a value.
package struct AlarmLine: Sendable, Hashable {
    package var target: AlarmTarget
    package var title: Words
    package var priority: Priority
    package var state: AlarmState
    /// Does the condition hold now (of an incident: of at least one member)?
    package var isActive: Bool
    /// The line no longer stands: closed, or its alarm went into an incident. The screen takes it away.
    package var isGone: Bool
    package var since: Instant
    package var changed: Instant
    package var returnedAt: Instant?
    /// The asset at the root: of an alarm its own, of an incident the node that explains it; nil for the whole city or scattered.
    package var root: Asset.Number?
    /// The kind and condition; of an incident those of its first cause.
    package var kind: Asset.KindName
    package var condition: Condition
    /// The asset of the first cause; of a single alarm its own.
    package var asset: Asset.Number
    package var gathering: Gathering
    /// Standing alarms in this line (1 for a single one), and those of them whose condition holds now.
    package var count: Int
    package var activeCount: Int
    /// The most that were active at once.
    package var peak: Int
    /// How often it was raised since it stands.
    package var occurrences: Int
    /// Over how many parents the members of a scattered line are spread.
    package var spread: Int
    package var communes: [CommuneCount]
    /// The first member in each commune: whoever sees only that commune is shown it in place of a cause elsewhere.
    package var sample: [Asset.Number]
    /// Communes that it reached and reaches no more: whoever sees only those is told that it is gone.
    package var former: [Commune] = []
    package var acknowledgedBy: String?
    package var acknowledgedAt: Instant?
    package var assignedTo: String?
    package var heldUntil: Instant?
    package var heldBy: String?
    package var heldWhy: String?
    package var escalation: Int
    package var comments: Int
    package var isFlapping: Bool

    /// Why several alarms stand in one line.
    package enum Gathering: String, Sendable, Hashable, CaseIterable {
        case single, supply, link, scattered
    }

    package struct CommuneCount: Sendable, Hashable {
        package var commune: Commune
        package var count: Int
    }
}

/// One alarm, whether it has a line of its own or stands in an incident: for members' lists and the asset sheet.
package struct AlarmView: Sendable, Hashable {
    package var id: AlarmID
    package var asset: Asset.Number
    package var kind: Asset.KindName
    package var condition: Condition
    package var priority: Priority
    package var state: AlarmState
    package var isActive: Bool
    package var raisedAt: Instant
    package var returnedAt: Instant?
    package var occurrences: Int
    package var incident: IncidentID?
    package var acknowledgedBy: String?
    package var acknowledgedAt: Instant?
    package var isFlapping: Bool
}
