// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of the call desk. What names a person stands in rows of its own with the day on which it is destroyed.
package enum CallSchema {
    package static let migrations: [Migration] = [Migration(name: "calls-1-calls", sql: tables + indices)]

    /// Where a call may name somebody.
    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "call", [.init("caller"), .init("agent", subject: .login)], of: .anybody,
            for: Words(
                "Retrouver les demandes d'une même personne ; savoir qui a pris un appel", "Find earlier requests; know who took a call"),
            end: daily),
        PersonalPlace(
            "call_note", [.init("login", subject: .login), .init("text")], of: .staff,
            for: Words("Dire ce qui a été répondu, et par qui", "Tell what was answered, and by whom"), end: daily),
        PersonalPlace(
            "call_number", [.init("phone", subject: .phone)], of: .citizens,
            for: Words("Rappeler si la ligne coupe", "Call back where the line breaks"), end: daily),
        PersonalPlace(
            "call_draft", [.init("body")], of: .citizens, for: Words("Ne rien dicter deux fois", "Have nothing dictated twice"),
            end: daily),
        PersonalPlace(
            "call_back", [.init("name"), .init("phone", subject: .phone), .init("why")], of: .citizens,
            for: Words("Rappeler qui l'a demandé", "Call back whoever asked for it"), end: daily),
        PersonalPlace(
            "call_presence", [.init("login", subject: .login)], of: .staff,
            for: Words("Comparer la charge aux effectifs", "Compare the load with the staff"), end: daily),
    ]

    private static let daily = PersonalPlace.End.elsewhere(
        Words(
            "à la clôture de l'appel ou à son échéance, chaque jour (docs/desks/calls.md)",
            "at the closing of the call or on its day, daily (docs/desks/calls.md)"))

    private static let tables = """
        -- One call. `exchange` is the SHA-256 of the exchange's own name of it, NULL for a call noted by hand. `destroy_at` is the end of
        -- the pseudonym and of the name of whoever took it, not of the row.
        CREATE TABLE call (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            exchange BYTEA UNIQUE,
            caller TEXT NOT NULL,
            line TEXT NOT NULL,
            agent TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('ringing', 'answered', 'wrapping', 'closed', 'abandoned')),
            started_at BIGINT NOT NULL,
            answered_at BIGINT,
            ended_at BIGINT,
            closed_at BIGINT,
            is_transferred SMALLINT NOT NULL CHECK (is_transferred IN (0, 1)),
            destroy_at BIGINT NOT NULL,
            CHECK (state <> 'ringing' OR (answered_at IS NULL AND ended_at IS NULL AND closed_at IS NULL)),
            CHECK (state <> 'abandoned' OR (answered_at IS NULL AND ended_at IS NOT NULL))
        );
        -- What happened in a call, without names and free text. Appended, never edited.
        CREATE TABLE call_event (
            call BIGINT NOT NULL REFERENCES call (number),
            place BIGINT NOT NULL CHECK (place > 0),
            at BIGINT NOT NULL,
            what TEXT NOT NULL,
            facts TEXT NOT NULL,
            PRIMARY KEY (call, place)
        );
        -- Who did it and what they wrote.
        CREATE TABLE call_note (
            call BIGINT NOT NULL,
            place BIGINT NOT NULL,
            login TEXT NOT NULL,
            text TEXT NOT NULL CHECK (length(text) <= 4000),
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (call, place),
            FOREIGN KEY (call, place) REFERENCES call_event (call, place)
        );
        -- What came of a call; a mistake is marked by the time at which it was taken back.
        CREATE TABLE call_outcome (
            call BIGINT NOT NULL REFERENCES call (number),
            place BIGINT NOT NULL CHECK (place > 0),
            at BIGINT NOT NULL,
            sort TEXT NOT NULL CHECK (sort IN ('information', 'request', 'joined', 'transferred', 'callback', 'nothing')),
            category TEXT NOT NULL,
            report BIGINT REFERENCES report (number),
            target TEXT NOT NULL,
            undone_at BIGINT,
            PRIMARY KEY (call, place),
            CHECK (sort NOT IN ('request', 'joined') OR report IS NOT NULL)
        );
        -- The caller's number in clear, while the call is open.
        CREATE TABLE call_number (
            call BIGINT NOT NULL PRIMARY KEY REFERENCES call (number),
            phone TEXT NOT NULL CHECK (length(phone) <= 40),
            destroy_at BIGINT NOT NULL
        );
        -- What stands in the form of an open call. JSON.
        CREATE TABLE call_draft (
            call BIGINT NOT NULL PRIMARY KEY REFERENCES call (number),
            body TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- Who is to be called back. Name, number and reason are emptied when it is over.
        CREATE TABLE call_back (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            call BIGINT NOT NULL REFERENCES call (number),
            name TEXT NOT NULL CHECK (length(name) <= 200),
            phone TEXT NOT NULL CHECK (length(phone) <= 40),
            why TEXT NOT NULL CHECK (length(why) <= 1000),
            due_at BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            ended_at BIGINT,
            end_how TEXT CHECK (end_how IN ('done', 'givenUp')),
            tries BIGINT NOT NULL CHECK (tries >= 0),
            destroy_at BIGINT NOT NULL,
            CHECK ((ended_at IS NULL) = (end_how IS NULL)),
            CHECK (ended_at IS NULL OR (name = '' AND phone = '' AND why = ''))
        );
        -- Who was at the desk from when to when; open while ended_at is NULL.
        CREATE TABLE call_presence (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            login TEXT NOT NULL,
            began_at BIGINT NOT NULL,
            ended_at BIGINT,
            destroy_at BIGINT NOT NULL,
            CHECK (ended_at IS NULL OR ended_at >= began_at)
        );

        """

    private static let indices = """
        CREATE INDEX call_open ON call (started_at, number) WHERE state IN ('ringing', 'answered', 'wrapping');
        CREATE INDEX call_started ON call (started_at, number);
        CREATE INDEX call_caller ON call (caller, number) WHERE caller <> '';
        CREATE INDEX call_end ON call (destroy_at) WHERE caller <> '' OR agent <> '';
        CREATE INDEX call_note_end ON call_note (destroy_at);
        CREATE INDEX call_outcome_report ON call_outcome (report) WHERE report IS NOT NULL;
        CREATE INDEX call_back_due ON call_back (due_at, number) WHERE ended_at IS NULL;
        CREATE INDEX call_back_call ON call_back (call);
        CREATE INDEX call_presence_open ON call_presence (login) WHERE ended_at IS NULL;
        CREATE INDEX call_presence_began ON call_presence (began_at);
        """
}
