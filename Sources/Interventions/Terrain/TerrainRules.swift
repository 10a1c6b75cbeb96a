// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How what a crew did without a network joins what the room did meanwhile. Values in, verdict out.
package enum TerrainRules {
    package static let photoLimit = 2 << 20
    /// Of one piece of a photo.
    package static let pieceLimit = 512 * 1024

    /// Of an act, a queue, a photo: 8 to 40 of `A-Z a-z 0-9 - _`.
    package static func isKey(_ text: String) -> Bool { text.utf8.count <= 43 && JobRules.isKey(text) }

    // MARK: The queue

    package enum Step: Sendable, Hashable {
        /// It is the next one.
        case take
        /// It was taken before: its receipt is said again.
        case again
        /// Something before it is missing.
        case early
        /// Its place was taken by another act.
        case foreign
    }

    /// What to do with an act of a queue of which so many were taken.
    /// - Parameter known: key of the act that was taken at this place; nil for none.
    package static func step(number: Int, key: String, taken: Int, known: String?) -> Step {
        if number > taken + 1 { return .early }
        if number == taken + 1 { return .take }
        return known == key ? .again : .foreign
    }

    // MARK: Time

    /// When something happened by our clock: the tablet's time moved by how much its clock is off, never before what the same tablet did
    /// before it, and never after now.
    /// - Parameter offset: our time less the tablet's, measured when it sent.
    package static func happened(_ at: Instant, offset: Span, after last: Instant?, now: Instant) -> Instant {
        // A clock that is years off says nothing; the times after it must not go back all the same.
        let told = at + offset
        let moved = told >= now - JobRules.believed ? min(told, now) : now
        return max(moved, min(last ?? moved, now))
    }

    // MARK: The job

    package enum Verdict: Sendable, Hashable {
        case apply
        /// The job is already where the act would bring it, by the same crew: kept, and no conflict.
        case agreed
        case conflict(Words)
        case refused(Words)
    }

    /// - Parameter wasTheirs: the crew has the job, could do it, or had it once.
    package static func verdict(_ job: Job, _ act: JobAct.Sort, crew: String, wasTheirs: Bool) -> Verdict {
        guard wasTheirs else {
            return .refused(Words("Cette intervention n'est pas à cette équipe.", "This job is not this crew's."))
        }
        if adds(act) { return .apply }
        if !job.crew.isEmpty, job.crew != crew {
            return .conflict(Words("L'intervention a été donnée à une autre équipe.", "The job was given to another crew."))
        }
        switch (act, job.state) {
        case (.start, .started), (.finish, .done), (.block, .blocked): return .agreed
        default: break
        }
        guard JobRules.next(job.state, act) != nil else {
            return .conflict(
                Words(
                    "« \(act.title.french) » ne convient plus à l'état « \(job.state.title.french) ».",
                    "'\(act.title.english)' no longer fits the state '\(job.state.title.english)'."))
        }
        return .apply
    }

    /// What only adds is true whoever has the job now.
    package static func adds(_ act: JobAct.Sort) -> Bool {
        switch act {
        case .note, .photo, .time, .cost, .parts, .sign: true
        default: false
        }
    }

    /// What must be done for an act that came too late to count after all: the job is opened again and begun where it takes that.
    /// - Returns: sorts of acts in their order; the last one is the act itself.
    package static func path(_ job: Job, to act: JobAct.Sort, crew: String) -> [JobAct.Sort] {
        if adds(act) { return [act] }
        var (steps, state): ([JobAct.Sort], JobState) = ([], job.state)
        if !state.isOpen { (steps, state) = ([.reopen], .wanted) }
        let isOthers = !steps.contains(.reopen) && job.crew != crew
        switch act {
        case .finish where state == .wanted || (isOthers && state != .started): steps.append(.start)
        case .pause where state != .started: steps.append(.start)
        case .proceed where state != .started: return steps + [.start]
        case .start where state == .started, .block where state == .blocked: return steps
        default: break
        }
        return steps + [act]
    }

    // MARK: The day

    package struct Day: Sendable, Hashable {
        /// What is begun, then what is planned up to tonight, in its order.
        package var planned: [Job] = []
        /// Where nothing is planned: what the crew could take, the most pressing first.
        package var free: [Job] = []
        package var ended: [Job] = []
        package var all: [Job] { planned + free + ended }
    }

    package static let mostFree = 15

    /// - Parameter jobs: open ones of the crew or of nobody, and what it ended of late.
    package static func day(_ jobs: [Job], of crew: Crew, at now: Instant, _ wall: WallTime) -> Day {
        let (start, end) = (wall.instant(day: wall.day(of: now), minute: 0), wall.instant(day: wall.day(of: now) + 1, minute: 0))
        var day = Day()
        let own = jobs.filter { $0.crew == crew.code }
        day.planned = own.filter { job in job.isOpen && (job.state != .planned || job.plannedAt.map { $0 < end } ?? true) }
            .sorted { a, b in
                if (a.state == .started) != (b.state == .started) { return a.state == .started }
                let (p, q) = (a.plannedAt ?? .distantFuture, b.plannedAt ?? .distantFuture)
                return p == q ? JobRules.isBefore(a, b) : p < q
            }
        day.ended = own.filter { job in job.endedAt.map { $0 >= start } ?? false }.sorted { $0.number < $1.number }
        if !day.planned.contains(where: { $0.state == .planned }) {
            let free = jobs.filter { $0.crew.isEmpty && ($0.state == .wanted || $0.state == .blocked) && crew.suits($0) }
            day.free = Array(free.sorted(by: JobRules.isBefore).prefix(mostFree))
        }
        return day
    }
}
