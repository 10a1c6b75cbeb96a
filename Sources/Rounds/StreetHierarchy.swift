// SPDX-License-Identifier: EUPL-1.2

/// A street graph prepared for many questions: nodes are taken out one by one, the least important first, and where a quickest way led over one, an arc
/// takes its place (contraction hierarchies: Geisberger, Sanders, Schultes, Delling 2008). A quickest way then only climbs and descends, so that
/// a search from either end looks at some hundred nodes instead of all. Exact: the same times as a plain search.
struct StreetHierarchy: Sendable {
    /// Arcs to more important nodes, in rows by node: forward out of it, and backward those that come in.
    private var up = Rows()
    private var down = Rows()
    private let nodes: Int

    private struct Rows: Sendable {
        var first: [Int32] = [0]
        var end: [Int32] = []
        var cost: [Int32] = []
    }

    init(_ graph: StreetGraph) {
        nodes = graph.nodes
        var contraction = Contraction(graph)
        contraction.run()
        for n in 0..<nodes {
            for arc in contraction.out[n] {
                up.end.append(arc.end)
                up.cost.append(arc.cost)
            }
            for arc in contraction.into[n] {
                down.end.append(arc.end)
                down.cost.append(arc.cost)
            }
            up.first.append(Int32(up.end.count))
            down.first.append(Int32(down.end.count))
        }
    }

    /// Costs from sources to targets, row by row: each is some nodes with what it costs to or from there; `StreetSearch.never` where there is no way.
    func table(
        from sources: [[(node: Int32, cost: Int32)]], to targets: [[(node: Int32, cost: Int32)]]
    ) -> [Int32] {
        var climb = Climb(nodes)
        // Each node that a target can be reached from by descending, with the target and the cost.
        var found: [(node: Int32, target: Int32, cost: Int32)] = []
        for (t, target) in targets.enumerated() {
            climb.run(from: target, down) { node, cost in found.append((node, Int32(t), cost)) }
        }
        var first = [Int32](repeating: 0, count: nodes + 1)
        for one in found { first[Int(one.node) + 1] += 1 }
        for n in 0..<nodes { first[n + 1] += first[n] }
        var fill = first
        var (target, rest) = ([Int32](repeating: 0, count: found.count), [Int32](repeating: 0, count: found.count))
        for one in found {
            let at = Int(fill[Int(one.node)])
            (target[at], rest[at]) = (one.target, one.cost)
            fill[Int(one.node)] += 1
        }
        var result = [Int32](repeating: StreetSearch.never, count: sources.count * targets.count)
        result.withUnsafeMutableBufferPointer { result in
            for (s, source) in sources.enumerated() {
                let row = s * targets.count
                climb.run(from: source, up) { node, cost in
                    for k in Int(first[Int(node)])..<Int(first[Int(node) + 1]) {
                        let at = row + Int(target[k])
                        let sum = cost &+ rest[k]
                        if sum < result[at] { result[at] = sum }
                    }
                }
            }
        }
        return result
    }

    /// Searches that only climb, over columns that are used again.
    private struct Climb {
        private var time: [Int32]
        private var touched: [Int32] = []
        private var heap = StreetHeap()

        init(_ nodes: Int) { time = Array(repeating: StreetSearch.never, count: nodes) }

        mutating func run(from starts: [(node: Int32, cost: Int32)], _ rows: Rows, _ settle: (Int32, Int32) -> Void) {
            for n in touched { time[Int(n)] = StreetSearch.never }
            touched.removeAll(keepingCapacity: true)
            heap.clear()
            for start in starts { reach(start.node, start.cost) }
            while let (cost, node) = heap.pop() {
                if cost > time[Int(node)] { continue }
                settle(node, cost)
                for a in Int(rows.first[Int(node)])..<Int(rows.first[Int(node) + 1]) { reach(rows.end[a], cost &+ rows.cost[a]) }
            }
        }

        private mutating func reach(_ node: Int32, _ cost: Int32) {
            let known = time[Int(node)]
            if cost >= known { return }
            if known == StreetSearch.never { touched.append(node) }
            time[Int(node)] = cost
            heap.push(cost, node)
        }
    }
}

/// Takes the nodes out of a graph. What is left of a node's arcs when it goes leads to more important ones.
private struct Contraction {
    struct Arc {
        var end: Int32
        var cost: Int32
    }
    private(set) var out: [[Arc]]
    private(set) var into: [[Arc]]
    private var depth: [Int32]
    private var gone: [Int32]
    private var time: [Int32]
    private var touched: [Int32] = []
    private var heap = StreetHeap()
    /// How far a search looks for a way round before an arc is added that may not be needed: while weighing, and for good.
    private static let (brief, thorough) = (30, 120)

    init(_ graph: StreetGraph) {
        let n = graph.nodes
        (out, into) = (Array(repeating: [], count: n), Array(repeating: [], count: n))
        (depth, gone) = (Array(repeating: 0, count: n), Array(repeating: 0, count: n))
        time = Array(repeating: StreetSearch.never, count: n)
        for u in 0..<n {
            for a in Int(graph.first[u])..<Int(graph.first[u + 1]) where Int(graph.head[a]) != u {
                join(Int32(u), graph.head[a], graph.cost[a])
            }
        }
    }

    private mutating func join(_ u: Int32, _ w: Int32, _ cost: Int32) {
        func put(_ row: inout [Arc], _ end: Int32) {
            for k in row.indices where row[k].end == end {
                row[k].cost = min(row[k].cost, cost)
                return
            }
            row.append(Arc(end: end, cost: cost))
        }
        put(&out[Int(u)], w)
        put(&into[Int(w)], u)
    }

    mutating func run() {
        // Weights are small; a shift keeps them positive for the heap.
        var queue = StreetHeap()
        for n in 0..<out.count { queue.push(weight(Int32(n)), Int32(n)) }
        while let (_, node) = queue.pop() {
            let now = weight(node)
            if let least = queue.least, now > least {
                queue.push(now, node)
                continue
            }
            take(node)
        }
    }

    /// What taking a node out would cost: arcs added less arcs gone, and how deep it lies, so that the graph is thinned evenly.
    private mutating func weight(_ v: Int32) -> Int32 {
        let added = shortcuts(v, Contraction.brief).count
        return 100_000 + 2 * Int32(added - out[Int(v)].count - into[Int(v)].count) + depth[Int(v)] + gone[Int(v)]
    }

    private mutating func take(_ v: Int32) {
        let added = shortcuts(v, Contraction.thorough)
        let node = Int(v)
        for arc in into[node] { out[Int(arc.end)].removeAll { $0.end == v } }
        for arc in out[node] { into[Int(arc.end)].removeAll { $0.end == v } }
        for one in added { join(one.from, one.to, one.cost) }
        for arc in into[node] + out[node] {
            depth[Int(arc.end)] = max(depth[Int(arc.end)], depth[node] + 1)
            gone[Int(arc.end)] += 1
        }
    }

    /// The arcs that must take the place of the ways over a node.
    private mutating func shortcuts(_ v: Int32, _ limit: Int) -> [(from: Int32, to: Int32, cost: Int32)] {
        let (tails, heads) = (into[Int(v)], out[Int(v)])
        var result: [(from: Int32, to: Int32, cost: Int32)] = []
        guard let longest = heads.map(\.cost).max() else { return [] }
        for tail in tails {
            look(from: tail.end, without: v, until: tail.cost &+ longest, limit)
            for head in heads where head.end != tail.end && time[Int(head.end)] > tail.cost &+ head.cost {
                result.append((tail.end, head.end, tail.cost &+ head.cost))
            }
        }
        return result
    }

    /// Times from a node to its surroundings that do not lead over another, no further than a cost and a number of nodes.
    private mutating func look(from start: Int32, without v: Int32, until most: Int32, _ limit: Int) {
        for n in touched { time[Int(n)] = StreetSearch.never }
        touched.removeAll(keepingCapacity: true)
        heap.clear()
        time[Int(start)] = 0
        touched.append(start)
        heap.push(0, start)
        var settled = 0
        while let (cost, node) = heap.pop() {
            if cost > time[Int(node)] { continue }
            settled += 1
            if cost > most || settled > limit { return }
            for arc in out[Int(node)] where arc.end != v {
                let next = cost &+ arc.cost
                if next >= time[Int(arc.end)] { continue }
                if time[Int(arc.end)] == StreetSearch.never { touched.append(arc.end) }
                time[Int(arc.end)] = next
                heap.push(next, arc.end)
            }
        }
    }
}
