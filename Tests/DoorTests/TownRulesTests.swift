// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Journal
import Lighting
import Logging
import Testing
import Watch

@testable import vigie

@Suite struct TownRulesTests {
    private func load(_ yaml: String) throws -> Configuration {
        let path = NSTemporaryDirectory() + "vigie-\(UUID().uuidString).yaml"
        try yaml.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Configuration.load(arguments: [], environment: [:], file: path)
    }

    private func problems(_ yaml: String) -> String {
        do {
            _ = try load(yaml)
            return ""
        } catch { return "\(error)" }
    }

    /// The table of settings and the structs behind it say the same figures.
    @Test func withNothingGivenATownIsTheReferenceCity() throws {
        let rules = try load("").rules
        #expect(rules.lamps == LampLimits())
        #expect(rules.alarms == AlarmPolicy())
        #expect(rules.orders == OrderLimits())
        #expect(rules.patience == LampOrders.patience && rules.secondPersonAbove == StreetLighting().secondPersonAbove)
        #expect(rules.programmes == .referenceCity)
    }

    private static let town = """
        lighting:
          place: 4.8, 45.7
          programmes:
            centre: sunset+10 sunrise-10 23:00-05:00=50
            village: sunset-5 sunrise+0 00:00-05:00=0 22:00-24:00=70
          follow: { "21231": centre, A-12: centre, "*": village }
          hot: 80.5
          grace: 30s
        orders: { second-person-above: 20 }
        alarms:
          escalate: { critical: 1min, high: 2min, medium: 3min, low: 4min }
        incidents: { storm-nodes: 12 }
        """

    @Test func aTownIsData() throws {
        let made = try load(Self.town)
        #expect(made.rules.lamps.hotAbove == 805 && made.rules.lamps.grace == .seconds(30))
        #expect(made.rules.secondPersonAbove == 20 && made.rules.alarms.stormNodes == 12)
        #expect(made.rules.alarms.escalateAfter == [.critical: .minutes(1), .high: .minutes(2), .medium: .minutes(3), .low: .minutes(4)])
        #expect(made.floorSettings.alarms == made.rules.alarms && made.floorSettings.orders == made.rules.orders)
        let programmes = made.rules.programmes
        #expect(programmes.entries.map(\.plan.key) == ["village", "centre"], "number 0 is for all others")
        #expect(programmes.number(commune: "21231") == 1 && programmes.number(commune: "21999") == 0)
        #expect(programmes.entryOfNode == ["A-12": 1])
        #expect(programmes.entries[0].place == Place(longitude: 4.8, latitude: 45.7))
        let village = programmes.entries[0].plan
        #expect(village.afterSunset == -5 && village.afterSunrise == 0)
        #expect(village.steps == [.init(from: 0, to: 300, level: 0), .init(from: 1320, to: 1440, level: 70)])
    }

    /// Lamps of Guadeloupe dim at ten in the evening of Guadeloupe, which knows no summer time, not of Paris.
    @Test func programmesKeepTheTimeOfTheConfiguredZone() throws {
        let night = "{ place: '-61.5, 16.2', programmes: { night: '22:00-05:00=60' }, follow: { '*': night } }"
        let caribbean = try load("timezone: America/Guadeloupe\nlighting: \(night)").rules.programmes
        let paris = try load("lighting: \(night)").rules.programmes
        // 22 h there is 02 h UTC, in November as in July.
        for month in [7, 11] {
            let ten = Instant(year: 2026, month: month, day: 21, hour: 2)
            #expect(caribbean.level(0, at: ten - .minutes(1)) == 100 && caribbean.level(0, at: ten) == 60)
            #expect(caribbean.nextChange(0, after: ten - .minutes(1)) == ten)
        }
        #expect(paris.level(0, at: Instant(year: 2026, month: 11, day: 22, hour: 1)) == 60, "02 h in Paris")
        #expect(caribbean.level(0, at: Instant(year: 2026, month: 11, day: 22, hour: 1)) == 100, "21 h in Guadeloupe")
        #expect(paris != caribbean)
    }

    @Test func theReferenceCitysOwnNightFollowsTheZoneToo() throws {
        let helsinki = try load("timezone: Europe/Helsinki").rules.programmes
        let ten = Instant(year: 2026, month: 11, day: 21, hour: 20)
        #expect(helsinki.level(0, at: ten) == 70 && helsinki.level(0, at: ten - .minutes(1)) == 100)
        #expect(problems("timezone: Europe/Dijon-sur-Mer").contains("timezone"))
    }

    /// Offsets published by the authorities of each place.
    @Test func theWallOfAZoneIsAsItsLawSays() {
        #expect(WallTime(zone: "Europe/Paris") == .paris && WallTime(zone: "Europe/Athens") == WallTime(winterOffset: 120))
        #expect(WallTime(zone: "Indian/Reunion") == WallTime(winterOffset: 240, hasSummerTime: false))
        #expect(WallTime(zone: "Etc/UTC") == .utc)
        // United States: second Sunday of March to first Sunday of November, at 02:00 by the wall.
        let newYork = WallTime(zone: "America/New_York")
        let spring = Instant(year: 2026, month: 3, day: 8, hour: 7), autumn = Instant(year: 2026, month: 11, day: 1, hour: 6)
        #expect(newYork.offset(at: spring - .milliseconds(1)) == -300 && newYork.offset(at: spring) == -240)
        #expect(newYork.offset(at: autumn - .milliseconds(1)) == -240 && newYork.offset(at: autumn) == -300)
        #expect(newYork.nextChange(after: spring) == autumn)
        // Lord Howe Island moves by half an hour.
        #expect(WallTime(zone: "Australia/Lord_Howe").offset(at: Instant(year: 2026, month: 1, day: 1)) == 660)
        #expect(WallTime(zone: "Australia/Lord_Howe").offset(at: Instant(year: 2026, month: 7, day: 1)) == 630)
    }

    @Test func thresholdsReachTheJudgement() throws {
        let trade = try #require(try load("lighting: { hot: 40, cool: 35 }").trades.first)
        func isHot(_ trade: any Trade) -> Bool {
            let values: [Int32] = [100, 1000, 0, 2300, 450, 0]
            return values.withUnsafeBufferPointer { values in
                let now = Instant(year: 2026, month: 11, day: 21, hour: 20)
                let verdict = trade.judge(
                    Situation(
                        kindIndex: 0, now: now, at: now, values: values.baseAddress!, present: 0b111011, fresh: 0b111011, nominal: 1000))
                return verdict.conditions & Lamp.Fault.temperature != 0
            }
        }
        #expect(isHot(trade) && !isHot(StreetLighting()))
    }

    /// A cabinet with a programme of its own gives it to the lamps below, through its feeders, and to no others.
    @Test func lampsBelowANodeFollowItsProgramme() throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let journal = try Journal.open(.memory, migrations: InventorySchema.migrations, log: log)
        let trades = try load(Self.town).trades
        let text = """
            id;kind;supply_parent;link_parent
            L-1;lamp;F-1;G-1
            L-2;lamp;A-13;G-1
            L-3;lamp;A-12;G-1
            F-1;feeder;A-12;
            A-12;cabinet;;
            A-13;cabinet;;
            G-1;gateway;;

            """
        let report = try AssetImport.run(
            Array(text.utf8), .init(kinds: trades.flatMap(\.kinds), file: "town.csv"), into: journal, at: Instant(seconds: 1_795_000_000))
        let board = Board(kinds: trades.flatMap(\.kinds))
        let roster = try journal.readHere { try Roster.load(in: $0, onto: board, trades: trades) }
        func programme(_ id: String) throws -> Int {
            let number = try #require(roster.directory.find(id), "\(report)")
            return board.programmes[Int(board.cells[number.index].programme)].number
        }
        #expect(try programme("L-1") == 1 && programme("L-3") == 1)
        #expect(try programme("L-2") == 0)
        let cabinet = try #require(roster.directory.find("A-12"))
        #expect(board.cells[cabinet.index].programme == Board.noProgramme, "nothing is wanted of a cabinet")
    }

    @Test(arguments: [
        ("lighting: { hott: 3 }", "the nearest is 'lighting.hot'"), ("lighting: { hot: warm }", "a number from"),
        ("lighting: { hot: nan }", "a number from"), ("lighting: { cool: 80 }", "lighting.cool must be below lighting.hot"),
        ("lighting: { supply-back: 90 }", "lighting.supply-lost must be below"),
        ("incidents: { back-percent: 90 }", "incidents.back-percent must not be above"),
        ("alarms: { escalate: { critical: 1min } }", "a time for each of critical, high, medium, low"),
        ("lighting: { programmes: { a: sunset+10 25:00-05:00=50 } }", "'25:00-05:00=50' of 'a'"),
        ("lighting: { programmes: { a: sunset+500 } }", "'sunset+500' of 'a'"),
        ("lighting: { programmes: { a: 22:00-05:00=170 } }", "'22:00-05:00=170'"),
        ("lighting: { programmes: { a: sunset+10 } }", "say which programme all others follow"),
        ("lighting: { programmes: { a: sunset+10 }, follow: { \"*\": b } }", "'*' follows 'b'"),
        ("lighting: { place: here }", "longitude and latitude"),
        ("lighting: { place: 5.0 }", "longitude and latitude"), ("orders: { sends: 0 }", "a whole number from 1 to 20"),
    ])
    func whatDoesNotFitIsSaid(yaml: String, words: String) {
        #expect(problems(yaml).contains(words), "\(problems(yaml))")
    }
}
