// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// The log as one person may read it. Whoever sees some communes only reads what is about an asset there and what they wrote themselves:
/// an entry about anything else may tell of the whole city in its words.
struct LogSight: Sendable {
    let journal: Journal
    let sight: Sight
    let login: String
    let directory: Directory

    /// Entries looked at for one page at most; the next page goes on from there.
    private static let effort = 20_000
    private static let step = 1000

    /// The newest first.
    /// - Returns: at most `limit` entries, and the number before which to go on; nil where nothing older is left.
    func search(_ filter: Logbook.Filter, before: Int64?, limit: Int) async throws -> (entries: [LogEntry], older: Int64?) {
        if sight.isWhole {
            let entries = try await journal.read { try Logbook.search(filter, before: before, limit: limit, in: $0) }
            return (entries, entries.count == limit ? entries.last?.number : nil)
        }
        var found: [LogEntry] = []
        var before = before
        for _ in 0..<(LogSight.effort / LogSight.step) {
            let from = before
            let entries = try await journal.read { try Logbook.search(filter, before: from, limit: LogSight.step, in: $0) }
            for entry in entries where sees(entry) {
                found.append(entry)
                if found.count == limit { return (found, entry.number) }
            }
            guard entries.count == LogSight.step, let last = entries.last else { return (found, nil) }
            before = last.number
        }
        return (found, before)
    }

    func sees(_ entry: LogEntry) -> Bool {
        sight.isWhole || entry.author == login || LogSight.isAbout(entry, sight, directory)
    }

    /// Is the entry about an asset that may be seen?
    static func isAbout(_ entry: LogEntry, _ sight: Sight, _ directory: Directory) -> Bool {
        guard var subject = entry.subject else { return false }
        if subject.hasPrefix("asset:") { subject.removeFirst("asset:".count) }
        return directory.find(subject).map { sight.sees($0) } ?? false
    }
}
