// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

/// A room that is stopped and started goes on as if it had not been.
@Suite struct AlarmRestartTests {
    @Test(arguments: 1...2)
    func aRestartInTheMiddleEqualsNoRestart(seed: Int) {
        let city = AlarmTestCity(substations: 2, feeders: 2, cabinets: 3, lamps: 8, lampsPerGateway: 11)
        let straight = AlarmTestBook(city)
        let stopped = AlarmTestBook(city)
        var diceA = Dice(UInt64(seed))
        var diceB = Dice(UInt64(seed))
        for _ in 0..<500 { RandomDay.step(straight, &diceA) }
        for _ in 0..<500 { RandomDay.step(stopped, &diceB) }
        straight.drain()
        stopped.drain()
        #expect(straight.kept.records == stopped.kept.records && straight.kept.records.count > 300)

        let second = AlarmTestBook(city)
        #expect(second.book.restore(stopped.book.snapshot()))
        (second.masks, second.now) = (stopped.masks, stopped.now)
        #expect(second.lines == straight.lines && second.book.position == straight.book.position)
        #expect(second.book.loadMeter(at: second.now) == straight.book.loadMeter(at: straight.now))
        straight.kept = AlarmKeep()
        for _ in 0..<500 { RandomDay.step(straight, &diceA) }
        for _ in 0..<500 { RandomDay.step(second, &diceB) }
        straight.drain()
        second.drain()
        #expect(second.kept.records == straight.kept.records && second.lines == straight.lines)
        let differs = zip(second.book.snapshot(), straight.book.snapshot()).enumerated().first { $1.0 != $1.1 }
        #expect(differs == nil)
    }

    @Test(arguments: 1...2)
    func theIntakePlayedAgainWithTheActsOfTheJournalGivesTheSameRecords(seed: Int) {
        let city = AlarmTestCity(substations: 2, feeders: 2, cabinets: 3, lamps: 8, lampsPerGateway: 11)
        let first = AlarmTestBook(city)
        var dice = Dice(UInt64(seed) &* 31)
        var snapshot: (bytes: [UInt8], inputs: Int, records: Int)?
        for step in 0..<800 {
            RandomDay.step(first, &dice)
            first.pass(.milliseconds(10))
            if step == 300 {
                first.drain()
                snapshot = (first.book.snapshot(), first.inputs.count, first.kept.records.count)
            }
        }
        first.drain()
        #expect(first.kept.records.filter(\.isAct).count > 20)

        // From nothing, and from a snapshot.
        let again = AlarmTestBook(city)
        again.book.expect(first.kept.records)
        again.play(first.inputs)
        again.drain()
        let difference = zip(again.kept.records, first.kept.records).first { $0 != $1 }
        #expect(again.book.outstanding == 0 && difference == nil && again.kept.records.count == first.kept.records.count)
        let lines = zip(again.lines, first.lines).first { $0 != $1 }
        #expect(lines == nil)
        let half = AlarmTestBook(city)
        #expect(half.book.restore(snapshot!.bytes))
        half.book.expect(first.kept.records)
        half.play(Array(first.inputs.dropFirst(snapshot!.inputs)))
        half.drain()
        let after = zip(half.kept.records, first.kept.records.dropFirst(snapshot!.records)).first { $0 != $1 }
        #expect(half.book.outstanding == 0 && after == nil && half.book.position == first.book.position)
        #expect(half.lines.map(\.target) == first.lines.map(\.target))
    }

    @Test func aSnapshotThatIsCutOrForeignIsRefusedAndTheBookStaysEmpty() {
        let test = AlarmTestBook()
        var dice = Dice(3)
        for _ in 0..<200 { RandomDay.step(test, &dice) }
        test.drain()
        let bytes = test.book.snapshot()
        for length in stride(from: 0, to: bytes.count, by: 41) {
            let book = AlarmBook(topology: test.city.topology)
            #expect(!book.restore(Array(bytes.prefix(length))) && book.standing == 0)
        }
        for _ in 0..<400 {
            var hurt = bytes
            hurt[Int(dice.next() % UInt64(hurt.count))] ^= UInt8(truncatingIfNeeded: dice.next() | 1)
            let book = AlarmBook(topology: test.city.topology)
            if book.restore(hurt) { _ = book.position }
        }
        let other = AlarmBook(topology: Topology(kinds: [], kindOf: [], supplyParent: [], linkParent: []))
        #expect(!other.restore(bytes))
    }

    @Test func aSnapshotOfYesterdaysInventoryFindsItsRootsAnew() {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[1]
        test.set(gateway, AlarmTestCity.down)
        for lamp in test.city.topology.link.children(of: Asset.Number(gateway)) { test.set(lamp, AlarmTestCity.lost) }
        test.drain()
        // Since then one lamp was moved to another gateway.
        var moved = test.city
        moved.link[Int(test.city.topology.link.children(of: Asset.Number(gateway)).first!)] = test.city.gateways[2]
        let book = AlarmBook(topology: moved.topology)
        #expect(book.restore(test.book.snapshot()))
        #expect(book.lines().map(\.count).sorted() == [1, 24])
    }
}
