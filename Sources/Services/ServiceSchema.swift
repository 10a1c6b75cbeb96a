// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The tables of services. What names a person has the day of its destruction beside it (`destroy_at`).
package enum ServiceSchema {
    package static let migrations: [Migration] = [
        Migration(name: "services-1-services", sql: tables), Migration(name: "services-4-booking-jobs", sql: bookingJobs),
    ]

    private static let bookingJobs = """
        -- For which day the crews are asked: said before they are, and until the job is known to be withdrawn (-1: being withdrawn).
        ALTER TABLE bulky_booking ADD COLUMN job_day BIGINT;
        UPDATE bulky_booking SET job_day = day WHERE job IS NOT NULL;
        CREATE INDEX bulky_booking_withdrawn ON bulky_booking (number)
            WHERE job_day IS NOT NULL AND (state = 'cancelled' OR job_day <> day);
        """

    private static let tables = """
        -- What the city's file of services said, whole, at each import; the greatest revision counts. JSON.
        CREATE TABLE service_catalogue (
            revision BIGINT NOT NULL PRIMARY KEY CHECK (revision > 0),
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            file TEXT NOT NULL,
            body TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- Alerts that somebody in the room published. `communes` are INSEE codes with commas between; '' for all.
        CREATE TABLE service_notice (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'alarm')),
            title_fr TEXT NOT NULL CHECK (title_fr <> ''),
            title_en TEXT NOT NULL,
            text_fr TEXT NOT NULL,
            text_en TEXT NOT NULL,
            from_at BIGINT NOT NULL,
            until_at BIGINT,
            communes TEXT NOT NULL,
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- One that was ended by hand.
        CREATE TABLE service_notice_end (
            number BIGINT NOT NULL PRIMARY KEY REFERENCES service_notice (number),
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- Litres that are promised on a day (days since 1970) of a sector: never more than the sector's file says.
        CREATE TABLE bulky_day (
            sector TEXT NOT NULL,
            day BIGINT NOT NULL,
            litres BIGINT NOT NULL CHECK (litres >= 0),
            PRIMARY KEY (sector, day)
        );
        -- One collection of bulky waste. `follow` is the SHA-256 of the secret in its link. `items` is JSON: code to count.
        CREATE TABLE bulky_booking (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            follow BYTEA NOT NULL UNIQUE,
            sector TEXT NOT NULL,
            day BIGINT NOT NULL,
            litres BIGINT NOT NULL CHECK (litres > 0),
            items TEXT NOT NULL,
            address TEXT NOT NULL,
            commune TEXT NOT NULL,
            longitude DOUBLE PRECISION,
            latitude DOUBLE PRECISION,
            state TEXT NOT NULL CHECK (state IN ('booked', 'cancelled')),
            job BIGINT,
            created_at BIGINT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        CREATE INDEX bulky_booking_day ON bulky_booking (day, sector);
        CREATE TABLE bulky_contact (
            booking BIGINT NOT NULL PRIMARY KEY REFERENCES bulky_booking (number),
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            phone TEXT NOT NULL,
            destroy_at BIGINT NOT NULL
        );
        -- What became of a booking, appended.
        CREATE TABLE bulky_event (
            booking BIGINT NOT NULL REFERENCES bulky_booking (number),
            place BIGINT NOT NULL,
            at BIGINT NOT NULL,
            what TEXT NOT NULL CHECK (what IN ('booked', 'moved', 'cancelled', 'asked')),
            day BIGINT NOT NULL,
            PRIMARY KEY (booking, place)
        );
        """

    /// Where these tables may name somebody; volumes, days and alerts stay: they name nobody.
    package static let personal: [PersonalPlace] =
        [
            PersonalPlace(
                "bulky_contact", [.init("name"), .init("email", subject: .email), .init("phone", subject: .phone)], of: .citizens,
                for: Words("Prévenir d'un changement de la collecte d'encombrants", "Tell of a change of a collection of bulky waste"),
                end: .rowsGo(on: "destroy_at", Words("30 jours après la collecte", "30 days after the collection"))),
            PersonalPlace(
                "bulky_booking", [.init("address"), .init("longitude", emptied: "NULL"), .init("latitude", emptied: "NULL")], of: .citizens,
                for: Words("Enlever des encombrants à une adresse", "Fetch bulky waste at an address"),
                end: .columnsEmpty(after: "destroy_at", kept: .days(0))),
        ]
        + ["service_catalogue", "service_notice", "service_notice_end", "transit_feed"].map { table in
            PersonalPlace(
                table, [.login("author")], of: .staff,
                for: Words("Savoir qui a changé les services ou publié une alerte", "Know who changed services or published an alert"),
                end: .columnsEmpty(after: "destroy_at", kept: .days(0)))
        }
}
