// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Synchronization

/// Who is at the door: turns cookies and keys into persons, lets in and sees out.
final class Doorkeeper: Sendable {
    let settings: SiteSettings
    let accounts: AccountPort
    let clock: Clock
    let passwords = Passwords()
    let lockout = Lockout()
    let pace = Pace()

    init(settings: SiteSettings, accounts: AccountPort, clock: Clock) {
        (self.settings, self.accounts, self.clock) = (settings, accounts, clock)
    }

    /// The person behind a session token, or nil where there is none, it is over, or the account is closed.
    func recognise(token: String, at now: Instant) async throws -> (Person, SessionRecord)? {
        guard Tokens.isWellFormed(token) else { return nil }
        let hash = Tokens.hash(token)
        guard let (record, account) = try await accounts.session(hash) else { return nil }
        let isOver = now - record.seenAt > settings.idleLimit || now - record.startedAt > settings.absoluteLimit
        if isOver || account.isClosed {
            try await accounts.endSession(hash)
            return nil
        }
        if now - record.seenAt > .minutes(1) { try await accounts.seen(hash, now) }
        return (account.person, record)
    }

    /// The person behind an API key, with the rights that both the key and its account have.
    func recognise(key: String, at now: Instant) async throws -> Person? {
        guard key.hasPrefix("vigie_"), key.utf8.count <= 100, let (record, account) = try await accounts.key(Tokens.hash(key)) else {
            return nil
        }
        guard !account.isClosed, now < record.expiresAt else { return nil }
        var person = account.person
        person.grants = record.grants.flatMap { grant in Self.shared(grant, account.person.grants) }
        return person
    }

    /// What a key's grant leaves of its account's grants: the lower right, the narrower trade, the smaller area.
    static func shared(_ key: Grant, _ grants: [Grant]) -> [Grant] {
        grants.compactMap { own in
            guard key.trade.isEmpty || own.trade.isEmpty || key.trade == own.trade else { return nil }
            let communes: [String]
            switch (key.communes.isEmpty, own.communes.isEmpty) {
            case (true, _): communes = own.communes
            case (_, true): communes = key.communes
            default:
                communes = key.communes.filter { own.communes.contains($0) }
                if communes.isEmpty { return nil }
            }
            return Grant(right: min(key.right, own.right), trade: key.trade.isEmpty ? own.trade : key.trade, communes: communes)
        }
    }

    enum Admission {
        case admitted(token: String, Person)
        case refused
        case wait(seconds: Int)
    }

    /// Checks a login and a password. A login that does not exist takes as long and gets the same answer as a wrong password.
    func admit(login typed: String, password: String, peer: String, agent: String) async throws -> Admission {
        let login = String(typed.lowercased().prefix(64))
        let now = clock.now()
        if let seconds = lockout.wait(login: login, peer: peer, at: now) {
            await accounts.record(SignInEvent(.lockedOut, login: login, account: nil, peer: peer, at: now))
            return .wait(seconds: seconds)
        }
        let account = password.utf8.count <= 1_024 ? try await accounts.account(login) : nil
        let fits = try await passwords.fits(password, account?.passwordHash ?? Passwords.decoy)
        guard let account, fits, !account.isClosed else {
            lockout.failed(login: login, peer: peer, at: now)
            await accounts.record(SignInEvent(.refused, login: login, account: account?.person.account, peer: peer, at: now))
            return .refused
        }
        lockout.succeeded(login: login, peer: peer, at: now)
        let token = Tokens.make()
        try await accounts.startSession(
            SessionRecord(
                tokenHash: Tokens.hash(token), account: account.person.account, startedAt: now, seenAt: now, peer: peer,
                agent: String(agent.prefix(200))))
        await accounts.record(SignInEvent(.signedIn, login: login, account: account.person.account, peer: peer, at: now))
        return .admitted(token: token, account.person)
    }

    enum PasswordChange {
        case changed
        case wrong
        case wait(seconds: Int)
    }

    /// Checks the present password as the sign-in does, then keeps the new one and ends the account's other sessions.
    func changePassword(
        of person: Person, session: SessionRecord, from present: String, to next: String, _ context: ConsoleContext
    ) async throws -> PasswordChange {
        let (login, peer, now) = (person.login, context.peer, context.now)
        func event(_ what: SignInEvent.What) -> SignInEvent {
            SignInEvent(what, login: login, account: person.account, peer: peer, at: now)
        }
        if let seconds = lockout.wait(login: login, peer: peer, at: now) {
            await accounts.record(event(.lockedOut))
            return .wait(seconds: seconds)
        }
        let account = present.utf8.count <= 1_024 ? try await accounts.account(login) : nil
        guard let account, try await passwords.fits(present, account.passwordHash) else {
            lockout.failed(login: login, peer: peer, at: now)
            await accounts.record(event(.refused))
            return .wrong
        }
        lockout.succeeded(login: login, peer: peer, at: now)
        try await accounts.changePassword(person.account, try await passwords.hash(next), session.tokenHash)
        await accounts.record(event(.passwordChanged))
        return .changed
    }

    func seeOut(_ context: ConsoleContext, everywhere: Bool) async throws {
        guard let person = context.person, let session = context.session else { return }
        if everywhere {
            try await accounts.endSessions(person.account)
        } else {
            try await accounts.endSession(session.tokenHash)
        }
        let what: SignInEvent.What = everywhere ? .signedOutEverywhere : .signedOut
        await accounts.record(SignInEvent(what, login: person.login, account: person.account, peer: context.peer, at: context.now))
    }
}
