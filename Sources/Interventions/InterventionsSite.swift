// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

extension Interventions {
    package static let navigation: [NavigationItem] = [
        NavigationItem("jobs", Words("Interventions", "Jobs"), "/console/jobs", icon: .people, trade: "jobs")
    ]

    /// May this person hear that a job came or moved? The topic carries a number and nothing else, for whoever sees everything.
    package static func mayHear(_ person: Person, _ topic: String) -> Bool { topic == "jobs" && person.mayEverywhere(.view, "jobs") }

    /// Adds every route of this desk to the site, and tells its pages what was kept.
    package func add(to site: Site) {
        PlanRoutes(desk: self).add(to: site.desk("jobs"))
        WorksRoutes(desk: self).add(to: site.desk("jobs"))
        WorksRoutes(desk: self).addOpenData(to: site.desk("open-data"))
        VehicleRoutes(desk: self).add(to: site.desk("jobs"))
        DayRoutes(desk: self).add(to: site.desk("jobs"))
        JobRoutes(desk: self).add(to: site.desk("jobs"))
        TabletRoutes(desk: self).add(to: site.desk("jobs"))
        TerrainRoutes(desk: self).add(to: site.desk("jobs"))
        JobOpenDataRoutes(desk: self).add(to: site.desk("open-data"))
        let live = site.live
        tell(
            { job in
                guard live.wants("jobs") else { return }
                live.publish(topic: "jobs", event: "rows", html: span(.data("job", "job-\(job.number.value)")))
            }, log: { _ in })
    }
}
