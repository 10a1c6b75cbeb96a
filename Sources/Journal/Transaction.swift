// SPDX-License-Identifier: EUPL-1.2

/// One transaction, inside the closure given to `Journal.read` or `write`; it ends with the closure: kept where that returns,
/// undone where it throws. On PostgreSQL a failed statement spoils the whole transaction, so do not catch and go on.
package final class Transaction {
    private let session: any Session
    package var engine: Engine { session.engine }

    private var hooks: [() -> Void] = []

    init(_ session: any Session) { self.session = session }

    /// Runs `body` once this transaction is kept, on the thread that wrote it; never where it was undone.
    package func afterCommit(_ body: @escaping () -> Void) { hooks.append(body) }

    func committed() {
        for hook in hooks { hook() }
        hooks = []
    }

    /// Runs one statement and gives the number of rows that it changed.
    @discardableResult
    package func run(_ sql: SQL) throws -> Int { try session.run(sql) }

    /// All rows of one statement, held in memory.
    package func rows(_ sql: SQL) throws -> [Row] {
        var rows: [Row] = []
        try session.all(sql) { rows.append($0) }
        return rows
    }

    /// The first row, or nil.
    package func row(_ sql: SQL) throws -> Row? { try rows(sql).first }

    /// Streams the rows of a SELECT. `body` may use the transaction; what it changes of the table being read, it may or may not meet.
    package func each(_ sql: SQL, _ body: (Row) throws -> Void) throws { try session.stream(sql, body) }

    /// Inserts many rows fast: one prepared statement in SQLite, COPY in PostgreSQL. Each row has as many values as `columns`.
    /// With `orReplace`, a row whose `key` (the columns of the primary key) is there already takes the new values; the last of
    /// equals in `rows` wins.
    package func insert(
        into table: String, _ columns: [String], rows: [[Value]], orReplace: Bool = false, key: [String] = []
    ) throws {
        guard !rows.isEmpty else { return }
        precondition(!orReplace || !key.isEmpty, "orReplace needs the key")
        try session.insert(Insertion(table: table, columns: columns, key: orReplace ? key : []), rows)
    }

    /// Several statements without values, as in a migration.
    package func script(_ text: String) throws { try session.script(text) }
}

/// Where rows go, as the engines prepare it.
struct Insertion: Hashable {
    var table: String
    var columns: [String]
    /// Empty where equal rows are an error.
    var key: [String]

    /// `ON CONFLICT …`, the same in both engines.
    var conflictClause: String {
        guard !key.isEmpty else { return "" }
        let others = columns.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
        let action = others.isEmpty ? "NOTHING" : "UPDATE SET " + others.joined(separator: ", ")
        return " ON CONFLICT (\(key.joined(separator: ", "))) DO \(action)"
    }
}

/// A connection in the middle of a transaction.
protocol Session: AnyObject {
    var engine: Engine { get }
    func run(_ sql: SQL) throws -> Int
    func all(_ sql: SQL, _ body: (Row) throws -> Void) throws
    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws
    func insert(_ insertion: Insertion, _ rows: [[Value]]) throws
    func script(_ text: String) throws
}
