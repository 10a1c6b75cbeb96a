// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Journal

/// Console's closures over the journal's accounts: who may come in, and the record of who came.
package struct AccountDoor: Sendable {
    let journal: Journal
    let clock: Clock
    /// Called after the attempt is kept: the main log's entry is written by whoever owns the log.
    let tell: @Sendable (SignInEvent) async -> Void

    package init(journal: Journal, clock: Clock, tell: @escaping @Sendable (SignInEvent) async -> Void) {
        (self.journal, self.clock, self.tell) = (journal, clock, tell)
    }

    package var port: AccountPort {
        AccountPort(
            account: { login in try await journal.read { try AccountDoor.account(AccountStore.find(login: login, in: $0), $0) } },
            session: { token in
                try await journal.read { transaction in
                    guard let (session, record) = try SessionStore.find(token: token, in: transaction),
                        let account = try AccountDoor.account(record, transaction)
                    else { return nil }
                    return (AccountDoor.session(session, of: record.number), account)
                }
            },
            startSession: { session in
                try await journal.write {
                    try SessionStore.begin(
                        AccountRecord.Session(
                            token: session.tokenHash, createdAt: session.startedAt, seenAt: session.seenAt, address: session.peer,
                            agent: session.agent),
                        account: session.account, in: $0)
                }
            },
            seen: { token, at in try await journal.write { try SessionStore.touch(token: token, at: at, in: $0) } },
            endSession: { token in try await journal.write { try SessionStore.end(token: token, in: $0) } },
            endSessions: { account in _ = try await journal.write { try SessionStore.endAll(of: account, in: $0) } },
            key: { token in
                try await journal.read { transaction in
                    guard let (key, record) = try KeyStore.find(token: token, in: transaction),
                        let account = try AccountDoor.account(record, transaction)
                    else { return nil }
                    return (KeyRecord(prefix: key.start, name: key.title, expiresAt: key.expiresAt, grants: [key.grant]), account)
                }
            },
            rehash: { account, hash in try await journal.write { try AccountStore.rehash(hash, of: account, in: $0) } },
            changePassword: { account, hash, token in
                try await journal.write { try AccountStore.setPassword(hash, of: account, keeping: token, in: $0) }
            },
            record: { event in await keep(event) })
    }

    private func keep(_ event: SignInEvent) async {
        if [.signedIn, .refused, .lockedOut].contains(event.what) {
            // A journal that cannot be written must not lock anybody out; the event still reaches the log's own trouble.
            try? await journal.write {
                try SessionStore.note(
                    attempt: event.login, address: event.peer, succeeded: event.what == .signedIn, at: event.at, in: $0)
            }
        }
        await tell(event)
    }

    private static func account(_ record: AccountRecord?, _ transaction: Transaction) throws -> Account? {
        guard let record else { return nil }
        return Account(
            person: record.person, passwordHash: try AccountStore.password(of: record.number, in: transaction),
            isClosed: !record.isOpen)
    }

    private static func session(_ session: AccountRecord.Session, of account: Int64) -> SessionRecord {
        SessionRecord(
            tokenHash: session.token, account: account, startedAt: session.createdAt, seenAt: session.seenAt, peer: session.address,
            agent: session.agent)
    }
}
