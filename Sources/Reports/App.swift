// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import HTTPTypes
import Hummingbird
package import Inventory
import Journal

/// The citizens' app under `/app`: report, follow, look around. Nobody signs in. Whoever holds a report's link sees what is public of it and
/// may contest it; of others only what the category shows to everybody. Every page works without a script; scripts add the position,
/// completion, 'we know already' and a queue for when there is no network.
package struct CitizenApp: Sendable {
    let reports: Reports
    let addresses: AddressShelf
    /// Assets of a kind inside a box of ground.
    let assets: @Sendable (Box, Asset.KindName) async -> [Asset.Number]
    /// New reports a minute from one network; a town hall's own network is one.
    let pace = Pace()
    static let sentPerMinute = 12
    /// Photos of one report, and bytes of one sending.
    static let photos = 3
    static let photoLimit = 5 << 20
    static let limit = photos * (photoLimit + 1024) + 256 * 1024

    package init(
        reports: Reports, addresses: AddressShelf,
        assets: @escaping @Sendable (Box, Asset.KindName) async -> [Asset.Number] = { _, _ in [] }
    ) {
        (self.reports, self.addresses, self.assets) = (reports, addresses, assets)
    }

    package func add(to site: Site) {
        AppRoutes(app: self).add(to: site.desk("reports"))
        CitizenAccountRoutes(reports: reports, addresses: addresses).add(to: site.desk("reports"))
    }
}
