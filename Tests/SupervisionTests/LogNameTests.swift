// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import HummingbirdTesting
import Journal
import JournalTesting
import Testing
import Watch

@testable import Supervision

/// What the pages show of names in the log before and after their end.
@Suite struct LogNameTests {
    @Test func aHandOverIsReadByNameUntilTheNamesEndAndByMarkAfter() async throws {
        try await World.visit { visitor, world async throws -> Void in
            #expect(try await visitor.post("/console/alarms/hand-over", ["to": "bob", "note": "RAS <b>"]).status == .seeOther)
            let before = try await visitor.get("/console/log").text
            #expect(before.contains("Relève : ada passe la main à bob. RAS &lt;b&gt;") && before.contains("log-author\">ada"), "\(before)")
            let file = try await visitor.get("/console/log.jsonl").text
            #expect(!file.contains("ada passe") && file.contains("\"form\":2"))
            let names = try await visitor.get("/console/log-names.csv").text
            #expect(names.contains(";ada;2026;2029-01-01T00:00:00Z\r\n") && names.contains(";bob;2026;"), "\(names)")
            let answer = try await visitor.get("/api/log?author=ada").text
            #expect(answer.contains("\"names\":{\"@") && answer.contains("\":\"ada\"") && answer.contains("Relève : @"), "\(answer)")
            #expect(try await visitor.get("/console/log.csv").text.contains(";ada;written;alarms;"))

            let chain = try await world.journal.read { try Logbook.verify(in: $0) }
            let gone = try await world.journal.write { try LogNames.destroy(at: .distantFuture, in: $0).map(\.count) }
            #expect(gone == [2])
            let after = try await visitor.get("/console/log").text
            #expect(after.contains("Nom détruit à son échéance\">@") && after.contains("Relève : @") && after.contains("RAS"), "\(after)")
            #expect(!after.contains("log-author\">ada") && !after.contains("bob"))
            #expect(try await visitor.get("/console/log-names.csv").text == "mark;name;year;until\r\n")
            #expect(try await visitor.get("/api/log").text.hasSuffix("\"names\":{}}"))
            #expect(try await visitor.get("/console/log.jsonl").text == file)
            #expect(try await world.journal.read { try Logbook.verify(in: $0) } == chain && chain.isIntact)
        }
    }

    @Test(arguments: TestJournal.engines) func theDailyRunSaysWhatItDestroyedAndOnlyThen(engine: Engine) async throws {
        let journal = try TestJournal.open(engine, Supervision.migrations)
        let now = Instant(year: 2026, month: 11, day: 21)
        func run(_ at: Instant, months: Int = 24) async throws -> String? {
            try await journal.write { try Destruction.run(photoDays: 1825, nameMonths: months, at: at, in: $0) }?.text.english
        }
        try await journal.write { transaction in
            let ada = try AccountStore.create(
                login: "ada", name: "Ada", language: .french, password: "-", grants: [], by: "vigie", at: now, in: transaction)
            for n in 1...3 as ClosedRange<UInt8> {
                try SessionStore.begin(
                    .init(token: [n], createdAt: now, seenAt: now, address: "192.0.2.1", agent: ""), account: ada, in: transaction)
            }
            try Logbook.append([LogDraft(author: "ada", trade: "log", text: Words("x", "x"))], in: transaction, at: now)
        }
        #expect(try await run(now) == nil)
        #expect(try await run(now + .days(30)) == "Personal data destroyed at its end. sessions: 3.")
        #expect(try await run(now + .days(31)) == nil)
        // A shorter length counts for names of before.
        #expect(try await run(now + .days(60), months: 0) == "Personal data destroyed at its end. names in the log of 2026: 1.")
        #expect(try await run(now + .days(61), months: 12) == nil)
        #expect(try await journal.read { try Logbook.verify(in: $0) }.isIntact)
    }
}
