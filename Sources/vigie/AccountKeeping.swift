// SPDX-License-Identifier: EUPL-1.2

import Interventions
import Logging
import Reports
import ServiceLifecycle

/// Every two seconds, what accounts are to be told of their streets; every minute, whether their message of the day is due.
struct AccountKeeping: Service {
    let reports: Reports
    let jobs: Interventions
    let log: Logger

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await untilClosed(every: .seconds(2)) {
                    do { try await reports.tellStreets() } catch {
                        log.warning("news of streets wait", metadata: ["error": "\(error)"])
                    }
                }
            }
            group.addTask {
                await untilClosed(every: .seconds(60)) {
                    do { try await reports.tellDay([jobs]) } catch {
                        log.warning("the messages of the day wait", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
    }
}
