// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of people who may enter the room. Each row that names a person carries the day on which it is destroyed
/// (`destroy_at`); `personal` says for what purpose each table holds it (GDPR article 5.1 b and e), and the register of processing reads
/// that. Of the table `personal_data` only the days of photos are read.
package enum AccountSchema {
    package static let migrations: [Migration] = [accounts, purposes, notes]

    private static let accounts = Migration(
        name: "supervision-1-accounts",
        sql: """
            -- A person who may sign in. `destroy_at` is null while the account is in use.
            CREATE TABLE account (
                number BIGINT NOT NULL PRIMARY KEY,
                login TEXT NOT NULL UNIQUE CHECK (length(login) BETWEEN 1 AND 64),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
                password TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                created_by TEXT NOT NULL,
                destroy_at BIGINT
            );
            -- Opened and closed, by whom and why; the last record says which it is. Appended, never edited.
            CREATE TABLE account_record (
                number BIGINT NOT NULL PRIMARY KEY,
                account BIGINT NOT NULL REFERENCES account (number) ON DELETE CASCADE,
                what TEXT NOT NULL CHECK (what IN ('opened', 'closed')),
                at BIGINT NOT NULL,
                author TEXT NOT NULL,
                reason TEXT NOT NULL
            );
            CREATE INDEX account_record_account ON account_record (account, number);
            -- A right over a trade ('' for all) in communes (INSEE codes with spaces between, '' for all).
            CREATE TABLE account_grant (
                number BIGINT NOT NULL PRIMARY KEY,
                account BIGINT NOT NULL REFERENCES account (number) ON DELETE CASCADE,
                access_right INTEGER NOT NULL CHECK (access_right BETWEEN 1 AND 4),
                trade TEXT NOT NULL,
                communes TEXT NOT NULL,
                at BIGINT NOT NULL,
                author TEXT NOT NULL,
                ended_at BIGINT,
                ended_by TEXT
            );
            CREATE INDEX account_grant_account ON account_grant (account);
            -- One signed-in browser; the token itself is never kept, only its SHA-256.
            CREATE TABLE account_session (
                token BYTEA NOT NULL PRIMARY KEY,
                account BIGINT NOT NULL REFERENCES account (number) ON DELETE CASCADE,
                created_at BIGINT NOT NULL,
                seen_at BIGINT NOT NULL,
                address TEXT NOT NULL,
                agent TEXT NOT NULL,
                destroy_at BIGINT NOT NULL
            );
            CREATE INDEX account_session_account ON account_session (account);
            -- A key with which another program speaks in the name of an account; only its SHA-256 is kept.
            CREATE TABLE account_key (
                number BIGINT NOT NULL PRIMARY KEY,
                account BIGINT NOT NULL REFERENCES account (number) ON DELETE CASCADE,
                title TEXT NOT NULL,
                token BYTEA NOT NULL UNIQUE,
                start TEXT NOT NULL,
                access_right INTEGER NOT NULL CHECK (access_right BETWEEN 1 AND 4),
                trade TEXT NOT NULL,
                communes TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                created_by TEXT NOT NULL,
                destroy_at BIGINT NOT NULL,
                ended_at BIGINT,
                ended_by TEXT
            );
            -- Each attempt to sign in, for the lock-out and for the inquiry after an intrusion.
            CREATE TABLE account_attempt (
                number BIGINT NOT NULL PRIMARY KEY,
                login TEXT NOT NULL,
                address TEXT NOT NULL,
                at BIGINT NOT NULL,
                succeeded INTEGER NOT NULL CHECK (succeeded IN (0, 1)),
                destroy_at BIGINT NOT NULL
            );
            CREATE INDEX account_attempt_login ON account_attempt (login, at);
            """)

    private static let purposes = Migration(
        name: "supervision-2-purposes",
        sql: """
            -- Why each table may name a person, and for how long: one sentence a table, read by the accounts page.
            CREATE TABLE personal_data (
                table_name TEXT NOT NULL PRIMARY KEY,
                purpose_fr TEXT NOT NULL,
                purpose_en TEXT NOT NULL,
                days INTEGER NOT NULL CHECK (days > 0)
            );
            INSERT INTO personal_data VALUES
                ('account', 'Ouvrir la salle aux seules personnes habilitées', 'Let only entitled people into the room', 365),
                ('account_session', 'Tenir une session ouverte', 'Keep a session open', 1),
                ('account_key', 'Laisser un logiciel agir au nom d''un compte', 'Let a program act for an account', 365),
                ('account_attempt', 'Freiner les essais de mots de passe et enquêter après une intrusion',
                    'Slow down password guessing and inquire after an intrusion', 180),
                ('asset_note', 'Transmettre ce que la salle sait d''un équipement', 'Pass on what the room knows of an asset', 1825);
            """)

    private static let notes = Migration(
        name: "supervision-3-notes",
        sql: """
            -- What somebody wrote on an asset's sheet. Appended, never edited.
            CREATE TABLE asset_note (
                number BIGINT NOT NULL PRIMARY KEY,
                asset BIGINT NOT NULL,
                at BIGINT NOT NULL,
                author TEXT NOT NULL,
                text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
                destroy_at BIGINT NOT NULL
            );
            CREATE INDEX asset_note_asset ON asset_note (asset, number);
            """)
}

extension AccountSchema {
    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "account", [.login("login"), .init("name")], of: .staff,
            for: Words("Ouvrir la salle aux seules personnes habilitées", "Let only entitled people into the room"),
            end: .rowsGo(on: "destroy_at", Words("un an après la fermeture du compte", "a year after the account is closed"))),
        PersonalPlace(
            "account", [.login("created_by")], of: .staff,
            for: Words("Savoir qui a ouvert un compte", "Know who opened an account"), end: .columnsEmpty(after: "created_at", kept: .names)
        ),
        PersonalPlace(
            "account_record", [.login("author"), .init("reason")], of: .staff,
            for: Words("Savoir qui a ouvert ou fermé un compte", "Know who opened or closed an account"),
            end: .columnsEmpty(after: "at", kept: .names)),
        PersonalPlace(
            "account_grant", [.login("author"), .login("ended_by")], of: .staff,
            for: Words("Savoir qui a donné ou retiré un droit", "Know who gave or took a right"),
            end: .columnsEmpty(after: "COALESCE(ended_at, at)", kept: .names)),
        PersonalPlace(
            "account_session", [.init("address"), .init("agent")], of: .staff,
            for: Words("Tenir une session ouverte", "Keep a session open"),
            end: .rowsGo(on: "destroy_at", Words("un jour après la session", "a day after the session"))),
        PersonalPlace(
            "account_key", [.login("created_by"), .login("ended_by")], of: .staff,
            for: Words("Laisser un logiciel agir au nom d'un compte", "Let a program act for an account"),
            end: .rowsGo(on: "destroy_at", Words("à l'échéance de la clé, un an au plus", "when the key ends, a year at most"))),
        PersonalPlace(
            "account_attempt", [.login("login"), .init("address")], of: .staff,
            for: Words(
                "Freiner les essais de mots de passe et enquêter après une intrusion",
                "Slow down password guessing and inquire after an intrusion"),
            end: .rowsGo(on: "destroy_at", Words("180 jours", "180 days"))),
        PersonalPlace(
            "asset_note", [.login("author"), .init("text")], of: .staff,
            for: Words("Transmettre ce que la salle sait d'un équipement", "Pass on what the room knows of an asset"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days"))),
        PersonalPlace(
            "asset_photo", [.login("author"), .init("caption")], of: .staff,
            for: Words(
                "Reconnaître un équipement et son état ; signée de qui l'a prise",
                "Know an asset and its state again; signed by who took it"),
            end: .rowsGo(on: "destroy_at", Words("photos.kept, 1 825 jours par défaut", "photos.kept, 1,825 days by default"))),
        PersonalPlace(
            "log_name", [.login("name")], of: .staff, for: Words("Savoir qui a agi, dans la main courante", "Know who acted, in the log"),
            ground: .legalObligation,
            end: .elsewhere(
                Words(
                    "log.names mois après la fin de l'année : le nom part, une marque reste",
                    "log.names months after the end of the year: the name goes, a mark stays"))),
        PersonalPlace(
            "logbook", [.init("french"), .init("english"), .init("data")], of: .anybody,
            for: Words("Preuve des actes de la salle", "Evidence of the room's acts"), ground: .legalObligation,
            end: .elsewhere(
                Words(
                    "ce que des personnes y écrivent reste aussi longtemps que la main courante, qui est scellée",
                    "what people write there stays as long as the log, which is sealed"))),
    ]
}
