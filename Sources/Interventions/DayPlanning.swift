// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Rounds

/// Plans a day: the solver proposes, a person sees the price and says yes.
extension Interventions {
    /// Changes that the search may try; a city's day of some hundred jobs takes seconds.
    static let iterations = 20_000

    /// What a proposal is made of: the day as it stands.
    struct DayGround: Sendable {
        var day: Int64
        var open: [Job]
        var plan: CrewPlan
        var names: [String: String]
        var made: DayRules.Problem
        var now: Instant

        func job(_ number: Job.Number) -> Job? { open.first { $0.number == number } }
    }

    /// - Parameter one: this job is placed among what is planned already, and no other is added.
    func ground(day: Int64, one: Job.Number?) async throws -> DayGround {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let (open, waits, names) = try await journal.read { transaction in
            (
                try JobStore.open(in: transaction), try DayStore.waits(in: transaction), try JobStore.communeNames(in: transaction)
            )
        }
        if let one {
            guard let job = open.first(where: { $0.number == one }) else { throw JobFault.unknown }
            guard job.place != nil else {
                throw JobFault.refused(Words("Sans position, elle se planifie à la main.", "Without a position it is planned by hand."))
            }
            guard job.state == .wanted || job.state == .planned else { throw JobFault.impossible(.plan, job.state) }
        }
        let made = DayRules.problem(day: day, open, after: waits, urgent: one, plan, at: now, wall)
        guard !made.isOver else { throw JobFault.refused(Words("Personne ne travaille ce jour-là.", "Nobody works on that day.")) }
        guard !made.problem.jobs.isEmpty else {
            throw JobFault.refused(Words("Rien à planifier ce jour-là.", "Nothing to plan on that day."))
        }
        return DayGround(day: day, open: open, plan: plan, names: names, made: made, now: now)
    }

    /// What the arithmetic says: the plan in force with its times, and those that could be.
    struct DayAnswer: Sendable {
        var before: RoundPlan
        var plans: [RoundPlan]
        var times: TravelTimes
    }

    /// - Parameter urgent: only this one is fitted into what is planned already: with everything else in its order, and with the day arranged anew
    ///   around it, where that is another plan.
    /// - Returns: the number of the proposal, of the cheaper one where there are two.
    package func propose(day: Int64, urgent: Job.Number? = nil) async throws -> Int64 {
        let ground = try await ground(day: day, one: urgent)
        let (streets, made, open) = (streets, ground.made, ground.open)
        let budget = RoundBudget(iterations: Interventions.iterations)
        let answer = try await Interventions.aside { () throws(RoundProblem.Fault) -> DayAnswer in
            let times = streets.travelTimes(among: made.problem.places)
            let force = DayRules.inForce(open, made, times.basis)
            let before = try RoundSolver.evaluate(made.problem, travel: times, plan: force)
            guard let urgent else {
                let after = try RoundSolver.solve(made.problem, travel: times, from: before, budget: budget)
                return DayAnswer(before: before, plans: [after], times: times)
            }
            let changes = try RoundReplan.adding(urgent.value, made.problem, travel: times, plan: force, budget: budget)
            let placed = changes.filter { $0.plan.position(of: urgent.value) != nil }
            return DayAnswer(before: before, plans: (placed.isEmpty ? Array(changes.prefix(1)) : placed).map(\.plan), times: times)
        }
        let proposals = answer.plans.map {
            proposal($0, answer, ground, kind: urgent == nil ? .day : .urgent, keeping: urgent == nil ? [] : open, urgent: urgent)
        }
        let now = ground.now
        return try await journal.write { transaction in
            var number: Int64?
            for var one in proposals.reversed() {
                one.other = number
                number = try DayStore.put(one, at: now, in: transaction)
            }
            return number ?? 0
        }
    }

    /// - Parameter keeping: these jobs keep their times where they stay with their crews and nothing pushes them.
    func proposal(
        _ plan: RoundPlan, _ answer: DayAnswer, _ ground: DayGround, kind: DayStore.Proposal.Kind, keeping: [Job], urgent: Job.Number?
    ) -> DayStore.Proposal {
        let all = DayRules.assignments(plan, ground.made, keeping: keeping, before: answer.before)
        let price = DayRules.price(
            all, ground.open, day: ground.day, travelBefore: answer.before.cost.travelSeconds, travelAfter: plan.cost.travelSeconds, wall)
        let standing = Dictionary(uniqueKeysWithValues: ground.open.map { ($0.number.value, DayRules.Standing($0)) })
        let assignments = all.map { one in
            var one = one
            one.was = standing[one.job]
            return one
        }
        let unplaced = plan.leftOut.map {
            DayStore.Proposal.LeftOutJob(
                job: $0.job, because: DayRules.words($0.reason, ground.plan, ground.names), was: standing[$0.job])
        }
        let nowhere = ground.made.withoutPlace.map {
            DayStore.Proposal.LeftOutJob(
                job: $0.number.value, because: Words("Sans position sur la carte.", "Without a position on the map."),
                was: standing[$0.number.value])
        }
        let off = answer.times.offNetwork.map { $0 - 2 * ground.made.problem.crews.count }.filter { $0 >= 0 }
        return DayStore.Proposal(
            day: ground.day, urgent: urgent?.value,
            assignments: kind == .day ? assignments : assignments.filter { $0.was?.crew != $0.crew || $0.was?.startsAt != $0.startsAt },
            price: price, leftOut: unplaced + nowhere, isStraightLine: answer.times.basis != .network, kind: kind,
            offNetwork: off.map { ground.made.problem.jobs[$0].id })
    }

    /// Runs the search on a thread of its own, so that nobody else waits for it.
    static func aside<T: Sendable>(_ body: @escaping @Sendable () throws(RoundProblem.Fault) -> T) async throws -> T {
        do {
            return try await Task.detached(priority: .utility) { try body() }.value
        } catch let fault as RoundProblem.Fault { throw JobFault.refused(fault.words) }
    }

    /// What became of a proposal.
    package struct Accepted: Sendable {
        package var planned: Int
        /// What has changed since, or no longer fitted: it keeps what it has.
        package var skipped: [Int64]
        /// The proposal that takes it back; nil where nothing was changed.
        package var undo: Int64?
    }

    /// Puts a proposal into force: each job gets its crew and time. What has changed since and no longer fits keeps what it has.
    package func accept(_ number: Int64, by login: String) async throws -> Accepted {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let done = try await journal.write { transaction -> (jobs: [Job], result: Accepted, entries: [LogEntry]) in
            guard let (proposal, _) = try DayStore.find(number, in: transaction), try DayStore.take(number, in: transaction) else {
                throw JobFault.refused(
                    Words("Cette proposition est déjà acceptée ou trop ancienne.", "This proposal was accepted already or is too old."))
            }
            var taking = ProposalTaking(proposal, login, plan, now, wall)
            try taking.run(in: transaction)
            let undo = taking.jobs.isEmpty ? nil : try DayStore.put(taking.back, at: now, in: transaction)
            let entries = try Logbook.append([LogDraft(author: login, trade: "jobs", text: taking.words)], in: transaction, at: now)
            return (taking.jobs, Accepted(planned: taking.jobs.count, skipped: taking.skipped, undo: undo), entries)
        }
        outlet.tell(done.jobs, done.entries)
        try await restate(Set(done.jobs.map(\.department)))
        return done.result
    }

    /// Which crews could be at a job soonest.
    package func nearest(to job: Job) async throws -> [DayRules.Near] {
        guard job.isOpen, let place = job.place else { return [] }
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let (open, positions) = try await journal.read { (try JobStore.open(in: $0), try VehicleStore.positions(at: now, in: $0)) }
        return DayRules.nearest(to: job, open, positions: positions, plan, at: now, wall) { streets.seconds(from: $0, to: place) }
    }
}

/// A proposal on its way into force, job by job, and what would take it back.
private struct ProposalTaking {
    private let proposal: DayStore.Proposal
    private let login: String
    private let plan: CrewPlan
    private let now: Instant
    private let wall: WallTime
    private(set) var jobs: [Job] = []
    private(set) var skipped: [Int64] = []
    private(set) var back: DayStore.Proposal

    init(_ proposal: DayStore.Proposal, _ login: String, _ plan: CrewPlan, _ now: Instant, _ wall: WallTime) {
        (self.proposal, self.login, self.plan, self.now, self.wall) = (proposal, login, plan, now, wall)
        back = DayStore.Proposal(
            day: proposal.day, urgent: nil, assignments: [], price: DayRules.Price(), leftOut: [],
            isStraightLine: proposal.isStraightLine, kind: .undo)
    }

    mutating func run(in transaction: Transaction) throws {
        for one in proposal.assignments {
            guard let before = try JobStore.find(Job.Number(one.job), in: transaction) else { continue }
            if before.state == .planned, before.crew == one.crew, before.plannedAt == one.startsAt { continue }
            if let was = one.was, was != DayRules.Standing(before) {
                skipped.append(one.job)
                continue
            }
            try move(before, .plan(crew: one.crew, at: one.startsAt), in: transaction)
        }
        // What had a place on that day and has none any more goes back to the queue.
        let (dawn, dusk) = (wall.instant(day: proposal.day, minute: 0), wall.instant(day: proposal.day + 1, minute: 0))
        let placed = Set(proposal.assignments.map(\.job))
        for left in proposal.leftOut where !placed.contains(left.job) {
            guard let before = try JobStore.find(Job.Number(left.job), in: transaction), before.state == .planned, !before.isLocked,
                let at = before.plannedAt, at >= dawn, at < dusk, before.place != nil,
                left.was ?? DayRules.Standing(before) == .init(before)
            else { continue }
            try move(before, .unplan, in: transaction)
        }
    }

    private mutating func move(_ before: Job, _ act: JobAct, in transaction: Transaction) throws {
        var moving = JobMoving(before, JobDeed(act), .staff(login), plan, now)
        do { try moving.apply(in: transaction) } catch is JobFault {
            skipped.append(before.number.value)
            return
        }
        try moving.keep(in: transaction)
        jobs.append(moving.job)
        let (was, number) = (DayRules.Standing(moving.job), before.number.value)
        if before.state == .planned, let at = before.plannedAt {
            back.assignments.append(.init(job: number, crew: before.crew, startsAt: at, travelSeconds: 0, was: was))
        } else {
            back.leftOut.append(
                .init(job: number, because: Words("Elle n'était pas planifiée.", "It was not planned."), was: was))
        }
    }

    var words: Words {
        let (day, count) = (WallText.day(proposal.day), jobs.count)
        return proposal.kind == .undo
            ? Words("Plan du \(day) remis comme avant : \(count) interventions", "Plan of \(day) put back as before: \(count) jobs")
            : Words(
                "Plan du \(day) accepté : \(count) interventions placées ou déplacées",
                "Plan of \(day) accepted: \(count) jobs placed or moved")
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
