// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Hummingbird
import HummingbirdTesting
import Inventory
import Logging
import Testing
import Watch

@testable import Reports

/// What the app tells of a place that other desks know.
@Suite struct AroundTests {
    private static let here = Place(longitude: 5.0405, latitude: 47.3220)

    private struct Known: Surroundings {
        var all: [Surrounding]
        var isAway = false
        func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
            if isAway { throw ReportFault.unknown }
            return all
        }
    }

    private func page(_ desks: [any Surroundings], _ path: String = "/app/around?near=5.0405,47.3220") async throws -> String {
        let world = try await AppCity.make()
        let nobody = AccountPort(
            account: { _ in nil }, session: { _ in nil }, startSession: { _ in }, seen: { _, _ in }, endSession: { _ in },
            endSessions: { _ in }, changePassword: { _, _, _ in })
        let site = Site(
            settings: SiteSettings(), accounts: nobody, clock: world.reports.clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        CitizenApp(reports: world.reports, addresses: AddressShelf(journal: world.journal), surroundings: desks).add(to: site)
        return try await Application(responder: site.responder()).test(.router) { client in
            String(buffer: try await client.execute(uri: path, method: .get).body)
        }
    }

    private func surrounding(_ sort: Surrounding.Sort, _ title: String, _ meters: Double, isPublic: Bool = true) -> Surrounding {
        Surrounding(
            sort: sort, title: Words(title, title), place: AroundTests.here, meters: meters, link: "/console/secret", isPublic: isPublic)
    }

    @Test func allDesksAreToldTheNearestFirstAndOnlyWhatIsPublic() async throws {
        let text = try await page([
            Known(all: [surrounding(.works, "Réfection", 300), surrounding(.works, "Secret", 10, isPublic: false)]),
            Known(all: [], isAway: true),
            Known(all: [
                surrounding(.outage, "Lampadaire éteint", 40), surrounding(.alarm, "Intrusion", 5), surrounding(.notice, "Crue", 0),
            ]),
        ])
        let order = ["Crue", "Lampadaire éteint", "Réfection"].compactMap { text.range(of: $0)?.lowerBound }
        #expect(order.count == 3 && order == order.sorted())
        #expect(!text.contains("Secret") && !text.contains("Intrusion") && !text.contains("/console/"))
        #expect(text.contains("<around-map") && text.contains("href=\"/app/alertes\""))
        // Without anything there is no map either.
        #expect(try await !page([]).contains("<around-map"))
    }

    @Test func theSmallMapsStyleIsJSONAndNamesOnlyOurOwnServer() async throws {
        for theme in ["light", "dark"] {
            let style = try await page([], "/app/around/style.json?theme=\(theme)")
            #expect(try JSON(style)["layers"]?.listOrNil?.count == 5)
            #expect(!style.contains("https://") && style.contains("http://localhost/tiles/base/{z}/{x}/{y}.mvt"))
        }
    }

    @Test func whatWasTestedIsSaidAndTheManifestNamesItsPictures() async throws {
        #expect(try await page([], "/app/accessibilite").contains("RGAA 4.1"))
        let manifest = try await page([], "/app/manifest.webmanifest")
        for word in ["\"192x192\"", "\"512x512\"", "\"maskable\"", "\"shortcuts\""] { #expect(manifest.contains(word)) }
    }
}
