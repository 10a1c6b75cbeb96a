// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Notes that people left on assets; appended, never edited, destroyed after five years.
package enum NoteStore {
    package struct Note: Sendable, Hashable {
        package var at: Instant
        package var author: String
        package var text: String
    }

    static let kept = Span.days(1825)

    package static func add(_ text: String, to asset: Asset.Number, by author: String, at now: Instant, in transaction: Transaction) throws
    {
        let number = try AccountStore.next("asset_note", transaction)
        try transaction.run(
            """
            INSERT INTO asset_note (number, asset, at, author, text, destroy_at)
            VALUES (\(number), \(asset), \(now), \(author), \(text), \(now + kept))
            """)
    }

    /// The newest first.
    package static func notes(of asset: Asset.Number, limit: Int = 50, in transaction: Transaction) throws -> [Note] {
        try transaction.rows(
            "SELECT at, author, text FROM asset_note WHERE asset = \(asset) ORDER BY number DESC LIMIT \(limit)"
        ).map { Note(at: $0.instant(0), author: $0.text(1), text: $0.text(2)) }
    }
}
