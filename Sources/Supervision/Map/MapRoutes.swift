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
            let at = try Moment.asked(context.query, now: context.now, zone: context.audience.zone)
            let style = MapStyle(
                kinds: room.floor.kinds, isDark: context.query["theme"] == "dark", at: at?.milliseconds,
                origin: "\(isSecure ? "https" : "http")://\(host)")
            return Bytes.json(style.json)
        }
        desk.act("/console/map/selection", "What is selected", right: .view, limit: 1 << 20) { form, context in
            try await selection(form, context)
        }
        desk.api(MapRoutes.tileEndpoint("live", "Live assets as a vector tile")) { _, context in
            let tile = try MapRoutes.tile(context)
            let columns = try await columns(context)
            let catalogue = try await room.shelf.current()
            let sight = Sight(try context.required(), "map", catalogue: catalogue)
            let live = LiveTile(
                columns: columns, points: catalogue.points, kinds: room.floor.kinds, isVisible: sight.isWhole ? nil : { sight.sees($0) })
            return Bytes(live.bytes(tile), type: "application/vnd.mapbox-vector-tile")
        }
        desk.api(MapRoutes.countsEndpoint) { _, context in
            let columns = try await columns(context)
            let sight = try await room.sight(try context.required(), "map")
            let counts = room.floor.counts(in: columns, where: sight.sees)
            return Bytes(Array(RoomNews.lines(counts, kinds: room.floor.kinds).utf8), type: "text/plain; charset=utf-8")
        }
        // The ground is no secret: the citizens' small map stands on it too.
        desk.api(MapRoutes.tileEndpoint("base", "Communes and streets as a vector tile", access: .open)) { _, context in
            let tile = try MapRoutes.tile(context)
            let catalogue = try await room.shelf.current()
            return Bytes(
                catalogue.base.bytes(tile), type: "application/vnd.mapbox-vector-tile",
                headers: [.cacheControl: "public, max-age=3600"])
        }
    }

    /// The first place that this person may see.
    private static func home(_ person: Person) -> String {
        Supervision.navigation.first { $0.isOpen(to: person) }?.address ?? "/console/help/map"
    }

    private func page(_ context: ConsoleContext) async throws -> Page {
        let (catalogue, names) = try await room.names()
        let person = try context.required()
        let sight = Sight(person, "map", catalogue: catalogue)
        let asked = try Moment.asked(context.query, now: context.now, zone: context.audience.zone)
        let begins = try await room.past.begins()
        var past: StateColumns?
        if let asked { past = try await room.past.columns(at: asked) }
        let columns = past ?? room.floor.columns
        var communes =
            columns.map {
                AssetSelection(columns: $0, catalogue: catalogue, kinds: names.directory.kinds).byCommune()
            } ?? []
        communes = communes.filter { sight.sees(commune: $0.insee) }
        var wall: AlarmLoad?
        if context.theme == .wall, person.may(.view, "alarms") {
            wall = await room.load(Sight(person, "alarms", catalogue: catalogue), of: await room.floor.withAlarms { $0.lines() })
        }
        let hidden = Set((context.query["hide"] ?? "").split(separator: " ").compactMap { Int($0) })
        return MapPage(
            counts: columns.map { room.floor.counts(in: $0, where: sight.sees) } ?? [],
            overview: CityOverview(outlines: catalogue.outlines, communes: communes), names: names,
            person: person, hidden: hidden, now: context.now,
            past: .init(shown: past == nil ? nil : asked, asked: asked, begins: begins, zone: context.audience.zone), wall: wall
        ).page
    }

    private func selection(_ form: Form, _ context: ConsoleContext) async throws -> Fragment {
        let person = try context.required()
        let catalogue = try await room.shelf.current()
        let sight = Sight(person, "map", catalogue: catalogue)
        let at = try Moment.asked(form, now: context.now, zone: context.audience.zone)
        let columns = try await columns(at, context)
        guard let packed = PackedNumbers.read(form["assets"] ?? "", limit: 200_000) else {
            throw Refused.fields([.init("assets", Words("Il faut des numéros : 3,7-12.", "Must be numbers: 3,7-12."))])
        }
        let numbers = packed.filter { $0.index < columns.count && sight.sees($0) }
        var single: AssetView?
        if numbers.count == 1 { single = await room.floor.look(numbers[0]) }
        let names = try await room.names().1
        return Fragment {
            SelectionPart(numbers: numbers, columns: columns, single: single, at: at, names: names, person: person).html
        }
    }

    /// The states of now, or of the moment that `at` asks for.
    private func columns(_ context: ConsoleContext) async throws -> StateColumns {
        try await columns(try Moment.asked(context.query, now: context.now, zone: context.audience.zone), context)
    }

    private func columns(_ at: Instant?, _ context: ConsoleContext) async throws -> StateColumns {
        guard let at else {
            guard let columns = room.floor.columns else { throw Refused.unavailable(Words("La salle s'ouvre.", "The room is opening.")) }
            return columns
        }
        guard let columns = try await room.past.columns(at: at) else { throw Refused.notFound(context.address) }
        return columns
    }

    private static let at = Endpoint.Parameter(
        "at", in: .query, .string(length: 0...40), note: "The past: milliseconds since 1970 or ISO 8601; now where missing")

    static let countsEndpoint = Endpoint(
        .get, "/api/map/counts", "How many assets are in each state, now or at a moment of the last day", access: .right(.view, "map"),
        parameters: [at],
        answers: [
            .init(200, "A line a kind and a line a state: a name, a space, a number", "text/plain", .string),
            .init(404, "Before what was recorded"),
        ])

    private static func tile(_ context: ConsoleContext) throws -> TileAddress {
        guard let z = context.parameters.get("z").flatMap({ Int($0) }), let x = context.parameters.get("x").flatMap({ Int($0) }),
            let y = context.parameters.get("y").flatMap({ Int($0) }), let tile = TileAddress(zoom: z, x: x, y: y)
        else { throw Refused.notFound(context.address) }
        return tile
    }

    private static func tileEndpoint(_ set: String, _ summary: String, access: Access = .right(.view, "map")) -> Endpoint {
        Endpoint(
            .get, "/tiles/\(set)/{z}/{x}/{y}.mvt", summary, access: access,
            parameters: [
                .init("z", in: .path, .integer(0...22)), .init("x", in: .path, .integer(0...4_194_303)),
                .init("y", in: .path, .integer(0...4_194_303)), at,
            ],
            answers: [
                .init(200, "Mapbox Vector Tile 2.1", "application/vnd.mapbox-vector-tile", .binary),
                .init(404, "Outside the pyramid, or before what was recorded"),
            ])
    }
}
