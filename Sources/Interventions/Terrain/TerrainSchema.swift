// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of the crews' tablets: which there are, what they sent, and what came too late.
package enum TerrainSchema {
    package static let migrations: [Migration] = [Migration(name: "interventions-terrain-1 tablets", sql: tables)]

    private static let tables = """
        -- A tablet of a crew, named after the crew and never after a person. The token itself is on the tablet only.
        CREATE TABLE crew_device (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            crew TEXT NOT NULL CHECK (crew <> ''),
            label TEXT NOT NULL CHECK (length(label) <= 60),
            token_hash BYTEA NOT NULL UNIQUE,
            paired_at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL,
            revoked_at BIGINT
        );
        -- A code that makes one tablet, once, within minutes.
        CREATE TABLE crew_code (
            code_hash BYTEA NOT NULL PRIMARY KEY,
            crew TEXT NOT NULL,
            label TEXT NOT NULL,
            expires_at BIGINT NOT NULL
        );
        -- How far the queue of a tablet was taken, and when the last act of it happened.
        CREATE TABLE crew_queue (
            device BIGINT NOT NULL REFERENCES crew_device (number),
            queue TEXT NOT NULL,
            taken BIGINT NOT NULL CHECK (taken >= 0),
            last_at BIGINT NOT NULL,
            PRIMARY KEY (device, queue)
        );
        -- What became of each act of a queue: the same act again gets the same answer.
        CREATE TABLE crew_receipt (
            device BIGINT NOT NULL,
            queue TEXT NOT NULL,
            number BIGINT NOT NULL CHECK (number > 0),
            key TEXT NOT NULL,
            fate TEXT NOT NULL CHECK (fate IN ('done', 'conflict', 'refused')),
            because_fr TEXT NOT NULL,
            because_en TEXT NOT NULL,
            PRIMARY KEY (device, queue, number)
        );
        -- An act that came too late, whole, until a person decides. `position` is its line of the history.
        CREATE TABLE crew_act (
            position BIGINT NOT NULL PRIMARY KEY REFERENCES job_event (position),
            job BIGINT NOT NULL REFERENCES job (number),
            device BIGINT NOT NULL REFERENCES crew_device (number),
            crew TEXT NOT NULL,
            body TEXT NOT NULL,
            because_fr TEXT NOT NULL,
            because_en TEXT NOT NULL,
            decided_at BIGINT,
            is_applied SMALLINT CHECK (is_applied IN (0, 1)),
            destroy_at BIGINT NOT NULL,
            CHECK ((decided_at IS NULL) = (is_applied IS NULL))
        );
        CREATE INDEX crew_act_job ON crew_act (job);
        CREATE INDEX crew_act_open ON crew_act (crew) WHERE decided_at IS NULL;
        CREATE INDEX crew_act_end ON crew_act (destroy_at);
        -- Photos on their way, piece by piece.
        CREATE TABLE crew_piece (
            device BIGINT NOT NULL REFERENCES crew_device (number),
            key TEXT NOT NULL,
            begins BIGINT NOT NULL CHECK (begins >= 0),
            length BIGINT NOT NULL CHECK (length > 0),
            body BYTEA NOT NULL,
            destroy_at BIGINT NOT NULL,
            PRIMARY KEY (device, key, begins)
        );
        CREATE INDEX crew_piece_end ON crew_piece (destroy_at);
        -- The hand of whoever received the work, beside the name in job_note.
        CREATE TABLE crew_signature (
            position BIGINT NOT NULL PRIMARY KEY REFERENCES job_event (position),
            job BIGINT NOT NULL REFERENCES job (number),
            type TEXT NOT NULL,
            body BYTEA NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        CREATE INDEX crew_signature_end ON crew_signature (destroy_at);
        """

    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "crew_act", [.init("body")], of: .anybody,
            for: Words("Décider de ce qui est arrivé trop tard d'une tablette", "Decide on what came too late from a tablet"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days"))),
        PersonalPlace(
            "crew_piece", [.init("body")], of: .anybody,
            for: Words("Recevoir une photo en morceaux", "Take in a photo in pieces"),
            end: .rowsGo(on: "destroy_at", Words("30 jours au plus", "30 days at most"))),
        PersonalPlace(
            "crew_signature", [.init("body")], of: .anybody,
            for: Words("Prouver que l'ouvrage a été reçu", "Prove that the work was received"),
            end: .rowsGo(on: "destroy_at", Words("1 825 jours", "1,825 days"))),
    ]
}
