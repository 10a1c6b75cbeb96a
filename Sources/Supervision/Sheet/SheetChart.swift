// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Journal

/// How far back the curves of a sheet go.
package enum ChartSpan: String, Sendable, CaseIterable {
    case day, week, month, year

    package var length: Span {
        switch self {
        case .day: .days(1)
        case .week: .days(7)
        case .month: .days(31)
        case .year: .days(366)
        }
    }

    package var title: Words {
        switch self {
        case .day: Words("1 jour", "1 day")
        case .week: Words("1 semaine", "1 week")
        case .month: Words("1 mois", "1 month")
        case .year: Words("1 an", "1 year")
        }
    }
}

/// One property over time as a drawing of the server: least to most as a band, the mean as a line, no line where nothing was heard.
package struct SheetChart: Sendable {
    package var property: Property
    package var buckets: [History.Bucket]
    package var from: Instant
    package var to: Instant
    /// A gap longer than this is drawn as a gap.
    package var gap: Span

    package init(property: Property, buckets: [History.Bucket], from: Instant, to: Instant, gap: Span) {
        (self.property, self.buckets, self.from, self.to, self.gap) = (property, buckets, from, to, gap)
    }

    private static let width = 900.0
    private static let height = 140.0

    package func html(language: Language) -> HTML {
        figure(.class("chart")) {
            figcaption {
                property.title
                if !property.unit.isEmpty { " (\(property.unit))" }
            }
            if buckets.isEmpty {
                p(.class("empty")) { Words("Aucune mesure sur cette durée.", "No value over this span.") }
            } else {
                drawing
                p(.class("chart-ends", "quiet")) {
                    HTML.time(from)
                    span {
                        HTML.quantity(property.value(low), decimals: property.decimals, unit: property.unit); " … ";
                        HTML.quantity(property.value(high), decimals: property.decimals, unit: property.unit)
                    }
                    HTML.time(to)
                }
            }
        }
    }

    private var low: Int32 { buckets.map(\.least).min() ?? 0 }
    private var high: Int32 { buckets.map(\.most).max() ?? 0 }

    private var drawing: HTML {
        custom(
            "svg", .class("chart-svg"), .named("viewBox", "0 0 900 140"), .named("preserveAspectRatio", "none"), .role("img"),
            .aria(.label, Words("\(property.title.french) dans le temps", "\(property.title.english) over time"))
        ) {
            custom("path", .class("chart-band"), .named("d", band))
            custom("path", .class("chart-line"), .named("d", line))
        }
    }

    private func x(_ at: Instant) -> Double {
        Double((at - from).milliseconds) / Double(max(1, (to - from).milliseconds)) * SheetChart.width
    }

    private func y(_ value: Double) -> Double {
        let range = Double(high) - Double(low)
        return range == 0 ? SheetChart.height / 2 : SheetChart.height - 6 - (value - Double(low)) / range * (SheetChart.height - 12)
    }

    private func point(_ x: Double, _ y: Double) -> String { "\((x * 10).rounded() / 10) \((y * 10).rounded() / 10)" }

    /// Runs of buckets without a gap between them.
    private var runs: [[History.Bucket]] {
        var runs: [[History.Bucket]] = []
        let limit = max(gap.milliseconds, (to - from).milliseconds / 150)
        for bucket in buckets {
            if let last = runs.last?.last, (bucket.at - last.at).milliseconds <= limit {
                runs[runs.count - 1].append(bucket)
            } else {
                runs.append([bucket])
            }
        }
        return runs
    }

    private var line: String {
        runs.map { run in
            let points = run.map { point(x($0.at), y($0.mean)) }
            return points.count == 1 ? "M\(points[0]) h1" : "M" + points.joined(separator: " L")
        }.joined(separator: " ")
    }

    private var band: String {
        runs.filter { $0.count > 1 }.map { run in
            let top = run.map { point(x($0.at), y(Double($0.most))) }
            let bottom = run.reversed().map { point(x($0.at), y(Double($0.least))) }
            return "M" + (top + bottom).joined(separator: " L") + "Z"
        }.joined(separator: " ")
    }
}
