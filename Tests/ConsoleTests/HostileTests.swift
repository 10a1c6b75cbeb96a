// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// What an attacker tries at the door. Each is refused with the right status, and nothing happened.
@Suite struct HostileTests {
    let house = TestHouse()
    let formType = "application/x-www-form-urlencoded"

    private func routes(_ site: Site) {
        let desk = site.desk("lighting")
        desk.page("/console/lighting", "Lighting") { _, context in
            Page(title: Words("Éclairage", "Lighting")) {
                HTML.csrf
                p(context.query["q"] ?? "")
            }
        }
        desk.act("/console/lighting/orders", "Order") { form, _ in
            var form = form
            _ = form.integer("level", 0...100)
            try form.finish()
            return SeeOther("/console/lighting")
        }
        desk.api(Endpoint(.get, "/api/lamps/{number}", "A lamp", access: .right(.view, "lighting"))) { _, context in
            Bytes.json("{\"number\":\(try context.number("number"))}")
        }
        desk.page("/console/broken", "Fails") { _, _ -> Page in throw Broken(secret: "the password is hunter2") }
    }

    private struct Broken: Error { var secret: String }

    /// Signs ada in and hands her cookie and form token.
    private func inside(
        _ settings: SiteSettings = SiteSettings(),
        _ body: @escaping @Sendable (any TestClientProtocol, _ cookie: String, _ csrf: String) async throws -> Void
    ) async throws {
        house.add("ada", [Grant(right: .operate, trade: "lighting")])
        let cookie = house.session(for: "ada")
        try await house.with(house.site(settings, routes: routes)) { client in
            let page = try await client.get("/console/lighting", cookie)
            try await body(client, cookie, page.csrf)
        }
    }

    @Test func aFormWithoutItsTokenOrWithAnotherSessionsTokenIsRefused() async throws {
        house.add("eve", [Grant(right: .operate, trade: "lighting")])
        let eve = house.session(for: "eve")
        try await inside { client, cookie, csrf in
            let eves = try await client.get("/console/lighting", eve).csrf
            #expect(!csrf.isEmpty && eves != csrf)
            for body in ["level=60", "level=60&csrf=", "level=60&csrf=\(eves)", "level=60&csrf=\(csrf)x"] {
                #expect(try await client.post("/console/lighting/orders", cookie, body).status == .forbidden, "\(body)")
            }
            #expect(try await client.post("/console/lighting/orders", cookie, "level=60&csrf=\(csrf)").status == .seeOther)
        }
    }

    @Test func aFormFromAForeignOriginIsRefusedThoughItsTokenIsRight() async throws {
        var settings = SiteSettings()
        settings.origins = ["https://vigie.example.org"]
        try await inside(settings) { client, cookie, csrf in
            for origin in ["https://evil.example", "null", "https://vigie.example.org.evil.example", "http://vigie.example.org"] {
                let response = try await client.post("/console/lighting/orders", cookie, "level=6&csrf=\(csrf)", [.origin: origin])
                #expect(response.status == .forbidden, "\(origin)")
            }
            let crossSite = try await client.post(
                "/console/lighting/orders", cookie, "level=6&csrf=\(csrf)", [.init("Sec-Fetch-Site")!: "cross-site"])
            #expect(crossSite.status == .forbidden)
            let own = try await client.post(
                "/console/lighting/orders", cookie, "level=6&csrf=\(csrf)", [.origin: "https://vigie.example.org"])
            #expect(own.status == .seeOther)
        }
    }

    @Test func aSessionKnownBeforeSignInIsNotTheOneAfterIt() async throws {
        try await inside { client, _, _ in
            let planted = "vigie=\(Tokens.make())"
            let page = try await client.get("/sign-in", planted)
            let visit = try #require(page.cookie("vigie-visit"))
            let response = try await client.post(
                "/sign-in", "\(planted); \(visit)", "login=ada&password=correct+horse+battery&csrf=\(page.csrf)")
            let session = try #require(response.cookie("vigie"))
            #expect(session != planted)
            #expect(try await client.get("/console/lighting", planted).status == .seeOther, "the planted one opens nothing")
            #expect(try await client.get("/console/lighting", session).status == .ok)
        }
    }

    @Test func signingInAgainEndsTheSessionBefore() async throws {
        try await inside { client, cookie, csrf in
            let response = try await client.post("/sign-in", cookie, "login=ada&password=correct+horse+battery&csrf=\(csrf)")
            #expect(response.cookie("vigie") != nil)
            #expect(try await client.get("/console/lighting", cookie).status == .seeOther)
        }
    }

    @Test func hugeAndMisdeclaredFormsAreRefusedBeforeTheyAreRead() async throws {
        try await inside { client, cookie, csrf in
            let huge = "csrf=\(csrf)&level=" + String(repeating: "9", count: 300_000)
            #expect(try await client.post("/console/lighting/orders", cookie, huge).status == .contentTooLarge)
            let many = "csrf=\(csrf)&" + String(repeating: "a&", count: 25_000)
            #expect(try await client.post("/console/lighting/orders", cookie, many).status == .badRequest)
            for type in ["text/plain", "application/json", "multipart/form-data; boundary=x", "", "application/x-www-form-urlencoded2"] {
                let response = try await client.post("/console/lighting/orders", cookie, "csrf=\(csrf)&level=1", [.contentType: type])
                #expect(response.status == .unsupportedMediaType, "\(type)")
            }
            for broken in ["level=%", "level=%zz", "level=%ff", "%00=1", "level=%c0%80"] {
                #expect(
                    try await client.post("/console/lighting/orders", cookie, "csrf=\(csrf)&\(broken)").status == .badRequest, "\(broken)")
            }
        }
    }

    @Test func aWrongFieldIsNamedWithWhatWouldBeRight() async throws {
        try await inside { client, cookie, csrf in
            let response = try await client.post(
                "/console/lighting/orders", cookie, "csrf=\(csrf)&level=9e9", [.accept: "application/json"])
            #expect(response.status == .unprocessableContent)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(response.text.contains("\"field\":\"level\""))
            #expect(response.text.contains("0 à 100"))
        }
    }

    @Test func whatIsTypedComesBackAsTextNeverAsMarkup() async throws {
        try await inside { client, cookie, _ in
            let page = try await client.get("/console/lighting?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27", cookie)
            #expect(!page.text.contains("<script>alert"))
            #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;"))
        }
    }

    @Test func noPathLeadsOutOfTheAssets() async throws {
        try await inside { client, cookie, _ in
            for path in [
                "/assets/../Package.swift", "/assets/..%2f..%2fetc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets//etc/passwd",
                "/assets/....//etc/passwd", "/assets/vigie.css%00.svg", "/assets/..\\..\\etc\\passwd", "/assets/",
            ] {
                let response = try await client.get(path, cookie)
                #expect([404, 400].contains(response.status.code), "\(path) \(response.status)")
                #expect(!response.text.contains("root:"))
            }
        }
    }

    @Test func signInNeverSendsTheBrowserToAnotherSite() async throws {
        try await inside { client, cookie, _ in
            for back in ["https://evil.example", "//evil.example", "/%5Cevil.example", "javascript:alert(1)", "/%09/evil.example"] {
                let response = try await client.get("/sign-in?back=\(back)", cookie)
                #expect(response.headers[.location] == "/", "\(back)")
            }
        }
    }

    @Test func languageIsChosenWithoutASessionButNotFromAForeignPage() async throws {
        try await inside { client, _, _ in
            let own = try await client.post("/preferences", "", "language=en&theme=dark&back=/sign-in%3Fx")
            #expect(own.cookie("vigie-language") == "vigie-language=en" && own.cookie("vigie-theme") == "vigie-theme=dark")
            #expect(own.headers[.location] == "/sign-in")
            let foreign = try await client.post("/preferences", "", "language=en", [.origin: "https://evil.example"])
            #expect(foreign.status == .forbidden)
        }
    }

    @Test func anUnforeseenErrorTellsAnIncidentNumberAndNoSecret() async throws {
        try await inside { client, cookie, _ in
            let response = try await client.get("/console/broken", cookie)
            #expect(response.status == .internalServerError)
            #expect(response.text.contains("Incident "))
            #expect(!response.text.contains("hunter2"))
        }
    }

    @Test func aMethodThatIsNotOfferedIsAnsweredWithThoseThatAre() async throws {
        try await inside { client, cookie, _ in
            let response = try await client.executeRequest(uri: "/api/lamps/3", method: .delete, headers: [.cookie: cookie], body: nil)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET")
            for wrong in ["-1", "4294967296", "0x1", "１", "01", "%31x"] {
                #expect(try await client.get("/api/lamps/\(wrong)", cookie).status == .notFound, "\(wrong)")
            }
        }
    }

    @Test func everyAnswerCarriesTheSecurityHeaders() async throws {
        try await inside { client, cookie, _ in
            for path in ["/console/lighting", "/nowhere", "/sign-in", "/api/nothing", "/assets/none.js"] {
                let headers = try await client.get(path, cookie).headers
                #expect(headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true, "\(path)")
                #expect(headers[.contentSecurityPolicy]?.contains("unsafe") == false)
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers[.cacheControl] == "no-store")
            }
        }
    }

    @Test func overTLSTheCookieIsBoundToTheHost() async throws {
        var settings = SiteSettings()
        settings.isSecure = true
        house.add("ada", [Grant(right: .view)])
        try await house.with(house.site(settings, routes: routes)) { client in
            let page = try await client.executeRequest(uri: "/sign-in", method: .get, headers: [:], body: nil)
            let visit = try #require(page.headers[values: .setCookie].first)
            #expect(visit.hasPrefix("__Host-vigie-visit="))
            for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(visit.contains(part), "\(visit)") }
            #expect(page.headers[.strictTransportSecurity] != nil)
        }
    }

    @Test func aForgedForwardedAddressIsNotBelievedWithoutAProxy() async throws {
        house.add("ada", [Grant(right: .view)])
        try await house.with(house.site(routes: routes)) { client in
            for attempt in 0..<6 {
                let page = try await client.executeRequest(uri: "/sign-in", method: .get, headers: [:], body: nil)
                let visit = try #require(page.cookie("vigie-visit"))
                let response = try await client.post(
                    "/sign-in", visit, "login=ada&password=wrong&csrf=\(page.csrf)", [.init("X-Forwarded-For")!: "203.0.113.\(attempt)"])
                #expect(response.status == (attempt < 5 ? .unauthorized : .tooManyRequests), "attempt \(attempt)")
            }
        }
    }
}

extension TestClientProtocol {
    func get(_ path: String, _ cookie: String) async throws -> TestResponse {
        try await executeRequest(uri: path, method: .get, headers: [.cookie: cookie], body: nil)
    }

    func post(_ path: String, _ cookie: String, _ body: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        var all: HTTPFields = [.cookie: cookie, .contentType: "application/x-www-form-urlencoded"]
        for field in headers { all[field.name] = field.value }
        return try await executeRequest(uri: path, method: .post, headers: all, body: ByteBuffer(string: body))
    }
}
