// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of jobs. What names a person stands in tables of its own (`job_note`, `job_photo`) with the day on which it is destroyed; the job
/// and its history stay and name nobody.
package enum JobSchema {
    package static let migrations: [Migration] = [
        Migration(
            name: "interventions-1-jobs", sql: tables + indices + wordsSQLite,
            postgres: tables + indices + wordsPostgres),
        Migration(name: "interventions-7-addresses-end", sql: addressesEnd),
    ]

    /// The address of a household ends with the booking's own (a year); until then it stood in the job for ever.
    private static let addressesEnd = """
        -- `destroy_at` is the end of the instruction and the address, and of a booking's position.
        UPDATE job SET destroy_at = created_at + 31536000000 WHERE source >= 'booking:' AND source < 'booking;';
        DROP INDEX job_end;
        CREATE INDEX job_end ON job (destroy_at) WHERE details <> '' OR address <> '';
        """

    private static let tables = """
        -- One job. `source` says from what it came. `destroy_at` is the end of the free text in it (details), not of the row.
        CREATE TABLE job (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            source TEXT NOT NULL CHECK (source <> ''),
            department TEXT NOT NULL CHECK (department <> ''),
            category TEXT NOT NULL,
            title_fr TEXT NOT NULL,
            title_en TEXT NOT NULL,
            details TEXT NOT NULL CHECK (length(details) <= 4000),
            longitude DOUBLE PRECISION,
            latitude DOUBLE PRECISION,
            address TEXT NOT NULL,
            commune TEXT NOT NULL,
            asset BIGINT,
            urgency SMALLINT NOT NULL CHECK (urgency BETWEEN 0 AND 3),
            promised_at BIGINT,
            needs TEXT NOT NULL,
            confirmed TEXT NOT NULL,
            opens_at BIGINT,
            closes_at BIGINT,
            state TEXT NOT NULL CHECK (state IN ('wanted', 'planned', 'started', 'blocked', 'done', 'cancelled')),
            crew TEXT NOT NULL,
            planned_at BIGINT,
            is_locked SMALLINT NOT NULL CHECK (is_locked IN (0, 1)),
            expected_at BIGINT,
            first_expected_at BIGINT,
            started_at BIGINT,
            ended_at BIGINT,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            minutes BIGINT NOT NULL CHECK (minutes >= 0),
            cents BIGINT NOT NULL CHECK (cents >= 0),
            proof TEXT CHECK (proof IN ('photos', 'word')),
            folded TEXT NOT NULL,
            destroy_at BIGINT NOT NULL,
            CHECK ((longitude IS NULL) = (latitude IS NULL)),
            CHECK ((ended_at IS NULL) = (state IN ('wanted', 'planned', 'started', 'blocked'))),
            CHECK (state <> 'planned' OR (planned_at IS NOT NULL AND crew <> '')),
            CHECK ((proof IS NOT NULL) = (state = 'done'))
        );
        -- What happened to jobs, in the order of keeping, without names and free text. Appended, never edited. Whoever listens remembers the
        -- position. `key` is made by whoever acted: the same act twice counts once.
        CREATE TABLE job_event (
            position BIGINT NOT NULL PRIMARY KEY CHECK (position > 0),
            job BIGINT NOT NULL REFERENCES job (number),
            at BIGINT NOT NULL,
            kept_at BIGINT NOT NULL,
            what TEXT NOT NULL,
            state TEXT NOT NULL,
            expected_at BIGINT,
            is_conflict SMALLINT NOT NULL CHECK (is_conflict IN (0, 1)),
            is_news SMALLINT NOT NULL CHECK (is_news IN (0, 1)),
            key TEXT UNIQUE,
            facts TEXT NOT NULL
        );
        -- Who did it, what they wrote, and who signed.
        CREATE TABLE job_note (
            position BIGINT NOT NULL PRIMARY KEY REFERENCES job_event (position),
            login TEXT NOT NULL,
            text TEXT NOT NULL CHECK (length(text) <= 4000),
            signed TEXT NOT NULL CHECK (length(signed) <= 200),
            destroy_at BIGINT NOT NULL
        );
        -- A job starts only once those that it comes after are done.
        CREATE TABLE job_order (
            job BIGINT NOT NULL REFERENCES job (number),
            after BIGINT NOT NULL REFERENCES job (number),
            PRIMARY KEY (job, after),
            CHECK (job <> after)
        );
        -- Pictures without metadata.
        CREATE TABLE job_photo (
            job BIGINT NOT NULL REFERENCES job (number),
            place BIGINT NOT NULL CHECK (place > 0),
            at BIGINT NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('before', 'after')),
            type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp')),
            width BIGINT NOT NULL CHECK (width > 0),
            height BIGINT NOT NULL CHECK (height > 0),
            body BYTEA NOT NULL,
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (job, place)
        );
        -- Parts used.
        CREATE TABLE job_part (
            position BIGINT NOT NULL PRIMARY KEY REFERENCES job_event (position),
            job BIGINT NOT NULL REFERENCES job (number),
            name TEXT NOT NULL,
            count BIGINT NOT NULL CHECK (count > 0)
        );
        -- Crews, vehicles, shifts and estimates as they were imported, whole, at each import; the greatest revision counts. JSON.
        CREATE TABLE job_crews (
            revision BIGINT NOT NULL PRIMARY KEY CHECK (revision > 0),
            at BIGINT NOT NULL,
            file TEXT NOT NULL,
            body TEXT NOT NULL
        );

        """

    private static let indices = """
        CREATE UNIQUE INDEX job_source ON job (source) WHERE ended_at IS NULL;
        CREATE INDEX job_sources ON job (source, number);
        CREATE INDEX job_open ON job (department, number) WHERE ended_at IS NULL;
        CREATE INDEX job_crew ON job (crew, planned_at);
        CREATE INDEX job_day ON job (planned_at) WHERE planned_at IS NOT NULL;
        CREATE INDEX job_department ON job (department, number);
        CREATE INDEX job_commune ON job (commune, number);
        CREATE INDEX job_state ON job (state, number);
        CREATE INDEX job_asset ON job (asset, number) WHERE asset IS NOT NULL;
        CREATE INDEX job_end ON job (destroy_at) WHERE details <> '';
        CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX job_event_job ON job_event (job, position);
        CREATE INDEX job_event_news ON job_event (position) WHERE is_news = 1;
        CREATE INDEX job_note_end ON job_note (destroy_at);
        CREATE INDEX job_photo_end ON job_photo (destroy_at);
        CREATE INDEX job_order_after ON job_order (after);
        CREATE INDEX job_part_job ON job_part (job);

        """

    /// Words of a job by their beginnings, as `ReportSchema` has them for reports.
    private static let wordsSQLite = """
        CREATE VIRTUAL TABLE job_words USING fts5(
            folded, content = 'job', content_rowid = 'number', detail = none, columnsize = 0, prefix = '2 3 4 5 6',
            tokenize = 'unicode61 remove_diacritics 2');
        CREATE TRIGGER job_words_insert AFTER INSERT ON job BEGIN
            INSERT INTO job_words (rowid, folded) VALUES (new.number, new.folded);
        END;
        CREATE TRIGGER job_words_update AFTER UPDATE OF folded ON job WHEN old.folded <> new.folded BEGIN
            INSERT INTO job_words (job_words, rowid, folded) VALUES ('delete', old.number, old.folded);
            INSERT INTO job_words (rowid, folded) VALUES (new.number, new.folded);
        END;
        """

    private static let wordsPostgres = """
        CREATE INDEX job_words ON job USING GIN (to_tsvector('simple', folded));
        """
}

extension JobSchema {
    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "job_note", [.login("login"), .init("text"), .init("signed")], of: .anybody,
            for: Words("Dire ce qui a été fait lors d'une intervention, et par qui", "Tell what was done in a job, and by whom"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days"))),
        PersonalPlace(
            "job_photo", [.init("body")], of: .anybody, for: Words("Prouver ce qui a été fait", "Prove what was done"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days"))),
        PersonalPlace(
            "job",
            [.init("details"), .init("address"), .init("longitude", emptied: "NULL"), .init("latitude", emptied: "NULL")], of: .citizens,
            for: Words("Comprendre ce qui est à faire, et où : la consigne et l'adresse", "Understand what is to be done, and where"),
            end: .elsewhere(
                Words(
                    "1 825 jours ; d'un rendez-vous d'encombrants 365 jours, avec sa position ; l'intervention reste et ne nomme personne",
                    "1,825 days; of a booking of bulky waste 365 days, with its position; the job stays and names nobody"))),
        PersonalPlace(
            "vehicle_position", [.init("vehicle")], of: .staff, for: Words("Envoyer l'équipe la plus proche", "Send the nearest crew"),
            end: .rowsGo(on: "destroy_at", Words("3 jours", "3 days"))),
    ]
}
