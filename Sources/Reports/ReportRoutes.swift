// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal

/// Addresses of the desk.
struct ReportRoutes {
    let reports: Reports

    func add(to desk: Desk) {
        desk.page("/console/reports", "Reports") { _, context in try await list(context) }
        desk.page("/console/reports.csv", "Reports as a table") { _, context in try await csv(context) }
        desk.page("/console/reports/new", "A new report", right: .operate) { _, context in try await fresh(context) }
        desk.page("/console/reports/by-number/{number}", "One report, by its number alone") { _, context in
            SeeOther("/console/reports/\(ReportReference(Report.Number(Int64(try context.number("number")))))")
        }
        desk.page("/console/reports/{reference}", "One report") { _, context in try await sheet(context) }
        desk.page("/console/reports/{reference}/photos/{place}", "A photo of a report") { _, context in try await photo(context) }
        desk.act("/console/reports", "Make a report by hand") { form, context in try await make(form, context) }
        desk.act("/console/reports/{reference}/acts", "Act on a report") { form, context in try await act(form, context) }
        desk.act("/console/reports/{reference}/forwards/{number}/again", "Send to another house once more") { _, context in
            try await again(context)
        }
        desk.act("/console/reports/{reference}/forwards/{number}/number", "Say under which number another house has it") {
            form, context in try await adopt(form, context)
        }
        desk.act("/console/reports/{reference}/contact", "Look at who may be called back", right: .view, trade: "callback") {
            form, context in try await contact(form, context)
        }
        desk.act("/console/reports/{reference}/photos/{place}/release", "Release a photo to the public") { form, context in
            try await release(form, context)
        }
        let crews = "/console/reports/{reference}/crew-photos/{job}/{place}"
        desk.page(crews, "A photo that a crew took for a report") { _, context in try await crewPhoto(context) }
        desk.act("\(crews)/release", "Release a crew's photo to the public") { form, context in try await releaseOfCrew(form, context) }
        desk.upload("/console/reports/{reference}/photos", "Add a photo", right: .operate, limit: PhotoRules.limit + 16 * 1024) {
            form, uploads, context in try await upload(form, uploads, context)
        }
    }

    // MARK: Lists

    private func query(_ context: ConsoleContext, _ tree: CategoryTree) -> ReportQuery {
        var query = ReportQuery(context.query)
        query.isBranch = query.category.flatMap { tree[$0] }?.parent.isEmpty ?? false
        return query
    }

    private func list(_ context: ConsoleContext) async throws -> Page {
        let (tree, ground) = (try await reports.tree(), try await reports.ground.current())
        let (query, person, now) = (query(context, tree), try context.required(), context.now)
        let communes = person.communes(.view, "reports")
        let (found, counts, atRisk) = try await reports.journal.read {
            (
                try ReportListStore.page(query, communes: communes, now: now, in: $0), try ReportStore.counts(in: communes, $0),
                try ReportRiskStore.count(in: communes, at: now, $0)
            )
        }
        let shown = Array(found.prefix(ReportQuery.pageSize))
        return ReportListPage(
            reports: shown, hasMore: found.count > ReportQuery.pageSize, marked: try await reports.marked(shown), query: query,
            counts: counts, atRisk: atRisk,
            tree: tree, ground: ground, isWhole: communes == nil, mayMake: person.may(.operate, "reports"), now: now
        ).page
    }

    /// At most ten thousand rows of the filter, without texts and people, for a spreadsheet.
    private func csv(_ context: ConsoleContext) async throws -> Bytes {
        let (tree, person, now) = (try await reports.tree(), try context.required(), context.now)
        var all = query(context, tree)
        all.page = 1
        let (query, communes) = (all, person.communes(.view, "reports"))
        let found = try await reports.journal.read {
            try ReportListStore.page(query, communes: communes, now: now, limit: 10_000, in: $0)
        }
        let head = "reference;category;state;channel;department;received;promised;ended;commune;address;longitude;latitude;proof\r\n"
        let text = found.prefix(10_000).reduce(into: head) { text, report in
            let cells = [
                "\(report.reference)", report.category, report.state.rawValue, report.channel.rawValue, report.department,
                report.createdAt.iso8601, report.promisedAt.iso8601, report.endedAt?.iso8601 ?? "", report.commune.insee, report.address,
                report.place.map { "\($0.longitude)" } ?? "", report.place.map { "\($0.latitude)" } ?? "", report.proof?.rawValue ?? "",
            ]
            text += cells.map(CSV.cell).joined(separator: ";") + "\r\n"
        }
        return Bytes(
            ByteBuffer(string: text), type: "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"signalements.csv\""])
    }

    // MARK: One report

    /// The report of the address, where this person may do that there.
    private func found(_ context: ConsoleContext, _ right: Right = .view) async throws -> Report {
        guard let reference = ReportReference(try context.text("reference")), let report = try await reports.report(reference.number) else {
            throw Refused.notFound(context.address)
        }
        // What lies outside all communes is seen by those who see everything.
        let person = try context.required()
        guard person.communes(right, "reports").map({ $0.contains(report.commune.insee) }) ?? true else {
            if right > .view { try context.require(right, "reports", in: report.commune.insee) }
            throw Refused.notFound(context.address)
        }
        return report
    }

    private func sheet(_ context: ConsoleContext) async throws -> Page {
        let report = try await found(context)
        let person = try context.required()
        let (tree, ground, communes) = (try await reports.tree(), try await reports.ground.current(), person.communes(.view, "reports"))
        var likely = try await reports.likelyDuplicates(of: report)
        likely.likely.removeAll { one in communes.map { !$0.contains(one.report.commune.insee) } ?? false }
        if !person.may(.view, "alarms", in: report.commune.insee) { likely.outages = [] }
        let crewPhotos = try await reports.crewPhotos(of: report.number)
        return try await reports.journal.read { [likely] transaction in
            func seen(_ all: [Report]) -> [Report] { all.filter { communes?.contains($0.commune.insee) ?? true } }
            return ReportPage(
                report: report, events: try ReportStore.events(of: report.number, in: transaction),
                photos: try ReportPhotoStore.photos(of: report.number, in: transaction), crewPhotos: crewPhotos,
                joined: seen(try ReportStore.joined(to: report.number, in: transaction)),
                earlier: seen(try ReportStore.reports(of: report.reporter, in: transaction)).filter { $0.number != report.number },
                hasContact: try ReportStore.hasContact(report.number, in: transaction),
                followers: try ReportStore.followers(of: report.number, in: transaction),
                asset: try report.asset.flatMap { try AssetStore.find($0, in: transaction) }?.id.text, tree: tree, ground: ground,
                job: try ReportJobStore.standing(of: report.number, in: transaction), likely: likely,
                takers: try PartnerStore.all(in: transaction).filter { $0.service(for: report.category) != nil },
                forwards: try ForwardStore.all(of: report.number, in: transaction),
                mayAct: person.may(.operate, "reports", in: report.commune.insee),
                mayCall: person.may(.view, "callback", in: report.commune.insee), now: context.now,
                citizen: try ReportLinkStore.link(of: report.number, in: transaction)?.language ?? .french
            ).page
        }
    }

    private func photo(_ context: ConsoleContext) async throws -> Bytes {
        let report = try await found(context)
        let place = Int(try context.number("place"))
        let body = try await reports.journal.read { try ReportPhotoStore.body(place, of: report.number, onlyReleased: false, in: $0) }
        guard let body else { throw Refused.notFound(context.address) }
        return Bytes(
            body.bytes, type: body.type,
            headers: [.cacheControl: "private, max-age=3600", .contentDisposition: "inline; filename=\"photo-\(place)\""])
    }

    private func crewPhoto(_ context: ConsoleContext) async throws -> Bytes {
        let report = try await found(context)
        let (job, place) = (Int64(try context.number("job")), Int(try context.number("place")))
        guard let body = try await reports.crewPhoto(place, ofJob: job, for: report.number) else { throw Refused.notFound(context.address) }
        return Bytes(body.bytes, type: body.type, headers: [.cacheControl: "private, max-age=3600"])
    }

    private func releaseOfCrew(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let report = try await found(context, .operate)
        let login = try context.required().login
        let (job, place) = (Int64(try context.number("job")), Int(try context.number("place")))
        try form.finish()
        try await said { try await reports.release(crewPhoto: place, ofJob: job, for: report.number, by: login) }
        return SeeOther("/console/reports/\(report.reference)")
    }

    private func contact(_ form: Form, _ context: ConsoleContext) async throws -> Page {
        let report = try await found(context)
        let login = try context.require(.view, "callback", in: report.commune.insee).login
        var form = form
        let reason = form.text("look-reason", 1...300)
        try form.finish()
        guard let contact = try await said({ try await reports.contact(of: report.number, for: login, reason: reason) }) else {
            throw Refused.notFound(context.address)
        }
        return ReportContactPage(reference: report.reference, contact: contact).page
    }

    // MARK: Acts

    /// Faults of the desk as refusals of the wall.
    private func said<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as ReportFault { throw fault.refused }
    }

    private func act(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let report = try await found(context, .operate)
        let login = try context.required().login
        let tree = try await reports.tree()
        let (takers, citizen) = try await reports.journal.read {
            (
                try PartnerStore.all(in: $0).filter { $0.service(for: report.category) != nil },
                try ReportLinkStore.link(of: report.number, in: $0)?.language
            )
        }
        let act = try ReportActForm(
            form, report: report, tree: tree, zone: context.audience.zone, takers: takers,
            mayCall: try context.required().may(.view, "callback", in: report.commune.insee), citizen: citizen ?? .french
        ).act()
        if case .duplicate(let other) = act { _ = try await joinable(other, field: "duplicate-of", context) }
        _ = try await said { try await reports.act(act, on: report.number, by: .staff(login)) }
        return SeeOther("/console/reports/\(report.reference)#history")
    }

    /// The other report, where this person may join one to it: what they may not see is not there for them.
    private func joinable(_ number: Report.Number, field: String, _ context: ConsoleContext) async throws -> Report {
        let person = try context.required()
        guard let other = try await reports.report(number), person.communes(.view, "reports")?.contains(other.commune.insee) ?? true else {
            throw Refused.fields([.init(field, Words("Aucun signalement n'a cette référence.", "No report has this reference."))])
        }
        if !person.mayEverywhere(.operate, "reports") { try context.require(.operate, "reports", in: other.commune.insee) }
        return other
    }

    private func release(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let report = try await found(context, .operate)
        let login = try context.required().login
        let place = Int(try context.number("place"))
        let isReleased = form["released"] == "yes"
        try await said { try await reports.release(photo: place, of: report.number, isReleased, by: login) }
        return SeeOther("/console/reports/\(report.reference)")
    }

    private func upload(_ form: Form, _ uploads: [Upload], _ context: ConsoleContext) async throws -> SeeOther {
        let report = try await found(context, .operate)
        let login = try context.required().login
        var form = form
        guard let stage = ReportPhotoStore.Stage(rawValue: form["stage"] ?? ""), stage != .citizen else {
            throw Refused.fields([.init("stage", Words("Avant ou après.", "Before or after."))])
        }
        let photo = try await PhotoRules.one(of: uploads, &form, reports.develop)
        try form.finish()
        guard let photo else { throw Refused.notFound(context.address) }
        try await said { try await reports.add(photo, stage, to: report.number, by: login) }
        return SeeOther("/console/reports/\(report.reference)")
    }

    // MARK: Other houses

    /// A forward of this report that a person must decide on.
    private func decide(
        _ context: ConsoleContext, _ note: (Forward) -> String,
        _ change: @escaping @Sendable (Forward, Transaction) throws -> Bool
    ) async throws -> SeeOther {
        let report = try await found(context, .operate)
        let (number, now, login) = (Int64(try context.number("number")), context.now, try context.required().login)
        guard let forward = try await reports.journal.read({ try ForwardStore.find(number, in: $0) }), forward.report == report.number
        else {
            throw Refused.notFound(context.address)
        }
        let text = note(forward)
        let isDone = try await reports.journal.write { transaction -> Bool in
            guard try change(forward, transaction) else { return false }
            try ReportStore.append(
                ReportEvent(
                    place: 0, at: now, what: .noted, role: .staff, isPublic: false, state: report.state,
                    facts: ["department": forward.partner], author: login, text: text), to: report.number, in: transaction)
            return true
        }
        guard isDone else {
            throw Refused.conflict(Words("Il n'y a plus rien à décider ici.", "There is nothing to be decided here any more."))
        }
        return SeeOther("/console/reports/\(report.reference)#forwards")
    }

    private func again(_ context: ConsoleContext) async throws -> SeeOther {
        let now = context.now
        return try await decide(context, { "Nouvel envoi demandé (\($0.trouble))" }) { try ForwardStore.again($0.number, at: now, in: $1) }
    }

    private func adopt(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        var form = form
        let (now, theirs) = (context.now, form.text("theirs", 1...100))
        if !PartnerRules.isID(theirs) { form.refuse("theirs", Words("Le numéro, sans espace.", "The number, without a space.")) }
        try form.finish()
        return try await decide(context, { _ in "Numéro chez l'organisme, saisi à la main : \(theirs)" }) {
            try ForwardStore.adopt(theirs, for: $0.number, at: now, in: $1)
        }
    }

    // MARK: By hand

    private func fresh(_ context: ConsoleContext) async throws -> Page {
        let tree = try await reports.tree()
        let category = context.query["category"].flatMap { tree[$0] }.flatMap { $0.isOpen(in: tree) ? $0 : nil }
        var (typed, split) = (Form(), ReportReference?.none)
        if let text = context.query["split"] {
            let from = try await joinable(ReportReference(text)?.number ?? Report.Number(0), field: "split", context)
            split = from.reference
            typed = Form([("address", from.address), ("place", from.place.map { "\($0.latitude), \($0.longitude)" } ?? "")])
        }
        return ReportNewPage(tree: tree, category: category, typed: typed, known: nil, key: Tokens.make(), split: split).page
    }

    private func make(_ form: Form, _ context: ConsoleContext) async throws -> Made {
        let tree = try await reports.tree()
        let person = try context.required()
        let (draft, asset) = try ReportDraftForm(form, tree: tree, login: person.login).draft()
        var bound = draft
        if !asset.isEmpty {
            guard let id = Asset.ID(asset), let record = try await reports.journal.read({ try AssetStore.find(id, in: $0) }),
                record.removal == nil
            else {
                throw Refused.fields([.init("asset", Words("Aucun équipement n'a cette identité.", "No asset has this identity."))])
            }
            bound.asset = record.number
            if bound.place == nil { bound.place = record.place }
        }
        let ready = bound
        let commune = try await reports.ground.current().commune(at: ready.place)
        if !person.mayEverywhere(.operate, "reports") { try context.require(.operate, "reports", in: commune.insee) }
        if let text = form["split"] {
            let from = try await joinable(ReportReference(text)?.number ?? Report.Number(0), field: "split", context)
            let receipt = try await said { try await reports.split(from.number, into: ready, by: person.login) }
            return .made(SeeOther("/console/reports/\(receipt.reference)"))
        }
        if form["known"] != "yes" {
            let known = try await reports.known(category: ready.category, place: ready.place, asset: ready.asset)
            let typing = try await reports.whileTyping(
                ready.description, category: ready.category, place: ready.place, asset: ready.asset, isStaff: true)
            let communes = person.communes(.view, "reports")
            let likely = typing.likely.filter { communes?.contains($0.report.commune.insee) ?? true }
            if !known.isEmpty || !likely.isEmpty {
                let page = ReportNewPage(
                    tree: tree, category: tree[ready.category], typed: form, known: known, likely: likely, key: ready.key
                ).page
                return .known(page)
            }
        }
        var other: Report?
        if let text = form["join"], !text.isEmpty {
            // A reference that is none is a number that no report has.
            other = try await joinable(ReportReference(text)?.number ?? Report.Number(0), field: "join", context)
        }
        let receipt = try await said { try await reports.create(ready) }
        // The same form again joins what a fall between the two left apart.
        if let other, receipt.report.isOpen, receipt.report.number != other.number {
            _ = try await said { try await reports.act(.duplicate(of: other.number), on: receipt.report.number, by: .staff(person.login)) }
        }
        return .made(SeeOther("/console/reports/\(receipt.reference)"))
    }

    /// What a form for a new report leads to.
    private enum Made: ResponseGenerator, Sendable {
        case made(SeeOther)
        /// What is known already, to be looked at first.
        case known(Page)

        func response(from request: Request, context: some RequestContext) throws -> Response {
            switch self {
            case .made(let answer): try answer.response(from: request, context: context)
            case .known(let page): try page.response(from: request, context: context)
            }
        }
    }
}
