// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// Who is in charge of a thing at a place, and why: the first rule of the roads that holds, then the category by commune, then the
/// category, then those above it, then whoever the city names for the rest. Outside all communes: nobody here, and who else.
package enum RoutingRules {
    package enum Route: Sendable, Hashable {
        case department(String, because: [Words])
        case elsewhere(OutsideBody, because: [Words])
    }

    /// - Parameters:
    ///   - commune: `.outside` where the place lies in none.
    ///   - knowsTerritory: false where the city has no boundaries yet, so that nothing is outside.
    ///   - place: nil where only the commune is known; rules of a ground then do not hold.
    ///   - road: name of the road at the place; '' where none is known.
    package static func route(
        _ code: String, commune: Commune, place: Place? = nil, road: String, knowsTerritory: Bool, in tree: CategoryTree
    ) -> Route {
        let path = tree.path(code)
        if let rule = tree.rules.first(where: { holds($0, path.map(\.code), commune, road) && $0.covers(place) }) {
            let why = Words("Règle « \(rule.title.french) »", "Rule '\(rule.title.english)'")
            let at = road.isEmpty ? [] : [Words("Voie : \(road)", "Road: \(road)")]
            if let body = tree.body(rule.body) { return .elsewhere(body, because: [why] + at) }
            return .department(rule.department, because: [why] + at)
        }
        if knowsTerritory, commune == .outside {
            let why = Words("Le lieu est hors du territoire.", "The place is outside the territory.")
            let unknown = OutsideBody(
                code: "", title: Words("la mairie de la commune", "the town hall of the commune"), web: "https://www.service-public.fr")
            return .elsewhere(tree.body(tree.outside) ?? unknown, because: [why])
        }
        for category in path {
            if let department = category.departments[commune.insee] {
                return .department(
                    department,
                    because: [
                        Words(
                            "« \(category.title.french) » dans la commune \(commune.insee)",
                            "'\(category.title.english)' in commune \(commune.insee)")
                    ])
            }
            if !category.department.isEmpty {
                let why = Words("Catégorie « \(category.title.french) »", "Category '\(category.title.english)'")
                return .department(category.department, because: [why])
            }
        }
        return .department(
            tree.fallback, because: [Words("Aucune règle ne le dit : service par défaut", "No rule says: the default department")])
    }

    private static func holds(_ rule: RoadRule, _ path: [String], _ commune: Commune, _ road: String) -> Bool {
        guard rule.categories.isEmpty || rule.categories.contains(where: path.contains) else { return false }
        guard rule.communes.isEmpty || rule.communes.contains(commune.insee) else { return false }
        guard !rule.roads.isEmpty else { return true }
        let folded = Folding.fold(road)
        return rule.roads.contains { begin in
            let begin = Folding.fold(begin)
            guard folded.hasPrefix(begin) else { return false }
            // 'A31' is not the beginning of 'A311'.
            guard let next = folded.dropFirst(begin.count).first, let last = begin.last else { return true }
            return !(last.isNumber && next.isNumber) && !(last.isLetter && next.isLetter)
        }
    }
}
