// SPDX-License-Identifier: EUPL-1.2

import Crypto
import Foundation

/// A whole journal in one file that either engine writes and reads, so it also carries a house from SQLite to PostgreSQL and back:
///
///     "VIGIE-ARCHIVE-1\n", then blocks: length (4 bytes, little-endian), then that many bytes
///       a block of rows: name of the table, number of columns (2), their names, number of rows (4), the values
///         name: length (2), UTF-8;  value: 0 | 1 integer (8) | 2 real (8) | 3 text, length (4), UTF-8 | 4 bytes, length (4), bytes
///     length 0 ends it, then the SHA-256 of all before
///
/// The first block is the table `migration`, so that a reader knows which schema the rows are of.
enum Archive {
    static let magic = Array("VIGIE-ARCHIVE-1\n".utf8)
    private static let blockBytes = 1 << 20

    // MARK: Writing

    /// Writes all tables as one consistent picture, and gives the number of rows of each and the file's SHA-256 over the blocks.
    static func write(to path: String, from transaction: Transaction) throws -> [String: Int] {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw JournalError.file("\(path) cannot be written")
        }
        defer { try? file.close() }
        var output = Output(file: file)
        try output.put(magic)
        var counts: [String: Int] = [:]
        let tables = try Tables.list(in: transaction)
        for table in tables.filter({ $0.name == "migration" }) + tables.filter({ $0.name != "migration" }) {
            var (rows, count, total) = (ByteWriter(), 0, 0)
            func flush() throws {
                try output.block(head(table, count) + rows.bytes)
                total += count
                (rows, count) = (ByteWriter(), 0)
            }
            try transaction.each("SELECT \(raw: table.columns.joined(separator: ", ")) FROM \(raw: table.name)") { row in
                for value in row.values { put(value, &rows) }
                count += 1
                if rows.bytes.count > blockBytes { try flush() }
            }
            try flush()
            counts[table.name] = total
        }
        try output.finish()
        return counts
    }

    private struct Output {
        let file: FileHandle
        var hash = SHA256()

        init(file: FileHandle) { self.file = file }

        mutating func put(_ bytes: [UInt8]) throws {
            hash.update(data: bytes)
            do {
                try file.write(contentsOf: Data(bytes))
            } catch {
                throw JournalError.full("the archive cannot be written: \(error.localizedDescription)")
            }
        }

        mutating func block(_ bytes: [UInt8]) throws {
            try put(withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) })
            try put(bytes)
        }

        mutating func finish() throws {
            try put([0, 0, 0, 0])
            try file.write(contentsOf: Data(hash.finalize()))
            try file.synchronize()
        }
    }

    private static func head(_ table: Tables, _ count: Int) -> [UInt8] {
        var out = ByteWriter()
        func name(_ text: String) {
            out.put(UInt16(text.utf8.count))
            out.bytes += Array(text.utf8)
        }
        name(table.name)
        out.put(UInt16(table.columns.count))
        table.columns.forEach(name)
        out.put(UInt32(count))
        return out.bytes
    }

    private static func put(_ value: Value, _ out: inout ByteWriter) {
        switch value {
        case .null: out.put(UInt8(0))
        case .integer(let n):
            out.put(UInt8(1))
            out.put(n)
        case .real(let d):
            out.put(UInt8(2))
            out.put(d.bitPattern)
        case .text(let s): long(3, Array(s.utf8), &out)
        case .blob(let b): long(4, b, &out)
        }
    }

    private static func long(_ tag: UInt8, _ bytes: [UInt8], _ out: inout ByteWriter) {
        out.put(tag)
        out.put(UInt32(bytes.count))
        out.bytes += bytes
    }

    // MARK: Reading

    struct Block {
        var table: Tables
        var rows: [[Value]]
    }

    /// Checks the SHA-256 of the whole file first, then gives block after block.
    static func read(_ path: String, _ body: (Block) throws -> Void) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { throw JournalError.file("\(path) cannot be read") }
        defer { try? file.close() }
        try verify(file, path)
        try file.seek(toOffset: UInt64(magic.count))
        while true {
            let length = try ByteReader(take(file, 4, path), at: 0).peek(UInt32.self)
            if length == 0 { return }
            do {
                try body(try block(take(file, Int(length), path)))
            } catch is SnapshotError {
                throw JournalError.corrupt("the archive \(path) is damaged")
            }
        }
    }

    private static func verify(_ file: FileHandle, _ path: String) throws {
        let size = Int(try file.seekToEnd())
        try file.seek(toOffset: 0)
        guard size >= magic.count + 36, try take(file, magic.count, path) == magic else {
            throw JournalError.file("\(path) is not an archive of Vigie, or was cut")
        }
        var hash = SHA256()
        hash.update(data: magic)
        var left = size - magic.count - 32
        while left > 0 {
            let part = try take(file, min(left, 1 << 20), path)
            hash.update(data: part)
            left -= part.count
        }
        guard Array(hash.finalize()) == (try take(file, 32, path)) else {
            throw JournalError.corrupt("the archive \(path) is damaged or was cut: its SHA-256 is another")
        }
    }

    private static func take(_ file: FileHandle, _ count: Int, _ path: String) throws -> [UInt8] {
        guard let data = try file.read(upToCount: count), data.count == count else {
            throw JournalError.corrupt("the archive \(path) was cut")
        }
        return [UInt8](data)
    }

    private static func block(_ bytes: [UInt8]) throws -> Block {
        var input = ByteReader(bytes, at: 0)
        func name() throws -> String { String(decoding: try input.take(count: Int(try input.take(UInt16.self))), as: UTF8.self) }
        let table = try name()
        let columns = try (0..<Int(try input.take(UInt16.self))).map { _ in try name() }
        let count = Int(try input.take(UInt32.self))
        var rows: [[Value]] = []
        for _ in 0..<count { rows.append(try columns.map { _ in try value(&input) }) }
        return Block(table: Tables(name: table, columns: columns), rows: rows)
    }

    private static func value(_ input: inout ByteReader) throws -> Value {
        switch try input.take(UInt8.self) {
        case 0: .null
        case 1: .integer(try input.take(Int64.self))
        case 2: .real(Double(bitPattern: try input.take(UInt64.self)))
        case 3: .text(String(decoding: try input.take(count: Int(try input.take(UInt32.self))), as: UTF8.self))
        case 4: .blob(try input.take(count: Int(try input.take(UInt32.self))))
        default: throw SnapshotError.damaged
        }
    }
}
