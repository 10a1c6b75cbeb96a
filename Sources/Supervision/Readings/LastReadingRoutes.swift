// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Journal
import Watch

/// `GET /api/readings/last`: the last known values of many assets at one instant, from the historian and what it has not kept yet.
struct LastReadingRoutes {
    let room: Supervision

    static let most = 500

    func add(to desk: Desk) {
        desk.api(LastReadingRoutes.endpoint) { _, context in try await last(context) }
    }

    private func last(_ context: ConsoleContext) async throws -> Bytes {
        var form = context.query
        let at = form.integer("before", optional: 0...253_402_300_799_000).map { Instant(milliseconds: Int64($0)) } ?? context.now
        let asked = (form["assets"] ?? "").split(separator: ",").map(String.init)
        if asked.isEmpty || asked.count > LastReadingRoutes.most {
            form.refuse(
                "assets",
                Words(
                    "De 1 à \(LastReadingRoutes.most) identités, séparées par des virgules.",
                    "1 to \(LastReadingRoutes.most) identities, separated by commas."))
        }
        let key = form["property"].flatMap { $0.isEmpty ? nil : $0 }
        try form.finish()
        let (catalogue, names) = try await room.names()
        let sight = Sight(try context.required(), "inventory", catalogue: catalogue)
        // What this person does not see is unknown to them, as what does not exist.
        let found = asked.map { id in names.directory.find(id).flatMap { sight.sees($0) ? $0 : nil } }
        let numbers = found.compactMap { $0 }
        let staged = await room.floor.staged(numbers)
        let known = try await room.journal.read { transaction in
            try zip(numbers, staged).map { try History.lastKnown(of: $0, at: at, staged: $1, in: transaction) }
        }
        let columns = room.floor.columns
        let kinds = numbers.map { number -> Kind? in
            guard let columns, number.index < columns.count, Int(columns.kinds[number.index]) < room.floor.kinds.count else { return nil }
            return room.floor.kinds[Int(columns.kinds[number.index])]
        }
        var json = JSONWriter()
        json.object { json in
            json.member("before", at.iso8601)
            json.array("assets", numbers.indices) { json, index in
                json.object { json in
                    json.member("id", names.id(numbers[index]))
                    let properties = kinds[index]?.properties ?? []
                    json.array("values", properties.indices.filter { known[index][$0] != nil && (key == nil || properties[$0].key == key) })
                    { json, slot in
                        guard let value = known[index][slot] else { return }
                        json.object { json in
                            json.member("property", properties[slot].key)
                            json.member("value", properties[slot].value(value.value))
                            json.member("unit", properties[slot].unit)
                            json.member("at", value.at.iso8601)
                        }
                    }
                }
            }
            json.array("unknown", zip(asked, found).filter { $0.1 == nil }) { $0.string($1.0) }
        }
        return Bytes(json.bytes, type: "application/json")
    }

    static let endpoint = Endpoint(
        .get, "/api/readings/last", "The last known values of many assets at an instant", access: .right(.view, "inventory"),
        parameters: [
            .init(
                "assets", in: .query, .string(pattern: "^[A-Za-z0-9_.:-]+(,[A-Za-z0-9_.:-]+){0,499}$", length: 1...4000), required: true,
                note: "Up to 500 identities, separated by commas; a longer address is refused"),
            .init("before", in: .query, .integer(0...253_402_300_799_000), note: "Milliseconds since 1970, included; now where missing"),
            .init("property", in: .query, .string(length: 0...64), note: "Only this property"),
        ],
        answers: [
            .init(
                200, "Values with the time at which each was said; identities that are unknown", "application/json",
                .object(
                    [("before", .instant), ("assets", .array(.object([], open: true))), ("unknown", .array(.string))],
                    required: ["before", "assets", "unknown"])),
            .init(422, "Too many assets, or none"),
        ])
}
