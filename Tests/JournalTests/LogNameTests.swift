// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import JournalTesting
import Logging
import Testing

@testable import Journal

/// Names in the log and their end (docs/decisions/0011).
@Suite("Names in the log")
struct LogNameTests {
    static let then = Instant(year: 2026, month: 11, day: 21, hour: 18)

    static let handOver = LogDraft(
        author: "ada", kind: .written, trade: "alarms", text: Words("Relève : ada passe la main à bob.", "Hand-over: ada to bob."),
        people: ["ada", "bob"])

    /// A name as a word: its letters may stand in a hash.
    nonisolated(unsafe) static let named = /\b(ada|bob|10\.0\.0\.7)\b/

    @discardableResult
    static func tell(_ journal: Journal, _ drafts: LogDraft..., at: Instant = then) throws -> [LogEntry] {
        try journal.writeHere { try Logbook.append(drafts, in: $0, at: at) }
    }

    static func exported(_ journal: Journal) throws -> [String] {
        var lines: [String] = []
        try journal.readHere { try Logbook.export(in: $0) { lines.append($0) } }
        return lines
    }

    static func found(_ journal: Journal, _ change: (inout Logbook.Filter) -> Void = { _ in }) throws -> [LogEntry] {
        var filter = Logbook.Filter()
        change(&filter)
        return try journal.readHere { [filter] in try Logbook.search(filter, in: $0) }
    }

    @Test(arguments: TestJournal.engines) func whatIsKeptAndHashedHoldsMarksAndWhoReadsItReadsNames(engine: Engine) throws {
        let journal = try TestJournal.open(engine)
        let opened = LogDraft(
            trade: "accounts", subject: "account:bob", text: Words("Compte bob ouvert depuis 10.0.0.7", "Account bob opened from 10.0.0.7"),
            people: ["bob", "10.0.0.7"])
        let told = try Self.tell(journal, Self.handOver, opened)
        #expect(told.map(\.author) == ["ada", "vigie"] && told[1].subject == "account:bob")
        let read = try Self.found(journal)
        #expect(read.map(\.text.french) == [opened.text.french, Self.handOver.text.french])
        #expect(read.map(\.hash) == told.map(\.hash).reversed())
        for line in try Self.exported(journal) {
            #expect(!line.contains(Self.named) && line.hasPrefix("{\"form\":2,"), "\(line)")
        }
        let kept = try journal.readHere { try $0.rows("SELECT author, subject, french, english, folded FROM logbook ORDER BY number") }
        for row in kept {
            for column in 0..<5 where !row.isNull(column) {
                #expect(!row.text(column).contains(Self.named), "\(row.text(column))")
            }
        }
        #expect(LogMark.isMark(kept[0].text(0)) && kept[1].text(0) == "vigie")
    }

    @Test(arguments: TestJournal.engines) func oneMarkIsOnePersonInOneYear(engine: Engine) throws {
        let journal = try TestJournal.open(engine)
        func mark(_ author: String, _ year: Int) throws -> String {
            let draft = LogDraft(author: author, trade: "log", text: Words("x", "x"))
            return try Self.tell(journal, draft, at: Instant(year: year, month: 12, day: 31, hour: 23))[0].draft.author
        }
        let marks = [try mark("ada", 2026), try mark("bob", 2026), try mark("ada", 2027), try mark("ada", 2026)]
        #expect(marks[0] == marks[3] && Set(marks).count == 3 && marks.allSatisfy(LogMark.isMark))
        let known = try journal.readHere { try LogNames.all(in: $0) }
        #expect(known.map(\.name) == ["ada", "bob", "ada"] && known.map(\.year) == [2026, 2026, 2027])
        #expect(known[0].destroyAt == Instant(year: 2029, month: 1, day: 1))
        let other = try TestJournal.open(.sqlite)
        #expect(try Self.tell(other, Self.handOver)[0].draft.author != marks[0], "the mark does not depend on a key")
    }

    @Test(arguments: TestJournal.engines) func aNameIsFoundByAuthorSubjectAndWord(engine: Engine) throws {
        let journal = try TestJournal.open(engine)
        let opened = LogDraft(
            trade: "accounts", subject: "account:bob", text: Words("Compte bob ouvert", "Account opened"), people: ["bob"])
        try Self.tell(journal, Self.handOver, opened, LogDraft(author: "bob", trade: "log", text: Words("Éteint", "Off")))
        try Self.tell(journal, LogDraft(author: "ada", trade: "log", text: Words("Éteint", "Off")), at: Self.then + .days(365))
        #expect(try Self.found(journal) { $0.author = "ada" }.map(\.number) == [4, 1])
        #expect(try Self.found(journal) { $0.subject = "account:bob" }.map(\.number) == [2])
        #expect(try Self.found(journal) { $0.words = "bob" }.map(\.number) == [3, 2, 1])
        #expect(try Self.found(journal) { $0.words = "BOB eteint" }.map(\.number) == [3])
        #expect(try Self.found(journal) { $0.words = "releve ada bob" }.map(\.number) == [1])
        #expect(try Self.found(journal) { $0.words = "carl" }.isEmpty)
        #expect(try Self.found(journal) { $0.words = "b_b" }.isEmpty)
    }

    @Test(arguments: TestJournal.engines) func whenNamesEndTheChainAndItsExportStayAsTheyWere(engine: Engine) throws {
        let journal = try TestJournal.open(engine)
        try Self.tell(journal, Self.handOver, LogDraft(author: "ada", trade: "log", text: Words("Deux", "Two")))
        try Self.tell(journal, LogDraft(author: "ada", trade: "log", text: Words("Trois", "Three")), at: Self.then + .days(365))
        let (before, chain) = (try Self.exported(journal), try journal.readHere { try Logbook.verify(in: $0) })
        func destroy(_ now: Instant) throws -> [String] {
            try journal.writeHere { try LogNames.destroy(at: now, in: $0) }.map { "\($0.year): \($0.count)" }
        }
        #expect(try destroy(Instant(year: 2028, month: 12, day: 31, hour: 23)).isEmpty)
        #expect(try Self.found(journal).map(\.author) == ["ada", "ada", "ada"])
        #expect(try destroy(Instant(year: 2029, month: 1, day: 1)) == ["2026: 2"])
        let after = try Self.found(journal)
        #expect(after.map(\.isAuthorForgotten) == [false, true, true] && after[1].author == after[2].author)
        #expect(after[2].text.french == "Relève : \(after[2].author) passe la main à \(after[2].marks[2]).", "\(after[2].text)")
        #expect(try Self.exported(journal) == before)
        let again = try journal.readHere { try Logbook.verify(in: $0) }
        #expect(again == chain && again.isIntact && again.checked == 3)
        #expect(try Self.found(journal) { $0.author = "ada" }.map(\.number) == [3])
        #expect(try Self.found(journal) { $0.words = "bob" }.isEmpty)
        #expect(try Self.found(journal) { $0.author = after[2].author }.map(\.number) == [2, 1])
        // Whoever is named again in a year whose key is gone gets another: nothing leads back.
        let late = try Self.tell(journal, Self.handOver)[0]
        #expect(late.draft.author != after[2].author && LogMark.isMark(late.draft.author))
    }

    @Test(arguments: TestJournal.engines) func aNewLengthCountsForNamesOfBefore(engine: Engine) throws {
        let journal = try TestJournal.open(engine)
        try Self.tell(journal, Self.handOver)
        func ends(_ months: Int) throws -> Set<String> {
            try journal.writeHere { try LogNames.keep(months: months, in: $0) }
            return Set(try journal.readHere { try LogNames.all(in: $0) }.map(\.destroyAt.iso8601))
        }
        #expect(try ends(0) == ["2027-01-01T00:00:00Z"])
        #expect(try ends(7) == ["2027-08-01T00:00:00Z"])
        #expect(try ends(35) == ["2029-12-01T00:00:00Z"])
    }

    @Test(arguments: TestJournal.engines) func aLogOfBeforeIsReadAndVerifiedAsItWasAndGoesOnWithMarks(engine: Engine) throws {
        let (location, log) = (TestJournal.location(engine), Logger(label: "test"))
        let backend = try Journal.backend(location, log)
        try backend.write { t in
            try t.lockSchema()
            try Migration.apply([LogbookSchema.migrations[0]], in: t)
            var previous = LogEntry.noHash
            for n in 1...3 as ClosedRange<Int64> {
                var entry = LogEntry(number: n, at: Self.then, draft: Self.handOver, previous: previous, hash: [], form: 1)
                entry.hash = entry.expectedHash
                previous = entry.hash
                try t.run(
                    """
                    INSERT INTO logbook VALUES (\(n), \(entry.at), 'ada', 'written', 'alarms', NULL, \(entry.draft.text.french),
                        \(entry.draft.text.english), '', \(entry.previous), \(entry.hash), 'releve : ada passe la main a bob.')
                    """)
            }
        }
        let journal = try Journal.finish(location, backend, Journal.own)
        try Self.tell(journal, Self.handOver)
        let chain = try journal.readHere { try Logbook.verify(in: $0) }
        #expect(chain.isIntact && chain.checked == 4, "\(chain.faults)")
        #expect(try Self.found(journal).map(\.form) == [2, 1, 1, 1])
        #expect(try Self.found(journal) { $0.author = "ada" }.count == 4 && Self.found(journal) { $0.words = "ada" }.count == 4)
        let lines = try Self.exported(journal)
        #expect(lines[0].hasPrefix("{\"number\":1,") && lines[0].contains("\"author\":\"ada\"") && !lines[3].contains(Self.named))
        let program = try DocumentedProgram()
        #expect(try program.verify(lines) == (0, "intact up to entry 4, hash \(chain.headHash)\n"))
        // A form that is not the entry's own gives another hash.
        let bent = lines[..<3] + [lines[3].replacingOccurrences(of: "{\"form\":2,", with: "{")]
        #expect(try program.verify(Array(bent)) == (1, "entry 4 was changed\n"))
    }

    /// A destroyed name and its key are not left lying in the file.
    @Test func theFileOfSQLiteHoldsNothingOfADestroyedName() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/journal.sqlite"
        let journal = try Journal.open(.file(path), migrations: [], log: Logger(label: "test"))
        try Self.tell(journal, LogDraft(author: "zéphyrine-unique", trade: "log", text: Words("x", "x")))
        let backend = try #require(journal.backend as? SQLiteBackend)
        func holdsName() throws -> Bool {
            _ = try backend.setting("wal_checkpoint(TRUNCATE)")
            return try Data(contentsOf: URL(fileURLWithPath: path)).range(of: Data("zéphyrine-unique".utf8)) != nil
        }
        #expect(try holdsName())
        try journal.writeHere { _ = try LogNames.destroy(at: .distantFuture, in: $0) }
        #expect(try !holdsName())
    }

    @Test(arguments: TestJournal.engines) func aBackupBringsTheNamesBack(engine: Engine) throws {
        let scratch = try Scratch()
        let journal = try TestJournal.open(engine)
        try Self.tell(journal, Self.handOver)
        try journal.backup(to: scratch.path + "/archive", asArchive: true)
        for engine in TestJournal.engines {
            let again = try Journal.restore(
                from: scratch.path + "/archive", to: TestJournal.location(engine), migrations: [], log: Logger(label: "test"))
            #expect(try Self.found(again).map(\.text) == [Self.handOver.text])
        }
    }

    @Test func theDatabaseRefusesAFormThatIsNone() throws {
        let journal = try TestJournal.open(.sqlite)
        try Self.tell(journal, Self.handOver)
        #expect(throws: JournalError.self) {
            try journal.writeHere {
                _ = try $0.run(
                    "INSERT INTO logbook SELECT 2, at, author, kind, trade, subject, french, english, data, previous, hash, folded, 3 FROM logbook"
                )
            }
        }
    }

    @Test(arguments: [
        ("ada passe à ada.", "@A passe à @A."), ("adapté, canada, Ada, adaé", "adapté, canada, Ada, adaé"),
        ("ada.lovelace ada-2 (ada)", "ada.lovelace @B (@A)"), ("ada_x ada@ville", "ada_x ada@ville"), ("", ""), ("ada", "@A"),
        ("de ada… et éada", "de @A… et éada"),
    ])
    func aNameIsMarkedWhereItStandsAsAWord(text: String, expected: String) {
        #expect(LogMark.written(text, ["ada": "@A", "ada-2": "@B"]) == expected)
    }

    @Test(arguments: [
        ("@abcdefghijklmnop dit", ["@abcdefghijklmnop"]), ("@abcdefghijklmno", []), ("@ABCDEFGHIJKLMNOP", []), ("@abcdefghijklmno1", []),
        ("@@abcdefghijklmnop@234567abcdefghij", ["@abcdefghijklmnop", "@234567abcdefghij"]), ("ada@ville.fr", []), ("", []),
    ])
    func marksAreFoundInATextAndNothingElseIs(text: String, expected: [String]) {
        #expect(LogMark.marks(in: text) == expected)
        #expect(LogMark.shown(text, ["@abcdefghijklmnop": "ada"]) == text.replacingOccurrences(of: "@abcdefghijklmnop", with: "ada"))
    }
}
