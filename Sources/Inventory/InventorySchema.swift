// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of the inventory. Times are milliseconds since 1970 (UTC), places WGS84 degrees.
package enum InventorySchema {
    package static let migrations: [Migration] = [
        Migration(name: "inventory-1", sql: first), Migration(name: "inventory-2 search", sql: wordsSQLite, postgres: wordsPostgres),
    ]

    /// What finds assets by the beginnings of words: SQLite's full-text index over `folded`, which triggers keep true. Rows only, no
    /// positions: words are looked up singly. Beginnings of up to six letters have indices of their own, so that a common word costs no more
    /// than a rare one.
    private static let wordsSQLite = """
        CREATE VIRTUAL TABLE asset_words USING fts5(
            folded, content = 'asset', content_rowid = 'number', detail = none, columnsize = 0, prefix = '1 2 3 4 5 6',
            tokenize = 'unicode61 remove_diacritics 2');
        INSERT INTO asset_words (asset_words, rank) VALUES ('hashsize', 16777216);
        INSERT INTO asset_words (asset_words) VALUES ('rebuild');
        CREATE TRIGGER asset_words_insert AFTER INSERT ON asset BEGIN
            INSERT INTO asset_words (rowid, folded) VALUES (new.number, new.folded);
        END;
        CREATE TRIGGER asset_words_update AFTER UPDATE OF folded ON asset WHEN old.folded <> new.folded BEGIN
            INSERT INTO asset_words (asset_words, rowid, folded) VALUES ('delete', old.number, old.folded);
            INSERT INTO asset_words (rowid, folded) VALUES (new.number, new.folded);
        END;
        CREATE TRIGGER asset_words_delete AFTER DELETE ON asset BEGIN
            INSERT INTO asset_words (asset_words, rowid, folded) VALUES ('delete', old.number, old.folded);
        END;
        CREATE INDEX asset_id_folded ON asset (lower(id));
        """

    /// The same of PostgreSQL. The words are parted here as SQLite parts them, since its own parser takes 'l-12' for one word.
    private static let wordsPostgres = """
        CREATE INDEX asset_words ON asset USING GIN (to_tsvector('simple', regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g')));
        CREATE INDEX asset_id_folded ON asset (lower(id) text_pattern_ops);
        """

    private static let first = """
        -- One act on the inventory: an import, its undoing, an edit. The greatest number is the revision of the inventory.
        CREATE TABLE inventory_change (
            number BIGINT NOT NULL PRIMARY KEY,
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            act TEXT NOT NULL CHECK (act IN ('import', 'undo', 'areas', 'streets', 'edit', 'outage', 'return', 'removal')),
            source TEXT NOT NULL,
            accepted BIGINT NOT NULL DEFAULT 0,
            changed BIGINT NOT NULL DEFAULT 0,
            unchanged BIGINT NOT NULL DEFAULT 0,
            refused BIGINT NOT NULL DEFAULT 0,
            undoes BIGINT REFERENCES inventory_change (number)
        );

        -- What stands in public space. The number is dense from 0, given once, never used again; the row is never deleted.
        CREATE TABLE asset (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number >= 0 AND number < 4294967295),
            id TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 64),
            kind TEXT NOT NULL CHECK (kind <> ''),
            name TEXT NOT NULL,
            address TEXT NOT NULL,
            lon DOUBLE PRECISION,
            lat DOUBLE PRECISION,
            commune TEXT NOT NULL,
            supply_parent BIGINT REFERENCES asset (number) DEFERRABLE INITIALLY DEFERRED,
            link_parent BIGINT REFERENCES asset (number) DEFERRABLE INITIALLY DEFERRED,
            period_s BIGINT CHECK (period_s > 0),
            rated_power_w DOUBLE PRECISION CHECK (rated_power_w >= 0),
            attributes TEXT NOT NULL,
            commissioned_at BIGINT NOT NULL,
            revision BIGINT NOT NULL REFERENCES inventory_change (number),
            folded TEXT NOT NULL,
            CHECK ((lon IS NULL) = (lat IS NULL))
        );
        CREATE INDEX asset_supply ON asset (supply_parent);
        CREATE INDEX asset_link ON asset (link_parent);

        -- A time out of service: since when, who said so and why; until it ends.
        CREATE TABLE outage (
            asset BIGINT NOT NULL REFERENCES asset (number),
            since BIGINT NOT NULL,
            author TEXT NOT NULL,
            reason TEXT NOT NULL,
            ended_at BIGINT CHECK (ended_at >= since),
            ended_by TEXT,
            PRIMARY KEY (asset, since)
        );

        -- An asset that stands no more.
        CREATE TABLE removal (
            asset BIGINT NOT NULL PRIMARY KEY REFERENCES asset (number),
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            reason TEXT NOT NULL
        );

        -- Append-only: what each change did to each asset; detail is a JSON object, field to [before, after].
        CREATE TABLE asset_history (
            asset BIGINT NOT NULL REFERENCES asset (number),
            change BIGINT NOT NULL REFERENCES inventory_change (number),
            what TEXT NOT NULL
                CHECK (what IN ('commissioned', 'changed', 'outOfService', 'backInService', 'removed', 'reinstated')),
            detail TEXT NOT NULL,
            PRIMARY KEY (asset, change)
        );
        CREATE INDEX asset_history_change ON asset_history (change);

        -- Communes by INSEE code, with their boundary as the coordinates of a GeoJSON MultiPolygon.
        CREATE TABLE area (
            code TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            population BIGINT,
            boundary TEXT NOT NULL,
            revision BIGINT NOT NULL REFERENCES inventory_change (number)
        );

        -- Streets of the base map, as the coordinates of a GeoJSON LineString.
        CREATE TABLE street (
            number BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            class TEXT NOT NULL,
            line TEXT NOT NULL,
            revision BIGINT NOT NULL REFERENCES inventory_change (number)
        );
        """
}

extension InventorySchema {
    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "inventory_change", [.login("author")], of: .staff,
            for: Words("Savoir qui a changé l'inventaire", "Know who changed the inventory"), end: .columnsEmpty(after: "at", kept: .names)),
        PersonalPlace(
            "outage", [.login("author"), .login("ended_by"), .init("reason")], of: .staff,
            for: Words("Savoir qui a mis un équipement hors service", "Know who took an asset out of service"),
            end: .columnsEmpty(after: "ended_at", kept: .names)),
        PersonalPlace(
            "removal", [.login("author"), .init("reason")], of: .staff,
            for: Words("Savoir qui a retiré un équipement", "Know who removed an asset"), end: .columnsEmpty(after: "at", kept: .names)),
        PersonalPlace(
            "address_change", [.login("author")], of: .staff,
            for: Words("Savoir qui a changé les adresses", "Know who changed the addresses"), end: .columnsEmpty(after: "at", kept: .names)),
    ]
}
