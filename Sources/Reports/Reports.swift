// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Journal
import Post
import Synchronization
package import Watch

// Reports is the desk of requests: from a citizen's word to an answer that says by what it is proved. Whoever speaks (app, telephone,
// mail, web, Open311, an operator, an alarm) makes the same `Report`, which lives by one table of transitions (`ReportRules`) and one
// appended history. Here are the noun, its rules and rows, the categories as data, and the pages of the room's side. Not here: what an
// asset is or how it stands (Watch is asked), crews and routes of a day (another desk), and who may sign in (Supervision).

/// The desk as the house holds it; made once by the composition. What it says is kept when it returns.
package struct Reports: Sendable {
    package let journal: Journal
    package let clock: Clock
    package let shelf: TreeShelf
    package let ground: GroundShelf
    let intake: ReportIntake
    let asset: @Sendable (Asset.Number) async -> AssetView?
    let develop: PhotoDeveloping
    let jobs: (any JobDesk)?
    let troubles: @Sendable (Place) async -> [FloorTroubleNear]
    let outlet: ReportOutlet
    let duplicates: DuplicateShelf
    let guesses = GuessShelf()
    let expectations = ExpectationShelf()
    /// Nil where nothing is sent to citizens.
    package let post: CitizenPost?

    /// - Parameters:
    ///   - asset: how an asset stands now, as the floor says.
    ///   - develop: what becomes of each photo before it is kept.
    ///   - jobs: the desk of the crews; nil where there is none.
    ///   - troubles: assets out of order within `DuplicateRules.reach` of a place: what a citizen sees of them may be reported again.
    package init(
        journal: Journal, clock: Clock, post: CitizenPost? = nil,
        asset: @escaping @Sendable (Asset.Number) async -> AssetView? = { _ in nil }, develop: @escaping PhotoDeveloping = { $0 },
        jobs: (any JobDesk)? = nil, troubles: @escaping @Sendable (Place) async -> [FloorTroubleNear] = { _ in [] }
    ) {
        self.troubles = troubles
        (self.journal, self.clock, self.asset, self.develop, self.jobs) = (journal, clock, asset, develop, jobs)
        self.post = post
        shelf = TreeShelf(journal: journal)
        ground = GroundShelf(journal: journal, clock: clock)
        intake = ReportIntake(journal: journal)
        outlet = ReportOutlet()
        let duplicates = DuplicateShelf(journal: journal)
        self.duplicates = duplicates
        outlet.hearers.withLock { $0.append((report: { duplicates.hear($0) }, log: { _ in })) }
    }

    package static let migrations: [Migration] =
        ReportSchema.migrations + Open311Store.migrations + [
            ReportJobStore.migration, ReportAlarmStore.migration, ReportPhotoStore.migration, ReportRiskStore.migration,
        ] + CallSchema.migrations
        + Post.migrations
        + ReportMailSchema.migrations + CitizenAccountSchema.migrations + PartnerSchema.migrations
        + [ReportFiguresStore.migration, ReportSchema.published]
    package static let personal: [PersonalPlace] =
        ReportSchema.personal + CallSchema.personal + Post.personal + ReportMailSchema.personal + CitizenAccountSchema.personal
        + PartnerSchema.personal

    /// Calls `hear` after each report that was made or moved, and `log` after each entry of the log, once they are kept.
    package func tell(_ hear: @escaping @Sendable (Report) -> Void, log: @escaping @Sendable ([LogEntry]) -> Void) {
        outlet.hearers.withLock { $0.append((hear, log)) }
    }
}

/// Who hears of what was kept. Filled while the house is built.
final class ReportOutlet: Sendable {
    let hearers = Mutex<[(report: @Sendable (Report) -> Void, log: @Sendable ([LogEntry]) -> Void)]>([])

    func tell(_ reports: [Report], _ entries: [LogEntry] = []) {
        let all = hearers.withLock { $0 }
        for hearer in all {
            for report in reports { hearer.report(report) }
            if !entries.isEmpty { hearer.log(entries) }
        }
    }
}
