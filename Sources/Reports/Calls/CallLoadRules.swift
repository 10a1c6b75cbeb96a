// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Foundation

/// What the calls of some days were like, and how many would have been needed. Values in, figures out.
package enum CallLoadRules {
    package struct Figures: Sendable, Hashable {
        /// Calls that rang, without those that the exchange passed on by itself.
        package var offered = 0
        package var answered = 0
        package var abandoned = 0
        /// Seconds; of answered calls. Nil where none was.
        package var meanWait: Double?
        package var p90Wait: Double?
        /// Of all that were offered, answered within the seconds asked for. Nil where none was.
        package var inTime: Double?
        /// Seconds from the answer to the end of the line, and from there to the end of the work on it.
        package var meanTalk: Double?
        package var meanWrap: Double?

        package var handling: Double? { meanTalk.map { $0 + (meanWrap ?? 0) } }
    }

    /// A forgotten call is no wrap-up: longer than this does not count.
    package static let longestWrap = Span.minutes(30)

    package static func figures(_ calls: some Collection<Call>, within seconds: Double) -> Figures {
        var figures = Figures()
        var (waits, talks, wraps): ([Double], [Double], [Double]) = ([], [], [])
        for call in calls {
            if let answered = call.answeredAt {
                figures.answered += 1
                waits.append(Double(max(0, (answered - call.startedAt).milliseconds)) / 1000)
                if let ended = call.endedAt { talks.append(Double(max(0, (ended - answered).milliseconds)) / 1000) }
                if let ended = call.endedAt, let closed = call.closedAt, closed - ended <= longestWrap {
                    wraps.append(Double(max(0, (closed - ended).milliseconds)) / 1000)
                }
            } else if call.state == .abandoned {
                figures.abandoned += 1
            }
        }
        figures.offered = figures.answered + figures.abandoned
        figures.meanWait = mean(waits)
        figures.p90Wait = percentile(waits, 0.9)
        figures.inTime = figures.offered == 0 ? nil : Double(waits.count { $0 <= seconds }) / Double(figures.offered)
        (figures.meanTalk, figures.meanWrap) = (mean(talks), mean(wraps))
        return figures
    }

    private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

    /// The least value that so large a share does not exceed (nearest rank).
    static func percentile(_ values: [Double], _ share: Double) -> Double? {
        let sorted = values.sorted()
        return sorted.isEmpty ? nil : sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }

    // MARK: By quarter-hour

    /// One quarter-hour of the wall clock, as a mean over the days looked at.
    package struct Quarter: Sendable, Hashable {
        /// 0 at midnight to 95.
        package var index: Int
        /// Calls a day.
        package var calls: Double
        package var figures: Figures
        /// People at the desk, on average over the quarter-hour.
        package var staff: Double

        /// '08:15'.
        package var title: String {
            let (hour, minute) = (index / 4, index % 4 * 15)
            return (hour < 10 ? "0" : "") + "\(hour):" + (minute == 0 ? "00" : "\(minute)")
        }

        /// Erlang that the calls of one such quarter-hour bring.
        package func load(handling: Double) -> Double { calls * handling / 900 }
    }

    /// The quarter-hours of some days of the wall.
    /// - Parameters:
    ///   - days: the midnight at which each begins.
    ///   - calls: those of the days; others are left out.
    package static func quarters(
        _ calls: [Call], presence: [(from: Instant, to: Instant)], days: [Instant], zone: TimeZone, within seconds: Double
    ) -> [Quarter] {
        let isLookedAt = Set(days)
        let byQuarter = Dictionary(grouping: calls.filter { isLookedAt.contains(midnight(before: $0.startedAt, zone)) }) {
            quarter(of: $0.startedAt, zone)
        }
        return (0..<96).map { index -> Quarter in
            let own = byQuarter[index] ?? []
            let figures = figures(own, within: seconds)
            let count = Double(max(1, days.count))
            var staff = 0.0
            for day in days { staff += CallLoadRules.staff(presence, from: day + .minutes(Int64(index) * 15)) }
            return Quarter(index: index, calls: Double(figures.offered) / count, figures: figures, staff: staff / count)
        }
    }

    private static func staff(_ presence: [(from: Instant, to: Instant)], from: Instant) -> Double {
        let to = from + .minutes(15)
        var overlap: Int64 = 0
        for span in presence {
            let (begin, end) = (max(span.from, from), min(span.to, to))
            if end > begin { overlap += (end - begin).milliseconds }
        }
        return Double(overlap) / 900_000
    }

    package static func quarter(of at: Instant, _ zone: TimeZone) -> Int {
        Int((at - midnight(before: at, zone)).seconds / 900) % 96
    }

    /// The midnight of the wall at which the day of an instant begins. On the two days on which clocks change, hours are counted from it.
    package static func midnight(before at: Instant, _ zone: TimeZone) -> Instant {
        let local = at.seconds + offset(at, zone)
        let day = floorDivide(local, 86_400) * 86_400
        let guess = Instant(seconds: day - offset(at, zone))
        return Instant(seconds: day - offset(guess, zone))
    }

    /// The midnight so many days of the wall later.
    package static func midnight(_ days: Int, after midnight: Instant, _ zone: TimeZone) -> Instant {
        CallLoadRules.midnight(before: midnight + .days(Int64(days)) + .hours(6), zone)
    }

    private static func offset(_ at: Instant, _ zone: TimeZone) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(at.milliseconds) / 1000)))
    }

    // MARK: How many are needed

    package struct Need: Sendable, Hashable {
        package var quarter: Quarter
        /// Erlang.
        package var load: Double
        package var agents: Int
        /// Share of calls in time with these agents, as the formula says.
        package var inTime: Double
    }

    /// Who is needed in each quarter-hour for a target.
    /// - Parameter handling: seconds of a call and the work after it.
    package static func needs(_ quarters: [Quarter], handling: Double, target: Double, within seconds: Double) -> [Need] {
        quarters.map { quarter in
            let load = quarter.load(handling: handling)
            let agents = ErlangRules.agents(for: target, within: seconds, load: load, handling: handling)
            return Need(
                quarter: quarter, load: load, agents: agents,
                inTime: ErlangRules.answered(within: seconds, agents: agents, load: load, handling: handling))
        }
    }
}
