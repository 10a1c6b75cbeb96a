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

    @Test func aFeederThatTripsIsOnePresentationAndNoFlood() {
        let city = AlarmTestCity(substations: 2, feeders: 4, cabinets: 12, lamps: 50, lampsPerGateway: 85)
        let test = AlarmTestBook(city)
        var dice = Dice(3)
        let below = city.topology.supply.descendants(of: Asset.Number(city.feeders[2])).map(\.value)
        let lamps = below.filter { city.kindOf[Int($0)] == City.lamp }.shuffled(using: &dice)
        for lamp in lamps {
            test.set(lamp, City.supplyLoss)
            test.pass(.milliseconds(16))
            test.drain()
        }
        let load = test.book.loadMeter(at: test.now)
        #expect(load.standing == 1 && load.linesIn10Minutes == 1 && load.linesInHour == 1 && load.alarmsIn10Minutes == 600)
        #expect(load.level == .comfortable && load.floodSince == nil && load.lastFloodFrom == nil)
    }

    @Test func aLineThatMergesLaterHadBeenPresented() {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[3]
        let lamps = test.city.topology.link.children(of: Asset.Number(gateway)).map { $0 }
        for lamp in lamps.prefix(2) {
            test.set(lamp, City.lost)
            test.drain()
        }
        test.pass(.seconds(61))
        test.set(lamps[2], City.lost)
        test.drain()
        test.set(gateway, City.down)
        test.drain()
        #expect(test.lines.count == 1 && test.book.loadMeter(at: test.now).linesIn10Minutes == 3)
    }

    @Test func aFloodStaysWhereEnoughLinesStayOrWhereItLastedLongerThanTheMerging() {
        let policy = AlarmPolicy()
        let began = Instant(seconds: 1_763_750_000)
        for merged in 0...1 {
            var meter = LoadMeter()
            for _ in 0..<11 { meter.countLine(at: began, policy) }
            #expect(meter.floodSince == began)
            for _ in 0..<merged { meter.uncountLine(of: began, at: began + .seconds(5), policy) }
            #expect(meter.floodSince == (merged == 1 ? nil : began) && meter.lastFlood == nil)
        }
        // A flood of more than a minute was one, whatever merges then.
        var long = LoadMeter()
        for _ in 0..<8 { long.countLine(at: began - .minutes(9), policy) }
        for _ in 0..<3 { long.countLine(at: began, policy) }
        for _ in 0..<2 { long.countLine(at: began + .seconds(30), policy) }
        for _ in 0..<2 { long.uncountLine(of: began + .seconds(30), at: began + .seconds(80), policy) }
        #expect(long.floodSince == began)
        long.tick(at: began + .seconds(90), policy)
        #expect(long.floodSince == nil && long.lastFlood?.from == began)
        // What was never counted, or long ago, takes nothing away.
        var meter = LoadMeter()
        meter.countLine(at: began, policy)
        meter.uncountLine(of: .distantPast, at: began, policy)
        meter.uncountLine(of: began, at: began + .seconds(61), policy)
        #expect(meter.linesInHour(at: began) == 1)
        meter.uncountLine(of: began, at: began + .seconds(60), policy)
        #expect(meter.linesInHour(at: began) == 0)
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
