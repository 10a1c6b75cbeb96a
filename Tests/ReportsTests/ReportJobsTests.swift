// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import JournalTesting
import Synchronization
import Testing
import Watch

@testable import Reports

/// What the desk makes of the news of crews that do as the test says.
@Suite struct ReportJobsTests {
    private final class Crews: JobDesk {
        let news = Mutex<[JobNews]>([])
        /// Reports for which nothing can be asked now.
        let refused = Mutex<Set<Int64>>([])
        let asked = Mutex<[Int64]>([])
        struct Away: Error {}

        func tell(_ state: JobState, of report: Int64, department: String = "roads", proof: JobProof? = nil) {
            news.withLock { all in
                let job = JobGlance(
                    number: report, source: .report(report), department: department, title: Words("x", "x"), place: nil, commune: .outside,
                    state: state, expectedAt: nil, updatedAt: World.start)
                all.append(JobNews(position: Int64(all.count + 1), at: World.start, job: job, proof: proof))
            }
        }

        func ask(_ need: JobNeed, by login: String) async throws -> Int64 {
            guard case .report(let number) = need.source, !refused.withLock({ $0.contains(number) }) else { throw Away() }
            asked.withLock { $0.append(number) }
            return number
        }
        func withdraw(_ source: JobSource, because: String, by login: String) async throws {}
        func jobs(of source: JobSource) async throws -> [JobGlance] { [] }
        func openJobs(around place: Place, within meters: Double) async throws -> [JobGlance] { [] }
        func openJobs(about asset: Asset.Number) async throws -> [JobGlance] { [] }
        func pictures(of source: JobSource) async throws -> [JobPicture] { [] }
        func picture(_ place: Int, ofJob job: Int64, for source: JobSource) async throws -> (type: String, bytes: [UInt8])? { nil }
        func news(after position: Int64, limit: Int) async throws -> [JobNews] {
            news.withLock { Array($0.filter { $0.position > position }.prefix(limit)) }
        }
        func works(for department: String) async throws -> Bool { true }
        func expectation(department: String, category: String, commune: Commune, urgency: Urgency) async throws -> JobExpectation? { nil }
    }

    private static func reports(_ engine: Engine, _ crews: Crews) async throws -> Reports {
        let journal = try TestJournal.open(engine, InventorySchema.migrations + AlarmSchema.migrations + Reports.migrations)
        try await journal.write { try CategoryStore.put(World.tree, from: "t.yaml", by: "test", at: World.start, in: $0) }
        return Reports(journal: journal, clock: Clock { World.start }, jobs: crews)
    }

    private static func make(_ reports: Reports) async throws -> Report {
        var draft = World.pothole()
        draft.place = nil
        return try await reports.create(draft).report
    }

    @Test(arguments: TestJournal.engines)
    func newsThatDoNotFitAreNotedAndThoseAfterThemCount(engine: Engine) async throws {
        let crews = Crews()
        let reports = try await Self.reports(engine, crews)
        let (one, two) = (try await Self.make(reports), try await Self.make(reports))
        for report in [one, two] { try await reports.act(.assign(department: "roads", reason: ""), on: report.number, by: .staff("ada")) }
        crews.tell(.done, of: 1, proof: .word("Équipe 1"))
        // Reopened by a crew whose department has left the tree.
        crews.tell(.wanted, of: 1, department: "gone")
        crews.tell(.started, of: 2)
        try await reports.followJobs()
        #expect(try await reports.report(two.number)?.state == .started)
        #expect(try await reports.report(one.number)?.state == .qualified, "it is open again, and nobody's yet")
        let last = try #require(try await reports.events(of: one.number).last)
        #expect(last.what == .noted && !last.isPublic && last.facts == ["job": "1", "unheard": "assign"])
        let (heard, standing) = try await reports.journal.read {
            (try ReportJobStore.heard(in: $0), try ReportJobStore.standing(of: one.number, in: $0))
        }
        #expect(heard == 3 && standing?.state == .wanted)
        let before = try await reports.events(of: one.number)
        try await reports.followJobs()
        #expect(try await reports.events(of: one.number) == before)
    }

    @Test func wishesThatCannotBeKeptDoNotStarveOthers() async throws {
        let crews = Crews()
        let reports = try await Self.reports(.sqlite, crews)
        crews.refused.withLock { $0 = Set(1...Int64(Reports.page)) }
        for _ in 0...Reports.page {
            let report = try await Self.make(reports)
            try await reports.act(.assign(department: "roads", reason: ""), on: report.number, by: .staff("ada"))
        }
        await #expect(throws: Crews.Away.self) { try await reports.followJobs() }
        #expect(crews.asked.withLock { $0 } == [Int64(Reports.page + 1)])
        crews.refused.withLock { $0 = [] }
        try await reports.followJobs()
        #expect(crews.asked.withLock { $0.count } == Reports.page + 1)
    }

    @Test func reportsThatWaitForAReadingDoNotStarveOthers() async throws {
        let journal = try TestJournal.open(.sqlite, InventorySchema.migrations + AlarmSchema.migrations + Reports.migrations)
        let last = Asset.Number(UInt32(1000 + Reports.page))
        let back = World.start + .hours(1)
        let reports = Reports(
            journal: journal, clock: Clock { World.start },
            asset: { number in
                var view = World.view(state: 0)
                view.number = number
                view.lastReading = number == last ? back : nil
                return view
            })
        try await journal.write { try CategoryStore.put(World.tree, from: "t.yaml", by: "test", at: World.start, in: $0) }
        for i in 0...Reports.page {
            let asset = Asset.Number(UInt32(1000 + i))
            _ = try await reports.create(ReportDraft(category: "dead-lamp", place: World.forges, asset: asset, channel: .app))
            try await ReportProvingTests.alarm(i + 1, asset: asset, raised: World.start - .hours(1), returned: back, in: journal)
        }
        #expect(try await reports.proveByTelemetry() == 1)
        #expect(try await reports.report(Report.Number(Int64(Reports.page + 1)))?.state == .done)
    }
}
