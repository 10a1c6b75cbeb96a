// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

extension Reports {
    package static let navigation: [NavigationItem] = [
        NavigationItem("reports", Words("Signalements", "Reports"), "/console/reports", icon: .comment, trade: "reports"),
        NavigationItem(
            "post", Words("Courriels", "Mail"), "/console/post", icon: .external, right: .configure, trade: "reports", whole: true,
            group: .house),
        NavigationItem(
            "partners", Words("Autres organismes", "Other bodies"), "/console/partners", icon: .link, right: .configure, trade: "reports",
            whole: true, group: .house),
    ]

    /// May this person hear that a report came or moved? The topic carries a number and nothing else, for whoever sees everything.
    package static func mayHear(_ person: Person, _ topic: String) -> Bool {
        topic == "reports" && person.mayEverywhere(.view, "reports")
    }

    /// Adds every route of this desk to the site, and tells its pages what was kept.
    /// - Parameter jurisdictions: names by which Open311 clients may call this city; empty: any.
    package func add(to site: Site, jurisdictions: Set<String> = []) {
        ReportRoutes(reports: self).add(to: site.desk("reports"))
        let figures = ReportFiguresRoutes(reports: self)
        figures.add(to: site.desk("reports"))
        figures.addOpenData(to: site.desk("open-data"))
        ReportAPIRoutes(reports: self).add(to: site.desk("reports"))
        WhileTypingRoutes(self).add(to: site)
        Open311Routes(self, site: site, jurisdictions: jurisdictions).add(to: site)
        OpenDataRoutes(self).add(to: site)
        let live = site.live
        tell(
            { report in
                guard live.wants("reports") else { return }
                live.publish(topic: "reports", event: "rows", html: span(.data("report", "report-\(report.number.value)")))
            }, log: { _ in })
    }
}
