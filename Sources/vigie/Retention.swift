// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Interventions
import Journal
import Logging
import Reports
import ServiceLifecycle
import Supervision

/// Deletes samples and summaries past the retention that the configuration gives their kind, and personal data past its day: at the start and once a day.
struct Retention: Service {
    let configuration: Configuration
    let journal: Journal
    let clock: Clock
    let log: Logger

    func run() async throws {
        await untilClosed(every: .seconds(86_400)) {
            do {
                try await destroy()
            } catch {
                log.error("the retention of history could not run", metadata: ["error": "\(error)"])
            }
        }
    }

    private func destroy() async throws {
        let report = try await rule.run(journal, now: clock.now())
        let days = max(1, configuration.photosKept.seconds / 86_400)
        let told = try await journal.write { [now = clock.now(), months = configuration.logNames] in
            try Destruction.run(photoDays: days, nameMonths: months, at: now, in: $0)
        }
        let reports = try await journal.write { [now = clock.now()] in try ReportDestruction.run(at: now, in: $0) }
        let jobs = try await journal.write { [now = clock.now()] in try JobDestruction.run(at: now, in: $0) }
        let calls = try await journal.write { [now = clock.now()] in try CallDestruction.run(at: now, in: $0) }
        let rest = try await PersonalDestruction.run(
            Schemas.personal, names: Retention.names(configuration), at: clock.now(), in: journal)
        for told in [told, reports, jobs, calls, rest].compactMap({ $0 }) {
            log.info("personal data past its day is destroyed", metadata: ["entry": "\(told.number)"])
        }
        log.info("history past its retention is deleted", metadata: ["report": "\(report)"])
    }

    /// A month is the twelfth of a year.
    static func names(_ configuration: Configuration) -> Span { .days(Int64(max(1, configuration.logNames * 365 / 12))) }

    private var rule: HistoryRetention {
        func days(_ kind: String) -> HistoryRetention.Days {
            HistoryRetention.Days(
                raw: Int((configuration.history.raw[kind] ?? .days(400)).seconds / 86_400),
                summary: Int((configuration.history.days[kind] ?? .days(3660)).seconds / 86_400))
        }
        let kinds = Set(configuration.history.raw.keys).union(configuration.history.days.keys).subtracting(["*"])
        return HistoryRetention(byKind: Dictionary(uniqueKeysWithValues: kinds.map { ($0, days($0)) }), otherwise: days("*"))
    }
}
