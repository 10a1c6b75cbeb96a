// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// Rows as the tables want them; used by the import and by the single acts. (A store: SQL and only SQL.)
package enum AssetRowsStore {
    static let columns = [
        "number", "id", "kind", "name", "address", "lon", "lat", "commune", "supply_parent", "link_parent", "period_s", "rated_power_w",
        "attributes", "commissioned_at", "revision", "folded",
    ]

    static func row(_ record: AssetRecord) -> [Value] {
        [
            .integer(Int64(record.number.value)), .text(record.id.text), .text(record.kind.text), .text(record.name), .text(record.address),
            record.place.map { .real($0.longitude) } ?? .null, record.place.map { .real($0.latitude) } ?? .null,
            .text(record.commune.insee), parent(record.supplyParent), parent(record.linkParent),
            record.period.map { .integer($0.seconds) } ?? .null, record.ratedPower.map { .real($0) } ?? .null,
            .text(record.attributes.json), .integer(record.commissionedAt.milliseconds), .integer(record.revision),
            .text(folded(record)),
        ]
    }

    package static func add(_ records: [AssetRecord], in transaction: Transaction) throws {
        try transaction.insert(into: "asset", columns, rows: records.map(row))
    }

    static func replace(_ record: AssetRecord, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE asset SET kind = \(record.kind.text), name = \(record.name), address = \(record.address),
                lon = \((record.place?.longitude).bound), lat = \((record.place?.latitude).bound), commune = \(record.commune.insee),
                supply_parent = \(parent(record.supplyParent)), link_parent = \(parent(record.linkParent)),
                period_s = \((record.period?.seconds).bound), rated_power_w = \(record.ratedPower.bound), attributes = \(record.attributes.json),
                revision = \(record.revision), folded = \(folded(record))
            WHERE number = \(record.number)
            """)
    }

    static func addHistory(
        _ entries: [(asset: Asset.Number, what: AssetEvent.What, fields: [AssetEvent.Field])], change: Int64, in transaction: Transaction
    ) throws {
        try transaction.insert(
            into: "asset_history", ["asset", "change", "what", "detail"],
            rows: entries.map {
                [.integer(Int64($0.asset.value)), .integer(change), .text($0.what.rawValue), .text(ChangeDetail.write($0.fields))]
            })
    }

    private static func parent(_ number: Asset.Number) -> Value { number == .none ? .null : .integer(Int64(number.value)) }

    private static func folded(_ record: AssetRecord) -> String {
        var text = record.id.text
        if !record.name.isEmpty { text += " " + record.name }
        if !record.address.isEmpty { text += " " + record.address }
        return Folding.fold(text)
    }
}
