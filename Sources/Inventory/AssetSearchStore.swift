// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Finding assets by the beginnings of words, without regard to case and accents: 'liberat 12' finds 'Place de la Libération 12'.
/// Every word must begin some word of the identity, the name or the address. What is asked of the database is what its index of words
/// (`InventorySchema`) answers; no table is scanned.
package enum AssetSearchStore {
    /// What else must hold of the assets found; nil does not restrict.
    package struct Limits: Sendable, Hashable {
        package var kind: String?
        /// INSEE codes; '' is outside all communes.
        package var communes: Set<String>?
        package init(kind: String? = nil, communes: Set<String>? = nil) { (self.kind, self.communes) = (kind, communes) }
    }

    /// Words of a question, at most.
    static let words = 8

    /// The exact identity first, then identities that begin so, then the others by number. Removed assets are left out unless asked for.
    /// - Parameter limit: the most that are found.
    package static func numbers(
        _ text: String, limits: Limits = Limits(), limit: Int, includingRemoved: Bool = false, in transaction: Transaction
    ) throws -> [Asset.Number] {
        let terms = terms(text)
        guard !terms.isEmpty, limit > 0 else { return [] }
        var conditions = conditions(limits)
        if !includingRemoved { conditions.append("NOT EXISTS (SELECT 1 FROM removal WHERE removal.asset = asset.number)") }
        var found = try identities(text, conditions, limit: limit, in: transaction)
        let first = Set(found)
        for number in try byWords(terms, conditions, limit: limit, in: transaction) where !first.contains(number) { found.append(number) }
        return Array(found.prefix(limit))
    }

    /// The same as records.
    package static func search(_ text: String, limit: Int = 20, in transaction: Transaction) throws -> [AssetRecord] {
        try numbers(text, limit: limit, includingRemoved: true, in: transaction).compactMap { try AssetStore.find($0, in: transaction) }
    }

    /// Letters and digits, folded, parted where the index parts them.
    static func terms(_ text: String) -> [String] {
        parts(Folding.fold(text)).prefix(words).map { String($0.prefix(64)) }
    }

    private static func parts(_ folded: String) -> [Substring] { folded.split { !$0.isLetter && !$0.isNumber } }

    private static func conditions(_ limits: Limits) -> [SQL] {
        var conditions: [SQL] = []
        if let kind = limits.kind { conditions.append("asset.kind = \(kind)") }
        if let communes = limits.communes { conditions.append("asset.commune IN (\(SQL.list(communes.sorted())))") }
        return conditions
    }

    /// Identities that begin with the whole text, the exact one first.
    private static func identities(_ text: String, _ conditions: [SQL], limit: Int, in transaction: Transaction) throws -> [Asset.Number] {
        let whole = text.lowercased().filter { !$0.isWhitespace }
        guard whole.utf8.count <= 64, whole.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains(where: \.isWhitespace) else {
            return []
        }
        let after = whole + "\u{7F}"
        let range: SQL =
            transaction.engine == .sqlite
            ? "lower(id) >= \(whole) AND lower(id) < \(after)" : "lower(id) ~>=~ \(whole) AND lower(id) ~<~ \(after)"
        let sql: SQL = "SELECT number FROM asset WHERE \(SQL.all([range] + conditions))"
        return try transaction.rows(sql + " ORDER BY CASE WHEN lower(id) = \(whole) THEN 0 ELSE 1 END, id LIMIT \(limit)").map {
            $0.asset(0)
        }
    }

    /// Letters of the beginnings that SQLite's index keeps ready (`prefix` in `InventorySchema`). A longer one is merged from all entries
    /// of all its words at each question: a tenth of a second for a word that stands on a million assets.
    private static let ready = 6

    /// Where a word is longer than that: assets by the ready beginnings, of which those stay whose words go on as asked.
    /// - Returns: nil where no word is, or where so many only begin alike that the index had better merge.
    private static func byBeginnings(
        _ terms: [String], _ conditions: [SQL], limit: Int, in transaction: Transaction
    ) throws -> [Asset.Number]? {
        let long = terms.filter { $0.unicodeScalars.count > ready }
        guard !long.isEmpty else { return nil }
        let question = terms.map { "\"\(String(String.UnicodeScalarView($0.unicodeScalars.prefix(ready))))\"*" }.joined(separator: " AND ")
        let most = 2 * limit + 100
        let sql: SQL = """
            SELECT asset.number, asset.folded FROM asset_words CROSS JOIN asset ON asset.number = asset_words.rowid
            WHERE \(SQL.all(["asset_words MATCH \(question)"] + conditions)) ORDER BY asset_words.rowid LIMIT \(most)
            """
        let rows = try transaction.rows(sql)
        let found = rows.filter { row in
            let words = parts(row.text(1))
            return long.allSatisfy { term in words.contains { $0.hasPrefix(term) } }
        }
        return found.count >= limit || rows.count < most ? found.prefix(limit).map { $0.asset(0) } : nil
    }

    private static func byWords(_ terms: [String], _ conditions: [SQL], limit: Int, in transaction: Transaction) throws -> [Asset.Number] {
        if transaction.engine == .sqlite {
            if let found = try byBeginnings(terms, conditions, limit: limit, in: transaction) { return found }
            let question = terms.map { "\"\($0)\"*" }.joined(separator: " AND ")
            guard !conditions.isEmpty else {
                return try transaction.rows(
                    "SELECT rowid FROM asset_words WHERE asset_words MATCH \(question) ORDER BY rowid LIMIT \(limit)"
                ).map { $0.asset(0) }
            }
            // The words first and in order, then one look into the table for each: never the other way round.
            let sql: SQL = """
                SELECT asset.number FROM asset_words CROSS JOIN asset ON asset.number = asset_words.rowid
                WHERE asset_words MATCH \(question) AND \(SQL.all(conditions)) ORDER BY asset_words.rowid LIMIT \(limit)
                """
            return try transaction.rows(sql).map { $0.asset(0) }
        }
        let question = terms.map { "'\($0)':*" }.joined(separator: " & ")
        let holds: SQL = "to_tsvector('simple', regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g')) @@ to_tsquery('simple', \(question))"
        return try transaction.rows("SELECT number FROM asset WHERE \(SQL.all([holds] + conditions)) ORDER BY number LIMIT \(limit)").map {
            $0.asset(0)
        }
    }
}
