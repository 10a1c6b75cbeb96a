// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// Works on a street: a span of days in which it is dug up, resurfaced or otherwise taken, and by whom.
package struct StreetWorks: Sendable, Hashable {
    package enum Sort: String, Sendable, Hashable, CaseIterable {
        /// The road gets a new surface.
        case surface
        /// The ground is opened: water, gas, fibre, heat.
        case dig
        case other

        package var title: Words {
            switch self {
            case .surface: Words("revêtement", "resurfacing")
            case .dig: Words("tranchée (eau, gaz, fibre…)", "digging (water, gas, fibre…)")
            case .other: Words("autre", "other")
            }
        }
    }

    /// What it does to whoever passes.
    package enum Impact: String, Sendable, Hashable, CaseIterable {
        case none, sidewalk, parking, narrowed, alternate, closed

        package var title: Words {
            switch self {
            case .none: Words("sans gêne", "none")
            case .sidewalk: Words("trottoir", "sidewalk")
            case .parking: Words("stationnement", "parking")
            case .narrowed: Words("chaussée rétrécie", "road narrowed")
            case .alternate: Words("alternat", "one way at a time")
            case .closed: Words("rue barrée", "road closed")
            }
        }
    }

    /// Where it stands in the coordination (code de la voirie routière L. 115-1): asked for, in the calendar, or urgent (told afterwards).
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        case wished, planned, urgent

        package var title: Words {
            switch self {
            case .wished: Words("demandés", "asked for")
            case .planned: Words("inscrits au calendrier", "in the calendar")
            case .urgent: Words("urgents", "urgent")
            }
        }
    }

    package var number: Int64
    package var street: String
    package var commune: Commune
    /// From where to where in the street; '' for all of it or unknown.
    package var section = ""
    package var title: String
    package var sort: Sort
    /// The body that does them; no person.
    package var body: String
    /// Days since 1970-01-01, both included.
    package var from: Int64
    package var to: Int64
    package var impact = Impact.none
    package var stage = Stage.planned
    package var shape: WorksShape?
    /// Whose list it came from, and its number there; '' where it was written here.
    package var source = ""
    package var reference = ""
    package var isCancelled = false
    /// Steps of its history: whoever changes it says which it saw.
    package var version: Int64 = 1

    package init(
        number: Int64, street: String, commune: Commune, title: String, sort: Sort, body: String, from: Int64, to: Int64
    ) {
        (self.number, self.street, self.commune, self.title) = (number, street, commune, title)
        (self.sort, self.body, self.from, self.to) = (sort, body, from, to)
    }

    package var days: Int64 { to - from + 1 }

    /// What makes two names of a street the same.
    package var streetKey: String { commune.insee + " " + StreetWorks.key(street) }
    package static func key(_ street: String) -> String {
        Folding.fold(street).split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    package func moved(to day: Int64) -> StreetWorks {
        var copy = self
        (copy.from, copy.to) = (day, day + to - from)
        return copy
    }
}

/// Works as named texts: what the history keeps of a change, what an import compares, what an undo brings back.
extension StreetWorks {
    package enum Fact: String, CaseIterable, Sendable {
        case street, commune, section, title, sort, body, from, to, impact, stage, shape, cancelled

        package var title: Words {
            switch self {
            case .street: Words("rue", "street")
            case .commune: Words("commune", "commune")
            case .section: Words("tronçon", "section")
            case .title: Words("quoi", "what")
            case .sort: Words("nature", "sort")
            case .body: Words("maître d'ouvrage", "whose works")
            case .from: Words("début", "from")
            case .to: Words("fin", "to")
            case .impact: Words("circulation", "traffic")
            case .stage: Words("état", "stage")
            case .shape: Words("tracé", "shape")
            case .cancelled: Words("annulés", "called off")
            }
        }
    }

    package var facts: [String: String] {
        let all: [(Fact, String)] = [
            (.street, street), (.commune, commune.insee), (.section, section), (.title, title), (.sort, sort.rawValue), (.body, body),
            (.from, WallText.day(from)), (.to, WallText.day(to)), (.impact, impact.rawValue), (.stage, stage.rawValue),
            (.shape, shape?.text ?? ""), (.cancelled, isCancelled ? "yes" : ""),
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.0.rawValue, $0.1) })
    }

    /// With some facts taken from elsewhere; what cannot be read stays as it is.
    package func with(_ facts: [String: String]) -> StreetWorks {
        var copy = self
        for (name, text) in facts {
            switch Fact(rawValue: name) {
            case .street: copy.street = text
            case .commune: copy.commune = Commune(insee: text)
            case .section: copy.section = text
            case .title: copy.title = text
            case .sort: copy.sort = Sort(rawValue: text) ?? sort
            case .body: copy.body = text
            case .from: copy.from = WallText.day(text) ?? from
            case .to: copy.to = WallText.day(text) ?? to
            case .impact: copy.impact = Impact(rawValue: text) ?? impact
            case .stage: copy.stage = Stage(rawValue: text) ?? stage
            case .shape: copy.shape = WorksShape(text)
            case .cancelled: copy.isCancelled = text == "yes"
            case nil: break
            }
        }
        return copy
    }

    /// What is different in another: by fact, before and after.
    package func changes(to other: StreetWorks) -> [(fact: Fact, before: String, after: String)] {
        let (a, b) = (facts, other.facts)
        return Fact.allCases.compactMap { fact in
            let (before, after) = (a[fact.rawValue] ?? "", b[fact.rawValue] ?? "")
            return before == after ? nil : (fact, before, after)
        }
    }
}
