// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Rounds

@Suite struct ReplanTests {
    typealias W = RoundWorld

    /// Two crews, each with three promised jobs in a row; the day is planned.
    private func day() throws -> (RoundProblem, RoundPlan) {
        let problem = RoundProblem(
            crews: [W.crew(1, 0, 0, to: 720), W.crew(2, 0, 30, to: 720)],
            jobs: (1...3).map { W.job($0, Int($0) * 5, 0, 40, urgency: .shift, promised: 480 + Int($0) * 50) }
                + (4...6).map { W.job($0, (Int($0) - 3) * 5, 30, 20, urgency: .shift, promised: 700) })
        return (problem, try W.solve(problem))
    }

    @Test func anUrgentJobIsPutInWithThePriceOfIt() throws {
        var (problem, plan) = try day()
        #expect(plan.cost.brokenPromises == 0)
        problem.jobs.append(W.job(9, 7, 0, 30, urgency: .now, promised: 530))
        let changes = try RoundReplan.adding(
            9, problem, travel: W.travel(problem), plan: plan, budget: RoundBudget(iterations: 2_000))
        for change in changes {
            for complaint in PlanCheck.complaints(change.plan, problem, W.travel(problem)) { Issue.record("\(complaint)") }
            #expect(change.plan.position(of: 9) != nil)
        }
        #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.price.total <= $1.price.total })
        let stayed = try #require(changes.first { $0.price.changedCrew.isEmpty })
        #expect(!stayed.price.movedPromised.isEmpty || stayed.plan.position(of: 9)?.crew == 2)
        #expect(stayed.price.words(.french).contains("min de trajet"))
    }

    @Test func aJobThatFitsWithoutMovingAnybodyMovesNobody() throws {
        var (problem, plan) = try day()
        problem.jobs.append(W.job(9, 7, 30, 2, urgency: .hour))
        let changes = try RoundReplan.adding(
            9, problem, travel: W.travel(problem), plan: plan, budget: RoundBudget(iterations: 500))
        #expect(changes[0].price.movedPromised.isEmpty && changes[0].price.changedCrew.isEmpty && changes[0].price.newlyLeftOut.isEmpty)
        #expect(changes[0].price.extraTravelSeconds == 0)
        #expect(changes[0].price.words == Words("+0 min de trajet", "+0 min of travel"))
    }

    @Test func aDragSaysWhatItCosts() throws {
        let (problem, plan) = try day()
        let change = try RoundReplan.dragging(4, to: 1, position: 0, problem, travel: W.travel(problem), plan: plan)
        #expect(change.plan.position(of: 4)?.crew == 1)
        #expect(change.plan.position(of: 4)?.position == 0)
        #expect(change.price.changedCrew == [4])
        #expect(change.price.newlyLate.count == 3)
        #expect(change.price.total > 0)
        let same = try RoundReplan.dragging(
            4, to: 2, position: plan.position(of: 4)!.position, problem, travel: W.travel(problem), plan: plan)
        #expect(same.price.total == 0 && same.price.movedPromised.isEmpty)
    }

    @Test func loyaltyKeepsJobsWithTheirCrews() throws {
        let crews = [W.crew(1, 0, 0), W.crew(2, 10, 0)]
        let jobs = (1...6).map { W.job($0, Int($0) + 2, 1) }
        let problem = RoundProblem(crews: crews, jobs: jobs)
        let travel = W.travel(problem)
        // All with the first crew, though the second is nearer to some.
        var fixed = problem
        for k in fixed.jobs.indices { fixed.jobs[k].lock = .crew(1) }
        let plan = try W.solve(fixed)
        let loyal = try RoundSolver.solve(problem, travel: travel, from: plan, loyalty: 100_000, budget: RoundBudget(iterations: 1_000))
        #expect(RoundPrice(from: plan, to: loyal, problem).changedCrew.isEmpty)
        #expect(loyal.cost.total == loyal.cost.travelSeconds)
        let free = try RoundSolver.solve(problem, travel: travel, from: plan, budget: RoundBudget(iterations: 1_000))
        #expect(free.cost.total <= loyal.cost.total)
    }

    @Test func atNoonWhatIsBegunIsOutAndCrewsBeginWhereTheyAre() throws {
        let rest = RoundRest(begins: W.stretch(690, 720), length: .minutes(30))
        let problem = RoundProblem(
            crews: [W.crew(1, rest: rest, capacity: RoundLoad(cubicMetres: 10)), W.crew(2, 5, 5, to: 500)],
            jobs: (1...8).map { W.job($0, Int($0), 0, 50, load: RoundLoad(cubicMetres: 1), urgency: .hour, lock: .crew(1)) }
                + [W.job(9, 3, 3, after: [1])])
        let plan = try W.solve(problem)
        let noon = W.minute(730)
        let rest2 = RoundReplan.remaining(problem, plan, at: noon)
        let begun = plan.rounds[0].stops.filter { $0.startsAt <= noon }
        #expect(!begun.isEmpty && begun.count < 8)
        #expect(Set(rest2.jobs.map(\.id)).isDisjoint(with: begun.map(\.job)))
        #expect(rest2.crews.map(\.id) == [1])
        #expect(rest2.crews[0].rest == nil)
        #expect(rest2.crews[0].shift.from >= noon)
        #expect(rest2.crews[0].capacity?.cubicMetres == 10 - Double(begun.count { $0.job != 9 }))
        let afternoon = try W.solve(rest2)
        for complaint in PlanCheck.complaints(afternoon, rest2, W.travel(rest2)) { Issue.record("\(complaint)") }
    }

    @Test func theNearestSuitableCrewComesFirstAndTheOthersSayWhyNot() throws {
        let job = W.job(1, 0, 0, 30, skills: ["électricien"], equipment: ["nacelle"], load: RoundLoad(kilograms: 50))
        let full = RoundLoad(cubicMetres: 5, kilograms: 10)
        let able: Set = ["électricien"]
        let problem = RoundProblem(
            crews: [
                W.crew(1, 1, 0), W.crew(2, 2, 0, skills: able), W.crew(3, 9, 0, skills: able, equipment: ["nacelle"]),
                W.crew(4, 3, 0, skills: able, equipment: ["nacelle"], capacity: full),
                W.crew(5, 4, 0, to: 490, skills: able, equipment: ["nacelle"]), W.crew(6, 20, 0, skills: able, equipment: ["nacelle"]),
                W.crew(7, 0, 0, from: 400, to: 470, skills: able, equipment: ["nacelle"]),
            ], jobs: [job])
        let ranked = try CrewDistance.ranked(job, problem, travel: W.travel(problem), now: W.minute(480))
        #expect(ranked.map(\.crew).prefix(2) == [3, 6])
        #expect(ranked[0].arrivesAt == W.minute(489))
        let why = Dictionary(uniqueKeysWithValues: ranked.map { ($0.crew, $0.unsuitable) })
        #expect(why[1] == .lacksSkills(["électricien"]))
        #expect(why[2] == .lacksEquipment(["nacelle"]))
        #expect(why[4] == .tooLoaded)
        #expect(why[5] == .shiftEndsTooSoon)
        #expect(why[7] == .notOnShift)
    }
}
