// SPDX-License-Identifier: EUPL-1.2

/// How many lamps each commune has, and how lamps gather under cabinets, cabinets under feeders, feeders under substations.
/// All of it follows from the counts alone, so it is known before the first street is drawn.
package struct SupplyPlan: Sendable {
    /// By commune: lamps.
    package let lamps: [Int]
    /// By commune: lamps of each of its cabinets, in the order of the streets.
    package let cabinets: [[Int]]
    /// Cabinets of each feeder, over all communes in `order`.
    package let feeders: [Int]
    /// Feeders of each substation.
    package let substations: [Int]
    /// The order in which feeders run through the communes: the largest first, then around it.
    package let order: [Int]

    package init(lamps total: Int, facts: [CommuneFact], seed: UInt64) {
        lamps = SupplyPlan.share(total, facts)
        order = SupplyPlan.around(facts)
        let counts = lamps
        cabinets = facts.indices.map { i in
            var dice = Dice(seed: seed, 5, UInt64(i))
            return SupplyPlan.split(counts[i], into: 20...80, about: 50, &dice)
        }
        var dice = Dice(seed: seed, 6)
        feeders = SupplyPlan.split(cabinets.reduce(0) { $0 + $1.count }, into: 5...15, about: 10, &dice)
        substations = SupplyPlan.split(feeders.count, into: 4...24, about: 12, &dice)
    }

    /// Shares by inhabitants to the power 0.8 and a little by area (villages light more metres for each inhabitant). A commune
    /// whose share would not fill a cabinet has no lamps: there are then too few for all.
    static func share(_ total: Int, _ facts: [CommuneFact]) -> [Int] {
        let weights = facts.map { SteadyMath.powerFourFifths(Double($0.inhabitants)) + 4 * $0.squareKilometres }
        var taking = Set(facts.indices)
        while true {
            let sum = facts.indices.reduce(0.0) { $0 + (taking.contains($1) ? weights[$1] : 0) }
            var counts = facts.indices.map { taking.contains($0) ? Int(Double(total) * weights[$0] / sum) : 0 }
            let largest = facts.indices.max { weights[$0] < weights[$1] }!
            counts[largest] += total - counts.reduce(0, +)
            guard taking.count > 1, let least = taking.min(by: { (counts[$0], $0) < (counts[$1], $1) }), counts[least] < 20 else {
                return counts
            }
            taking.remove(least)
        }
    }

    /// Parts of `count` within `bounds`, unequal, in all exactly `count`. Where no such parts exist (fewer than the lower bound), one part.
    static func split(_ count: Int, into bounds: ClosedRange<Int>, about: Int, _ dice: inout Dice) -> [Int] {
        guard count > 0 else { return [] }
        var parts = max(1, (count + about / 2) / about)
        while parts > 1, count / parts < bounds.lowerBound { parts -= 1 }
        while count > parts * bounds.upperBound, (parts + 1) * bounds.lowerBound <= count { parts += 1 }
        var sizes = (0..<parts).map { count * ($0 + 1) / parts - count * $0 / parts }
        guard parts > 1 else { return sizes }
        for i in 0..<parts {
            let j = (i + 1) % parts
            let room = min(sizes[i] - bounds.lowerBound, bounds.upperBound - sizes[j], about / 3)
            let moved = room > 0 ? dice.whole(0...room) : 0
            sizes[i] -= moved
            sizes[j] += moved
        }
        return sizes
    }

    /// The largest commune, then the others by their direction from it.
    private static func around(_ facts: [CommuneFact]) -> [Int] {
        let hub = facts.indices.max { facts[$0].inhabitants < facts[$1].inhabitants }!
        func direction(_ i: Int) -> Double {
            let dx = facts[i].longitude - facts[hub].longitude
            let dy = facts[i].latitude - facts[hub].latitude
            // Grows with the angle, from 0 in the east to 4: the sine and cosine are not needed to sort.
            let share = dy / (abs(dx) + abs(dy))
            return dx >= 0 ? (dy >= 0 ? share : 4 + share) : 2 - share
        }
        return [hub] + facts.indices.filter { $0 != hub }.sorted { direction($0) < direction($1) }
    }
}
