// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import Reports

@Suite struct Open311RoutesTests {
    private static let key = Tokens.makeKey()
    private static let weakKey = Tokens.makeKey()

    /// The routes over a world of their own; `jurisdictions` as configured.
    private func with(
        jurisdictions: Set<String> = [], _ body: @escaping @Sendable (any TestClientProtocol, World) async throws -> Void
    ) async throws {
        let world = try await World.make()
        let port = AccountPort(
            account: { _ in nil }, session: { _ in nil }, startSession: { _ in }, seen: { _, _ in }, endSession: { _ in },
            endSessions: { _ in },
            key: { hash in
                let grants = [
                    Self.key.hash: [Grant(right: .operate, trade: "open311")], Self.weakKey.hash: [Grant(right: .view, trade: "open311")],
                ]
                guard let own = grants[hash] else { return nil }
                let person = Person(account: 1, login: "app", name: "App", grants: own)
                return (KeyRecord(prefix: "vigie_", name: "app", grants: own), Account(person: person, passwordHash: ""))
            }, changePassword: { _, _, _ in })
        let site = Site(
            settings: SiteSettings(), accounts: port, clock: Clock { world.now() },
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        Open311Routes(world.reports, site: site, jurisdictions: jurisdictions).add(to: site)
        OpenDataRoutes(world.reports).add(to: site)
        try await Application(responder: site.responder()).test(.router) { client in try await body(client, world) }
    }

    private func post(
        _ client: any TestClientProtocol, _ fields: String, to path: String = "/open311/v2/requests.json", headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = headers[.contentType] ?? "application/x-www-form-urlencoded"
        return try await client.executeRequest(uri: path, method: .post, headers: headers, body: ByteBuffer(string: fields))
    }

    private func get(_ client: any TestClientProtocol, _ path: String) async throws -> TestResponse {
        try await client.executeRequest(uri: path, method: .get, headers: [:], body: nil)
    }

    private static let good =
        "service_code=pothole&lat=47.3220&long=5.0405&attribute%5Bwhere%5D=lane&description=Un+trou&api_key=\(key.key)"

    @Test func aRequestIsMadeFoundListedAndFollowed() async throws {
        try await with { client, _ in
            let made = try await post(client, Self.good)
            #expect(made.status == .created)
            #expect(made.headers[.contentType] == "application/json; charset=utf-8")
            let answer = try #require(try JSONSerialization.jsonObject(with: Data(made.body.readableBytesView)) as? [[String: Any]])
            let id = try #require(answer[0]["service_request_id"] as? String)
            let token = try #require(answer[0]["token"] as? String)
            for path in [
                "/open311/v2/requests/\(id).json", "/open311/v2/requests.json", "/open311/v2/requests.json?service_request_id=\(id)",
            ] {
                let found = try await get(client, path)
                #expect(found.status == .ok)
                #expect(found.said.contains("\"service_request_id\":\"\(id)\",\"status\":\"open\""), "\(path)")
            }
            #expect(
                try await get(client, "/open311/v2/tokens/\(token).json").said
                    == "[{\"service_request_id\":\"\(id)\",\"token\":\"\(token)\"}]")
            let updates = try await get(client, "/open311/v2/servicerequestupdates.xml")
            #expect(updates.headers[.contentType] == "text/xml; charset=utf-8")
            #expect(updates.said.contains("<request_update><update_id>\(id).1</update_id><service_request_id>\(id)</service_request_id>"))
            let bulk = try await get(client, "/open-data/reports.csv")
            #expect(bulk.said.split(separator: "\r\n").count == 2)
            let geo = try JSONSerialization.jsonObject(
                with: Data(try await get(client, "/open-data/reports.geojson").body.readableBytesView))
            #expect(((geo as? [String: Any])?["features"] as? [Any])?.count == 1)
        }
    }

    @Test func servicesAndTheirQuestionsComeInBothForms() async throws {
        try await with { client, _ in
            for (path, part) in [
                ("/open311/discovery.json", "\"specification\":\"http://wiki.open311.org/GeoReport_v2\""),
                ("/open311/v2/discovery.xml", "<format>application/json</format>"),
                ("/open311/v2/services.xml", "<service><service_code>pothole</service_code>"),
                ("/open311/v2/services.json", "\"service_code\":\"dead-lamp\""),
                ("/open311/v2/services/pothole.json", "\"values\":[{\"key\":\"lane\""),
                ("/open311/v2/services/dead-lamp.xml", "<attributes></attributes>"),
            ] {
                let answer = try await get(client, path)
                #expect(answer.status == .ok)
                #expect(
                    answer.headers[.contentType] == (path.hasSuffix("xml") ? "text/xml; charset=utf-8" : "application/json; charset=utf-8"))
                #expect(answer.said.contains(part), "\(path): \(answer.said)")
            }
        }
    }

    @Test func everyRefusalIsInTheStandardsForm() async throws {
        try await with(jurisdictions: ["dijon"]) { client, _ in
            for (path, code) in [
                ("/open311/v2/services/nothing.json", 404), ("/open311/v2/requests/99-A.json", 404), ("/open311/v2/requests/9.json", 404),
                ("/open311/v2/requests.json?status=maybe", 400), ("/open311/v2/requests.json?jurisdiction_id=elsewhere", 404),
                ("/open311/v2/requests.json?q=%zz", 400), ("/open311/v2/tokens/abc.json", 404), ("/open311/v2/nothing.json", 404),
                ("/open311/v2/services/pothole.yaml.json", 404), ("/open311/v2/media/1/1.json", 404),
            ] {
                let answer = try await get(client, path)
                #expect(answer.status.code == code, "\(path)")
                #expect(answer.headers[.contentType] == "application/json; charset=utf-8", "\(path)")
                #expect(answer.said.hasPrefix("[{\"code\":\(code),\"description\":\""), "\(path): \(answer.said)")
            }
            let xml = try await get(client, "/open311/v2/requests/9.xml")
            #expect(xml.said.contains("<errors><error><code>404</code><description>"))
            #expect(try await get(client, "/open311/v2/requests.json?jurisdiction_id=dijon").status == .ok)
        }
    }

    @Test func aPostIsRefusedWithoutItsKeyOrWhatItMustSay() async throws {
        try await with { client, world in
            for (fields, code) in [
                ("service_code=pothole", 403), ("service_code=pothole&api_key=vigie_none", 403),
                ("service_code=pothole&api_key=\(Self.weakKey.key)", 403), ("api_key=\(Self.key.key)", 400),
                ("service_code=nothing&api_key=\(Self.key.key)", 404),
                // The question 'where' must be answered, and there is no place.
                ("service_code=pothole&api_key=\(Self.key.key)", 400), (Self.good + "&email=none", 400),
                (Self.good + "&description=%ff", 400),
                // On a motorway somebody else is in charge, outside the territory, too.
                (Self.good.replacing("47.3220", with: "47.3200").replacing("5.0405", with: "5.0500"), 400),
                (Self.good.replacing("47.3220", with: "40"), 400),
            ] {
                let answer = try await post(client, fields)
                #expect(answer.status.code == code, "\(fields)")
                #expect(answer.said.hasPrefix("[{\"code\":\(code),\"description\":\""), "\(answer.said)")
            }
            let wrong = try await post(client, "{}", headers: [.contentType: "application/json"])
            #expect(wrong.status.code == 415)
            #expect(wrong.said.hasPrefix("[{\"code\":415,"))
            let large = try await post(client, "description=" + String(repeating: "a", count: 70_000))
            #expect(large.status.code == 413)
            #expect(try await world.reports.report(Report.Number(1)) == nil)
        }
    }

    @Test func theSameIdempotencyKeyMakesOneRequestAndMultipartWorks() async throws {
        try await with { client, world in
            let header: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "one"]
            let first = try await post(client, Self.good, headers: header)
            let second = try await post(client, Self.good, headers: header)
            #expect(first.said == second.said)
            let boundary = "XyZ"
            var body = ""
            for (name, value) in [
                ("service_code", "graffiti"), ("lat", "47.3220"), ("long", "5.0405"), ("api_key", Self.key.key), ("description", "Un tag"),
            ] { body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
            let media = "--\(boundary)\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.jpg\"\r\n\r\nno picture\r\n"
            let type: HTTPFields = [.contentType: "multipart/form-data; boundary=\(boundary)"]
            let made = try await post(client, body + "--\(boundary)--\r\n", to: "/open311/v2/requests.xml", headers: type)
            #expect(made.status == .created)
            #expect(made.said.contains("<service_requests><request><service_request_id>2-"))
            let odd = try await post(client, body + media + "--\(boundary)--\r\n", headers: type)
            #expect(odd.status == .badRequest)
            #expect(try await world.reports.report(Report.Number(3)) == nil)
        }
    }
}

extension TestResponse {
    fileprivate var said: String { String(buffer: body) }
}
