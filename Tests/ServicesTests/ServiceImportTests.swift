// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import JournalTesting
import Testing

@testable import Services

@Suite struct ServiceImportTests {
    private func run(
        _ catalogue: ServiceCatalogue, _ journal: Journal, isDryRun: Bool = false
    ) async throws -> ServiceImport.Report {
        try await journal.write {
            try ServiceImport.run(
                catalogue, lines: ["places/hall": 7], file: "a.yaml", by: "ada", isDryRun: isDryRun, at: City.start, in: $0)
        }
    }

    @Test(arguments: [
        "@", "a@", "a@b", "a b@example.org", "a@@example.org", "<a@example.org>", "a@example.", "a@example.org\r\nBcc: b@c.de",
    ])
    func anAddressOfMailIsOne(address: String) async throws {
        let journal = try TestJournal.open(.sqlite, Services.migrations)
        var catalogue = City.catalogue
        catalogue.places[0].email = address
        let report = try await run(catalogue, journal)
        #expect(report.lines.contains { $0.reason == "'\(address)' is no e-mail address" } && report.revision == nil)
        catalogue.places[0].email = "mairie@dijon.example"
        #expect(try await run(catalogue, journal).revision == 1)
    }

    @Test(arguments: TestJournal.engines)
    func everyImportIsARevisionAndTheNewestCanBeTakenBack(engine: Engine) async throws {
        let journal = try TestJournal.open(engine, Services.migrations)
        #expect(try await run(City.catalogue, journal, isDryRun: true).revision == nil)
        #expect(try await run(City.catalogue, journal).revision == 1)
        let again = try await run(City.catalogue, journal)
        #expect(again.revision == nil && again.count(.unchanged) == again.lines.count)
        var other = City.catalogue
        other.places[0].phone = "03 53 01 10 99"
        other.places.remove(at: 1)
        let changed = try await run(other, journal)
        #expect(changed.revision == 2 && changed.count(.changed) == 1 && changed.count(.removed) == 1)
        await #expect(throws: ServiceImport.UndoFault.notNewest(2)) {
            try await journal.write { try ServiceImport.undo(1, by: "ada", at: City.start, in: $0) }
        }
        #expect(try await journal.write { try ServiceImport.undo(2, by: "ada", at: City.start, in: $0) } == 3)
        let now = try await journal.read { try ServiceStore.current(in: $0) }
        #expect(now.places == City.catalogue.places && now.revision == 3)
        // Back to nothing.
        let empty = try TestJournal.open(engine, Services.migrations)
        _ = try await run(City.catalogue, empty)
        _ = try await empty.write { try ServiceImport.undo(1, by: "ada", at: City.start, in: $0) }
        #expect(try await empty.read { try ServiceStore.current(in: $0) }.places.isEmpty)
    }

    @Test func aFileWithAnythingWrongChangesNothingAndSaysTheLine() async throws {
        let journal = try TestJournal.open(.sqlite, Services.migrations)
        var wrong = City.catalogue
        wrong.places[0].category = "none"
        wrong.places[0].web = "javascript:alert(1)"
        wrong.tiles[0].link = ""
        wrong.bulky?.sectors[0].litres = 0
        let report = try await run(wrong, journal)
        #expect(report.revision == nil && report.isRefused)
        #expect(report.lines.filter { $0.code == "places/hall" }.map(\.line) == [7, 7])
        #expect(Set(report.lines.map(\.code)) == ["places/hall", "tiles/family", "bulky.sectors/dijon"])
        #expect(try await journal.read { try ServiceStore.revision(in: $0) } == 0)
    }

    @Test func whatCannotBeIsRefused() {
        func faults(_ change: (inout ServiceCatalogue) -> Void) -> [String] {
            var catalogue = City.catalogue
            change(&catalogue)
            return ServiceCheck(catalogue, [:]).faults.map(\.code)
        }
        #expect(faults { _ in }.isEmpty)
        #expect(faults { $0.places[0].hours?.rules[0].ranges = [DayRange(480, 720), DayRange(700, 900)] } == ["places/hall"])
        #expect(faults { $0.places[0].hours?.rules[0].ranges = [DayRange(720, 480)] } == ["places/hall"])
        #expect(faults { $0.places[0].hours?.rules[0].season = Season(from: 1332, until: 101) } == ["places/hall"])
        #expect(faults { $0.places[0].place = Place(longitude: 200, latitude: 0) } == ["places/hall"])
        #expect(faults { $0.places[0].phone = "call me" } == ["places/hall"])
        #expect(faults { $0.places.append($0.places[0]) } == ["places/hall"])
        #expect(faults { $0.wasteSectors[0].collections[0].kind = "none" } == ["waste.sectors/centre"])
        #expect(faults { $0.wasteSectors[0].territory = Territory() } == ["waste.sectors/centre"])
        #expect(faults { $0.bulky?.items[0].litres = 4000 } == ["bulky.items/mattress"])
        #expect(faults { $0.bulky?.notice = 0 } == ["bulky"])
        #expect(
            faults {
                $0.notices = [
                    Notice(code: "a", level: .info, title: Words("a", "a"), text: Words("", ""), from: City.start, until: City.start)
                ]
            } == ["alerts/a"])
    }
}
