// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The streets over which crews drive: one network, as it was read from an OSM extract.
package enum StreetStore {
    static let migration = Migration(
        name: "interventions-5-streets",
        sql: """
            -- The street network of the crews' travel times. One row: an import takes the place of the one before.
            CREATE TABLE street_network (
                revision BIGINT NOT NULL PRIMARY KEY CHECK (revision > 0),
                at BIGINT NOT NULL,
                file TEXT NOT NULL,
                as_of BIGINT,
                junctions BIGINT NOT NULL,
                restrictions BIGINT NOT NULL,
                skipped BIGINT NOT NULL,
                body BYTEA NOT NULL
            );
            """)

    /// What is known of a network without reading it.
    package struct About: Sendable, Hashable {
        package var revision: Int64
        package var importedAt: Instant
        package var file: String
        /// Of which day OSM's data are, where the file said so.
        package var asOf: Instant?
        package var junctions: Int
        package var restrictions: Int
        package var skipped: Int
    }

    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(revision), 0) FROM street_network")?.integer(0) ?? 0
    }

    package static func about(in transaction: Transaction) throws -> About? {
        let sql: SQL = """
            SELECT revision, at, file, as_of, junctions, restrictions, skipped FROM street_network ORDER BY revision DESC LIMIT 1
            """
        return try transaction.row(sql).map {
            About(
                revision: $0.integer(0), importedAt: $0.instant(1), file: $0.text(2), asOf: $0.instantOrNil(3), junctions: $0.int(4),
                restrictions: $0.int(5), skipped: $0.int(6))
        }
    }

    package static func body(_ revision: Int64, in transaction: Transaction) throws -> [UInt8]? {
        try transaction.row("SELECT body FROM street_network WHERE revision = \(revision)")?.blob(0)
    }

    static func replace(_ about: About, _ body: [UInt8], in transaction: Transaction) throws {
        try transaction.run("DELETE FROM street_network")
        try transaction.run(
            """
            INSERT INTO street_network (revision, at, file, as_of, junctions, restrictions, skipped, body)
            VALUES (\(about.revision), \(about.importedAt), \(about.file), \(about.asOf), \(about.junctions), \(about.restrictions),
                \(about.skipped), \(body))
            """)
    }
}
