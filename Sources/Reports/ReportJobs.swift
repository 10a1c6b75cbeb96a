// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Watch

/// The crews' work for reports: asked for when a report is given to a department that has crews, followed by its news.
extension Reports {
    /// What an act asks of the crews' desk; nil for nothing.
    static func wish(_ act: ReportAct.Sort) -> ReportJobStore.Wish? {
        switch act {
        case .assign: .ask
        case .qualify, .forward, .reject, .duplicate, .finish, .close: .withdraw
        case .start, .reopen, .contest, .confirm, .answer, .note, .promise, .release: nil
        }
    }

    /// Asks for what is wished and counts what is new, until nothing is left. Called again and again by the house; a call that fails half way
    /// is made good by the next.
    package func followJobs() async throws {
        guard let jobs else { return }
        let failure = try await grantWishes(jobs)
        while true {
            let heard = try await journal.read { try ReportJobStore.heard(in: $0) }
            let news = try await jobs.news(after: heard, limit: 200)
            if news.isEmpty { break }
            try await hear(news)
        }
        if let failure { throw failure }
    }

    /// - Returns: why one of them waits on; one that cannot be kept now does not hold up the others.
    private func grantWishes(_ jobs: any JobDesk) async throws -> (any Error)? {
        var failure: (any Error)?
        var last: ReportJobStore.Wished?
        while true {
            let page = try await journal.read { [last] in try ReportJobStore.wishes(after: last, limit: Reports.page, in: $0) }
            for (number, wish, at) in page {
                do {
                    try await grant(wish, number, jobs)
                    try await journal.write { try ReportJobStore.granted(number, wish, at: at, in: $0) }
                } catch { failure = error }
            }
            guard page.count == Reports.page else { return failure }
            last = page.last
        }
    }

    private static let overtaken = "la demande a été traitée autrement"

    private func grant(_ wish: ReportJobStore.Wish, _ number: Report.Number, _ jobs: any JobDesk) async throws {
        guard let report = try await report(number) else { return }
        let source = JobSource.report(number.value)
        let open = try await jobs.jobs(of: source).first { $0.state.isOpen }
        guard wish == .ask, report.state == .assigned || report.state == .started else {
            // A wish that things have overtaken: what is open is called off, unless the report is being worked on.
            if wish == .withdraw, open != nil, report.state != .assigned, report.state != .started {
                try await jobs.withdraw(source, because: Reports.overtaken, by: "vigie")
            }
            return
        }
        if let open, open.department != report.department { try await jobs.withdraw(source, because: Reports.overtaken, by: "vigie") }
        guard try await jobs.works(for: report.department) else { return }
        let (tree, ground) = (try await shelf.current(), try await ground.current())
        let shown = ground.forCrews(report)
        let need = JobNeed(
            source: source, department: report.department, category: report.category, title: tree.title(report.category),
            details: shown.description, place: report.place,
            address: shown.address.isEmpty && report.place == nil ? report.address : shown.address, commune: report.commune,
            asset: report.asset, urgency: report.urgency, promisedAt: report.promisedAt)
        _ = try await jobs.ask(need, by: "vigie")
    }

    /// Counts news in their order: each in one transaction with its position, so that each counts once.
    func hear(_ news: [JobNews]) async throws {
        let (tree, ground, now) = (try await shelf.current(), try await ground.current(), clock.now())
        for one in news {
            let moved = try await journal.write { [post] transaction -> [Report] in
                guard one.position > (try ReportJobStore.heard(in: transaction)) else { return [] }
                try ReportJobStore.setHeard(one.position, in: transaction)
                try post?.tellStreets(one, at: now, in: transaction)
                guard case .report(let value) = one.job.source,
                    let report = try ReportStore.find(Report.Number(value), in: transaction)
                else { return [] }
                return try Reports.apply(one, to: report, tree, ground, now, post, in: transaction)
            }
            outlet.tell(moved)
        }
    }

    private static func apply(
        _ news: JobNews, to report: Report, _ tree: CategoryTree, _ ground: Ground, _ now: Instant, _ post: CitizenPost?,
        in transaction: Transaction
    ) throws -> [Report] {
        let before = try ReportJobStore.standing(of: report.number, in: transaction)
        let after = ReportJobStore.Standing(job: news.job.number, state: news.job.state, expectedAt: news.job.expectedAt)
        try ReportJobStore.set(after, of: report.number, in: transaction)
        var (moved, now) = (report, now)
        now = max(now, report.updatedAt)
        func act(_ act: ReportAct) throws {
            guard ReportRules.next(moved.state, act.sort) != nil else { return }
            do {
                moved = try apply(act, to: moved, .vigie, tree, ground, now, post, isOfJob: true, in: transaction)[0]
            } catch is ReportFault {
                // What does not fit here must not keep later news waiting: the desk is told and does it by hand. `apply` refuses before it writes.
                try tell(.noted, isPublic: false, ["job": String(after.job), "unheard": act.sort.rawValue])
            }
        }
        func tell(
            _ what: ReportEvent.What, isPublic: Bool = true, to state: Report.State? = nil, _ facts: [String: String] = [:],
            _ text: String = ""
        ) throws {
            let before = moved
            (moved.updatedAt, moved.state) = (now, state ?? moved.state)
            let event = ReportEvent(
                place: 0, at: now, what: what, role: .vigie, isPublic: isPublic, state: moved.state, facts: facts, author: nil, text: text)
            try ReportStore.move(moved, from: before, event, in: transaction)
            try post?.told(moved, event, tree: tree, at: now, in: transaction)
        }
        let isNew = before?.job != after.job || before?.state != after.state
        switch news.job.state {
        case .started where isNew: try act(.start)
        case .done where isNew:
            let proof: Report.Proof = if case .word(let name) = news.proof { .word(name.isEmpty ? "—" : name) } else { .photos }
            try act(.finish(proof, text: ""))
        case .blocked where isNew && report.isOpen: try tell(.blocked, ["job": String(after.job)], news.because)
        case .cancelled where isNew && (report.state == .assigned || report.state == .started):
            try tell(.noted, isPublic: false, ["job": String(after.job)], news.because)
            // The crew will not come: whoever reads the new reports must give it away again. What this desk called off itself is not meant.
            if news.because != overtaken, news.job.department == report.department {
                try tell(.qualified, to: .qualified, ["again": String(after.job)])
            }
        case .wanted where before?.job == after.job && before?.state == .done:
            // The crew's work did not hold.
            try act(.reopen(reason: news.because.isEmpty ? "—" : news.because))
            try act(.assign(department: news.job.department, reason: ""))
        default: break
        }
        if moved.isOpen, news.job.state.isOpen, let expected = after.expectedAt, isAnother(before?.expectedAt, expected) {
            var facts = ["expected": String(expected.milliseconds)]
            if before?.expectedAt == nil { facts["first"] = "yes" }
            try tell(.expected, facts)
        }
        return [moved]
    }

    /// An hour more or less is no news to a citizen.
    private static func isAnother(_ before: Instant?, _ after: Instant) -> Bool {
        guard let before else { return true }
        return abs((after - before).milliseconds) >= Span.hours(12).milliseconds
    }
}
