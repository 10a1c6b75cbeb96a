// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Sessions, keys and attempts to sign in. Tokens come in as their SHA-256: the journal never holds one that works.
package enum SessionStore {
    /// How long attempts to sign in are kept (CNIL's recommendation on logging: six months to a year).
    static let attemptsKept = Span.days(180)

    package static func begin(
        token: [UInt8], csrf: String, account: Int64, address: String, agent: String, at now: Instant, until: Instant,
        in transaction: Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO account_session (token, account, csrf, created_at, seen_at, address, agent, destroy_at)
            VALUES (\(token), \(account), \(csrf), \(now), \(now), \(address), \(String(agent.prefix(200))), \(until))
            """)
    }

    /// The account and the CSRF secret of a session that has not expired, of an open account.
    package static func find(token: [UInt8], at now: Instant, in transaction: Transaction) throws -> (account: Account, csrf: String)? {
        let row = try transaction.row(
            "SELECT account, csrf FROM account_session WHERE token = \(token) AND destroy_at > \(now)")
        guard let row, let account = try AccountStore.find(number: row.integer(0), in: transaction), account.isOpen else { return nil }
        return (account, row.text(1))
    }

    /// Marks the session as used now and moves its end.
    package static func touch(token: [UInt8], at now: Instant, until: Instant, in transaction: Transaction) throws {
        try transaction.run("UPDATE account_session SET seen_at = \(now), destroy_at = \(until) WHERE token = \(token)")
    }

    package static func end(token: [UInt8], in transaction: Transaction) throws {
        try transaction.run("DELETE FROM account_session WHERE token = \(token)")
    }

    /// Signs out everywhere. Returns how many sessions ended.
    @discardableResult
    package static func endAll(of account: Int64, in transaction: Transaction) throws -> Int {
        try transaction.run("DELETE FROM account_session WHERE account = \(account)")
    }

    package static func sessions(of account: Int64, at now: Instant, in transaction: Transaction) throws -> [Account.Session] {
        try transaction.rows(
            """
            SELECT created_at, seen_at, address, agent FROM account_session
            WHERE account = \(account) AND destroy_at > \(now) ORDER BY seen_at DESC
            """
        ).map { Account.Session(createdAt: $0.instant(0), seenAt: $0.instant(1), address: $0.text(2), agent: $0.text(3)) }
    }

    // MARK: Keys

    /// Keeps a new key. `start` is its first characters, by which its owner knows it again.
    @discardableResult
    package static func addKey(
        title: String, token: [UInt8], start: String, account: Int64, by author: String, at now: Instant, until: Instant,
        in transaction: Transaction
    ) throws -> Int64 {
        guard (1...120).contains(title.count) else { throw AccountError.badName }
        let number = try AccountStore.next("account_key", transaction)
        try transaction.run(
            """
            INSERT INTO account_key (number, account, title, token, start, created_at, created_by, destroy_at, ended_at, ended_by)
            VALUES (\(number), \(account), \(title), \(token), \(start), \(now), \(author), \(until), NULL, NULL)
            """)
        return number
    }

    package static func account(ofKey token: [UInt8], at now: Instant, in transaction: Transaction) throws -> Account? {
        let row = try transaction.row(
            "SELECT account FROM account_key WHERE token = \(token) AND destroy_at > \(now) AND ended_at IS NULL")
        guard let row, let account = try AccountStore.find(number: row.integer(0), in: transaction), account.isOpen else { return nil }
        return account
    }

    package static func endKey(_ number: Int64, of account: Int64, by author: String, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE account_key SET ended_at = \(now), ended_by = \(author)
            WHERE number = \(number) AND account = \(account) AND ended_at IS NULL
            """)
    }

    package static func keys(of account: Int64, in transaction: Transaction) throws -> [Account.Key] {
        try transaction.rows(
            """
            SELECT number, title, start, created_at, created_by, destroy_at, ended_at FROM account_key
            WHERE account = \(account) ORDER BY number
            """
        ).map { row in
            Account.Key(
                number: row.integer(0), title: row.text(1), start: row.text(2), createdAt: row.instant(3), createdBy: row.text(4),
                expiresAt: row.instant(5), endedAt: row.isNull(6) ? nil : row.instant(6))
        }
    }

    // MARK: Attempts

    package static func note(attempt login: String, address: String, succeeded: Bool, at now: Instant, in transaction: Transaction) throws {
        let number = try AccountStore.next("account_attempt", transaction)
        try transaction.run(
            """
            INSERT INTO account_attempt (number, login, address, at, succeeded, destroy_at)
            VALUES (\(number), \(String(login.prefix(64))), \(address), \(now), \(succeeded), \(now + attemptsKept))
            """)
    }

    /// How many attempts under this login failed since the last success, within the span before `now`, and when the last was.
    package static func failures(
        of login: String, since start: Instant, in transaction: Transaction
    ) throws -> (count: Int, last: Instant?) {
        let success = try transaction.row(
            "SELECT MAX(at) FROM account_attempt WHERE login = \(login) AND succeeded = 1 AND at >= \(start)")
        let from = success.flatMap { $0.isNull(0) ? nil : $0.instant(0) } ?? start
        let row = try transaction.row(
            "SELECT COUNT(*), MAX(at) FROM account_attempt WHERE login = \(login) AND succeeded = 0 AND at >= \(from)")
        guard let row else { return (0, nil) }
        return (Int(row.integer(0)), row.isNull(1) ? nil : row.instant(1))
    }
}
