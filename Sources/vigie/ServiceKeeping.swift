// SPDX-License-Identifier: EUPL-1.2

import Logging
import ServiceLifecycle
import Services

/// Every two seconds: did another process import services, or publish an alert? Then the app's pages say it. And is it time to ask the crews
/// for what is booked?
struct ServiceKeeping: Service {
    let services: Services
    let log: Logger

    func run() async throws {
        await untilClosed(every: .seconds(2)) {
            do {
                try await services.shelf.refresh()
                try await services.askForJobs()
            } catch {
                log.debug("the services cannot be read now", metadata: ["error": "\(error)"])
            }
        }
    }
}
