// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Watch

/// Addresses of the map: page, style, tiles, selection.
struct MapRoutes {
    let room: Supervision

    func add(to desk: Desk) {
        for (path, summary) in [("/", "Home"), ("/console", "Console")] {
            desk.api(Endpoint(.get, path, summary, access: .signedIn, surface: .page)) { _, context in
                SeeOther(MapRoutes.home(try context.required()))
            }
        }
        desk.page("/console/map", "Map") { _, context in try await page(context) }
        desk.page("/console/map/style.json", "Style of the map") { request, context in
            let isSecure = context.settings.isSecure
            let host = request.head.authority ?? "localhost"
            let style = MapStyle(
                kinds: room.floor.kinds, isDark: context.query["theme"] == "dark", at: nil,
                origin: "\(isSecure ? "https" : "http")://\(host)")
            return Bytes.json(style.json)
        }
        desk.act("/console/map/selection", "What is selected", right: .view, limit: 1 << 20) { form, context in
            try await selection(form, context)
        }
        desk.api(MapRoutes.tileEndpoint("live", "Live assets as a vector tile")) { _, context in
            let tile = try MapRoutes.tile(context)
            guard let columns = room.floor.columns else { throw Refused.unavailable(Words("La salle s'ouvre.", "The room is opening.")) }
            let person = try context.required()
            let catalogue = try await room.shelf.current()
            let all = Supervision.seesAll(person, "map")
            let live = LiveTile(columns: columns, points: catalogue.points, kinds: room.floor.kinds) { number in
                all || person.may(.view, "map", in: catalogue.commune(of: number))
            }
            return Bytes(live.bytes(tile), type: "application/vnd.mapbox-vector-tile")
        }
        desk.api(MapRoutes.tileEndpoint("base", "Communes and streets as a vector tile")) { _, context in
            let tile = try MapRoutes.tile(context)
            let catalogue = try await room.shelf.current()
            return Bytes(
                catalogue.base.bytes(tile), type: "application/vnd.mapbox-vector-tile",
                headers: [.cacheControl: "private, max-age=3600"])
        }
    }

    /// The first place that this person may see.
    private static func home(_ person: Person) -> String {
        Supervision.navigation.first { person.may($0.right, $0.trade) }?.address ?? "/console/help/map"
    }

    private func page(_ context: ConsoleContext) async throws -> Page {
        let (catalogue, names) = try await room.names()
        let person = try context.required()
        var communes = room.floor.columns.map {
            AssetSelection(columns: $0, catalogue: catalogue, kinds: names.directory.kinds).byCommune()
        } ?? []
        if !Supervision.seesAll(person, "map") { communes = communes.filter { person.may(.view, "map", in: $0.insee) } }
        let hidden = Set((context.query["hide"] ?? "").split(separator: " ").compactMap { Int($0) })
        return MapPage(
            counts: room.floor.counts(), overview: CityOverview(outlines: catalogue.outlines, communes: communes), names: names,
            person: person, hidden: hidden, now: context.now, library: "/assets/maplibre-gl.js"
        ).page
    }

    private func selection(_ form: Form, _ context: ConsoleContext) async throws -> Fragment {
        let person = try context.required()
        let catalogue = try await room.shelf.current()
        let all = Supervision.seesAll(person, "map")
        guard let packed = PackedNumbers.read(form["assets"] ?? "", limit: 200_000), let columns = room.floor.columns else {
            throw Refused.fields([.init("assets", Words("Il faut des numéros : 3,7-12.", "Must be numbers: 3,7-12."))])
        }
        let numbers = packed.filter { all || person.may(.view, "map", in: catalogue.commune(of: $0)) }
        var single: AssetView?
        if numbers.count == 1 { single = await room.floor.look(numbers[0]) }
        let names = try await room.names().1
        return Fragment {
            SelectionPart(numbers: numbers, columns: columns, single: single, names: names, person: person).html
        }
    }

    private static func tile(_ context: ConsoleContext) throws -> TileAddress {
        guard let z = context.parameters.get("z").flatMap({ Int($0) }), let x = context.parameters.get("x").flatMap({ Int($0) }),
            let y = context.parameters.get("y").flatMap({ Int($0) }), let tile = TileAddress(zoom: z, x: x, y: y)
        else { throw Refused.notFound(context.address) }
        return tile
    }

    private static func tileEndpoint(_ set: String, _ summary: String) -> Endpoint {
        Endpoint(
            .get, "/tiles/\(set)/{z}/{x}/{y}.mvt", summary, access: .right(.view, "map"),
            parameters: [
                .init("z", in: .path, .integer(0...22)), .init("x", in: .path, .integer(0...4_194_303)),
                .init("y", in: .path, .integer(0...4_194_303)),
            ],
            answers: [
                .init(200, "Mapbox Vector Tile 2.1", "application/vnd.mapbox-vector-tile", .binary), .init(404, "Outside the pyramid"),
            ])
    }
}
