// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import JournalTesting
import Logging
import Synchronization
import Watch

@testable import Services

/// A small city with services: two communes, a town hall, a library, two sectors of waste, bulky waste; a clock that the test moves.
struct City: Sendable {
    let journal: Journal
    let services: Services
    let setTime: @Sendable (Instant) -> Void
    private let tokens: [String: String]
    private let responder: RouterResponder<ConsoleContext>

    /// A Monday, 09:00 on the wall.
    static let start = Instant(year: 2026, month: 11, day: 23, hour: 8)
    static let grants: [String: [Grant]] = [
        "ada": [Grant(right: .configure)], "bob": [Grant(right: .view, trade: "services")],
        "kim": [Grant(right: .operate, trade: "services", communes: ["21515"])], "eve": [Grant(right: .configure, trade: "lighting")],
    ]

    static func make(
        _ engine: Engine = .sqlite, catalogue: ServiceCatalogue = City.catalogue, jobs: (any JobDesk)? = nil
    ) async throws -> City {
        let journal = try TestJournal.open(engine, InventorySchema.migrations + AddressSchema.migrations + Services.migrations)
        try await journal.write { transaction in
            try ServiceStore.put(catalogue, from: "test.yaml", by: "test", at: start, in: transaction)
            let change = try ChangeStore.begin(.areas, author: "test", source: "city", at: start, in: transaction)
            for (code, name, west) in [("21231", "Dijon", 5.0), ("21515", "Quetigny", 5.06)] {
                let ring = "[[[[\(west),47.3],[\(west + 0.06),47.3],[\(west + 0.06),47.35],[\(west),47.35],[\(west),47.3]]]]"
                try transaction.run(
                    "INSERT INTO area (code, name, population, boundary, revision) VALUES (\(code), \(name), 1, \(ring), \(change.number))")
            }
            try ChangeStore.finish(change, in: transaction)
        }
        let now = TestTime()
        let clock = Clock { now.at.withLock { $0 } }
        let services = Services(journal: journal, clock: clock, wall: .paris, addresses: AddressShelf(journal: journal), jobs: jobs)
        try await services.shelf.refreshCatalogue()
        let tokens = grants.mapValues { _ in Tokens.make() }
        let site = Site(
            settings: City.settings(services), navigation: Services.navigation, accounts: City.port(tokens), clock: clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        services.add(to: site)
        return City(
            journal: journal, services: services, setTime: { at in now.at.withLock { $0 = at } }, tokens: tokens,
            responder: site.responder())
    }

    private static func settings(_ services: Services) -> SiteSettings {
        var settings = SiteSettings()
        settings.openRequestsPerMinute = 100_000
        settings.citizen = CitizenFrame(strip: { services.strip(at: $0) })
        return settings
    }

    private static func port(_ tokens: [String: String]) -> AccountPort {
        let accounts = Dictionary(
            uniqueKeysWithValues: grants.sorted { $0.key < $1.key }.enumerated().map { index, one in
                let person = Person(account: Int64(index + 1), login: one.key, name: one.key, grants: one.value, language: .english)
                return (Tokens.hash(tokens[one.key] ?? ""), Account(person: person, passwordHash: "-"))
            })
        return AccountPort(
            account: { _ in nil },
            session: { hash in
                accounts[hash].map {
                    (
                        SessionRecord(
                            tokenHash: hash, account: $0.person.account, startedAt: start, seenAt: start, peer: "192.0.2.1", agent: "test"),
                        $0
                    )
                }
            }, startSession: { _ in }, seen: { _, _ in }, endSession: { _ in }, endSessions: { _ in }, changePassword: { _, _, _ in })
    }

    private final class TestTime: Sendable { let at = Mutex(City.start) }

    static let catalogue: ServiceCatalogue = {
        var catalogue = ServiceCatalogue()
        catalogue.tiles = [
            Tile(
                code: "family", title: Words("Portail famille", "Family portal"), link: "https://family.example.org/", words: ["cantine"])
        ]
        catalogue.categories = [
            PlaceCategory(code: "halls", title: Words("Mairies", "Town halls")),
            PlaceCategory(code: "libraries", title: Words("Bibliothèques", "Libraries")),
        ]
        catalogue.places = [
            CityPlace(
                code: "hall", category: "halls", title: Words("Mairie <de> Dijon", "Dijon town hall"), address: "1 place de la Libération",
                commune: "21231", place: Place(longitude: 5.0415, latitude: 47.3216), phone: "03 53 01 10 00",
                hours: OpeningHours(rules: [.init(days: [1, 2, 3, 4, 5], ranges: [DayRange(480, 1080)])])),
            CityPlace(
                code: "library", category: "libraries", title: Words("Médiathèque", "Library"), commune: "21515",
                place: Place(longitude: 5.0800, latitude: 47.3300),
                hours: OpeningHours(rules: [.init(days: [2], ranges: [DayRange(600, 1080)])])
            ),
        ]
        catalogue.wasteKinds = [WasteKind(code: "bin", title: Words("Ordures", "Rubbish"))]
        catalogue.wasteSectors = [
            WasteSector(
                code: "centre", title: Words("Centre", "Centre"),
                territory: Territory(streets: [.init(name: "Rue des Forges", commune: "21231")]),
                collections: [.init(kind: "bin", days: [2, 5], out: Words("la veille", "the evening before"))], holidays: .next)
        ]
        catalogue.bulky = Bulky(
            items: [
                .init(code: "mattress", title: Words("Matelas", "Mattress"), litres: 500, most: 4),
                .init(code: "sofa", title: Words("Canapé", "Sofa"), litres: 1500, most: 2),
            ],
            sectors: [
                .init(
                    code: "dijon", title: Words("Dijon", "Dijon"),
                    territory: Territory(streets: [.init(name: "Rue des Forges", commune: "21231")], communes: ["21231"]),
                    days: [1, 2, 3, 4, 5], litres: 4000, window: DayRange(360, 780))
            ], notice: 2, ahead: 14, mostLitres: 3000, department: "collecte", category: "encombrants")
        return catalogue
    }()

    func with(_ body: @Sendable (Visitor) async throws -> Void) async throws {
        let tokens = tokens
        try await Application(responder: responder).test(.router) { client in
            try await body(Visitor(client: client, tokens: tokens, login: nil))
        }
    }
}

/// A browser; signed in where it has a login.
struct Visitor {
    let client: any TestClientProtocol
    let tokens: [String: String]
    let login: String?

    func like(_ login: String) -> Visitor { Visitor(client: client, tokens: tokens, login: login) }

    private var headers: HTTPFields { login.map { [.cookie: "vigie=\(tokens[$0] ?? "")"] } ?? [:] }

    func get(_ path: String) async throws -> TestResponse {
        try await client.executeRequest(uri: path, method: .get, headers: headers, body: nil)
    }

    func text(_ path: String) async throws -> String { String(buffer: try await get(path).body) }

    func post(_ path: String, _ fields: [(String, String)] = []) async throws -> TestResponse {
        var fields = fields
        if login != nil {
            let page = try await text("/console/services")
            let token = page.range(of: "name=\"csrf-token\" content=\"").map { String(page[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
            fields.append(("csrf", token))
        }
        let body = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await client.executeRequest(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
    }
}
