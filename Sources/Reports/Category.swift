// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One kind of thing that people report, as the city's file says it.
package struct Category: Sendable, Hashable, Codable {
    package enum Visibility: String, Sendable, Hashable, Codable, CaseIterable {
        /// Citizens choose it, and see where it was reported.
        case everybody = "public"
        /// Citizens choose it, only staff see where it was reported: an abandoned car, a person's distress.
        case sender
        /// Only staff choose it.
        case staff
    }

    /// Lower-case letters, digits and hyphens; given once, used by every report.
    package var code: String
    /// Code of the category above; '' for a branch of the tree.
    package var parent: String
    package var title: Words
    /// A sentence that helps to choose; '' for none.
    package var help: Words
    /// Name of a picture of the design system.
    package var icon: String
    package var urgency: Urgency
    /// What is promised, from the report on; nil: as the category above.
    package var delay: Span?
    package var visibility: Visibility
    /// Kind of asset that is picked on the map (`lamp`); '' for none.
    package var assetKind: String
    package var questions: [Question]
    /// Code of the department in charge, '' for that of the category above, and by commune (INSEE) where another is.
    package var department: String
    package var departments: [String: String]
    /// What people say for it, in any language; for guessing and searching.
    package var words: [String]
    /// Not chosen any more; reports of before keep it.
    package var isRetired: Bool
    /// What is asked and said on the telephone; nil: as the category above.
    package var script: CallScript?
    /// Which alarms of its kind of asset make a report; nil: none.
    package var alarm: AlarmRule?
    /// How exactly others are told where it lies; nil: as the category above, else as `CategoryTree.precision` says.
    package var precision: Precision?

    package init(
        code: String, parent: String = "", title: Words, help: Words = Words("", ""), icon: String = "report", urgency: Urgency = .days,
        delay: Span? = nil, visibility: Visibility = .everybody, assetKind: String = "", questions: [Question] = [],
        department: String = "", departments: [String: String] = [:], words: [String] = [], isRetired: Bool = false,
        script: CallScript? = nil, alarm: AlarmRule? = nil, precision: Precision? = nil
    ) {
        (self.code, self.parent, self.title, self.help, self.icon) = (code, parent, title, help, icon)
        (self.urgency, self.delay, self.visibility, self.assetKind) = (urgency, delay, visibility, assetKind)
        (self.questions, self.department, self.departments) = (questions, department, departments)
        (self.words, self.isRetired, self.script, self.alarm, self.precision) = (words, isRetired, script, alarm, precision)
    }

    /// May it be chosen? Neither retired nor a mere branch.
    package func isOpen(in tree: CategoryTree) -> Bool { !isRetired && tree.children(of: code).allSatisfy(\.isRetired) }
}

/// Alarms of equipment that are taken for a report.
package struct AlarmRule: Sendable, Hashable, Codable {
    /// Keys of conditions: `lamp.failure`.
    package var conditions: [String]
    /// How long the alarm must have stood.
    package var after: Span
    package init(conditions: [String], after: Span = .seconds(0)) { (self.conditions, self.after) = (conditions, after) }
}

/// What whoever answers the telephone asks, and says before the call ends.
package struct CallScript: Sendable, Hashable, Codable {
    package var ask: [Words]
    package var say: Words
    package init(ask: [Words], say: Words = Words("", "")) { (self.ask, self.say) = (ask, say) }
}

/// What is asked of whoever reports, beside the place.
package struct Question: Sendable, Hashable, Codable {
    package enum Sort: String, Sendable, Hashable, Codable, CaseIterable { case text, number, choice, flag }

    package struct Choice: Sendable, Hashable, Codable {
        package var key: String
        package var title: Words
        package init(key: String, title: Words) { (self.key, self.title) = (key, title) }
    }

    package var key: String
    package var title: Words
    package var sort: Sort
    /// Only of a `choice`.
    package var choices: [Choice]
    package var isRequired: Bool

    package init(key: String, title: Words, sort: Sort, choices: [Choice] = [], isRequired: Bool = false) {
        (self.key, self.title, self.sort, self.choices, self.isRequired) = (key, title, sort, choices, isRequired)
    }

    /// What is wrong with an answer; nil where nothing is. A flag is `yes` or `no`, a number has a point or a comma.
    package func fault(_ answer: String) -> Words? {
        if answer.isEmpty { return isRequired ? Words("À remplir.", "Must be filled in.") : nil }
        switch sort {
        case .text:
            let isShort = answer.unicodeScalars.count <= 500 && !answer.unicodeScalars.contains("\0")
            return isShort ? nil : Words("500 caractères au plus.", "At most 500 characters.")
        case .number:
            let value = answer.utf8.count <= 20 ? Double(answer.replacing(",", with: ".")) : nil
            return value.map(\.isFinite) == true ? nil : Words("Un nombre.", "A number.")
        case .choice:
            return choices.contains { $0.key == answer } ? nil : Words("Un choix de la liste.", "A choice of the list.")
        case .flag: return answer == "yes" || answer == "no" ? nil : Words("Oui ou non.", "Yes or no.")
        }
    }

    /// The answer as people read it.
    package func shown(_ answer: String) -> Words {
        switch sort {
        case .choice: choices.first { $0.key == answer }?.title ?? Words(answer, answer)
        case .flag: answer == "yes" ? Words("oui", "yes") : Words("non", "no")
        case .text, .number: Words(answer, answer)
        }
    }
}

/// Who in the city does the work.
package struct Department: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    /// Where the call desk transfers to; nil for nowhere.
    package var phone: String?
    /// Who is told by mail of a promise at risk; nil for nobody.
    package var email: String?
    package init(code: String, title: Words, phone: String? = nil, email: String? = nil) {
        (self.code, self.title, self.phone, self.email) = (code, title, phone, email)
    }
}

/// Somebody else who cares for a place: another owner of the road, a neighbour, the state.
package struct OutsideBody: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    /// How to reach them: a number, an address of the web; '' for unknown.
    package var phone: String
    package var web: String
    /// What one should know before turning to them; nil for nothing.
    package var note: Words?
    package init(code: String, title: Words, phone: String = "", web: String = "", note: Words? = nil) {
        (self.code, self.title, self.phone, self.web, self.note) = (code, title, phone, web, note)
    }
}

/// Who cares for what on some roads or in some communes, before the category is asked. All that it names must hold.
package struct RoadRule: Sendable, Hashable, Codable {
    package var title: Words
    /// Beginnings of road names, without regard to case and accents; empty for any road.
    package var roads: [String]
    /// INSEE codes; empty for any.
    package var communes: [String]
    /// Codes of categories or of their branches; empty for any.
    package var categories: [String]
    /// Exactly one of both: a department of the city, or a body outside it.
    package var department: String
    package var body: String
    /// Ground inside which it holds: a ring of longitudes and latitudes, as of a neighbouring commune; nil for any.
    package var ring: [[Double]]?

    package init(
        title: Words, roads: [String] = [], communes: [String] = [], categories: [String] = [], department: String = "", body: String = "",
        ring: [[Double]]? = nil
    ) {
        (self.title, self.roads, self.communes, self.categories) = (title, roads, communes, categories)
        (self.department, self.body, self.ring) = (department, body, ring)
    }

    /// Does a place lie inside the ring? An odd number of its edges lies to the east of it.
    package func covers(_ place: Place?) -> Bool {
        guard let ring else { return true }
        guard let place, let last = ring.last else { return false }
        var isInside = false
        var a = last
        for b in ring {
            if (a[1] > place.latitude) != (b[1] > place.latitude),
                place.longitude < (b[0] - a[0]) * (place.latitude - a[1]) / (b[1] - a[1]) + a[0]
            {
                isInside.toggle()
            }
            a = b
        }
        return isInside
    }
}

/// A text that is often sent.
package struct StandardAnswer: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    package var text: Words
    /// Codes of categories or branches that it fits; empty for all.
    package var categories: [String]
    package init(code: String, title: Words, text: Words, categories: [String] = []) {
        (self.code, self.title, self.text, self.categories) = (code, title, text, categories)
    }
}
