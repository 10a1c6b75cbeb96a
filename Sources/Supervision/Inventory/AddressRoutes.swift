// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Inventory

/// Completion of addresses and the nearest ones. Addresses are open data, so that whoever writes a report may ask too; the pace of
/// questions is the site's (so many a minute from one address before sign-in).
struct AddressRoutes {
    let shelf: AddressShelf

    func add(to desk: Desk) {
        desk.api(AddressRoutes.endpoint) { _, context in
            var form = context.query
            let text = form.text("q", 0...200)
            let limit = form.integer("limit", optional: 1...20) ?? 5
            var near: Place?
            if let given = form["near"], !given.isEmpty {
                let parts = given.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
                let place = parts.count == 2 ? Place(longitude: parts[0], latitude: parts[1]) : Place(longitude: .nan, latitude: .nan)
                if place.isValid {
                    near = place
                } else {
                    form.refuse("near", Words("Il faut « longitude,latitude » en degrés.", "Must be 'longitude,latitude' in degrees."))
                }
            }
            if text.isEmpty, near == nil, form.errors.isEmpty {
                form.refuse("q", Words("Il faut « q » ou « near ».", "Either 'q' or 'near' must be given."))
            }
            try form.finish()
            let index = shelf.index
            let found: [AddressFound] =
                if text.isEmpty, let near {
                    index.nearest(to: near, limit: limit)
                } else {
                    AddressSearch(index).find(text, near: near, limit: limit)
                }
            return AddressRoutes.json(found)
        }
    }

    private static func json(_ found: [AddressFound]) -> Bytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("addresses", found) { writer, address in
                writer.object { writer in
                    writer.member("label", address.label)
                    if address.house > 0 { writer.member("house", address.house) }
                    if !address.suffix.isEmpty { writer.member("suffix", address.suffix) }
                    writer.member("street", address.street)
                    writer.member("postcode", address.postcode)
                    writer.member("insee", address.insee)
                    writer.member("commune", address.commune)
                    writer.member("longitude", address.place.longitude)
                    writer.member("latitude", address.place.latitude)
                    writer.member("exact", address.isExact)
                    if let metres = address.metres { writer.member("metres", metres.rounded()) }
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    static let endpoint = Endpoint(
        .get, "/api/addresses", "Addresses by a text as it is typed, or the nearest to a position", access: .open,
        parameters: [
            .init(
                "q", in: .query, .string(length: 0...200),
                note: "Words in any order, with slips, abbreviations and without accents; the last may be unfinished"),
            .init(
                "near", in: .query, .string(pattern: #"^-?[0-9]{1,3}(\.[0-9]{1,15})?,-?[0-9]{1,2}(\.[0-9]{1,15})?$"#, length: 3...50),
                note: "'longitude,latitude': breaks ties by distance; without q the nearest addresses within 500 m"),
            .init("limit", in: .query, .integer(1...20)),
        ],
        answers: [
            .init(
                200, "The best first", "application/json",
                .object(
                    [
                        (
                            "addresses",
                            .array(
                                .object(
                                    [
                                        ("label", .string), ("house", .integer), ("suffix", .string), ("street", .string),
                                        ("postcode", .string), ("insee", .string), ("commune", .string), ("longitude", .number),
                                        ("latitude", .number), ("exact", .boolean), ("metres", .number),
                                    ],
                                    required: ["label", "street", "postcode", "insee", "commune", "longitude", "latitude", "exact"]))
                        )
                    ], required: ["addresses"])),
            .init(422, "Neither q nor near, or one that cannot be read"),
        ])
}
