// SPDX-License-Identifier: EUPL-1.2

/// How reports of a span went, for one category, commune, department or month: counts, how long it took, whether promises were kept.
package struct ReportFigures: Sendable, Hashable {
    /// Code of what is counted; INSEE code of a commune; `2026-11` for a month.
    package var key: String
    package var count = 0
    package var open = 0
    package var ended = 0
    /// Ended within what was promised.
    package var kept = 0
    package var rejected = 0
    package var byProof: [Report.Proof.Sort: Int] = [:]
    /// How many citizens said 'it is solved', and how many 'it is not'.
    package var confirmed = 0
    package var contested = 0
    /// How many took so many whole days, of those that were done.
    var days: [Int: Int] = [:]

    package init(key: String) { self.key = key }

    /// Days from the report to its end, for the middle one of those done; nil where none was.
    package var medianDays: Int? { percentile(50) }
    /// Nine of ten were done within so many days.
    package var ninetiethDays: Int? { percentile(90) }

    private func percentile(_ percent: Int) -> Int? {
        let total = days.values.reduce(0, +)
        guard total > 0 else { return nil }
        // The nearest rank: the smallest day by which at least so many of a hundred were done.
        let rank = max(1, (total * percent + 99) / 100)
        var seen = 0
        for (day, count) in days.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen >= rank { return day }
        }
        return nil
    }

    /// Of a hundred that ended; nil where none did.
    package var keptPercent: Int? { ended == 0 ? nil : (kept * 100 + ended / 2) / ended }
    package var confirmedPercent: Int? {
        let said = confirmed + contested
        return said == 0 ? nil : (confirmed * 100 + said / 2) / said
    }

    static func + (a: ReportFigures, b: ReportFigures) -> ReportFigures {
        var sum = a
        sum.count += b.count
        sum.open += b.open
        sum.ended += b.ended
        sum.kept += b.kept
        sum.rejected += b.rejected
        sum.confirmed += b.confirmed
        sum.contested += b.contested
        sum.byProof.merge(b.byProof, uniquingKeysWith: +)
        sum.days.merge(b.days, uniquingKeysWith: +)
        return sum
    }

    /// By what reports are counted.
    package enum Side: String, Sendable, CaseIterable { case branch, category, commune, department, month }

    /// Fewer than so many are nobody's business but the city's: they could be told apart (`OpenDataRoutes`).
    package static let fewest = 5
}
