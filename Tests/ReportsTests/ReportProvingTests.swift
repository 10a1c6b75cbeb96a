// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import JournalTesting
import Synchronization
import Testing
import Watch

@testable import Reports

@Suite struct ReportProvingTests {
    static func alarm(_ id: Int, asset: Asset.Number, raised: Instant, returned: Instant?, in journal: Journal) async throws {
        try await journal.write { transaction in
            try transaction.run(
                """
                INSERT INTO alarm (id, asset, kind, condition, priority, state, active, raised_at, last_raised_at, returned_at, closed_at,
                    occurrences, acknowledged_by, assigned_to, held_by, held_why, escalation, comments, flapping)
                VALUES (\(id), \(asset), 'lamp', 'failure', 2, \(returned == nil ? 1 : 0), \(returned == nil ? 1 : 0), \(raised), \(raised),
                    \(returned), \(returned), 1, '', '', '', '', 0, 0, 0)
                """)
        }
    }

    @Test(arguments: TestJournal.engines)
    func theLampThatBurnsAgainEndsItsReportAndTheCitizenMayStillContest(engine: Engine) async throws {
        let time = World.TestTime()
        let journal = try TestJournal.open(engine, InventorySchema.migrations + AlarmSchema.migrations + Reports.migrations)
        let view = LampView()
        let reports = Reports(journal: journal, clock: Clock { time.now.withLock { $0 } }, asset: { _ in view.current })
        try await journal.write { try CategoryStore.put(World.tree, from: "t.yaml", by: "test", at: World.start, in: $0) }
        let made = try await reports.create(
            ReportDraft(category: "dead-lamp", place: World.forges, asset: World.lamp, description: "éteint", channel: .app))
        let other = try await reports.create(
            ReportDraft(category: "dead-lamp", place: World.forges, description: "éteint aussi", channel: .app))
        // An alarm that was over before says nothing of this report.
        try await Self.alarm(1, asset: World.lamp, raised: World.start - .days(3), returned: World.start - .days(2), in: journal)
        #expect(try await reports.proveByTelemetry() == 0)
        // It stands.
        try await Self.alarm(2, asset: World.lamp, raised: World.start - .hours(1), returned: nil, in: journal)
        #expect(try await reports.proveByTelemetry() == 0)
        let back = World.start + .hours(9)
        try await journal.write {
            try $0.run("UPDATE alarm SET state = 0, active = 0, returned_at = \(back), closed_at = \(back) WHERE id = 2")
        }
        time.now.withLock { $0 = back + .minutes(1) }
        // Not by a reading of before, not by a lamp that is off, not through a lost link.
        view.set(state: 0, read: back - .minutes(1))
        #expect(try await reports.proveByTelemetry() == 0)
        view.set(state: 1, read: back)
        #expect(try await reports.proveByTelemetry() == 0)
        view.set(state: 0, read: back, isLinkDown: true)
        #expect(try await reports.proveByTelemetry() == 0)
        view.set(state: 0, read: back)
        #expect(try await reports.proveByTelemetry() == 1)
        let ended = try #require(try await reports.report(made.report.number))
        #expect(ended.state == .done && ended.proof == .telemetry && ended.endedAt == back + .minutes(1))
        #expect(try await reports.report(other.report.number)?.state == .received, "no asset, no proof")
        #expect(try await reports.proveByTelemetry() == 0, "once")
        let events = try await reports.events(of: made.report.number)
        #expect(events.last?.role == .vigie && events.last?.facts["proof"] == "telemetry")
        #expect(try await reports.act(.contest(reason: "clignote"), byLink: made.token).state == .contested)
        // Contested on the same reading: it stays with people until something new is seen.
        #expect(try await reports.proveByTelemetry() == 0)
        #expect(try await reports.report(made.report.number)?.state == .contested)
    }

    @Test func whoConfirmsClosesAndIsNotAskedTwice() async throws {
        let world = try await World.make()
        let made = try await world.reports.create(World.pothole())
        await #expect(throws: ReportFault.self, "not while it is open") { try await world.reports.act(.confirm, byLink: made.token) }
        try await world.reports.act(.finish(.word("Luc"), text: ""), on: made.report.number, by: .staff("ada"))
        let closed = try await world.reports.act(.confirm, byLink: made.token)
        #expect(closed.state == .closed && closed.endedAt != nil)
        #expect(try await world.reports.events(of: made.report.number).last?.what == .confirmed)
        #expect(try await world.reports.act(.contest(reason: "encore"), byLink: made.token).state == .contested)
    }
}

/// A lamp as the floor would show it.
private final class LampView: Sendable {
    private let view = Mutex(World.view(state: 1))

    var current: AssetView { view.withLock { $0 } }

    func set(state: UInt8, read: Instant, isLinkDown: Bool = false) {
        view.withLock { ($0.state, $0.lastReading, $0.isLinkDown) = (state, read, isLinkDown) }
    }
}
