// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// Reports as Open311 lists them: by when they were made, and of categories that all may see.
enum Open311Store {
    static let migrations: [Migration] = [
        Migration(name: "reports-3-open311", sql: "CREATE INDEX report_created ON report (created_at, number);"),
        Migration(name: "reports-4-open311-updates", sql: "CREATE INDEX report_event_at ON report_event (at) WHERE is_public = 1;"),
    ]

    /// - Parameter codes: the categories that may be shown; those of the query are among them.
    static func list(_ query: Open311Translation.Query, codes: [String], in transaction: Transaction) throws -> [Report] {
        let shown = query.codes.isEmpty ? codes : query.codes
        if shown.isEmpty { return [] }
        var conditions: [SQL] = ["category IN (\(SQL.list(shown)))"]
        if let ids = query.ids {
            conditions.append("number IN (\(SQL.list(ids)))")
        } else {
            conditions.append("created_at >= \(query.from) AND created_at <= \(query.to)")
            if let isOpen = query.isOpen { conditions.append(isOpen ? "ended_at IS NULL" : "ended_at IS NOT NULL") }
        }
        let order: SQL =
            "ORDER BY created_at DESC, number DESC LIMIT \(query.size) OFFSET \((query.page - 1) * query.size)"
        return try transaction.rows(ReportFields.select + "WHERE \(SQL.all(conditions)) \(order)").map(ReportFields.report)
    }

    /// Public lines of history between two instants, oldest first, with the report of each.
    static func updates(
        from: Instant, to: Instant, codes: [String], limit: Int, in transaction: Transaction
    ) throws -> [(number: Report.Number, event: ReportEvent)] {
        if codes.isEmpty { return [] }
        let which: SQL = """
            JOIN report r ON r.number = e.report
            WHERE e.is_public = 1 AND e.at BETWEEN \(from) AND \(to) AND r.category IN (\(SQL.list(codes)))
            ORDER BY e.at, e.report, e.place LIMIT \(limit)
            """
        return try ReportStore.events(which, in: transaction)
    }

    /// The next so many reports after a number, for the bulk file.
    static func page(after number: Int64, codes: [String], limit: Int, in transaction: Transaction) throws -> [Report] {
        if codes.isEmpty { return [] }
        let which: SQL = "WHERE number > \(number) AND category IN (\(SQL.list(codes))) ORDER BY number LIMIT \(limit)"
        return try transaction.rows(ReportFields.select + which).map(ReportFields.report)
    }
}
