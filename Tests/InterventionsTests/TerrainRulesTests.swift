// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Testing

@testable import Interventions

@Suite struct TerrainRulesTests {
    /// A queue as a room would keep it, by the rule alone.
    private struct Tally {
        var taken: [String] = []

        /// - Returns: numbers that are over for the tablet.
        mutating func take(_ batch: [(number: Int, key: String)]) -> Set<Int> {
            var over: Set<Int> = []
            for (number, key) in batch {
                let known = number <= taken.count ? taken[number - 1] : nil
                switch TerrainRules.step(number: number, key: key, taken: taken.count, known: known) {
                case .take:
                    taken.append(key)
                    over.insert(number)
                case .again: over.insert(number)
                case .early, .foreign: break
                }
            }
            return over
        }
    }

    /// Batches cut anywhere, sent twice, late and in any order, with answers that are lost: in the end the history is the queue, once each.
    @Test(arguments: 0..<300) func anyCutAnyRepetitionAndAnyOrderGiveOneHistory(seed: Int) {
        var chance = Chance(seed: UInt64(seed))
        let acts = (1...Int.random(in: 1...40, using: &chance)).map { (number: $0, key: "act-\($0)-key") }
        var (room, open, sent): (Tally, [(number: Int, key: String)], [[(number: Int, key: String)]]) = (Tally(), acts, [])
        var turns = 0
        while !open.isEmpty {
            turns += 1
            let batch = Array(open.prefix(Int.random(in: 1...8, using: &chance)))
            sent.append(batch)
            // The connection may break before, within or after.
            let arrived = Array(batch.prefix(Int.random(in: 0...batch.count, using: &chance)))
            let over = room.take(arrived)
            if Bool.random(using: &chance) { open.removeAll { over.contains($0.number) } }
            // What was sent before comes once more, or out of order.
            if Bool.random(using: &chance), let old = sent.randomElement(using: &chance) { _ = room.take(old.shuffled(using: &chance)) }
            #expect(turns < 10_000)
            if turns >= 10_000 { return }
        }
        #expect(room.taken == acts.map(\.key))
    }

    @Test func whatLacksItsPredecessorWaits() {
        #expect(TerrainRules.step(number: 3, key: "c", taken: 1, known: nil) == .early)
        #expect(TerrainRules.step(number: 2, key: "b", taken: 1, known: nil) == .take)
        #expect(TerrainRules.step(number: 1, key: "a", taken: 1, known: "a") == .again)
        #expect(TerrainRules.step(number: 1, key: "x", taken: 1, known: "a") == .foreign)
    }

    /// Times never go back within a queue and never lie ahead, whatever the tablet's clock did.
    @Test(arguments: 0..<200) func timesOfAQueueNeverGoBackNorAhead(seed: Int) {
        var chance = Chance(seed: UInt64(seed))
        let now = Instant(milliseconds: 1_800_000_000_000)
        var last: Instant?
        for _ in 0..<30 {
            let at = now + .milliseconds(Int64.random(in: -10_000_000...10_000_000, using: &chance))
            let offset = Span.milliseconds(Int64.random(in: -5_000_000...5_000_000, using: &chance))
            let happened = TerrainRules.happened(at, offset: offset, after: last, now: now)
            #expect(happened <= now && happened >= last ?? .distantPast)
            last = happened
        }
    }

    @Test func aClockThatIsOffIsSetRight() {
        let now = Instant(milliseconds: 1_800_000_000_000)
        // The tablet is an hour ahead: what it did five minutes ago by its clock was five minutes ago.
        let tablet = now + .hours(1)
        #expect(TerrainRules.happened(tablet - .minutes(5), offset: now - tablet, after: nil, now: now) == now - .minutes(5))
    }

    private func job(_ state: JobState, crew: String) -> Job {
        var job = Interventions.made(World.need(.report(1)), World.plan, Job.Number(1), World.start)
        (job.state, job.crew) = (state, crew)
        if !state.isOpen { job.endedAt = World.start }
        return job
    }

    /// Of each act in each state there is a verdict; what is called a conflict can be brought to count by the path, by the table of the life.
    @Test(arguments: JobState.allCases) func whatCameTooLateCanAlwaysBeBroughtToCount(state: JobState) {
        let acts: [JobAct.Sort] = [.start, .pause, .proceed, .block, .finish, .note, .time, .parts, .sign, .confirm, .photo]
        for act in acts {
            for crew in ["roads-1", "roads-2", ""] {
                let job = self.job(state, crew: crew)
                let verdict = TerrainRules.verdict(job, act, crew: "roads-1", wasTheirs: true)
                if TerrainRules.adds(act) { #expect(verdict == .apply, "\(act) is true whoever has it") }
                if verdict == .apply { #expect(JobRules.next(state, act) != nil, "\(act) in \(state)") }
                if case .refused = TerrainRules.verdict(job, act, crew: "roads-1", wasTheirs: false) {
                } else {
                    Issue.record("a job that never was theirs")
                }
                guard case .conflict = verdict else { continue }
                var now: JobState? = state
                for step in TerrainRules.path(job, to: act, crew: "roads-1") { now = now.flatMap { JobRules.next($0, step) } }
                #expect(now != nil, "\(act) in \(state): \(TerrainRules.path(job, to: act, crew: "roads-1"))")
            }
        }
    }

    @Test func aDayBeginsWithWhatIsBegunThenThePlanThenWhatMayBeTaken() {
        let now = World.start
        func job(_ number: Int64, _ state: JobState, crew: String, at hours: Int64? = nil, urgency: Urgency = .days) -> Job {
            var job = self.job(state, crew: crew)
            (job.number, job.urgency, job.plannedAt) = (Job.Number(number), urgency, hours.map { now + .hours($0) })
            return job
        }
        let crew = World.plan.crews[0]
        let planned = [
            job(1, .planned, crew: "roads-1", at: 3), job(2, .planned, crew: "roads-1", at: 1), job(3, .started, crew: "roads-1"),
            job(4, .planned, crew: "roads-1", at: 40), job(5, .wanted, crew: ""), job(6, .planned, crew: "roads-2", at: 1),
        ]
        let day = TerrainRules.day(planned, of: crew, at: now, .paris)
        #expect(day.planned.map(\.number.value) == [3, 2, 1] && day.free.isEmpty, "tomorrow's is not today's, and others' are others'")
        let free = TerrainRules.day(
            [job(7, .wanted, crew: ""), job(8, .wanted, crew: "", urgency: .hour), job(9, .done, crew: "roads-1")], of: crew, at: now,
            .paris)
        #expect(free.planned.isEmpty && free.free.map(\.number.value) == [8, 7] && free.ended.map(\.number.value) == [9])
    }

    @Test func anActReadsBackAsItWasWritten() throws {
        let deeds: [TerrainAct.Deed] = [
            .start, .pause, .proceed, .block(because: "é\n\"x"), .finish(.photos, text: ""), .finish(.word("A. B."), text: "fait"),
            .note("n"), .time(minutes: 7), .parts("sac", count: 2), .sign("M. Blanc", picture: [1, 2, 3]), .confirm(.lockout, by: "A"),
            .photo(.after, key: "photo-12345", size: 70),
        ]
        for (i, deed) in deeds.enumerated() {
            let act = TerrainAct(
                number: i + 1, key: "act-key-\(i)", at: Instant(milliseconds: 1_800_000_000_000), job: Job.Number(12), seen: 4, deed: deed)
            #expect(try TerrainAct(JSON(act.json.description)) == act)
        }
    }

    @Test(arguments: [
        "{}", "[]", #"{"n":0,"id":"12345678","at":1,"job":1,"act":"start"}"#, #"{"n":1,"id":"short","at":1,"job":1,"act":"start"}"#,
        #"{"n":1.5,"id":"12345678","at":1,"job":1,"act":"start"}"#, #"{"n":1,"id":7,"at":1,"job":1,"act":"start"}"#,
    ]) func whatHasNoPlaceOrKeyIsNoAct(text: String) {
        #expect(throws: JobFault.self) { try TerrainAct(JSON(text)) }
    }

    /// It takes its place and is refused there: what comes after it is not held up.
    @Test(arguments: [
        #"{"n":1,"id":"12345678","at":-1,"job":1,"act":"start"}"#, #"{"n":1,"id":"12345678","at":1e300,"job":1,"act":"start"}"#,
        #"{"n":1,"id":"12345678","at":1,"job":1,"act":"cancel"}"#, #"{"n":1,"id":"12345678","at":1,"job":0,"act":"start"}"#,
        #"{"n":1,"id":"12345678","at":1,"job":1,"act":"confirm","safety":"none","name":"a"}"#,
        #"{"n":1,"id":"12345678","at":1,"job":1,"act":"photo","stage":"after","photo":"12345678","size":9000000}"#,
        #"{"n":1,"id":"12345678","at":1,"job":1,"act":"time","minutes":900000}"#,
        #"{"n":1,"id":"12345678","at":1,"job":1,"act":"sign","name":"a","picture":"%%%"}"#, #"{"n":1,"id":"12345678","at":1,"job":1}"#,
    ]) func whatCannotBeReadKeepsItsPlace(text: String) throws {
        let act = try TerrainAct(JSON(text))
        #expect(act.number == 1 && act.key == "12345678" && !act.isReadable)
    }

    @Test func aClockThatIsYearsOffDoesNotTurnTheQueueBack() {
        let now = Instant(milliseconds: 1_800_000_000_000)
        let first = TerrainRules.happened(now - .days(900), offset: .seconds(0), after: nil, now: now)
        #expect(first == now)
        #expect(TerrainRules.happened(now - .hours(1), offset: .seconds(0), after: first, now: now) >= first)
    }
}

/// Chance that repeats (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
