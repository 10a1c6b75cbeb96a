// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import Journal

/// What is done to a report, by whom. Each act is one transaction: the row, its line of history, the counts.
extension Reports {
    /// - Throws: `ReportFault`.
    /// - Returns: the report as it is then.
    @discardableResult
    package func act(_ act: ReportAct, on number: Report.Number, by: ReportBy) async throws -> Report {
        if by == .citizen, !ReportRules.mayCitizen(act.sort) { throw ReportFault.refused(Words("Réservé aux agents.", "For staff only.")) }
        let (tree, ground, now) = (try await shelf.current(), try await ground.current(), clock.now())
        let moved = try await journal.write { [post] transaction -> [Report] in
            guard let before = try ReportStore.find(number, in: transaction) else { throw ReportFault.unknown }
            return try Reports.apply(act, to: before, by, tree, ground, now, post, in: transaction)
        }
        outlet.tell(moved)
        return moved[0]
    }

    /// - Parameters:
    ///   - isOfJob: it follows from what the crews or another house did, who keep the proof and need not be asked.
    ///   - partner: the other house whose word it is.
    /// - Returns: the report, and the others that it moved.
    static func apply(
        _ act: ReportAct, to before: Report, _ by: ReportBy, _ tree: CategoryTree, _ ground: Ground, _ now: Instant, _ post: CitizenPost?,
        isOfJob: Bool = false, partner: String? = nil, in transaction: Transaction
    ) throws -> [Report] {
        guard let state = ReportRules.next(before.state, act.sort) else { throw ReportFault.impossible(act.sort, before.state) }
        if act.sort == .contest, let ended = before.endedAt, by == .citizen, now - ended > ReportRules.contestable {
            throw ReportFault.refused(
                Words("Le délai de 30 jours est passé : faites un nouveau signalement.", "The 30 days are over: make a new report."))
        }
        var report = before
        report.state = state
        report.updatedAt = now
        report.endedAt = state.isOpen ? nil : before.state == state ? before.endedAt : now
        if state != .duplicate { report.duplicateOf = nil }
        if state.isOpen { report.proof = nil }
        var event = ReportEvent(
            place: 0, at: now, what: ReportRules.event(act.sort, from: before.state), role: by.role,
            isPublic: ReportRules.isPublic(act.sort), state: state, facts: [:], author: by.login, text: "")
        var moved: [Report] = []
        var titles: [String]?
        switch act {
        case .qualify(let code, let department):
            guard let category = tree[code], category.isOpen(in: tree) else {
                let words = Words("Choisissez une catégorie de la liste.", "Choose a category of the list.")
                throw ReportFault.fields([.init("category", words)])
            }
            titles = Reports.titles(code, tree)
            try qualify(&report, category, department, tree, ground, in: transaction)
            event.facts = ["category": code, "department": report.department]
        case .assign(let department, let reason):
            guard tree.department(department) != nil else { throw unknownDepartment }
            report.department = department
            report.why = [Words("Attribué à la main", "Assigned by hand")]
            event.facts = ["department": department]
            event.text = try text(reason, mayBeEmpty: true)
        case .forward(let wish):
            guard tree.department(wish.partner) != nil else { throw unknownDepartment }
            report.department = wish.partner
            report.why = [Words("Transmis à la main", "Sent on by hand")]
            event.facts = ["department": wish.partner]
        case .start, .close, .confirm: break
        case .finish(let proof, let said):
            event.text = try text(said, mayBeEmpty: true)
            if isOfJob, proof == .photos {
                (report.proof, event.facts) = (.photos, ["proof": "photos"])
            } else {
                try prove(&report, &event, proof, in: transaction)
            }
        case .reject(let reason), .reopen(let reason), .contest(let reason): event.text = try text(reason)
        case .duplicate(let of):
            guard let other = try ReportStore.find(of, in: transaction) else {
                throw ReportFault.fields([.init("of", Words("Aucun signalement n'a cette référence.", "No report has this reference."))])
            }
            guard other.number != report.number, other.state != .duplicate else {
                let words = Words(
                    "Choisissez un autre signalement, qui n'est pas lui-même un doublon.", "Choose another report, itself no duplicate.")
                throw ReportFault.refused(words)
            }
            report.duplicateOf = of
            event.facts = ["of": other.reference.description]
            moved = [try join(report, to: other, by, now, in: transaction)]
        case .answer(let said), .note(let said):
            event.text = try text(said)
            if by == .citizen { event.isPublic = true }
        case .promise(let at, let reason):
            guard at > now, at - now < .days(3660) else {
                throw ReportFault.fields([.init("promised", Words("Un jour à venir, d'ici dix ans.", "A day to come, within ten years."))])
            }
            report.promisedAt = at
            event.facts = ["promised": String(at.milliseconds)]
            event.text = try text(reason)
        case .release(let isReleased, let shown):
            report.isReleased = isReleased
            report.published = isReleased ? PersonalText.masked(report.description, showing: shown) : ""
            report.publishedAddress = isReleased ? PersonalText.masked(report.address, showing: shown) : ""
            if !isReleased { event.what = .withdrawn }
            let masked = (PersonalText.pieces(report.description) + PersonalText.pieces(report.address)).count {
                $0.sort != nil && !shown.contains($0.text)
            }
            if isReleased, masked > 0 { event.facts["masked"] = String(masked) }
        }
        if before.state == .duplicate, case .reopen = act, let of = before.duplicateOf { event.facts["of"] = "\(ReportReference(of))" }
        if let partner { event.facts["department"] = partner }
        try ReportStore.move(report, from: before, event, titles: titles, in: transaction)
        if !isOfJob { try handOver(act, from: before, to: report, at: now, in: transaction) }
        if !isOfJob, let wish = Reports.wish(act.sort) { try ReportJobStore.wish(wish, for: report.number, at: now, in: transaction) }
        // Whoever was joined to this one stays joined to what this one is joined to.
        if let of = report.duplicateOf, before.duplicateOf == nil {
            try transaction.run("UPDATE report SET duplicate_of = \(of) WHERE duplicate_of = \(report.number)")
        }
        try post?.told(report, event, tree: tree, at: now, in: transaction)
        try post?.tellStreets(report, from: before.state, tree: tree, at: now, in: transaction)
        return [report] + moved
    }

    private static func qualify(
        _ report: inout Report, _ category: Category, _ department: String?, _ tree: CategoryTree, _ ground: Ground,
        in transaction: Transaction
    ) throws {
        report.category = category.code
        report.branch = tree.branch(of: category.code)
        report.urgency = category.urgency
        report.promisedAt = report.createdAt + tree.delay(of: category.code)
        if let department {
            guard tree.department(department) != nil else { throw unknownDepartment }
            (report.department, report.why) = (department, [Words("Choisi à la main", "Chosen by hand")])
        } else {
            switch Reports.route(category.code, report.place, tree, ground).0 {
            case .department(let code, let because): (report.department, report.why) = (code, because)
            case .elsewhere(let body, let because):
                let code = Partner.code(ofBody: body.code)
                guard try PartnerStore.find(code, in: transaction)?.service(for: category.code) != nil else {
                    throw ReportFault.elsewhere(body, because)
                }
                (report.department, report.why) = (code, because)
            }
        }
    }

    private static func prove(
        _ report: inout Report, _ event: inout ReportEvent, _ proof: Report.Proof, in transaction: Transaction
    ) throws {
        report.proof = proof.sort
        event.facts = ["proof": proof.sort.rawValue]
        switch proof {
        case .telemetry(let asset):
            guard report.asset == asset else {
                throw ReportFault.refused(
                    Words("Aucun équipement n'est lié à ce signalement.", "No such asset is bound to this report."))
            }
            event.facts["asset"] = String(asset.value)
        case .photos:
            guard try ReportPhotoStore.photos(of: report.number, in: transaction).contains(where: { $0.stage == .after }) else {
                throw ReportFault.refused(Words("Ajoutez d'abord une photo « après ».", "First add a photo 'after'."))
            }
        case .word(let name):
            let name = try text(name).replacing("\n", with: " ").replacing("\r", with: " ")
            event.text = event.text.isEmpty ? name : try text(name + "\n" + event.text)
        }
    }

    /// What the other one tells of a report that joins it.
    private static func join(
        _ report: Report, to other: Report, _ by: ReportBy, _ now: Instant, in transaction: Transaction
    ) throws -> Report {
        var fuller = other
        fuller.updatedAt = now
        let event = ReportEvent(
            place: 0, at: now, what: .merged, role: by.role, isPublic: false, state: other.state,
            facts: ["with": report.reference.description], author: by.login, text: "")
        try ReportStore.move(fuller, from: other, event, in: transaction)
        return fuller
    }

    private static let unknownDepartment = ReportFault.fields([
        .init("department", Words("Choisissez un service de la liste.", "Choose a department of the list."))
    ])

    static func text(_ text: String, mayBeEmpty: Bool = false) throws -> String {
        let trimmed = text.trimmingSpace
        if trimmed.isEmpty, !mayBeEmpty { throw ReportFault.fields([.init("text", Words("À remplir.", "Must be filled in."))]) }
        guard trimmed.unicodeScalars.count <= ReportRules.longestText, !trimmed.unicodeScalars.contains("\0") else {
            throw ReportFault.fields([.init("text", Words("4000 caractères au plus.", "At most 4000 characters."))])
        }
        return trimmed
    }

    // MARK: Splitting

    /// Makes a report of its own of a part of another: two things were said in one.
    package func split(_ number: Report.Number, into draft: ReportDraft, by login: String) async throws -> ReportReceipt {
        guard let from = try await report(number) else { throw ReportFault.unknown }
        var draft = draft
        (draft.splitFrom, draft.author, draft.channel) = (number, login, from.channel)
        if draft.place == nil, draft.address.isEmpty { (draft.place, draft.address) = (from.place, from.address) }
        let receipt = try await create(draft)
        let now = clock.now()
        try await journal.write { transaction in
            // The same form again writes what a fall between the two left out, and nothing twice.
            let into = receipt.reference.description
            guard try !ReportStore.events(of: number, in: transaction).contains(where: { $0.what == .split && $0.facts["into"] == into })
            else { return }
            try ReportStore.append(
                ReportEvent(
                    place: 0, at: now, what: .split, role: .staff, isPublic: false, state: from.state,
                    facts: ["into": into], author: login, text: ""), to: number, in: transaction)
        }
        return receipt
    }

    // MARK: Contacts

    /// Whom one may call back, for whoever may. Each look stands in the log: by whom, at which report, and why.
    package func contact(of number: Report.Number, for login: String, reason: String) async throws -> ReportContact? {
        let (now, reason) = (clock.now(), try Reports.text(reason))
        let (contact, entries) = try await journal.write { transaction -> (ReportContact?, [LogEntry]) in
            guard let contact = try ReportStore.contact(of: number, in: transaction) else { return (nil, []) }
            let reference = ReportReference(number)
            let words = Words(
                "Coordonnées du signalement \(reference) consultées : \(reason)", "Contact of report \(reference) looked at: \(reason)")
            let draft = LogDraft(author: login, trade: "reports", subject: "report:\(reference)", text: words)
            return (contact, try Logbook.append([draft], in: transaction, at: now))
        }
        outlet.tell([], entries)
        return contact
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingSpace: String {
        var slice = Substring(self)
        while slice.first?.isWhitespace == true { slice.removeFirst() }
        while slice.last?.isWhitespace == true { slice.removeLast() }
        return String(slice)
    }
}

extension Reports {
    // MARK: Photos

    /// Adds a photo of the work; nobody outside sees it before it is released.
    package func add(_ photo: CleanPhoto, _ stage: ReportPhotoStore.Stage, to number: Report.Number, by login: String) async throws {
        let now = clock.now()
        let report = try await journal.write { transaction -> Report in
            guard var report = try ReportStore.find(number, in: transaction) else { throw ReportFault.unknown }
            guard let place = try ReportPhotoStore.nextPlace(of: number, in: transaction) else {
                throw ReportFault.refused(Words("\(ReportPhotoStore.most) photos au plus.", "At most \(ReportPhotoStore.most) photos."))
            }
            try ReportPhotoStore.add(photo, stage: stage, place: place, to: number, at: now, in: transaction)
            try transaction.run("UPDATE report SET photos = photos + 1, updated_at = \(now) WHERE number = \(number)")
            try ReportStore.append(
                ReportEvent(
                    place: 0, at: now, what: .photo, role: .staff, isPublic: false, state: report.state,
                    facts: ["photo": String(place), "stage": stage.rawValue], author: login, text: ""), to: number, in: transaction)
            report.photos += 1
            report.updatedAt = now
            return report
        }
        outlet.tell([report])
    }

    /// Lets the public see a photo, or not any more. A person looked at it: programs find faces and number plates badly.
    package func release(photo place: Int, of number: Report.Number, _ isReleased: Bool, by login: String) async throws {
        let now = clock.now()
        let report = try await journal.write { transaction -> Report in
            guard let report = try ReportStore.find(number, in: transaction),
                try ReportPhotoStore.release(place, of: number, isReleased, in: transaction)
            else { throw ReportFault.unknown }
            try ReportStore.append(
                ReportEvent(
                    place: 0, at: now, what: isReleased ? .released : .withdrawn, role: .staff, isPublic: false, state: report.state,
                    facts: ["photo": String(place)], author: login, text: ""), to: number, in: transaction)
            return report
        }
        outlet.tell([report])
    }
}
