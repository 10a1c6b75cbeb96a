// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The parents of what a file brings together with what stands: found by identity in any order, cycles refused. A node is an
/// existing asset (its index) or a new one (`existing.count` + index of its draft); -1 is none.
struct ImportTree {
    struct Parents {
        var supply: [Int32]
        var link: [Int32]
    }

    let drafts: [AssetDraft]
    let existing: [AssetRecord]
    let existingOf: [String: Int]
    /// By identity, the draft that stands for it.
    var draftOf: [String: Int] = [:]
    /// By draft: why not.
    private(set) var refused: [ImportReport.Note?]
    private var parents = Parents(supply: [], link: [])

    init(drafts: [AssetDraft], existing: [AssetRecord], existingOf: [String: Int]) {
        (self.drafts, self.existing, self.existingOf) = (drafts, existing, existingOf)
        refused = [ImportReport.Note?](repeating: nil, count: drafts.count)
        draftOf.reserveCapacity(drafts.count)
    }

    mutating func refuse(_ draft: Int, field: String, value: String, reason: String, right: String) {
        let (line, id) = (drafts[draft].line, drafts[draft].id.text)
        if draftOf[id] == draft { draftOf[id] = nil }
        refused[draft] = ImportReport.Note(
            line: Int(line), id: id, isRefusal: true, field: field, value: value, reason: reason, right: right)
    }

    /// Refuses until nothing more is wrong: whoever names a parent that is refused loses it too.
    mutating func resolve() {
        repeat {
            parents = Parents(supply: standing(\.supplyParent), link: standing(\.linkParent))
            var isRight = true
            for i in drafts.indices where refused[i] == nil {
                isRight = attach(i, drafts[i].supplyParent, "supply_parent", \.supply) && isRight
                guard refused[i] == nil else { continue }
                isRight = attach(i, drafts[i].linkParent, "link_parent", \.link) && isRight
            }
            if isRight && refuseCycles(\.supply, "supply_parent") && refuseCycles(\.link, "link_parent") { return }
        } while true
    }

    private func node(_ draft: Int) -> Int { existingOf[drafts[draft].id.text] ?? existing.count + draft }

    /// The parents of all nodes before the file speaks.
    private func standing(_ path: KeyPath<AssetRecord, Asset.Number>) -> [Int32] {
        var parents = [Int32](repeating: -1, count: existing.count + drafts.count)
        for (i, record) in existing.enumerated() where record[keyPath: path] != .none { parents[i] = Int32(record[keyPath: path].value) }
        return parents
    }

    /// Sets the parent of a draft; false where it was refused.
    private mutating func attach(
        _ draft: Int, _ said: AssetDraft.Said<String>, _ field: String, _ path: WritableKeyPath<Parents, [Int32]>
    ) -> Bool {
        switch said {
        case .nothing: return true
        case .empty: parents[keyPath: path][node(draft)] = -1
        case .value(let id):
            if let parent = draftOf[id] {
                parents[keyPath: path][node(draft)] = Int32(node(parent))
            } else if let parent = existingOf[id], existing[parent].removal == nil {
                parents[keyPath: path][node(draft)] = Int32(parent)
            } else {
                let isRemoved = existingOf[id] != nil
                refuse(
                    draft, field: field, value: id,
                    reason: isRemoved ? "its parent was removed" : "its parent is neither in the inventory nor taken from this file",
                    right: "the identity of an asset that stands, or nothing")
                return false
            }
        }
        return true
    }

    /// Refuses every draft that lies on a cycle; true where there was none. A draft on a cycle always exists: what stands has none.
    private mutating func refuseCycles(_ path: KeyPath<Parents, [Int32]>, _ field: String) -> Bool {
        let parents = parents[keyPath: path]
        var visit = [Int32](repeating: -1, count: parents.count)
        var onCycle = Set<Int>()
        for start in drafts.indices where refused[start] == nil {
            var at = node(start)
            while at >= 0, visit[at] == -1 {
                visit[at] = Int32(start)
                at = Int(parents[at])
            }
            guard at >= 0, visit[at] == Int32(start) else { continue }
            let first = at
            repeat {
                onCycle.insert(at)
                at = Int(parents[at])
            } while at != first
        }
        for draft in drafts.indices where refused[draft] == nil && onCycle.contains(node(draft)) {
            let parent = Int(parents[node(draft)])
            let name = parent < existing.count ? existing[parent].id.text : drafts[parent - existing.count].id.text
            refuse(draft, field: field, value: name, reason: "it would hang below itself, in a circle", right: "parents that end at a root")
        }
        return onCycle.isEmpty
    }

    /// By draft: its number, new ones from `next` in the order of the file.
    func numbers(from next: Int) -> [Asset.Number] {
        var next = next
        return drafts.indices.map { i in
            guard refused[i] == nil else { return .none }
            if let index = existingOf[drafts[i].id.text] { return existing[index].number }
            next += 1
            return Asset.Number(UInt32(truncatingIfNeeded: next - 1))
        }
    }

    func parent(_ path: KeyPath<Parents, [Int32]>, of draft: Int, _ numbers: [Asset.Number]) -> Asset.Number {
        let parent = Int(parents[keyPath: path][node(draft)])
        if parent < 0 { return .none }
        return parent < existing.count ? existing[parent].number : numbers[parent - existing.count]
    }
}
