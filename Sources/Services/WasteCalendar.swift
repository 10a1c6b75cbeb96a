// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Pickups as a calendar file (RFC 5545): whole days, a reminder at 19:00 of the evening before.
enum WasteCalendar {
    static func text(_ pickups: [WasteRules.Pickup], _ catalogue: ServiceCatalogue, _ home: Home, language: Language, at now: Instant)
        -> String
    {
        let stamp = CalendarText.compact(now.iso8601)
        var lines: [String] = []
        for pickup in pickups {
            let kind = catalogue.wasteKind(pickup.kind).map { ServiceWords.both($0.title)(language) } ?? pickup.kind
            let title = Words("Collecte : \(kind)", "Collection: \(kind)")(language)
            lines += [
                "BEGIN:VEVENT", "UID:collecte-\(pickup.day.iso)-\(pickup.kind)-\(mark(home))@vigie", "DTSTAMP:\(stamp)",
                "DTSTART;VALUE=DATE:\(CalendarText.compact(pickup.day.iso))",
                "DTEND;VALUE=DATE:\(CalendarText.compact((pickup.day + 1).iso))",
                "SUMMARY:" + CalendarText.escape(title), "LOCATION:" + CalendarText.escape(home.label),
            ]
            if !pickup.out.french.isEmpty { lines.append("DESCRIPTION:" + CalendarText.escape(ServiceWords.both(pickup.out)(language))) }
            lines += [
                "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:" + CalendarText.escape(title), "TRIGGER:-PT5H",
                "END:VALARM",
                "END:VEVENT",
            ]
        }
        return CalendarText.calendar(Words("Collecte des déchets", "Waste collection")(language), product: "Collecte", events: lines)
    }

    /// The same street gives the same entries, so that a calendar that is taken again does not double them.
    private static func mark(_ home: Home) -> String {
        TerritoryRules.plain("\(home.street) \(home.commune)").utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            .description
    }
}
