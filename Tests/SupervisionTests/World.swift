// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Fieldbus
import Foundation
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import Lighting
import Logging
import Synchronization
import Testing
import Watch

@testable import Supervision

/// A small real house: a journal in memory, the floor on its thread, six lamps behind a cabinet and a gateway, two people.
struct World: Sendable {
    let journal: Journal
    let floor: Floor
    let room: Supervision
    let responder: RouterResponder<ConsoleContext>
    let live: LiveFeed
    let news: RoomNews
    let clock: Clock
    let cookies: [String: String]
    /// Sets what the clock of the room says.
    let setTime: @Sendable (Instant) -> Void
    private let folder: URL

    static let night = Instant(year: 2026, month: 11, day: 21, hour: 20)

    static func make() async throws -> World {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vigie-screens-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let migrations =
            InventorySchema.migrations + PositionSchema.migrations + AlarmSchema.migrations + OrderSchema.migrations
            + Supervision.migrations
        let journal = try Journal.open(.memory, migrations: migrations, log: log)
        try await journal.write { try World.fill($0) }
        let time = TestTime()
        // The floor takes no two turns in one instant: a clock that stood still would hold every delivery back for ever.
        let clock = Clock {
            time.now.withLock { now in
                now = now + .milliseconds(1)
                return now
            }
        }
        let directory = DirectoryBox(Directory(kinds: [], entries: []))
        let live = LiveFeed(mayHear: Supervision.mayHear)
        let hearer = NewsRelay()
        let floor = try await Floor.open(
            settings: .init(folder: folder.path(percentEncoded: false)), journal: journal, trades: [StreetLighting()], clock: clock,
            log: log,
            outlet: NoOutlet(), announce: { hearer.tell($0) }, directoryChanged: { directory.replace($0) })
        directory.replace(await floor.directory)
        let room = Supervision(
            floor: floor, journal: journal, directory: directory, clock: clock, folder: folder.path(percentEncoded: false))
        let news = RoomNews(live: live, directory: { directory.current }, catalogue: { room.shelf.known })
        hearer.hear { news.announce($0, at: time.now.withLock { $0 }) }
        var settings = SiteSettings()
        settings.assetFolders = ["Web/dist"]
        let site = Site(
            settings: settings, navigation: Supervision.navigation,
            accounts: AccountDoor(journal: journal, clock: clock, tell: { _ in }).port, live: live, clock: clock, log: log)
        room.add(to: site)
        var cookies: [String: String] = [:]
        for login in ["ada", "bob", "eve", "kim"] { cookies[login] = try await World.signIn(login, journal) }
        return World(
            journal: journal, floor: floor, room: room, responder: site.responder(), live: live, news: news, clock: clock, cookies: cookies,
            setTime: { at in time.now.withLock { $0 = at } }, folder: folder)
    }

    /// Ada may do everything, Bob only look, Eve only look in one commune, Kim do everything but there only.
    private static func fill(_ transaction: Transaction) throws {
        let grants: [(String, Grant)] = [
            ("ada", Grant(right: .configure)), ("bob", Grant(right: .view)), ("eve", Grant(right: .view, communes: ["21171"])),
            ("kim", Grant(right: .configure, communes: ["21171"])),
        ]
        for (login, grant) in grants {
            try AccountStore.create(
                login: login, name: login.capitalized, language: .french, password: "-", grants: [grant], by: "test", at: night,
                in: transaction)
        }
        let change = try ChangeStore.begin(.import, author: "test", source: "world", at: night, in: transaction)
        let columns = [
            "number", "id", "kind", "name", "address", "lon", "lat", "commune", "supply_parent", "link_parent", "period_s", "rated_power_w",
            "attributes", "commissioned_at", "revision", "folded",
        ]
        func row(_ number: Int64, _ id: String, _ kind: String, commune: String, supply: Value = .null, link: Value = .null) -> [Value] {
            [
                .integer(number), .text(id), .text(kind), .text(""), .text("rue de l'Église <b>"), .real(5.04 + Double(number) * 0.0005),
                .real(47.32), .text(commune), supply, link, .integer(900), .real(60), .text(""), .integer(night.milliseconds),
                .integer(change.number), .text("\(id.lowercased()) rue de l'eglise <b>"),
            ]
        }
        var rows = [row(0, "G-1", "gateway", commune: "21231"), row(1, "A-1", "cabinet", commune: "21231")]
        for n in 2...7 {
            rows.append(
                row(Int64(n), "L-\(n)", "lamp", commune: n < 7 ? "21231" : "21171", supply: .integer(1), link: .integer(0)))
        }
        try transaction.insert(into: "asset", columns, rows: rows)
        try ChangeStore.finish(change, in: transaction)
    }

    private static func signIn(_ login: String, _ journal: Journal) async throws -> String {
        let token = Tokens.make()
        try await journal.write { transaction in
            guard let account = try AccountStore.find(login: login, in: transaction) else { return }
            try SessionStore.begin(
                AccountRecord.Session(token: Tokens.hash(token), createdAt: night, seenAt: night, address: "192.0.2.1", agent: "test"),
                account: account.number, in: transaction)
        }
        return "vigie=\(token)"
    }

    func close() async {
        await floor.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Ends when it holds; fails the test after some seconds.
    func until(_ holds: () async throws -> Bool) async throws {
        for _ in 0..<2000 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("it never came")
    }

    /// Sends readings of lamps as a gateway would, and waits until they are on disk.
    func send(_ json: String) async throws {
        var delivery = Delivery()
        var scanner = ReadingScanner()
        let bytes = Array(json.utf8)
        let directory = room.directory.current
        _ = bytes.withUnsafeBytes {
            scanner.scanLines($0, directory: directory, gateway: nil, into: &delivery.readings, refusals: &delivery.refusals)
        }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            delivery.acknowledge = { continuation.resume() }
            if !floor.inbox.take(delivery) { continuation.resume() }
        }
    }
}

/// The floor is there before the news that it tells.
private final class NewsRelay: Sendable {
    private let ear = Mutex<(@Sendable (Announcement) -> Void)?>(nil)
    func hear(_ ear: @escaping @Sendable (Announcement) -> Void) { self.ear.withLock { $0 = ear } }
    func tell(_ news: Announcement) { ear.withLock { $0 }?(news) }
}

private final class TestTime: Sendable {
    let now = Mutex(World.night)
}

struct NoOutlet: Outlet {
    func send(_ frames: [OrderFrame]) {}
}

/// A browser that is signed in.
struct Visitor {
    let client: any TestClientProtocol
    let cookie: String

    func get(_ path: String, type: String? = nil) async throws -> TestResponse {
        try await client.executeRequest(uri: path, method: .get, headers: [.cookie: cookie], body: nil)
    }

    /// The same house, somebody else.
    func like(_ login: String, in world: World) -> Visitor { Visitor(client: client, cookie: world.cookies[login] ?? "") }

    /// Sends a form with the token of a page that this visitor sees.
    func post(_ path: String, _ fields: KeyValuePairs<String, String>) async throws -> TestResponse {
        let page = try await get("/console/map").text
        let token = page.range(of: "name=\"csrf-token\" content=\"").map { String(page[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
        var body = "csrf=" + percentEncoded(token)
        for (name, value) in fields { body += "&\(percentEncoded(name))=\(percentEncoded(value))" }
        return try await client.executeRequest(
            uri: path, method: .post, headers: [.cookie: cookie, .contentType: "application/x-www-form-urlencoded"],
            body: ByteBuffer(string: body))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}

extension World {
    /// Runs as somebody, over the real routes, and closes the house.
    /// - Parameter way: `.live` for a real server and real connections, as streams need them.
    static func visit(
        _ login: String = "ada", way: TestingSetup = .router, _ body: @escaping @Sendable (Visitor, World) async throws -> Void
    ) async throws {
        let world = try await World.make()
        let cookie = world.cookies[login] ?? ""
        do {
            let configuration = ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0))
            try await Application(responder: world.responder, configuration: configuration).test(way) { client in
                try await body(Visitor(client: client, cookie: cookie), world)
            }
        } catch {
            await world.close()
            throw error
        }
        await world.close()
    }
}
