// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import JournalTesting
import Testing

@testable import Inventory

@Suite struct AddressTests {
    /// Lines as adresse.data.gouv.fr gives them ('adresses-21.csv'), with the columns that are left alone.
    static let header =
        "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;"
        + "type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n"

    static func line(
        _ id: String, _ house: Int, _ suffix: String, _ street: String, _ commune: String = "Dijon", at: (Double, Double)
    ) -> String {
        let (insee, postcode) = commune == "Dijon" ? ("21231", "21000") : ("21166", "21300")
        return "\(id);;\(house);\(suffix);\(street);\(postcode);\(insee);\(commune);;;854000.1;6692000.2;\(at.0);\(at.1);entrée;;;"
            + "\(commune.uppercased());;commune;commune;1;\n"
    }

    static let streets = [
        "Avenue Victor Hugo", "Rue de la Liberté", "Place de la Libération", "Boulevard de Sévigné", "Rue du 8 Mai 1945",
        "Rue Saint-Bénigne",
        "Rue d'Ahuy", "Allée Félix Tissot", "Rue du Faubourg Raines", "Rue Mariotte", "Route de Dijon",
    ]

    /// Each street with the houses 1 to 40, and 12 bis; the last two in Chenôve, with one more Rue de la Liberté.
    static func table() -> String {
        var text = header
        for (i, street) in (streets + ["Rue de la Liberté"]).enumerated() {
            let commune = i >= 9 ? "Chenôve" : "Dijon"
            for house in 1...40 {
                let at = (5.0 + Double(i) * 0.003, 47.3 + Double(house) * 0.0001)
                text += line("X_\(i)_\(house)", house, "", street, commune, at: at)
                if house == 12 { text += line("X_\(i)_12_bis", 12, "bis", street, commune, at: (at.0 + 0.00002, at.1)) }
            }
        }
        return text
    }

    static func index(_ text: String = table()) throws -> AddressIndex {
        let journal = try TestJournal.open(.sqlite, AddressSchema.migrations)
        try AddressTests.importing(text, into: journal)
        return try journal.readHere { transaction in
            var found: [Address] = []
            try AddressStore.each(in: transaction) { found.append($0) }
            return AddressIndex(found)
        }
    }

    @discardableResult
    static func importing(
        _ text: String, whole: Bool = false, dry: Bool = false, into journal: Journal
    ) throws -> AddressImport.Report {
        try AddressImport.run(
            Array(text.utf8), .init(author: "marie", file: "adresses-21.csv", isDryRun: dry, isWhole: whole), into: journal,
            at: Instant(year: 2026, month: 11, day: 21, hour: 18))
    }

    private func all(_ journal: Journal) throws -> [String: Address] {
        try journal.readHere { transaction in
            var found: [String: Address] = [:]
            try AddressStore.each(in: transaction) { found[$0.id] = $0 }
            return found
        }
    }

    @Test(arguments: [Engine.sqlite, .postgres])
    func aFileIsImportedOnceAndAgainWithoutATrace(_ engine: Engine) throws {
        let journal = try TestJournal.open(engine, AddressSchema.migrations)
        let text = AddressTests.header + AddressTests.line("A", 12, "bis", "Rue d'Ahuy", at: (5.03, 47.33))
        #expect(try AddressTests.importing(text, dry: true, into: journal).lines.count(.accepted) == 1)
        #expect(try all(journal).isEmpty)
        let first = try AddressTests.importing(text, into: journal)
        #expect(first.lines.change == 1)
        let expected = Address(
            id: "A", house: 12, suffix: "bis", street: "Rue d'Ahuy", postcode: "21000", insee: "21231", commune: "Dijon",
            place: Place(longitude: 5.03, latitude: 47.33))
        #expect(try all(journal) == ["A": expected])
        let again = try AddressTests.importing(text, into: journal)
        #expect(again.lines.change == nil && again.lines.count(.unchanged) == 1)
        #expect(try journal.readHere { try AddressStore.revision(in: $0) } == 1)
    }

    @Test(arguments: [Engine.sqlite, .postgres])
    func anImportIsTakenBackButWhatALaterOneTouchedStays(_ engine: Engine) throws {
        let journal = try TestJournal.open(engine, AddressSchema.migrations)
        let (a, b, c) = (
            AddressTests.line("A", 1, "", "Rue A", at: (5, 47.3)), AddressTests.line("B", 2, "", "Rue A", at: (5, 47.3)),
            AddressTests.line("C", 3, "", "Rue A", at: (5, 47.3))
        )
        let movedA = AddressTests.line("A", 1, "", "Rue A", at: (5.001, 47.3))
        try AddressTests.importing(AddressTests.header + a + b, into: journal)
        let before = try all(journal)
        let second = try AddressTests.importing(AddressTests.header + movedA + c, whole: true, into: journal)
        #expect(second.removed == 1 && second.lines.count(.changed) == 1 && second.lines.count(.accepted) == 1)
        #expect(try Set(all(journal).keys) == ["A", "C"])
        func undo(_ number: Int64) throws -> AddressStore.Undone {
            try journal.writeHere { try AddressStore.undo(number, by: "marie", at: Instant(milliseconds: 0), in: $0) }
        }
        // The first import cannot reach A any more, which the second moved; B is gone already.
        let done = try undo(2)
        #expect(done.removed == 1 && done.restored == 2 && done.kept == 0)
        #expect(try all(journal) == before)
        #expect(throws: ImportProblem.self) { try undo(2) }
        #expect(throws: ImportProblem.self) { try undo(99) }
        try AddressTests.importing(AddressTests.header + movedA, into: journal)
        let kept = try undo(1)
        #expect(kept.kept == 2 && kept.removed == 0)
        #expect(try all(journal)["A"]?.place.longitude == 5.001)
    }

    @Test func badLinesAreRefusedOneByOneAndTheOthersTaken() throws {
        let journal = try TestJournal.open(.sqlite, AddressSchema.migrations)
        let good = AddressTests.line("A", 1, "", "Rue A", at: (5, 47.3))
        let text =
            AddressTests.header + good + good + AddressTests.line("B", -1, "", "Rue A", at: (5, 47.3))
            + AddressTests.line("C", 1, "", "", at: (5, 47.3)) + AddressTests.line("D", 1, "", "Rue A", at: (500, 47.3))
            + "E;;x;;Rue A;21000;2123;Dijon;;;;;5;47.3\n"
        let report = try AddressTests.importing(text, into: journal).lines
        #expect(report.count(.accepted) == 1 && report.count(.refused) == 5)
        #expect(report.notes.map(\.field) == ["id", "numero", "nom_voie", "position", "numero"])
        #expect(throws: ImportProblem.self) { try AddressTests.importing("a;b\n1;2\n", into: journal) }
    }

    @Test func aFileWithoutDegreesIsReadInLambert93() throws {
        let journal = try TestJournal.open(.sqlite, AddressSchema.migrations)
        try AddressTests.importing(
            "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y\nA;1;;Rue A;21000;21231;Dijon;854000;6692000\n", into: journal)
        let place = try #require(try all(journal)["A"]).place
        #expect(abs(place.longitude - 5.04) < 0.1 && abs(place.latitude - 47.32) < 0.1)
    }

    /// The question, and the address that must stand first.
    @Test(arguments: [
        ("12 bis avenue victor hugo dijon", "12 bis Avenue Victor Hugo, 21000 Dijon"),
        ("12bis av victor hugo", "12 bis Avenue Victor Hugo, 21000 Dijon"),
        ("12 b av victor hugo dijon", "12 bis Avenue Victor Hugo, 21000 Dijon"),
        ("12 av victro hugo", "12 Avenue Victor Hugo, 21000 Dijon"),
        ("21000 12 avenue vicor hugo", "12 Avenue Victor Hugo, 21000 Dijon"),
        ("dijon 7 pl de la liberation", "7 Place de la Libération, 21000 Dijon"),
        ("7 place libér", "7 Place de la Libération, 21000 Dijon"),
        ("bd sevigne 3", "3 Boulevard de Sévigné, 21000 Dijon"),
        ("8 rue du 8 mai 1945", "8 Rue du 8 Mai 1945, 21000 Dijon"),
        ("rue du 8 mai", "Rue du 8 Mai 1945, 21000 Dijon"),
        ("5 r st benigne", "5 Rue Saint-Bénigne, 21000 Dijon"),
        ("5 rue dahuy", "5 Rue d'Ahuy, 21000 Dijon"),
        ("5 rue saintbenigne", "5 Rue Saint-Bénigne, 21000 Dijon"),
        ("5 rue mari otte", "5 Rue Mariotte, 21300 Chenôve"),
        ("9 fg raines", "9 Rue du Faubourg Raines, 21000 Dijon"),
        ("4 rte de dijon chenove", "4 Route de Dijon, 21300 Chenôve"),
        ("15 rue de la liberte 21300", "15 Rue de la Liberté, 21300 Chenôve"),
        ("15 rue de la liberte chnove", "15 Rue de la Liberté, 21300 Chenôve"),
        ("ALLÉE FÉLIX TISSOT 2", "2 Allée Félix Tissot, 21000 Dijon"),
    ])
    func aQuestionFindsItsAddress(_ question: String, _ label: String) throws {
        let found = AddressSearch(try AddressTests.index()).find(question)
        #expect(found.first?.label == label, "\(found.map(\.label))")
    }

    @Test func aNumberThatTheStreetHasNotShowsTheStreetThere() throws {
        let index = try AddressTests.index()
        let found = try #require(AddressSearch(index).find("60 avenue victor hugo").first)
        #expect(!found.isExact && found.house == 0)
        #expect(found.place == Place(longitude: 5.0, latitude: 47.304))
        let withoutBis = try #require(AddressSearch(index).find("7 ter avenue victor hugo").first)
        #expect(!withoutBis.isExact && withoutBis.line == "7 Avenue Victor Hugo")
    }

    @Test func nearnessBreaksTies() throws {
        let index = try AddressTests.index()
        func first(_ longitude: Double) -> String? {
            AddressSearch(index).find("3 rue de la liberte", near: Place(longitude: longitude, latitude: 47.3)).first?.commune
        }
        #expect(first(5.003) == "Dijon")
        #expect(first(5.033) == "Chenôve")
    }

    @Test func theNearestAddressesOfAPositionAgreeWithALookAtAll() throws {
        let index = try AddressTests.index()
        for step in 0..<40 {
            let place = Place(longitude: 4.999 + Double(step) * 0.0009, latitude: 47.2995 + Double(step % 7) * 0.0008)
            let truth = (0..<index.count).map { index.place($0).metres(to: place) }.sorted().filter { $0 <= 500 }.prefix(3)
            let found = index.nearest(to: place, limit: 3).compactMap(\.metres)
            #expect(found == Array(truth))
        }
        #expect(index.nearest(to: Place(longitude: 2.35, latitude: 48.85)).isEmpty)
        #expect(index.nearest(to: Place(longitude: .nan, latitude: 0)).isEmpty)
    }

    @Test func oddQuestionsCostNothingAndBreakNothing() throws {
        let search = AddressSearch(try AddressTests.index())
        let odd = [
            "", " ", "'", ";;;", "🙂", "0", "99999999999", "é è ç", "12", "bis", "b", "12 12 12 12", String(repeating: "a", count: 5000),
        ]
        for text in odd {
            #expect(search.find(text).count <= 5)
        }
        #expect(AddressSearch(AddressIndex([])).find("rue").isEmpty)
    }

    @Test func slipsAreCountedAsPeopleMakeThem() {
        var rows = SlipRows()
        func distance(_ a: String, _ b: String) -> [Int] {
            Array(a.utf8).withUnsafeBufferPointer { a in
                Array(b.utf8).withUnsafeBufferPointer { b in
                    let found = rows.distances(a, b, limit: 2)
                    return [found.whole, found.beginning]
                }
            }
        }
        #expect(distance("victor", "victor") == [0, 0])
        #expect(distance("victro", "victor") == [1, 1])
        #expect(distance("vctor", "victor") == [1, 1])
        #expect(distance("libra", "liberation") == [3, 1])
        #expect(distance("abc", "xyz") == [3, 3])
    }

    @Test func theShelfIsMadeAnewAfterAnImportOnly() async throws {
        let journal = try TestJournal.open(.sqlite, AddressSchema.migrations)
        let shelf = AddressShelf(journal: journal)
        #expect(try await shelf.refresh() == false)
        try AddressTests.importing(AddressTests.table(), into: journal)
        #expect(try await shelf.refresh())
        #expect(shelf.index.count == 12 * 41)
        #expect(try await shelf.refresh() == false)
    }
}
