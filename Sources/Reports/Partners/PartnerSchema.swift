// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// Other houses, and what goes to them.
enum PartnerSchema {
    static let migrations: [Migration] = [Migration(name: "reports-10-partners", sql: tables)]

    private static let tables = """
        -- Other houses that take reports by Open311. `services` and `mapping` are JSON; `api_key` is a secret that no page shows.
        CREATE TABLE report_partner (
            code TEXT NOT NULL PRIMARY KEY CHECK (code <> ''),
            url TEXT NOT NULL,
            jurisdiction TEXT NOT NULL,
            api_key TEXT NOT NULL,
            is_automatic SMALLINT NOT NULL CHECK (is_automatic IN (0, 1)),
            format TEXT NOT NULL CHECK (format IN ('xml', 'json')),
            is_keyed SMALLINT NOT NULL CHECK (is_keyed IN (0, 1)),
            has_updates SMALLINT NOT NULL CHECK (has_updates IN (0, 1)),
            services TEXT NOT NULL,
            mapping TEXT NOT NULL,
            checked_at BIGINT,
            trouble TEXT NOT NULL,
            heard_at BIGINT
        );
        -- Reports that are to go to another house, written with the act that says so, and how they stand there. `answers` are emptied once they
        -- have it; `notes` are what they said last.
        CREATE TABLE report_forward (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            report BIGINT NOT NULL REFERENCES report (number),
            partner TEXT NOT NULL,
            service TEXT NOT NULL,
            answers TEXT NOT NULL,
            shares_text SMALLINT NOT NULL CHECK (shares_text IN (0, 1)),
            shares_contact SMALLINT NOT NULL CHECK (shares_contact IN (0, 1)),
            request_key TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'token', 'followed', 'unclear', 'failed', 'ended')),
            tries INTEGER NOT NULL CHECK (tries >= 0),
            created_at BIGINT NOT NULL,
            due_at BIGINT NOT NULL,
            trouble TEXT NOT NULL,
            token TEXT NOT NULL,
            theirs TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('', 'open', 'closed')),
            notes TEXT NOT NULL,
            ended_at BIGINT,
            destroy_at BIGINT NOT NULL
        );
        CREATE INDEX report_forward_due ON report_forward (due_at, number) WHERE state IN ('waiting', 'sending', 'token', 'followed');
        CREATE INDEX report_forward_report ON report_forward (report);
        CREATE INDEX report_forward_theirs ON report_forward (partner, theirs) WHERE state = 'followed';
        CREATE INDEX report_forward_end ON report_forward (destroy_at);
        -- Updates of theirs that stand in a report's history, so that none stands there twice.
        CREATE TABLE report_forward_update (
            partner TEXT NOT NULL,
            update_id TEXT NOT NULL,
            at BIGINT NOT NULL,
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (partner, update_id)
        );
        CREATE INDEX report_forward_update_end ON report_forward_update (destroy_at);
        """

    static let personal: [PersonalPlace] = [
        PersonalPlace(
            "report_forward", [.init("answers"), .init("notes")], of: .anybody,
            for: Words(
                "Transmettre un signalement à l'organisme compétent et le suivre", "Send a report to the body in charge and follow it"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days"))),
        PersonalPlace(
            "report_forward_update", [.init("update_id")], of: .anybody,
            for: Words("Ne pas noter deux fois une nouvelle d'un organisme", "Not to note a body's news twice"),
            end: .rowsGo(on: "destroy_at", Words("100 jours", "100 days"))),
    ]
}
