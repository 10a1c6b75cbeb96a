-- logbook-1 entries
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
CREATE TRIGGER logbook_no_update BEFORE UPDATE ON logbook BEGIN SELECT RAISE(ABORT, 'the log is not changed'); END;
CREATE TRIGGER logbook_no_delete BEFORE DELETE ON logbook BEGIN SELECT RAISE(ABORT, 'the log is not changed'); END;

-- history-1 chunks
-- Readings of one asset, encoded (Chunk.swift). Chunks of an asset never overlap.
CREATE TABLE history_chunk (
    asset BIGINT NOT NULL,
    start BIGINT NOT NULL,   -- ms of the first reading
    finish BIGINT NOT NULL CHECK (finish >= start),
    count BIGINT NOT NULL CHECK (count > 0),
    bytes BYTEA NOT NULL,
    PRIMARY KEY (asset, start)
) WITHOUT ROWID;
-- Hours of one day (UTC) of one asset, encoded (Summary.swift).
CREATE TABLE history_day (
    asset BIGINT NOT NULL,
    day BIGINT NOT NULL,     -- since 1970-01-01
    bytes BYTEA NOT NULL,
    PRIMARY KEY (asset, day)
) WITHOUT ROWID;
-- Which assets have history, of which kind (for retention), and how far chunks go.
CREATE TABLE history_asset (
    asset BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    kept_through BIGINT NOT NULL
) WITHOUT ROWID;

-- tape-1 states
-- Changes of display state and level, packed (StateTape.swift), for the time machine.
CREATE TABLE tape_change (
    start BIGINT NOT NULL,    -- ms of the first change
    place BIGINT NOT NULL,    -- order among those of one start
    finish BIGINT NOT NULL CHECK (finish >= start),
    bytes BYTEA NOT NULL,
    PRIMARY KEY (start, place)
);
-- All states and levels at an instant, packed; every change up to it is in it.
CREATE TABLE tape_keyframe (
    at BIGINT NOT NULL PRIMARY KEY,
    bytes BYTEA NOT NULL
);
