// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Errand
import Fieldbus
import Foundation
import HTTPTypes
import Hummingbird
import Interventions
import Inventory
import Journal
import Lighting
import Logging
import Post
import Privacy
import Reports
import ServiceLifecycle
import Services
import Supervision
import Synchronization
import UnixSignals
import Watch

/// The house as it is wired: the only file that knows everybody.
struct Composition {
    let configuration: Configuration
    let clock: Clock
    let log: Logger
    let journal: Journal
    let floor: Floor
    let directory: DirectoryBox
    let listener: MQTTListener
    let keys: GatewayKeys
    let brokers: [BrokerClient]
    let ways: WaysOut
    let site: Site
    let room: Supervision
    let reports: Reports
    let jobs: Interventions
    let calls: Calls
    let services: Services
    let postHouse: PostHouse
    /// Of this house to machines that it was told to ask.
    let errands: Errands
    let courier: PartnerCourier
    let news: RoomNews

    static let liveClock = Clock { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }

    /// Opens the journal, the floor and the doors' rooms. Nothing listens yet.
    static func open(_ configuration: Configuration, log: Logger) async throws -> Composition {
        let ahead = configuration.clockAhead
        let clock = Clock { liveClock.now() + ahead }
        try FileManager.default.createDirectory(atPath: configuration.dataFolder, withIntermediateDirectories: true)
        let journal = try Journal.open(
            configuration.journal, migrations: Schemas.all, patience: configuration.journalPatience, log: log)
        let trades = configuration.trades
        let relay = Relay()
        let ways = WaysOut(lastHeard: try journal.readHere { try GatewayWayStore.all(in: $0) })
        let directory = DirectoryBox(Directory(kinds: trades.flatMap(\.kinds), entries: []))
        let keys = try GatewayKeys(journal: journal, directory: directory)
        // Both read the whole inventory: beside each other.
        let shelf = CatalogueShelf(journal: journal)
        async let catalogue = shelf.current()
        let floor = try await Floor.open(
            settings: configuration.floorSettings, journal: journal, trades: trades, clock: clock, log: log,
            intakeRetention: .init(age: configuration.intakeRetention, bytes: configuration.intakeBytes),
            outlet: ways, announce: { relay.announce($0) },
            directoryChanged: { directory.replace($0) })
        let listener = MQTTListener(
            configuration: listenerConfiguration(configuration.mqtt, keys), directory: directory, inlet: floor.inbox, clock: clock,
            log: log,
            ear: ways.ear("listener"))
        let brokers = configuration.mqtt.brokers.map {
            BrokerClient(
                configuration: brokerConfiguration($0), directory: directory, inlet: floor.inbox, clock: clock, log: log,
                ear: ways.ear("\($0.host):\($0.port)"))
        }
        ways.add(listener, named: "listener")
        for broker in brokers { ways.add(broker, named: broker.standing.name) }
        let develop = PhotoHouse(log: log).develop
        let room = Supervision(
            floor: floor, journal: journal, directory: directory, clock: clock, folder: configuration.dataFolder, shelf: shelf,
            addresses: AddressShelf(journal: journal), develop: develop,
            waysIn: { WaysIn(listener: listener.statistics.now, brokers: brokers.map(\.standing), isListening: listener.isListening) })
        let jobs = Interventions(journal: journal, clock: clock, wall: WallTime(zone: configuration.timezone), develop: develop)
        let postHouse = try PostHouse(configuration, journal: journal, clock: clock, log: log)
        let errands = try Errands(roots: configuration.errands.roots, allowsInside: configuration.errands.isInsideAllowed)
        let reports = Reports(
            journal: journal, clock: clock, post: postHouse.post, asset: { await floor.look($0) }, develop: develop, jobs: jobs,
            troubles: { await floor.troubles(around: $0, within: DuplicateRules.reach) })
        let services = Services(
            journal: journal, clock: clock, wall: WallTime(zone: configuration.timezone), addresses: room.addresses, jobs: jobs)
        // What the city's file says cannot keep the room shut: it is tried again every two seconds.
        do { try await services.shelf.refreshCatalogue() } catch {
            log.warning("the services cannot be read", metadata: ["error": "\(error)"])
        }
        let calls = Calls(
            reports: reports, addresses: room.addresses,
            surroundings: [FloorSurroundings(floor: floor, journal: journal), ReportSurroundings(reports), jobs, services]
        ) { await floor.select(in: $0, kinds: [$1]) }
        let site = site(
            configuration, room: room, reports: reports, calls: calls, jobs: jobs, services: services, postHouse: postHouse, log: log)
        let courier = PartnerCourier(
            reports: reports, errands: errands, publicURL: configuration.http.publicURL, follow: configuration.errands.follow, log: log)
        PartnerRoutes(courier).add(to: site)
        let news = RoomNews(live: site.live, directory: { directory.current }, catalogue: { room.shelf.known })
        relay.hearers.withLock { $0.append { news.announce($0, at: clock.now()) } }
        reports.tell({ _ in }, log: { news.announce(.log($0), at: clock.now()) })
        jobs.tell({ _ in }, log: { news.announce(.log($0), at: clock.now()) })
        Privacy(
            journal: journal, places: Schemas.personal,
            seekers: [
                ReportSeeker(), CallSeeker(), CitizenSeeker(), bookings(jobs),
            ],
            names: Retention.names(configuration),
            tell: { news.announce(.log($0), at: clock.now()) }
        ).add(to: site)
        services.tell(log: { news.announce(.log($0), at: clock.now()) })
        _ = try await catalogue
        return Composition(
            configuration: configuration, clock: clock, log: log, journal: journal, floor: floor, directory: directory, listener: listener,
            keys: keys, brokers: brokers, ways: ways, site: site, room: room, reports: reports,
            jobs: jobs, calls: calls, services: services, postHouse: postHouse, errands: errands, courier: courier, news: news)
    }

    /// Runs until the process is told to end; then the doors close first, the floor last.
    func run() async throws {
        let application = Application(
            responder: site.responder(),
            configuration: .init(
                address: .hostname(configuration.http.bind, port: configuration.http.port), serverName: nil, backlog: 4096,
                reuseAddress: true),
            logger: log)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: application), .init(service: MQTTListening(listener: listener))]
                    + brokers.map { .init(service: BrokerListening(broker: $0)) } + [
                        .init(service: Retention(configuration: configuration, journal: journal, clock: clock, log: log)),
                        .init(service: Counting(room: room, news: news)),
                        .init(service: AddressKeeping(shelf: room.addresses, log: log)),
                        .init(service: ServiceKeeping(services: services, log: log)),
                        .init(service: StationKeeping(services: services, errands: errands, log: log)),
                        .init(service: PostKeeping(house: postHouse, log: log)),
                        .init(service: WayKeeping(ways: ways, journal: journal, clock: clock, log: log)),
                        .init(service: StreetKeeping(shelf: jobs.streets, log: log)),
                        .init(service: JobKeeping(reports: reports, jobs: jobs, log: log)),
                        .init(service: AccountKeeping(reports: reports, jobs: jobs, log: log)),
                        .init(service: PartnerKeeping(courier: courier, log: log)),
                        .init(service: KeyWatching(keys: keys, listener: listener, directory: directory, log: log)),
                    ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        do { try await group.run() } catch { log.error("the house closes", metadata: ["error": "\(error)"]) }
        await floor.close()
    }

    private static func listenerConfiguration(_ mqtt: Configuration.MQTT, _ keys: GatewayKeys) -> MQTTListenerConfiguration {
        let tls =
            mqtt.certificate.isEmpty
            ? nil
            : MQTTListenerConfiguration.TLS(
                certificateChain: mqtt.certificate, privateKey: mqtt.key, clientRoots: mqtt.clientCA.isEmpty ? nil : mqtt.clientCA,
                isClientOptional: true)
        var listener = MQTTListenerConfiguration(endpoints: [.init(host: mqtt.bind, port: mqtt.port, tls: tls)])
        listener.maximumConnections = mqtt.connections
        listener.maximumPacketSize = mqtt.packetBytes
        listener.maximumRate = mqtt.rate == 0 ? nil : Double(mqtt.rate)
        listener.receiveMaximum = UInt16(clamping: mqtt.receiveMaximum)
        listener.acceptsAnonymous = mqtt.isAnonymousAllowed
        listener.checkPassword = { user, password in await keys.check(user, password) }
        return listener
    }

    private static func brokerConfiguration(_ broker: Configuration.Broker) -> BrokerConfiguration {
        var client = BrokerConfiguration(host: broker.host, port: broker.port, clientID: broker.client)
        (client.user, client.password) = (broker.user.isEmpty ? nil : broker.user, broker.password.isEmpty ? nil : broker.password)
        if broker.isTLS {
            func file(_ path: String) -> String? { path.isEmpty ? nil : path }
            client.tls = .init(roots: file(broker.ca), certificateChain: file(broker.certificate), privateKey: file(broker.key))
        }
        if !broker.topics.isEmpty { client.topics = broker.topics }
        client.sharedGroup = broker.share.isEmpty ? nil : broker.share
        return client
    }

    /// Bookings of bulky waste know a citizen by the contact; the crews' job of one that is over forgets the address.
    private static func bookings(_ jobs: Interventions) -> BookingSeeker {
        BookingSeeker(wall: jobs.wall, forgetJob: { try JobDestruction.forget($0, in: $1) })
    }

    private static func site(
        _ configuration: Configuration, room: Supervision, reports: Reports, calls: Calls, jobs: Interventions, services: Services,
        postHouse: PostHouse, log: Logger
    ) -> Site {
        var settings = SiteSettings()
        settings.zone = TimeZone(identifier: configuration.timezone) ?? Audience.paris
        settings.isSecure = configuration.http.publicURL.hasPrefix("https://")
        // Whoever sits at the machine itself may always come in by its own address.
        settings.origins =
            [configuration.http.publicURL] + ["localhost", "127.0.0.1", "[::1]"].map { "http://\($0):\(configuration.http.port)" }
        settings.trustedProxies = Set(configuration.http.trustedProxies)
        settings.requestsPerMinute = configuration.http.requestsPerMinute
        settings.idleLimit = configuration.sessionIdle
        settings.absoluteLimit = configuration.sessionLongest
        settings.assetFolders = WebFolders.find(configuration.assetsFolder)
        if settings.assetFolders.isEmpty {
            log.warning(
                "pages have no style and no script: no vigie.css is found", metadata: ["assets.folder": "\(configuration.assetsFolder)"])
        }
        settings.version = vigieVersion
        settings.trouble = { room.trouble }
        settings.citizen = CitizenFrame(
            navigation: [CitizenFrame.reporting[0], CitizenFrame.reporting[1], Services.citizenNavigation, CitizenFrame.reporting[2]],
            foot: CitizenApp.foot, strip: { services.strip(at: $0) })
        // A microsecond an event: no restart gives a number again that an open page has.
        let first = UInt64(max(1, room.clock.now().milliseconds)) * 1000
        let live = LiveFeed(
            zone: settings.zone, first: first,
            mayHear: {
                Supervision.mayHear($0, $1) || Reports.mayHear($0, $1) || Calls.mayHear($0, $1) || Interventions.mayHear($0, $1)
            })
        let site = Site(
            settings: settings,
            navigation: Supervision.navigation + Calls.navigation + Reports.navigation + Interventions.navigation + Services.navigation
                + Privacy.navigation,
            accounts: AccountDoor(journal: room.journal, clock: room.clock, tell: { await SignInLog.tell($0, room.floor) }).port,
            live: live,
            clock: room.clock, log: log)
        room.add(to: site)
        reports.add(to: site, jurisdictions: Set(configuration.jurisdictions))
        calls.add(to: site)
        jobs.add(to: site)
        services.add(to: site)
        CitizenApp(
            reports: reports, addresses: room.addresses,
            surroundings: [FloorSurroundings(floor: room.floor, journal: room.journal), jobs, services],
            seekers: [CallSeeker(), bookings(jobs)]
        ) { await room.floor.select(in: $0, kinds: [$1]) }.add(to: site)
        postHouse.open(reports, addresses: room.addresses, site: site, log: log)
        return site
    }
}

let vigieVersion = "0.1.0"

/// The listener as a service: it ends when the group shuts down gracefully.
private struct MQTTListening: Service {
    let listener: MQTTListener

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await listener.run() }
    }
}

private struct BrokerListening: Service {
    let broker: BrokerClient

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await broker.run() }
    }
}

/// Once a second, the counts of the legend and the operator's load to whoever looks.
private struct Counting: Service {
    let room: Supervision
    let news: RoomNews

    func run() async throws {
        await cancelWhenGracefulShutdown { await room.keepCountsTrue(news) }
    }
}

/// Who came in, and who was locked out, stands in the log. Single refusals do not: whoever knocks without end must not fill it.
private enum SignInLog {
    static func tell(_ event: SignInEvent, _ floor: Floor) async {
        let words: Words? =
            switch event.what {
            case .signedIn: Words("S'est connecté depuis \(event.peer)", "Signed in from \(event.peer)")
            case .lockedOut:
                Words(
                    "Connexions suspendues après trop d'échecs depuis \(event.peer)",
                    "Locked out after too many failures from \(event.peer)")
            case .signedOut: Words("S'est déconnecté", "Signed out")
            case .signedOutEverywhere: Words("S'est déconnecté partout", "Signed out everywhere")
            case .passwordChanged: Words("A changé son mot de passe", "Changed the own password")
            case .refused: nil
            }
        guard let words else { return }
        _ = try? await floor.act { acting in
            acting.log.append(
                LogDraft(
                    author: event.what == .lockedOut ? "vigie" : event.login, trade: "accounts",
                    subject: event.account == nil ? nil : "account:\(event.login)", text: words, people: [event.peer]))
        }
    }
}

/// What the floor announces before and after its hearers exist. Filled while the house is built.
final class Relay: Sendable {
    let hearers = Mutex<[@Sendable (Announcement) -> Void]>([])

    func announce(_ announcement: Announcement) { for hearer in hearers.withLock({ $0 }) { hearer(announcement) } }
}

/// Where the built web files are: as configured (that folder, or `dist` in it), else beside the executable, else in the working folder.
enum WebFolders {
    static func find(_ configured: String) -> [String] {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let beside = URL(fileURLWithPath: executable).deletingLastPathComponent()
        let roots = [
            FileManager.default.currentDirectoryPath + "/Web", beside.path + "/Web", beside.path + "/../share/vigie/Web",
            beside.path + "/../../../Web",
        ]
        let folders = configured.isEmpty ? roots.map { $0 + "/dist" } : [configured + "/dist", configured]
        return folders.first { FileManager.default.fileExists(atPath: $0 + "/vigie.css") }.map { [$0] } ?? []
    }
}
