// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Rounds

/// A small town on a grid: one step is a minute of travel. Times are minutes of one day.
struct RoundWorld {
    static let day: Int64 = 1_795_334_400

    static func minute(_ minute: Int) -> Instant { Instant(seconds: day + Int64(minute) * 60) }
    static func stretch(_ from: Int, _ to: Int) -> Stretch { Stretch(from: minute(from), to: minute(to)) }
    static func at(_ x: Int, _ y: Int) -> Place { Place(longitude: Double(x) / 1000, latitude: Double(y) / 1000) }

    static func crew(
        _ id: Int64, _ x: Int = 0, _ y: Int = 0, from: Int = 480, to: Int = 960, rest: RoundRest? = nil, skills: Set<String> = [],
        equipment: Set<String> = [], capacity: RoundLoad? = nil
    ) -> RoundCrew {
        RoundCrew(
            id: id, name: "Équipe \(id)", start: at(x, y), shift: stretch(from, to), rest: rest, skills: skills, equipment: equipment,
            capacity: capacity)
    }

    static func job(
        _ id: Int64, _ x: Int, _ y: Int, _ minutes: Int = 20, windows: [Stretch] = [], skills: Set<String> = [],
        equipment: Set<String> = [], load: RoundLoad = .none, urgency: Urgency = .days, promised: Int? = nil, lock: RoundLock? = nil,
        after: [Int64] = [], price: Int? = nil
    ) -> RoundJob {
        RoundJob(
            id: id, place: at(x, y), duration: .minutes(Int64(minutes)), skills: skills, equipment: equipment, windows: windows, load: load,
            urgency: urgency, promisedAt: promised.map(minute), lock: lock, after: after, price: price)
    }

    /// A minute a step, first along x, then along y.
    static func travel(_ problem: RoundProblem) -> TravelTimes {
        let places = problem.places
        let n = places.count
        var seconds = [Int32](repeating: 0, count: n * n)
        for a in 0..<n {
            for b in 0..<n {
                let steps =
                    abs(places[a].longitude - places[b].longitude) * 1000 + abs(places[a].latitude - places[b].latitude) * 1000
                seconds[a * n + b] = Int32(steps.rounded()) * 60
            }
        }
        return TravelTimes(count: n, van: seconds, basis: .network)
    }

    static func solve(_ problem: RoundProblem, iterations: Int = 3_000, from plan: RoundPlan? = nil, seed: UInt64 = 1) throws -> RoundPlan {
        try RoundSolver.solve(problem, travel: travel(problem), from: plan, budget: RoundBudget(iterations: iterations), seed: seed)
    }
}

/// Repeatable chance for tests.
struct TestDice {
    var state: UInt64
    mutating func below(_ n: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(n))
    }
}
