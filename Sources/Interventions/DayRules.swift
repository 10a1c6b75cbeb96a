// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Rounds

/// The day of the crews as a problem for the solver, its answer as times of jobs, and what an answer costs against the plan in force.
/// Values in, verdict out.
package enum DayRules {
    /// At most so many jobs are handed to the solver, those that come first.
    package static let mostJobs = 800

    /// One job given a crew and a time.
    package struct Assignment: Sendable, Hashable, Codable {
        package var job: Int64
        package var crew: String
        package var startsAt: Instant
        package var travelSeconds: Int
        /// What the job had when this was reckoned; nil: whatever it has. What has changed since is left alone.
        package var was: Standing?
        package init(job: Int64, crew: String, startsAt: Instant, travelSeconds: Int, was: Standing? = nil) {
            (self.job, self.crew, self.startsAt, self.travelSeconds, self.was) = (job, crew, startsAt, travelSeconds, was)
        }
    }

    /// Crew and time of a job; neither where it is not planned.
    package struct Standing: Sendable, Hashable, Codable {
        package var crew = ""
        package var startsAt: Instant?
        package init(_ job: Job) { if job.state == .planned { (crew, startsAt) = (job.crew, job.plannedAt) } }
    }

    /// What a plan changes, told before it is accepted.
    package struct Price: Sendable, Hashable, Codable {
        /// Jobs that were not planned on this day and now are.
        package var added = 0
        /// Jobs that get another crew, or begin at least a quarter of an hour earlier or later.
        package var moved = 0
        /// Of those and of those left out, such as were promised to somebody.
        package var movedPromised = 0
        /// Jobs of the day that no longer have a place on it.
        package var dropped = 0
        /// Promises that the plan breaks and the one in force kept.
        package var broken = 0
        /// Minutes of driving, now and then.
        package var travelBefore = 0
        package var travelAfter = 0

        /// '4 interventions déplacées dont 3 promises, 1 sortie du jour, +24 min de trajet'
        package var words: Words {
            var french: [String] = []
            var english: [String] = []
            func say(_ count: Int, _ one: Words, _ many: Words, _ more: Words = Words("", "")) {
                if count == 0 { return }
                french.append("\(count) \(count == 1 ? one.french : many.french)\(more.french)")
                english.append("\(count) \(count == 1 ? one.english : many.english)\(more.english)")
            }
            let promised =
                movedPromised == 0
                ? Words("", "")
                : Words(" dont \(movedPromised) promise\(movedPromised == 1 ? "" : "s")", ", \(movedPromised) of them promised")
            say(
                moved + dropped, Words("intervention déplacée", "job moved"), Words("interventions déplacées", "jobs moved"), promised)
            say(dropped, Words("sortie du jour", "taken off the day"), Words("sorties du jour", "taken off the day"))
            say(broken, Words("promesse rompue", "promise broken"), Words("promesses rompues", "promises broken"))
            let minutes = travelAfter - travelBefore
            french.append("\(minutes < 0 ? "−" : "+")\(abs(minutes)) min de trajet")
            english.append("\(minutes < 0 ? "−" : "+")\(abs(minutes)) min of driving")
            return Words(french.joined(separator: ", "), english.joined(separator: ", "))
        }
    }

    package struct Problem: Sendable {
        package var problem: RoundProblem
        /// Code of the crew by its number in the problem.
        package var crews: [Int64: String]
        /// Jobs that lack a place on the map, so that no way can be computed: planned by hand.
        package var withoutPlace: [Job]
        /// Nobody works any more on that day.
        package var isOver: Bool { problem.crews.isEmpty }
    }

    /// - Parameters:
    ///   - day: of the wall, since 1970-01-01.
    ///   - jobs: all open jobs that may be planned on it, in their order.
    ///   - after: for each job those that must be done before it and are not.
    ///   - urgent: this one is planned in any case, among what is planned already.
    package static func problem(
        day: Int64, _ jobs: [Job], after: [Job.Number: [Job.Number]] = [:], urgent: Job.Number? = nil, _ plan: CrewPlan, at now: Instant,
        _ wall: WallTime
    ) -> Problem {
        let (dawn, dusk) = (wall.instant(day: day, minute: 0), wall.instant(day: day + 1, minute: 0))
        func isOfDay(_ job: Job) -> Bool { job.plannedAt.map { $0 >= dawn && $0 < dusk } ?? false }
        var candidates = jobs.filter { job in
            switch job.state {
            case .wanted: urgent == nil || job.number == urgent
            case .planned: isOfDay(job) || job.number == urgent
            case .started, .blocked, .done, .cancelled: false
            }
        }
        candidates = candidates.filter { job in
            (job.opensAt ?? dawn) < dusk && (job.closesAt ?? dusk) > max(dawn, now)
        }
        let withoutPlace = candidates.filter { $0.place == nil }
        candidates = Array(candidates.filter { $0.place != nil }.prefix(mostJobs))
        // Who waits for something that is done neither before nor on this day waits on.
        var isShrinking = true
        while isShrinking {
            let here = Set(candidates.map(\.number))
            let kept = candidates.filter { (after[$0.number] ?? []).allSatisfy(here.contains) }
            isShrinking = kept.count < candidates.count
            candidates = kept
        }
        let communes = Set(candidates.map(\.commune.insee))
        var codes: [Int64: String] = [:]
        let crews = plan.crews.enumerated().compactMap { index, crew -> RoundCrew? in
            let busy = jobs.filter { $0.state == .started && $0.crew == crew.code }
            guard let made = self.crew(crew, Int64(index + 1), day, busy, communes, candidates, plan, now, wall) else { return nil }
            codes[made.id] = crew.code
            return made
        }
        let numbers = Dictionary(uniqueKeysWithValues: codes.map { ($0.value, $0.key) })
        var ranks: [String: Int] = [:]
        var locks: [Job.Number: RoundLock] = [:]
        for job in candidates.filter({ $0.isLocked && isOfDay($0) }).sorted(by: { ($0.plannedAt!, $0.number) < ($1.plannedAt!, $1.number) })
        {
            guard let crew = numbers[job.crew] else { continue }
            locks[job.number] = .order(crew: crew, rank: ranks[job.crew, default: 0])
            ranks[job.crew, default: 0] += 1
        }
        let earliest = crews.map(\.shift.from).min() ?? dawn
        let rounds = candidates.map { job in
            RoundJob(
                id: job.number.value, title: job.title.french, place: job.place!, duration: .minutes(Int64(job.needs.minutes)),
                skills: Set(job.needs.skills).union([departmentMark + job.department, communeMark + job.commune.insee]),
                equipment: Set(job.needs.equipment), windows: windows(job, dawn, dusk),
                load: RoundLoad(cubicMetres: Double(job.needs.litres) / 1000), urgency: job.urgency,
                promisedAt: job.promisedAt.map { max($0, earliest - .days(30)) }.map { min($0, earliest + .days(59)) },
                lock: locks[job.number], after: (after[job.number] ?? []).map(\.value), price: job.number == urgent ? 40 * 86_400 : nil)
        }
        return Problem(problem: RoundProblem(crews: crews, jobs: rounds), crews: codes, withoutPlace: withoutPlace)
    }

    /// Marks that stand among the skills for a department and a commune.
    static let (departmentMark, communeMark) = ("@", "#")

    private static func windows(_ job: Job, _ dawn: Instant, _ dusk: Instant) -> [Stretch] {
        guard job.opensAt != nil || job.closesAt != nil else { return [] }
        return [Stretch(from: max(dawn, job.opensAt ?? dawn), to: min(dusk, job.closesAt ?? dusk))]
    }

    private static func crew(
        _ crew: Crew, _ id: Int64, _ day: Int64, _ busy: [Job], _ communes: Set<String>, _ jobs: [Job], _ plan: CrewPlan, _ now: Instant,
        _ wall: WallTime
    ) -> RoundCrew? {
        let shifts = CrewHours.shifts(crew, day: day, wall).filter { $0.to > now }
        guard let first = shifts.first, let last = shifts.last else { return nil }
        // What it has begun is finished first.
        let free = busy.map { max(now + .minutes(15), ($0.startedAt ?? now) + .minutes(Int64($0.needs.minutes))) }.max()
        let from = max(first.from, now, free ?? first.from)
        guard from < last.to, let start = busy.compactMap(\.place).last ?? crew.base ?? jobs.first?.place else { return nil }
        // The longest gap is the break; it may begin half an hour earlier or later.
        let gap = zip(shifts, shifts.dropFirst()).map { (from: $0.to, length: $1.from - $0.to) }.max { $0.length < $1.length }
        let rest = gap.flatMap { gap -> RoundRest? in
            let begins = Stretch(from: max(from, gap.from - .minutes(30)), to: gap.from + .minutes(30))
            return begins.from < begins.to ? RoundRest(begins: begins, length: gap.length) : nil
        }
        let vehicle = plan[vehicle: crew.vehicle]
        return RoundCrew(
            id: id, name: crew.title.french, start: start, end: crew.base ?? start, shift: Stretch(from: from, to: last.to), rest: rest,
            skills: Set(crew.skills).union(crew.departments.map { departmentMark + $0 }).union(
                communes.filter { crew.communes.isEmpty || crew.communes.contains($0) }.map { communeMark + $0 }),
            equipment: Set(crew.equipment),
            capacity: vehicle.map { RoundLoad(cubicMetres: Double($0.litres) / 1000, kilograms: 100_000) })
    }

    // MARK: Answers

    /// - Parameters:
    ///   - jobs: these keep the time that they have where they stay with their crew and what comes before and after leaves it.
    ///   - before: the plan in force as the solver reckons it: what begins as it did there keeps its time, too.
    package static func assignments(
        _ plan: RoundPlan, _ problem: Problem, keeping jobs: [Job] = [], before: RoundPlan? = nil
    ) -> [Assignment] {
        let known = Dictionary(jobs.map { ($0.number.value, $0) }) { first, _ in first }
        let began = Dictionary((before?.rounds ?? []).flatMap(\.stops).map { ($0.job, $0.startsAt) }) { first, _ in first }
        return plan.rounds.flatMap { round -> [Assignment] in
            let code = problem.crews[round.crew] ?? ""
            let shift = problem.problem.crews.first { $0.id == round.crew }?.shift
            var row: [Assignment] = []
            for (k, stop) in round.stops.enumerated().reversed() {
                var start = minute(stop.startsAt)
                if let job = known[stop.job], job.state == .planned, job.crew == code, let at = job.plannedAt,
                    at > start || began[stop.job] == stop.startsAt
                {
                    let length = stop.endsAt - stop.startsAt
                    var latest = at
                    if let next = row.last {
                        latest = min(latest, next.startsAt - .seconds(Int64(next.travelSeconds)) - length)
                    } else if let shift {
                        latest = min(latest, stop.startsAt + max(.seconds(0), shift.to - round.backAt))
                    }
                    // The break after it stays where it is.
                    let end = k + 1 < round.stops.count ? round.stops[k + 1].startsAt : round.backAt
                    if let rest = round.rest, rest.from >= stop.endsAt, rest.from < end { latest = min(latest, rest.from - length) }
                    if at <= start { start = at } else if latest > start { start = Instant(seconds: latest.seconds / 60 * 60) }
                }
                row.append(Assignment(job: stop.job, crew: code, startsAt: start, travelSeconds: stop.travelSeconds))
            }
            return row.reversed()
        }
    }

    /// The next full minute: a crew has no use for seconds. Since work takes full minutes, nothing overlaps by it.
    private static func minute(_ at: Instant) -> Instant { Instant(seconds: (at.seconds + 59) / 60 * 60) }

    /// - Parameters:
    ///   - jobs: the open jobs as they are.
    ///   - travelBefore, travelAfter: seconds of driving of the plan in force, and of the other.
    package static func price(
        _ assignments: [Assignment], _ jobs: [Job], day: Int64, travelBefore: Int, travelAfter: Int, _ wall: WallTime
    ) -> Price {
        var price = Price()
        let (dawn, dusk) = (wall.instant(day: day, minute: 0), wall.instant(day: day + 1, minute: 0))
        let placed = Dictionary(assignments.map { ($0.job, $0) }) { first, _ in first }
        price.travelBefore = travelBefore / 60
        price.travelAfter = travelAfter / 60
        for job in jobs {
            let wasPlanned = job.state == .planned && job.plannedAt.map { $0 >= dawn && $0 < dusk } == true
            guard let now = placed[job.number.value] else {
                if wasPlanned {
                    price.dropped += 1
                    if job.promisedAt != nil { price.movedPromised += 1 }
                    if let promised = job.promisedAt, promised < dusk, job.plannedEnd.map({ $0 <= promised }) == true { price.broken += 1 }
                }
                continue
            }
            if !wasPlanned {
                price.added += 1
                continue
            }
            let shift = abs((now.startsAt - (job.plannedAt ?? now.startsAt)).milliseconds)
            if now.crew != job.crew || shift >= Span.minutes(15).milliseconds {
                price.moved += 1
                if job.promisedAt != nil { price.movedPromised += 1 }
            }
            if let promised = job.promisedAt, let before = job.plannedEnd, before <= promised,
                now.startsAt + .minutes(Int64(job.needs.minutes)) > promised
            {
                price.broken += 1
            }
        }
        return price
    }

    /// The reason why a job is left out, in people's words.
    package static func words(_ reason: LeftOutReason, _ plan: CrewPlan, _ communes: [String: String]) -> Words {
        guard case .noCrewWithSkills(let skills) = reason else { return reason.words }
        func title(_ skill: String) -> Words {
            let rest = String(skill.dropFirst())
            if skill.hasPrefix(departmentMark) { return plan.departmentTitle(rest) }
            if skill.hasPrefix(communeMark) { return Words(communes[rest] ?? "hors communes", communes[rest] ?? "outside") }
            return plan.skillTitle(skill)
        }
        let titles = skills.sorted().map(title)
        return Words(
            "Aucune équipe ce jour pour : \(titles.map(\.french).joined(separator: ", ")).",
            "No crew that day for: \(titles.map(\.english).joined(separator: ", ")).")
    }

    // MARK: By hand

    /// Two jobs that follow each other on one crew change places: the later begins when the earlier did, and the time between them stays, so
    /// that nobody else is moved.
    package static func swapped(_ earlier: Job, _ later: Job) -> [Assignment]? {
        guard let start = earlier.plannedAt, let end = earlier.plannedEnd, let next = later.plannedAt, earlier.crew == later.crew,
            earlier.number != later.number
        else { return nil }
        let gap = max(Span.seconds(0), next - end)
        let second = start + .minutes(Int64(later.needs.minutes)) + gap
        return [
            Assignment(job: later.number.value, crew: later.crew, startsAt: start, travelSeconds: Int(gap.seconds)),
            Assignment(job: earlier.number.value, crew: earlier.crew, startsAt: second, travelSeconds: Int(gap.seconds)),
        ]
    }

    /// Which crews could be at a job soonest, among those that work now or are on call: who suits, from where, how far by travel time.
    package struct Near: Sendable, Hashable {
        package var crew: String
        package var seconds: Int
        /// From where its way was counted.
        package var from: Words
        /// Until when it is busy; nil where it is free.
        package var busyUntil: Instant?
        package var isOnCall: Bool
    }

    /// - Parameters:
    ///   - positions: the last position of each vehicle, by its code.
    ///   - seconds: of the way from each of some places to the job.
    package static func nearest(
        to job: Job, _ open: [Job], positions: [String: Place] = [:], _ plan: CrewPlan, at now: Instant, _ wall: WallTime,
        seconds: ([Place]) -> [Int]
    ) -> [Near] {
        guard job.place != nil else { return [] }
        let onCall = plan.onCall(job.department, at: now, wall)?.code
        let found = plan.crews.compactMap { crew -> (near: Near, start: Place)? in
            let isWorking = CrewHours.shifts(crew, day: wall.day(of: now), wall).contains { $0.from <= now && now < $0.to }
            guard crew.suits(job), isWorking || crew.code == onCall else { return nil }
            let current = open.first { $0.state == .started && $0.crew == crew.code && $0.number != job.number }
            let busy = current.map { max(now + .minutes(5), ($0.startedAt ?? now) + .minutes(Int64($0.needs.minutes))) }
            let (start, from): (Place?, Words) =
                if let position = positions[crew.vehicle] {
                    (position, Words("position du véhicule", "position of the vehicle"))
                } else if let place = current?.place { (place, Words("intervention en cours", "job in progress")) } else {
                    (crew.base, Words("base", "base"))
                }
            guard let start else { return nil }
            return (Near(crew: crew.code, seconds: 0, from: from, busyUntil: busy, isOnCall: !isWorking), start)
        }
        let ways = seconds(found.map(\.start))
        return zip(found, ways).map { one, way in
            var near = one.near
            near.seconds = way
            return near
        }.sorted { a, b in
            let (x, y) = (a.seconds + wait(a, now), b.seconds + wait(b, now))
            return x == y ? a.crew < b.crew : x < y
        }
    }

    private static func wait(_ near: Near, _ now: Instant) -> Int { near.busyUntil.map { Int(max(0, ($0 - now).seconds)) } ?? 0 }

    // MARK: What is late, and why

    /// The plainest reason why an open job's promise is broken or threatened.
    package static func why(_ job: Job, waiting: [Job.Number], _ plan: CrewPlan, at now: Instant) -> Words {
        if job.state == .blocked { return Words("Elle est bloquée.", "It is blocked.") }
        if let words = JobRules.obstacle(job, waiting: waiting) { return words }
        let crews = plan.crews(of: job.department)
        if crews.isEmpty { return Words("Ce service n'a pas d'équipe.", "This department has no crew.") }
        if !crews.contains(where: { $0.suits(job) }) {
            return Words(
                "Aucune équipe n'a la compétence, le matériel ou la commune.", "No crew has the skill, the equipment or the commune.")
        }
        if job.state == .started { return Words("Commencée trop tard.", "Begun too late.") }
        if job.plannedAt != nil { return Words("Planifiée après la promesse.", "Planned after the promise.") }
        return Words("La file d'attente du service est trop longue.", "The department's queue is too long.")
    }
}
