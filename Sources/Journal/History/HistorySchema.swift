// SPDX-License-Identifier: EUPL-1.2

/// The tables of the historian. Rows of one asset lie side by side, so that a year of it is a few pages.
package enum HistorySchema {
    package static let migrations: [Migration] = [
        Migration(name: "history-1 chunks", sql: tables(" WITHOUT ROWID"), postgres: tables(""))
    ]

    private static func tables(_ end: String) -> String {
        """
        -- Readings of one asset, encoded (Chunk.swift). Chunks of an asset never overlap.
        CREATE TABLE history_chunk (
            asset BIGINT NOT NULL,
            start BIGINT NOT NULL,   -- ms of the first reading
            finish BIGINT NOT NULL CHECK (finish >= start),
            count BIGINT NOT NULL CHECK (count > 0),
            bytes BYTEA NOT NULL,
            PRIMARY KEY (asset, start)
        )\(end);
        -- Hours of one day (UTC) of one asset, encoded (Summary.swift).
        CREATE TABLE history_day (
            asset BIGINT NOT NULL,
            day BIGINT NOT NULL,     -- since 1970-01-01
            bytes BYTEA NOT NULL,
            PRIMARY KEY (asset, day)
        )\(end);
        -- Which assets have history, of which kind (for retention), and how far chunks go.
        CREATE TABLE history_asset (
            asset BIGINT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            kept_through BIGINT NOT NULL
        )\(end);
        """
    }
}
