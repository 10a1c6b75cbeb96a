// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// What waits to go out, and the keys that this house makes for itself.
enum OutboxSchema {
    static let migrations: [Migration] = [Migration(name: "post-1-outbox", sql: tables)]

    static let personal: [PersonalPlace] = [
        PersonalPlace(
            "post_outbox", [.init("recipient", subject: .email), .init("sender"), .init("keys"), .init("body")], of: .citizens,
            for: Words("Envoyer un message, puis savoir lesquels n'ont pas pu l'être", "Send a message, then know which could not be sent"),
            end: .rowsGo(
                on: "destroy_at",
                Words("dès l'envoi ; 30 jours après un échec, sans le contenu", "once sent; 30 days after a failure, without the content")))
    ]

    private static let tables = """
        -- Messages that wait, and those that could not be sent: of these neither body nor keys are left. What was sent is gone from here.
        -- `topic` says what a message is about ('report:17'), so that it can be withdrawn. `keys` are those of a push subscription.
        CREATE TABLE post_outbox (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            way TEXT NOT NULL CHECK (way IN ('mail', 'push')),
            topic TEXT NOT NULL,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL CHECK (recipient <> ''),
            keys TEXT NOT NULL,
            body BYTEA NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'failed')),
            tries SMALLINT NOT NULL CHECK (tries >= 0),
            created_at BIGINT NOT NULL,
            due_at BIGINT NOT NULL,
            give_up_at BIGINT NOT NULL,
            trouble TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- The last number given: what was sent is gone, and its number must not be that of another.
        CREATE TABLE post_outbox_number (last BIGINT NOT NULL);
        INSERT INTO post_outbox_number VALUES (0);
        CREATE INDEX post_outbox_due ON post_outbox (way, due_at, number) WHERE state = 'waiting';
        CREATE INDEX post_outbox_topic ON post_outbox (topic);
        CREATE INDEX post_outbox_end ON post_outbox (destroy_at);
        -- How many messages of a day (days since 1970) ended how. It names nobody.
        CREATE TABLE post_tally (
            day BIGINT NOT NULL,
            way TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'failed', 'gone')),
            count BIGINT NOT NULL CHECK (count >= 0),
            PRIMARY KEY (day, way, outcome)
        );
        -- Secrets made at their first use: 'vapid', with which push services know this house.
        CREATE TABLE post_key (name TEXT NOT NULL PRIMARY KEY, secret BYTEA NOT NULL);

        """
}
