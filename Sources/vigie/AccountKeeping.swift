// SPDX-License-Identifier: EUPL-1.2

import Interventions
import Logging
import Reports
import ServiceLifecycle

/// What accounts are to be told of their streets, and whether their message of the day is due.
struct AccountKeeping: Service {
    let reports: Reports
    let jobs: Interventions
    let log: Logger

    func run() async throws {
        await untilClosed(
            [
                KeepingRound(every: .seconds(2), failing: "news of streets wait") { try await reports.tellStreets() },
                KeepingRound(every: .seconds(60), failing: "the messages of the day wait") { try await reports.tellDay([jobs]) },
            ], log: log)
    }
}
