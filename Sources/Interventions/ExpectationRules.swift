// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// When each open job would be over, from what waits before it and the hours that the crews still work. Values in, verdict out: each job in
/// turn goes to the suitable crew that would be done with it first, as a dispatcher does who plans one job after the other.
package enum ExpectationRules {
    /// So far ahead is looked; what does not fit by then has no expectation.
    package static let horizonDays: Int64 = 180

    package struct Verdict: Sendable, Hashable {
        package var at: Instant
        package var crew: String
        /// Jobs that this crew does before it.
        package var ahead: Int
    }

    /// - Parameters:
    ///   - jobs: the open jobs of one department, in their order (`JobRules.isBefore`).
    ///   - after: for each job those that must be done before.
    /// - Returns: nothing for a job that is blocked or that no crew can do.
    package static func expect(
        _ jobs: [Job], after: [Job.Number: [Job.Number]] = [:], _ plan: CrewPlan, at now: Instant, _ wall: WallTime
    ) -> [Job.Number: Verdict] {
        var verdicts: [Job.Number: Verdict] = [:]
        var desks = plan.crews.map { CrewHours($0, now, wall) }
        // What a crew has begun or is planned to do takes its time first.
        for job in jobs where !job.crew.isEmpty {
            guard let index = desks.firstIndex(where: { $0.crew.code == job.crew }) else { continue }
            switch job.state {
            case .started:
                let spent = job.startedAt.map { Int((now - $0).seconds / 60) } ?? 0
                let left = max(15, job.needs.minutes - max(0, spent))
                if let end = desks[index].take(left, from: now) {
                    verdicts[job.number] = Verdict(at: end, crew: job.crew, ahead: 0)
                }
            case .planned:
                guard let start = job.plannedAt, let end = job.plannedEnd, end > now else { continue }
                desks[index].reserve(start, end)
                verdicts[job.number] = Verdict(at: end, crew: job.crew, ahead: desks[index].taken - 1)
            default: continue
            }
        }
        var rest = jobs.filter { verdicts[$0.number] == nil && $0.state != .blocked }
        let open = Set(jobs.map(\.number))
        // Those that wait for others come after them, round by round; what waits for something without a date has none either.
        while !rest.isEmpty {
            var left: [Job] = []
            for job in rest {
                let before = (after[job.number] ?? []).filter(open.contains)
                if before.contains(where: { verdicts[$0] == nil }) {
                    left.append(job)
                    continue
                }
                let floor = before.compactMap { verdicts[$0]?.at }.max() ?? now
                if let verdict = place(job, from: max(now, floor, job.opensAt ?? now), plan, &desks, now, wall) {
                    verdicts[job.number] = verdict
                }
            }
            if left.count == rest.count { break }
            rest = left
        }
        return verdicts
    }

    private static func place(
        _ job: Job, from start: Instant, _ plan: CrewPlan, _ desks: inout [CrewHours], _ now: Instant, _ wall: WallTime
    ) -> Verdict? {
        let minutes = job.needs.minutes + plan.travelMinutes
        if job.urgency == .now, let crew = plan.onCall(job.department, at: now, wall), crew.suits(job),
            !desks.contains(where: { $0.crew.suits(job) && $0.works(at: start) })
        {
            return Verdict(at: start + .minutes(Int64(minutes)), crew: crew.code, ahead: 0)
        }
        var best: (index: Int, end: Instant)?
        for index in desks.indices where desks[index].crew.suits(job) {
            var trial = desks[index]
            guard let end = trial.take(minutes, from: start), best == nil || end < best!.end else { continue }
            best = (index, end)
        }
        guard let best else { return nil }
        let ahead = desks[best.index].taken
        // What may begin only later leaves the time before it to others.
        if start <= now { _ = desks[best.index].take(minutes, from: start) } else { desks[best.index].reserveLast(minutes, best.end) }
        return Verdict(at: best.end, crew: desks[best.index].crew.code, ahead: ahead)
    }
}

/// The time that a crew has left, as it is given away.
struct CrewHours {
    let crew: Crew
    /// Jobs that have a place already.
    private(set) var taken = 0
    private let wall: WallTime
    /// From here on it has not been looked yet.
    private var cursor: Instant
    private let end: Instant
    private var busy: [(from: Instant, to: Instant)] = []

    init(_ crew: Crew, _ now: Instant, _ wall: WallTime) {
        (self.crew, self.wall, cursor) = (crew, wall, now)
        end = now + .days(ExpectationRules.horizonDays)
    }

    /// The shifts of a day of the wall as instants.
    static func shifts(_ crew: Crew, day: Int64, _ wall: WallTime) -> [(from: Instant, to: Instant)] {
        crew.shifts(on: CivilDay(number: Int(day))).map { (wall.instant(day: day, minute: $0.from), wall.instant(day: day, minute: $0.to)) }
    }

    func works(at instant: Instant) -> Bool {
        CrewHours.shifts(crew, day: wall.day(of: instant), wall).contains { $0.from <= instant && instant < $0.to }
    }

    /// Gives away so many minutes of free working time, the first from an instant on.
    /// - Returns: when they are over; nil beyond the horizon.
    mutating func take(_ minutes: Int, from start: Instant) -> Instant? {
        var left = Span.minutes(Int64(minutes))
        var at = max(start, cursor)
        while at < end {
            for shift in CrewHours.shifts(crew, day: wall.day(of: at), wall) where shift.to > at {
                var from = max(at, shift.from)
                while from < shift.to {
                    if let block = busy.first(where: { $0.from <= from && from < $0.to }) {
                        from = block.to
                        continue
                    }
                    let to = min(shift.to, busy.filter { $0.from > from }.map(\.from).min() ?? shift.to)
                    if to - from >= left {
                        cursor = from + left
                        taken += 1
                        return from + left
                    }
                    left = left - (to - from)
                    from = to
                }
            }
            at = wall.instant(day: wall.day(of: at) + 1, minute: 0)
        }
        return nil
    }

    mutating func reserve(_ from: Instant, _ to: Instant) {
        busy.append((from, to))
        taken += 1
    }

    mutating func reserveLast(_ minutes: Int, _ end: Instant) { reserve(end - .minutes(Int64(minutes)), end) }
}

extension Span {
    static func - (a: Span, b: Span) -> Span { Span(milliseconds: a.milliseconds - b.milliseconds) }
    static func >= (a: Span, b: Span) -> Bool { a.milliseconds >= b.milliseconds }
}
