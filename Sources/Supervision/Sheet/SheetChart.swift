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

/// One property over time: least to most as a band, the mean as a line, no line where nothing was heard.
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

    package var html: HTML {
        Chart(
            property.title, unit: property.unit, decimals: property.decimals, lines: [.init(Words("Mesurée", "Measured"), samples)],
            from: from,
            to: to, startsAtZero: SheetChart.fromZero.contains(property.unit)
        ).html
    }

    /// Units whose zero means something beside the values: a voltage that moves by two volts would be a flat line.
    private static let fromZero: Set<String> = ["%", "W", "A", ""]

    /// The buckets in the property's unit, with nothing between two that are further apart than `gap`.
    private var samples: [Chart.Sample] {
        let limit = max(gap.milliseconds, (to - from).milliseconds / 150)
        let unit = property.value(1)
        var samples: [Chart.Sample] = []
        for bucket in buckets {
            if let last = samples.last, (bucket.at - last.at).milliseconds > limit { samples.append(.init(last.at, nil)) }
            samples.append(.init(bucket.at, bucket.mean * unit, range: property.value(bucket.least)...property.value(bucket.most)))
        }
        return samples
    }
}
