// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// A problem as plain columns: jobs and crews by index, whole seconds from the first shift's beginning. Made once a solve, never changed;
/// the inner loops read it by pointer, since bounds checks on every look at the matrix would cost as much as the search.
final class RoundModel {
    typealias Seconds = Int32
    static let never: Seconds = .max / 4

    let problem: RoundProblem
    /// Seconds since 1970 of the plan's second 0.
    let base: Int64
    let jobs: Int
    let crews: Int
    /// Nodes: the jobs, then each crew's start and end.
    let nodes: Int
    let indexOfJob: [Int64: Int]
    let indexOfCrew: [Int64: Int]

    private var blocks: [UnsafeMutableRawPointer] = []
    let van: UnsafeMutablePointer<Seconds>
    let foot: UnsafeMutablePointer<Seconds>
    /// The same, turned: row = to, column = from.
    let vanToward: UnsafeMutablePointer<Seconds>
    let footToward: UnsafeMutablePointer<Seconds>
    let service: UnsafeMutablePointer<Seconds>
    /// First window's begin and last window's end; what lies between is `windows` where there are several.
    let opens: UnsafeMutablePointer<Seconds>
    let closes: UnsafeMutablePointer<Seconds>
    let hasGaps: UnsafeMutablePointer<Bool>
    let litres: UnsafeMutablePointer<Int32>
    let kilos: UnsafeMutablePointer<Int32>
    /// The promise as a second of the plan; `never` where nothing is promised.
    let promise: UnsafeMutablePointer<Seconds>
    let lateFixed: UnsafeMutablePointer<Int32>
    let lateMinute: UnsafeMutablePointer<Int32>
    let price: UnsafeMutablePointer<Int>
    /// jobs × crews: may this crew do this job?
    let may: UnsafeMutablePointer<Bool>
    let windows: [[(from: Seconds, to: Seconds)]]
    let before: [[Int]]
    let after: [[Int]]
    /// Rank of a job whose order is fixed; -1 for none.
    let rank: [Int]
    let hasWaits: Bool
    let hasPromises: Bool

    let walks: [Bool]
    let shiftFrom: [Seconds]
    let shiftTo: [Seconds]
    let restFrom: [Seconds]
    let restTo: [Seconds]
    /// 0 for none.
    let restLength: [Seconds]
    let maxLitres: [Int32]
    let maxKilos: [Int32]
    /// Crews that are alike (place, hours, pace, what they may do) share a number: of the empty ones only the first is tried.
    let alike: [Int]

    /// The crew that a job has in the plan in force, -1 for none, and what it costs to give it to another.
    private(set) var home: [Int]
    let loyalty: Int

    /// - Parameters:
    ///   - plan: the plan in force; its jobs stay with their crews unless that costs more than `loyalty`.
    init(
        _ problem: RoundProblem, _ travel: TravelTimes, keeping plan: RoundPlan? = nil, loyalty: Int = 0
    ) throws(RoundProblem.Fault) {
        self.loyalty = loyalty
        home = Array(repeating: -1, count: problem.jobs.count)
        let checked = try RoundChecks.check(problem, travel)
        (self.problem, base) = (problem, checked.base)
        let n = problem.jobs.count
        let m = problem.crews.count
        (jobs, crews, nodes) = (n, m, n + 2 * m)
        (indexOfJob, indexOfCrew, before, after) = (checked.indexOfJob, checked.indexOfCrew, checked.before, checked.after)
        var blocks: [UnsafeMutableRawPointer] = []
        func column<T: BitwiseCopyable>(_ count: Int, _ value: T) -> UnsafeMutablePointer<T> {
            let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, count))
            pointer.initialize(repeating: value, count: max(1, count))
            blocks.append(UnsafeMutableRawPointer(pointer))
            return pointer
        }
        func seconds(_ instant: Instant) -> Seconds { Seconds(instant.seconds - checked.base) }

        let points = (0..<n).map { 2 * m + $0 } + (0..<m).flatMap { [$0, m + $0] }
        van = column(nodes * nodes, 0)
        self.walks = problem.crews.map { $0.pace == .foot && !travel.foot.isEmpty }
        let walks = self.walks.contains(true)
        foot = walks ? column(nodes * nodes, 0) : van
        vanToward = column(nodes * nodes, 0)
        footToward = walks ? column(nodes * nodes, 0) : vanToward
        for (row, a) in points.enumerated() {
            for (at, b) in points.enumerated() {
                van[row * nodes + at] = travel.van[a * travel.count + b]
                vanToward[at * nodes + row] = van[row * nodes + at]
                if !walks { continue }
                foot[row * nodes + at] = travel.foot[a * travel.count + b]
                footToward[at * nodes + row] = foot[row * nodes + at]
            }
        }
        (service, opens, closes) = (column(n, 0), column(n, 0), column(n, 0))
        (hasGaps, litres, kilos) = (column(n, false), column(n, 0), column(n, 0))
        (promise, lateFixed, lateMinute) = (column(n, Self.never), column(n, 0), column(n, 0))
        (price, may) = (column(n, 0), column(n * m, false))
        shiftFrom = problem.crews.map { seconds($0.shift.from) }
        shiftTo = problem.crews.map { seconds($0.shift.to) }
        restFrom = problem.crews.map { $0.rest.map { seconds($0.begins.from) } ?? 0 }
        restTo = problem.crews.map { $0.rest.map { seconds($0.begins.to) } ?? 0 }
        // A break whose window is over before the shift begins is none.
        restLength = problem.crews.map { crew in crew.rest.map { $0.begins.to >= crew.shift.from ? Seconds($0.length.seconds) : 0 } ?? 0 }
        maxLitres = problem.crews.map { $0.capacity.map { RoundChecks.litres($0) } ?? .max / 2 }
        maxKilos = problem.crews.map { $0.capacity.map { RoundChecks.kilos($0) } ?? .max / 2 }
        let dayEnds = shiftTo.max() ?? 0
        var windows: [[(from: Seconds, to: Seconds)]] = []
        for (u, job) in problem.jobs.enumerated() {
            service[u] = Seconds(job.duration.seconds)
            windows.append(RoundChecks.merged(job.windows.map { (seconds($0.from), seconds($0.to)) }))
            opens[u] = windows[u].first?.from ?? -Self.never
            closes[u] = windows[u].last?.to ?? Self.never
            hasGaps[u] = windows[u].count > 1
            (litres[u], kilos[u]) = (RoundChecks.litres(job.load), RoundChecks.kilos(job.load))
            let weights = problem.weights
            let urgency = job.urgency.rawValue
            if let promised = job.promisedAt {
                let at = promised.seconds - checked.base
                promise[u] = Seconds(max(0, min(Int64(Self.never), at)))
                // A promise that was broken before the day begins is no longer to be kept: each minute still counts.
                lateFixed[u] = at >= 0 ? Int32(weights.brokenPromise[urgency]) : 0
                lateMinute[u] = Int32(weights.lateMinute[urgency])
            }
            price[u] = job.price ?? RoundChecks.price(urgency, promise: promise[u], lateFixed[u], lateMinute[u], dayEnds, weights)
            // What the planner fixed stays, whatever it costs.
            if job.lock != nil { price[u] += 10_000_000 }
        }
        self.windows = windows
        hasPromises = problem.jobs.contains { $0.promisedAt != nil }
        hasWaits = before.contains { !$0.isEmpty }
        rank = problem.jobs.map { if case .order(_, let rank) = $0.lock { rank } else { -1 } }
        var kinds: [RoundCrew: Int] = [:]
        var alike: [Int] = []
        for (c, crew) in problem.crews.enumerated() {
            for (u, job) in problem.jobs.enumerated() {
                may[u * m + c] =
                    job.skills.isSubset(of: crew.skills) && job.equipment.isSubset(of: crew.equipment) && litres[u] <= maxLitres[c]
                    && kilos[u] <= maxKilos[c] && (job.lock.map { $0.crew == crew.id } ?? true)
            }
            var kind = crew
            (kind.id, kind.name) = (checked.lockedCrews.contains(crew.id) ? crew.id : -1, "")
            alike.append(kinds[kind, default: kinds.count])
            kinds[kind] = alike[c]
        }
        self.alike = alike
        self.blocks = blocks
        if loyalty == 0 { return }
        for round in plan?.rounds ?? [] {
            guard let crew = indexOfCrew[round.crew] else { continue }
            for stop in round.stops { if let job = indexOfJob[stop.job] { home[job] = crew } }
        }
    }

    deinit { for block in blocks { block.deallocate() } }

    @inline(__always) func start(of crew: Int) -> Int { jobs + 2 * crew }
    @inline(__always) func end(of crew: Int) -> Int { jobs + 2 * crew + 1 }
    @inline(__always) func matrix(of crew: Int) -> UnsafeMutablePointer<Seconds> { walks[crew] ? foot : van }
    @inline(__always) func matrixToward(_ crew: Int) -> UnsafeMutablePointer<Seconds> {
        walks[crew] ? footToward : vanToward
    }

    /// What it costs that a job goes to another crew than the plan in force said.
    @inline(__always) func straying(_ job: Int, _ crew: Int) -> Int {
        loyalty > 0 && home[job] >= 0 && home[job] != crew ? loyalty : 0
    }

    /// Cost of ending a job at `end`, in seconds of travel.
    @inline(__always) func lateness(_ job: Int, startsAt start: Seconds) -> Int {
        let end = start &+ service[job]
        if end <= promise[job] { return 0 }
        return Int(lateFixed[job]) + Int(end &- promise[job]) * Int(lateMinute[job]) / 60
    }

    /// The first second from `time` on at which a job may begin; `never` where none is left.
    @inline(__always) func earliest(_ job: Int, _ time: Seconds, opens: Seconds, closes: Seconds) -> Seconds {
        let at = max(time, opens)
        if at > closes { return Self.never }
        if !hasGaps[job] { return at }
        for window in windows[job] where at <= window.to {
            let begin = max(at, window.from)
            return begin <= closes ? begin : Self.never
        }
        return Self.never
    }

    /// The last second up to `time` at which a job may begin; `-never` where there is none.
    @inline(__always) func latest(_ job: Int, _ time: Seconds, opens: Seconds, closes: Seconds) -> Seconds {
        let at = min(time, closes)
        if at < opens { return -Self.never }
        if !hasGaps[job] { return at }
        for window in windows[job].reversed() where at >= window.from {
            let begin = min(at, window.to)
            return begin >= opens ? begin : -Self.never
        }
        return -Self.never
    }
}
