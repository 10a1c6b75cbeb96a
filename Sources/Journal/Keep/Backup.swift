// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Crypto
import Foundation
import GRDB
import Logging

/// What a backup holds, as it was verified; written beside it as `FILE.manifest.json`.
package struct BackupManifest: Sendable, Hashable, Codable {
    /// `sqlite` (a database file, opened as it is) or `archive` (either engine restores it).
    package var format: String
    /// Of the file, hexadecimal.
    package var sha256: String
    package var bytes: Int
    package var rows: [String: Int]
    /// The last entry of the log and its hash: the chain up to it was verified in the backup itself.
    package var logHead: Int64
    package var logHash: String
    package var migrations: [String]
}

extension Journal {
    /// Copies the whole journal into one file while it is in use, verifies the copy (integrity, chain of the log, rows) and writes a
    /// manifest beside it. Blocks: for the command line or a thread of its own. The file appears under its name only when it is good.
    /// - Parameter asArchive: the portable format also from SQLite, to move to PostgreSQL.
    @discardableResult
    package func backup(to path: String, asArchive: Bool = false) throws -> BackupManifest {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw JournalError.occupied("\(path) exists already: a backup never overwrites")
        }
        let part = path + ".part"
        try? FileManager.default.removeItem(atPath: part)
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: part + end) } }
        var manifest = try engine == .sqlite && !asArchive ? backupFile(part) : backupArchive(part)
        (manifest.sha256, manifest.bytes) = try Journal.digest(part)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(manifest).write(to: URL(fileURLWithPath: path + ".manifest.json"))
        try FileManager.default.moveItem(atPath: part, toPath: path)
        return manifest
    }

    private func backupFile(_ part: String) throws -> BackupManifest {
        try (backend as! SQLiteBackend).copy(to: part)
        let copy = try SQLiteBackend(path: part)
        defer { copy.close() }
        guard try copy.setting("integrity_check") == .text("ok") else {
            throw JournalError.corrupt("the backup does not pass integrity_check")
        }
        return try copy.read { try Journal.manifest("sqlite", try Tables.counts(in: $0), $0) }
    }

    private func backupArchive(_ part: String) throws -> BackupManifest {
        try backend.read { transaction in
            let counts = try Archive.write(to: part, from: transaction)
            var read: [String: Int] = [:]
            try Archive.read(part) { read[$0.table.name, default: 0] += $0.rows.count }
            guard read == counts else { throw JournalError.corrupt("the archive does not hold the rows that were written into it") }
            return try Journal.manifest("archive", counts, transaction)
        }
    }

    private static func manifest(_ format: String, _ counts: [String: Int], _ transaction: Transaction) throws -> BackupManifest {
        let chain = try Logbook.verify(in: transaction)
        if let fault = chain.faults.first { throw JournalError.corrupt("the log: \(fault)") }
        return BackupManifest(
            format: format, sha256: "", bytes: 0, rows: counts, logHead: chain.head, logHash: chain.headHash,
            migrations: try transaction.rows("SELECT name FROM migration ORDER BY place").map { $0.text(0) })
    }

    static func digest(_ path: String) throws -> (String, Int) {
        guard let file = FileHandle(forReadingAtPath: path) else { throw JournalError.file("\(path) cannot be read") }
        defer { try? file.close() }
        var (hash, bytes) = (SHA256(), 0)
        while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
            hash.update(data: data)
            bytes += data.count
        }
        return (hash.finalize().hexadecimal, bytes)
    }
}

extension SQLiteBackend {
    /// The backup interface of SQLite: a consistent copy, writers go on.
    func copy(to path: String) throws {
        do {
            let target = try DatabaseQueue(path: path)
            try database.backup(to: target)
            try target.close()
        } catch {
            throw SQLiteBackend.translate(error, path)
        }
    }
}
