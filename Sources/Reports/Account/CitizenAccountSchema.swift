// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// Accounts of citizens: an address that proved itself by a link, and what it wants to know. No password.
enum CitizenAccountSchema {
    static let migrations: [Migration] = [Migration(name: "reports-3-accounts", sql: tables)]

    static let personal: [PersonalPlace] = {
        let purpose = Words(
            "Retrouver ses demandes et ses rues, et en être informé", "Find one's requests and streets again, and be told of them")
        let end = PersonalPlace.End.elsewhere(
            Words("deux ans après le dernier passage, ou sur demande", "two years after the last visit, or on request"))
        func place(_ table: String, _ columns: [PersonalPlace.Column], _ end: PersonalPlace.End) -> PersonalPlace {
            PersonalPlace(table, columns, of: .citizens, for: purpose, ground: .consent, end: end)
        }
        return [
            place("citizen_account", [.init("email", subject: .email)], end), place("citizen_street", [.init("label")], end),
            place("citizen_push", [.init("endpoint"), .init("keys")], end),
            place(
                "citizen_news", [.init("title_fr"), .init("title_en")],
                .rowsGo(on: "destroy_at", Words("30 jours ; travaux : 400 jours", "30 days; works: 400 days"))),
            place("citizen_door", [.init("email", subject: .email)], .rowsGo(on: "destroy_at", Words("15 minutes", "15 minutes"))),
            place("citizen_session", [.init("hash")], .rowsGo(on: "destroy_at", Words("180 jours", "180 days"))),
        ]
    }()

    private static let tables = """
        -- `email` in small letters. `requests`, `streets` and `works` say how one is told of them. It ends two years after the last visit.
        CREATE TABLE citizen_account (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            email TEXT NOT NULL UNIQUE CHECK (length(email) <= 254),
            language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
            requests TEXT NOT NULL CHECK (requests IN ('mail', 'push', 'none')),
            streets TEXT NOT NULL CHECK (streets IN ('mail', 'push', 'none')),
            works TEXT NOT NULL CHECK (works IN ('mail', 'push', 'none')),
            created_at BIGINT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- The last number given. No account ever has that of another: links in mails name it.
        CREATE TABLE citizen_account_number (last BIGINT NOT NULL);
        INSERT INTO citizen_account_number VALUES (0);
        -- Links that were sent, as SHA-256; gone once used.
        CREATE TABLE citizen_door (
            hash BYTEA NOT NULL PRIMARY KEY,
            email TEXT NOT NULL,
            language TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        CREATE TABLE citizen_session (
            hash BYTEA NOT NULL PRIMARY KEY,
            account BIGINT NOT NULL REFERENCES citizen_account (number),
            destroy_at BIGINT NOT NULL
        );
        CREATE INDEX citizen_session_account ON citizen_session (account);
        -- Reports in an account: made with its address, or added by their link.
        CREATE TABLE citizen_follow (
            account BIGINT NOT NULL REFERENCES citizen_account (number),
            report BIGINT NOT NULL REFERENCES report (number),
            is_own SMALLINT NOT NULL CHECK (is_own IN (0, 1)),
            PRIMARY KEY (account, report)
        );
        CREATE INDEX citizen_follow_report ON citizen_follow (report);
        -- Places of which an account wants news. `cell` as in `report`.
        CREATE TABLE citizen_street (
            account BIGINT NOT NULL REFERENCES citizen_account (number),
            place BIGINT NOT NULL,
            label TEXT NOT NULL CHECK (length(label) <= 300),
            longitude DOUBLE PRECISION NOT NULL,
            latitude DOUBLE PRECISION NOT NULL,
            cell BIGINT NOT NULL,
            PRIMARY KEY (account, place)
        );
        CREATE INDEX citizen_street_cell ON citizen_street (cell);
        CREATE TABLE citizen_push (
            account BIGINT NOT NULL REFERENCES citizen_account (number),
            hash BYTEA NOT NULL,
            endpoint TEXT NOT NULL CHECK (length(endpoint) <= 2048),
            keys TEXT NOT NULL,
            PRIMARY KEY (account, hash)
        );
        CREATE INDEX citizen_push_hash ON citizen_push (hash);
        -- Something near which streets may be, to be told to accounts after `last`; gone once all were told. Names nobody.
        CREATE TABLE citizen_telling (
            key TEXT NOT NULL PRIMARY KEY,
            taste TEXT NOT NULL CHECK (taste IN ('streets', 'works')),
            longitude DOUBLE PRECISION NOT NULL,
            latitude DOUBLE PRECISION NOT NULL,
            text_fr TEXT NOT NULL,
            text_en TEXT NOT NULL,
            link TEXT NOT NULL,
            report BIGINT REFERENCES report (number),
            at BIGINT NOT NULL,
            last BIGINT NOT NULL
        );
        CREATE INDEX citizen_telling_at ON citizen_telling (at, key);
        -- What an account was told of its streets, and, without `told_at`, what waits for its message of the day.
        CREATE TABLE citizen_news (
            account BIGINT NOT NULL REFERENCES citizen_account (number),
            key TEXT NOT NULL,
            taste TEXT NOT NULL CHECK (taste IN ('streets', 'works')),
            title_fr TEXT NOT NULL,
            title_en TEXT NOT NULL,
            text_fr TEXT NOT NULL,
            text_en TEXT NOT NULL,
            link TEXT NOT NULL,
            at BIGINT NOT NULL,
            told_at BIGINT,
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (account, key)
        );
        CREATE INDEX citizen_news_waiting ON citizen_news (account) WHERE told_at IS NULL;
        CREATE INDEX citizen_news_end ON citizen_news (destroy_at);
        -- The last day (since 1970) whose messages have gone: one row.
        CREATE TABLE citizen_day (only_row SMALLINT NOT NULL PRIMARY KEY CHECK (only_row = 1), day BIGINT NOT NULL);
        CREATE INDEX report_contact_email ON report_contact (lower(email));

        """
}
