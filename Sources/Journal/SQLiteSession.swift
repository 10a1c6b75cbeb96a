// SPDX-License-Identifier: EUPL-1.2

import GRDB
import GRDBSQLite

/// Statements on one SQLite connection, bound and stepped through the C interface: 2.8 times as fast as through argument lists.
final class SQLiteSession: Session {
    let engine = Engine.sqlite
    private let database: Database
    /// Texts being streamed now: their cached statement is taken.
    private var streaming: Set<String> = []

    init(_ database: Database) { self.database = database }

    func run(_ sql: SQL) throws -> Int {
        let before = sqlite3_total_changes(database.sqliteConnection)
        try execute(sql) { _ in }
        return Int(sqlite3_total_changes(database.sqliteConnection) &- before)
    }

    func all(_ sql: SQL, _ body: (Row) throws -> Void) throws { try execute(sql, body) }

    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws { try execute(sql, body) }

    private func execute(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        let text = sql.text(for: .sqlite)
        let isFree = streaming.insert(text).inserted
        defer { if isFree { streaming.remove(text) } }
        // A text that is being streamed already (by a caller up the stack) needs a statement of its own.
        let statement = isFree ? try database.cachedStatement(sql: text) : try database.makeStatement(sql: text)
        let handle = statement.sqliteStatement
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (i, value) in sql.values.enumerated() { try bind(handle, Int32(i + 1), value, text) }
        let columns = Int(sqlite3_column_count(handle))
        while try step(handle, text) { try body(Row((0..<columns).map { value(handle, Int32($0)) })) }
    }

    func insert(_ insertion: Insertion, _ rows: [[Value]]) throws {
        let places = insertion.columns.map { _ in "?" }.joined(separator: ", ")
        let text =
            "INSERT INTO \(insertion.table) (\(insertion.columns.joined(separator: ", "))) VALUES (\(places))" + insertion.conflictClause
        let statement = try database.cachedStatement(sql: text)
        let handle = statement.sqliteStatement
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for row in rows {
            precondition(row.count == insertion.columns.count, "a row of \(insertion.table) has \(row.count) values")
            for i in row.indices { try bind(handle, Int32(i + 1), row[i], text) }
            _ = try step(handle, text)
            sqlite3_reset(handle)
        }
    }

    func script(_ text: String) throws { try database.execute(sql: text) }

    /// True where there is a row.
    private func step(_ handle: OpaquePointer, _ text: String) throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(text)
        }
    }

    private func failure(_ text: String) -> JournalError {
        let message = sqlite3_errmsg(database.sqliteConnection).map { String(cString: $0) } ?? "unknown error"
        return SQLiteBackend.sqliteError(sqlite3_extended_errcode(database.sqliteConnection), message, text)
    }

    private func bind(_ handle: OpaquePointer, _ index: Int32, _ value: Value, _ text: String) throws {
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(handle, index)
        case .integer(let n): code = sqlite3_bind_int64(handle, index, n)
        case .real(let d): code = sqlite3_bind_double(handle, index, d)
        case .text(var s):
            code = s.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { sqlite3_bind_text(handle, index, $0.baseAddress, Int32(utf8.count), copied) }
            }
        case .blob(let b):
            code =
                b.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : b.withUnsafeBytes { sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), copied) }
        }
        guard code == SQLITE_OK else { throw failure(text) }
    }

    private func value(_ handle: OpaquePointer, _ column: Int32) -> Value {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(handle, column) else { return .text("") }
            return .text(
                String(decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(handle, column) else { return .blob([]) }
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))))
        default: return .null
        }
    }
}
