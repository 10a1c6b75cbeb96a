// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

@testable import Console

@Suite struct PasswordRulesTests {
    @Test(arguments: ["corail sept lampes", "Tr0is-Chevaux-Bleus", "été à Chenôve sous la pluie", "kx7#pQ2vLw9z"])
    func aLongPasswordOfOnesOwnIsTaken(password: String) {
        #expect(PasswordRules.fault(password, names: ["ada", "Ada", "Lovelace"]) == nil)
    }

    @Test(arguments: [
        "court", "onze caract", "aaaaaaaaaaaaaaaa", "abababababababab", "motdepasse2026", "Password123456", "azertyuiop123",
        "12345678901234",
        "lovelacelovelace", "LOVELACE-1843!", "Métropole2026!", "",
    ])
    func whatIsTriedFirstIsRefused(password: String) {
        #expect(PasswordRules.fault(password, names: ["ada", "Ada", "Lovelace"]) != nil)
    }

    @Test func lengthHasAnUpperEnd() {
        let long = "lampadaire " + String(repeating: "été ", count: 29)
        #expect(PasswordRules.fault(String(long.prefix(128)), names: []) == nil)
        #expect(PasswordRules.fault(String(long.prefix(127)) + "é!", names: []) != nil)
    }
}

@Suite struct PasswordRoutesTests {
    let house = TestHouse()
    private static let fresh = "corail sept lampes"

    private func body(_ csrf: String, _ present: String, _ next: String, _ again: String? = nil) -> String {
        "csrf=\(csrf)&present=\(present.replacing(" ", with: "+"))&next=\(next.replacing(" ", with: "+"))&again="
            + (again ?? next).replacing(" ", with: "+")
    }

    @Test func aPersonChangesTheOwnPasswordAndTheOtherSessionsEnd() async throws {
        let person = house.add("ada", [Grant(right: .view)])
        let (here, there) = (house.session(for: "ada"), house.session(for: "ada"))
        let live = LiveFeed()
        _ = try #require(live.join(person, language: .french, topics: [], after: nil))
        #expect(live.statistics.listeners == 1)
        try await house.with(house.site(live: live)) { (client: any TestClientProtocol) async throws -> Void in
            #expect(try await client.get("/console/design", here).text.contains("href=\"/account/password\""))
            let csrf = try await client.get("/account/password", here).csrf
            let answer = try await client.post("/account/password", here, body(csrf, TestHouse.password, Self.fresh))
            #expect(answer.status == .seeOther && answer.headers[.location] == "/account/password?changed=1")
            #expect(try await client.get("/account/password", here).status == .ok, "the session that changed it stays")
            #expect(try await client.get("/account/password", there).status == .seeOther, "the other one is over")
            let open = try await client.get("/sign-in", "")
            let visit = try #require(open.cookie("vigie-visit"))
            let old = try await client.post("/sign-in", visit, "csrf=\(open.csrf)&login=ada&password=correct+horse+battery")
            #expect(old.status == .unauthorized)
            let new = try await client.post("/sign-in", visit, "csrf=\(open.csrf)&login=ada&password=corail+sept+lampes")
            #expect(new.status == .seeOther)
        }
        #expect(house.events.contains { $0.what == .passwordChanged && $0.login == "ada" })
        #expect(live.statistics.listeners == 0, "the open stream was hung up")
    }

    @Test func nothingChangesWhereTheFormIsWrong() async throws {
        house.add("ada", [Grant(right: .view)])
        let here = house.session(for: "ada")
        let before = house.state.withLock { $0.accounts["ada"]?.passwordHash }
        try await house.with(house.site()) { (client: any TestClientProtocol) async throws -> Void in
            let csrf = try await client.get("/account/password", here).csrf
            for (present, next, again) in [
                ("wrong password", Self.fresh, Self.fresh), (TestHouse.password, "court", "court"),
                (TestHouse.password, Self.fresh, "autre"),
                (TestHouse.password, TestHouse.password, TestHouse.password), ("", "", ""),
            ] {
                let answer = try await client.post("/account/password", here, body(csrf, present, next, again))
                #expect(answer.status == .unprocessableContent, "\(present) \(next) \(again)")
                #expect(!answer.text.contains(Self.fresh), "a password never comes back in a page")
            }
            #expect(try await client.post("/account/password", here, body("none", TestHouse.password, Self.fresh)).status == .forbidden)
        }
        #expect(house.state.withLock { $0.accounts["ada"]?.passwordHash } == before)
    }

    @Test func guessingThePresentPasswordIsSlowedDown() async throws {
        house.add("ada", [Grant(right: .view)])
        let here = house.session(for: "ada")
        try await house.with(house.site()) { (client: any TestClientProtocol) async throws -> Void in
            let csrf = try await client.get("/account/password", here).csrf
            for _ in 0..<5 {
                #expect(try await client.post("/account/password", here, body(csrf, "guess", Self.fresh)).status == .unprocessableContent)
            }
            let answer = try await client.post("/account/password", here, body(csrf, TestHouse.password, Self.fresh))
            #expect(answer.status == .tooManyRequests && answer.headers[.retryAfter] == "1")
        }
    }

    @Test func aKeyHasNoPassword() async throws {
        house.add("ada", [Grant(right: .view)])
        let key = house.addKey(for: "ada", [Grant(right: .view)])
        try await house.with(house.site()) { (client: any TestClientProtocol) async throws -> Void in
            let answer = try await client.executeRequest(
                uri: "/account/password", method: .post,
                headers: [.authorization: "Bearer \(key)", .contentType: "application/x-www-form-urlencoded"],
                body: .init(string: body("key", TestHouse.password, Self.fresh)))
            #expect(answer.status == .forbidden)
        }
    }
}
