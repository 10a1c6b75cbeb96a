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
import Testing

@testable import Reports

/// The citizens' app as a browser without scripts, and as a program, meet it.
@Suite struct AppTests {
    private static let boundary = "----vigie-test"
    private static let nobody = AccountPort(
        account: { _ in nil }, session: { _ in nil }, startSession: { _ in }, seen: { _, _ in }, endSession: { _ in },
        endSessions: { _ in },
        changePassword: { _, _, _ in })

    /// Runs `body` against a site with the app, over a small city with addresses.
    private func with(
        _ world: AppCity, _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let shelf = AddressShelf(journal: world.journal)
        _ = try await shelf.refresh()
        let site = Site(
            settings: SiteSettings(), accounts: AppTests.nobody, clock: world.reports.clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        CitizenApp(reports: world.reports, addresses: shelf, assets: { _, _ in [AppCity.lamp] }).add(to: site)
        try await Application(responder: site.responder()).test(.router) { try await body($0) }
    }

    private func send(
        _ client: any TestClientProtocol, _ fields: [(String, String)], photo: [UInt8]? = nil, json: Bool = false,
        _ more: HTTPFields = [:]
    ) async throws -> TestResponse {
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array("--\(AppTests.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        if let photo {
            body += Array(
                "--\(AppTests.boundary)\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
                    .utf8)
            body += photo + [13, 10]
        }
        body += Array("--\(AppTests.boundary)--\r\n".utf8)
        var headers: HTTPFields = [.contentType: "multipart/form-data; boundary=\(AppTests.boundary)"]
        headers[.accept] = json ? "application/json" : "text/html"
        for field in more { headers[field.name] = field.value }
        return try await client.execute(uri: "/app", method: .post, headers: headers, body: ByteBuffer(bytes: body))
    }

    private static func pothole(_ key: String = "0123456789abcdef") -> [(String, String)] {
        [
            ("key", key), ("category", "pothole"), ("lon", "5.0405"), ("lat", "47.3220"), ("address", "12 rue des Forges"),
            ("a.pothole.where", "lane"), ("a.dead-lamp.colour", "of another category"), ("description", "Un <b>gros</b> trou"),
        ]
    }

    @Test func theFormStandsWithoutAScriptAndNamesEveryOpenCategory() async throws {
        try await with(try await AppCity.make()) { client in
            let page = try await client.execute(uri: "/app", method: .get)
            let text = String(buffer: page.body)
            #expect(page.status == .ok)
            #expect(
                text.contains("value=\"pothole\"") && text.contains("value=\"dead-lamp\"") && !text.contains("value=\"old\"")
                    && !text.contains("value=\"secret\""))
            #expect(text.contains("name=\"a.pothole.where\""))
            #expect(!text.contains("console.") && text.contains("manifest.webmanifest"))
            #expect(page.headers[HTTPField.Name("Permissions-Policy")!]?.contains("geolocation=(self)") == true)
        }
    }

    @Test func aReportIsKeptOnceHoweverOftenItIsSent() async throws {
        let world = try await AppCity.make()
        try await with(world) { client in
            let first = try await send(client, AppTests.pothole(), json: true)
            let again = try await send(client, AppTests.pothole(), json: true)
            #expect(first.status == .created && again.status == .ok)
            #expect(String(buffer: first.body).replacing("true", with: "false") == String(buffer: again.body))
            let page = try await send(client, AppTests.pothole())
            #expect(page.status == .seeOther)
            let other = try await send(client, AppTests.pothole("another-key-of-16"), json: true)
            #expect(other.status == .created)
        }
        let counts = try await world.journal.read { try ReportStore.counts($0) }
        #expect(counts == [.received: 2])
        let report = try #require(try await world.reports.report(Report.Number(1)))
        #expect(report.answers == ["where": "lane"] && report.channel == .app && report.description == "Un <b>gros</b> trou")
    }

    @Test func theLinkShowsTheStepsAndTextsAreText() async throws {
        let world = try await AppCity.make()
        try await with(world) { client in
            let sent = try await send(client, AppTests.pothole())
            let link = try #require(sent.headers[.location])
            #expect(link.hasSuffix("?sent=1"))
            let page = String(buffer: try await client.execute(uri: link, method: .get).body)
            #expect(page.contains("Merci") && page.contains("1-B") && page.contains("&lt;b&gt;gros"))
            let path = String(link.dropLast("?sent=1".count))
            _ = try await world.reports.act(.reject(reason: "Déjà <i>fait</i>"), on: Report.Number(1), by: .staff("ada"))
            let over = String(buffer: try await client.execute(uri: path, method: .get).body)
            #expect(over.contains("Sans suite") && over.contains("Déjà &lt;i&gt;") && !over.contains(/\bada\b/))
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            let contested = try await client.execute(
                uri: path + "/contest", method: .post, headers: form, body: ByteBuffer(string: "text=Toujours+l%C3%A0"))
            #expect(contested.status == .seeOther)
            #expect(try await world.reports.report(Report.Number(1))?.state == .contested)
            func satisfied() async throws -> TestResponse {
                try await client.execute(uri: path + "/satisfied", method: .post, headers: form, body: ByteBuffer())
            }
            #expect(try await satisfied().status == .conflict, "nothing is done that could be right")
            _ = try await world.reports.act(.finish(.word("Luc"), text: ""), on: Report.Number(1), by: .staff("ada"))
            #expect(try await satisfied().status == .seeOther)
            #expect(try await world.reports.report(Report.Number(1))?.state == .closed)
            let wrong = try await client.execute(uri: "/app/follow/" + String(repeating: "0", count: 40), method: .get)
            #expect(wrong.status == .notFound)
        }
    }

    @Test func errorsComeBackBesideTheirFieldsAndNothingIsKept() async throws {
        let world = try await AppCity.make()
        try await with(world) { client in
            let page = try await send(client, [("key", "0123456789abcdef"), ("description", "Bonjour")])
            let text = String(buffer: page.body)
            #expect(page.status == .unprocessableContent)
            #expect(text.contains("href=\"#step-address\"") && text.contains("href=\"#step-category\"") && text.contains("Bonjour"))
            let program = try await send(client, AppTests.pothole().filter { $0.0 != "a.pothole.where" }, json: true)
            #expect(program.status == .unprocessableContent && String(buffer: program.body).contains("a.pothole.where"))
            let outside = try await send(client, AppTests.pothole().map { $0.0 == "lon" ? ("lon", "4.8") : $0 })
            #expect(outside.status == .unprocessableContent && String(buffer: outside.body).contains("Préfecture"))
            let trap = try await send(client, AppTests.pothole() + [("site", "http://spam")])
            #expect(trap.status == .unprocessableContent)
            let noPhoto = try await send(client, AppTests.pothole(), photo: Array("<script>".utf8), json: true)
            #expect(noPhoto.status == .unprocessableContent && String(buffer: noPhoto.body).contains("\"photo\""))
            let foreign = try await send(client, AppTests.pothole(), [HTTPField.Name("Origin")!: "https://evil.example"])
            #expect(foreign.status == .forbidden)
        }
        #expect(try await world.journal.read { try ReportStore.counts($0) }.isEmpty)
    }

    @Test func whatIsKnownIsSaidWithoutAnybodysText() async throws {
        let world = try await AppCity.make()
        try await with(world) { client in
            _ = try await send(client, AppTests.pothole())
            let known = try await client.execute(uri: "/api/app/known?category=pothole&near=5.04052,47.32201", method: .get)
            let text = String(buffer: known.body)
            #expect(known.status == .ok && text.contains("\"reference\":\"1-B\"") && !text.contains("gros"))
            let around = String(buffer: try await client.execute(uri: "/app/around?near=5.0405,47.3221", method: .get).body)
            #expect(around.contains("/app/reports/1-B") && !around.contains("gros"))
            let one = String(buffer: try await client.execute(uri: "/app/reports/1-B", method: .get).body)
            #expect(one.contains("Nid-de-poule") && !one.contains("gros"))
            let none = String(buffer: try await client.execute(uri: "/app/around?near=5.0105,47.3021", method: .get).body)
            #expect(none.contains("Rien n"))
            for path in [
                "/api/app/known?category=pothole", "/api/app/known?category=nothing&near=5,47", "/api/app/assets?kind=tree&near=5,47",
            ] {
                #expect(try await client.execute(uri: path, method: .get).status == .unprocessableContent, "\(path)")
            }
            #expect(try await client.execute(uri: "/app/reports/1-C", method: .get).status == .notFound)
            // Of a category that only its sender may see, nobody else learns anything.
            let car = AppTests.pothole("a-car-that-stays").map { $0.0 == "category" ? ("category", "car") : $0 }
            #expect(try await send(client, car, json: true).status == .created)
            let hidden = String(buffer: try await client.execute(uri: "/app/around?near=5.0405,47.3221", method: .get).body)
            let told = try await client.execute(uri: "/api/app/known?category=pothole&near=5.0405,47.3220", method: .get)
            #expect(!hidden.contains("2-C") && !String(buffer: told.body).contains("2-C"))
            #expect(try await client.execute(uri: "/app/reports/2-C", method: .get).status == .notFound)
        }
    }

    @Test func whoeverSendsWithoutEndIsToldToWait() async throws {
        let world = try await AppCity.make()
        try await with(world) { client in
            var statuses: [Int] = []
            for i in 0...CitizenApp.sentPerMinute {
                statuses.append(try await send(client, AppTests.pothole("key-number-\(100_000 + i)"), json: true).status.code)
            }
            #expect(statuses.dropLast().allSatisfy { $0 == 201 } && statuses.last == 429)
        }
    }
}
