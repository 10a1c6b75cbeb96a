// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Sessions and attempts to sign in. Tokens come in as their SHA-256: the journal never holds one that works.
package enum SessionStore {
    /// An unused session is destroyed after this long; Console may end it sooner.
    static let sessionKept = Span.hours(24)
    /// How long attempts to sign in are kept (CNIL's recommendation on logging, 2021: six months to a year).
    static let attemptsKept = Span.days(180)

    package static func begin(_ session: AccountRecord.Session, account: Int64, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO account_session (token, account, created_at, seen_at, address, agent, destroy_at)
            VALUES (\(session.token), \(account), \(session.createdAt), \(session.seenAt), \(session.address),
                \(String(session.agent.prefix(200))), \(session.seenAt + sessionKept))
            """)
    }

    /// The session and its account as it is now, open or closed.
    package static func find(
        token: [UInt8], in transaction: Transaction
    ) throws -> (session: AccountRecord.Session, account: AccountRecord)? {
        let row = try transaction.row(
            "SELECT account, created_at, seen_at, address, agent FROM account_session WHERE token = \(token)")
        guard let row, let account = try AccountStore.find(number: row.integer(0), in: transaction) else { return nil }
        let session = AccountRecord.Session(
            token: token, createdAt: row.instant(1), seenAt: row.instant(2), address: row.text(3), agent: row.text(4))
        return (session, account)
    }

    /// Marks the session as used and moves its day of destruction.
    package static func touch(token: [UInt8], at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            "UPDATE account_session SET seen_at = \(now), destroy_at = \(now + sessionKept) WHERE token = \(token)")
    }

    package static func end(token: [UInt8], in transaction: Transaction) throws {
        try transaction.run("DELETE FROM account_session WHERE token = \(token)")
    }

    /// Signs out everywhere, but for the session with the token's hash `kept`. Returns how many sessions ended.
    @discardableResult
    package static func endAll(of account: Int64, except kept: [UInt8]? = nil, in transaction: Transaction) throws -> Int {
        guard let kept else { return try transaction.run("DELETE FROM account_session WHERE account = \(account)") }
        return try transaction.run("DELETE FROM account_session WHERE account = \(account) AND token <> \(kept)")
    }

    /// The sessions of an account, last used first.
    package static func sessions(of account: Int64, in transaction: Transaction) throws -> [AccountRecord.Session] {
        try transaction.rows(
            """
            SELECT token, created_at, seen_at, address, agent FROM account_session WHERE account = \(account) ORDER BY seen_at DESC
            """
        ).map {
            AccountRecord.Session(
                token: $0.blob(0), createdAt: $0.instant(1), seenAt: $0.instant(2), address: $0.text(3), agent: $0.text(4))
        }
    }

    package static func note(attempt login: String, address: String, succeeded: Bool, at now: Instant, in transaction: Transaction) throws {
        let number = try AccountStore.next("account_attempt", transaction)
        try transaction.run(
            """
            INSERT INTO account_attempt (number, login, address, at, succeeded, destroy_at)
            VALUES (\(number), \(String(login.prefix(64))), \(address), \(now), \(succeeded), \(now + attemptsKept))
            """)
    }

    /// The last attempts under a login, newest first.
    package static func attempts(of login: String, limit: Int = 20, in transaction: Transaction) throws -> [AccountRecord.Attempt] {
        try transaction.rows(
            "SELECT at, address, succeeded FROM account_attempt WHERE login = \(login) ORDER BY number DESC LIMIT \(limit)"
        ).map { AccountRecord.Attempt(at: $0.instant(0), address: $0.text(1), hasSucceeded: $0.flag(2)) }
    }
}
