// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// The log (*main courante*): appended within the transaction of what it tells of, searched, exported, and verifiable by anybody.
package enum Logbook {
    /// Appends entries in the order given, with marks where people stand.
    /// - Returns: the entries with their numbers, hashes and names.
    @discardableResult
    package static func append(_ drafts: [LogDraft], in transaction: Transaction, at: Instant) throws -> [LogEntry] {
        guard !drafts.isEmpty else { return [] }
        // SQLite has one writer at a time; in PostgreSQL the lock makes it so for the log.
        if transaction.engine == .postgres { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7365)") }
        let head = try transaction.row("SELECT number, hash FROM logbook ORDER BY number DESC LIMIT 1")
        var (number, previous) = (head?.integer(0) ?? 0, head?.blob(1) ?? LogEntry.noHash)
        var naming = LogNaming(at: at)
        let entries = try drafts.map { draft -> LogEntry in
            number += 1
            let (marked, names) = try naming.marked(clean(draft), in: transaction)
            var entry = LogEntry(number: number, at: at, draft: marked, previous: previous, hash: [], names: names)
            entry.hash = entry.expectedHash
            previous = entry.hash
            return entry
        }
        try transaction.insert(into: "logbook", columns + ["folded"], rows: entries.map { row($0) + [.text(folded($0.draft))] })
        return entries
    }

    /// PostgreSQL keeps no zero byte in a text: such characters from outside become the replacement character before they are hashed.
    private static func clean(_ draft: LogDraft) -> LogDraft {
        func clean(_ text: String) -> String { text.utf8.contains(0) ? text.replacingOccurrences(of: "\0", with: "\u{FFFD}") : text }
        return LogDraft(
            author: clean(draft.author), kind: draft.kind, trade: clean(draft.trade), subject: draft.subject.map(clean),
            text: Words(clean(draft.text.french), clean(draft.text.english)), data: clean(draft.data), people: draft.people.map(clean))
    }

    private static let columns = [
        "number", "at", "author", "kind", "trade", "subject", "french", "english", "data", "previous", "hash", "form",
    ]
    static let select = SQL(raw: "SELECT " + columns.joined(separator: ", ") + " FROM logbook")

    private static func row(_ e: LogEntry) -> [Value] {
        let d = e.draft
        return [
            e.number.bound, e.at.bound, d.author.bound, d.kind.rawValue.bound, d.trade.bound, d.subject.bound, d.text.french.bound,
            d.text.english.bound, d.data.bound, e.previous.bound, e.hash.bound, e.form.bound,
        ]
    }

    /// As kept; the names of its marks are added where it is read for people.
    static func entry(_ row: Row) -> LogEntry {
        let draft = LogDraft(
            author: row.text(2), kind: LogDraft.Kind(rawValue: row.text(3)) ?? .auto, trade: row.text(4), subject: row.textOrNil(5),
            text: Words(row.text(6), row.text(7)), data: row.text(8))
        return LogEntry(
            number: row.integer(0), at: row.instant(1), draft: draft, previous: row.blob(9), hash: row.blob(10), form: row.int(11))
    }

    private static func folded(_ d: LogDraft) -> String {
        fold([d.text.french, d.text.english, d.author, d.subject ?? "", d.data].joined(separator: " "))
    }

    static func fold(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: Locale(identifier: "fr_FR"))
    }

    // MARK: Reading

    /// What to look for; empty fields do not restrict.
    package struct Filter: Sendable, Hashable {
        package var trade: String?
        package var author: String?
        /// As written, or without its `asset:` or `alarm:`.
        package var subject: String?
        package var kind: LogDraft.Kind?
        package var from: Instant?
        /// Included.
        package var to: Instant?
        /// All of these words, in any language, case and accents apart.
        package var words: String = ""
        package init() {}
    }

    /// The newest entries first, at most `limit`, older than number `before` where given: the last number of a page asks for the next.
    package static func search(_ filter: Filter = Filter(), before: Int64? = nil, limit: Int = 100, in transaction: Transaction) throws
        -> [LogEntry]
    {
        var conditions: [SQL] = []
        if let before { conditions.append("number < \(before)") }
        if let trade = filter.trade { conditions.append("trade = \(trade)") }
        if let author = filter.author {
            conditions.append("author IN (\(SQL.list([author] + (try LogNames.marks(of: author, in: transaction)))))")
        }
        if let subject = filter.subject {
            let accounts = try LogDraft.login(ofSubject: subject).map { try LogNames.marks(of: $0, in: transaction) } ?? []
            let subjects = [subject, "asset:" + subject, "alarm:" + subject] + accounts.map { LogDraft.account + $0 }
            conditions.append("subject IN (\(SQL.list(subjects)))")
        }
        if let kind = filter.kind { conditions.append("kind = \(kind.rawValue)") }
        if let from = filter.from { conditions.append("at >= \(from)") }
        if let to = filter.to { conditions.append("at <= \(to)") }
        for word in fold(filter.words).split(whereSeparator: \.isWhitespace).prefix(8) {
            conditions.append(try containing("%" + pattern(String(word)) + "%", transaction))
        }
        let sql = select + " WHERE \(SQL.all(conditions)) ORDER BY number DESC LIMIT \(max(0, min(limit, 10_000)))"
        return try LogNames.named(try transaction.rows(sql).map(entry), in: transaction)
    }

    /// The entry holds what `like` means, or the mark of somebody whose name does.
    private static func containing(_ like: String, _ transaction: Transaction) throws -> SQL {
        let own: SQL = "logbook.folded LIKE \(like) ESCAPE '!'"
        let marks = try transaction.rows("SELECT mark FROM log_name WHERE folded LIKE \(like) ESCAPE '!'").map { $0.text(0) }
        if marks.isEmpty { return own }
        return """
            (\(own) OR EXISTS (SELECT 1 FROM log_name n WHERE n.mark IN (\(SQL.list(marks))) AND logbook.folded LIKE '%' || n.mark || '%'))
            """
    }

    private static func pattern(_ word: String) -> String {
        word.replacingOccurrences(of: "!", with: "!!").replacingOccurrences(of: "%", with: "!%").replacingOccurrences(of: "_", with: "!_")
    }

    package static func entry(_ number: Int64, in transaction: Transaction) throws -> LogEntry? {
        try LogNames.named(try transaction.rows(select + " WHERE number = \(number)").map(entry), in: transaction).first
    }

    /// Calls `write` with each entry as a line of JSON, oldest first: as hashed, so with marks for people (`LogNames.all` says who).
    package static func export(from first: Int64 = 1, to last: Int64 = .max, in transaction: Transaction, _ write: (String) throws -> Void)
        throws
    {
        try transaction.each(select + " WHERE number BETWEEN \(first) AND \(last) ORDER BY number") { try write(entry($0).json + "\n") }
    }
}
