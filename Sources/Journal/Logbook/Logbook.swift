// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// The log (*main courante*): appended within the transaction of what it tells of, searched, exported, and verifiable by anybody.
package enum Logbook {
    /// Appends entries in the order given.
    /// - Returns: the entries with their numbers and hashes.
    @discardableResult
    package static func append(_ drafts: [LogDraft], in transaction: Transaction, at: Instant) throws -> [LogEntry] {
        guard !drafts.isEmpty else { return [] }
        // SQLite has one writer at a time; in PostgreSQL the lock makes it so for the log.
        if transaction.engine == .postgres { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7365)") }
        let head = try transaction.row("SELECT number, hash FROM logbook ORDER BY number DESC LIMIT 1")
        var (number, previous) = (head?.integer(0) ?? 0, head?.blob(1) ?? LogEntry.noHash)
        let entries = drafts.map { draft -> LogEntry in
            number += 1
            var entry = LogEntry(number: number, at: at, draft: clean(draft), previous: previous, hash: [])
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
            text: Words(clean(draft.text.french), clean(draft.text.english)), data: clean(draft.data))
    }

    private static let columns = ["number", "at", "author", "kind", "trade", "subject", "french", "english", "data", "previous", "hash"]
    private static let select: SQL = "SELECT number, at, author, kind, trade, subject, french, english, data, previous, hash FROM logbook"

    private static func row(_ e: LogEntry) -> [Value] {
        [
            e.number.bound, e.at.bound, e.author.bound, e.kind.rawValue.bound, e.trade.bound, e.subject.bound, e.text.french.bound,
            e.text.english.bound, e.data.bound, e.previous.bound, e.hash.bound,
        ]
    }

    static func entry(_ row: Row) -> LogEntry {
        let draft = LogDraft(
            author: row.text(2), kind: LogDraft.Kind(rawValue: row.text(3)) ?? .auto, trade: row.text(4), subject: row.textOrNil(5),
            text: Words(row.text(6), row.text(7)), data: row.text(8))
        return LogEntry(number: row.integer(0), at: row.instant(1), draft: draft, previous: row.blob(9), hash: row.blob(10))
    }

    private static func folded(_ d: LogDraft) -> String {
        fold([d.text.french, d.text.english, d.author, d.subject ?? "", d.data].joined(separator: " "))
    }

    private static func fold(_ text: String) -> String {
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
        if let author = filter.author { conditions.append("author = \(author)") }
        if let subject = filter.subject { conditions.append("subject IN (\(subject), \("asset:" + subject), \("alarm:" + subject))") }
        if let kind = filter.kind { conditions.append("kind = \(kind.rawValue)") }
        if let from = filter.from { conditions.append("at >= \(from)") }
        if let to = filter.to { conditions.append("at <= \(to)") }
        for word in fold(filter.words).split(whereSeparator: \.isWhitespace).prefix(8) {
            conditions.append("folded LIKE \("%" + pattern(String(word)) + "%") ESCAPE '!'")
        }
        let sql = select + " WHERE \(SQL.all(conditions)) ORDER BY number DESC LIMIT \(max(0, min(limit, 10_000)))"
        return try transaction.rows(sql).map(entry)
    }

    private static func pattern(_ word: String) -> String {
        word.replacingOccurrences(of: "!", with: "!!").replacingOccurrences(of: "%", with: "!%").replacingOccurrences(of: "_", with: "!_")
    }

    package static func entry(_ number: Int64, in transaction: Transaction) throws -> LogEntry? {
        try transaction.row(select + " WHERE number = \(number)").map(entry)
    }

    /// Calls `write` with each entry as a line of JSON, oldest first.
    package static func export(from first: Int64 = 1, to last: Int64 = .max, in transaction: Transaction, _ write: (String) throws -> Void)
        throws
    {
        try transaction.each(select + " WHERE number BETWEEN \(first) AND \(last) ORDER BY number") { try write(entry($0).json + "\n") }
    }
}
