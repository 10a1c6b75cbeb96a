// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal
import Post

/// A promise in danger is told before it is broken.
extension Reports {
    /// Writes each step by which a promise comes into danger into the history of its report, once, and puts a mail to its department into the
    /// outbox where that has an address. Called every few minutes; after a kill at any instant nothing is told twice.
    /// - Returns: how many steps were told.
    @discardableResult
    package func escalate() async throws -> Int {
        let (tree, now) = (try await shelf.current(), clock.now())
        try await journal.write { try ReportRiskStore.settle(at: now, in: $0) }
        var told = 0
        for step in ReportRiskStore.Step.allCases {
            var last = Report.Number(0)
            while true {
                let (count, end) = try await journal.write { [last, post] transaction -> (Int, Report.Number?) in
                    let due = try ReportRiskStore.due(step, after: last, limit: Reports.page, at: now, in: transaction)
                    var count = 0
                    for report in due {
                        guard try ReportRiskStore.stand(step, report, at: now, in: transaction) else { continue }
                        try Reports.escalate(report, step, tree, post, at: now, in: transaction)
                        count += 1
                    }
                    return (count, due.count == Reports.page ? due.last?.number : nil)
                }
                told += count
                guard let end else { break }
                last = end
            }
        }
        return told
    }

    private static func escalate(
        _ report: Report, _ step: ReportRiskStore.Step, _ tree: CategoryTree, _ post: CitizenPost?, at now: Instant,
        in transaction: Transaction
    ) throws {
        let expected = try ReportJobStore.standing(of: report.number, in: transaction)?.expectedAt
        var facts = ["risk": step.rawValue]
        if step == .expected, let expected { facts["expected"] = String(expected.milliseconds) }
        let event = ReportEvent(
            place: 0, at: now, what: .escalated, role: .vigie, isPublic: false, state: report.state, facts: facts, author: nil, text: "")
        try ReportStore.append(event, to: report.number, in: transaction)
        guard let address = tree.department(report.department)?.email else { return }
        try post?.warn(address, of: report, step, expected: step == .expected ? expected : nil, tree, at: now, in: transaction)
    }
}

extension CitizenPost {
    /// A mail to a department: one of its promises is in danger. It says nothing that somebody typed.
    func warn(
        _ address: String, of report: Report, _ step: ReportRiskStore.Step, expected: Instant?, _ tree: CategoryTree, at now: Instant,
        in transaction: Transaction
    ) throws {
        guard sendsMail, MailAddress.isAddress(address) else { return }
        let what = tree.title(report.category)
        func lines(_ language: Language) -> String {
            let audience = Audience(language, zone: zone)
            let promised = audience.date(report.promisedAt)
            let why =
                expected.map {
                    Words("L'intervention est prévue pour le \(audience.date($0)).", "The job is expected on \(audience.date($0)).")
                }
                ?? Words(
                    "Quatre cinquièmes du délai sont passés et rien n'a commencé.", "Four fifths of the time are gone and nobody has begun."
                )
            return Words(
                "La demande \(report.reference) (\(what.french)) est promise pour le \(promised). \(why.french)",
                "Request \(report.reference) (\(what.english)) is promised for \(promised). \(why.english)")(language)
        }
        let draft = MailDraft(
            from: from, to: address, subject: "Promesse en danger : \(report.reference) · \(tree[report.category]?.title.french ?? "")",
            messageID: "<risk.\(report.number.value).\(step.rawValue).\(report.promisedAt.milliseconds)@\(from.domain)>", at: now,
            text: lines(.french) + "\n\n" + lines(.english) + "\n\n\(publicURL)/console/reports/\(report.reference)\n", mark: mark)
        try OutboxStore.put(
            .init(way: .mail, topic: "risk:\(report.number.value)", sender: from.address, recipient: address, body: draft.bytes), at: now,
            in: transaction)
        ring(transaction)
    }
}
