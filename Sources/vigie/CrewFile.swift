// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Interventions
import Yams

/// The YAML file of crews; docs/desks/interventions.md explains it. Whatever is wrong is gathered with its line.
struct CrewFile {
    private(set) var plan = CrewPlan()
    private(set) var faults: [CrewImport.Fault] = []
    private var holidays: PublicHolidays? = .metropole

    init(_ text: String) { read(text) }

    private mutating func read(_ text: String) {
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch {
            faults.append(.init("the file is not YAML: \(error)"))
            return
        }
        guard let top = node?.mapping else {
            faults.append(.init(line: 1, "the file is a list of settings; right would be: crews:"))
            return
        }
        // Read first: the crews below it keep them.
        if let value = top["holidays"] { holidays = calendar(value) }
        for (key, value) in top {
            switch key.string ?? "" {
            case "departments": each(value) { $0.plan.departments.append(.init($1, $0.words($2))) }
            case "skills": each(value) { $0.plan.skills.append(.init($1, $0.words($2))) }
            case "vehicles":
                each(value) { file, code, node in
                    file.check(node, ["fr", "en", "litres"])
                    file.plan.vehicles.append(Vehicle(code: code, title: file.words(node), litres: file.number(node, "litres", or: 0)))
                }
            case "crews": each(value) { $0.plan.crews.append($0.crew($1, $2)) }
            case "phone": phone(value)
            case "holidays": break
            case "travel": plan.travelMinutes = value.int ?? -1
            case "on-call": each(value) { $0.rota($1, $2) }
            case "work":
                each(value) { file, code, node in
                    let needs = file.needs(node)
                    if code == "default" { file.plan.fallback = needs } else { file.plan.work[code] = needs }
                }
            case let other:
                refuse(
                    key,
                    "'\(other)' is unknown; right would be: departments, skills, vehicles, crews, travel, on-call, work, phone, holidays")
            }
        }
    }

    private mutating func phone(_ node: Node) {
        let text = node.string ?? ""
        let isNumber = text.utf8.contains { (48...57).contains($0) } && text.utf8.count <= 30
        guard isNumber, text.utf8.allSatisfy({ (48...57).contains($0) || [32, 43, 45, 46].contains($0) }) else {
            refuse(node, "phone: a telephone number of digits; right would be: \"+33 3 80 00 00 00\"")
            return
        }
        plan.phone = text
    }

    private mutating func crew(_ code: String, _ node: Node) -> Crew {
        check(
            node,
            [
                "fr", "en", "departments", "communes", "skills", "equipment", "vehicle", "base", "hours", "days", "holidays", "contractor",
                "rate",
            ])
        var base: Place?
        if let list = node["base"] {
            let numbers = list.sequence?.compactMap(\.float) ?? []
            base = numbers.count == 2 ? Place(longitude: numbers[1], latitude: numbers[0]) : nil
            if base?.isValid != true { refuse(list, "base: latitude and longitude; right would be: [47.322, 5.041]") }
        }
        return Crew(
            code: code, title: words(node), departments: list(node, "departments"), communes: list(node, "communes"),
            skills: list(node, "skills"), equipment: list(node, "equipment"), vehicle: node["vehicle"]?.string ?? "", base: base,
            shifts: hours(node), isContractor: node["contractor"]?.bool ?? false,
            rate: CrewFile.cents(node["rate"]?.float ?? 0), holidays: node["holidays"].map { calendar($0) } ?? holidays,
            exceptions: node["days"].map { days($0) })
    }

    /// -1, which the import refuses, where it is no sum of money.
    private static func cents(_ euros: Double) -> Int { abs(euros) < 1e9 ? Int((euros * 100).rounded()) : -1 }

    // MARK: Hours

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// `{mon-thu: "07:30-12:00 13:00-16:30", fri: "07:30-12:00"}`
    private mutating func hours(_ node: Node) -> [[Crew.Shift]] {
        var shifts = [[Crew.Shift]](repeating: [], count: 7)
        for (key, value) in node["hours"]?.mapping ?? [:] {
            let ends = (key.string ?? "").split(separator: "-").map { CrewFile.days.firstIndex(of: String($0)) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
                refuse(key, "hours: '\(key.string ?? "")' is no weekday; right would be: mon, tue, wed, thu, fri, sat, sun or mon-fri")
                continue
            }
            let day = (value.string ?? "").split(separator: " ").compactMap { shift(String($0), at: value) }
            for index in first...last { shifts[index] += day }
        }
        return shifts
    }

    /// `metropole`, `alsace-moselle`, or `none`: public holidays are days as others.
    private mutating func calendar(_ node: Node) -> PublicHolidays? {
        let text = node.string ?? ""
        if let calendar = PublicHolidays(rawValue: text) { return calendar }
        if text != "none" { refuse(node, "holidays: '\(text)'; right would be: metropole, alsace-moselle or none") }
        return nil
    }

    /// `{2026-12-24: "07:30-12:00", 2026-12-28..2026-12-31: away}`
    private mutating func days(_ node: Node) -> [Crew.Exception] {
        guard let mapping = node.mapping else {
            refuse(node, "days: a day, a colon and its hours; right would be: {2026-12-24: \"07:30-12:00\", 2026-12-28..2026-12-31: away}")
            return []
        }
        var found: [Crew.Exception] = []
        for (key, value) in mapping {
            let ends = (key.scalar?.string ?? "").split(separator: "..", omittingEmptySubsequences: false).map { CivilDay($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
                refuse(key, "days: '\(key.scalar?.string ?? "")'; right would be: 2026-12-24 or 2026-12-28..2026-12-31")
                continue
            }
            let text = value.string ?? ""
            if text.isEmpty { refuse(value, "days: hours, or away") }
            found.append(
                Crew.Exception(
                    from: first, to: last,
                    shifts: text == "away" ? [] : text.split(separator: " ").compactMap { shift(String($0), at: value) }))
        }
        return found
    }

    private mutating func shift(_ text: String, at node: Node) -> Crew.Shift? {
        let ends = text.split(separator: "-").map { $0 == "24:00" ? 1440 : WallText.time(String($0)) }
        guard ends.count == 2, let from = ends[0], let to = ends[1] else {
            refuse(node, "hours: '\(text)'; right would be: 07:30-12:00")
            return nil
        }
        return Crew.Shift(from, to)
    }

    private mutating func rota(_ department: String, _ node: Node) {
        check(node, ["from", "crews"])
        guard let from = WallText.day(node["from"]?.scalar?.string ?? "") else {
            return refuse(node, "on-call of '\(department)': from: a day such as 2026-11-16")
        }
        plan.rotas.append(Rota(department: department, from: from, crews: list(node, "crews")))
    }

    private mutating func needs(_ node: Node) -> JobNeeds {
        check(node, ["minutes", "skills", "equipment", "parts", "safety", "litres"])
        var needs = JobNeeds(
            minutes: number(node, "minutes", or: 60), skills: list(node, "skills"), equipment: list(node, "equipment"),
            litres: number(node, "litres", or: 0))
        for (part, count) in node["parts"]?.mapping ?? [:] { needs.parts[part.string ?? ""] = count.int ?? 0 }
        for text in list(node, "safety") {
            if let safety = Safety(rawValue: text) {
                needs.safety.append(safety)
            } else {
                refuse(node, "safety: '\(text)'; right would be: permit or lockout")
            }
        }
        return needs
    }

    // MARK: Nodes

    private mutating func each(_ node: Node, _ body: (inout CrewFile, String, Node) -> Void) {
        guard let mapping = node.mapping else {
            return refuse(node, "a code and a colon on each line; right would be: voirie: {fr: Voirie, en: Roads}")
        }
        for (key, value) in mapping { body(&self, key.string ?? "", value) }
    }

    private mutating func check(_ node: Node, _ known: Set<String>) {
        for (key, _) in node.mapping ?? [:] where !known.contains(key.string ?? "") {
            refuse(key, "'\(key.string ?? "")' is unknown; right would be: \(known.sorted().joined(separator: ", "))")
        }
    }

    private func words(_ node: Node) -> Words { Words(node["fr"]?.string ?? "", node["en"]?.string ?? "") }
    private func list(_ node: Node, _ key: String) -> [String] { node[key]?.sequence?.compactMap(\.string) ?? [] }

    private mutating func number(_ node: Node, _ key: String, or otherwise: Int) -> Int {
        guard let value = node[key] else { return otherwise }
        if let number = value.int { return number }
        refuse(value, "\(key): '\(value.string ?? "")' is no whole number")
        return otherwise
    }

    private mutating func refuse(_ node: Node, _ what: String) { faults.append(.init(line: node.mark?.line ?? 0, what)) }
}
