// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// The picture of one street's works over the days shown: a bar for each, with its words; a row of it is as high as works overlap. Bars are links, so
/// that the keyboard reaches them; the list below says the same.
struct WorksCalendar {
    var query: WorksQuery
    var today: Int64
    /// The conflicts of works, by number.
    var conflicts: [Int64: [WorksRules.Conflict]]

    static let (width, lane, letter) = (1000.0, 24.0, 6.1)

    private func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    private func x(_ day: Int64) -> Double {
        Double(max(query.from, min(day, query.to + 1)) - query.from) / Double(query.to + 1 - query.from) * Self.width
    }

    /// Lines of weeks (of a year: of months) and of today.
    private func lines(_ height: Double) -> HTML {
        let weeks = stride(from: query.from, through: query.to, by: 1).filter { CivilDay(number: Int($0)).weekday == 1 }
        let grid = query.step == .year ? Array(query.months.dropLast()) : weeks
        func line(_ day: Int64, _ style: String) -> HTML {
            custom(
                "line", .class(style), .named("x1", text(x(day))), .named("x2", text(x(day))), .named("y1", "0"), .named("y2", text(height))
            )
        }
        return HTML.of {
            for day in grid { line(day, "chart-grid") }
            if query.step == .quarter { for day in query.months.dropFirst().dropLast() { line(day, "works-month") } }
            if query.from <= today, today <= query.to { line(today, "gantt-now") }
        }
    }

    /// Months and weeks above the rows.
    var head: HTML {
        let height = query.step == .year ? 20.0 : 36.0
        return custom(
            "svg", .class("works-plot"), .named("viewBox", "0 0 \(Int(Self.width)) \(Int(height))"), .aria(.hidden, true),
            .named("focusable", "false")
        ) {
            lines(height)
            for (from, to) in zip(query.months, query.months.dropFirst()) {
                custom(
                    "text", .class("chart-text works-head"), .named("x", text((x(from) + x(to)) / 2)), .named("y", "14"),
                    .named("text-anchor", "middle")
                ) {
                    Self.month(from, short: query.step == .year)
                }
            }
            if query.step != .year {
                for day in query.from...query.to where CivilDay(number: Int(day)).weekday == 1 && x(day) < Self.width - 50 {
                    custom("text", .class("chart-text"), .named("x", text(x(day) + 3)), .named("y", "31")) {
                        let day = CivilDay(number: Int(day))
                        Words("S\(day.week) · \(day.date.day)", "W\(day.week) · \(day.date.day)")
                    }
                }
            }
        }
    }

    static func month(_ day: Int64, short: Bool = false) -> Words {
        let (year, month, _) = Instant(seconds: day * 86_400).civilDate
        let french = [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
        ]
        let english = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ]
        if short {
            let brief = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
            return Words(brief[month - 1], String(english[month - 1].prefix(3)))
        }
        return Words("\(french[month - 1]) \(year)", "\(english[month - 1]) \(year)")
    }

    /// Which of the bars stand in which lane, and where their words begin: none meets another, nor its words.
    private func lanes(_ works: [StreetWorks]) -> [(works: StreetWorks, lane: Int, label: Double)] {
        var ends: [Double] = []
        return works.sorted { ($0.from, $0.number) < ($1.from, $1.number) }.map { one in
            let length = Double(one.title.count + (conflicts[one.number] == nil ? 3 : 6)) * Self.letter + 8
            let (start, end) = (x(one.from), max(x(one.from) + 4, x(one.to + 1)))
            // Within the bar where they fit, else behind it, else before it.
            let label = end - start >= length ? start + 5 : end + length <= Self.width ? end + 5 : max(2, start - length)
            let (left, right) = (min(start, label), max(end, label + length))
            let lane = ends.firstIndex { $0 <= left } ?? ends.count
            if lane == ends.count { ends.append(right) } else { ends[lane] = right }
            return (one, lane, label)
        }
    }

    static func mark(_ sort: StreetWorks.Sort) -> String {
        switch sort {
        case .surface: "▬"
        case .dig: "▼"
        case .other: "●"
        }
    }

    func row(_ works: [StreetWorks]) -> HTML {
        let bars = lanes(works)
        let height = Double((bars.map(\.lane).max() ?? 0) + 1) * Self.lane + 4
        return custom(
            "svg", .class("works-plot"), .named("viewBox", "0 0 \(Int(Self.width)) \(text(height))"), .named("focusable", "false"),
            .role("group"),
            .aria(.label, Words("Travaux de la rue", "Works of the street"))
        ) {
            lines(height)
            for bar in bars { self.bar(bar.works, y: Double(bar.lane) * Self.lane + 2, label: bar.label) }
        }
    }

    private func bar(_ one: StreetWorks, y: Double, label: Double) -> HTML {
        let own = conflicts[one.number] ?? []
        let isSerious = own.contains { $0.rule.isSerious }
        let (start, end) = (x(one.from), x(one.to + 1))
        let style = [
            "works-bar", "works-\(one.sort.rawValue)", one.stage == .wished ? "works-wished" : "", own.isEmpty ? "" : "works-clash",
        ]
        let marks = (own.isEmpty ? "" : isSerious ? "⚠ " : "△ ") + Self.mark(one.sort) + " "
        return a(.href("/console/jobs/works/\(one.number)"), .class("works-link"), .aria(.label, Self.label(one, own))) {
            custom("title") { Self.label(one, own) }
            custom(
                "rect", .class(style.filter { !$0.isEmpty }.joined(separator: " ")), .named("x", text(start)), .named("y", text(y)),
                .named("width", text(max(4, end - start))), .named("height", text(Self.lane - 4)), .named("rx", "2"))
            custom("text", .class("works-text"), .named("x", text(label)), .named("y", text(y + 14.5))) { marks + one.title }
        }
    }

    /// What a bar says to a pointer that rests on it and to a screen reader.
    static func label(_ one: StreetWorks, _ conflicts: [WorksRules.Conflict]) -> Words {
        let days = (WallText.day(one.from), WallText.day(one.to))
        let clash = conflicts.map(\.because)
        let (french, english) = (clash.map { " Conflit : \($0.french)" }.joined(), clash.map { " Conflict: \($0.english)" }.joined())
        return Words(
            "\(one.street) : \(one.title), \(one.sort.title.french), \(one.body), du \(days.0) au \(days.1).\(french)",
            "\(one.street): \(one.title), \(one.sort.title.english), \(one.body), \(days.0) to \(days.1).\(english)")
    }
}
