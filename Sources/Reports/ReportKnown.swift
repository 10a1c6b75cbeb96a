// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Watch

/// What is known of a thing before somebody reports it again.
package struct ReportKnown: Sendable {
    /// How the asset itself says it is, where that is not as it should be.
    package struct Trouble: Sendable, Hashable {
        package var asset: Asset.Number
        package var kind: Words
        package var state: Words
        package var since: Instant?
    }

    package var trouble: Trouble?
    /// As asked, or that of the asset.
    package var place: Place?
    /// Open reports of the same branch near it or about it, the nearest first, each with metres.
    package var reports: [(report: Report, metres: Double)]

    package var isEmpty: Bool { trouble == nil && reports.isEmpty }
}

extension Reports {
    /// 'We know already': an asset that reports a fault or is lost, and open reports of the same branch within so many metres.
    package func known(category: String, place: Place?, asset: Asset.Number? = nil, metres: Double = 60) async throws -> ReportKnown {
        let tree = try await shelf.current()
        let view = if let asset { await self.asset(asset) } else { AssetView?.none }
        let place = place ?? view?.place
        let branch = tree.branch(of: category)
        let reports = try await journal.read { transaction -> [(report: Report, metres: Double)] in
            let about = try asset.map { try ReportStore.open(about: $0, in: transaction) } ?? []
            let near = try place.map { try ReportStore.open(round: $0, metres: metres, limit: 50, in: transaction) } ?? []
            let named = Set(about.map(\.number))
            // Of another lamp five metres away it is not known that this one is out.
            return about.map { ($0, 0) }
                + near.filter {
                    $0.report.branch == branch && !named.contains($0.report.number)
                        && (asset == nil || $0.report.asset == nil || $0.report.asset == asset)
                }
        }
        return ReportKnown(trouble: view.flatMap(Reports.trouble), place: place, reports: Array(reports.prefix(10)))
    }

    static func trouble(_ view: AssetView) -> ReportKnown.Trouble? {
        guard view.kind.states.indices.contains(Int(view.state)) else { return nil }
        let state = view.kind.states[Int(view.state)]
        guard state.tone == .alarm || state.tone == .lost || state.tone == .warning else { return nil }
        return ReportKnown.Trouble(asset: view.number, kind: view.kind.title, state: state.title, since: view.stateSince)
    }
}
