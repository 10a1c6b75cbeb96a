// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import HummingbirdTesting
import Journal
import JournalTesting
import Testing

@testable import Interventions

/// Moves by hand: the price before, exactly what was agreed after, and the way back. Crews work from 08:00 to 12:00 and from 13:00 to 17:00; it is 09:00;
/// a kerb takes 105 minutes.
@Suite struct DayMovingTests {
    private static let nine = World.start
    private func at(_ hours: Double) -> Instant { Self.nine + .minutes(Int64(hours * 60)) }

    /// Job 1 at 09:00 and job 2 at 13:00 with the first crew, both promised for the evening; job 3 is wanted.
    private func day(_ engine: Engine = .sqlite) async throws -> World {
        let world = try await World.make(engine)
        for number in 1...3 as ClosedRange<Int64> {
            let place = Place(longitude: 5.0405 + Double(number) * 0.004, latitude: 47.3220)
            _ = try await world.desk.ask(World.need(.report(number), at: place, promised: at(9)), by: "vigie")
        }
        for (number, hour) in [(1, 0.0), (2, 4)] as [(Int64, Double)] {
            try await world.desk.act(JobDeed(.plan(crew: "roads-1", at: at(hour))), on: Job.Number(number), by: .staff("ada"))
        }
        return world
    }

    private func times(_ world: World) async throws -> [Instant?] {
        [try await world.job(1).plannedAt, try await world.job(2).plannedAt, try await world.job(3).plannedAt]
    }

    @Test(arguments: TestJournal.engines)
    func aDragIsPricedThenKeptThenTakenBack(engine: Engine) async throws {
        let world = try await day(engine)
        // The second in front of the first: both move, nothing is written yet.
        let number = try await world.desk.drag(Job.Number(2), to: "roads-1", at: at(0))
        let proposal = try await world.proposal(number)
        #expect(proposal.kind == .drag && proposal.price.moved == 2 && proposal.price.movedPromised == 2 && proposal.price.dropped == 0)
        #expect(proposal.price.words.english.hasPrefix("2 jobs moved, 2 of them promised"), "\(proposal.price.words.english)")
        #expect(Set(proposal.assignments.map(\.job)) == [1, 2])
        #expect(try await times(world) == [at(0), at(4), nil])
        let done = try await world.desk.accept(number, by: "ada")
        #expect(done.planned == 2 && done.skipped.isEmpty)
        let (first, second) = (try await world.job(1), try await world.job(2))
        #expect(second.plannedAt! >= at(0) && second.plannedAt! < at(0.5) && first.plannedAt! >= second.plannedEnd!)
        // Back, and once more forward.
        let undo = try #require(done.undo)
        let back = try await world.desk.accept(undo, by: "ada")
        #expect(try await times(world) == [at(0), at(4), nil])
        _ = try await world.desk.accept(try #require(back.undo), by: "ada")
        #expect(try await times(world) == [first.plannedAt, second.plannedAt, nil])
        await #expect(throws: JobFault.self, "once") { try await world.desk.accept(undo, by: "ada") }
    }

    @Test func onlyWhatIsPushedMoves() async throws {
        let world = try await day()
        let later = try await world.proposal(try await world.desk.drag(Job.Number(1), to: "roads-1", at: at(1)))
        #expect(later.assignments.map(\.job) == [1] && later.assignments[0].startsAt == at(1) && later.price.moved == 1)
        #expect(later.assignments[0].was?.startsAt == at(0))
        // A wanted one into the free hour: those that are planned stay where the planner put them.
        let urgent = try await world.proposal(try await world.desk.propose(day: DayTests.today, urgent: Job.Number(3)))
        #expect(urgent.price.added == 1 && urgent.assignments.contains { $0.job == 3 })
        let drawn = try await world.proposal(try await world.desk.drag(Job.Number(3), to: "roads-1", at: at(6)))
        #expect(drawn.assignments.map(\.job) == [3] && drawn.price.added == 1 && drawn.price.moved == 0)
        #expect(drawn.price.words.english.hasSuffix("min of driving") && !drawn.price.words.english.contains("moved"))
        let done = try await world.desk.accept(try await world.desk.drag(Job.Number(3), to: "roads-1", at: at(6)), by: "ada")
        #expect(try await times(world) == [at(0), at(4), at(6)])
        _ = try await world.desk.accept(try #require(done.undo), by: "ada")
        #expect(try await world.job(3).state == .wanted, "what was wanted is wanted again")
    }

    @Test func locksHoursAndTheWrongCrewAreSaid() async throws {
        let world = try await day()
        func refused(_ number: Int64, _ crew: String, _ hours: Double) async -> String {
            do {
                _ = try await world.desk.drag(Job.Number(number), to: crew, at: at(hours))
                return "taken"
            } catch let fault as JobFault { return fault.words.english } catch { return "\(error)" }
        }
        #expect(await refused(1, "roads-1", 6.5).contains("past the crew's hours"), "from 15:30 it would end at 17:15")
        #expect(await refused(1, "roads-2", 1).contains("lacks"), "it does not work in Dijon")
        #expect(await refused(1, "roads-9", 1) != "taken")
        #expect(await refused(77, "roads-1", 1) != "taken")
        #expect(await refused(1, "roads-1", 5 * 24).contains("Nobody works"), "Saturday")
        #expect(await refused(2, "roads-1", 4).contains("there already"))
        try await world.desk.act(JobDeed(.lock(true)), on: Job.Number(2), by: .staff("ada"))
        #expect(await refused(2, "roads-1", 1).contains("locked"))
        // Job 1 from 13:30, on the first half of the locked one, would push it past the evening.
        #expect(await refused(1, "roads-1", 4.5).contains("Job 2, which is locked"))
        #expect(try await times(world) == [at(0), at(4), nil])
    }

    @Test func whatChangedAfterThePriceKeepsWhatItHas() async throws {
        let world = try await day()
        let number = try await world.desk.drag(Job.Number(2), to: "roads-1", at: at(0))
        try await world.desk.act(JobDeed(.plan(crew: "roads-1", at: at(2))), on: Job.Number(1), by: .staff("bob"))
        let done = try await world.desk.accept(number, by: "ada")
        #expect(done.skipped == [1] && done.planned == 1)
        #expect(try await world.job(1).plannedAt == at(2))
        // And the way back does not touch what somebody moved since.
        try await world.desk.act(JobDeed(.plan(crew: "roads-1", at: at(6))), on: Job.Number(2), by: .staff("bob"))
        let back = try await world.desk.accept(try #require(done.undo), by: "ada")
        #expect(back.skipped == [2] && back.planned == 0 && back.undo == nil)
        #expect(try await world.job(2).plannedAt == at(6))
    }

    @Test(arguments: TestJournal.engines)
    func twoThatChangePlacesDoSoTogetherOrNotAtAll(engine: Engine) async throws {
        let world = try await day(engine)
        let needs = try await world.job(1).needs
        // Job 1 must begin before noon: it cannot take the place of job 2.
        try await world.desk.act(JobDeed(.change(needs, opensAt: nil, closesAt: at(3))), on: Job.Number(1), by: .staff("ada"))
        await #expect(throws: JobFault.self) { try await world.desk.shift(Job.Number(2), earlier: true, by: "ada") }
        #expect(try await times(world) == [at(0), at(4), nil], "neither has moved")
        try await world.desk.act(JobDeed(.change(needs, opensAt: nil, closesAt: nil)), on: Job.Number(1), by: .staff("ada"))
        try await world.desk.shift(Job.Number(2), earlier: true, by: "ada")
        #expect(try await times(world) == [at(4), at(0), nil])
    }

    @Test func drivingBeforeAndAfterAreCountedAlike() async throws {
        let world = try await World.make()
        for number in 1...3 as ClosedRange<Int64> {
            let place = Place(longitude: 5.0405 + Double(number) * 0.02, latitude: 47.3220)
            _ = try await world.desk.ask(World.need(.report(number), at: place), by: "vigie")
        }
        let first = try await world.desk.propose(day: DayTests.today)
        let after = try await world.proposal(first).price.travelAfter
        _ = try await world.desk.accept(first, by: "ada")
        let again = try await world.proposal(try await world.desk.propose(day: DayTests.today)).price
        #expect(after > 0 && again.travelBefore == after && again.travelAfter <= after, "with the way home, before as after")
    }

    @Test func theBoardAsksForThePriceByAFormAndTakesItBack() async throws {
        let world = try await day()
        let room = try await Room.make(world)
        try await room.with { ada in
            let board = try await ada.get("/console/jobs/day").text
            #expect(board.contains("Move…") && board.contains("day-board") && board.contains("data-movable"))
            let fields: KeyValuePairs = ["job": "2", "crew": "roads-1", "day": "2026-11-23", "time": "09:00"]
            let priced = try await ada.post("/console/jobs/day/drag", fields)
            let path = priced.headers[.location] ?? ""
            #expect(priced.status == .seeOther && path.hasPrefix("/console/jobs/day/proposals/"))
            let page = try await ada.get(path).text
            #expect(page.contains("Keep this change") && page.contains("2 jobs moved, 2 of them promised") && page.contains("What moves"))
            let number = String(path.split(separator: "/").last ?? "")
            let kept = try await ada.post("/console/jobs/day/accept", ["proposal": number])
            let address = kept.headers[.location] ?? ""
            #expect(address.contains("undo="))
            #expect(try await ada.get(address).text.contains("Put it back"))
            #expect(try await ada.get("/console/jobs/day?undo=\(number)").text.contains("Put it back") == false)
            let undo = String(address.split(separator: "undo=").last ?? "")
            #expect(try await ada.post("/console/jobs/day/accept", ["proposal": undo]).status == .seeOther)
            #expect(try await world.job(2).plannedAt == at(4))
            let odd: KeyValuePairs = ["job": "2", "crew": "roads-1", "day": "2026-11-23", "time": "noon"]
            #expect(try await ada.post("/console/jobs/day/drag", odd).status == .unprocessableContent)
            let late: KeyValuePairs = ["job": "2", "crew": "roads-1", "day": "2026-11-23", "time": "16:30"]
            #expect(try await ada.post("/console/jobs/day/drag", late).status == .conflict)
            for who in ["bob", "kim"] {
                #expect(try await ada.like(who).post("/console/jobs/day/drag", fields).status == .forbidden, "\(who)")
                #expect(try await ada.like(who).get("/console/jobs/day").text.contains("drag-form") == false)
            }
        }
    }
}
