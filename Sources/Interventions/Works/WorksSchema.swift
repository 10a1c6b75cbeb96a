// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of works by street. Who changed them and why stands apart, with the day on which it is destroyed.
package enum WorksSchema {
    static let migration = Migration(
        name: "interventions-8-works",
        sql: """
            -- `source` and `reference`: whose list they came from and their number there. `imported`: what that list said last, as JSON.
            -- `version` counts the steps of their history. `shape` is a geometry of GeoJSON or ''.
            ALTER TABLE street_works ADD COLUMN section TEXT NOT NULL DEFAULT '';
            ALTER TABLE street_works ADD COLUMN impact TEXT NOT NULL DEFAULT 'none'
                CHECK (impact IN ('none', 'sidewalk', 'parking', 'narrowed', 'alternate', 'closed'));
            ALTER TABLE street_works ADD COLUMN stage TEXT NOT NULL DEFAULT 'planned' CHECK (stage IN ('wished', 'planned', 'urgent'));
            ALTER TABLE street_works ADD COLUMN shape TEXT NOT NULL DEFAULT '';
            ALTER TABLE street_works ADD COLUMN source TEXT NOT NULL DEFAULT '';
            ALTER TABLE street_works ADD COLUMN reference TEXT NOT NULL DEFAULT '';
            ALTER TABLE street_works ADD COLUMN imported TEXT NOT NULL DEFAULT '';
            ALTER TABLE street_works ADD COLUMN version BIGINT NOT NULL DEFAULT 1 CHECK (version > 0);
            CREATE UNIQUE INDEX street_works_source ON street_works (source, reference) WHERE reference <> '';
            CREATE INDEX street_works_days ON street_works (to_day, from_day);
            -- What happened to works, step by step, without names. Appended, never edited. `before` and `after` hold the facts that changed.
            CREATE TABLE street_works_event (
                works BIGINT NOT NULL REFERENCES street_works (number),
                step BIGINT NOT NULL CHECK (step > 0),
                at BIGINT NOT NULL,
                what TEXT NOT NULL CHECK (what IN ('made', 'changed', 'cancelled', 'restored', 'undone')),
                import BIGINT,
                before TEXT NOT NULL,
                after TEXT NOT NULL,
                was_imported TEXT NOT NULL,
                PRIMARY KEY (works, step)
            );
            CREATE INDEX street_works_event_import ON street_works_event (import) WHERE import IS NOT NULL;
            -- Who did it and why.
            CREATE TABLE street_works_note (
                works BIGINT NOT NULL,
                step BIGINT NOT NULL,
                login TEXT NOT NULL,
                text TEXT NOT NULL CHECK (length(text) <= 1000),
                destroy_at BIGINT NOT NULL,
                PRIMARY KEY (works, step)
            );
            CREATE INDEX street_works_note_end ON street_works_note (destroy_at);
            -- Lists that were brought in, or that wait for somebody to agree (`proposed`, a day at most). JSON.
            CREATE TABLE street_works_import (
                number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
                at BIGINT NOT NULL,
                file TEXT NOT NULL,
                source TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('proposed', 'taken', 'undone')),
                drafts TEXT NOT NULL,
                faults TEXT NOT NULL,
                made BIGINT NOT NULL,
                changed BIGINT NOT NULL,
                same BIGINT NOT NULL
            );
            """)

    static let noteKept = Span.days(1825)

    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "street_works_note", [.login("login"), .init("text")], of: .anybody,
            for: Words("Dire qui a changé le calendrier des travaux, et pourquoi", "Tell who changed the calendar of works, and why"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days")))
    ]
}
