// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Foundation

/// For whom a value is written: the language, and the time zone that clocks on the wall of the room show.
package struct Audience: Sendable, Hashable {
    package var language: Language
    package var zone: TimeZone

    package init(_ language: Language = .french, zone: TimeZone = Audience.paris) { (self.language, self.zone) = (language, zone) }

    package static let paris = TimeZone(identifier: "Europe/Paris") ?? TimeZone(secondsFromGMT: 3600)!
}

extension Audience {
    /// Whole number with groups of three: `34 000` (narrow no-break space, French typography) or `34,000`.
    package func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var groups = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { groups += language == .french ? "\u{202F}" : "," }
            groups.append(digit)
        }
        return value < 0 ? "−" + groups : groups
    }

    /// Decimal number with a fixed count of decimals, `38,2` or `38.2`; '–' where it is not finite.
    package func number(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "–" }
        let places = max(0, min(9, decimals))
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return "–" }
        let whole = Int((scaled / scale).rounded(.down))
        let rest = Int(scaled - Double(whole) * scale)
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard places > 0 else { return sign + number(whole) }
        let fraction = String(rest)
        return sign + number(whole) + (language == .french ? "," : ".") + String(repeating: "0", count: max(0, places - fraction.count))
            + fraction
    }

    /// Date and time of day on the room's clock: `21/11/2026 18:04:05` or `2026-11-21 18:04:05`.
    package func dateAndTime(_ at: Instant) -> String { "\(date(at)) \(time(at))" }

    package func date(_ at: Instant) -> String {
        let (year, month, day) = local(at).civilDate
        return language == .french ? "\(two(day))/\(two(month))/\(year)" : "\(year)-\(two(month))-\(two(day))"
    }

    /// Time of day, `18:04:05`; without seconds where not asked for.
    package func time(_ at: Instant, seconds: Bool = true) -> String {
        let s = Int(local(at).seconds - floorDivide(local(at).seconds, 86_400) * 86_400)
        return "\(two(s / 3600)):\(two(s / 60 % 60))" + (seconds ? ":\(two(s % 60))" : "")
    }

    /// A length of time in its two greatest units: `2 h 05 min`, `3 j 4 h`, `12 s`.
    package func span(_ span: Span) -> String {
        let s = abs(span.milliseconds / 1000)
        switch s {
        case ..<60: return "\(s) s"
        case ..<3600: return "\(s / 60) min" + (s % 60 == 0 || s >= 600 ? "" : " \(two(Int(s % 60))) s")
        case ..<86_400: return "\(s / 3600) h \(two(Int(s / 60 % 60))) min"
        default: return "\(number(Int(s / 86_400))) \(language == .french ? "j" : "d") \(s / 3600 % 24) h"
        }
    }

    private func local(_ at: Instant) -> Instant {
        let date = Date(timeIntervalSince1970: Double(at.milliseconds) / 1000)
        return at + .seconds(Int64(zone.secondsFromGMT(for: date)))
    }

    private func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
}

extension HTML {
    package static func number(_ value: Int) -> HTML { .formatted { $0.number(value) } }

    /// A quantity with its unit, kept on one line.
    package static func quantity(_ value: Double, decimals: Int, unit: String) -> HTML {
        .formatted { $0.number(value, decimals: decimals) + (unit.isEmpty ? "" : "\u{00A0}" + unit) }
    }

    /// `<time datetime="…Z">21/11/2026 18:04:05</time>`.
    package static func time(_ at: Instant, _ style: TimeStyle = .dateAndTime) -> HTML {
        timeElement(.datetime(at)) {
            HTML.formatted { audience in
                switch style {
                case .dateAndTime: audience.dateAndTime(at)
                case .date: audience.date(at)
                case .time: audience.time(at)
                case .minutes: audience.time(at, seconds: false)
                }
            }
        }
    }

    /// How long ago, as text that a script keeps true (`<vigie-ago>` reads `datetime`): '3 min', with the full date as its title.
    package static func ago(_ at: Instant, now: Instant) -> HTML {
        timeElement(.datetime(at), .data("ago", ""), .title { $0.dateAndTime(at) }) { HTML.formatted { $0.span(now - at) } }
    }

    package static func span(_ span: Span) -> HTML { .formatted { $0.span(span) } }

    package enum TimeStyle: Sendable { case dateAndTime, date, time, minutes }
}
