// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Inventory

/// Works as a table, a calendar and a map layer.
enum WorksExport {
    /// The columns are those that an import reads back.
    static let header = [
        "numero", "rue", "commune", "troncon", "objet", "nature", "maitre d ouvrage", "debut", "fin", "circulation", "etat", "source",
        "numero source", "conflits",
    ]

    static func csv(_ works: [StreetWorks], _ conflicts: [WorksRules.Conflict], separator: Unicode.Scalar = ";", _ language: Language)
        -> String
    {
        var because: [Int64: [String]] = [:]
        for one in conflicts {
            for number in [one.first.number, one.second.number] { because[number, default: []].append(one.because(language)) }
        }
        var text = header.joined(separator: String(separator)) + "\r\n"
        for one in works {
            let cells = [
                "\(one.number)", one.street, one.commune.insee, one.section, one.title, one.sort.rawValue, one.body, WallText.day(one.from),
                WallText.day(one.to), one.impact.rawValue, one.stage.rawValue, one.source, one.reference,
                (because[one.number] ?? []).joined(separator: " "),
            ]
            text += cells.map { CSV.cell($0, separator: separator) }.joined(separator: String(separator)) + "\r\n"
        }
        return text
    }

    static func calendar(_ works: [StreetWorks], communes: [String: String], _ language: Language, at now: Instant) -> String {
        let stamp = CalendarText.compact(Instant(seconds: now.seconds).iso8601)
        var lines: [String] = []
        for one in works {
            let place = [one.street, communes[one.commune.insee] ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
            let more = [one.sort.title(language), one.body, one.section, one.impact == .none ? "" : one.impact.title(language)]
            lines += [
                "BEGIN:VEVENT", "UID:travaux-\(one.number)@vigie", "DTSTAMP:\(stamp)", "SEQUENCE:\(one.version - 1)",
                "DTSTART;VALUE=DATE:\(CalendarText.compact(WallText.day(one.from)))",
                "DTEND;VALUE=DATE:\(CalendarText.compact(WallText.day(one.to + 1)))",
                "SUMMARY:" + CalendarText.escape("\(one.street) : \(one.title)"), "LOCATION:" + CalendarText.escape(place),
                "DESCRIPTION:" + CalendarText.escape(more.filter { !$0.isEmpty }.joined(separator: "\n")),
                "STATUS:\(one.stage == .wished ? "TENTATIVE" : "CONFIRMED")",
            ]
            if let middle = one.shape?.middle { lines.append("GEO:\(middle.latitude);\(middle.longitude)") }
            lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
        }
        return CalendarText.calendar(Words("Travaux par rue", "Works by street")(language), product: "Travaux", events: lines)
    }

    static func geoJSON(_ works: [StreetWorks], communes: [String: String]) -> String {
        let features = works.map { one -> JSON in
            let properties: [(key: String, value: JSON)] = [
                ("numero", .text("\(one.number)")), ("rue", .text(one.street)), ("commune", .text(one.commune.insee)),
                ("nom_commune", .text(communes[one.commune.insee] ?? "")), ("troncon", .text(one.section)), ("objet", .text(one.title)),
                ("nature", .text(one.sort.rawValue)), ("maitre d ouvrage", .text(one.body)), ("debut", .text(WallText.day(one.from))),
                ("fin", .text(WallText.day(one.to))), ("circulation", .text(one.impact.rawValue)), ("etat", .text(one.stage.rawValue)),
                ("source", .text(one.source)), ("numero source", .text(one.reference)),
            ]
            return .object([
                ("type", .text("Feature")), ("id", .number(Double(one.number))), ("geometry", one.shape?.json ?? .null),
                ("properties", .object(properties)),
            ])
        }
        return "{\"type\":\"FeatureCollection\",\"features\":[\n" + features.map(\.description).joined(separator: ",\n") + "\n]}\n"
    }
}
