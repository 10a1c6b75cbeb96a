// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// Which alarms of equipment became reports.
enum ReportAlarmStore {
    struct Standing: Sendable, Hashable {
        var number: Int64
        var asset: Asset.Number
        var kind: String
        var condition: String
        var raisedAt: Instant
    }

    static let migration = Migration(
        name: "reports-4-alarms",
        sql: """
            -- Alarms that were taken up: by the report that one made or joined, or by none where its place is not the city's.
            CREATE TABLE report_alarm (
                alarm BIGINT NOT NULL PRIMARY KEY,
                report BIGINT REFERENCES report (number),
                at BIGINT NOT NULL
            );
            """)

    /// Alarms of some kinds of asset that hold now, each by itself (an incident of many has its own line in the room), that nobody put aside and
    /// that were not taken up.
    /// - Parameter number: those with a greater one, in their order.
    static func standing(of kinds: [String], after number: Int64, limit: Int, in transaction: Transaction) throws -> [Standing] {
        try transaction.rows(
            """
            SELECT id, asset, kind, condition, raised_at FROM alarm
            WHERE closed_at IS NULL AND active = 1 AND state IN (1, 2) AND incident IS NULL AND id > \(number)
                AND kind IN (\(SQL.list(kinds))) AND NOT EXISTS (SELECT 1 FROM report_alarm WHERE report_alarm.alarm = alarm.id)
            ORDER BY id LIMIT \(limit)
            """
        ).map {
            Standing(number: $0.integer(0), asset: $0.asset(1), kind: $0.text(2), condition: $0.text(3), raisedAt: $0.instant(4))
        }
    }

    static func taken(_ alarm: Int64, by report: Report.Number?, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            "INSERT INTO report_alarm (alarm, report, at) VALUES (\(alarm), \(report), \(now)) ON CONFLICT (alarm) DO NOTHING")
    }

    /// Reports of others, not yet looked at and without a word, an answer or a photo, about an asset that an open report of the same category made by an
    /// alarm is about.
    static func doubles(after number: Report.Number, limit: Int, in transaction: Transaction) throws -> [(Report.Number, of: Report.Number)]
    {
        try transaction.rows(
            """
            SELECT other.number, MIN(own.number) FROM report own
            JOIN report other ON other.asset = own.asset AND other.category = own.category AND other.number > own.number
            WHERE own.channel = 'alarm' AND own.asset IS NOT NULL AND own.ended_at IS NULL AND other.ended_at IS NULL
                AND other.state = 'received' AND other.description = '' AND other.answers = '{}' AND other.photos = 0 AND other.number > \(number)
            GROUP BY other.number ORDER BY other.number LIMIT \(limit)
            """
        ).map { (Report.Number($0.integer(0)), Report.Number($0.integer(1))) }
    }
}
