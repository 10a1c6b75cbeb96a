// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Errand
import Journal
import JournalTesting
import Logging
import Synchronization
import Testing

@testable import Post

@Suite struct OutboxTests {
    private static let now = Instant(year: 2026, month: 11, day: 22)

    @Test(arguments: TestJournal.engines) func theNumberOfAMessageThatWentIsNeverThatOfAnother(engine: Engine) async throws {
        let journal = try TestJournal.open(engine, Post.migrations)
        func put(_ to: String) async throws -> OutboxStore.Entry {
            try await journal.write { transaction in
                try OutboxStore.put(
                    .init(way: .mail, topic: "t", sender: "s@b.example", recipient: to, body: [1]), at: Self.now, in: transaction)
                return try #require(try OutboxStore.due(.mail, at: Self.now, limit: 9, in: transaction).last)
            }
        }
        let first = try await put("a@b.example")
        try await journal.write { try OutboxStore.sent(first, at: Self.now, in: $0) }
        _ = try await put("c@b.example")
        // What a slow relay says of the first one reaches no other.
        for what in 0..<3 {
            try await journal.write { transaction in
                switch what {
                case 0: try OutboxStore.postpone(first, "busy", at: Self.now, in: transaction)
                case 1: try OutboxStore.fail(first, "never", at: Self.now, in: transaction)
                default: try OutboxStore.sent(first, at: Self.now, in: transaction)
                }
            }
        }
        let left = try await journal.read { try OutboxStore.due(.mail, at: Self.now, limit: 9, in: $0) }
        #expect(left.map(\.message.recipient) == ["c@b.example"] && left[0].tries == 0 && left[0].message.body == [1])
    }

    /// The relay takes its mail only once the push message has gone: who sends one after the other never sends it.
    @Test func mailAndPushDoNotHoldEachOtherUp() async throws {
        let journal = try TestJournal.open(.sqlite, Post.migrations)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let isOver = Mutex(false)
        let door = SMTPListener(
            .init(bind: "127.0.0.1", port: 0, limits: SMTPLimits(name: "mail.city.example")), log: log, accepts: { _ in true }
        ) { _ in
            while !isOver.withLock({ $0 }) {
                let waits = try? await journal.read { try OutboxStore.due(.push, at: Self.now, limit: 1, in: $0).isEmpty }
                if waits == true { return .kept }
                try? await Task.sleep(for: .milliseconds(2))
            }
            return .later("over")
        }
        try await door.start()
        let outbox = Outbox(
            journal: journal, clock: Clock { Self.now }, log: log,
            relay: SMTPRelay(host: "127.0.0.1", port: door.boundPort ?? 0, tls: .never), name: "x.example",
            push: try PushClient(journal: journal, contact: "mailto:a@city.example", errands: Errands()), gone: { _ in })
        try await journal.write { transaction in
            let mail = MailDraft(
                from: MailAddress("a@b.example"), to: "c@city.example", subject: "x", messageID: "<1@b.example>", at: Self.now, text: "x")
            try OutboxStore.put(
                .init(way: .mail, topic: "t", sender: "a@b.example", recipient: "c@city.example", body: mail.bytes), at: Self.now,
                in: transaction)
            try OutboxStore.put(
                .init(way: .push, topic: "t", recipient: "https://127.0.0.1:1/x", keys: "x y", body: [1]), at: Self.now, in: transaction)
        }
        await outbox.sendDue()
        isOver.withLock { $0 = true }
        let tallies = try await journal.read { try OutboxStore.tallies(since: Instant(seconds: 0), in: $0) }
        #expect(tallies.map { "\($0.way) \($0.outcome) \($0.count)" } == ["mail sent 1", "push failed 1"])
        await door.stop()
    }
}
