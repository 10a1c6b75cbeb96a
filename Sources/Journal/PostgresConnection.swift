// SPDX-License-Identifier: EUPL-1.2

import CPostgres
import ControlRoom
import Foundation

/// One libpq connection with its prepared statements. Blocking, but never longer than `patience` without a sign from the server; used by
/// one thread at a time (the pool sees to that).
final class PostgresConnection {
    private(set) var handle: OpaquePointer
    /// How long the server may say nothing while it is asked; nil: without end. A connection on which it ran out is broken.
    var patience: Span?
    private(set) var isSilent = false
    /// By text and types of the values: the name of the prepared statement.
    private var prepared: [String: String] = [:]
    private var serial = 0
    /// By insertion: types of the columns, and the name of the temporary table for an upsert.
    var columnTypes: [Insertion: [UInt32]] = [:]
    var temporaryTables: [Insertion: String] = [:]

    private init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQfinish(handle) }

    /// - Parameter patience: the server's own limits follow from it: a statement may take three quarters of it, so that its end is heard in
    ///   time, a lock no longer than three seconds, and a transaction whose client is gone is undone. Nil: no limits.
    /// - Throws: `JournalError.away` where no host of the URL answers as it should.
    static func open(_ url: String, patience: Span?) throws -> PostgresConnection {
        guard let handle = PQconnectdb(url) else { throw JournalError.away("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw JournalError.away(message(handle))
        }
        let connection = PostgresConnection(handle)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard PQsetnonblocking(handle, 1) == 0 else { throw JournalError.away(message(handle)) }
        connection.patience = patience
        let limit = patience?.milliseconds ?? 0
        do {
            try connection.script(
                """
                SET client_min_messages = warning; SET bytea_output = 'hex'; SET statement_timeout = \(limit * 3 / 4);
                SET lock_timeout = \(min(limit * 3 / 4, 3000)); SET idle_in_transaction_session_timeout = \(limit * 4)
                """)
        } catch JournalError.lost(let why) { throw JournalError.away(why) }
        return connection
    }

    var isBroken: Bool { isSilent || PQstatus(handle) != CONNECTION_OK }

    /// For work that takes its time: a migration, bringing a backup back. Ends with the transaction.
    func liftLimits() throws {
        patience = nil
        try script("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
    }

    private static func message(_ handle: OpaquePointer) -> String {
        String(cString: PQerrorMessage(handle)).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs text with values; the result is binary. The caller clears it.
    func execute(_ sql: SQL) throws -> PostgresResult {
        let text = sql.text(for: .postgres)
        let types = sql.values.map(PostgresValue.type)
        let key = text + types.map { "/\($0)" }.joined()
        let name = try prepared[key] ?? prepare(key, text, types)
        let fields = sql.values.map(PostgresValue.bytes)
        var lengths = fields.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: fields.count)
        // All values one behind the other, so that their addresses hold during the call.
        var joined: [UInt8] = []
        for field in fields { joined += field ?? [] }
        joined.append(0)
        let isSent = joined.withUnsafeBytes { memory in
            var at = 0
            let addresses = fields.map { field -> UnsafePointer<CChar>? in
                guard let field else { return nil }
                defer { at += field.count }
                return (memory.baseAddress! + at).assumingMemoryBound(to: CChar.self)
            }
            return PQsendQueryPrepared(handle, name, Int32(fields.count), addresses, &lengths, formats, 1)
        }
        return try answer(isSent, text)
    }

    private func prepare(_ key: String, _ text: String, _ types: [UInt32]) throws -> String {
        if prepared.count >= 400 {
            try script("DEALLOCATE ALL")
            prepared = [:]
        }
        serial += 1
        let name = "s\(serial)"
        _ = try answer(PQsendPrepare(handle, name, text, Int32(types.count), types), text)
        prepared[key] = name
        return name
    }

    /// Several statements without values.
    func script(_ text: String) throws { _ = try answer(PQsendQuery(handle, text), text) }

    // MARK: waiting

    /// Sends what was asked and waits for all of its results; gives the last, as PQexec does, or throws what it says.
    private func answer(_ isSent: Int32, _ text: String) throws -> PostgresResult {
        guard isSent == 1 else { throw failure(nil, text) }
        try flush()
        var last: PostgresResult?
        while let raw = try nextResult() {
            last = PostgresResult(raw)
            if PQresultStatus(raw) == PGRES_COPY_IN || PQresultStatus(raw) == PGRES_COPY_OUT { break }
        }
        guard let last else { throw failure(nil, text) }
        return try check(last, text)
    }

    /// Everything that was sent so far is with the system. A connection that breaks meanwhile is told of by the next result.
    func flush() throws {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                // The server may want to be read before it reads on.
                if try wait(for: Int16(POLLIN | POLLOUT)) & Int16(POLLIN) != 0, PQconsumeInput(handle) == 0 { return }
            default: return
            }
        }
    }

    /// Nil after the last one. The caller clears it.
    func nextResult() throws -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            _ = try wait(for: Int16(POLLIN))
            guard PQconsumeInput(handle) == 1 else { break }
        }
        return PQgetResult(handle)
    }

    /// - Returns: what the socket is ready for.
    /// - Throws: `JournalError.lost` where the server gives no sign within `patience`; then the connection is broken.
    private func wait(for events: Int16) throws -> Int16 {
        let until = patience.map { ContinuousClock.now + .milliseconds($0.milliseconds) }
        while true {
            var socket = pollfd(fd: PQsocket(handle), events: events, revents: 0)
            let left = until.map { max(0, ($0 - ContinuousClock.now) / .milliseconds(1)) }
            let ready = poll(&socket, 1, left.map { Int32(min($0.rounded(.up), 1e9)) } ?? -1)
            if ready > 0 { return socket.revents }
            if ready < 0, errno == EINTR { continue }
            guard ready == 0 else { throw JournalError.lost("poll: \(String(cString: strerror(errno)))") }
            if (left ?? 1) <= 0 { throw silence() }
        }
    }

    private func silence() -> JournalError {
        isSilent = true
        // Closing must not wait for it either, nor a word reach it later.
        shutdown(PQsocket(handle), Int32(SHUT_RDWR))
        return .lost("the server gave no answer within \(Double(patience?.milliseconds ?? 0) / 1000) s")
    }

    // MARK: results

    func check(_ result: PostgresResult, _ text: String) throws -> PostgresResult {
        switch PQresultStatus(result.raw) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_EMPTY_QUERY: return result
        default: throw failure(result.raw, text)
        }
    }

    private func failure(_ raw: OpaquePointer?, _ text: String) -> JournalError {
        let message = PostgresConnection.message(handle)
        if isBroken { return .lost(message) }
        let state = PQresultErrorField(raw, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        switch state.prefix(2) {
        case "23": return .constraint(message)
        case "53": return .full(message)
        // The server is being stopped or starts, or the statement took longer than it may: the transaction is gone.
        case "57": return .lost(message)
        // A deadlock or a serialisation failure: gone, and may be tried again.
        case "40": return .busy(message)
        case "55": return .busy(message)
        case "XX": return .corrupt(message)
        default: return .sql(message, text)
        }
    }
}

/// A result that frees itself.
final class PostgresResult {
    let raw: OpaquePointer?
    init(_ raw: OpaquePointer?) { self.raw = raw }
    deinit { PQclear(raw) }

    var count: Int { Int(PQntuples(raw)) }
    var columns: Int { Int(PQnfields(raw)) }
    func type(_ column: Int) -> UInt32 { PQftype(raw, Int32(column)) }
    /// Rows that a statement changed; 0 where it tells none.
    var changed: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    func row(_ row: Int) -> Row {
        Row(
            (0..<columns).map { column in
                guard PQgetisnull(raw, Int32(row), Int32(column)) == 0, let start = PQgetvalue(raw, Int32(row), Int32(column)) else {
                    return .null
                }
                let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(raw, Int32(row), Int32(column))))
                return PostgresValue.value(bytes, type: type(column))
            })
    }
}
