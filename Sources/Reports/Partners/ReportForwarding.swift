// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// Reports that go to other houses: written with the act that says so, and moved by what those say.
extension Reports {
    /// What an act on a report means for other houses. In the transaction of the act.
    static func handOver(
        _ act: ReportAct, from before: Report, to report: Report, at now: Instant, in transaction: Transaction
    ) throws {
        switch act {
        case .forward(let wish):
            try ForwardStore.settle(report.number, in: transaction)
            guard let partner = try PartnerStore.find(wish.partner, in: transaction),
                let service = partner.service(for: report.category)
            else { throw notTaken }
            if try ForwardStore.isOnItsWay(report.number, to: wish.partner, in: transaction) {
                throw ReportFault.refused(Words("Il y est déjà, ou en chemin.", "It is there already, or on its way."))
            }
            let missing = PartnerRules.missing(report.answers, wish.answers, service)
            guard missing.isEmpty else {
                throw ReportFault.fields(
                    missing.map {
                        .init(
                            "forward-\(wish.partner)-\($0.code)",
                            Words("À remplir : \($0.title)", "Must be filled in: \($0.title)"))
                    })
            }
            try ForwardStore.put(wish, of: report.number, service: service.code, key: Tokens.make(), at: now, in: transaction)
        case .assign, .qualify:
            if report.department != before.department { try ForwardStore.settle(report.number, in: transaction) }
            try forwardByRule(report, at: now, in: transaction)
        case .reject, .duplicate, .finish, .close: try ForwardStore.settle(report.number, in: transaction)
        case .start, .reopen, .contest, .confirm, .answer, .note, .promise, .release: break
        }
    }

    static let notTaken = ReportFault.refused(
        Words("Cet organisme ne prend pas cette catégorie par Open311.", "This body does not take this category by Open311."))

    /// Sends where the partner takes by itself what is routed there, and no question of its own is left open.
    static func forwardByRule(_ report: Report, at now: Instant, in transaction: Transaction) throws {
        guard let partner = try PartnerStore.find(report.department, in: transaction), partner.isAutomatic,
            let service = partner.service(for: report.category), PartnerRules.missing(report.answers, [:], service).isEmpty,
            try !ForwardStore.isOnItsWay(report.number, to: partner.code, in: transaction)
        else { return }
        try ForwardStore.put(
            Forwarding(partner: partner.code), of: report.number, service: service.code, key: Tokens.make(), at: now, in: transaction)
    }

    /// A body outside that takes this category by Open311: the report is kept here, and goes there.
    func partner(for body: OutsideBody, taking category: String) async throws -> Partner? {
        guard !body.code.isEmpty else { return nil }
        let code = Partner.code(ofBody: body.code)
        guard let partner = try await journal.read({ try PartnerStore.find(code, in: $0) }), partner.service(for: category) != nil else {
            return nil
        }
        return partner
    }

    // MARK: What they say

    /// They have it, under this number of theirs.
    func arrived(_ forward: Forward, as theirs: String) async throws {
        let (tree, now) = (try await shelf.current(), clock.now())
        let (moved, entries) = try await journal.write { [post] transaction -> ([Report], [LogEntry]) in
            guard let known = try ForwardStore.find(forward.number, in: transaction),
                try ForwardStore.setTheirs(
                    theirs, of: forward.number, in: Forward.State.allCases.filter { $0 != .followed && $0 != .ended }, due: now,
                    in: transaction)
            else { return ([], []) }
            // What they said of it before its number was known is asked for again.
            try PartnerStore.hearAgain(from: known.createdAt, of: known.partner, in: transaction)
            guard let report = try ReportStore.find(forward.report, in: transaction) else { return ([], []) }
            var moved = report
            let isTheirs = report.department == forward.partner
            if isTheirs, let next = ReportRules.next(report.state, .assign) { moved.state = next }
            moved = try Reports.told(
                .forwarded, of: moved, from: report, isPublic: isTheirs, ["department": forward.partner, "theirs": theirs], "", tree, now,
                post, in: transaction)
            var drafts: [LogDraft] = []
            if known.sharesContact {
                let body = tree.department(forward.partner)?.title ?? Words(forward.partner, forward.partner)
                let words = Words(
                    "Coordonnées du signalement \(report.reference) transmises, avec l'accord de l'habitant, à : \(body.french)",
                    "Contact of report \(report.reference) sent, as the citizen agreed, to: \(body.english)")
                drafts.append(LogDraft(author: "vigie", trade: "reports", subject: "report:\(report.reference)", text: words))
            }
            return ([moved], try Logbook.append(drafts, in: transaction, at: now))
        }
        outlet.tell(moved, entries)
    }

    /// Counts how it stands there: what has changed is done here, once, in one transaction with what was heard.
    func heard(_ standing: PartnerRules.Standing, of forward: Forward, _ partner: Partner, follow: Span) async throws {
        let (tree, ground, now) = (try await shelf.current(), try await ground.current(), clock.now())
        let moved = try await journal.write { [post] transaction -> [Report] in
            guard let known = try ForwardStore.find(forward.number, in: transaction), known.state == .followed,
                let report = try ReportStore.find(known.report, in: transaction)
            else { return [] }
            let wasOpen = known.status != "closed"
            let endedAt = standing.isOpen ? nil : known.endedAt ?? now
            let due = PartnerRules.nextVisit(isOpen: standing.isOpen, endedAt: endedAt, follow: follow, at: now)
            try ForwardStore.setStanding(standing, of: known.number, endedAt: endedAt, due: due, at: now, in: transaction)
            guard report.department == known.partner else { return [] }
            let title = tree.department(known.partner)?.title ?? Words(known.partner, known.partner)
            // Where they offer updates, those are their words.
            let news = partner.hasUpdates || standing.notes == known.notes ? "" : standing.notes
            let moment = max(now, report.updatedAt)
            var moved = report
            func act(_ act: ReportAct) throws {
                guard ReportRules.next(moved.state, act.sort) != nil else { return }
                moved = try Reports.apply(
                    act, to: moved, .vigie, tree, ground, moment, post, isOfJob: true, partner: known.partner, in: transaction)[0]
            }
            if wasOpen, !standing.isOpen {
                try act(.finish(.word(String(title.french.prefix(200))), text: news))
            } else if !wasOpen, standing.isOpen {
                try act(.reopen(reason: [String(title.french.prefix(200)), news].filter { !$0.isEmpty }.joined(separator: " : ")))
                try act(.assign(department: known.partner, reason: ""))
            } else if !news.isEmpty {
                moved = try Reports.told(
                    .heard, of: report, from: report, isPublic: true, ["department": known.partner], news, tree, moment, post,
                    in: transaction)
            }
            return [moved]
        }
        outlet.tell(moved)
    }

    /// Puts their updates into the histories, each once, and remembers up to when they were asked for.
    func heard(_ updates: [PartnerRules.Update], by partner: Partner, upTo moment: Instant) async throws {
        let before = partner.heardAt
        let (tree, now) = (try await shelf.current(), clock.now())
        let moved = try await journal.write { [post] transaction -> [Report] in
            var moved: [Report] = []
            let known = try ForwardStore.followed(Array(Set(updates.map(\.request))), by: partner.code, in: transaction)
            for update in updates {
                guard let forward = known[update.request], !update.text.isEmpty,
                    let report = try ReportStore.find(forward.report, in: transaction), report.department == partner.code,
                    try ForwardStore.isNews(update, of: partner.code, at: now, in: transaction)
                else { continue }
                moved.append(
                    try Reports.told(
                        .heard, of: report, from: report, isPublic: true, ["department": partner.code], update.text, tree,
                        max(now, report.updatedAt), post, in: transaction))
            }
            try PartnerStore.setHeard(moment, from: before, of: partner.code, in: transaction)
            return moved
        }
        outlet.tell(moved)
    }

    private static func told(
        _ what: ReportEvent.What, of report: Report, from before: Report, isPublic: Bool, _ facts: [String: String], _ text: String,
        _ tree: CategoryTree, _ now: Instant, _ post: CitizenPost?, in transaction: Transaction
    ) throws -> Report {
        var moved = report
        moved.updatedAt = now
        let event = ReportEvent(
            place: 0, at: now, what: what, role: .vigie, isPublic: isPublic, state: moved.state, facts: facts, author: nil, text: text)
        try ReportStore.move(moved, from: before, event, in: transaction)
        try post?.told(moved, event, tree: tree, at: now, in: transaction)
        return moved
    }
}
