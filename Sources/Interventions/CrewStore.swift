// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// Crews as rows: each import is a revision of the whole, appended; the last one counts.
package enum CrewStore {
    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(revision), 0) FROM job_crews")?.integer(0) ?? 0
    }

    package static func current(in transaction: Transaction) throws -> CrewPlan {
        guard let row = try transaction.row("SELECT revision, body FROM job_crews ORDER BY revision DESC LIMIT 1") else {
            return CrewPlan()
        }
        var plan = try JSONDecoder().decode(CrewPlan.self, from: Data(row.text(1).utf8))
        plan.revision = row.integer(0)
        return plan
    }

    /// - Returns: the revision that it became.
    @discardableResult
    package static func put(_ plan: CrewPlan, from file: String, at now: Instant, in transaction: Transaction) throws -> Int64 {
        var plan = plan
        plan.revision = try revision(in: transaction) + 1
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = String(decoding: try encoder.encode(plan), as: UTF8.self)
        try transaction.run(
            "INSERT INTO job_crews (revision, at, file, body) VALUES (\(plan.revision), \(now), \(file), \(body))")
        return plan.revision
    }
}
