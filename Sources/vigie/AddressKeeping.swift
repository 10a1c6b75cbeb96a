// SPDX-License-Identifier: EUPL-1.2

import Inventory
import Logging
import ServiceLifecycle

/// Every two seconds: were addresses imported? Then the index is made anew; the one before answers meanwhile.
struct AddressKeeping: Service {
    let shelf: AddressShelf
    let log: Logger

    func run() async throws {
        await untilClosed(every: .seconds(2)) {
            do {
                if try await shelf.refresh() { log.info("addresses are ready", metadata: ["count": "\(shelf.index.count)"]) }
            } catch {
                log.debug("the addresses cannot be read now", metadata: ["error": "\(error)"])
            }
        }
    }
}
