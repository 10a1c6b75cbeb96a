// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal
import Watch

/// A device's alarm as a channel: where the city's categories say so, an alarm that has stood long enough makes the same report as a citizen would.
extension Reports {
    /// Makes a report of each alarm for which a category has a rule, unless one about the same asset is open: that one is told of it instead.
    /// Called every minute; the same alarm counts once, and a call that fails half way is made good by the next.
    /// - Returns: how many reports were made.
    /// - Throws: the first `ReportFault` of an alarm of which none could be made, after all others: it is tried again.
    @discardableResult
    package func reportAlarms() async throws -> Int {
        let tree = try await shelf.current()
        let rules = tree.alarmRules
        guard !rules.isEmpty else { return 0 }
        var (count, last, fault) = (0, Int64(0), ReportFault?.none)
        while true {
            let page = try await journal.read { [last] in
                try ReportAlarmStore.standing(of: rules.keys.sorted(), after: last, limit: Reports.page, in: $0)
            }
            for alarm in page {
                guard let rule = rules[alarm.kind]?[alarm.condition], clock.now() - alarm.raisedAt >= rule.after else { continue }
                do { if try await take(up: alarm, in: rule.category, tree) { count += 1 } } catch let one as ReportFault {
                    fault = fault ?? one
                }
            }
            guard page.count == Reports.page, let end = page.last?.number else { break }
            last = end
        }
        try await joinToAlarms()
        if let fault { throw fault }
        return count
    }

    /// What a device or a camera says of an asset, by the API: a report, unless one about the same asset is open; then a note on that one, once
    /// for each key.
    /// - Returns: without a token where the report is somebody else's.
    func take(ofDevice draft: ReportDraft) async throws -> ReportReceipt {
        let (tree, now) = (try await shelf.current(), clock.now())
        let known = try await journal.write { transaction -> Report? in
            guard let asset = draft.asset else { return nil }
            if !draft.key.isEmpty, try ReportStore.find(follow: Tokens.hash(Reports.token(draft.key)), in: transaction) != nil {
                return nil
            }
            guard var report = try Reports.open(about: asset, like: draft.category, tree, in: transaction) else { return nil }
            let mark = String(try ReportLinkStore.key(for: Array("device \(draft.key)".utf8), in: transaction).prefix(32))
            let again = try ReportStore.events(of: report.number, in: transaction).contains { $0.facts["device"] == mark }
            if again, !draft.key.isEmpty { return report }
            let before = report
            report.updatedAt = max(now, report.updatedAt)
            let event = ReportEvent(
                place: 0, at: now, what: .noted, role: .staff, isPublic: false, state: report.state, facts: ["device": mark],
                author: draft.author, text: try Reports.text(draft.description, mayBeEmpty: true))
            try ReportStore.move(report, from: before, event, in: transaction)
            return report
        }
        guard let known else { return try await create(draft) }
        outlet.tell([known])
        return ReportReceipt(report: known, token: "", isNew: false)
    }

    /// The open report about an asset that is nearest to a category: of that one, else of its branch.
    private static func open(
        about asset: Asset.Number, like category: String, _ tree: CategoryTree, in transaction: Transaction
    ) throws -> Report? {
        let open = try ReportStore.open(about: asset, in: transaction)
        let branch = tree.branch(of: category)
        return open.first { $0.category == category } ?? open.first { $0.branch == branch }
    }

    /// - Returns: whether it made a report.
    private func take(up alarm: ReportAlarmStore.Standing, in category: String, _ tree: CategoryTree) async throws -> Bool {
        let now = clock.now()
        let (known, key) = try await journal.write { transaction -> (Report?, String) in
            let known = try Reports.open(about: alarm.asset, like: category, tree, in: transaction)
            if let known,
                try ReportStore.events(of: known.number, in: transaction).contains(where: { $0.facts["alarm"] == String(alarm.number) })
            {
                // It made this report, and the process ended before that was written down.
                try ReportAlarmStore.taken(alarm.number, by: known.number, at: now, in: transaction)
            } else if var report = known {
                let before = report
                report.updatedAt = max(now, report.updatedAt)
                let event = ReportEvent(
                    place: 0, at: now, what: .noted, role: .vigie, isPublic: false, state: report.state,
                    facts: ["alarm": String(alarm.number)], author: nil, text: "")
                try ReportStore.move(report, from: before, event, in: transaction)
                try ReportAlarmStore.taken(alarm.number, by: report.number, at: now, in: transaction)
            }
            return (known, try ReportLinkStore.key(for: Array("alarm \(alarm.number)".utf8), in: transaction))
        }
        if let known {
            outlet.tell([known])
            return false
        }
        guard let draft = await draft(of: alarm, in: category, key) else { return false }
        let made: ReportReceipt?
        // Where the place is somebody else's, no report is made of it.
        do { made = try await create(draft) } catch ReportFault.elsewhere { made = nil }
        try await journal.write { try ReportAlarmStore.taken(alarm.number, by: made?.report.number, at: now, in: $0) }
        return made?.isNew == true
    }

    /// - Returns: nil while the asset is not known.
    private func draft(of alarm: ReportAlarmStore.Standing, in category: String, _ key: String) async -> ReportDraft? {
        guard let view = await asset(alarm.asset) else { return nil }
        let title = view.kind.conditions.first { $0.key == alarm.condition }?.title ?? Words(alarm.condition, alarm.condition)
        var draft = ReportDraft(
            key: key, category: category, place: view.place, asset: alarm.asset, description: title.french, channel: .alarm)
        draft.facts = ["alarm": String(alarm.number)]
        return draft
    }

    /// Whoever reports the same lamp afterwards and says nothing else follows the report of the alarm. With words or a photo it stays by itself
    /// until somebody has looked: they may tell of a danger.
    private func joinToAlarms() async throws {
        var last = Report.Number(0)
        while true {
            let page = try await journal.read { [last] in try ReportAlarmStore.doubles(after: last, limit: Reports.page, in: $0) }
            for (number, of) in page {
                do { try await act(.duplicate(of: of), on: number, by: .vigie) } catch is ReportFault {
                    // Somebody did something with one of them meanwhile.
                }
            }
            guard page.count == Reports.page, let end = page.last?.0 else { return }
            last = end
        }
    }
}
