// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What a city says about reports: its categories, who does what, where else to turn, and texts that are often sent.
package struct CategoryTree: Sendable, Hashable, Codable {
    /// Those above before those below, else in the order of the file.
    package private(set) var categories: [Category]
    package var departments: [Department]
    package var bodies: [OutsideBody]
    package var rules: [RoadRule]
    package var answers: [StandardAnswer]
    /// Department for what nothing else says; '' where there is none.
    package var fallback: String
    /// Body for places outside all communes; '' where none is known.
    package var outside: String
    /// 0 for the tree that nobody imported yet.
    package var revision: Int64 = 0

    private var places: [String: Int]
    private var below: [String: [Int]]

    private enum CodingKeys: String, CodingKey { case categories, departments, bodies, rules, answers, fallback, outside }

    package static let empty = CategoryTree(categories: [])

    package init(
        categories: [Category], departments: [Department] = [], bodies: [OutsideBody] = [], rules: [RoadRule] = [],
        answers: [StandardAnswer] = [], fallback: String = "", outside: String = ""
    ) {
        (self.categories, self.departments, self.bodies) = (categories, departments, bodies)
        (self.rules, self.answers, self.fallback, self.outside) = (rules, answers, fallback, outside)
        places = Dictionary(categories.enumerated().map { ($0.element.code, $0.offset) }) { first, _ in first }
        below = Dictionary(grouping: categories.indices) { categories[$0].parent }
    }

    package subscript(_ code: String) -> Category? {
        places[code].map { categories[$0] } ?? (code == CategoryTree.unsorted.code ? CategoryTree.unsorted : nil)
    }

    /// Of what came without a category and waits for somebody to give it one; the city's file may say it otherwise.
    package static let unsorted = Category(
        code: "unsorted", title: Words("À qualifier", "To be qualified"), icon: "comment", visibility: .staff)

    /// A department, or a body outside by `@` and its code, as a report names who is in charge.
    package func department(_ code: String) -> Department? {
        guard code.hasPrefix("@") else { return departments.first { $0.code == code } }
        return body(String(code.dropFirst())).map { Department(code: code, title: $0.title, phone: $0.phone.isEmpty ? nil : $0.phone) }
    }
    package func body(_ code: String) -> OutsideBody? { bodies.first { $0.code == code } }
    package func children(of code: String) -> [Category] { code.isEmpty ? branches : (below[code] ?? []).map { categories[$0] } }
    package var branches: [Category] { (below[""] ?? []).map { categories[$0] } }

    /// What may be chosen, by whom.
    package func open(toStaff: Bool = true) -> [Category] {
        categories.filter { $0.isOpen(in: self) && (toStaff || $0.visibility != .staff) }
    }

    /// A category and those above it, itself first; never longer than the tree is deep.
    package func path(_ code: String) -> [Category] {
        var path: [Category] = []
        var next = self[code]
        while let category = next, path.count < CategoryTree.deepest {
            path.append(category)
            next = category.parent.isEmpty ? nil : self[category.parent]
        }
        return path
    }

    static let deepest = 4

    package func branch(of code: String) -> String { path(code).last?.code ?? code }
    /// What a category is called, from the branch on.
    package func title(_ code: String) -> Words {
        let path = path(code).reversed()
        if path.isEmpty { return Words(code, code) }
        return Words(path.map(\.title.french).joined(separator: " › "), path.map(\.title.english).joined(separator: " › "))
    }

    /// Its own and those of the categories above.
    package func questions(of category: Category) -> [Question] { path(category.code).reversed().flatMap(\.questions) }
    package func assetKind(of code: String) -> String { path(code).first { !$0.assetKind.isEmpty }?.assetKind ?? "" }
    package func delay(of code: String) -> Span { path(code).lazy.compactMap(\.delay).first ?? .days(30) }

    /// By kind of asset and condition, the category in which an alarm makes a report once it has stood so long; of two categories the first.
    package var alarmRules: [String: [String: (category: String, after: Span)]] {
        categories.reduce(into: [:]) { rules, category in
            let kind = assetKind(of: category.code)
            guard let alarm = category.alarm, !kind.isEmpty, category.isOpen(in: self) else { return }
            for condition in alarm.conditions where rules[kind]?[condition] == nil {
                rules[kind, default: [:]][condition] = (category.code, alarm.after)
            }
        }
    }

    /// What is asked and said on the telephone.
    package func script(of code: String) -> CallScript? { path(code).lazy.compactMap(\.script).first }

    /// To whom a call may be transferred: bodies outside and departments that have a number.
    package var contacts: [(code: String, title: Words, phone: String)] {
        bodies.filter { !$0.phone.isEmpty }.map { ($0.code, $0.title, $0.phone) }
            + departments.compactMap { department in department.phone.map { (department.code, department.title, $0) } }
    }

    package func answers(for code: String) -> [StandardAnswer] {
        let path = path(code).map(\.code)
        return answers.filter { $0.categories.isEmpty || $0.categories.contains(where: path.contains) }
    }

    package init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            categories: try box.decode([Category].self, forKey: .categories),
            departments: try box.decode([Department].self, forKey: .departments),
            bodies: try box.decode([OutsideBody].self, forKey: .bodies), rules: try box.decode([RoadRule].self, forKey: .rules),
            answers: try box.decode([StandardAnswer].self, forKey: .answers),
            fallback: try box.decode(String.self, forKey: .fallback), outside: try box.decode(String.self, forKey: .outside))
    }
}
