// SPDX-License-Identifier: EUPL-1.2

/// The time on the wall of a place: minutes ahead of UTC at each instant. Made once from the configuration and then only read, so that
/// a rule comes to the same answer at each replay. In a member state of the European Union it is a fixed offset, and one hour more
/// from the last Sunday of March to the last Sunday of October, both at 01:00 UTC (directive 2000/84/EC): arithmetic only. Elsewhere
/// it is a table of the instants at which the offset changes.
package struct WallTime: Sendable, Hashable {
    /// From this instant on the wall is so many minutes ahead of UTC.
    package struct Change: Sendable, Hashable {
        package var from: Instant
        package var offset: Int
        package init(from: Instant, offset: Int) { (self.from, self.offset) = (from, offset) }
    }

    private enum Rule: Sendable, Hashable {
        case european(winterOffset: Int, hasSummerTime: Bool)
        case table(first: Int, [Change])
    }

    private let rule: Rule

    /// - Parameter winterOffset: winter time ahead of UTC, in minutes.
    package init(winterOffset: Int, hasSummerTime: Bool = true) {
        rule = .european(winterOffset: winterOffset, hasSummerTime: hasSummerTime)
    }

    /// - Parameters:
    ///   - first: minutes ahead of UTC before the first change.
    ///   - changes: ascending; the last holds for ever.
    package init(first: Int, changes: [Change]) { rule = .table(first: first, changes.sorted { $0.from < $1.from }) }

    package static let paris = WallTime(winterOffset: 60)
    package static let utc = WallTime(winterOffset: 0, hasSummerTime: false)

    /// Minutes ahead of UTC outside summer time; where a table rules, the least of its last year.
    package var winterOffset: Int {
        switch rule {
        case .european(let winter, _): winter
        case .table(let first, let changes): changes.suffix(2).map(\.offset).min() ?? first
        }
    }

    /// Minutes ahead of UTC at this instant.
    package func offset(at instant: Instant) -> Int {
        switch rule {
        case .european(let winter, let hasSummerTime): winter + (hasSummerTime && WallTime.isSummer(at: instant) ? 60 : 0)
        case .table(let first, let changes): WallTime.last(changes, at: instant)?.offset ?? first
        }
    }

    /// The first instant after `after` at which the offset changes; nil where none is known.
    package func nextChange(after: Instant) -> Instant? {
        switch rule {
        case .european(_, let hasSummerTime):
            guard hasSummerTime else { return nil }
            let year = after.civilDate.year
            return [(3, year), (10, year), (3, year + 1)].map { WallTime.lastSunday(of: $0.0, $0.1) }.first { $0 > after }
        case .table(_, let changes): return changes.first { $0.from > after }?.from
        }
    }

    /// 0 ..< 1440.
    package func minuteOfDay(at instant: Instant) -> Int {
        let local = instant + .minutes(Int64(offset(at: instant)))
        return Int((local.seconds - floorDivide(local.seconds, 86_400) * 86_400) / 60)
    }

    private static func isSummer(at instant: Instant) -> Bool {
        let year = instant.civilDate.year
        return instant >= lastSunday(of: 3, year) && instant < lastSunday(of: 10, year)
    }

    /// The newest change not after `instant`, by halving.
    private static func last(_ changes: [Change], at instant: Instant) -> Change? {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].from <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : changes[low - 1]
    }

    /// 01:00 UTC on the last Sunday of a month of 31 days.
    private static func lastSunday(of month: Int, _ year: Int) -> Instant {
        let last = Instant(year: year, month: month, day: 31, hour: 1)
        // 1970-01-01 was a Thursday: 0 is Sunday.
        let weekday = (floorDivide(last.seconds, 86_400) + 4) % 7
        return last - .days(weekday < 0 ? weekday + 7 : weekday)
    }
}
