// SPDX-License-Identifier: EUPL-1.2

package import Journal

/// The table of photos. They lie in the journal itself, so that a backup holds them and nothing can be lost beside it.
package enum PhotoSchema {
    package static let migrations: [Migration] = [
        Migration(
            name: "supervision-4-photos",
            sql: """
                -- A picture of an asset, without metadata. `destroy_at` is its end; removed earlier, the row goes and the log tells of it.
                CREATE TABLE asset_photo (
                    number BIGINT NOT NULL PRIMARY KEY,
                    asset BIGINT NOT NULL,
                    at BIGINT NOT NULL,
                    author TEXT NOT NULL,
                    caption TEXT NOT NULL CHECK (length(caption) <= 300),
                    type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp')),
                    width BIGINT NOT NULL CHECK (width > 0),
                    height BIGINT NOT NULL CHECK (height > 0),
                    destroy_at BIGINT NOT NULL,
                    -- SHA-256 of the body
                    hash BYTEA NOT NULL,
                    body BYTEA NOT NULL
                );
                CREATE INDEX asset_photo_asset ON asset_photo (asset, number);
                -- The number given last: a number is never given twice, since the log speaks of it.
                CREATE TABLE asset_photo_number (last BIGINT NOT NULL);
                INSERT INTO asset_photo_number VALUES (0);
                INSERT INTO personal_data VALUES
                    ('asset_photo', 'Reconnaître un équipement et son état ; signée de qui l''a prise', 'Know an asset and its state again; signed by who took it', 1825);
                """)
    ]
}
