// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Counts over the reports made in a span, out of the index on the day of making. Joined reports are left out: they are counted once.
package enum ReportFiguresStore {
    /// Few reports have a last word of a citizen: they are found without reading every history.
    static let migration = Migration(
        name: "reports-11-last-words",
        sql: "CREATE INDEX report_event_said ON report_event (report, place) WHERE what IN ('confirmed', 'contested');")

    /// - Parameter communes: what the reader may see; nil for everything.
    package static func figures(
        by side: ReportFigures.Side, from: Instant, until: Instant, communes: Set<String>? = nil, in transaction: Transaction
    ) throws -> [ReportFigures] {
        var found: [String: ReportFigures] = [:]
        let key = key(side, transaction.engine)
        let span: SQL = "report.created_at >= \(from) AND report.created_at < \(until) AND report.state <> 'duplicate'"
        let which = SQL.all([span] + (communes.map { ["report.commune IN (\(SQL.list($0.sorted())))"] } ?? []))
        try transaction.each(
            """
            SELECT \(raw: key), state, CASE WHEN ended_at IS NULL THEN -1 ELSE (ended_at - created_at) / 86400000 END,
                CASE WHEN ended_at <= promised_at THEN 1 ELSE 0 END, proof, COUNT(*)
            FROM report WHERE \(which) GROUP BY 1, 2, 3, 4, 5
            """
        ) { row in
            let (key, day, count) = (row.text(0), row.int(2), row.int(5))
            var figures = found[key] ?? ReportFigures(key: key)
            figures.count += count
            if day < 0 {
                figures.open += count
            } else if row.text(1) == Report.State.rejected.rawValue {
                figures.rejected += count
            } else {
                figures.ended += count
                if row.flag(3) { figures.kept += count }
                figures.days[day, default: 0] += count
                if let proof = Report.Proof.Sort(rawValue: row.text(4)) { figures.byProof[proof, default: 0] += count }
            }
            found[key] = figures
        }
        // Who said both, the last word counts.
        try transaction.each(
            """
            SELECT \(raw: key), report_event.what, COUNT(*) FROM report_event JOIN report ON report.number = report_event.report
            WHERE report_event.what IN ('confirmed', 'contested') AND \(which)
                AND NOT EXISTS (SELECT 1 FROM report_event AS later WHERE later.report = report_event.report
                    AND later.what IN ('confirmed', 'contested') AND later.place > report_event.place)
            GROUP BY 1, 2
            """
        ) { row in
            var figures = found[row.text(0)] ?? ReportFigures(key: row.text(0))
            if row.text(1) == ReportEvent.What.confirmed.rawValue {
                figures.confirmed += row.int(2)
            } else {
                figures.contested += row.int(2)
            }
            found[row.text(0)] = figures
        }
        return found.values.sorted { side == .month ? $0.key > $1.key : ($0.count, $1.key) > ($1.count, $0.key) }
    }

    /// Months are those of UTC: an hour of a night is no trend.
    private static func key(_ side: ReportFigures.Side, _ engine: Engine) -> String {
        switch side {
        case .branch: "CASE WHEN report.branch = '' THEN report.category ELSE report.branch END"
        case .category: "report.category"
        case .commune: "report.commune"
        case .department: "report.department"
        case .month:
            engine == .sqlite
                ? "strftime('%Y-%m', report.created_at / 1000, 'unixepoch')"
                : "to_char(to_timestamp(report.created_at / 1000) AT TIME ZONE 'UTC', 'YYYY-MM')"
        }
    }
}
