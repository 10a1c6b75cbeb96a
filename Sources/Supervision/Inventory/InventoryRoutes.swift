// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Inventory
import Journal
import Watch

/// Lists of assets and searches, as pages and as JSON.
struct InventoryRoutes {
    let room: Supervision

    func add(to desk: Desk) {
        desk.page("/console/assets", "List of assets") { _, context in
            let filter = AssetFilter(context.query)
            let found = try await find(filter, context)
            let (catalogue, names) = try await room.names()
            let person = try context.required()
            let sight = Sight(person, "inventory", catalogue: catalogue)
            // The counts are the map's: they follow only where both rights reach equally far.
            let onMap = Reach(person, "map")
            let communes =
                found.columns.map { AssetSelection(columns: $0, catalogue: catalogue, kinds: names.directory.kinds).byCommune() } ?? []
            return AssetListPage(
                lines: found.lines, total: found.total, filter: filter,
                counts: found.columns.map { room.floor.counts(in: $0, where: sight.sees) } ?? [],
                communes: communes.filter { sight.sees(commune: $0.insee) }, names: names,
                topic: onMap == sight.reach ? onMap.topic("counts") : ""
            ).page
        }
        desk.api(InventoryRoutes.listEndpoint) { _, context in
            var filter = AssetFilter(context.query)
            var form = context.query
            let limit = form.integer("limit", optional: 1...500) ?? AssetFilter.pageSize
            filter.page = form.integer("page", optional: 1...1_000_000) ?? 1
            try form.finish()
            let found = try await find(filter, context, limit: limit)
            return InventoryRoutes.json(found.lines, total: found.total)
        }
        desk.api(InventoryRoutes.withinEndpoint) { _, context in try await within(context) }
        desk.api(InventoryRoutes.countsEndpoint) { _, context in
            var writer = JSONWriter()
            let kinds = room.floor.kinds
            let sight = try await room.sight(try context.required(), "map")
            let counts = room.floor.columns.map { room.floor.counts(in: $0, where: sight.sees) } ?? []
            writer.object { writer in
                writer.array("counts", counts) { writer, row in
                    writer.object { writer in
                        writer.member("kind", row.kind.text)
                        writer.member("state", kinds.first { $0.name == row.kind }?.states[Int(row.state)].key ?? "")
                        writer.member("count", row.count)
                    }
                }
            }
            return Bytes(writer.bytes, type: "application/json")
        }
    }

    private struct Found {
        var lines: [AssetListPage.Line] = []
        var total = 0
        var columns: StateColumns?
    }

    /// One page of what a filter lets through. Persons whose rights end at some communes see those only.
    private func find(_ filter: AssetFilter, _ context: ConsoleContext, limit: Int = AssetFilter.pageSize) async throws -> Found {
        let person = try context.required()
        guard let columns = room.floor.columns else { throw Refused.unavailable(Words("La salle s'ouvre.", "The room is opening.")) }
        let (catalogue, names) = try await room.names()
        let kinds = names.directory.kinds
        var among: [Asset.Number]?
        let sight = Sight(person, "inventory", catalogue: catalogue)
        if !filter.text.isEmpty {
            let asked = filter.commune.map { code in Set([code == "-" ? "" : code]).filter(sight.sees(commune:)) }
            let communes = asked ?? sight.reach.communes
            let limits = AssetSearchStore.Limits(kind: filter.kind, communes: communes)
            among = try await room.journal.read { try AssetSearchStore.numbers(filter.text, limits: limits, limit: 2000, in: $0) }
        }
        var numbers = AssetSelection(columns: columns, catalogue: catalogue, kinds: kinds).numbers(filter, among: among)
        if !sight.isWhole { numbers = numbers.filter(sight.sees) }
        let start = min(numbers.count, (filter.page - 1) * limit)
        let shown = Array(numbers[start...].prefix(limit))
        let records = try await room.journal.read { transaction in try shown.compactMap { try AssetStore.find($0, in: transaction) } }
        let lines = records.map { record in
            AssetListPage.Line(
                record: record, kind: names.kind(record.kind), state: columns.states[record.number.index],
                level: columns.levels[record.number.index])
        }
        return Found(lines: lines, total: numbers.count, columns: columns)
    }

    /// `area`: corners as 'longitude,latitude' with spaces between; the numbers of the assets inside.
    private func within(_ context: ConsoleContext) async throws -> Bytes {
        let person = try context.required()
        let corners = (context.query["area"] ?? "").split(separator: " ").map { corner -> Place? in
            let parts = corner.split(separator: ",").compactMap { Double($0) }
            guard parts.count == 2 else { return nil }
            let place = Place(longitude: parts[0], latitude: parts[1])
            return place.isValid ? place : nil
        }
        let places = corners.compactMap { $0 }
        guard (3...500).contains(corners.count), places.count == corners.count else {
            throw Refused.fields([
                .init("area", Words("Il faut de 3 à 500 coins « longitude,latitude ».", "Must be 3 to 500 corners 'longitude,latitude'."))
            ])
        }
        var numbers = await room.floor.select(inside: places)
        let sight = try await room.sight(person, "map")
        if !sight.isWhole { numbers = numbers.filter(sight.sees) }
        var writer = JSONWriter()
        writer.object { writer in writer.array("numbers", numbers) { $0.integer(Int($1.value)) } }
        return Bytes(writer.bytes, type: "application/json")
    }

    private static func json(_ lines: [AssetListPage.Line], total: Int) -> Bytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("total", total)
            writer.array("assets", lines) { writer, line in
                writer.object { writer in
                    writer.member("number", Int(line.record.number.value))
                    writer.member("id", line.record.id.text)
                    writer.member("kind", line.record.kind.text)
                    writer.member("name", line.record.name)
                    writer.member("address", line.record.address)
                    writer.member("commune", line.record.commune.insee)
                    if let place = line.record.place {
                        writer.member("longitude", place.longitude)
                        writer.member("latitude", place.latitude)
                    }
                    if let kind = line.kind, kind.states.indices.contains(Int(line.state)) {
                        writer.member("state", kind.states[Int(line.state)].key)
                    }
                    if line.level != Verdict.noLevel { writer.member("level", Int(line.level)) }
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    static let listEndpoint = Endpoint(
        .get, "/api/assets", "Assets by filter and search", access: .right(.view, "inventory"),
        parameters: [
            .init(
                "q", in: .query, .string(length: 0...100),
                note: "Beginnings of words of identity, name or address; at most 2000 assets are found"),
            .init("kind", in: .query, .string(length: 0...64)), .init("state", in: .query, .string(length: 0...64)),
            .init("commune", in: .query, .string(length: 0...5)), .init("abnormal", in: .query, .string(values: ["0", "1"])),
            .init("page", in: .query, .integer(1...1_000_000)), .init("limit", in: .query, .integer(1...500)),
        ],
        answers: [
            .init(
                200, "One page", "application/json",
                .object([("total", .integer), ("assets", .array(.object([], open: true)))], required: ["total", "assets"]))
        ])
    private static let corner = #"^-?[0-9]{1,3}(\.[0-9]{1,8})?,-?[0-9]{1,2}(\.[0-9]{1,8})?"#
    static let withinEndpoint = Endpoint(
        .get, "/api/assets/within", "Numbers of the assets inside a closed line", access: .right(.view, "map"),
        parameters: [
            .init(
                "area", in: .query, .string(pattern: corner + "( " + corner.dropFirst() + "){2,499}$", length: 11...10_000), required: true,
                note: "3 to 500 corners 'longitude,latitude', spaces between")
        ],
        answers: [
            .init(200, "Numbers", "application/json", .object([("numbers", .array(.integer))], required: ["numbers"])),
            .init(422, "Not an area"),
        ])
    static let countsEndpoint = Endpoint(
        .get, "/api/counts", "How many assets are in each state", access: .right(.view, "map"),
        answers: [.init(200, "Counts", "application/json", .object([("counts", .array(.object([], open: true)))], required: ["counts"]))])
}
