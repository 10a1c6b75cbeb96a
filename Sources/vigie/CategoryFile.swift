// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Reports
import Yams

/// The YAML file of report categories; docs/desks/reports.md explains it. Whatever is wrong is gathered with its line.
struct CategoryFile {
    private(set) var categories: [Category] = []
    private(set) var lines: [String: Int] = [:]
    private(set) var problems: [CategoryImport.Line] = []
    private var departments: [Department] = []
    private var bodies: [OutsideBody] = []
    private var rules: [RoadRule] = []
    private var answers: [StandardAnswer] = []
    private var fallback = ""
    private var outside = ""

    var tree: CategoryTree {
        CategoryTree(
            categories: categories, departments: departments, bodies: bodies, rules: rules, answers: answers, fallback: fallback,
            outside: outside)
    }

    init(_ text: String) { read(text) }

    private mutating func read(_ text: String) {
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch {
            refuse(0, "", "the file is not YAML: \(error)")
            return
        }
        guard let top = node?.mapping else { return refuse(1, "", "the file is a list of settings; right would be: categories:") }
        for (key, value) in top {
            switch key.string ?? "" {
            case "departments":
                each(value) { file, code, node in
                    file.check(node, code, ["fr", "en", "phone", "email"])
                    let (phone, email) = (file.text(node, "phone"), file.text(node, "email"))
                    file.departments.append(
                        Department(
                            code: code, title: file.words(node), phone: phone.isEmpty ? nil : phone, email: email.isEmpty ? nil : email))
                }
            case "bodies":
                each(value) { file, code, node in
                    file.check(node, code, ["fr", "en", "phone", "web", "note"])
                    file.bodies.append(
                        OutsideBody(
                            code: code, title: file.words(node), phone: file.text(node, "phone"), web: file.text(node, "web"),
                            note: node["note"].map { file.words($0) }))
                }
            case "rules": for node in value.sequence ?? [] { rule(node) }
            case "answers":
                each(value) { file, code, node in
                    file.check(node, code, ["title", "text", "categories"])
                    file.answers.append(
                        StandardAnswer(
                            code: code, title: file.words(node["title"]), text: file.words(node["text"]),
                            categories: file.list(node, "categories")))
                }
            case "default": fallback = value.string ?? ""
            case "outside": outside = value.string ?? ""
            case "categories": branch(value, below: "", depth: 1)
            case let other:
                let right = "departments, bodies, rules, answers, default, outside, categories"
                refuse(line(key), other, "'\(other)' is unknown; right would be: \(right)")
            }
        }
    }

    // MARK: Categories

    private static let keys: Set = [
        "fr", "en", "help", "icon", "urgency", "delay", "visibility", "asset", "questions", "department", "departments", "words",
        "categories", "script", "alarm", "precision",
    ]

    private mutating func branch(_ node: Node, below parent: String, depth: Int) {
        each(node) { file, code, node in
            guard depth <= 3 else { return file.refuse(file.line(node), code, "categories nest three deep, no deeper") }
            file.check(node, code, CategoryFile.keys)
            var category = Category(code: code, parent: parent, title: file.words(node))
            category.help = node["help"].map { file.words($0) } ?? Words("", "")
            category.icon = file.text(node, "icon", or: "report")
            category.urgency = file.urgency(node, code)
            category.delay = file.delay(node, code)
            let visibility = file.text(node, "visibility", or: "public")
            if let known = Category.Visibility(rawValue: visibility) {
                category.visibility = known
            } else {
                file.refuse(file.line(node), code, "visibility: '\(visibility)'; right would be: public, sender or staff")
            }
            let precision = file.text(node, "precision")
            category.precision = Category.Precision(rawValue: precision)
            if category.precision == nil, !precision.isEmpty {
                file.refuse(file.line(node), code, "precision: '\(precision)'; right would be: \(CategoryText.precisions)")
            }
            category.assetKind = file.text(node, "asset")
            category.department = file.text(node, "department")
            for (commune, department) in node["departments"]?.mapping ?? [:] {
                category.departments[commune.string ?? ""] = department.string ?? ""
            }
            category.words = file.list(node, "words")
            category.script = node["script"].map { file.script($0, of: code) }
            category.alarm = node["alarm"].map { file.alarm($0, of: code) }
            if let questions = node["questions"] { file.each(questions) { category.questions.append($0.question($1, $2, of: code)) } }
            if file.lines[code] == nil { file.lines[code] = file.line(node) }
            file.categories.append(category)
            if let below = node["categories"] { file.branch(below, below: code, depth: depth + 1) }
        }
    }

    private mutating func urgency(_ node: Node, _ code: String) -> Urgency {
        let text = text(node, "urgency", or: "days")
        if let urgency = CategoryText.urgency(text) { return urgency }
        refuse(line(node), code, "urgency: '\(text)'; right would be: \(CategoryText.urgencies)")
        return .days
    }

    /// `alarm: {conditions: [lamp.failure], after: 30 min}`.
    private mutating func alarm(_ node: Node, of code: String) -> AlarmRule {
        check(node, code, ["conditions", "after"])
        var rule = AlarmRule(conditions: list(node, "conditions"))
        let text = text(node, "after", or: "0 min")
        let parts = text.split(separator: " ")
        let units: [Substring: Int64] = ["min": 1, "h": 60, "d": 1440]
        if parts.count == 2, let number = Int64(parts[0]), (0...10_000).contains(number), let unit = units[parts[1]] {
            rule.after = .minutes(number * unit)
        } else {
            refuse(line(node), code, "after: '\(text)'; right would be: 30 min, 2 h or 1 d")
        }
        return rule
    }

    /// Alarms that no kind of asset of this house raises.
    func unknownAlarms(_ kinds: [Kind]) -> [CategoryImport.Line] {
        let tree = tree
        return categories.flatMap { category -> [CategoryImport.Line] in
            let known = kinds.first { $0.name.text == tree.assetKind(of: category.code) }?.conditions.map(\.key) ?? []
            return (category.alarm?.conditions ?? []).filter { !known.contains($0) }.map {
                let right = known.isEmpty ? "a condition of the kind of asset:" : known.joined(separator: ", ")
                return .init(
                    line: lines[category.code] ?? 0, code: category.code, outcome: .refused,
                    reason: "alarm: '\($0)'; right would be: \(right)")
            }
        }
    }

    private mutating func delay(_ node: Node, _ code: String) -> Span? {
        let text = text(node, "delay")
        if text.isEmpty { return nil }
        if let delay = CategoryText.delay(text) { return delay }
        refuse(line(node), code, "delay: '\(text)'; right would be: \(CategoryText.delays)")
        return nil
    }

    private mutating func question(_ key: String, _ node: Node, of code: String) -> Question {
        check(node, code, ["fr", "en", "type", "required", "choices"])
        let type = text(node, "type", or: "text")
        let sort = Question.Sort(rawValue: type)
        if sort == nil { refuse(line(node), code, "type: '\(type)'; right would be: text, number, choice or flag") }
        var choices: [Question.Choice] = []
        if let node = node["choices"] { each(node) { choices.append(.init(key: $1, title: $0.words($2))) } }
        return Question(key: key, title: words(node), sort: sort ?? .text, choices: choices, isRequired: text(node, "required") == "true")
    }

    /// `script: {ask: [{fr: …, en: …}], say: {fr: …, en: …}}`.
    private mutating func script(_ node: Node, of code: String) -> CallScript {
        check(node, code, ["ask", "say"])
        let ask = (node["ask"]?.sequence).map { $0.map { words($0) } } ?? []
        if ask.contains(where: { $0.french.isEmpty || $0.english.isEmpty }) || (ask.isEmpty && node["say"] == nil) {
            refuse(line(node), code, "script: right would be: {ask: [{fr: …, en: …}], say: {fr: …, en: …}}")
        }
        return CallScript(ask: ask, say: words(node["say"]))
    }

    private mutating func rule(_ node: Node) {
        check(node, "", ["title", "roads", "communes", "categories", "department", "body", "ring"])
        // What is no number is no point of a ring: the import says so.
        let ring = node["ring"]?.sequence?.map { point in point.sequence?.compactMap(\.float) ?? [] }
        if node["ring"] != nil, ring == nil { refuse(line(node), "", "ring: right would be: [[5.01, 47.31], [5.02, 47.31], …]") }
        rules.append(
            RoadRule(
                title: words(node["title"]), roads: list(node, "roads"), communes: list(node, "communes"),
                categories: list(node, "categories"), department: text(node, "department"), body: text(node, "body"), ring: ring))
    }

    // MARK: Nodes

    private mutating func each(_ node: Node, _ body: (inout CategoryFile, String, Node) -> Void) {
        guard let mapping = node.mapping else {
            return refuse(line(node), "", "a code and a colon on each line; right would be: roads: {fr: Voirie, en: Roads}")
        }
        for (key, value) in mapping { body(&self, key.string ?? "", value) }
    }

    private mutating func check(_ node: Node, _ code: String, _ known: Set<String>) {
        for (key, _) in node.mapping ?? [:] {
            let name = key.string ?? ""
            if !known.contains(name) {
                refuse(line(key), code, "'\(name)' is unknown; right would be: \(known.sorted().joined(separator: ", "))")
            }
        }
    }

    private func line(_ node: Node) -> Int { node.mark?.line ?? 0 }
    private func words(_ node: Node?) -> Words { Words(node?["fr"]?.string ?? "", node?["en"]?.string ?? "") }
    private func text(_ node: Node, _ key: String, or otherwise: String = "") -> String { node[key]?.string ?? otherwise }
    private func list(_ node: Node, _ key: String) -> [String] { node[key]?.sequence?.compactMap(\.string) ?? [] }

    private mutating func refuse(_ line: Int, _ code: String, _ reason: String) {
        problems.append(.init(line: line, code: code, outcome: .refused, reason: reason))
    }
}
