// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Logging

/// PostgreSQL through libpq: one connection for writing, a few for reading, each used by one thread at a time.
final class PostgresBackend: Backend {
    private let server: Server
    private let writer: Pool
    private let readers: Pool

    /// - Parameter patience: how long the server may say nothing while it is asked; nil: without end.
    init(url: String, patience: Span?, log: Logger) throws {
        server = Server(url: PostgresBackend.complete(url), patience: patience, log: log)
        writer = Pool(server: server, size: 1)
        readers = Pool(server: server, size: Journal.readerCount)
        try writer.with { _ in }
    }

    /// A server that answers may be a standby; with several hosts, the one that takes writes is meant. A dead host must not hold the
    /// turn for minutes: what the system can see of it (no host, no acknowledgement of what was sent, no sign of life) is told within
    /// seconds; a host that lives and a server that says nothing is told by `patience`.
    static func complete(_ url: String) -> String {
        var url = url
        for (key, value) in [
            ("target_session_attrs", "read-write"), ("connect_timeout", "3"), ("tcp_user_timeout", "10000"), ("keepalives_idle", "10"),
            ("keepalives_interval", "3"), ("keepalives_count", "3"), ("application_name", "vigie"),
        ]
        where !url.contains(key) {
            if url.contains("://") { url += (url.contains("?") ? "&" : "?") + "\(key)=\(value)" } else { url += " \(key)=\(value)" }
        }
        return url
    }

    func write<T>(_ body: (Transaction) throws -> T) throws -> T {
        try writer.with { connection in try PostgresBackend.transact(connection, "BEGIN", body) }
    }

    func writeAtLeisure<T>(_ body: (Transaction) throws -> T) throws -> T {
        try writer.with { connection in
            let patience = connection.patience
            defer { connection.patience = patience }
            return try PostgresBackend.transact(connection, "BEGIN") { transaction in
                try connection.liftLimits()
                return try body(transaction)
            }
        }
    }

    func write<T>(inDoubt: (@escaping () -> Void) -> Void, _ body: (Transaction) throws -> T) throws -> T {
        try writer.with { connection in try PostgresBackend.transact(connection, "BEGIN", inDoubt: inDoubt, body) }
    }

    func read<T>(_ body: (Transaction) throws -> T) throws -> T {
        try readers.with { connection in
            try PostgresBackend.transact(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
        }
    }

    private static func transact<T>(
        _ connection: PostgresConnection, _ begin: String, inDoubt: (@escaping () -> Void) -> Void = { _ in },
        _ body: (Transaction) throws -> T
    ) throws -> T {
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
            inDoubt { transaction.committed() }
            throw JournalError.uncertain(message)
        }
        transaction.committed()
        return result
    }

    func close() {
        writer.close()
        readers.close()
        server.close()
    }

    /// The server as all connections know it. Where it stays away, or says nothing, a thread of its own looks for it, and everybody else is
    /// told so at once: the turn must not wait for it again and again.
    private final class Server: @unchecked Sendable {
        private let lock = NSLock()
        private let url: String
        private let patience: Span?
        private let log: Logger
        /// Why the server cannot be reached, while it cannot.
        private var outage: (any Error)?
        /// Connections of before an outage are not used again: what hung once may hang again.
        private var epoch = 0
        private var isClosed = false

        init(url: String, patience: Span?, log: Logger) { (self.url, self.patience, self.log) = (url, patience, log) }

        var era: Int { lock.withLock { epoch } }

        func connect() throws -> PostgresConnection {
            if let outage = known { throw outage }
            var pause = 0.05
            let began = ContinuousClock.now
            while true {
                do {
                    return try PostgresConnection.open(url, patience: patience)
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

        /// Asked, it said nothing.
        func saidNothing() {
            let error = JournalError.away("the server gave no answer")
            log.error("the journal's server does not answer", metadata: ["error": "\(error)"])
            look(after: error)
        }

        private var known: (any Error)? { lock.withLock { outage } }

        /// Looks for the server twice a second until it is there.
        private func look(after error: any Error) {
            lock.lock()
            defer { lock.unlock() }
            guard outage == nil, !isClosed else { return }
            outage = error
            epoch += 1
            // It is only asked who it is: that is soon answered, if at all.
            let patience = patience.map { min($0, .seconds(5)) }
            let thread = Thread { [weak self, url] in
                var isThere = false
                while !isThere {
                    Thread.sleep(forTimeInterval: 0.5)
                    do {
                        _ = try PostgresConnection.open(url, patience: patience)
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
            lock.lock()
            defer { lock.unlock() }
            outage = error
            return !isClosed
        }

        private func isBack() { lock.withLock { outage = nil } }

        func close() { lock.withLock { isClosed = true } }
    }

    /// Connections to the server; a lost one is made anew when it is next needed, a few times with growing pauses.
    private final class Pool: @unchecked Sendable {
        private let condition = NSCondition()
        private let server: Server
        private var idle: [(connection: PostgresConnection, era: Int)?]

        init(server: Server, size: Int) {
            self.server = server
            idle = [(connection: PostgresConnection, era: Int)?](repeating: nil, count: size)
        }

        func with<T>(_ body: (PostgresConnection) throws -> T) throws -> T {
            var held = take()
            defer { give(held.flatMap { $0.connection.isBroken ? nil : $0 }) }
            let era = server.era
            if let old = held, old.era != era { held = nil }
            if held == nil { held = (try server.connect(), era) }
            let connection = held!.connection
            do {
                return try body(connection)
            } catch {
                if connection.isSilent { server.saidNothing() }
                throw error
            }
        }

        private func take() -> (connection: PostgresConnection, era: Int)? {
            condition.lock()
            defer { condition.unlock() }
            while idle.isEmpty { condition.wait() }
            return idle.removeLast()
        }

        private func give(_ connection: (connection: PostgresConnection, era: Int)?) {
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
