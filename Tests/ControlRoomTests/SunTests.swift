// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

/// Against PyEphem 4.2 (libastro, VSOP87), with the horizon at −0°34′ and the upper limb, as almanacs print it; times in UTC.
@Suite struct SunTests {
    private static let dijon = Place(longitude: 5.0415, latitude: 47.3220)

    private func expect(_ day: Sun.Day, _ rise: Instant, _ set: Instant, within seconds: Int64 = 60) {
        guard case .upFrom(let up, let down) = day else {
            Issue.record("there is a sunrise and a sunset: \(day)")
            return
        }
        #expect(abs((up - rise).seconds) <= seconds, "\(up.iso8601), expected \(rise.iso8601)")
        #expect(abs((down - set).seconds) <= seconds, "\(down.iso8601), expected \(set.iso8601)")
    }

    private func at(_ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Instant {
        Instant(year: 2026, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    @Test func theSunOfDijonRisesAndSetsAsTheAlmanacSays() {
        func day(_ month: Int, _ day: Int) -> Sun.Day { Sun.day(holding: at(month, day, 12), at: SunTests.dijon) }
        expect(day(3, 20), at(3, 20, 5, 43, 5), at(3, 20, 17, 52, 20))
        expect(day(6, 21), at(6, 21, 3, 43, 20), at(6, 21, 19, 39, 58))
        expect(day(9, 22), at(9, 22, 5, 26, 27), at(9, 22, 17, 37, 50))
        expect(day(11, 21), at(11, 21, 6, 52, 35), at(11, 21, 15, 58, 21))
        expect(day(12, 21), at(12, 21, 7, 23, 56), at(12, 21, 15, 51, 51))
    }

    @Test func civilTwilightOfDijonToo() {
        func day(_ month: Int, _ day: Int) -> Sun.Day { Sun.day(holding: at(month, day, 12), at: SunTests.dijon, horizon: .civil) }
        expect(day(3, 20), at(3, 20, 5, 12, 35), at(3, 20, 18, 22, 55))
        expect(day(6, 21), at(6, 21, 3, 2, 57), at(6, 21, 20, 20, 21))
        expect(day(12, 21), at(12, 21, 6, 48, 8), at(12, 21, 16, 27, 39))
    }

    @Test func otherMeridiansHaveTheirOwnDay() {
        let quito = Place(longitude: -78.4678, latitude: -0.1807)
        expect(Sun.day(holding: at(3, 20, 17), at: quito), at(3, 20, 11, 17, 59), at(3, 20, 23, 24, 30))
        // In Auckland noon of 21 June falls near midnight UTC.
        let auckland = Place(longitude: 174.7633, latitude: -36.8485)
        expect(Sun.day(holding: at(6, 21), at: auckland), at(6, 20, 19, 33, 42), at(6, 21, 5, 11, 49), within: 90)
        expect(Sun.day(holding: at(12, 21), at: auckland), at(12, 20, 16, 57, 59), at(12, 21, 7, 39, 35), within: 90)
    }

    @Test func beyondThePolarCircleTheSunMayNotSetOrNotRise() {
        let tromso = Place(longitude: 18.9553, latitude: 69.6492)
        #expect(Sun.day(holding: at(6, 21, 12), at: tromso) == .alwaysUp)
        #expect(Sun.day(holding: at(12, 21, 12), at: tromso) == .alwaysDown)
        expect(Sun.day(holding: at(3, 20, 12), at: tromso), at(3, 20, 4, 43, 55), at(3, 20, 17, 1, 32), within: 120)
        for latitude in [-90.0, 90] {
            let pole = Place(longitude: 0, latitude: latitude)
            #expect(Sun.day(holding: at(6, 21, 12), at: pole) == (latitude > 0 ? .alwaysUp : .alwaysDown))
            #expect(Sun.isUp(at: at(12, 21), place: pole) == (latitude < 0))
        }
    }

    @Test func upAndDownAgreeWithRiseAndSetAtEveryHourOfTheYear() {
        var instant = at(1, 1)
        while instant < at(12, 31) {
            let isUp = Sun.isUp(at: instant, place: SunTests.dijon)
            if case .upFrom(let rise, let set) = Sun.day(holding: instant, at: SunTests.dijon),
                abs((instant - rise).seconds) > 60, abs((instant - set).seconds) > 60
            {
                #expect(isUp == (instant >= rise && instant < set), "\(instant.iso8601)")
            }
            instant = instant + .minutes(37)
        }
    }
}

@Suite struct WallTimeTests {
    @Test func summerTimeRunsFromTheLastSundayOfMarchToTheLastOfOctoberAtOneUTC() {
        // 2026: 29 March and 25 October; 2027: 28 March and 31 October; 2024: 31 March and 27 October.
        for (year, march, october) in [(2024, 31, 27), (2026, 29, 25), (2027, 28, 31), (2099, 29, 25)] {
            let begin = Instant(year: year, month: 3, day: march, hour: 1)
            let end = Instant(year: year, month: 10, day: october, hour: 1)
            #expect(WallTime.paris.offset(at: begin - .milliseconds(1)) == 60)
            #expect(WallTime.paris.offset(at: begin) == 120)
            #expect(WallTime.paris.offset(at: end - .milliseconds(1)) == 120)
            #expect(WallTime.paris.offset(at: end) == 60)
        }
    }

    @Test func theMinuteOfTheDayIsTheWallsOwn() {
        #expect(WallTime.paris.minuteOfDay(at: Instant(year: 2026, month: 11, day: 21, hour: 23, minute: 30)) == 30)
        #expect(WallTime.paris.minuteOfDay(at: Instant(year: 2026, month: 7, day: 1, hour: 12)) == 14 * 60)
        #expect(WallTime.utc.minuteOfDay(at: Instant(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59)) == 1439)
    }

    @Test func aTableHoldsFromEachOfItsChangesOn() {
        let first = Instant(year: 2026, month: 4, day: 4, hour: 15), second = Instant(year: 2026, month: 10, day: 3, hour: 15, minute: 30)
        let wall = WallTime(first: 660, changes: [.init(from: second, offset: 660), .init(from: first, offset: 630)])
        #expect(wall.offset(at: first - .milliseconds(1)) == 660 && wall.offset(at: first) == 630)
        #expect(wall.offset(at: second - .milliseconds(1)) == 630 && wall.offset(at: second) == 660)
        #expect(wall.nextChange(after: first) == second && wall.nextChange(after: second) == nil)
        #expect(wall.winterOffset == 630)
    }

    @Test func theNextChangeOfTheEuropeanWallIsItsNextSwitch() {
        let march = Instant(year: 2026, month: 3, day: 29, hour: 1), october = Instant(year: 2026, month: 10, day: 25, hour: 1)
        #expect(WallTime.paris.nextChange(after: march - .milliseconds(1)) == march)
        #expect(WallTime.paris.nextChange(after: march) == october)
        #expect(WallTime.paris.nextChange(after: october) == Instant(year: 2027, month: 3, day: 28, hour: 1))
        #expect(WallTime.utc.nextChange(after: march) == nil)
    }
}
