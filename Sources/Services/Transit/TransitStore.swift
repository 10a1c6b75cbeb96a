// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Timetables as rows: one for each import, the greatest revision of a name counts. The one before stays until the next import: whoever is
/// reading it is not cut off.
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

    package struct Kept: Sendable, Hashable {
        package var revision: Int64
        package var name: String
        package var at: Instant
    }

    /// The newest import of each network.
    package static func newest(in transaction: Transaction) throws -> [Kept] {
        try transaction.rows(
            """
            SELECT revision, network, at FROM transit_feed
            WHERE revision IN (SELECT MAX(revision) FROM transit_feed GROUP BY network) ORDER BY network
            """
        ).map { Kept(revision: $0.integer(0), name: $0.text(1), at: $0.instant(2)) }
    }

    /// - Returns: as it was kept; nil where a newer import took its place.
    package static func body(of revision: Int64, in transaction: Transaction) throws -> [UInt8]? {
        try transaction.row("SELECT body FROM transit_feed WHERE revision = \(revision)")?.blob(0)
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
