// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

/// A device that was never heard though it should have been: silence is a state.
@Suite struct NeverHeardTests {
    private let start = Instant(seconds: 7200 * 1000)

    /// Bulbs 1 ..< `count` that speak through box 0, each every minute.
    private func room(_ count: Int, standing: Standing = [], box: Standing = []) -> Judgement {
        let trade = TestTrade(hasNever: true)
        let board = Board(kinds: trade.kinds)
        for n in 0..<count {
            board.put(
                .init(
                    number: Asset.Number(n), kind: n == 0 ? 1 : 0, place: nil, commune: "21231", standing: n == 0 ? box : standing,
                    gateway: n == 0 ? .none : Asset.Number(0)))
        }
        return Judgement(board: board, trades: [trade])
    }

    private func pass(_ room: Judgement, _ seconds: Int, from at: inout Instant) -> [Findings.Change] {
        var changes: [Findings.Change] = []
        for _ in 0..<seconds {
            at = at + .seconds(1)
            room.begin()
            room.tick(now: at)
            changes += room.findings.changes
        }
        return changes
    }

    private func say(_ room: Judgement, _ asset: Int, at: Instant) {
        var batch = ReadingBatch()
        batch.append(asset: Asset.Number(asset), at: at, sequence: 0, mask: 3, values: [100, 300])
        room.judge(batch, now: at)
    }

    private func isNever(_ room: Judgement, _ asset: Int) -> Bool { room.board.cells[asset].conditions & TestTrade.never != 0 }

    @Test func afterThreePeriodsWithoutAWordTheGatewayIsNeverHeardAndItsLampsWait() {
        let room = room(40)
        var at = start
        #expect(pass(room, 180, from: &at).isEmpty)
        #expect(pass(room, 11, from: &at) == [.init(asset: 0, kind: 1, before: 0, after: TestTrade.never)])
        #expect(pass(room, 3600, from: &at).isEmpty, "one line, however many lamps it has")
        #expect(room.board.cells[0].state == CommonState.unknown && room.board.cells[1].state == CommonState.unknown)
    }

    @Test func whenTheGatewayComesItsLampsHaveTheirTimeAndThenSayWhoIsMissing() {
        let room = room(4)
        var at = start
        _ = pass(room, 1000, from: &at)
        room.begin()
        room.link(LinkEvent(gateway: Asset.Number(0), isUp: true, at: at), now: at)
        #expect(room.findings.changes == [.init(asset: 0, kind: 1, before: TestTrade.never, after: 0)])
        say(room, 1, at: at)
        // The box itself is lost after as long, since it says no more.
        #expect(pass(room, 179, from: &at).allSatisfy { $0.asset == 0 })
        let late = pass(room, 12, from: &at).filter { $0.after & TestTrade.never != 0 }
        #expect(late.map(\.asset).sorted() == [2, 3])
        room.begin()
        say(room, 2, at: at)
        #expect(room.findings.changes == [.init(asset: 2, kind: 0, before: TestTrade.never, after: 0)] && room.board.cells[2].state == 2)
    }

    @Test func aGatewayThatSaysNothingOfItsOwnIsThereWhenItsLampsAreHeard() {
        let room = room(3)
        var at = start
        _ = pass(room, 200, from: &at)
        #expect(isNever(room, 0))
        room.begin()
        say(room, 1, at: at)
        #expect(!isNever(room, 0) && room.findings.changes.contains { $0.asset == 0 && $0.after == 0 })
        _ = pass(room, 400, from: &at)
        #expect(!isNever(room, 0) && isNever(room, 2))
    }

    @Test func aLinkThatEndsBeforeTheFirstWordIsALossAndNotNeverHeard() {
        let room = room(1)
        var at = start
        _ = pass(room, 200, from: &at)
        room.link(LinkEvent(gateway: Asset.Number(0), isUp: false, at: at), now: at)
        #expect(room.board.cells[0].conditions == TestTrade.lost)
    }

    @Test func outOfServiceNothingIsAwaitedAndBackInServiceTheTimeBeginsThen() {
        let room = room(2, standing: .outOfService, box: .outOfService)
        var at = start
        #expect(pass(room, 1000, from: &at).isEmpty)
        room.board.cells[1].standing = []
        #expect(pass(room, 180, from: &at).isEmpty, "its gateway is out of service, so it speaks for itself")
        #expect(pass(room, 11, from: &at).map(\.asset) == [1])
        room.board.cells[1].standing = .outOfService
        #expect(pass(room, 10, from: &at) == [.init(asset: 1, kind: 0, before: TestTrade.never, after: 0)])
    }

    @Test func theTimeInWhichTheRoomDidNotListenDoesNotCountAndTheCountGoesOn() {
        let room = room(1)
        var at = start
        _ = pass(room, 120, from: &at)
        at = at + .hours(9)
        #expect(pass(room, 60, from: &at).isEmpty)
        #expect(pass(room, 12, from: &at).map(\.asset) == [0])
    }

    @Test func aKindOfWhichSilenceIsNoFaultRaisesNothing() {
        let trade = TestTrade()
        let board = Board(kinds: trade.kinds)
        board.put(.init(number: Asset.Number(0), kind: 0, place: nil, commune: ""))
        let room = Judgement(board: board, trades: [trade])
        var at = start
        #expect(pass(room, 1000, from: &at).isEmpty && room.board.cells[0].stateSince == 0)
    }

    /// Six bulbs and their box are imported and nobody ever speaks.
    @Test(arguments: ["closed", "crashed", "crashed without snapshot"])
    func theCountGoesOnOverRestarts(_ how: String) async throws {
        let world = try FloorWorld(hasNever: true)
        try world.importAssets((1...6).map { "L-\($0);bulb;5.0\($0);47.3;B-1;B-1" }.joined(separator: "\n"))
        for stretch in [100, 60] {
            let floor = try await world.open()
            await world.pass(stretch, floor)
            #expect(await floor.standing == 0)
            if how == "closed" { await floor.close() }
        }
        if how.hasSuffix("without snapshot") { removeFolder(world.settings.snapshotFolder) }
        let floor = try await world.open()
        await world.pass(32, floor)
        // 192 s in all: the box, and the bulbs below it wait for it.
        let lines = await floor.lines
        let box = try world.number("B-1")
        #expect(lines.map(\.asset) == [box])
        await floor.close()
        #expect(try world.count("alarm_event WHERE event = 1") == 1)
        #expect(try HouseCheck.findings(journal: world.journal, settings: world.settings, trades: [world.trade]) == [])
    }
}
