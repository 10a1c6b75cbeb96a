// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// What a report knows of the crews' work for it. Wishes are written with the act that they follow from and taken off once the other desk has
/// kept them; news count with the position up to which they were heard: so a crash between two steps loses and doubles nothing.
package enum ReportJobStore {
    package enum Wish: String, Sendable, Hashable { case ask, withdraw }

    /// The work for a report as it stands.
    package struct Standing: Sendable, Hashable {
        package var job: Int64
        package var state: JobState
        package var expectedAt: Instant?
    }

    static let migration = Migration(
        name: "reports-2-jobs",
        sql: """
            -- What the crews' desk is still to be asked for a report. Gone once it has kept it. Names nobody.
            CREATE TABLE report_job_wish (
                report BIGINT NOT NULL PRIMARY KEY REFERENCES report (number),
                wish TEXT NOT NULL CHECK (wish IN ('ask', 'withdraw')),
                at BIGINT NOT NULL
            );
            -- Up to which position the news of the crews' desk have been counted: one row.
            CREATE TABLE report_job_heard (
                only_row SMALLINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
                position BIGINT NOT NULL
            );
            -- The work for a report, as the news told it.
            CREATE TABLE report_job (
                report BIGINT NOT NULL PRIMARY KEY REFERENCES report (number),
                job BIGINT NOT NULL,
                state TEXT NOT NULL,
                expected_at BIGINT
            );
            """)

    static func wish(_ wish: Wish, for number: Report.Number, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO report_job_wish (report, wish, at) VALUES (\(number), \(wish.rawValue), \(now))
            ON CONFLICT (report) DO UPDATE SET wish = excluded.wish, at = excluded.at
            """)
    }

    typealias Wished = (number: Report.Number, wish: Wish, at: Instant)

    /// The oldest first; after the last one of the page before, if any.
    static func wishes(after last: Wished?, limit: Int, in transaction: Transaction) throws -> [Wished] {
        let from: SQL = last.map { "WHERE at > \($0.at) OR (at = \($0.at) AND report > \($0.number))" } ?? ""
        return try transaction.rows("SELECT report, wish, at FROM report_job_wish \(from) ORDER BY at, report LIMIT \(limit)").map {
            (Report.Number($0.integer(0)), Wish(rawValue: $0.text(1)) ?? .ask, $0.instant(2))
        }
    }

    /// Takes a wish off, unless another has taken its place since.
    static func granted(_ number: Report.Number, _ wish: Wish, at: Instant, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM report_job_wish WHERE report = \(number) AND wish = \(wish.rawValue) AND at = \(at)")
    }

    package static func heard(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT position FROM report_job_heard")?.integer(0) ?? 0
    }

    static func setHeard(_ position: Int64, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO report_job_heard (only_row, position) VALUES (1, \(position))
            ON CONFLICT (only_row) DO UPDATE SET position = excluded.position
            """)
    }

    package static func standing(of number: Report.Number, in transaction: Transaction) throws -> Standing? {
        try transaction.row("SELECT job, state, expected_at FROM report_job WHERE report = \(number)").map {
            Standing(job: $0.integer(0), state: JobState(rawValue: $0.text(1)) ?? .wanted, expectedAt: $0.instantOrNil(2))
        }
    }

    /// The work for each of some reports.
    static func standings(of numbers: [Report.Number], in transaction: Transaction) throws -> [Report.Number: Standing] {
        if numbers.isEmpty { return [:] }
        let rows = try transaction.rows("SELECT report, job, state, expected_at FROM report_job WHERE report IN (\(SQL.list(numbers)))")
        return Dictionary(
            rows.map {
                (
                    Report.Number($0.integer(0)),
                    Standing(job: $0.integer(1), state: JobState(rawValue: $0.text(2)) ?? .wanted, expectedAt: $0.instantOrNil(3))
                )
            }
        ) { $1 }
    }

    static func set(_ standing: Standing, of number: Report.Number, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO report_job (report, job, state, expected_at)
            VALUES (\(number), \(standing.job), \(standing.state.rawValue), \(standing.expectedAt))
            ON CONFLICT (report) DO UPDATE SET job = excluded.job, state = excluded.state, expected_at = excluded.expected_at
            """)
    }
}
