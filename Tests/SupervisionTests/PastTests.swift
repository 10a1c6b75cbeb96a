// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Testing
import Watch

@testable import Supervision

@Suite struct PastTests {
    @Test(arguments: [
        ("1795284000000", "2026-11-21T18:00:00Z"), ("2026-11-21T18:04:05Z", "2026-11-21T18:04:05Z"),
        ("2026-11-21T18:04:05.120+01:00", "2026-11-21T17:04:05Z"), ("2026-11-21T18:04:05 01:00", "2026-11-21T17:04:05Z"),
        ("2026-11-21T18:04", "2026-11-21T17:04:00Z"), ("2026-07-14T18:04:05", "2026-07-14T16:04:05Z"),
    ])
    func aMomentIsReadAsMillisecondsOrAsADateOnTheWallOfTheRoom(text: String, expected: String) {
        #expect(Moment.read(text, zone: Audience.paris)?.iso8601 == expected)
    }

    @Test(arguments: [
        ("America/Toronto", "2026-07-14T18:04", "2026-07-14T22:04:00Z"), ("Indian/Reunion", "2026-11-21T18:04", "2026-11-21T14:04:00Z"),
        ("America/Toronto", "2026-11-21T18:04Z", "2026-11-21T18:04:00Z"),
    ])
    func theWallIsThatOfTheConfiguredZone(name: String, text: String, expected: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        let at = try #require(Moment.read(text, zone: zone))
        #expect(at.iso8601 == expected && Moment.read(Moment.field(at, zone: zone), zone: zone) == at)
    }

    @Test(arguments: [
        "", "yesterday", "2026-13-01T00:00", "2026-02-31T00:00", "2026-11-21T24:00", "2026-11-21T18:04:05+1", "99999999999999999999",
    ])
    func whatIsNoMomentIsRefused(text: String) {
        #expect(Moment.read(text, zone: Audience.paris) == nil)
    }

    @Test func aFieldSaysTheWallOfTheRoomAndReadsBackAsTheSameMoment() {
        for at in [Instant(year: 2026, month: 1, day: 2, hour: 23, minute: 59, second: 7), Instant(year: 2026, month: 7, day: 2, hour: 4)] {
            #expect(Moment.read(Moment.field(at, zone: Audience.paris), zone: Audience.paris) == at)
        }
    }

    /// A lamp is heard at eight o'clock; at ten past, the map of one minute past eight shows it on, though it is off by then.
    private static func story(_ world: World) async throws -> (on: Int64, off: Int64) {
        let on = World.night
        try await world.send("{\"id\":\"L-2\",\"t\":\(on.milliseconds),\"seq\":1,\"level\":100,\"power\":60}")
        try await world.floor.act { _ in }
        _ = try await world.floor.columns(at: on)
        let off = on + .minutes(5)
        world.setTime(off)
        try await world.send("{\"id\":\"L-2\",\"t\":\(off.milliseconds),\"seq\":2,\"level\":0,\"power\":0}")
        world.setTime(on + .minutes(10))
        return ((on + .minutes(1)).milliseconds, (off + .minutes(1)).milliseconds)
    }

    @Test func theFloorShowsEveryAssetAsItWasAtASecond() async throws {
        let world = try await World.make()
        let (on, off) = try await Self.story(world)
        let first = try #require(try await world.floor.columns(at: Instant(milliseconds: on)))
        let second = try #require(try await world.floor.columns(at: Instant(milliseconds: off)))
        #expect(first.levels[2] == 100 && second.levels[2] == 0)
        #expect(first.states[2] != second.states[2])
        #expect(first.levels[3] == 255, "a lamp that was never heard has a level")
        #expect(try await world.floor.columns(at: World.night - .hours(1)) == nil)
        await world.close()
    }

    @Test func tilesAndCountsOfThePastSayWhatWas() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let (on, off) = try await Self.story(world)
            let first = try await visitor.get("/api/map/counts?at=\(on)")
            let second = try await visitor.get("/api/map/counts?at=\(off)")
            #expect(first.status == .ok && second.status == .ok, "\(first.text)")
            #expect(first.text.contains("lamp 6") && first.text != second.text)
            let place = Place(longitude: 5.041, latitude: 47.32).mercator
            let tile = "/tiles/live/14/\(place.x >> 18)/\(place.y >> 18).mvt"
            let before = try await visitor.get("\(tile)?at=\(on)")
            let after = try await visitor.get("\(tile)?at=\(off)")
            #expect(before.status == .ok && !before.text.isEmpty && before.body != after.body)
            #expect(try await visitor.get("\(tile)?at=\(on)").body == before.body)
            #expect(try await visitor.get("\(tile)?at=1000000000").status == .notFound)
            #expect(try await visitor.get("\(tile)?at=noon").status == .unprocessableContent)
            #expect(try await visitor.get("/console/map/style.json?at=\(on)").text.contains(".mvt?at=\(on)"))
        }
    }

    @Test func whatIsSelectedIsShownAsItWasAndGivesNoOrder() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let (on, _) = try await Self.story(world)
            let now = try await visitor.post("/console/map/selection", ["assets": "2"]).text
            let past = try await visitor.post("/console/map/selection", ["assets": "2", "at": String(on)]).text
            #expect(now.contains("Donner un ordre") && !now.contains("État à"))
            #expect(past.contains("État à") && past.contains("21:01:00") && !past.contains("Donner un ordre"), "\(past)")
            #expect(past.contains("state-text\">Allumé") || past.contains("Autre que voulu"), "\(past)")
            let many = try await visitor.post("/console/map/selection", ["assets": "2-7,4000", "at": String(on)]).text
            #expect(many.contains("6 équipements") && !many.contains("Donner un ordre"), "\(many)")
            #expect(try await visitor.post("/console/map/selection", ["assets": "2", "at": "1000000000"]).status == .notFound)
        }
    }

    @Test func thePageOfThePastSaysSoAndLeadsBackToNow() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let (on, _) = try await Self.story(world)
            let past = try await visitor.get("/console/map?at=\(on)&hide=3").text
            #expect(past.contains("Vous regardez le passé") && past.contains("data-at=\"\(on)\"") && past.contains("data-paused"))
            #expect(past.contains("value=\"2026-11-21T21:01:00\"") && past.contains("href=\"/console/map?hide=3\""))
            let now = try await visitor.get("/console/map").text
            #expect(now.contains("data-past-banner=\"\" hidden") && !now.contains("data-paused"))
            let early = try await visitor.get("/console/map?at=2020-01-01T00:00").text
            #expect(early.contains("Le passé se montre à partir du 21/11/2026"))
        }
    }

    @Test func whoeverIsBoundToACommuneCountsOnlyItsAssetsInThePast() async throws {
        try await World.visit("eve") { visitor, world async throws -> Void in
            let (on, _) = try await Self.story(world)
            let counts = try await visitor.get("/api/map/counts?at=\(on)").text
            #expect(counts.contains("lamp 1\n"), "\(counts)")
        }
    }

    @Test func aRefusedActLeavesNeitherRowNorEntry() async throws {
        try await World.visit { visitor, world async throws -> Void in
            #expect(try await visitor.post("/console/assets/L-3/return", [:]).status == .conflict)
            #expect(try await visitor.post("/console/assets/L-3/notes", ["text": "tag sur le mât"]).status == .seeOther)
            let entries = try await world.journal.read { try Logbook.search(in: $0) }
            #expect(entries.filter { $0.subject == "L-3" }.map(\.text.french) == ["Note sur L-3 : tag sur le mât"])
        }
    }

    @Test func aLogOfMoreThanOnePageIsDownloadedWholeAndInOrder() async throws {
        try await World.visit { visitor, world async throws -> Void in
            try await world.floor.act { acting in
                for n in 1...2500 {
                    acting.log.append(LogDraft(author: "ada", kind: .written, trade: "log", subject: nil, text: Words("n\(n)", "n\(n)")))
                }
            }
            let lines = try await visitor.get("/console/log.jsonl").text.split(separator: "\n")
            let expected = try await world.journal.read { transaction in
                var all: [String] = []
                try Logbook.export(in: transaction) { all.append(String($0.dropLast())) }
                return all
            }
            #expect(lines.count >= 2500 && lines.map(String.init) == expected)
            #expect(try await visitor.get("/console/log.csv").text.split(separator: "\r\n").count == expected.count + 1)
        }
    }
}
