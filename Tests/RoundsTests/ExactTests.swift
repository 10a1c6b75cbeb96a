// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Rounds

/// The solver against the true optimum, found by trying everything.
@Suite struct ExactTests {
    typealias W = RoundWorld

    /// The cheapest plan of all: each job left out or in each crew at each place, by inserting the jobs one after the other.
    /// Counts with a day of its own: earliest times, no break.
    static func optimum(_ problem: RoundProblem, _ travel: TravelTimes, prices: [Int]) -> Int {
        let crews = problem.crews.count
        var best = Int.max
        var rows = [[Int]](repeating: [], count: crews)

        func dayCost(_ c: Int) -> Int? {
            let crew = problem.crews[c]
            var time = crew.shift.from.seconds
            var from = c
            var cost = 0
            for u in rows[c] {
                let job = problem.jobs[u]
                let way = travel.seconds(from, 2 * crews + u)
                time += Int64(way)
                cost += way
                if !job.windows.isEmpty {
                    guard let window = job.windows.filter({ $0.to.seconds >= time }).min(by: { $0.from < $1.from }) else { return nil }
                    time = max(time, window.from.seconds)
                }
                time += job.duration.seconds
                if let promise = job.promisedAt, time > promise.seconds {
                    cost += problem.weights.brokenPromise[job.urgency.rawValue]
                    cost += Int(time - promise.seconds) * problem.weights.lateMinute[job.urgency.rawValue] / 60
                }
                from = 2 * crews + u
            }
            let home = travel.seconds(from, crews + c)
            return time + Int64(home) <= crew.shift.to.seconds ? cost + home : nil
        }

        func place(_ u: Int, _ out: Int) {
            if u == problem.jobs.count {
                var cost = out
                for c in 0..<crews {
                    guard let day = dayCost(c) else { return }
                    cost += day
                }
                best = min(best, cost)
                return
            }
            place(u + 1, out + prices[u])
            for c in 0..<crews where problem.jobs[u].skills.isSubset(of: problem.crews[c].skills) {
                for p in 0...rows[c].count {
                    rows[c].insert(u, at: p)
                    place(u + 1, out)
                    rows[c].remove(at: p)
                }
            }
        }
        place(0, 0)
        return best
    }

    @Test(arguments: 0..<40) func smallDaysAreSolvedToTheOptimum(seed: Int) throws {
        var dice = TestDice(state: UInt64(seed) &* 77 &+ 5)
        let n = 4 + dice.below(3)
        let crews = (0..<(1 + dice.below(2))).map {
            W.crew(Int64($0), dice.below(20), dice.below(20), to: 620 + dice.below(120), skills: dice.below(2) == 0 ? ["s"] : [])
        }
        let jobs = (0..<n).map { k in
            var windows: [Stretch] = []
            if dice.below(2) == 0 {
                let a = 480 + dice.below(120)
                windows.append(W.stretch(a, a + 10 + dice.below(60)))
                if dice.below(3) == 0 { windows.append(W.stretch(a + 90, a + 120)) }
            }
            return W.job(
                Int64(k), dice.below(20), dice.below(20), 5 + dice.below(40), windows: windows, skills: dice.below(4) == 0 ? ["s"] : [],
                urgency: Urgency(rawValue: dice.below(4))!, promised: dice.below(2) == 0 ? 500 + dice.below(150) : nil)
        }
        let problem = RoundProblem(crews: crews, jobs: jobs)
        let travel = W.travel(problem)
        let model = try RoundModel(problem, travel)
        let optimum = Self.optimum(problem, travel, prices: (0..<n).map { model.price[$0] })
        let plan = try W.solve(problem, iterations: 4_000)
        for complaint in PlanCheck.complaints(plan, problem, travel) { Issue.record("\(complaint)") }
        #expect(plan.cost.total == optimum)
    }
}
