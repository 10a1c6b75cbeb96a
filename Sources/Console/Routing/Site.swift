// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import HTTPTypes
package import Hummingbird
package import Logging

/// The whole web site of one installation while it is put together: desks add their routes, then `responder()` is what the server runs.
/// Everything that every answer needs happens here once: identity, rights, limits, headers, refusals, the log of requests.
///
///     let site = Site(settings: settings, accounts: port, clock: clock, log: log)
///     let lighting = site.desk("lighting")
///     lighting.page("/console/lighting", "Lighting") { request, context in Page(title: …) { … } }
///     let app = Application(responder: site.responder(), …)
package final class Site {
    package let settings: SiteSettings
    package let register: EndpointRegister
    package let live: LiveFeed
    let router: Router<ConsoleContext>
    let furniture: Furniture
    let doorkeeper: Doorkeeper
    private let shapes = RefusalShapes()
    let log: Logger

    package init(
        settings: SiteSettings, navigation: [NavigationItem] = [], accounts: AccountPort, live: LiveFeed = LiveFeed(), clock: Clock,
        log: Logger
    ) {
        (self.settings, self.live, self.log) = (settings, live, log)
        let assets = AssetShelf(folders: settings.assetFolders)
        furniture = Furniture(navigation: navigation, assets: assets, live: live)
        register = EndpointRegister()
        doorkeeper = Doorkeeper(settings: settings, accounts: accounts, clock: clock)
        router = Router(context: ConsoleContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestLog(log: log))
        router.add(middleware: Headers(settings: settings))
        router.add(middleware: Compression())
        router.add(middleware: Refusals(register: register, settings: settings, furniture: furniture, shapes: shapes, log: log))
        router.add(middleware: Reception(doorkeeper: doorkeeper, settings: settings, furniture: furniture, clock: clock))
        addOwnRoutes(assets: assets)
    }

    /// Routes of one trade; rights are asked for on `trade` unless a route says otherwise.
    /// - Parameter whole: the rights must hold over the whole territory, not in some communes only.
    package func desk(_ trade: String, whole: Bool = false) -> Desk {
        Desk(trade: trade, isWhole: whole, router: router, register: register, settings: settings)
    }

    /// Refusals below a path in the form that a protocol of others wants, instead of problem+json or a page.
    package func refuse(
        under beginning: String, as shape: @escaping @Sendable (Refused, ConsoleContext, _ path: String) -> Bytes
    ) {
        shapes.add(beginning, shape)
    }

    /// Who stands behind an API key that came elsewhere than in the Authorization header; nil where it is none or over.
    package var personOfKey: @Sendable (_ key: String, _ at: Instant) async throws -> Person? {
        { [doorkeeper] in try await doorkeeper.recognise(key: $0, at: $1) }
    }

    /// What a Hummingbird `Application` runs. Call it after the last desk has added its routes.
    package func responder() -> RouterResponder<ConsoleContext> {
        register.close()
        return router.buildResponder()
    }

    private func addOwnRoutes(assets: AssetShelf) {
        let own = desk("")
        SignInRoutes(doorkeeper: doorkeeper, settings: settings, live: live).add(to: own)
        PasswordRoutes(doorkeeper: doorkeeper, live: live).add(to: own)
        AssetRoutes(shelf: assets).add(to: own)
        LiveRoutes(live: live).add(to: own)
        OpenAPIRoutes(register: register, settings: settings).add(to: own)
        own.page("/console/design", DesignPage.summary) { _, _ in DesignPage.page }
    }
}

/// What the shell of every page needs besides the page: made once.
struct Furniture: Sendable {
    var navigation: [NavigationItem] = []
    var assets = AssetShelf(folders: [])
    var live = LiveFeed()
}
