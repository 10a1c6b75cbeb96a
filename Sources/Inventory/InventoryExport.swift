// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// The inventory as a file that `vigie import assets` reads back to the same assets.
package enum InventoryExport {
    /// The columns before the attributes, in order.
    package static let columns = [
        "id", "kind", "name", "address", "lon", "lat", "commune", "supply_parent", "link_parent", "period", "power", "commissioned",
    ]

    /// Semicolons, UTF-8, CRLF-free; attributes each in a column of their own. Gives the text piece by piece.
    package static func csv(in transaction: Transaction, _ write: (String) throws -> Void) throws {
        var ids: [String] = []
        var keys = Set<String>()
        try AssetStore.load(in: transaction, includingRemoved: true) { record in
            ids.append(record.id.text)
            if record.removal == nil { for pair in record.attributes.pairs { keys.insert(pair.key) } }
        }
        let attributes = keys.subtracting(columns).sorted()
        try write((columns + attributes).map(CSV.quoted).joined(separator: ";") + "\n")
        try AssetStore.load(in: transaction) { record in
            let values = record.attributes.values
            let cells = fields(record, ids) + attributes.map { values[$0]?.text ?? "" }
            try write(cells.map(CSV.quoted).joined(separator: ";") + "\n")
        }
    }

    private static func fields(_ record: AssetRecord, _ ids: [String]) -> [String] {
        func parent(_ number: Asset.Number) -> String { number == .none ? "" : ids[number.index] }
        return [
            record.id.text, record.kind.text, record.name, record.address, record.place?.longitude.description ?? "",
            record.place?.latitude.description ?? "", record.commune.insee, parent(record.supplyParent), parent(record.linkParent),
            record.period.map { String($0.seconds) } ?? "", record.ratedPower.map(JSON.write) ?? "",
            String(record.commissionedAt.iso8601.prefix(10)),
        ]
    }
}
