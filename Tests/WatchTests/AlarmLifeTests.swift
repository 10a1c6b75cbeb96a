// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

private typealias City = AlarmTestCity

/// Each way through the states of ANSI/ISA-18.2, as one alarm of one lamp lives it.
@Suite struct AlarmLifeTests {
    @Test func everyStepOfTheTableLeadsWhereTheStandardSays() {
        // The diagram of §5.2 in letters, written down apart from the program's table.
        let diagram: [(Character, AlarmTransition.Cause, Character)] = [
            ("A", .raise, "B"), ("D", .raise, "B"), ("E", .raise, "B"), ("F", .raise, "B"),
            ("B", .clear, "D"), ("C", .clear, "A"), ("B", .clearLatching, "E"), ("C", .clearLatching, "F"),
            ("B", .acknowledge, "C"), ("D", .acknowledge, "A"), ("E", .acknowledge, "F"), ("F", .reset, "A"),
            ("A", .shelve, "G"), ("B", .shelve, "G"), ("C", .shelve, "G"), ("D", .shelve, "G"), ("E", .shelve, "G"), ("F", .shelve, "G"),
            ("G", .unshelveActive, "B"), ("G", .unshelveNormal, "A"),
            ("A", .suppress, "H"), ("B", .suppress, "H"), ("C", .suppress, "H"), ("D", .suppress, "H"), ("E", .suppress, "H"),
            ("F", .suppress, "H"), ("G", .suppress, "H"), ("I", .suppress, "H"),
            ("H", .unsuppressActive, "B"), ("H", .unsuppressNormal, "A"),
            ("A", .remove, "I"), ("B", .remove, "I"), ("C", .remove, "I"), ("D", .remove, "I"), ("E", .remove, "I"), ("F", .remove, "I"),
            ("G", .remove, "I"), ("H", .remove, "I"),
            ("I", .restoreActive, "B"), ("I", .restoreNormal, "A"),
        ]
        for state in AlarmState.allCases {
            for cause in AlarmTransition.Cause.allCases {
                let expected = diagram.first { $0.0 == state.letter && $0.1 == cause }?.2
                #expect(AlarmTransition.next(state, cause)?.letter == expected, "\(state) by \(cause)")
            }
        }
        #expect(AlarmTransition.table.count == diagram.count)
        #expect(AlarmTransition.table.allSatisfy { $0.clause.contains("§") })
    }

    @Test func aDelayAndAnEscalationThatRanWhenTheClockWasPutBackGoOnForTheRest() throws {
        let test = AlarmTestBook()
        test.pass(.hours(2))
        test.set(test.city.lamps[3], City.delayed)
        test.set(test.city.lamps[5], City.leakage)
        test.pass(.seconds(10))
        test.now = test.now - .hours(2)
        test.book.tick(at: test.now)
        test.pass(.seconds(19))
        #expect(!test.lines.contains { $0.condition.key == "delayed" })
        test.pass(.seconds(2))
        #expect(test.lines.contains { $0.condition.key == "delayed" })
        test.pass(.minutes(2))
        test.drain()
        #expect(test.events.contains(.escalated))
    }

    @Test func theEndOfAShelfIsATimeOfDayAndStaysWhenTheClockIsPutBack() throws {
        let test = AlarmTestBook()
        test.set(test.city.lamps[3], City.failure)
        let end = test.now + .hours(1)
        test.act(.shelve(until: end, why: "essai"), [try #require(test.only).target])
        test.pass(.minutes(30))
        test.now = test.now - .minutes(20)
        test.book.tick(at: test.now)
        test.pass(.minutes(49))
        #expect(test.only?.state == .shelved && test.now < end)
        test.pass(.minutes(2))
        #expect(test.only?.state == .unacknowledged)
    }

    @Test func anAlarmIsRaisedAcknowledgedAndReturns() throws {
        let test = AlarmTestBook()
        test.set(test.city.lamps[3], City.failure)
        let raised = try #require(test.only)
        #expect(raised.state == .unacknowledged && raised.isActive && raised.priority == .low && raised.condition.key == "failure")
        #expect(raised.communes == [.init(commune: Commune(insee: "21230"), count: 1)])
        test.pass(.seconds(40))
        #expect(test.act(.acknowledge, [raised.target]).done == [raised.target])
        #expect(test.only?.state == .acknowledged && test.only?.acknowledgedBy == "ada" && test.only?.acknowledgedAt == test.now)
        test.pass(.seconds(5))
        test.clear(test.city.lamps[3], City.failure)
        #expect(test.lines.isEmpty && test.book.standing == 0)
        test.drain()
        #expect(test.events == [.raised, .acknowledged, .returned])
        #expect(test.kept.alarms.last?.closedAt == test.now && test.kept.alarms.last?.state == .normal)
        #expect(test.kept.records.map(\.number) == [1, 2, 3])
    }

    @Test func whatReturnsUnseenStaysUntilSomebodySawIt() {
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.failure)
        test.clear(test.city.lamps[0], City.failure)
        #expect(test.only?.state == .returned && test.only?.isActive == false && test.only?.returnedAt == test.now)
        test.act(.acknowledge, [test.lines[0].target])
        #expect(test.lines.isEmpty)
    }

    @Test func anAlarmThatComesAgainKeepsItsNumberAndItsCount() throws {
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.failure)
        let first = try #require(test.only)
        test.pass(.minutes(20))
        test.clear(test.city.lamps[0], City.failure)
        test.pass(.minutes(20))
        test.set(test.city.lamps[0], City.failure)
        #expect(test.only?.target == first.target && test.only?.occurrences == 2 && test.only?.state == .unacknowledged)
        #expect(test.only?.since == first.since)
        test.act(.acknowledge, [first.target])
        test.clear(test.city.lamps[0], City.failure)
        test.pass(.minutes(20))
        test.set(test.city.lamps[0], City.failure)
        #expect(test.only?.target == .alarm(AlarmID(2)) && test.only?.occurrences == 1)
    }

    @Test func aLatchedAlarmStaysUntilItIsAcknowledgedAndReset() {
        let test = AlarmTestBook()
        let lamp = test.city.lamps[0]
        test.set(lamp, City.leakage)
        let target = test.lines[0].target
        test.clear(lamp, City.leakage)
        #expect(test.only?.state == .latched && test.only?.priority == .critical)
        #expect(test.act(.reset, [target]).refused == [.init(target: target, why: .notInThisState)])
        test.act(.acknowledge, [target])
        #expect(test.only?.state == .latchedAcknowledged)
        test.act(.reset, [target])
        #expect(test.lines.isEmpty)
        // Acknowledged before its condition went: still latched, for the reset.
        test.set(lamp, City.leakage)
        test.act(.acknowledge, [test.lines[0].target])
        test.clear(lamp, City.leakage)
        #expect(test.only?.state == .latchedAcknowledged)
    }

    @Test func aShelfHasAReasonAndAnEndAndOpensByItself() {
        let test = AlarmTestBook()
        let lamp = test.city.lamps[0]
        test.set(lamp, City.failure)
        let target = test.lines[0].target
        #expect(test.act(.shelve(until: test.now + .hours(2), why: ""), [target]).refused.first?.why == .needsReason)
        #expect(test.act(.shelve(until: test.now, why: "x"), [target]).refused.first?.why == .alreadyOver)
        #expect(test.act(.shelve(until: test.now + .days(3), why: "x"), [target]).refused.first?.why == .tooLong)
        #expect(test.act(.shelve(until: test.now + .hours(2), why: "pose en cours"), [target]).done == [target])
        #expect(test.only?.state == .shelved && test.only?.heldWhy == "pose en cours" && test.only?.heldBy == "ada")
        #expect(test.book.lines(.onScreen).isEmpty)
        test.pass(.hours(1))
        #expect(test.only?.state == .shelved)
        test.pass(.hours(1))
        #expect(test.only?.state == .unacknowledged && test.only?.heldUntil == nil)
        // A shelved alarm whose condition went is over when the shelf opens.
        test.act(.shelve(until: test.now + .hours(2), why: "encore"), [target])
        test.clear(lamp, City.failure)
        #expect(test.only?.state == .shelved)
        test.act(.unshelve, [target])
        #expect(test.lines.isEmpty)
    }

    @Test func suppressedAndOutOfServiceHoldUntilLifted() {
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.failure)
        let target = test.lines[0].target
        test.act(.suppress(why: "chantier"), [target])
        #expect(test.only?.state == .suppressed)
        test.act(.removeFromService(why: "déposée"), [target])
        #expect(test.only?.state == .outOfService)
        #expect(test.act(.unsuppress, [target]).refused.count == 1)
        test.act(.restoreToService, [target])
        #expect(test.only?.state == .unacknowledged)
    }

    @Test func delaysKeepShortDisturbancesFromTheOperator() {
        let test = AlarmTestBook()
        let lamp = test.city.lamps[0]
        test.set(lamp, City.delayed)
        test.pass(.seconds(29))
        test.clear(lamp, City.delayed)
        test.pass(.minutes(5))
        #expect(test.lines.isEmpty && test.book.entries.count - test.book.freeEntries.count == 0)
        test.set(lamp, City.delayed)
        test.pass(.seconds(30))
        #expect(test.lines.count == 1)
        test.clear(lamp, City.delayed)
        test.pass(.seconds(19))
        test.set(lamp, City.delayed)
        test.pass(.seconds(19))
        #expect(test.only?.isActive == true)
        test.clear(lamp, City.delayed)
        test.pass(.seconds(20))
        #expect(test.only?.state == .returned)
    }

    @Test func aFlappingAlarmIsHeldAsOneLineUntilItIsQuiet() {
        let test = AlarmTestBook()
        let lamp = test.city.lamps[0]
        for _ in 0..<40 {
            test.set(lamp, City.failure)
            test.pass(.seconds(5))
            test.clear(lamp, City.failure)
            test.pass(.seconds(5))
        }
        #expect(test.only?.isFlapping == true && test.only?.isActive == true)
        test.drain()
        #expect(test.events.filter { $0 == .flapping }.count == 1)
        #expect(test.events.filter { $0 == .raised }.count <= 3)
        test.pass(.minutes(9))
        #expect(test.only?.isFlapping == true)
        test.pass(.minutes(1))
        #expect(test.only?.isFlapping == false && test.only?.state == .returned)
        test.act(.acknowledge, [test.lines[0].target])
        test.pass(.minutes(30))
        #expect(test.book.flaps.isEmpty && test.book.slotOf.isEmpty)
    }

    @Test func whatNobodyAcknowledgesEscalatesAsOftenAsThePolicySays() {
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.leakage)
        test.pass(.minutes(2))
        #expect(test.only?.escalation == 1)
        for _ in 0..<10 { test.pass(.minutes(2)) }
        #expect(test.only?.escalation == 3)
        test.drain()
        #expect(test.log.filter { $0.event == .escalated }.count == 3)
        test.act(.acknowledge, [test.lines[0].target])
        test.pass(.hours(10))
        #expect(test.only?.escalation == 0)
    }

    @Test func anIncidentThatGrowsWorseEscalatesByItsPriorityOfNow() throws {
        var policy = AlarmPolicy()
        policy.wideIncident = 8
        let test = AlarmTestBook(policy: policy)
        let cabinet = test.city.cabinets[2]
        let lamps = test.city.topology.supply.children(of: Asset.Number(cabinet)).filter { test.city.kindOf[Int($0)] == City.lamp }
        for lamp in lamps.prefix(6) { test.set(lamp, City.supplyLoss) }
        test.pass(.minutes(5))
        #expect(try #require(test.only).priority == .medium)
        for lamp in lamps.dropFirst(6) { test.set(lamp, City.supplyLoss) }
        #expect(try #require(test.only).priority == .high)
        test.pass(.minutes(9))
        #expect(test.only?.escalation == 0)
        test.pass(.minutes(1))
        #expect(test.only?.escalation == 1)
    }

    @Test func theInventoryMayRankOneLampHigher() {
        let test = AlarmTestBook()
        test.book.setPriority(.critical, asset: Asset.Number(test.city.lamps[1]), bit: 0)
        test.set(test.city.lamps[0], City.failure)
        test.set(test.city.lamps[1], City.failure)
        #expect(test.lines.map(\.priority) == [.critical, .low])
    }

    @Test func aShiftHandsOverWhatItHolds() {
        let test = AlarmTestBook()
        for lamp in test.city.lamps.prefix(3) { test.set(lamp, City.failure) }
        let targets = test.lines.map(\.target).sorted()
        test.act(.assign(to: "ada"), [targets[0], targets[2]])
        test.act(.comment("équipe prévenue"), [targets[0]])
        #expect(test.book.holdings().map { "\($0.person):\($0.lines)" } == [":1", "ada:2"])
        let handOver = test.book.handOver(from: "ada", to: "bob", note: "nuit calme", at: test.now)
        #expect(handOver.targets == [targets[0], targets[2]] && handOver.standing == 3 && handOver.unacknowledged == 3)
        #expect(test.book.holdings().map { "\($0.person):\($0.lines)" } == [":1", "bob:2"])
        #expect(test.book.line(targets[0])?.comments == 1)
        test.drain()
        #expect(test.kept.handOvers == [handOver])
        #expect(test.log.map(\.by) == ["ada", "ada", "ada"])
    }

    @Test func hostileChangesOfUnknownKindsAndBitsAreLeftAlone() {
        let test = AlarmTestBook()
        test.book.change(asset: Asset.Number(0), kind: 200, before: 0, after: UInt32.max, at: test.now)
        test.book.change(asset: Asset.Number(0), kind: AlarmTestCity.gateway, before: 0, after: 0xFFFF_FFFE, at: test.now)
        test.book.change(asset: Asset.Number(4_000_000_000), kind: AlarmTestCity.lamp, before: 0, after: City.lost, at: test.now)
        #expect(test.lines.map(\.asset) == [Asset.Number(4_000_000_000)])
        #expect(test.act(.acknowledge, [.alarm(AlarmID(77)), .incident(IncidentID(3))]).refused.count == 2)
    }

    @Test func linesThatClosedAreAnnouncedAsGone() {
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.failure)
        #expect(test.drain().lines.map(\.isGone) == [false])
        test.act(.acknowledge, [test.lines[0].target])
        test.clear(test.city.lamps[0], City.failure)
        #expect(test.drain().lines.map(\.isGone) == [true])
        #expect(test.drain().isEmpty && !test.book.hasNews)
    }
}
