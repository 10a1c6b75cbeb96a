// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// Does a book that came from a snapshot and the turns after it stand where the journal stands? Then it may go on, delays and all.
struct AlarmAgreement: Equatable {
    private var numbers: [UInt64]
    private var alarms: [Alarm] = []
    private var incidents: [IncidentLine] = []

    private struct Alarm: Equatable {
        var id: UInt64
        var key: UInt64
        var kind: UInt8
        var state: AlarmState
        var isActive: Bool
        var occurrences: UInt32
        var incident: UInt64?
    }

    private struct IncidentLine: Equatable {
        var id: UInt64
        var gathering: AlarmLine.Gathering
        var root: UInt32
        var held: AlarmState
        var count, activeCount: Int
    }

    /// Acts that were expected and not met have no place in a book that agrees: it is given no numbers.
    init(_ book: AlarmBook) {
        numbers = book.outstanding > 0 ? [] : [book.lastAlarm, book.lastIncident, book.lastRecord, book.lastHandOver]
        for slot in book.slotsInOrder {
            let entry = book.entries[slot]
            let incident = book.incident(ofSlot: slot).flatMap { $0.isFormed ? $0.id : nil }
            alarms.append(
                Alarm(
                    id: entry.id, key: entry.key, kind: entry.kind, state: entry.state, isActive: entry.isActive,
                    occurrences: entry.occurrences, incident: incident))
        }
        for incident in book.incidents.compactMap({ $0 }).filter(\.isFormed).sorted(by: { $0.id < $1.id }) {
            incidents.append(
                IncidentLine(
                    id: incident.id, gathering: incident.gathering, root: incident.root, held: incident.held, count: incident.count,
                    activeCount: incident.activeCount))
        }
    }

    /// Of the journal's open alarms and incidents.
    init(_ kinds: [Kind], in transaction: Transaction) throws {
        let last = try AlarmStore.lastNumbers(in: transaction)
        numbers = [last.alarm, last.incident, last.record, last.handOver]
        let names = AlarmNames(kinds)
        alarms = try transaction.rows("\(raw: AlarmStore.alarmSelect) WHERE closed_at IS NULL ORDER BY id").map {
            let row = AlarmStore.alarm($0, names)
            return Alarm(
                id: row.id.value, key: AlarmEntry.key(row.asset.value, row.bit), kind: row.kind, state: row.state, isActive: row.isActive,
                occurrences: row.occurrences, incident: row.incident?.value)
        }
        incidents = try transaction.rows("\(raw: AlarmStore.incidentSelect) WHERE closed_at IS NULL ORDER BY id").map {
            let row = AlarmStore.incident($0, names)
            return IncidentLine(
                id: row.id.value, gathering: row.gathering, root: row.root?.value ?? UInt32.max, held: row.held, count: Int(row.count),
                activeCount: Int(row.activeCount))
        }
    }
}
