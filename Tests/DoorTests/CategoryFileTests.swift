// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Lighting
import Reports
import Testing
import Watch

@testable import vigie

@Suite struct CategoryFileTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func example() throws -> CategoryFile {
        CategoryFile(try String(contentsOf: root.appending(path: "examples/categories.yaml"), encoding: .utf8))
    }

    @Test func theExampleIsTakenWhole() throws {
        let file = try Self.example()
        #expect(file.problems.isEmpty, "\(file.problems)")
        let tree = file.tree
        #expect(tree.open().count >= 45)
        for code in ["nid-de-poule", "lampadaire-eteint", "depot-sauvage", "epave", "tag"] {
            let category = try #require(tree[code])
            #expect(category.isOpen(in: tree) && !tree.title(code).english.isEmpty)
        }
        #expect(tree.assetKind(of: "lampadaire-eteint") == "lamp" && tree.delay(of: "nid-de-poule") == .hours(48))
        // A hole is told where it is, what may stand before a home by its surroundings.
        #expect(tree["voirie"]?.precision == .exact && tree["encombrants"]?.precision == .area && tree["epave"]?.precision == .area)
        #expect(
            CategoryFile("default: a\ncategories: {b: {fr: B, en: B, precision: near}}").problems.contains { $0.reason.contains("'near'") })
        #expect(tree["epave"]?.visibility == .sender && tree["epave"]?.questions.first?.choices.count == 4)
        #expect(file.lines["nid-de-poule"] ?? 0 > 0)
    }

    @Test func aNeighbourIsAGroundWithABodyAndADepartmentHasAnAddress() throws {
        let file = CategoryFile(
            """
            departments: {roads: {fr: Voirie, en: Roads, email: voirie@city.example}}
            bodies: {beaune: {fr: Beaune, en: Beaune, phone: "03", note: {fr: Le matin., en: In the morning.}}}
            default: roads
            rules:
              - {title: {fr: Beaune, en: Beaune}, ring: [[4.7, 47], [4.9, 47.0], [4.9, 47.2]], body: beaune}
              - {title: {fr: Faux, en: Wrong}, ring: [[a, b], 7], body: beaune}
            categories: {pothole: {fr: Trou, en: Pothole}}
            """)
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(file.tree.departments[0].email == "voirie@city.example" && file.tree.bodies[0].note?.english == "In the morning.")
        #expect(file.tree.rules.map(\.ring) == [[[4.7, 47], [4.9, 47], [4.9, 47.2]], [[], []]])
    }

    /// The 325 sub-types of 'Dans ma rue' (Paris), each of which must have a place in the example.
    @Test(.enabled(if: Self.shared() != nil, "the shared data are not at hand"))
    func everySubTypeOfDansMaRueHasItsPlace() throws {
        let tree = try Self.example().tree
        var reader = CSVReader(Array(try Data(contentsOf: try #require(Self.shared()))), separator: UInt8(ascii: ","))
        var (fields, count, places): ([String], Int, [String: String]) = ([], 0, [:])
        _ = try reader.next(into: &fields)
        while try reader.next(into: &fields) {
            count += 1
            let found = tree.named([fields[1], fields[0]])
            #expect(found != nil, "\(fields)")
            places[fields[1]] = found?.code
        }
        #expect(count == 325)
        #expect(places["Éclairage public éteint la nuit"] == "lampadaire-eteint")
        #expect(places["Autres objets encombrants abandonnés"] == "depot-sauvage")
        #expect(places["Épave de vélo"] == "epave")
        #expect(places["Chaussées : Affaissement, trou, bosse, pavé arraché"] == "nid-de-poule")
        #expect(places["Graffitis sur rideau métallique"] == "tag")
        #expect(Set(places.values).count >= 35, "not all in one place")
    }

    static func shared() -> URL? {
        let folder =
            ProcessInfo.processInfo.environment["VIGIE_SHARED_DATA"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared/data")
        let file = folder.appending(path: "reports/dmr_categories.csv")
        return FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) ? file : nil
    }

    @Test(arguments: [
        ("", ""), ("- a", ""), ("categories: [", "not YAML"), ("colours: {}", "colours"),
        ("categories:\n  a:\n    fr: A\n    en: A\n    delay: soon\n", "48 h or 10 d"),
        ("categories:\n  a:\n    fr: A\n    en: A\n    delay: 99999999999999999999 d\n", "48 h or 10 d"),
        ("categories:\n  a: {fr: A, en: A, urgency: yesterday}", "days, shift, hour or now"),
        ("categories:\n  a: {fr: A, en: A, visibility: secret}", "public, sender or staff"),
        ("categories:\n  a: {fr: A, en: A, questions: {q: {fr: Q, en: Q, type: essay}}}", "text, number, choice or flag"),
        ("categories:\n  a: {fr: A, en: A, weight: 5}", "weight"),
        ("categories:\n  a: {fr: A, en: A, asset: lamp, alarm: {conditions: [lamp.failure], after: soon}}", "30 min, 2 h or 1 d"),
        ("categories:\n  a: {fr: A, en: A, asset: lamp, alarm: {when: [lamp.failure]}}", "conditions"),
        ("categories:\n  a: {fr: A, en: A, categories: {b: {fr: B, en: B, categories: {c: {categories: {d: {fr: D}}}}}}}", "three deep"),
    ])
    func aFaultIsSaidWithWhatWouldBeRight(text: String, said: String) throws {
        let file = CategoryFile(text)
        #expect(!file.problems.isEmpty)
        #expect(said.isEmpty || file.problems.contains { $0.reason.contains(said) }, "\(file.problems)")
        #expect(file.problems.allSatisfy { $0.outcome == .refused })
    }

    @Test func alarmsThatMakeAReportAreRead() throws {
        let text =
            "default: x\ndepartments: {x: {fr: X, en: X}}\ncategories:\n  lamps:\n    fr: L\n    en: L\n    asset: lamp\n    categories:\n"
            + "      dark: {fr: D, en: D, alarm: {conditions: [lamp.failure, lamp.cycling], after: 2 h}}\n      other: {fr: O, en: O}\n"
        let file = CategoryFile(text)
        #expect(file.problems.isEmpty, "\(file.problems)")
        let rules = file.tree.alarmRules
        #expect(rules.keys.sorted() == ["lamp"] && rules["lamp"]?.keys.sorted() == ["lamp.cycling", "lamp.failure"])
        #expect(rules["lamp"]?["lamp.failure"]?.category == "dark" && rules["lamp"]?["lamp.failure"]?.after == .hours(2))
        let kinds = StreetLighting().kinds
        #expect(file.unknownAlarms(kinds).isEmpty)
        let wrong = CategoryFile(text.replacing("lamp.cycling", with: "lamp.ghost"))
        #expect(wrong.unknownAlarms(kinds).map(\.code) == ["dark"])
        #expect(try Self.example().tree.alarmRules.isEmpty, "off unless it is said")
    }

    @Test func theLineOfAFaultIsThatOfTheFile() {
        let file = CategoryFile("categories:\n  a:\n    fr: A\n    en: A\n    wieght: 5\n")
        #expect(file.problems.map(\.line) == [5])
    }
}
