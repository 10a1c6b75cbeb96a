// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Reports whose asset has told by itself, since they were made, that what was wrong is over.
package enum ReportProofStore {
    package struct Candidate: Sendable, Hashable {
        package var number: Report.Number
        package var asset: Asset.Number
        /// When the last of its alarms returned to normal (ANSI/ISA-18.2 §5.6, 'return to normal').
        package var returnedAt: Instant
    }

    /// Open reports bound to an asset of which an alarm returned since the report was made, or taken up again, and none stands now.
    /// - Parameter number: those with a greater one, in their order.
    package static func candidates(after number: Report.Number, limit: Int, in transaction: Transaction) throws -> [Candidate] {
        try transaction.rows(
            """
            SELECT report.number, report.asset, MAX(alarm.returned_at) FROM report JOIN alarm ON alarm.asset = report.asset
            WHERE report.ended_at IS NULL AND report.asset IS NOT NULL AND report.number > \(number) AND alarm.returned_at > COALESCE(
                    (SELECT MAX(at) FROM report_event
                        WHERE report_event.report = report.number AND report_event.what IN ('contested', 'reopened')), report.created_at)
                AND NOT EXISTS (SELECT 1 FROM alarm AS other WHERE other.asset = report.asset AND other.active = 1)
            GROUP BY report.number, report.asset ORDER BY report.number LIMIT \(limit)
            """
        ).map { Candidate(number: Report.Number($0.integer(0)), asset: $0.asset(1), returnedAt: $0.instant(2)) }
    }
}
