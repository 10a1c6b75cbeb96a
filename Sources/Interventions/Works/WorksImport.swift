// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// Brings a list of works in: what it would do, doing it, and taking it back. The number that the source gives makes it repeatable: the same
/// list again changes nothing, and what the room moved by hand stays moved until the source itself says something new of it.
package enum WorksImport {
    package struct Row: Sendable, Hashable {
        package enum Outcome: String, Sendable, Hashable { case made, changed, same }
        package var line: Int
        package var outcome: Outcome
        package var works: StreetWorks
        /// What it was before; nil for new ones.
        package var before: StreetWorks?
        var imported: [String: String]
    }

    package struct Outcome: Sendable {
        package var number: Int64?
        package var rows: [Row]
        package var faults: [WorksFile.Fault]
        package func count(_ outcome: Row.Outcome) -> Int { rows.count { $0.outcome == outcome } }
    }

    /// A name for whose list it is: 1 to 40 of letters, digits, '-' and '_'.
    package static func isSource(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 }
    }

    package static let sourceFault = JobFault.Field(
        "source", Words("De 1 à 40 lettres sans accent, chiffres, '-' ou '_' : grdf.", "1 to 40 of letters, digits, '-' or '_': grdf."))

    /// What drafts would do to what stands now.
    static func plan(_ drafts: [WorksFile.Draft], source: String, in transaction: Transaction) throws -> (
        rows: [Row], faults: [WorksFile.Fault]
    ) {
        let known = try WorksStore.of(source: source, in: transaction)
        var (rows, faults): ([Row], [WorksFile.Fault]) = ([], [])
        for draft in drafts {
            let row: Row
            if let (before, imported) = known[draft.reference] {
                var incoming = draft.facts
                if imported.isEmpty, incoming["cancelled"] == nil { incoming["cancelled"] = "" }
                let news = incoming.filter { imported[$0.key] != $0.value }
                let works = before.with(news)
                row = Row(
                    line: draft.line, outcome: before.changes(to: works).isEmpty ? .same : .changed, works: works, before: before,
                    imported: imported.merging(incoming) { $1 })
            } else {
                var works = StreetWorks(number: 0, street: "", commune: .outside, title: "", sort: .other, body: source, from: 0, to: 0)
                works = works.with(draft.facts)
                (works.source, works.reference) = (source, draft.reference)
                row = Row(line: draft.line, outcome: .made, works: works, before: nil, imported: draft.facts)
            }
            let wrong = WorksRules.faults(row.works)
            if wrong.isEmpty {
                rows.append(row)
            } else {
                faults += wrong.map {
                    WorksFile.Fault(
                        line: draft.line, field: $0.name,
                        what: Words("avec ce qui a été changé ici", "together with what was changed here"), right: $0.message)
                }
            }
        }
        return (rows, faults)
    }

    /// Reads what it would do, and keeps nothing but the list, for somebody to agree to.
    package static func propose(
        _ file: WorksFile, name: String, source: String, at now: Instant, in transaction: Transaction
    ) throws -> Outcome {
        guard isSource(source) else { throw JobFault.fields([sourceFault]) }
        let planned = try plan(file.drafts, source: source, in: transaction)
        try WorksStore.dropProposals(before: now - .days(1), in: transaction)
        let faults = Array((file.faults + planned.faults).prefix(mostFaults))
        var outcome = Outcome(number: nil, rows: planned.rows, faults: faults)
        outcome.number = try WorksStore.add(
            WorksStore.Brought(
                number: 0, at: now, file: String(name.prefix(200)), source: source, state: .proposed, drafts: try json(file.drafts),
                faults: try json(faults), made: outcome.count(.made), changed: outcome.count(.changed), same: outcome.count(.same)),
            in: transaction)
        return outcome
    }

    package static let mostFaults = 1_000

    /// A proposal as it stands now: against what somebody may have changed since.
    static func look(_ number: Int64, in transaction: Transaction) throws -> (brought: WorksStore.Brought, outcome: Outcome)? {
        guard let brought = try WorksStore.brought(number, in: transaction) else { return nil }
        let faults = try JSONDecoder().decode([WorksFile.Fault].self, from: Data(brought.faults.utf8))
        guard brought.state == .proposed else { return (brought, Outcome(number: number, rows: [], faults: faults)) }
        let drafts = try JSONDecoder().decode([WorksFile.Draft].self, from: Data(brought.drafts.utf8))
        let planned = try plan(drafts, source: brought.source, in: transaction)
        let known = Set(faults)
        return (brought, Outcome(number: number, rows: planned.rows, faults: faults + planned.faults.filter { !known.contains($0) }))
    }

    /// Writes what a list that was proposed says.
    /// - Throws: `JobFault.unknown` where it is none, or was agreed to already.
    package static func accept(
        _ number: Int64, by login: String, at now: Instant, in transaction: Transaction
    ) throws -> (outcome: Outcome, entries: [LogEntry]) {
        guard let (brought, outcome) = try look(number, in: transaction), brought.state == .proposed else { throw JobFault.unknown }
        for row in outcome.rows {
            let hand = WorksStore.Hand(login: login, importNumber: number, imported: row.imported, at: now)
            if row.outcome == .made {
                _ = try WorksStore.add(row.works, hand, in: transaction)
            } else {
                let what: WorksStore.What =
                    row.works.isCancelled == row.before?.isCancelled ? .changed : row.works.isCancelled ? .cancelled : .restored
                _ = try WorksStore.change(row.works, what, hand, in: transaction)
            }
        }
        var done = brought
        (done.at, done.state, done.drafts) = (now, .taken, "[]")
        (done.made, done.changed, done.same) = (outcome.count(.made), outcome.count(.changed), outcome.count(.same))
        try WorksStore.set(done, in: transaction)
        let words = Words(
            "Travaux importés de \(brought.file) (\(brought.source)), import \(number) : \(done.made) nouveaux, \(done.changed) modifiés",
            "Works imported from \(brought.file) (\(brought.source)), import \(number): \(done.made) new, \(done.changed) changed")
        return (outcome, try Logbook.append([LogDraft(author: login, trade: "jobs", text: words)], in: transaction, at: now))
    }

    /// Takes an import back: what it made is called off, what it changed is as before; what somebody has changed since keeps what it has.
    package static func undo(
        _ number: Int64, by login: String, at now: Instant, in transaction: Transaction
    ) throws -> (undone: Int, kept: Int, entries: [LogEntry]) {
        guard var brought = try WorksStore.brought(number, in: transaction), brought.state == .taken else { throw JobFault.unknown }
        var (undone, kept) = (0, 0)
        for step in try WorksStore.steps(of: number, in: transaction) {
            guard let works = try WorksStore.find(step.works, in: transaction), works.version == step.step else {
                kept += 1
                continue
            }
            var back = works.with(step.before)
            if step.what == .made { back.isCancelled = true }
            let hand = WorksStore.Hand(login: login, importNumber: number, imported: step.wasImported, at: now)
            if try WorksStore.change(back, .undone, hand, in: transaction) { undone += 1 } else { kept += 1 }
        }
        brought.state = .undone
        try WorksStore.set(brought, in: transaction)
        let words = Words(
            "Import de travaux \(number) défait : \(undone) remis comme avant, \(kept) changés depuis et laissés",
            "Import of works \(number) undone: \(undone) put back, \(kept) changed since and left")
        return (undone, kept, try Logbook.append([LogDraft(author: login, trade: "jobs", text: words)], in: transaction, at: now))
    }

    private static func json(_ values: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(values), as: UTF8.self)
    }
}
