// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The life of one asset, act by act: out of service and back, edited, removed. Each is a change with its author.
package enum LifeStore {
    /// Why an act was not done.
    package enum Refused: Error, Sendable, Hashable {
        case unknown(Asset.Number)
        case alreadyOutOfService(since: Instant, by: String)
        case inService
        case removed(at: Instant, by: String)
        /// So many assets still hang below it.
        case hasChildren(Int)
        case emptyReason
    }

    /// Takes an asset out of service: its alarms are suppressed by design and said to be so. `reason` must not be empty.
    @discardableResult
    package static func takeOutOfService(
        _ asset: Asset.Number, by author: String, reason: String, at: Instant, in transaction: Transaction
    ) throws -> Change {
        let record = try standing(asset, in: transaction)
        if let outage = record.outage { throw Refused.alreadyOutOfService(since: outage.since, by: outage.author) }
        guard !reason.isEmpty else { throw Refused.emptyReason }
        let change = try ChangeStore.begin(.outage, author: author, source: reason, at: at, in: transaction)
        try transaction.run(
            "INSERT INTO outage (asset, since, author, reason) VALUES (\(asset), \(at), \(author), \(reason))")
        try touch(asset, .outOfService, change, in: transaction)
        return change
    }

    @discardableResult
    package static func returnToService(
        _ asset: Asset.Number, by author: String, at: Instant, in transaction: Transaction
    ) throws -> Change {
        guard try standing(asset, in: transaction).outage != nil else { throw Refused.inService }
        let change = try ChangeStore.begin(.return, author: author, source: "", at: at, in: transaction)
        try transaction.run("UPDATE outage SET ended_at = \(at), ended_by = \(author) WHERE asset = \(asset) AND ended_at IS NULL")
        try touch(asset, .backInService, change, in: transaction)
        return change
    }

    /// Ends the life of an asset. Refused while others hang below it.
    @discardableResult
    package static func remove(
        _ asset: Asset.Number, by author: String, reason: String, at: Instant, in transaction: Transaction
    ) throws -> Change {
        _ = try standing(asset, in: transaction)
        guard !reason.isEmpty else { throw Refused.emptyReason }
        let children = try AssetStore.children(of: asset, limit: 1_000_000, in: transaction).count
        guard children == 0 else { throw Refused.hasChildren(children) }
        let change = try ChangeStore.begin(.removal, author: author, source: reason, at: at, in: transaction)
        try transaction.run("INSERT INTO removal (asset, at, author, reason) VALUES (\(asset), \(at), \(author), \(reason))")
        try touch(asset, .removed, change, in: transaction)
        return change
    }

    /// Writes an asset's fields (name, address, place, attributes, …) as `record` has them; nothing where nothing differs.
    @discardableResult
    package static func edit(
        _ record: AssetRecord, by author: String, reason: String, at: Instant, in transaction: Transaction
    ) throws -> Change? {
        let before = try standing(record.number, in: transaction)
        let fields = RecordFields.difference(before, record)
        guard !fields.isEmpty else { return nil }
        let change = try ChangeStore.begin(.edit, author: author, source: reason, at: at, in: transaction)
        var after = record
        after.revision = change.number
        try AssetRowsStore.replace(after, in: transaction)
        try AssetRowsStore.addHistory([(record.number, .changed, fields)], change: change.number, in: transaction)
        return change
    }

    private static func standing(_ asset: Asset.Number, in transaction: Transaction) throws -> AssetRecord {
        guard let record = try AssetStore.find(asset, in: transaction) else { throw Refused.unknown(asset) }
        if let removal = record.removal { throw Refused.removed(at: removal.at, by: removal.author) }
        return record
    }

    private static func touch(
        _ asset: Asset.Number, _ what: AssetEvent.What, _ change: Change, in transaction: Transaction
    ) throws {
        try transaction.run("UPDATE asset SET revision = \(change.number) WHERE number = \(asset)")
        try AssetRowsStore.addHistory([(asset, what, [])], change: change.number, in: transaction)
    }
}
