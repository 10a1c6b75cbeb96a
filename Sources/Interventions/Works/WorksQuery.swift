// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// What of the calendar of works is shown: a span of days and filters, as the address says them.
package struct WorksQuery: Sendable, Hashable {
    package enum Step: String, Sendable, Hashable, CaseIterable {
        case month, quarter, year

        package var title: Words {
            switch self {
            case .month: Words("Mois", "Month")
            case .quarter: Words("Trimestre", "Quarter")
            case .year: Words("Année", "Year")
            }
        }
        var months: Int {
            switch self {
            case .month: 1
            case .quarter: 3
            case .year: 12
            }
        }
    }

    package var step = Step.quarter
    /// The first day shown: that of its month, quarter or year.
    package private(set) var from: Int64
    package var words = ""
    package var commune: String?
    /// The body whose works they are, folded.
    package var body: String?
    package var onlyConflicts = false
    package var page = 1

    package static let pageSize = 50

    package init(_ query: Form, today: Int64) {
        func short(_ name: String) -> String? {
            query[name].flatMap { $0.isEmpty || $0.utf8.count > 200 || $0.utf8.contains(0) ? nil : $0 }
        }
        step = short("step").flatMap(Step.init) ?? .quarter
        from = short("from").flatMap { WallText.day($0) ?? WallText.day($0 + "-01") } ?? today
        words = String((query["q"] ?? "").unicodeScalars.prefix(100).filter { $0.value >= 32 }.map(Character.init))
        commune = short("commune")
        body = short("body").map(StreetWorks.key).flatMap { $0.isEmpty ? nil : $0 }
        onlyConflicts = query.flag("conflicts")
        page = query["page"].flatMap { Int($0) }.map { max(1, min($0, 1_000)) } ?? 1
        from = WorksQuery.first(of: from, step)
    }

    private static func first(of day: Int64, _ step: Step) -> Int64 {
        let (year, month, _) = Instant(seconds: day * 86_400).civilDate
        return WorksQuery.day(year, (month - 1) / step.months * step.months)
    }

    /// - Parameter month: from 0; beyond a year it counts on.
    private static func day(_ year: Int, _ month: Int) -> Int64 {
        let all = year * 12 + month
        return floorDivide(Instant(year: all / 12, month: all % 12 + 1, day: 1).seconds, 86_400)
    }

    /// The first days of the months shown, and of the one after them.
    package var months: [Int64] {
        let (year, month, _) = Instant(seconds: from * 86_400).civilDate
        return (0...step.months).map { WorksQuery.day(year, month - 1 + $0) }
    }

    /// The last day shown.
    package var to: Int64 { (months.last ?? from) - 1 }

    /// So many steps on.
    package func turned(_ by: Int) -> WorksQuery {
        let (year, month, _) = Instant(seconds: from * 86_400).civilDate
        var copy = self
        copy.from = WorksQuery.day(year, month - 1 + by * step.months)
        copy.page = 1
        return copy
    }

    package func with(_ change: (inout WorksQuery) -> Void) -> WorksQuery {
        var copy = self
        copy.page = 1
        change(&copy)
        copy.from = WorksQuery.first(of: copy.from, copy.step)
        return copy
    }

    package func at(_ day: Int64) -> WorksQuery { with { $0.from = day } }

    package var address: String { address(at: "/console/jobs/works") }

    package func address(at path: String) -> String {
        Console.address(
            path,
            [
                "step": step == .quarter ? nil : step.rawValue, "from": WallText.day(from), "q": words.isEmpty ? nil : words,
                "commune": commune, "body": body, "conflicts": onlyConflicts ? "on" : nil, "page": page == 1 ? nil : String(page),
            ])
    }

    /// - Parameter inConflict: numbers of works with a conflict.
    package func holds(_ works: StreetWorks, inConflict: Set<Int64>) -> Bool {
        guard works.from <= to, works.to >= from else { return false }
        if let commune, works.commune.insee != commune { return false }
        if let body, StreetWorks.key(works.body) != body { return false }
        if onlyConflicts, !inConflict.contains(works.number) { return false }
        let text = " " + StreetWorks.key("\(works.street) \(works.title) \(works.body) \(works.reference)")
        return StreetWorks.key(words).split(separator: " ").allSatisfy { text.contains(" " + $0) }
    }
}
