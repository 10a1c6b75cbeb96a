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

    /// Reads what the file and the room say anew, where that has changed; called every two seconds, and after each act of this process.
    package func refreshCatalogue() async throws {
        let (known, notices) = held.withLock { ($0.catalogue.revision, $0.noticeRevision) }
        let now = clock.now()
        let fresh = try await journal.read { transaction -> (ServiceCatalogue?, (Int64, [PublishedNotice])?) in
            let revision = try ServiceStore.revision(in: transaction)
            let noticeRevision = try NoticeStore.revision(in: transaction)
            return (
                revision == known ? nil : try ServiceStore.current(in: transaction),
                noticeRevision == notices ? nil : (noticeRevision, try NoticeStore.standing(at: now, in: transaction))
            )
        }
        held.withLock { held in
            if let catalogue = fresh.0 { held.catalogue = catalogue }
            if let (revision, published) = fresh.1 { (held.noticeRevision, held.published) = (revision, published) }
        }
    }

    /// Reads timetables and stations that are new. They may be large: not at the start of the house, but beside it.
    /// - Returns: networks that cannot be read, with why; the others stand.
    package func refreshFeeds() async throws -> [String: String] {
        var faults: [String: String] = [:]
        let (revision, known, mark) = held.withLock { ($0.timetableRevision, $0.timetables, $0.stationMark) }
        if let (newest, all) = try await journal.read({ transaction -> (Int64, [TransitStore.Kept])? in
            let now = try TransitStore.revision(in: transaction)
            return now == revision ? nil : (now, try TransitStore.newest(in: transaction))
        }) {
            var timetables: [Timetable] = []
            for one in all {
                if let same = known.first(where: { $0.revision == one.revision }) {
                    timetables.append(same)
                    continue
                }
                guard let body = try await journal.read({ try TransitStore.body(of: one.revision, in: $0) }) else { continue }
                do {
                    let feed = try TransitFeed(bytes: body)
                    timetables.append(Timetable(name: one.name, revision: one.revision, importedAt: one.at, feed: feed))
                } catch { faults[one.name] = "\(error)" }
            }
            held.withLock { [timetables] in ($0.timetableRevision, $0.timetables) = (newest, timetables) }
        }
        if let (now, bodies) = try await journal.read({ transaction -> (Int64, [(name: String, body: String)])? in
            let now = try StationStore.mark(in: transaction)
            return now == mark ? nil : (now, try StationStore.all(in: transaction))
        }) {
            var stations: [(name: String, feed: StationFeed)] = []
            for one in bodies {
                do { stations.append((one.name, try StationStore.feed(one.body))) } catch { faults[one.name] = "\(error)" }
            }
            held.withLock { [stations] in ($0.stationMark, $0.stations) = (now, stations) }
        }
        return faults
    }

    /// Alerts that are on, the gravest first, then the newest. Those of the room have a number as their code.
    package func notices(at now: Instant) -> [Notice] {
        let (file, published) = held.withLock { ($0.catalogue.notices, $0.published.map(\.notice)) }
        return (published + file).filter { $0.isOn(at: now) }.sorted { ($0.level, $0.from) > ($1.level, $1.from) }
    }
}
