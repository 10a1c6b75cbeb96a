// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal
import JournalTesting
import Testing
import Watch

@testable import Interventions

@Suite struct JobStoreTests {
    @Test(arguments: TestJournal.engines)
    func askingTwiceGivesOneJobUntilItIsOver(engine: Engine) async throws {
        let world = try await World.make(engine)
        let first = try await world.ask(.report(7))
        #expect(first.number.value == 1 && first.state == .wanted && first.needs.minutes == 105)
        #expect(try await world.ask(.report(7)).number == first.number)
        #expect(try await world.ask(.alarm(7)).number != first.number, "an alarm of the same number is something else")
        try await world.desk.withdraw(.report(7), because: "doublon", by: "ada")
        #expect(try await world.job(1).state == .cancelled)
        #expect(try await world.ask(.report(7)).number.value == 3, "what comes back is new work")
        // A day of a plan and a form count once for ever.
        let plan = try await world.ask(.plan(4, day: 20_780))
        try await world.desk.withdraw(.plan(4, day: 20_780), because: "inutile", by: "vigie")
        #expect(try await world.ask(.plan(4, day: 20_780)).number == plan.number)
        #expect(try await world.ask(.plan(4, day: 20_787)).number != plan.number)
        // Nothing is open there: nothing happens.
        try await world.desk.withdraw(.booking(1), because: "x", by: "vigie")
    }

    @Test(arguments: TestJournal.engines)
    func fiftyAtOnceAreAllKeptAndEachOnce(engine: Engine) async throws {
        let world = try await World.make(engine)
        let desk = world.desk
        let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
            for i in 0..<50 { group.addTask { try await desk.ask(World.need(.report(Int64(i / 2))), by: "vigie") } }
            return try await group.reduce(into: [Int64]()) { $0.append($1) }
        }
        #expect(Set(numbers) == Set(1...25))
    }

    @Test(arguments: TestJournal.engines)
    func aJobGoesThroughItsLifeAndTellsItsNewsInOrder(engine: Engine) async throws {
        let world = try await World.make(engine)
        let desk = world.desk
        let job = try await world.ask(.report(1), "pothole", promised: World.start + .days(2))
        let plan = JobDeed(.plan(crew: "roads-1", at: World.start + .hours(3)))
        try await desk.act(plan, on: job.number, by: .staff("ada"))
        await #expect(throws: JobFault.self, "nobody confirmed the permit") {
            try await desk.act(JobDeed(.start), on: job.number, by: .staff("ada"))
        }
        try await desk.act(JobDeed(.confirm(.permit)), on: job.number, by: .staff("ada"))
        try await desk.act(JobDeed(.start, crew: "roads-1"), on: job.number, by: .staff("luc"))
        world.setTime(World.start + .minutes(90))
        try await desk.act(JobDeed(.block(because: "réseau de gaz")), on: job.number, by: .staff("luc"))
        #expect(try await world.job(1).expectedAt == nil, "nobody knows how long")
        try await desk.act(JobDeed(.resume), on: job.number, by: .staff("ada"))
        try await desk.act(JobDeed(.start, crew: "roads-1"), on: job.number, by: .staff("luc"))
        await #expect(throws: JobFault.self, "no photo 'after'") {
            try await desk.act(JobDeed(.finish(.photos, text: "")), on: job.number, by: .staff("luc"))
        }
        world.setTime(World.start + .minutes(150))
        let done = try await desk.act(JobDeed(.finish(.word("Voirie 1"), text: "rebouché")), on: job.number, by: .staff("luc"))
        #expect(
            done.state == .done && done.proof == .word && done.minutes == 150 && done.cents == 15_000,
            "before and after it was held up, at 60 euros an hour")
        #expect(done.firstExpectedAt != nil && done.endedAt == World.start + .minutes(150))

        let news = try await desk.news(after: 0, limit: 100)
        let states = news.map(\.job.state)
        #expect(states.first == .wanted && states.last == .done && states.contains(.blocked))
        #expect(news.map(\.position) == news.map(\.position).sorted() && Set(news.map(\.position)).count == news.count)
        #expect(news.last?.proof == .word("Voirie 1"))
        #expect(news.first { $0.job.state == .blocked }?.because == "réseau de gaz")
        #expect(news.first { $0.job.state == .wanted }?.job.source == .report(1))
        // Whoever stopped after the third goes on with the fourth.
        let rest = try await desk.news(after: news[2].position, limit: 100)
        #expect(rest == Array(news.dropFirst(3)))
        #expect(try await desk.news(after: news.last!.position, limit: 10).isEmpty)
        // The log names whoever confirmed.
        let entries = try await world.journal.read { try Logbook.search(in: $0) }
        #expect(entries.contains { $0.author == "ada" && $0.text.english.contains("Traffic permit") && $0.subject == "job:1" })
    }

    @Test(arguments: TestJournal.engines)
    func whatWasDoneOfflineCountsOnceAndLateActsAreKeptAsConflicts(engine: Engine) async throws {
        let world = try await World.make(engine)
        let desk = world.desk
        let (one, two) = (try await world.ask(.report(1)), try await world.ask(.report(2)))
        let day = World.start + .hours(8)
        let deeds: [(job: Job.Number, deed: JobDeed)] = [
            (one.number, JobDeed(.start, key: "t1-000001", at: World.start + .hours(1), crew: "roads-1")),
            (one.number, JobDeed(.parts("bag", count: 3), key: "t1-000002", at: World.start + .hours(1), crew: "roads-1")),
            (one.number, JobDeed(.finish(.word("Voirie 1"), text: "fait"), key: "t1-000003", at: World.start + .hours(2), crew: "roads-1")),
            (two.number, JobDeed(.start, key: "t1-000004", at: World.start + .hours(3), crew: "roads-1")),
            (
                two.number,
                JobDeed(.finish(.word("Voirie 1"), text: "fait aussi"), key: "t1-000005", at: World.start + .hours(4), crew: "roads-1")
            ),
            (Job.Number(99), JobDeed(.start, key: "t1-000006")),
        ]
        // Meanwhile somebody at the desk has called the second one off.
        try await desk.withdraw(.report(2), because: "fait par un autre", by: "ada")
        world.setTime(day)
        // The telephone sends the first half, loses the network, and sends everything twice.
        let half = try await desk.merge(Array(deeds.prefix(2)), by: .staff("luc"))
        #expect(half.map(\.fate) == [.done, .done])
        let all = try await desk.merge(deeds, by: .staff("luc"))
        #expect(all.map(\.fate) == [.known, .known, .done, .conflict, .conflict, .unknown])
        let again = try await desk.merge(deeds, by: .staff("luc"))
        #expect(again.map(\.fate) == [.known, .known, .known, .known, .known, .unknown])
        let done = try await world.job(1)
        #expect(done.state == .done && done.endedAt == World.start + .hours(2) && done.startedAt == World.start + .hours(1))
        #expect(done.minutes == 60 && done.cents == 6000)
        #expect(try await world.journal.read { try JobStore.parts(of: Job.Number(1), in: $0) }.map(\.count) == [3])
        #expect(try await world.job(2).state == .cancelled)
        let events = try await world.events(two)
        #expect(events.filter(\.isConflict).map(\.what) == [.started, .done] && events.last?.text == "fait aussi")
        #expect(events.last?.at == World.start + .hours(4) && events.last?.keptAt == day)
        // What was without effect is no news to anybody.
        let news = try await desk.news(after: 0, limit: 100).filter { $0.job.number == 2 }
        #expect(news.last?.job.state == .cancelled)
    }

    @Test(arguments: TestJournal.engines)
    func dependenciesHoldAndCloseNoRing(engine: Engine) async throws {
        let world = try await World.make(engine)
        let desk = world.desk
        for i in 1...3 { try await world.ask(.report(Int64(i))) }
        func order(_ job: Int64, _ after: Int64) async throws {
            try await desk.act(JobDeed(.order(after: Job.Number(after))), on: Job.Number(job), by: .staff("ada"))
        }
        try await order(2, 1)
        try await order(3, 2)
        await #expect(throws: JobFault.self) { try await order(1, 3) }
        await #expect(throws: JobFault.self) { try await order(1, 1) }
        await #expect(throws: JobFault.self) { try await order(1, 9) }
        await #expect(throws: JobFault.self) { try await desk.act(JobDeed(.start), on: Job.Number(2), by: .staff("ada")) }
        try await desk.act(JobDeed(.start), on: Job.Number(1), by: .staff("ada"))
        try await desk.act(JobDeed(.finish(.word("x"), text: "")), on: Job.Number(1), by: .staff("ada"))
        try await desk.act(JobDeed(.start), on: Job.Number(2), by: .staff("ada"))
        #expect(try await world.job(2).state == .started)
    }

    @Test(arguments: TestJournal.engines)
    func whoWaitsIsToldWhenTheDateSlipsAndBeforeThePromiseIsBroken(engine: Engine) async throws {
        let world = try await World.make(engine)
        let promised = World.start + .hours(10)
        let waiting = try await world.ask(.report(1), promised: promised)
        #expect(waiting.expectedAt == World.start + .hours(2) && !waiting.isAtRisk(at: World.start))
        for i in 2...6 { try await world.ask(.report(Int64(i)), urgency: .hour) }
        let slipped = try await world.job(1)
        #expect(slipped.expectedAt.map { $0 > promised } ?? false && slipped.isAtRisk(at: World.start))
        #expect(slipped.firstExpectedAt == waiting.expectedAt, "the first promise is never changed")
        let restated = try await world.events(waiting).filter { $0.what == .expected }
        #expect(!restated.isEmpty && restated.last?.expectedAt == slipped.expectedAt)
        let news = try await world.desk.news(after: 0, limit: 1000).filter { $0.job.number == 1 }
        #expect(news.last?.job.expectedAt == slipped.expectedAt)
        let risky = try await world.journal.read {
            try JobListStore.page(JobQuery().with { $0.show = .risk }, now: World.start, in: $0)
        }
        #expect(risky.map(\.number.value) == [1])
        let open = try await world.journal.read { try JobListStore.page(JobQuery(), now: World.start, in: $0) }
        #expect(open.first?.number.value == 1, "it comes first although others are more urgent")
        // Said once: nothing has changed since.
        #expect(try await world.desk.restate().isEmpty)
    }

    @Test func anExpectationCountsWhatWaitsAndNobodyPromisesWithoutACrew() async throws {
        let world = try await World.make()
        for i in 1...3 { try await world.ask(.report(Int64(i))) }
        let commune = Commune(insee: "21231")
        let said = try await world.desk.expectation(department: "roads", category: "kerb", commune: commune, urgency: .days)
        #expect(said?.ahead == 3 && said?.at == Instant(year: 2026, month: 11, day: 24, hour: 8))
        let first = try await world.desk.expectation(department: "roads", category: "kerb", commune: commune, urgency: .hour)
        #expect(first?.ahead == 0 && first?.at == World.start + .hours(2))
        #expect(try await world.desk.expectation(department: "parks", category: "kerb", commune: commune, urgency: .days) == nil)
    }

    @Test(arguments: TestJournal.engines)
    func listsFilterAndFindWords(engine: Engine) async throws {
        let world = try await World.make(engine)
        let desk = world.desk
        try await world.ask(.report(1))
        _ = try await desk.ask(World.need(.alarm(2), "cabinet", department: "lighting", at: World.east, commune: "21515"), by: "vigie")
        let far = World.need(.hand("by-hand-1"), at: nil, commune: "")
        _ = try await desk.ask(far, by: "vigie")
        func page(_ communes: Set<String>? = nil, _ change: @escaping @Sendable (inout JobQuery) -> Void) async throws -> [Int64] {
            try await world.journal.read {
                try JobListStore.page(JobQuery().with(change), communes: communes, now: World.start, in: $0).map(\.number.value)
            }
        }
        #expect(try await page { _ in } == [1, 2, 3])
        #expect(try await page { $0.department = "lighting" } == [2])
        #expect(try await page { $0.commune = "-" } == [3])
        #expect(try await page { $0.crew = "-" } == [1, 2, 3])
        #expect(try await page(["21515"]) { _ in } == [2])
        #expect(try await page { $0.words = "BORDURE abim" } == [1, 2, 3])
        #expect(try await page { ($0.words, $0.show) = ("ecole kerb", .all) } == [3, 2, 1])
        #expect(try await page { $0.words = "rien" }.isEmpty)
        #expect(try await page { $0.words = "''" }.isEmpty)
        let near = try await desk.openJobs(around: World.forges, within: 500)
        #expect(near.map(\.number) == [1])
        let around = try await desk.around(World.east, road: "", commune: Commune(insee: "21515"), within: 200)
        #expect(around.count == 1 && around[0].isPublic && !around[0].title.french.contains("école"))
        let sources: [JobSource] = [.report(1), .booking(2), .alarm(3), .plan(4, day: 5), .hand("x")]
        #expect(sources.map(\.isPublic) == [false, false, true, true, true])
    }

    @Test(arguments: TestJournal.engines)
    func whatNamesAPersonEndsOnItsDay(engine: Engine) async throws {
        let world = try await World.make(engine)
        let job = try await world.ask(.report(1))
        try await world.desk.act(JobDeed(.note("vu avec Mme Roy")), on: job.number, by: .staff("luc"))
        let photo = try PhotoRules.clean(World.png)
        try await world.desk.act(JobDeed(.photo(.after, photo)), on: job.number, by: .staff("luc"))
        let end = World.start + JobRules.textKept
        #expect(try await world.journal.write { try JobDestruction.run(at: end - .hours(1), in: $0) } == nil)
        let entry = try await world.journal.write { try JobDestruction.run(at: end + .hours(1), in: $0) }
        #expect(entry?.text.english.contains("names and notes: 2") == true)
        let events = try await world.events(job)
        #expect(events.map(\.what).contains(.noted) && events.allSatisfy { $0.author == nil && $0.text.isEmpty })
        #expect(try await world.job(1).details.isEmpty)
        #expect(try await world.journal.read { try JobPhotoStore.photos(of: job.number, in: $0) }.isEmpty)
    }

    @Test(arguments: TestJournal.engines) func whatNoListHasIsNotKept(engine: Engine) async throws {
        let world = try await World.make(engine)
        try await world.ask(.report(1))
        for crew in ["nobody", "a\0b"] {
            await #expect(throws: JobFault.self) {
                try await world.desk.act(JobDeed(.start, crew: crew), on: Job.Number(1), by: .staff("ada"))
            }
        }
        for category in ["a\0b", String(repeating: "x", count: 101)] {
            await #expect(throws: JobFault.self) { try await world.desk.ask(World.need(.report(2), category), by: "ada") }
        }
        #expect(try await world.job(1).state == .wanted)
    }

    @Test func crewsThatDoNotFitTogetherChangeNothing() async throws {
        let world = try await World.make()
        var plan = World.plan
        plan.crews[0].vehicle = "nothing"
        plan.crews[1].shifts[0] = [.init(600, 500)]
        plan.rotas[0].crews = ["nobody"]
        plan.crews[2].rate = .max
        plan.vehicles[0].litres = -1
        let wrong = plan
        let outcome = try await world.journal.write {
            try CrewImport.run(wrong, file: "x.yaml", by: "ada", isDryRun: false, at: World.start, in: $0)
        }
        #expect(outcome.faults.count == 5 && outcome.revision == nil)
        #expect(try await world.desk.crews.current().revision == 1)
        let same = try await world.journal.write {
            try CrewImport.run(World.plan, file: "x.yaml", by: "ada", isDryRun: false, at: World.start, in: $0)
        }
        #expect(same.faults.isEmpty && same.revision == nil)
        var more = World.plan
        more.travelMinutes = 20
        let changed = more
        let taken = try await world.journal.write {
            try CrewImport.run(changed, file: "x.yaml", by: "ada", isDryRun: false, at: World.start, in: $0)
        }
        #expect(taken.revision == 2)
        #expect(try await world.desk.crews.current().travelMinutes == 20, "a running server takes them at the next question")
    }
}
