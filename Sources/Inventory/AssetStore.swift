// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Reading assets.
package enum AssetStore {
    /// The number of the last change: a running server reads it each second and loads again when it grew.
    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(number), 0) FROM inventory_change")?.integer(0) ?? 0
    }

    /// Streams every asset in the order of the numbers. Removed ones are left out unless asked for: their numbers are gaps.
    /// - Parameter withTexts: false leaves names and addresses empty, which a million assets notice.
    package static func load(
        in transaction: Transaction, includingRemoved: Bool = false, withTexts: Bool = true, _ each: (AssetRecord) throws -> Void
    ) throws {
        let outages = try currentOutages(in: transaction)
        let removals = try removals(in: transaction)
        let columns = withTexts ? columns : columns.replacing("name, address", with: "'', ''")
        try transaction.each("SELECT \(raw: columns) FROM asset ORDER BY number") { row in
            guard var record = record(row) else { return }
            record.outage = outages.isEmpty ? nil : outages[record.number]
            record.removal = removals.isEmpty ? nil : removals[record.number]
            if record.removal == nil || includingRemoved { try each(record) }
        }
    }

    /// How many numbers were ever given: one more than the greatest.
    package static func count(in transaction: Transaction) throws -> Int {
        Int(try transaction.row("SELECT COALESCE(MAX(number), -1) + 1 FROM asset")?.integer(0) ?? 0)
    }

    package static func find(_ number: Asset.Number, in transaction: Transaction) throws -> AssetRecord? {
        try completed(transaction.row("SELECT \(raw: columns) FROM asset WHERE number = \(number)"), in: transaction)
    }

    package static func find(_ id: Asset.ID, in transaction: Transaction) throws -> AssetRecord? {
        try completed(transaction.row("SELECT \(raw: columns) FROM asset WHERE id = \(id)"), in: transaction)
    }

    /// What hangs below an asset, in the electrical tree and in the communication tree, one level deep, by identity.
    package static func children(of number: Asset.Number, limit: Int = 500, in transaction: Transaction) throws -> [AssetRecord] {
        try transaction.rows(
            "SELECT \(raw: columns) FROM asset WHERE supply_parent = \(number) OR link_parent = \(number) ORDER BY id LIMIT \(limit)"
        ).compactMap { try completed($0, in: transaction) }.filter { $0.removal == nil }
    }

    static let columns = """
        number, id, kind, name, address, lon, lat, commune, supply_parent, link_parent, period_s, rated_power_w, attributes, \
        commissioned_at, revision
        """

    static func record(_ row: Row) -> AssetRecord? {
        guard let id = Asset.ID(row.text(1)) else { return nil }
        var place: Place?
        if let longitude = row.realOrNil(5), let latitude = row.realOrNil(6) { place = Place(longitude: longitude, latitude: latitude) }
        return AssetRecord(
            number: Asset.Number(UInt32(truncatingIfNeeded: row.integer(0))), id: id, kind: Asset.KindName(row.text(2)),
            name: row.text(3), address: row.text(4), place: place, commune: Commune(insee: row.text(7)),
            supplyParent: number(row.integerOrNil(8)), linkParent: number(row.integerOrNil(9)),
            period: row.integerOrNil(10).map { .seconds($0) }, ratedPower: row.realOrNil(11),
            attributes: AttributeList(json: row.text(12)), commissionedAt: row.instant(13), revision: row.integer(14))
    }

    private static func number(_ value: Int64?) -> Asset.Number { value.map { Asset.Number(UInt32(truncatingIfNeeded: $0)) } ?? .none }

    static func completed(_ row: Row?, in transaction: Transaction) throws -> AssetRecord? {
        guard let row, var record = record(row) else { return nil }
        let outage = try transaction.row(
            "SELECT since, author, reason FROM outage WHERE asset = \(record.number) AND ended_at IS NULL")
        record.outage = outage.map { Outage(since: $0.instant(0), author: $0.text(1), reason: $0.text(2)) }
        let removal = try transaction.row("SELECT at, author, reason FROM removal WHERE asset = \(record.number)")
        record.removal = removal.map { Removal(at: $0.instant(0), author: $0.text(1), reason: $0.text(2)) }
        return record
    }

    private static func currentOutages(in transaction: Transaction) throws -> [Asset.Number: Outage] {
        var found: [Asset.Number: Outage] = [:]
        try transaction.each("SELECT asset, since, author, reason FROM outage WHERE ended_at IS NULL") { row in
            found[number(row.integer(0))] = Outage(since: row.instant(1), author: row.text(2), reason: row.text(3))
        }
        return found
    }

    private static func removals(in transaction: Transaction) throws -> [Asset.Number: Removal] {
        var found: [Asset.Number: Removal] = [:]
        try transaction.each("SELECT asset, at, author, reason FROM removal") { row in
            found[number(row.integer(0))] = Removal(at: row.instant(1), author: row.text(2), reason: row.text(3))
        }
        return found
    }
}
