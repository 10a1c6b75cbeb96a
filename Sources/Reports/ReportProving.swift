// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Watch

/// The proof that nobody has to give: the lamp that was reported dark is seen to burn.
extension Reports {
    /// Ends the reports of which the asset itself shows that it works again: an alarm of it that stood while it was reported has returned to
    /// normal, none stands, and a reading taken since then finds it at work (a lamp burning, not merely off by day). Called every minute; a
    /// citizen may contest it as any other end.
    /// - Returns: how many reports ended.
    @discardableResult
    package func proveByTelemetry() async throws -> Int {
        var (count, last) = (0, Report.Number(0))
        // Many may wait long for their reading: those after them are looked at all the same.
        while true {
            let page = try await journal.read { [last] in try ReportProofStore.candidates(after: last, limit: Reports.page, in: $0) }
            for candidate in page {
                guard let view = await asset(candidate.asset), Reports.isAtWork(view, since: candidate.returnedAt) else { continue }
                do {
                    try await act(.finish(.telemetry(candidate.asset), text: ""), on: candidate.number, by: .vigie)
                    count += 1
                } catch is ReportFault {
                    // Somebody ended it meanwhile.
                }
            }
            guard page.count == Reports.page, let end = page.last?.number else { return count }
            last = end
        }
    }

    /// Rows that a round of the house reads at once.
    static let page = 200

    static func isAtWork(_ view: AssetView, since: Instant) -> Bool {
        guard !view.isOutOfService, !view.isLinkDown, let read = view.lastReading, read >= since else { return false }
        return view.kind.states.indices.contains(Int(view.state)) && view.kind.states[Int(view.state)].tone == .active
    }
}
