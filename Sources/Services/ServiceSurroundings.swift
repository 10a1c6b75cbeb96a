// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Watch

/// What the city's own data know of a place now: alerts of its commune, and what is collected in its street today and tomorrow.
extension Services: Surroundings {
    package func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
        let (now, catalogue) = (clock.now(), shelf.catalogue)
        let notices = shelf.notices(at: now).filter { $0.communes.isEmpty || $0.communes.contains(commune.insee) }.map { notice in
            Surrounding(
                sort: .notice, title: ServiceWords.both(notice.title), detail: ServiceWords.level(notice.level), place: nil, meters: 0,
                link: "/console/services", isPublic: true)
        }
        let home = Home(label: road, street: road, commune: commune.insee)
        let today = wall.day(at: now)
        let pickups = WasteRules.pickups(catalogue, for: home, from: today, days: 2).map { pickup in
            Surrounding(
                sort: .collection,
                title: catalogue.wasteKind(pickup.kind).map { ServiceWords.both($0.title) } ?? Words(pickup.kind, pickup.kind),
                detail: ServiceWords.near(pickup.day, today: today), place: nil, meters: 0, isPublic: true)
        }
        return notices + pickups
    }
}
