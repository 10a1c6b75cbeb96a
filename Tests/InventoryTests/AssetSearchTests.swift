// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import JournalTesting
import Logging
import Testing

@testable import Inventory

@Suite struct AssetSearchTests {
    private static let file = """
        id;kind;name;address
        L-10;lamp;;Place de la Libération 12
        L-1;lamp;Œuvre;
        L-100;lamp;;rue de l’Église
        L-2;lamp;;rue liberte 3
        A-21231-00042;cabinet;Armoire 12;Place de la Libération
        L-3;lamp;;12 avenue du Drapeau

        """

    private func found(_ world: World, _ text: String, limit: Int = 20) throws -> [String] {
        try world.journal.readHere { try AssetSearchStore.search(text, limit: limit, in: $0) }.map(\.id.text)
    }

    @Test(arguments: TestJournal.engines) func wordsAreFoundByTheirBeginningsWithoutCaseAndAccents(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(Self.file)
        #expect(try found(world, "LIBERATION place") == ["L-10", "A-21231-00042"])
        #expect(try found(world, "liberat 12") == ["L-10", "A-21231-00042"])
        #expect(try found(world, "liberte 12").isEmpty, "'liberte' begins no word of the Place de la Libération")
        #expect(try found(world, "liber") == ["L-10", "L-2", "A-21231-00042"])
        #expect(try found(world, "beration").isEmpty, "the middle of a word is no beginning")
        #expect(try found(world, "oeuvre") == ["L-1"] && found(world, "ŒUV") == ["L-1"])
        #expect(try found(world, "l'eglise") == ["L-100"] && found(world, "église rue") == ["L-100"])
        #expect(try found(world, "12") == ["L-10", "A-21231-00042", "L-3"])
    }

    /// The index keeps beginnings of six letters ready; what is longer is told apart among those that only begin alike, few or many.
    @Test(arguments: TestJournal.engines) func longWordsAreToldApartFromThoseThatOnlyBeginAlike(_ engine: Engine) throws {
        let world = try World(engine)
        let alike = (1...150).map { "L-\($0);lamp;Candélabrum \($0);" }
        let meant = (151...154).map { "L-\($0);lamp;Candélabre \($0);rue d'Auxonne, dit candelabrus" }
        try world.importing((["id;kind;name;address"] + alike + meant).joined(separator: "\n") + "\n")
        #expect(try found(world, "candelabre", limit: 2) == ["L-151", "L-152"], "they stand behind 150 that begin alike")
        #expect(try found(world, "candélabrum", limit: 3) == ["L-1", "L-2", "L-3"])
        #expect(try found(world, "candelabre 153") == ["L-153"] && found(world, "153 candelabrum").isEmpty)
        #expect(try found(world, "candelabr", limit: 500).count == 154 && found(world, "andelabre").isEmpty)
        #expect(try found(world, "candelabrus auxonne candelabre").count == 4 && found(world, "candelabra").isEmpty)
    }

    @Test(arguments: TestJournal.engines) func theExactIdentityComesFirstThenThoseThatBeginSo(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(Self.file)
        #expect(try found(world, "l-1").prefix(3) == ["L-1", "L-10", "L-100"])
        #expect(try found(world, "l-1", limit: 1) == ["L-1"])
        #expect(try found(world, "a-21231-0") == ["A-21231-00042"])
        #expect(try found(world, "00042") == ["A-21231-00042"] && found(world, "21231 42").isEmpty)
    }

    @Test(
        arguments: TestJournal.engines,
        ["%", "_", "  ", "\"", "*", "'", "a\" OR \"b", "NEAR(a b)", "-", ":", "& | !", "(", "'; DROP TABLE asset; --", "\0"])
    func whatIsNoWordFindsNothingAndBreaksNothing(_ engine: Engine, _ text: String) throws {
        let world = try World(engine)
        try world.importing(Self.file)
        #expect(try found(world, text).isEmpty)
    }

    @Test(arguments: TestJournal.engines) func theIndexFollowsEveryChange(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(Self.file)
        try world.importing("id;kind;name;address\nL-3;lamp;;boulevard de Sévigné\nL-4;lamp;;quai Galliot\n", file: "second.csv")
        #expect(try found(world, "drapeau").isEmpty && found(world, "sevigne") == ["L-3"] && found(world, "galliot") == ["L-4"])
        let change = try #require(try world.journal.readHere { try $0.row("SELECT MAX(number) FROM inventory_change")?.integer(0) })
        _ = try ImportUndoStore.run(change, by: "marie", at: world.now, in: world.journal)
        #expect(try found(world, "drapeau") == ["L-3"] && found(world, "sevigne").isEmpty)
    }

    @Test(arguments: TestJournal.engines) func kindAndCommuneAreAskedTogetherWithTheWords(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(Self.file)
        try world.journal.writeHere { try $0.run("UPDATE asset SET commune = '21231' WHERE id IN ('L-10', 'L-2')") }
        func numbers(_ limits: AssetSearchStore.Limits) throws -> [String] {
            try world.journal.readHere { transaction in
                try AssetSearchStore.numbers("liber", limits: limits, limit: 10, in: transaction).compactMap {
                    try AssetStore.find($0, in: transaction)?.id.text
                }
            }
        }
        #expect(try numbers(.init(kind: "cabinet")) == ["A-21231-00042"])
        #expect(try numbers(.init(communes: ["21231"])) == ["L-10", "L-2"])
        #expect(try numbers(.init(kind: "lamp", communes: [""])).isEmpty)
        #expect(try numbers(.init(communes: [])).isEmpty)
    }

    /// An archive is restored row by row: the index must be whole afterwards.
    @Test(arguments: TestJournal.engines) func aRestoredJournalFindsTheSame(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(Self.file)
        let folder = FileManager.default.temporaryDirectory.appending(path: "vigie-search-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (backup, place) = (folder.path(percentEncoded: false) + "/a.vigie", folder.path(percentEncoded: false) + "/b.sqlite")
        try world.journal.backup(to: backup, asArchive: true)
        let restored = try Journal.restore(
            from: backup, to: .file(place), migrations: InventorySchema.migrations, log: .init(label: "test"))
        #expect(try restored.readHere { try AssetSearchStore.search("liberat 12", in: $0) }.map(\.id.text) == ["L-10", "A-21231-00042"])
    }
}
