// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Interventions
import Reports
import Testing

@testable import vigie

@Suite struct CrewFileTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func theExampleIsTakenWholeAndFitsTheCategories() throws {
        func text(_ name: String) throws -> String {
            try String(contentsOf: Self.root.appending(path: "examples/\(name)"), encoding: .utf8)
        }
        let file = CrewFile(try text("crews.yaml"))
        #expect(file.faults.isEmpty && CrewImport.faults(file.plan).isEmpty, "\(file.faults) \(CrewImport.faults(file.plan))")
        let lighting = try #require(file.plan[crew: "eclairage-2"])
        #expect(lighting.shifts[0] == [.init(780, 1020), .init(1080, 1260)] && lighting.shifts[5].isEmpty && lighting.rate == 9500)
        let roads = try #require(file.plan[crew: "voirie-1"])
        #expect(roads.shifts(on: CivilDay("2026-12-23")!).count == 2)
        #expect(roads.shifts(on: CivilDay("2026-12-24")!) == [.init(450, 720)], "the eve, as its days say")
        #expect(roads.shifts(on: CivilDay("2026-12-25")!).isEmpty, "a holiday")
        #expect(roads.shifts(on: CivilDay("2026-12-30")!).isEmpty, "leave")
        #expect(lighting.base.map { $0.latitude > 47 && $0.longitude < 6 } == true)
        #expect(file.plan.needs(of: "nid-de-poule").safety == [.permit] && file.plan.needs(of: "unknown").minutes == 60)
        let departments = Set(CategoryFile(try text("categories.yaml")).tree.departments.map(\.code))
        for department in file.plan.departments {
            #expect(departments.contains(department.code), "\(department.code)")
            #expect(!file.plan.crews(of: department.code).isEmpty, "\(department.code) has a crew")
        }
        for code in file.plan.work.keys {
            #expect(file.plan.crews.contains { Set(file.plan.work[code]!.skills).isSubset(of: $0.skills) }, "somebody can do \(code)")
        }
    }

    @Test func whateverIsWrongIsSaidWithItsLine() {
        let file = CrewFile(
            """
            departments:
              roads: {fr: Voirie, en: Roads}
            crews:
              one:
                fr: Une
                en: One
                departments: [roads]
                base: [100, 5]
                hours: {someday: "07:30-12:00", mon: "7-12"}
                colour: red
                days: {2026-02-31: away, 2026-12-31..2026-12-24: away, 2026-12-25: "7", 2026-12-26: ""}
                holidays: mars
            work:
              hole: {minutes: many, safety: [luck]}
            on-call:
              roads: {from: soon, crews: [one]}
            colour: red
            """)
        #expect(Set(file.faults.map(\.line)) == [8, 9, 10, 11, 12, 14, 16, 17], "\(file.faults)")
        #expect(CrewFile("- a").faults.count == 1 && CrewFile("a: [").faults.count == 1)
    }
}
