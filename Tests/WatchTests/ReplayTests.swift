// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Testing

@testable import Watch

/// What was judged once is judged the same again.
@Suite struct ReplayTests {
    private func livedWorld() async throws -> FloorWorld {
        let world = try FloorWorld()
        let floor = try await world.open()
        for round in 0..<20 {
            var levels: [String: Int32] = [:]
            for lamp in 1...6 { levels["L-\(lamp)"] = (round + lamp) % 5 == 0 ? 0 : 100 }
            try await world.say(levels, to: floor)
            await world.pass(3, floor)
            if round == 9, let target = await floor.lines.first?.target {
                try await floor.act { _ = $0.alarms.act(.acknowledge, on: [target], by: "anne", at: $0.now) }
            }
        }
        await floor.close()
        return world
    }

    private func replay(_ world: FloorWorld, at instant: Instant) throws -> (Replay, ReplayComparison) {
        let replay = try Replay(journal: world.journal, settings: world.settings, trades: [TestTrade()], at: instant)
        try replay.run()
        return (replay, try ReplayComparison(replay, journal: world.journal))
    }

    @Test func aSpanJudgedAgainGivesTheSameAlarms() async throws {
        let world = try await livedWorld()
        let (whole, same) = try replay(world, at: FloorWorld.start)
        #expect(whole.began == nil && whole.readings == 120)
        #expect(same.isSame && same.same > 20)
    }

    @Test func aSpanInWhichNothingWasRecordedIsToldFromOneThatAgrees() async throws {
        let world = try await livedWorld()
        func turns(from begin: Instant, until end: Instant) throws -> Int {
            let replay = try Replay(journal: world.journal, settings: world.settings, trades: [TestTrade()], at: begin)
            return try replay.run(from: begin, until: end)
        }
        let start = FloorWorld.start
        #expect(try turns(from: start, until: start + .minutes(1)) > 0)
        #expect(try turns(from: start - .hours(2), until: start - .hours(1)) == 0)
        #expect(try turns(from: start + .hours(20), until: start + .hours(21)) == 0)
    }

    /// Levels at random, one lamp silent for four minutes, acknowledgements, orders, and stops of both sorts, over eight minutes.
    private func busyWorld(seed: Int) async throws -> FloorWorld {
        let world = try FloorWorld(snapshotEvery: .seconds(90), hasNever: true)
        var dice = Dice(UInt64(seed) &* 7919)
        for stretch in [0..<200, 200..<320, 320..<480] {
            let floor = try await world.open()
            for second in stretch { try await busySecond(second, world, floor, &dice) }
            // The first time it is not closed: that is a crash.
            if stretch.lowerBound > 0 { await floor.close() }
        }
        return world
    }

    private func busySecond(_ second: Int, _ world: FloorWorld, _ floor: Floor, _ dice: inout Dice) async throws {
        var levels: [String: Int32] = [:]
        for lamp in 1...6 where dice.next() % 20 == 0 && !(lamp == 6 && (60..<340).contains(second)) {
            levels["L-\(lamp)"] = [0, 5, 10, 100, 100][Int(dice.next() % 5)]
        }
        if levels.isEmpty { await world.pass(1, floor) } else { try await world.say(levels, to: floor) }
        if dice.next() % 25 == 0, let target = await floor.lines.randomElement(using: &dice)?.target {
            try await floor.act { _ = $0.alarms.act(.acknowledge, on: [target], by: "anne", at: $0.now) }
        }
        if dice.next() % 60 == 0 {
            let lamp = try world.number("L-\(dice.next() % 6 + 1)")
            let level = UInt8(dice.next() % 2 * 50)
            try await floor.act { acting in
                _ = try? acting.orders.place(
                    OrderDraft(command: .level(level), selection: .assets([lamp]), reason: "essai"), by: OrderTestWorld.everywhere,
                    at: acting.now)
            }
        }
    }

    @Test(arguments: 1...3)
    func fromEachSnapshotInTheMiddleOfABusySpanTheSameRecordsFollow(seed: Int) async throws {
        let world = try await busyWorld(seed: seed)
        let files = Snapshot.files(world.settings.snapshotFolder)
        #expect(files.filter(\.isHourly).count == 1 && files.count == 4)
        var delaysAcross = 0
        for (index, file) in files.enumerated() {
            let replay = try Replay(journal: world.journal, settings: world.settings, trades: [world.trade], through: file.position)
            #expect(replay.position == file.position && replay.began == file.now)
            delaysAcross += replay.alarms.entries.filter { $0.isRaw != $0.isActive && !$0.isFlapping }.count
            try replay.run()
            let before = replay.before
            let kept = try world.journal.readHere {
                try $0.rows("SELECT number, at, event, asset FROM alarm_event WHERE number > \(before) ORDER BY number")
            }
            #expect(kept.map { UInt64($0.integer(0)) } == replay.records.map(\.number))
            #expect(kept.map { $0.instant(1) } == replay.records.map(\.at))
            #expect(kept.map { UInt8($0.integer(2)) } == replay.records.map(\.event.rawValue))
            #expect(kept.map { $0.assetOrNil(3) ?? .none } == replay.records.map(\.asset))
            let comparison = try ReplayComparison(replay, journal: world.journal)
            #expect(comparison.isSame && (comparison.same > 20 || index > 0), "\(index): \(comparison.same)")
        }
        #expect(delaysAcross > 0)
        // The box says nothing in all that time, over a crash and a stop.
        #expect(try world.count("alarm WHERE condition = 'box.never'") == 1)
        #expect(try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [world.trade]) == [])
    }

    @Test func whatDiffersIsNamed() async throws {
        let world = try await livedWorld()
        try world.journal.writeHere {
            _ = try $0.run("UPDATE alarm_event SET at = at + 7 WHERE number = (SELECT max(number) FROM alarm_event WHERE event = 1)")
        }
        let (_, comparison) = try replay(world, at: FloorWorld.start)
        #expect(comparison.onlyKept.count == 1 && comparison.onlyFound.count == 1)
        #expect(comparison.onlyFound.first?.condition == "bulb.dark" && comparison.onlyFound.first?.isRaised == true)
    }

    @Test func aSpanWhoseTurnsAreGoneIsRefusedWithTheReason() async throws {
        let world = try await livedWorld()
        removeFolder(world.settings.snapshotFolder)
        let file = try #require(try Intake.files(folder: world.settings.intakeFolder, after: 0).first)
        try FileManager.default.moveItem(atPath: file, toPath: world.settings.intakeFolder + "/intake-00000000000000000009.log")
        #expect(throws: ReplayError.self) { try Replay(journal: world.journal, settings: world.settings, trades: [TestTrade()]) }
    }

    @Test func theCheckOfAHouseFindsWhatDoesNotHoldAndNothingElse() async throws {
        let world = try await livedWorld()
        func findings() throws -> [Finding] {
            try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [TestTrade()])
        }
        #expect(try findings() == [])
        try world.journal.writeHere {
            _ = try $0.run("UPDATE alarm SET asset = 4000 WHERE id = (SELECT max(id) FROM alarm WHERE closed_at IS NULL)")
        }
        #expect(try findings().contains { $0.area == "alarms" && $0.what.contains("no inventory knows") })
        let snapshot = try #require(Snapshot.positions(world.settings.snapshotFolder).first)
        let path =
            world.settings.snapshotFolder + "/floor-" + String(repeating: "0", count: 20 - "\(snapshot)".count) + "\(snapshot).snapshot"
        try write(Array(try contents(path).dropLast(3)), path)
        #expect(try findings().contains { $0.area == "snapshot" && $0.what.contains("\(snapshot)") })
    }
}
