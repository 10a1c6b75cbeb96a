// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// The categories as a table for a spreadsheet: one a line. Departments, bodies, rules, answers, and each category's questions, script and
/// departments by commune are not in it; they stay as they are.
package struct CategoryTable {
    package private(set) var categories: [Category] = []
    /// Where in the file each category begins.
    package private(set) var lines: [String: Int] = [:]
    package private(set) var problems: [CategoryImport.Line] = []
    private let before: CategoryTree

    package static let columns = [
        "code", "parent", "fr", "en", "help_fr", "help_en", "icon", "urgency", "delay", "visibility", "asset", "department", "words",
        "precision",
    ]

    /// The tree of before with the categories of the table.
    package var tree: CategoryTree {
        CategoryTree(
            categories: categories, departments: before.departments, bodies: before.bodies, rules: before.rules, answers: before.answers,
            fallback: before.fallback, outside: before.outside)
    }

    // MARK: Reading

    /// - Parameters:
    ///   - bytes: UTF-8; comma, semicolon or tab between the cells, the names of the columns in the first line, in any order.
    ///   - before: what stays.
    package init(_ bytes: [UInt8], before: CategoryTree) {
        self.before = before
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard String(validating: bytes, as: UTF8.self) != nil else {
            refuse(1, "", "the file is not UTF-8")
            return
        }
        let head = bytes.prefix { $0 != 0x0A }
        let separator = [UInt8(ascii: ";"), UInt8(ascii: ","), 0x09].max { a, b in head.count { $0 == a } < head.count { $0 == b } }
        var reader = CSVReader(bytes, separator: separator ?? UInt8(ascii: ";"))
        do { try read(&reader) } catch { refuse(reader.recordLine, "", "\(error)") }
        categories = inOrder()
    }

    private mutating func read(_ reader: inout CSVReader) throws {
        var cells: [String] = []
        guard try reader.next(into: &cells) else { return refuse(1, "", "the file is empty; right would be: code;parent;fr;en;…") }
        let names = cells.map { $0.lowercased() }
        for name in names where !CategoryTable.columns.contains(name) {
            refuse(1, "", "'\(name)' is unknown; right would be: \(CategoryTable.columns.joined(separator: ", "))")
        }
        for name in ["code", "fr", "en"] where !names.contains(name) { refuse(1, "", "there is no column '\(name)'") }
        guard problems.isEmpty else { return }
        while try reader.next(into: &cells) {
            if cells.count > names.count { refuse(reader.recordLine, cells[0], "\(cells.count) cells; the first line has \(names.count)") }
            let row = Dictionary(zip(names, cells)) { first, _ in first }
            add(row, line: reader.recordLine)
        }
    }

    private mutating func add(_ row: [String: String], line: Int) {
        func cell(_ name: String, or otherwise: String = "") -> String { row[name].flatMap { $0.isEmpty ? nil : $0 } ?? otherwise }
        let code = cell("code")
        var category = before[code] ?? Category(code: code, title: Words("", ""))
        (category.code, category.isRetired) = (code, false)
        (category.parent, category.title) = (cell("parent"), Words(cell("fr"), cell("en")))
        // A column that the table does not have leaves what stood.
        if row["help_fr"] != nil || row["help_en"] != nil { category.help = Words(cell("help_fr"), cell("help_en")) }
        if row["icon"] != nil { category.icon = cell("icon", or: "report") }
        if row["asset"] != nil { category.assetKind = cell("asset") }
        if row["department"] != nil { category.department = cell("department") }
        if row["words"] != nil {
            category.words = cell("words").split(separator: "|").map { String($0).trimmingSpace }.filter { !$0.isEmpty }
        }
        if row["urgency"] != nil {
            if let urgency = CategoryText.urgency(cell("urgency", or: "days")) {
                category.urgency = urgency
            } else {
                refuse(line, code, "urgency: '\(cell("urgency"))'; right would be: \(CategoryText.urgencies)")
            }
        }
        if row["delay"] != nil {
            category.delay = CategoryText.delay(cell("delay"))
            if category.delay == nil, !cell("delay").isEmpty {
                refuse(line, code, "delay: '\(cell("delay"))'; right would be: \(CategoryText.delays)")
            }
        }
        if row["visibility"] != nil {
            let visibility = Category.Visibility(rawValue: cell("visibility", or: "public"))
            if let visibility {
                category.visibility = visibility
            } else {
                refuse(line, code, "visibility: '\(cell("visibility"))'; right would be: public, sender or staff")
            }
        }
        if row["precision"] != nil {
            category.precision = Category.Precision(rawValue: cell("precision"))
            if category.precision == nil, !cell("precision").isEmpty {
                refuse(line, code, "precision: '\(cell("precision"))'; right would be: \(CategoryText.precisions)")
            }
        }
        if lines[code] == nil { lines[code] = line }
        categories.append(category)
    }

    /// Those above before those below; what hangs on itself or too deep is refused.
    private mutating func inOrder() -> [Category] {
        let codes = Set(categories.map(\.code))
        let below = Dictionary(grouping: categories, by: \.parent)
        // What names a parent that is not there is told by the check of the whole.
        var (level, ordered) = (categories.filter { $0.parent.isEmpty || !codes.contains($0.parent) }, [Category]())
        for _ in 0..<3 {
            ordered += level
            level = level.flatMap { $0.code.isEmpty ? [] : below[$0.code] ?? [] }
        }
        let reached = Set(ordered.map(\.code))
        for category in categories where !reached.contains(category.code) {
            refuse(lines[category.code] ?? 0, category.code, "hangs on itself, or deeper than three")
        }
        return ordered
    }

    private mutating func refuse(_ line: Int, _ code: String, _ reason: String) {
        problems.append(.init(line: line, code: code, outcome: .refused, reason: reason))
    }

    // MARK: Writing

    /// What may be chosen and what it hangs on, as `init` reads it back. What is retired is left out.
    package static func csv(_ tree: CategoryTree) -> String {
        tree.categories.filter { !$0.isRetired }.reduce(into: columns.joined(separator: ";") + "\r\n") { text, category in
            let cells = [
                category.code, category.parent, category.title.french, category.title.english, category.help.french, category.help.english,
                category.icon, CategoryText.shown(category.urgency), category.delay.map(CategoryText.shown) ?? "",
                category.visibility.rawValue, category.assetKind, category.department, category.words.joined(separator: "|"),
                category.precision?.rawValue ?? "",
            ]
            text += cells.map(CSV.quoted).joined(separator: ";") + "\r\n"
        }
    }
}

/// How files of categories write spans and urgencies.
package enum CategoryText {
    package static let delays = "48 h or 10 d"
    package static let precisions = Category.Precision.allCases.map(\.rawValue).joined(separator: ", ")
    package static let urgencies = "days, shift, hour or now"
    private static let names: [(String, Urgency)] = [("days", .days), ("shift", .shift), ("hour", .hour), ("now", .now)]

    /// `48 h` or `10 d`; nil for anything else.
    package static func delay(_ text: String) -> Span? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let number = Int64(parts[0]), (1...100_000).contains(number) else { return nil }
        return parts[1] == "h" ? .hours(number) : parts[1] == "d" ? .days(number) : nil
    }

    package static func urgency(_ text: String) -> Urgency? { names.first { $0.0 == text }?.1 }
    static func shown(_ urgency: Urgency) -> String { names.first { $0.1 == urgency }?.0 ?? "days" }

    static func shown(_ delay: Span) -> String {
        let hours = delay.milliseconds / 3_600_000
        return hours % 24 == 0 && hours >= 24 * 3 ? "\(hours / 24) d" : "\(hours) h"
    }
}
