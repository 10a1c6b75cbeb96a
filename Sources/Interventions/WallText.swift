// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Days and minutes of the wall as browsers write them in forms: `2026-11-21`, `08:30`, `2026-11-21T08:30`.
package enum WallText {
    /// - Returns: days since 1970-01-01; nil where it is no day.
    package static func day(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2, let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1970...2200).contains(year), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        let at = Instant(year: year, month: month, day: day)
        // The 31st of a month of 30 days is none.
        return at.civilDate == (year, month, day) ? floorDivide(at.seconds, 86_400) : nil
    }

    /// - Returns: minutes since midnight; nil where it is no time of day.
    package static func time(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts[0].count == 2, parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    package static func minute(_ text: String, _ wall: WallTime) -> Instant? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = day(String(parts[0])), let time = time(String(parts[1])) else { return nil }
        return wall.instant(day: day, minute: time)
    }

    package static func day(_ day: Int64) -> String {
        let (year, month, dayOfMonth) = Instant(seconds: day * 86_400).civilDate
        return "\(year)-\(two(month))-\(two(dayOfMonth))"
    }

    package static func time(_ minute: Int) -> String { "\(two(minute / 60)):\(two(minute % 60))" }

    package static func minute(_ at: Instant, _ wall: WallTime) -> String {
        "\(day(wall.day(of: at)))T\(time(wall.minuteOfDay(at: at)))"
    }

    private static func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
}

/// The desk keeps days as numbers (since 1970-01-01), as its tables do; the calendar itself is `CivilDay`.
extension WallTime {
    package func day(of instant: Instant) -> Int64 { Int64(day(at: instant).number) }
    package func instant(day: Int64, minute: Int) -> Instant { instant(CivilDay(number: Int(day)), minute: minute) }
}
