// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Journal
import JournalTesting
import Testing

@Suite struct AssetImportTests {
    private let header = "id;kind;name;address;lon;lat;supply_parent;link_parent;period;power;mast\n"

    private func refusals(_ report: ImportReport) -> [ImportReport.Note] { report.notes.filter(\.isRefusal) }

    @Test(arguments: TestJournal.engines) func aFileBecomesAssetsWithTheirParentsInAnyOrder(_ engine: Engine) throws {
        let world = try World(engine)
        let report = try world.importing(
            header
                + "L-1;lamp;;12 rue Musette;5,0415;47,3216;C-1;G-1;300;38,5;acier\nC-1;cabinet;Armoire 1;;5.04;47.32;;;;;\nG-1;gateway;;;;;C-1;;60;;\n"
        )
        #expect(report.count(.accepted) == 3 && report.count(.refused) == 0 && report.change == 1)
        let lamp = try #require(try world.asset("L-1"))
        #expect(lamp.number == Asset.Number(0) && lamp.place == Place(longitude: 5.0415, latitude: 47.3216))
        #expect(lamp.supplyParent == Asset.Number(1) && lamp.linkParent == Asset.Number(2))
        #expect(lamp.period == .seconds(300) && lamp.ratedPower == 38.5 && lamp.address == "12 rue Musette")
        #expect(lamp.attributes.values == ["mast": .text("acier")] && lamp.commissionedAt == world.now && lamp.isInService)
        let gateway = try #require(try world.asset("G-1"))
        #expect(gateway.place == nil && gateway.supplyParent == Asset.Number(1) && gateway.attributes.isEmpty)
    }

    @Test(arguments: TestJournal.engines) func theSameFileAgainChangesNothingAndLeavesNoTrace(_ engine: Engine) throws {
        let world = try World(engine)
        let text = header + "L-1;lamp;a;b;5.1;47.1;C-1;;300;38;x\nC-1;cabinet;;;;;;;;;\n"
        try world.importing(text)
        let again = try world.importing(text)
        #expect(again.count(.unchanged) == 2 && again.change == nil)
        #expect(try world.revision() == 1)
        #expect(try world.history("L-1").map(\.what) == [.commissioned])
    }

    @Test(arguments: TestJournal.engines) func aDryRunSaysTheSameAndWritesNothing(_ engine: Engine) throws {
        let world = try World(engine)
        let text = header + "L-1;lamp;;;5.1;47.1;;;;;\nL 2;lamp;;;5.1;47.1;;;;;\n"
        let dry = try world.importing(text, isDryRun: true)
        #expect(try world.all().isEmpty && world.revision() == 0)
        let real = try world.importing(text)
        #expect(dry.count(.accepted) == real.count(.accepted) && dry.count(.refused) == real.count(.refused) && dry.notes == real.notes)
    }

    @Test(arguments: TestJournal.engines) func whatDiffersIsChangedFieldByFieldAndTheRestStays(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(header + "L-1;lamp;old;rue A;5.1;47.1;;;300;38;acier\n")
        let report = try world.importing("id;name;mast;height\nL-1;new;;8\n", file: "second.csv")
        #expect(report.count(.changed) == 1)
        let lamp = try #require(try world.asset("L-1"))
        #expect(lamp.name == "new" && lamp.address == "rue A" && lamp.ratedPower == 38 && lamp.attributes.values == ["height": .number(8)])
        let event = try #require(try world.history("L-1").last)
        #expect(event.what == .changed && event.source == "second.csv" && event.author == "marie" && event.at == world.now)
        #expect(event.fields.first { $0.name == "name" } == .init(name: "name", before: "old", after: "new"))
    }

    @Test(arguments: [
        ("L é 1;lamp;;;5;47;;;;;", "id", "such as 'L-E-1'"), (";lamp;;;5;47;;;;;", "id", "1 to 64"),
        ("L-2;lamp;;;5;x;;;;;", "position", "numbers such as"), ("L-2;lamp;;;5;;;;;;", "position", "numbers such as"),
        ("L-2;lamp;;;850000;6700000;;;;;", "position", "look like Lambert-93"),
        ("L-2;lamp;;;5;47;NONE;;;;", "supply_parent", "an asset that stands"),
        ("L-2;lamp;;;5;47;;NONE;;;", "link_parent", "an asset that stands"),
        ("L-2;lamp;;;5;47;;;0;;", "period", "from 1"), ("L-2;lamp;;;5;47;;;;-1;", "power", "from 0"),
        ("L-1;lamp;;;5;47;;;;;", "id", "one line for each identity"), ("L-2;lamp;;;5;47;L-2;;;;", "supply_parent", "end at a root"),
    ])
    func aLineThatIsWrongIsRefusedAndSaysWhatWouldBeRight(_ line: String, _ field: String, _ right: String) throws {
        let world = try World()
        let report = try world.importing(header + "L-1;lamp;;;5;47;;;;;\n" + line + "\nL-3;lamp;;;5;47;;;;;\n")
        #expect(report.count(.accepted) == 2 && report.count(.refused) == 1)
        let note = try #require(refusals(report).first)
        #expect(note.line == 3 && note.field == field && note.right.contains(right), "\(note)")
        #expect(try world.all().map(\.id.text) == ["L-1", "L-3"])
        #expect(report.csv().contains("\n3;"))
    }

    @Test(arguments: TestJournal.engines) func circlesAreRefusedWithAllWhoHangOnThem(_ engine: Engine) throws {
        let world = try World(engine)
        let report = try world.importing("id;kind;supply_parent\nA;x;B\nB;x;C\nC;x;A\nD;x;C\nE;x;\nF;x;E\n")
        #expect(report.count(.accepted) == 2 && report.count(.refused) == 4)
        #expect(try world.all().map(\.id.text) == ["E", "F"])
        // A circle through what stands already: E below F, while F hangs below E.
        let second = try world.importing("id;kind;supply_parent\nE;x;F\n")
        #expect(second.count(.refused) == 1 && refusals(second).first?.reason.contains("circle") == true)
        #expect(try world.asset("E")?.supplyParent == Asset.Number.none)
    }

    @Test(arguments: TestJournal.engines) func aKindThatNoDeskKnowsIsRefusedAndAKindNeverChanges(_ engine: Engine) throws {
        let world = try World(engine)
        let lamp = Kind(
            name: "lamp", title: Words("Point lumineux", "Lamp"), properties: [], conditions: [], states: [], period: .minutes(5),
            attributes: [
                AttributeSpec(key: "height", title: Words("Hauteur", "Height"), unit: "m", form: .number(0...40)),
                AttributeSpec(key: "led", title: Words("LED", "LED"), form: .flag),
                AttributeSpec(key: "mast", title: Words("Mât", "Mast"), form: .choice(["Acier", "Béton"])),
            ])
        let report = try world.importing(
            "id;kind;height;led;mast\nA;lamp;7,5;oui;beton\nB;lmap;;;\nC;lamp;70;;\nD;lamp;;peut-être;\nE;lamp;;;bois\n", kinds: [lamp])
        #expect(try world.all().map(\.id.text) == ["A"])
        #expect(try world.asset("A")?.attributes.values == ["height": .number(7.5), "led": .flag(true), "mast": .text("Béton")])
        #expect(refusals(report).map(\.field).sorted() == ["height", "kind", "led", "mast"])
        #expect(refusals(report).first { $0.field == "height" }?.right == "a number from 0 to 40 m")
        let other = try world.importing("id;kind\nA;cabinet\n")
        #expect(refusals(other).first?.reason == "this asset is a lamp here")
    }

    @Test(arguments: TestJournal.engines) func anIdentityIsMadeWhereTheFileHasNone(_ engine: Engine) throws {
        let world = try World(engine)
        var mapping = ImportMapping(fields: [
            .id: .init(.template(try #require(Template("L-{place}{twin}")))), .kind: .init(.constant("lamp")),
        ])
        mapping.attributes = [:]
        let text = "type;lon;lat\na;5.0415;47.3216\nb;5.0415;47.3216\nc;-1.5;47\n"
        try world.importing(text, mapping)
        #expect(try world.all().map(\.id.text) == ["L-5.041500_47.321600", "L-5.041500_47.321600-2", "L--1.500000_47.000000"])
        #expect(try world.importing(text, mapping).count(.unchanged) == 3)
        #expect { _ = try World(engine).importing(text) } throws: { "\($0)".contains("no column for the identity") }
    }

    @Test(arguments: TestJournal.engines) func unitsAreConvertedAndMissingTextsAreNothing(_ engine: Engine) throws {
        let world = try World(engine)
        let mapping = ImportMapping(
            fields: [.power: .init(.column("P"), factor: 1000), .period: .init(.column("min"), factor: 60)],
            attributes: ["h": .init(.column("H"), factor: 0.01)])
        try world.importing("id;P;min;H\nL-1;0,038;5;850\nL-2;#N/A;NULL;\n", mapping)
        let lamp = try #require(try world.asset("L-1"))
        #expect(lamp.ratedPower == 38 && lamp.period == .minutes(5) && lamp.attributes["h"] == .number(8.5))
        #expect(try world.asset("L-2")?.ratedPower == nil && world.asset("L-2")?.period == nil)
    }

    @Test func anIdentityMadeOfThePositionNeedsOne() throws {
        let mapping = ImportMapping(fields: [.id: .init(.template(try #require(Template("MTP-{place}{twin}"))))])
        let report = try World().importing("lon;lat\n5.1;47.1\n;\n", mapping)
        #expect(report.count(.accepted) == 1 && refusals(report).map(\.line) == [3])
        #expect(refusals(report).first?.reason == "is made of the position, and there is none")
    }

    @Test(arguments: TestJournal.engines) func controlCharactersAndEndlessTextsAreRefusedAndNotPrinted(_ engine: Engine) throws {
        let world = try World(engine)
        let long = String(repeating: "é", count: 2_001)
        let report = try world.importing(
            header + "L-1;lamp;a\u{0}b;;;;;;;;\nL-2;lamp;;\(long);;;;;;;\nL-3;lamp;;;;;;;;;\u{1B}[2J\nL-4;lamp;;;;;;;;;x\n")
        #expect(report.count(.accepted) == 1)
        #expect(refusals(report).map(\.field) == ["name", "address", "mast"])
        #expect(refusals(report).first?.reason == "holds the control character U+0000")
        #expect(refusals(report).last?.value == "\u{FFFD}[2J" && refusals(report)[1].value.count == 121)
    }

    @Test func theReportOfEveryLineKeepsAllRemarksWithTheirIdentity() throws {
        let world = try World()
        let lines = (1...40).map { $0.isMultiple(of: 2) ? "L-\($0);lamp;5;47;-1\n" : "L-\($0);lamp;5;47;1\n" }
        let bytes = Array(("id;kind;lon;lat;power\n" + lines.joined()).utf8)
        for (most, known) in [(5, 5), (Int.max, 20)] {
            let report = try AssetImport.run(
                bytes, AssetImport.Options(isDryRun: true, file: "f.csv", mostNotes: most), into: world.journal, at: world.now)
            let csv = report.csv().split(separator: "\n").dropFirst()
            #expect(csv.count == 40 && csv.count { $0.contains("not a number in its range") } == known)
            #expect(report.notesLeftOut == 20 - known && csv.first == "2;L-1;accepted;;;;")
        }
    }

    @Test(arguments: TestJournal.engines) func aMappingThatNamesAColumnWhichIsNotThereSaysWhichAre(_ engine: Engine) throws {
        let mapping = ImportMapping(fields: [.name: .init(.column("Nomm"))])
        #expect { _ = try World(engine).importing("id;Nom\n1;a\n", mapping) } throws: {
            "\($0)".contains("'nomm'") && "\($0)".contains("id, nom")
        }
    }

    @Test(arguments: TestJournal.engines) func lambert93AndCC47AreFoundByThemselvesAndExchangedAxesAreSaid(_ engine: Engine) throws {
        let place = Place(longitude: 5.0415, latitude: 47.3220)
        for (conic, name) in [(LambertConic.lambert93, "Lambert-93"), (LambertConic.conic9(zone: 47), "CC47")] {
            let world = try World(engine)
            let (x, y) = conic.project(place)
            let report = try world.importing("id;x;y\nL-1;\(x.description.replacing(".", with: ","));\(y)\n")
            #expect(report.crs.contains(name))
            #expect(try #require(try world.asset("L-1")?.place).metres(to: place) < 0.001)
        }
        #expect { _ = try World(engine).importing("id;lon;lat\nL-1;47.3;5.04\nL-2;47.2;5.03\n") } throws: { "\($0)".contains("exchanged") }
    }

    @Test(arguments: TestJournal.engines) func aGeoJSONWithPropertiesThatComeAndGoIsRead(_ engine: Engine) throws {
        let world = try World(engine)
        let text =
            #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"L-1","kind":"lamp"},"geometry":{"type":"Point","coordinates":[5.1,47.1]}},{"type":"Feature","properties":{"id":"L-2","kind":"lamp","height":8},"geometry":{"type":"Point","coordinates":[5.2,47.2]}},{"type":"Feature","properties":{"id":"L-3","kind":"lamp"},"geometry":{"type":"LineString","coordinates":[[5,47],[6,48]]}}]}"#
        let report = try world.importing(text)
        #expect(report.count(.accepted) == 2 && report.unit == "feature")
        #expect(try world.asset("L-2")?.attributes["height"] == .number(8))
        #expect(try world.asset("L-1")?.place == Place(longitude: 5.1, latitude: 47.1))
        #expect(refusals(report).first?.line == 3 && refusals(report).first?.field == "geometry")
    }

    @Test(arguments: TestJournal.engines) func aPlaceOutsideAllAreasIsTakenAndSaid(_ engine: Engine) throws {
        let world = try World(engine)
        let text =
            #"{"type":"Feature","properties":{"insee":"21999","nom":"Essai"},"geometry":{"type":"Polygon","coordinates":[[[5,47],[6,47],[6,48],[5,48],[5,47]]]}}"#
        _ = try AreaImport.areas(Array(text.utf8), file: "a", author: "t", into: world.journal, at: world.now)
        let report = try world.importing("id;lon;lat\nL-1;5.5;47.5\nL-2;7;47.5\n")
        #expect(
            report.count(.accepted) == 2 && report.outside == 1 && report.notes.first?.id == "L-2" && report.notes.first?.isRefusal == false
        )
        #expect(try world.asset("L-1")?.commune.insee == "21999" && world.asset("L-2")?.commune == .outside)
    }

    @Test(arguments: TestJournal.engines) func windows1252WithDecimalCommasIsRead(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(Array("id;adresse;lon;lat\nL-1;Place de la Lib".utf8) + [0xE9] + Array("ration;5,04;47,32\n".utf8))
        #expect(try world.asset("L-1")?.address == "Place de la Libération")
    }

    @Test(arguments: [
        "", "   \n", "{}", "{\"type\":\"Topology\"}", "[1]", "id;id\n1;2\n", "{\"type\":\"FeatureCollection\",\"features\":[{]}",
    ])
    func aFileThatIsNoneIsAnErrorAndNotATrap(_ text: String) throws {
        let world = try World()
        #expect(throws: (any Error).self) { _ = try world.importing(text) }
        #expect(try world.revision() == 0)
    }

    @Test(arguments: TestJournal.engines) func anExportIsReadBackToTheSameAssets(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(
            header + "L-1;lamp;a \"b\";rue; A;5.1;47.1;C-1;;300;38.5;x\n".replacing("rue; A", with: "\"rue; A\"") + "C-1;cabinet;;;;;;;;;\n"
        )
        let text = try world.journal.readHere { transaction in
            var text = ""
            try InventoryExport.csv(in: transaction) { text += $0 }
            return text
        }
        #expect(try world.importing(text).count(.unchanged) == 2)
        let other = try World(engine)
        try other.importing(text)
        for (a, b) in zip(try world.all(), try other.all()) {
            var b = b
            b.commissionedAt = a.commissionedAt
            #expect(a == b)
        }
    }

    @Test(.enabled(if: SharedData.isThere("lighting/montpellier_supports.csv"), "the shared data are not at hand"))
    func theLightPointsOfARealCityAreImported() throws {
        let world = try World()
        let mapping = ImportMapping(
            fields: [.id: .init(.template(try #require(Template("MTP-{place}{twin}")))), .kind: .init(.constant("lamp"))],
            attributes: ["fitting": .init(.column("type_lante"))])
        let report = try world.importing(try #require(SharedData.bytes("lighting/montpellier_supports.csv")), mapping)
        #expect(report.count(.accepted) == 29_969 && report.count(.refused) == 0)
        #expect(try world.journal.readHere { try AssetStore.count(in: $0) } == 29_969)
        let undone = try ImportUndoStore.run(1, by: "marie", at: world.now, in: world.journal)
        #expect(undone.removed == 29_969 && undone.kept.isEmpty)
        #expect(try world.all().isEmpty)
    }

    @Test(
        .enabled(
            if: SharedData.isThere("traffic/montpellier/Signalisation_VilleMTP_MTP_Signalisation.csv"), "the shared data are not at hand"))
    func aRealFileInLambert93WithDecimalCommasIsImported() throws {
        let world = try World()
        let mapping = ImportMapping(fields: [
            .id: .init(.template(try #require(Template("J-{line:4}")))), .kind: .init(.constant("junction")),
            .name: .init(.column("CAR_LIEU")),
        ])
        let report = try world.importing(
            try #require(SharedData.bytes("traffic/montpellier/Signalisation_VilleMTP_MTP_Signalisation.csv")), mapping)
        #expect(report.crs.contains("Lambert-93") && report.count(.refused) == 0 && report.count(.accepted) > 370)
        let first = try #require(try world.all().first)
        #expect(first.name == "Passage Piéton / Pont De Lavérune")
        #expect(try #require(first.place).metres(to: Place(longitude: 3.845, latitude: 43.605)) < 5000)
    }
}
