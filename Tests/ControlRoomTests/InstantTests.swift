// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@Suite struct InstantTests {
    @Test func anInstantPrintsAsIso8601() {
        #expect(Instant(milliseconds: 0).iso8601 == "1970-01-01T00:00:00Z")
        #expect(Instant(milliseconds: 1_795_284_245_120).iso8601 == "2026-11-21T18:04:05.120Z")
        #expect(Instant(milliseconds: -1).iso8601 == "1969-12-31T23:59:59.999Z")
    }

    @Test func everyDayOfFourCenturiesComesBack() {
        var at = Instant(year: 1900, month: 1, day: 1)
        while at < Instant(year: 2300, month: 1, day: 1) {
            let (y, m, d) = at.civilDate
            #expect(Instant(year: y, month: m, day: d) == at)
            at = at + .days(1)
        }
    }
}

@Suite struct PriorityTests {
    @Test func consequenceTimesUrgencyGivesThePriority() {
        #expect(Priority(.minor, .days) == .low)
        #expect(Priority(.moderate, .hour) == .medium)
        #expect(Priority(.major, .hour) == .high)
        #expect(Priority(.safety, .now) == .critical)
    }
}
