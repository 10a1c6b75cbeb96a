// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory

/// Stops and next departures, for citizens and for programs.
struct TransitRoutes {
    let services: Services
    private static let metres = 600.0
    /// Stops that answer a name.
    private static let mostNamed = 8

    func add(to desk: Desk) {
        desk.api(ServiceRoutes.page("/app/transports", "Citizens' app: stops near a place and their next departures")) { _, context in
            let question = String((context.query["q"] ?? "").prefix(200))
            let boards = try boards(context, question, departures: 4)
            return AppTransitPage(
                question: question, isAsked: !question.isEmpty || context.query.has("near"), boards: boards,
                stations: stations(context, question), timetables: services.shelf.timetables, now: context.now, wall: services.wall
            ).page
        }
        desk.api(ServiceRoutes.page("/app/transports/{stop}", "Citizens' app: the next departures of one stop")) { _, context in
            AppStopPage(board: try board(context), now: context.now, wall: services.wall).page
        }
        desk.api(TransitRoutes.stopsEndpoint) { _, context in
            let boards = try boards(context, String((context.query["q"] ?? "").prefix(200)), departures: 4)
            var writer = JSONWriter()
            writer.object { $0.array("stops", boards) { TransitRoutes.write($1, &$0) } }
            return Bytes(writer.bytes, type: "application/json")
        }
        desk.api(TransitRoutes.stopEndpoint) { _, context in
            let board = try board(context)
            var writer = JSONWriter()
            TransitRoutes.write(board, &writer)
            return Bytes(writer.bytes, type: "application/json")
        }
    }

    /// Near a position, else by the stops' names, else near an address.
    private func boards(_ context: ConsoleContext, _ question: String, departures: Int) throws -> [StopBoard] {
        let timetables = services.shelf.timetables
        var place = ServiceRoutes.place(context.query["near"])
        if place == nil, !question.isEmpty {
            let found = timetables.flatMap { timetable in
                timetable.feed.named(question, limit: TransitRoutes.mostNamed).map { (timetable, $0) }
            }
            if !found.isEmpty {
                return found.prefix(TransitRoutes.mostNamed).map { timetable, stop in
                    board(timetable, timetable.feed.poles(of: stop), nil, departures, context.now)
                }
            }
            place = services.home(question)?.place
        }
        guard let place else { return [] }
        let near = timetables.flatMap { timetable in
            timetable.feed.near(place, within: TransitRoutes.metres, limit: 6).map { (timetable, $0.stops, $0.metres) }
        }
        return near.sorted { $0.2 < $1.2 }.prefix(6).map { board($0.0, $0.1, $0.2, departures, context.now) }
    }

    private func stations(_ context: ConsoleContext, _ question: String) -> StationList {
        let place = ServiceRoutes.place(context.query["near"]) ?? services.home(question)?.place
        guard let place else { return StationList(near: [], now: context.now) }
        let all = services.shelf.stations.flatMap { network in
            network.feed.stations.map {
                (network: network.name, station: $0, metres: $0.place.metres(to: place), reportedAt: network.feed.reportedAt)
            }
        }
        let near = all.filter { $0.metres <= TransitRoutes.metres }.sorted { $0.metres < $1.metres }
        return StationList(near: Array(near.prefix(6)), now: context.now)
    }

    private func board(_ timetable: Timetable, _ stops: [Int], _ metres: Double?, _ count: Int, _ now: Instant) -> StopBoard {
        StopBoard(
            timetable: timetable, stops: stops, metres: metres,
            departures: timetable.feed.departures(stops, after: now, services.wall, limit: count))
    }

    private func board(_ context: ConsoleContext) throws -> StopBoard {
        let id = try context.text("stop")
        for timetable in services.shelf.timetables {
            if let stop = timetable.feed.index(of: id) { return board(timetable, timetable.feed.poles(of: stop), nil, 30, context.now) }
        }
        throw Refused.notFound(context.address)
    }

    private static func write(_ board: StopBoard, _ writer: inout JSONWriter) {
        let stop = board.timetable.feed.stops[board.stops[0]]
        writer.object { writer in
            writer.member("id", stop.id)
            writer.member("name", stop.name)
            writer.member("longitude", stop.longitude)
            writer.member("latitude", stop.latitude)
            if let metres = board.metres { writer.member("metres", metres.rounded()) }
            writer.member("network", board.timetable.name)
            writer.member("asOf", board.timetable.importedAt.iso8601)
            writer.array("departures", board.departures) { writer, departure in
                writer.object { writer in
                    writer.member("line", departure.line.name)
                    writer.member("headsign", departure.headsign)
                    writer.member("at", departure.at.iso8601)
                }
            }
        }
    }

    private static let stop = Schema.object(
        [
            ("id", .string), ("name", .string), ("longitude", .number), ("latitude", .number), ("metres", .number), ("network", .string),
            ("asOf", .instant),
            (
                "departures",
                .array(
                    .object([("line", .string), ("headsign", .string), ("at", .instant)], required: ["line", "headsign", "at"]), limit: 30)
            ),
        ], required: ["id", "name", "longitude", "latitude", "network", "asOf", "departures"])

    static let stopsEndpoint = Endpoint(
        .get, "/api/transit/stops", "Stops near a place or by name, with their next departures", access: .open,
        parameters: [
            .init("q", in: .query, .string(length: 0...200), note: "Name of a stop, or an address"),
            .init(
                "near", in: .query, .string(pattern: #"^-?[0-9]{1,3}(\.[0-9]{1,15})?,-?[0-9]{1,2}(\.[0-9]{1,15})?$"#, length: 3...50),
                note: "'longitude,latitude': within 600 m"),
        ],
        answers: [
            .init(200, "At most eight stops", "application/json", .object([("stops", .array(stop, limit: mostNamed))], required: ["stops"]))
        ])

    static let stopEndpoint = Endpoint(
        .get, "/api/transit/stops/{stop}", "The next thirty departures of a stop", access: .open,
        parameters: [.init("stop", in: .path, .string(length: 1...200), note: "`stop_id` of the feed")],
        answers: [.init(200, "The stop", "application/json", stop), .init(404, "No such stop")])
}
