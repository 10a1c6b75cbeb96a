// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Fieldbus
import Inventory
import Journal
import Logging
import ServiceLifecycle

/// Every ten seconds, and at the end: by which way gateways are heard is kept, so that a restart knows it. What a kill loses is learned
/// again from the gateway's next message.
struct WayKeeping: Service {
    let ways: WaysOut
    let journal: Journal
    let clock: Clock
    let log: Logger

    func run() async throws {
        await untilClosed(every: .seconds(10)) { await keep() }
        await keep()
    }

    private func keep() async {
        let changes = ways.takeChanges()
        guard !changes.isEmpty else { return }
        let now = clock.now()
        do {
            try await journal.write { try GatewayWayStore.set(changes, at: now, in: $0) }
        } catch {
            ways.putBack(changes)
            log.debug("the gateways' ways are not kept yet", metadata: ["error": "\(error)"])
        }
    }
}
