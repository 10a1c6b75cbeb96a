// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Watch

/// What other desks ask of this one.
extension Interventions: JobDesk {
    package func ask(_ need: JobNeed, by login: String) async throws -> Int64 {
        let faults = JobRules.faults(need)
        guard faults.isEmpty else { throw JobFault.fields(faults) }
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let (job, entries) = try await journal.write { transaction -> (Job?, [LogEntry]) in
            if let known = try Interventions.known(need.source, in: transaction) { return (known, []) }
            var job = Interventions.made(need, plan, try JobStore.nextNumber(in: transaction), now)
            // The others' order and hours decide when it would be its turn.
            let open = try JobStore.open(department: job.department, in: transaction)
            let verdict = ExpectationRules.expect((open + [job]).sorted(by: JobRules.isBefore), plan, at: now, wall)[job.number]
            (job.expectedAt, job.firstExpectedAt) = (verdict?.at, verdict?.at)
            try JobStore.insert([job], in: transaction)
            let event = JobEvent(
                position: 0, job: job.number, at: now, keptAt: now, what: .wanted, state: .wanted, expectedAt: job.expectedAt,
                isConflict: false, key: "", facts: [:], author: login == "vigie" ? nil : login, text: "", signed: "")
            try JobStore.append(event, isNews: true, in: transaction)
            let words = Words(
                "Intervention \(job.number.value) demandée : \(job.title.french)", "Job \(job.number.value) asked for: \(job.title.english)"
            )
            let draft = LogDraft(author: login, trade: "jobs", subject: "job:\(job.number.value)", text: words)
            return (job, try Logbook.append([draft], in: transaction, at: now))
        }
        guard let job else { throw JobFault.unknown }
        if !entries.isEmpty {
            outlet.tell([job], entries)
            // What comes after it in the queue is moved by it.
            try await restate([job.department])
        }
        return job.number.value
    }

    /// The job that a source has already. What comes back with the same report or alarm once it was over is new work; a day of a plan and a
    /// form are each worked once; a booking too, but one that was withdrawn and is asked for again was moved to another day.
    static func known(_ source: JobSource, in transaction: Transaction) throws -> Job? {
        let all = try JobStore.jobs(of: source, in: transaction)
        switch source {
        case .report, .alarm: return all.first(where: \.isOpen)
        case .booking: return all.last { $0.state != .cancelled }
        case .plan, .hand: return all.last
        }
    }

    static func made(_ need: JobNeed, _ plan: CrewPlan, _ number: Job.Number, _ now: Instant) -> Job {
        Job(
            number: number, source: need.source, department: need.department, category: need.category, title: need.title,
            details: need.details, place: need.place, address: need.address, commune: need.commune, asset: need.asset,
            urgency: need.urgency, promisedAt: need.promisedAt, needs: plan.needs(of: need.category), confirmed: [], opensAt: nil,
            closesAt: nil, state: .wanted, crew: "", plannedAt: nil, isLocked: false, expectedAt: nil, firstExpectedAt: nil,
            startedAt: nil, endedAt: nil, createdAt: now, updatedAt: now, minutes: 0, cents: 0, proof: nil)
    }

    package func withdraw(_ source: JobSource, because: String, by login: String) async throws {
        let open = try await journal.read { try JobStore.jobs(of: source, in: $0).first(where: \.isOpen) }
        guard let open else { return }
        let by: JobBy = login == "vigie" ? .vigie : .staff(login)
        do { try await act(JobDeed(.cancel(because: because)), on: open.number, by: by) } catch JobFault.impossible {
            // Somebody ended it in between: that is what was wanted.
        }
    }

    package func jobs(of source: JobSource) async throws -> [JobGlance] {
        try await journal.read { try JobStore.jobs(of: source, in: $0).map(\.glance) }
    }

    package func openJobs(around place: Place, within meters: Double) async throws -> [JobGlance] {
        try await journal.read { try JobStore.open(around: place, metres: meters, in: $0).map(\.job.glance) }
    }

    package func openJobs(about asset: Asset.Number) async throws -> [JobGlance] {
        try await journal.read { try JobStore.jobs(about: asset, in: $0).filter(\.isOpen).map(\.glance) }
    }

    package func pictures(of source: JobSource) async throws -> [JobPicture] {
        try await journal.read { transaction in
            try JobStore.jobs(of: source, in: transaction).flatMap { job in
                try JobPhotoStore.photos(of: job.number, in: transaction).map { photo in
                    JobPicture(
                        job: job.number.value, place: photo.place, at: photo.at, stage: photo.stage == .before ? .before : .after,
                        width: photo.width, height: photo.height)
                }
            }
        }
    }

    package func picture(_ place: Int, ofJob job: Int64, for source: JobSource) async throws -> (type: String, bytes: [UInt8])? {
        try await journal.read { transaction in
            guard try JobStore.find(Job.Number(job), in: transaction)?.source == source else { return nil }
            return try JobPhotoStore.body(place, of: Job.Number(job), in: transaction)
        }
    }

    package func news(after position: Int64, limit: Int) async throws -> [JobNews] {
        try await journal.read { try JobStore.news(after: position, limit: limit, in: $0) }
    }

    package func works(for department: String) async throws -> Bool { try await !crews.current().crews(of: department).isEmpty }

    package func expectation(
        department: String, category: String, commune: Commune, urgency: Urgency
    ) async throws -> JobExpectation? {
        let (plan, now) = (try await crews.current(), clock.now())
        let needs = plan.needs(of: category)
        let suitable = plan.crews.filter { $0.suits(department: department, commune: commune, needs: needs) }
        guard !suitable.isEmpty else { return nil }
        let open = try await journal.read { try JobStore.open(department: department, in: $0) }
        let need = JobNeed(
            source: .hand("expectation"), department: department, category: category, title: Words("?", "?"), place: nil, commune: commune,
            urgency: urgency)
        let job = Interventions.made(need, plan, Job.Number(.max), now)
        let order = (open + [job]).sorted(by: JobRules.isBefore)
        guard let verdict = ExpectationRules.expect(order, plan, at: now, wall)[job.number] else { return nil }
        let ahead = order.prefix { $0.number != job.number }.count
        return JobExpectation(
            at: verdict.at, ahead: ahead,
            because: Words(
                "\(ahead) intervention(s) passent avant, \(suitable.count) équipe(s) y travaillent",
                "\(ahead) job(s) come before it, \(suitable.count) crew(s) work on them"))
    }

    // MARK: Expected dates

    /// Says anew when the open jobs of some departments will be over, where that has changed for somebody who waits: each a step of its own.
    /// What is open is read and thought over before anything is written, so that nobody else's writing waits for it.
    /// - Returns: the jobs whose date was restated.
    @discardableResult
    package func restate(_ departments: Set<String>? = nil) async throws -> [Job] {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        let (open, after) = try await journal.read { transaction in
            let open = try JobStore.open(in: transaction).filter { departments?.contains($0.department) ?? true }
            return (open, try open.isEmpty ? [:] : JobStore.orders(in: transaction))
        }
        let due = Dictionary(grouping: open, by: \.department).sorted { $0.key < $1.key }.flatMap { _, jobs -> [(job: Job, at: Instant?)] in
            let verdicts = ExpectationRules.expect(jobs, after: after, plan, at: now, wall)
            return jobs.map { ($0, verdicts[$0.number]?.at) }.filter { Interventions.isRestated($0, $1, wall) }
        }
        guard !due.isEmpty else { return [] }
        let moved = try await journal.write { transaction in
            try due.compactMap { job, at -> Job? in
                // What was moved meanwhile is thought over again by whoever moved it.
                guard let now = try JobStore.find(job.number, in: transaction), now == job else { return nil }
                return try Interventions.restate(job, at, clock.now(), in: transaction)
            }
        }
        outlet.tell(moved)
        return moved
    }

    private static func isRestated(_ job: Job, _ at: Instant?, _ wall: WallTime) -> Bool {
        if JobRules.isRestated(job.expectedAt, at, wall) { return true }
        guard let promised = job.promisedAt, let before = job.expectedAt, let at else { return false }
        return (before > promised) != (at > promised)
    }

    private static func restate(_ before: Job, _ at: Instant?, _ now: Instant, in transaction: Transaction) throws -> Job {
        var job = before
        (job.expectedAt, job.updatedAt) = (at, now)
        if job.firstExpectedAt == nil { job.firstExpectedAt = at }
        let event = JobEvent(
            position: 0, job: job.number, at: now, keptAt: now, what: .expected, state: job.state, expectedAt: at, isConflict: false,
            key: "",
            facts: before.expectedAt.map { ["before": String($0.milliseconds)] } ?? [:], author: nil, text: "", signed: "")
        try JobStore.move(job, event, isNews: true, in: transaction)
        return job
    }
}

extension Interventions: Surroundings {
    /// Open jobs near a place: what is done there, and when it is expected to be over. What comes from a report or a household's booking
    /// is theirs, not the public's.
    package func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
        let today = wall.day(of: clock.now())
        let (open, works) = try await journal.read {
            (
                try JobStore.open(around: place, metres: meters, limit: 20, in: $0),
                road.isEmpty ? [] : try WorksStore.works(street: road, commune: commune, from: today, in: $0)
            )
        }
        let announced = works.map { one in
            let (from, to) = (WallText.day(one.from), WallText.day(one.to))
            return Surrounding(
                sort: .works, title: Words("Travaux : \(one.title)", "Works: \(one.title)"),
                detail: Words("\(one.body), du \(from) au \(to)", "\(one.body), from \(from) to \(to)"), place: nil, meters: 0,
                expectedAt: wall.instant(day: one.to, minute: 18 * 60), link: "/console/jobs/works", isPublic: true)
        }
        return announced
            + open.map { job, metres in
                Surrounding(
                    sort: .job, title: job.title, detail: job.state.title, place: job.place, meters: metres, expectedAt: job.expectedAt,
                    link: "/console/jobs/\(job.number.value)", isPublic: job.source.isPublic)
            }
    }
}
