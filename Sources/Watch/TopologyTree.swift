// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

extension Topology {
    /// One tree. Assets that have children are *nodes* and carry an ordinal, dense and in order of asset number; the virtual
    /// root is the last ordinal. Eight bytes an asset and some thirty a node (a city has one node for some forty lamps).
    package struct Tree: Sendable {
        package let way: Way
        /// By asset number: the ordinal of the parent node.
        private let parentNode: ContiguousArray<UInt32>
        /// By ordinal: the asset, ascending. The root is not in it.
        private let assetOfNode: ContiguousArray<UInt32>
        /// By ordinal: the parent's ordinal; the root's is its own.
        private let parentOfNode: ContiguousArray<UInt32>
        /// By ordinal and one past: where the children of a node begin in `childAssets`.
        private let childStart: ContiguousArray<UInt32>
        private let childAssets: ContiguousArray<UInt32>
        /// The same for children that are nodes themselves, as ordinals.
        private let innerStart: ContiguousArray<UInt32>
        private let innerChildren: ContiguousArray<UInt32>
        private let depthOfNode: ContiguousArray<UInt8>
        /// By ordinal: how many leaves below can be out (assets without children, of a kind that has such conditions).
        private let leavesOfNode: ContiguousArray<UInt32>
        /// How many parents were cut because they are unknown, removed, or close a ring.
        package let cut: Int

        /// The deepest that a tree may be; deeper is cut as a ring would be.
        package static let deepest = 64

        init(way: Way, parents: ContiguousArray<UInt32>, kindOf: ContiguousArray<UInt8>, counts: [Bool]) {
            self.way = way
            var build = TreeBuild(parents: parents, kindOf: kindOf, counts: counts)
            build.run()
            (parentNode, assetOfNode, parentOfNode) = (build.parentNode, build.assetOfNode, build.parentOfNode)
            (childStart, childAssets) = (build.childStart, build.childAssets)
            (innerStart, innerChildren) = (build.innerStart, build.innerChildren)
            (depthOfNode, leavesOfNode, cut) = (build.depth, build.leaves, build.cut)
        }

        // MARK: by ordinal

        /// The virtual root's ordinal, also the count of the nodes that are assets.
        package var root: Int { assetOfNode.count }
        package var nodeCount: Int { assetOfNode.count + 1 }

        /// The node under which an asset hangs: its parent's ordinal. Unknown assets hang under the root.
        @inline(__always)
        package func parentNode(of asset: Asset.Number) -> Int {
            asset.index < parentNode.count ? Int(parentNode[asset.index]) : root
        }

        /// The ordinal of an asset that has children, or nil. O(log nodes).
        package func node(of asset: Asset.Number) -> Int? {
            var (low, high) = (0, assetOfNode.count)
            while low < high {
                let middle = (low + high) / 2
                if assetOfNode[middle] < asset.value { low = middle + 1 } else { high = middle }
            }
            return low < assetOfNode.count && assetOfNode[low] == asset.value ? low : nil
        }

        /// The asset of an ordinal; nil for the virtual root.
        package func asset(ofNode node: Int) -> Asset.Number? { node < assetOfNode.count ? Asset.Number(assetOfNode[node]) : nil }
        @inline(__always) package func parent(ofNode node: Int) -> Int { Int(parentOfNode[node]) }
        @inline(__always) package func leafCount(ofNode node: Int) -> Int { Int(leavesOfNode[node]) }
        package func depth(ofNode node: Int) -> Int { Int(depthOfNode[node]) }

        /// The children of a node as asset numbers, ascending.
        package func children(ofNode node: Int) -> ContiguousArray<UInt32>.SubSequence {
            childAssets[Int(childStart[node])..<Int(childStart[node + 1])]
        }

        /// The children of a node that are nodes themselves, as ordinals, ascending.
        package func inner(ofNode node: Int) -> ContiguousArray<UInt32>.SubSequence {
            innerChildren[Int(innerStart[node])..<Int(innerStart[node + 1])]
        }

        // MARK: by asset

        package func parent(of asset: Asset.Number) -> Asset.Number? { self.asset(ofNode: parentNode(of: asset)) }

        /// From the parent up to the last below the virtual root.
        package func ancestors(of asset: Asset.Number) -> [Asset.Number] {
            var found: [Asset.Number] = []
            var node = parentNode(of: asset)
            while let next = self.asset(ofNode: node) {
                found.append(next)
                node = parent(ofNode: node)
            }
            return found
        }

        /// Direct children, ascending; empty for a leaf.
        package func children(of asset: Asset.Number) -> ContiguousArray<UInt32>.SubSequence {
            node(of: asset).map(children(ofNode:)) ?? []
        }

        /// All below an asset, at any depth, without the asset itself, parents before children.
        package func descendants(of asset: Asset.Number) -> [Asset.Number] {
            var found: [Asset.Number] = []
            var next = 0
            for child in children(of: asset) { found.append(Asset.Number(child)) }
            while next < found.count {
                for child in children(of: found[next]) { found.append(Asset.Number(child)) }
                next += 1
            }
            return found
        }

        /// 0 below the virtual root.
        package func depth(of asset: Asset.Number) -> Int {
            let node = parentNode(of: asset)
            return node == root ? 0 : depth(ofNode: node) + 1
        }

        /// How many leaves below an asset can be out; 0 for a leaf.
        package func leafCount(of asset: Asset.Number) -> Int { node(of: asset).map(leafCount(ofNode:)) ?? 0 }
    }
}

/// The work of building a tree: counting sorts over plain arrays, no dictionary, so that a million assets take milliseconds.
private struct TreeBuild {
    var parents: ContiguousArray<UInt32>
    let kindOf: ContiguousArray<UInt8>
    let counts: [Bool]
    var parentNode: ContiguousArray<UInt32> = []
    var assetOfNode: ContiguousArray<UInt32> = []
    var parentOfNode: ContiguousArray<UInt32> = []
    var childStart: ContiguousArray<UInt32> = []
    var childAssets: ContiguousArray<UInt32> = []
    var innerStart: ContiguousArray<UInt32> = []
    var innerChildren: ContiguousArray<UInt32> = []
    var depth: ContiguousArray<UInt8> = []
    var leaves: ContiguousArray<UInt32> = []
    var cut = 0

    init(parents: ContiguousArray<UInt32>, kindOf: ContiguousArray<UInt8>, counts: [Bool]) {
        (self.parents, self.kindOf, self.counts) = (parents, kindOf, counts)
    }

    mutating func run() {
        cutUnknownParents()
        cutRings()
        numberNodes()
        sortChildren()
        countLeaves()
        parents = []
    }

    private mutating func cutUnknownParents() {
        let n = kindOf.count
        while parents.count < n { parents.append(UInt32.max) }
        for asset in 0..<n {
            let parent = parents[asset]
            guard parent != UInt32.max else { continue }
            if Int(parent) >= n || kindOf[Int(parent)] == 255 || kindOf[asset] == 255 {
                parents[asset] = UInt32.max
                if kindOf[asset] != 255 { cut += 1 }
            }
        }
    }

    /// Walks up from each asset until something of known height; what meets its own walk, or is too deep, is cut there.
    private mutating func cutRings() {
        let unknown = UInt8.max
        var height = ContiguousArray<UInt8>(repeating: unknown, count: kindOf.count)
        var path: [Int] = []
        for start in 0..<kindOf.count where height[start] == unknown {
            path.removeAll(keepingCapacity: true)
            var asset = start
            while height[asset] == unknown {
                height[asset] = unknown - 1  // on the path
                path.append(asset)
                guard parents[asset] != UInt32.max else { break }
                asset = Int(parents[asset])
            }
            for walked in path.reversed() {
                let parent = parents[walked]
                let above = parent == UInt32.max ? unknown : height[Int(parent)]
                if parent == UInt32.max {
                    height[walked] = 0
                } else if above == unknown - 1 || Int(above) + 1 >= Topology.Tree.deepest {
                    parents[walked] = UInt32.max
                    cut += 1
                    height[walked] = 0
                } else {
                    height[walked] = above + 1
                }
            }
        }
    }

    private mutating func numberNodes() {
        let n = kindOf.count
        var ordinal = ContiguousArray<UInt32>(repeating: UInt32.max, count: n)
        for asset in 0..<n where parents[asset] != UInt32.max { ordinal[Int(parents[asset])] = 0 }
        for asset in 0..<n where ordinal[asset] == 0 {
            ordinal[asset] = UInt32(assetOfNode.count)
            assetOfNode.append(UInt32(asset))
        }
        let root = UInt32(assetOfNode.count)
        parentNode = ContiguousArray(repeating: root, count: n)
        for asset in 0..<n where parents[asset] != UInt32.max { parentNode[asset] = ordinal[Int(parents[asset])] }
        parentOfNode = ContiguousArray(assetOfNode.map { parentNode[Int($0)] })
        parentOfNode.append(root)
    }

    private mutating func sortChildren() {
        childStart = ContiguousArray(repeating: 0, count: assetOfNode.count + 2)
        for asset in 0..<kindOf.count where kindOf[asset] != 255 { childStart[Int(parentNode[asset]) + 1] += 1 }
        for node in 1..<childStart.count { childStart[node] += childStart[node - 1] }
        childAssets = ContiguousArray(repeating: 0, count: Int(childStart[childStart.count - 1]))
        var next = childStart
        for asset in 0..<kindOf.count where kindOf[asset] != 255 {
            let node = Int(parentNode[asset])
            childAssets[Int(next[node])] = UInt32(asset)
            next[node] += 1
        }
        innerStart = ContiguousArray(repeating: 0, count: assetOfNode.count + 2)
        for node in 0..<assetOfNode.count { innerStart[Int(parentOfNode[node]) + 1] += 1 }
        for node in 1..<innerStart.count { innerStart[node] += innerStart[node - 1] }
        innerChildren = ContiguousArray(repeating: 0, count: assetOfNode.count)
        next = innerStart
        for node in 0..<assetOfNode.count {
            let parent = Int(parentOfNode[node])
            innerChildren[Int(next[parent])] = UInt32(node)
            next[parent] += 1
        }
    }

    private mutating func countLeaves() {
        let nodes = assetOfNode.count + 1
        depth = ContiguousArray(repeating: 0, count: nodes)
        leaves = ContiguousArray(repeating: 0, count: nodes)
        var isNode = ContiguousArray<Bool>(repeating: false, count: kindOf.count)
        for asset in assetOfNode { isNode[Int(asset)] = true }
        for asset in 0..<kindOf.count where !isNode[asset] && kindOf[asset] < counts.count && counts[Int(kindOf[asset])] {
            leaves[Int(parentNode[asset])] += 1
        }
        for node in 0..<assetOfNode.count {
            var up = node
            while up != assetOfNode.count {
                up = Int(parentOfNode[up])
                depth[node] += 1
            }
            depth[node] -= 1
        }
        let byDepth = (0..<assetOfNode.count).sorted { depth[$0] > depth[$1] }
        for node in byDepth { leaves[Int(parentOfNode[node])] += leaves[node] }
    }
}
