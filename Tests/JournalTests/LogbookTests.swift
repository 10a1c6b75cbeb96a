// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import JournalTesting
import Testing

@testable import Journal

@Suite("Logbook")
struct LogbookTests {
    static func draft(_ n: Int) -> LogDraft {
        LogDraft(
            author: n % 3 == 0 ? "amina" : "vigie", kind: n % 3 == 0 ? .written : .auto, trade: n % 2 == 0 ? "lighting" : "alarms",
            subject: n % 5 == 0 ? "asset:L-\(n)" : nil, text: Words("Éteint n° \(n) \"là\"\n\t100 %", "Off no. \(n)"),
            data: n % 4 == 0 ? "{\"n\":\(n)}" : "")
    }

    static func filled(_ count: Int, _ engine: Engine = .sqlite) throws -> Journal {
        let journal = try TestJournal.open(engine)
        try journal.writeHere { t in
            for n in 1...count { try Logbook.append([draft(n)], in: t, at: Instant(seconds: Int64(n))) }
        }
        return journal
    }

    @Test(arguments: TestJournal.engines) func entriesAreNumberedChainedAndGivenBack(engine: Engine) throws {
        let journal = try Self.filled(12, engine)
        let entries = try journal.readHere { try Logbook.search(in: $0) }
        #expect(entries.map(\.number) == Array((1...12).reversed()))
        let expected = (1...12).reversed().map(Self.draft)
        #expect(entries.map(\.author) == expected.map(\.author) && entries.map(\.text) == expected.map(\.text))
        #expect(entries.map(\.subject) == expected.map(\.subject) && entries.map(\.data) == expected.map(\.data))
        #expect(entries.map(\.kind) == expected.map(\.kind) && entries.map(\.trade) == expected.map(\.trade))
        let result = try journal.readHere { try Logbook.verify(in: $0) }
        #expect(result.isIntact && result.checked == 12 && result.head == 12)
        #expect(try journal.readHere { try Logbook.verify(from: 5, to: 8, in: $0) }.checked == 4)
    }

    @Test(arguments: TestJournal.engines) func tamperingIsFoundAndLocated(engine: Engine) throws {
        func faults(_ sql: SQL) throws -> [LogVerification.Fault] {
            let journal = try Self.filled(9, engine)
            #expect(throws: JournalError.self) { try journal.writeHere { _ = try $0.run(sql) } }
            try journal.writeHere { t in
                try t.script(
                    engine == .sqlite
                        ? "DROP TRIGGER logbook_no_update; DROP TRIGGER logbook_no_delete" : "DROP TRIGGER logbook_no_change ON logbook")
                _ = try t.run(sql)
            }
            return try journal.readHere { try Logbook.verify(in: $0) }.faults
        }
        #expect(try faults("UPDATE logbook SET french = 'Rien' WHERE number = 4") == [.changed(4)])
        #expect(try faults("UPDATE logbook SET at = at + 1 WHERE number = 9") == [.changed(9)])
        #expect(try faults("DELETE FROM logbook WHERE number IN (4, 5)") == [.missing(4, 5)])
        #expect(try faults("DELETE FROM logbook WHERE number = 1") == [.missing(1, 1)])
        #expect(try faults("UPDATE logbook SET previous = hash WHERE number = 6") == [.changed(6), .unbound(6)])
    }

    @Test(arguments: TestJournal.engines) func filtersAndPagesFindWhatIsMeant(engine: Engine) throws {
        let journal = try Self.filled(60, engine)
        func numbers(_ change: (inout Logbook.Filter) -> Void, before: Int64? = nil, limit: Int = 100) throws -> [Int64] {
            var filter = Logbook.Filter()
            change(&filter)
            return try journal.readHere { [filter] in try Logbook.search(filter, before: before, limit: limit, in: $0) }.map(\.number)
        }
        #expect(try numbers { $0.subject = "asset:L-15" } == [15])
        #expect(try numbers { ($0.author, $0.trade) = ("amina", "lighting") } == (1...60).filter { $0 % 6 == 0 }.reversed())
        #expect(try numbers { ($0.from, $0.to) = (Instant(seconds: 10), Instant(seconds: 12)) } == [12, 11, 10])
        #expect(try numbers { $0.words = "ETEINT 37" } == [37])
        #expect(try numbers { $0.words = "100 %" }.count == 60)
        #expect(try numbers { $0.words = "100_%" } == [])
        #expect(try numbers({ _ in }, before: 30, limit: 3) == [29, 28, 27])
    }

    @Test(arguments: TestJournal.engines) func concurrentAppendsKeepOrderAndChain(engine: Engine) async throws {
        let journal = try TestJournal.open(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for n in 0..<40 {
                group.addTask {
                    _ = try await journal.write { try Logbook.append([Self.draft(n), Self.draft(n + 1)], in: $0, at: Instant(seconds: 1)) }
                }
            }
            try await group.waitForAll()
        }
        let result = try await journal.read { try Logbook.verify(in: $0) }
        #expect(result.isIntact && result.checked == 80)
    }

    /// Runs the very program of the document over an export, whole and tampered with.
    @Test func theDocumentedProcedureVerifiesAnExport() throws {
        let program = try DocumentedProgram()
        var lines: [String] = []
        let journal = try Self.filled(20)
        try journal.readHere { try Logbook.export(in: $0) { lines.append($0) } }
        let head = try journal.readHere { try Logbook.verify(in: $0) }.headHash
        #expect(try program.verify(lines) == (0, "intact up to entry 20, hash \(head)\n"))
        #expect(try program.verify(Array(lines[5...])).status == 0)
        #expect(try program.verify(lines.map { $0.replacingOccurrences(of: "n° 7 ", with: "n° 8 ") }) == (1, "entry 7 was changed\n"))
        #expect(try program.verify(lines.filter { !$0.contains("\"number\":12,") }) == (1, "entries are missing between 11 and 13\n"))
        let later = lines.map { $0.replacing("Z\",\"author\"", with: "+01:00\",\"author\"") }
        #expect(try program.verify(later) == (1, "the time of entry 1 was changed\n"))
        let more = lines.map { $0.replacing("{\"form\"", with: "{\"french\":\"Rien\",\"form\"") }
        #expect(try program.verify(more) == (1, "entry 1 says more than what is hashed\n"))
        let foreign = lines.map { $0.replacing("{\"form\"", with: "{\"note\":\"Rien\",\"form\"") }
        #expect(try program.verify(foreign) == (1, "entry 1 says more than what is hashed\n"))
    }
}

/// The very program of docs/operating/log-verification.md.
struct DocumentedProgram {
    private let scratch: Scratch

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(contentsOf: root.appendingPathComponent("docs/operating/log-verification.md"), encoding: .utf8)
        let program = try #require(document.components(separatedBy: "```python\n").last?.components(separatedBy: "```").first)
        #expect(program.split(separator: "\n").count <= 30)
        scratch = try Scratch()
        try program.write(toFile: scratch.path + "/verify.py", atomically: true, encoding: .utf8)
    }

    func verify(_ lines: [String]) throws -> (status: Int32, output: String) {
        try lines.joined().write(toFile: scratch.path + "/log.jsonl", atomically: true, encoding: .utf8)
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", scratch.path + "/verify.py", scratch.path + "/log.jsonl"]
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
