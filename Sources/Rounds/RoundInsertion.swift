// SPDX-License-Identifier: EUPL-1.2

/// The best place for a job in one round.
struct Insertion {
    var cost = Int.max
    var crew = -1
    /// Behind the stop at this position.
    var position = 0
    var isFound: Bool { crew >= 0 }
}

extension RoundState {
    /// Positions behind which a job may come in a round, by fixed orders and by what waits for what inside it; nil for none.
    func range(_ job: Int, _ crew: Int) -> ClosedRange<Int>? {
        var low = 0
        var high = sums[crew].count
        if model.rank[job] >= 0 {
            for p in 1..<(sums[crew].count + 1) {
                let rank = model.rank[Int(node[crew * width + p])]
                if rank < 0 { continue }
                if rank <= model.rank[job] { low = max(low, p) } else { high = min(high, p - 1) }
            }
        }
        if model.hasWaits {
            for b in model.before[job] where Int(crewOf[b]) == crew { low = max(low, Int(positionOf[b])) }
            for a in model.after[job] where Int(crewOf[a]) == crew { high = min(high, Int(positionOf[a]) - 1) }
        }
        return low <= high ? low...high : nil
    }

    /// May this job come into a plan now: is everything in it that it waits for?
    func isReady(_ job: Int) -> Bool { !model.hasWaits || model.before[job].allSatisfy { crewOf[$0] >= 0 } }

    /// Makes `best` better where this round has a cheaper place. `blink` counts down to a position that is overlooked, one in `blinks` / 2
    /// on average; 0 looks at all.
    func seek(
        _ job: Int, _ crew: Int, _ best: inout Insertion, blink: inout Int, every blinks: Int = 200, _ chance: inout Chance
    ) {
        let sum = sums[crew]
        if sum.litres + Int(model.litres[job]) > Int(model.maxLitres[crew]) { return }
        if sum.kilos + Int(model.kilos[job]) > Int(model.maxKilos[crew]) { return }
        var low = 0
        var high = sum.count
        var (from, to) = (model.opens[job], model.closes[job])
        if model.hasWaits || model.rank[job] >= 0 {
            guard let range = range(job, crew) else { return }
            (low, high) = (range.lowerBound, range.upperBound)
            (from, to) = bounds(job, crew)
        }
        let at = crew * width
        let (row, free0, free1, leg) = (node + at, free0 + at, free1 + at, leg + at)
        let (last0, last1) = (last0 + at, last1 + at)
        let away = model.matrix(of: crew) + job * model.nodes
        let toward = model.matrixToward(crew) + job * model.nodes
        let service = model.service[job]
        let rests = model.restLength[crew] > 0
        let straying = model.straying(job, crew)
        let isPromised = sum.hasPromises || model.promise[job] < RoundModel.never
        var p = low
        while p <= high {
            defer { p += 1 }
            let i = Int(row[p])
            let j = Int(row[p + 1])
            let wayIn = toward[i]
            let wayOut = away[j]
            let extra = Int(wayIn &+ wayOut &- leg[p + 1]) + straying
            if extra >= best.cost { continue }
            if blink > 0 {
                blink -= 1
                if blink == 0 {
                    blink = 1 + chance.below(blinks)
                    continue
                }
            }
            if rests {
                let start0 = model.earliest(job, free0[p] &+ wayIn, opens: from, closes: to)
                let rested = afterRest(crew, free0[p], wayIn).ready
                let start1 = model.earliest(job, min(free1[p] &+ wayIn, rested), opens: from, closes: to)
                let fits =
                    start0 &+ service &+ wayOut <= last0[p + 1] || start1 &+ service &+ wayOut <= last1[p + 1]
                    || (start0 < RoundModel.never && afterRest(crew, start0 &+ service, wayOut).ready <= last1[p + 1])
                if !fits { continue }
            } else {
                if free1[p] > to { break }
                let start = model.earliest(job, free1[p] &+ wayIn, opens: from, closes: to)
                if start &+ service &+ wayOut > last1[p + 1] { continue }
            }
            var cost = extra
            if isPromised {
                guard let late = lateness(job, crew, p, wayIn, wayOut, from, to) else { continue }
                cost += late
            }
            if cost < best.cost { best = Insertion(cost: cost, crew: crew, position: p) }
        }
    }

    /// What lateness an insertion adds: the break stays where it is, or comes just before or after the new job; nil where none of this holds.
    private func lateness(
        _ job: Int, _ crew: Int, _ p: Int, _ wayIn: Seconds, _ wayOut: Seconds, _ from: Seconds, _ to: Seconds
    ) -> Int? {
        let at = crew * width
        let restAt = sums[crew].restAt
        let leave = begin[at + p] &+ (p == 0 ? 0 : model.service[Int(node[at + p])])
        let plain = model.earliest(job, leave &+ wayIn, opens: from, closes: to)
        var best: Int?
        func take(_ start: Seconds, _ ready: Seconds, _ restAt: Int, _ endBy: Seconds) {
            if start >= RoundModel.never || ready >= RoundModel.never { return }
            guard let later = push(crew, p + 1, ready, restAt, endBy) else { return }
            best = min(best ?? .max, later + model.lateness(job, startsAt: start))
        }
        if restAt != p + 1 {
            let isUnrested = restAt == 0 && model.restLength[crew] > 0
            let endBy = isUnrested ? min(model.shiftTo[crew], model.restTo[crew]) : model.shiftTo[crew]
            take(plain, plain &+ model.service[job] &+ wayOut, restAt, endBy)
            if best != nil || model.restLength[crew] == 0 || (restAt > 0 && restAt <= p) { return best }
        }
        let rested = model.earliest(job, afterRest(crew, leave, wayIn).ready, opens: from, closes: to)
        take(rested, rested &+ model.service[job] &+ wayOut, -1, model.shiftTo[crew])
        if plain < RoundModel.never {
            take(plain, afterRest(crew, plain &+ model.service[job], wayOut).ready, -1, model.shiftTo[crew])
        }
        return best
    }

    /// What lateness it adds that the stop at `position` is reached, ready to work, at `time`; nil where the round no longer holds.
    private func push(_ crew: Int, _ position: Int, _ time: Seconds, _ restAt: Int, _ endBy: Seconds) -> Int? {
        let sum = sums[crew]
        let at = crew * width
        if !sum.hasPromises || time <= soft[at + position] { return 0 }
        var added = 0
        var ready = time
        var q = position
        while q <= sum.count {
            let u = Int(node[at + q])
            let start = model.earliest(u, ready, opens: opens[u], closes: closes[u])
            if start >= RoundModel.never { return nil }
            if start <= begin[at + q] { return added }
            added += model.lateness(u, startsAt: start) - model.lateness(u, startsAt: begin[at + q])
            let leave = start &+ model.service[u]
            q += 1
            ready = restAt == q ? afterRest(crew, leave, leg[at + q]).ready : leave &+ leg[at + q]
        }
        return ready <= endBy ? added : nil
    }
}
