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
        func findings() throws -> [Finding] { try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [TestTrade()]) }
        #expect(try findings() == [])
        try world.journal.writeHere { _ = try $0.run("UPDATE alarm SET asset = 4000 WHERE id = (SELECT max(id) FROM alarm WHERE closed_at IS NULL)") }
        #expect(try findings().contains { $0.area == "alarms" && $0.what.contains("no inventory knows") })
        let snapshot = try #require(Snapshot.positions(world.settings.snapshotFolder).first)
        let path = world.settings.snapshotFolder + "/floor-" + String(repeating: "0", count: 20 - "\(snapshot)".count) + "\(snapshot).snapshot"
        try write(Array(try contents(path).dropLast(3)), path)
        #expect(try findings().contains { $0.area == "snapshot" && $0.what.contains("\(snapshot)") })
    }
}
