// SPDX-License-Identifier: EUPL-1.2

/// All rounds of a plan in the making, with what answers in O(1) whether a job fits between two others: for each position the earliest
/// leave before and after the break (`free0`, `free1`) and the latest arrival from which the rest of the round still holds (`last0`,
/// `last1`). Starting as early as possible is never worse for what follows (an early arrival waits), so both are exact, with several
/// windows and a floating break too. Jobs that wait for jobs of other rounds hold each other by their own bounds (`opens`, `closes`),
/// moved whenever one of them moves, so that no circle can arise.
final class RoundState {
    typealias Seconds = RoundModel.Seconds
    let model: RoundModel
    let width: Int
    let node, free0, free1, last0, last1, begin, soft, leg: UnsafeMutablePointer<Int32>
    private let savedNode, savedBegin: UnsafeMutablePointer<Int32>
    private let via: UnsafeMutablePointer<UInt8>
    private let costA, costB: UnsafeMutablePointer<Int>
    private let timeB: UnsafeMutablePointer<Int32>
    let crewOf, positionOf, opens, closes: UnsafeMutablePointer<Int32>

    /// One round's figures.
    struct Sums {
        var count = 0
        var travel = 0
        var late = 0
        /// What it costs that jobs are not with the crew of the plan in force.
        var straying = 0
        var litres = 0
        var kilos = 0
        var hasPromises = false
        /// Position before which the break is taken; 0 for none. After arriving there, or before leaving for it.
        var restAt = 0
        var restAfterArrival = false
        var restBegins: Int32 = 0
    }
    var sums: [Sums]
    private(set) var total = 0
    /// What the jobs that are in no round cost.
    private(set) var leftOut = 0
    /// True where moving one job would have broken what another waits for: roll back.
    private(set) var isBroken = false
    private var touched: [Int] = []
    private var savedSums: [Sums]
    private var isTouched: [Bool]

    var cost: Int { total + leftOut }

    init(_ model: RoundModel) {
        self.model = model
        width = model.jobs + 2
        let cells = max(1, width * model.crews)
        func column(_ count: Int, _ value: Int32 = 0) -> UnsafeMutablePointer<Int32> {
            let pointer = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, count))
            pointer.initialize(repeating: value, count: max(1, count))
            return pointer
        }
        (node, free0, free1, last0) = (column(cells), column(cells), column(cells), column(cells))
        (last1, begin, soft, leg) = (column(cells), column(cells), column(cells), column(cells))
        (savedNode, savedBegin, timeB) = (column(cells), column(cells), column(width))
        via = .allocate(capacity: width)
        via.initialize(repeating: 0, count: width)
        (costA, costB) = (.allocate(capacity: width), .allocate(capacity: width))
        costA.initialize(repeating: 0, count: width)
        costB.initialize(repeating: 0, count: width)
        (crewOf, positionOf) = (column(model.jobs, -1), column(model.jobs))
        (opens, closes) = (column(model.jobs), column(model.jobs))
        sums = Array(repeating: Sums(), count: model.crews)
        savedSums = sums
        isTouched = Array(repeating: false, count: model.crews)
        for u in 0..<model.jobs {
            (opens[u], closes[u]) = (model.opens[u], model.closes[u])
            leftOut += model.price[u]
        }
        for c in 0..<model.crews {
            node[c * width] = Int32(model.start(of: c))
            node[c * width + 1] = Int32(model.end(of: c))
            _ = recount(c)
        }
    }

    deinit {
        for p in [node, free0, free1, last0, last1, begin, soft, leg, savedNode, savedBegin, timeB, crewOf, positionOf, opens, closes] {
            p.deallocate()
        }
        via.deallocate()
        costA.deallocate()
        costB.deallocate()
    }

    // MARK: Changing

    /// Puts a job behind the stop at `position` (0: the crew's start).
    func insert(_ job: Int, _ crew: Int, after position: Int) {
        touch(crew)
        let row = node + crew * width
        let count = sums[crew].count
        var p = count + 1
        while p > position {
            row[p + 1] = row[p]
            p -= 1
        }
        row[position + 1] = Int32(job)
        sums[crew].count = count + 1
        crewOf[job] = Int32(crew)
        leftOut -= model.price[job]
        renew(crew)
    }

    /// Takes jobs out of one round; what waits for them must go too (`RoundRuin` sees to it).
    func remove(_ crew: Int, where isGone: (Int) -> Bool) {
        touch(crew)
        let row = node + crew * width
        var kept = 1
        var freed: [Int] = []
        for p in 1..<(sums[crew].count + 1) {
            let job = Int(row[p])
            if isGone(job) {
                crewOf[job] = -1
                leftOut += model.price[job]
                if model.hasWaits { freed += model.before[job] }
            } else {
                row[kept] = row[p]
                kept += 1
            }
        }
        row[kept] = Int32(model.end(of: crew))
        sums[crew].count = kept - 1
        renew(crew)
        for p in freed where crewOf[p] >= 0 && Int(crewOf[p]) != crew {
            touch(Int(crewOf[p]))
            renew(Int(crewOf[p]))
        }
    }

    /// From here on `rollBack` returns to this state.
    func mark() {
        for c in touched { isTouched[c] = false }
        touched.removeAll(keepingCapacity: true)
        isBroken = false
    }

    private func touch(_ crew: Int) {
        if isTouched[crew] { return }
        isTouched[crew] = true
        touched.append(crew)
        savedSums[crew] = sums[crew]
        let at = crew * width
        let cells = sums[crew].count + 2
        (savedNode + at).update(from: node + at, count: cells)
        if model.hasWaits { (savedBegin + at).update(from: begin + at, count: cells) }
    }

    var touchedCrews: [Int] { touched }

    func rollBack() {
        for c in touched {
            for p in 1..<(sums[c].count + 1) {
                let job = Int(node[c * width + p])
                if crewOf[job] == Int32(c) {
                    crewOf[job] = -1
                    leftOut += model.price[job]
                }
            }
        }
        for c in touched {
            let at = c * width
            sums[c].count = savedSums[c].count
            let cells = sums[c].count + 2
            (node + at).update(from: savedNode + at, count: cells)
            if model.hasWaits { (begin + at).update(from: savedBegin + at, count: cells) }
            for p in 1..<(cells - 1) {
                let job = Int(node[at + p])
                if crewOf[job] < 0 { leftOut -= model.price[job] }
                crewOf[job] = Int32(c)
                positionOf[job] = Int32(p)
            }
        }
        isBroken = false
        // A round's begins, as they were, hold the bounds of what waits for it: nothing moves but what was lazily late.
        for c in touched { renew(c) }
        mark()
    }

    /// A plan to come back to: rows of job indices, one a crew, and when each begins.
    struct Snapshot {
        var rows: [[Int32]] = []
        var begins: [[Int32]] = []
    }

    var snapshot: Snapshot {
        Snapshot(
            rows: rows,
            begins: model.hasWaits ? (0..<model.crews).map { c in (0..<(sums[c].count + 2)).map { begin[c * width + $0] } } : [])
    }

    /// Comes back to a snapshot. The begins are set before anything is counted, since they are the bounds of what waits in other rounds.
    func load(_ snapshot: Snapshot) {
        for u in 0..<model.jobs where crewOf[u] >= 0 {
            crewOf[u] = -1
            leftOut += model.price[u]
        }
        for (c, row) in snapshot.rows.enumerated() {
            let at = c * width
            for (p, job) in row.enumerated() {
                node[at + p + 1] = job
                crewOf[Int(job)] = Int32(c)
                positionOf[Int(job)] = Int32(p + 1)
                leftOut -= model.price[Int(job)]
            }
            node[at + row.count + 1] = Int32(model.end(of: c))
            sums[c].count = row.count
            if model.hasWaits { for (p, time) in snapshot.begins[c].enumerated() { begin[at + p] = time } }
        }
        mark()
        for c in 0..<model.crews { renew(c) }
        mark()
    }

    var rows: [[Int32]] { (0..<model.crews).map { c in (0..<sums[c].count).map { node[c * width + $0 + 1] } } }

    private func renew(_ crew: Int) {
        if !recount(crew) { isBroken = true }
        if model.hasWaits { settle(crew) }
    }

    /// Moves the bounds of jobs in other rounds that wait for this round's jobs, or for which this round's jobs wait.
    private func settle(_ crew: Int) {
        var open = [crew]
        var turns = 0
        while let c = open.popLast() {
            turns += 1
            if turns > 64 {
                isBroken = true
                return
            }
            for p in 1..<(sums[c].count + 1) {
                let u = Int(node[c * width + p])
                for v in model.after[u] + model.before[u] where crewOf[v] >= 0 && Int(crewOf[v]) != c {
                    let (from, to) = bounds(v, Int(crewOf[v]))
                    if from == opens[v] && to == closes[v] { continue }
                    let other = Int(crewOf[v])
                    touch(other)
                    if !recount(other) { isBroken = true }
                    if !open.contains(other) { open.append(other) }
                }
            }
        }
    }

    /// Between which seconds a job may begin, given the jobs of other rounds that it waits for or that wait for it.
    func bounds(_ job: Int, _ crew: Int) -> (from: Seconds, to: Seconds) {
        var from = model.opens[job]
        var to = model.closes[job]
        for p in model.before[job] where crewOf[p] >= 0 && Int(crewOf[p]) != crew {
            from = max(from, begin[Int(crewOf[p]) * width + Int(positionOf[p])] + model.service[p])
        }
        for s in model.after[job] where crewOf[s] >= 0 && Int(crewOf[s]) != crew {
            to = min(to, begin[Int(crewOf[s]) * width + Int(positionOf[s])] - model.service[job])
        }
        return (from, to)
    }

    func setBounds(_ job: Int, _ bounds: (from: Seconds, to: Seconds)) { (opens[job], closes[job]) = bounds }

    // MARK: Counting one round

    /// When the break is over and the crew is at the next stop, leaving the last one from `time` on; and whether it was taken there.
    @inline(__always) func afterRest(_ crew: Int, _ time: Seconds, _ way: Seconds) -> (ready: Seconds, onArrival: Bool) {
        let there = max(time &+ way, model.restFrom[crew])
        if there <= model.restTo[crew] { return (there &+ model.restLength[crew], true) }
        let here = max(time, model.restFrom[crew])
        if here <= model.restTo[crew] { return (here &+ model.restLength[crew] &+ way, false) }
        return (RoundModel.never, false)
    }

    /// Counts a round anew from its row of jobs. - Returns: whether it can be driven.
    private func recount(_ crew: Int) -> Bool {
        let at = crew * width
        let row = node + at
        let count = sums[crew].count
        let matrix = model.matrix(of: crew)
        let nodes = model.nodes
        var travel = 0
        var litres = 0
        var kilos = 0
        var promised = false
        var straying = 0
        let leg = leg + at
        for p in 1..<(count + 2) {
            let way = matrix[Int(row[p - 1]) * nodes + Int(row[p])]
            leg[p] = way
            travel += Int(way)
            if p > count { break }
            let u = Int(row[p])
            positionOf[u] = Int32(p)
            litres += Int(model.litres[u])
            kilos += Int(model.kilos[u])
            straying += model.straying(u, crew)
            if model.hasPromises && model.promise[u] < RoundModel.never { promised = true }
            if model.hasWaits { setBounds(u, bounds(u, crew)) }
        }
        backwards(crew, count)
        let late = model.restLength[crew] == 0 ? plainDay(crew, count, promised) : dayWithRest(crew, count, promised)
        total += travel + (late ?? 0) + straying - sums[crew].travel - sums[crew].late - sums[crew].straying
        sums[crew].straying = straying
        (sums[crew].travel, sums[crew].late, sums[crew].litres, sums[crew].kilos) = (travel, late ?? 0, litres, kilos)
        sums[crew].hasPromises = promised
        if promised { softly(crew, count) }
        return late != nil && litres <= Int(model.maxLitres[crew]) && kilos <= Int(model.maxKilos[crew])
    }

    private func backwards(_ crew: Int, _ count: Int) {
        let at = crew * width
        let (row, last0, last1, leg) = (node + at, last0 + at, last1 + at, leg + at)
        let rests = model.restLength[crew] > 0
        let (restFrom, restTo, rest) = (model.restFrom[crew], model.restTo[crew], model.restLength[crew])
        last1[count + 1] = model.shiftTo[crew]
        last0[count + 1] = rests ? min(model.shiftTo[crew], restTo) : -RoundModel.never
        var p = count
        while p > 0 {
            let u = Int(row[p])
            let way = leg[p + 1] &+ model.service[u]
            let after = model.latest(u, last1[p + 1] &- way, opens: opens[u], closes: closes[u])
            last1[p] = after
            if rests {
                var leave = last0[p + 1] &- leg[p + 1]
                let early = min(restTo, last1[p + 1] &- leg[p + 1] &- rest)
                if early >= restFrom { leave = max(leave, early) }
                let before = model.latest(u, leave &- model.service[u], opens: opens[u], closes: closes[u])
                let first = restFrom &+ rest <= after ? min(restTo, after &- rest) : -RoundModel.never
                last0[p] = max(before, first)
            }
            p -= 1
        }
    }

    /// Times of a round without a break. - Returns: what its lateness costs; nil where it cannot be driven.
    private func plainDay(_ crew: Int, _ count: Int, _ promised: Bool) -> Int? {
        let at = crew * width
        let (row, free1, begin, leg) = (node + at, free1 + at, begin + at, leg + at)
        var late = 0
        free1[0] = model.shiftFrom[crew]
        begin[0] = free1[0]
        sums[crew].restAt = 0
        if count > 0 {
            for p in 1..<(count + 1) {
                let u = Int(row[p])
                let start = model.earliest(u, free1[p - 1] &+ leg[p], opens: opens[u], closes: closes[u])
                begin[p] = start
                free1[p] = start &+ model.service[u]
                if promised { late += model.lateness(u, startsAt: start) }
            }
        }
        free1[count + 1] = free1[count] &+ leg[count + 1]
        begin[count + 1] = free1[count + 1]
        return free1[count + 1] <= model.shiftTo[crew] ? late : nil
    }

    /// Times of a round with a break, which is put where it costs the least lateness, then the least time.
    private func dayWithRest(_ crew: Int, _ count: Int, _ promised: Bool) -> Int? {
        let at = crew * width
        let (row, free0, free1, last0, last1) = (node + at, free0 + at, free1 + at, last0 + at, last1 + at)
        let (begin, leg) = (begin + at, leg + at)
        let never = RoundModel.never
        (free0[0], free1[0], begin[0]) = (model.shiftFrom[crew], never, model.shiftFrom[crew])
        (costA[0], costB[0], timeB[0]) = (0, 0, never)
        for p in 1..<(count + 2) {
            let rested = afterRest(crew, free0[p - 1], leg[p])
            let way = leg[p]
            if p > count {
                free0[p] = free0[p - 1] &+ way
                free1[p] = min(free1[p - 1] &+ way, rested.ready)
            } else {
                let u = Int(row[p])
                let s = model.service[u]
                free0[p] = model.earliest(u, free0[p - 1] &+ way, opens: opens[u], closes: closes[u]) &+ s
                free1[p] = model.earliest(u, min(free1[p - 1] &+ way, rested.ready), opens: opens[u], closes: closes[u]) &+ s
            }
            // The label that is driven: of the two ways to be here after the break, the one that keeps the hard bounds and is late least.
            let stay = (ready: timeB[p - 1] &+ way, cost: costB[p - 1])
            let take = (ready: rested.ready, cost: costA[p - 1])
            let staysFeasible = stay.ready <= last1[p]
            let takesFeasible = take.ready <= last1[p]
            let takes: Bool
            if staysFeasible != takesFeasible {
                takes = takesFeasible
            } else if promised && p <= count {
                let u = Int(row[p])
                let a = model.earliest(u, stay.ready, opens: opens[u], closes: closes[u])
                let b = model.earliest(u, take.ready, opens: opens[u], closes: closes[u])
                let costStay = a >= never ? Int.max / 2 : stay.cost + model.lateness(u, startsAt: a)
                let costTake = b >= never ? Int.max / 2 : take.cost + model.lateness(u, startsAt: b)
                takes = (costTake, b) < (costStay, a)
            } else {
                takes = (take.cost, take.ready) < (stay.cost, stay.ready)
            }
            via[p] = takes ? (rested.onArrival ? 2 : 1) : 0
            let ready = takes ? take.ready : stay.ready
            costB[p] = takes ? take.cost : stay.cost
            costA[p] = costA[p - 1]
            if p > count {
                timeB[p] = ready
            } else {
                let u = Int(row[p])
                let start = model.earliest(u, ready, opens: opens[u], closes: closes[u])
                timeB[p] = start &+ model.service[u]
                if promised {
                    if start < never { costB[p] += model.lateness(u, startsAt: start) }
                    let unrested = free0[p] &- model.service[u]
                    if unrested < never { costA[p] += model.lateness(u, startsAt: unrested) }
                }
            }
        }
        let end = count + 1
        let isUnrested = free0[end] <= last0[end]
        let isRested = timeB[end] <= last1[end]
        if !isUnrested && !isRested { return nil }
        let withoutRest = isUnrested && (!isRested || (costA[end], free0[end]) <= (costB[end], timeB[end]))
        place(crew, count, rested: !withoutRest)
        return withoutRest ? costA[end] : costB[end]
    }

    private func place(_ crew: Int, _ count: Int, rested: Bool) {
        let at = crew * width
        var p = count + 1
        sums[crew].restAt = 0
        var isRested = rested
        while p > 0 {
            let service = p > count ? 0 : model.service[Int(node[at + p])]
            begin[at + p] = (isRested ? timeB[p] : free0[at + p]) &- service
            if isRested && via[p] != 0 {
                let onArrival = via[p] == 2
                sums[crew].restAt = p
                sums[crew].restAfterArrival = onArrival
                sums[crew].restBegins = max(free0[at + p - 1] &+ (onArrival ? leg[at + p] : 0), model.restFrom[crew])
                isRested = false
            }
            p -= 1
        }
    }

    /// The latest arrivals that make nothing later than it is promised, or than it is now where it is late already.
    private func softly(_ crew: Int, _ count: Int) {
        let at = crew * width
        let (row, soft, begin, leg) = (node + at, soft + at, begin + at, leg + at)
        let restAt = sums[crew].restAt
        soft[count + 1] = model.restLength[crew] > 0 && restAt == 0 ? last0[at + count + 1] : model.shiftTo[crew]
        var p = count
        while p > 0 {
            let u = Int(row[p])
            var leave = soft[p + 1] &- leg[p + 1]
            if restAt == p + 1 {
                leave =
                    sums[crew].restAfterArrival
                    ? min(model.restTo[crew], soft[p + 1] &- model.restLength[crew]) &- leg[p + 1]
                    : min(model.restTo[crew], leave &- model.restLength[crew])
            }
            let promise = model.promise[u]
            let due = promise >= RoundModel.never ? promise : max(promise &- model.service[u], begin[p])
            soft[p] = model.latest(u, min(leave &- model.service[u], due), opens: opens[u], closes: closes[u])
            p -= 1
        }
    }
}
