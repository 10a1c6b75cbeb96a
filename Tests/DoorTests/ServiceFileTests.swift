// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Errand
import Foundation
import Journal
import Logging
import Services
import Testing

@testable import vigie

@Suite struct ServiceFileTests {
    private static func example() throws -> ServiceFile {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return ServiceFile(try String(contentsOf: root.appending(path: "examples/services.yaml"), encoding: .utf8), wall: .paris)
    }

    @Test func theExampleIsTakenWhole() throws {
        let file = try Self.example()
        #expect(file.problems.isEmpty, "\(file.problems)")
        let journal = try Journal.open(.memory, migrations: Schemas.all, log: Logger(label: "test"))
        let report = try journal.writeHere {
            try ServiceImport.run(
                file.catalogue, lines: file.lines, file: "services.yaml", by: "test", isDryRun: false,
                at: Instant(year: 2026, month: 11, day: 22), in: $0)
        }
        #expect(report.revision == 1, "\(report.lines.filter { $0.outcome == .refused })")
        let catalogue = file.catalogue
        #expect(catalogue.tiles.count >= 6 && catalogue.places.count >= 10 && catalogue.wasteSectors.count == 3)
        let hall = try #require(catalogue.place("mairie-dijon"))
        #expect(hall.hours?.rules.first?.days == [1, 2, 3, 4, 5] && hall.place == Place(longitude: 5.0415, latitude: 47.3216))
        #expect(
            hall.hours?.exceptions.first?.from == CivilDay("2026-12-24") && hall.hours?.exceptions.first?.ranges == [DayRange(480, 960)])
        #expect(catalogue.place("dechetterie-nord")?.hours?.rules.first?.season == Season(from: 1101, until: 331))
        #expect(catalogue.wasteSectors[1].shifts == [.init(from: CivilDay("2026-12-25")!, to: CivilDay("2026-12-26"))])
        #expect(catalogue.bulky?.item("canape")?.litres == 1500 && catalogue.bulky?.sectors.first?.litres == 30_000)
        #expect(catalogue.notices.first?.from == Instant(year: 2027, month: 1, day: 1, hour: 23))
        #expect(file.lines["places/mairie-dijon"] ?? 0 > 0)
    }

    @Test func networksWhoseFiguresAreFetchedAreChecked() throws {
        let journal = try Journal.open(.memory, migrations: Schemas.all, log: Logger(label: "test"))
        func refused(_ text: String) throws -> [String] {
            let file = ServiceFile(text, wall: .paris)
            #expect(file.problems.isEmpty, "\(file.problems)")
            return try journal.writeHere {
                try ServiceImport.run(
                    file.catalogue, lines: file.lines, file: "a.yaml", by: "test", isDryRun: true,
                    at: Instant(year: 2026, month: 11, day: 22), in: $0
                ).lines.filter { $0.outcome == .refused }.map { "\($0.line) \($0.reason)" }
            }
        }
        let right = """
            stations:
              velodi: {name: Vélodi, gbfs: "https://bikes.example.org/gbfs.json"}
              parks: {name: Parkings, information: "https://a.example.org/i.json", status: "https://b.example.org/s.json", every: 300}
            """
        #expect(try refused(right).isEmpty)
        #expect(ServiceFile(right, wall: .paris).catalogue.stations?.map(\.every) == [60, 300])
        for (wrong, why) in [
            ("{name: A}", "gbfs:"), ("{name: A, information: \"https://a.example.org/\"}", "gbfs:"),
            ("{name: A, gbfs: \"ftp://a.example.org/\"}", "https://"), ("{gbfs: \"https://a.example.org/\"}", "name:"),
            ("{name: A, gbfs: \"https://a.example.org/\", every: 5}", "30 and 3600"),
        ] {
            let lines = try refused("stations:\n  a: \(wrong)\n")
            #expect(lines.contains { $0.hasPrefix("2 ") && $0.contains(why) }, "\(wrong): \(lines)")
        }
    }

    /// Figures are fetched from the open internet only: an address inside is not asked, whatever the file says.
    @Test(arguments: [
        "http://127.0.0.1:1/gbfs.json", "https://127.0.0.1:1/gbfs.json", "https://localhost:1/gbfs.json", "https://[::1]:1/gbfs.json",
        "https://10.0.0.1/gbfs.json", "https://user@example.org/gbfs.json", "file:///etc/passwd", "gopher://example.org/",
    ])
    func noAddressInsideIsAsked(address: String) async throws {
        let fetch = StationKeeping.fetch(try Errands())
        do {
            _ = try await fetch(address)
            Issue.record("\(address) was asked")
        } catch {
            #expect("\(error)".contains("private address") || "\(error)".contains("no address that may be asked"), "\(error)")
        }
    }

    /// Each wrong word is said with its line, and says what would be right.
    @Test(arguments: [
        ("tiles:\n  a: {fr: A, lnk: x}", 2, "lnk"), ("places:\n  a:\n    fr: A\n    at: [5]", 4, "[5.041, 47.322]"),
        ("places:\n  a:\n    fr: A\n    hours:\n      - {days: mon-xyz, open: 08:00-12:00}", 5, "mon-fri"),
        ("places:\n  a:\n    fr: A\n    hours:\n      - {days: mon, open: 8h-12h}", 5, "08:00-12:30"),
        ("alerts:\n  a: {fr: A, from: tomorrow}", 2, "2026-12-01 18:30"), ("nothing: 1", 1, "holidays, tiles"),
        ("waste:\n  sectors:\n    a: {fr: A, holidays: never, collections: []}", 3, "rest-of-week"),
        ("stations:\n  a: {nom: A}", 2, "name"), ("stations:\n  a: {name: A, every: often}", 2, "no whole number"),
        ("bulky:\n  items:\n    a: {fr: A, volume: big}", 3, "0.6"), ("holidays: mars", 1, "alsace-moselle"), ("tiles: [", 0, "YAML"),
    ])
    func aWrongWordIsSaidWithItsLine(text: String, line: Int, right: String) {
        let problems = ServiceFile(text, wall: .paris).problems
        #expect(problems.contains { $0.line == line && $0.reason.contains(right) }, "\(problems)")
    }
}
