// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// What connects a report with letters and push messages about it. No address stands here: that is in `report_contact`, and only there.
enum ReportMailSchema {
    static let migrations: [Migration] = [Migration(name: "reports-2-mail", sql: tables)]

    static let personal: [PersonalPlace] = [
        PersonalPlace(
            "report_link", [.init("follow"), .init("answer")], of: .citizens,
            for: Words("Relier les courriels d'un signalement à celui-ci", "Tie the mails about a report to it"),
            end: .rowsGo(on: "destroy_at", Words("avec les coordonnées", "with the contact"))),
        PersonalPlace(
            "report_push", [.init("endpoint"), .init("keys")], of: .citizens,
            for: Words("Prévenir un appareil de la suite d'un signalement", "Tell a device how a report goes on"), ground: .consent,
            end: .rowsGo(on: "destroy_at", Words("comme les coordonnées", "as the contact"))),
    ]

    private static let tables = """
        -- The secrets of a report in mails about it, as SHA-256: `follow` of the link to its page, `answer` of the address for answers. Both
        -- come from the key of `report_secret` and the number, so that every mail can name them and nothing kept here does. It ends with
        -- the contact. `trouble` is what the mail server of the contact's address said (RFC 3463), '' where it took all.
        CREATE TABLE report_link (
            report BIGINT NOT NULL PRIMARY KEY REFERENCES report (number),
            follow BYTEA NOT NULL UNIQUE,
            answer BYTEA NOT NULL UNIQUE,
            language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
            is_muted SMALLINT NOT NULL CHECK (is_muted IN (0, 1)),
            trouble TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        CREATE INDEX report_link_end ON report_link (destroy_at);
        -- Devices that asked to be told. `hash` is the SHA-256 of the endpoint.
        CREATE TABLE report_push (
            report BIGINT NOT NULL REFERENCES report (number),
            hash BYTEA NOT NULL,
            endpoint TEXT NOT NULL CHECK (length(endpoint) <= 2048),
            keys TEXT NOT NULL,
            is_own SMALLINT NOT NULL CHECK (is_own IN (0, 1)),
            language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (report, hash)
        );
        CREATE INDEX report_push_hash ON report_push (hash);
        CREATE INDEX report_push_end ON report_push (destroy_at);

        """
}
