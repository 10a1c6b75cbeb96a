// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Rounds

/// Moves by hand on the day's board.
extension Interventions {
    /// A planner's drag: a job to a crew, not before a time. Only what it pushes moves; what is locked keeps its crew and its order.
    /// - Returns: the number of the proposal that says the price; nothing is moved yet.
    package func drag(_ number: Job.Number, to code: String, at: Instant) async throws -> Int64 {
        let ground = try await ground(day: wall.day(of: at), one: number)
        guard let job = ground.job(number) else { throw JobFault.unknown }
        if job.isLocked {
            throw JobFault.refused(Words("Elle est verrouillée : déverrouillez-la d'abord.", "It is locked: unlock it first."))
        }
        guard let crew = ground.plan[crew: code] else { throw JobFault.field("crew", "Aucune équipe de ce nom.", "No crew of this name.") }
        guard crew.suits(job) else {
            throw JobFault.refused(
                Words(
                    "Cette équipe n'a pas le service, la commune, la compétence ou le matériel qu'il faut.",
                    "This crew lacks the department, the commune, the skill or the equipment."))
        }
        guard let id = ground.made.crews.first(where: { $0.value == code })?.key else {
            throw JobFault.refused(Words("Cette équipe ne travaille plus ce jour-là.", "This crew works no more on that day."))
        }
        guard let index = ground.made.problem.jobs.firstIndex(where: { $0.id == number.value }) else {
            throw JobFault.refused(
                Words(
                    "Elle attend d'autres interventions, ou son créneau est passé.", "It waits for other jobs, or its window is over."))
        }
        var made = ground.made
        let dusk = wall.instant(day: ground.day + 1, minute: 0)
        let closes = min(dusk, job.closesAt ?? dusk)
        let from = max(at, job.opensAt ?? at)
        guard from <= closes else { throw JobFault.refused(Words("Pas après le créneau demandé.", "Not after its window.")) }
        made.problem.jobs[index].windows = [Stretch(from: from, to: closes)]
        let inside = Set(made.problem.jobs.map(\.id))
        // Dropped on the first half of another it comes before that.
        let before = ground.open.filter { one in
            guard one.state == .planned, one.crew == code, one.number != number, inside.contains(one.number.value),
                let start = one.plannedAt, wall.day(of: start) == ground.day
            else { return false }
            return start + .seconds(Int64(one.needs.minutes) * 30) < at
        }
        let (streets, open, problem, all) = (streets, ground.open, made.problem, ground.made)
        let answer = try await Interventions.aside { () throws(RoundProblem.Fault) -> DayAnswer in
            let times = streets.travelTimes(among: problem.places)
            let force = DayRules.inForce(open, all, times.basis)
            let old = try RoundSolver.evaluate(all.problem, travel: times, plan: force)
            let change = try RoundReplan.dragging(
                number.value, to: id, position: before.count, problem, travel: times, plan: force)
            return DayAnswer(before: old, plans: [change.plan], times: times)
        }
        guard answer.plans[0].position(of: number.value) != nil else {
            throw JobFault.refused(
                Words(
                    "Elle n'y tient pas : le trajet, le travail et le retour dépassent les heures de l'équipe.",
                    "It does not fit: the way, the work and the way back go past the crew's hours."))
        }
        func isPushedOut(_ job: Job) -> Bool {
            job.isLocked && answer.before.position(of: job.number.value) != nil && answer.plans[0].position(of: job.number.value) == nil
        }
        if let locked = open.first(where: isPushedOut) {
            throw JobFault.refused(
                Words(
                    "L'intervention \(locked.number.value), verrouillée, n'aurait plus sa place.",
                    "Job \(locked.number.value), which is locked, would have no place any more."))
        }
        let proposal = proposal(
            answer.plans[0], answer, ground, kind: .drag, keeping: open.filter { $0.number != number }, urgent: number)
        guard !proposal.assignments.isEmpty else { throw JobFault.refused(Words("Elle y est déjà.", "It is there already.")) }
        let now = ground.now
        return try await journal.write { try DayStore.put(proposal, at: now, in: $0) }
    }

    /// Moves a planned job before the one that comes before it on its crew, or after the next: both or neither.
    package func shift(_ number: Job.Number, earlier: Bool, by login: String) async throws {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let done = try await journal.write { transaction -> (jobs: [Job], entries: [LogEntry]) in
            let pair = try Interventions.pair(number, earlier: earlier, wall, in: transaction)
            guard let pair else {
                throw JobFault.refused(Words("Il n'y a rien avant ou après elle.", "There is nothing before or after it."))
            }
            var (jobs, entries): ([Job], [LogEntry]) = ([], [])
            for one in pair {
                guard let before = try JobStore.find(Job.Number(one.job), in: transaction) else { throw JobFault.unknown }
                var moving = JobMoving(before, JobDeed(.plan(crew: one.crew, at: one.startsAt)), .staff(login), plan, now)
                try moving.apply(in: transaction)
                try moving.keep(in: transaction)
                jobs.append(moving.job)
                entries += try Logbook.append(moving.logDrafts, in: transaction, at: now)
            }
            return (jobs, entries)
        }
        outlet.tell(done.jobs, done.entries)
        try await restate(Set(done.jobs.map(\.department)))
    }

    private static func pair(
        _ number: Job.Number, earlier: Bool, _ wall: WallTime, in transaction: Transaction
    ) throws -> [DayRules.Assignment]? {
        guard let job = try JobStore.find(number, in: transaction), job.state == .planned, let at = job.plannedAt else { return nil }
        let day = wall.day(of: at)
        let row = try JobStore.planned(
            from: wall.instant(day: day, minute: 0), to: wall.instant(day: day + 1, minute: 0), in: transaction
        ).filter { $0.crew == job.crew && $0.state == .planned }
        guard let index = row.firstIndex(of: job) else { return nil }
        if earlier { return index > 0 ? DayRules.swapped(row[index - 1], job) : nil }
        return index + 1 < row.count ? DayRules.swapped(job, row[index + 1]) : nil
    }
}
