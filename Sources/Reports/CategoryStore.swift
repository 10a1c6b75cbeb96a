// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// The tree of categories as rows: each import is a revision of the whole, appended; the last one counts.
package enum CategoryStore {
    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(revision), 0) FROM report_categories")?.integer(0) ?? 0
    }

    package static func current(in transaction: Transaction) throws -> CategoryTree {
        guard let row = try transaction.row("SELECT revision, body FROM report_categories ORDER BY revision DESC LIMIT 1") else {
            return .empty
        }
        var tree = try JSONDecoder().decode(CategoryTree.self, from: Data(row.text(1).utf8))
        tree.revision = row.integer(0)
        return tree
    }

    /// - Returns: the revision that it became.
    @discardableResult
    package static func put(
        _ tree: CategoryTree, from file: String, by author: String, at now: Instant, in transaction: Transaction
    ) throws -> Int64 {
        var tree = tree
        tree.revision = try revision(in: transaction) + 1
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = String(decoding: try encoder.encode(tree), as: UTF8.self)
        try transaction.run(
            """
            INSERT INTO report_categories (revision, at, author, file, body, destroy_at)
            VALUES (\(tree.revision), \(now), \(author), \(file), \(body), \(now + ReportRules.textKept))
            """)
        return tree.revision
    }
}
