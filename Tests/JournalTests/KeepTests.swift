// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import JournalTesting
import Logging
import Testing

@testable import Journal

@Suite("Backup, restore, check")
struct KeepTests {
    static let schema = [
        Migration(
            name: "test-1",
            sql:
                "CREATE TABLE pole (number BIGINT PRIMARY KEY, parent BIGINT REFERENCES pole (number), x DOUBLE PRECISION, name TEXT, photo BYTEA)"
        )
    ]

    /// A journal with something in each table.
    static func filled(_ location: Journal.Location) throws -> Journal {
        let journal = try Journal.open(location, migrations: schema, log: Logger(label: "test"))
        let staging = Staging(kinds: [.testLamp])
        for asset in 0..<3 { HistoryTests.add(HistoryTests.lamp(400, seed: UInt64(asset)), to: staging, asset: asset) }
        let tape = try journal.writeHere { try StateTape(in: $0) }
        for n in 0..<200 { tape.note(Asset.Number(n), at: Instant(seconds: Int64(n)), state: UInt8(n % 7), level: 50) }
        try journal.writeHere { t in
            // Each refers to the one after it, so that no order of rows alone brings them back.
            try t.insert(into: "pole", ["number"], rows: (1...3000).map { [.integer($0)] })
            try t.run(
                "UPDATE pole SET parent = number + 1, name = 'é' || number, x = number / 3.0, photo = \([0, 255] as [UInt8]) WHERE number < 3000"
            )
            try staging.keepAll(in: t)
            try tape.keep(in: t, now: Instant(seconds: 300))
            for n in 1...25 { try Logbook.append([LogbookTests.draft(n)], in: t, at: Instant(seconds: Int64(n))) }
        }
        return journal
    }

    static func contents(_ journal: Journal) throws -> [String: [Row]] {
        try journal.readHere { t in
            var rows: [String: [Row]] = [:]
            for table in try Tables.list(in: t) { rows[table.name] = try t.rows("SELECT * FROM \(raw: table.name) ORDER BY 1, 2") }
            rows["migration"] = nil
            return rows
        }
    }

    static func same(_ a: Journal, _ b: Journal) throws -> Bool {
        let (a, b) = (try contents(a), try contents(b))
        return a.keys.sorted() == b.keys.sorted() && a.allSatisfy { name, rows in rows.map(\.values) == b[name]!.map(\.values) }
    }

    @Test func aFileIsBackedUpWhileInUseAndComesBackWhole() throws {
        let scratch = try Scratch()
        let journal = try Self.filled(.file(scratch.path + "/j.db"))
        let manifest = try journal.backup(to: scratch.path + "/backup")
        #expect(manifest.format == "sqlite" && manifest.logHead == 25 && manifest.rows["pole"] == 3000 && manifest.bytes > 10_000)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasPrefix("backup") }.sorted() == [
                "backup", "backup.manifest.json",
            ])
        let restored = try Journal.restore(
            from: scratch.path + "/backup", to: .file(scratch.path + "/new.db"), migrations: Self.schema, log: Logger(label: "test"))
        #expect(try Self.same(journal, restored))
        #expect(try restored.check().isEmpty)
        #expect(throws: JournalError.self) { try journal.backup(to: scratch.path + "/backup") }
        #expect(throws: JournalError.self) {
            try Journal.restore(
                from: scratch.path + "/backup", to: .file(scratch.path + "/new.db"), migrations: Self.schema, log: Logger(label: "test"))
        }
    }

    @Test(arguments: TestJournal.engines, TestJournal.engines)
    func anArchiveCarriesAHouseFromEitherEngineToEither(from: Engine, to: Engine) throws {
        let scratch = try Scratch()
        let journal = try Self.filled(TestJournal.location(from))
        let manifest = try journal.backup(to: scratch.path + "/archive", asArchive: true)
        #expect(manifest.format == "archive")
        let place = TestJournal.location(to)
        let restored = try Journal.restore(from: scratch.path + "/archive", to: place, migrations: Self.schema, log: Logger(label: "test"))
        #expect(try Self.same(journal, restored))
        #expect(try restored.check().isEmpty)
        #expect(throws: JournalError.self) { try restored.writeHere { try $0.run("UPDATE pole SET parent = 77777 WHERE number = 1") } }
        if to == .postgres {
            #expect(throws: JournalError.occupied("the place to restore into is not empty")) {
                try Journal.restore(from: scratch.path + "/archive", to: place, migrations: Self.schema, log: Logger(label: "test"))
            }
        }
    }

    @Test func aDamagedBackupIsRefused() throws {
        let scratch = try Scratch()
        let journal = try Self.filled(.memory)
        for asArchive in [true, false] {
            let path = scratch.path + "/backup\(asArchive)"
            try journal.backup(to: path, asArchive: asArchive)
            var bytes = try #require(FileManager.default.contents(atPath: path))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path))
            func restore() throws {
                _ = try Journal.restore(
                    from: path, to: .file(scratch.path + "/r\(asArchive)"), migrations: Self.schema, log: Logger(label: "test"))
            }
            #expect(throws: JournalError.self) { try restore() }
            try FileManager.default.removeItem(atPath: path + ".manifest.json")
            // An archive proves itself; of a bare SQLite file only the manifest knows.
            if asArchive { #expect(throws: JournalError.self) { try restore() } }
        }
    }

    @Test(arguments: TestJournal.engines) func checkNamesWhatIsBroken(engine: Engine) throws {
        let journal = try Self.filled(TestJournal.location(engine))
        #expect(try journal.check() == [])
        try journal.writeHere { t in
            try t.run(
                "UPDATE history_chunk SET bytes = \([1, 255, 255, 255] as [UInt8]) WHERE asset = 1 AND start = (SELECT MIN(start) FROM history_chunk WHERE asset = 1)"
            )
            try t.run(
                "UPDATE history_chunk SET finish = finish + 400000 WHERE asset = 2 AND start = (SELECT MIN(start) FROM history_chunk WHERE asset = 2)"
            )
            try t.run("UPDATE history_day SET bytes = \([9] as [UInt8]) WHERE asset = 0 AND day = (SELECT MIN(day) FROM history_day)")
            try t.run("UPDATE tape_keyframe SET bytes = \([1, 200] as [UInt8])")
            try t.run("UPDATE migration SET checksum = 'x' WHERE name = 'test-1'")
        }
        let findings = try journal.check()
        #expect(findings.map(\.area).sorted() == ["history", "history", "history", "history", "schema", "tape"])
        #expect(findings.contains { $0.what.contains("asset 1") && $0.what.contains("damaged") })
        #expect(findings.contains { $0.what.contains("asset 2") && $0.what.contains("overlap") })
        #expect(findings.contains { $0.what.contains("'test-1'") })
    }

    @Test func checkReadsTheIntakeToo() throws {
        let scratch = try Scratch()
        let journal = try Journal.open(.memory, migrations: [], log: Logger(label: "test"))
        do {
            let intake = try Intake.open(folder: scratch.path)
            for n in 1...6 {
                _ = try intake.append(IntakeTests.turn(n))
                try intake.sync()
            }
            #expect(try journal.check(intake: scratch.path).isEmpty)
        }
        let name = scratch.path + "/" + IntakeSegment.name(1)
        var bytes = try #require(FileManager.default.contents(atPath: name))
        bytes[60] ^= 4
        try bytes.write(to: URL(fileURLWithPath: name))
        #expect(try journal.check(intake: scratch.path).map(\.area) == ["intake"])
    }

    /// The schema as released: a journal made by it must open with today's program for ever.
    @Test func aJournalOfTheFirstReleaseOpens() throws {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/schema-0.1.sql")
        let released = try String(contentsOf: fixture, encoding: .utf8)
        let now = Journal.own.map { "-- \($0.name)\n\($0.sql)\n" }.joined(separator: "\n")
        #expect(now.hasPrefix(released), "a released step of the schema was changed: add a new one instead")
    }

    @Test func theBenchGivesFiguresThatAreFiguresAndPlausible() throws {
        let scratch = try Scratch()
        let clock = ContinuousClock()
        let begin = clock.now
        let stopwatch: JournalBench.Stopwatch = { (clock.now - begin) / .seconds(1) }
        let figures = try JournalBench.historian(lamps: 40, readings: 300, lamp: .testLamp, in: scratch.path, stopwatch)
        for figure in figures { print("\(figure.name) \(figure.value) \(figure.unit)") }
        #expect(figures.allSatisfy { $0.value.isFinite && $0.value > 0 })
        #expect(figures.first { $0.name == "historian-bytes" }!.value < 4)
        #expect(try JournalBench.appendAndSync(bytes: 4096, count: 3, in: scratch.path, stopwatch) > 0)
    }
}
