// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// From the numbers of kinds and conditions in the book to their names in the journal, and back.
struct AlarmNames {
    private let kinds: [Kind]
    private var numbers: [String: (kind: UInt8, bit: UInt8)] = [:]

    init(_ kinds: [Kind]) {
        self.kinds = kinds
        for (index, kind) in kinds.enumerated() {
            for (bit, condition) in kind.conditions.enumerated() {
                numbers[kind.name.text + " " + condition.key] = (UInt8(index), UInt8(bit))
            }
        }
    }

    func names(_ kind: UInt8, _ bit: UInt8) -> (kind: Value, condition: Value) {
        guard let known = kinds.declared(kind: kind, bit: bit) else { return (.text(""), .text("")) }
        return (.text(known.kind.name.text), .text(known.condition.key))
    }

    /// (255, 255) where this program does not know them.
    func numbers(_ kind: String, _ condition: String) -> (kind: UInt8, bit: UInt8) { numbers[kind + " " + condition] ?? (255, 255) }
}

/// Rows out and in, column by column, in the order of the lists beside them.
extension AlarmStore {
    static let recordColumns = ["number", "at", "event", "alarm", "incident", "asset", "state", "by_login", "note", "until_at", "is_act"]
    static let recordSelect = "SELECT " + recordColumns.joined(separator: ", ") + " FROM alarm_event"

    static func values(_ r: AlarmRecord) -> [Value] {
        [
            r.number.bound, r.at.bound, r.event.rawValue.bound, (r.alarm?.value).bound, (r.incident?.value).bound,
            r.asset == .none ? .null : r.asset.bound, r.state.rawValue.bound, .text(r.by), .text(r.note), r.until.bound, r.isAct.bound,
        ]
    }

    /// Kind and condition stand with the alarm: here they are 255.
    static func record(_ row: Row) -> AlarmRecord {
        AlarmRecord(
            number: UInt64(clamping: row.integer(0)), at: row.instant(1),
            event: AlarmEvent(rawValue: UInt8(clamping: row.integer(2))) ?? .commented,
            alarm: row.integerOrNil(3).map { AlarmID(UInt64(clamping: $0)) },
            incident: row.integerOrNil(4).map { IncidentID(UInt64(clamping: $0)) }, asset: row.assetOrNil(5) ?? .none, kind: 255, bit: 255,
            state: AlarmState(rawValue: UInt8(clamping: row.integer(6))) ?? .normal, by: row.text(7), note: row.text(8),
            until: row.instantOrNil(9), isAct: row.flag(10))
    }

    static let alarmColumns = [
        "id", "asset", "kind", "condition", "priority", "state", "active", "raised_at", "last_raised_at", "returned_at", "closed_at",
        "occurrences", "incident", "acknowledged_by", "acknowledged_at", "assigned_to", "held_until", "held_by", "held_why", "escalation",
        "comments", "flapping",
    ]
    static let alarmSelect = "SELECT " + alarmColumns.joined(separator: ", ") + " FROM alarm"

    static func values(_ a: AlarmRow, _ names: AlarmNames) -> [Value] {
        let name = names.names(a.kind, a.bit)
        return [
            a.id.value.bound, a.asset.bound, name.kind, name.condition, a.priority.rawValue.bound, a.state.rawValue.bound, a.isActive.bound,
            a.raisedAt.bound, a.lastRaisedAt.bound, a.returnedAt.bound, a.closedAt.bound, a.occurrences.bound, (a.incident?.value).bound,
            .text(a.acknowledgedBy), a.acknowledgedAt.bound, .text(a.assignedTo), a.heldUntil.bound, .text(a.heldBy), .text(a.heldWhy),
            a.escalation.bound, a.comments.bound, a.isFlapping.bound,
        ]
    }

    static func alarm(_ row: Row, _ names: AlarmNames) -> AlarmRow {
        let (kind, bit) = names.numbers(row.text(2), row.text(3))
        return AlarmRow(
            id: AlarmID(UInt64(clamping: row.integer(0))), asset: row.asset(1), kind: kind, bit: bit,
            priority: Priority(rawValue: row.int(4)) ?? .low, state: AlarmState(rawValue: UInt8(clamping: row.integer(5))) ?? .normal,
            isActive: row.flag(6), raisedAt: row.instant(7), lastRaisedAt: row.instant(8), returnedAt: row.instantOrNil(9),
            closedAt: row.instantOrNil(10), occurrences: UInt32(clamping: row.integer(11)),
            incident: row.integerOrNil(12).map { IncidentID(UInt64(clamping: $0)) }, acknowledgedBy: row.text(13),
            acknowledgedAt: row.instantOrNil(14), assignedTo: row.text(15), heldUntil: row.instantOrNil(16), heldBy: row.text(17),
            heldWhy: row.text(18), escalation: UInt8(clamping: row.integer(19)), comments: UInt32(clamping: row.integer(20)),
            isFlapping: row.flag(21))
    }

    static let incidentColumns = [
        "id", "gathering", "root", "opened_at", "closed_at", "cause_asset", "cause_kind", "cause_condition", "cause_at", "priority",
        "members", "active", "peak", "acknowledged_by", "acknowledged_at", "acknowledged_count", "assigned_to", "held", "held_until",
        "held_by", "held_why", "escalation", "comments",
    ]
    static let incidentSelect = "SELECT " + incidentColumns.joined(separator: ", ") + " FROM incident"

    static func values(_ i: IncidentRow, _ names: AlarmNames) -> [Value] {
        let name = names.names(i.causeKind, i.causeBit)
        return [
            i.id.value.bound, .text(i.gathering.rawValue), i.root.bound, i.openedAt.bound, i.closedAt.bound, i.causeAsset.bound, name.kind,
            name.condition, i.causeAt.bound, i.priority.rawValue.bound, i.count.bound, i.activeCount.bound, i.peak.bound,
            .text(i.acknowledgedBy), i.acknowledgedAt.bound, i.acknowledgedCount.bound, .text(i.assignedTo), i.held.rawValue.bound,
            i.heldUntil.bound, .text(i.heldBy), .text(i.heldWhy), i.escalation.bound, i.comments.bound,
        ]
    }

    static func incident(_ row: Row, _ names: AlarmNames) -> IncidentRow {
        let (kind, bit) = names.numbers(row.text(6), row.text(7))
        return IncidentRow(
            id: IncidentID(UInt64(clamping: row.integer(0))), gathering: AlarmLine.Gathering(rawValue: row.text(1)) ?? .scattered,
            root: row.assetOrNil(2), openedAt: row.instant(3), closedAt: row.instantOrNil(4), causeAsset: row.asset(5), causeKind: kind,
            causeBit: bit, causeAt: row.instant(8), priority: Priority(rawValue: row.int(9)) ?? .low,
            count: UInt32(clamping: row.integer(10)), activeCount: UInt32(clamping: row.integer(11)),
            peak: UInt32(clamping: row.integer(12)),
            acknowledgedBy: row.text(13), acknowledgedAt: row.instantOrNil(14), acknowledgedCount: UInt32(clamping: row.integer(15)),
            assignedTo: row.text(16), held: AlarmState(rawValue: UInt8(clamping: row.integer(17))) ?? .normal,
            heldUntil: row.instantOrNil(18), heldBy: row.text(19), heldWhy: row.text(20), escalation: UInt8(clamping: row.integer(21)),
            comments: UInt32(clamping: row.integer(22)))
    }
}
