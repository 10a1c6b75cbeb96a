// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The daily end of personal data by the declarations of all rooms. In small transactions, so that nothing else waits; each keeps with what
/// went how many it were, so that a run that is cut off in the middle is still told rightly.
package enum PersonalDestruction {
    package static let migrations = [
        Migration(
            name: "journal personal destruction",
            sql: """
                -- What went, from where, how many, and the entry of the log that tells of it (NULL: not told yet).
                CREATE TABLE destruction (
                    number BIGINT NOT NULL PRIMARY KEY,
                    at BIGINT NOT NULL,
                    place TEXT NOT NULL,
                    count BIGINT NOT NULL CHECK (count > 0),
                    entry BIGINT
                );
                CREATE INDEX destruction_untold ON destruction (number) WHERE entry IS NULL;
                """)
    ]

    /// - Parameters:
    ///   - names: how long names are kept where a place says `names`.
    ///   - most: rows in one transaction.
    /// - Returns: the entry that tells of it; nil where nothing was due.
    @discardableResult
    package static func run(_ places: [PersonalPlace], names: Span, at now: Instant, in journal: Journal, most: Int = 2000) async throws
        -> LogEntry?
    {
        for place in places {
            guard let due = condition(place, names: names, at: now) else { continue }
            while true {
                let rows = try await journal.read { try waiting(in: place, due, most, $0) }
                guard !rows.isEmpty else { break }
                try await journal.write { transaction in
                    let count = try transaction.wiping { try end(place, rows, due, in: transaction) }
                    try keep(count, of: place.table, at: now, in: transaction)
                }
                if rows.count < most { break }
            }
        }
        return try await journal.write { try tell(places, at: now, in: $0) }
    }

    /// Which rows of a place are due; nil where another run ends them.
    private static func condition(_ place: PersonalPlace, names: Span, at now: Instant) -> SQL? {
        switch place.end {
        case .rowsGo(let day, _): return "\(raw: day) IS NOT NULL AND \(raw: day) <= \(now)"
        case .columnsEmpty(let after, let kept):
            let span: Span = if case .days(let days) = kept { .days(Int64(days)) } else { names }
            let filled = place.columns.map { "\($0.name) IS DISTINCT FROM \($0.emptied)" }.joined(separator: " OR ")
            return "(\(raw: after)) <= \(now - span) AND (\(raw: filled))"
        case .elsewhere: return nil
        }
    }

    /// Read apart from the change, so that looking for them holds nobody up.
    private static func waiting(in place: PersonalPlace, _ due: SQL, _ most: Int, _ transaction: Transaction) throws -> [Value] {
        let name = transaction.engine == .sqlite ? "rowid" : "ctid::text"
        return try transaction.rows("SELECT \(raw: name) FROM \(raw: place.table) WHERE \(due) LIMIT \(most)").map { row in
            transaction.engine == .sqlite ? .integer(row.integer(0)) : .text(row.text(0))
        }
    }

    private static func end(_ place: PersonalPlace, _ rows: [Value], _ due: SQL, in transaction: Transaction) throws -> Int {
        var list: SQL = ""
        for (i, row) in rows.enumerated() {
            if i > 0 { list += ", " }
            switch row {
            case .integer(let number): list += SQL(raw: String(number))
            case .text(let text): list += "\(text)::tid"
            default: preconditionFailure("a row's name is a number or a text")
            }
        }
        // Said again: what changed since it was read is left alone.
        let which: SQL = "\(raw: transaction.engine == .sqlite ? "rowid" : "ctid") IN (\(list)) AND \(due)"
        // Counted, since SQLite's own figure holds what triggers do.
        let count = try transaction.row("SELECT COUNT(*) FROM \(raw: place.table) WHERE \(which)")?.int(0) ?? 0
        if case .rowsGo = place.end {
            try transaction.run("DELETE FROM \(raw: place.table) WHERE \(which)")
        } else {
            let emptied = place.columns.map { "\($0.name) = \($0.emptied)" }.joined(separator: ", ")
            try transaction.run("UPDATE \(raw: place.table) SET \(raw: emptied) WHERE \(which)")
        }
        return count
    }

    /// Keeps that so many went; also for runs of a desk's own.
    /// - Parameter entry: what tells of it; nil where the next run is to tell.
    package static func keep(
        _ count: Int, of place: String, at now: Instant, entry: Int64? = nil, in transaction: Transaction
    ) throws {
        guard count > 0 else { return }
        let number = (try transaction.row("SELECT COALESCE(MAX(number), 0) FROM destruction")?.integer(0) ?? 0) + 1
        try transaction.run(
            "INSERT INTO destruction (number, at, place, count, entry) VALUES (\(number), \(now), \(place), \(count), \(entry))")
    }

    private static func tell(_ places: [PersonalPlace], at now: Instant, in transaction: Transaction) throws -> LogEntry? {
        let rows = try transaction.rows("SELECT place, SUM(count) FROM destruction WHERE entry IS NULL GROUP BY place ORDER BY place")
        guard !rows.isEmpty else { return nil }
        let list = rows.map { "\($0.text(0)) \($0.int(1))" }.joined(separator: ", ")
        let draft = LogDraft(
            trade: "privacy",
            text: Words("Données personnelles détruites à leur échéance : \(list).", "Personal data destroyed at its end: \(list)."))
        guard let entry = try Logbook.append([draft], in: transaction, at: now).first else { return nil }
        try transaction.run("UPDATE destruction SET entry = \(entry.number) WHERE entry IS NULL")
        return entry
    }

    /// What a desk destroys by rules of its own, and the entry that tells of it, in one transaction.
    /// - Parameters:
    ///   - trade: of the entry.
    ///   - title: how the entry begins, before the list of what went.
    ///   - destroy: destroys what is past its day; what went, and how many.
    /// - Returns: nil where nothing was due.
    package static func told(
        _ trade: String, _ title: Words, at now: Instant, in transaction: Transaction,
        _ destroy: () throws -> [(what: Words, count: Int)]
    ) throws -> LogEntry? {
        let parts = try transaction.wiping(destroy).filter { $0.count > 0 }
        guard !parts.isEmpty else { return nil }
        func list(_ language: Language) -> String { parts.map { "\($0.what(language)) \($0.count)" }.joined(separator: ", ") }
        let text = Words("\(title.french) : \(list(.french)).", "\(title.english): \(list(.english)).")
        return try Logbook.append([LogDraft(trade: trade, text: text)], in: transaction, at: now).first
    }

    package struct Run: Sendable, Hashable {
        package var at: Instant
        package var place: String
        package var count: Int
        package var entry: Int64?
    }

    /// What went, the newest first: one line for each place and run.
    package static func past(limit: Int, in transaction: Transaction) throws -> [Run] {
        try transaction.rows(
            """
            SELECT at, place, SUM(count), MAX(entry) FROM destruction GROUP BY at, place ORDER BY at DESC, place LIMIT \(limit)
            """
        ).map { Run(at: $0.instant(0), place: $0.text(1), count: $0.int(2), entry: $0.isNull(3) ? nil : $0.integer(3)) }
    }
}
