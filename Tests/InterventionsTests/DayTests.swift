// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import JournalTesting
import Rounds
import Testing

@testable import Interventions

@Suite struct DayTests {
    static let today = WallTime.paris.day(of: World.start)

    private func near(_ metres: Double) -> Place { Place(longitude: 5.0405 + metres / 75_000, latitude: 47.3220) }

    private func ask(_ world: World, _ number: Int64, at metres: Double?, promised: Instant? = nil, urgency: Urgency = .days) async throws {
        let need = World.need(.report(number), at: metres.map(near), urgency: urgency, promised: promised)
        _ = try await world.desk.ask(need, by: "vigie")
    }

    @Test(arguments: TestJournal.engines)
    func aProposalChangesNothingUntilItIsAcceptedAndThenOnce(engine: Engine) async throws {
        let world = try await World.make(engine)
        for i in 1...6 { try await ask(world, Int64(i), at: Double(i) * 300) }
        try await ask(world, 7, at: nil)
        let number = try await world.desk.propose(day: Self.today)
        let (proposal, _) = try #require(try await world.journal.read { try DayStore.find(number, in: $0) })
        // From 09:00 the one crew of Dijon has 7 hours for jobs of 105 minutes: three or four.
        #expect((3...4).contains(proposal.assignments.count) && proposal.price.added == proposal.assignments.count)
        #expect(proposal.assignments.allSatisfy { $0.crew == "roads-1" } && proposal.isStraightLine)
        #expect(Set(proposal.assignments.map(\.job)).union(proposal.leftOut.map(\.job)) == Set(1...7), "each has a place or a reason")
        #expect(proposal.leftOut.first { $0.job == 7 }?.because.english.contains("position") == true)
        #expect(try await world.job(1).state == .wanted)
        let done = try await world.desk.accept(number, by: "ada")
        #expect(done.planned == proposal.assignments.count && done.skipped.isEmpty)
        for one in proposal.assignments {
            let job = try await world.job(one.job)
            #expect(job.state == .planned && job.plannedAt == one.startsAt && job.crew == "roads-1" && job.expectedAt == job.plannedEnd)
        }
        await #expect(throws: JobFault.self, "a second click") { try await world.desk.accept(number, by: "ada") }
        // Each begins after the one before has ended, within the crew's hours.
        let row = try await world.journal.read {
            try JobStore.planned(from: World.start - .hours(9), to: World.start + .hours(15), in: $0)
        }
        for (a, b) in zip(row, row.dropFirst()) { #expect(a.plannedEnd! <= b.plannedAt!) }
        #expect(row.allSatisfy { $0.plannedAt!.seconds % 60 == 0 }, "a crew has no use for seconds")
        // Two that change places move nobody else.
        let swapped = try #require(DayRules.swapped(row[0], row[1]))
        #expect(swapped[0].job == row[1].number.value && swapped[0].startsAt == row[0].plannedAt)
        #expect(swapped[1].startsAt + .minutes(Int64(row[0].needs.minutes)) == row[1].plannedEnd)
        #expect(row.allSatisfy { $0.plannedAt! >= World.start && $0.plannedEnd! <= World.start + .hours(8) })
    }

    @Test func anUrgentJobComesInAndThePriceSaysWhomItMoves() async throws {
        let world = try await World.make()
        for i in 1...4 { try await ask(world, Int64(i), at: Double(i) * 300, promised: World.start + .hours(9)) }
        _ = try await world.desk.accept(try await world.desk.propose(day: Self.today), by: "ada")
        let planned = try await world.journal.read { try JobStore.open(in: $0) }.filter { $0.state == .planned }.count
        try await ask(world, 9, at: 100, promised: World.start + .hours(2), urgency: .hour)
        let number = try await world.desk.propose(day: Self.today, urgent: Job.Number(5))
        let (proposal, _) = try #require(try await world.journal.read { try DayStore.find(number, in: $0) })
        #expect(proposal.urgent == 5 && proposal.assignments.contains { $0.job == 5 } && proposal.price.added == 1)
        #expect(proposal.price.moved + proposal.price.dropped > 0 && proposal.price.movedPromised > 0, "somebody pays for it")
        #expect(proposal.kind == .urgent && proposal.price.words.english.contains("of them promised"))
        #expect(proposal.assignments.count <= planned + 1 && proposal.assignments.allSatisfy { $0.was != nil }, "only what moves is named")
        _ = try await world.desk.accept(number, by: "ada")
        #expect(try await world.job(5).state == .planned)
        #expect(try await world.journal.read { try JobStore.open(in: $0) }.filter { $0.state == .wanted }.count >= proposal.price.dropped)
        await #expect(throws: JobFault.self) { try await world.desk.propose(day: Self.today, urgent: Job.Number(77)) }
    }

    @Test func theSolverLeavesAloneWhatThePlannerLocked() async throws {
        let world = try await World.make()
        for i in 1...3 { try await ask(world, Int64(i), at: Double(i) * 300) }
        try await world.desk.act(JobDeed(.plan(crew: "roads-1", at: World.start + .hours(5))), on: Job.Number(2), by: .staff("ada"))
        try await world.desk.act(JobDeed(.lock(true)), on: Job.Number(2), by: .staff("ada"))
        _ = try await world.desk.accept(try await world.desk.propose(day: Self.today), by: "ada")
        let locked = try await world.job(2)
        #expect(locked.isLocked && locked.crew == "roads-1" && locked.state == .planned)
    }

    @Test func aDayWithoutCrewsOrJobsIsSaid() async throws {
        let world = try await World.make()
        await #expect(throws: JobFault.self, "nothing to plan") { try await world.desk.propose(day: Self.today) }
        try await ask(world, 1, at: 100)
        await #expect(throws: JobFault.self, "Sunday") { try await world.desk.propose(day: Self.today - 1) }
        await #expect(throws: JobFault.self, "Saturday") { try await world.desk.propose(day: Self.today + 5) }
    }

    @Test func theNearestSuitableCrewIsByTravelTimeAndWait() async throws {
        let world = try await World.make()
        _ = try await world.desk.ask(World.need(.report(1), at: World.east, commune: "21515"), by: "vigie")
        let job = try await world.job(1)
        let plan = World.plan
        func seconds(_ places: [Place]) -> [Int] { places.map { Int($0.metres(to: World.east) / 10) } }
        // roads-2 has no base and no vehicle: nobody knows where it is.
        let first = DayRules.nearest(to: job, [job], plan, at: World.start, .paris, seconds: seconds)
        #expect(first.map(\.crew) == ["roads-1"] && first[0].busyUntil == nil)
        var busy = job
        (busy.number, busy.state, busy.crew, busy.startedAt) = (Job.Number(2), .started, "roads-2", World.start - .hours(1))
        let both = DayRules.nearest(to: job, [job, busy], plan, at: World.start, .paris, seconds: seconds)
        #expect(both.map(\.crew) == ["roads-1", "roads-2"] && both[1].busyUntil == World.start + .minutes(45))
        #expect(
            DayRules.nearest(to: job, [job], plan, at: World.start + .hours(12), .paris, seconds: seconds).isEmpty, "nobody works at night")
    }

    @Test func theBoardIsWorkedWithButtons() async throws {
        let room = try await Room.make()
        let world = room.world
        for i in 1...4 { try await ask(world, Int64(i), at: Double(i) * 300, promised: i == 4 ? World.start - .hours(1) : nil) }
        try await room.with { ada in
            let board = try await ada.get("/console/jobs/day").text
            #expect(board.contains("Propose a plan") && board.contains("straight line"))
            #expect(board.contains("queue is too long") || board.contains("late"), "what is late says why")
            let proposed = try await ada.post("/console/jobs/day/propose", ["day": "2026-11-23"])
            let path = proposed.headers[.location] ?? ""
            #expect(proposed.status == .seeOther && path == "/console/jobs/day/proposals/1")
            #expect(try await ada.get(path).text.contains("What it changes"))
            #expect(try await ada.post("/console/jobs/day/accept", ["proposal": "1"]).status == .seeOther)
            #expect(try await ada.post("/console/jobs/day/accept", ["proposal": "1"]).status == .conflict)
            #expect(try await ada.get(path).status == .notFound)
            let row = try await world.journal.read {
                try JobStore.planned(from: World.start - .hours(9), to: World.start + .hours(15), in: $0)
            }
            let (first, second) = (row[0], row[1])
            let later = try await ada.post("/console/jobs/day/move", ["job": "\(first.number.value)", "to": "later"])
            #expect(later.status == .seeOther && later.headers[.location] == "/console/jobs/day?day=2026-11-23#stop-\(first.number.value)")
            let moved = try await world.job(second.number.value)
            #expect(moved.plannedAt == first.plannedAt)
            #expect(try await world.job(first.number.value).plannedAt! >= moved.plannedEnd!)
            #expect(try await ada.post("/console/jobs/day/move", ["job": "\(second.number.value)", "to": "earlier"]).status == .conflict)
            #expect(try await ada.post("/console/jobs/day/move", ["job": "\(first.number.value)", "to": "lock"]).status == .seeOther)
            #expect(try await world.job(first.number.value).isLocked)
            let give: KeyValuePairs = ["job": "\(second.number.value)", "to": "crew", "crew": "roads-2"]
            #expect(try await ada.post("/console/jobs/day/move", give).status == .conflict, "it does not work in Dijon")
            #expect(try await ada.post("/console/jobs/day/move", ["job": "\(second.number.value)", "to": "unplan"]).status == .seeOther)
            #expect(try await ada.post("/console/jobs/day/move", ["job": "99", "to": "lock"]).status == .notFound)
            #expect(try await ada.post("/console/jobs/day/move", ["job": "1", "to": "moon"]).status == .unprocessableContent)
            #expect(try await ada.get("/console/jobs/day?day=2026-11-23&department=roads").text.contains("gantt"))
            #expect(try await ada.get("/console/jobs/1").text.contains("Nearest suitable crew"))
            for who in ["bob", "kim"] {
                #expect(try await ada.like(who).post("/console/jobs/day/propose", ["day": "2026-11-23"]).status == .forbidden, "\(who)")
            }
            let kim = try await ada.like("kim").get("/console/jobs/day?day=2026-11-23").text
            #expect(!kim.contains("Propose a plan") && !kim.contains("/console/jobs/\(first.number.value)\""))
        }
    }
}
