// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of the way out. Times are milliseconds since 1970 (UTC).
package enum OrderSchema {
    package static let migrations: [Migration] = [Migration(name: "orders-1", sql: first), Migration(name: "orders-2 keys", sql: keys)]

    private static let keys = """
        -- What a program gave with an order so that asking again is not ordering again; kept a week (OrderKey).
        CREATE TABLE order_key (
            account BIGINT NOT NULL,
            text TEXT NOT NULL,
            -- SHA-256 of what was asked
            digest BYTEA NOT NULL,
            order_number BIGINT NOT NULL REFERENCES order_record (number),
            at BIGINT NOT NULL,
            PRIMARY KEY (account, text)
        );
        """

    private static let first = """
        -- One order: who wanted what of which assets, when, why, until when, and what came of it.
        CREATE TABLE order_record (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            purpose TEXT NOT NULL CHECK (purpose IN ('set', 'cancel', 'rollBack', 'resume')),
            parent BIGINT REFERENCES order_record (number),
            -- 0 to 100 per cent, or NULL: back to the programme
            level BIGINT CHECK (level BETWEEN 0 AND 100),
            authority BIGINT NOT NULL CHECK (authority BETWEEN 0 AND 4),
            -- the selection as JSON, for the eye; the assets themselves stand in the ledger
            selection TEXT NOT NULL,
            -- NULL: no end
            ends_at BIGINT,
            reason TEXT NOT NULL,
            incident BIGINT,
            trade TEXT NOT NULL,
            placed_at BIGINT NOT NULL,
            account BIGINT NOT NULL,
            login TEXT NOT NULL,
            needs_second_person BIGINT NOT NULL CHECK (needs_second_person IN (0, 1)),
            approved_at BIGINT,
            approved_by TEXT,
            finished_at BIGINT,
            ended_at BIGINT,
            ending TEXT CHECK (ending IN ('done', 'expired', 'cancelled', 'rolledBack', 'superseded', 'withdrawn', 'lapsed')),
            power_before BIGINT NOT NULL,
            power_after BIGINT NOT NULL,
            steps BIGINT NOT NULL,
            -- how many assets in each status, in the order of LedgerStatus, separated by spaces
            counts TEXT NOT NULL,
            CHECK ((ended_at IS NULL) = (ending IS NULL)),
            CHECK ((approved_at IS NULL) = (approved_by IS NULL))
        );
        CREATE INDEX order_record_live ON order_record (ended_at);
        CREATE INDEX order_record_login ON order_record (login, number);

        -- The assets of an order, written once: 7 bytes a row (see LedgerPacking), up to 65 536 rows a segment.
        CREATE TABLE order_ledger (
            order_number BIGINT NOT NULL REFERENCES order_record (number),
            segment BIGINT NOT NULL,
            body BYTEA NOT NULL,
            PRIMARY KEY (order_number, segment)
        );

        -- What moved in one turn, append-only: 7 bytes a row (see LedgerPacking). All steps over the ledger give today's.
        CREATE TABLE order_step (
            order_number BIGINT NOT NULL REFERENCES order_record (number),
            number BIGINT NOT NULL,
            at BIGINT NOT NULL,
            body BYTEA NOT NULL,
            PRIMARY KEY (order_number, number)
        );

        -- What a gateway said of an asset where it refused.
        CREATE TABLE order_refusal (
            order_number BIGINT NOT NULL REFERENCES order_record (number),
            asset BIGINT NOT NULL,
            at BIGINT NOT NULL,
            why TEXT NOT NULL,
            PRIMARY KEY (order_number, asset)
        );

        -- Assets under one name: hand-picked, or all of a cabinet, a gateway, a commune. members is JSON.
        CREATE TABLE saved_group (
            number BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            members TEXT NOT NULL,
            author TEXT NOT NULL,
            saved_at BIGINT NOT NULL,
            removed_at BIGINT
        );
        """
}

extension OrderSchema {
    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "order_record", [.login("login"), .login("approved_by"), .init("reason")], of: .staff,
            for: Words("Savoir qui a donné et approuvé un ordre, et pourquoi", "Know who placed and approved an order, and why"),
            end: .columnsEmpty(after: "ended_at", kept: .names)),
        PersonalPlace(
            "saved_group", [.login("author")], of: .staff,
            for: Words("Savoir à qui est un groupe d'équipements", "Know whose group of assets it is"),
            end: .columnsEmpty(after: "removed_at", kept: .days(1))),
    ]
}
