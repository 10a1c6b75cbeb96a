// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import HTTPTypes
import Hummingbird
package import Inventory
package import Journal
package import Watch

/// The citizens' app under `/app`: report, follow, look around. Nobody signs in. Whoever holds a report's link sees what is public of it and
/// may contest it; of others only what the category shows to everybody. Every page works without a script; scripts add the position,
/// completion, 'we know already' and a queue for when there is no network.
package struct CitizenApp: Sendable {
    let reports: Reports
    let addresses: AddressShelf
    /// Assets of a kind inside a box of ground.
    let assets: @Sendable (Box, Asset.KindName) async -> [Asset.Number]
    /// What other desks know of a place.
    let surroundings: [any Surroundings]
    /// What other desks know of whoever has an account: given and erased with it.
    let seekers: [any PersonalSeeker]
    /// New reports a minute from one network; a town hall's own network is one.
    let pace = Pace()
    static let sentPerMinute = 12
    /// Photos of one report, and bytes of one sending.
    static let photos = 3
    static let photoLimit = 5 << 20
    static let limit = photos * (photoLimit + 1024) + 256 * 1024

    package init(
        reports: Reports, addresses: AddressShelf, surroundings: [any Surroundings] = [], seekers: [any PersonalSeeker] = [],
        assets: @escaping @Sendable (Box, Asset.KindName) async -> [Asset.Number] = { _, _ in [] }
    ) {
        (self.reports, self.addresses, self.surroundings, self.assets) = (reports, addresses, surroundings, assets)
        self.seekers = seekers
    }

    package static let foot = [Page.Crumb(Words("Accessibilité : non déclarée", "Accessibility: not declared"), "/app/accessibilite")]

    /// What other desks may tell everybody; a desk that cannot answer now leaves the others theirs.
    func known(of place: Place, road: String, commune: Commune) async -> [AroundItem] {
        var items: [AroundItem] = []
        for desk in surroundings {
            let known = (try? await desk.around(place, road: road, commune: commune, within: AppAroundPage.metres)) ?? []
            items += known.compactMap { AroundItem($0) }
        }
        return items
    }

    package func add(to site: Site) {
        AppRoutes(app: self).add(to: site.desk("reports"))
        CitizenAccountRoutes(reports: reports, addresses: addresses, seekers: seekers).add(to: site.desk("reports"))
    }
}
