// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Journal
import Synchronization

// Interventions is the desk of the crews: from a need to a crew on the spot to a job that is closed by proof. Whoever needs work (a report, an
// alarm, a maintenance plan, somebody at the desk) makes the same `Job`, which lives by one table of transitions (`JobRules`) and one
// appended history. Crews, shifts and estimates are data. Here are also the day's plan and what is promised from the queue and the hours of
// the crews. Not here: what a citizen is told (Reports listens to `news`), what an asset is (Watch is asked), and who may sign in.

/// The desk as the house holds it; made once by the composition. What it says is kept when it returns.
package struct Interventions: Sendable {
    package let journal: Journal
    package let clock: Clock
    package let crews: CrewShelf
    /// The time on the wall of the crews.
    package let wall: WallTime
    let develop: PhotoDeveloping
    /// The streets over which crews drive.
    package let streets: StreetShelf
    let outlet = JobOutlet()
    let tabletPace = Pace()

    /// - Parameter develop: what becomes of each photo before it is kept.
    package init(journal: Journal, clock: Clock, wall: WallTime = .paris, develop: @escaping PhotoDeveloping = { $0 }) {
        (self.journal, self.clock, self.wall, self.develop) = (journal, clock, wall, develop)
        (crews, streets) = (CrewShelf(journal: journal), StreetShelf(journal: journal))
    }

    package static let migrations: [Migration] =
        JobSchema.migrations + [DayStore.migration, PlanStore.migration, VehicleStore.migration] + TerrainSchema.migrations
        + [StreetStore.migration, VehicleStore.newest, WorksSchema.migration]

    /// Calls `hear` after each job that was made or moved, and `log` after each entry of the log, once they are kept.
    package func tell(_ hear: @escaping @Sendable (Job) -> Void, log: @escaping @Sendable ([LogEntry]) -> Void) {
        outlet.hearers.withLock { $0.append((hear, log)) }
    }
}

/// Who hears of what was kept. Filled while the house is built.
final class JobOutlet: Sendable {
    let hearers = Mutex<[(job: @Sendable (Job) -> Void, log: @Sendable ([LogEntry]) -> Void)]>([])

    func tell(_ jobs: [Job], _ entries: [LogEntry] = []) {
        let all = hearers.withLock { $0 }
        for hearer in all {
            for job in jobs { hearer.job(job) }
            if !entries.isEmpty { hearer.log(entries) }
        }
    }
}
