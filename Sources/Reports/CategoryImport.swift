// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Brings a tree of categories in: checked as a whole, compared with the one before, said line by line. A category that the file leaves out
/// is retired, since reports of before bear its code; a file with anything wrong in it changes nothing.
package enum CategoryImport {
    package enum Outcome: String, Sendable, Hashable, CaseIterable { case accepted, changed, unchanged, retired, refused }

    package struct Line: Sendable, Hashable {
        /// Of the file; 0 for what it leaves out.
        package var line: Int
        package var code: String
        package var outcome: Outcome
        package var reason: String
        package init(line: Int, code: String, outcome: Outcome, reason: String = "") {
            (self.line, self.code, self.outcome, self.reason) = (line, code, outcome, reason)
        }
    }

    package struct Report: Sendable {
        package var lines: [Line]
        /// Nil where nothing was written.
        package var revision: Int64?

        package func count(_ outcome: Outcome) -> Int { lines.count { $0.outcome == outcome } }
        package var isRefused: Bool { count(.refused) > 0 }

        /// `line;code;outcome;reason`, for a spreadsheet.
        package var csv: String {
            lines.reduce(into: "line;code;outcome;reason\r\n") { text, line in
                text += [String(line.line), line.code, line.outcome.rawValue, line.reason].map(CSV.cell).joined(separator: ";") + "\r\n"
            }
        }
    }

    /// - Parameters:
    ///   - lines: where in the file each category begins.
    ///   - problems: what the reading of the file has found wrong.
    package static func run(
        _ tree: CategoryTree, lines: [String: Int], problems: [Line] = [], file: String, by author: String, isDryRun: Bool,
        at now: Instant, in transaction: Transaction
    ) throws -> Report {
        let before = try CategoryStore.current(in: transaction)
        let faults = problems + CategoryImport.faults(tree, lines)
        guard faults.isEmpty else { return Report(lines: faults.sorted { $0.line < $1.line }, revision: nil) }
        let (merged, said) = merge(tree, before, lines)
        var compared = merged
        compared.revision = before.revision
        guard compared != before, !isDryRun else { return Report(lines: said, revision: nil) }
        let revision = try CategoryStore.put(merged, from: file, by: author, at: now, in: transaction)
        let words = Words(
            "Catégories de signalement importées de \(file) : révision \(revision), \(merged.categories.count) catégories",
            "Report categories imported from \(file): revision \(revision), \(merged.categories.count) categories")
        let draft = LogDraft(author: author.isEmpty ? "vigie" : author, trade: "reports", text: words)
        try Logbook.append([draft], in: transaction, at: now)
        return Report(lines: said, revision: revision)
    }

    private static func merge(_ tree: CategoryTree, _ before: CategoryTree, _ lines: [String: Int]) -> (CategoryTree, [Line]) {
        var said = tree.categories.map { category in
            let known = before[category.code]
            let outcome: Outcome = known == nil ? .accepted : known == category ? .unchanged : .changed
            return Line(line: lines[category.code] ?? 0, code: category.code, outcome: outcome)
        }
        let gone = before.categories.filter { tree[$0.code] == nil }.map { category in
            var category = category
            category.isRetired = true
            // What hung on a branch that is gone too stays below it.
            return category
        }
        said += gone.filter { before[$0.code]?.isRetired == false }.map {
            Line(line: 0, code: $0.code, outcome: .retired, reason: "the file leaves it out")
        }
        return (
            CategoryTree(
                categories: tree.categories + gone, departments: tree.departments, bodies: tree.bodies, rules: tree.rules,
                answers: tree.answers, fallback: tree.fallback, outside: tree.outside), said
        )
    }

    // MARK: What may be wrong

    static let mostCategories = 5000

    static func faults(_ tree: CategoryTree, _ lines: [String: Int]) -> [Line] {
        var faults: [Line] = []
        func refuse(_ code: String, _ reason: String) {
            faults.append(Line(line: lines[code] ?? 0, code: code, outcome: .refused, reason: reason))
        }
        let departments = Set(tree.departments.map(\.code))
        let bodies = Set(tree.bodies.map(\.code))
        if tree.categories.isEmpty { refuse("", "there is no category; right would be: categories: with at least one below it") }
        if tree.categories.count > mostCategories { refuse("", "more than \(mostCategories) categories") }
        if !departments.contains(tree.fallback) {
            refuse("", "default: '\(tree.fallback)' is no department of the file; right would be: \(list(departments))")
        }
        if !tree.outside.isEmpty, !bodies.contains(tree.outside) { refuse("", "outside: '\(tree.outside)' is no body of the file") }
        var seen: Set<String> = []
        for category in tree.categories {
            let code = category.code
            if !isCode(code) { refuse(code, "a code has 1 to 60 of a-z 0-9 and '-'") }
            if !seen.insert(code).inserted { refuse(code, "this code stands twice in the file") }
            if !category.parent.isEmpty, tree[category.parent] == nil { refuse(code, "there is no category '\(category.parent)' above it") }
            if category.title.french.isEmpty || category.title.english.isEmpty { refuse(code, "fr: and en: are its titles") }
            for one in [category.department] + category.departments.values where !one.isEmpty && !departments.contains(one) {
                refuse(code, "'\(one)' is no department of the file; right would be: \(list(departments))")
            }
            if let delay = category.delay, delay < .hours(1) || delay > .days(3660) { refuse(code, "a delay is between 1 h and 3660 d") }
            if let alarm = category.alarm {
                if tree.assetKind(of: code).isEmpty { refuse(code, "alarm: needs asset: (a kind of equipment), here or above") }
                if alarm.conditions.isEmpty { refuse(code, "alarm: conditions: names at least one, such as lamp.failure") }
                if !tree.children(of: code).isEmpty { refuse(code, "alarm: belongs to a category that can be chosen, not to a branch") }
            }
            for question in category.questions {
                if !isCode(question.key) { refuse(code, "question '\(question.key)': a key has 1 to 60 of a-z 0-9 and '-'") }
                if question.sort == .choice, question.choices.isEmpty { refuse(code, "question '\(question.key)' has no choices") }
            }
            let keys = tree.questions(of: category).map(\.key)
            if Set(keys).count < keys.count { refuse(code, "a question of the same key stands above it") }
        }
        for department in tree.departments {
            if let email = department.email, !EmailText.isAddress(email) {
                refuse("", "department '\(department.code)': email: '\(email)' is no address; right would be: roads@example.org")
            }
        }
        for rule in tree.rules {
            let name = rule.title.english
            let isRing = rule.ring.map { ring in
                (3...5000).contains(ring.count) && ring.allSatisfy { $0.count == 2 && Place(longitude: $0[0], latitude: $0[1]).isValid }
            }
            if isRing == false {
                refuse("", "rule '\(name)': ring: right would be: [[5.01, 47.31], [5.02, 47.31], [5.02, 47.32]] (longitude, latitude)")
            }
            if rule.department.isEmpty == rule.body.isEmpty { refuse("", "rule '\(name)': either department: or body:") }
            if !rule.department.isEmpty, !departments.contains(rule.department) {
                refuse("", "rule '\(name)': '\(rule.department)' is no department of the file")
            }
            if !rule.body.isEmpty, !bodies.contains(rule.body) { refuse("", "rule '\(name)': '\(rule.body)' is no body of the file") }
            for code in rule.categories where tree[code] == nil { refuse("", "rule '\(name)': there is no category '\(code)'") }
        }
        for answer in tree.answers {
            for code in answer.categories where tree[code] == nil { refuse("", "answer '\(answer.code)': there is no category '\(code)'") }
        }
        return faults
    }

    private static func list(_ codes: Set<String>) -> String { codes.sorted().prefix(12).joined(separator: ", ") }

    static func isCode(_ text: String) -> Bool {
        (1...60).contains(text.utf8.count) && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
