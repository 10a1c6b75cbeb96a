// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Journal

// Privacy is the desk of whoever looks after personal data: the register of processing (GDPR article 30), what was destroyed and when, and
// the answer to somebody who asks what the city keeps of them (articles 15, 17 and 20). It knows no table: each room declares its places
// (`PersonalPlace`) beside its schema, and says by a `PersonalSeeker` what only it can find. Not here: the destruction itself (Journal),
// and the declarations.

/// The desk as the house holds it.
package struct Privacy: Sendable {
    let journal: Journal
    let places: [PersonalPlace]
    let seekers: [any PersonalSeeker]
    let names: Span
    let tell: @Sendable ([LogEntry]) -> Void

    /// - Parameters:
    ///   - places: of all rooms.
    ///   - seekers: of the desks that know citizens.
    ///   - names: how long names are kept where a place says `names`.
    ///   - tell: called with each entry of the log once it is kept.
    package init(
        journal: Journal, places: [PersonalPlace], seekers: [any PersonalSeeker], names: Span,
        tell: @escaping @Sendable ([LogEntry]) -> Void = { _ in }
    ) {
        (self.journal, self.places, self.seekers, self.names, self.tell) = (journal, places, seekers, names, tell)
    }

    package static let navigation: [NavigationItem] = [
        NavigationItem(
            "privacy", Words("Données personnelles", "Personal data"), "/console/privacy", icon: .lock, right: .manage, trade: "privacy",
            whole: true, group: .house)
    ]

    package func add(to site: Site) { PrivacyRoutes(privacy: self).add(to: site.desk("privacy", whole: true)) }
}
