// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal

/// The way in of vehicles: each says where it is, with a key of its own.
struct VehicleRoutes {
    let desk: Interventions

    private static let keyHeader = HTTPField.Name("X-Vehicle-Key")!

    private static let endpoint = Endpoint(
        .post, "/api/vehicles/{vehicle}/position", "A vehicle says where it is; refused and not kept while its crew does not work",
        access: .open, surface: .open,
        parameters: [
            .init("vehicle", in: .path, .string), .init("X-Vehicle-Key", in: .header, .string, required: true, note: "vigie vehicle key"),
        ],
        body: .init(
            "application/json",
            .object(
                [("longitude", .number(-180...180)), ("latitude", .number(-85...85))], required: ["longitude", "latitude"], open: true)),
        answers: [
            .init(204, "kept"), .init(401, "the key is not that of the vehicle"), .init(409, "off duty: nothing is kept"),
            .init(422, "no position"),
        ])

    func add(to site: Desk) {
        site.api(VehicleRoutes.endpoint) { request, context in try await take(request, context) }
    }

    private func take(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let vehicle = try context.text("vehicle")
        let key = request.headers[VehicleRoutes.keyHeader] ?? ""
        let body = try await request.bytes(limit: 4096)
        guard key.utf8.count <= 200, try await desk.journal.read({ try VehicleStore.isKey(key, of: vehicle, in: $0) }) else {
            throw Refused(
                .unauthorized, "vehicle-key", title: Words("Clé refusée", "Key refused"),
                detail: Words("Cette clé n'est pas celle du véhicule.", "This key is not that of the vehicle."))
        }
        let json = try? JSON(String(buffer: body))
        guard let longitude = json?["longitude"]?.numberOrNil, let latitude = json?["latitude"]?.numberOrNil,
            case let place = Place(longitude: longitude, latitude: latitude), place.isValid
        else {
            throw Refused.fields([.init("longitude", Words("longitude et latitude en degrés.", "longitude and latitude in degrees."))])
        }
        guard try await desk.keep(place, of: vehicle) else {
            throw Refused.conflict(
                Words("Hors service : aucune position n'est gardée.", "Off duty: no position is kept."))
        }
        return Response(status: .noContent)
    }
}

extension Interventions {
    /// Keeps where a vehicle is, while a crew that drives it works or has a job in hand.
    /// - Returns: false where nobody works with it now; nothing is kept then.
    package func keep(_ place: Place, of vehicle: String) async throws -> Bool {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let crews = plan.crews.filter { !vehicle.isEmpty && $0.vehicle == vehicle }
        let isOnShift = crews.contains { crew in
            CrewHours.shifts(crew, day: wall.day(of: now), wall).contains { $0.from <= now && now < $0.to }
        }
        let codes = crews.map(\.code)
        return try await journal.write { transaction in
            guard try isOnShift || Interventions.isAtWork(codes, at: now, in: transaction) else { return false }
            try VehicleStore.add(place, of: vehicle, at: now, in: transaction)
            return true
        }
    }

    /// A job in hand for longer was left open by mistake: it makes nobody's way home known.
    static let longestHand = Span.hours(12)

    /// Has one of these crews a job in hand, neither paused nor forgotten?
    private static func isAtWork(_ crews: [String], at now: Instant, in transaction: Transaction) throws -> Bool {
        guard !crews.isEmpty else { return false }
        let sql: SQL = "SELECT number FROM job WHERE ended_at IS NULL AND state = 'started' AND crew IN (\(SQL.list(crews))) LIMIT 100"
        return try transaction.rows(sql).contains { row in
            let line = try JobStore.lastOfWork(Job.Number(row.integer(0)), in: transaction)
            return line.map { $0.what != .paused && $0.at > now - longestHand } ?? false
        }
    }
}
