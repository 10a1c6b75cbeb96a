// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// What the journal says of a span beside what a replay found in it: raised and returned alarms, by asset, condition and time.
package struct ReplayComparison: Sendable {
    package struct Line: Sendable, Hashable {
        package var at: Instant
        package var asset: Asset.Number
        package var kind: String
        package var condition: String
        package var isRaised: Bool
    }

    package var same = 0
    /// In the journal, and not found again.
    package var onlyKept: [Line] = []
    /// Found now, and not in the journal.
    package var onlyFound: [Line] = []
    package var isSame: Bool { onlyKept.isEmpty && onlyFound.isEmpty }

    /// - Parameter from: lines before it led to the state at the beginning of the span, and are not compared.
    package init(_ replay: Replay, from: Instant = .distantPast, journal: Journal) throws {
        let (before, last) = (replay.before, replay.alarms.position)
        var kept: [Line: Int] = [:]
        var found: [Line: Int] = [:]
        // The span ends with the replay's last turn: what was kept after has a greater number.
        for line in try journal.readHere({ try AlarmStore.transitions(after: before, through: last, in: $0) }) where line.at >= from {
            kept[line, default: 0] += 1
        }
        let kinds = replay.board.kinds
        for record in replay.records where record.at >= from && (record.event == .raised || record.event == .returned) {
            guard record.alarm != nil, Int(record.kind) < kinds.count else { continue }
            let kind = kinds[Int(record.kind)]
            guard Int(record.bit) < kind.conditions.count else { continue }
            let line = Line(
                at: record.at, asset: record.asset, kind: kind.name.text, condition: kind.conditions[Int(record.bit)].key,
                isRaised: record.event == .raised)
            found[line, default: 0] += 1
        }
        for (line, count) in kept {
            let again = found[line] ?? 0
            same += min(count, again)
            onlyKept += [Line](repeating: line, count: max(0, count - again))
        }
        for (line, count) in found { onlyFound += [Line](repeating: line, count: max(0, count - (kept[line] ?? 0))) }
        onlyKept.sort { $0.isBefore($1) }
        onlyFound.sort { $0.isBefore($1) }
    }
}

extension ReplayComparison.Line {
    func isBefore(_ other: Self) -> Bool { (at, asset.value, condition) < (other.at, other.asset.value, other.condition) }
}

extension AlarmStore {
    /// Raised and returned alarms among the records after `number`, up to `last`.
    static func transitions(after number: UInt64, through last: UInt64, in transaction: Transaction) throws -> [ReplayComparison.Line] {
        let (raised, returned) = (Int64(AlarmEvent.raised.rawValue), Int64(AlarmEvent.returned.rawValue))
        let rows = try transaction.rows(
            """
            SELECT e.at, e.asset, a.kind, a.condition, e.event FROM alarm_event e JOIN alarm a ON a.id = e.alarm
            WHERE e.number > \(number) AND e.number <= \(last) AND e.event IN (\(raised), \(returned)) ORDER BY e.number
            """)
        return rows.map {
            .init(at: $0.instant(0), asset: $0.asset(1), kind: $0.text(2), condition: $0.text(3), isRaised: $0.integer(4) == raised)
        }
    }
}
