// SPDX-License-Identifier: EUPL-1.2

/// A street of the demo city: a named line with lamps along it.
struct Street {
    enum Rank: Int { case avenue, street, lane }
    var line: [Spot]
    var rank: Rank
    /// Distances along the line where another street crosses that carries traffic.
    var crossings: [Double] = []

    var length: Double { zip(line, line.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length } }

    /// The street up to where it would leave its commune over the bent border; nil where it begins outside.
    func part(inside outline: Outline) -> Street? {
        guard let out = line.firstIndex(where: { !outline.contains(Mark($0)) }) else { return self }
        return out > 1 ? Street(line: Array(line[..<out]), rank: rank, crossings: crossings) : nil
    }
}

/// How dense a town must be built to hold its lamps, in metres.
struct Grain {
    /// Between parallel streets, in the middle of the town.
    var block: Double
    /// Between two lamps along a street.
    var pitch: Double
    /// How large the quarters are.
    var quarter: Double
    /// 1 for a real town; less where so many lamps are asked that streets must shrink.
    var scale: Double

    /// For `lamps` in a cell of `area` square metres. 25–35 m between lamps, blocks of 45 m or more as long as the ground
    /// holds that; beyond it (a city for measuring, not for looking at) everything shrinks alike.
    init(lamps: Int, area: Double, tightness: Double) {
        let streets = Double(lamps) * 30
        var block = min(lamps > 2000 ? 88 : 112, 0.9 * area / streets) * tightness
        var scale = 1.0
        if block < 45 {
            scale = (block / 45).squareRoot()
            block = 45 * scale
        }
        (self.block, self.scale) = (block, scale)
        pitch = 30 * scale
        quarter = max(min(9, max(4, Double(lamps).squareRoot() / 4)) * block, (area / 1500).squareRoot())
    }
}

/// The streets of one commune, from its middle outwards: avenues to the neighbours, an old town of rings and radials, then
/// quarters (cells of a Voronoi diagram on a sunflower spiral), each with a grid of its own turn, bend and irregularity.
struct TownPlan {
    private let cell: [Spot]
    private let centre: Spot
    private let grain: Grain
    private let seeds: [Spot]
    private let avenues: [Street]

    init(area: AreaPlan.Area, neighbours: [Spot], lamps: Int, grain: Grain, seed: UInt64) {
        (cell, centre, self.grain) = (area.cell, area.centre, grain)
        var dice = Dice(seed: seed, 1)
        let middle = centre
        let room = cell
        let reach = (Double(lamps) * grain.pitch * grain.block / 1.15 / 3.14159).squareRoot()
        let turn = dice.between(0, SteadyMath.turn)
        // As far as the commune's farthest corner, and no farther.
        let farthest = (room.map { ($0 - middle).length }.max() ?? 0) / (0.62 * grain.quarter)
        seeds = (0...Int(farthest * farthest)).lazy.map { i in
            let angle = turn + Double(i) * 2.399963229728653
            let radius = 0.62 * grain.quarter * Double(i).squareRoot()
            return middle + Spot(x: SteadyMath.cosine(angle), y: SteadyMath.sine(angle)) * radius
        }
        .filter { Ring.holds(room, $0, inset: 0.2 * grain.quarter) }
        .map { spot in spot == middle ? spot : spot + Spot(x: dice.between(-0.2, 0.2), y: dice.between(-0.2, 0.2)) * grain.quarter }
        // Of two towns that lie in nearly the same direction only the nearer one has its avenue.
        let aims = neighbours.indices.filter { i in
            !neighbours[..<i].contains { ($0 - middle).unit.dot((neighbours[i] - middle).unit) > 0.88 }
        }.map { neighbours[$0] }
        avenues = aims.map { TownPlan.avenue(from: middle, towards: $0, reach: reach, in: room, &dice) }.filter {
            $0.length > 150 * grain.scale
        }
    }

    var quarters: Int { seeds.count }

    /// Nearest to the middle first: for the last quarter, which is built only in part, from the town's side.
    func outwards(_ streets: [Street]) -> [Street] {
        func away(_ street: Street) -> Double { street.line.map { ($0 - centre).length }.min() ?? 0 }
        return streets.map { (away($0), $0) }.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }

    /// The great streets, first of all.
    func greatStreets() -> [Street] { avenues }

    /// The streets of quarter `q`, in an order in which one begins near where the last ended.
    func streets(ofQuarter q: Int, seed: UInt64) -> [Street] {
        var dice = Dice(seed: seed, 2, UInt64(q))
        let (ring, edges) = quarterCell(q)
        guard ring.count > 2 else { return [] }
        var streets = edges
        if q > 2, dice.chance(0.07) { return streets }
        let far = (seeds[q] - centre).length / (12 * grain.quarter)
        let block = grain.block * (0.86 + min(0.5, far)) * dice.between(0.9, 1.15)
        if q == 0 {
            let middle = centre
            func away(_ street: Street) -> Double { (street.line[street.line.count / 2] - middle).length }
            streets += Weave.rings(around: middle, in: ring, block: block * 0.85, scale: grain.scale, &dice)
                .filter { away($0) < 0.9 * grain.quarter }
                .sorted { (away($0), $0.line[0].x) < (away($1), $1.line[0].x) }
        } else {
            streets += Weave.grid(around: seeds[q], in: ring, block: block, scale: grain.scale, &dice)
        }
        return streets
    }

    /// The Voronoi cell of a seed inside the commune, and its edges with quarters nearer the middle, which are great streets.
    private func quarterCell(_ q: Int) -> (ring: [Spot], edges: [Street]) {
        let near = 4.2 * grain.quarter
        var ring = cell
        for (j, other) in seeds.enumerated() where j != q {
            let to = other - seeds[q]
            guard abs(to.x) < near, abs(to.y) < near else { continue }
            ring = Ring.clip(ring, normal: to, limit: to.dot((seeds[q] + other) * 0.5))
            if ring.count < 3 { return ([], []) }
        }
        let edges = ring.indices.compactMap { i -> Street? in
            let (a, b) = (ring[i], ring[(i + 1) % ring.count])
            let middle = (a + b) * 0.5
            let mirror = middle + (middle - seeds[q])
            let owned = seeds.enumerated().contains { j, other in
                j < q && abs(((other - middle).dot(other - middle)).squareRoot() - (seeds[q] - middle).length) < 1e-3
                    && (other - mirror).length < 3 * grain.quarter
            }
            guard owned, (b - a).length > 60 * grain.scale else { return nil }
            return Street(line: [a, b], rank: .avenue, crossings: [0, (b - a).length])
        }
        return (ring, edges)
    }

    /// A gently bent line from the middle towards a neighbour, as far as the town reaches.
    private static func avenue(from a: Spot, towards b: Spot, reach: Double, in cell: [Spot], _ dice: inout Dice) -> Street {
        let direction = (b - a).unit
        let sway = dice.between(-0.1, 0.1)
        let phase = dice.between(0, SteadyMath.turn)
        var line: [Spot] = []
        let end = min(reach * 1.15, (b - a).length / 2)
        for d in stride(from: 0.0, through: end, by: 40) {
            let p = a + direction * d + direction.left * (sway * d * SteadyMath.sine(phase + d / 900))
            guard Ring.holds(cell, p, inset: 12) else { break }
            line.append(p)
        }
        return Street(line: line, rank: .avenue, crossings: stride(from: 0.0, to: end, by: 420).map { $0 })
    }
}
