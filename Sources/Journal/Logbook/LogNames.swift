// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Crypto

/// Names behind the marks of the log, and their end. Each function does one thing inside the caller's transaction.
package enum LogNames {
    /// Months that a name is kept after the end of its year, where no run of `keep` has said otherwise.
    static let months = 24

    package struct Known: Sendable, Hashable {
        package var mark: String
        package var name: String
        package var year: Int
        package var destroyAt: Instant
    }

    /// All that are known, by year and name: beside an export, for those who may know.
    package static func all(in transaction: Transaction) throws -> [Known] {
        try transaction.rows("SELECT mark, name, year, destroy_at FROM log_name ORDER BY year, name").map {
            Known(mark: $0.text(0), name: $0.text(1), year: $0.int(2), destroyAt: $0.instant(3))
        }
    }

    /// `mark;name;year;until`, a line each as a spreadsheet takes it.
    package static func csv(_ known: [Known]) -> String {
        known.reduce(into: "mark;name;year;until\r\n") { text, one in
            text += "\(one.mark);\(CSV.cell(one.name));\(one.year);\(one.destroyAt.iso8601)\r\n"
        }
    }

    static func marks(of name: String, in transaction: Transaction) throws -> [String] {
        try transaction.rows("SELECT mark FROM log_name WHERE name = \(name)").map { $0.text(0) }
    }

    /// The same entries with the names of their marks.
    static func named(_ entries: [LogEntry], in transaction: Transaction) throws -> [LogEntry] {
        let marks = Set(entries.flatMap(\.marks))
        guard !marks.isEmpty else { return entries }
        var names: [String: String] = [:]
        for row in try transaction.rows("SELECT mark, name FROM log_name WHERE mark IN (\(SQL.list(marks.sorted())))") {
            names[row.text(0)] = row.text(1)
        }
        return entries.map { entry in
            var entry = entry
            for mark in entry.marks { entry.names[mark] = names[mark] }
            return entry
        }
    }

    /// The day on which the names of a year end.
    static func end(of year: Int, months: Int) -> Instant { Instant(year: year + 1 + months / 12, month: 1 + months % 12, day: 1) }

    /// For how many months after its year a name is kept. A new number counts for those of before too.
    package static func keep(months: Int, in transaction: Transaction) throws {
        for row in try transaction.rows("SELECT DISTINCT year FROM log_name") {
            let end = end(of: row.int(0), months: months)
            try transaction.run("UPDATE log_name SET destroy_at = \(end) WHERE year = \(row.int(0)) AND destroy_at <> \(end)")
        }
    }

    /// Destroys the names past their day with their keys. Entries stay as they are, and so does the chain.
    /// - Returns: how many of which year.
    package static func destroy(at now: Instant, in transaction: Transaction) throws -> [(year: Int, count: Int)] {
        let due = try transaction.rows("SELECT year, COUNT(*) FROM log_name WHERE destroy_at <= \(now) GROUP BY year ORDER BY year")
        guard !due.isEmpty else { return [] }
        try transaction.wiping { _ = try transaction.run("DELETE FROM log_name WHERE destroy_at <= \(now)") }
        return due.map { ($0.int(0), $0.int(1)) }
    }
}

/// Puts marks into drafts while they are appended; makes the keys of people who were not named before in that year.
struct LogNaming {
    private let year: Int
    private var marks: [String: String] = [:]

    init(at: Instant) { year = at.civilDate.year }

    /// - Returns: the draft with marks, and their names.
    mutating func marked(_ draft: LogDraft, in transaction: Transaction) throws -> (LogDraft, names: [String: String]) {
        let account = draft.subject.flatMap(LogDraft.login)
        let author = draft.author == LogDraft.house ? nil : draft.author
        let people = Set([author, account].compactMap { $0 } + draft.people).subtracting(["", LogDraft.house])
        var own: [String: String] = [:]
        for name in people { own[name] = try mark(name, in: transaction) }
        var out = draft
        (out.author, out.people) = (author.flatMap { own[$0] } ?? draft.author, [])
        if let mark = account.flatMap({ own[$0] }) { out.subject = LogDraft.account + mark }
        let named = own.filter { draft.people.contains($0.key) }
        out.text = Words(LogMark.written(draft.text.french, named), LogMark.written(draft.text.english, named))
        return (out, Dictionary(uniqueKeysWithValues: own.map { ($0.value, $0.key) }))
    }

    private mutating func mark(_ name: String, in transaction: Transaction) throws -> String {
        if let known = marks[name] { return known }
        if let row = try transaction.row("SELECT mark FROM log_name WHERE name = \(name) AND year = \(year)") {
            marks[name] = row.text(0)
            return row.text(0)
        }
        let key = SymmetricKey(size: .bits256)
        let mark = LogMark.of(name, key: key)
        try transaction.run(
            """
            INSERT INTO log_name (mark, name, folded, year, secret, destroy_at)
            VALUES (\(mark), \(name), \(Logbook.fold(name)), \(year), \(key.withUnsafeBytes { Array($0) }),
                \(LogNames.end(of: year, months: LogNames.months)))
            """)
        marks[name] = mark
        return mark
    }
}

extension Transaction {
    /// What `body` deletes is also overwritten in the file of SQLite, not only given free. PostgreSQL does so at its VACUUM.
    package func wiping<T>(_ body: () throws -> T) throws -> T {
        guard engine == .sqlite else { return try body() }
        let before = try row("PRAGMA secure_delete")?.int(0) ?? 0
        try script("PRAGMA secure_delete = ON")
        defer { try? script("PRAGMA secure_delete = \(before == 2 ? "FAST" : String(before))") }
        return try body()
    }
}
