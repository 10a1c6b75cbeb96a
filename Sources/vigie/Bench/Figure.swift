// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// One measured figure, beside the baseline of the same run and what was asked of it.
struct Figure: Sendable {
    var name: String
    var value: Double
    var unit: String
    /// What the same machine does in the same minute without Vigie around it (a raw append, raw rows, a raw echo, a peer).
    var baseline: Double?
    var baselineName: String
    /// What the figure must reach, and what it aims at.
    var must: Double?
    var aim: Double?
    /// True where more is better.
    var isRate: Bool
    var note: String

    init(
        _ name: String, _ value: Double, _ unit: String, baseline: Double? = nil, _ baselineName: String = "", must: Double? = nil,
        aim: Double? = nil, isRate: Bool = false, note: String = ""
    ) {
        (self.name, self.value, self.unit, self.baseline, self.baselineName) = (name, value, unit, baseline, baselineName)
        (self.must, self.aim, self.isRate, self.note) = (must, aim, isRate, note)
    }

    /// The value over the baseline.
    var ratio: Double? { baseline.flatMap { $0 > 0 ? value / $0 : nil } }

    /// The same figure without its value where something was wrong: the note says first what.
    func void(_ trouble: String?) -> Figure {
        guard let trouble else { return self }
        var figure = self
        figure.value = .nan
        figure.note = "no value: \(trouble); \(note)"
        return figure
    }

    /// `aim` or `must` where it reaches that, `SHORT` where it does not, `none` where there is no value, `-` where nothing is asked.
    var verdict: String {
        guard value.isFinite else { return "none" }
        func reaches(_ goal: Double) -> Bool { isRate ? value >= goal : value <= goal }
        if let aim, reaches(aim) { return "aim" }
        if let must { return reaches(must) ? "must" : "SHORT" }
        return "-"
    }

    /// `{"name":…,"value":…,"unit":…,"baseline":…,"ratio":…}`, null where there is none.
    var json: String {
        let note = note.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        func number(_ v: Double?) -> String { v.map { Figure.print($0) } ?? "null" }
        return """
            {"name":"\(name)","value":\(Figure.print(value)),"unit":"\(unit)","baseline":\(number(baseline)),"ratio":\(number(ratio)),\
            "baselineName":"\(baselineName)","must":\(number(must)),"aim":\(number(aim)),"verdict":"\(verdict)","note":"\(note)"}
            """
    }

    var line: String {
        func column(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        let ratioText = ratio.map { "\(Figure.print($0)) × \(baselineName) (\(Figure.print(baseline ?? 0)))" } ?? ""
        let goals = [must.map { "must \(Figure.print($0))" }, aim.map { "aim \(Figure.print($0))" }].compactMap { $0 }.joined(
            separator: ", ")
        return column(name, 22) + column("\(Figure.print(value)) \(unit)", 26) + column(verdict, 7) + column(goals, 28)
            + column(ratioText, 40) + note
    }

    static func print(_ v: Double) -> String {
        v.isNaN || v.isInfinite ? "null" : abs(v) >= 100 || v == v.rounded() ? String(Int64(v.rounded())) : String(format: "%.3g", v)
    }
}

/// Values in any order, asked for a part of them: `percentile(0.99)`.
struct Spread {
    private var sorted: [Double]
    init(_ values: [Double]) { sorted = values.sorted() }
    func percentile(_ p: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * p).rounded(.up)) - (p > 0 ? 1 : 0))]
    }
    var median: Double { percentile(0.5) }
}
