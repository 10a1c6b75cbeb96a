// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Testing
import Watch

@testable import Console
@testable import Supervision

@Suite struct OrderAPITests {
    /// A program with a key of somebody's account.
    private struct Program {
        let client: any TestClientProtocol
        let key: String

        func get(_ path: String) async throws -> TestResponse {
            try await client.executeRequest(uri: path, method: .get, headers: [.authorization: "Bearer \(key)"], body: nil)
        }

        func post(_ path: String, _ body: String = "", key idempotency: String? = nil) async throws -> TestResponse {
            var headers: HTTPFields = [.authorization: "Bearer \(key)", .contentType: "application/json"]
            if let idempotency { headers[.idempotencyKey] = idempotency }
            return try await client.executeRequest(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        }
    }

    private static func key(of login: String, _ grant: Grant, _ world: World) async throws -> String {
        let made = Tokens.makeKey()
        try await world.journal.write { transaction in
            let account = try #require(try AccountStore.find(login: login, in: transaction))
            try KeyStore.add(
                title: "test", token: made.hash, start: made.prefix, grant: grant, account: account.number, by: "test", at: World.night,
                until: World.night + .days(30), in: transaction)
        }
        return made.key
    }

    private static func visit(
        _ login: String = "ada", _ grant: Grant = Grant(right: .operate), _ body: @escaping @Sendable (Program, World) async throws -> Void
    ) async throws {
        try await World.visit(login) { visitor, world async throws -> Void in
            try await body(Program(client: visitor.client, key: try await key(of: login, grant, world)), world)
        }
    }

    private static func json(_ answer: TestResponse) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any], "\(answer.text)")
    }

    private static let order = #"{"which":["L-2","L-3"],"command":"level","level":50,"for":60,"reason":"essai"}"#
    /// The same, said otherwise.
    private static let same = #"{ "reason":"essai", "for":60, "level":50, "scope":"assets", "command":"level", "which":["L-2","L-3"] }"#

    @Test func anOrderIsPreviewedPlacedReadAndCancelled() async throws {
        try await Self.visit { program, _ async throws -> Void in
            let preview = try Self.json(try await program.post("/api/orders/preview", Self.order))
            #expect(preview["count"] as? Int == 2 && preview["needsSecondPerson"] as? Bool == false)
            #expect((try Self.json(try await program.get("/api/orders"))["orders"] as? [Any])?.isEmpty == true, "a preview orders nothing")
            let placed = try await program.post("/api/orders", Self.order, key: "k1")
            #expect(placed.status == .created && placed.headers[.location] == "/api/orders/1", "\(placed.text)")
            let ledger = try Self.json(try await program.get("/api/orders/1/ledger"))
            #expect(ledger["total"] as? Int == 2 && (ledger["lines"] as? [[String: Any]])?.first?["asset"] as? String == "L-2")
            #expect(try Self.json(try await program.get("/api/orders/1/ledger?offset=1&limit=1"))["total"] as? Int == 2)
            #expect((try Self.json(try await program.get("/api/orders/1/ledger?status=confirmed"))["lines"] as? [Any])?.isEmpty == true)
            #expect(try await program.get("/api/orders/1/ledger?status=odd").status == .unprocessableContent)
            #expect(try await program.post("/api/orders/1/rollback").status == .ok)
            let ended = try Self.json(try await program.get("/api/orders/1"))
            #expect(ended["phase"] as? String == "ended" && ended["end"] as? String == "rolledBack")
            #expect(try await program.post("/api/orders/1/cancel").status == .conflict)
            #expect(try await program.get("/api/orders/99").status == .notFound)
        }
    }

    @Test func theSameKeyIsTheSameOrder() async throws {
        try await Self.visit { program, world async throws -> Void in
            let first = try await program.post("/api/orders", Self.order, key: "k1")
            let again = try await program.post("/api/orders", Self.same, key: "k1")
            #expect(first.status == .created && again.status == .ok)
            #expect(try Self.json(first)["number"] as? Int == (try Self.json(again)["number"] as? Int))
            let other = try await program.post("/api/orders", Self.order.replacing("50", with: "60"), key: "k1")
            #expect(other.status == .conflict && other.text.contains("1"))
            #expect(try await program.post("/api/orders", Self.order, key: "k2").status == .created)
            #expect(await world.floor.withOrders { $0.current.count } == 2)
            let kept = try await world.journal.read { try OrderStore.load(in: $0).keys.map(\.key.text).sorted() }
            #expect(kept == ["k1", "k2"], "keys outlive the process")
            _ = try await program.post("/api/orders/1/rollback")
            #expect(try await program.post("/api/orders", Self.order, key: "k1").status == .ok, "also when the order has ended")
        }
    }

    @Test func twoAtOnceUnderOneKeyAreOneOrder() async throws {
        try await Self.visit { program, world async throws -> Void in
            let answers = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                for _ in 0..<8 { group.addTask { try await program.post("/api/orders", Self.order, key: "k1").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0 == .created } == 1 && answers.count { $0 == .ok } == 7)
            #expect(await world.floor.withOrders { $0.current.count } == 1)
        }
    }

    @Test func aKeyBelongsToItsAccountAndARefusalBindsNone() async throws {
        try await Self.visit { program, world async throws -> Void in
            #expect(try await program.post("/api/orders", Self.order, key: "k1").status == .created)
            let kim = Program(
                client: program.client, key: try await Self.key(of: "kim", Grant(right: .operate, communes: ["21171"]), world))
            let own = Self.order.replacing("\"L-2\",\"L-3\"", with: "\"L-7\"")
            #expect(try await kim.post("/api/orders", Self.order, key: "k1").status == .conflict, "beyond the own commune")
            #expect(try await kim.post("/api/orders", own, key: "k1").status == .created)
            #expect(try await kim.get("/api/orders/1").status == .notFound)
            #expect(try await kim.get("/api/orders/2").status == .ok)
            let list = try Self.json(try await kim.get("/api/orders"))["orders"] as? [[String: Any]]
            #expect(list?.count == 1)
        }
    }

    @Test(arguments: [
        (#"{"which":["L-2"],"command":"level","level":140,"reason":"r"}"#, "level"),
        (#"{"which":["X-9"],"command":"on","reason":"r"}"#, "which"),
        (#"{"which":"L-2","command":"on","reason":"r"}"#, "which"), (#"{"which":["L-2"],"command":"dance","reason":"r"}"#, "command"),
        (#"{"which":["L-2"],"command":"on"}"#, "reason"), (#"{"which":["L-2"],"command":"on","reason":""}"#, "reason"),
        (#"{"which":["L-2"],"command":"on","reason":"r","force":true}"#, "force"),
        (#"{"which":["L-2"],"command":"level","level":"50","reason":"r"}"#, "level"),
        (#"{"which":["L-2"],"command":"level","level":true,"reason":"r"}"#, "level"),
        (#"{"which":["L-2"],"command":"on","reason":"r","for":0}"#, "for"),
        (##"{"which":["#2-4"],"command":"on","reason":"r"}"##, "which"), (#"{"which":["L-2 L-3"],"command":"on","reason":"r"}"#, "which"),
        (#"{"which":[],"command":"on","reason":"r"}"#, "which"),
        (#"{"which":["L-2"],"command":"on","reason":"r","authority":"programme"}"#, "authority"),
    ])
    func whatIsWrongIsNamed(body: String, field: String) async throws {
        try await Self.visit { program, world async throws -> Void in
            for path in ["/api/orders", "/api/orders/preview"] {
                let answer = try await program.post(path, body, key: "k")
                #expect(answer.status == .unprocessableContent, "\(answer.text)")
                #expect(answer.headers[.contentType]?.hasPrefix("application/problem+json") == true)
                let errors = try Self.json(answer)["errors"] as? [[String: Any]]
                #expect(errors?.contains { $0["field"] as? String == field } == true, "\(answer.text)")
            }
            #expect(await world.floor.withOrders { $0.current.isEmpty })
        }
    }

    @Test func whatIsNoJSONOrHasNoKeyIsRefused() async throws {
        try await Self.visit { program, _ async throws -> Void in
            for body in ["", "[]", "{", "null", "\"a\"", String(repeating: "[", count: 100_000)] {
                #expect(try await program.post("/api/orders", body, key: "k").status == .badRequest, "\(body.prefix(20))")
            }
            #expect(try await program.post("/api/orders", Self.order).status == .badRequest)
            #expect(try await program.post("/api/orders", Self.order, key: String(repeating: "k", count: 129)).status == .badRequest)
            #expect(try await program.post("/api/orders", String(repeating: " ", count: 2 << 20), key: "k").status == .contentTooLarge)
        }
    }

    @Test func whoeverMayOnlyLookCannotOrderByProgram() async throws {
        try await Self.visit("ada", Grant(right: .view)) { program, world async throws -> Void in
            #expect(try await program.post("/api/orders", Self.order, key: "k").status == .forbidden)
            #expect(try await program.post("/api/orders/preview", Self.order).status == .forbidden)
            #expect(try await program.post("/api/orders/1/cancel").status == .forbidden)
            #expect(try await program.get("/api/orders").status == .ok)
            let browser = Visitor(client: program.client, cookie: world.cookies["ada"] ?? "")
            let forged = try await browser.client.executeRequest(
                uri: "/api/orders", method: .post,
                headers: [.cookie: browser.cookie, .contentType: "application/json", .idempotencyKey: "k"],
                body: ByteBuffer(string: Self.order))
            #expect(forged.status == .forbidden, "a session without the form token")
        }
    }

    @Test func theLastValuesOfManyAssetsAtAnInstant() async throws {
        try await Self.visit { program, world async throws -> Void in
            let first = World.night.milliseconds
            try await world.send("{\"id\":\"L-2\",\"t\":\(first),\"seq\":1,\"level\":100,\"power\":60}")
            let later = first + 600_000
            world.setTime(Instant(milliseconds: later))
            try await world.send(
                "{\"id\":\"L-2\",\"t\":\(later),\"seq\":2,\"power\":30.5}\n{\"id\":\"L-7\",\"t\":\(later),\"seq\":1,\"power\":1}")
            try await world.floor.act { _ in }
            func values(_ path: String, _ id: String) async throws -> [String: Double] {
                let json = try Self.json(try await program.get(path))
                let asset = (json["assets"] as? [[String: Any]])?.first { $0["id"] as? String == id }
                return Dictionary(
                    uniqueKeysWithValues: (asset?["values"] as? [[String: Any]] ?? []).compactMap { row in
                        (row["property"] as? String).map { ($0, row["value"] as? Double ?? .nan) }
                    })
            }
            #expect(try await values("/api/readings/last?assets=L-2,L-7", "L-2") == ["level": 100, "power": 30.5])
            #expect(try await values("/api/readings/last?assets=L-2&before=\(later - 1)", "L-2") == ["level": 100, "power": 60])
            #expect(try await values("/api/readings/last?assets=L-2,L-7&before=\(later - 1)", "L-7").isEmpty)
            #expect(try await values("/api/readings/last?assets=L-2&property=power", "L-2") == ["power": 30.5])
            #expect(try await program.get("/api/readings/last?assets=L-2,nobody").text.contains("\"unknown\":[\"nobody\"]"))
            #expect(try await program.get("/api/readings/last?assets=").status == .unprocessableContent)
            let many = (0...LastReadingRoutes.most).map { "a\($0)" }.joined(separator: ",")
            #expect(try await program.get("/api/readings/last?assets=\(many)").status == .unprocessableContent)
            let kim = Program(client: program.client, key: try await Self.key(of: "kim", Grant(right: .view, communes: ["21171"]), world))
            #expect(try await kim.get("/api/readings/last?assets=L-2,L-7").text.contains("\"unknown\":[\"L-2\"]"))
        }
    }
}
