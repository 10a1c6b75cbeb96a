// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

@Suite struct RightsTests {
    let house = TestHouse()

    private func routes(_ site: Site) {
        for trade in ["lighting", "accounts"] {
            let desk = site.desk(trade)
            for right in Right.allCases {
                desk.page("/console/\(trade)/\(right)", "See", right: right) { _, _ in Page(title: Words("Vu", "Seen")) {} }
                desk.act("/console/\(trade)/\(right)/act", "Act", right: right) { _, _ in SeeOther("/done") }
                desk.api(Endpoint(.get, "/api/\(trade)/\(right)", "Read", access: .right(right, trade))) { _, _ in Bytes.json("{}") }
            }
        }
        site.desk("lighting").act("/console/lighting/communes/{insee}", "In a commune") { _, context in
            try context.require(.operate, "lighting", in: context.text("insee"))
            return SeeOther("/done")
        }
    }

    /// Each declared door is tried by each sort of person; the answer must be what the declaration says.
    @Test func everyDeclaredDoorOpensToItsRightAndToNoOther() async throws {
        let site = house.site(routes: routes)
        let endpoints = site.register.endpoints
        var people: [(Person?, String)] = [(nil, "")]
        for (index, right) in Right.allCases.enumerated() {
            for trade in ["lighting", "accounts", "cameras"] {
                let login = "p\(index)\(trade)"
                people.append((house.add(login, [Grant(right: right, trade: trade)]), house.session(for: login)))
            }
        }
        let visitors = people
        try await house.with(site) { (client: any TestClientProtocol) async throws -> Void in
            for (person, cookie) in visitors {
                let csrf = try await client.get(person == nil ? "/sign-in" : "/console/design", cookie).csrf
                for endpoint in endpoints where !endpoint.path.contains("{") && !endpoint.path.contains("*") && endpoint.path != "/live" {
                    guard case .right(let right, let trade) = endpoint.access, !trade.isEmpty else { continue }
                    let response =
                        endpoint.method == .get
                        ? try await client.get(endpoint.path, cookie) : try await client.post(endpoint.path, cookie, "csrf=\(csrf)")
                    let mayEnter = person?.may(right, trade) ?? false
                    let isIn = response.status == .ok || response.headers[.location] == "/done"
                    #expect(isIn == mayEnter, "\(person?.login ?? "nobody") \(endpoint.method) \(endpoint.path): \(response.status)")
                    if person != nil, !mayEnter { #expect(response.status == .forbidden) }
                }
            }
        }
    }

    @Test func aRightInOneCommuneOpensNoOther() async throws {
        house.add("ada", [Grant(right: .operate, trade: "lighting", communes: ["21166"])])
        let cookie = house.session(for: "ada")
        try await house.with(house.site(routes: routes)) { (client: any TestClientProtocol) async throws -> Void in
            let csrf = try await client.get("/console/design", cookie).csrf
            #expect(try await client.post("/console/lighting/communes/21166", cookie, "csrf=\(csrf)").status == .seeOther)
            #expect(try await client.post("/console/lighting/communes/21231", cookie, "csrf=\(csrf)").status == .forbidden)
        }
    }

    @Test func aKeyHasNoMoreThanItsAccountAndNoMoreThanItself() async throws {
        house.add("ada", [Grant(right: .operate, trade: "lighting", communes: ["21166", "21231"])])
        let narrow = house.addKey(for: "ada", [Grant(right: .view, trade: "lighting")])
        let wide = house.addKey(for: "ada", [Grant(right: .configure)])
        let past = house.addKey(for: "ada", [Grant(right: .view)], expiresAt: Instant(seconds: 1))
        try await house.with(house.site(routes: routes)) { (client: any TestClientProtocol) async throws -> Void in
            for (key, path, expected) in [
                (narrow, "/api/lighting/view", 200), (narrow, "/api/lighting/operate", 403), (wide, "/api/lighting/operate", 200),
                (wide, "/api/lighting/manage", 403), (wide, "/api/accounts/view", 403), (past, "/api/lighting/view", 401),
                ("vigie_none", "/api/lighting/view", 401), ("", "/api/lighting/view", 401),
            ] {
                let response = try await client.executeRequest(
                    uri: path, method: .get, headers: [.authorization: "Bearer \(key)"], body: nil)
                #expect(response.status.code == expected, "\(key) \(path)")
            }
        }
    }

    @Test func aSessionEndsWhenIdleWhenOldAndWhenItsAccountIsClosed() async throws {
        house.add("idle", [Grant(right: .configure)])
        house.add("old", [Grant(right: .configure)])
        house.add("gone", [Grant(right: .configure)])
        let (idle, old, gone) = (house.session(for: "idle"), house.session(for: "old"), house.session(for: "gone"))
        try await house.with(house.site(routes: routes)) { [house] (client: any TestClientProtocol) async throws -> Void in
            #expect(try await client.get("/console/lighting/view", gone).status == .ok)
            house.state.withLock { $0.accounts["gone"]?.isClosed = true }
            #expect(try await client.get("/console/lighting/view", gone).status == .seeOther)
            for _ in 0..<14 {
                #expect(try await client.get("/console/lighting/view", old).status == .ok)
                house.pass(.hours(1))
            }
            #expect(try await client.get("/console/lighting/view", idle).status == .seeOther, "nothing was asked for 14 hours")
            house.pass(.minutes(1))
            #expect(try await client.get("/console/lighting/view", old).status == .seeOther, "in use all the time, but too old")
        }
    }

    @Test func signOutEverywhereEndsTheOtherBrowserToo() async throws {
        house.add("ada", [Grant(right: .configure)])
        let (here, there) = (house.session(for: "ada"), house.session(for: "ada"))
        try await house.with(house.site(routes: routes)) { (client: any TestClientProtocol) async throws -> Void in
            let csrf = try await client.get("/console/design", here).csrf
            #expect(try await client.post("/sign-out/everywhere", here, "csrf=\(csrf)").status == .seeOther)
            #expect(try await client.get("/console/lighting/view", there).status == .seeOther)
        }
    }

    @Test func eachEndpointForProgramsIsInTheOpenAPIDocument() async throws {
        let site = house.site(routes: routes)
        let endpoints = site.register.endpoints
        try await house.with(site) { (client: any TestClientProtocol) async throws -> Void in
            let response = try await client.executeRequest(uri: "/api/openapi.json", method: .get, headers: [:], body: nil)
            let document = try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
            #expect(document["openapi"] as? String == "3.1.0")
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            for endpoint in endpoints where endpoint.path.hasPrefix("/api/") {
                let operation = paths[endpoint.path]?[endpoint.method.rawValue.lowercased()] as? [String: Any]
                #expect(operation?["operationId"] != nil, "\(endpoint.path)")
            }
            #expect(paths["/console/lighting/view"] == nil, "pages are not part of the API")
        }
    }

    @Test func whoAsksTooOftenIsToldWhenToComeBack() async throws {
        var settings = SiteSettings()
        settings.openRequestsPerMinute = 5
        try await house.with(house.site(settings, routes: routes)) { [house] (client: any TestClientProtocol) async throws -> Void in
            for _ in 0..<5 { #expect(try await client.get("/sign-in", "").status == .ok) }
            let refused = try await client.get("/sign-in", "")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "12")
            #expect(try await client.get("/healthz-not", "").status == .tooManyRequests)
            house.pass(.seconds(12))
            #expect(try await client.get("/sign-in", "").status == .ok)
        }
    }
}

@Suite struct LockoutTests {
    let start = Instant(seconds: 1_000_000)

    @Test func theFifthFailureMakesAPairWaitAndEachFurtherOneLonger() {
        let lockout = Lockout()
        for _ in 0..<4 { lockout.failed(login: "ada", peer: "192.0.2.1", at: start) }
        #expect(lockout.wait(login: "ada", peer: "192.0.2.1", at: start) == nil)
        var waits: [Int] = []
        for _ in 0..<12 {
            lockout.failed(login: "ada", peer: "192.0.2.1", at: start)
            waits.append(lockout.wait(login: "ada", peer: "192.0.2.1", at: start) ?? 0)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        #expect(lockout.wait(login: "ada", peer: "192.0.2.1", at: start + .minutes(15)) == nil)
    }

    @Test func anAttackerFromElsewhereDoesNotLockTheOwnerOut() {
        let lockout = Lockout()
        lockout.succeeded(login: "ada", peer: "10.0.0.7", at: start)
        for network in 0..<200 {
            for _ in 0..<20 { lockout.failed(login: "ada", peer: "203.0.113.\(network)", at: start) }
        }
        #expect(lockout.wait(login: "ada", peer: "10.0.0.7", at: start) == nil)
        #expect((lockout.wait(login: "ada", peer: "198.51.100.1", at: start) ?? 0) == 30, "a new place waits, though never long")
    }

    @Test func oneAddressThatTriesManyAccountsWaitsAsAWhole() {
        let lockout = Lockout()
        for account in 0..<60 { lockout.failed(login: "a\(account)", peer: "2001:db8:1:2::\(account)", at: start) }
        #expect(lockout.wait(login: "ada", peer: "2001:db8:1:2:ffff::1", at: start) != nil, "the /64 is one subscriber")
        #expect(lockout.wait(login: "ada", peer: "2001:db8:1:3::1", at: start) == nil)
    }
}
