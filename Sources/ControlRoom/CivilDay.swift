// SPDX-License-Identifier: EUPL-1.2

/// A day of the calendar, without hours and without a zone. Written `2026-11-22`.
package struct CivilDay: Hashable, Comparable, Sendable, Codable {
    /// Days since 1970-01-01.
    package var number: Int

    package init(number: Int) { self.number = number }

    /// The fields are not checked: 31 February becomes a day in March.
    package init(year: Int, month: Int, day: Int) {
        number = Int(floorDivide(Instant(year: year, month: month, day: day).seconds, 86_400))
    }

    /// `2026-11-22`; nil where it is no day of the calendar between 1900 and 2999.
    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let fields = parts.map { $0.reduce(0) { $0 * 10 + Int($1) - 48 } }
        self.init(year: fields[0], month: fields[1], day: fields[2])
        guard (1900...2999).contains(fields[0]), date == (fields[0], fields[1], fields[2]) else { return nil }
    }

    package var date: (year: Int, month: Int, day: Int) { Instant(seconds: Int64(number) * 86_400).civilDate }

    /// 1 is Monday, 7 is Sunday (ISO 8601).
    package var weekday: Int { (((number + 3) % 7) + 7) % 7 + 1 }

    /// Number of the week of ISO 8601: the first has the year's first Thursday.
    package var week: Int {
        let thursday = CivilDay(number: number + 4 - weekday)
        return (thursday.number - CivilDay(year: thursday.date.year, month: 1, day: 1).number) / 7 + 1
    }

    package var iso: String { String(Instant(seconds: Int64(number) * 86_400).iso8601.prefix(10)) }

    package static func < (a: CivilDay, b: CivilDay) -> Bool { a.number < b.number }
    package static func + (a: CivilDay, days: Int) -> CivilDay { CivilDay(number: a.number + days) }
    package static func - (a: CivilDay, days: Int) -> CivilDay { CivilDay(number: a.number - days) }
    package static func - (a: CivilDay, b: CivilDay) -> Int { a.number - b.number }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let day = CivilDay(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no day")
        }
        self = day
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso)
    }
}

extension WallTime {
    /// The day that the clock on the wall shows.
    package func day(at instant: Instant) -> CivilDay {
        CivilDay(number: Int(floorDivide(instant.seconds + Int64(offset(at: instant)) * 60, 86_400)))
    }

    /// When the clock on the wall shows this minute of a day (1440 is the midnight after it). Where summer time begins, the hour that is
    /// left out counts on; where it ends, the first of the two is meant.
    package func instant(_ day: CivilDay, minute: Int) -> Instant {
        let wall = Instant(seconds: Int64(day.number) * 86_400 + Int64(minute) * 60)
        let early = wall - .minutes(Int64(offset(at: wall - .hours(3))))
        let late = wall - .minutes(Int64(offset(at: wall + .hours(3))))
        return offset(at: early) == offset(at: wall - .hours(3)) ? early : late
    }
}
