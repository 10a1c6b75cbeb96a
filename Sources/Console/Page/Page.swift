// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What a route answers with for people: the inside of a page. The shell (skip link, navigation, person, language, connection) is put
/// round it when it is written.
package struct Page: Sendable {
    package var title: Words
    package var body: HTML
    /// Which entry of the navigation is current: its key.
    package var place: String
    package var layout: Layout
    /// The way to here: (title, address), outermost first, without this page.
    package var trail: [Crumb]
    /// Modules of Web/dist without ending (`map`, `alarms`); `console` comes with every page.
    package var scripts: [String]
    package var styles: [String]
    /// Files of Web/dist that the scripts ask for later: browsers fetch them while they still read the page.
    package var ahead: [String]
    /// Topics of the live feed that the page's scripts listen to from the start.
    package var topics: [String]
    /// Buttons at the right of the title.
    package var actions: HTML
    package var status: Int

    package enum Layout: String, Sendable {
        /// Title, body in a column.
        case standard
        /// The body fills the window (the map).
        case full
        /// No navigation (sign-in, errors before sign-in).
        case bare
        /// Pages of the citizens' app: its own head and foot, nothing of the room's.
        case citizen
        /// Pages of the crews' tablets: their own head and style, nothing of the room's.
        case crew

        /// It has nothing of the room's: no navigation, no live feed, no style.
        var isApart: Bool { self == .citizen || self == .crew }
    }

    package struct Crumb: Sendable, Hashable {
        package var title: Words
        package var address: String
        package init(_ title: Words, _ address: String) { (self.title, self.address) = (title, address) }
    }

    package init(
        title: Words, place: String = "", layout: Layout = .standard, trail: [Crumb] = [], scripts: [String] = [],
        styles: [String] = [], ahead: [String] = [], topics: [String] = [], actions: HTML = .empty, status: Int = 200,
        @Markup body: () -> HTML
    ) {
        (self.title, self.place, self.layout, self.trail) = (title, place, layout, trail)
        (self.scripts, self.styles, self.ahead, self.topics, self.actions) = (scripts, styles, ahead, topics, actions)
        (self.status, self.body) = (status, body())
    }
}

/// One entry of the navigation, shown to those who have the right.
package struct NavigationItem: Sendable {
    package var key: String
    package var title: Words
    package var address: String
    package var icon: Icon
    package var right: Right
    package var trade: String
    /// Only for those whose right holds over the whole territory.
    package var isWhole: Bool
    package var group: Group

    /// The city's matters stand in the bar; those of the house itself in a menu at its end.
    package enum Group: Sendable { case city, house }

    package init(
        _ key: String, _ title: Words, _ address: String, icon: Icon, right: Right = .view, trade: String = "", whole: Bool = false,
        group: Group = .city
    ) {
        (self.key, self.title, self.address, self.icon) = (key, title, address, icon)
        (self.right, self.trade, isWhole, self.group) = (right, trade, whole, group)
    }

    package func isOpen(to person: Person) -> Bool { isWhole ? person.mayEverywhere(right, trade) : person.may(right, trade) }
}
