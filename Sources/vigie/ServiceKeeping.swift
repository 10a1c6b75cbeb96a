// SPDX-License-Identifier: EUPL-1.2

import Logging
import ServiceLifecycle
import Services

/// Every two seconds: did another process import services, or publish an alert? Then the app's pages say it. And is it time to ask the crews
/// for what is booked? What goes wrong with one of these holds up none of the others.
struct ServiceKeeping: Service {
    let services: Services
    let log: Logger
    private let told = ToldFaults()

    init(services: Services, log: Logger) { (self.services, self.log) = (services, log) }

    func run() async throws {
        await untilClosed(every: .seconds(2)) {
            do {
                try await services.shelf.refreshCatalogue()
                tell("services", nil)
            } catch { tell("services", "\(error)") }
            do {
                for (network, fault) in try await services.shelf.refreshFeeds() {
                    log.warning("a timetable or its stations cannot be read", metadata: ["network": "\(network)", "error": "\(fault)"])
                }
                tell("feeds", nil)
            } catch { tell("feeds", "\(error)") }
            do {
                let round = try await services.askForJobs()
                tell(
                    "bookings",
                    round.faults.isEmpty ? nil : round.faults.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: "; "))
            } catch { tell("bookings", "\(error)") }
        }
    }

    /// Says a fault once, not every two seconds, and says when it is over.
    private func tell(_ what: String, _ fault: String?) {
        guard told.isNews(what, fault) else { return }
        if let fault {
            log.warning("a round of the services failed; it is tried again", metadata: ["of": "\(what)", "error": "\(fault)"])
        } else {
            log.info("a round of the services works again", metadata: ["of": "\(what)"])
        }
    }
}
