// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How long history stays, by kind: readings for `raw` days, hours for `summary` days.
package struct HistoryRetention: Sendable {
    package struct Days: Sendable, Hashable {
        package var raw: Int
        package var summary: Int
        package init(raw: Int, summary: Int) { (self.raw, self.summary) = (raw, summary) }
    }

    package var byKind: [String: Days]
    package var otherwise: Days

    package init(byKind: [String: Days] = [:], otherwise: Days = Days(raw: 400, summary: 3660)) {
        (self.byKind, self.otherwise) = (byKind, otherwise)
    }

    /// What a run deleted.
    package struct Report: Sendable, Hashable {
        package var chunks = 0
        package var days = 0
    }

    /// Deletes what is past its time, some hundreds of assets a transaction, so that the turn waits for none of it.
    package func run(_ journal: Journal, now: Instant) async throws -> Report {
        var report = Report()
        var after: Int64 = -1
        while true {
            let from = after
            let rows = try await journal.read {
                try $0.rows("SELECT asset, kind FROM history_asset WHERE asset > \(from) ORDER BY asset LIMIT 500")
            }
            guard let last = rows.last else { return report }
            after = last.integer(0)
            let part = try await journal.write { transaction in try delete(rows, now, transaction) }
            report.chunks += part.chunks
            report.days += part.days
        }
    }

    private func delete(_ assets: [Row], _ now: Instant, _ transaction: Transaction) throws -> Report {
        var report = Report()
        for row in assets {
            let (asset, days) = (row.integer(0), byKind[row.text(1)] ?? otherwise)
            let raw = now - .days(Int64(days.raw))
            let summary = floorDivide((now - .days(Int64(days.summary))).milliseconds, HistoryStore.dayMilliseconds)
            report.chunks += try transaction.run("DELETE FROM history_chunk WHERE asset = \(asset) AND start < \(raw) AND finish < \(raw)")
            report.days += try transaction.run("DELETE FROM history_day WHERE asset = \(asset) AND day < \(summary)")
        }
        return report
    }
}
