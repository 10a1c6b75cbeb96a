// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Rounds

@Suite struct SolverTests {
    typealias W = RoundWorld

    private func check(_ plan: RoundPlan, _ problem: RoundProblem) {
        for complaint in PlanCheck.complaints(plan, problem, W.travel(problem)) { Issue.record("\(complaint)") }
    }

    @Test func fourCornersAreVisitedOnTheShortestWayRound() throws {
        let problem = RoundProblem(crews: [W.crew(1)], jobs: [W.job(1, 5, 5), W.job(2, 0, 5), W.job(3, 5, 0), W.job(4, 5, 2)])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.cost.travelSeconds == 20 * 60)
        #expect(plan.leftOut.isEmpty)
    }

    @Test func skillsAndEquipmentDecideWhoGoes() throws {
        let problem = RoundProblem(
            crews: [W.crew(1, 0, 0), W.crew(2, 50, 0, skills: ["électricien"], equipment: ["nacelle"])],
            jobs: [W.job(1, 1, 0, skills: ["électricien"]), W.job(2, 2, 0, equipment: ["nacelle"]), W.job(3, 3, 0)])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.position(of: 1)?.crew == 2)
        #expect(plan.position(of: 2)?.crew == 2)
    }

    @Test func theBreakIsTakenInItsWindowAndBetweenJobs() throws {
        let rest = RoundRest(begins: W.stretch(690, 780), length: .minutes(45))
        let problem = RoundProblem(
            crews: [W.crew(1, from: 480, to: 960, rest: rest)],
            jobs: (1...12).map { W.job($0, Int($0) % 4, Int($0) % 3, 25, urgency: .hour) })
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.leftOut.isEmpty)
        #expect(plan.rounds[0].rest != nil)
    }

    @Test func aCrewThatIsBackBeforeItsBreakTakesItAtHome() throws {
        let rest = RoundRest(begins: W.stretch(690, 780), length: .minutes(45))
        let problem = RoundProblem(crews: [W.crew(1, rest: rest)], jobs: [W.job(1, 3, 3)])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.rounds[0].rest == nil)
    }

    @Test func anotherWindowOfTheDayIsUsedWhereTheFirstIsMissed() throws {
        let problem = RoundProblem(
            crews: [W.crew(1)],
            jobs: [
                W.job(1, 60, 0, 30, windows: [W.stretch(540, 545)], urgency: .now),
                W.job(2, 0, 60, 30, windows: [W.stretch(500, 560), W.stretch(800, 820)], urgency: .hour),
            ])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.leftOut.isEmpty)
        #expect(plan.rounds[0].stops.last?.job == 2)
        #expect(plan.rounds[0].stops.last!.startsAt >= W.minute(800))
    }

    @Test func aPromiseIsKeptBeforeTravelIsSaved() throws {
        let near = (1...4).map { W.job($0, Int($0), 0, 60) }
        let problem = RoundProblem(crews: [W.crew(1)], jobs: near + [W.job(9, 40, 0, 30, urgency: .hour, promised: 560)])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.cost.brokenPromises == 0)
        #expect(plan.position(of: 9)?.position ?? 9 <= 1)
    }

    @Test func theMoreUrgentPromiseIsKeptWhereOnlyOneCanBe() throws {
        let problem = RoundProblem(
            crews: [W.crew(1)],
            jobs: [W.job(1, 30, 0, 30, urgency: .days, promised: 545), W.job(2, 0, 30, 30, urgency: .now, promised: 545)])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.rounds[0].stops.map(\.job) == [2, 1])
        #expect(plan.cost.brokenPromises == 1)
        #expect(plan.rounds[0].stops[1].late == .minutes(85))
    }

    @Test func loadsFillAVehicleAndNoMore() throws {
        let problem = RoundProblem(
            crews: [W.crew(1, capacity: RoundLoad(cubicMetres: 10, kilograms: 900))],
            jobs: (1...5).map {
                W.job($0, Int($0), 0, 10, load: RoundLoad(cubicMetres: 3, kilograms: 100), urgency: $0 == 5 ? .now : .days)
            })
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.rounds[0].stops.count == 3)
        #expect(plan.position(of: 5) != nil)
        #expect(plan.leftOut.allSatisfy { $0.reason == .crewsAreFull && $0.price == nil })
    }

    @Test func aJobThatWaitsForAnotherComesAfterItOnAnyCrew() throws {
        let problem = RoundProblem(
            crews: [W.crew(1), W.crew(2, 40, 0, skills: ["enrobé"])],
            jobs: [W.job(1, 10, 0, 120), W.job(2, 11, 0, 30, skills: ["enrobé"], after: [1]), W.job(3, 12, 0, 30, after: [2])])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.leftOut.isEmpty)
    }

    @Test func whatWaitsForAJobLeftOutIsLeftOutWithThatReason() throws {
        let problem = RoundProblem(crews: [W.crew(1)], jobs: [W.job(1, 1, 0, skills: ["plongée"]), W.job(2, 1, 0, after: [1])])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.leftOut.map(\.reason) == [.noCrewWithSkills(["plongée"]), .waitsForJobLeftOut(1)])
        #expect(plan.leftOut[0].reason.words(.french).contains("plongée"))
    }

    @Test func locksAreRespectedThoughTheyCost() throws {
        let problem = RoundProblem(
            crews: [W.crew(1, 0, 0), W.crew(2, 60, 0)],
            jobs: [
                W.job(1, 1, 0, lock: .crew(2)), W.job(2, 58, 0, lock: .order(crew: 2, rank: 2)),
                W.job(3, 30, 0, lock: .order(crew: 2, rank: 1)),
                W.job(4, 59, 0),
            ])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(plan.leftOut.isEmpty)
        #expect(plan.position(of: 1)?.crew == 2)
    }

    @Test func eachReasonIsTheOneThatHelps() throws {
        let crews = [
            W.crew(1, skills: ["a"], equipment: ["x"], capacity: RoundLoad(cubicMetres: 1, kilograms: 100)),
            W.crew(2, skills: ["b"], equipment: ["y"], capacity: RoundLoad(cubicMetres: 1, kilograms: 100)),
        ]
        func reason(_ job: RoundJob) throws -> LeftOutReason? {
            try W.solve(RoundProblem(crews: crews, jobs: [job]), iterations: 50).leftOut.first?.reason
        }
        #expect(try reason(W.job(1, 1, 1, skills: ["c"])) == .noCrewWithSkills(["c"]))
        #expect(try reason(W.job(1, 1, 1, skills: ["a", "b"])) == .noCrewWithSkills(["a", "b"]))
        #expect(try reason(W.job(1, 1, 1, equipment: ["z"])) == .noCrewWithEquipment(["z"]))
        #expect(try reason(W.job(1, 1, 1, skills: ["a"], equipment: ["y"])) == .noCrewWithAll)
        #expect(try reason(W.job(1, 1, 1, load: RoundLoad(cubicMetres: 2))) == .tooLoadedForAnyVehicle)
        #expect(try reason(W.job(1, 9, 9, windows: [W.stretch(400, 490)])) == .windowsEndBeforeAnybodyCanBeThere)
        #expect(try reason(W.job(1, 9, 9, windows: [W.stretch(1000, 1100)])) == .windowsOutsideWorkingHours)
        #expect(try reason(W.job(1, 9, 9, 470)) == .longerThanAnyShift)
        #expect(try reason(W.job(1, 9, 9, skills: ["b"], lock: .crew(1))) == .lockedCrewCannot(crew: 1))
        #expect(try reason(W.job(1, 100, 0, price: 60)) == .costsMoreThanItIsWorth)
        #expect(try W.solve(RoundProblem(crews: [], jobs: [W.job(1, 1, 1)])).leftOut.first?.reason == .noCrewToday)
    }

    @Test func aFullDaySaysWhatOvertimeItWouldTake() throws {
        let problem = RoundProblem(
            crews: [W.crew(1, from: 480, to: 600)], jobs: [W.job(1, 0, 0, 100, urgency: .now), W.job(2, 0, 5, 30)])
        let plan = try W.solve(problem)
        check(plan, problem)
        #expect(
            plan.leftOut == [
                LeftOut(job: 2, reason: .crewsAreFull, price: LeftOutPrice(crew: 1, extraTravelSeconds: 600, overtimeSeconds: 20 * 60))
            ])
    }

    @Test func theSameSeedGivesTheSamePlan() throws {
        let problem = RoundProblem(
            crews: [W.crew(1), W.crew(2, 9, 9)], jobs: (1...30).map { W.job($0, Int($0 * 7 % 11), Int($0 * 5 % 13)) })
        let a = try W.solve(problem, seed: 3)
        let b = try W.solve(problem, seed: 3)
        #expect(a.rounds == b.rounds)
        check(a, problem)
    }

    @Test func aCancelledSearchStillGivesAPlan() throws {
        let problem = RoundProblem(crews: [W.crew(1)], jobs: (1...10).map { W.job($0, Int($0), 0) })
        let plan = try RoundSolver.solve(
            problem, travel: W.travel(problem), budget: RoundBudget(iterations: 1_000_000, spent: { 1 }))
        check(plan, problem)
        #expect(plan.iterations == 0)
        #expect(plan.leftOut.isEmpty)
    }

    @Test func badProblemsAreRefusedWithAReason() throws {
        func fault(_ problem: RoundProblem) -> RoundProblem.Fault? {
            do throws(RoundProblem.Fault) {
                _ = try RoundSolver.solve(problem, travel: W.travel(problem), budget: RoundBudget(iterations: 1))
                return nil
            } catch { return error }
        }
        #expect(fault(RoundProblem(crews: [W.crew(1), W.crew(1)], jobs: [])) == .crewTwice(1))
        #expect(fault(RoundProblem(crews: [], jobs: [W.job(1, 1, 1), W.job(1, 1, 1)])) == .jobTwice(1))
        #expect(fault(RoundProblem(crews: [W.crew(1, from: 600, to: 600)], jobs: [])) == .shiftEndsBeforeItBegins(crew: 1))
        #expect(fault(RoundProblem(crews: [W.crew(1)], jobs: [W.job(1, 1, 1, -5)])) == .outOfRange(job: 1))
        #expect(fault(RoundProblem(crews: [W.crew(1)], jobs: [W.job(1, 1, 1, load: RoundLoad(cubicMetres: .nan))])) == .outOfRange(job: 1))
        #expect(fault(RoundProblem(crews: [W.crew(1)], jobs: [W.job(1, 1, 1, lock: .crew(9))])) == .lockedToUnknownCrew(job: 1, crew: 9))
        #expect(
            fault(RoundProblem(crews: [W.crew(1)], jobs: [W.job(1, 1, 1, after: [2]), W.job(2, 1, 1, after: [1])]))
                == .jobsWaitInACircle([1, 2]))
        let problem = RoundProblem(crews: [W.crew(1)], jobs: [])
        #expect(throws: RoundProblem.Fault.travelOfOtherPoints(have: 1, want: 2)) {
            _ = try RoundSolver.solve(
                problem, travel: TravelTimes(count: 1, van: [0], basis: .network), budget: RoundBudget(iterations: 1))
        }
    }
}
