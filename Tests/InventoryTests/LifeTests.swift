// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import JournalTesting
import Testing

@Suite struct LifeTests {
    private let file = "id;kind;name;supply_parent\nC-1;cabinet;Armoire;\nL-1;lamp;un;C-1\nL-2;lamp;deux;C-1\n"

    @Test(arguments: TestJournal.engines) func undoingAnImportRemovesWhatItAddedAndRestoresWhatItChanged(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(file)
        try world.importing("id;kind;name\nL-1;lamp;other\nL-3;lamp;trois\n")
        let result = try ImportUndoStore.run(2, by: "paul", at: world.now, in: world.journal)
        #expect(result.removed == 1 && result.restored == 1 && result.kept.isEmpty && result.change == 3)
        #expect(try world.asset("L-1")?.name == "un")
        #expect(try world.asset("L-3")?.removal?.author == "paul")
        #expect(try world.all().map(\.id.text) == ["C-1", "L-1", "L-2"])
        #expect(try world.history("L-1").map(\.what) == [.commissioned, .changed, .changed])
        #expect { _ = try ImportUndoStore.run(2, by: "paul", at: world.now, in: world.journal) } throws: {
            "\($0)".contains("undone already, by change 3")
        }
    }

    @Test(arguments: TestJournal.engines) func importingAgainAfterAnUndoBringsBackTheSameNumbers(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(file)
        _ = try ImportUndoStore.run(1, by: "paul", at: world.now, in: world.journal)
        #expect(try world.all().isEmpty)
        let again = try world.importing(file)
        #expect(again.count(.changed) == 3)
        #expect(try world.all().map(\.number.value) == [0, 1, 2])
        #expect(try world.history("L-1").map(\.what) == [.commissioned, .removed, .reinstated])
    }

    @Test(arguments: TestJournal.engines) func whatWasChangedSinceStaysAndIsSaid(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(file)
        try world.journal.writeHere { transaction in
            let id = try #require(Asset.ID("L-2"))
            var lamp = try #require(try AssetStore.find(id, in: transaction))
            lamp.name = "edited"
            #expect(try LifeStore.edit(lamp, by: "luc", reason: "wrong sign", at: world.now, in: transaction) != nil)
            #expect(try LifeStore.edit(lamp, by: "luc", reason: "again", at: world.now, in: transaction) == nil)
        }
        let result = try ImportUndoStore.run(1, by: "paul", at: world.now, in: world.journal)
        #expect(result.removed == 1)
        #expect(result.kept.map(\.id).sorted() == ["C-1", "L-2"])
        #expect(result.kept.first { $0.id == "L-2" }?.reason.contains("changed since by luc") == true)
        #expect(result.kept.first { $0.id == "C-1" }?.reason == "L-2 hangs below it and stays")
        #expect(try world.all().map(\.id.text) == ["C-1", "L-2"])
    }

    @Test(arguments: TestJournal.engines) func anImportThatWasTakenBackSinceDoesNotHoldUpAnother(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(file)
        try world.importing("id;kind;name\nL-1;lamp;other\n")
        _ = try ImportUndoStore.run(2, by: "paul", at: world.now, in: world.journal)
        let result = try ImportUndoStore.run(1, by: "paul", at: world.now, in: world.journal)
        #expect(result.removed == 3 && result.kept.isEmpty)
        #expect(try world.all().isEmpty)
    }

    @Test(arguments: TestJournal.engines) func onlyAnImportIsUndone(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(file)
        #expect { _ = try ImportUndoStore.run(9, by: "p", at: world.now, in: world.journal) } throws: {
            "\($0)".contains("one of the last imports: 1 (test.csv")
        }
    }

    @Test(arguments: TestJournal.engines) func outOfServiceIsARecordWithItsAuthor(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(file)
        let lamp = try #require(try world.asset("L-1")).number
        try world.journal.writeHere { transaction in
            #expect(throws: LifeStore.Refused.inService) { try LifeStore.returnToService(lamp, by: "luc", at: world.now, in: transaction) }
            #expect(throws: LifeStore.Refused.emptyReason) {
                try LifeStore.takeOutOfService(lamp, by: "luc", reason: "", at: world.now, in: transaction)
            }
            try LifeStore.takeOutOfService(lamp, by: "luc", reason: "works", at: world.now, in: transaction)
            #expect(throws: LifeStore.Refused.alreadyOutOfService(since: world.now, by: "luc")) {
                try LifeStore.takeOutOfService(lamp, by: "eve", reason: "x", at: world.now, in: transaction)
            }
        }
        #expect(try world.asset("L-1")?.outage == Outage(since: world.now, author: "luc", reason: "works"))
        #expect(try world.all().filter { !$0.isInService }.map(\.id.text) == ["L-1"])
        try world.journal.writeHere { _ = try LifeStore.returnToService(lamp, by: "eve", at: world.now + .hours(1), in: $0) }
        #expect(try world.asset("L-1")?.isInService == true)
        #expect(try world.history("L-1").map(\.what) == [.commissioned, .outOfService, .backInService])
        #expect(try world.revision() == 3)
    }

    @Test(arguments: TestJournal.engines) func anAssetWithOthersBelowItIsNotRemoved(_ engine: Engine) throws {
        let world = try World(engine)
        try world.importing(file)
        let cabinet = try #require(try world.asset("C-1")).number, lamp = try #require(try world.asset("L-1")).number
        try world.journal.writeHere { transaction in
            #expect(throws: LifeStore.Refused.hasChildren(2)) {
                try LifeStore.remove(cabinet, by: "luc", reason: "gone", at: world.now, in: transaction)
            }
            try LifeStore.remove(lamp, by: "luc", reason: "gone", at: world.now, in: transaction)
            #expect(throws: LifeStore.Refused.removed(at: world.now, by: "luc")) {
                try LifeStore.takeOutOfService(lamp, by: "luc", reason: "x", at: world.now, in: transaction)
            }
            #expect(throws: LifeStore.Refused.unknown(Asset.Number(99))) {
                try LifeStore.remove(Asset.Number(99), by: "luc", reason: "x", at: world.now, in: transaction)
            }
        }
        #expect(try world.journal.readHere { try AssetStore.children(of: cabinet, in: $0) }.map(\.id.text) == ["L-2"])
        let report = try world.importing("id;kind;supply_parent\nL-4;lamp;L-1\n")
        #expect(report.notes.first?.reason == "its parent was removed")
    }
}
