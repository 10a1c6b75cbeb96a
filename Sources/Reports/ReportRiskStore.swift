// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Open reports whose promise will be broken as things stand. A step that was told of a promise is a row and never told again; whether it still
/// stands is looked at anew each time.
package enum ReportRiskStore {
    package enum Step: String, Sendable, Hashable, CaseIterable {
        /// The job is expected later than was promised.
        case expected
        /// Four fifths of the time are gone and nobody has begun.
        case time
    }

    static let migration = Migration(
        name: "reports-6-risk",
        sql: """
            -- What was told of a promise in danger: once for each report, step and promised day. Names nobody.
            CREATE TABLE report_risk (
                report BIGINT NOT NULL REFERENCES report (number),
                step TEXT NOT NULL CHECK (step IN ('expected', 'time')),
                promised_at BIGINT NOT NULL,
                at BIGINT NOT NULL,
                is_standing SMALLINT NOT NULL CHECK (is_standing IN (0, 1)),
                PRIMARY KEY (report, step, promised_at)
            );
            CREATE INDEX report_risk_standing ON report_risk (report) WHERE is_standing = 1;
            """)

    /// Of rows of `report`.
    private static func holds(_ step: Step, _ now: Instant) -> SQL {
        let promised: SQL = "ended_at IS NULL AND promised_at >= \(now)"
        switch step {
        case .expected:
            return """
                \(promised) AND EXISTS (SELECT 1 FROM report_job j WHERE j.report = report.number
                    AND j.state IN ('wanted', 'planned', 'started', 'blocked') AND j.expected_at > report.promised_at)
                """
        case .time:
            return """
                \(promised) AND 5 * (\(now) - created_at) >= 4 * (promised_at - created_at) AND state <> 'started'
                    AND NOT EXISTS (SELECT 1 FROM report_job j WHERE j.report = report.number AND j.state = 'started')
                """
        }
    }

    /// Those for which a step holds and does not stand yet, in their order.
    static func due(_ step: Step, after number: Report.Number, limit: Int, at now: Instant, in transaction: Transaction) throws -> [Report]
    {
        let sql: SQL = """
            WHERE \(holds(step, now)) AND number > \(number) AND NOT EXISTS (SELECT 1 FROM report_risk k WHERE k.report = report.number
                AND k.step = \(step.rawValue) AND k.promised_at = report.promised_at AND k.is_standing = 1)
            ORDER BY number LIMIT \(limit)
            """
        return try transaction.rows(ReportFields.select + sql).map(ReportFields.report)
    }

    /// - Returns: true where nobody was told of it before.
    static func stand(_ step: Step, _ report: Report, at now: Instant, in transaction: Transaction) throws -> Bool {
        let isNew = try transaction.run(
            """
            INSERT INTO report_risk (report, step, promised_at, at, is_standing)
            VALUES (\(report.number), \(step.rawValue), \(report.promisedAt), \(now), 1) ON CONFLICT (report, step, promised_at) DO NOTHING
            """)
        if isNew == 1 { return true }
        try transaction.run(
            """
            UPDATE report_risk SET is_standing = 1
            WHERE report = \(report.number) AND step = \(step.rawValue) AND promised_at = \(report.promisedAt)
            """)
        return false
    }

    /// Takes back what holds no more: done, late, promised anew, or expected in time again.
    static func settle(at now: Instant, in transaction: Transaction) throws {
        for step in Step.allCases {
            try transaction.run(
                """
                UPDATE report_risk SET is_standing = 0 WHERE is_standing = 1 AND step = \(step.rawValue) AND NOT EXISTS (
                    SELECT 1 FROM report WHERE report.number = report_risk.report AND report.promised_at = report_risk.promised_at
                        AND \(holds(step, now)))
                """)
        }
    }

    /// Of rows of `report`: one of its steps stands.
    static func standing(_ now: Instant) -> SQL {
        "ended_at IS NULL AND promised_at >= \(now) AND (number, promised_at) IN (SELECT report, promised_at FROM report_risk WHERE is_standing = 1)"
    }

    /// How many reports have a promise in danger.
    /// - Parameter communes: what the reader may see; nil for everything.
    package static func count(in communes: Set<String>? = nil, at now: Instant, _ transaction: Transaction) throws -> Int {
        let sight: SQL = communes.map { " AND commune IN (\(SQL.list($0.sorted())))" } ?? ""
        // From the few that stand, not from all that is open; SQLite takes the tables of a cross join in their order.
        return try transaction.row(
            """
            SELECT COUNT(DISTINCT report.number) FROM report_risk k CROSS JOIN report
            WHERE k.is_standing = 1 AND report.number = k.report AND report.promised_at = k.promised_at
                AND report.ended_at IS NULL AND report.promised_at >= \(now)\(sight)
            """)?.int(0) ?? 0
    }
}
