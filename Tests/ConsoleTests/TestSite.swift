// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization

/// Accounts kept in memory, and a clock that a test turns.
final class TestHouse: Sendable {
    struct State {
        var now = Instant(seconds: 1_795_284_000)
        var accounts: [String: Account] = [:]
        var sessions: [[UInt8]: SessionRecord] = [:]
        var keys: [[UInt8]: (KeyRecord, String)] = [:]
        var events: [SignInEvent] = []
    }
    let state = Mutex(State())

    /// argon2id takes 40 ms: one password for all tests, hashed once.
    static let password = "correct horse battery"
    static let passwordHash = (try? Passwords.hash(password)) ?? ""

    var clock: Clock { Clock { [self] in state.withLock { $0.now } } }
    func pass(_ span: Span) { state.withLock { $0.now = $0.now + span } }
    var events: [SignInEvent] { state.withLock { $0.events } }

    @discardableResult
    func add(_ login: String, _ grants: [Grant], isClosed: Bool = false) -> Person {
        state.withLock { state in
            let person = Person(account: Int64(state.accounts.count + 1), login: login, name: login.capitalized, grants: grants)
            state.accounts[login] = Account(person: person, passwordHash: Self.passwordHash, isClosed: isClosed)
            return person
        }
    }

    func addKey(for login: String, _ grants: [Grant], expiresAt: Instant = .distantFuture) -> String {
        let made = Tokens.makeKey()
        state.withLock { $0.keys[made.hash] = (KeyRecord(prefix: made.prefix, name: "test", expiresAt: expiresAt, grants: grants), login) }
        return made.key
    }

    /// A session without going through the sign-in page; its cookie.
    func session(for login: String) -> String {
        let token = Tokens.make()
        state.withLock { state in
            guard let account = state.accounts[login] else { return }
            let hash = Tokens.hash(token)
            state.sessions[hash] = SessionRecord(
                tokenHash: hash, account: account.person.account, startedAt: state.now, seenAt: state.now, peer: "192.0.2.1", agent: "test")
        }
        return "vigie=\(token)"
    }

    var port: AccountPort {
        AccountPort(
            account: { [self] login in state.withLock { $0.accounts[login] } },
            session: { [self] hash in
                state.withLock { state in
                    guard let record = state.sessions[hash],
                        let account = state.accounts.values.first(where: { $0.person.account == record.account })
                    else { return nil }
                    return (record, account)
                }
            },
            startSession: { [self] record in state.withLock { $0.sessions[record.tokenHash] = record } },
            seen: { [self] hash, at in state.withLock { $0.sessions[hash]?.seenAt = at } },
            endSession: { [self] hash in state.withLock { $0.sessions[hash] = nil } },
            endSessions: { [self] account in state.withLock { $0.sessions = $0.sessions.filter { $0.value.account != account } } },
            key: { [self] hash in
                state.withLock { state in
                    guard let (record, login) = state.keys[hash], let account = state.accounts[login] else { return nil }
                    return (record, account)
                }
            },
            changePassword: { [self] account, hash, token in
                state.withLock { state in
                    for login in state.accounts.keys where state.accounts[login]?.person.account == account {
                        state.accounts[login]?.passwordHash = hash
                    }
                    state.sessions = state.sessions.filter { $0.value.account != account || $0.key == token }
                }
            },
            record: { [self] event in state.withLock { $0.events.append(event) } })
    }

    func site(_ settings: SiteSettings = SiteSettings(), live: LiveFeed = LiveFeed(), routes: (Site) -> Void = { _ in }) -> Site {
        let navigation = [
            NavigationItem("lighting", Words("Éclairage", "Lighting"), "/console/lighting", icon: .lamp, trade: "lighting"),
            NavigationItem("accounts", Words("Comptes", "Accounts"), "/console/accounts", icon: .people, right: .manage, trade: "accounts"),
        ]
        let site = Site(
            settings: settings, navigation: navigation, accounts: port, live: live, clock: clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        routes(site)
        return site
    }

    /// Runs requests against the site without a socket.
    func with(_ site: Site, _ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await Application(responder: site.responder()).test(.router) { client in try await body(client) }
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The value of the first form token in the page.
    var csrf: String {
        guard let start = text.range(of: "name=\"csrf\" value=\"") else { return "" }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }

    /// `name=value` of a cookie that the answer sets.
    func cookie(_ name: String) -> String? {
        headers[values: .setCookie].first { $0.hasPrefix(name + "=") }.map { String($0.prefix { $0 != ";" }) }
    }
}
