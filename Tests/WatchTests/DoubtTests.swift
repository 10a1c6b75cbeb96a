// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import JournalTesting
import Synchronization
import Testing

@testable import Watch

/// A journal's server that says nothing at the worst moment: whatever became of the commit, everything is kept once.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DoubtTests {
    private static let hasServer = PostgresServer.shared != nil

    private func world() throws -> (FloorWorld, StallingProxy) {
        let (url, proxy) = try #require(PostgresServer.shared?.freshStallingURL())
        return (try FloorWorld(place: .postgres(url), patience: .seconds(2)), proxy)
    }

    /// One reading, without a look into the journal.
    private func say(_ asset: Asset.Number, _ level: Int32, _ world: FloorWorld, _ floor: Floor) async {
        var delivery = Delivery()
        delivery.readings.append(asset: asset, at: world.now, sequence: 0, mask: 3, values: [level, level * 10])
        delivery.acknowledge = { world.acknowledged.withLock { $0 += 1 } }
        _ = floor.inbox.take(delivery)
        await world.pass(1, floor)
    }

    /// Lets seconds pass until the journal is well again; false after a hundred.
    private func isWell(_ world: FloorWorld, _ floor: Floor) async throws -> Bool {
        for _ in 0..<100 {
            await world.pass(1, floor)
            if floor.published.withLock({ $0.vitals.journalTrouble }) == nil { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    @Test(.enabled(if: hasServer), arguments: [StallingProxy.Fate.answerStopped, .requestLate, .requestLost])
    func whatBecameOfACommitIsFoundOutAndNothingIsKeptTwice(_ fate: StallingProxy.Fate) async throws {
        let (world, proxy) = try world()
        let floor = try await world.open()
        try await world.say(["L-1": 100, "L-2": 100, "L-3": 100], to: floor)
        let numbers = try ["L-1", "L-2"].map { try world.number($0) }
        proxy.stop(atNextCommit: fate)
        await say(numbers[0], 0, world, floor)
        #expect(proxy.hasStopped && floor.published.withLock { $0.vitals.journalTrouble } != nil)
        // The room goes on: more is acknowledged and judged meanwhile.
        await say(numbers[1], 0, world, floor)
        await say(numbers[0], 100, world, floor)
        #expect(world.acknowledged.withLock { $0 } == 4, "while the journal is away")
        proxy.goOn()
        #expect(try await isWell(world, floor))
        try await world.say(["L-3": 0], to: floor)
        func edges(_ event: Int) throws -> [Int64] {
            try world.journal.readHere {
                try $0.rows("SELECT asset FROM alarm_event WHERE event = \(event) ORDER BY asset").map { $0.integer(0) }
            }
        }
        #expect(try edges(1) == [0, 1, 2] && edges(2) == [0])
        #expect(try world.count("logbook WHERE french LIKE 'Le journal est de nouveau%'") == 1)
        let told = world.heard.withLock { said in
            said.reduce(0) { if case .alarms(let lines) = $1 { $0 + lines.filter { $0.asset.value == 2 && !$0.isGone }.count } else { $0 } }
        }
        #expect(told == 1)
        await floor.close()
        #expect(try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [world.trade]) == [])
    }

    /// An act whose commit gets no answer is refused; afterwards the books say what the journal says.
    @Test(.enabled(if: hasServer), arguments: [StallingProxy.Fate.answerStopped, .requestLost])
    func anActWithoutAnAnswerIsTakenFromTheJournal(_ fate: StallingProxy.Fate) async throws {
        let (world, proxy) = try world()
        let floor = try await world.open()
        try await world.say(["L-1": 0], to: floor)
        let other = try world.number("L-2")
        let target = try #require(await floor.lines.first?.target)
        proxy.stop(atNextCommit: fate)
        await #expect(throws: ActError.self) {
            try await floor.act { _ = $0.alarms.act(.acknowledge, on: [target], by: "anne", at: $0.now) }
        }
        // The books are not empty for good where the journal could not be read at once.
        await say(other, 0, world, floor)
        proxy.goOn()
        #expect(try await isWell(world, floor))
        let wasKept = fate == .answerStopped
        #expect(await floor.lines.filter { $0.acknowledgedBy == "anne" }.count == (wasKept ? 1 : 0))
        #expect(try world.count("alarm_event WHERE event = 3") == (wasKept ? 1 : 0))
        #expect(await floor.standing == 2)
        await floor.close()
        #expect(try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [world.trade]) == [])
    }
}
