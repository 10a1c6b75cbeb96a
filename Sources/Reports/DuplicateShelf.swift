// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Synchronization

/// The open reports in memory, for whoever asks while somebody types. Filled at the first question, then told of every report that is
/// made or moved.
package final class DuplicateShelf: Sendable {
    private let journal: Journal
    private struct Held {
        var grid: DuplicateGrid?
        /// Reports that moved while the grid is being read: newer than what is read. Before that nobody needs to remember them.
        var meanwhile: [Report]?
    }
    private let held = Mutex(Held())

    init(journal: Journal) { self.journal = journal }

    /// A report that was made or moved, once it is kept.
    func hear(_ report: Report) {
        held.withLock { held in
            if held.grid == nil { held.meanwhile?.append(report) } else { DuplicateShelf.put(report, into: &held.grid!) }
        }
    }

    /// Open reports that a new one may repeat, the likeliest first.
    /// - Parameters:
    ///   - category: its code; '' where it is not chosen yet, then place, time and words speak alone.
    ///   - text: as far as it is written.
    ///   - alarms: what equipment says near there now; it stands against the reports for this question.
    ///   - except: a report that asks what it repeats itself.
    package func likely(
        category: String, branch: String, place: Place, asset: Asset.Number? = nil, text: String, at now: Instant,
        with alarms: [OpenMatter] = [], except: Report.Number? = nil, least: Double = DuplicateRules.likely, limit: Int = 5
    ) async throws -> [LikelyDuplicate] {
        try await fill(around: place)
        let own = OpenMatter.ID(.report, except?.value ?? 0)
        let question = OpenMatter(id: own, category: category, branch: branch, place: place, at: now, asset: asset)
        return held.withLock { held in
            for alarm in alarms { held.grid?.put(alarm) }
            defer { for alarm in alarms { held.grid?.remove(alarm.id) } }
            return held.grid?.likely(question, text: text, least: least, limit: limit) ?? []
        }
    }

    private func fill(around place: Place) async throws {
        let isFull = held.withLock { held in
            if held.grid == nil, held.meanwhile == nil { held.meanwhile = [] }
            return held.grid != nil
        }
        if isFull { return }
        let open = try await journal.read { transaction in
            try transaction.rows(ReportFields.select + "WHERE ended_at IS NULL AND latitude IS NOT NULL").map(ReportFields.report)
        }
        var grid = DuplicateGrid(latitude: open.first?.place?.latitude ?? place.latitude)
        for report in open { DuplicateShelf.put(report, into: &grid) }
        let fresh = grid
        held.withLock { held in
            guard held.grid == nil else { return }
            held.grid = fresh
            for report in held.meanwhile ?? [] { DuplicateShelf.put(report, into: &held.grid!) }
            held.meanwhile = nil
        }
    }

    private static func put(_ report: Report, into grid: inout DuplicateGrid) {
        let id = OpenMatter.ID(.report, report.number.value)
        guard report.isOpen, let place = report.place else { return grid.remove(id) }
        grid.put(
            OpenMatter(
                id: id, category: report.category, branch: report.branch, place: place, at: report.createdAt,
                words: WordBag(report.description), asset: report.asset))
    }
}
