// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// The last figures of each network of stations. Figures of before are not kept: a history of them is another matter.
package enum StationStore {
    package static let migrations = [
        Migration(
            name: "services-3-stations",
            sql: """
                -- What a network of bikes or car parks said last (`StationFeed` as JSON), and when it came in.
                CREATE TABLE station_feed (
                    network TEXT NOT NULL PRIMARY KEY CHECK (network <> ''),
                    at BIGINT NOT NULL,
                    body TEXT NOT NULL
                );
                """),
        Migration(
            name: "services-5-station-sources",
            sql: """
                -- Code of the source in the city's file that is fetched; '' for what was imported by hand.
                ALTER TABLE station_feed ADD COLUMN source TEXT NOT NULL DEFAULT '';
                """),
    ]

    /// - Parameter source: code of the source that is fetched; '' for an import by hand.
    package static func put(
        _ feed: StationFeed, name: String, source: String = "", at now: Instant, in transaction: Transaction
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = String(decoding: try encoder.encode(feed), as: UTF8.self)
        try transaction.run(
            """
            INSERT INTO station_feed (network, at, body, source) VALUES (\(name), \(now), \(body), \(source))
            ON CONFLICT (network) DO UPDATE SET at = excluded.at, body = excluded.body, source = excluded.source
            """)
        // It had another name before.
        guard !source.isEmpty else { return }
        try transaction.run("DELETE FROM station_feed WHERE source = \(source) AND network <> \(name)")
    }

    /// Only these sources are still fetched: figures of others go. What was imported by hand stays.
    static func keep(_ sources: [String], in transaction: Transaction) throws {
        let all = Set(try transaction.rows("SELECT source FROM station_feed WHERE source <> ''").map { $0.text(0) })
        let gone = all.subtracting(sources)
        guard !gone.isEmpty else { return }
        try transaction.run("DELETE FROM station_feed WHERE source IN (\(SQL.list(gone.sorted())))")
    }

    /// The last word of each network, as it was kept.
    package static func all(in transaction: Transaction) throws -> [(name: String, body: String)] {
        try transaction.rows("SELECT network, body FROM station_feed ORDER BY network").map { ($0.text(0), $0.text(1)) }
    }

    package static func feed(_ body: String) throws -> StationFeed {
        try JSONDecoder().decode(StationFeed.self, from: Data(body.utf8))
    }

    /// Changes with each import.
    package static func mark(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(at), 0) + COUNT(*) FROM station_feed")?.integer(0) ?? 0
    }
}
