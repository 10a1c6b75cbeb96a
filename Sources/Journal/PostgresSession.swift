// SPDX-License-Identifier: EUPL-1.2

import CPostgres

/// Statements on one PostgreSQL connection within a transaction.
final class PostgresSession: Session {
    let engine = Engine.postgres
    let connection: PostgresConnection
    private var cursors = 0
    /// From so many rows on, COPY is quicker than single statements.
    private static let copyFrom = 16

    init(_ connection: PostgresConnection) { self.connection = connection }

    func run(_ sql: SQL) throws -> Int { try connection.execute(sql).changed }

    func all(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        let result = try connection.execute(sql)
        for i in 0..<result.count { try body(result.row(i)) }
    }

    /// Through a cursor, so that `body` may use the connection and memory stays bounded.
    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        cursors += 1
        let name = "c\(cursors)"
        // The cursor's text is not worth keeping prepared: its name changes.
        _ = try connection.execute("DECLARE \(raw: name) NO SCROLL CURSOR FOR " + sql)
        while true {
            let page = try connection.execute("FETCH 2000 FROM \(raw: name)")
            for i in 0..<page.count { try body(page.row(i)) }
            if page.count < 2000 { break }
        }
        try connection.script("CLOSE \(name)")
        cursors -= 1
    }

    func script(_ text: String) throws { try connection.script(text) }

    func insert(_ insertion: Insertion, _ rows: [[Value]]) throws {
        let columns = insertion.columns.joined(separator: ", ")
        for row in rows { precondition(row.count == insertion.columns.count, "a row of \(insertion.table) has \(row.count) values") }
        guard rows.count >= PostgresSession.copyFrom else {
            for row in rows {
                var sql = SQL(raw: "INSERT INTO \(insertion.table) (\(columns)) VALUES (")
                for (i, value) in row.enumerated() { sql += i == 0 ? "\(value)" : ", \(value)" }
                _ = try connection.execute(sql + SQL(raw: ")" + insertion.conflictClause))
            }
            return
        }
        guard !insertion.key.isEmpty else { return try copy(rows, into: insertion.table, insertion) }
        let temporary = try temporaryTable(insertion)
        try copy(lastOfEqual(rows, insertion), into: temporary, insertion)
        try connection.script("INSERT INTO \(insertion.table) (\(columns)) SELECT \(columns) FROM \(temporary)" + insertion.conflictClause)
        try connection.script("DELETE FROM \(temporary)")
    }

    /// ON CONFLICT may meet each row only once; as in SQLite, the last of equals wins.
    private func lastOfEqual(_ rows: [[Value]], _ insertion: Insertion) -> [[Value]] {
        let key = insertion.key.compactMap { insertion.columns.firstIndex(of: $0) }
        var place: [[Value]: Int] = [:]
        for (i, row) in rows.enumerated() { place[key.map { row[$0] }] = i }
        return place.count == rows.count ? rows : place.values.sorted().map { rows[$0] }
    }

    private func temporaryTable(_ insertion: Insertion) throws -> String {
        if let name = connection.temporaryTables[insertion] { return name }
        let name = "vigie_upsert_\(connection.temporaryTables.count)"
        try connection.script(
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS \(name) ON COMMIT DELETE ROWS
            AS SELECT \(insertion.columns.joined(separator: ", ")) FROM \(insertion.table) WITH NO DATA
            """)
        newTables.append((insertion, name))
        connection.temporaryTables[insertion] = name
        return name
    }

    /// Made in this transaction: gone again where it is undone.
    private var newTables: [(Insertion, String)] = []

    func undone() { for (insertion, _) in newTables { connection.temporaryTables[insertion] = nil } }

    // MARK: COPY

    private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    private func copy(_ rows: [[Value]], into table: String, _ insertion: Insertion) throws {
        let types = try columnTypes(insertion)
        // Everything is checked and laid out before the COPY begins, so that a bad value does not leave it open.
        var bytes = PostgresSession.header
        for row in rows {
            bytes += PostgresValue.big(Int16(row.count))
            for (value, type) in zip(row, types) { try PostgresValue.appendField(value, type: type, to: &bytes) }
        }
        bytes += [0xFF, 0xFF]
        let text = "COPY \(table) (\(insertion.columns.joined(separator: ", "))) FROM STDIN BINARY"
        try connection.script(text)
        try send(bytes, text)
    }

    func send(_ bytes: [UInt8], _ text: String) throws {
        let handle = connection.handle
        let isWhole = try bytes.withUnsafeBytes { all in
            for begin in stride(from: 0, to: all.count, by: 1 << 20) {
                let part = UnsafeRawBufferPointer(rebasing: all[begin..<min(begin + 1 << 20, all.count)])
                guard PQputCopyData(handle, part.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(part.count)) == 1 else {
                    return false
                }
                try connection.flush()
            }
            return true
        }
        _ = PQputCopyEnd(handle, isWhole ? nil : "not all rows could be sent")
        try connection.flush()
        var failure: (any Error)?
        while let raw = try connection.nextResult() {
            do { _ = try connection.check(PostgresResult(raw), text) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        if connection.isBroken { throw JournalError.lost("while copying into a table") }
    }

    private func columnTypes(_ insertion: Insertion) throws -> [UInt32] {
        if let types = connection.columnTypes[insertion] { return types }
        let result = try connection.execute(SQL(raw: "SELECT \(insertion.columns.joined(separator: ", ")) FROM \(insertion.table) LIMIT 0"))
        let types = (0..<result.columns).map(result.type)
        connection.columnTypes[insertion] = types
        return types
    }
}
