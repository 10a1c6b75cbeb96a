// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of the alarm book. Times are milliseconds since 1970 (UTC); numbers are given by the book.
package enum AlarmSchema {
    package static let migrations = [
        // In SQLite only INTEGER PRIMARY KEY is the row's own number; in PostgreSQL that type would be too narrow.
        Migration(name: "watch-2 alarms", sql: text(number: "INTEGER"), postgres: text(number: "BIGINT"))
    ]

    private static func text(number: String) -> String {
        """
        -- One alarm from its raising to its end: the present state of those that stand, the last of those that are over.
        CREATE TABLE alarm (
            id \(number) PRIMARY KEY CHECK (id > 0),
            asset BIGINT NOT NULL,
            kind TEXT NOT NULL,
            condition TEXT NOT NULL,
            priority SMALLINT NOT NULL CHECK (priority BETWEEN 1 AND 4),
            -- AlarmState: 0 normal to 8 out of service (ANSI/ISA-18.2 states A to I)
            state SMALLINT NOT NULL CHECK (state BETWEEN 0 AND 8),
            active SMALLINT NOT NULL CHECK (active IN (0, 1)),
            raised_at BIGINT NOT NULL,
            last_raised_at BIGINT NOT NULL,
            returned_at BIGINT,
            closed_at BIGINT,
            occurrences BIGINT NOT NULL CHECK (occurrences >= 1),
            incident BIGINT,
            acknowledged_by TEXT NOT NULL,
            acknowledged_at BIGINT,
            assigned_to TEXT NOT NULL,
            held_until BIGINT,
            held_by TEXT NOT NULL,
            held_why TEXT NOT NULL,
            escalation SMALLINT NOT NULL,
            comments BIGINT NOT NULL,
            flapping SMALLINT NOT NULL CHECK (flapping IN (0, 1)),
            CHECK ((closed_at IS NOT NULL) = (state = 0))
        );
        CREATE INDEX alarm_open ON alarm (id) WHERE closed_at IS NULL;
        CREATE INDEX alarm_asset ON alarm (asset, id);

        -- Everything that happened to alarms and incidents, in one numbering without gaps; appended, never edited.
        CREATE TABLE alarm_event (
            number \(number) PRIMARY KEY CHECK (number > 0),
            at BIGINT NOT NULL,
            event SMALLINT NOT NULL,
            alarm BIGINT,
            incident BIGINT,
            -- NULL where it concerns no asset (a hand-over)
            asset BIGINT,
            state SMALLINT NOT NULL,
            by_login TEXT NOT NULL,
            note TEXT NOT NULL,
            until_at BIGINT,
            -- 1: a person asked for it; 0: the field or the book itself
            is_act SMALLINT NOT NULL CHECK (is_act IN (0, 1))
        );
        CREATE INDEX alarm_event_asset ON alarm_event (asset, number);
        CREATE INDEX alarm_event_incident ON alarm_event (incident, number) WHERE alarm IS NULL;
        CREATE INDEX alarm_event_act ON alarm_event (number) WHERE is_act = 1;

        -- Alarms that stood under one root.
        CREATE TABLE incident (
            id \(number) PRIMARY KEY CHECK (id > 0),
            gathering TEXT NOT NULL CHECK (gathering IN ('supply', 'link', 'scattered')),
            -- NULL: the whole city, or scattered
            root BIGINT,
            opened_at BIGINT NOT NULL,
            closed_at BIGINT,
            cause_asset BIGINT NOT NULL,
            cause_kind TEXT NOT NULL,
            cause_condition TEXT NOT NULL,
            cause_at BIGINT NOT NULL,
            priority SMALLINT NOT NULL CHECK (priority BETWEEN 1 AND 4),
            members BIGINT NOT NULL,
            active BIGINT NOT NULL,
            peak BIGINT NOT NULL,
            acknowledged_by TEXT NOT NULL,
            acknowledged_at BIGINT,
            acknowledged_count BIGINT NOT NULL,
            assigned_to TEXT NOT NULL,
            held SMALLINT NOT NULL,
            held_until BIGINT,
            held_by TEXT NOT NULL,
            held_why TEXT NOT NULL,
            escalation SMALLINT NOT NULL,
            comments BIGINT NOT NULL
        );
        CREATE INDEX incident_open ON incident (id) WHERE closed_at IS NULL;

        -- Which alarm stood in which incident; an alarm may have stood in several, one after the other.
        CREATE TABLE incident_member (
            incident BIGINT NOT NULL,
            alarm BIGINT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (incident, alarm)
        );

        -- The end of a shift: who gave what to whom, with a note.
        CREATE TABLE handover (
            id \(number) PRIMARY KEY CHECK (id > 0),
            at BIGINT NOT NULL,
            from_login TEXT NOT NULL,
            to_login TEXT NOT NULL,
            note TEXT NOT NULL,
            -- the lines that changed hands, as in addresses: a12 i3, separated by spaces
            targets TEXT NOT NULL,
            standing BIGINT NOT NULL,
            unacknowledged BIGINT NOT NULL
        );
        """
    }
}

extension AlarmSchema {
    private static let acts = Words(
        "Savoir qui a pris une alarme, et pourquoi elle fut mise de côté", "Know who took an alarm, and why it was put aside")

    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "alarm", [.login("acknowledged_by"), .login("assigned_to"), .login("held_by"), .init("held_why")], of: .staff, for: acts,
            end: .columnsEmpty(after: "closed_at", kept: .names)),
        PersonalPlace(
            "incident", [.login("acknowledged_by"), .login("assigned_to"), .login("held_by"), .init("held_why")], of: .staff, for: acts,
            end: .columnsEmpty(after: "closed_at", kept: .names)),
        PersonalPlace(
            "alarm_event", [.login("by_login"), .init("note")], of: .staff, for: acts, end: .columnsEmpty(after: "at", kept: .names)),
        PersonalPlace(
            "handover", [.login("from_login"), .login("to_login"), .init("note")], of: .staff,
            for: Words("Passer le service d'une équipe à l'autre", "Hand a shift over to the next"),
            end: .columnsEmpty(after: "at", kept: .names)),
    ]
}
