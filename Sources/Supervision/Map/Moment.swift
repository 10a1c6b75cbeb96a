// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Foundation

/// The moment that a page or a tile is asked to show: `at` as milliseconds since 1970, or as a date and time of ISO 8601. Without
/// a zone, as a browser's date and time field sends it, it is the time on the wall of the room.
package enum Moment {
    /// - Returns: nil where nothing is asked, or a moment that is not past.
    /// - Throws: `Refused.fields` where the text is no moment.
    package static func asked(_ query: Form, now: Instant, zone: TimeZone) throws -> Instant? {
        guard let text = query["at"], !text.isEmpty else { return nil }
        guard let at = read(text, zone: zone) else {
            throw Refused.fields([
                .init(
                    "at",
                    Words(
                        "Il faut un instant : 2026-11-21T18:04:05, ou des millisecondes depuis 1970.",
                        "Must be a moment: 2026-11-21T18:04:05, or milliseconds since 1970."))
            ])
        }
        // What is shown is a whole second, so that all tiles of a view show the same.
        return at < now - .seconds(1) ? Instant(seconds: at.seconds) : nil
    }

    /// `2026-11-21T18:04`, `…:05`, `…:05.120`, each with `Z`, `+01:00` or nothing; or 9 to 15 digits of milliseconds.
    package static func read(_ text: String, zone: TimeZone) -> Instant? {
        let bytes = Array(text.utf8)
        if (9...15).contains(bytes.count), bytes.allSatisfy({ (48...57).contains($0) }) {
            return Int64(text).map { Instant(milliseconds: $0) }
        }
        var scan = Scan(bytes: bytes[...])
        guard let year = scan.number(4), scan.take(45), let month = scan.number(2), scan.take(45), let day = scan.number(2),
            scan.take(84) || scan.take(32), let hour = scan.number(2), scan.take(58), let minute = scan.number(2),
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60
        else { return nil }
        var second = 0
        if scan.take(58) {
            guard let found = scan.number(2), found < 60 else { return nil }
            second = found
            if scan.take(46) { scan.skipDigits() }
        }
        let wall = Instant(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        guard wall.civilDate.day == day else { return nil }
        if scan.bytes.isEmpty { return wall - zone.offset(at: wall - zone.standardOffset(at: wall)) }
        if scan.take(90) { return scan.bytes.isEmpty ? wall : nil }
        // A query that was not encoded turns the plus sign into a space.
        let isAhead = scan.take(43) || scan.take(32)
        guard isAhead || scan.take(45), let hours = scan.number(2), scan.take(58), let minutes = scan.number(2), scan.bytes.isEmpty,
            hours < 24, minutes < 60
        else { return nil }
        let offset = Span.minutes(Int64(hours * 60 + minutes))
        return isAhead ? wall - offset : wall + offset
    }

    /// As a date and time field wants it: the wall of the room, to the second.
    package static func field(_ at: Instant, zone: TimeZone) -> String {
        String((at + zone.offset(at: at)).iso8601.prefix(19))
    }

    private struct Scan {
        var bytes: ArraySlice<UInt8>

        mutating func take(_ byte: UInt8) -> Bool {
            guard bytes.first == byte else { return false }
            bytes.removeFirst()
            return true
        }

        mutating func number(_ digits: Int) -> Int? {
            let found = bytes.prefix(digits)
            guard found.count == digits, found.allSatisfy({ (48...57).contains($0) }) else { return nil }
            bytes.removeFirst(digits)
            return found.reduce(0) { $0 * 10 + Int($1 - 48) }
        }

        mutating func skipDigits() { bytes = bytes.drop { (48...57).contains($0) } }
    }
}

extension TimeZone {
    /// How far the wall is ahead of UTC.
    fileprivate func offset(at instant: Instant) -> Span { .seconds(Int64(secondsFromGMT(for: instant.date))) }

    /// The same without summer time.
    fileprivate func standardOffset(at instant: Instant) -> Span {
        .seconds(Int64(secondsFromGMT(for: instant.date)) - Int64(daylightSavingTimeOffset(for: instant.date)))
    }
}

extension Instant {
    fileprivate var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
