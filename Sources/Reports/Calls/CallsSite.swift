// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

extension Calls {
    package static let navigation: [NavigationItem] = [
        NavigationItem("calls", Words("Appels", "Calls"), "/allo", icon: .bell, trade: "calls", whole: true)
    ]

    /// May this person hear that a call came or moved? The topic carries numbers of calls and nothing else.
    package static func mayHear(_ person: Person, _ topic: String) -> Bool { topic == "calls" && person.mayEverywhere(.view, "calls") }

    /// Adds every route of the desk to the site, and tells its pages what was kept.
    package func add(to site: Site) {
        CallRoutes(calls: self).add(to: site.desk("calls", whole: true))
        CallBackRoutes(calls: self).add(to: site.desk("calls", whole: true))
        CallStatisticsRoutes(calls: self).add(to: site.desk("calls", whole: true))
        CallAPIRoutes(calls: self).add(to: site)
        let live = site.live
        tell { number in
            guard live.wants("calls") else { return }
            live.publish(topic: "calls", event: "rows", html: span(.data("call", number.map { "call-\($0.value)" } ?? "call-")))
        }
    }
}
