// SPDX-License-Identifier: EUPL-1.2

/// Where each commune of the demo city lies: a power diagram of the true centroids, weighted until each cell has the
/// commune's share of the ground, with borders bent as real ones are. The cells tile: no gap, no overlap. They are not the
/// true boundaries, which `vigie import areas` takes from their publisher.
package struct AreaPlan: Sendable {
    package struct Area: Sendable {
        package let fact: CommuneFact
        /// As written to areas.geojson.
        package let outline: Outline
        /// The straight-edged cell under the bent border, on the plane.
        let cell: [Spot]
        let centre: Spot
    }

    package let areas: [Area]

    package init(seed: UInt64, facts: [CommuneFact] = Communes.all) {
        let sites = facts.map { Ground.spot(longitude: $0.longitude, latitude: $0.latitude) }
        let hull = AreaPlan.surround(sites, facts)
        let scale = Ring.area(hull) / facts.reduce(0) { $0 + $1.squareKilometres }
        let wanted = facts.map { $0.squareKilometres * scale }
        var weights = wanted.map { $0 / SteadyMath.turn }
        var cells: [[Spot]] = []
        for _ in 0..<120 {
            cells = AreaPlan.cells(sites, weights, hull)
            for i in facts.indices { weights[i] += 0.25 * (wanted[i] - Ring.area(cells[i])) }
        }
        let corners = AreaPlan.welded(cells)
        areas = facts.indices.map { i in
            Area(
                fact: facts[i], outline: Outline(AreaPlan.bent(corners[i], seed)), cell: corners[i],
                centre: AreaPlan.middle(sites[i], corners[i]))
        }
    }

    /// The convex ground that holds a disc of each commune's area around its centroid.
    private static func surround(_ sites: [Spot], _ facts: [CommuneFact]) -> [Spot] {
        Ring.hull(
            of: zip(sites, facts).flatMap { site, fact in
                let radius = (fact.squareKilometres * 1e6 / 3.14159).squareRoot()
                return (0..<16).map { k in
                    let angle = Double(k) / 16 * SteadyMath.turn
                    return site + Spot(x: SteadyMath.cosine(angle), y: SteadyMath.sine(angle)) * radius
                }
            })
    }

    /// Cell i: where |p − site i|² − weight i is least.
    private static func cells(_ sites: [Spot], _ weights: [Double], _ hull: [Spot]) -> [[Spot]] {
        sites.indices.map { i in
            var cell = hull
            for j in sites.indices where j != i && !cell.isEmpty {
                let normal = (sites[j] - sites[i]) * 2
                cell = Ring.clip(cell, normal: normal, limit: sites[j].dot(sites[j]) - weights[j] - sites[i].dot(sites[i]) + weights[i])
            }
            return cell
        }
    }

    /// The same corner seen from two cells differs in its last bits: the first one seen stands for all within 2 m.
    private static func welded(_ cells: [[Spot]]) -> [[Spot]] {
        var seen: [Spot] = []
        return cells.map { cell in
            var ring: [Spot] = []
            for corner in cell {
                let weld = seen.first { ($0 - corner).length < 2 } ?? corner
                if weld == corner { seen.append(corner) }
                if ring.last != weld, ring.first != weld { ring.append(weld) }
            }
            return ring
        }
    }

    /// Bends each edge by midpoint displacement; both owners of an edge compute the same bend from its two ends.
    private static func bent(_ ring: [Spot], _ seed: UInt64) -> [Spot] {
        ring.indices.flatMap { i -> [Spot] in
            let (a, b) = (ring[i], ring[(i + 1) % ring.count])
            let forward = (a.x, a.y) < (b.x, b.y)
            let (first, last) = forward ? (a, b) : (b, a)
            var line = [first, last]
            var dice = Dice(seed: seed, first.x.bitPattern, first.y.bitPattern ^ last.x.bitPattern ^ (last.y.bitPattern << 1))
            while line.count < 33, (line[1] - line[0]).length > 120 {
                var finer = [first]
                for k in 1..<line.count {
                    let step = line[k] - line[k - 1]
                    finer.append(line[k - 1] + step * 0.5 + step.left * dice.between(-0.09, 0.09))
                    finer.append(line[k])
                }
                line = finer
            }
            return Array((forward ? line : line.reversed()).dropLast())
        }
    }

    /// Where the town stands: its centroid, drawn inwards where the cell leaves it at the border.
    private static func middle(_ site: Spot, _ cell: [Spot]) -> Spot {
        var centre = Spot(x: 0, y: 0)
        for corner in cell { centre = centre + corner * (1 / Double(cell.count)) }
        var spot = site
        for _ in 0..<20 where !Ring.holds(cell, spot, inset: 450) { spot = spot + (centre - spot) * 0.15 }
        return spot
    }
}
