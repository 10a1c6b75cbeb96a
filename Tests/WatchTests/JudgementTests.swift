// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing
import Watch

@Suite struct JudgementTests {
    let start = Instant(seconds: 7200 * 1000)

    func room(_ count: Int = 20) -> Judgement {
        let trade = TestTrade()
        let board = Board(kinds: trade.kinds)
        board.programmes = [.init(trade: 0, number: 0)]
        for n in 0..<count {
            board.put(.init(number: Asset.Number(n), kind: 0, place: Place(longitude: 5, latitude: 47), commune: "21231", programme: 0))
        }
        return Judgement(board: board, trades: [trade])
    }

    func reading(_ asset: Int, _ at: Instant, level: Int32, power: Int32 = 300, sequence: UInt32 = 0) -> ReadingBatch {
        var batch = ReadingBatch()
        batch.append(asset: Asset.Number(asset), at: at, sequence: sequence, mask: 3, values: [level, power])
        return batch
    }

    @Test func aReadingMovesTheStateOfItsAssetAndNoOther() {
        let room = room()
        room.begin()
        room.tick(now: start)
        room.judge(reading(3, start, level: 70), now: start)
        #expect(room.board.cells[3].state == 2)
        #expect(room.board.cells[3].level == 70)
        #expect(room.board.lastValues(Asset.Number(3)) == [70, 300])
        #expect(room.findings.dirty == [3])
        #expect(room.board.cells[4].state == 0)
    }

    @Test func darkThoughWantedRaisesAConditionAndLightTakesItBack() {
        let room = room()
        room.begin()
        room.tick(now: start)
        room.judge(reading(0, start, level: 0), now: start)
        #expect(room.findings.changes == [.init(asset: 0, kind: 0, before: 0, after: TestTrade.dark)])
        room.begin()
        room.judge(reading(0, start + .seconds(1), level: 100), now: start + .seconds(1))
        #expect(room.findings.changes == [.init(asset: 0, kind: 0, before: TestTrade.dark, after: 0)])
    }

    @Test func theSameReadingTwiceIsRefusedAndAnOlderOneOnlyGoesToHistory() {
        let room = room()
        var samples: [Int64] = []
        room.sample = { _, _, at, _, _ in samples.append(at) }
        room.begin()
        room.tick(now: start)
        room.judge(reading(0, start, level: 50, sequence: 7), now: start)
        room.judge(reading(0, start, level: 50, sequence: 7), now: start)
        room.judge(reading(0, start - .seconds(5), level: 10, sequence: 6), now: start)
        #expect(room.findings.refusals[.duplicate] == 1)
        #expect(room.findings.refusals[.outOfOrder] == 1)
        #expect(room.findings.judged == 1)
        #expect(room.board.cells[0].level == 50)
        #expect(samples == [start.milliseconds, start.milliseconds - 5000])
    }

    @Test func timesBeyondBeliefAreRefused() {
        let room = room()
        room.begin()
        room.tick(now: start)
        room.judge(reading(0, start + .hours(1), level: 50), now: start)
        room.judge(reading(0, start - .days(40), level: 50), now: start)
        room.judge(reading(0, Instant(milliseconds: .max), level: 50), now: start)
        room.judge(reading(0, Instant(milliseconds: .min), level: 50), now: start)
        #expect(room.findings.refusals[.future] == 2)
        #expect(room.findings.refusals[.ancient] == 2)
        #expect(room.board.cells[0].state == 0)
    }

    @Test func anAssetThatNobodyKnowsIsRefusedAndTheRestOfTheBatchIsKept() {
        let room = room(2)
        var batch = reading(1_000_000, start, level: 50)
        batch.append(contentsOf: reading(1, start, level: 60))
        room.begin()
        room.tick(now: start)
        room.judge(batch, now: start)
        #expect(room.findings.refusals[.unknownDevice] == 1)
        #expect(room.board.cells[1].level == 60)
    }

    @Test func silenceMakesAnAssetStaleThenLostAndAWordBringsItBack() {
        let room = room(1)
        room.begin()
        room.tick(now: start)
        room.judge(reading(0, start, level: 50), now: start)
        var at = start
        func pass(_ seconds: Int) {
            for _ in 0..<seconds {
                at = at + .seconds(1)
                room.tick(now: at)
            }
        }
        pass(80)
        #expect(room.board.cells[0].state == 2)
        pass(21)
        #expect(room.board.cells[0].state == CommonState.stale)
        pass(90)
        #expect(room.board.cells[0].state == CommonState.lost)
        #expect(room.board.cells[0].conditions == TestTrade.lost)
        room.judge(reading(0, at, level: 50), now: at)
        #expect(room.board.cells[0].state == 2)
        #expect(room.board.cells[0].conditions == 0)
    }

    @Test func nobodyWasSilentWhileTheFloorItselfDidNotListen() {
        let room = room(1)
        room.begin()
        room.tick(now: start)
        room.judge(reading(0, start, level: 50), now: start)
        let later = start + .hours(5)
        for s in 0..<20 { room.tick(now: later + .seconds(Int64(s))) }
        #expect(room.board.cells[0].state == 2)
    }

    @Test func aClockThatWasAheadAndIsPutBackMutesNobody() {
        let room = room(2)
        room.begin()
        room.tick(now: start)
        room.judge(reading(0, start, level: 100), now: start)
        // Two hours ahead both are heard, and the programme has come round to the same hour; in between it wants nothing.
        let ahead = start + .minutes(90)
        room.tick(now: ahead)
        room.judge(reading(0, start + .seconds(2), level: 100), now: ahead)
        #expect(room.board.programmes[0].level == 0)
        var at = start + .seconds(5)
        room.tick(now: at)
        #expect(room.board.programmes[0].level == 100 && room.board.programmes[0].since == UInt32(at.seconds))
        #expect(room.board.cells[0].lastHeard == UInt32(at.seconds) && room.board.cells[0].state == 2)
        // Three periods later it is lost, not an hour and a half later.
        for _ in 0..<200 {
            at = at + .seconds(1)
            room.tick(now: at)
        }
        #expect(room.board.cells[0].state == CommonState.lost)
    }

    @Test func anOrderOutweighsTheProgrammeUntilItIsTakenBack() {
        let room = room(1)
        room.begin()
        room.tick(now: start)
        room.judge(reading(0, start, level: 0), now: start)
        #expect(room.board.cells[0].conditions == TestTrade.dark)
        room.want(WantChange(asset: 0, level: 0), now: start + .seconds(1))
        #expect(room.board.cells[0].conditions == 0)
        room.want(WantChange(asset: 0, level: Verdict.noLevel), now: start + .seconds(2))
        #expect(room.board.cells[0].conditions == TestTrade.dark)
    }

    @Test func aLinkThatFallsMakesItsGatewayLostAndItsReturnBringsItBack() {
        let room = room(1)
        room.begin()
        room.tick(now: start)
        room.link(LinkEvent(gateway: Asset.Number(0), isUp: false, at: start), now: start)
        #expect(room.board.cells[0].state == CommonState.lost)
        #expect(room.board.cells[0].conditions == TestTrade.lost)
        room.link(LinkEvent(gateway: Asset.Number(0), isUp: true, at: start), now: start + .seconds(1))
        #expect(room.board.cells[0].conditions & TestTrade.lost == 0)
    }

    @Test func theSameTurnsGiveTheSameBoard() {
        func play() -> [UInt8] {
            let room = room(50)
            var seed: UInt64 = 42
            var at = start
            for _ in 0..<500 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                at = at + Span(milliseconds: Int64(seed >> 52))
                room.begin()
                room.tick(now: at)
                room.judge(
                    reading(Int(seed >> 33 % 50), at - Span(milliseconds: Int64(seed >> 40 & 0xFFF)), level: Int32(seed >> 20 & 63)),
                    now: at)
            }
            return room.board.pack()
        }
        #expect(play() == play())
    }
}

@Suite struct SnapshotTests {
    @Test func aBoardComesBackFromItsSnapshot() throws {
        let first = JudgementTests().room(30)
        let at = JudgementTests().start
        first.begin()
        first.tick(now: at)
        for n in 0..<20 { first.judge(JudgementTests().reading(n, at, level: Int32(n)), now: at) }
        first.want(WantChange(asset: 25, level: 40), now: at)
        let second = JudgementTests().room(30)
        #expect(second.board.unpack(first.board.pack()))
        #expect(second.board.pack() == first.board.pack())
        #expect(second.board.cells[25].wanted == 40)
        #expect(second.board.lastValues(Asset.Number(7)) == [7, 300])
    }

    @Test func aDamagedSnapshotIsNotRead() throws {
        let folder = "/tmp/vigie-snapshot-\(UInt64.random(in: 0 ... .max))"
        try makeFolder(folder)
        defer { removeFolder(folder) }
        var snapshot = Snapshot()
        (snapshot.position, snapshot.now, snapshot.board, snapshot.alarms) = (7, Instant(seconds: 5), [1, 2, 3], [4])
        try snapshot.write(folder: folder)
        snapshot.position = 9
        try snapshot.write(folder: folder)
        #expect(Snapshot.newest(folder: folder)?.position == 9)
        #expect(Snapshot.newest(folder: folder, through: 8)?.position == 7)
        let path = folder + "/floor-00000000000000000009.snapshot"
        var bytes = try contents(path)
        for i in bytes.indices {
            bytes[i] ^= 0x40
            #expect(Snapshot(bytes) == nil, "byte \(i)")
            bytes[i] ^= 0x40
        }
        for n in 0..<bytes.count { #expect(Snapshot(Array(bytes.prefix(n))) == nil) }
        bytes[20] ^= 1
        try write(bytes, path)
        #expect(Snapshot.newest(folder: folder)?.position == 7)
    }

    @Test func oneSnapshotOfEachHourStaysWhileTheIntakeReachesIt() throws {
        let folder = "/tmp/vigie-snapshot-\(UInt64.random(in: 0 ... .max))"
        try makeFolder(folder)
        defer { removeFolder(folder) }
        var snapshot = Snapshot()
        (snapshot.board, snapshot.staging) = ([1, 2, 3], [9])
        for step in 0..<40 {
            (snapshot.position, snapshot.now) = (UInt64(step * 10 + 1), Instant(seconds: 7200) + .minutes(Int64(step * 15)))
            try snapshot.write(folder: folder)
        }
        #expect(Snapshot.positions(folder) == [371, 381, 391])
        let hourly: [UInt64] = [1, 41, 81, 121, 161, 201, 241, 281, 321, 361]
        #expect(Snapshot.files(folder).filter(\.isHourly).map(\.position) == hourly)
        // In the past the hour's, which has nothing staged; a start begins with whole ones only.
        let past = try #require(Snapshot.newest(folder: folder, through: .max, at: Instant(seconds: 7200) + .minutes(100)))
        #expect(past.position == 41 && past.board == [1, 2, 3] && past.staging.isEmpty)
        #expect(Snapshot.newest(folder: folder, through: .max, at: Instant(seconds: 7199)) == nil)
        #expect(Snapshot.newest(folder: folder, through: 370) == nil)
        Snapshot.release(folder: folder, before: 200)
        #expect(Snapshot.files(folder).filter(\.isHourly).map(\.position) == Array(hourly.dropFirst(5)))
    }
}
