// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal

/// Addresses of the desk: lists, sheets, acts.
struct JobRoutes {
    let desk: Interventions

    func add(to site: Desk) {
        site.page("/console/jobs", "Jobs of the crews") { _, context in try await list(context) }
        site.page("/console/jobs.csv", "Jobs as a table") { _, context in try await csv(context) }
        site.page("/console/jobs/new", "A new job", right: .operate) { _, context in try await fresh(context) }
        site.page("/console/jobs/crews", "Crews and their hours") { _, context in try await crews(context) }
        site.page("/console/jobs/{number}", "One job") { _, context in try await sheet(context) }
        site.page("/console/jobs/{number}/order", "The mission order of a job, for paper") { _, context in try await order(context) }
        site.page("/console/jobs/{number}/photos/{place}", "A photo of a job") { _, context in try await photo(context) }
        site.act("/console/jobs", "Ask for a job by hand") { form, context in try await make(form, context) }
        site.act("/console/jobs/{number}/acts", "Act on a job") { form, context in try await act(form, context) }
        site.upload("/console/jobs/{number}/photos", "Add a photo to a job", right: .operate, limit: PhotoRules.limit + 16 * 1024) {
            form, uploads, context in try await upload(form, uploads, context)
        }
    }

    // MARK: Lists

    private func names() async throws -> [String: String] {
        let names = try await desk.journal.read { try AreaStore.names(in: $0) }
        return Dictionary(names.map { ($0.code, $0.name) }) { first, _ in first }
    }

    private func list(_ context: ConsoleContext) async throws -> Page {
        let (plan, names) = (try await desk.crews.current(), try await names())
        let (query, person, now) = (JobQuery(context.query), try context.required(), context.now)
        let communes = person.communes(.view, "jobs")
        let (found, counts) = try await desk.journal.read {
            (try JobListStore.page(query, communes: communes, now: now, in: $0), try JobListStore.counts(in: communes, now: now, $0))
        }
        return JobListPage(
            jobs: Array(found.prefix(JobQuery.pageSize)), hasMore: found.count > JobQuery.pageSize, query: query, counts: counts.states,
            risk: counts.risk, plan: plan, communes: names.filter { communes?.contains($0.key) ?? true }, isWhole: communes == nil,
            mayMake: person.may(.operate, "jobs"), now: now
        ).page
    }

    /// At most ten thousand rows of the filter, without texts and people, for a spreadsheet.
    private func csv(_ context: ConsoleContext) async throws -> Bytes {
        let now = context.now
        var all = JobQuery(context.query)
        all.page = 1
        let (query, communes) = (all, try context.required().communes(.view, "jobs"))
        let found = try await desk.journal.read {
            try JobListStore.page(query, communes: communes, now: now, limit: 10_000, in: $0)
        }
        var text = JobRoutes.columns.joined(separator: ";") + "\r\n"
        for job in found.prefix(10_000) {
            text += JobRoutes.cells(job, context.language).map { CSV.cell($0) }.joined(separator: ";") + "\r\n"
        }
        return Bytes(
            ByteBuffer(string: text), type: "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"interventions.csv\""])
    }

    private static let columns = [
        "number", "source", "department", "category", "title", "state", "crew", "urgency", "asked", "planned", "expected", "first_expected",
        "promised", "started", "ended", "minutes", "euros", "proof", "commune", "address", "longitude", "latitude",
    ]

    private static func cells(_ job: Job, _ language: Language) -> [String] {
        func time(_ at: Instant?) -> String { at?.iso8601 ?? "" }
        let source = JobFields.text(job.source).prefix { $0 != ":" }
        let what: [String] = [
            String(job.number.value), String(source), job.department, job.category, job.title(language), job.state.rawValue, job.crew,
            String(describing: job.urgency),
        ]
        let times: [String] = [
            time(job.createdAt), time(job.plannedAt), time(job.expectedAt), time(job.firstExpectedAt), time(job.promisedAt),
            time(job.startedAt), time(job.endedAt),
        ]
        let place: [String] = [
            job.commune.insee, job.address, job.place.map { String($0.longitude) } ?? "", job.place.map { String($0.latitude) } ?? "",
        ]
        return what + times + [String(job.minutes), String(Double(job.cents) / 100), job.proof?.rawValue ?? ""] + place
    }

    private func crews(_ context: ConsoleContext) async throws -> Page {
        let communes = try context.required().communes(.view, "jobs")
        let open = try await desk.journal.read { try JobStore.open(in: $0) }.filter { communes?.contains($0.commune.insee) ?? true }
        let load = Dictionary(grouping: open, by: \.crew).mapValues { (jobs: $0.count, minutes: $0.reduce(0) { $0 + $1.needs.minutes }) }
        return CrewsPage(
            plan: try await desk.crews.current(), load: load, wall: desk.wall, now: context.now,
            mayPair: try context.required().mayEverywhere(.manage, "jobs")
        ).page
    }

    // MARK: One job

    /// The job of the address, where this person may do that there.
    func found(_ context: ConsoleContext, _ right: Right = .view) async throws -> Job {
        let number = Job.Number(Int64(try context.number("number")))
        guard let job = try await desk.journal.read({ try JobStore.find(number, in: $0) }) else { throw Refused.notFound(context.address) }
        // What lies outside all communes is seen by those who see everything.
        let person = try context.required()
        guard person.communes(right, "jobs").map({ $0.contains(job.commune.insee) }) ?? true else {
            if right > .view { try context.require(right, "jobs", in: job.commune.insee) }
            throw Refused.notFound(context.address)
        }
        return job
    }

    private func sheet(_ context: ConsoleContext) async throws -> Page {
        let job = try await found(context)
        let (person, plan, names) = (try context.required(), try await desk.crews.current(), try await names())
        let near = try await desk.nearest(to: job)
        return try await desk.journal.read { [wall = desk.wall] transaction in
            JobPage(
                job: job, events: try JobStore.events(of: job.number, in: transaction),
                photos: try JobPhotoStore.photos(of: job.number, in: transaction),
                parts: try JobStore.parts(of: job.number, in: transaction), before: try JobStore.before(job.number, in: transaction),
                waiting: try JobStore.waiting(job.number, in: transaction),
                asset: try job.asset.flatMap { try AssetStore.find($0, in: transaction) }?.id.text, plan: plan,
                commune: names[job.commune.insee] ?? "", near: near, mayPlan: person.mayEverywhere(.operate, "jobs"),
                mayAct: person.may(.operate, "jobs", in: job.commune.insee),
                late: try TerrainStore.late(of: job.number, in: transaction),
                signatures: try TerrainStore.signatures(of: job.number, in: transaction), wall: wall,
                now: context.now
            ).page
        }
    }

    private func order(_ context: ConsoleContext) async throws -> Page {
        let job = try await found(context)
        let (plan, names) = (try await desk.crews.current(), try await names())
        return try await desk.journal.read { transaction in
            JobOrderPage(
                job: job, waiting: try JobStore.waiting(job.number, in: transaction),
                asset: try job.asset.flatMap { try AssetStore.find($0, in: transaction) }?.id.text, plan: plan,
                commune: names[job.commune.insee] ?? "", now: context.now
            ).page
        }
    }

    private func photo(_ context: ConsoleContext) async throws -> Bytes {
        let job = try await found(context)
        let place = Int(try context.number("place"))
        guard let body = try await desk.journal.read({ try JobPhotoStore.body(place, of: job.number, in: $0) }) else {
            throw Refused.notFound(context.address)
        }
        return Bytes(
            body.bytes, type: body.type,
            headers: [.cacheControl: "private, max-age=3600", .contentDisposition: "inline; filename=\"photo-\(place)\""])
    }

    // MARK: Acts

    /// Faults of the desk as refusals of the wall.
    func said<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as JobFault { throw fault.refused }
    }

    private func act(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let job = try await found(context, .operate)
        let login = try context.required().login
        let deed = try JobActForm(form, job: job, wall: desk.wall).deed()
        _ = try await said { try await desk.act(deed, on: job.number, by: .staff(login)) }
        return SeeOther("/console/jobs/\(job.number.value)#history")
    }

    private func upload(_ form: Form, _ uploads: [Upload], _ context: ConsoleContext) async throws -> SeeOther {
        let job = try await found(context, .operate)
        let login = try context.required().login
        var form = form
        let stage: JobPhotoStore.Stage = form.choice("stage")
        let photo = try await PhotoRules.one(of: uploads, &form, desk.develop)
        try form.finish()
        guard let photo else { throw Refused.notFound(context.address) }
        _ = try await said { try await desk.act(JobDeed(.photo(stage, photo)), on: job.number, by: .staff(login)) }
        return SeeOther("/console/jobs/\(job.number.value)#photos")
    }

    /// What is open already for an alarm is said instead of a form.
    private func fresh(_ context: ConsoleContext) async throws -> Page {
        let communes = try context.required().communes(.view, "jobs")
        let source = JobNeedForm.source(context.query)
        let known =
            context.query["from"] == nil
            ? []
            : try await desk.journal.read { try JobStore.jobs(of: source, in: $0) }.filter { communes?.contains($0.commune.insee) ?? true }
        return JobNewPage(
            plan: try await desk.crews.current(), key: Tokens.make(), typed: context.query, known: known.filter(\.isOpen)
        ).page
    }

    private func make(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let (plan, person) = (try await desk.crews.current(), try context.required())
        let areas = try await desk.journal.read { AreaIndex(try AreaStore.areas(in: $0)) }
        var (need, asset) = try JobNeedForm(form, plan: plan, wall: desk.wall).need { areas.commune(at: $0) }
        if !asset.isEmpty {
            guard let id = Asset.ID(asset), let record = try await desk.journal.read({ try AssetStore.find(id, in: $0) }),
                record.removal == nil
            else {
                throw Refused.fields([.init("asset", Words("Aucun équipement n'a cette identité.", "No asset has this identity."))])
            }
            need.asset = record.number
            if need.place == nil {
                need.place = record.place
                need.commune = record.place.map { areas.commune(at: $0) } ?? need.commune
            }
        }
        if !person.mayEverywhere(.operate, "jobs") { try context.require(.operate, "jobs", in: need.commune.insee) }
        let ready = need
        let number = try await said { try await desk.ask(ready, by: person.login) }
        return SeeOther("/console/jobs/\(number)")
    }
}
