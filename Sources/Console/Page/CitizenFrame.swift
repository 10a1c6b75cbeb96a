// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What stands round the pages of the citizens' app: its desks say what belongs there, the composition hands it in.
package struct CitizenFrame: Sendable {
    /// At the head of each page; the first is the way home. More than five do not fit a phone.
    package var navigation: [NavigationItem]
    /// At the foot.
    package var foot: [Page.Crumb]
    /// What everybody should know now; asked for at each page, so it answers from memory.
    package var strip: @Sendable (Instant) -> HTML

    package init(
        navigation: [NavigationItem] = CitizenFrame.reporting, foot: [Page.Crumb] = [],
        strip: @escaping @Sendable (Instant) -> HTML = { _ in .empty }
    ) {
        (self.navigation, self.foot, self.strip) = (navigation, foot, strip)
    }

    /// For search engines and shared links.
    static let description = Words(
        "Signaler un problème à la ville en une minute, suivre sa demande, trouver les services : déchets, horaires, alertes.",
        "Tell the city about a problem in a minute, follow the request, find services: waste, opening hours, alerts.")

    package static let reporting = [
        NavigationItem("report", Words("Signaler", "Report"), "/app", icon: .comment),
        NavigationItem("around", Words("Autour de moi", "Around me"), "/app/around", icon: .pin),
        NavigationItem("mine", Words("Mes demandes", "My requests"), "/app/mine", icon: .history),
    ]
}
