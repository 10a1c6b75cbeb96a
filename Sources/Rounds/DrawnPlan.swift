// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension RoundPlan {
    /// A plan as somebody drew it: each crew's jobs in their order and nothing else. `RoundSolver.evaluate` gives it times and costs,
    /// `RoundSolver.solve` may begin from it.
    package init(orders: [(crew: Int64, jobs: [Int64])], basis: TravelTimes.Basis) {
        let never = Instant.distantPast
        self.init(
            rounds: orders.map { order in
                Round(
                    crew: order.crew,
                    stops: order.jobs.map {
                        RoundStop(job: $0, travelSeconds: 0, arrivesAt: never, startsAt: never, endsAt: never, late: .seconds(0))
                    }, leavesAt: never, backAt: never, rest: nil, travelSeconds: 0)
            }, leftOut: [], cost: RoundCost(), basis: basis, iterations: 0)
    }
}
