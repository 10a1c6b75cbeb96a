// SPDX-License-Identifier: EUPL-1.2

package import Journal

/// How far the journal covers the intake: written in the same transaction as what follows from it.
package enum PositionStore {
    package static func get(in transaction: Transaction) throws -> UInt64 {
        UInt64(try transaction.row("SELECT position FROM watch_position WHERE id = 1")?.integer(0) ?? 0)
    }

    /// How many times the position was set, this transaction's included. Waits for whoever is setting it: what a commit without an answer
    /// became is known then.
    static func count(in transaction: Transaction) throws -> Int64 {
        let lock: SQL = transaction.engine == .postgres ? " FOR UPDATE" : ""
        return try transaction.row("SELECT times FROM watch_position WHERE id = 1" + lock)?.integer(0) ?? 0
    }

    static func set(_ position: UInt64, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO watch_position (id, position, times) VALUES (1, \(Int64(position)), 1)
            ON CONFLICT (id) DO UPDATE SET position = excluded.position, times = watch_position.times + 1
            """)
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
                """),
        Migration(
            name: "watch-2 times",
            sql: """
                -- Grows with each transaction of the floor: so one whose commit got no answer is known again.
                ALTER TABLE watch_position ADD COLUMN times BIGINT NOT NULL DEFAULT 0;
                """),
    ]
}
