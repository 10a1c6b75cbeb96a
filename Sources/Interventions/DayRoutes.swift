// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal

/// Addresses of the day's plan.
struct DayRoutes {
    let desk: Interventions

    func add(to site: Desk) {
        site.page("/console/jobs/day", "The crews' day") { _, context in try await board(context) }
        site.page("/console/jobs/day/proposals/{number}", "A proposed plan and its price") { _, context in try await proposal(context) }
        site.act("/console/jobs/day/propose", "Propose a plan of a day") { form, context in try await propose(form, context) }
        site.act("/console/jobs/day/accept", "Accept a proposed plan") { form, context in try await accept(form, context) }
        site.act("/console/jobs/day/drag", "The price of giving a job another crew or time") { form, context in
            try await drag(form, context)
        }
        site.act("/console/jobs/day/move", "Move a job on the day's plan") { form, context in try await move(form, context) }
    }

    private func said<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as JobFault { throw fault.refused }
    }

    private func board(_ context: ConsoleContext) async throws -> Page {
        let (person, now, wall) = (try context.required(), context.now, desk.wall)
        let plan = try await desk.crews.current()
        let day = context.query["day"].flatMap(WallText.day) ?? wall.day(of: now)
        let department = context.query["department"].flatMap { code in plan.departments.contains { $0.code == code } ? code : nil }
        let communes = person.communes(.view, "jobs")
        let (dawn, dusk) = (wall.instant(day: day, minute: 0), wall.instant(day: day + 1, minute: 0))
        func isSeen(_ job: Job) -> Bool {
            (communes?.contains(job.commune.insee) ?? true) && (department.map { $0 == job.department } ?? true)
        }
        let (planned, begun, open, waits, names) = try await desk.journal.read { transaction in
            (
                try JobStore.planned(from: dawn, to: dusk, in: transaction), try JobStore.begun(from: dawn, to: dusk, in: transaction),
                try JobStore.open(in: transaction), try DayStore.waits(in: transaction), try JobStore.communeNames(in: transaction)
            )
        }
        let jobs = Dictionary((planned + begun).map { ($0.number, $0) }) { first, _ in first }.values.filter(isSeen).filter {
            $0.state != .cancelled && $0.state != .wanted
        }
        let late = open.filter(isSeen).filter { $0.isLate(at: now) || $0.isAtRisk(at: now) }.prefix(100)
        let undo = context.query["undo"].flatMap { Int64($0) }
        let back = try await desk.journal.read { transaction in
            try undo.flatMap { try DayStore.find($0, in: transaction)?.proposal.kind == .undo ? $0 : nil }
        }
        return DayPage(
            day: day, jobs: jobs, threatened: late.map { ($0, DayRules.why($0, waiting: waits[$0.number] ?? [], plan, at: now)) },
            waiting: Dictionary(grouping: open.filter { $0.state == .wanted }, by: \.department).mapValues(\.count), department: department,
            plan: plan, communes: names, wall: wall, mayPlan: person.mayEverywhere(.operate, "jobs"), streets: desk.streets.about,
            undo: back, skipped: context.query["skipped"].flatMap { Int($0) } ?? 0, now: now
        ).page
    }

    private func propose(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        try context.requireEverywhere(.operate, "jobs")
        var form = form
        let day = WallText.day(form["day"] ?? "")
        if day == nil { form.refuse("day", Words("Un jour comme 2026-11-30.", "A day such as 2026-11-30.")) }
        let urgent = form["urgent"].flatMap { $0.isEmpty ? nil : Int64($0) }
        try form.finish()
        let number = try await said { try await desk.propose(day: day ?? 0, urgent: urgent.map(Job.Number.init)) }
        return SeeOther("/console/jobs/day/proposals/\(number)")
    }

    private func proposal(_ context: ConsoleContext) async throws -> Page {
        try context.requireEverywhere(.view, "jobs")
        let number = Int64(try context.number("number"))
        let (plan, wall, now) = (try await desk.crews.current(), desk.wall, context.now)
        let found = try await desk.journal.read { transaction -> (DayStore.Proposal, [Int64: Job], DayStore.Proposal?)? in
            guard let (proposal, _) = try DayStore.find(number, in: transaction) else { return nil }
            let numbers = Set(proposal.assignments.map(\.job) + proposal.leftOut.map(\.job) + [proposal.urgent].compactMap(\.self))
            let jobs = try JobStore.jobs(numbers: numbers.sorted(), in: transaction)
            let other = try proposal.other.flatMap { try DayStore.find($0, in: transaction)?.proposal }
            return (proposal, Dictionary(uniqueKeysWithValues: jobs.map { ($0.number.value, $0) }), other)
        }
        guard let (proposal, jobs, other) = found else { throw Refused.notFound(context.address) }
        return ProposalPage(
            number: number, proposal: proposal, other: other, jobs: jobs, plan: plan, streets: desk.streets.about, wall: wall, now: now
        ).page
    }

    private func accept(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let login = try context.requireEverywhere(.operate, "jobs").login
        let number = form["proposal"].flatMap { Int64($0) } ?? 0
        let day = try await desk.journal.read { try DayStore.find(number, in: $0)?.proposal.day }
        let done = try await said { try await desk.accept(number, by: login) }
        return SeeOther(
            Console.address(
                "/console/jobs/day",
                [
                    "day": day.map(WallText.day), "undo": done.undo.map { "\($0)" },
                    "skipped": done.skipped.isEmpty ? nil : "\(done.skipped.count)",
                ]))
    }

    /// By the form of a stop or by the board's drag: the answer is the page with the price.
    private func drag(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        try context.requireEverywhere(.operate, "jobs")
        var form = form
        let at = WallText.minute("\(form["day"] ?? "")T\(form["time"] ?? "")", desk.wall)
        if at == nil { form.refuse("time", Words("Une heure comme 08:30.", "A time such as 08:30.")) }
        let job = form["job"].flatMap { Int64($0) } ?? 0
        try form.finish()
        let number = try await said { try await desk.drag(Job.Number(job), to: form["crew"] ?? "", at: at ?? .distantPast) }
        return SeeOther("/console/jobs/day/proposals/\(number)")
    }

    private func move(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let login = try context.requireEverywhere(.operate, "jobs").login
        let number = Job.Number(form["job"].flatMap { Int64($0) } ?? 0)
        guard let job = try await desk.journal.read({ try JobStore.find(number, in: $0) }) else { throw Refused.notFound(context.address) }
        let by = JobBy.staff(login)
        try await said {
            switch form["to"] {
            case "earlier": try await desk.shift(number, earlier: true, by: login)
            case "later": try await desk.shift(number, earlier: false, by: login)
            case "lock": try await desk.act(JobDeed(.lock(true)), on: number, by: by)
            case "unlock": try await desk.act(JobDeed(.lock(false)), on: number, by: by)
            case "unplan": try await desk.act(JobDeed(.unplan), on: number, by: by)
            case "crew":
                guard let at = job.plannedAt else { throw JobFault.impossible(.plan, job.state) }
                try await desk.act(JobDeed(.plan(crew: form["crew"] ?? "", at: at)), on: number, by: by)
            default: throw JobFault.field("to", "Aucun mouvement de ce nom.", "No such move.")
            }
        }
        let day = (job.plannedAt).map { "?day=\(WallText.day(desk.wall.day(of: $0)))" } ?? ""
        return SeeOther("/console/jobs/day\(day)#stop-\(number.value)")
    }
}
