// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Makes pieces and graphs out of an extract: ways are cut where they meet, end, or are barred; turn restrictions become copies of
/// junctions that only the restricted arc leads to, with the arcs that are left.
struct StreetBuilder {
    private let extract: OSMExtract
    private var places: [Int64: Place] = [:]
    private var junction: [Int64: Int32] = [:]
    private var uses: [StreetUse] = []
    private var lights: [Int32] = []
    /// The way of each piece, and OSM's numbers of its ends.
    private var wayOf: [Int64] = []
    private var endIDs: [(Int64, Int64)] = []
    var pieces = StreetNetwork.Pieces()
    var drawing: [Place] = []
    var skipped: Int
    private(set) var restrictions = 0
    /// What a traffic light costs on average, in tenths of a second.
    private static let lightCost: Int32 = 80

    init(_ extract: OSMExtract) {
        self.extract = extract
        skipped = extract.skipped
    }

    mutating func build() {
        var wanted: [Int64: Int32] = [:]
        for way in extract.ways {
            for (k, ref) in way.refs.enumerated() {
                // An end counts twice, so that a count of 2 and more is a junction.
                wanted[ref, default: 0] += k == 0 || k == way.refs.count - 1 ? 2 : 1
            }
        }
        places.reserveCapacity(wanted.count)
        for node in extract.nodes where wanted[node.id] != nil { places[node.id] = node.place }
        for restriction in extract.restrictions { wanted[restriction.via]? += 2 }
        for way in extract.ways { cut(way, wanted) }
    }

    private mutating func cut(_ way: OSMExtract.Way, _ wanted: [Int64: Int32]) {
        var run: [Int64] = []
        for ref in way.refs {
            guard places[ref] != nil else {
                // The extract ends here: what is on this side stays.
                add(run, way)
                run = []
                skipped += 1
                continue
            }
            if run.last == ref { continue }
            run.append(ref)
            if run.count > 1 && ((wanted[ref] ?? 0) > 1 || extract.barriers.contains(ref)) || run.count > 4_000 {
                add(run, way)
                run = [ref]
            }
        }
        add(run, way)
    }

    private mutating func add(_ run: [Int64], _ way: OSMExtract.Way) {
        if run.count < 2 { return }
        func number(_ ref: Int64) -> Int32 {
            if let known = junction[ref] { return known }
            let new = Int32(junction.count)
            junction[ref] = new
            return new
        }
        let line = run.compactMap { places[$0] }
        pieces.from.append(number(run[0]))
        pieces.to.append(number(run[run.count - 1]))
        drawing += line
        pieces.drawingFrom.append(Int32(drawing.count))
        pieces.metres.append(Float(zip(line, line.dropFirst()).reduce(0) { $0 + $1.0.metres(to: $1.1) }))
        uses.append(way.use)
        wayOf.append(way.id)
        endIDs.append((run[0], run[run.count - 1]))
        // The light at the first end belongs to the piece that comes before it.
        lights.append(Int32(run.dropFirst().dropLast().filter { extract.signals.contains($0) }.count))
    }

    private func seconds(_ piece: Int, _ speed: Double) -> Int32 {
        Int32(max(1, min(30_000_000, (Double(pieces.metres[piece]) / (speed / 3.6) * 10).rounded())))
    }

    func footGraph() -> StreetGraph {
        var arcs: [(tail: Int32, head: Int32, cost: Int32, track: Int32)] = []
        for p in 0..<pieces.count where uses[p].foot > 0 {
            let cost = seconds(p, uses[p].foot)
            arcs.append((pieces.from[p], pieces.to[p], cost, Int32(2 * p)))
            arcs.append((pieces.to[p], pieces.from[p], cost, Int32(2 * p + 1)))
        }
        return StreetGraph(arcs: arcs, junctions: (0..<junction.count).map(Int32.init), tracks: 2 * pieces.count)
    }

    mutating func vanGraph() -> StreetGraph {
        var arcs: [(tail: Int32, head: Int32, cost: Int32, track: Int32)] = []
        var junctions = (0..<junction.count).map(Int32.init)
        func cost(_ p: Int, _ speed: Double, _ end: Int64) -> Int32 {
            seconds(p, speed) + (lights[p] + (extract.signals.contains(end) ? 1 : 0)) * Self.lightCost
        }
        for p in 0..<pieces.count {
            // A barrier cuts: each side ends at a node of its own.
            var (from, to) = (pieces.from[p], pieces.to[p])
            if extract.barriers.contains(endIDs[p].0) {
                from = Int32(junctions.count)
                junctions.append(-1)
            }
            if extract.barriers.contains(endIDs[p].1) {
                to = Int32(junctions.count)
                junctions.append(-1)
            }
            if uses[p].vanForward > 0 { arcs.append((from, to, cost(p, uses[p].vanForward, endIDs[p].1), Int32(2 * p))) }
            if uses[p].vanBackward > 0 { arcs.append((to, from, cost(p, uses[p].vanBackward, endIDs[p].0), Int32(2 * p + 1))) }
        }
        restrict(&arcs, &junctions)
        return StreetGraph(arcs: arcs, junctions: junctions, tracks: 2 * pieces.count)
    }

    private mutating func restrict(
        _ arcs: inout [(tail: Int32, head: Int32, cost: Int32, track: Int32)], _ junctions: inout [Int32]
    ) {
        var byVia: [Int64: [OSMExtract.Restriction]] = [:]
        for restriction in extract.restrictions where junction[restriction.via] != nil {
            byVia[restriction.via, default: []].append(restriction)
        }
        if byVia.isEmpty { return }
        let numbers = Set(byVia.keys.compactMap { junction[$0] })
        var into: [Int32: [Int]] = [:]
        var out: [Int32: [Int]] = [:]
        for (a, arc) in arcs.enumerated() {
            if numbers.contains(arc.head) { into[arc.head, default: []].append(a) }
            if numbers.contains(arc.tail) { out[arc.tail, default: []].append(a) }
        }
        // First every restricted arc gets its copy of the junction, then the copies get what leaves them: an arc that is copied may itself
        // lead to a copy further on.
        var copies: [(node: Int32, allowed: [Int])] = []
        for (via, rules) in byVia.sorted(by: { $0.key < $1.key }) {
            guard let node = junction[via] else { continue }
            let leaving = out[node] ?? []
            for a in into[node] ?? [] {
                let mine = rules.filter { $0.from == wayOf[Int(arcs[a].track) / 2] }
                let allowed = leaving.filter { isAllowed(arcs[a].track, arcs[$0].track, mine, among: leaving.map { arcs[$0].track }) }
                if mine.isEmpty || allowed.count == leaving.count { continue }
                restrictions += mine.count
                copies.append((Int32(junctions.count), allowed))
                arcs[a].head = Int32(junctions.count)
                junctions.append(node)
            }
        }
        for copy in copies { for b in copy.allowed { arcs.append((copy.node, arcs[b].head, arcs[b].cost, arcs[b].track)) } }
    }

    private func isAllowed(_ from: Int32, _ to: Int32, _ rules: [OSMExtract.Restriction], among leaving: [Int32]) -> Bool {
        func way(_ track: Int32) -> Int64 { wayOf[Int(track) / 2] }
        let only = Set(rules.filter(\.isOnly).map(\.to))
        // Of an 'only' whose target is not there nothing is left to obey.
        if leaving.contains(where: { only.contains(way($0)) }) { return only.contains(way(to)) && to != from ^ 1 }
        let isForbidden = rules.contains { !$0.isOnly && $0.to == way(to) }
        // A rule about the way itself forbids turning round, not going straight on.
        return !isForbidden || (way(to) == way(from) && to != from ^ 1)
    }
}
