// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The changes of the inventory and what each did.
package enum ChangeStore {
    /// Begins a change: gives its number and writes its row. One writer at a time: PostgreSQL takes a table lock.
    package static func begin(
        _ act: Change.Act, author: String, source: String, at: Instant, undoes: Int64? = nil, in transaction: Transaction
    ) throws -> Change {
        if transaction.engine == .postgres { try transaction.run("LOCK TABLE inventory_change IN EXCLUSIVE MODE") }
        let number = try AssetStore.revision(in: transaction) + 1
        try transaction.run(
            """
            INSERT INTO inventory_change (number, at, author, act, source, undoes)
            VALUES (\(number), \(at), \(author), \(act.rawValue), \(source), \(undoes.bound))
            """)
        return Change(number: number, at: at, author: author, act: act, source: source, undoes: undoes)
    }

    /// Writes the counts of a change that is done.
    package static func finish(_ change: Change, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE inventory_change SET accepted = \(change.accepted), changed = \(change.changed), unchanged = \(change.unchanged),
                refused = \(change.refused) WHERE number = \(change.number)
            """)
    }

    package static func find(_ number: Int64, in transaction: Transaction) throws -> Change? {
        try transaction.row("SELECT \(raw: columns) FROM inventory_change WHERE number = \(number)").flatMap(change)
    }

    /// The last changes, newest first.
    package static func list(limit: Int = 100, in transaction: Transaction) throws -> [Change] {
        try transaction.rows("SELECT \(raw: columns) FROM inventory_change ORDER BY number DESC LIMIT \(limit)").compactMap(change)
    }

    /// The change that undid this one, if any.
    package static func undoing(of number: Int64, in transaction: Transaction) throws -> Int64? {
        try transaction.row("SELECT number FROM inventory_change WHERE undoes = \(number) ORDER BY number DESC LIMIT 1")?.integer(0)
    }

    /// Everything that ever happened to an asset's record, oldest first.
    package static func history(of asset: Asset.Number, in transaction: Transaction) throws -> [AssetEvent] {
        try transaction.rows(
            """
            SELECT h.asset, h.change, c.at, c.author, h.what, h.detail, c.source
            FROM asset_history h JOIN inventory_change c ON c.number = h.change WHERE h.asset = \(asset) ORDER BY h.change
            """
        ).compactMap { row in
            guard let what = AssetEvent.What(rawValue: row.text(4)) else { return nil }
            return AssetEvent(
                asset: Asset.Number(UInt32(truncatingIfNeeded: row.integer(0))), change: row.integer(1), at: row.instant(2),
                author: row.text(3), what: what, fields: ChangeDetail.fields(row.text(5)), source: row.text(6))
        }
    }

    private static let columns = "number, at, author, act, source, accepted, changed, unchanged, refused, undoes"

    private static func change(_ row: Row) -> Change? {
        guard let act = Change.Act(rawValue: row.text(3)) else { return nil }
        return Change(
            number: row.integer(0), at: row.instant(1), author: row.text(2), act: act, source: row.text(4),
            accepted: Int(row.integer(5)), changed: Int(row.integer(6)), unchanged: Int(row.integer(7)), refused: Int(row.integer(8)),
            undoes: row.integerOrNil(9))
    }
}

/// The column `detail` of `asset_history`: `{"name":["before","after"],…}`.
enum ChangeDetail {
    static func write(_ fields: [AssetEvent.Field]) -> String {
        fields.isEmpty ? "" : JSON.object(fields.map { ($0.name, .list([.text($0.before), .text($0.after)])) }).description
    }

    static func fields(_ detail: String) -> [AssetEvent.Field] {
        guard !detail.isEmpty, case .object(let members)? = try? JSON(detail) else { return [] }
        return members.compactMap { name, value in
            guard case .list(let pair) = value, pair.count == 2, let before = pair[0].textOrNil, let after = pair[1].textOrNil else {
                return nil
            }
            return AssetEvent.Field(name: name, before: before, after: after)
        }
    }
}
