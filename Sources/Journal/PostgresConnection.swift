// SPDX-License-Identifier: EUPL-1.2

import CPostgres
import Foundation

/// One libpq connection with its prepared statements. Blocking; used by one thread at a time (the pool sees to that).
final class PostgresConnection {
    private(set) var handle: OpaquePointer
    /// By text and types of the values: the name of the prepared statement.
    private var prepared: [String: String] = [:]
    private var serial = 0
    /// By insertion: types of the columns, and the name of the temporary table for an upsert.
    var columnTypes: [Insertion: [UInt32]] = [:]
    var temporaryTables: [Insertion: String] = [:]

    private init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQfinish(handle) }

    /// - Throws: `JournalError.away` where no host of the URL answers as it should.
    static func open(_ url: String) throws -> PostgresConnection {
        guard let handle = PQconnectdb(url) else { throw JournalError.away("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw JournalError.away(message(handle))
        }
        let connection = PostgresConnection(handle)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try connection.script("SET client_min_messages = warning; SET bytea_output = 'hex'; SET statement_timeout = 0")
        return connection
    }

    var isBroken: Bool { PQstatus(handle) != CONNECTION_OK }

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
        let result = joined.withUnsafeBytes { memory in
            var at = 0
            let addresses = fields.map { field -> UnsafePointer<CChar>? in
                guard let field else { return nil }
                defer { at += field.count }
                return (memory.baseAddress! + at).assumingMemoryBound(to: CChar.self)
            }
            return PQexecPrepared(handle, name, Int32(fields.count), addresses, &lengths, formats, 1)
        }
        return try check(result, text)
    }

    private func prepare(_ key: String, _ text: String, _ types: [UInt32]) throws -> String {
        if prepared.count >= 400 {
            try script("DEALLOCATE ALL")
            prepared = [:]
        }
        serial += 1
        let name = "s\(serial)"
        _ = try check(PQprepare(handle, name, text, Int32(types.count), types), text)
        prepared[key] = name
        return name
    }

    /// Several statements without values.
    func script(_ text: String) throws { _ = try check(PQexec(handle, text), text) }

    func check(_ raw: OpaquePointer?, _ text: String) throws -> PostgresResult {
        let result = PostgresResult(raw)
        switch PQresultStatus(raw) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_EMPTY_QUERY: return result
        default: throw failure(raw, text)
        }
    }

    private func failure(_ raw: OpaquePointer?, _ text: String) -> JournalError {
        let message = PostgresConnection.message(handle)
        if isBroken { return .lost(message) }
        let state = PQresultErrorField(raw, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        switch state.prefix(2) {
        case "23": return .constraint(message)
        case "53": return .full(message)
        // The server is being stopped or starts: the transaction is gone.
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
