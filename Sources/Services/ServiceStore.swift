// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// The city's services as rows: each import is a revision of the whole, appended; the last one counts.
package enum ServiceStore {
    static let authorKept = Span.days(1825)

    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(revision), 0) FROM service_catalogue")?.integer(0) ?? 0
    }

    package static func current(in transaction: Transaction) throws -> ServiceCatalogue {
        try at(try revision(in: transaction), in: transaction) ?? ServiceCatalogue()
    }

    package static func at(_ revision: Int64, in transaction: Transaction) throws -> ServiceCatalogue? {
        guard let row = try transaction.row("SELECT body FROM service_catalogue WHERE revision = \(revision)") else { return nil }
        var catalogue = try JSONDecoder().decode(ServiceCatalogue.self, from: Data(row.text(0).utf8))
        catalogue.revision = revision
        return catalogue
    }

    /// - Returns: the revision that it became.
    @discardableResult
    package static func put(
        _ catalogue: ServiceCatalogue, from file: String, by author: String, at now: Instant, in transaction: Transaction
    ) throws -> Int64 {
        var catalogue = catalogue
        catalogue.revision = try revision(in: transaction) + 1
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = String(decoding: try encoder.encode(catalogue), as: UTF8.self)
        try transaction.run(
            """
            INSERT INTO service_catalogue (revision, at, author, file, body, destroy_at)
            VALUES (\(catalogue.revision), \(now), \(author), \(file), \(body), \(now + authorKept))
            """)
        return catalogue.revision
    }
}
