// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// How much is out below each node of one tree: counted as alarms come and go, one step a level.
struct IncidentTree {
    /// By node: leaves below that are out.
    private(set) var out: ContiguousArray<UInt32>
    /// By node: active alarms that count in this tree, at the node and below.
    private(set) var alarms: ContiguousArray<UInt32>
    /// By node: conditions by which it says of itself that it is out.
    private(set) var own: ContiguousArray<UInt16>
    /// By node: does it count as out because so many leaves are?
    private(set) var isOutByCount: ContiguousArray<Bool>
    /// Too many nodes are out at once: those stand under the virtual root.
    private(set) var isStorm = false
    /// The highest nodes that are out below the virtual root, and since when.
    private(set) var tops: [Int: Instant] = [:]

    init(_ tree: Topology.Tree) {
        out = ContiguousArray(repeating: 0, count: tree.nodeCount)
        alarms = out
        own = ContiguousArray(repeating: 0, count: tree.nodeCount)
        isOutByCount = ContiguousArray(repeating: false, count: tree.nodeCount)
    }

    @inline(__always)
    func isOut(_ node: Int) -> Bool { own[node] > 0 || isOutByCount[node] }

    /// What an alarm changed: the highest node whose being out, or whose own word, changed; the root apart.
    struct Shift {
        var node = -1
        var root = false
        var isNothing: Bool { node < 0 && !root }
    }

    /// One alarm that counts in this tree came (`by` 1) or went (-1).
    /// - Parameters:
    ///   - changesLeaf: the asset is a leaf and was not out before, or is no longer.
    ///   - isOwnWord: the asset is a node and says of itself that it is out.
    mutating func count(
        _ tree: Topology.Tree, asset: Asset.Number, selfNode: Int?, by step: Int, changesLeaf: Bool, isOwnWord: Bool, policy: AlarmPolicy
    ) -> Shift {
        var shift = Shift()
        if let selfNode {
            alarms[selfNode] = UInt32(Int(alarms[selfNode]) + step)
            if isOwnWord {
                own[selfNode] = UInt16(Int(own[selfNode]) + step)
                if own[selfNode] == (step > 0 ? 1 : 0) { shift.node = selfNode }
            }
        }
        var node = tree.parentNode(of: asset)
        while true {
            alarms[node] = UInt32(Int(alarms[node]) + step)
            if changesLeaf {
                out[node] = UInt32(Int(out[node]) + step)
                if judge(tree, node, policy) {
                    if node == tree.root { shift.root = true } else { shift.node = node }
                }
            }
            if node == tree.root { return shift }
            node = tree.parent(ofNode: node)
        }
    }

    /// Judges one node by its counts, with hysteresis; true where that changed anything.
    private mutating func judge(_ tree: Topology.Tree, _ node: Int, _ policy: AlarmPolicy) -> Bool {
        let (gone, all) = (Int(out[node]), tree.leafCount(ofNode: node))
        let isNow = isOutByCount[node]
            ? gone > 0 && gone * 100 >= policy.backPercent * all
            : gone >= policy.outLeaves && gone * 100 >= policy.outPercent * all
        guard isNow != isOutByCount[node] else { return false }
        isOutByCount[node] = isNow
        return true
    }

    /// After a load or a new inventory: a node that stood as out still does where its count would let it stand.
    mutating func keepOut(_ tree: Topology.Tree, _ node: Int, _ policy: AlarmPolicy) {
        let (gone, all) = (Int(out[node]), tree.leafCount(ofNode: node))
        if gone > 0 && gone * 100 >= policy.backPercent * all { isOutByCount[node] = true }
    }

    mutating func keepStorm() { isStorm = true }

    /// Keeps `tops` right after a shift. Only the subtree of a highest node is walked, and of it only where alarms are.
    mutating func settleTops(_ tree: Topology.Tree, _ node: Int, at now: Instant) {
        var above = tree.parent(ofNode: node)
        while above != tree.root {
            if isOut(above) { return }
            above = tree.parent(ofNode: above)
        }
        if isOut(node) {
            // Several levels may have gone out at once: whatever stood below, however deep, stands no longer.
            if !tree.inner(ofNode: node).isEmpty {
                for top in tops.keys where top != node && isBelow(tree, top, node) { tops[top] = nil }
            }
            if tops[node] == nil { tops[node] = now }
        } else {
            tops[node] = nil
            for below in outBelow(tree, node) where tops[below] == nil { tops[below] = now }
        }
    }

    private func isBelow(_ tree: Topology.Tree, _ node: Int, _ ancestor: Int) -> Bool {
        var above = tree.parent(ofNode: node)
        while above != tree.root {
            if above == ancestor { return true }
            above = tree.parent(ofNode: above)
        }
        return false
    }

    /// After a load or a new inventory: from nothing.
    mutating func rebuildTops(_ tree: Topology.Tree, at now: Instant) {
        tops = [:]
        for below in outBelow(tree, tree.root) { tops[below] = now }
    }

    /// From a snapshot of the same topology: what counts alone do not tell.
    mutating func restore(tops: [Int: Instant], isStorm: Bool, isOutByCount nodes: [Int]) {
        (self.tops, self.isStorm) = (tops, isStorm)
        isOutByCount = ContiguousArray(repeating: false, count: isOutByCount.count)
        for node in nodes where isOutByCount.indices.contains(node) { isOutByCount[node] = true }
    }

    var nodesOutByCount: [Int] { isOutByCount.indices.filter { isOutByCount[$0] } }

    /// Does the count of highest nodes begin or end a storm? True where it changed.
    mutating func judgeStorm(at now: Instant, _ policy: AlarmPolicy) -> Bool {
        let isNow: Bool
        if isStorm {
            isNow = tops.count > policy.calmNodes
        } else {
            guard tops.count > policy.stormNodes else { return false }
            isNow = tops.values.reduce(0) { now - $1 <= policy.stormWindow ? $0 + 1 : $0 } > policy.stormNodes
        }
        guard isNow != isStorm else { return false }
        isStorm = isNow
        return true
    }

    /// The highest nodes that are out strictly below a node.
    private func outBelow(_ tree: Topology.Tree, _ node: Int) -> [Int] {
        var found: [Int] = []
        var stack = tree.inner(ofNode: node).map(Int.init)
        while let next = stack.popLast() {
            guard alarms[next] > 0 || isOut(next) else { continue }
            if isOut(next) { found.append(next) } else { stack.append(contentsOf: tree.inner(ofNode: next).map(Int.init)) }
        }
        return found
    }

    /// The node that explains an alarm at this asset: the highest that is out, but no higher than it has more leaves to explain
    /// by. A root that is only a storm explains what some node explains already.
    func explanation(_ tree: Topology.Tree, asset: Asset.Number, selfNode: Int?) -> (node: Int, weight: Int)? {
        var best: Int?
        func look(_ node: Int) {
            guard isOut(node) else { return }
            if best == nil || own[node] > 0 || tree.leafCount(ofNode: node) > tree.leafCount(ofNode: best!) { best = node }
        }
        if let selfNode { look(selfNode) }
        var node = tree.parentNode(of: asset)
        while true {
            look(node)
            if node == tree.root { break }
            node = tree.parent(ofNode: node)
        }
        if best != nil && isStorm { best = tree.root }
        // A node's own word outweighs an inference from counts that is up to twice its size.
        return best.map { ($0, (tree.leafCount(ofNode: $0) + 1) * (own[$0] > 0 ? 2 : 1)) }
    }
}
