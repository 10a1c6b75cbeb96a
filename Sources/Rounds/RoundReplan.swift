// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What a change does to the plan in force: shown before anybody agrees to it.
package struct RoundPrice: Sendable, Hashable {
    package var extraTravelSeconds = 0
    /// Jobs that go to another crew.
    package var changedCrew: [Int64] = []
    /// Promised jobs that change crew or end five minutes later or more.
    package var movedPromised: [Int64] = []
    /// Promises that were kept and are not any more.
    package var newlyLate: [Int64] = []
    package var newlyLeftOut: [Int64] = []
    /// The whole of it, in seconds of travel.
    package var total = 0

    /// 'déplace 3 interventions promises, +14 min de trajet'
    package var words: Words {
        var french: [String] = []
        var english: [String] = []
        func say(_ count: Int, _ fr: (String, String), _ en: (String, String)) {
            if count == 0 { return }
            french.append("\(count) \(count == 1 ? fr.0 : fr.1)")
            english.append("\(count) \(count == 1 ? en.0 : en.1)")
        }
        say(
            movedPromised.count, ("intervention promise déplacée", "interventions promises déplacées"),
            ("promised job moved", "promised jobs moved"))
        say(newlyLate.count, ("promesse rompue", "promesses rompues"), ("promise broken", "promises broken"))
        say(
            newlyLeftOut.count, ("intervention retirée du jour", "interventions retirées du jour"),
            ("job taken off the day", "jobs taken off the day"))
        say(changedCrew.count, ("changement d’équipe", "changements d’équipe"), ("change of crew", "changes of crew"))
        let minutes = Int((Double(extraTravelSeconds) / 60).rounded())
        french.append("\(minutes < 0 ? "−" : "+")\(abs(minutes)) min de trajet")
        english.append("\(minutes < 0 ? "−" : "+")\(abs(minutes)) min of travel")
        return Words(french.joined(separator: ", "), english.joined(separator: ", "))
    }

    /// From one plan to another of the same jobs, or of some more.
    package init(from before: RoundPlan, to after: RoundPlan, _ problem: RoundProblem) {
        func stops(_ plan: RoundPlan) -> [Int64: (crew: Int64, stop: RoundStop)] {
            var result: [Int64: (crew: Int64, stop: RoundStop)] = [:]
            for round in plan.rounds { for stop in round.stops { result[stop.job] = (round.crew, stop) } }
            return result
        }
        let old = stops(before)
        let new = stops(after)
        extraTravelSeconds = after.cost.travelSeconds - before.cost.travelSeconds
        total = after.cost.total - before.cost.total
        for job in problem.jobs {
            guard let was = old[job.id] else { continue }
            guard let now = new[job.id] else {
                newlyLeftOut.append(job.id)
                continue
            }
            if was.crew != now.crew { changedCrew.append(job.id) }
            if job.promisedAt == nil { continue }
            if was.crew != now.crew || now.stop.endsAt >= was.stop.endsAt + .minutes(5) { movedPromised.append(job.id) }
            if was.stop.late == .seconds(0) && now.stop.late > .seconds(0) { newlyLate.append(job.id) }
        }
    }
}

/// A plan that could be, and what it costs against the one in force.
package struct RoundChange: Sendable {
    package var plan: RoundPlan
    package var price: RoundPrice
}

package enum RoundReplan {
    /// A new job in a plan in force, in two ways: put in where it costs least with everything else in its order, and with the rest of the
    /// day arranged anew around it, jobs staying with their crews unless a quarter of an hour is gained. The cheaper first; one where both
    /// are the same.
    /// - Parameters:
    ///   - problem: holds the new job; the crews from where they are now on (`remaining`).
    ///   - plan: the plan in force of the same crews, without the new job.
    package static func adding(
        _ job: Int64, _ problem: RoundProblem, travel: TravelTimes, plan: RoundPlan, budget: RoundBudget, seed: UInt64 = 1
    ) throws(RoundProblem.Fault) -> [RoundChange] {
        let old = try RoundSolver.evaluate(problem, travel: travel, plan: plan)
        let state = RoundState(try RoundModel(problem, travel))
        state.take(plan)
        if let index = state.model.indexOfJob[job], state.crewOf[index] < 0 {
            var best = Insertion()
            var blink = 0
            var chance = Chance(seed: seed)
            for crew in 0..<state.model.crews where state.model.may[index * state.model.crews + crew] && state.isReady(index) {
                state.seek(index, crew, &best, blink: &blink, &chance)
            }
            if best.isFound { state.insert(index, best.crew, after: best.position) }
            if state.isBroken { state.rollBack() }
        }
        let simple = RoundPlan(state, basis: travel.basis, iterations: 0)
        let free = try RoundSolver.solve(problem, travel: travel, from: simple, loyalty: 15 * 60, budget: budget, seed: seed)
        let changes = [simple, free].map { RoundChange(plan: $0, price: RoundPrice(from: old, to: $0, problem)) }
        if simple.rounds == free.rounds { return [changes[0]] }
        return changes.sorted { ($0.price.total, $0.price.movedPromised.count) < ($1.price.total, $1.price.movedPromised.count) }
    }

    /// A planner's drag: a job to a crew, at a position among its stops. Nothing else moves; what then cannot be driven is left out and named
    /// in the price. To keep it, give the job `RoundLock.crew`, or the crew's stops their order with `RoundLock.order`.
    package static func dragging(
        _ job: Int64, to crew: Int64, position: Int, _ problem: RoundProblem, travel: TravelTimes, plan: RoundPlan
    ) throws(RoundProblem.Fault) -> RoundChange {
        let old = try RoundSolver.evaluate(problem, travel: travel, plan: plan)
        var wanted = problem
        for index in wanted.jobs.indices where wanted.jobs[index].id == job { wanted.jobs[index].lock = .crew(crew) }
        var rows = plan
        for r in rows.rounds.indices { rows.rounds[r].stops.removeAll { $0.job == job } }
        if let r = rows.rounds.firstIndex(where: { $0.crew == crew }) {
            let at = plan.rounds.flatMap(\.stops).first { $0.job == job }
            let stop =
                at
                ?? RoundStop(
                    job: job, travelSeconds: 0, arrivesAt: .distantPast, startsAt: .distantPast, endsAt: .distantPast, late: .seconds(0))
            rows.rounds[r].stops.insert(stop, at: min(max(0, position), rows.rounds[r].stops.count))
        }
        let new = try RoundSolver.evaluate(wanted, travel: travel, plan: rows)
        var price = RoundPrice(from: old, to: new, problem)
        // A fixed job weighs more where it is left out: that is no price of the drag.
        if new.leftOut.contains(where: { $0.job == job }) { price.total -= 10_000_000 }
        return RoundChange(plan: new, price: price)
    }

    /// The problem as it stands at an instant of the day: what is done or begun is out, each crew begins where its last job begun is, when that
    /// is over, with what it then may still load and, where it had its break, without one.
    package static func remaining(_ problem: RoundProblem, _ plan: RoundPlan, at now: Instant) -> RoundProblem {
        var rest = problem
        var begun: [Int64: Instant] = [:]
        for round in plan.rounds { for stop in round.stops where stop.startsAt <= now { begun[stop.job] = stop.endsAt } }
        let jobs = Dictionary(problem.jobs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        rest.crews = problem.crews.compactMap { crew in
            var crew = crew
            guard let round = plan.rounds.first(where: { $0.crew == crew.id }) else { return crew }
            var free = max(now, crew.shift.from)
            for stop in round.stops where begun[stop.job] != nil {
                free = max(free, stop.endsAt)
                guard let job = jobs[stop.job] else { continue }
                crew.start = job.place
                crew.capacity?.cubicMetres -= job.load.cubicMetres
                crew.capacity?.kilograms -= job.load.kilograms
            }
            if let taken = round.rest, taken.from <= now {
                crew.rest = nil
                free = max(free, taken.to)
            }
            crew.capacity = crew.capacity.map { RoundLoad(cubicMetres: max(0, $0.cubicMetres), kilograms: max(0, $0.kilograms)) }
            crew.shift.from = free
            return crew.shift.from < crew.shift.to ? crew : nil
        }
        let there = Set(rest.crews.map(\.id))
        rest.jobs = problem.jobs.filter { begun[$0.id] == nil }.map { job in
            var job = job
            if let lock = job.lock, !there.contains(lock.crew) { job.lock = nil }
            // What waits for a job in hand begins when that is over.
            if let over = job.after.compactMap({ begun[$0] }).max(), over > now {
                let windows = job.windows.isEmpty ? [Stretch(from: over, to: over + .days(30))] : job.windows
                job.windows = windows.filter { $0.to >= over }.map { Stretch(from: max($0.from, over), to: $0.to) }
                if job.windows.isEmpty { job.windows = [Stretch(from: now - .days(1), to: now - .days(1))] }
            }
            return job
        }
        return rest
    }
}
