// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Journal
import JournalTesting
import Testing

@testable import Reports

@Suite struct ReportListTests {
    private func list(
        _ world: World, _ communes: Set<String>? = nil, limit: Int = 100, _ change: @Sendable @escaping (inout ReportQuery) -> Void
    ) async throws -> [Int64] {
        let now = world.now()
        return try await world.journal.read { transaction in
            var query = ReportQuery()
            change(&query)
            return try ReportListStore.page(query, communes: communes, now: now, limit: limit, in: transaction).map(\.number.value)
        }
    }

    /// 1 and 2 potholes of Dijon, 3 a pothole of Quetigny, 4 a graffito (no delay of its own), 5 a pothole that is rejected.
    private func filled(_ engine: Engine) async throws -> World {
        let world = try await World.make(engine)
        let texts = ["Un énorme trou", "Ornière près de l'école", "trou dans l'OEUVRE d'art", "tag rouge", "Trou comblé"]
        for (index, text) in texts.enumerated() {
            var draft = World.pothole(description: text)
            if index == 2 { draft.place = World.east }
            if index == 3 { (draft.category, draft.answers, draft.channel) = ("graffiti", [:], .phone) }
            world.setTime(World.start + .minutes(Int64(index)))
            let made = try await world.reports.create(draft)
            if index == 4 { try await world.reports.act(.reject(reason: "comblé"), on: made.report.number, by: .staff("ada")) }
        }
        return world
    }

    @Test(arguments: TestJournal.engines)
    func everyFilterFindsWhatItSays(engine: Engine) async throws {
        let world = try await filled(engine)
        #expect(try await list(world) { _ in } == [1, 2, 3, 4])
        #expect(try await list(world) { $0.isNewestFirst = true } == [4, 3, 2, 1])
        #expect(try await list(world) { $0.show = .all } == [5, 4, 3, 2, 1])
        #expect(try await list(world) { $0.show = .state(.rejected) } == [5])
        #expect(try await list(world) { $0.show = .state(.received) } == [1, 2, 3, 4])
        #expect(try await list(world) { ($0.show, $0.category) = (.all, "pothole") } == [5, 3, 2, 1])
        #expect(try await list(world) { ($0.show, $0.category, $0.isBranch) = (.all, "roads", true) } == [5, 3, 2, 1])
        #expect(try await list(world) { ($0.show, $0.category, $0.commune) = (.all, "pothole", "21515") } == [3])
        #expect(try await list(world) { ($0.show, $0.category, $0.isBranch, $0.commune) = (.all, "roads", true, "21231") } == [5, 2, 1])
        #expect(try await list(world) { ($0.show, $0.commune) = (.all, "21515") } == [3])
        #expect(try await list(world) { ($0.show, $0.department) = (.all, "front") } == [4])
        #expect(try await list(world) { ($0.show, $0.department, $0.commune) = (.all, "quetigny", "21515") } == [3])
        #expect(try await list(world) { ($0.show, $0.channel) = (.all, .phone) } == [4])
        #expect(try await list(world) { ($0.show, $0.commune) = (.state(.rejected), "21515") } == [])
        #expect(try await list(world) { $0.show = .late } == [])
        world.setTime(World.start + .hours(48) + .minutes(1))
        #expect(try await list(world) { $0.show = .late } == [1])
        #expect(try await list(world, ["21515"]) { $0.show = .all } == [3], "who sees one commune sees no other")
        #expect(try await list(world, []) { $0.show = .all } == [])
    }

    @Test(arguments: TestJournal.engines)
    func wordsAreFoundWithoutAccentsAndByTheirBeginnings(engine: Engine) async throws {
        let world = try await filled(engine)
        for show in [ReportQuery.Show.all, .open] {
            let all = { (text: String) in try await list(world) { ($0.show, $0.words, $0.isNewestFirst) = (show, text, true) } }
            #expect(try await all("enorme") == [1])
            #expect(try await all("ÉNORM") == [1])
            #expect(try await all("ecole orniere") == [2])
            #expect(try await all("œuvre") == [3])
            #expect(try await all("rouge trou") == [])
            #expect(try await all("poule") == (show == .all ? [5, 3, 2, 1] : [3, 2, 1]), "the category's own name")
            #expect(try await all("forges énorme") == [1])
            #expect(try await all("' UNION SELECT --") == [])
            for text in ["\"*", "%_", "NEAR AND"] { #expect(try await all(text) == [], "\(text)") }
        }
        #expect(try await list(world) { ($0.show, $0.words) = (.all, "\(ReportReference(Report.Number(5)))") } == [5])
        #expect(try await list(world, ["21515"]) { ($0.show, $0.words) = (.all, "\(ReportReference(Report.Number(5)))") } == [])
    }

    @Test(arguments: TestJournal.engines)
    func aWordThatStandsOnManyIsPagedNewestFirst(engine: Engine) async throws {
        let world = try await World.make(engine)
        let rows = (1...700).map { number in
            (
                report: ReportListTests.past(Int64(number), text: number % 7 == 0 ? "lampadaires éteints" : "lampadophore"),
                follow: Tokens.hash("past \(number)"), titles: [String]()
            )
        }
        try await world.journal.write { try ReportStore.insert(rows, in: $0) }
        let sevens = (1...100).map { Int64(707 - 7 * $0) }
        #expect(try await list(world, limit: 10) { ($0.show, $0.words) = (.all, "lampadaire") } == Array(sevens.prefix(11)))
        #expect(try await list(world, limit: 10) { ($0.show, $0.words, $0.page) = (.all, "lampadaire", 3) } == Array(sevens[20..<31]))
        #expect(try await list(world, limit: 10) { ($0.show, $0.words, $0.page) = (.all, "lampadaire", 10) } == Array(sevens.suffix(10)))
        #expect(try await list(world, limit: 10) { ($0.show, $0.words) = (.all, "lampa") }.count == 11)
        #expect(try await world.journal.read { try ReportStore.counts($0) } == [.closed: 700])
        // The next report takes the next number.
        #expect(try await world.reports.create(World.pothole()).report.number.value == 701)
    }

    static func past(_ number: Int64, text: String) -> Report {
        let at = World.start + .minutes(-1000 + number)
        return Report(
            number: Report.Number(number), category: "dead-lamp", branch: "lighting", place: World.forges, commune: Commune(insee: "21231"),
            address: "\(number) rue", asset: nil, description: text, answers: [:], channel: .app, state: .closed, department: "lighting",
            why: [], urgency: .days, promisedAt: at + .days(5), createdAt: at, updatedAt: at, endedAt: at + .days(1), proof: .photos,
            duplicateOf: nil, splitFrom: nil, reporter: "", isReleased: false, photos: 0)
    }

    @Test func aQueryIsItsAddressAndNothingElse() {
        var query = ReportQuery()
        (query.show, query.category, query.words, query.page, query.channel) = (.state(.done), "pothole", "rue é&=?", 3, .mail)
        #expect(query.address.hasPrefix("/console/reports?"))
        let hostile = ReportQuery(
            Form([
                ("show", "x"), ("page", "-5"), ("category", String(repeating: "x", count: 100)), ("channel", "pigeon"), ("q", "a\0b"),
                ("sort", "worst"), ("commune", "a\0"),
            ]))
        var expected = ReportQuery()
        expected.words = "ab"
        #expect(hostile == expected)
        #expect(ReportQuery(Form([("page", "999999999999999999999")])).page == 1)
        #expect(ReportQuery(Form([("page", "5000")])).page == ReportQuery.lastPage)
    }

    @Test(arguments: TestJournal.engines)
    func whatNamesAPersonEndsAndTheReportStays(engine: Engine) async throws {
        let world = try await World.make(engine)
        let contact = ReportContact(name: "Anne", phone: "0380123456")
        let made = try await world.reports.create(World.pothole(contact: contact, description: "chez Anne"))
        let number = made.report.number
        try await world.reports.act(.reject(reason: "Anne a tort"), on: number, by: .staff("ada"))
        let journal = world.journal
        #expect(try await journal.write { try ReportDestruction.run(at: World.start + .days(29), in: $0) } == nil, "nothing is due")
        let told = try await journal.write { try ReportDestruction.run(at: World.start + .days(31), in: $0) }
        #expect(told?.text.english == "Personal data of reports destroyed at its end: contacts: 1.")
        #expect(try await journal.read { try ReportStore.contact(of: number, in: $0) } == nil)
        #expect(try await world.reports.report(number)?.description == "chez Anne")
        let last = try await journal.write { try ReportDestruction.run(at: World.start + .days(1826), in: $0) }
        #expect(last?.text.english.contains("texts: 1") == true && last?.text.english.contains("names and notes: 1") == true)
        let left = try #require(try await world.reports.report(number))
        #expect(left.description.isEmpty && left.reporter.isEmpty && left.state == .rejected)
        let events = try await world.reports.events(of: number)
        #expect(events.map(\.what) == [.received, .rejected] && events.allSatisfy { $0.author == nil && $0.text.isEmpty })
        #expect(try await list(world) { ($0.show, $0.words) = (.all, "anne") } == [])
        #expect(try await journal.write { try ReportDestruction.run(at: World.start + .days(1826), in: $0) } == nil, "once")
    }

    @Test(arguments: TestJournal.engines)
    func categoriesComeInOnceAndSayWhatChanged(engine: Engine) async throws {
        let world = try await World.make(engine)
        func bring(_ tree: CategoryTree, dry: Bool = false) async throws -> CategoryImport.Report {
            try await world.journal.write {
                try CategoryImport.run(tree, lines: [:], file: "a.yaml", by: "ada", isDryRun: dry, at: World.start, in: $0)
            }
        }
        let same = try await bring(World.tree)
        #expect(same.revision == nil && same.count(.unchanged) == World.tree.categories.count)
        var categories = World.tree.categories.filter { $0.code != "graffiti" }
        categories[1].title = Words("Trou", "Hole")
        categories.append(Category(code: "noise", title: Words("Bruit", "Noise")))
        let next = CategoryTree(
            categories: categories, departments: World.tree.departments, bodies: World.tree.bodies, rules: World.tree.rules,
            answers: World.tree.answers, fallback: "front", outside: "prefecture")
        let dry = try await bring(next, dry: true)
        #expect(dry.revision == nil && dry.count(.changed) == 1 && dry.count(.accepted) == 1 && dry.count(.retired) == 1)
        #expect(try await world.reports.tree().revision == 1)
        #expect(try await bring(next).revision == 2)
        #expect(try await bring(next).revision == nil, "the same file again")
        let tree = try await world.reports.tree()
        #expect(tree.revision == 2 && tree["graffiti"]?.isRetired == true && tree["noise"] != nil)
        #expect(tree["pothole"]?.title.english == "Hole")
        var wrong = categories
        wrong[1].department = "nobody"
        wrong.append(Category(code: "NOISE!", parent: "nothing", title: Words("", "")))
        let refused = try await bring(CategoryTree(categories: wrong, departments: World.tree.departments, fallback: "front"))
        #expect(refused.isRefused && refused.lines.count >= 4 && refused.revision == nil)
        #expect(try await world.reports.tree().revision == 2)
    }
}
