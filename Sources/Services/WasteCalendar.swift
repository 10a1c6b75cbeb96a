// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Pickups as a calendar file (RFC 5545): whole days, a reminder at 19:00 of the evening before.
enum WasteCalendar {
    static func text(_ pickups: [WasteRules.Pickup], _ catalogue: ServiceCatalogue, _ home: Home, language: Language, at now: Instant)
        -> String
    {
        let stamp = compact(now.iso8601)
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vigie//Collecte//FR", "CALSCALE:GREGORIAN",
            "X-WR-CALNAME:" + escape(Words("Collecte des déchets", "Waste collection")(language)),
        ]
        for pickup in pickups {
            let kind = catalogue.wasteKind(pickup.kind).map { ServiceWords.both($0.title)(language) } ?? pickup.kind
            let title = Words("Collecte : \(kind)", "Collection: \(kind)")(language)
            lines += [
                "BEGIN:VEVENT", "UID:collecte-\(pickup.day.iso)-\(pickup.kind)-\(mark(home))@vigie", "DTSTAMP:\(stamp)",
                "DTSTART;VALUE=DATE:\(compact(pickup.day.iso))", "DTEND;VALUE=DATE:\(compact((pickup.day + 1).iso))",
                "SUMMARY:" + escape(title), "LOCATION:" + escape(home.label),
            ]
            if !pickup.out.french.isEmpty { lines.append("DESCRIPTION:" + escape(ServiceWords.both(pickup.out)(language))) }
            lines += [
                "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:" + escape(title), "TRIGGER:-PT5H", "END:VALARM",
                "END:VEVENT",
            ]
        }
        lines.append("END:VCALENDAR")
        return lines.flatMap(fold).joined(separator: "\r\n") + "\r\n"
    }

    /// The same street gives the same entries, so that a calendar that is taken again does not double them.
    private static func mark(_ home: Home) -> String {
        TerritoryRules.plain("\(home.street) \(home.commune)").utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            .description
    }

    private static func compact(_ text: String) -> String { text.filter { $0 != "-" && $0 != ":" } }

    static func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,").replacing("\r\n", with: "\\n")
            .replacing("\n", with: "\\n")
    }

    /// Lines of at most 75 bytes; what goes on begins with a space. No character is cut.
    static func fold(_ line: String) -> [String] {
        var (lines, part, size) = ([String](), "", 0)
        for scalar in line.unicodeScalars {
            let bytes = String(scalar).utf8.count
            if size + bytes > 75 {
                lines.append(part)
                (part, size) = (" ", 1)
            }
            part.unicodeScalars.append(scalar)
            size += bytes
        }
        return lines + [part]
    }
}
