// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Rehearsal

@Suite struct CallPlanTests {
    @Test(arguments: [(600, 6), (1000, 9), (1000, 3), (1, 1), (0, 1)])
    func aDayAtTheDeskKeepsItsOwnLaws(count: Int, agents: Int) {
        let plan = CallPlan(calls: count, agents: agents, seed: 7)
        #expect(plan.calls.count == count)
        #expect(plan.calls == CallPlan(calls: count, agents: agents, seed: 7).calls, "the same seed, the same day")
        #expect(zip(plan.calls, plan.calls.dropFirst()).allSatisfy { $0.at <= $1.at })
        var busy = [Double](repeating: 0, count: agents)
        for call in plan.calls {
            #expect(call.wait > 0 && (CallPlan.opens...CallPlan.closes).contains(call.at))
            guard let agent = call.agent else {
                #expect(call.talk == 0 && call.wrap == 0)
                continue
            }
            #expect(call.at + call.wait >= busy[agent], "nobody speaks with two at once")
            busy[agent] = call.at + call.wait + call.talk + call.wrap
        }
    }

    @Test func fewerPeopleMeanMoreWhoHangUp() {
        let hung = [3, 6, 12].map { agents in CallPlan(calls: 1000, agents: agents, seed: 7).calls.count { $0.agent == nil } }
        #expect(hung[0] > hung[1] && hung[1] > hung[2])
        let talks = CallPlan(calls: 1000, agents: 50, seed: 7).calls.filter { $0.agent != nil }.map(\.talk)
        #expect((150...220).contains(talks.reduce(0, +) / Double(talks.count)))
    }

    @Test func recordedCallsGiveTimesAndLengths() {
        let recorded = (0..<200).map { CallPlan.Recorded(at: 36_000 + Double($0), talk: 60) }
        let plan = CallPlan(calls: 500, agents: 40, seed: 1, recorded: recorded)
        #expect(plan.calls.allSatisfy { (35_600...36_600).contains($0.at) && ($0.agent == nil || $0.talk == 60) })
    }
}
