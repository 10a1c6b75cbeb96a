// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import Crypto
package import Journal

/// Photos of assets in the journal.
package enum PhotoStore {
    /// All of a photo but its bytes.
    package struct Photo: Sendable, Hashable {
        package var number: Int64
        package var at: Instant
        package var author: String
        package var caption: String
        package var width: Int
        package var height: Int
        package var bytes: Int
    }

    /// The most that one asset may have.
    package static let most = 40

    /// - Returns: its number; nil where the asset has as many as it may.
    package static func add(
        _ photo: CleanPhoto, caption: String, to asset: Asset.Number, by author: String, at now: Instant, in transaction: Transaction
    ) throws -> Int64? {
        let count = try transaction.row("SELECT COUNT(*) FROM asset_photo WHERE asset = \(asset)")?.int(0) ?? 0
        guard count < most else { return nil }
        try transaction.run("UPDATE asset_photo_number SET last = last + 1")
        let number = try transaction.row("SELECT last FROM asset_photo_number")?.integer(0) ?? 1
        let hash = Array(SHA256.hash(data: photo.bytes))
        let end = now + .days(try days(in: transaction))
        try transaction.run(
            """
            INSERT INTO asset_photo (number, asset, at, author, caption, type, width, height, destroy_at, hash, body)
            VALUES (\(number), \(asset), \(now), \(author), \(caption), \(photo.type.rawValue), \(photo.width), \(photo.height), \(end),
                \(hash), \(photo.bytes))
            """)
        return number
    }

    /// The newest first.
    package static func photos(of asset: Asset.Number, in transaction: Transaction) throws -> [Photo] {
        try transaction.rows(
            """
            SELECT number, at, author, caption, width, height, length(body) FROM asset_photo WHERE asset = \(asset) ORDER BY number DESC
            """
        ).map {
            Photo(
                number: $0.integer(0), at: $0.instant(1), author: $0.text(2), caption: $0.text(3), width: $0.int(4), height: $0.int(5),
                bytes: $0.int(6))
        }
    }

    package static func body(_ number: Int64, of asset: Asset.Number, in transaction: Transaction) throws -> (type: String, bytes: [UInt8])?
    {
        try transaction.row("SELECT type, body FROM asset_photo WHERE number = \(number) AND asset = \(asset)").map {
            ($0.text(0), $0.blob(1))
        }
    }

    /// - Returns: false where there is no such photo of this asset.
    package static func remove(_ number: Int64, of asset: Asset.Number, in transaction: Transaction) throws -> Bool {
        try transaction.run("DELETE FROM asset_photo WHERE number = \(number) AND asset = \(asset)") == 1
    }

    /// For how long photos are kept. A new length counts for those of before too.
    package static func keep(days: Int64, in transaction: Transaction) throws {
        guard try PhotoStore.days(in: transaction) != days else { return }
        try transaction.run("UPDATE personal_data SET days = \(days) WHERE table_name = 'asset_photo'")
        try transaction.run("UPDATE asset_photo SET destroy_at = at + \(Span.days(days))")
    }

    private static func days(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT days FROM personal_data WHERE table_name = 'asset_photo'")?.integer(0) ?? 1825
    }
}
