// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// Proposals of a day's plan: made by the solver, looked at by a person, then accepted or forgotten. They name nobody.
package enum DayStore {
    static let migration = Migration(
        name: "interventions-2-days",
        sql: """
            -- A plan of a day that waits for somebody's yes; JSON. Gone once accepted, or two days later.
            CREATE TABLE job_proposal (
                number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
                day BIGINT NOT NULL,
                at BIGINT NOT NULL,
                body TEXT NOT NULL
            );
            CREATE INDEX job_started ON job (started_at) WHERE started_at IS NOT NULL;
            """)

    package struct Proposal: Sendable, Codable, Hashable {
        package var day: Int64
        package var urgent: Int64?
        package var assignments: [DayRules.Assignment]
        package var price: DayRules.Price
        /// What has no place on the day, and why.
        package var leftOut: [LeftOutJob]
        package var isStraightLine: Bool
        /// nil where an earlier release made it: a whole day.
        package var kind: Kind?
        /// Another way to the same end, with a price of its own.
        package var other: Int64?
        /// Jobs further than 500 m from every street: reached by straight line.
        package var offNetwork: [Int64]?

        package struct LeftOutJob: Sendable, Codable, Hashable {
            package var job: Int64
            package var because: Words
            package var was: DayRules.Standing?
        }

        package enum Kind: String, Sendable, Codable, Hashable { case day, urgent, drag, undo }
    }

    static func put(_ proposal: Proposal, at now: Instant, in transaction: Transaction) throws -> Int64 {
        try transaction.run("DELETE FROM job_proposal WHERE at < \(now - .days(2))")
        let number = try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM job_proposal")?.integer(0) ?? 1
        let body = String(decoding: try JSONEncoder().encode(proposal), as: UTF8.self)
        try transaction.run("INSERT INTO job_proposal (number, day, at, body) VALUES (\(number), \(proposal.day), \(now), \(body))")
        return number
    }

    package static func find(_ number: Int64, in transaction: Transaction) throws -> (proposal: Proposal, at: Instant)? {
        try transaction.row("SELECT body, at FROM job_proposal WHERE number = \(number) AND body <> ''").map {
            (try JSONDecoder().decode(Proposal.self, from: Data($0.text(0).utf8)), $0.instant(1))
        }
    }

    /// Empties it; its row stays for its two days, so that no other proposal gets its number and a second click never accepts that one.
    /// - Returns: false where somebody took it first.
    static func take(_ number: Int64, in transaction: Transaction) throws -> Bool {
        try transaction.run("UPDATE job_proposal SET body = '' WHERE number = \(number) AND body <> ''") == 1
    }

    /// For each open job those that it must wait for.
    package static func waits(in transaction: Transaction) throws -> [Job.Number: [Job.Number]] {
        let sql: SQL = """
            SELECT o.job, o.after FROM job_order o JOIN job j ON j.number = o.job JOIN job b ON b.number = o.after
            WHERE j.ended_at IS NULL AND b.ended_at IS NULL
            """
        return try transaction.rows(sql).reduce(into: [:]) { $0[Job.Number($1.integer(0)), default: []].append(Job.Number($1.integer(1))) }
    }
}
