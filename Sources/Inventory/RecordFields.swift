// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The fields of a record as texts, by name: what a history entry shows, what an undo writes back.
/// The texts read back to the same values (`RecordFields.set`).
enum RecordFields {
    static let names = [
        "kind", "name", "address", "lon", "lat", "commune", "supply_parent", "link_parent", "period", "power", "attributes",
    ]

    static func text(_ name: String, of record: AssetRecord) -> String {
        switch name {
        case "kind": record.kind.text
        case "name": record.name
        case "address": record.address
        case "lon": record.place.map { $0.longitude.description } ?? ""
        case "lat": record.place.map { $0.latitude.description } ?? ""
        case "commune": record.commune.insee
        case "supply_parent": number(record.supplyParent)
        case "link_parent": number(record.linkParent)
        case "period": record.period.map { String($0.seconds) } ?? ""
        case "power": record.ratedPower.map { $0.description } ?? ""
        default: record.attributes.json
        }
    }

    /// What differs, before and after.
    static func difference(_ before: AssetRecord, _ after: AssetRecord) -> [AssetEvent.Field] {
        names.compactMap { name in
            let (a, b) = (text(name, of: before), text(name, of: after))
            return a == b ? nil : AssetEvent.Field(name: name, before: a, after: b)
        }
    }

    static func set(_ name: String, to text: String, in record: inout AssetRecord) {
        switch name {
        case "kind": record.kind = Asset.KindName(text)
        case "name": record.name = text
        case "address": record.address = text
        case "lon": record.place = Double(text).map { Place(longitude: $0, latitude: record.place?.latitude ?? 0) }
        case "lat": record.place = Double(text).map { Place(longitude: record.place?.longitude ?? 0, latitude: $0) }
        case "commune": record.commune = Commune(insee: text)
        case "supply_parent": record.supplyParent = parent(text)
        case "link_parent": record.linkParent = parent(text)
        case "period": record.period = Int64(text).map { .seconds($0) }
        case "power": record.ratedPower = Double(text)
        default: record.attributes = AttributeList(json: text)
        }
    }

    private static func number(_ parent: Asset.Number) -> String { parent == .none ? "" : String(parent.value) }
    private static func parent(_ text: String) -> Asset.Number { UInt32(text).map { Asset.Number($0) } ?? .none }
}
