// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import Journal
import Watch

/// What a channel asks of the desk: make a report, follow it, know what is known already.
extension Reports {
    package func tree() async throws -> CategoryTree { try await shelf.current() }

    /// Makes a report. It is on disk when this returns.
    /// - Throws: `ReportFault`: `fields` where the draft is not right, `elsewhere` where the place is not the city's to care for.
    package func create(_ draft: ReportDraft) async throws -> ReportReceipt {
        let key = draft.key.isEmpty ? Tokens.make() : draft.key
        let (tree, ground) = (try await shelf.current(), try await ground.current())
        var draft = draft
        if draft.place == nil, let asset = draft.asset { draft.place = await self.asset(asset)?.place }
        let faults = ReportRules.faults(draft, tree)
        guard faults.isEmpty, let category = tree[draft.category] else { throw ReportFault.fields(faults) }
        if let asset = draft.asset { try await check(asset, of: draft, tree) }
        let (route, commune) = Reports.route(draft.category, draft.place, tree, ground)
        let (department, why) = try await charge(route, category.code)
        do {
            for at in draft.photos.indices where !draft.arePhotosDeveloped { draft.photos[at] = try await develop(draft.photos[at]) }
        } catch let fault as PhotoFault { throw ReportFault.fields([.init("photos", fault.words)]) }
        let token = Reports.token(key)
        let now = clock.now()
        let new = ReportStore.New(
            draft: draft, follow: Tokens.hash(token), branch: tree.branch(of: category.code), commune: commune, department: department,
            why: why, urgency: category.urgency, at: now, promisedAt: now + tree.delay(of: category.code),
            titles: Reports.titles(category.code, tree),
            made: following(draft, tree, expected: await receiptDate(draft, department, commune, category.urgency), at: now))
        let made = try await intake.add(new)
        if made.isNew { outlet.tell([made.report]) }
        return ReportReceipt(report: made.report, token: token, isNew: made.isNew)
    }

    /// Who is in charge, and why: also a body outside that takes the category by Open311.
    /// - Throws: `ReportFault.elsewhere` for any other body.
    private func charge(_ route: RoutingRules.Route, _ category: String) async throws -> (department: String, why: [Words]) {
        switch route {
        case .department(let department, let because): return (department, because)
        case .elsewhere(let body, let because):
            guard let partner = try await partner(for: body, taking: category) else { throw ReportFault.elsewhere(body, because) }
            return (partner.code, because)
        }
    }

    /// What belongs into the transaction in which a report is made: the receipt, where one is wanted, and the way to another house.
    private func following(_ draft: ReportDraft, _ tree: CategoryTree, expected: ReportExpected?, at now: Instant)
        -> @Sendable (Report, Transaction) throws -> Void
    {
        let (language, answered, post) = (draft.language, draft.answered, post)
        return { report, transaction in
            try post?.made(report, language: language, answered: answered, expected: expected, tree: tree, at: now, in: transaction)
            try Reports.forwardByRule(report, at: now, in: transaction)
        }
    }

    /// Asked for only where a receipt will say it.
    private func receiptDate(
        _ draft: ReportDraft, _ department: String, _ commune: Commune, _ urgency: Urgency
    ) async -> ReportExpected? {
        guard post?.sendsMail == true, !draft.contact.email.isEmpty else { return nil }
        return await estimate(.init(department: department, category: draft.category, commune: commune, urgency: urgency))
    }

    /// The asset must be one that stands, of the kind to which the category is bound.
    private func check(_ asset: Asset.Number, of draft: ReportDraft, _ tree: CategoryTree) async throws {
        guard let view = await self.asset(asset) else {
            throw ReportFault.fields([.init("asset", Words("Cet équipement n'existe pas.", "There is no such asset."))])
        }
        let wanted = tree.assetKind(of: draft.category)
        guard !wanted.isEmpty, view.kind.name.text == wanted else {
            throw ReportFault.fields([
                .init("asset", Words("Cette catégorie ne se lie pas à cet équipement.", "This category is not bound to that asset."))
            ])
        }
    }

    /// The token of the link, from the sender's own key: known again when the same is sent twice, and not to be found from what is kept.
    static func token(_ key: String) -> String {
        Tokens.hash("vigie report link " + key).prefix(20).hexadecimal
    }

    static func titles(_ code: String, _ tree: CategoryTree) -> [String] {
        tree.path(code).flatMap { [$0.title.french, $0.title.english] }
    }

    static func route(
        _ category: String, _ place: Place?, _ tree: CategoryTree, _ ground: Ground
    ) -> (RoutingRules.Route, Commune) {
        let commune = ground.commune(at: place)
        let road = place.map(ground.road) ?? ""
        return (
            RoutingRules.route(
                category, commune: commune, place: place, road: road, knowsTerritory: place != nil && ground.knowsTerritory, in: tree),
            commune
        )
    }

    /// Who would be in charge of a category at a place, and why: before anything is sent.
    package func route(_ category: String, at place: Place?) async throws -> RoutingRules.Route {
        Reports.route(category, place, try await shelf.current(), try await ground.current()).0
    }

    // MARK: Following

    /// What the holder of a link sees.
    package struct Followed: Sendable {
        /// Of a report that somebody else made, only what is public.
        package var report: Report
        /// What of its history is public; of the one it was joined to, from then on, without what its own sender and the city say to each other.
        package var events: [ReportEvent]
        /// The one that it was joined to, which is where the work goes on.
        package var joinedTo: Report?
        package var photos: [ReportPhotoStore.Photo]
        /// Released photos of the work, where the work is done: at the report to which it was joined, if any.
        package var work: [ReportPhotoStore.Photo]
        /// When the crews expect to be done; nil where nothing is known.
        package var expected: ReportExpected?
        /// False where the holder follows what somebody else reported.
        package var isOwn: Bool
    }

    /// - Returns: nil where no report has this link.
    package func follow(_ token: String) async throws -> Followed? {
        guard token.utf8.count == 40 else { return nil }
        let (hash, ground, tree) = (Tokens.hash(token), try await ground.current(), try await shelf.current())
        let found = try await journal.read { transaction -> (Followed, goesOn: Report)? in
            let own = try ReportStore.find(own: hash, in: transaction)
            guard let report = try own ?? ReportStore.find(follower: hash, in: transaction) else { return nil }
            var events = try ReportStore.events(of: report.number, onlyPublic: true, in: transaction)
            let other = try report.duplicateOf.flatMap { try ReportStore.find($0, in: transaction) }
            if let other, let since = report.endedAt {
                events += try ReportStore.events(of: other.number, onlyPublic: true, in: transaction).filter {
                    $0.at >= since && AppWords.isForOthers($0)
                }
            }
            let photos = try ReportPhotoStore.photos(of: report.number, in: transaction)
            let isOwn = own != nil
            let work = try ReportPhotoStore.photos(of: report.duplicateOf ?? report.number, in: transaction)
            let followed = Followed(
                report: isOwn ? report : ground.forOthers(report, tree), events: events,
                joinedTo: other.map { ground.forOthers($0, tree) },
                photos: photos.filter { isOwn || $0.isReleased }, work: work.filter { $0.isReleased && $0.stage != .citizen },
                isOwn: isOwn)
            return (followed, other?.isOpen == true ? other! : report)
        }
        guard let found else { return nil }
        var followed = found.0
        followed.expected = await expected(of: found.goesOn)
        return followed
    }

    /// 'We know already: follow it?' Gives somebody a link of their own to a report of somebody else, instead of a second report.
    /// - Parameter key: as in `ReportDraft`: the same gives the same link.
    /// - Throws: `ReportFault.unknown` also for a report that is shown to nobody but its sender.
    package func subscribe(to number: Report.Number, key: String = "") async throws -> String {
        if !key.isEmpty, !ReportRules.isKey(key) {
            throw ReportFault.fields([
                .init("key", Words("Une clé de 16 à 80 lettres, chiffres, '-' ou '_'.", "A key of 16 to 80 letters, digits, '-' or '_'."))
            ])
        }
        let (tree, now, token) = (try await shelf.current(), clock.now(), Reports.token(key.isEmpty ? Tokens.make() : key))
        try await journal.write { transaction in
            guard let report = try ReportStore.find(number, in: transaction), tree[report.category]?.visibility == .everybody else {
                throw ReportFault.unknown
            }
            try ReportStore.add(follower: Tokens.hash(token), to: number, at: now, in: transaction)
        }
        return token
    }

    /// An act of whoever holds the link: a contest with its reason, or a word more.
    package func act(_ act: ReportAct, byLink token: String) async throws -> Report {
        let hash = Tokens.hash(token)
        guard token.utf8.count == 40, let report = try await journal.read({ try ReportStore.find(own: hash, in: $0) }) else {
            throw ReportFault.unknown
        }
        return try await self.act(act, on: report.number, by: .citizen)
    }

    package func report(_ number: Report.Number) async throws -> Report? {
        try await journal.read { try ReportStore.find(number, in: $0) }
    }

    package func events(of number: Report.Number, onlyPublic: Bool = false) async throws -> [ReportEvent] {
        try await journal.read { try ReportStore.events(of: number, onlyPublic: onlyPublic, in: $0) }
    }
}
