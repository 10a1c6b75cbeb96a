// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

private typealias City = AlarmTestCity

/// The figures of EEMUA 191, by hand.
@Suite struct LoadMeterTests {
    @Test func linesAreCountedAndMembersApart() {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[0]
        test.set(gateway, City.down)
        for lamp in test.city.topology.link.children(of: Asset.Number(gateway)) { test.set(lamp, City.lost) }
        test.set(test.city.lamps[100], City.failure)
        test.drain()
        var load = test.book.loadMeter(at: test.now)
        #expect(load.linesIn10Minutes == 2 && load.alarmsIn10Minutes == 26 && load.standing == 2 && load.alarmsStanding == 26)
        #expect(load.level == .comfortable && load.unacknowledged == 2 && load.stale == 0)
        test.pass(.minutes(10))
        load = test.book.loadMeter(at: test.now)
        #expect(load.linesIn10Minutes == 0 && load.linesInHour == 2)
        test.pass(.hours(25))
        load = test.book.loadMeter(at: test.now)
        #expect(load.linesInHour == 0 && load.alarmsInHour == 0 && load.stale == 2)
        #expect(load.byPriority.values.reduce(0, +) == 2)
    }

    @Test func sixAnHourIsComfortableTwelveTheMost() {
        let test = AlarmTestBook()
        func ring(_ n: Int, from first: Int) {
            for lamp in test.city.lamps[first..<first + n] {
                test.set(lamp, City.failure)
                test.drain()
                test.pass(.minutes(4))
            }
        }
        ring(6, from: 0)
        #expect(test.book.loadMeter(at: test.now).level == .comfortable)
        ring(6, from: 10)
        #expect(test.book.loadMeter(at: test.now).level == .busy)
        ring(2, from: 20)
        #expect(test.book.loadMeter(at: test.now).level == .overloaded)
    }

    @Test func moreThanTenInTenMinutesIsAFloodUntilItCalms() {
        var meter = LoadMeter()
        let policy = AlarmPolicy()
        var now = Instant(seconds: 1_763_750_000)
        for _ in 0..<10 { meter.countLine(at: now, policy) }
        #expect(meter.floodSince == nil)
        now = now + .minutes(2)
        meter.countLine(at: now, policy)
        let began = now
        #expect(meter.floodSince == began)
        now = now + .minutes(8) + .seconds(10)
        meter.tick(at: now, policy)
        #expect(meter.floodSince == nil && meter.lastFlood?.from == began && meter.lastFlood?.to == now)
    }

    @Test func theRingCountsAsASlowListDoes() {
        var dice = Dice(4)
        var meter = LoadMeter()
        var times: [Int64] = []
        var now = Instant(seconds: 1_763_750_000)
        for _ in 0..<2000 {
            now = now + .milliseconds(Int64(dice.next() % 40_000))
            meter.countLine(at: now, AlarmPolicy())
            times.append(floorDivide(now.milliseconds, 10_000))
            let slice = floorDivide(now.milliseconds, 10_000)
            #expect(meter.linesInHour(at: now) == times.filter { $0 > slice - 360 }.count)
            #expect(meter.linesIn10Minutes(at: now) == times.filter { $0 > slice - 60 }.count)
        }
        // A clock that jumps back harms nothing.
        meter.countLine(at: now - .hours(5), AlarmPolicy())
        #expect(meter.linesInHour(at: now) == times.filter { $0 > floorDivide(now.milliseconds, 10_000) - 360 }.count + 1)
    }
}
