// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal

/// Lists of jobs under any filter, out of indices: what is open is few, what is past is long.
package enum JobListStore {
    /// A page of a list, and one row more where there is another page. What is open comes with broken and threatened promises first.
    /// - Parameter communes: what the reader may see; nil for everything.
    package static func page(
        _ query: JobQuery, communes: Set<String>? = nil, now: Instant, limit: Int = JobQuery.pageSize, in transaction: Transaction
    ) throws -> [Job] {
        var conditions = sight(communes)
        switch query.show {
        case .open: conditions.append("ended_at IS NULL")
        case .risk: conditions.append("ended_at IS NULL AND \(threatened(now))")
        case .all: break
        case .state(let state): conditions.append(state.isOpen ? "ended_at IS NULL AND state = \(state)" : "state = \(state)")
        }
        if let code = query.department { conditions.append("department = \(code)") }
        if let code = query.crew { conditions.append("crew = \(code == "-" ? "" : code)") }
        if let code = query.commune { conditions.append("commune = \(code == "-" ? "" : code)") }
        let window: SQL = "LIMIT \(limit + 1) OFFSET \((query.page - 1) * limit)"
        let terms = terms(query.words)
        if !query.words.isEmpty {
            if terms.isEmpty { return [] }
            conditions.append(matching(terms, transaction.engine))
        }
        let order: SQL =
            query.show.isOpen
            ? """
            ORDER BY CASE WHEN \(threatened(now)) THEN 0 ELSE 1 END, urgency DESC, COALESCE(promised_at, \(Instant.distantFuture)), number
            """ : "ORDER BY number DESC"
        return try transaction.rows(JobFields.select + "WHERE \(SQL.all(conditions)) \(order) \(window)").map(JobFields.job)
    }

    private static func threatened(_ now: Instant) -> SQL {
        "(promised_at IS NOT NULL AND (promised_at < \(now) OR COALESCE(expected_at, 0) > promised_at))"
    }

    private static func sight(_ communes: Set<String>?) -> [SQL] { communes.map { ["commune IN (\(SQL.list($0.sorted())))"] } ?? [] }

    /// Letters and digits, folded, at most eight words.
    static func terms(_ text: String) -> [String] {
        Folding.fold(text).split { !$0.isLetter && !$0.isNumber }.prefix(8).map { word in
            let plain = word.unicodeScalars.prefix(40).filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
            return String(String.UnicodeScalarView(plain))
        }.filter { !$0.isEmpty }
    }

    /// Every word must begin some word of the job; a single letter or digit must be one.
    private static func matching(_ terms: [String], _ engine: Engine) -> SQL {
        if engine == .postgres {
            let question = terms.map { $0.unicodeScalars.count == 1 ? "'\($0)'" : "'\($0)':*" }.joined(separator: " & ")
            return "to_tsvector('simple', folded) @@ to_tsquery('simple', \(question))"
        }
        let question = terms.map { $0.unicodeScalars.count == 1 ? "\"\($0)\"" : "\"\($0)\"*" }.joined(separator: " AND ")
        return "job.number IN (SELECT rowid FROM job_words WHERE job_words MATCH \(question))"
    }

    /// What has ended, in the order of numbers, after one.
    static func ended(after number: Job.Number, limit: Int, in transaction: Transaction) throws -> [Job] {
        let sql: SQL = "WHERE number > \(number) AND ended_at IS NOT NULL ORDER BY number LIMIT \(limit)"
        return try transaction.rows(JobFields.select + sql).map(JobFields.job)
    }

    /// How many open jobs are in which state, and how many have a broken or threatened promise.
    package static func counts(
        in communes: Set<String>? = nil, now: Instant, _ transaction: Transaction
    ) throws -> (states: [JobState: Int], risk: Int) {
        let which = SQL.all(["ended_at IS NULL"] + sight(communes))
        let rows = try transaction.rows("SELECT state, COUNT(*) FROM job WHERE \(which) GROUP BY state")
        let states = Dictionary(rows.compactMap { row in JobState(rawValue: row.text(0)).map { ($0, row.int(1)) } }) { $1 }
        let risk = try transaction.row("SELECT COUNT(*) FROM job WHERE \(which) AND \(threatened(now))")?.int(0) ?? 0
        return (states, risk)
    }
}
