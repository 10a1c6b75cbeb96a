// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Rounds

/// Days with everything in them, by chance: whatever the solver answers must be drivable, and its own count must hold.
@Suite struct RichDayTests {
    typealias W = RoundWorld

    private func day(_ seed: Int) -> RoundProblem {
        var dice = TestDice(state: UInt64(seed) &* 7_919 &+ 11)
        let crews = (0..<(2 + dice.below(4))).map { c in
            let from = 360 + 60 * dice.below(4)
            let rest =
                dice.below(3) > 0
                ? RoundRest(
                    begins: W.stretch(from + 150, from + 150 + 30 * dice.below(4)), length: .minutes(Int64(15 + 15 * dice.below(3))))
                : nil
            return W.crew(
                Int64(c), dice.below(30), dice.below(30), from: from, to: from + 300 + 60 * dice.below(4), rest: rest,
                skills: Set(["a", "b"].filter { _ in dice.below(3) > 0 }), equipment: dice.below(2) == 0 ? ["x"] : [],
                capacity: dice.below(2) == 0 ? RoundLoad(cubicMetres: 6, kilograms: 400) : nil)
        }
        var ranks = 0
        let jobs = (0..<(10 + dice.below(30))).map { k in
            var windows: [Stretch] = []
            for _ in 0..<[0, 0, 1, 2][dice.below(4)] {
                let from = 360 + dice.below(420)
                windows.append(W.stretch(from, from + 10 + dice.below(120)))
            }
            var lock: RoundLock?
            let crew = Int64(dice.below(crews.count))
            if dice.below(10) == 0 { lock = .crew(crew) }
            if dice.below(8) == 0 {
                ranks += 1
                lock = .order(crew: crew, rank: ranks)
            }
            return W.job(
                Int64(k), dice.below(30), dice.below(30), 5 + dice.below(50), windows: windows, skills: dice.below(4) == 0 ? ["a"] : [],
                equipment: dice.below(6) == 0 ? ["x"] : [],
                load: RoundLoad(cubicMetres: Double(dice.below(20)) / 10, kilograms: Double(dice.below(90))),
                urgency: Urgency(rawValue: dice.below(4))!, promised: dice.below(2) == 0 ? 400 + dice.below(600) : nil, lock: lock,
                after: k > 0 && dice.below(4) == 0 ? [Int64(dice.below(k))] : [])
        }
        return RoundProblem(crews: crews, jobs: jobs)
    }

    /// The cost as the plan's own times say it.
    private func cost(_ plan: RoundPlan, _ problem: RoundProblem, _ model: RoundModel) -> Int {
        var cost = plan.cost.travelSeconds
        for round in plan.rounds {
            for stop in round.stops {
                let job = model.indexOfJob[stop.job]!
                cost += model.lateness(job, startsAt: Int32(stop.startsAt.seconds - model.base))
            }
        }
        return cost + plan.leftOut.reduce(0) { $0 + model.price[model.indexOfJob[$1.job]!] }
    }

    @Test(arguments: 0..<60) func anyDayIsDrivable(seed: Int) throws {
        let problem = day(seed)
        let travel = W.travel(problem)
        let plan = try W.solve(problem, iterations: 400, seed: UInt64(seed))
        for complaint in PlanCheck.complaints(plan, problem, travel) { Issue.record("\(complaint)") }
        let model = try RoundModel(problem, travel)
        #expect(plan.cost.total == cost(plan, problem, model))
        // The plan in its own order is the plan.
        let again = try RoundSolver.evaluate(problem, travel: travel, plan: plan)
        for complaint in PlanCheck.complaints(again, problem, travel) { Issue.record("again: \(complaint)") }
        // In the middle of the day what is left can still be planned.
        let rest = RoundReplan.remaining(problem, plan, at: W.minute(600))
        let restTravel = W.travel(rest)
        let afternoon = try RoundSolver.solve(rest, travel: restTravel, from: plan, loyalty: 900, budget: RoundBudget(iterations: 100))
        for complaint in PlanCheck.complaints(afternoon, rest, restTravel) { Issue.record("afternoon: \(complaint)") }
    }

    /// The O(1) answer to 'does it fit here' is the one that driving the round gives.
    @Test(arguments: 0..<15) func whatIsSaidToFitFits(seed: Int) throws {
        let problem = day(seed + 1_000)
        let travel = W.travel(problem)
        let state = RoundState(try RoundModel(problem, travel))
        var dice = TestDice(state: UInt64(seed))
        var chance = Chance(seed: 1)
        var blink = 0
        var tried = 0
        for _ in 0..<300 {
            let job = dice.below(problem.jobs.count)
            let crew = dice.below(problem.crews.count)
            if state.crewOf[job] >= 0 {
                if !state.model.after[job].contains(where: { state.crewOf[$0] >= 0 }) { state.remove(Int(state.crewOf[job])) { $0 == job } }
                continue
            }
            if !state.model.may[job * problem.crews.count + crew] || !state.isReady(job) { continue }
            var best = Insertion()
            state.seek(job, crew, &best, blink: &blink, &chance)
            if !best.isFound { continue }
            state.mark()
            let before = state.cost
            let rows = state.rows
            state.insert(job, crew, after: best.position)
            tried += 1
            if state.model.hasWaits && state.isBroken {
                state.rollBack()
                #expect(state.rows == rows)
                continue
            }
            #expect(!state.isBroken)
            if dice.below(3) == 0 {
                state.rollBack()
                #expect(state.rows == rows)
                if !state.model.hasWaits { #expect(state.cost == before) }
            }
        }
        #expect(tried > 10)
    }
}
