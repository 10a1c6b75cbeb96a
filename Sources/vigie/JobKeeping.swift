// SPDX-License-Identifier: EUPL-1.2

import Interventions
import Logging
import Reports
import ServiceLifecycle

/// What reports ask of the crews' desk and what it has news of; the reports whose asset has shown that it works again, and the alarms that make a
/// report; the promises at risk; the jobs that maintenance plans are due for, and the expected dates anew as time passes.
struct JobKeeping: Service {
    let reports: Reports
    let jobs: Interventions
    let log: Logger

    func run() async throws {
        await untilClosed(
            [
                KeepingRound(every: .seconds(1), failing: "reports and jobs wait for each other") { try await reports.followJobs() },
                KeepingRound(every: .seconds(60), failing: "proof by readings could not be looked for") {
                    try await reports.proveByTelemetry()
                },
                KeepingRound(every: .seconds(60), failing: "alarms that make a report wait") { try await reports.reportAlarms() },
                KeepingRound(every: .seconds(180), failing: "promises at risk could not be looked for") { try await reports.escalate() },
                KeepingRound(every: .seconds(60), failing: "plans and expected dates wait") {
                    try await jobs.makeDue()
                    try await jobs.restate()
                },
            ], log: log)
    }
}
