// SPDX-License-Identifier: EUPL-1.2

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time).
@frozen
package struct Instant: Hashable, Comparable, Sendable, Codable {
    package var milliseconds: Int64

    @inlinable package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    @inlinable package init(seconds: Int64) { milliseconds = seconds &* 1000 }

    /// Whole seconds since 1970, rounded down.
    @inlinable package var seconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }

    @inlinable package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
    @inlinable package static func + (a: Instant, b: Span) -> Instant { Instant(milliseconds: a.milliseconds &+ b.milliseconds) }
    @inlinable package static func - (a: Instant, b: Span) -> Instant { Instant(milliseconds: a.milliseconds &- b.milliseconds) }
    @inlinable package static func - (a: Instant, b: Instant) -> Span { Span(milliseconds: a.milliseconds &- b.milliseconds) }

    package static let distantPast = Instant(milliseconds: 0)
    package static let distantFuture = Instant(milliseconds: 253_402_300_799_000)

    package init(from decoder: any Decoder) throws { milliseconds = try decoder.singleValueContainer().decode(Int64.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

/// A length of time in milliseconds.
@frozen
package struct Span: Hashable, Comparable, Sendable, Codable {
    package var milliseconds: Int64

    @inlinable package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    @inlinable package static func milliseconds(_ n: Int64) -> Span { Span(milliseconds: n) }
    @inlinable package static func seconds(_ n: Int64) -> Span { Span(milliseconds: n * 1000) }
    @inlinable package static func minutes(_ n: Int64) -> Span { Span(milliseconds: n * 60_000) }
    @inlinable package static func hours(_ n: Int64) -> Span { Span(milliseconds: n * 3_600_000) }
    @inlinable package static func days(_ n: Int64) -> Span { Span(milliseconds: n * 86_400_000) }
    @inlinable package static func < (a: Span, b: Span) -> Bool { a.milliseconds < b.milliseconds }
    @inlinable package var seconds: Int64 { milliseconds / 1000 }

    package init(from decoder: any Decoder) throws { milliseconds = try decoder.singleValueContainer().decode(Int64.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Instant {
    /// ISO 8601 in UTC with milliseconds where they are not zero: `2026-11-21T18:04:05Z`, `2026-11-21T18:04:05.120Z`.
    package var iso8601: String {
        let (year, month, day) = civilDate
        let secondOfDay = Int(seconds - floorDivide(seconds, 86_400) * 86_400)
        let millis = Int(milliseconds - seconds * 1000)
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let date = "\(year < 1000 ? String(repeating: "0", count: 4 - String(year).count) : "")\(year)-\(two(month))-\(two(day))"
        let time = "\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60)):\(two(secondOfDay % 60))"
        let fraction = millis == 0 ? "" : "." + (millis < 10 ? "00" : millis < 100 ? "0" : "") + "\(millis)"
        return "\(date)T\(time)\(fraction)Z"
    }

    /// Year, month and day in UTC, proleptic Gregorian calendar (Hinnant's `civil_from_days`).
    package var civilDate: (year: Int, month: Int, day: Int) {
        let days = floorDivide(seconds, 86_400) + 719_468
        let era = floorDivide(days, 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let month = Int(m < 10 ? m + 3 : m - 9)
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, Int(dayOfYear - (153 * m + 2) / 5 + 1))
    }

    /// The instant of a UTC date and time of day. The fields are not checked: 31 February becomes a day in March.
    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0) {
        let y = Int64(month <= 2 ? year - 1 : year)
        let era = floorDivide(y, 400)
        let yearOfEra = y - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        self.init(milliseconds: (days * 86_400 + Int64(hour * 3600 + minute * 60 + second)) * 1000 + Int64(millisecond))
    }
}

@inlinable package func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : (a - b + 1) / b }

/// The outside world's time, handed in where it is needed; the live one is made in `vigie`, tests make their own.
package struct Clock: Sendable {
    package var now: @Sendable () -> Instant
    package init(now: @escaping @Sendable () -> Instant) { self.now = now }
}
