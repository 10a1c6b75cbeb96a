// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How Console reaches accounts, sessions and keys without knowing where they are kept: closures that Supervision's store fulfils.
/// Every closure may throw; a failure is answered with 500 or 503 and never signs anybody in.
package struct AccountPort: Sendable {
    /// The account with this login (already lower-cased), or nil.
    package var account: @Sendable (_ login: String) async throws -> Account?
    /// The session whose token has this SHA-256, with its account as it is now (rights may have changed), or nil.
    package var session: @Sendable (_ tokenHash: [UInt8]) async throws -> (SessionRecord, Account)?
    package var startSession: @Sendable (SessionRecord) async throws -> Void
    /// Called at most once a minute a session.
    package var seen: @Sendable (_ tokenHash: [UInt8], Instant) async throws -> Void
    package var endSession: @Sendable (_ tokenHash: [UInt8]) async throws -> Void
    /// Sign-out everywhere.
    package var endSessions: @Sendable (_ account: Int64) async throws -> Void
    /// The API key whose whole text has this SHA-256, with the account that it acts for, or nil.
    package var key: @Sendable (_ keyHash: [UInt8]) async throws -> (KeyRecord, Account)?
    /// A new encoded hash for an account, where its parameters have grown since it was made.
    package var rehash: @Sendable (_ account: Int64, _ encoded: String) async throws -> Void
    /// A new password, by its owner: ends every session of the account but the one whose token has this SHA-256.
    package var changePassword: @Sendable (_ account: Int64, _ encoded: String, _ keeping: [UInt8]) async throws -> Void
    /// For the log: who came, who was refused and why. Never holds a password or token.
    package var record: @Sendable (SignInEvent) async -> Void

    package init(
        account: @escaping @Sendable (String) async throws -> Account?,
        session: @escaping @Sendable ([UInt8]) async throws -> (SessionRecord, Account)?,
        startSession: @escaping @Sendable (SessionRecord) async throws -> Void,
        seen: @escaping @Sendable ([UInt8], Instant) async throws -> Void,
        endSession: @escaping @Sendable ([UInt8]) async throws -> Void,
        endSessions: @escaping @Sendable (Int64) async throws -> Void,
        key: @escaping @Sendable ([UInt8]) async throws -> (KeyRecord, Account)? = { _ in nil },
        rehash: @escaping @Sendable (Int64, String) async throws -> Void = { _, _ in },
        changePassword: @escaping @Sendable (Int64, String, [UInt8]) async throws -> Void,
        record: @escaping @Sendable (SignInEvent) async -> Void = { _ in }
    ) {
        (self.account, self.session, self.startSession, self.seen) = (account, session, startSession, seen)
        (self.endSession, self.endSessions, self.key) = (endSession, endSessions, key)
        (self.rehash, self.changePassword, self.record) = (rehash, changePassword, record)
    }
}

/// Somebody who may sign in.
package struct Account: Sendable {
    package var person: Person
    /// argon2id in its encoded form, `$argon2id$v=19$m=19456,t=2,p=1$…` (`Passwords.hash` makes it).
    package var passwordHash: String
    /// A closed account cannot sign in and its sessions end at once.
    package var isClosed: Bool
    package init(person: Person, passwordHash: String, isClosed: Bool = false) {
        (self.person, self.passwordHash, self.isClosed) = (person, passwordHash, isClosed)
    }
}

/// One signed-in browser. The token itself is only in the browser's cookie; we keep its SHA-256.
package struct SessionRecord: Sendable, Hashable {
    package var tokenHash: [UInt8]
    package var account: Int64
    package var startedAt: Instant
    package var seenAt: Instant
    package var peer: String
    /// The browser's User-Agent, at most 200 characters, so that its owner recognises it in the list of sessions.
    package var agent: String
    package init(tokenHash: [UInt8], account: Int64, startedAt: Instant, seenAt: Instant, peer: String, agent: String) {
        (self.tokenHash, self.account, self.startedAt, self.seenAt) = (tokenHash, account, startedAt, seenAt)
        (self.peer, self.agent) = (peer, agent)
    }
}

/// A key for programs: `vigie_<8 characters>_<43 characters>`. The first 14 characters are shown in lists; we keep the SHA-256 of the whole.
package struct KeyRecord: Sendable, Hashable {
    package var prefix: String
    package var name: String
    package var expiresAt: Instant
    /// The key's own rights; what it may do is what both it and its account may.
    package var grants: [Grant]
    package init(prefix: String, name: String, expiresAt: Instant = .distantFuture, grants: [Grant]) {
        (self.prefix, self.name, self.expiresAt, self.grants) = (prefix, name, expiresAt, grants)
    }
}

package struct SignInEvent: Sendable, Hashable {
    package enum What: String, Sendable { case signedIn, refused, lockedOut, signedOut, signedOutEverywhere, passwordChanged }
    package var what: What
    /// The login as typed (at most 64 characters).
    package var login: String
    /// Nil where no such account exists.
    package var account: Int64?
    package var peer: String
    package var at: Instant
    package init(_ what: What, login: String, account: Int64?, peer: String, at: Instant) {
        (self.what, self.login, self.account, self.peer, self.at) = (what, login, account, peer, at)
    }
}
