// SPDX-License-Identifier: EUPL-1.2

/// Shortest times from one node set to many (Dijkstra), with columns that are used again from search to search.
struct StreetSearch {
    static let never: Int32 = .max / 2
    private let graph: StreetGraph
    private(set) var time: [Int32]
    /// The arc by which a node was reached; -1 for a start.
    private(set) var by: [Int32]
    private var touched: [Int32] = []
    private var heap = StreetHeap()

    init(_ graph: StreetGraph) {
        self.graph = graph
        time = Array(repeating: Self.never, count: graph.nodes)
        by = Array(repeating: -1, count: graph.nodes)
    }

    /// Runs from nodes with their first costs until all `goals` are reached (or everything, where there are none).
    mutating func run(from starts: [(node: Int32, cost: Int32)], goals: Set<Int32> = []) {
        for n in touched {
            time[Int(n)] = Self.never
            by[Int(n)] = -1
        }
        touched.removeAll(keepingCapacity: true)
        heap.clear()
        for start in starts where start.cost < time[Int(start.node)] { reach(start.node, start.cost, -1) }
        var open = goals
        while let (cost, node) = heap.pop() {
            if cost > time[Int(node)] { continue }
            if !goals.isEmpty && open.remove(node) != nil && open.isEmpty { return }
            for a in Int(graph.first[Int(node)])..<Int(graph.first[Int(node) + 1]) {
                let next = cost &+ graph.cost[a]
                if next < time[Int(graph.head[a])] { reach(graph.head[a], next, Int32(a)) }
            }
        }
    }

    private mutating func reach(_ node: Int32, _ cost: Int32, _ arc: Int32) {
        if time[Int(node)] == Self.never { touched.append(node) }
        time[Int(node)] = cost
        by[Int(node)] = arc
        heap.push(cost, node)
    }
}

/// A binary heap of costs with nodes; an improved node is pushed again and its older entry passed over.
struct StreetHeap {
    private var cells: [UInt64] = []

    mutating func clear() { cells.removeAll(keepingCapacity: true) }

    @inline(__always) mutating func push(_ cost: Int32, _ node: Int32) {
        let cell = UInt64(UInt32(cost)) << 32 | UInt64(UInt32(node))
        cells.append(cell)
        cells.withUnsafeMutableBufferPointer { cells in
            var at = cells.count - 1
            while at > 0 {
                let up = (at - 1) >> 1
                if cells[up] <= cell { break }
                cells[at] = cells[up]
                at = up
            }
            cells[at] = cell
        }
    }

    var least: Int32? { cells.first.map { Int32($0 >> 32) } }

    @inline(__always) mutating func pop() -> (cost: Int32, node: Int32)? {
        guard let top = cells.first else { return nil }
        let last = cells.removeLast()
        if !cells.isEmpty {
            cells.withUnsafeMutableBufferPointer { cells in
                let count = cells.count
                var at = 0
                while true {
                    var down = 2 * at + 1
                    if down >= count { break }
                    if down + 1 < count && cells[down + 1] < cells[down] { down += 1 }
                    if cells[down] >= last { break }
                    cells[at] = cells[down]
                    at = down
                }
                cells[at] = last
            }
        }
        return (Int32(top >> 32), Int32(truncatingIfNeeded: top & 0xFFFF_FFFF))
    }
}
