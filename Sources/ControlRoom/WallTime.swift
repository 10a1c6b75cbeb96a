// SPDX-License-Identifier: EUPL-1.2

/// The time on the wall in a member state of the European Union: a fixed offset, and one hour more from the last Sunday of
/// March to the last Sunday of October, both at 01:00 UTC (directive 2000/84/EC). Arithmetic only, so that it is the same on
/// every machine and in every replay, whatever time zone files are installed.
package struct WallTime: Sendable, Hashable, Codable {
    /// Winter time ahead of UTC, in minutes.
    package var winterOffset: Int
    package var hasSummerTime: Bool

    package init(winterOffset: Int, hasSummerTime: Bool = true) {
        (self.winterOffset, self.hasSummerTime) = (winterOffset, hasSummerTime)
    }

    package static let paris = WallTime(winterOffset: 60)
    package static let utc = WallTime(winterOffset: 0, hasSummerTime: false)

    /// Minutes ahead of UTC at this instant.
    package func offset(at instant: Instant) -> Int { winterOffset + (isSummer(at: instant) ? 60 : 0) }

    package func isSummer(at instant: Instant) -> Bool {
        guard hasSummerTime else { return false }
        let year = instant.civilDate.year
        return instant >= WallTime.lastSunday(of: 3, year) && instant < WallTime.lastSunday(of: 10, year)
    }

    /// 0 ..< 1440.
    package func minuteOfDay(at instant: Instant) -> Int {
        let local = instant + .minutes(Int64(offset(at: instant)))
        return Int((local.seconds - floorDivide(local.seconds, 86_400) * 86_400) / 60)
    }

    /// 01:00 UTC on the last Sunday of a month of 31 days.
    private static func lastSunday(of month: Int, _ year: Int) -> Instant {
        let last = Instant(year: year, month: month, day: 31, hour: 1)
        // 1970-01-01 was a Thursday: 0 is Sunday.
        let weekday = (floorDivide(last.seconds, 86_400) + 4) % 7
        return last - .days(weekday < 0 ? weekday + 7 : weekday)
    }
}
