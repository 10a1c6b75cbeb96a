// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import JournalTesting
import Logging
import Synchronization
import Testing

@testable import Journal

@Suite("Journal")
struct JournalTests {
    static let migrations = [
        Migration(
            name: "test-1",
            sql: "CREATE TABLE pole (number BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, power DOUBLE PRECISION, photo BYTEA)")
    ]

    @Test(arguments: TestJournal.engines) func whatIsWrittenIsReadBack(engine: Engine) async throws {
        let journal = try TestJournal.open(engine, Self.migrations)
        try await journal.write { t in
            let n = try t.run("INSERT INTO pole (number, name, power, photo) VALUES (\(7), \("L'été"), \(38.5), \([0, 255, 0] as [UInt8]))")
            #expect(n == 1)
            #expect(try t.run("INSERT INTO pole (number, name, power) VALUES (\(Int64.min), \(""), \(Double?.none))") == 1)
            #expect(try t.run("UPDATE pole SET power = \(3) WHERE number < \(100)") == 2)
        }
        let row = try #require(try await journal.read { try $0.row("SELECT number, name, power, photo FROM pole WHERE number = \(7)") })
        #expect(row.values == [.integer(7), .text("L'été"), .real(3), .blob([0, 255, 0])])
        let sums = try await journal.read {
            try $0.row("SELECT COUNT(*), SUM(number + 1000), AVG(power), MAX(name), SUM(power) FROM pole WHERE number > 0")
        }
        #expect(sums?.values == [.integer(1), .integer(1007), .real(3), .text("L'été"), .real(3)])
        #expect(try await journal.read { try $0.row("SELECT photo, name FROM pole WHERE number < 0") }?.values == [.null, .text("")])
    }

    @Test(arguments: TestJournal.engines) func whatThrowsIsUndoneWhole(engine: Engine) async throws {
        struct Refused: Error {}
        let journal = try TestJournal.open(engine, Self.migrations)
        let kept = Mutex(0)
        await #expect(throws: Refused.self) {
            try await journal.write { t in
                t.afterCommit { kept.withLock { $0 += 1 } }
                try t.run("INSERT INTO pole (number, name) VALUES (1, 'a')")
                throw Refused()
            }
        }
        await #expect(throws: JournalError.self) {
            try await journal.write { t in
                try t.run("INSERT INTO pole (number, name) VALUES (1, 'a')")
                try t.run("INSERT INTO pole (number, name) VALUES (2, 'a')")
            }
        }
        #expect(try await journal.read { try $0.rows("SELECT * FROM pole") }.isEmpty)
        try await journal.write { t in t.afterCommit { kept.withLock { $0 += 1 } } }
        #expect(kept.withLock { $0 } == 1)
    }

    @Test(arguments: TestJournal.engines) func manyRowsGoInAndReplaceByKeyAndTheLastOfEqualsWins(engine: Engine) throws {
        let journal = try TestJournal.open(engine, Self.migrations)
        let columns = ["number", "name", "power", "photo"]
        func rows(_ numbers: [Int], _ word: String) -> [[Value]] {
            numbers.map {
                [.integer(Int64($0)), .text("\(word) \($0)"), $0 % 2 == 0 ? .null : .integer(Int64($0)), .blob([UInt8($0 % 256)])]
            }
        }
        try journal.writeHere { try $0.insert(into: "pole", columns, rows: rows(Array(1...1000), "a")) }
        #expect(throws: JournalError.self) {
            try journal.writeHere { try $0.insert(into: "pole", columns, rows: rows(Array(990...1050), "a")) }
        }
        for numbers in [Array(501...1500), [3, 4], [7, 7, 8]] {
            let more = rows(numbers, "b") + (numbers == [7, 7, 8] ? rows([7], "c") : rows([numbers[0]], "c"))
            try journal.writeHere { try $0.insert(into: "pole", columns, rows: more, orReplace: true, key: ["number"]) }
        }
        let names = try journal.readHere { try $0.rows("SELECT name, power FROM pole ORDER BY number") }
        #expect(names.count == 1500)
        #expect(
            [0, 2, 3, 6, 7, 500, 501, 1499].map { names[$0].text(0) } == ["a 1", "c 3", "b 4", "c 7", "b 8", "c 501", "b 502", "b 1500"])
        #expect(names[1].realOrNil(1) == nil && names[6].real(1) == 7)
    }

    @Test(arguments: TestJournal.engines) func aStreamMayUseTheTransactionWhileItRuns(engine: Engine) throws {
        let journal = try TestJournal.open(engine, Self.migrations)
        try journal.writeHere { t in
            try t.insert(into: "pole", ["number", "name"], rows: (1...5000).map { [.integer($0), .text("\($0)")] })
            var seen: [Int64] = []
            try t.each("SELECT number FROM pole WHERE number <= \(4500) ORDER BY number") { row in
                seen.append(row.integer(0))
                if row.integer(0) % 500 == 0 {
                    try t.each("SELECT number FROM pole WHERE number <= \(2) ORDER BY number") { seen.append(-$0.integer(0)) }
                }
            }
            #expect(seen.count == 4500 + 18 && seen.prefix(503).suffix(4) == [500, -1, -2, 501])
        }
    }

    @Test(arguments: TestJournal.engines) func aJournalOfALaterReleaseIsRefused(engine: Engine) throws {
        let scratch = try Scratch()
        let location = engine == .sqlite ? Journal.Location.file(scratch.path + "/j.db") : TestJournal.location(.postgres)
        let log = Logger(label: "test")
        let later = Self.migrations + [Migration(name: "test-2 more", sql: "CREATE TABLE mast (number BIGINT PRIMARY KEY)")]
        for migrations in [Self.migrations, later, later] { _ = try Journal.open(location, migrations: migrations, log: log) }
        #expect(throws: JournalError.newer(["test-2 more"])) { try Journal.open(location, migrations: Self.migrations, log: log) }
    }

    @Test func aFileIsWrittenAheadWithFullSyncAndLargePages() throws {
        let scratch = try Scratch()
        let journal = try Journal.open(.file(scratch.path + "/j.db"), migrations: [], log: Logger(label: "test"))
        func pragma(_ name: String) throws -> Value { try (journal.backend as! SQLiteBackend).setting(name) }
        #expect(try pragma("journal_mode") == .text("wal"))
        #expect(try pragma("synchronous") == .integer(2))
        #expect(try pragma("page_size") == .integer(16384))
        #expect(try pragma("foreign_keys") == .integer(1))
    }

    @Test func aFullDiskIsToldAsSuchAndTheJournalGoesOnWhenThereIsSpace() throws {
        let scratch = try Scratch()
        let journal = try Journal.open(.file(scratch.path + "/j.db"), migrations: Self.migrations, log: Logger(label: "test"))
        let backend = journal.backend as! SQLiteBackend
        try backend.set("max_page_count", 24)
        func add(_ n: Int) throws {
            try journal.writeHere {
                try $0.run("INSERT INTO pole (number, name, photo) VALUES (\(n), \("\(n)"), \([UInt8](repeating: 7, count: 100_000)))")
            }
        }
        let error = #expect(throws: JournalError.self) { for n in 0..<10 { try add(n) } }
        guard case .full = error else { Issue.record("\(String(describing: error))"); return }
        let before = try journal.readHere { try $0.row("SELECT COUNT(*) FROM pole") }!.int(0)
        try backend.set("max_page_count", 10_000)
        try add(99)
        #expect(try journal.readHere { try $0.row("SELECT COUNT(*) FROM pole") }!.int(0) == before + 1)
    }

    @Test func aCutTransactionThrowsIsNotRepeatedAndTheNextOneConnectsAgain() async throws {
        guard TestJournal.engines.contains(.postgres) else { return }
        let journal = try TestJournal.open(.postgres, Self.migrations)
        let error = await #expect(throws: JournalError.self) {
            try await journal.write { t in
                try t.run("INSERT INTO pole (number, name) VALUES (1, 'cut')")
                try t.run("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        guard case .lost = error else { Issue.record("\(String(describing: error))"); return }
        try await journal.write { try $0.run("INSERT INTO pole (number, name) VALUES (2, 'after')") }
        #expect(try await journal.read { try $0.rows("SELECT name FROM pole") }.map { $0.text(0) } == ["after"])
    }
}
