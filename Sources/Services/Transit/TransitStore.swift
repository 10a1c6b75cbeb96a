// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Timetables as rows: one for each import, the greatest revision of a name counts; the one before stays for whoever must look back.
package enum TransitStore {
    package static let migrations = [
        Migration(
            name: "services-2-timetables",
            sql: """
                -- A timetable of a network (`TransitFeed.bytes`), as it was imported.
                CREATE TABLE transit_feed (
                    revision BIGINT NOT NULL PRIMARY KEY CHECK (revision > 0),
                    network TEXT NOT NULL CHECK (network <> ''),
                    at BIGINT NOT NULL,
                    author TEXT NOT NULL,
                    file TEXT NOT NULL,
                    body BYTEA NOT NULL,
                    destroy_at BIGINT NOT NULL
                );
                """)
    ]

    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(revision), 0) FROM transit_feed")?.integer(0) ?? 0
    }

    /// The newest timetable of each network, with the time of its import.
    package static func current(in transaction: Transaction) throws -> [(name: String, at: Instant, feed: TransitFeed)] {
        try transaction.rows(
            """
            SELECT network, at, body FROM transit_feed
            WHERE revision IN (SELECT MAX(revision) FROM transit_feed GROUP BY network) ORDER BY network
            """
        ).map { ($0.text(0), $0.instant(1), try TransitFeed(bytes: $0.blob(2))) }
    }

    @discardableResult
    package static func put(
        _ feed: TransitFeed, name: String, from file: String, by author: String, at now: Instant, in transaction: Transaction
    ) throws -> Int64 {
        let revision = try revision(in: transaction) + 1
        let body = try feed.bytes
        try transaction.run(
            """
            INSERT INTO transit_feed (revision, network, at, author, file, body, destroy_at)
            VALUES (\(revision), \(name), \(now), \(author), \(file), \(body), \(now + ServiceStore.authorKept))
            """)
        try transaction.run(
            """
            DELETE FROM transit_feed WHERE network = \(name) AND revision NOT IN
                (SELECT revision FROM transit_feed WHERE network = \(name) ORDER BY revision DESC LIMIT 2)
            """)
        let words = Words(
            "Horaires de transport « \(name) » importés de \(file) : \(feed.stops.count) arrêts, \(feed.tripOf.count) départs",
            "Timetable '\(name)' imported from \(file): \(feed.stops.count) stops, \(feed.tripOf.count) departures")
        try Logbook.append([LogDraft(author: author.isEmpty ? "vigie" : author, trade: "services", text: words)], in: transaction, at: now)
        return revision
    }
}
