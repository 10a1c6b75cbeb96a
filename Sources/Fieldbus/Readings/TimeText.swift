// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Times in payloads: ISO 8601 with its offset, or a number of seconds or milliseconds since 1970.
package enum TimeText {
    /// Numbers below this are seconds (up to the year 5138), from it on milliseconds (from 1973 on).
    static let millisecondsFrom: Int64 = 100_000_000_000

    /// `2026-11-21T18:04:05.120Z`, `2026-11-21 18:04:05+01:00`, `…+0100`, `…+01`. Without an offset a time is not a time.
    /// The fraction may have any number of digits; it is cut to milliseconds. Second 60 (a leap second) is the next second.
    static func instant(_ text: UnsafeBufferPointer<UInt8>) -> Instant? {
        guard text.count >= 20, text.count <= 40, let p = text.baseAddress else { return nil }
        guard let century = two(p), let rest = two(p + 2), p[4] == 0x2D, let month = two(p + 5), p[7] == 0x2D, let day = two(p + 8),
            p[10] | 0x20 == UInt8(ascii: "t") || p[10] == 0x20, let hour = two(p + 11), p[13] == 0x3A, let minute = two(p + 14),
            p[16] == 0x3A, let second = two(p + 17)
        else { return nil }
        let year = century * 100 + rest
        guard year >= 1970, (1...12).contains(month), day >= 1, day <= days(in: month, of: year), hour < 24, minute < 60, second <= 60
        else { return nil }
        var i = 19
        var milliseconds = 0
        if p[i] == UInt8(ascii: ".") || p[i] == UInt8(ascii: ",") {
            i += 1
            let first = i
            while i < text.count, p[i] &- 0x30 < 10 {
                if i - first < 3 { milliseconds = milliseconds * 10 + Int(p[i] &- 0x30) }
                i += 1
            }
            guard i > first else { return nil }
            for _ in 0..<max(0, 3 - (i - first)) { milliseconds *= 10 }
        }
        guard let offset = offsetMinutes(UnsafeBufferPointer(rebasing: text[i...])) else { return nil }
        let local = Instant(year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: milliseconds)
        let instant = local - .minutes(Int64(offset))
        return instant >= .distantPast ? instant : nil
    }

    /// The same of a string.
    package static func instant(_ text: String) -> Instant? {
        var text = text
        return text.withUTF8 { instant($0) }
    }

    /// Seconds or milliseconds since 1970, told apart by size; nil below 1970 and after the year 9999.
    static func instant(_ number: DecimalNumber) -> Instant? {
        guard let whole = number.scaled(decimals: 0), whole >= 0, number.mantissa >= 0 else { return nil }
        let milliseconds = whole < millisecondsFrom ? number.scaled(decimals: 3) : whole
        guard let milliseconds, milliseconds <= Instant.distantFuture.milliseconds else { return nil }
        return Instant(milliseconds: milliseconds)
    }

    private static func offsetMinutes(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let p = text.baseAddress, !text.isEmpty else { return nil }
        if p[0] | 0x20 == UInt8(ascii: "z") { return text.count == 1 ? 0 : nil }
        guard p[0] == UInt8(ascii: "+") || p[0] == UInt8(ascii: "-"), text.count >= 3, let hours = two(p + 1), hours <= 18 else {
            return nil
        }
        var minutes = 0
        switch text.count {
        case 3: break
        case 5:
            guard let m = two(p + 3) else { return nil }
            minutes = m
        case 6:
            guard p[3] == 0x3A, let m = two(p + 4) else { return nil }
            minutes = m
        default: return nil
        }
        guard minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (p[0] == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Two digits as a number. The caller knows that both bytes are there.
    private static func two(_ p: UnsafePointer<UInt8>) -> Int? {
        let tens = p[0] &- 0x30
        let units = p[1] &- 0x30
        guard tens < 10, units < 10 else { return nil }
        return Int(tens) * 10 + Int(units)
    }
}
