// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Interventions
import Logging
import Rounds
import ServiceLifecycle

/// Every two seconds: was a street network imported? Then travel times are taken from it; those before answer meanwhile.
struct StreetKeeping: Service {
    let shelf: StreetShelf
    let log: Logger

    func run() async throws {
        await untilClosed(every: .seconds(2)) {
            do {
                if try await shelf.refresh() { log.info("streets are ready", metadata: ["junctions": "\(shelf.about?.junctions ?? 0)"]) }
            } catch let fault as StreetFault {
                log.warning("crews are planned without the new streets", metadata: ["error": "\(fault.words.english)"])
            } catch {
                log.debug("the streets cannot be read now", metadata: ["error": "\(error)"])
            }
        }
    }
}
