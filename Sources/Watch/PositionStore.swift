// SPDX-License-Identifier: EUPL-1.2

package import Journal

/// How far the journal covers the intake: written in the same transaction as what follows from it.
package enum PositionStore {
    package static func get(in transaction: Transaction) throws -> UInt64 {
        UInt64(try transaction.row("SELECT position FROM watch_position WHERE id = 1")?.integer(0) ?? 0)
    }

    static func set(_ position: UInt64, in transaction: Transaction) throws {
        try transaction.run(
            "INSERT INTO watch_position (id, position) VALUES (1, \(Int64(position))) ON CONFLICT (id) DO UPDATE SET position = excluded.position"
        )
    }
}

package enum PositionSchema {
    package static let migrations = [
        Migration(
            name: "watch-1 position",
            sql: """
                -- One row: the last turn of the intake whose consequences are in this journal.
                CREATE TABLE watch_position (
                    id BIGINT PRIMARY KEY CHECK (id = 1),
                    position BIGINT NOT NULL CHECK (position >= 0)
                );
                """)
    ]
}
