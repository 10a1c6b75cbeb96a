// SPDX-License-Identifier: EUPL-1.2

// Journal is the only room that knows a database or a file of data. It holds four things: the journal itself (rows, in SQLite or in
// PostgreSQL, by SQL that the desks write in their `…Store` files), the intake (the crash-safe way in of readings), the historian
// (samples in compressed chunks) and the logbook (entries chained by hash). It knows no desk and no page. SQLite is reached through
// GRDB, PostgreSQL through libpq; what differs between them stands side by side in `SQLite…` and `Postgres…` files.

package import ControlRoom
package import Logging

/// The database of one installation: one writer, several readers. Nothing of it runs on the cooperative pool or on an event loop.
package final class Journal: Sendable {
    package enum Location: Sendable, Hashable {
        /// In memory, for tests: gone with the process.
        case memory
        /// A SQLite file; made where absent.
        case file(String)
        /// A libpq URL, several hosts allowed: `postgres://a,b/vigie`.
        case postgres(String)
    }

    package let location: Location
    package var engine: Engine { if case .postgres = location { .postgres } else { .sqlite } }
    let migrations: [Migration]
    let backend: any Backend
    private let writer: Workers
    private let readers: Workers

    private init(_ location: Location, _ backend: any Backend, _ migrations: [Migration]) {
        (self.location, self.backend, self.migrations) = (location, backend, migrations)
        writer = Workers(name: "journal-w", count: 1)
        readers = Workers(name: "journal-r", count: Journal.readerCount)
    }

    static let readerCount = 3

    /// Opens the journal and brings its schema up to date. Blocks. The journal's own tables come before `migrations`.
    /// - Parameter patience: how long a PostgreSQL server may say nothing while it is asked, and one statement may take, except in what brings
    ///   the schema up to date; nil for commands that wait as long as it takes.
    /// - Throws: `JournalError`, also where a later release wrote it.
    package static func open(
        _ location: Location, migrations: [Migration], patience: Span? = nil, log: Logger
    ) throws -> Journal {
        try finish(location, try backend(location, patience: patience, log), own + migrations)
    }

    /// The tables of this room.
    static let own =
        LogbookSchema.migrations + HistorySchema.migrations + StateTapeSchema.migrations + LogbookSchema.later
        + PersonalDestruction.migrations

    static func backend(_ location: Location, patience: Span? = nil, _ log: Logger) throws -> any Backend {
        switch location {
        case .memory: try SQLiteBackend(path: nil)
        case .file(let path): try SQLiteBackend(path: path)
        case .postgres(let url): try PostgresBackend(url: url, patience: patience, log: log)
        }
    }

    static func finish(_ location: Location, _ backend: any Backend, _ migrations: [Migration]) throws -> Journal {
        try backend.writeAtLeisure { transaction in
            try transaction.lockSchema()
            try Migration.apply(migrations, in: transaction)
        }
        return Journal(location, backend, migrations)
    }

    /// Reads one consistent picture, on a reader's thread.
    package func read<T: Sendable>(_ body: @Sendable @escaping (Transaction) throws -> T) async throws -> T {
        try await readers.run { [backend] in try backend.read(body) }
    }

    /// Writes in one transaction, after those that came before. When it returns, it is on disk.
    @discardableResult
    package func write<T: Sendable>(_ body: @Sendable @escaping (Transaction) throws -> T) async throws -> T {
        try await writer.run { [backend] in try backend.write(body) }
    }

    /// As `write`, on the calling thread, which waits: for the turn's thread and the command line only.
    @discardableResult
    package func writeHere<T>(_ body: (Transaction) throws -> T) throws -> T { try backend.write(body) }

    /// As `writeHere`, for whoever can find out afterwards whether a commit without an answer was kept after all (`JournalError.uncertain`).
    /// - Parameter inDoubt: then gets what `Transaction.afterCommit` was given, to be run once it is known to be kept.
    @discardableResult
    package func writeHere<T>(inDoubt: (@escaping () -> Void) -> Void, _ body: (Transaction) throws -> T) throws -> T {
        try backend.write(inDoubt: inDoubt, body)
    }

    /// As `read`, on the calling thread.
    package func readHere<T>(_ body: (Transaction) throws -> T) throws -> T { try backend.read(body) }

    deinit {
        writer.stop()
        readers.stop()
        backend.close()
    }
}

/// A database, blocking; safe from any thread.
protocol Backend: Sendable {
    func write<T>(_ body: (Transaction) throws -> T) throws -> T
    func write<T>(inDoubt: (@escaping () -> Void) -> Void, _ body: (Transaction) throws -> T) throws -> T
    /// For a migration or a whole backup: no statement is ended for taking long.
    func writeAtLeisure<T>(_ body: (Transaction) throws -> T) throws -> T
    func read<T>(_ body: (Transaction) throws -> T) throws -> T
    func close()
}

extension Backend {
    func write<T>(inDoubt: (@escaping () -> Void) -> Void, _ body: (Transaction) throws -> T) throws -> T { try write(body) }
    func writeAtLeisure<T>(_ body: (Transaction) throws -> T) throws -> T { try write(body) }
}

extension Transaction {
    /// Two processes that open the same PostgreSQL database at once must not both migrate it.
    func lockSchema() throws {
        if engine == .postgres { _ = try rows("SELECT pg_advisory_xact_lock(7364)") }
    }
}
