// SPDX-License-Identifier: EUPL-1.2

package enum StateTapeSchema {
    package static let migrations: [Migration] = [
        Migration(
            name: "tape-1 states",
            sql: """
                -- Changes of display state and level, packed (StateTape.swift), for the time machine.
                CREATE TABLE tape_change (
                    start BIGINT NOT NULL,    -- ms of the first change
                    place BIGINT NOT NULL,    -- order among those of one start
                    finish BIGINT NOT NULL CHECK (finish >= start),
                    bytes BYTEA NOT NULL,
                    PRIMARY KEY (start, place)
                );
                -- All states and levels at an instant, packed; every change up to it is in it.
                CREATE TABLE tape_keyframe (
                    at BIGINT NOT NULL PRIMARY KEY,
                    bytes BYTEA NOT NULL
                );
                """)
    ]
}
