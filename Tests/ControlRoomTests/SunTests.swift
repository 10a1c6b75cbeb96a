// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

/// Published values: US Naval Observatory / NOAA and IMCCE almanacs for Dijon (47.3220 N, 5.0415 E), in UTC.
@Suite struct SunTests {
    private let dijon = ReferenceCity.centre

    @Test(arguments: [
        // month, day, sunrise h:m, sunset h:m
        (3, 20, (5, 46), (17, 54)), (6, 21, (3, 43), (19, 37)), (9, 22, (5, 29), (17, 40)), (12, 21, (7, 22), (15, 50)),
    ])
    func theSunOfDijonRisesAndSetsAsTheAlmanacSays(month: Int, day: Int, rise: (Int, Int), set: (Int, Int)) {
        let noon = Instant(year: 2026, month: month, day: day, hour: 12)
        guard case .upFrom(let up, let down) = Sun.day(holding: noon, at: dijon) else {
            Issue.record("Dijon has a sunrise every day")
            return
        }
        print(up.iso8601, down.iso8601)
        #expect(abs((up - Instant(year: 2026, month: month, day: day, hour: rise.0, minute: rise.1)).seconds) <= 120)
        #expect(abs((down - Instant(year: 2026, month: month, day: day, hour: set.0, minute: set.1)).seconds) <= 120)
    }
}
