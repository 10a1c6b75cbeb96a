// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing
import Watch

@Suite struct OrderBookTests {
    @Test func anOrderIsSentProvedAndStandsUntilItsEnd() throws {
        let world = OrderTestWorld()
        let id = try world.place(world.draft(60, seconds: 3600))
        #expect(world.counts(id)[.waiting] == 40)
        let output = world.turn()
        #expect(world.counts(id)[.sent] == 40)
        #expect(Set(output.frames.map(\.gateway.index)) == [40, 41, 42, 43])
        #expect(world.commands.count == 40)
        #expect(world.commands.allSatisfy { $0.level == 60 && $0.order == id && $0.until == (world.now + .hours(1)).iso8601 })
        #expect(output.wants.count == 40)
        world.obeyAll()
        let proved = world.turn(1)
        #expect(world.counts(id)[.confirmed] == 40)
        #expect(world.book.order(id)?.phase == .standing)
        #expect(proved.frames.isEmpty)
        world.turn(3600)
        #expect(world.book.order(id) == nil)
        #expect(world.board.cells[0].flags.contains(.override) == false)
    }

    @Test func aReadingBeforeTheSendProvesNothing() throws {
        let world = OrderTestWorld(lamps: 4, gateways: 1)
        let id = try world.place(world.draft(100))
        world.book.observe(asset: 0, level: 100, at: world.now)
        #expect(world.counts(id)[.confirmed] == 0)
        world.turn()
        world.book.observe(asset: 0, level: 100, at: world.now)
        #expect(world.counts(id)[.confirmed] == 1)
    }

    @Test func aLampThatStaysSilentIsAskedAgainWithinItsBudgetAndThenToldSo() throws {
        let world = OrderTestWorld(lamps: 1, gateways: 1)
        let id = try world.place(world.draft(30))
        world.turn()
        world.turn(9)
        #expect(world.commands.count == 1)
        world.turn(1)
        #expect(world.commands.count == 2)
        world.turn(19)
        #expect(world.commands.count == 2)
        world.turn(1)
        #expect(world.commands.count == 3)
        world.turn(40)
        #expect(world.commands.count == 3)
        #expect(world.counts(id)[.timedOut] == 1)
        // What was wanted is still wanted: the sheet shows it beside what is seen.
        #expect(world.book.wants(of: Asset.Number(0), at: world.now).winner?.level == 30)
    }

    @Test func aWrongLevelIsNoProof() throws {
        let world = OrderTestWorld(lamps: 1, gateways: 1)
        let id = try world.place(world.draft(30))
        world.turn()
        world.book.observe(asset: 0, level: 100, at: world.now)
        #expect(world.counts(id)[.sent] == 1)
        world.book.observe(asset: 0, level: 31, at: world.now)
        #expect(world.counts(id)[.confirmed] == 1)
    }

    @Test func aReceiptIsNoProofAndARefusalEndsTheRow() throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let id = try world.place(world.draft(30))
        world.book.receipt(Receipt(order: id, asset: Asset.Number(0), isAccepted: true), at: world.now)
        #expect(world.counts(id)[.waiting] == 2)
        world.turn()
        world.book.receipt(Receipt(order: id, asset: Asset.Number(0), isAccepted: true), at: world.now)
        world.book.receipt(Receipt(order: id, asset: Asset.Number(1), isAccepted: false, reason: "local mode"), at: world.now)
        world.book.receipt(Receipt(order: 99, asset: Asset.Number(0), isAccepted: false), at: world.now)
        world.book.receipt(Receipt(order: id, asset: .none, isAccepted: false), at: world.now)
        #expect(world.counts(id)[.accepted] == 1)
        #expect(world.counts(id)[.refused] == 1)
        let page = try #require(world.book.ledger(id, only: [.refused]))
        #expect(page.lines.map(\.why) == ["local mode"])
        #expect(page.total == 1)
    }

    @Test func theGatewaysRateIsKept() throws {
        let limits = OrderLimits(commandsPerSecond: 10, burst: 20, commandsPerFrame: 8)
        let world = OrderTestWorld(lamps: 100, gateways: 1, limits: limits)
        try world.place(world.draft(50))
        world.turn()
        #expect(world.commands.count == 20)
        #expect(world.frames.map { SentCommand.read($0).count } == [8, 8, 4])
        world.turn(1)
        #expect(world.commands.count == 30)
        world.turn(2)
        #expect(world.commands.count == 50)
        #expect(Set(world.commands.map(\.asset)).count == 50)
    }

    @Test func aFrameIsNeverLargerThanItsBound() throws {
        let world = OrderTestWorld(lamps: 100, gateways: 1, limits: OrderLimits(commandsPerFrame: 1000, bytesPerFrame: 512))
        try world.place(world.draft(50))
        world.turn()
        #expect(world.commands.count == 100)
        #expect(world.frames.allSatisfy { $0.payload.count <= 512 })
    }

    @Test func aCityWideOrderIsSpreadOverTurnsSoThatReadingsGoOn() throws {
        let world = OrderTestWorld(lamps: 100, gateways: 10, limits: OrderLimits(commandsPerTurn: 30))
        try world.place(world.draft(50))
        for (turn, sent) in [30, 60, 90, 100, 100].enumerated() {
            world.turn()
            #expect(world.commands.count == sent, "turn \(turn)")
        }
        #expect(Set(world.commands.map(\.asset)).count == 100)
    }

    @Test func progressIsToldFourTimesASecondAndANewPhaseAtOnce() throws {
        let world = OrderTestWorld(lamps: 4, gateways: 1)
        let id = try world.place(world.draft(50))
        #expect(world.turn().progress.map(\.phase) == [.sending])
        world.obey([0])
        #expect(world.turn().progress.isEmpty)
        #expect(world.turn(1).progress.map { $0.counts[.confirmed] } == [1])
        #expect(world.turn(1).progress.isEmpty)
        world.obeyAll()
        let told = world.turn().progress
        #expect(told.map(\.phase) == [.standing])
        #expect(told.map { $0.counts[.confirmed] } == [4])
        #expect(told.map(\.id) == [id])
    }

    @Test func whatHasNoLinkWaitsForItAndIsGivenUpInTheEnd() throws {
        let world = OrderTestWorld(lamps: 4, gateways: 2)
        world.board.cells[4].set(.linkDown, true)
        let id = try world.place(world.draft(50))
        world.turn()
        #expect(Set(world.commands.map(\.gateway)) == [5])
        world.turn(60)
        world.board.cells[4].set(.linkDown, false)
        world.turn(2)
        #expect(Set(world.commands.filter { $0.gateway == 4 }.map(\.asset)) == [0, 2])
        let other = OrderTestWorld(lamps: 4, gateways: 2)
        other.board.cells[4].set(.linkDown, true)
        let lost = try other.place(other.draft(50))
        other.turn()
        other.obeyAll()
        other.turn(1801)
        #expect(other.counts(lost)[.timedOut] == 2)
        #expect(other.counts(lost)[.confirmed] == 2)
        #expect(id == 1)
    }

    @Test func theNewerOrderTakesThePlaceOfTheOlder() throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let first = try world.place(world.draft(60))
        world.turn()
        let second = try world.place(world.draft(80, world.one(0)))
        world.turn()
        #expect(world.counts(first)[.superseded] == 1)
        world.book.observe(asset: 0, level: 60, at: world.now)
        #expect(world.counts(second)[.sent] == 1)
        world.book.observe(asset: 0, level: 80, at: world.now)
        #expect(world.counts(second)[.confirmed] == 1)
        let stack = world.book.wants(of: Asset.Number(0), at: world.now)
        #expect(stack.winner?.order == second)
        #expect(stack.losing.map(\.order) == [first, 0])
        #expect(stack.losing.last?.authority == .programme)
    }

    @Test func higherAuthorityWinsAndTheLowerOrderWaitsBeneath() throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let safety = try world.place(world.draft(100, authority: .safety))
        world.turn()
        world.obeyAll()
        let low = try world.place(world.draft(20))
        world.turn()
        #expect(world.counts(low)[.outranked] == 2)
        #expect(world.commands.allSatisfy { $0.level == 100 })
        // When the higher one is undone, what lay beneath is sent.
        let undo = try #require(try world.book.rollBack(safety, by: OrderTestWorld.everywhere, at: world.now))
        world.turn(1)
        #expect(world.commands.suffix(2).allSatisfy { $0.level == 20 && $0.order == undo })
        world.obeyAll()
        let end = world.turn()
        #expect(end.progress.contains { $0.id == undo && $0.phase == .ended && $0.counts[.confirmed] == 2 })
    }

    @Test func rollBackRestoresWhatWasWantedBefore() throws {
        let world = OrderTestWorld(lamps: 4, gateways: 1)
        let first = try world.place(world.draft(60, .assets([Asset.Number(0), Asset.Number(1)]), seconds: 7200))
        world.turn()
        world.obeyAll()
        let second = try world.place(world.draft(10))
        world.turn()
        world.obeyAll()
        world.turn(1)
        try world.book.rollBack(second, by: OrderTestWorld.everywhere, at: world.now)
        world.turn()
        let restored = world.commands.suffix(4)
        #expect(restored.map(\.asset).sorted() == [0, 1, 2, 3])
        for command in restored {
            #expect(command.level == (command.asset < 2 ? 60 : nil))
            #expect((command.until == nil) == (command.asset >= 2))
        }
        #expect(world.board.cells[0].wanted == 60)
        #expect(world.board.cells[2].flags.contains(.override) == false)
        #expect(world.book.wants(of: Asset.Number(0), at: world.now).winner?.order == first)
    }

    @Test func cancelGivesUpWhatIsNotProvedAndKeepsWhatIs() throws {
        let world = OrderTestWorld(lamps: 4, gateways: 2, limits: OrderLimits(commandsPerSecond: 1, burst: 1))
        let id = try world.place(world.draft(60))
        world.turn()
        #expect(world.counts(id)[.sent] == 2)
        world.obey([0])
        world.turn()
        let undo = try #require(try world.book.cancel(id, by: OrderTestWorld.everywhere, at: world.now))
        #expect(world.counts(id)[.cancelled] == 3)
        #expect(world.counts(id)[.confirmed] == 1)
        #expect(world.counts(undo).total == 1)
        world.turn(5)
        #expect(world.commands.last?.level == nil)
        #expect(world.book.order(id)?.phase == .standing)
        #expect(world.board.cells[0].wanted == 60)
        #expect(throws: OrderError.alreadyEnded) { try world.book.cancel(id, by: OrderTestWorld.everywhere, at: world.now) }
    }

    @Test func backToTheProgrammeClearsAllOrdersOfTheOperator() throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let first = try world.place(world.draft(60))
        let second = try world.place(world.draft(30))
        world.turn()
        world.obeyAll()
        let back = try world.place(world.draft(nil))
        world.turn()
        #expect(world.commands.suffix(2).allSatisfy { $0.level == nil })
        world.book.observe(asset: 0, level: 100, at: world.now)
        world.book.observe(asset: 1, level: 30, at: world.now)
        #expect(world.counts(back)[.confirmed] == 1)
        #expect(world.counts(back)[.sent] == 1)
        #expect(world.book.order(first) == nil)
        #expect(world.book.order(second) == nil)
        #expect(world.book.wants(of: Asset.Number(0), at: world.now).winner?.authority == .programme)
    }

    @Test func anExpiredOrderLetsTheOneBeneathComeBack() throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let long = try world.place(world.draft(60))
        world.turn()
        world.obeyAll()
        try world.place(world.draft(90, world.one(1), seconds: 100))
        world.turn()
        world.obeyAll()
        let sent = world.commands.count
        world.turn(100)
        #expect(world.commands.count == sent + 1)
        #expect(world.commands.last?.level == 60)
        #expect(world.commands.last?.asset == 1)
        #expect(world.book.wants(of: Asset.Number(1), at: world.now).winner?.order == long)
        #expect(world.book.current.first?.purpose == .resume)
        #expect(world.book.current.first?.login == "vigie")
    }

    @Test func ordersSurviveAnAssetThatLeavesTheInventory() throws {
        let world = OrderTestWorld(lamps: 2, gateways: 1)
        let id = try world.place(world.draft(60))
        let directory = Directory(
            kinds: world.trade.kinds, entries: [.init(number: Asset.Number(1), id: Asset.ID("L-1")!, kind: world.trade.kinds[0].name)])
        world.book.rebuild(topology: world.topology, directory: directory)
        world.turn()
        #expect(world.counts(id)[.refused] == 1)
        #expect(world.counts(id)[.sent] == 1)
    }
}
