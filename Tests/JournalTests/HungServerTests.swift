// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import JournalTesting
import Logging
import Testing

@testable import Journal

/// A PostgreSQL server that neither answers nor closes.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HungServerTests {
    private static let hasServer = PostgresServer.shared != nil

    private func house() throws -> (journal: Journal, proxy: StallingProxy) {
        let (url, proxy) = try #require(PostgresServer.shared?.freshStallingURL())
        var log = Logger(label: "test")
        log.logLevel = .critical
        return (try Journal.open(.postgres(url), migrations: JournalTests.migrations, patience: .seconds(2), log: log), proxy)
    }

    private func add(_ number: Int, to journal: Journal) throws {
        try journal.writeHere { _ = try $0.run("INSERT INTO pole (number, name) VALUES (\(number), \("\(number)"))") }
    }

    private func numbers(_ journal: Journal) throws -> [Int] {
        try journal.readHere { try $0.rows("SELECT number FROM pole ORDER BY number").map { $0.int(0) } }
    }

    /// Tries until it works, as the turn does; false after a hundred times.
    private func isBack(_ body: () throws -> Void) -> Bool {
        for _ in 0..<100 {
            if (try? body()) != nil { return true }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return false
    }

    @Test(.enabled(if: hasServer)) func silenceIsToldAsALossEverybodyElseAtOnceAndTheJournalComesBack() throws {
        let (journal, proxy) = try house()
        try add(1, to: journal)
        #expect(try numbers(journal) == [1])
        proxy.stop()
        let error = #expect(throws: JournalError.self) { try add(2, to: journal) }
        #expect(error?.isPassing == true && error?.description.contains("no answer within 2.0 s") == true, "\(String(describing: error))")
        // The readers' connections hang as well, and are not asked.
        for _ in 0..<1000 { #expect(throws: JournalError.self) { try numbers(journal) } }
        proxy.goOn()
        #expect(isBack { try add(3, to: journal) })
        #expect(try numbers(journal) == [1, 3], "what was not kept was told so; what was, is there")
    }

    @Test(.enabled(if: hasServer)) func manyRowsThatTheServerDoesNotTakeAreToldToo() throws {
        let (journal, proxy) = try house()
        // Far more than the system's buffers hold on the way.
        let rows: [[Value]] = (0..<16).map { [.integer($0), .text("\($0)"), .null, .blob([UInt8](repeating: 7, count: 1 << 20))] }
        func insert() throws {
            try journal.writeHere { try $0.insert(into: "pole", ["number", "name", "power", "photo"], rows: rows) }
        }
        #expect(throws: JournalError.self) {
            try journal.writeHere { transaction in
                try transaction.run("INSERT INTO pole (number, name) VALUES (99, 'x')")
                proxy.stop()
                try transaction.insert(into: "pole", ["number", "name", "power", "photo"], rows: rows)
            }
        }
        proxy.goOn()
        #expect(isBack { try insert() })
        #expect(try numbers(journal) == Array(0..<16))
    }

    @Test(.enabled(if: hasServer)) func aStatementThatTakesTooLongIsEndedAndTheConnectionIsKept() throws {
        let (journal, _) = try house()
        let error = #expect(throws: JournalError.self) { try journal.readHere { _ = try $0.rows("SELECT pg_sleep(100)") } }
        guard case .lost = error else { Issue.record("\(String(describing: error))"); return }
        #expect(try numbers(journal) == [])
        // A change of the schema takes its time.
        try journal.backend.writeAtLeisure { _ = try $0.rows("SELECT pg_sleep(2.5)") }
        #expect(try journal.readHere { try $0.row("SHOW statement_timeout")?.text(0) } == "1500ms")
    }

    @Test(.enabled(if: hasServer)) func aCommitWithoutAnAnswerIsUncertainAndWhatFollowsFromItWaits() throws {
        let (journal, proxy) = try house()
        var told = 0
        var committed: (() -> Void)?
        proxy.stop(atNextCommit: .answerStopped)
        let error = #expect(throws: JournalError.self) {
            try journal.writeHere(inDoubt: { committed = $0 }) { transaction in
                try transaction.run("INSERT INTO pole (number, name) VALUES (1, 'x')")
                transaction.afterCommit { told += 1 }
            }
        }
        guard case .uncertain = error else { Issue.record("\(String(describing: error))"); return }
        proxy.goOn()
        #expect(isBack { _ = try numbers(journal) })
        #expect(try numbers(journal) == [1] && told == 0)
        let isKept = try #require(committed)
        isKept()
        #expect(told == 1)
    }
}
