// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import JournalTesting
import Testing

@testable import Watch

private typealias City = AlarmTestCity

/// The alarm book in a journal, and back.
@Suite struct AlarmStoreTests {
    private func keep(_ test: AlarmTestBook, _ journal: Journal) throws {
        test.drain()
        test.kept.kinds = City.kinds
        try journal.writeHere { try AlarmStore.keep(test.kept, in: $0) }
        test.kept = AlarmKeep()
    }

    @Test(arguments: TestJournal.engines, 1...2)
    func whatStandsComesBackFromTheJournalAsItWas(engine: Engine, seed: Int) throws {
        let journal = try TestJournal.open(engine, AlarmSchema.migrations)
        let test = AlarmTestBook()
        var dice = Dice(UInt64(seed) &* 101)
        for _ in 0..<40 {
            for _ in 0..<15 { RandomDay.step(test, &dice) }
            try keep(test, journal)
        }
        let book = AlarmBook(topology: test.city.topology)
        let unknown = try journal.readHere { try AlarmStore.load(into: book, in: $0, at: test.now) }
        // Roots may be found anew (see decision 0007): then more is recorded, with numbers never used before.
        #expect(unknown.isEmpty && book.standing == test.book.standing && book.position >= test.book.position)
        let (was, now) = (test.book.lines(), book.lines())
        #expect(was.reduce(0) { $0 + $1.count } == now.reduce(0) { $0 + $1.count })
        for id in test.book.slotOfAlarm.keys {
            let (a, b) = (test.book.line(.alarm(AlarmID(id)))!, try #require(book.line(.alarm(AlarmID(id)))))
            #expect(a.state == b.state && a.since == b.since && a.occurrences == b.occurrences && a.acknowledgedBy == b.acknowledgedBy)
            #expect(a.assignedTo == b.assignedTo && a.comments == b.comments && a.heldUntil == b.heldUntil && a.isActive == b.isActive)
        }
        let problems = try journal.readHere { try AlarmStore.check(in: $0) }
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test(arguments: TestJournal.engines)
    func anIncidentComesBackWithItsMembersAndItsAcknowledgement(engine: Engine) throws {
        let journal = try TestJournal.open(engine, AlarmSchema.migrations)
        let test = AlarmTestBook()
        let gateway = test.city.gateways[1]
        test.set(gateway, City.down)
        for lamp in test.city.topology.link.children(of: Asset.Number(gateway)) { test.set(lamp, City.lost) }
        test.act(.acknowledge, [test.lines[0].target])
        test.act(.assign(to: "bob"), [test.lines[0].target])
        try keep(test, journal)
        let book = AlarmBook(topology: test.city.topology)
        try journal.readHere { _ = try AlarmStore.load(into: book, in: $0, at: test.now) }
        let (was, line) = (test.lines[0], try #require(book.lines().first))
        #expect(book.lines().count == 1 && line.target == was.target && line.count == 25 && line.title == was.title)
        #expect(line.state == .acknowledged && line.assignedTo == "bob" && line.acknowledgedBy == "ada" && line.root == was.root)
        // The board says that two lamps have come back meanwhile.
        let back = test.city.topology.link.children(of: Asset.Number(gateway)).prefix(2).map { $0 }
        book.reconcile(at: test.now) { back.contains($0.value) ? 0 : test.masks[$0.value] ?? 0 }
        #expect(book.lines().map(\.count) == [23])
        let row = try journal.readHere { try AlarmStore.incident(IncidentID(1), kinds: City.kinds, in: $0) }
        #expect(row?.peak == 25 && row?.closedAt == nil && row?.causeAsset == Asset.Number(gateway))
    }

    @Test(arguments: TestJournal.engines)
    func thePastIsFoundByAssetByConditionAndByIncident(engine: Engine) throws {
        let journal = try TestJournal.open(engine, AlarmSchema.migrations)
        let test = AlarmTestBook()
        let lamp = test.city.lamps[7]
        for _ in 0..<3 {
            test.set(lamp, City.failure)
            let target = test.lines[0].target
            test.act(.comment("vu sur place"), [target])
            test.act(.acknowledge, [target])
            test.clear(lamp, City.failure)
            test.pass(.hours(1))
        }
        test.set(lamp, City.leakage)
        try keep(test, journal)
        try journal.readHere { transaction in
            let asset = Asset.Number(lamp)
            let all = try AlarmStore.history(of: asset, limit: 100, in: transaction)
            #expect(all.count == 13 && all.first?.event == .raised && all.map(\.number) == Array((1...13).reversed()))
            let page = try AlarmStore.history(of: asset, before: 10, limit: 4, in: transaction)
            #expect(page.map(\.number) == [9, 8, 7, 6])
            #expect(
                try AlarmStore.records(of: .alarm(AlarmID(2)), in: transaction).map(\.event) == [
                    .raised, .commented, .acknowledged, .returned,
                ])
            var search = AlarmStore.Search()
            search.condition = "failure"
            search.isOpen = false
            let past = try AlarmStore.alarms(search, limit: 2, kinds: City.kinds, in: transaction)
            #expect(past.map(\.id.value) == [3, 2] && past.allSatisfy { $0.comments == 1 && $0.closedAt != nil })
            search.before = past.last?.id
            #expect(try AlarmStore.alarms(search, limit: 2, kinds: City.kinds, in: transaction).map(\.id.value) == [1])
            let bad = try AlarmStore.badActors(from: .distantPast, to: .distantFuture, in: transaction)
            #expect(bad.map(\.times) == [3, 1] && bad.first?.condition == "failure")
            #expect(try AlarmStore.acts(after: 4, in: transaction).map(\.event) == [.commented, .acknowledged, .commented, .acknowledged])
        }
    }

    @Test(arguments: TestJournal.engines)
    func aHandOverIsKeptWithItsLines(engine: Engine) throws {
        let journal = try TestJournal.open(engine, AlarmSchema.migrations)
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.failure)
        test.act(.assign(to: "ada"), [test.lines[0].target])
        let handOver = test.book.handOver(from: "ada", to: "bob", note: "RAS, sauf L-7", at: test.now)
        try keep(test, journal)
        #expect(try journal.readHere { try AlarmStore.handOvers(limit: 5, in: $0) } == [handOver])
    }

    @Test(arguments: TestJournal.engines)
    func aConditionThatTheProgramNoLongerKnowsIsGivenBackNotLost(engine: Engine) throws {
        let journal = try TestJournal.open(engine, AlarmSchema.migrations)
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.failure)
        test.set(test.city.lamps[1], City.leakage)
        try keep(test, journal)
        var kinds = City.kinds
        kinds[0].conditions[0].key = "renamed"
        let book = AlarmBook(
            topology: Topology(kinds: kinds, kindOf: test.city.kindOf, supplyParent: test.city.supply, linkParent: test.city.link))
        let unknown = try journal.readHere { try AlarmStore.load(into: book, in: $0, at: test.now) }
        #expect(unknown.map(\.id) == [AlarmID(1)] && book.lines().map(\.condition.key) == ["leakage"])
    }

    @Test(arguments: TestJournal.engines)
    func aCheckNamesWhatDoesNotFit(engine: Engine) throws {
        let journal = try TestJournal.open(engine, AlarmSchema.migrations)
        let test = AlarmTestBook()
        test.set(test.city.lamps[0], City.failure)
        test.set(test.city.lamps[1], City.failure)
        try keep(test, journal)
        try journal.writeHere { transaction in
            try transaction.run("UPDATE alarm SET state = 2, incident = 99 WHERE id = 1")
            try transaction.run("DELETE FROM alarm_event WHERE number = 1")
        }
        let problems = try journal.readHere { try AlarmStore.check(in: $0) }
        #expect(problems.count == 2 && problems[0].contains("incident 99") && problems[1].contains("some are missing"))
    }

    @Test func whoIsGivenALineIsNamedForTheLogAndACommentIsNot() {
        func people(_ event: AlarmEvent) -> [String] {
            let draft = AlarmLogDraft(
                at: Instant(seconds: 0), by: "ada", event: event, target: .alarm(AlarmID(1)), asset: nil, text: Words("x", "x"), note: "bob"
            )
            return LogDraft(draft, name: { _ in "" }).people
        }
        #expect(people(.assigned) == ["bob"] && people(.commented).isEmpty)
    }

    @Test(arguments: TestJournal.engines)
    func aStormIsKeptInOnePiece(engine: Engine) throws {
        let journal = try TestJournal.open(engine, AlarmSchema.migrations)
        let city = AlarmTestCity.metropolis
        let test = AlarmTestBook(city)
        for lamp in city.lamps.prefix(8_000) { test.set(lamp, City.lost) }
        try keep(test, journal)
        let counts = try journal.readHere { transaction in
            try ["alarm", "alarm_event", "incident_member"].map { try transaction.row("SELECT count(*) FROM \(raw: $0)")!.int(0) }
        }
        #expect(counts[0] == 8_000 && counts[1] >= 8_000 && counts[2] > 7_900)
        #expect(try journal.readHere { try AlarmStore.check(in: $0) }.isEmpty)
    }
}
