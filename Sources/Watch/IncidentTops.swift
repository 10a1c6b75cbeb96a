// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The highest nodes of one tree that are out below the virtual root, and the storm that stands while they are too many: not
/// over the whole city, but over the few nodes below which all of them lie.
struct IncidentTops {
    /// Since when each is out.
    private(set) var since: [Int: Instant] = [:]
    private(set) var isStorm = false
    /// While a storm stands: the nodes that stand for what lies below them, ascending. The virtual root alone is the whole city.
    private(set) var stormRoots: [Int] = []
    /// By node: highest nodes at it and below; child nodes that have any.
    private var below: ContiguousArray<UInt32>
    private var busy: ContiguousArray<UInt32>

    init(_ tree: Topology.Tree) {
        below = ContiguousArray(repeating: 0, count: tree.nodeCount)
        busy = below
    }

    mutating func add(_ tree: Topology.Tree, _ node: Int, at now: Instant) {
        guard since.updateValue(since[node] ?? now, forKey: node) == nil else { return }
        count(tree, node, by: 1)
    }

    mutating func remove(_ tree: Topology.Tree, _ node: Int) {
        if since.removeValue(forKey: node) != nil { count(tree, node, by: -1) }
    }

    private mutating func count(_ tree: Topology.Tree, _ node: Int, by step: Int) {
        var node = node
        while true {
            let before = below[node]
            below[node] = UInt32(Int(before) + step)
            guard node != tree.root else { return }
            let parent = tree.parent(ofNode: node)
            if (before == 0) != (below[node] == 0) { busy[parent] = UInt32(Int(busy[parent]) + step) }
            node = parent
        }
    }

    // MARK: the storm

    /// Does the count of highest nodes begin or end a storm, or move it? The nodes at and below which alarms now stand elsewhere.
    mutating func judgeStorm(_ tree: Topology.Tree, at now: Instant, _ policy: AlarmPolicy) -> [Int] {
        let isNow: Bool
        if isStorm {
            isNow = since.count > policy.calmNodes
        } else {
            guard since.count > policy.stormNodes else { return [] }
            isNow = since.values.reduce(0) { now - $1 <= policy.stormWindow ? $0 + 1 : $0 } > policy.stormNodes
        }
        return setStorm(tree, isNow, policy)
    }

    @discardableResult
    mutating func setStorm(_ tree: Topology.Tree, _ isNow: Bool, _ policy: AlarmPolicy) -> [Int] {
        let before = stormRoots
        isStorm = isNow
        stormRoots = isNow ? fewest(tree, policy) : []
        guard before != stormRoots else { return [] }
        return before.filter { !stormRoots.contains($0) } + stormRoots.filter { !before.contains($0) }
    }

    /// The lowest node above all of them; where they lie below a few of its many child nodes, the lowest nodes in each of those.
    private func fewest(_ tree: Topology.Tree, _ policy: AlarmPolicy) -> [Int] {
        let common = lowest(tree, tree.root)
        let few = Int(busy[common])
        guard few > 1, few <= policy.calmNodes, few * 2 <= tree.inner(ofNode: common).count else { return [common] }
        return tree.inner(ofNode: common).filter { below[Int($0)] > 0 }.map { lowest(tree, Int($0)) }.sorted()
    }

    private func lowest(_ tree: Topology.Tree, _ node: Int) -> Int {
        var node = node
        while since[node] == nil, busy[node] == 1, let next = tree.inner(ofNode: node).first(where: { below[Int($0)] > 0 }) {
            node = Int(next)
        }
        return node
    }

    /// The node under which a storm lets an alarm stand that `node` explains.
    func lifted(_ tree: Topology.Tree, _ node: Int) -> Int {
        guard isStorm else { return node }
        var node = node
        while node != tree.root, !stormRoots.contains(node) { node = tree.parent(ofNode: node) }
        return node
    }
}
