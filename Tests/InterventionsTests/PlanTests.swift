// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import JournalTesting
import Testing

@testable import Interventions

@Suite struct PlanTests {
    private func plan(_ every: Int, _ unit: MaintenancePlan.Unit, from: String, ahead: Int = 0, madeUntil: String? = nil) throws
        -> MaintenancePlan
    {
        let day = try #require(WallText.day(from))
        return MaintenancePlan(
            number: 1, title: "Curage", department: "roads", category: "kerb", place: World.forges, address: "12 rue des Forges",
            commune: Commune(insee: "21231"), asset: nil, every: every, unit: unit, from: day, ahead: ahead,
            madeUntil: try madeUntil.map { try #require(WallText.day($0)) } ?? day - 1, endedAt: nil)
    }

    private func days(_ plan: MaintenancePlan, _ today: String) throws -> [String] {
        PlanRules.due(plan, today: try #require(WallText.day(today))).map(WallText.day)
    }

    @Test func plansAreDueOnTheirDays() throws {
        #expect(try days(plan(2, .week, from: "2026-11-02", ahead: 14), "2026-11-02") == ["2026-11-02", "2026-11-16"])
        #expect(
            try days(plan(1, .month, from: "2026-01-31", ahead: 40, madeUntil: "2026-01-31"), "2026-02-20") == ["2026-02-28", "2026-03-31"])
        #expect(try days(plan(1, .year, from: "2024-02-29", ahead: 0, madeUntil: "2024-02-29"), "2025-02-28") == ["2025-02-28"])
        #expect(try days(plan(1, .day, from: "2026-11-01"), "2026-10-31").isEmpty)
        // A month without anybody there: only the last of what was missed.
        #expect(
            try days(plan(1, .week, from: "2026-10-05", ahead: 7, madeUntil: "2026-10-12"), "2026-11-21") == ["2026-11-16", "2026-11-23"])
        var ended = try plan(1, .day, from: "2026-11-01")
        ended.endedAt = World.start
        #expect(try days(ended, "2026-11-05").isEmpty)
    }

    @Test(arguments: TestJournal.engines)
    func aDayOfAPlanBecomesOneJobHoweverOftenItIsAsked(engine: Engine) async throws {
        let world = try await World.make(engine)
        let number = try await world.desk.add(try plan(1, .week, from: "2026-11-23", ahead: 10), by: "ada")
        func jobs() async throws -> [Job] { try await world.journal.read { try JobStore.open(in: $0) } }
        #expect(try await jobs().count == 2)
        try await world.desk.makeDue()
        // Cut between the job and the plan's memory of it: the plan forgets, the job does not.
        try await world.journal.write { _ = try $0.run("UPDATE job_plan SET made_until = 0") }
        try await world.desk.makeDue()
        #expect(try await jobs().count == 2)
        #expect(try await jobs().first?.promisedAt == Instant(year: 2026, month: 11, day: 23, hour: 17))
        world.setTime(World.start + .days(7))
        try await World.open(world.journal, at: World.start + .days(7)).desk.makeDue()
        #expect(try await jobs().count == 3)
        try await world.desk.end(plan: number, by: "ada")
        await #expect(throws: JobFault.unknown) { try await world.desk.end(plan: number, by: "ada") }
        world.setTime(World.start + .days(60))
        try await world.desk.makeDue()
        #expect(try await jobs().count == 3)
        var wrong = try plan(0, .day, from: "2026-11-23")
        wrong.department = "parks"
        let bad = wrong
        await #expect(throws: JobFault.self) { try await world.desk.add(bad, by: "ada") }
    }

    private func works(_ number: Int64, _ sort: StreetWorks.Sort, _ from: Int64, _ to: Int64, _ street: String = "Rue des Forges")
        -> StreetWorks
    {
        StreetWorks(
            number: number, street: street, commune: Commune(insee: "21231"), title: "t", sort: sort, body: "b", from: from, to: to)
    }

    @Test func whoResurfacesBeforeTheDiggersIsTold() {
        func conflicts(_ all: [StreetWorks]) -> [WorksRules.Conflict] { WorksRules.conflicts(all, today: 0) }
        let late = conflicts([works(1, .surface, 100, 110), works(2, .dig, 131, 150)])
        #expect(late.count == 1 && late[0].because.english.contains("3 week"))
        #expect(conflicts([works(1, .dig, 100, 110), works(2, .surface, 131, 150)]).isEmpty, "dig first, then resurface")
        #expect(conflicts([works(1, .surface, 100, 110), works(2, .dig, 131, 150, "Rue Monge")]).isEmpty)
        #expect(conflicts([works(1, .surface, 100, 110), works(2, .dig, 131, 150, "RUE DES FORGÉS")]).count == 1)
        #expect(conflicts([works(1, .other, 100, 110), works(2, .dig, 110, 150)]).first?.rule == .sameTime, "on the same day")
        #expect(conflicts([works(1, .surface, 100, 110), works(2, .dig, 110 + 3 * 365 + 1, 5000)]).isEmpty)
    }

    @Test func plansWorksAndCostsHavePages() async throws {
        let room = try await Room.make()
        try await room.world.ask(.report(1))
        for act: JobAct in [.start, .time(minutes: 90), .finish(.word("Voirie 1"), text: "")] {
            try await room.world.desk.act(JobDeed(act, crew: "roads-1"), on: Job.Number(1), by: .staff("luc"))
        }
        try await room.with { ada in
            let plan: KeyValuePairs = [
                "department": "roads", "title": "Curage", "address": "12 rue des Forges", "place": "47.3220, 5.0405", "every": "6",
                "unit": "month",
                "from": "2026-11-30", "ahead": "14",
            ]
            #expect(try await ada.like("kim").post("/console/jobs/plans", plan).status == .forbidden)
            #expect(try await ada.post("/console/jobs/plans", plan).status == .seeOther)
            #expect(try await ada.get("/console/jobs/plans").text.contains("Curage"))
            #expect(
                try await ada.post("/console/jobs/plans", ["department": "roads", "title": "x", "from": "soon"]).status
                    == .unprocessableContent)
            #expect(try await ada.post("/console/jobs/plans/1/end", [:]).status == .seeOther)
            #expect(try await ada.post("/console/jobs/plans/1/end", [:]).status == .notFound)
            let costs = try await ada.get("/console/jobs/costs").text
            #expect(costs.contains("kerb") && costs.contains("90.00"))
            let csv = try await ada.get("/console/jobs/costs.csv").text
            #expect(csv.contains("kerb;") && csv.contains(";90.00\r\n"))
            let open = try await ada.get("/open-data/jobs.csv").text.split(separator: "\r\n").map { $0.split(separator: ",") }
            #expect(open.count == 2 && open[0].prefix(3) == ["number", "department", "category"] && open[1].contains("done"))
            let past = try await ada.get("/console/jobs/costs?from=2020-01-01&to=2020-12-31").text
            #expect(!past.contains("kerb") && past.contains("No job done on those days."))
            #expect(try await ada.get("/console/jobs/costs?from=2026-12-31&to=2026-01-01").status == .unprocessableContent)
            #expect(try await ada.get("/console/jobs/costs?from=soon").status == .unprocessableContent)
        }
    }

    // MARK: Vehicles

    @Test(arguments: TestJournal.engines)
    func aVehicleIsKnownWhileItsCrewWorksAndForgottenAfterDays(engine: Engine) async throws {
        var plan = World.plan
        plan.crews[0].vehicle = "tipper"
        let world = try await World.make(engine, plan: plan)
        #expect(try await world.desk.keep(World.forges, of: "tipper"))
        #expect(try await !world.desk.keep(World.forges, of: "unknown"))
        #expect(try await !world.desk.keep(World.forges, of: ""))
        let known = try await world.journal.read { try VehicleStore.positions(at: World.start + .minutes(5), in: $0) }
        #expect(known == ["tipper": World.forges])
        #expect(
            try await world.journal.read { try VehicleStore.positions(at: World.start + .minutes(20), in: $0) }.isEmpty,
            "too old to say where")
        // In the evening nothing is taken, unless a job is in hand.
        world.setTime(World.start + .hours(12))
        #expect(try await !world.desk.keep(World.east, of: "tipper"))
        try await world.ask(.report(1))
        try await world.desk.act(JobDeed(.start, crew: "roads-1"), on: Job.Number(1), by: .staff("luc"))
        #expect(try await world.desk.keep(World.east, of: "tipper"))
        // Paused, or left open by mistake: the way home is nobody's business.
        try await world.desk.act(JobDeed(.pause), on: Job.Number(1), by: .staff("luc"))
        #expect(try await !world.desk.keep(World.forges, of: "tipper"))
        try await world.desk.act(JobDeed(.proceed), on: Job.Number(1), by: .staff("luc"))
        #expect(try await world.desk.keep(World.east, of: "tipper"))
        world.setTime(World.start + .days(4) + .hours(12))
        #expect(try await !world.desk.keep(World.forges, of: "tipper"))
        let rows = try await world.journal.read { try $0.row("SELECT COUNT(*) FROM vehicle_position")!.int(0) }
        #expect(rows == 2)
        _ = try await world.journal.write { try JobDestruction.run(at: World.start + .days(3), in: $0) }
        #expect(try await world.journal.read { try $0.row("SELECT COUNT(*) FROM vehicle_position")!.int(0) } == 1)
    }

    @Test func aVehicleSaysWhereItIsWithItsOwnKey() async throws {
        var plan = World.plan
        plan.crews[0].vehicle = "tipper"
        let room = try await Room.make(try await World.make(plan: plan))
        let key = GatewayKey.make()
        try await room.world.journal.write { try VehicleStore.set(key, for: "tipper", at: World.start, in: $0) }
        try await room.with { ada in
            func send(_ vehicle: String, _ key: String, _ body: String, _ expected: Int) async throws {
                var headers = HTTPFields()
                headers[HTTPField.Name("X-Vehicle-Key")!] = key
                headers[.contentType] = "application/json"
                let answer = try await ada.client.executeRequest(
                    uri: "/api/vehicles/\(vehicle)/position", method: .post, headers: headers, body: ByteBuffer(string: body))
                #expect(answer.status.code == expected, "\(vehicle) \(body)")
            }
            let here = "{\"longitude\":5.04,\"latitude\":47.32}"
            try await send("tipper", key.text, here, 204)
            try await send("tipper", "wrong", here, 401)
            try await send("other", key.text, here, 401)
            try await send("tip%00per", key.text, here, 404)
            for wrong in ["", "{}", "[1]", "{\"longitude\":500,\"latitude\":1}", "{\"longitude\":\"5\",\"latitude\":1}"] {
                try await send("tipper", key.text, wrong, 422)
            }
            room.world.setTime(World.start + .hours(12))
            try await send("tipper", key.text, here, 409)
            #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM vehicle_position")!.int(0) } == 1)
        }
    }
}
