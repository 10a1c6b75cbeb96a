// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Console
import ControlRoom
import Journal
import Supervision

/// `vigie user key`: a key for a program, made on the machine itself, as the page of the account makes it.
struct UserKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes an API key of an account and prints it once; only its SHA-256 is kept.",
        discussion: "The program shows it in the header: Authorization: Bearer <key>. A running server takes it at once.")

    @Argument(help: "Sign-in name of the account in whose name the program acts.") var login: String
    @Option(help: "What it is for, 1 to 120 letters.") var title: String
    @Option(help: "view, operate, manage or configure; never more than the account may.") var right = "view"
    @Option(help: "Trade: \(GrantRules.names); none for all.") var trade = ""
    @Option(help: "Communes by name or INSEE code, separated by commas; none for the whole territory.") var communes = ""
    @Option(help: "How many days it holds, 1 to 730.") var days = 365
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        guard let right = Right(word: right) else { throw ValidationError("--right \(right): give view, operate, manage or configure") }
        guard (1...730).contains(days) else { throw ValidationError("--days \(days): give 1 to 730") }
        let house = try ImportHouse(options)
        let grant = try house.grant(right, trade: trade, communes: communes)
        let made = Tokens.makeKey()
        let now = house.clock.now()
        do {
            let isKnown = try house.journal.writeHere { transaction in
                guard let account = try AccountStore.find(login: login, in: transaction) else { return false }
                try KeyStore.add(
                    title: title, token: made.hash, start: made.prefix, grant: grant, account: account.number, by: "vigie", at: now,
                    until: now + .days(Int64(days)), in: transaction)
                let scope = [trade, communes].filter { !$0.isEmpty }.map { " \($0)" }.joined()
                try house.tell(
                    Words(
                        "Clé d'API « \(title) » (\(right)\(scope), \(days) j) créée pour le compte \(login)",
                        "API key '\(title)' (\(right)\(scope), \(days) days) created for the account \(login)"),
                    trade: "accounts", subject: "account:\(login)", people: [login], in: transaction)
                return true
            }
            guard isKnown else { throw ValidationError("no account '\(login)'; `vigie user list` shows them") }
        } catch let error as AccountError { throw ValidationError(error.words.english) }
        print(made.key)
    }
}
