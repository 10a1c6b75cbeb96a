// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import JournalTesting
import Testing
import Watch

@Suite struct OrderStoreTests {
    private func journal(_ engine: Engine) throws -> Journal { try TestJournal.open(engine, OrderSchema.migrations) }

    private func keep(_ world: OrderTestWorld, _ journal: Journal, seconds: Int64 = 0) throws {
        world.now = world.now + .seconds(seconds)
        world.book.tick(at: world.now)
        let output = world.book.drain(at: world.now)
        world.apply(output)
        let now = world.now
        try journal.writeHere { try OrderStore.keep(output.records, at: now, in: $0) }
    }

    private func reopen(_ world: OrderTestWorld, _ journal: Journal) throws {
        world.book = OrderBook(ground: world.book.ground, limits: world.limits)
        world.book.load(try journal.readHere { try OrderStore.load(in: $0) })
    }

    @Test(arguments: TestJournal.engines) func anOrderComesBackAsItWas(engine: Engine) throws {
        let world = OrderTestWorld(lamps: 6, gateways: 2)
        let journal = try journal(engine)
        world.board.cells[5].standing = .outOfService
        var draft = world.draft(60, .area("21231"), seconds: 3600, authority: .incident)
        draft.incident = 77
        draft.reason = "Travaux rue d'« Ahuy » 100 %"
        try world.place(draft)
        let all = try world.place(world.draft(30))
        try keep(world, journal)
        world.obey([1])
        world.book.receipt(Receipt(order: all, asset: Asset.Number(3), isAccepted: false, reason: "mode local"), at: world.now)
        try keep(world, journal, seconds: 2)
        let before = world.book.current
        let lines = try #require(world.book.ledger(all)).lines
        try reopen(world, journal)
        #expect(world.book.current == before)
        #expect(try #require(world.book.ledger(all)).lines == lines)
        #expect(lines.map(\.status) == [.outranked, .outranked, .outranked, .confirmed, .refused, .blocked])
        #expect(try journal.readHere { try OrderStore.lines(all, in: $0) } == lines)
        #expect(try journal.readHere { try OrderStore.find(all, in: $0) } == before.first)
        #expect(try journal.readHere { try OrderStore.lines(999, in: $0) } == nil)
    }

    @Test(arguments: TestJournal.engines) func aKeyFindsItsOrderAfterARestartForAWeek(engine: Engine) throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let journal = try journal(engine)
        let id = try world.place(world.draft(60))
        let key = OrderKey(account: 3, text: "k", digest: [1, 2])
        world.book.remember(key, order: id, at: world.now)
        try keep(world, journal)
        try reopen(world, journal)
        #expect(try world.book.placed(under: key, at: world.now) == id)
        #expect(try world.book.placed(under: OrderKey(account: 4, text: "k", digest: [1, 2]), at: world.now) == nil)
        #expect(throws: OrderError.otherOrderUnderKey(id)) {
            try world.book.placed(under: OrderKey(account: 3, text: "k", digest: [9]), at: world.now)
        }
        #expect(try world.book.placed(under: key, at: world.now + OrderKey.kept) == nil)
        world.now = world.now + OrderKey.kept + .seconds(1)
        world.book.remember(OrderKey(account: 3, text: "other", digest: [1]), order: id, at: world.now)
        try keep(world, journal)
        #expect(try journal.readHere { try OrderStore.load(in: $0) }.keys.map(\.key.text) == ["other"], "the old key is gone")
    }

    @Test(arguments: TestJournal.engines) func aProvedLampIsNotAskedAgainAfterARestartAndAnUnprovedOneIsWithinItsBudget(engine: Engine)
        throws
    {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let journal = try journal(engine)
        let id = try world.place(world.draft(60))
        try keep(world, journal)
        world.obey([0])
        try keep(world, journal, seconds: 1)
        try reopen(world, journal)
        try keep(world, journal, seconds: 1)
        #expect(world.commands.count == 2)
        for _ in 0..<10 {
            try keep(world, journal, seconds: 15)
            try reopen(world, journal)
        }
        #expect(world.commands.filter { $0.asset == 0 }.count == 1)
        #expect(world.commands.filter { $0.asset == 1 }.count == 3)
        #expect(world.counts(id)[.timedOut] == 1)
    }

    @Test(arguments: TestJournal.engines) func anOrderThatExpiredWhileTheRoomWasDownEndsAtTheNextTick(engine: Engine) throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let journal = try journal(engine)
        let id = try world.place(world.draft(60, seconds: 60))
        try keep(world, journal)
        try reopen(world, journal)
        try keep(world, journal, seconds: 600)
        let record = try #require(try journal.readHere { try OrderStore.find(id, in: $0) })
        #expect(record.end == .expired)
        #expect(record.counts[.expired] == 2)
        #expect(world.commands.count == 2)
        #expect(!world.board.cells[0].flags.contains(.override))
    }

    @Test(arguments: TestJournal.engines) func whatTheBoardHoldsForNoOrderIsGivenBack(engine: Engine) throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let journal = try journal(engine)
        world.board.cells[1].set(.override, true)
        world.board.cells[1].wanted = 10
        try reopen(world, journal)
        #expect(world.turn().wants == [WantChange(asset: 1, level: Verdict.noLevel)])
    }

    @Test(arguments: TestJournal.engines) func ordersAreFoundByTextPersonTimeAndLife(engine: Engine) throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let journal = try journal(engine)
        for (n, reason) in ["Fête 100 %", "travaux", "FÊTE des lumières", "a_b"].enumerated() {
            var draft = world.draft(UInt8(n), seconds: n == 1 ? 60 : nil)
            draft.reason = reason
            try world.place(draft, by: n == 3 ? OrderTestWorld.second : OrderTestWorld.everywhere)
            try keep(world, journal, seconds: 100)
        }
        func found(_ change: (inout OrderStore.Filter) -> Void, limit: Int = 100) throws -> [UInt64] {
            var filter = OrderStore.Filter()
            change(&filter)
            return try journal.readHere { [filter] in try OrderStore.search(filter, limit: limit, in: $0).map(\.id) }
        }
        #expect(try found { _ in } == [4, 3, 2, 1])
        #expect(try found({ _ in }, limit: 2) == [4, 3])
        #expect(try found { $0.before = 3 } == [2, 1])
        #expect(try found { $0.text = "TRAV" } == [2])
        #expect(try found { $0.text = "100 %" } == [1])
        #expect(try found { $0.text = "_" } == [4])
        #expect(try found { $0.text = "' OR 1=1 --" } == [])
        #expect(try found { $0.login = "bob" } == [4])
        #expect(try found { $0.isLive = false } == [2])
        #expect(try found { $0.to = world.now - .seconds(350) } == [1])
    }

    @Test(arguments: TestJournal.engines) func groupsAreKeptAndForgotten(engine: Engine) throws {
        let world = OrderTestWorld(lamps: 4, gateways: 1)
        let journal = try journal(engine)
        let first = try world.book.saveGroup("a", members: world.one(1), by: OrderTestWorld.everywhere, at: world.now)
        let second = try world.book.saveGroup("b", members: .area("21231"), by: OrderTestWorld.everywhere, at: world.now)
        try keep(world, journal)
        try world.book.removeGroup(first.id)
        try keep(world, journal)
        try reopen(world, journal)
        #expect(world.book.savedGroups == [second])
        // A number is never given twice.
        #expect(try world.book.saveGroup("c", members: world.one(1), by: OrderTestWorld.everywhere, at: world.now).id == 3)
    }

    @Test(arguments: TestJournal.engines) func aDamagedLedgerIsSaidSo(engine: Engine) throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let journal = try journal(engine)
        try world.place(world.draft(60))
        try keep(world, journal)
        _ = try journal.writeHere { try $0.run("UPDATE order_step SET body = \([UInt8](repeating: 255, count: 7))") }
        #expect(throws: OrderStoreError.self) { try journal.readHere { try OrderStore.load(in: $0) } }
        _ = try journal.writeHere { try $0.run("UPDATE order_step SET body = \([UInt8](repeating: 0, count: 6))") }
        #expect(throws: OrderStoreError.self) { try journal.readHere { try OrderStore.load(in: $0) } }
    }

    @Test(arguments: TestJournal.engines) func aCityOfLampsIsOrderedAndKeptInSmallSteps(engine: Engine) throws {
        let world = OrderTestWorld(
            lamps: 34_000, gateways: 400, limits: OrderLimits(commandsPerTurn: 40_000), trade: OrderTestTrade(secondPersonAbove: 50_000))
        let journal = try journal(engine)
        let id = try world.place(world.draft(60))
        try keep(world, journal)
        #expect(world.counts(id)[.sent] == 34_000)
        #expect(world.frames.count == 400)
        var lamp = 0
        while lamp < 34_000 {
            for n in lamp..<min(lamp + 3400, 34_000) { world.book.observe(asset: UInt32(n), level: 60, at: world.now) }
            lamp += 3400
            try keep(world, journal)
        }
        let record = try #require(try journal.readHere { try OrderStore.find(id, in: $0) })
        #expect(record.counts[.confirmed] == 34_000)
        #expect(record.phase == .standing)
        let bytes = try journal.readHere {
            try $0.row("SELECT sum(length(body)) FROM order_step")!.int(0) + $0.row("SELECT sum(length(body)) FROM order_ledger")!.int(0)
        }
        #expect(bytes == 34_000 * 21)
    }
}
