// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Synchronization
import Testing

@testable import Watch

/// The floor as a whole: what was acknowledged is never lost, and no restart changes or repeats anything.
@Suite struct FloorTests {
    let allLit: [String: Int32] = ["L-1": 100, "L-2": 100, "L-3": 100, "L-4": 100, "L-5": 100, "L-6": 100]

    @Test func aReadingIsAcknowledgedWhenTheIntakeHasItAndNotBefore() async throws {
        let world = try FloorWorld()
        let floor = try await world.open()
        try await world.say(["L-1": 100, "L-2": 50], to: floor)
        try await world.say(["L-3": 70], to: floor)
        #expect(world.acknowledged.withLock { $0 } == 2)
        #expect(world.onDisk.withLock { $0 } == [2, 3])
        #expect(await floor.look(try world.number("L-2"))?.values == [50, 500])
        await floor.close()
    }

    @Test func anAlarmIsKeptBeforeItIsToldAndItsReturnToo() async throws {
        let world = try FloorWorld()
        let floor = try await world.open()
        try await world.say(["L-1": 0], to: floor)
        #expect(await floor.standing == 1)
        #expect(try world.count("alarm_event WHERE event = 1") == 1)
        #expect(world.heard.withLock { $0.contains { if case .alarms(let lines) = $0 { !lines.isEmpty } else { false } } })
        try await world.say(["L-1": 100], to: floor)
        #expect(try world.count("alarm_event WHERE event = 2") == 1)
        await floor.close()
    }

    @Test(arguments: ["closed", "crashed", "crashed without snapshot", "closed without snapshot"])
    func aRestartGivesTheSameBoardAndTheSameAlarmsAndNoRecordTwice(_ how: String) async throws {
        let world = try FloorWorld()
        var before: (board: [UInt8], lines: [AlarmLine], events: Int)
        do {
            let floor = try await world.open()
            for round in 0..<12 {
                try await world.say(allLit.merging(["L-1": round % 3 == 0 ? 0 : 100, "L-4": round > 8 ? 0 : 100]) { $1 }, to: floor)
                await world.pass(4, floor)
            }
            if how.hasPrefix("closed") { await floor.close() }
            before = (await floor.packed, await floor.lines, try world.count("alarm_event WHERE event = 1"))
        }
        if how.hasSuffix("without snapshot") {
            removeFolder(world.settings.snapshotFolder)
        } else {
            #expect(!Snapshot.positions(world.settings.snapshotFolder).isEmpty)
        }
        let again = try await world.open()
        #expect(await again.packed == before.board)
        #expect(await again.lines.map(\.target) == before.lines.map(\.target) && !before.lines.isEmpty)
        // No alarm is raised a second time, and what was judged again at the start is what was kept.
        #expect(try world.count("alarm_event WHERE event = 1") == before.events)
        #expect(before.events > 2)
        #expect(try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [TestTrade()]) == [])
        await again.close()
    }

    @Test(arguments: ["closed", "crashed", "crashed without snapshot", "crashed, journal away"])
    func aDelayThatRunsWhenTheRoomStopsEndsAtItsTime(_ how: String) async throws {
        let world = try FloorWorld()
        var due = world.now
        do {
            let floor = try await world.open()
            try await world.say(allLit, to: floor)
            await world.pass(20, floor)
            if how.hasSuffix("away") { try world.breakJournal() }
            due = world.now + .seconds(7)
            try await world.say(["L-2": 10, "L-4": 0], to: floor)
            await world.pass(3, floor)
            if how == "closed" { await floor.close() }
        }
        if how.hasSuffix("away") { try world.mendJournal() }
        if how.hasSuffix("without snapshot") { removeFolder(world.settings.snapshotFolder) }
        let weak = Int64(try world.number("L-2").value)
        do {
            let again = try await world.open()
            await world.pass(5, again)
            let raised = try world.journal.readHere {
                try $0.rows("SELECT at FROM alarm_event WHERE asset = \(weak) AND event = 1").map { $0.instant(0) }
            }
            // The first turn that is not before the delay's end.
            #expect(raised.count == 1 && raised[0] >= due && raised[0] - due < .seconds(2))
            // Its return runs over another start.
            try await world.say(["L-2": 100], to: again)
            await again.close()
        }
        let third = try await world.open()
        #expect(try world.count("alarm_event WHERE asset = \(weak) AND event = 2") == 0)
        await world.pass(6, third)
        #expect(try world.count("alarm_event WHERE asset = \(weak) AND event = 2") == 1)
        #expect(try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [TestTrade()]) == [])
        await third.close()
    }

    @Test(arguments: ["DELETE FROM alarm_event WHERE number = (SELECT max(number) FROM alarm_event)", "UPDATE alarm SET occurrences = 7"])
    func whereTheSnapshotAndTheJournalDisagreeTheJournalsAlarmsStand(_ hand: String) async throws {
        let world = try FloorWorld()
        do {
            let floor = try await world.open()
            try await world.say(allLit.merging(["L-1": 0]) { $1 }, to: floor)
            await world.pass(25, floor)
            await floor.close()
        }
        try world.journal.writeHere { _ = try $0.run("\(raw: hand)") }
        let again = try await world.open()
        await world.pass(2, again)
        #expect(await again.lines.map(\.asset) == [try world.number("L-1")])
        #expect(try world.count("alarm") == 1)
        await again.close()
    }

    @Test func anImportWhileADelayRunsLeavesItRunningAndEndsTheAlarmsOfWhatIsGone() async throws {
        let world = try FloorWorld()
        let floor = try await world.open()
        try await world.say(allLit.merging(["L-2": 10, "L-3": 0]) { $1 }, to: floor)
        let gone = try world.number("L-3")
        try world.journal.writeHere {
            _ = try $0.run("INSERT INTO removal (asset, at, author, reason) VALUES (\(gone), \(world.now), 'anne', 'essai')")
        }
        try world.importAssets("L-7;bulb;5.07;47.3;B-1;")
        await world.pass(4, floor)
        #expect(await floor.lines.map(\.asset) == [gone])
        #expect(await floor.lines.map(\.isActive) == [false])
        await world.pass(4, floor)
        #expect(Set(await floor.lines.map(\.asset)) == [gone, try world.number("L-2")])
        await floor.close()
    }

    @Test func whileTheJournalCannotBeWrittenReadingsAreTakenAndNothingIsLostAfter() async throws {
        let world = try FloorWorld()
        let floor = try await world.open()
        try await world.say(allLit, to: floor)
        try world.breakJournal()
        try await world.say(["L-1": 0], to: floor)
        try await world.say(["L-2": 0], to: floor)
        #expect(world.acknowledged.withLock { $0 } == 3)
        #expect(await floor.vitals.journalTrouble?.contains("no space left") == true)
        #expect(try world.count("alarm_event") == 0)
        #expect(world.heard.withLock { !$0.contains { if case .alarms(let lines) = $0 { !lines.isEmpty } else { false } } })
        try world.mendJournal()
        await world.pass(3, floor)
        #expect(await floor.vitals.journalTrouble == nil)
        #expect(try world.count("alarm_event WHERE event = 1") == 2)
        #expect(try world.count("logbook WHERE trade = 'health' AND french LIKE 'Le journal est de nouveau écrit%'") == 1)
        await floor.close()
    }

    @Test func aCrashWhileTheJournalIsAwayLosesNoAlarm() async throws {
        let world = try FloorWorld()
        do {
            let floor = try await world.open()
            try await world.say(allLit, to: floor)
            try world.breakJournal()
            try await world.say(["L-3": 0], to: floor)
        }
        try world.mendJournal()
        let again = try await world.open()
        await world.pass(2, again)
        #expect(await again.standing == 1)
        #expect(try world.count("alarm_event WHERE event = 1") == 1)
        await again.close()
    }

    @Test func anAssetThatIsImportedWhileTheFloorRunsIsHeardAndTheOthersKeepTheirState() async throws {
        let world = try FloorWorld()
        let floor = try await world.open()
        try await world.say(allLit.merging(["L-2": 0]) { $1 }, to: floor)
        try world.importAssets("L-7;bulb;5.07;47.3;B-1;")
        await world.pass(2, floor)
        try await world.say(["L-7": 40], to: floor)
        #expect(await floor.look(try world.number("L-7"))?.level == 40)
        #expect(await floor.look(try world.number("L-3"))?.level == 100)
        #expect(await floor.standing == 1)
        #expect(try world.count("alarm_event WHERE event = 1") == 1)
        await floor.close()
    }

    @Test func anActReturnsAfterItIsKeptAndOneThatCannotBeKeptIsUndone() async throws {
        let world = try FloorWorld()
        let floor = try await world.open()
        try await world.say(["L-1": 0], to: floor)
        let target = try #require(await floor.lines.first?.target)
        try world.breakJournal()
        await #expect(throws: ActError.self) {
            try await floor.act { _ = $0.alarms.act(.acknowledge, on: [target], by: "anne", at: $0.now) }
        }
        #expect(try world.count("alarm_event WHERE event = 3") == 0)
        try world.mendJournal()
        await world.pass(2, floor)
        #expect(await floor.lines.map(\.target) == [target])
        try await floor.act { _ = $0.alarms.act(.acknowledge, on: [target], by: "anne", at: $0.now) }
        #expect(try world.count("alarm_event WHERE event = 3 AND by_login = 'anne'") == 1)
        await floor.close()
    }

    @Test func aJumpOfTheClockIsShownAndMakesNobodyLost() async throws {
        let world = try FloorWorld()
        let floor = try await world.open()
        try await world.say(allLit, to: floor)
        world.clock.withLock { $0 = $0 + .hours(2) }
        await world.pass(3, floor)
        #expect(await floor.vitals.clockJump >= 7200)
        #expect(await floor.standing == 0)
        world.clock.withLock { $0 = $0 - .hours(1) }
        await world.pass(2, floor)
        #expect(await floor.vitals.clockJump < -3000)
        #expect(try world.count("logbook WHERE trade = 'health' AND french LIKE 'L''horloge de la machine a sauté%'") == 2)
        try await world.say(["L-1": 100], to: floor)
        #expect(world.acknowledged.withLock { $0 } == 2)
        await floor.close()
    }

    @Test(arguments: [true, false]) func whatAnOrderWantsSurvivesARestart(_ isClosed: Bool) async throws {
        let world = try FloorWorld()
        try world.importAssets("L-5;bulb;5.05;47.3;B-1;B-1")
        let lamp = try world.number("L-5")
        do {
            let floor = try await world.open()
            try await world.say(allLit, to: floor)
            try await floor.act { acting in
                _ = try acting.orders.place(
                    OrderDraft(command: .level(30), selection: .assets([lamp]), reason: "essai"), by: OrderTestWorld.everywhere,
                    at: acting.now)
            }
            await world.pass(2, floor)
            #expect(await floor.look(lamp)?.wanted == 30)
            if isClosed { await floor.close() }
        }
        let again = try await world.open()
        #expect(await again.look(lamp)?.wanted == 30)
        #expect(try world.count("order_record") == 1)
        await again.close()
    }

    @Test func aJournalBroughtBackBesideAnEmptyIntakeMutesNothing() async throws {
        let world = try FloorWorld()
        do {
            let floor = try await world.open()
            for _ in 0..<30 { try await world.say(allLit, to: floor) }
            await floor.close()
        }
        removeFolder(world.folder)
        do {
            let second = try await world.open()
            try await world.say(["L-1": 0], to: second)
            #expect(try world.journal.readHere { try PositionStore.get(in: $0) } < 10)
        }
        let third = try await world.open()
        #expect(await third.standing == 1)
        #expect(try world.count("alarm_event WHERE event = 1") == 1)
        await third.close()
    }
}
