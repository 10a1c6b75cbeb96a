// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal

/// What is out of order near a place, as the floor knows it: single assets, and incidents that hold many as one.
package struct FloorSurroundings: Surroundings {
    private let floor: Floor
    private let journal: Journal
    /// Told at most.
    private static let most = 8

    package init(floor: Floor, journal: Journal) { (self.floor, self.journal) = (floor, journal) }

    package func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
        guard place.isValid, meters > 0 else { return [] }
        let troubles = await floor.troubles(around: place, within: min(meters, 1000))
        let single = troubles.filter { $0.incident == nil }.prefix(FloorSurroundings.most).map(\.asset)
        let records = try await journal.read { transaction in
            try single.compactMap { try AssetStore.find($0, in: transaction) }
        }
        let names = Dictionary(records.map { ($0.number, $0) }) { first, _ in first }
        var told: Set<IncidentID> = []
        var found: [Surrounding] = []
        for trouble in troubles where found.count < FloorSurroundings.most {
            if let incident = trouble.incident, !told.insert(incident.id).inserted { continue }
            found.append(FloorSurroundings.surrounding(trouble, names[trouble.asset]))
        }
        return found
    }

    private static func surrounding(_ trouble: FloorTroubleNear, _ record: AssetRecord?) -> Surrounding {
        if let incident = trouble.incident {
            return Surrounding(
                sort: .outage, title: incident.title,
                detail: Words(
                    "\(incident.count) équipement(s) touché(s)", "\(incident.count) asset(s) affected"), place: trouble.place,
                meters: trouble.meters, link: "/console/alarms/\(AlarmTarget.incident(incident.id))", isPublic: true)
        }
        let id = record.map { " \($0.id)" } ?? ""
        return Surrounding(
            sort: trouble.isAlarm ? .alarm : .outage,
            title: Words(
                "\(trouble.kind.french)\(id) : \(trouble.state.french)", "\(trouble.kind.english)\(id): \(trouble.state.english)"),
            detail: trouble.conditions, place: trouble.place, meters: trouble.meters,
            link: record.map { "/console/assets/\($0.id)" } ?? "", isPublic: !trouble.isAlarm)
    }
}

/// One asset that is not as it should be.
package struct FloorTroubleNear: Sendable {
    package struct Gathered: Sendable {
        package var id: IncidentID
        package var title: Words
        package var count: Int
    }

    package var asset: Asset.Number
    package var kindName: Asset.KindName
    package var kind: Words
    package var state: Words
    /// A warning that the public sees nothing of: a door that is open, a temperature.
    package var isAlarm: Bool
    package var conditions: Words
    package var incident: Gathered?
    package var place: Place
    package var meters: Double
    package var since: Instant?

    package init(
        asset: Asset.Number, kindName: Asset.KindName, kind: Words, state: Words, isAlarm: Bool, conditions: Words = Words("", ""),
        incident: Gathered? = nil, place: Place, meters: Double, since: Instant?
    ) {
        (self.asset, self.kindName, self.kind, self.state, self.isAlarm) = (asset, kindName, kind, state, isAlarm)
        (self.conditions, self.incident, self.place, self.meters, self.since) = (conditions, incident, place, meters, since)
    }
}

extension Floor {
    /// Assets near a place that are faulty, lost or have an alarm, the nearest first.
    package func troubles(around place: Place, within meters: Double) -> [FloorTroubleNear] {
        let degrees = meters / 111_195
        // A degree of longitude is shorter by the cosine of the latitude: half as long at 60° and more below.
        let box = Box(
            west: place.longitude - degrees * 2, south: place.latitude - degrees, east: place.longitude + degrees * 2,
            north: place.latitude + degrees)
        return select(in: box).compactMap { trouble($0, from: place, within: meters) }.sorted {
            ($0.meters, $0.asset) < ($1.meters, $1.asset)
        }
    }

    private func trouble(_ number: Asset.Number, from place: Place, within meters: Double) -> FloorTroubleNear? {
        guard let view = look(number), let at = view.place, view.kind.states.indices.contains(Int(view.state)), !view.isOutOfService else {
            return nil
        }
        let away = at.metres(to: place)
        guard away <= meters else { return nil }
        let state = view.kind.states[Int(view.state)]
        let isOut = state.tone == .alarm || state.tone == .lost
        let standing = alarms.alarms(of: number).filter { $0.isActive && !$0.state.isHeld }
        guard isOut || !standing.isEmpty else { return nil }
        let line = standing.compactMap(\.incident).first.flatMap { alarms.line(.incident($0)) }
        let conditions = Words(
            standing.map(\.condition.title.french).joined(separator: ", "), standing.map(\.condition.title.english).joined(separator: ", "))
        var gathered: FloorTroubleNear.Gathered?
        if let line, case .incident(let id) = line.target { gathered = .init(id: id, title: line.title, count: line.activeCount) }
        return FloorTroubleNear(
            asset: number, kindName: view.kind.name, kind: view.kind.title, state: state.title, isAlarm: !isOut, conditions: conditions,
            incident: gathered, place: at, meters: away, since: view.stateSince)
    }
}
