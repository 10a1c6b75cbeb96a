// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Watch

/// An alarm or an incident that is over, as the journal keeps it.
struct AlarmPast: Sendable {
    var target: AlarmTarget
    var kind: Kind
    var condition: Condition
    var priority: Priority
    /// The asset of the alarm, the root or the first cause of the incident.
    var asset: Asset.Number
    var from: Instant
    /// Nil where it stands in an incident that goes on.
    var to: Instant?
    var acknowledgedBy: String
    var acknowledgedAt: Instant?
    /// The incident into which the alarm went.
    var incident: IncidentID?
    /// How many alarms stood in it at once at most; 1 of a single alarm.
    var peak: Int
    /// Its asset, or the assets of the incident's alarms, the newest 500.
    var assets: [Asset.Number]
    var records: [AlarmRecord]

    /// Nil where there never was such an alarm, or its type is one that this program does not know.
    static func find(_ target: AlarmTarget, kinds: [Kind], in transaction: Transaction) throws -> AlarmPast? {
        let records = try AlarmStore.records(of: target, limit: 200, in: transaction)
        var search = AlarmStore.Search()
        switch target {
        case .alarm(let id):
            search.before = AlarmID(id.value + 1)
            let rows = try AlarmStore.alarms(search, limit: 1, kinds: kinds, in: transaction)
            guard let row = rows.first, row.id == id, let (kind, condition) = kinds.declared(kind: row.kind, bit: row.bit) else {
                return nil
            }
            return AlarmPast(
                target: target, kind: kind, condition: condition, priority: row.priority, asset: row.asset, from: row.raisedAt,
                to: row.closedAt, acknowledgedBy: row.acknowledgedBy, acknowledgedAt: row.acknowledgedAt, incident: row.incident, peak: 1,
                assets: [row.asset], records: records)
        case .incident(let id):
            search.incident = id
            guard let row = try AlarmStore.incident(id, kinds: kinds, in: transaction),
                let (kind, condition) = kinds.declared(kind: row.causeKind, bit: row.causeBit)
            else { return nil }
            let alarms = try AlarmStore.alarms(search, limit: 500, kinds: kinds, in: transaction)
            return AlarmPast(
                target: target, kind: kind, condition: condition, priority: row.priority, asset: row.root ?? row.causeAsset,
                from: row.openedAt, to: row.closedAt, acknowledgedBy: row.acknowledgedBy, acknowledgedAt: row.acknowledgedAt,
                incident: nil, peak: Int(row.peak), assets: alarms.map(\.asset), records: records)
        }
    }
}
