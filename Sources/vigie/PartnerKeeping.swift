// SPDX-License-Identifier: EUPL-1.2

import Logging
import Reports
import ServiceLifecycle

/// What is to go to other houses, and what is to be asked of them.
struct PartnerKeeping: Service {
    let courier: PartnerCourier
    let log: Logger

    func run() async throws {
        await untilClosed(
            [KeepingRound(every: .seconds(2), failing: "reports for other houses wait") { try await courier.run() }], log: log)
    }
}
