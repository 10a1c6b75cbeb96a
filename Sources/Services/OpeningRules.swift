// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Is it open, until when, and why not?
package enum OpeningRules {
    /// What the clock on the wall shows.
    package struct Moment: Sendable, Hashable {
        package var day: CivilDay
        package var minute: Int
        package init(day: CivilDay, minute: Int) { (self.day, self.minute) = (day, minute) }
        package init(_ at: Instant, _ wall: WallTime) { self.init(day: wall.day(at: at), minute: wall.minuteOfDay(at: at)) }
    }

    package struct Day: Sendable, Hashable {
        package var day: CivilDay
        package var ranges: [DayRange]
        /// Why this day differs from its weekday: a public holiday, an exception; nil where it does not.
        package var why: Words?
    }

    package enum Verdict: Sendable, Hashable {
        /// The minute of today at which it closes; 1440 where it stays open past midnight.
        case open(until: Int)
        case closed(opens: Moment?, why: Words?)
    }

    /// Days that are looked at for the next opening.
    static let horizon = 60

    package static func day(_ day: CivilDay, _ hours: OpeningHours, _ holidays: PublicHolidays) -> Day {
        if let exception = hours.exceptions.last(where: { $0.from <= day && day <= $0.until }) {
            let why = exception.why.french.isEmpty ? Words("exceptionnellement", "exceptionally") : exception.why
            return Day(day: day, ranges: exception.ranges, why: why)
        }
        if let holiday = holidays.name(of: day), !hours.isOpenOnHolidays { return Day(day: day, ranges: [], why: holiday) }
        let seasonal = hours.rules.filter { $0.season?.contains(day) == true }
        let rules = seasonal.isEmpty ? hours.rules.filter { $0.season == nil } : seasonal
        let ranges = rules.filter { $0.days.contains(day.weekday) }.flatMap(\.ranges)
        return Day(day: day, ranges: ranges.sorted { $0.from < $1.from }, why: nil)
    }

    package static func verdict(_ hours: OpeningHours, _ holidays: PublicHolidays, at now: Moment) -> Verdict {
        let today = day(now.day, hours, holidays)
        if let range = today.ranges.first(where: { $0.from <= now.minute && now.minute < $0.until }) {
            return .open(until: end(of: range, today.ranges))
        }
        if let range = today.ranges.first(where: { $0.from > now.minute }) {
            return .closed(opens: Moment(day: now.day, minute: range.from), why: nil)
        }
        for ahead in 1...horizon {
            let day = day(now.day + ahead, hours, holidays)
            if let first = day.ranges.first {
                return .closed(opens: Moment(day: day.day, minute: first.from), why: today.ranges.isEmpty ? today.why : nil)
            }
        }
        return .closed(opens: nil, why: today.why)
    }

    /// Ranges that touch are one.
    private static func end(of range: DayRange, _ ranges: [DayRange]) -> Int {
        var until = range.until
        while let next = ranges.first(where: { $0.from <= until && $0.until > until }) { until = next.until }
        return until
    }

    /// Seven days from `first` on.
    package static func week(_ hours: OpeningHours, _ holidays: PublicHolidays, from first: CivilDay) -> [Day] {
        (0..<7).map { day(first + $0, hours, holidays) }
    }
}
