// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import HummingbirdTesting
import Inventory
import Journal
import Testing
import Watch

@testable import Supervision

/// What a page says of what is over: alarms, acts, orders, hand-overs.
@Suite struct LookingBackTests {
    private static let loss = "{\"id\":\"L-2\",\"t\":\(World.night.milliseconds),\"seq\":1,\"voltage\":0,\"level\":0,\"power\":0}"

    /// Waits until something holds; false where it does not come about.
    private static func until(_ holds: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<800 {
            if try await holds() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    private static func target(_ world: World) async throws -> String {
        #expect(try await until { await !world.floor.withAlarms { $0.lines() }.isEmpty })
        return try #require(await world.floor.withAlarms { $0.lines() }.first).target.description
    }

    @Test func theSheetOfAnAlarmSaysWhereAndWhatHappenedAlsoWhenItIsOver() async throws {
        try await World.visit { visitor, world async throws -> Void in
            try await world.send(LookingBackTests.loss)
            let target = try await LookingBackTests.target(world)
            let comment = try await visitor.post(
                "/console/alarms/acts", ["act": "comment", "target": target, "reason": "équipe <prévenue>"])
            #expect(comment.status == .seeOther)
            #expect(try await visitor.post("/console/alarms/acts", ["act": "acknowledge", "target": target]).status == .seeOther)
            let sheet = try await visitor.get("/console/alarms/\(target)").text
            #expect(sheet.contains("rue de l&#39;Église") || sheet.contains("rue de l'Église"), "no address: \(sheet.suffix(3000))")
            #expect(sheet.contains("Commentée") && sheet.contains("équipe &lt;prévenue&gt;") && sheet.contains("Acquittée"))
            world.setTime(World.night + .minutes(8))
            let at = (World.night + .minutes(8)).milliseconds
            try await world.send("{\"id\":\"L-2\",\"t\":\(at),\"seq\":2,\"voltage\":230,\"level\":100,\"power\":60}")
            world.setTime(World.night + .minutes(16))
            #expect(try await LookingBackTests.until { await world.floor.withAlarms { $0.lines() }.isEmpty }, "the alarm did not close")
            let over = try await visitor.get("/console/alarms/\(target)")
            #expect(over.status == .ok && over.text.contains("terminée") && over.text.contains("équipe &lt;prévenue&gt;"))
            #expect(try await visitor.get("/console/alarms/a4000").status == .notFound)
            #expect(try await visitor.like("kim", in: world).get("/console/alarms/\(target)").status == .notFound)
            let asset = try await visitor.get("/console/assets/L-2").text
            #expect(asset.contains("Apparue") && asset.contains("Disparue") && asset.contains("/console/alarms/\(target)"))
        }
    }

    @Test func theSheetOfAnAssetNamesTheOrdersThatTouchedIt() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let fields: KeyValuePairs = [
                "scope": "assets", "which": "L-2", "command": "level", "level": "50", "for": "60", "authority": "operator",
                "reason": "essai",
            ]
            #expect(try await visitor.post("/console/orders", fields).status == .seeOther)
            #expect(try await visitor.get("/console/assets/L-2").text.contains("/console/orders/1\">Ordre 1"))
            #expect(!(try await visitor.get("/console/assets/L-3").text.contains("Ordre 1")))
        }
    }

    @Test func theSheetTellsOfOrdersOnlyWhoMaySeeOrders() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let fields: KeyValuePairs = [
                "scope": "assets", "which": "L-2", "command": "level", "level": "50", "for": "60", "authority": "operator", "reason": "x",
            ]
            #expect(try await visitor.post("/console/orders", fields).status == .seeOther)
            func past(_ trades: [String]) async throws -> AssetPast {
                let person = Person(account: 9, login: "max", name: "Max", grants: trades.map { Grant(right: .view, trade: $0) })
                return try await world.room.journal.read { [kinds = world.floor.kinds] in
                    try AssetPast.read(try #require(try AssetStore.find(Asset.ID("L-2")!, in: $0)), for: person, kinds: kinds, in: $0)
                }
            }
            #expect(try await past(["inventory", "orders"]).orders.map(\.id) == [1])
            let narrow = try await past(["inventory"])
            #expect(narrow.orders.isEmpty && narrow.log.isEmpty && narrow.records.isEmpty)
        }
    }

    @Test func whatIsSaidAtAHandOverIsReadByTheNext() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            #expect(try await visitor.post("/console/alarms/hand-over", ["to": "bob", "note": "Équipe rue Monge"]).status == .seeOther)
            #expect(try await visitor.get("/console/alarms/hand-over").text.contains("Équipe rue Monge"))
        }
    }

    @Test func theReviewCountsWhatRings() async throws {
        try await World.visit { visitor, world async throws -> Void in
            try await world.send(LookingBackTests.loss)
            _ = try await LookingBackTests.target(world)
            let page = try await visitor.get("/console/alarms/review?span=day").text
            #expect(page.contains("Apparitions d&#39;alarmes") || page.contains("Apparitions d'alarmes"))
            #expect(page.contains("<strong>1</strong>"), "\(page.suffix(3000))")
            let kim = try await visitor.like("kim", in: world).get("/console/alarms/review?span=day").text
            #expect(kim.contains("<strong>0</strong>"), "who sees another commune only is told of nothing here")
        }
    }

    @Test(arguments: [
        ("area", "nowhere", "aucun équipement"), ("assets", "L-99", "L-99 »"), ("group", "7", "groupe 7"),
    ])
    func anOrderForNothingKnownComesBackWithItsFieldsAndTheFault(scope: String, which: String, said: String) async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let answer = try await visitor.post(
                "/console/orders/preview",
                [
                    "scope": scope, "which": which, "command": "level", "level": "50", "for": "60", "authority": "operator",
                    "reason": "à ne pas perdre",
                ])
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("à ne pas perdre") && answer.text.contains("error-which") && answer.text.contains(said))
        }
    }
}
