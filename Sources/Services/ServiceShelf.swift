// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
import Synchronization

/// The services and alerts of now, in memory: pages that everybody opens ask no database. Made anew after an import or an act.
package final class ServiceShelf: Sendable {
    private struct Held {
        var catalogue = ServiceCatalogue()
        var published: [PublishedNotice] = []
        var noticeRevision: Int64 = -1
        var timetables: [Timetable] = []
        var timetableRevision: Int64 = 0
        var stations: [(name: String, feed: StationFeed)] = []
        var stationMark: Int64 = 0
    }

    private let journal: Journal
    private let clock: Clock
    private let held = Mutex(Held())

    package init(journal: Journal, clock: Clock) { (self.journal, self.clock) = (journal, clock) }

    package var catalogue: ServiceCatalogue { held.withLock { $0.catalogue } }
    package var stations: [(name: String, feed: StationFeed)] { held.withLock { $0.stations } }
    package var timetables: [Timetable] { held.withLock { $0.timetables } }

    /// Reads what has changed since; called every two seconds, and after each act of this process.
    package func refresh() async throws {
        let (known, notices, timetables) = held.withLock { ($0.catalogue.revision, $0.noticeRevision, $0.timetableRevision) }
        let now = clock.now()
        let fresh = try await journal.read { transaction -> (ServiceCatalogue?, (Int64, [PublishedNotice])?) in
            let revision = try ServiceStore.revision(in: transaction)
            let noticeRevision = try NoticeStore.revision(in: transaction)
            return (
                revision == known ? nil : try ServiceStore.current(in: transaction),
                noticeRevision == notices ? nil : (noticeRevision, try NoticeStore.standing(at: now, in: transaction))
            )
        }
        let newer = try await journal.read { transaction -> (Int64, [Timetable])? in
            let revision = try TransitStore.revision(in: transaction)
            guard revision != timetables else { return nil }
            return (revision, try TransitStore.current(in: transaction).map { Timetable(name: $0.name, importedAt: $0.at, feed: $0.feed) })
        }
        let mark = held.withLock { $0.stationMark }
        let stations = try await journal.read { transaction -> (Int64, [(name: String, feed: StationFeed)])? in
            let now = try StationStore.mark(in: transaction)
            return now == mark ? nil : (now, try StationStore.all(in: transaction).map { ($0.name, $0.feed) })
        }
        held.withLock { held in
            if let stations { (held.stationMark, held.stations) = stations }
            if let newer { (held.timetableRevision, held.timetables) = newer }
            if let catalogue = fresh.0 { held.catalogue = catalogue }
            if let (revision, published) = fresh.1 { (held.noticeRevision, held.published) = (revision, published) }
        }
    }

    /// Alerts that are on, the gravest first, then the newest. Those of the room have a number as their code.
    package func notices(at now: Instant) -> [Notice] {
        let (file, published) = held.withLock { ($0.catalogue.notices, $0.published.map(\.notice)) }
        return (published + file).filter { $0.isOn(at: now) }.sorted { ($0.level, $0.from) > ($1.level, $1.from) }
    }
}
