// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A small chart over time, drawn by the server as SVG with axis, unit and keys, and the same numbers as a table behind a summary. Gaps
/// stay gaps. Up to three lines, told apart by dashes as well as colour.
package struct Chart: Content {
    package struct Sample: Sendable {
        package var at: Instant
        /// Nil: nothing was heard; the line is broken here.
        package var value: Double?
        /// The least and greatest value in the sample's span, drawn as a band.
        package var range: ClosedRange<Double>?
        package init(_ at: Instant, _ value: Double?, range: ClosedRange<Double>? = nil) {
            (self.at, self.value, self.range) = (at, value, range)
        }
    }

    package struct Line: Sendable {
        package var title: Words
        package var samples: [Sample]
        package init(_ title: Words, _ samples: [Sample]) { (self.title, self.samples) = (title, samples) }
    }

    var title: Words
    var unit: String
    var decimals: Int
    var lines: [Line]
    var from: Instant
    var to: Instant
    /// The axis starts at zero unless the data make that unreadable (voltage).
    var startsAtZero: Bool

    package init(
        _ title: Words, unit: String, decimals: Int, lines: [Line], from: Instant, to: Instant, startsAtZero: Bool = true
    ) {
        (self.title, self.unit, self.decimals, self.from) = (title, unit, decimals, from)
        self.lines = Array(lines.prefix(3))
        (self.to, self.startsAtZero) = (max(to, from + .milliseconds(1)), startsAtZero)
    }

    package var html: HTML {
        let values = lines.flatMap(\.samples).flatMap { [$0.value, $0.range?.lowerBound, $0.range?.upperBound] }.compactMap { $0 }
            .filter(\.isFinite)
        guard let least = values.min(), let greatest = values.max() else {
            return EmptyState(Words("Aucune mesure sur cette période", "No reading in this span"), icon: .chart).html
        }
        let axis = ChartAxis(from: startsAtZero ? min(0, least) : least, to: greatest)
        let plot = ChartPlot(axis: axis, from: from, to: to)
        return figure(.class("chart")) {
            figcaption(.class("row")) {
                strong(title)
                if !unit.isEmpty { span(unit, .class("quiet")) }
            }
            plot.svg(title: title, lines: lines, decimals: decimals)
            if lines.count > 1 { keys }
            details {
                summary(Words("Voir les valeurs", "Show the values"))
                numbers
            }
        }
    }

    private var keys: HTML {
        div(.class("chart-keys")) {
            for (index, line) in lines.enumerated() {
                span {
                    custom("svg", .class("chart-key"), .named("viewBox", "0 0 28 10"), .aria(.hidden, true)) {
                        custom("path", .class("chart-line", "chart-line-\(index)"), .named("d", "M0 5h28"))
                    }
                    span(line.title)
                }
            }
        }
    }

    /// At most 200 rows: a table is for reading, the export is for computing.
    private var numbers: HTML {
        let columns = [DataTable.Column(Words("Heure", "Time"))] + lines.map { DataTable.Column($0.title, numeric: true) }
        let longest = lines.map(\.samples).max { $0.count < $1.count } ?? []
        let step = max(1, longest.count / 200)
        let rows = stride(from: 0, to: longest.count, by: step).map { index in
            DataTable.Row {
                HTML.time(longest[index].at)
                for line in lines { cell(index < line.samples.count ? line.samples[index].value : nil) }
            }
        }
        return DataTable(title, columns: columns, rows: rows).html
    }

    private func cell(_ value: Double?) -> HTML {
        value.map { HTML.quantity($0, decimals: decimals, unit: unit) } ?? HTML.text("–")
    }
}

/// Round numbers for an axis: steps of 1, 2 or 5 times a power of ten, three to seven of them.
struct ChartAxis: Sendable, Hashable {
    var low: Double
    var high: Double
    var step: Double

    init(from least: Double, to greatest: Double) {
        // Values that differ by rounding only are one value.
        let isFlat = greatest - least <= 1e-9 * max(1, abs(least))
        let top = isFlat ? least + max(1, abs(least) * 0.1) : greatest
        let raw = (top - least) / 4
        var power = 1.0
        while power * 10 <= raw { power *= 10 }
        while power > raw { power /= 10 }
        let lead = raw / power
        step = power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10)
        low = (least / step).rounded(.down) * step
        high = (top / step).rounded(.up) * step
    }

    var ticks: [Double] { (0...max(1, Int(((high - low) / step).rounded()))).map { low + Double($0) * step } }

    /// Decimals that tell two ticks apart.
    var decimals: Int {
        var (rest, places) = (step, 0)
        while places < 6, abs(rest - rest.rounded()) > 1e-9 { (rest, places) = (rest * 10, places + 1) }
        return places
    }
}

/// Where things lie in a chart of 720 × 220 units.
struct ChartPlot {
    let axis: ChartAxis
    let from: Instant
    let to: Instant
    static let (width, height, left, right, top, bottom) = (720.0, 220.0, 56.0, 12.0, 10.0, 26.0)

    func x(_ at: Instant) -> Double {
        let share = Double((at - from).milliseconds) / Double(max(1, (to - from).milliseconds))
        return Self.left + max(0, min(1, share)) * (Self.width - Self.left - Self.right)
    }

    func y(_ value: Double) -> Double {
        let share = (value - axis.low) / (axis.high - axis.low)
        return Self.height - Self.bottom - max(0, min(1, share)) * (Self.height - Self.top - Self.bottom)
    }

    func svg(title: Words, lines: [Chart.Line], decimals: Int) -> HTML {
        custom(
            "svg", .class("chart-plot"), .named("viewBox", "0 0 \(Int(Self.width)) \(Int(Self.height))"), .role("img"), .aria(.label, title)
        ) {
            for tick in axis.ticks { level(tick) }
            for at in times where x(at) < Self.width - 30 { moment(at) }
            for (index, line) in lines.enumerated() {
                for run in bands(line.samples) { custom("path", .class("chart-band"), .named("d", run)) }
                custom("path", .class("chart-line", "chart-line-\(index)"), .named("d", path(line.samples)))
            }
        }
    }

    private func level(_ value: Double) -> HTML {
        let y = text(y(value))
        let decimals = axis.decimals
        return HTML.of {
            custom("path", .class("chart-grid"), .named("d", "M\(text(Self.left)) \(y)H\(text(Self.width - Self.right))"))
            custom(
                "text", .class("chart-text"), .named("x", text(Self.left - 6)), .named("y", y), .named("text-anchor", "end"),
                .named("dy", "4")
            ) {
                HTML.formatted { $0.number(value, decimals: decimals) }
            }
        }
    }

    private func moment(_ at: Instant) -> HTML {
        let isLong = to - from > .hours(36)
        return custom(
            "text", .class("chart-text"), .named("x", text(x(at))), .named("y", text(Self.height - 8)), .named("text-anchor", "middle")
        ) {
            HTML.formatted { isLong ? String($0.date(at).prefix($0.language == .french ? 5 : 10)) : $0.time(at, seconds: false) }
        }
    }

    /// Four to eight times at round steps.
    var times: [Instant] {
        let steps: [Int64] = [60, 300, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 7_776_000]
        let span = (to - from).milliseconds / 1000
        let step = steps.first { span / $0 <= 8 } ?? max(1, span / 6)
        let first = (floorDivide(from.seconds, step) + 1) * step
        return stride(from: first, to: to.seconds, by: Int64.Stride(step)).prefix(12).map { Instant(seconds: $0) }
    }

    /// A run of one sample is a dot.
    func path(_ samples: [Chart.Sample]) -> String {
        samples.split { $0.value?.isFinite != true }.map { run in
            let points = run.map { "\(text(x($0.at))) \(text(y($0.value ?? 0)))" }
            return "M" + points.joined(separator: "L") + (points.count == 1 ? "h2" : "")
        }.joined()
    }

    /// One closed shape for each run of samples that have a range; a gap ends a run.
    func bands(_ samples: [Chart.Sample]) -> [String] {
        samples.split { $0.range == nil || $0.value == nil }.filter { $0.count > 1 }.map { run in
            let ranged = run.compactMap { sample in sample.range.map { (x(sample.at), $0) } }
            let upper = ranged.map { "\(text($0.0)) \(text(y($0.1.upperBound)))" }
            let lower = ranged.reversed().map { "\(text($0.0)) \(text(y($0.1.lowerBound)))" }
            return "M" + (upper + lower).joined(separator: "L") + "Z"
        }
    }

    private func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
