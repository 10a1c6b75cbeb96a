// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Interventions
import Journal
import JournalTesting
import Reports
import Synchronization
import Testing
import Watch

@testable import vigie

/// A report becomes a job, and what the crews do becomes the report's: over both desks as the house wires them.
@Suite struct ReportsAndJobsTests {
    static let start = Instant(year: 2026, month: 11, day: 23, hour: 8)
    static let forges = Place(longitude: 5.0405, latitude: 47.3220)

    /// Both desks over one journal, as after a start; `cut` stands between them.
    struct House: Sendable {
        let journal: Journal
        let reports: Reports
        let jobs: Interventions
        let time: Time

        final class Time: Sendable {
            let now = Mutex(ReportsAndJobsTests.start)
        }

        init(_ journal: Journal, time: Time = Time(), cut: Cut? = nil) {
            (self.journal, self.time) = (journal, time)
            let clock = Clock { time.now.withLock { $0 } }
            let jobs = Interventions(journal: journal, clock: clock)
            self.jobs = jobs
            cut?.desk.withLock { $0 = jobs }
            let between: any JobDesk = if let cut { cut } else { jobs }
            reports = Reports(journal: journal, clock: clock, jobs: between)
        }

        static func make(_ engine: Engine) async throws -> House {
            let journal = try TestJournal.open(engine, Schemas.all)
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            func text(_ name: String) throws -> String { try String(contentsOf: root.appending(path: "examples/\(name)"), encoding: .utf8) }
            let (tree, plan) = (CategoryFile(try text("categories.yaml")).tree, CrewFile(try text("crews.yaml")).plan)
            try await journal.write { transaction in
                try CategoryStore.put(tree, from: "test", by: "test", at: start, in: transaction)
                try CrewStore.put(plan, from: "test", at: start, in: transaction)
            }
            return House(journal)
        }

        func report(_ category: String = "depot-sauvage") async throws -> Report {
            let draft = ReportDraft(
                category: category, place: forges, address: "12 rue des Forges", description: "chez Mme Roy", channel: .app)
            return try await reports.create(draft).report
        }

        func assign(_ report: Report, _ department: String = "proprete") async throws {
            try await reports.act(.assign(department: department, reason: ""), on: report.number, by: .staff("ada"))
        }

        func events(_ report: Report) async throws -> [ReportEvent] {
            try await journal.read { try ReportStore.events(of: report.number, in: $0) }
        }

        func now(_ report: Report) async throws -> Report { try #require(try await reports.report(report.number)) }
    }

    /// Ends a call at the n-th step between the desks, before or after it was done, as a kill would.
    final class Cut: JobDesk {
        struct Killed: Error {}
        let desk = Mutex<Interventions?>(nil)
        let left: Mutex<Int>
        init(after steps: Int) { left = Mutex(steps) }

        private var inner: Interventions { desk.withLock { $0! } }
        private func step() throws {
            if left.withLock({ left in
                left -= 1; return left < 0
            }) {
                throw Killed()
            }
        }
        private func cut<T>(_ body: () async throws -> T) async throws -> T {
            try step()
            let done = try await body()
            try step()
            return done
        }

        func ask(_ need: JobNeed, by login: String) async throws -> Int64 { try await cut { try await inner.ask(need, by: login) } }
        func withdraw(_ source: JobSource, because: String, by login: String) async throws {
            try await cut { try await inner.withdraw(source, because: because, by: login) }
        }
        func jobs(of source: JobSource) async throws -> [JobGlance] { try await cut { try await inner.jobs(of: source) } }
        func openJobs(around place: Place, within meters: Double) async throws -> [JobGlance] { [] }
        func openJobs(about asset: Asset.Number) async throws -> [JobGlance] { [] }
        func pictures(of source: JobSource) async throws -> [JobPicture] { try await cut { try await inner.pictures(of: source) } }
        func picture(_ place: Int, ofJob job: Int64, for source: JobSource) async throws -> (type: String, bytes: [UInt8])? {
            try await cut { try await inner.picture(place, ofJob: job, for: source) }
        }
        func news(after position: Int64, limit: Int) async throws -> [JobNews] {
            // One at a time, so that a cut falls between any two.
            try await cut { try await inner.news(after: position, limit: 1) }
        }
        func works(for department: String) async throws -> Bool { try await cut { try await inner.works(for: department) } }
        func expectation(department: String, category: String, commune: Commune, urgency: Urgency) async throws -> JobExpectation? { nil }
    }

    @Test(arguments: TestJournal.engines)
    func aReportGivenToADepartmentWithCrewsBecomesAJobAndEndsWithIt(engine: Engine) async throws {
        let house = try await House.make(engine)
        let report = try await house.report()
        try await house.assign(report)
        try await house.reports.followJobs()
        let job = try #require(try await house.jobs.jobs(of: .report(report.number.value)).first)
        #expect(job.state == .wanted && job.expectedAt != nil && job.department == "proprete")
        let kept = try await house.journal.read { try JobStore.find(Job.Number(job.number), in: $0)! }
        #expect(
            kept.promisedAt == report.promisedAt && kept.details.isEmpty && !kept.address.contains("12"), "nothing typed reaches the crew")
        #expect(try await house.events(report).map(\.what) == [.received, .assigned, .expected])

        let number = Job.Number(job.number)
        try await house.jobs.act(JobDeed(.start, crew: "encombrants-1"), on: number, by: .staff("luc"))
        try await house.jobs.act(JobDeed(.block(because: "voiture garée")), on: number, by: .staff("luc"))
        try await house.reports.followJobs()
        #expect(try await house.now(report).state == .started)
        let blocked = try #require(try await house.events(report).last)
        #expect(blocked.what == .blocked && blocked.isPublic && blocked.text == "voiture garée")
        try await house.jobs.act(JobDeed(.start, crew: "encombrants-1"), on: number, by: .staff("luc"))
        try await house.jobs.act(JobDeed(.finish(.word("Encombrants 1"), text: "")), on: number, by: .staff("luc"))
        try await house.reports.followJobs()
        let done = try await house.now(report)
        #expect(done.state == .done && done.proof == .word)
        // The same news again, and a start of the program, change nothing.
        let before = try await house.events(report)
        try await House(house.journal, time: house.time).reports.followJobs()
        #expect(try await house.events(report) == before)
        // The citizen says no: given again, it is new work.
        try await house.reports.act(.contest(reason: "encore là"), on: report.number, by: .citizen)
        try await house.assign(report)
        try await house.reports.followJobs()
        #expect(try await house.jobs.jobs(of: .report(report.number.value)).map(\.state) == [.done, .wanted])
    }

    @Test(arguments: TestJournal.engines)
    func aJobThatTheCrewsCallOffBringsTheReportBackToTheDesk(engine: Engine) async throws {
        let house = try await House.make(engine)
        for isStarted in [false, true] {
            let report = try await house.report()
            try await house.assign(report)
            try await house.reports.followJobs()
            let number = Job.Number(try #require(try await house.jobs.jobs(of: .report(report.number.value)).first).number)
            if isStarted { try await house.jobs.act(JobDeed(.start, crew: "encombrants-1"), on: number, by: .staff("luc")) }
            try await house.reports.followJobs()
            try await house.jobs.act(JobDeed(.cancel(because: "camion en panne")), on: number, by: .staff("luc"))
            try await house.reports.followJobs()
            #expect(try await house.now(report).state == .qualified)
            let events = try await house.events(report)
            #expect(events.suffix(2).map(\.isPublic) == [false, true] && events.last?.text.isEmpty == true)
            // Given away again it is asked for again, once.
            try await house.assign(report)
            try await house.reports.followJobs()
            #expect(try await house.jobs.jobs(of: .report(report.number.value)).map(\.state) == [.cancelled, .wanted])
        }
    }

    @Test(arguments: TestJournal.engines)
    func anotherDepartmentOrAnEndByHandCallsTheCrewOff(engine: Engine) async throws {
        let house = try await House.make(engine)
        let report = try await house.report()
        try await house.assign(report)
        try await house.reports.followJobs()
        try await house.assign(report, "collecte")
        try await house.reports.followJobs()
        let jobs = try await house.jobs.jobs(of: .report(report.number.value))
        #expect(jobs.map(\.state) == [.cancelled, .wanted] && jobs[1].department == "collecte")
        #expect(try await house.now(report).state == .assigned)
        try await house.reports.act(.finish(.word("Ada"), text: ""), on: report.number, by: .staff("ada"))
        try await house.reports.followJobs()
        #expect(try await house.jobs.jobs(of: .report(report.number.value)).allSatisfy { !$0.state.isOpen })
        // Who has no crew asks for none.
        let other = try await house.report()
        try await house.assign(other, "police")
        try await house.reports.followJobs()
        #expect(try await house.jobs.jobs(of: .report(other.number.value)).isEmpty)
        #expect(try await house.journal.read { try $0.row("SELECT COUNT(*) FROM report_job_wish")!.int(0) } == 0)
    }

    @Test(arguments: TestJournal.engines)
    func aPhotoOfTheCrewIsReleasedAtTheReportAndTheDateBeforeTheJobIsTheJobs(engine: Engine) async throws {
        let house = try await House.make(engine)
        let receipt = try await house.reports.create(
            ReportDraft(category: "depot-sauvage", place: Self.forges, address: "12 rue des Forges", channel: .app))
        let report = receipt.report
        let before = try #require(try await house.reports.follow(receipt.token)?.expected)
        #expect(before.at > Self.start && before.because.english.contains("0 job(s) come before it"))
        try await house.assign(report)
        try await house.reports.followJobs()
        let job = try #require(try await house.jobs.jobs(of: .report(report.number.value)).first)
        let first = try #require(try await house.events(report).last)
        #expect(first.what == .expected && first.facts["first"] == "yes")
        #expect(try await house.reports.follow(receipt.token)?.expected?.at == job.expectedAt)
        let number = Job.Number(job.number)
        try await house.jobs.act(JobDeed(.start, crew: "encombrants-1"), on: number, by: .staff("luc"))
        for (stage, byte) in [(JobPhotoStore.Stage.before, UInt8(1)), (.after, 2)] {
            let photo = CleanPhoto(type: .jpeg, width: 4, height: 3, bytes: [byte])
            try await house.jobs.act(JobDeed(.photo(stage, photo)), on: number, by: .staff("luc"))
        }
        try await house.jobs.act(JobDeed(.finish(.photos, text: "")), on: number, by: .staff("luc"))
        try await house.reports.followJobs()
        #expect(try await house.now(report).proof == .photos)
        let taken = try await house.reports.crewPhotos(of: report.number)
        #expect(taken.map(\.stage) == [.before, .after] && taken.map(\.job) == [job.number, job.number])
        #expect(try await house.reports.follow(receipt.token)?.work == [], "nobody has looked at them yet")
        let after = try #require(taken.last)
        for _ in 0..<2 {
            try await house.reports.release(crewPhoto: after.place, ofJob: after.job, for: report.number, by: "ada")
        }
        #expect(try await house.reports.crewPhotos(of: report.number).map(\.stage) == [.before])
        let shown = try #require(try await house.reports.follow(receipt.token)?.work)
        #expect(shown.map(\.stage) == [.after] && shown.map(\.isReleased) == [true])
        let body = try await house.journal.read {
            try ReportPhotoStore.body(shown[0].place, of: report.number, onlyReleased: true, in: $0)
        }
        #expect(body?.bytes == [2] && body?.type == "image/jpeg")
        // Another report's number opens nothing of this job, and a photo that is none is not released.
        let other = try await house.report()
        #expect(try await house.reports.crewPhoto(1, ofJob: job.number, for: other.number) == nil)
        for (place, of, number) in [(9, job.number, report.number), (1, job.number, other.number)] {
            await #expect(throws: ReportFault.unknown) {
                try await house.reports.release(crewPhoto: place, ofJob: of, for: number, by: "ada")
            }
        }
        try await house.reports.release(photo: shown[0].place, of: report.number, false, by: "ada")
        #expect(try await house.reports.follow(receipt.token)?.work == [])
    }

    /// Killed at any step between the desks and started again, each step has counted once.
    @Test(arguments: TestJournal.engines)
    func killedAtAnyStepNothingIsLostAndNothingDoubled(engine: Engine) async throws {
        for steps in 0..<24 {
            let house = try await House.make(engine)
            let report = try await house.report()
            try await house.assign(report)
            let cut = Cut(after: steps)
            try? await House(house.journal, time: house.time, cut: cut).reports.followJobs()
            try await house.reports.followJobs()
            let jobs = try await house.jobs.jobs(of: .report(report.number.value))
            #expect(jobs.count == 1, "cut after \(steps)")
            let number = Job.Number(jobs[0].number)
            try await house.jobs.act(JobDeed(.start, crew: "encombrants-1"), on: number, by: .staff("luc"))
            try await house.jobs.act(JobDeed(.finish(.word("E1"), text: "")), on: number, by: .staff("luc"))
            try? await House(house.journal, time: house.time, cut: Cut(after: steps)).reports.followJobs()
            try await House(house.journal, time: house.time).reports.followJobs()
            #expect(try await house.events(report).map(\.what) == [.received, .assigned, .expected, .started, .done], "cut after \(steps)")
        }
    }
}
