// SPDX-License-Identifier: EUPL-1.2

import Foundation
package import Logging

extension Journal {
    /// Brings a backup back into an empty place, after checking it against its manifest where that lies beside it, and opens it.
    /// - Throws: `JournalError.occupied` where the place is not empty, `.file`, `.corrupt` or `.newer` where the backup is not what it should be;
    ///   then nothing was written.
    package static func restore(from path: String, to location: Location, migrations: [Migration], log: Logger) throws -> Journal {
        if let data = FileManager.default.contents(atPath: path + ".manifest.json") {
            let manifest = try JSONDecoder().decode(BackupManifest.self, from: data)
            guard try digest(path).0 == manifest.sha256 else {
                throw JournalError.corrupt("\(path) is not the file that its manifest describes")
            }
        }
        guard let file = FileHandle(forReadingAtPath: path), let head = try file.read(upToCount: 16) else {
            throw JournalError.file("\(path) cannot be read")
        }
        if Array(head) == Archive.magic { return try restoreArchive(path, location, migrations, log) }
        guard head.starts(with: Array("SQLite format 3".utf8)) else { throw JournalError.file("\(path) is no backup of Vigie") }
        guard case .file(let target) = location else {
            throw JournalError.file(
                "\(path) is a SQLite file: restore it into a file, then back it up with --archive to move it to PostgreSQL")
        }
        guard !FileManager.default.fileExists(atPath: target) else {
            throw JournalError.occupied("\(target) exists already: restore into an empty place")
        }
        return try orNothing(location) {
            try FileManager.default.copyItem(atPath: path, toPath: target)
            return try open(location, migrations: migrations, log: log)
        }
    }

    /// What was written before something failed is taken away again: the place was empty.
    private static func orNothing<T>(_ location: Location, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            if case .file(let target) = location {
                for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: target + end) }
            }
            throw error
        }
    }

    private static func restoreArchive(_ path: String, _ location: Location, _ migrations: [Migration], _ log: Logger) throws -> Journal {
        if case .file(let target) = location, FileManager.default.fileExists(atPath: target) {
            throw JournalError.occupied("\(target) exists already: restore into an empty place")
        }
        // The schema as it was when the archive was made; later steps follow, over the data, as at any upgrade.
        var names: Set<String> = []
        try Archive.read(path) { if $0.table.name == "migration" { for row in $0.rows { names.insert(Row(row).text(0)) } } }
        let all = own + migrations
        let unknown = names.subtracting(all.map(\.name))
        guard unknown.isEmpty else { throw JournalError.newer(unknown.sorted()) }
        return try orNothing(location) {
            let backend = try backend(location, log)
            try backend.write { try fill($0, from: path, all.filter { names.contains($0.name) }) }
            return try finish(location, backend, all)
        }
    }

    /// One transaction: all of the archive, or nothing.
    private static func fill(_ transaction: Transaction, from path: String, _ steps: [Migration]) throws {
        try transaction.lockSchema()
        guard try Tables.list(in: transaction).isEmpty else { throw JournalError.occupied("the place to restore into is not empty") }
        try Migration.apply(steps, in: transaction)
        let constraints = try ForeignKeys.suspend(in: transaction)
        // Some steps put rows of their own into what they make; the archive has those, as they are now.
        for table in try Tables.counts(in: transaction) where table.key != "migration" && table.value > 0 {
            try transaction.run("DELETE FROM \(raw: table.key)")
        }
        try Archive.read(path) { block in
            guard block.table.name != "migration" else { return }
            try transaction.insert(into: block.table.name, block.table.columns, rows: block.rows)
        }
        try ForeignKeys.resume(constraints, in: transaction)
    }
}

/// Rows come back table by table, and a row may refer to a later one: the references are checked at the end.
private enum ForeignKeys {
    /// - Returns: the statements that bring them back.
    static func suspend(in transaction: Transaction) throws -> [String] {
        guard transaction.engine == .postgres else {
            try transaction.script("PRAGMA defer_foreign_keys = ON")
            return []
        }
        let sql: SQL = """
            SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
            """
        return try transaction.rows(sql).map { row in
            try transaction.script("ALTER TABLE \(row.text(0)) DROP CONSTRAINT \"\(row.text(1))\"")
            return "ALTER TABLE \(row.text(0)) ADD CONSTRAINT \"\(row.text(1))\" \(row.text(2))"
        }
    }

    static func resume(_ statements: [String], in transaction: Transaction) throws {
        for statement in statements { try transaction.script(statement) }
    }
}
