// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Lighting
import Testing

@Suite struct LightingProgrammeTests {
    private let programme = LightingProgramme.referenceCity

    /// Local time of Paris in winter: UTC and an hour.
    private func winter(_ day: Int, _ hour: Int, _ minute: Int = 0) -> Instant {
        Instant(year: 2026, month: 11, day: day, hour: hour, minute: minute) - .hours(1)
    }

    private func level(_ insee: String, _ at: Instant) -> UInt8 { programme.level(programme.number(commune: insee), at: at) }

    @Test func dijonBurnsAtSeventyFromTenToFive() {
        #expect(level("21231", winter(21, 16)) == 0)
        #expect(level("21231", winter(21, 17, 20)) == 100)
        #expect(level("21231", winter(21, 21, 59)) == 100)
        #expect(level("21231", winter(21, 22)) == 70)
        #expect(level("21231", winter(22, 4, 59)) == 70)
        #expect(level("21231", winter(22, 5)) == 100)
        #expect(level("21231", winter(22, 7, 50)) == 0)
    }

    @Test func aVillageIsDarkFromMidnightToFive() {
        #expect(level("21270", winter(21, 23, 59)) == 70)
        #expect(level("21270", winter(22, 0)) == 0)
        #expect(level("21270", winter(22, 5)) == 100)
        #expect(level("21540", winter(21, 23)) == 50)
    }

    @Test func communesThatAreNotListedFollowTheFirst() {
        #expect(programme.number(commune: "") == 0)
        #expect(programme.number(commune: "75056") == 0)
    }

    @Test func theNextChangeIsNeverMissed() {
        for number in programme.entries.indices {
            var at = winter(20, 0)
            let end = winter(22, 0)
            while at < end {
                let next = programme.nextChange(number, after: at)
                #expect(next > at)
                let level = programme.level(number, at: at)
                var between = at
                while between < next {
                    #expect(programme.level(number, at: between) == level, "\(between.iso8601) before \(next.iso8601)")
                    between = between + .minutes(1)
                }
                at = next
            }
        }
    }

    @Test func theNightOfTheClockChangeHasItsStepsByTheWall() {
        // 2026-10-25: at 03:00 summer time it is 02:00 again; 05:00 on the wall is 04:00 UTC, not 03:00.
        #expect(level("21231", Instant(year: 2026, month: 10, day: 24, hour: 19, minute: 59)) == 100)
        #expect(level("21231", Instant(year: 2026, month: 10, day: 24, hour: 20)) == 70)
        #expect(level("21231", Instant(year: 2026, month: 10, day: 25, hour: 3, minute: 59)) == 70)
        #expect(level("21231", Instant(year: 2026, month: 10, day: 25, hour: 4)) == 100)
        // 2026-03-29: 05:00 on the wall is 03:00 UTC.
        #expect(level("21231", Instant(year: 2026, month: 3, day: 29, hour: 2, minute: 59)) == 70)
        #expect(level("21231", Instant(year: 2026, month: 3, day: 29, hour: 3)) == 100)
    }

    @Test func itIsDayBetweenSunriseAndSunsetOnly() {
        #expect(programme.isDay(0, at: winter(21, 12)))
        #expect(!programme.isDay(0, at: winter(21, 17, 2)))
        #expect(!programme.isDay(0, at: winter(21, 7, 45)))
    }

    @Test func theEndOfAStepIsKnown() {
        let plan = ReferenceCity.plan(commune: "21231")
        #expect(plan.end(of: winter(21, 23), place: ReferenceCity.centre, wall: .paris) == winter(22, 5))
        let arctic = Place(longitude: 18.9553, latitude: 69.6492)
        #expect(plan.end(of: Instant(year: 2026, month: 6, day: 21), place: arctic, wall: .paris) == nil)
    }
}
