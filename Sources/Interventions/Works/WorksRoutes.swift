// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal

/// Addresses of works by street: the calendar, sheets, changes with their effect, lists that are brought in, exports and open data.
struct WorksRoutes {
    let desk: Interventions

    func add(to site: Desk) {
        site.page("/console/jobs/works", "Works by street: the calendar") { _, context in try await calendar(context) }
        site.page("/console/jobs/works.csv", "Works by street as a table") { _, context in try await csv(context) }
        site.page("/console/jobs/works.ics", "Works by street as a calendar") { _, context in try await ics(context) }
        site.page("/console/jobs/works.geojson", "Works by street as a map layer") { _, context in try await geoJSON(context) }
        site.page("/console/jobs/works/new", "Announce works: the form", right: .operate) { _, context in
            try context.requireEverywhere(.operate, "jobs")
            let values = [
                "from": WallText.day(today), "to": WallText.day(today), "stage": "planned", "street": context.query["street"] ?? "",
            ]
            return WorksFormPage(number: nil, values: values, communes: try await names(), today: today).page
        }
        site.page("/console/jobs/works/imports", "Lists of works", right: .operate) { _, context in
            try context.requireEverywhere(.operate, "jobs")
            return WorksImportsPage(brought: try await desk.journal.read { try WorksStore.brought(in: $0) }).page
        }
        site.page("/console/jobs/works/imports/{number}", "One list of works and what it does", right: .operate) { _, context in
            try await list(context)
        }
        site.page("/console/jobs/works/{number}", "One works") { _, context in try await sheet(context) }
        site.page("/console/jobs/works/{number}/edit", "Change works: the form", right: .operate) { _, context in
            try context.requireEverywhere(.operate, "jobs")
            let works = try await found(context)
            guard !works.isCancelled else { throw Refused.notFound(context.address) }
            return WorksFormPage(number: works.number, values: WorksFormPage.values(works), communes: try await names(), today: today).page
        }
        site.act("/console/jobs/works", "Announce works") { form, context in try await keep(form, nil, context) }
        site.act("/console/jobs/works/moves", "Move works: the effect, then the move") { form, context in try await move(form, context) }
        site.act("/console/jobs/works/{number}", "Change works") { form, context in try await keep(form, try await found(context), context)
        }
        site.act("/console/jobs/works/{number}/cancel", "Call works off") { form, context in try await end(form, true, context) }
        site.act("/console/jobs/works/{number}/restore", "Restore works that were called off") { form, context in
            try await end(form, false, context)
        }
        site.upload(
            "/console/jobs/works/imports", "Bring a list of works: the preview", right: .operate, limit: WorksFile.mostBytes + 16 * 1024
        ) {
            form, uploads, context in try await propose(form, uploads, context)
        }
        site.act("/console/jobs/works/imports/{number}/accept", "Agree to a list of works") { _, context in
            let login = try context.requireEverywhere(.operate, "jobs").login
            let number = Int64(try context.number("number"))
            try await said { try await desk.accept(worksImport: number, by: login) }
            return SeeOther("/console/jobs/works/imports/\(number)")
        }
        site.act("/console/jobs/works/imports/{number}/undo", "Undo a list of works") { _, context in
            let login = try context.requireEverywhere(.operate, "jobs").login
            let number = Int64(try context.number("number"))
            try await said { try await desk.undo(worksImport: number, by: login) }
            return SeeOther("/console/jobs/works/imports/\(number)")
        }
    }

    func addOpenData(to site: Desk) {
        func open(_ ending: String) -> Endpoint {
            Endpoint(.get, "/open-data/works.\(ending)", "Open data: works by street, from a year ago on", access: .open, surface: .open)
        }
        let shared: HTTPFields = [.cacheControl: "public, max-age=3600"]
        site.api(open("csv")) { _, context in
            let (works, _) = try await announced()
            return Bytes(
                ByteBuffer(string: WorksExport.csv(works, [], separator: ",", context.language)), type: "text/csv; charset=utf-8",
                headers: shared)
        }
        site.api(open("geojson")) { _, _ in
            let (works, names) = try await announced()
            return Bytes(ByteBuffer(string: WorksExport.geoJSON(works, communes: names)), type: "application/geo+json", headers: shared)
        }
        site.api(open("ics")) { _, context in
            let (works, names) = try await announced()
            return Bytes(
                ByteBuffer(string: WorksExport.calendar(works, communes: names, context.language, at: context.now)),
                type: "text/calendar; charset=utf-8", headers: shared)
        }
    }

    // MARK: Reading

    private var today: Int64 { desk.wall.day(of: desk.clock.now()) }

    private func said<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as JobFault { throw fault.refused }
    }

    private func names() async throws -> [String: String] { try await desk.journal.read { try JobStore.communeNames(in: $0) } }

    /// What is public: in the calendar or urgent, not yet over for a year.
    private func announced() async throws -> ([StreetWorks], [String: String]) {
        let since = today - 365
        let (works, names) = try await desk.journal.read { (try WorksStore.works(from: since, in: $0), try JobStore.communeNames(in: $0)) }
        return (works.filter { $0.stage != .wished }, names)
    }

    /// What the address asks for, with its conflicts.
    private func view(_ context: ConsoleContext) async throws -> WorksPage {
        let person = try context.required()
        let (communes, today) = (person.communes(.view, "jobs"), self.today)
        let query = WorksQuery(context.query, today: today)
        // What was resurfaced in the last years still counts.
        let since = min(query.from, today) - WorksRules.surfaceProtected
        let (all, names) = try await desk.journal.read { (try WorksStore.works(from: since, in: $0), try JobStore.communeNames(in: $0)) }
        let seen = all.filter { communes?.contains($0.commune.insee) ?? true }
        let conflicts = WorksRules.conflicts(seen, today: today)
        let clashing = Set(conflicts.flatMap { [$0.first.number, $0.second.number] })
        let held = seen.filter { query.holds($0, inConflict: clashing) }
        let numbers = Set(held.map(\.number))
        return WorksPage(
            query: query, works: held,
            conflicts: conflicts.filter {
                (numbers.contains($0.first.number) || numbers.contains($0.second.number)) && $0.second.to >= min(today, query.from)
            }, communes: names.filter { communes?.contains($0.key) ?? true },
            bodies: Dictionary(
                seen.filter { !$0.body.isEmpty }.map { (StreetWorks.key($0.body), $0.body) }.filter { !$0.0.isEmpty },
                uniquingKeysWith: { first, _ in first }),
            mayMake: person.mayEverywhere(.operate, "jobs"), today: today)
    }

    private func calendar(_ context: ConsoleContext) async throws -> Page { try await view(context).page }

    private func file(_ text: String, _ type: String, _ name: String) -> Bytes {
        Bytes(ByteBuffer(string: text), type: type, headers: [.contentDisposition: "attachment; filename=\"\(name)\""])
    }

    private func csv(_ context: ConsoleContext) async throws -> Bytes {
        let view = try await view(context)
        return file(WorksExport.csv(view.works, view.conflicts, context.language), "text/csv; charset=utf-8", "travaux.csv")
    }

    private func ics(_ context: ConsoleContext) async throws -> Bytes {
        let view = try await view(context)
        let text = WorksExport.calendar(view.works, communes: view.communes, context.language, at: context.now)
        return file(text, "text/calendar; charset=utf-8", "travaux.ics")
    }

    private func geoJSON(_ context: ConsoleContext) async throws -> Bytes {
        let view = try await view(context)
        return file(WorksExport.geoJSON(view.works, communes: view.communes), "application/geo+json", "travaux.geojson")
    }

    /// The works of the address, where this person may see them.
    private func found(_ context: ConsoleContext) async throws -> StreetWorks {
        let communes = try context.required().communes(.view, "jobs")
        let number = Int64(try context.number("number"))
        guard let works = try await desk.journal.read({ try WorksStore.find(number, in: $0) }),
            communes?.contains(works.commune.insee) ?? true
        else { throw Refused.notFound(context.address) }
        return works
    }

    private func standing() async throws -> [StreetWorks] {
        let since = today - WorksRules.surfaceProtected
        return try await desk.journal.read { try WorksStore.works(from: since, in: $0) }
    }

    private func sheet(_ context: ConsoleContext) async throws -> Page {
        let (works, person) = (try await found(context), try context.required())
        let communes = person.communes(.view, "jobs")
        let all = try await standing().filter { communes?.contains($0.commune.insee) ?? true }
        let near = all.filter { $0.streetKey == works.streetKey || ($0.impact == .closed && works.impact == .closed) }
        return WorksSheetPage(
            works: works, conflicts: WorksRules.conflicts(near, today: today).filter { $0.concerns(works.number) },
            history: try await desk.journal.read { try WorksStore.history(of: works.number, in: $0) }, communes: try await names(),
            mayMake: person.mayEverywhere(.operate, "jobs"), today: today
        ).page
    }

    // MARK: Changing

    private func keep(_ form: Form, _ before: StreetWorks?, _ context: ConsoleContext) async throws -> WorksAnswer {
        let login = try context.requireEverywhere(.operate, "jobs").login
        if before?.isCancelled ?? false { throw Refused.notFound(context.address) }
        var (form, names) = (form, try await names())
        names = names.isEmpty ? [:] : names
        var values: [String: String] = [:]
        for one in form.fields { values[one.name] = one.value }
        var page = WorksFormPage(number: before?.number, values: values, communes: names, today: today)
        let (from, to) = (WallText.day(form["from"] ?? ""), WallText.day(form["to"] ?? ""))
        if from == nil { form.refuse("from", Words("Un jour comme 2026-11-30.", "A day such as 2026-11-30.")) }
        if to == nil { form.refuse("to", Words("Un jour comme 2026-11-30.", "A day such as 2026-11-30.")) }
        var works = before ?? StreetWorks(number: 0, street: "", commune: .outside, title: "", sort: .other, body: "", from: 0, to: 0)
        works.street = form.text("street", 1...200)
        works.commune = Commune(insee: form["commune"] ?? "")
        if names[works.commune.insee] == nil { form.refuse("commune", Words("Choisissez une commune.", "Choose a commune.")) }
        (works.title, works.sort, works.body) = (form.text("title", 1...200), form.choice("sort"), form.text("body", 0...200))
        (works.from, works.to) = (from ?? 0, to ?? 0)
        works.section = form.text("section", 0...200)
        (works.impact, works.stage) = (form.choice("impact", or: StreetWorks.Impact.none), form.choice("stage", or: .planned))
        let because = form.text("because", 0...1000)
        if before != nil { works.version = Int64(form.integer("version", 1...Int(Int32.max))) }
        if from != nil, to != nil {
            for fault in WorksRules.faults(works) where !form.errors.contains(where: { $0.field == fault.name }) {
                form.refuse(fault.name, fault.message)
            }
        }
        guard form.errors.isEmpty else {
            page.errors = Dictionary(form.errors.map { ($0.field, $0.message) }) { first, _ in first }
            return .page(page.page)
        }
        let effect = WorksRules.effect(of: [works], on: try await standing(), today: today)
        if !effect.caused.isEmpty, form["seen"] != WorksFormPage.seen(effect.caused) {
            (page.caused, page.solved) = (effect.caused, effect.solved)
            return .page(page.page)
        }
        let ready = works
        guard let before else {
            let number = try await said { try await desk.add(ready, by: login) }
            return .done(SeeOther("/console/jobs/works/\(number)"))
        }
        try await said { try await desk.change([ready], because: because, by: login) }
        return .done(SeeOther("/console/jobs/works/\(before.number)#history"))
    }

    /// `number:version:from:to`, one for each works that moves; both or neither.
    private func move(_ form: Form, _ context: ConsoleContext) async throws -> WorksAnswer {
        let login = try context.requireEverywhere(.operate, "jobs").login
        var form = form
        let because = form.text("because", 0...1000)
        try form.finish()
        let texts = form.all("move")
        guard (1...10).contains(texts.count), Set(texts).count == texts.count else { throw Refused.badRequest(WorksRoutes.strange) }
        var moves: [(before: StreetWorks, after: StreetWorks)] = []
        for text in texts {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4, let number = Int64(parts[0]), let version = Int64(parts[1]), let from = WallText.day(parts[2]),
                let to = WallText.day(parts[3]), !moves.contains(where: { $0.before.number == number })
            else { throw Refused.badRequest(WorksRoutes.strange) }
            guard let before = try await desk.journal.read({ try WorksStore.find(number, in: $0) }), !before.isCancelled else {
                throw Refused.notFound(context.address)
            }
            var after = before
            (after.version, after.from, after.to) = (version, from, to)
            moves.append((before, after))
        }
        let after = moves.map(\.after)
        if let fault = after.lazy.flatMap({ WorksRules.faults($0) }).first { throw JobFault.fields([fault]).refused }
        let effect = WorksRules.effect(of: after, on: try await standing(), today: today)
        let seen = WorksFormPage.seen(effect.caused)
        guard form["agreed"] == (seen.isEmpty ? "-" : seen) else {
            return .page(WorksMovesPage(moves: moves, caused: effect.caused, solved: effect.solved, today: today).page)
        }
        try await said { try await desk.change(after, because: because, by: login) }
        return .done(SeeOther("/console/jobs/works/\(after[0].number)"))
    }

    private static let strange = Words("Ce déplacement est illisible.", "This move cannot be read.")

    private func end(_ form: Form, _ isCancelled: Bool, _ context: ConsoleContext) async throws -> SeeOther {
        let login = try context.requireEverywhere(.operate, "jobs").login
        var (form, works) = (form, try await found(context))
        guard works.isCancelled != isCancelled else { throw Refused.notFound(context.address) }
        let because = form.text("because", 1...1000)
        works.version = Int64(form.integer("version", 1...Int(Int32.max)))
        try form.finish()
        works.isCancelled = isCancelled
        let ready = works
        try await said { try await desk.change([ready], because: because, by: login) }
        return SeeOther("/console/jobs/works/\(works.number)#history")
    }

    // MARK: Lists

    private func propose(_ form: Form, _ uploads: [Upload], _ context: ConsoleContext) async throws -> SeeOther {
        try context.requireEverywhere(.operate, "jobs")
        var form = form
        let source = form.text("source", 1...40)
        if !WorksImport.isSource(source) { form.refuse("source", WorksImport.sourceFault.message) }
        let file = uploads.first { $0.name == "file" && !$0.bytes.isEmpty }
        if file == nil { form.refuse("file", Words("Choisissez un fichier.", "Choose a file.")) }
        try form.finish()
        guard let file else { throw Refused.notFound(context.address) }
        let name = file.fileName.split { $0 == "/" || $0 == "\\" }.last.map { String($0.filter { !$0.isNewline && $0 != "\0" }) } ?? "liste"
        let outcome = try await said { try await desk.propose(worksFile: file.bytes, name: name, source: source) }
        return SeeOther("/console/jobs/works/imports/\(outcome.number ?? 0)")
    }

    private func list(_ context: ConsoleContext) async throws -> Page {
        try context.requireEverywhere(.operate, "jobs")
        let number = Int64(try context.number("number"))
        guard let (brought, outcome) = try await desk.journal.read({ try WorksImport.look(number, in: $0) }) else {
            throw Refused.notFound(context.address)
        }
        var (after, new): ([StreetWorks], Int64) = ([], 0)
        for row in outcome.rows where row.outcome != .same {
            var works = row.works
            if works.number == 0 {
                new -= 1
                works.number = new
            }
            after.append(works)
        }
        let caused = after.isEmpty ? [] : WorksRules.effect(of: after, on: try await standing(), today: today).caused
        return WorksImportPage(
            brought: brought, outcome: outcome, caused: caused, communes: try await names(), mayMake: true, today: today
        ).page
    }
}

/// What a form of works answers with: itself again with what is to be looked at, or the way on.
private enum WorksAnswer: ResponseGenerator, Sendable {
    case page(Page)
    case done(SeeOther)

    func response(from request: Request, context: some RequestContext) throws -> Response {
        switch self {
        case .page(let page): try page.response(from: request, context: context)
        case .done(let way): try way.response(from: request, context: context)
        }
    }
}
