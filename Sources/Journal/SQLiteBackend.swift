// SPDX-License-Identifier: EUPL-1.2

import GRDB
import GRDBSQLite

/// SQLite through GRDB: a pool in WAL mode for a file, one connection in memory.
final class SQLiteBackend: Backend {
    let database: any DatabaseWriter

    /// - Parameter path: nil for a database in memory.
    init(path: String?) throws {
        do {
            guard let path else {
                database = try DatabaseQueue(configuration: SQLiteBackend.configuration)
                return
            }
            let pool = try DatabasePool(path: path, configuration: SQLiteBackend.configuration)
            // GRDB sets NORMAL with WAL, which may lose the last commits at a power cut: an act that was acknowledged must survive it.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            database = pool
        } catch {
            throw SQLiteBackend.translate(error, path ?? "memory")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = Journal.readerCount + 2
        configuration.prepareDatabase { db in
            // The page size counts only before the first table is made; 16 KiB fits blobs of history without overflow pages.
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA page_size = 16384") }
            try db.execute(sql: "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    func write<T>(_ body: (Transaction) throws -> T) throws -> T {
        do {
            var transaction: Transaction?
            let result = try database.write { db in
                transaction = Transaction(SQLiteSession(db))
                return try body(transaction!)
            }
            transaction?.committed()
            return result
        } catch {
            throw SQLiteBackend.translate(error, "")
        }
    }

    func read<T>(_ body: (Transaction) throws -> T) throws -> T {
        do {
            return try database.read { try body(Transaction(SQLiteSession($0))) }
        } catch {
            throw SQLiteBackend.translate(error, "")
        }
    }

    /// Gives the raw connection outside a transaction, for backup and checkpoints.
    func withConnection<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            return try database.writeWithoutTransaction(body)
        } catch {
            throw SQLiteBackend.translate(error, "")
        }
    }

    /// A PRAGMA of the writing connection, for `check` and tests.
    func setting(_ name: String) throws -> Value {
        try withConnection { db in
            var value = Value.null
            try SQLiteSession(db).all(SQL(raw: "PRAGMA \(name)")) { value = $0.values[0] }
            return value
        }
    }

    func set(_ name: String, _ value: Int) throws { try withConnection { try $0.execute(sql: "PRAGMA \(name) = \(value)") } }

    func close() { try? database.close() }

    /// The house's error for SQLite's; others (a desk's own, thrown in the closure) pass unchanged.
    static func translate(_ error: any Error, _ text: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let message = error.message ?? "error \(error.extendedResultCode.rawValue)"
        return sqliteError(error.resultCode.rawValue, message, error.sql ?? text)
    }

    static func sqliteError(_ code: Int32, _ message: String, _ text: String) -> JournalError {
        switch code & 0xFF {
        case SQLITE_FULL: .full(message)
        case SQLITE_IOERR: .full("\(message) (input/output error)")
        case SQLITE_BUSY, SQLITE_LOCKED: .busy(message)
        case SQLITE_CONSTRAINT: .constraint(message)
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt(message)
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .file("\(message): \(text)")
        default: .sql(message, text)
        }
    }
}
