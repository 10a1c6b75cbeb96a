// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import JournalTesting
import Logging
import NIOPosix
import Synchronization
import Testing

@testable import Post

/// Our client at our door, over a real socket.
@Suite struct SMTPWireTests {
    final class Shelf: Sendable {
        let mails = Mutex<[SMTPListener.Arrival]>([])
        let verdicts = Mutex<[SMTPVerdict]>([])
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func listener(_ shelf: Shelf, limits: SMTPLimits = SMTPLimits(name: "mail.city.example")) async throws -> SMTPListener {
        let listener = SMTPListener(
            .init(bind: "127.0.0.1", port: 0, limits: limits), log: Self.quiet, accepts: { $0.hasSuffix("@city.example") }
        ) { mail in
            shelf.mails.withLock { $0.append(mail) }
            return shelf.verdicts.withLock { $0.isEmpty ? .kept : $0.removeFirst() }
        }
        try await listener.start()
        return listener
    }

    static func draft(_ to: String, _ text: String = "Bonjour\n.\n..fin") -> MailDraft {
        MailDraft(
            from: MailAddress("a@b.example"), to: to, subject: "x", messageID: "<1@b.example>", at: Instant(seconds: 0), text: text)
    }

    @Test func mailsGoThroughTheWireUnchangedAndEachHasItsOwnEnd() async throws {
        let shelf = Shelf()
        let listener = try await listener(shelf)
        let client = SMTPClient(
            relay: SMTPRelay(host: "127.0.0.1", port: listener.boundPort ?? 0, tls: .never), name: "x.example",
            group: MultiThreadedEventLoopGroup.singleton)
        shelf.verdicts.withLock { $0 = [.kept, .later("busy"), .refused("never"), .kept] }
        let recipients = Mutex(["a@city.example", "b@city.example", "c@city.example", "d@elsewhere.example", "é@city.example"])
        let results = Mutex<[String]>([])
        let sent = Self.draft("a@city.example").bytes
        try await client.visit {
            recipients.withLock { $0.isEmpty ? nil : ("s@b.example", $0.removeFirst(), sent) }
        } told: { result in
            let word =
                switch result {
                case .success: "kept"
                case .failure(.later): "later"
                case .failure(.refused): "refused"
                case .failure(.away): "away"
                }
            results.withLock { $0.append(word) }
        }
        #expect(results.withLock { $0 } == ["kept", "later", "refused", "refused", "kept"])
        #expect(shelf.mails.withLock { $0.map(\.bytes) } == Array(repeating: sent, count: 4))
        #expect(listener.counts.kept == 2 && listener.counts.later == 1 && listener.counts.refused == 1)
        await listener.stop()
    }

    @Test func noMoreConnectionsThanAllowedAreServed() async throws {
        let shelf = Shelf()
        let listener = try await listener(shelf, limits: SMTPLimits(name: "x", connections: 1, connectionsPerPeer: 1))
        let relay = SMTPRelay(host: "127.0.0.1", port: listener.boundPort ?? 0, tls: .never)
        let client = SMTPClient(relay: relay, name: "x.example", group: MultiThreadedEventLoopGroup.singleton)
        let asked = Mutex(0)
        try await client.visit {
            let turn = asked.withLock { asked in
                asked += 1
                return asked
            }
            // The first mail is asked for before the connection is made.
            if turn == 1 { return ("a@b.example", "a@city.example", Self.draft("a@city.example").bytes) }
            await #expect(throws: SMTPClient.Fault.self) {
                try await client.visit {
                    ("a@b.example", "a@city.example", [1])
                } told: { _ in
                }
            }
            return nil
        } told: { _ in
        }
        #expect(listener.counts.turnedAway == 1)
        await listener.stop()
    }

    @Test(arguments: TestJournal.engines) func theOutboxSendsKeepsAndGivesUp(engine: Engine) async throws {
        let shelf = Shelf()
        let listener = try await listener(shelf)
        let journal = try TestJournal.open(engine, Post.migrations)
        let time = Mutex(Instant(year: 2026, month: 11, day: 22))
        let clock = Clock { time.withLock { $0 } }
        let outbox = Outbox(
            journal: journal, clock: clock, log: Self.quiet,
            relay: SMTPRelay(host: "127.0.0.1", port: listener.boundPort ?? 0, tls: .never), name: "x.example", push: nil, gone: { _ in })
        func put(_ to: String) async throws {
            let message = OutboxStore.Message(
                way: .mail, topic: "report:1", sender: "s@b.example", recipient: to, body: Self.draft(to).bytes)
            try await journal.write { try OutboxStore.put(message, at: clock.now(), in: $0) }
        }
        try await put("a@city.example")
        try await put("b@elsewhere.example")
        try await put("c@city.example")
        shelf.verdicts.withLock { $0 = [.kept, .later("busy")] }
        await outbox.sendDue()
        #expect(shelf.mails.withLock { $0.map(\.recipients) } == [["a@city.example"], ["c@city.example"]])
        let failures = try await journal.read { try OutboxStore.failures(in: $0) }
        #expect(failures.map(\.message.recipient) == ["b@elsewhere.example"])
        #expect(failures[0].message.body.isEmpty && failures[0].trouble.hasPrefix("550"))
        // Not before its time, then again, and it arrives.
        await outbox.sendDue()
        #expect(shelf.mails.withLock { $0.count } == 2)
        time.withLock { $0 = $0 + .minutes(2) }
        await outbox.sendDue()
        #expect(shelf.mails.withLock { $0.count } == 3)
        #expect(try await journal.read { try OutboxStore.waitingCount(in: $0) } == 0)
        #expect(outbox.standing.lastSentAt == clock.now() && outbox.standing.trouble == nil)
        let tallies = try await journal.read { try OutboxStore.tallies(since: Instant(seconds: 0), in: $0) }
        #expect(tallies.map { "\($0.way) \($0.outcome) \($0.count)" } == ["mail failed 1", "mail sent 2"])
        // A relay that is away for longer than a mail lives.
        await listener.stop()
        try await put("d@city.example")
        for _ in 0..<40 {
            await outbox.sendDue()
            time.withLock { $0 = $0 + .hours(4) }
        }
        #expect(outbox.standing.trouble != nil)
        #expect(
            try await journal.read { try OutboxStore.failures(in: $0) }.map(\.message.recipient) == [
                "d@city.example", "b@elsewhere.example",
            ])
        #expect(try await journal.write { try OutboxStore.destroy(at: clock.now() + .days(31), in: $0) } == 2)
    }
}
