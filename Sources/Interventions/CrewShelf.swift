// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal
import Synchronization

/// The crews of now: read once, and anew when another process has imported some.
package final class CrewShelf: Sendable {
    private let journal: Journal
    private let held = Mutex<CrewPlan?>(nil)

    package init(journal: Journal) { self.journal = journal }

    package func current() async throws -> CrewPlan {
        let known = held.withLock { $0 }
        let fresh = try await journal.read { transaction -> CrewPlan? in
            let revision = try CrewStore.revision(in: transaction)
            return revision == known?.revision ? nil : try CrewStore.current(in: transaction)
        }
        guard let fresh else { return known ?? CrewPlan() }
        held.withLock { $0 = fresh }
        return fresh
    }
}
