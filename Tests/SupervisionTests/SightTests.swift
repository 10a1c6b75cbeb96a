// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Hummingbird
import HummingbirdTesting
import Journal
import Testing

@testable import Console
@testable import Supervision
@testable import Watch

/// What somebody may not see is not told, neither as a row nor inside a number: five lamps stand in 21231, one in 21171.
@Suite struct SightTests {
    /// The whole cabinet loses its supply: one incident over both communes.
    private static func dark(_ world: World) async throws {
        let at = World.night.milliseconds
        try await world.send(
            (2...7).map { "{\"id\":\"L-\($0)\",\"t\":\(at),\"seq\":1,\"voltage\":0,\"level\":0,\"power\":0}" }.joined(separator: "\n"))
        for _ in 0..<400 where await world.floor.withAlarms({ $0.lines().contains { $0.count == 6 } }) == false {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func lines(_ visitor: Visitor) async throws -> [[String: Any]] {
        let text = try await visitor.get("/api/alarms").text
        let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return try #require(json?["alarms"] as? [[String: Any]])
    }

    @Test func anIncidentOverTwoCommunesIsCutToTheOwnOne() async throws {
        try await World.visit { visitor, world async throws -> Void in
            try await SightTests.dark(world)
            let whole = try #require(try await SightTests.lines(visitor).first { $0["count"] as? Int == 6 })
            #expect((whole["communes"] as? [String]).map(Set.init) == ["21231", "21171"])
            let eve = visitor.like("eve", in: world)
            let cut = try await SightTests.lines(eve)
            #expect(cut.count == 1 && cut.first?["count"] as? Int == 1 && cut.first?["communes"] as? [String] == ["21171"], "\(cut)")
            #expect(cut.first?["asset"] as? String == "L-7")
            var line = try #require(await world.floor.withAlarms { $0.lines().first { $0.count == 6 } })
            (line.root, line.asset) = (Asset.Number(1), Asset.Number(3))
            let person = Person(account: 3, login: "eve", name: "Eve", grants: [Grant(right: .view, communes: ["21171"])])
            let seen = try #require(
                Sight(person, "alarms", catalogue: try await world.room.shelf.current()).narrow(line, kind: Words("k", "k")))
            #expect(seen.root == nil && seen.asset != Asset.Number(3) && seen.count == 1, "a root and a cause elsewhere are not told")
            #expect((cut.first?["title"] as? String)?.hasPrefix("1 × ") == true)
            let target = try #require(whole["target"] as? String)
            let sheet = try await eve.get("/console/alarms/\(target)").text
            #expect(sheet.contains("L-7") && !sheet.contains("L-3") && !sheet.contains("A-1"))
            let page = try await eve.get("/console/alarms").text
            #expect(page.contains("topic=\"\(Reach(person, "alarms").topic("alarms"))\"") && !page.contains("poll="))
            #expect(!page.contains("21231") && !page.contains("A-1"))
            #expect(try await eve.get("/console/alarms/hand-over").text.contains("A-1") == false)
            let order = try await visitor.like("kim", in: world).get("/console/orders/new?target=\(target)").text
            #expect(order.contains("L-7") && !order.contains("A-1"))
            #expect(try await visitor.get("/console/alarms/\(target)").text.contains("L-3"), "whoever sees all sees all")
        }
    }

    @Test func anAlarmElsewhereHasNoSheetAndCannotBeActedOn() async throws {
        try await World.visit { visitor, world async throws -> Void in
            try await world.send("{\"id\":\"L-2\",\"t\":\(World.night.milliseconds),\"seq\":1,\"voltage\":0,\"level\":0,\"power\":0}")
            var target: String?
            for _ in 0..<400 {
                target = try await SightTests.lines(visitor).first?["target"] as? String
                if target != nil { break }
                try await Task.sleep(for: .milliseconds(5))
            }
            let found = try #require(target)
            let kim = visitor.like("kim", in: world)
            #expect(try await SightTests.lines(kim).isEmpty)
            #expect(try await kim.get("/console/alarms/\(found)").status == .notFound)
            #expect(try await kim.post("/console/alarms/acts", ["act": "acknowledge", "target": found]).status == .forbidden)
            #expect(try await kim.post("/console/alarms/acts", ["act": "suppress", "target": found, "reason": "r"]).status == .forbidden)
            #expect(try await visitor.post("/console/alarms/acts", ["act": "acknowledge", "target": found]).status == .seeOther)
        }
    }

    @Test func countsAreOfTheOwnCommune() async throws {
        try await World.visit("eve") { visitor, _ async throws -> Void in
            let counts = try await visitor.get("/api/counts").text
            let json = try #require(try JSONSerialization.jsonObject(with: Data(counts.utf8)) as? [String: [[String: Any]]])
            #expect(json["counts"]?.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } == 1)
            let map = try await visitor.get("/api/map/counts").text
            #expect(map.contains("lamp 1\n") && map.contains("cabinet 0"))
            let page = try await visitor.get("/console/assets").text
            #expect(!page.contains("commune=21231") && !page.contains(">8<"))
            #expect(try await visitor.get("/console/assets/L-7").text.contains("A-1") == false, "its cabinet stands elsewhere")
            let (there, nowhere) = (try await visitor.get("/console/assets/L-2"), try await visitor.get("/console/assets/L-8"))
            #expect(there.status == nowhere.status && there.text.count == nowhere.text.count)
        }
    }

    @Test(arguments: [
        "/console/health", "/metrics", "/console/accounts", "/console/accounts/1", "/console/log.jsonl", "/console/log-names.csv",
        "/console/log/verification",
    ])
    func whatHasNoCommunesIsForThoseWhoseRightHoldsEverywhere(path: String) async throws {
        try await World.visit("kim") { visitor, world async throws -> Void in
            #expect(try await visitor.get(path).status == .forbidden)
            #expect(try await visitor.get("/console/map").text.contains("href=\"/console/accounts\"") == false)
            #expect(try await visitor.like("ada", in: world).get(path).status == .ok)
        }
    }

    @Test func aRightOverOneCommuneGivesNobodyMore() async throws {
        try await World.visit("kim") { visitor, _ async throws -> Void in
            let grant: KeyValuePairs = ["right": "4", "trade": "", "communes": ""]
            #expect(try await visitor.post("/console/accounts/4/grants", grant).status == .forbidden)
            let fields: KeyValuePairs = ["login": "new", "name": "New", "language": "fr", "right": "4", "trade": "", "communes": ""]
            #expect(try await visitor.post("/console/accounts", fields).status == .forbidden)
        }
    }

    private static let order: KeyValuePairs = [
        "scope": "supply", "which": "A-1", "command": "level", "level": "50", "for": "60", "authority": "operator", "reason": "essai",
    ]

    @Test func anOrderIsShownWithTheOwnRowsOnly() async throws {
        try await World.visit { visitor, world async throws -> Void in
            #expect(try await visitor.post("/console/orders", SightTests.order).status == .seeOther)
            let (eve, kim) = (visitor.like("eve", in: world), visitor.like("kim", in: world))
            let sheet = try await eve.get("/console/orders/1").text
            #expect(sheet.contains("L-7") && !sheet.contains("L-3") && sheet.contains("0 prouvé sur 1"))
            #expect(try await eve.get("/console/orders/1/ledger.csv").text.split(separator: "\r\n").count == 2)
            let list = try await eve.get("/console/orders").text
            #expect(list.contains("0 prouvé sur 1") && !list.contains("sur 6"))
            #expect(try await visitor.get("/console/orders").text.contains("0 prouvé sur 6"))
            #expect(try await kim.post("/console/orders/1/end", ["how": "cancel"]).status == .conflict, "part of it is not theirs")
            #expect(try await visitor.post("/console/orders/1/end", ["how": "rollback"]).status == .seeOther)
            let past = try await eve.get("/console/orders").text
            #expect(past.contains("/console/orders/1\"") && !past.contains(" / 6") && past.contains("essai"))
            let far: KeyValuePairs = [
                "scope": "assets", "which": "L-2", "command": "level", "level": "50", "for": "60", "authority": "operator",
                "reason": "loin",
            ]
            let placed = try await visitor.post("/console/orders", far)
            let address = try #require(placed.headers[.location])
            #expect(try await eve.get(address).status == .notFound)
            #expect(try await eve.get(address + "/ledger.csv").status == .notFound)
            #expect(try await kim.post(address + "/end", ["how": "cancel"]).status == .notFound)
            #expect(try await eve.get("/console/orders").text.contains("loin") == false)
        }
    }

    @Test func aSelectionBeyondTheOwnCommuneIsNotCounted() async throws {
        try await World.visit("kim") { visitor, _ async throws -> Void in
            let preview = try await visitor.post("/console/orders/preview", SightTests.order)
            #expect(preview.status == .unprocessableContent && preview.text.contains("La sélection sort des communes"))
            #expect(!preview.text.contains("Équipements commandés"))
            #expect(try await visitor.post("/console/orders", SightTests.order).status == .conflict)
            #expect(try await visitor.post("/console/groups", ["name": "tout", "assets": "2-7"]).status == .conflict)
            let own: KeyValuePairs = [
                "scope": "assets", "which": "L-7", "command": "level", "level": "50", "for": "60", "authority": "operator",
                "reason": "chez moi",
            ]
            #expect(try await visitor.post("/console/orders", own).status == .seeOther)
        }
    }

    @Test func theLogTellsOfTheOwnAssetsAndTheOwnWords() async throws {
        try await World.visit { visitor, world async throws -> Void in
            for (text, subject) in [("ici", "L-7"), ("ailleurs", "L-2"), ("partout", "")] {
                #expect(try await visitor.post("/console/log", ["text": "\(text) note", "subject": subject]).status == .seeOther)
            }
            let (eve, kim) = (visitor.like("eve", in: world), visitor.like("kim", in: world))
            #expect(try await kim.post("/console/log", ["text": "moi note", "subject": ""]).status == .seeOther)
            for path in ["/console/log", "/console/log.csv", "/api/log"] {
                let seen = try await eve.get(path).text
                #expect(seen.contains("ici note") && !seen.contains("ailleurs note") && !seen.contains("partout note"), "\(path)")
                #expect(!seen.contains("moi note"))
                #expect(try await kim.get(path).text.contains("moi note"))
                #expect(try await visitor.get(path).text.contains("partout note"))
            }
        }
    }

    @Test func theOpenStreamOfAnAccountEndsWhenItsRightsChange() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let bob = try #require(try await world.journal.read { try AccountStore.find(login: "bob", in: $0) })
            for path in ["grants/\(bob.grants[0].number)/end", "sessions/end", "close"] {
                let stream = try #require(world.live.join(bob.person, language: .french, topics: [], after: nil))
                #expect(world.live.statistics.listeners == 1)
                let answer = try await visitor.post("/console/accounts/\(bob.number)/\(path)", ["reason": "départ"])
                #expect(answer.status == .seeOther, "\(path): \(answer.text.prefix(300))")
                #expect(world.live.statistics.listeners == 0, "\(path): the stream goes on")
                world.live.leave(stream)
            }
        }
    }
}
