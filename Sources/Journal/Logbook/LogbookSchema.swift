// SPDX-License-Identifier: EUPL-1.2

/// The table of the log; the database itself refuses to change or delete an entry.
package enum LogbookSchema {
    package static let migrations: [Migration] = [
        Migration(name: "logbook-1 entries", sql: table + sqliteGuard, postgres: table + postgresGuard)
    ]
    /// After the tables of the first release.
    package static let later: [Migration] = [Migration(name: "logbook-2 names", sql: names)]

    private static let names = """
        -- 1: names stand in the entry itself, as before; 2: marks stand for people (docs/decisions/0011). The form is part of the hash.
        ALTER TABLE logbook ADD COLUMN form SMALLINT NOT NULL DEFAULT 1 CHECK (form IN (1, 2));
        -- Who stands behind a mark, and the key that makes it from the name: one of each for a person and a year (UTC).
        -- Deleted after `destroy_at`; then the mark stays and nobody can tell, nor try, who it was.
        CREATE TABLE log_name (
            mark TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            folded TEXT NOT NULL,    -- the name without case and accents, for searching
            year BIGINT NOT NULL,
            secret BYTEA NOT NULL,
            destroy_at BIGINT NOT NULL,
            UNIQUE (name, year)
        );
        """

    private static let table = """
        -- The log of the room (LogEntry.swift): entries numbered without gaps, each bound to the one before by its hash.
        CREATE TABLE logbook (
            number BIGINT NOT NULL PRIMARY KEY,
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('auto', 'written')),
            trade TEXT NOT NULL,
            subject TEXT,
            french TEXT NOT NULL,
            english TEXT NOT NULL,
            data TEXT NOT NULL,
            previous BYTEA NOT NULL,
            hash BYTEA NOT NULL,
            folded TEXT NOT NULL    -- all words without case and accents, for searching; not part of the hash
        );
        CREATE INDEX logbook_at ON logbook (at, number);
        CREATE INDEX logbook_subject ON logbook (subject, number);
        CREATE INDEX logbook_author ON logbook (author, number);

        """

    private static let sqliteGuard = """
        CREATE TRIGGER logbook_no_update BEFORE UPDATE ON logbook BEGIN SELECT RAISE(ABORT, 'the log is not changed'); END;
        CREATE TRIGGER logbook_no_delete BEFORE DELETE ON logbook BEGIN SELECT RAISE(ABORT, 'the log is not changed'); END;
        """

    private static let postgresGuard = """
        CREATE FUNCTION logbook_guard() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the log is not changed' USING ERRCODE = 'check_violation'; END $$;
        CREATE TRIGGER logbook_no_change BEFORE UPDATE OR DELETE ON logbook FOR EACH ROW EXECUTE FUNCTION logbook_guard();
        """
}
