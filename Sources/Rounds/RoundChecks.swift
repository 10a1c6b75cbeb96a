// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What a problem must be before it is counted with.
enum RoundChecks {
    struct Checked {
        var base: Int64 = 0
        var indexOfJob: [Int64: Int] = [:]
        var indexOfCrew: [Int64: Int] = [:]
        /// Jobs that must be over before one, and those that wait for it.
        var before: [[Int]] = []
        var after: [[Int]] = []
        var lockedCrews: Set<Int64> = []
    }

    static func check(_ problem: RoundProblem, _ travel: TravelTimes) throws(RoundProblem.Fault) -> Checked {
        let n = problem.jobs.count
        let m = problem.crews.count
        guard n <= 5_000, m <= 500 else { throw .tooLarge(crews: m, jobs: n) }
        guard travel.count == n + 2 * m else { throw .travelOfOtherPoints(have: travel.count, want: n + 2 * m) }
        for list in [problem.weights.brokenPromise, problem.weights.lateMinute, problem.weights.leftOut]
        where list.count != 4 || !list.allSatisfy((0...1_000_000).contains) { throw .weightsIncomplete }
        var checked = Checked()
        checked.base = problem.crews.map(\.shift.from.seconds).min() ?? 0
        for (c, crew) in problem.crews.enumerated() {
            guard checked.indexOfCrew.updateValue(c, forKey: crew.id) == nil else { throw .crewTwice(crew.id) }
            guard crew.shift.from < crew.shift.to else { throw .shiftEndsBeforeItBegins(crew: crew.id) }
            let rest = crew.rest.map { [$0.begins.from, $0.begins.to] } ?? []
            guard ([crew.shift.from, crew.shift.to] + rest).allSatisfy({ isNear($0, checked.base) }),
                crew.rest.map({ $0.begins.from <= $0.begins.to && isDuration($0.length) }) ?? true,
                crew.capacity.map(isLoad) ?? true
            else { throw .crewOutOfRange(crew.id) }
        }
        for (u, job) in problem.jobs.enumerated() {
            guard checked.indexOfJob.updateValue(u, forKey: job.id) == nil else { throw .jobTwice(job.id) }
            guard isDuration(job.duration), isLoad(job.load), job.price.map({ (0...1_000_000_000).contains($0) }) ?? true,
                job.windows.allSatisfy({ $0.from <= $0.to && isNear($0.from, checked.base) && isNear($0.to, checked.base) })
            else { throw .outOfRange(job: job.id) }
            if let lock = job.lock {
                guard checked.indexOfCrew[lock.crew] != nil else { throw .lockedToUnknownCrew(job: job.id, crew: lock.crew) }
                checked.lockedCrews.insert(lock.crew)
            }
        }
        try order(problem, &checked)
        return checked
    }

    private static func order(_ problem: RoundProblem, _ checked: inout Checked) throws(RoundProblem.Fault) {
        let n = problem.jobs.count
        checked.before = problem.jobs.map { job in Set(job.after.compactMap { checked.indexOfJob[$0] }).sorted() }
        checked.after = Array(repeating: [], count: n)
        for u in 0..<n { for p in checked.before[u] { checked.after[p].append(u) } }
        var open = checked.before.map(\.count)
        var ready = (0..<n).filter { open[$0] == 0 }
        var seen = 0
        while let u = ready.popLast() {
            seen += 1
            for next in checked.after[u] {
                open[next] -= 1
                if open[next] == 0 { ready.append(next) }
            }
        }
        if seen < n { throw .jobsWaitInACircle((0..<n).filter { open[$0] > 0 }.map { problem.jobs[$0].id }) }
    }

    private static func isNear(_ instant: Instant, _ base: Int64) -> Bool { abs(instant.seconds - base) <= 60 * 86_400 }
    private static func isDuration(_ span: Span) -> Bool { (0...7 * 86_400).contains(span.seconds) }
    private static func isLoad(_ load: RoundLoad) -> Bool {
        (0...100_000).contains(load.cubicMetres) && (0...100_000_000).contains(load.kilograms)
    }

    static func litres(_ load: RoundLoad) -> Int32 { Int32((load.cubicMetres * 1000).rounded(.up)) }
    static func kilos(_ load: RoundLoad) -> Int32 { Int32(load.kilograms.rounded(.up)) }

    /// Windows in order, those that touch made one.
    static func merged(_ windows: [(from: Int32, to: Int32)]) -> [(from: Int32, to: Int32)] {
        var result: [(from: Int32, to: Int32)] = []
        for window in windows.sorted(by: { $0 < $1 }) {
            if let last = result.last, window.from <= last.to {
                result[result.count - 1].to = max(last.to, window.to)
            } else {
                result.append(window)
            }
        }
        return result
    }

    /// What leaving a job for another day costs: by urgency, and where it was promised for this day, the promise and a day of lateness.
    static func price(
        _ urgency: Int, promise: Int32, _ lateFixed: Int32, _ lateMinute: Int32, _ dayEnds: Int32, _ weights: RoundWeights
    ) -> Int {
        let due = promise <= dayEnds ? Int(lateFixed) + Int(lateMinute) * (Int(dayEnds - promise) + 86_400) / 60 : 0
        return weights.leftOut[urgency] + due
    }
}
