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

/// Whoever sees one commune hears of it live and of nothing else: L-7 stands in 21171, the other five lamps and their cabinet in 21231.
@Suite struct PartTests {
    private static func person(_ login: String, _ world: World) async throws -> Person {
        try #require(try await world.journal.read { try AccountStore.find(login: login, in: $0) }).person
    }

    private static func join(_ person: Person, _ topics: [String], _ world: World) throws -> Listener {
        _ = try #require(world.room.shelf.known)
        return try #require(world.live.join(person, language: .french, topics: topics, after: nil))
    }

    private static func heard(_ listener: Listener) -> String { listener.take().map { String(buffer: $0.bytes) }.joined() }

    private static func reading(_ lamps: ClosedRange<Int>, second: Int64 = 0, seq: Int = 1) -> String {
        let at = World.night.milliseconds + second * 1000
        return lamps.map { "{\"id\":\"L-\($0)\",\"t\":\(at),\"seq\":\(seq),\"voltage\":0,\"level\":0,\"power\":0}" }.joined(separator: "\n")
    }

    /// The cell of the map where all lamps stand.
    private static var cell: String {
        let (x, y) = Place(longitude: 5.0435, latitude: 47.32).mercator
        return "map/\(x >> 20)/\(y >> 20)"
    }

    /// `mark` is the class of drawn signs, as wide as a letter: a word in one lies over its neighbour.
    @Test func aLineSaysThatItFlapsAndIsEscalatedInLabels() async throws {
        try await World.visit { visitor, world async throws -> Void in
            try await world.send(PartTests.reading(2...7))
            try await world.until { await world.floor.withAlarms { !$0.lines().isEmpty } }
            var line = try #require(await world.floor.withAlarms { $0.lines().first })
            (line.isFlapping, line.escalation) = (true, 1)
            let row = AlarmRow(line, names: try await world.room.names().1, now: World.night).html.string()
            #expect(row.contains("class=\"label\">battement<") && row.contains("class=\"label is-warning\">escaladée<"))
            #expect(!row.contains("<span class=\"mark"))
        }
    }

    @Test func alarmsOfAnIncidentOverTwoCommunesAreToldAsTheirPageTellsThem() async throws {
        try await World.visit { visitor, world async throws -> Void in
            _ = try await world.room.shelf.current()
            let eve = try await PartTests.person("eve", world)
            let stream = try PartTests.join(eve, [Reach(eve, "alarms").topic("alarms")], world)
            let whole = try PartTests.join(try await PartTests.person("ada", world), ["alarms"], world)
            _ = PartTests.heard(stream)
            try await world.send(PartTests.reading(2...7))
            try await world.until { await world.floor.withAlarms { $0.lines().contains { $0.count == 6 } } }
            let (text, all) = (PartTests.heard(stream), PartTests.heard(whole))
            #expect(text.contains("L-7") || text.contains("1 × "), "\(text)")
            for foreign in ["L-2", "L-3", "L-6", "A-1", "G-1", "21231", "6 × ", ">6<"] { #expect(!text.contains(foreign), "\(foreign)") }
            #expect(all.contains("21231") && all.contains("21171"))
            // Of single alarms that went into the incident, only their own one is known to them, standing or gone.
            let own = try #require(await world.floor.withAlarms { $0.alarms(of: Asset.Number(7)) }.first).id
            let rows = Set(text.matches(of: /id="line-(a[0-9]+)"/).map { String($0.1) })
            #expect(rows.isSubset(of: ["a\(own.value)"]), "\(rows)")
            #expect(try await visitor.like("eve", in: world).get("/console/alarms").text.contains("1 × "))
        }
    }

    @Test func aLineThatLeavesTheOwnCommuneIsTakenAwayOnceAndWhatItDoesElsewhereIsNotTold() async throws {
        try await World.visit { _, world async throws -> Void in
            let catalogue = try await world.room.shelf.current()
            let (eve, kim) = (try await PartTests.person("eve", world), try await PartTests.person("kim", world))
            let topic = Reach(eve, "alarms").topic("alarms")
            let streams = try [eve, kim].map { try PartTests.join($0, [topic], world) }
            try await world.send(PartTests.reading(2...7))
            try await world.until { await world.floor.withAlarms { $0.lines().contains { $0.count == 6 } } }
            try await world.until { PartTests.heard(streams[0]).contains("1 × ") }
            // Another such line, so that the floor has nothing to say of it.
            var line = try #require(await world.floor.withAlarms { $0.lines().first { $0.count == 6 } })
            line.target = .incident(IncidentID(99))
            world.news.announce(.alarms([line]), at: World.night)
            for stream in streams { _ = PartTests.heard(stream) }
            let before = world.live.statistics.published
            // A seventh elsewhere: the same line for whoever sees 21171.
            (line.count, line.activeCount, line.peak) = (7, 7, 7)
            line.communes = line.communes.map { $0.commune.insee == "21231" ? .init(commune: $0.commune, count: 6) : $0 }
            line.changed = line.changed + .seconds(9)
            world.news.announce(.alarms([line]), at: World.night)
            #expect(PartTests.heard(streams[0]).isEmpty, "nothing of it is theirs")
            line.communes.removeAll { $0.commune.insee == "21171" }
            line.former = [Commune(insee: "21171")]
            world.news.announce(.alarms([line]), at: World.night)
            world.news.announce(.alarms([line]), at: World.night)
            (line.isGone, line.communes, line.former) = (true, [], [Commune(insee: "21171"), Commune(insee: "21231")])
            world.news.announce(.alarms([line]), at: World.night)
            for stream in streams {
                let text = PartTests.heard(stream)
                #expect(text.components(separatedBy: "data-gone").count == 2 && text.contains("line-\(line.target)"), "\(text)")
                #expect(!text.contains("21231"))
            }
            // Four times missed by those who see all, since nobody of them listens, and one rendering for the two.
            #expect(world.live.statistics.published == before + 1)
            let sight = Sight(eve, "alarms", catalogue: catalogue)
            line.former = [Commune(insee: "21231")]
            #expect(sight.news(line, kind: Words("k", "k")) == nil, "what never was theirs does not go either")
        }
    }

    @Test func mapCountsOrdersLogAndLoadAreOfTheOwnCommune() async throws {
        try await World.visit { visitor, world async throws -> Void in
            _ = try await world.room.shelf.current()
            let (eve, kim) = (try await PartTests.person("eve", world), try await PartTests.person("kim", world))
            let reach = Reach(eve, "map")
            let topics = ["counts", "load", "orders", "log", PartTests.cell].map(reach.topic)
            let foreign = ["vitals", "counts", "orders", "log", PartTests.cell, "log:~\(kim.account)"]
            let stream = try PartTests.join(eve, topics + foreign, world)
            let own = try PartTests.join(kim, [reach.topic("log"), "log:~\(kim.account)"], world)
            _ = PartTests.heard(stream)
            try await world.send(PartTests.reading(2...7))
            try await world.until { world.floor.counts().contains { $0.kind.text == "lamp" && $0.count == 6 && $0.state != 0 } }
            let placed = try await visitor.post(
                "/console/orders",
                [
                    "scope": "supply", "which": "A-1", "command": "level", "level": "50", "for": "60", "authority": "operator",
                    "reason": "essai",
                ])
            #expect(placed.status == .seeOther)
            for (text, subject) in [("ici", "L-7"), ("ailleurs", "L-2"), ("partout", "")] {
                #expect(try await visitor.post("/console/log", ["text": "\(text) note", "subject": subject]).status == .seeOther)
            }
            #expect(try await visitor.like("kim", in: world).post("/console/log", ["text": "moi note", "subject": ""]).status == .seeOther)
            _ = await world.room.publishPartCounts(world.news, since: nil)
            var text = ""
            try await world.until {
                text += PartTests.heard(stream)
                return ["ici note", "order-progress-1", "event: glances", "lamp 1\n", "standing 1\n"].allSatisfy { text.contains($0) }
            }
            #expect(text.contains("sur 1") && !text.contains("sur 6"), "an order's counts")
            for word in ["ailleurs", "partout", "moi note", "lamp 6", "standing 6", "readings "] {
                #expect(!text.contains(word), "\(word)")
            }
            #expect(text.contains("cabinet 0\n") && text.contains("gateway 0\n"))
            // The changes of the map: number,kind,state,level…
            let changed = Set(text.matches(of: /data: ([0-9]+),[0-9]+,[0-9]+,[0-9]+/).map { String($0.1) })
            #expect(changed == ["7"])
            let wrote = PartTests.heard(own)
            #expect(wrote.contains("moi note") && wrote.contains("ici note") && !wrote.contains("ailleurs") && !wrote.contains("partout"))
        }
    }

    @Test func aStreamOverHTTPHearsItsPartAndEndsAtOnceWhenTheRightIsTaken() async throws {
        try await World.visit(way: .live) { visitor, world async throws -> Void in
            // A connection carries one stream and nothing beside it: whoever does something meanwhile comes by another way.
            try await Application(responder: world.responder).test(.router) { (client: any TestClientProtocol) async throws -> Void in
                try await PartTests.stream(
                    visitor.like("eve", in: world), beside: Visitor(client: client, cookie: visitor.cookie), in: world)
            }
        }
    }

    private static func stream(_ eve: Visitor, beside ada: Visitor, in world: World) async throws {
        let page = try await eve.get("/console/alarms").text
        let topic = String(try #require(page.firstMatch(of: /id="alarm-list"[^>]* topic="([^"]+)"/)).1)
        let newest = String(try #require(page.firstMatch(of: /data-news="([0-9]+)"/)).1)
        // News between the page and its stream: it must not be lost.
        try await world.send(PartTests.reading(7...7))
        try await world.until { world.live.newest > UInt64(newest) ?? 0 }
        async let answer = eve.get("/live?topics=\(topic),alarms&after=\(newest)")
        try await world.until { world.live.hasListeners(topic) }
        #expect(!world.live.hasListeners("alarms"))
        try await world.send(PartTests.reading(2...6))
        try await world.until { await world.floor.withAlarms { $0.lines().contains { $0.count == 6 } } }
        let account = try #require(try await world.journal.read { try AccountStore.find(login: "eve", in: $0) })
        let taken = try await ada.post("/console/accounts/\(account.number)/grants/\(account.grants[0].number)/end", [:])
        #expect(taken.status == .seeOther)
        let text = try await answer.text
        #expect(text.contains("event: hello\ndata: \ndata: 1\ndata: alarms\n"), "the whole topic is refused: \(text.prefix(200))")
        #expect(text.contains("event: resync\n"), "what came before the stream")
        #expect(text.contains("data: \(topic)\n") && text.contains("1 × "), "\(text)")
        for foreign in ["L-2", "A-1", "21231", "6 × "] { #expect(!text.contains(foreign), "\(foreign)") }
        #expect(!Supervision.mayHear(try await PartTests.person("eve", world), topic))
        #expect(world.live.parts(prefix: "").isEmpty)
    }

    @Test func aStreamThatWasOpenedWithRightsOfBeforeEndsWithoutAPage() async throws {
        try await World.visit { _, world async throws -> Void in
            let (eve, kim) = (try await PartTests.person("eve", world), try await PartTests.person("kim", world))
            let account = try #require(try await world.journal.read { try AccountStore.find(login: "eve", in: $0) })
            try await world.journal.write {
                try AccountStore.add(Grant(right: .view, communes: ["21231"]), to: account.number, by: "test", at: World.night, in: $0)
                try AccountStore.end(grant: account.grants[0].number, of: account.number, by: "test", at: World.night, in: $0)
            }
            // Who was let in before the change and joins after it.
            _ = world.live.join(eve, language: .french, topics: [Reach(eve, "alarms").topic("alarms")], after: nil)
            _ = world.live.join(kim, language: .french, topics: [Reach(kim, "alarms").topic("alarms")], after: nil)
            await world.room.endStreamsBeyondRights(world.live)
            #expect(world.live.statistics.listeners == 1 && world.live.parts(prefix: "").count == 1)
            try await world.journal.write { try AccountStore.close(kim.account, reason: "départ", by: "test", at: World.night, in: $0) }
            await world.room.endStreamsBeyondRights(world.live)
            #expect(world.live.statistics.listeners == 0)
        }
    }

    @Test func whereTheInventoryChangesAllPartsComeAgain() async throws {
        try await World.visit { _, world async throws -> Void in
            let revision = try await world.room.shelf.current().revision
            let eve = try await PartTests.person("eve", world)
            let stream = try PartTests.join(eve, [Reach(eve, "alarms").topic("alarms")], world)
            #expect(await world.room.publishPartCounts(world.news, since: revision) == revision)
            #expect(!PartTests.heard(stream).contains("resync"))
            _ = await world.room.publishPartCounts(world.news, since: revision - 1)
            #expect(PartTests.heard(stream).contains("event: resync"))
        }
    }
}
