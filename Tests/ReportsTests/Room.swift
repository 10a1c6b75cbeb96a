// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Errand
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Logging
import Privacy
import Watch

@testable import Reports

/// The pages of the desk over a test city, and people before them: ada may do everything, bob only looks, kim operates in Quetigny only, carl
/// has the call desk alone, pbx is a telephone exchange.
struct Room: Sendable {
    let world: World
    let responder: RouterResponder<ConsoleContext>
    private let tokens: [String: String]

    static let grants: [String: [Grant]] = [
        "ada": [Grant(right: .configure)], "bob": [Grant(right: .view, trade: "reports")],
        "kim": [Grant(right: .operate, trade: "reports", communes: ["21515"])], "pbx": [Grant(right: .operate, trade: "exchange")],
        "carl": [Grant(right: .operate, trade: "calls")],
    ]

    /// A room with a report in Dijon and one in Quetigny.
    static func ofTwoCommunes() async throws -> (Room, ReportReceipt, ReportReceipt) {
        let room = try await make()
        let dijon = try await room.world.reports.create(World.pothole())
        var draft = World.pothole()
        draft.place = World.east
        return (room, dijon, try await room.world.reports.create(draft))
    }

    static func make(jobs: (any JobDesk)? = nil) async throws -> Room {
        let world = try await World.make(jobs: jobs)
        let tokens = grants.mapValues { _ in Tokens.make() }
        let accounts = Dictionary(
            uniqueKeysWithValues: grants.sorted { $0.key < $1.key }.enumerated().map { index, one in
                let person = Person(account: Int64(index + 1), login: one.key, name: one.key, grants: one.value, language: .english)
                return (Tokens.hash(tokens[one.key] ?? ""), Account(person: person, passwordHash: "-"))
            })
        let start = World.start
        let port = AccountPort(
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
        let site = Site(
            settings: SiteSettings(), navigation: Reports.navigation, accounts: port,
            live: LiveFeed(mayHear: { Reports.mayHear($0, $1) || Calls.mayHear($0, $1) }),
            clock: Clock { world.now() }, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        world.reports.add(to: site)
        PartnerRoutes(
            PartnerCourier(
                reports: world.reports, errands: try Errands(allowsInside: true), publicURL: "http://vigie.example", follow: .minutes(10),
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        ).add(to: site)
        Privacy(journal: world.journal, places: Reports.personal, seekers: [ReportSeeker()], names: .days(730)).add(to: site)
        world.calls.add(to: site)
        CitizenApp(reports: world.reports, addresses: AddressShelf(journal: world.journal)).add(to: site)
        return Room(world: world, responder: site.responder(), tokens: tokens)
    }

    func with(_ body: @Sendable (Visitor) async throws -> Void) async throws {
        let tokens = tokens
        try await Application(responder: responder).test(.router) { client in
            try await body(Visitor(client: client, tokens: tokens, login: "ada"))
        }
    }
}

/// A browser that is signed in.
struct Visitor {
    let client: any TestClientProtocol
    let tokens: [String: String]
    let login: String

    func like(_ login: String) -> Visitor { Visitor(client: client, tokens: tokens, login: login) }

    private var cookie: String { "vigie=\(tokens[login] ?? "")" }

    func get(_ path: String) async throws -> TestResponse {
        try await client.executeRequest(uri: path, method: .get, headers: [.cookie: cookie], body: nil)
    }

    private func token() async throws -> String {
        let page = try await get("/console/reports").text
        return page.range(of: "name=\"csrf-token\" content=\"").map { String(page[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
    }

    func post(_ path: String, _ fields: KeyValuePairs<String, String>, forged: Bool = false) async throws -> TestResponse {
        var body = "csrf=" + percentEncoded(forged ? "forged" : try await token())
        for (name, value) in fields { body += "&\(percentEncoded(name))=\(percentEncoded(value))" }
        return try await client.executeRequest(
            uri: path, method: .post, headers: [.cookie: cookie, .contentType: "application/x-www-form-urlencoded"],
            body: ByteBuffer(string: body))
    }

    func json(_ path: String, _ text: String) async throws -> TestResponse {
        var headers = HTTPFields()
        headers[.cookie] = cookie
        headers[.contentType] = "application/json"
        headers[HTTPField.Name("X-CSRF-Token")!] = try await token()
        return try await client.executeRequest(uri: path, method: .post, headers: headers, body: ByteBuffer(string: text))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}
