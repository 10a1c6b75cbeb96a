// SPDX-License-Identifier: EUPL-1.2

import Logging
import Reports
import ServiceLifecycle

/// Every other second, what is to go to other houses, and what is to be asked of them.
struct PartnerKeeping: Service {
    let courier: PartnerCourier
    let log: Logger

    func run() async throws {
        await untilClosed(every: .seconds(2)) {
            do { try await courier.run() } catch {
                log.warning("reports for other houses wait", metadata: ["error": "\(error)"])
            }
        }
    }
}
