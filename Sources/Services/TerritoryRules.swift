// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// Somewhere that somebody lives, as a street and a commune.
package struct Home: Sendable, Hashable {
    /// As it is shown: '12 Rue des Forges, 21000 Dijon'.
    package var label: String
    package let street: String
    /// The street as it is compared.
    let plain: String
    /// INSEE code; '' for unknown.
    package var commune: String
    /// 0 for unknown.
    package var house: Int
    package var place: Place?
    package init(label: String, street: String, commune: String = "", house: Int = 0, place: Place? = nil) {
        (self.label, self.street, self.commune, self.house, self.place) = (label, street, commune, house, place)
        plain = TerritoryRules.plain(street)
    }
}

/// Does a territory hold a home, and by what?
package enum TerritoryRules {
    package enum Hold: Int, Sendable, Hashable, Comparable {
        case none, commune, street
        package static func < (a: Hold, b: Hold) -> Bool { a.rawValue < b.rawValue }
    }

    package static func hold(_ territory: Territory, _ home: Home) -> Hold {
        for one in home.plain.isEmpty ? [] : (territory.byName[home.plain] ?? []).map({ territory.streets[$0] }) {
            if !one.commune.isEmpty, !home.commune.isEmpty, one.commune != home.commune { continue }
            if home.house > 0 {
                if one.side == .even, home.house % 2 == 1 { continue }
                if one.side == .odd, home.house % 2 == 0 { continue }
                if let houses = one.houses, !(houses.from...houses.until).contains(home.house) { continue }
            }
            return .street
        }
        return !home.commune.isEmpty && territory.communes.contains(home.commune) ? .commune : .none
    }

    /// Case, accents, hyphens and apostrophes do not matter.
    package static func plain(_ street: String) -> String {
        Folding.fold(street).split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    /// Those that hold a home by its street; where there is none, those that hold it by its commune.
    package static func best<Part>(_ parts: [Part], _ territory: (Part) -> Territory, for home: Home) -> [Part] {
        let ranked = parts.map { (part: $0, hold: hold(territory($0), home)) }
        let most = ranked.map(\.hold).max() ?? .none
        return most == .none ? [] : ranked.filter { $0.hold == most }.map(\.part)
    }
}
