// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// How long a search may take: so many changes, or until `spent` says 1. With `spent` nil the same problem and seed give the same plan.
package struct RoundBudget: Sendable {
    package var iterations: Int
    /// The part of the time that is gone, 0 to 1; 1 or more ends the search (a cancelled caller says 1).
    package var spent: (@Sendable () -> Double)?

    package init(iterations: Int, spent: (@Sendable () -> Double)? = nil) { (self.iterations, self.spent) = (iterations, spent) }
}

/// Ruin and recreate under simulated annealing: strings of neighbouring stops are taken out of neighbouring rounds and put back one by one
/// at their cheapest places, now and then overlooking one (Christiaens and Vanden Berghe, 'Slack Induction by String Removals', 2020).
/// The start is a construction by regret. Jobs that are left out come back when what is ruined makes room.
struct RoundSearch {
    let model: RoundModel
    let state: RoundState
    var chance: Chance
    /// For each job the others, nearest first, at most `reach`.
    private let near: [Int32]
    private let reach: Int
    private var best = RoundState.Snapshot()
    private(set) var bestCost = Int.max
    private(set) var iterations = 0
    private var gone: [Bool]
    private var removed: [Int] = []
    private var ruined: [Bool]
    private var blinks = 200

    /// Mean number of jobs taken out at a time, and the longest string of one round.
    var removals = 10.0
    var longestString = 10.0
    /// First and last temperature over the mean leg.
    var hot = 1.0
    var cold = 0.01

    init(_ model: RoundModel, seed: UInt64) {
        self.model = model
        state = RoundState(model)
        chance = Chance(seed: seed)
        reach = min(model.jobs, 250)
        gone = Array(repeating: false, count: model.jobs)
        ruined = Array(repeating: false, count: model.crews)
        near = RoundSearch.neighbours(model, reach)
    }

    private static func neighbours(_ model: RoundModel, _ reach: Int) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(model.jobs * reach)
        var keys = [UInt64](repeating: 0, count: model.jobs)
        for u in 0..<model.jobs {
            let away = model.van + u * model.nodes
            let toward = model.vanToward + u * model.nodes
            for v in 0..<model.jobs { keys[v] = v == u ? UInt64(v) : UInt64(away[v] &+ toward[v] &+ 1) << 32 | UInt64(v) }
            result += keys.sorted().prefix(reach).map { Int32(truncatingIfNeeded: $0) }
        }
        return result
    }

    // MARK: Running

    mutating func run(_ budget: RoundBudget) {
        state.mark()
        keepBest()
        if model.jobs == 0 || model.crews == 0 { return }
        let travel = state.sums.reduce(0) { $0 + $1.travel }
        let leg = max(1, Double(travel) / Double(model.jobs))
        var fraction = budget.spent?() ?? 0
        var temperature = leg * hot
        while iterations < budget.iterations && fraction < 1 {
            if iterations & 63 == 0 {
                fraction = max(Double(iterations) / Double(budget.iterations), budget.spent?() ?? 0)
                temperature = leg * hot * pow(cold / hot, min(1, fraction))
            }
            iterations += 1
            let before = state.cost
            state.mark()
            ruin()
            recreate()
            let limit = Double(before) - temperature * log(max(1e-300, chance.unit()))
            if state.isBroken || Double(state.cost) >= limit {
                state.rollBack()
            } else if state.cost < bestCost {
                keepBest()
            }
        }
        state.load(best)
    }

    private mutating func keepBest() {
        bestCost = state.cost
        best = state.snapshot
    }

    // MARK: Ruin

    private mutating func ruin() {
        removed.removeAll(keepingCapacity: true)
        let used = max(1, state.sums.reduce(0) { $0 + ($1.count > 0 ? 1 : 0) })
        let placed = state.sums.reduce(0) { $0 + $1.count }
        let longest = min(longestString, Double(placed) / Double(used))
        let strings = max(1, Int((chance.unit() * (4 * removals / (1 + longest) - 1) + 1)))
        let seed = chance.below(model.jobs)
        var hit: [Int] = []
        for k in 0..<reach {
            if hit.count >= strings { break }
            let job = Int(near[seed * reach + k])
            let crew = Int(state.crewOf[job])
            if crew < 0 || gone[job] || ruined[crew] { continue }
            ruined[crew] = true
            hit.append(crew)
            takeString(job, crew, longest)
        }
        if model.hasWaits { takeWaiting(&hit) }
        for crew in hit {
            state.remove(crew) { gone[$0] }
            ruined[crew] = false
        }
        for job in removed { gone[job] = false }
    }

    private mutating func takeString(_ job: Int, _ crew: Int, _ longest: Double) {
        let count = state.sums[crew].count
        let length = min(count, Int(chance.unit() * min(Double(count), longest) + 1))
        let at = Int(state.positionOf[job])
        var keep = 0
        // Half of the time a part inside the string stays.
        if length > 1 && length < count && chance.unit() < 0.5 {
            keep = 1
            while length + keep < count && chance.unit() < 0.1 { keep += 1 }
            keep = min(keep, count - length)
        }
        let span = length + keep
        let low = max(1, at - span + 1)
        let first = low + chance.below(min(at, count - span + 1) - low + 1)
        let keepFrom = keep > 0 ? first + 1 + chance.below(max(1, length - 1)) : 0
        for p in first..<(first + span) {
            if keep > 0 && p >= keepFrom && p < keepFrom + keep { continue }
            take(Int(state.node[crew * state.width + p]))
        }
    }

    private mutating func take(_ job: Int) {
        if gone[job] { return }
        gone[job] = true
        removed.append(job)
    }

    /// What waits for a job that goes must go too.
    private mutating func takeWaiting(_ hit: inout [Int]) {
        var k = 0
        while k < removed.count {
            for job in model.after[removed[k]] where state.crewOf[job] >= 0 && !gone[job] {
                take(job)
                let crew = Int(state.crewOf[job])
                if !ruined[crew] {
                    ruined[crew] = true
                    hit.append(crew)
                }
            }
            k += 1
        }
    }

    // MARK: Recreate

    private mutating func recreate() {
        var waiting = removed
        if state.leftOut > 0 { waiting += sampleLeftOut() }
        order(&waiting)
        // Mostly one position in a hundred is overlooked; now and then one in eight, which leaves deep valleys.
        blinks = chance.below(8) == 0 ? 16 : 200
        var blink = 1 + chance.below(blinks)
        // What waits for another job comes in a later pass.
        for _ in 0..<4 {
            var later: [Int] = []
            for job in waiting {
                if !state.isReady(job) {
                    later.append(job)
                    continue
                }
                let found = seekAll(job, blink: &blink)
                if found.isFound && found.cost < model.price[job] { state.insert(job, found.crew, after: found.position) }
            }
            if later.isEmpty || later.count == waiting.count { break }
            waiting = later
        }
    }

    private mutating func seekAll(_ job: Int, blink: inout Int) -> Insertion {
        var best = Insertion()
        var triedKinds: UInt64 = 0
        let may = model.may + job * model.crews
        for crew in 0..<model.crews where may[crew] {
            if state.sums[crew].count == 0 {
                let kind = UInt64(1) << UInt64(min(63, model.alike[crew]))
                if model.alike[crew] < 63 && triedKinds & kind != 0 { continue }
                triedKinds |= kind
            }
            state.seek(job, crew, &best, blink: &blink, every: blinks, &chance)
        }
        return best
    }

    /// A handful of what is left out: all of a few, some of many.
    private mutating func sampleLeftOut() -> [Int] {
        let taken = Set(removed)
        let out = (0..<model.jobs).filter { state.crewOf[$0] < 0 && !taken.contains($0) }
        if out.count <= 8 { return out }
        return (0..<8).map { _ in out[chance.below(out.count)] }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private mutating func order(_ jobs: inout [Int]) {
        func key(_ value: (Int) -> Int) { jobs.sort { (value($0), $0) < (value($1), $1) } }
        let out = model.start(of: 0)
        switch chance.below(19) {
        case 0..<4: for k in stride(from: jobs.count - 1, to: 0, by: -1) { jobs.swapAt(k, chance.below(k + 1)) }
        case 4..<6: key { -Int(model.litres[$0]) - Int(model.kilos[$0]) }
        case 6..<8: key { -Int(model.van[out * model.nodes + $0]) }
        case 8: key { Int(model.van[out * model.nodes + $0]) }
        case 9..<11: key { Int(model.closes[$0]) - Int(model.opens[$0]) }
        case 11..<13: key { Int(model.opens[$0]) }
        case 13..<15: key { -Int(model.closes[$0]) }
        case 15..<17: key { -model.price[$0] }
        default: key { Int(model.promise[$0]) }
        }
    }

    // MARK: Construction

    /// Regret: always the job that would lose most if its best round were taken, counting what leaving it out costs.
    mutating func construct() {
        let m = model.crews
        var blink = 0
        var cache = [Insertion](repeating: Insertion(), count: model.jobs * m)
        var open = (0..<model.jobs).filter { state.crewOf[$0] < 0 }
        var stale = Set(0..<m)
        while !open.isEmpty {
            var chosen: (job: Int, at: Insertion)?
            var most = Int.min
            for job in open where state.isReady(job) {
                var first = Insertion()
                var second = Int.max
                for crew in 0..<m where model.may[job * m + crew] {
                    if stale.contains(crew) || model.hasWaits {
                        cache[job * m + crew] = Insertion()
                        state.seek(job, crew, &cache[job * m + crew], blink: &blink, &chance)
                    }
                    let here = cache[job * m + crew]
                    if !here.isFound { continue }
                    if here.cost < first.cost { (first, second) = (here, first.cost) } else { second = min(second, here.cost) }
                }
                if !first.isFound || first.cost >= model.price[job] { continue }
                let regret = min(second, model.price[job]) - first.cost
                if regret > most { (most, chosen) = (regret, (job, first)) }
            }
            guard let chosen else { break }
            state.mark()
            state.insert(chosen.job, chosen.at.crew, after: chosen.at.position)
            open.removeAll { $0 == chosen.job }
            if state.isBroken { state.rollBack() }
            stale = Set(state.touchedCrews + [chosen.at.crew])
        }
        state.mark()
    }
}
