// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A way through the streets, for the map.
package struct StreetPath: Sendable, Hashable {
    package var seconds: Int
    package var metres: Double
    package var line: [Place]
    /// By straight line, since one end lies too far from every street.
    package var isEstimated: Bool
}

extension StreetNetwork {
    /// Seconds from each place to each. A place further than 500 m from every street is reached by straight line, and named in `offNetwork`.
    package func travelTimes(among places: [Place], paces: Set<Pace> = [.van]) -> TravelTimes {
        let n = places.count
        var off: Set<Int> = []
        func table(_ pace: Pace) -> [Int32] {
            let spots = places.map { grid(pace).nearest($0, self) }
            for k in 0..<n where spots[k] == nil { off.insert(k) }
            var seconds = [Int32](repeating: 0, count: n * n)
            // The same spot is asked for once: a depot is the start and the end of many crews.
            var number: [StreetSpot: Int] = [:]
            var unique: [StreetSpot] = []
            let which = spots.map { spot -> Int? in
                guard let spot else { return nil }
                if let known = number[spot] { return known }
                number[spot] = unique.count
                unique.append(spot)
                return unique.count - 1
            }
            let table = tenths(from: unique, to: unique, pace)
            for a in 0..<n {
                for b in 0..<n where a != b {
                    if let i = which[a], let j = which[b], table[i * unique.count + j] < StreetSearch.never {
                        seconds[a * n + b] = (table[i * unique.count + j] + 9) / 10
                    } else {
                        let metres = places[a].metres(to: places[b])
                        seconds[a * n + b] =
                            pace == .foot ? TravelTimes.straightSeconds(metres, 1.3, 4.5) : TravelTimes.straightSeconds(metres, 1.4, 24)
                    }
                }
            }
            return seconds
        }
        let van = table(.van)
        var times = TravelTimes(count: n, van: van, foot: paces.contains(.foot) ? table(.foot) : [], basis: .network)
        times.offNetwork = off.sorted()
        return times
    }

    /// Seconds by van from each place to one; by straight line from where no street is near.
    package func seconds(from places: [Place], to place: Place) -> [Int] {
        let straight = TravelTimes.straightSeconds(from: places, to: place)
        guard let target = vanGrid.nearest(place, self) else { return straight }
        let spots = places.map { vanGrid.nearest($0, self) }
        let unique = Array(Set(spots.compactMap { $0 }))
        let ways = tenths(from: unique, to: [target], .van)
        let row = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($0.element, ways[$0.offset]) })
        return zip(spots, straight).map { spot, straight in
            guard let way = spot.flatMap({ row[$0] }), way < StreetSearch.never else { return straight }
            return Int((way + 9) / 10)
        }
    }

    /// The quickest way between two places.
    package func path(from a: Place, to b: Place, pace: Pace = .van) -> StreetPath {
        guard let s = grid(pace).nearest(a, self), let t = grid(pace).nearest(b, self) else { return straight(a, b, pace) }
        let graph = graph(pace)
        var search = StreetSearch(graph)
        let arrivals = arrivals(t, graph)
        search.run(from: departures(s, graph).map { ($0.node, $0.cost) }, goals: Set(arrivals.map(\.node)))
        let along = direct(s, t, graph)
        guard
            let best = arrivals.filter({ search.time[Int($0.node)] < StreetSearch.never })
                .min(by: { search.time[Int($0.node)] + $0.cost < search.time[Int($1.node)] + $1.cost })
        else { return along < StreetSearch.never ? drawn([(s, t)], along) : straight(a, b, pace) }
        let total = search.time[Int(best.node)] + best.cost
        if along <= total { return drawn([(s, t)], along) }
        return drawn(walk(search, graph, s, t, best), total)
    }

    private func straight(_ a: Place, _ b: Place, _ pace: Pace) -> StreetPath {
        let metres = a.metres(to: b)
        let seconds =
            pace == .foot ? TravelTimes.straightSeconds(metres, 1.3, 4.5) : TravelTimes.straightSeconds(metres, 1.4, 24)
        return StreetPath(seconds: Int(seconds), metres: metres, line: [a, b], isEstimated: true)
    }

    // MARK: Spots

    /// The junction at which a spot lies, within 10 m: there one may take any street, not only the one on which the spot was put.
    private func corner(_ spot: StreetSpot) -> (junction: Int32, part: Float)? {
        let metres = pieces.metres[Int(spot.piece)]
        if spot.part * metres <= min(10, metres / 2) { return (pieces.from[Int(spot.piece)], 0) }
        if (1 - spot.part) * metres <= min(10, metres / 2) { return (pieces.to[Int(spot.piece)], 1) }
        return nil
    }

    /// The nodes to which a spot leads, with the rest of its piece, and the end of the piece there.
    func departures(_ spot: StreetSpot, _ graph: StreetGraph) -> [(node: Int32, cost: Int32, part: Float)] {
        var result: [(node: Int32, cost: Int32, part: Float)] = []
        if let corner = corner(spot), let node = graph.atJunction[corner.junction]?.first { result.append((node, 0, corner.part)) }
        for side in 0...1 {
            let left = side == 0 ? 1 - spot.part : spot.part
            guard let arc = graph.arcs(on: 2 * Int(spot.piece) + side).first else { continue }
            result.append((graph.head[Int(arc)], share(graph.cost[Int(arc)], left), side == 0 ? 1 : 0))
        }
        return result
    }

    /// The nodes from which a spot is reached, with the part of its piece up to it, and the end of the piece there.
    func arrivals(_ spot: StreetSpot, _ graph: StreetGraph) -> [(node: Int32, cost: Int32, part: Float)] {
        var result: [(node: Int32, cost: Int32, part: Float)] = []
        if let corner = corner(spot) { result += (graph.atJunction[corner.junction] ?? []).map { ($0, 0, corner.part) } }
        for side in 0...1 {
            let gone = side == 0 ? spot.part : 1 - spot.part
            for arc in graph.arcs(on: 2 * Int(spot.piece) + side) {
                result.append((graph.tail[Int(arc)], share(graph.cost[Int(arc)], gone), side == 0 ? 0 : 1))
            }
        }
        return result
    }

    /// Along one piece, without a junction between.
    func direct(_ a: StreetSpot, _ b: StreetSpot, _ graph: StreetGraph) -> Int32 {
        if a.piece != b.piece { return StreetSearch.never }
        let side = b.part >= a.part ? 0 : 1
        var best = StreetSearch.never
        for s in a.part == b.part ? [0, 1] : [side] {
            if let arc = graph.arcs(on: 2 * Int(a.piece) + s).first { best = min(best, share(graph.cost[Int(arc)], abs(b.part - a.part))) }
        }
        return best
    }

    private func share(_ cost: Int32, _ part: Float) -> Int32 { Int32((Float(cost) * part).rounded()) }

    /// Tenths of a second from spots to spots, row by row.
    func tenths(from spots: [StreetSpot], to targets: [StreetSpot], _ pace: Pace) -> [Int32] {
        let graph = graph(pace)
        let n = targets.count
        var result = [Int32](repeating: StreetSearch.never, count: spots.count * n)
        let into = targets.map { arrivals($0, graph) }
        if pace == .van, let hierarchy {
            result = hierarchy.table(
                from: spots.map { departures($0, graph).map { ($0.node, $0.cost) } }, to: into.map { $0.map { ($0.node, $0.cost) } })
            for a in spots.indices {
                for b in 0..<n {
                    let best = spots[a] == targets[b] ? 0 : direct(spots[a], targets[b], graph)
                    result[a * n + b] = min(best, result[a * n + b])
                }
            }
            return result
        }
        let goals = Set(into.flatMap { $0.map(\.node) })
        var search = StreetSearch(graph)
        for a in spots.indices {
            search.run(from: departures(spots[a], graph).map { ($0.node, $0.cost) }, goals: goals)
            for b in 0..<n {
                var best = spots[a] == targets[b] ? 0 : direct(spots[a], targets[b], graph)
                for end in into[b] where search.time[Int(end.node)] < StreetSearch.never {
                    best = min(best, search.time[Int(end.node)] + end.cost)
                }
                result[a * n + b] = best
            }
        }
        return result
    }

    // MARK: Drawing

    private func walk(
        _ search: StreetSearch, _ graph: StreetGraph, _ s: StreetSpot, _ t: StreetSpot, _ end: (node: Int32, cost: Int32, part: Float)
    ) -> [(StreetSpot, StreetSpot)] {
        func spot(_ piece: Int32, _ part: Float) -> StreetSpot { StreetSpot(piece: piece, part: part, metres: 0) }
        var parts = [(spot(t.piece, end.part), t)]
        var node = end.node
        while search.by[Int(node)] >= 0 {
            let arc = Int(search.by[Int(node)])
            let track = graph.track[arc]
            parts.append((spot(track / 2, track & 1 == 0 ? 0 : 1), spot(track / 2, track & 1 == 0 ? 1 : 0)))
            node = graph.tail[arc]
        }
        let out = departures(s, graph).filter { $0.node == node }.min { $0.cost < $1.cost }
        if let out { parts.append((s, spot(s.piece, out.part))) }
        return parts.reversed()
    }

    private func drawn(_ parts: [(StreetSpot, StreetSpot)], _ tenths: Int32) -> StreetPath {
        var line: [Place] = []
        for (a, b) in parts {
            for place in stretch(Int(a.piece), Double(a.part), Double(b.part)) where line.last != place { line.append(place) }
        }
        let metres = zip(line, line.dropFirst()).reduce(0) { $0 + $1.0.metres(to: $1.1) }
        return StreetPath(seconds: Int((tenths + 9) / 10), metres: metres, line: line, isEstimated: false)
    }

    /// The drawing of a piece from one part to another, turned where it goes against it.
    private func stretch(_ piece: Int, _ from: Double, _ to: Double) -> [Place] {
        let line = Array(line(piece))
        let low = min(from, to)
        let high = max(from, to)
        let lengths = zip(line, line.dropFirst()).map { $0.metres(to: $1) }
        let total = lengths.reduce(0, +)
        func at(_ part: Double) -> Place {
            var left = part * total
            for (k, length) in lengths.enumerated() {
                if left <= length || k == lengths.count - 1 {
                    let t = length > 0 ? min(1, left / length) : 0
                    return Place(
                        longitude: line[k].longitude + t * (line[k + 1].longitude - line[k].longitude),
                        latitude: line[k].latitude + t * (line[k + 1].latitude - line[k].latitude))
                }
                left -= length
            }
            return line[0]
        }
        var result = [at(low)]
        var gone = 0.0
        for (k, length) in lengths.enumerated() {
            gone += length
            if gone > low * total && gone < high * total { result.append(line[k + 1]) }
        }
        result.append(at(high))
        return from <= to ? result : result.reversed()
    }
}
