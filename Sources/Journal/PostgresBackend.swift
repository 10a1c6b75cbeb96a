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
        for (key, value) in [
            ("target_session_attrs", "read-write"), ("connect_timeout", "3"), ("tcp_user_timeout", "10000"), ("application_name", "vigie"),
        ]
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

    /// Connections to one URL; a lost one is made anew when it is next needed, a few times with growing pauses. Where the server stays away,
    /// a thread of the pool's own looks for it, and everybody else is told so at once: the turn must not wait for it again and again.
    private final class Pool: @unchecked Sendable {
        private let condition = NSCondition()
        private let url: String
        private let log: Logger
        private var idle: [PostgresConnection?]
        /// Why the server cannot be reached, while it cannot.
        private var outage: (any Error)?
        private var isClosed = false

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
            if let outage = known { throw outage }
            var pause = 0.05
            let began = ContinuousClock.now
            while true {
                do {
                    return try PostgresConnection.open(url)
                } catch {
                    // About a second in all: the caller, who may be the turn, then says so and tries again with its next transaction.
                    guard pause < 0.7, ContinuousClock.now - began < .seconds(1) else {
                        log.error("the journal's server cannot be reached", metadata: ["error": "\(error)"])
                        look(after: error)
                        throw error
                    }
                    Thread.sleep(forTimeInterval: pause)
                    pause *= 2
                }
            }
        }

        private var known: (any Error)? {
            condition.lock()
            defer { condition.unlock() }
            return outage
        }

        /// Looks for the server twice a second until it is there.
        private func look(after error: any Error) {
            condition.lock()
            defer { condition.unlock() }
            guard outage == nil, !isClosed else { return }
            outage = error
            let thread = Thread { [weak self, url] in
                var isThere = false
                while !isThere {
                    Thread.sleep(forTimeInterval: 0.5)
                    do {
                        _ = try PostgresConnection.open(url)
                        isThere = true
                    } catch { if self?.isStillAway(error) != true { return } }
                }
                self?.isBack()
            }
            thread.name = "journal-look"
            thread.stackSize = 1 << 20
            thread.start()
        }

        private func isStillAway(_ error: any Error) -> Bool {
            condition.lock()
            defer { condition.unlock() }
            outage = error
            return !isClosed
        }

        private func isBack() {
            condition.lock()
            defer { condition.unlock() }
            outage = nil
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
            isClosed = true
            condition.unlock()
        }
    }
}
