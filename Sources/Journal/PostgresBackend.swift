// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging

/// PostgreSQL through libpq: one connection for writing, a few for reading, each used by one thread at a time.
final class PostgresBackend: Backend {
    private let writer: Pool
    private let readers: Pool

    init(url: String, log: Logger) throws {
        let url = PostgresBackend.complete(url)
        writer = Pool(url: url, size: 1, log: log)
        readers = Pool(url: url, size: Journal.readerCount, log: log)
        try writer.with { _ in }
    }

    /// A server that answers may be a standby; with several hosts, the one that takes writes is meant. A dead host must not hold the
    /// turn for minutes.
    static func complete(_ url: String) -> String {
        var url = url
        for (key, value) in [("target_session_attrs", "read-write"), ("connect_timeout", "3"), ("application_name", "vigie")]
        where !url.contains(key) {
            if url.contains("://") { url += (url.contains("?") ? "&" : "?") + "\(key)=\(value)" } else { url += " \(key)=\(value)" }
        }
        return url
    }

    func write<T>(_ body: (Transaction) throws -> T) throws -> T {
        try writer.with { connection in try PostgresBackend.transact(connection, "BEGIN", body) }
    }

    func read<T>(_ body: (Transaction) throws -> T) throws -> T {
        try readers.with { connection in
            try PostgresBackend.transact(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
        }
    }

    private static func transact<T>(_ connection: PostgresConnection, _ begin: String, _ body: (Transaction) throws -> T) throws -> T {
        try connection.script(begin)
        let session = PostgresSession(connection)
        let transaction = Transaction(session)
        let result: T
        do {
            result = try body(transaction)
        } catch {
            session.undone()
            if !connection.isBroken { try? connection.script("ROLLBACK") }
            throw error
        }
        do {
            try connection.script("COMMIT")
        } catch JournalError.lost(let message) {
            throw JournalError.uncertain(message)
        }
        transaction.committed()
        return result
    }

    func close() {
        writer.close()
        readers.close()
    }

    /// Connections to one URL; a lost one is made anew when it is next needed, a few times with growing pauses.
    private final class Pool: @unchecked Sendable {
        private let condition = NSCondition()
        private let url: String
        private let log: Logger
        private var idle: [PostgresConnection?]

        init(url: String, size: Int, log: Logger) {
            (self.url, self.log) = (url, log)
            idle = [PostgresConnection?](repeating: nil, count: size)
        }

        func with<T>(_ body: (PostgresConnection) throws -> T) throws -> T {
            var connection = take()
            defer { give(connection.flatMap { $0.isBroken ? nil : $0 }) }
            if connection == nil { connection = try connect() }
            return try body(connection!)
        }

        private func connect() throws -> PostgresConnection {
            var pause = 0.05
            while true {
                do {
                    return try PostgresConnection.open(url)
                } catch {
                    // About a second in all: the caller, who may be the turn, then says so and tries again with its next transaction.
                    guard pause < 0.7 else {
                        log.error("the journal's server cannot be reached", metadata: ["error": "\(error)"])
                        throw error
                    }
                    Thread.sleep(forTimeInterval: pause)
                    pause *= 2
                }
            }
        }

        private func take() -> PostgresConnection? {
            condition.lock()
            defer { condition.unlock() }
            while idle.isEmpty { condition.wait() }
            return idle.removeLast()
        }

        private func give(_ connection: PostgresConnection?) {
            condition.lock()
            idle.append(connection)
            condition.signal()
            condition.unlock()
        }

        func close() {
            condition.lock()
            idle = idle.map { _ in nil }
            condition.unlock()
        }
    }
}
