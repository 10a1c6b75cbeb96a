// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Crypto

/// One step of the schema, applied once in the order given and never changed once released. SQL text with several statements;
/// types that mean the same on both engines: BIGINT, SMALLINT, DOUBLE PRECISION, TEXT, BYTEA.
package struct Migration: Sendable {
    /// Unique over the whole house, with the desk first: `inventory-1 assets`.
    package let name: String
    package let sql: String
    /// Where PostgreSQL needs another text.
    package let postgres: String?

    package init(name: String, sql: String, postgres: String? = nil) {
        (self.name, self.sql, self.postgres) = (name, sql, postgres)
    }

    func text(for engine: Engine) -> String { engine == .postgres ? postgres ?? sql : sql }

    /// SHA-256 of the text, hexadecimal: `check` compares it with what was applied.
    func checksum(for engine: Engine) -> String {
        SHA256.hash(data: Array(text(for: engine).utf8)).hexadecimal
    }

    /// Applies what is missing, all in one transaction. A database that has steps unknown to this program was written by a
    /// later release: it is refused rather than damaged.
    static func apply(_ migrations: [Migration], in transaction: Transaction) throws {
        try transaction.script(
            "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, place BIGINT NOT NULL, checksum TEXT NOT NULL)")
        let applied = Set(try transaction.rows("SELECT name FROM migration").map { $0.text(0) })
        let unknown = applied.subtracting(migrations.map(\.name))
        guard unknown.isEmpty else { throw JournalError.newer(unknown.sorted()) }
        var place = applied.count
        for migration in migrations where !applied.contains(migration.name) {
            do {
                try transaction.script(migration.text(for: transaction.engine))
            } catch {
                throw JournalError.migration(migration.name, "\(error)")
            }
            let checksum = migration.checksum(for: transaction.engine)
            try transaction.run("INSERT INTO migration (name, place, checksum) VALUES (\(migration.name), \(place), \(checksum))")
            place += 1
        }
    }
}
