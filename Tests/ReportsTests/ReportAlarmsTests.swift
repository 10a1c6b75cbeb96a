// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import JournalTesting
import Synchronization
import Testing
import Watch

@testable import Reports

/// Alarms of equipment that make a report, where the city's file says so.
@Suite struct ReportAlarmsTests {
    private struct City: Sendable {
        static let placeless = Asset.Number(500)
        let journal: Journal
        let reports: Reports
        let now: Now

        final class Now: Sendable { let at = Mutex(World.start) }

        func wait(_ span: Span) { now.at.withLock { $0 = $0 + span } }

        func count() async throws -> Int { try await journal.read { try $0.row("SELECT COUNT(*) FROM report")?.int(0) ?? 0 } }

        func alarm(_ id: Int, _ asset: UInt32, condition: String = "failure", raised: Instant = World.start) async throws {
            try await ReportProvingTests.alarm(id, asset: Asset.Number(asset), raised: raised, returned: nil, in: journal)
            try await journal.write { _ = try $0.run("UPDATE alarm SET state = 1, condition = \(condition) WHERE id = \(id)") }
        }
    }

    private static func tree(_ rule: AlarmRule?, isAsked: Bool) -> CategoryTree {
        var tree = World.tree
        let categories = tree.categories.map { category in
            var category = category
            if category.code == "dead-lamp" {
                category.alarm = rule
                category.questions = [Question(key: "many", title: Words("Combien ?", "How many?"), sort: .number, isRequired: isAsked)]
            }
            return category
        }
        tree = CategoryTree(
            categories: categories, departments: tree.departments, bodies: tree.bodies, rules: tree.rules, answers: tree.answers,
            fallback: tree.fallback, outside: tree.outside)
        return tree
    }

    private func city(_ engine: Engine, _ rule: AlarmRule? = AlarmRule(conditions: ["failure"], after: .minutes(30)), isAsked: Bool = true)
        async throws -> City
    {
        let journal = try TestJournal.open(engine, InventorySchema.migrations + AlarmSchema.migrations + Reports.migrations)
        try await journal.write {
            try CategoryStore.put(Self.tree(rule, isAsked: isAsked), from: "t.yaml", by: "test", at: World.start, in: $0)
        }
        let now = City.Now()
        let reports = Reports(
            journal: journal, clock: Clock { now.at.withLock { $0 } },
            asset: { number in
                guard number.value < 1000 else { return nil }
                var view = World.view(state: 0)
                (view.number, view.lastReading) = (number, now.at.withLock { $0 })
                if number == City.placeless { view.place = nil }
                return view
            })
        return City(journal: journal, reports: reports, now: now)
    }

    @Test(arguments: TestJournal.engines) func anAlarmThatStandsMakesOneReportThatEndsByItsProof(engine: Engine) async throws {
        let city = try await city(engine)
        try await city.alarm(1, 7)
        #expect(try await city.reports.reportAlarms() == 0, "it may pass")
        city.wait(.minutes(30))
        #expect(try await city.reports.reportAlarms() == 1)
        #expect(try await city.reports.reportAlarms() == 0)
        let report = try #require(try await city.reports.report(Report.Number(1)))
        #expect(report.channel == .alarm && report.category == "dead-lamp" && report.asset == Asset.Number(7) && report.place != nil)
        #expect(report.department == "lighting" && !report.isReleased && report.reporter.isEmpty)
        let first = try #require(try await city.reports.events(of: report.number).first)
        #expect(first.role == .vigie && first.facts["alarm"] == "1")
        // Its link is not to be made of the alarm's number.
        #expect(try await city.reports.follow(Reports.token("alarm 1")) == nil)
        // The lamp burns again.
        city.wait(.hours(2))
        let back = city.reports.clock.now() - .minutes(1)
        try await city.journal.write {
            _ = try $0.run("UPDATE alarm SET state = 0, active = 0, returned_at = \(back), closed_at = \(back)")
        }
        #expect(try await city.reports.proveByTelemetry() == 1)
        #expect(try await city.reports.report(report.number)?.proof == .telemetry)
        #expect(try await city.reports.reportAlarms() == 0)
    }

    @Test(arguments: TestJournal.engines) func aCitizensReportOfTheSameLampIsToldInstead(engine: Engine) async throws {
        let city = try await city(engine, isAsked: false)
        func report(_ words: String, many: String? = nil) async throws -> Report {
            let draft = ReportDraft(
                category: "dead-lamp", place: World.forges, asset: World.lamp, description: words,
                answers: many.map { ["many": $0] } ?? [:], channel: .app)
            return try await city.reports.create(draft).report
        }
        let known = try await report("éteint depuis mardi")
        try await city.alarm(1, UInt32(World.lamp.value))
        city.wait(.hours(1))
        for _ in 0..<2 { #expect(try await city.reports.reportAlarms() == 0) }
        let events = try await city.reports.events(of: known.number)
        #expect(events.map(\.what) == [.received, .noted] && events[1].facts == ["alarm": "1"] && !events[1].isPublic)
        #expect(try await city.count() == 1)
        // That one is over, another alarm stands: now it makes its own, and who comes after it without a word follows it.
        try await city.reports.act(.reject(reason: "réglé"), on: known.number, by: .staff("ada"))
        try await city.alarm(2, UInt32(World.lamp.value), raised: World.start)
        #expect(try await city.reports.reportAlarms() == 1)
        let (silent, said) = (try await report(""), try await report("le mât penche sur l'école"))
        let answered = try await report("", many: "9")
        #expect(try await city.reports.reportAlarms() == 0)
        #expect(try await city.reports.report(silent.number)?.duplicateOf == Report.Number(2))
        for read in [said, answered] {
            #expect(try await city.reports.report(read.number)?.state == .received, "somebody must read it")
        }
    }

    @Test func anAlarmOfWhichNoReportCanBeMadeIsSaidAndTriedAgain() async throws {
        let city = try await city(.sqlite)
        try await city.alarm(1, 7)
        try await city.alarm(2, 8)
        city.wait(.hours(1))
        // Killed after the report was made and before that was written down: it is no news of itself.
        #expect(try await city.reports.reportAlarms() == 2)
        try await city.journal.write { _ = try $0.run("DELETE FROM report_alarm") }
        #expect(try await city.reports.reportAlarms() == 0)
        #expect(try await city.reports.events(of: Report.Number(1)).map(\.what) == [.received])
        // A lamp without a place: nothing counts as taken up, and the others are.
        try await city.alarm(3, UInt32(City.placeless.value))
        try await city.alarm(4, 9)
        city.wait(.hours(1))
        for _ in 0..<2 { await #expect(throws: ReportFault.self) { try await city.reports.reportAlarms() } }
        #expect(try await city.count() == 3)
        let taken = try await city.journal.read { try $0.rows("SELECT alarm FROM report_alarm ORDER BY alarm") }.map { $0.integer(0) }
        #expect(taken == [1, 2, 4])
    }

    @Test func whatIsOffPutAsideOrPartOfAnIncidentMakesNone() async throws {
        let off = try await city(.sqlite, nil)
        try await off.alarm(1, 7)
        off.wait(.days(1))
        #expect(try await off.reports.reportAlarms() == 0)
        let city = try await city(.sqlite)
        try await city.alarm(1, 7, condition: "temperature")
        for id in 2...4 { try await city.alarm(id, UInt32(6 + id)) }
        try await city.journal.write { transaction in
            try transaction.run("UPDATE alarm SET incident = 9 WHERE id = 2")
            try transaction.run("UPDATE alarm SET state = 6 WHERE id = 3")
            try transaction.run("UPDATE alarm SET kind = 'cabinet' WHERE id = 4")
        }
        city.wait(.days(1))
        #expect(try await city.reports.reportAlarms() == 0)
        // The incident is over and the lamp still dark; an asset that is not known is left alone.
        try await city.journal.write { _ = try $0.run("UPDATE alarm SET incident = NULL WHERE id = 2") }
        try await city.alarm(5, 2000)
        #expect(try await city.reports.reportAlarms() == 1)
        #expect(
            try await city.journal.read { try $0.rows("SELECT alarm, report FROM report_alarm ORDER BY alarm") }.map { $0.integer(0) } == [
                2
            ])
        #expect(try await city.count() == 1)
    }

    @Test func aRuleThatCannotHoldIsRefused() {
        func faults(_ change: (inout Category) -> Void) -> [String] {
            var category = Category(code: "dark", title: Words("D", "D"), assetKind: "lamp", alarm: AlarmRule(conditions: ["failure"]))
            change(&category)
            let tree = CategoryTree(
                categories: [category], departments: [Department(code: "x", title: Words("X", "X"))], fallback: "x")
            return CategoryImport.faults(tree, [:]).map(\.reason)
        }
        #expect(faults { _ in }.isEmpty)
        #expect(faults { $0.assetKind = "" }.contains { $0.contains("needs asset") })
        #expect(faults { $0.alarm?.conditions = [] }.contains { $0.contains("at least one") })
    }
}
