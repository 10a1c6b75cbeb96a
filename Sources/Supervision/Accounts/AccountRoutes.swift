// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import Hummingbird
import Inventory
package import Journal

/// Addresses of the accounts. Whoever has the right to manage accounts sees them; only whoever may configure changes them.
package struct AccountRoutes {
    let journal: Journal
    let live: LiveFeed
    let tell: @Sendable (RoomEntry) async throws -> Void

    /// - Parameters:
    ///   - live: whose streams of an account end when its rights, sessions or keys change: the browser asks again with what it has then.
    ///   - tell: writes an entry into the log of the room.
    package init(journal: Journal, live: LiveFeed, tell: @escaping @Sendable (RoomEntry) async throws -> Void) {
        (self.journal, self.live, self.tell) = (journal, live, tell)
    }

    package func add(to desk: Desk) {
        desk.page("/console/accounts", "Accounts", right: .manage) { _, context in
            let seesRegister = try context.required().mayEverywhere(.manage, "privacy")
            return AccountPage.list(try await journal.read { try AccountStore.all(in: $0) }, seesRegister: seesRegister)
        }
        desk.page("/console/accounts/{number}", "One account", right: .manage) { _, context in
            let number = Int64(try context.number("number"))
            return try await journal.read { transaction in
                guard let account = try AccountStore.find(number: number, in: transaction) else { throw Refused.notFound(context.address) }
                return AccountSheetPage(
                    account: account, sessions: try SessionStore.sessions(of: number, in: transaction),
                    keys: try KeyStore.keys(of: number, in: transaction),
                    attempts: try SessionStore.attempts(of: account.login, in: transaction), now: context.now
                ).page
            }
        }
        addActs(to: desk)
        addGrants(to: desk)
        addKeys(to: desk)
    }

    private func addActs(to desk: Desk) {
        desk.act("/console/accounts", "Open an account", right: .configure) { form, context in
            var form = form
            let login = form.text("login", 1...64)
            let name = form.text("name", 1...200)
            let language: Language = form.choice("language", or: .french)
            let grant = try await grant(&form)
            try form.finish()
            let password = AccountRoutes.temporaryPassword()
            let hash = try await AccountRoutes.passwords.hash(password)
            let author = try context.required().login
            try await change("account.open", Words("Compte \(login) ouvert", "Account \(login) opened"), people: [login], context) {
                _ = try AccountStore.create(
                    login: login, name: name, language: language, password: hash, grants: [grant], by: author, at: context.now, in: $0)
            }
            return AccountPage.secret(
                Words("Mot de passe provisoire de \(login)", "Temporary password of \(login)"), password,
                note: Words(
                    "Il ne sera plus affiché. Transmettez-le de vive voix.", "It will not be shown again. Pass it on by word of mouth."),
                back: "/console/accounts")
        }
        act(desk, "close", "Close an account") { form, number, context in
            let reason = form.text("reason")
            try form.finish()
            return (
                Words("Compte \(number) fermé : \(reason)", "Account \(number) closed: \(reason)"),
                { author, transaction in
                    try AccountStore.close(number, reason: reason, by: author, at: context.now, in: transaction)
                }
            )
        }
        act(desk, "reopen", "Reopen an account") { form, number, context in
            let reason = form.text("reason")
            try form.finish()
            return (
                Words("Compte \(number) rouvert : \(reason)", "Account \(number) reopened: \(reason)"),
                { author, transaction in
                    try AccountStore.reopen(number, reason: reason, by: author, at: context.now, in: transaction)
                }
            )
        }
        act(desk, "sessions/end", "Sign an account out everywhere") { _, number, _ in
            (
                Words("Compte \(number) déconnecté partout", "Account \(number) signed out everywhere"),
                { _, transaction in
                    try SessionStore.endAll(of: number, in: transaction)
                }
            )
        }
        desk.act("/console/accounts/{number}/password", "Give a new temporary password", right: .configure) { _, context in
            let number = Int64(try context.number("number"))
            let password = AccountRoutes.temporaryPassword()
            let hash = try await AccountRoutes.passwords.hash(password)
            try await change(
                "account.password", Words("Mot de passe du compte \(number) changé", "Password of account \(number) changed"), context
            ) {
                try AccountStore.setPassword(hash, of: number, in: $0)
            }
            live.hangUp(account: number)
            return AccountPage.secret(
                Words("Nouveau mot de passe provisoire", "New temporary password"), password,
                note: Words("Les sessions ouvertes sont fermées.", "Open sessions were ended."), back: "/console/accounts/\(number)")
        }
    }

    private func addGrants(to desk: Desk) {
        act(desk, "grants", "Grant a right") { form, number, context in
            let grant = try await grant(&form)
            try form.finish()
            let title = "\(grant.right) \(grant.trade) \(grant.communes.joined(separator: " "))"
            return (
                Words("Compte \(number) : droit accordé, \(title)", "Account \(number): right granted, \(title)"),
                { author, transaction in
                    try AccountStore.add(grant, to: number, by: author, at: context.now, in: transaction)
                }
            )
        }
        act(desk, "grants/{grant}/end", "Take a right away") { _, number, context in
            let held = Int64(try context.number("grant"))
            return (
                Words("Compte \(number) : droit retiré", "Account \(number): right taken away"),
                { author, transaction in
                    try AccountStore.end(grant: held, of: number, by: author, at: context.now, in: transaction)
                }
            )
        }
    }

    private func addKeys(to desk: Desk) {
        desk.act("/console/accounts/{number}/keys", "Create an API key", right: .configure) { form, context in
            var form = form
            let number = Int64(try context.number("number"))
            let title = form.text("title", 1...120)
            let grant = try await grant(&form)
            let days = form.integer("days", 1...730)
            try form.finish()
            let made = Tokens.makeKey()
            let author = try context.required().login
            try await change(
                "account.key", Words("Clé « \(title) » créée pour le compte \(number)", "Key '\(title)' created for account \(number)"),
                context
            ) {
                try KeyStore.add(
                    title: title, token: made.hash, start: made.prefix, grant: grant, account: number, by: author, at: context.now,
                    until: context.now + .days(Int64(days)), in: $0)
            }
            return AccountPage.secret(
                Words("Clé d'API « \(title) »", "API key '\(title)'"), made.key,
                note: Words(
                    "Elle ne sera plus affichée. En-tête : Authorization: Bearer <clé>.",
                    "It will not be shown again. Header: Authorization: Bearer <key>."),
                back: "/console/accounts/\(number)")
        }
        act(desk, "keys/{key}/end", "Revoke an API key") { _, number, context in
            let key = Int64(try context.number("key"))
            return (
                Words("Clé \(key) du compte \(number) révoquée", "Key \(key) of account \(number) revoked"),
                { author, transaction in
                    try KeyStore.end(key, of: number, by: author, at: context.now, in: transaction)
                }
            )
        }
    }

    // MARK: Inside

    private typealias Change = @Sendable (_ author: String, Transaction) throws -> Void

    private func act(
        _ desk: Desk, _ path: String, _ summary: String,
        _ read: @escaping @Sendable (inout Form, Int64, ConsoleContext) async throws -> (Words, Change)
    ) {
        desk.act("/console/accounts/{number}/\(path)", summary, right: .configure) { form, context in
            var form = form
            let number = Int64(try context.number("number"))
            let author = try context.required().login
            let (words, body) = try await read(&form, number, context)
            try await change("account.\(path)", words, context) { try body(author, $0) }
            live.hangUp(account: number)
            return SeeOther("/console/accounts/\(number)")
        }
    }

    private func change(
        _ key: String, _ words: Words, people: [String] = [], _ context: ConsoleContext,
        _ body: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        do {
            try await journal.write(body)
        } catch let error as AccountError {
            throw error == .unknownAccount ? Refused.notFound(context.address) : Refused.conflict(error.words)
        }
        let author = try context.required().login
        try await tell(RoomEntry(at: context.now, author: author, trade: "accounts", subject: key, text: words, people: people))
    }

    private func grant(_ form: inout Form) async throws -> Grant {
        let right = Right(rawValue: form.integer("right", 1...4)) ?? .view
        let known = try await journal.read { try AreaStore.names(in: $0) }
        do throws(GrantRules.Fault) {
            return try GrantRules.grant(right, trade: form["trade"] ?? "", communes: form["communes"] ?? "", known: known)
        } catch {
            if case .trade = error { form.refuse("trade", error.words) } else { form.refuse("communes", error.words) }
            return Grant(right: right)
        }
    }

    private static let passwords = Passwords()

    /// Twenty characters without those that look alike: about 98 bits.
    static func temporaryPassword() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        var random = SystemRandomNumberGenerator()
        let text = (0..<20).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }
        return stride(from: 0, to: 20, by: 5).map { String(text[$0..<($0 + 5)]) }.joined(separator: "-")
    }
}
