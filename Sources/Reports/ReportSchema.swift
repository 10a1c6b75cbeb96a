// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of reports. What names a person stands in tables of its own (`report_contact`, `report_note`, `report_photo`) with the day on
/// which it is destroyed; the report and its history stay and name nobody.
package enum ReportSchema {
    package static let migrations: [Migration] = [
        Migration(
            name: "reports-1-reports", sql: purposes + tables + indices + wordsSQLite,
            postgres: purposes + tables + indices + wordsPostgres)
    ]

    /// What a person released of a text, without what was masked; the original stays beside it, inside.
    static let published = Migration(
        name: "reports-12-published",
        sql: """
            ALTER TABLE report ADD COLUMN published TEXT NOT NULL DEFAULT '';
            ALTER TABLE report ADD COLUMN published_address TEXT NOT NULL DEFAULT '';
            """)

    /// The table is the room's (`AccountSchema`); it is made here where the desk stands alone.
    private static let purposes = """
        CREATE TABLE IF NOT EXISTS personal_data (
            table_name TEXT NOT NULL PRIMARY KEY,
            purpose_fr TEXT NOT NULL,
            purpose_en TEXT NOT NULL,
            days INTEGER NOT NULL CHECK (days > 0)
        );
        INSERT INTO personal_data VALUES
            ('report_contact', 'Rappeler qui a signalé, et l''informer de la suite', 'Call back whoever reported, and tell how it goes on', 730),
            ('report_note', 'Dire ce qui a été fait d''un signalement, et par qui', 'Tell what was done about a report, and by whom', 1825),
            ('report', 'Comprendre ce qui est signalé : le texte et les réponses', 'Understand what is reported: the text and the answers', 1825),
            ('report_photo', 'Voir ce qui est signalé et ce qui a été fait', 'See what is reported and what was done', 1825),
            ('report_categories', 'Savoir qui a changé les catégories', 'Know who changed the categories', 1825);

        """

    private static let tables = """
        -- The tree of categories as it was imported, whole, at each import; the greatest revision counts. JSON.
        CREATE TABLE report_categories (
            revision BIGINT NOT NULL PRIMARY KEY CHECK (revision > 0),
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            file TEXT NOT NULL,
            body TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- One request. `follow` is the SHA-256 of the secret in its link. `cell` is the tile of zoom 17 in which it lies, x * 2^17 + y.
        -- `destroy_at` is the end of the free text in it (description, answers), not of the row.
        CREATE TABLE report (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            follow BYTEA NOT NULL UNIQUE,
            category TEXT NOT NULL CHECK (category <> ''),
            branch TEXT NOT NULL,
            longitude DOUBLE PRECISION,
            latitude DOUBLE PRECISION,
            cell BIGINT,
            commune TEXT NOT NULL,
            address TEXT NOT NULL,
            asset BIGINT,
            description TEXT NOT NULL CHECK (length(description) <= 4000),
            answers TEXT NOT NULL,
            folded TEXT NOT NULL,
            channel TEXT NOT NULL CHECK (channel IN ('app', 'phone', 'mail', 'web', 'open311', 'operator', 'alarm')),
            state TEXT NOT NULL CHECK (state IN
                ('received', 'qualified', 'assigned', 'started', 'contested', 'done', 'closed', 'rejected', 'duplicate')),
            department TEXT NOT NULL,
            why TEXT NOT NULL,
            urgency SMALLINT NOT NULL CHECK (urgency BETWEEN 0 AND 3),
            promised_at BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            ended_at BIGINT,
            proof TEXT CHECK (proof IN ('telemetry', 'photos', 'word')),
            duplicate_of BIGINT REFERENCES report (number),
            split_from BIGINT REFERENCES report (number),
            reporter TEXT NOT NULL,
            is_released SMALLINT NOT NULL CHECK (is_released IN (0, 1)),
            photos SMALLINT NOT NULL CHECK (photos >= 0),
            destroy_at BIGINT NOT NULL,
            CHECK ((longitude IS NULL) = (latitude IS NULL) AND (cell IS NULL) = (latitude IS NULL)),
            CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL)),
            CHECK ((ended_at IS NULL) = (state IN ('received', 'qualified', 'assigned', 'started', 'contested')))
        );
        -- What happened to a report, without names and free text. Appended, never edited.
        CREATE TABLE report_event (
            report BIGINT NOT NULL REFERENCES report (number),
            place BIGINT NOT NULL CHECK (place > 0),
            at BIGINT NOT NULL,
            what TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('citizen', 'staff', 'vigie')),
            is_public SMALLINT NOT NULL CHECK (is_public IN (0, 1)),
            state TEXT NOT NULL,
            facts TEXT NOT NULL,
            PRIMARY KEY (report, place)
        );
        -- Who did it and what they wrote.
        CREATE TABLE report_note (
            report BIGINT NOT NULL,
            place BIGINT NOT NULL,
            login TEXT NOT NULL,
            text TEXT NOT NULL CHECK (length(text) <= 4000),
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (report, place),
            FOREIGN KEY (report, place) REFERENCES report_event (report, place)
        );
        -- Whom one may call back.
        CREATE TABLE report_contact (
            report BIGINT NOT NULL PRIMARY KEY REFERENCES report (number),
            name TEXT NOT NULL CHECK (length(name) <= 200),
            email TEXT NOT NULL CHECK (length(email) <= 254),
            phone TEXT NOT NULL CHECK (length(phone) <= 40),
            created_at BIGINT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- Links of others who follow a report instead of making their own. `follow` as in `report`; it names nobody.
        CREATE TABLE report_follower (
            follow BYTEA NOT NULL PRIMARY KEY,
            report BIGINT NOT NULL REFERENCES report (number),
            at BIGINT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- Pictures without metadata; seen by the public only once somebody has released them.
        CREATE TABLE report_photo (
            report BIGINT NOT NULL REFERENCES report (number),
            place BIGINT NOT NULL CHECK (place > 0),
            at BIGINT NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('citizen', 'before', 'after')),
            type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp')),
            width BIGINT NOT NULL CHECK (width > 0),
            height BIGINT NOT NULL CHECK (height > 0),
            is_released SMALLINT NOT NULL CHECK (is_released IN (0, 1)),
            hash BYTEA NOT NULL,
            body BYTEA NOT NULL,
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (report, place)
        );
        -- The key with which telephone numbers and addresses become pseudonyms. One row, made at the first use.
        CREATE TABLE report_secret (secret BYTEA NOT NULL);
        -- How many reports of a commune are in a state: kept true by every act, so that no page counts a million rows.
        CREATE TABLE report_tally (
            commune TEXT NOT NULL,
            state TEXT NOT NULL,
            count BIGINT NOT NULL CHECK (count >= 0),
            PRIMARY KEY (commune, state)
        );

        """

    private static let indices = """
        CREATE INDEX report_due ON report (promised_at, number) WHERE ended_at IS NULL;
        CREATE INDEX report_cell ON report (cell) WHERE ended_at IS NULL;
        CREATE INDEX report_state ON report (state, number);
        CREATE INDEX report_branch ON report (branch, number);
        CREATE INDEX report_branch_commune ON report (branch, commune, number);
        CREATE INDEX report_category ON report (category, number);
        CREATE INDEX report_category_commune ON report (category, commune, number);
        CREATE INDEX report_commune ON report (commune, number);
        CREATE INDEX report_department ON report (department, number);
        CREATE INDEX report_asset ON report (asset, number) WHERE asset IS NOT NULL;
        CREATE INDEX report_reporter ON report (reporter, number) WHERE reporter <> '';
        CREATE INDEX report_joined ON report (duplicate_of) WHERE duplicate_of IS NOT NULL;
        CREATE INDEX report_end ON report (destroy_at) WHERE description <> '' OR answers <> '{}';
        CREATE INDEX report_note_end ON report_note (destroy_at);
        CREATE INDEX report_contact_end ON report_contact (destroy_at);
        CREATE INDEX report_follower_report ON report_follower (report);
        CREATE INDEX report_follower_end ON report_follower (destroy_at);
        CREATE INDEX report_photo_end ON report_photo (destroy_at);

        """

    /// Words of a report by their beginnings, as `InventorySchema` has them for assets.
    private static let wordsSQLite = """
        CREATE VIRTUAL TABLE report_words USING fts5(
            folded, content = 'report', content_rowid = 'number', detail = none, columnsize = 0, prefix = '2 3 4 5 6',
            tokenize = 'unicode61 remove_diacritics 2');
        INSERT INTO report_words (report_words, rank) VALUES ('hashsize', 16777216);
        CREATE TRIGGER report_words_insert AFTER INSERT ON report BEGIN
            INSERT INTO report_words (rowid, folded) VALUES (new.number, new.folded);
        END;
        CREATE TRIGGER report_words_update AFTER UPDATE OF folded ON report WHEN old.folded <> new.folded BEGIN
            INSERT INTO report_words (report_words, rowid, folded) VALUES ('delete', old.number, old.folded);
            INSERT INTO report_words (rowid, folded) VALUES (new.number, new.folded);
        END;
        """

    private static let wordsPostgres = """
        CREATE INDEX report_words ON report USING GIN (to_tsvector('simple', folded));
        """
}

extension ReportSchema {
    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "report_contact",
            [.init("name"), .init("email", subject: .email), .init("phone", subject: .phone)], of: .citizens,
            for: Words("Rappeler qui a signalé, et l'informer de la suite", "Call back whoever reported, and tell how it goes on"),
            end: .rowsGo(
                on: "destroy_at",
                Words("30 jours après la fin du signalement, deux ans au plus", "30 days after the report's end, two years at most"))),
        PersonalPlace(
            "report_follower", [.init("follow")], of: .citizens,
            for: Words("Laisser suivre un signalement par un lien secret", "Let somebody follow a report by a secret link"),
            end: .rowsGo(on: "destroy_at", Words("deux ans", "two years"))),
        PersonalPlace(
            "report_note", [.login("login"), .init("text")], of: .anybody,
            for: Words("Dire ce qui a été fait d'un signalement, et par qui", "Tell what was done about a report, and by whom"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days"))),
        PersonalPlace(
            "report",
            [.init("description"), .init("answers"), .init("address"), .init("reporter"), .init("published"), .init("published_address")],
            of: .citizens,
            for: Words("Comprendre ce qui est signalé : le texte et les réponses", "Understand what is reported: the text and the answers"),
            end: .elsewhere(
                Words("1 825 jours ; le signalement reste et ne nomme personne", "1,825 days; the report stays and names nobody"))),
        PersonalPlace(
            "report_photo", [.init("body")], of: .anybody,
            for: Words("Voir ce qui est signalé et ce qui a été fait", "See what is reported and what was done"),
            end: .elsewhere(Words("1 825 jours", "1,825 days"))),
        PersonalPlace(
            "report_categories", [.login("author")], of: .staff,
            for: Words("Savoir qui a changé les catégories", "Know who changed the categories"),
            end: .columnsEmpty(after: "at", kept: .days(1825))),
    ]
}
