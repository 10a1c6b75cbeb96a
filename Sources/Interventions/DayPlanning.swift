// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Rounds

/// Plans a day: the solver proposes, a person sees the price and says yes.
extension Interventions {
    /// Changes that the search may try; a city's day of some hundred jobs takes seconds.
    static let iterations = 20_000

    /// - Parameter urgent: only this one is fitted into what is planned already.
    /// - Returns: the number of the proposal.
    package func propose(day: Int64, urgent: Job.Number? = nil) async throws -> Int64 {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let (open, waits, names) = try await journal.read { transaction in
            (
                try JobStore.open(in: transaction), try DayStore.waits(in: transaction), try JobStore.communeNames(in: transaction)
            )
        }
        if let urgent {
            guard let job = open.first(where: { $0.number == urgent }) else { throw JobFault.unknown }
            guard job.place != nil else {
                throw JobFault.refused(Words("Sans position, elle se planifie à la main.", "Without a position it is planned by hand."))
            }
            guard job.state == .wanted || job.state == .planned else { throw JobFault.impossible(.plan, job.state) }
        }
        let made = DayRules.problem(day: day, open, after: waits, urgent: urgent, plan, at: now, wall)
        guard !made.isOver else { throw JobFault.refused(Words("Personne ne travaille ce jour-là.", "Nobody works on that day.")) }
        guard !made.problem.jobs.isEmpty else {
            throw JobFault.refused(Words("Rien à planifier ce jour-là.", "Nothing to plan on that day."))
        }
        let (streets, places) = (streets, made.problem.places)
        let times = try await Interventions.aside { () throws(RoundProblem.Fault) in streets.travelTimes(among: places) }
        let force = DayRules.inForce(open, made, times.basis)
        let iterations = Interventions.iterations
        let solved = try await Interventions.aside { () throws(RoundProblem.Fault) -> (RoundPlan, RoundPlan) in
            let before = try RoundSolver.evaluate(made.problem, travel: times, plan: force)
            let after = try RoundSolver.solve(made.problem, travel: times, from: before, budget: RoundBudget(iterations: iterations))
            return (before, after)
        }
        let assignments = DayRules.assignments(solved.1, made)
        let price = DayRules.price(assignments, open, day: day, travelBefore: solved.0.cost.travelSeconds, wall)
        let unplaced = solved.1.leftOut.map {
            DayStore.Proposal.LeftOutJob(job: $0.job, because: DayRules.words($0.reason, plan, names))
        }
        let nowhere = made.withoutPlace.map {
            DayStore.Proposal.LeftOutJob(
                job: $0.number.value, because: Words("Sans position sur la carte.", "Without a position on the map."))
        }
        let proposal = DayStore.Proposal(
            day: day, urgent: urgent?.value, assignments: assignments, price: price, leftOut: unplaced + nowhere,
            isStraightLine: times.basis != .network)
        return try await journal.write { try DayStore.put(proposal, at: now, in: $0) }
    }

    /// Runs the search on a thread of its own, so that nobody else waits for it.
    private static func aside<T: Sendable>(_ body: @escaping @Sendable () throws(RoundProblem.Fault) -> T) async throws -> T {
        do {
            return try await Task.detached(priority: .utility) { try body() }.value
        } catch let fault as RoundProblem.Fault { throw JobFault.refused(fault.words) }
    }

    /// Puts a proposal into force: each job gets its crew and time. What has changed since and no longer fits keeps what it has.
    /// - Returns: how many were planned, and which no longer fitted.
    package func accept(_ number: Int64, by login: String) async throws -> (planned: Int, skipped: [Int64]) {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let done = try await journal.write { transaction -> (jobs: [Job], skipped: [Int64], entries: [LogEntry]) in
            guard let (proposal, _) = try DayStore.find(number, in: transaction), try DayStore.take(number, in: transaction) else {
                throw JobFault.refused(
                    Words("Cette proposition est déjà acceptée ou trop ancienne.", "This proposal was accepted already or is too old."))
            }
            var (jobs, skipped): ([Job], [Int64]) = ([], [])
            for one in proposal.assignments {
                guard let before = try JobStore.find(Job.Number(one.job), in: transaction) else { continue }
                if before.state == .planned, before.crew == one.crew, before.plannedAt == one.startsAt { continue }
                var moving = JobMoving(before, JobDeed(.plan(crew: one.crew, at: one.startsAt)), .staff(login), plan, now)
                do { try moving.apply(in: transaction) } catch is JobFault {
                    skipped.append(one.job)
                    continue
                }
                try moving.keep(in: transaction)
                jobs.append(moving.job)
            }
            // What had a place on that day and has none any more goes back to the queue.
            let (dawn, dusk) = (wall.instant(day: proposal.day, minute: 0), wall.instant(day: proposal.day + 1, minute: 0))
            let placed = Set(proposal.assignments.map(\.job))
            for left in proposal.leftOut where !placed.contains(left.job) {
                guard let before = try JobStore.find(Job.Number(left.job), in: transaction), before.state == .planned, !before.isLocked,
                    let at = before.plannedAt, at >= dawn, at < dusk, before.place != nil
                else { continue }
                var moving = JobMoving(before, JobDeed(.unplan), .staff(login), plan, now)
                try moving.apply(in: transaction)
                try moving.keep(in: transaction)
                jobs.append(moving.job)
            }
            let words = Words(
                "Plan du \(WallText.day(proposal.day)) accepté : \(jobs.count) interventions placées ou déplacées",
                "Plan of \(WallText.day(proposal.day)) accepted: \(jobs.count) jobs placed or moved")
            let entries = try Logbook.append([LogDraft(author: login, trade: "jobs", text: words)], in: transaction, at: now)
            return (jobs, skipped, entries)
        }
        outlet.tell(done.jobs, done.entries)
        try await restate(Set(done.jobs.map(\.department)))
        return (done.jobs.count, done.skipped)
    }

    /// Moves a planned job before the one that comes before it on its crew, or after the next.
    package func shift(_ number: Job.Number, earlier: Bool, by login: String) async throws {
        let pair = try await journal.read { [wall] transaction -> [DayRules.Assignment]? in
            guard let job = try JobStore.find(number, in: transaction), job.state == .planned, let at = job.plannedAt else { return nil }
            let day = wall.day(of: at)
            let row = try JobStore.planned(
                from: wall.instant(day: day, minute: 0), to: wall.instant(day: day + 1, minute: 0), in: transaction
            ).filter { $0.crew == job.crew && $0.state == .planned }
            guard let index = row.firstIndex(of: job) else { return nil }
            if earlier { return index > 0 ? DayRules.swapped(row[index - 1], job) : nil }
            return index + 1 < row.count ? DayRules.swapped(job, row[index + 1]) : nil
        }
        guard let pair else {
            throw JobFault.refused(Words("Il n'y a rien avant ou après elle.", "There is nothing before or after it."))
        }
        for one in pair {
            try await act(JobDeed(.plan(crew: one.crew, at: one.startsAt)), on: Job.Number(one.job), by: .staff(login))
        }
    }

    /// Which crews could be at a job soonest.
    package func nearest(to job: Job) async throws -> [DayRules.Near] {
        guard job.isOpen, job.place != nil else { return [] }
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let (open, positions) = try await journal.read { (try JobStore.open(in: $0), try VehicleStore.positions(at: now, in: $0)) }
        return DayRules.nearest(to: job, open, positions: positions, plan, at: now, wall) {
            streets.seconds(from: $0, to: job.place ?? $0[0])
        }
    }
}

extension DayRules {
    /// The plan in force as the solver reads it: the order of each crew's jobs.
    static func inForce(_ open: [Job], _ problem: Problem, _ basis: TravelTimes.Basis) -> RoundPlan {
        let inside = Set(problem.problem.jobs.map(\.id))
        let planned = open.filter { $0.state == .planned && inside.contains($0.number.value) }
        let orders = problem.problem.crews.map { crew in
            let row = planned.filter { $0.crew == problem.crews[crew.id] }
            let order = row.sorted { ($0.plannedAt ?? .distantPast, $0.number) < ($1.plannedAt ?? .distantPast, $1.number) }
            return (crew: crew.id, jobs: order.map(\.number.value))
        }
        return RoundPlan(orders: orders, basis: basis)
    }
}
