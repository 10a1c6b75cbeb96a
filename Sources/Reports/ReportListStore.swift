// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal

/// Lists of reports under any filter, out of indices: what is open is few, what is past is a million.
package enum ReportListStore {
    /// A page of a list, and one row more where there is another page.
    /// - Parameter communes: what the reader may see; nil for everything.
    package static func page(
        _ query: ReportQuery, communes: Set<String>? = nil, now: Instant, limit: Int = ReportQuery.pageSize, in transaction: Transaction
    ) throws -> [Report] {
        let window = Window(offset: (query.page - 1) * limit, limit: limit + 1)
        let conditions = conditions(query, communes, now)
        if let reference = ReportReference(query.words) {
            let sql = ReportFields.select + "WHERE \(SQL.all(["number = \(reference.number)"] + sight(communes)))"
            let found = try transaction.rows(sql).map(ReportFields.report)
            if !found.isEmpty { return query.page == 1 ? found : [] }
        }
        let terms = terms(query.words)
        if !query.words.isEmpty, terms.isEmpty { return [] }
        if query.show.isOpen { return try open(query, conditions, terms, window, in: transaction) }
        if terms.isEmpty { return try past(query, conditions, communes, window, in: transaction) }
        return try search(terms, conditions, window, in: transaction)
    }

    struct Window {
        var offset: Int
        var limit: Int
    }

    private static func sight(_ communes: Set<String>?) -> [SQL] { communes.map { ["commune IN (\(SQL.list($0.sorted())))"] } ?? [] }

    private static func conditions(_ query: ReportQuery, _ communes: Set<String>?, _ now: Instant) -> [SQL] {
        var conditions = sight(communes)
        switch query.show {
        case .open: conditions.append("ended_at IS NULL")
        case .late: conditions.append("ended_at IS NULL AND promised_at < \(now)")
        case .risk: conditions.append(ReportRiskStore.standing(now))
        case .all: break
        case .state(let state): conditions.append(state.isOpen ? "ended_at IS NULL AND state = \(state)" : "state = \(state)")
        }
        // A branch and a category never have the same code; each is looked up by its own index.
        if let code = query.category { conditions.append("\(raw: query.isBranch ? "branch" : "category") = \(code)") }
        if let code = query.commune { conditions.append("commune = \(code == "-" ? "" : code)") }
        if let code = query.department { conditions.append("department = \(code)") }
        if let channel = query.channel { conditions.append("channel = \(channel.rawValue)") }
        return conditions
    }

    // MARK: What is open

    private static func open(
        _ query: ReportQuery, _ conditions: [SQL], _ terms: [String], _ window: Window, in transaction: Transaction
    ) throws -> [Report] {
        let conditions = conditions + terms.map { "folded LIKE \("% \($0)\($0.unicodeScalars.count == 1 ? " " : "")%")" }
        let order: SQL = query.isNewestFirst ? "number DESC" : "promised_at, number"
        let sql: SQL = "WHERE \(SQL.all(conditions)) ORDER BY \(order) LIMIT \(window.limit) OFFSET \(window.offset)"
        return try transaction.rows(ReportFields.select + index("report_due", transaction) + sql).map(ReportFields.report)
    }

    // MARK: The past

    /// The newest first, by the index that leaves the fewest rows to look at. SQLite has no figures of its own to choose by.
    private static func past(
        _ query: ReportQuery, _ conditions: [SQL], _ communes: Set<String>?, _ window: Window, in transaction: Transaction
    ) throws -> [Report] {
        let hasCommune = query.commune != nil
        let name: String? =
            switch (query.category, query.department, query.show) {
            case (.some, _, _): (query.isBranch ? "report_branch" : "report_category") + (hasCommune ? "_commune" : "")
            case (nil, .some, _): hasCommune ? "report_commune" : "report_department"
            case (nil, nil, .state) where !hasCommune: "report_state"
            default: hasCommune ? "report_commune" : nil
            }
        let sql: SQL = "WHERE \(SQL.all(conditions)) ORDER BY number DESC LIMIT \(window.limit) OFFSET \(window.offset)"
        return try transaction.rows(ReportFields.select + index(name, transaction) + sql).map(ReportFields.report)
    }

    private static func index(_ name: String?, _ transaction: Transaction) -> SQL {
        guard let name, transaction.engine == .sqlite else { return "" }
        return SQL(raw: "INDEXED BY \(name) ")
    }

    // MARK: Words

    /// Words of a question, at most.
    private static let most = 8
    /// Letters of the beginnings that SQLite's index keeps ready (`prefix` in `ReportSchema`).
    private static let ready = 6

    /// Letters and digits, folded, parted where the index parts them.
    static func terms(_ text: String) -> [String] {
        Folding.fold(text).split { !$0.isLetter && !$0.isNumber }.prefix(most).map { word in
            let plain = word.unicodeScalars.prefix(40).filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
            return String(String.UnicodeScalarView(plain))
        }.filter { !$0.isEmpty }
    }

    /// The newest first. Every word must begin some word of the report; a single letter or digit must be one.
    private static func search(
        _ terms: [String], _ conditions: [SQL], _ window: Window, in transaction: Transaction
    ) throws -> [Report] {
        guard transaction.engine == .sqlite else {
            let question = terms.map { $0.unicodeScalars.count == 1 ? "'\($0)'" : "'\($0)':*" }.joined(separator: " & ")
            let holds: SQL = "to_tsvector('simple', folded) @@ to_tsquery('simple', \(question))"
            let sql: SQL = "WHERE \(SQL.all([holds] + conditions)) ORDER BY number DESC LIMIT \(window.limit) OFFSET \(window.offset)"
            return try transaction.rows(ReportFields.select + sql).map(ReportFields.report)
        }
        if let found = try byBeginnings(terms, conditions, window, in: transaction) { return found }
        return try matching(terms.map(pattern).joined(separator: " AND "), conditions, window, in: transaction)
    }

    private static func pattern(_ term: String) -> String { term.unicodeScalars.count == 1 ? "\"\(term)\"" : "\"\(term)\"*" }

    private static func matching(
        _ question: String, _ conditions: [SQL], _ window: Window, in transaction: Transaction
    ) throws -> [Report] {
        // The words first and in order, then one look into the table for each: never the other way round.
        let sql: SQL = """
            SELECT \(raw: ReportFields.columns.map { "report." + $0 }.joined(separator: ", "))
            FROM report_words CROSS JOIN report ON report.number = report_words.rowid
            WHERE \(SQL.all(["report_words MATCH \(question)"] + conditions))
            ORDER BY report_words.rowid DESC LIMIT \(window.limit) OFFSET \(window.offset)
            """
        return try transaction.rows(sql).map(ReportFields.report)
    }

    /// A long word merged from all entries of all its words costs much where it is common: the ready beginnings first, of which those stay
    /// whose words go on as asked.
    /// - Returns: nil where no word is long, or where so many only begin alike that the index had better merge.
    private static func byBeginnings(
        _ terms: [String], _ conditions: [SQL], _ window: Window, in transaction: Transaction
    ) throws -> [Report]? {
        let long = terms.filter { $0.unicodeScalars.count > ready }
        guard !long.isEmpty else { return nil }
        let question = terms.map { pattern(String(String.UnicodeScalarView($0.unicodeScalars.prefix(ready)))) }.joined(separator: " AND ")
        let wanted = window.offset + window.limit
        let most = 2 * wanted + 100
        let sql: SQL = """
            SELECT report.number, report.folded FROM report_words CROSS JOIN report ON report.number = report_words.rowid
            WHERE \(SQL.all(["report_words MATCH \(question)"] + conditions)) ORDER BY report_words.rowid DESC LIMIT \(most)
            """
        let rows = try transaction.rows(sql)
        let found = rows.filter { row in
            let folded = row.text(1)
            return long.allSatisfy { folded.contains(" " + $0) }
        }
        guard found.count >= wanted || rows.count < most else { return nil }
        let numbers = found.dropFirst(window.offset).prefix(window.limit).map { $0.integer(0) }
        if numbers.isEmpty { return [] }
        return try transaction.rows(ReportFields.select + "WHERE number IN (\(SQL.list(numbers))) ORDER BY number DESC").map(
            ReportFields.report)
    }
}
