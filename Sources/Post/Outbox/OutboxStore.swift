// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Rows of the outbox. A desk adds to it in the transaction of what the message tells, so that neither is ever there without the other.
package enum OutboxStore {
    package enum Way: String, Sendable, Hashable, CaseIterable { case mail, push }

    /// Something to be sent.
    package struct Message: Sendable, Hashable {
        package var way: Way
        package var topic: String
        /// Of the envelope; '' for push.
        package var sender: String
        /// An address, or the endpoint of a subscription.
        package var recipient: String
        /// `p256dh auth` of a subscription; '' for mail.
        package var keys: String
        package var body: [UInt8]

        package init(way: Way, topic: String, sender: String = "", recipient: String, keys: String = "", body: [UInt8]) {
            (self.way, self.topic, self.sender, self.recipient) = (way, topic, sender, recipient)
            (self.keys, self.body) = (keys, body)
        }
    }

    /// As it stands in the outbox.
    package struct Entry: Sendable, Hashable {
        package var number: Int64
        package var message: Message
        package var hasFailed: Bool
        package var tries: Int
        package var createdAt: Instant
        package var dueAt: Instant
        package var giveUpAt: Instant
        /// What the other side said last; '' before the first try.
        package var trouble: String
    }

    package static func put(_ message: Message, at now: Instant, in transaction: Transaction) throws {
        try transaction.run("UPDATE post_outbox_number SET last = last + 1")
        let number = try transaction.row("SELECT last FROM post_outbox_number")?.integer(0) ?? 1
        let life = message.way == .mail ? OutboxRules.mailLife : OutboxRules.pushLife
        try transaction.run(
            """
            INSERT INTO post_outbox (number, way, topic, sender, recipient, keys, body, state, tries, created_at, due_at, give_up_at, trouble,
                destroy_at)
            VALUES (\(number), \(message.way.rawValue), \(message.topic), \(message.sender), \(message.recipient), \(message.keys),
                \(message.body), 'waiting', 0, \(now), \(now), \(now + life), '', \(now + life + OutboxRules.failureKept))
            """)
    }

    private static let columns: SQL =
        "SELECT number, way, topic, sender, recipient, keys, body, state, tries, created_at, due_at, give_up_at, trouble FROM post_outbox "

    private static func entry(_ row: Row) -> Entry {
        Entry(
            number: row.integer(0),
            message: Message(
                way: Way(rawValue: row.text(1)) ?? .mail, topic: row.text(2), sender: row.text(3), recipient: row.text(4),
                keys: row.text(5),
                body: row.blob(6)),
            hasFailed: row.text(7) == "failed", tries: row.int(8), createdAt: row.instant(9), dueAt: row.instant(10),
            giveUpAt: row.instant(11), trouble: row.text(12))
    }

    /// The oldest first.
    static func due(_ way: Way, at now: Instant, after number: Int64 = 0, limit: Int, in transaction: Transaction) throws -> [Entry] {
        try transaction.rows(
            columns
                + """
                WHERE state = 'waiting' AND way = \(way.rawValue) AND due_at <= \(now) AND number > \(number) ORDER BY number LIMIT \(limit)
                """
        ).map(entry)
    }

    /// What could not be sent, the newest first.
    package static func failures(limit: Int = 100, in transaction: Transaction) throws -> [Entry] {
        try transaction.rows(columns + "WHERE state = 'failed' ORDER BY number DESC LIMIT \(limit)").map(entry)
    }

    /// Those that were tried and wait for the next try, the oldest first.
    package static func waiting(limit: Int = 100, in transaction: Transaction) throws -> [Entry] {
        try transaction.rows(columns + "WHERE state = 'waiting' AND tries > 0 ORDER BY number LIMIT \(limit)").map(entry)
    }

    package static func waitingCount(in transaction: Transaction) throws -> Int {
        try transaction.row("SELECT COUNT(*) FROM post_outbox WHERE state = 'waiting'")?.int(0) ?? 0
    }

    /// It is sent: nothing of it is left but a count.
    static func sent(_ entry: Entry, at now: Instant, as outcome: String = "sent", in transaction: Transaction) throws {
        guard try transaction.run("DELETE FROM post_outbox WHERE number = \(entry.number)") == 1 else { return }
        try tally(entry.message.way, outcome, at: now, in: transaction)
    }

    /// It is tried again later, or, past its time, given up.
    /// - Parameter pause: what the other side asked for, if longer.
    static func postpone(_ entry: Entry, _ trouble: String, pause: Span? = nil, at now: Instant, in transaction: Transaction) throws {
        let tries = entry.tries + 1
        let due = now + max(OutboxRules.pause(after: tries), min(pause ?? .seconds(0), .days(1)))
        if due > entry.giveUpAt { return try fail(entry, trouble, at: now, in: transaction) }
        try transaction.run(
            """
            UPDATE post_outbox SET tries = \(tries), due_at = \(due), trouble = \(String(trouble.prefix(500))) WHERE number = \(entry.number)
            """)
    }

    /// It can never be sent: the address stays for the administrator to see, what it said does not.
    static func fail(_ entry: Entry, _ trouble: String, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE post_outbox SET state = 'failed', tries = \(entry.tries + 1), body = \([UInt8]()), keys = '',
                trouble = \(String(trouble.prefix(500))), destroy_at = \(now + OutboxRules.failureKept)
            WHERE number = \(entry.number)
            """)
        try tally(entry.message.way, "failed", at: now, in: transaction)
    }

    /// Gives up what waited too long for a relay or a service that is away.
    static func lapse(_ way: Way, at now: Instant, in transaction: Transaction) throws {
        let due = try transaction.rows(
            columns
                + "WHERE state = 'waiting' AND way = \(way.rawValue) AND give_up_at <= \(now) ORDER BY number LIMIT 500"
        ).map(entry)
        for entry in due { try fail(entry, entry.trouble.isEmpty ? "no answer in time" : entry.trouble, at: now, in: transaction) }
    }

    /// Takes out whatever is about something, sent to somebody (nil: to all).
    @discardableResult
    package static func withdraw(topic: String, recipient: String? = nil, in transaction: Transaction) throws -> Int {
        let to: SQL = recipient.map { " AND recipient = \($0)" } ?? ""
        return try transaction.run("DELETE FROM post_outbox WHERE topic = \(topic)\(to)")
    }

    /// Takes out whatever goes to an address: it asked to be forgotten.
    @discardableResult
    package static func withdraw(recipient: String, in transaction: Transaction) throws -> Int {
        try transaction.run("DELETE FROM post_outbox WHERE recipient = \(recipient)")
    }

    /// Removes one that failed, once somebody has seen it.
    @discardableResult
    package static func forget(_ number: Int64, in transaction: Transaction) throws -> Bool {
        try transaction.run("DELETE FROM post_outbox WHERE number = \(number) AND state = 'failed'") == 1
    }

    /// Tries everything that waits at once.
    package static func hurry(at now: Instant, in transaction: Transaction) throws {
        try transaction.run("UPDATE post_outbox SET due_at = \(now) WHERE state = 'waiting'")
    }

    package static func destroy(at now: Instant, in transaction: Transaction) throws -> Int {
        try transaction.run("DELETE FROM post_outbox WHERE destroy_at <= \(now)")
    }

    // MARK: Counts and keys

    private static func tally(_ way: Way, _ outcome: String, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO post_tally (day, way, outcome, count) VALUES (\(floorDivide(now.seconds, 86_400)), \(way.rawValue), \(outcome), 1)
            ON CONFLICT (day, way, outcome) DO UPDATE SET count = post_tally.count + 1
            """)
    }

    /// How many messages since a moment ended how.
    package static func tallies(since: Instant, in transaction: Transaction) throws -> [(way: Way, outcome: String, count: Int)] {
        try transaction.rows(
            """
            SELECT way, outcome, SUM(count) FROM post_tally WHERE day >= \(floorDivide(since.seconds, 86_400)) GROUP BY way, outcome
            ORDER BY way, outcome
            """
        ).compactMap { row in Way(rawValue: row.text(0)).map { ($0, row.text(1), row.int(2)) } }
    }

    /// The secret of this name; made where there is none.
    static func secret(_ name: String, make: () -> [UInt8], in transaction: Transaction) throws -> [UInt8] {
        if let row = try transaction.row("SELECT secret FROM post_key WHERE name = \(name)") { return row.blob(0) }
        let secret = make()
        try transaction.run("INSERT INTO post_key (name, secret) VALUES (\(name), \(secret))")
        return secret
    }
}
