// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import HummingbirdTesting
import Inventory
import Journal
import JournalTesting
import Post
import Synchronization
import Testing
import Watch

@testable import Reports

/// A promise in danger is told once, before it is broken.
@Suite struct ReportRiskTests {
    private final class Time: Sendable {
        let now = Mutex(World.start)
    }

    /// The desk as after a start of the program.
    private static func desk(_ journal: Journal, _ time: Time) -> Reports {
        Reports(journal: journal, clock: Clock { time.now.withLock { $0 } }, post: MailWorld.post)
    }

    private static func journal(_ engine: Engine) async throws -> Journal {
        let journal = try TestJournal.open(engine, InventorySchema.migrations + Reports.migrations)
        var tree = World.tree
        tree.departments[0].email = "voirie@city.example"
        try await journal.write { [tree] in try CategoryStore.put(tree, from: "t.yaml", by: "test", at: World.start, in: $0) }
        return journal
    }

    private static func report(_ reports: Reports, _ category: String = "pothole") async throws -> Report {
        var draft = World.pothole()
        (draft.category, draft.place) = (category, nil)
        if category != "pothole" { draft.answers = [:] }
        return try await reports.create(draft).report
    }

    private static func told(_ report: Report, _ journal: Journal) async throws -> [[String: String]] {
        try await journal.read { try ReportStore.events(of: report.number, in: $0) }.filter { $0.what == .escalated }.map {
            #expect(!$0.isPublic && $0.role == .vigie)
            return $0.facts
        }
    }

    private static func atRisk(_ journal: Journal, _ time: Time) async throws -> Int {
        let now = time.now.withLock { $0 }
        return try await journal.read { try ReportRiskStore.count(at: now, $0) }
    }

    @Test(arguments: TestJournal.engines)
    func fourFifthsOfTheTimeGoneWithoutWorkIsToldOnceAlsoAfterARestart(engine: Engine) async throws {
        let (journal, time) = (try await Self.journal(engine), Time())
        let reports = Self.desk(journal, time)
        let (report, started) = (try await Self.report(reports), try await Self.report(reports))
        _ = try await Self.report(reports, "dead-lamp")
        for act in [ReportAct.assign(department: "roads", reason: ""), .start] {
            try await reports.act(act, on: started.number, by: .staff("ada"))
        }
        // 48 hours were promised: 38.4 are four fifths.
        time.now.withLock { $0 = World.start + .hours(38) }
        #expect(try await reports.escalate() == 0)
        time.now.withLock { $0 = World.start + .hours(39) }
        #expect(try await reports.escalate() == 1)
        #expect(try await Self.desk(journal, time).escalate() == 0)
        #expect(try await Self.told(report, journal) == [["risk": "time"]])
        #expect(try await Self.told(started, journal).isEmpty)
        #expect(try await Self.atRisk(journal, time) == 1)
        let mails = try await journal.read { try $0.rows("SELECT recipient, topic FROM post_outbox").map { [$0.text(0), $0.text(1)] } }
        #expect(mails == [["voirie@city.example", "risk:1"]], "the department of the lamp has no address, and its time is not gone")
        // Begun, it is in danger no more; late, it is late.
        time.now.withLock { $0 = World.start + .hours(49) }
        #expect(try await reports.escalate() == 0)
        #expect(try await Self.atRisk(journal, time) == 0)
    }

    @Test(arguments: TestJournal.engines)
    func aJobExpectedAfterThePromiseIsToldAndAnotherPromiseIsAnotherMatter(engine: Engine) async throws {
        let (journal, time) = (try await Self.journal(engine), Time())
        let reports = Self.desk(journal, time)
        let report = try await Self.report(reports)
        func job(_ state: JobState, _ expected: Instant) async throws {
            try await journal.write {
                try ReportJobStore.set(.init(job: 9, state: state, expectedAt: expected), of: report.number, in: $0)
            }
        }
        let late = report.promisedAt + .hours(5)
        try await job(.planned, late)
        #expect(try await reports.escalate() == 1)
        #expect(try await Self.atRisk(journal, time) == 1)
        #expect(try await Self.told(report, journal) == [["risk": "expected", "expected": String(late.milliseconds)]])
        // In time again, then late again for the same promise: it was told.
        try await job(.planned, report.promisedAt - .hours(1))
        #expect(try await reports.escalate() == 0)
        #expect(try await Self.atRisk(journal, time) == 0)
        try await job(.planned, late)
        #expect(try await reports.escalate() == 0)
        #expect(try await Self.atRisk(journal, time) == 1)
        // Another promise, broken again, is told again; a job that is over breaks none.
        try await reports.act(.promise(report.promisedAt + .hours(1), reason: "pluie"), on: report.number, by: .staff("ada"))
        #expect(try await reports.escalate() == 1)
        #expect(try await Self.told(report, journal).count == 2)
        try await job(.cancelled, late)
        #expect(try await reports.escalate() == 0)
        #expect(try await Self.atRisk(journal, time) == 0)
        try await job(.planned, late)
        _ = try await reports.escalate()
        #expect(try await Self.atRisk(journal, time) == 1)
        try await reports.act(.finish(.word("Luc"), text: ""), on: report.number, by: .staff("ada"))
        #expect(try await Self.atRisk(journal, time) == 0, "what is done is in no danger, also before the next look")
        #expect(try await Self.told(report, journal).count == 2)
    }

    @Test(arguments: TestJournal.engines)
    func manyAtOnceAreAllTold(engine: Engine) async throws {
        let (journal, time) = (try await Self.journal(engine), Time())
        let reports = Self.desk(journal, time)
        for _ in 0..<(Reports.page + 3) { _ = try await Self.report(reports) }
        time.now.withLock { $0 = World.start + .hours(40) }
        #expect(try await reports.escalate() == Reports.page + 3)
        #expect(try await reports.escalate() == 0)
    }

    @Test func theDeskCountsThemAndTheMailNamesNobody() async throws {
        let room = try await Room.make()
        let (dijon, lamp) = (
            try await room.world.reports.create(World.pothole(contact: ReportContact(name: "Anne Roy"))).report,
            try await room.world.reports.create(ReportDraft(category: "dead-lamp", place: World.forges, channel: .app)).report
        )
        try await room.world.journal.write {
            try ReportJobStore.set(.init(job: 9, state: .planned, expectedAt: dijon.promisedAt + .days(1)), of: dijon.number, in: $0)
        }
        #expect(try await room.world.reports.escalate() == 1)
        try await room.with { ada in
            let list = try await ada.get("/console/reports?show=risk").text
            #expect(list.contains("Promises at risk") && list.contains("/console/reports/\(dijon.reference)"))
            #expect(!list.contains("/console/reports/\(lamp.reference)\""))
            #expect(try await !ada.like("kim").get("/console/reports?show=risk").text.contains("\(dijon.reference)"))
            let sheet = try await ada.get("/console/reports/\(dijon.reference)").text
            #expect(sheet.contains("expected after the promise"))
            #expect(try await !ada.get("/app/reports/\(dijon.reference)").text.contains("after the promise"))
        }
        let world = try await MailWorld.make()
        let report = try await world.reports.create(World.pothole(contact: ReportContact(name: "Anne Roy"))).report
        try await world.journal.write {
            try MailWorld.post.warn(
                "voirie@city.example", of: report, .expected, expected: report.promisedAt + .days(1), World.tree, at: World.start, in: $0)
        }
        let mail = try #require(try await world.sent().first?.mail)
        #expect(mail.text.contains("promise pour le 23/11/2026. L'intervention est prévue pour le 24/11/2026."))
        #expect(mail.text.contains("https://city.example/console/reports/\(report.reference)"))
        for typed in ["Roy", "gros trou", "12 rue"] { #expect(!mail.text.contains(typed), "\(typed)") }
    }

    @Test func aNeighbouringCommuneIsNamedBeforeAnythingIsSent() async throws {
        var tree = World.tree
        tree.bodies.append(
            OutsideBody(
                code: "beaune", title: Words("Mairie de Beaune", "Beaune town hall"), phone: "03 80 24 56 78",
                web: "https://beaune.example",
                note: Words("Ouverte le matin.", "Open in the morning.")))
        tree.rules.append(
            RoadRule(
                title: Words("Beaune", "Beaune"), body: "beaune", ring: [[4.7, 47.0], [4.9, 47.0], [4.9, 47.2], [4.7, 47.2]]))
        let room = try await Room.make()
        try await room.world.journal.write { [tree] in
            try CategoryStore.put(tree, from: "t.yaml", by: "test", at: World.start, in: $0)
        }
        try await room.with { ada in
            let known = try await ada.get("/api/app/known?category=pothole&near=4.8,47.1").text
            #expect(
                known.contains(
                    #""elsewhere":{"title":"Beaune town hall","phone":"03 80 24 56 78","web":"https://beaune.example","note":"Open in the morning."}"#
                ), "\(known)")
            #expect(!known.contains("dates"), "nothing is promised there")
            #expect(try await ada.get("/api/app/known?category=pothole&near=4.6,47.1").text.contains(#""title":"Prefecture""#))
            #expect(try await !ada.get("/api/app/known?category=pothole&near=5.0405,47.3220").text.contains("elsewhere"))
            let call = try await ada.post("/allo/calls", [:]).headers[.location] ?? ""
            let typed: KeyValuePairs = ["address": "x", "placed": "x", "lon": "4.8", "lat": "47.1", "category": "", "turn": "0"]
            #expect(try await ada.post(call + "/draft", typed).status == .seeOther)
            let page = try await ada.get(call).text
            #expect(page.contains("Turn to: Beaune town hall (03 80 24 56 78, https://beaune.example). Open in the morning."))
        }
    }

    @Test func aRingThatIsNoneAndAnAddressThatIsNoneAreRefused() {
        var tree = World.tree
        tree.departments[0].email = "no address"
        tree.rules = [[[5.0, 47.0], [5.1, 47.0]], [[5.0, 47.0], [5.1], [5.1, 47.1]], [[5.0, 97.0], [5.1, 47.0], [5.1, 47.1]]].map {
            RoadRule(title: Words("r", "r"), body: "dir", ring: $0)
        }
        let reasons = CategoryImport.faults(tree, [:]).map(\.reason)
        #expect(reasons.count { $0.contains("ring:") } == 3 && reasons.count { $0.contains("email:") } == 1, "\(reasons)")
        let square = RoadRule(title: Words("r", "r"), body: "dir", ring: [[0, 0], [2, 0], [2, 2], [0, 2]])
        #expect(square.covers(Place(longitude: 1, latitude: 1)) && !square.covers(Place(longitude: 3, latitude: 1)))
        #expect(!square.covers(nil) && !square.covers(Place(longitude: 1, latitude: -1)))
    }
}
