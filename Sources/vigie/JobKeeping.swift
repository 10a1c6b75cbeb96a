// SPDX-License-Identifier: EUPL-1.2

import Interventions
import Logging
import Reports
import ServiceLifecycle

/// Once a second, what reports ask of the crews' desk and what it has news of; once a minute, the jobs that maintenance plans are due for, the expected
/// dates anew as time passes, the reports whose asset has shown that it works again, and the alarms that make a report; every three minutes, the
/// promises at risk.
struct JobKeeping: Service {
    let reports: Reports
    let jobs: Interventions
    let log: Logger

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await untilClosed(every: .seconds(1)) {
                    do { try await reports.followJobs() } catch {
                        log.warning("reports and jobs wait for each other", metadata: ["error": "\(error)"])
                    }
                }
            }
            group.addTask {
                await untilClosed(every: .seconds(60)) {
                    do { try await reports.proveByTelemetry() } catch {
                        log.warning("proof by readings could not be looked for", metadata: ["error": "\(error)"])
                    }
                    do { try await reports.reportAlarms() } catch {
                        log.warning("alarms that make a report wait", metadata: ["error": "\(error)"])
                    }
                }
            }
            group.addTask {
                await untilClosed(every: .seconds(180)) {
                    do { try await reports.escalate() } catch {
                        log.warning("promises at risk could not be looked for", metadata: ["error": "\(error)"])
                    }
                }
            }
            group.addTask {
                await untilClosed(every: .seconds(60)) {
                    do {
                        try await jobs.makeDue()
                        try await jobs.restate()
                    } catch {
                        log.warning("plans and expected dates wait", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
    }
}
