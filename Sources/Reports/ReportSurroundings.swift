// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Watch

/// Open reports near a place, for whoever tells what is known there.
package struct ReportSurroundings: Surroundings {
    private let reports: Reports
    package init(_ reports: Reports) { self.reports = reports }

    package func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
        let tree = try await reports.tree()
        let found = try await reports.journal.read { try ReportStore.open(round: place, metres: meters, limit: 8, in: $0) }
        return found.map { report, metres in
            Surrounding(
                sort: .report, title: tree.title(report.category), detail: report.state.title, place: report.place, meters: metres,
                expectedAt: report.promisedAt, link: "/console/reports/\(report.reference)",
                isPublic: tree[report.category]?.visibility == .everybody)
        }
    }
}
