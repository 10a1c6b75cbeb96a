// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// What of the services answers a question.
package enum ServiceSearch {
    package struct Question: Sendable, Hashable {
        package var text = ""
        package var category = ""
        package var isOpenOnly = false
        package var near: Place?
        package init(text: String = "", category: String = "", openOnly: Bool = false, near: Place? = nil) {
            (self.text, self.category, isOpenOnly, self.near) = (text, category, openOnly, near)
        }
        package var isEmpty: Bool { text.isEmpty && category.isEmpty && !isOpenOnly }
    }

    package struct Found: Sendable {
        package var tiles: [Tile]
        package var places: [(place: CityPlace, metres: Double?)]
    }

    package static func find(_ question: Question, _ catalogue: ServiceCatalogue, at now: OpeningRules.Moment) -> Found {
        let words = Folding.fold(question.text).split { !$0.isLetter && !$0.isNumber }.map(String.init)
        func answers(_ texts: [String]) -> Bool {
            if words.isEmpty { return true }
            let parts = Folding.fold(texts.joined(separator: " ")).split { !$0.isLetter && !$0.isNumber }
            return words.allSatisfy { word in parts.contains { $0.hasPrefix(word) } }
        }
        func isOpen(_ hours: OpeningHours?) -> Bool {
            guard question.isOpenOnly else { return true }
            guard let hours, case .open = OpeningRules.verdict(hours, catalogue.holidays, at: now) else { return false }
            return true
        }
        let tiles = catalogue.tiles.filter { tile in
            question.category.isEmpty && (!question.isOpenOnly || tile.hours != nil) && isOpen(tile.hours)
                && answers([tile.title.french, tile.title.english, tile.help.french, tile.help.english] + tile.words)
        }
        let titles = Dictionary(catalogue.categories.map { ($0.code, $0.title) }) { first, _ in first }
        var places = catalogue.places.filter { place in
            let title = titles[place.category] ?? Words("", "")
            return (question.category.isEmpty || place.category == question.category) && isOpen(place.hours)
                && answers(
                    [
                        place.title.french, place.title.english, place.help.french, place.help.english, place.address, title.french,
                        title.english,
                    ]
                        + place.words)
        }.map { place in (place: place, metres: question.near.flatMap { near in place.place?.metres(to: near) }) }
        if question.near != nil { places.sort { ($0.metres ?? .infinity) < ($1.metres ?? .infinity) } }
        return Found(tiles: tiles, places: places)
    }
}
