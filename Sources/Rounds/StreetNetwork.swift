// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The streets of a city as columns: pieces of street between junctions with their drawing, and for each pace a graph in which every node
/// reaches every other.
package struct StreetNetwork: Sendable {
    /// Pieces of street: ends, and where their drawing begins in `drawing`.
    struct Pieces: Sendable {
        var from: [Int32] = []
        var to: [Int32] = []
        var drawingFrom: [Int32] = [0]
        var metres: [Float] = []
        var count: Int { from.count }
    }
    var pieces = Pieces()
    var drawing: [Place] = []
    var van = StreetGraph()
    var foot = StreetGraph()
    /// Turn restrictions that were taken over, and elements that made no sense.
    package internal(set) var restrictions = 0
    package internal(set) var skipped = 0
    /// Makes tables of times several times quicker; nil until `prepared`.
    private(set) var hierarchy: StreetHierarchy?
    let vanGrid: StreetGrid
    let footGrid: StreetGrid

    package var junctions: Int { van.nodes }
    package var pieceCount: Int { pieces.count }
    /// Ways of one direction that a van may drive.
    package var arcs: Int { van.head.count }

    /// - Parameter osmXML: an OSM extract in XML, unpacked.
    package init(osmXML: [UInt8]) throws(StreetFault) { try self.init(try OSMExtract(xml: osmXML)) }

    package init(_ extract: OSMExtract) throws(StreetFault) {
        var builder = StreetBuilder(extract)
        builder.build()
        if builder.pieces.count == 0 { throw .noStreets }
        (pieces, drawing, skipped) = (builder.pieces, builder.drawing, builder.skipped)
        (van, foot, restrictions) = (builder.vanGraph(), builder.footGraph(), builder.restrictions)
        if van.head.isEmpty && foot.head.isEmpty { throw .noStreets }
        vanGrid = StreetGrid(van, pieces, drawing)
        footGrid = StreetGrid(foot, pieces, drawing)
    }

    /// The same network, with its van's graph prepared for tables of times: seconds of work for a city, once. The times are the same.
    package func prepared() -> StreetNetwork {
        var network = self
        network.hierarchy = StreetHierarchy(van)
        return network
    }

    func graph(_ pace: Pace) -> StreetGraph { pace == .foot ? foot : van }
    func grid(_ pace: Pace) -> StreetGrid { pace == .foot ? footGrid : vanGrid }
    func line(_ piece: Int) -> ArraySlice<Place> { drawing[Int(pieces.drawingFrom[piece])..<Int(pieces.drawingFrom[piece + 1])] }
}

/// A graph in rows: the arcs out of node n are `first[n]..<first[n + 1]`. Costs are tenths of a second.
struct StreetGraph: Sendable {
    var first: [Int32] = [0]
    var head: [Int32] = []
    var cost: [Int32] = []
    /// Piece × 2, + 1 where it is driven against its drawing.
    var track: [Int32] = []
    var tail: [Int32] = []
    /// The arcs on track t are `onTrack[trackFirst[t]..<trackFirst[t + 1]]`: several where a turn restriction copied one.
    var trackFirst: [Int32] = [0]
    var onTrack: [Int32] = []
    /// The nodes that stand for a junction, its own first, then the copies that turn restrictions made.
    var atJunction: [Int32: [Int32]] = [:]
    var nodes: Int { first.count - 1 }

    init() {}

    /// Sorts arcs by their tails and keeps only the largest part in which every node reaches every other.
    /// - Parameter junctions: for each node the junction for which it stands; -1 for none.
    init(arcs: [(tail: Int32, head: Int32, cost: Int32, track: Int32)], junctions: [Int32], tracks: Int) {
        let nodes = junctions.count
        let part = StreetParts.largest(nodes, arcs.map { ($0.tail, $0.head) })
        var number = [Int32](repeating: -1, count: nodes)
        var count: Int32 = 0
        for n in 0..<nodes where part[n] {
            number[n] = count
            if junctions[n] >= 0 { atJunction[junctions[n], default: []].append(count) }
            count += 1
        }
        let kept = arcs.filter { number[Int($0.tail)] >= 0 && number[Int($0.head)] >= 0 }
            .map { (tail: number[Int($0.tail)], head: number[Int($0.head)], cost: $0.cost, track: $0.track) }
            .sorted { ($0.tail, $0.track) < ($1.tail, $1.track) }
        first = Array(repeating: 0, count: Int(count) + 1)
        for arc in kept { first[Int(arc.tail) + 1] += 1 }
        for n in 0..<Int(count) { first[n + 1] += first[n] }
        (head, cost, track, tail) = (kept.map(\.head), kept.map(\.cost), kept.map(\.track), kept.map(\.tail))
        trackFirst = Array(repeating: 0, count: tracks + 1)
        for arc in kept { trackFirst[Int(arc.track) + 1] += 1 }
        for t in 0..<tracks { trackFirst[t + 1] += trackFirst[t] }
        onTrack = kept.indices.sorted { (kept[$0].track, $0) < (kept[$1].track, $1) }.map(Int32.init)
    }

    func arcs(on track: Int) -> ArraySlice<Int32> { onTrack[Int(trackFirst[track])..<Int(trackFirst[track + 1])] }
}

/// Parts of a graph in which every node reaches every other (Tarjan, without recursion).
enum StreetParts {
    static func largest(_ nodes: Int, _ arcs: [(Int32, Int32)]) -> [Bool] {
        var first = [Int](repeating: 0, count: nodes + 1)
        for arc in arcs { first[Int(arc.0) + 1] += 1 }
        for n in 0..<nodes { first[n + 1] += first[n] }
        var fill = first
        var heads = [Int32](repeating: 0, count: arcs.count)
        for arc in arcs {
            heads[fill[Int(arc.0)]] = arc.1
            fill[Int(arc.0)] += 1
        }
        var index = [Int32](repeating: -1, count: nodes)
        var low = index
        var part = index
        var next = first
        var stack: [Int] = []
        var path: [Int] = []
        var counter: Int32 = 0
        var sizes: [Int] = []
        for root in 0..<nodes where index[root] < 0 {
            path.append(root)
            while let n = path.last {
                if index[n] < 0 {
                    index[n] = counter
                    low[n] = counter
                    counter += 1
                    stack.append(n)
                }
                if next[n] < first[n + 1] {
                    let m = Int(heads[next[n]])
                    next[n] += 1
                    if index[m] < 0 { path.append(m) } else if part[m] < 0 { low[n] = min(low[n], index[m]) }
                    continue
                }
                path.removeLast()
                if let parent = path.last { low[parent] = min(low[parent], low[n]) }
                if low[n] != index[n] { continue }
                var size = 0
                while let m = stack.popLast() {
                    part[m] = Int32(sizes.count)
                    size += 1
                    if m == n { break }
                }
                sizes.append(size)
            }
        }
        guard let best = sizes.indices.max(by: { (sizes[$0], -$0) < (sizes[$1], -$1) }) else { return [] }
        return part.map { Int($0) == best }
    }
}
