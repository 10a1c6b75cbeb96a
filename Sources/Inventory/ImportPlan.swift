// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What an import will do: made from the drafts and from what stands, before anything is written.
struct ImportPlan: Sendable {
    struct Change: Sendable {
        var record: AssetRecord
        var fields: [AssetEvent.Field]
        /// It was removed before, and stands again.
        var isReinstated: Bool
    }
    var additions: [AssetRecord] = []
    var changes: [Change] = []
    var isEmpty: Bool { additions.isEmpty && changes.isEmpty }
}

/// Makes the plan. Pure: existing assets and drafts in, plan and report out.
struct ImportPlanner {
    /// Every asset ever, removed ones too, in the order of their numbers, which have no gaps: the index is the number.
    let existing: [AssetRecord]
    /// Nil where no area was ever imported: communes stay as they are.
    let areas: AreaIndex?
    /// Known kinds; empty: any.
    let kinds: Set<String>
    let defaultKind: String
    let now: Instant

    func plan(_ drafts: [AssetDraft], _ report: inout ImportReport) -> ImportPlan {
        var existingOf: [String: Int] = [:]
        existingOf.reserveCapacity(existing.count)
        for (i, record) in existing.enumerated() { existingOf[record.id.text] = i }
        var tree = ImportTree(drafts: drafts, existing: existing, existingOf: existingOf)
        refuseTwinsAndKinds(&tree)
        tree.resolve()
        return build(&tree, &report)
    }

    /// The second line with an identity is refused, and a line whose kind is unknown or not the one that the asset has.
    private func refuseTwinsAndKinds(_ tree: inout ImportTree) {
        for (i, draft) in tree.drafts.enumerated() {
            if let first = tree.draftOf[draft.id.text] {
                tree.refuse(
                    i, field: "id", value: draft.id.text, reason: "stands already in line \(tree.drafts[first].line)",
                    right: "one line for each identity")
                continue
            }
            let before = tree.existingOf[draft.id.text].map { existing[$0] }
            let kind = draft.kind ?? before?.kind.text ?? defaultKind
            if !kinds.isEmpty && !kinds.contains(kind) {
                tree.refuse(
                    i, field: "kind", value: kind, reason: "is no kind that this installation knows",
                    right: "one of \(kinds.sorted().joined(separator: ", "))")
            } else if let before, before.kind.text != kind {
                tree.refuse(
                    i, field: "kind", value: kind, reason: "this asset is a \(before.kind.text) here",
                    right: "another identity: what has measured as one kind does not become another")
            } else {
                tree.draftOf[draft.id.text] = i
            }
        }
    }

    private func build(_ tree: inout ImportTree, _ report: inout ImportReport) -> ImportPlan {
        var plan = ImportPlan()
        let numbers = tree.numbers(from: existing.count)
        for (i, draft) in tree.drafts.enumerated() {
            if let refused = tree.refused[i] {
                report.set(.refused, line: draft.line, id: draft.id.text)
                report.add(refused)
                continue
            }
            let before = tree.existingOf[draft.id.text].map { existing[$0] }
            var after = merged(draft, before)
            after.number = numbers[i]
            after.supplyParent = tree.parent(\.supply, of: i, numbers)
            after.linkParent = tree.parent(\.link, of: i, numbers)
            settle(&after, draft, &report)
            guard let before else {
                plan.additions.append(after)
                report.set(.accepted, line: draft.line, id: draft.id.text)
                continue
            }
            after.removal = nil
            if after == before {
                report.set(.unchanged, line: draft.line, id: draft.id.text)
            } else {
                plan.changes.append(
                    ImportPlan.Change(record: after, fields: RecordFields.difference(before, after), isReinstated: before.removal != nil))
                report.set(.changed, line: draft.line, id: draft.id.text)
            }
        }
        return plan
    }

    private func merged(_ draft: AssetDraft, _ before: AssetRecord?) -> AssetRecord {
        var record =
            before ?? AssetRecord(id: draft.id, kind: Asset.KindName(draft.kind ?? defaultKind), commissionedAt: draft.commissioned ?? now)
        if let name = draft.name { record.name = name }
        if let address = draft.address { record.address = address }
        record.place = draft.place.over(record.place)
        record.period = draft.period.over(record.period)
        record.ratedPower = draft.power.over(record.ratedPower)
        guard !draft.attributes.isEmpty else { return record }
        var values = record.attributes.isEmpty ? [:] : record.attributes.values
        for (key, value) in draft.attributes { values[key] = value }
        record.attributes = AttributeList(values)
        return record
    }

    /// The commune, from the position; else from the file.
    private func settle(_ record: inout AssetRecord, _ draft: AssetDraft, _ report: inout ImportReport) {
        if let areas, let place = record.place {
            record.commune = areas.commune(at: place)
            if record.commune == .outside {
                report.addOutside(line: draft.line, id: record.id.text, value: "\(place.longitude) \(place.latitude)")
            }
        } else if let commune = draft.commune, commune.utf8.count == 5 {
            record.commune = Commune(insee: commune)
        }
    }
}
