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
    /// By node: does it count as out because so much below it is?
    private(set) var isOutByCount: ContiguousArray<Bool>
    /// By node: child nodes that are out.
    private(set) var outNodes: ContiguousArray<UInt32>
    /// By node: child nodes, where they carry most of its leaves; otherwise 0, for they do not speak for it. The virtual root has 0: one
    /// substation of a small town is not the town.
    private(set) var childNodes: ContiguousArray<UInt32>
    /// By node: nothing can be heard from it, for its way to us is out in the other tree. Unless it is known to be out, it says nothing about
    /// its parent.
    private(set) var isMute: ContiguousArray<Bool>
    /// By node: child nodes that are mute and not known to be out.
    private(set) var muteNodes: ContiguousArray<UInt32>
    /// Nodes that are out by count though their counts no longer let them, by the number of that waiting.
    private(set) var leaving: [Int: UInt32] = [:]
    /// Of `leaving`, what began since `takeNewlyLeaving`.
    private var newlyLeaving: [Int] = []
    private(set) var lastLeaving: UInt32
    private(set) var highest: IncidentTops

    /// The highest nodes that are out below the virtual root, and since when.
    var tops: [Int: Instant] { highest.since }
    /// Too many nodes are out at once: those stand under the nodes that have them all below.
    var isStorm: Bool { highest.isStorm }

    /// - Parameter lastLeaving: of the tree whose place this one takes, so that no number of a waiting comes twice.
    init(_ tree: Topology.Tree, lastLeaving: UInt32 = 0) {
        self.lastLeaving = lastLeaving
        out = ContiguousArray(repeating: 0, count: tree.nodeCount)
        (alarms, outNodes, childNodes, muteNodes) = (out, out, out, out)
        own = ContiguousArray(repeating: 0, count: tree.nodeCount)
        isOutByCount = ContiguousArray(repeating: false, count: tree.nodeCount)
        isMute = isOutByCount
        highest = IncidentTops(tree)
        for node in 0..<tree.root {
            let inner = tree.inner(ofNode: node)
            let carried = inner.reduce(0) { $0 + tree.leafCount(ofNode: Int($1)) }
            if carried * 2 >= tree.leafCount(ofNode: node) { childNodes[node] = UInt32(inner.count) }
        }
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
        // What the node below became: out (1), no longer (-1), as before (0).
        var turned = 0
        var below = selfNode ?? tree.root
        if let selfNode {
            alarms[selfNode] = UInt32(Int(alarms[selfNode]) + step)
            if isOwnWord {
                let wasOut = isOut(selfNode)
                own[selfNode] = UInt16(Int(own[selfNode]) + step)
                if own[selfNode] == (step > 0 ? 1 : 0) { shift.node = selfNode }
                turned = (isOut(selfNode) ? 1 : 0) - (wasOut ? 1 : 0)
            }
        }
        var node = tree.parentNode(of: asset)
        while true {
            alarms[node] = UInt32(Int(alarms[node]) + step)
            if changesLeaf { out[node] = UInt32(Int(out[node]) + step) }
            if changesLeaf || turned != 0 { turned = count(tree, node, turned: turned, below: below, policy, &shift) }
            if node == tree.root { return shift }
            below = node
            node = tree.parent(ofNode: node)
        }
    }

    /// A child node of `node` became out (1) or no longer (-1), or leaves below it did (0).
    /// - Returns: the same of `node` itself.
    private mutating func count(
        _ tree: Topology.Tree, _ node: Int, turned: Int, below: Int, _ policy: AlarmPolicy, _ shift: inout Shift
    ) -> Int {
        let wasOut = isOut(node)
        outNodes[node] = UInt32(Int(outNodes[node]) + turned)
        if turned != 0, isMute[below] { muteNodes[node] = UInt32(Int(muteNodes[node]) - turned) }
        if judge(tree, node, policy) {
            if node == tree.root { shift.root = true } else { shift.node = node }
        }
        return (isOut(node) ? 1 : 0) - (wasOut ? 1 : 0)
    }

    /// The same from a node on that changed by itself, up to the root.
    private mutating func pass(_ tree: Topology.Tree, from node: Int, turned: Int, _ policy: AlarmPolicy, _ shift: inout Shift) {
        var (below, turned) = (node, turned)
        while turned != 0, below != tree.root {
            let above = tree.parent(ofNode: below)
            turned = count(tree, above, turned: turned, below: below, policy, &shift)
            below = above
        }
    }

    /// Judges one node by its counts, with hysteresis; true where that changed anything.
    private mutating func judge(_ tree: Topology.Tree, _ node: Int, _ policy: AlarmPolicy) -> Bool {
        guard isOutByCount[node] else {
            isOutByCount[node] = begins(tree, node, policy)
            return isOutByCount[node]
        }
        if stays(tree, node, policy) {
            leaving[node] = nil
            return false
        }
        if alarms[node] > 0, policy.splitDelay > .seconds(0) {
            guard leaving[node] == nil else { return false }
            lastLeaving &+= 1
            leaving[node] = lastLeaving
            newlyLeaving.append(node)
            return false
        }
        leaving[node] = nil
        isOutByCount[node] = false
        return true
    }

    /// Nodes that wait from now on for what lies below them to return or to stand elsewhere, and the number of each waiting.
    mutating func takeNewlyLeaving() -> [(node: Int, number: UInt32)] {
        guard !newlyLeaving.isEmpty else { return [] }
        defer { newlyLeaving = [] }
        return newlyLeaving.compactMap { node in leaving[node].map { (node, $0) } }
    }

    /// The waiting is over: where it is still the same, the node is out no longer.
    mutating func leave(_ tree: Topology.Tree, _ node: Int, _ number: UInt32, _ policy: AlarmPolicy) -> Shift {
        var shift = Shift()
        guard leaving[node] == number else { return shift }
        leaving[node] = nil
        let wasOut = isOut(node)
        isOutByCount[node] = false
        if node == tree.root { shift.root = true } else { shift.node = node }
        pass(tree, from: node, turned: (isOut(node) ? 1 : 0) - (wasOut ? 1 : 0), policy, &shift)
        return shift
    }

    /// The way to a node went or came back.
    mutating func setMute(_ tree: Topology.Tree, _ node: Int, _ mute: Bool, _ policy: AlarmPolicy) -> Shift {
        var shift = Shift()
        guard node != tree.root, isMute[node] != mute else { return shift }
        isMute[node] = mute
        guard !isOut(node) else { return shift }
        let above = tree.parent(ofNode: node)
        muteNodes[above] = UInt32(Int(muteNodes[above]) + (mute ? 1 : -1))
        let turned = count(tree, above, turned: 0, below: node, policy, &shift)
        pass(tree, from: above, turned: turned, policy, &shift)
        return shift
    }

    private func begins(_ tree: Topology.Tree, _ node: Int, _ policy: AlarmPolicy) -> Bool {
        let (gone, nodes, all) = (Int(out[node]), Int(outNodes[node]), Int(childNodes[node]))
        return gone >= policy.outLeaves && gone * 100 >= policy.outPercent * tree.leafCount(ofNode: node)
            || all >= policy.outNodes && nodes >= policy.outNodes && nodes * 100 >= policy.outNodesPercent * (all - Int(muteNodes[node]))
    }

    private func stays(_ tree: Topology.Tree, _ node: Int, _ policy: AlarmPolicy) -> Bool {
        let (gone, nodes, all) = (Int(out[node]), Int(outNodes[node]), Int(childNodes[node]))
        return gone > 0 && gone * 100 >= policy.backPercent * tree.leafCount(ofNode: node)
            || all >= policy.outNodes && nodes > 0 && nodes * 100 >= policy.backNodesPercent * (all - Int(muteNodes[node]))
    }

    /// After a load or a new inventory: nodes that stood as out still do where their counts would let them stand.
    mutating func keepOut(_ tree: Topology.Tree, _ nodes: [Int], _ policy: AlarmPolicy) {
        let depth = { node in node == tree.root ? -1 : tree.depth(ofNode: node) }
        // The deepest first: what stands there counts above.
        for node in nodes.sorted(by: { (depth($1), $0) < (depth($0), $1) }) where !isOutByCount[node] && stays(tree, node, policy) {
            var shift = Shift()
            let turned = isOut(node) ? 0 : 1
            isOutByCount[node] = true
            pass(tree, from: node, turned: turned, policy, &shift)
        }
    }

    /// After a load or a new inventory, when `highest` is right: a storm that stood goes on.
    mutating func keepStorm(_ tree: Topology.Tree, _ policy: AlarmPolicy) { highest.setStorm(tree, true, policy) }

    /// Keeps `highest` right after a shift. Only the subtree of a highest node is walked, and of it only where alarms are.
    /// - Returns: the nodes at and below which a storm that began, moved or ended lets alarms stand elsewhere.
    mutating func settle(_ tree: Topology.Tree, _ node: Int, at now: Instant, _ policy: AlarmPolicy) -> [Int] {
        settleTops(tree, node, at: now)
        return highest.judgeStorm(tree, at: now, policy)
    }

    private mutating func settleTops(_ tree: Topology.Tree, _ node: Int, at now: Instant) {
        var above = tree.parent(ofNode: node)
        while above != tree.root {
            if isOut(above) { return }
            above = tree.parent(ofNode: above)
        }
        if isOut(node) {
            // Several levels may have gone out at once: whatever stood below, however deep, stands no longer.
            if !tree.inner(ofNode: node).isEmpty {
                for top in tops.keys where top != node && isBelow(tree, top, node) { highest.remove(tree, top) }
            }
            highest.add(tree, node, at: now)
        } else {
            highest.remove(tree, node)
            for below in outBelow(tree, node) { highest.add(tree, below, at: now) }
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
        highest = IncidentTops(tree)
        for below in outBelow(tree, tree.root) { highest.add(tree, below, at: now) }
    }

    /// From a snapshot of the same topology: what counts alone do not tell.
    struct Remembered {
        var tops: [(node: Int, since: Instant)] = []
        var isStorm = false
        var outByCount: [Int] = []
        var mute: [Int] = []
        var leaving: [(node: Int, number: UInt32)] = []
        var lastLeaving: UInt32 = 0
    }

    mutating func restore(_ tree: Topology.Tree, _ then: Remembered, _ policy: AlarmPolicy) {
        isOutByCount = ContiguousArray(repeating: false, count: isOutByCount.count)
        for node in then.outByCount where isOutByCount.indices.contains(node) { isOutByCount[node] = true }
        isMute = ContiguousArray(repeating: false, count: isMute.count)
        for node in then.mute where isMute.indices.contains(node) { isMute[node] = true }
        outNodes = ContiguousArray(repeating: 0, count: outNodes.count)
        muteNodes = outNodes
        for node in 0..<tree.root {
            if isOut(node) { outNodes[tree.parent(ofNode: node)] += 1 } else if isMute[node] { muteNodes[tree.parent(ofNode: node)] += 1 }
        }
        leaving = [:]
        for (node, number) in then.leaving where isOutByCount.indices.contains(node) { leaving[node] = number }
        (newlyLeaving, lastLeaving) = ([], then.lastLeaving)
        highest = IncidentTops(tree)
        for (node, since) in then.tops where node >= 0 && node < tree.root { highest.add(tree, node, at: since) }
        if then.isStorm { highest.setStorm(tree, true, policy) }
    }

    /// What `restore` takes.
    var remembered: Remembered {
        Remembered(
            tops: tops.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, isStorm: isStorm,
            outByCount: isOutByCount.indices.filter { isOutByCount[$0] }, mute: isMute.indices.filter { isMute[$0] },
            leaving: leaving.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, lastLeaving: lastLeaving)
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
    /// by. A storm lifts what some node explains already.
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
        best = best.map { highest.lifted(tree, $0) }
        // A node's own word outweighs an inference from counts that is up to twice its size.
        return best.map { ($0, (tree.leafCount(ofNode: $0) + 1) * (own[$0] > 0 ? 2 : 1)) }
    }
}
