// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Plans a day.
package enum RoundSolver {
    /// The best plan found within the budget: promises kept first, weighted by urgency, then little travel; what fits nowhere, or costs more
    /// than it is worth, is left out with a reason and a price. Any answer is a plan that can be driven.
    /// - Parameters:
    ///   - travel: seconds between `problem.places`, in that order.
    ///   - start: a plan to begin from, such as the one in force; what it holds that no longer fits is placed anew. nil begins from nothing.
    ///   - loyalty: what it costs, in seconds of travel, to take a job from the crew that it has in `start`; 0 for a free hand.
    package static func solve(
        _ problem: RoundProblem, travel: TravelTimes, from start: RoundPlan? = nil, loyalty: Int = 0, budget: RoundBudget, seed: UInt64 = 1
    ) throws(RoundProblem.Fault) -> RoundPlan {
        let model = try RoundModel(problem, travel, keeping: start, loyalty: min(max(0, loyalty), 1_000_000))
        var search = RoundSearch(model, seed: seed)
        if let start { search.state.take(start) }
        search.construct()
        search.run(budget)
        return RoundPlan(search.state, basis: travel.basis, iterations: search.iterations)
    }

    /// The given orders of jobs with times and costs, nothing moved: for a plan drawn by hand, or after travel times have changed.
    /// What cannot be driven where it stands is left out.
    package static func evaluate(
        _ problem: RoundProblem, travel: TravelTimes, plan: RoundPlan
    ) throws(RoundProblem.Fault) -> RoundPlan {
        let state = RoundState(try RoundModel(problem, travel))
        state.take(plan)
        return RoundPlan(state, basis: travel.basis, iterations: 0)
    }
}

extension RoundState {
    /// Puts the jobs of a plan in their order at the end of their rounds, those that wait for others after them; skips what does not fit.
    func take(_ plan: RoundPlan) {
        var rows: [(crew: Int, jobs: [Int])] = plan.rounds.compactMap { round in
            model.indexOfCrew[round.crew].map { ($0, round.stops.compactMap { model.indexOfJob[$0.job] }) }
        }
        var isMoving = true
        while isMoving {
            isMoving = false
            for r in rows.indices {
                while let job = rows[r].jobs.first, isReady(job) {
                    rows[r].jobs.removeFirst()
                    isMoving = true
                    append(job, rows[r].crew)
                }
            }
        }
        mark()
    }

    private func append(_ job: Int, _ crew: Int) {
        if crewOf[job] >= 0 || !model.may[job * model.crews + crew] { return }
        mark()
        insert(job, crew, after: sums[crew].count)
        if isBroken { rollBack() }
    }
}

extension RoundPlan {
    /// The plan that a state holds, in instants.
    init(_ state: RoundState, basis: TravelTimes.Basis, iterations: Int) {
        let model = state.model
        func instant(_ second: Int32) -> Instant { Instant(seconds: model.base + Int64(second)) }
        var cost = RoundCost()
        var rounds: [Round] = []
        for (c, crew) in model.problem.crews.enumerated() {
            let sum = state.sums[c]
            let at = c * state.width
            let restLength = model.restLength[c]
            var stops: [RoundStop] = []
            var leaves = model.shiftFrom[c]
            if sum.count > 0 && sum.restAt != 1 { leaves = state.begin[at + 1] - state.leg[at + 1] }
            var free = leaves
            for p in stride(from: 1, through: sum.count, by: 1) {
                let u = Int(state.node[at + p])
                if sum.restAt == p && !sum.restAfterArrival { free = sum.restBegins + restLength }
                let end = state.begin[at + p] + model.service[u]
                let promised = model.problem.jobs[u].promisedAt
                let late = promised.map { max(0, model.base + Int64(end) - $0.seconds) } ?? 0
                if late > 0 {
                    cost.lateSeconds += Int(late)
                    if model.lateFixed[u] > 0 { cost.brokenPromises += 1 }
                }
                stops.append(
                    RoundStop(
                        job: model.problem.jobs[u].id, travelSeconds: Int(state.leg[at + p]), arrivesAt: instant(free + state.leg[at + p]),
                        startsAt: instant(state.begin[at + p]), endsAt: instant(end), late: .seconds(late)))
                free = end
            }
            let rest = sum.restAt == 0 ? nil : Stretch(from: instant(sum.restBegins), to: instant(sum.restBegins + restLength))
            rounds.append(
                Round(
                    crew: crew.id, stops: stops, leavesAt: instant(leaves), backAt: instant(state.begin[at + sum.count + 1]), rest: rest,
                    travelSeconds: sum.travel))
            cost.travelSeconds += sum.travel
        }
        let out = (0..<model.jobs).filter { state.crewOf[$0] < 0 }
        (cost.leftOut, cost.total) = (out.count, state.cost - state.sums.reduce(0) { $0 + $1.straying })
        let dayEnds = model.shiftTo.max() ?? 0
        cost.brokenPromises += out.filter { model.lateFixed[$0] > 0 && model.promise[$0] <= dayEnds }.count
        self.init(
            rounds: rounds,
            leftOut: out.map {
                LeftOut(job: model.problem.jobs[$0].id, reason: LeftOutRules.reason($0, state), price: LeftOutRules.price($0, state))
            },
            cost: cost, basis: basis, iterations: iterations)
    }
}
