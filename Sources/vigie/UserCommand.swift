// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Console
import ControlRoom
import Foundation
import Journal
import Supervision

/// `vigie user …`: local accounts, from the machine itself: the first account is made here.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Local accounts.", subcommands: [UserAdd.self, UserPassword.self, UserKey.self, UserList.self])
}

struct UserAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Opens an account.",
        discussion: "The password is read from the standard input (one line), or made and shown once with --make-password.")

    @Argument(help: "Sign-in name: lower-case letters, digits, '.', '-', '_'.") var login: String
    @Option(help: "The person's name.") var name: String
    @Option(help: "view, operate, manage or configure.") var right = "view"
    @Option(help: "Trade: \(GrantRules.names); none for all.") var trade = ""
    @Option(help: "Communes by name or INSEE code, separated by commas; none for the whole territory.") var communes = ""
    @Option(help: "fr or en.") var language = "fr"
    @Flag(help: "Makes a password and prints it once.") var makePassword = false
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        guard let right = Right(word: right) else { throw ValidationError("--right \(right): give view, operate, manage or configure") }
        guard let language = Language(rawValue: language) else { throw ValidationError("--language \(language): give fr or en") }
        let password = try makePassword ? NewPassword.make() : NewPassword.read()
        let house = try ImportHouse(options)
        let grant = try house.grant(right, trade: trade, communes: communes)
        let hash = try Passwords.hash(password)
        do {
            try house.journal.writeHere {
                _ = try AccountStore.create(
                    login: login, name: name, language: language, password: hash, grants: [grant], by: "vigie", at: house.clock.now(),
                    in: $0)
                try house.tell(
                    Words("Compte \(login) ouvert", "Account \(login) opened"), trade: "accounts", subject: "account:\(login)",
                    people: [login], in: $0)
            }
        } catch let error as AccountError { throw ValidationError(error.words.english) }
        print(makePassword ? "\(login)  \(password)" : "account '\(login)' is open")
    }
}

struct UserPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Sets a new password and signs the account out everywhere.")

    @Argument var login: String
    @Flag(help: "Makes a password and prints it once.") var makePassword = false
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let password = try makePassword ? NewPassword.make() : NewPassword.read()
        let house = try ImportHouse(options)
        let hash = try Passwords.hash(password)
        let isKnown = try house.journal.writeHere { transaction in
            guard let account = try AccountStore.find(login: login, in: transaction) else { return false }
            try AccountStore.setPassword(hash, of: account.number, in: transaction)
            try house.tell(
                Words("Mot de passe du compte \(login) changé", "Password of the account \(login) changed"), trade: "accounts",
                subject: "account:\(login)", people: [login], in: transaction)
            return true
        }
        guard isKnown else { throw ValidationError("no account '\(login)'; `vigie user list` shows them") }
        print(makePassword ? "\(login)  \(password)" : "password of '\(login)' set")
    }
}

struct UserList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All accounts.")
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        for account in try ImportHouse(options).journal.readHere({ try AccountStore.all(in: $0) }) {
            let grants = account.person.grants.map {
                "\($0.right)\($0.trade.isEmpty ? "" : " \($0.trade)")\($0.communes.isEmpty ? "" : " in \($0.communes.joined(separator: ","))")"
            }
            print(
                "\(account.person.login)\t\(account.person.name)\t\(account.isOpen ? "open" : "closed")\t\(grants.joined(separator: "; "))")
        }
    }
}

enum NewPassword {
    /// 20 characters of 32: 100 bits.
    static func make() -> String {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789-")
        var generator = SystemRandomNumberGenerator()
        return String((0..<20).map { _ in alphabet[Int(UInt8.random(in: 0..<32, using: &generator))] })
    }

    static func read() throws -> String {
        guard let line = readLine(strippingNewline: true), line.count >= 12 else {
            throw ValidationError("give the password on the standard input, one line of at least 12 characters, or --make-password")
        }
        return line
    }
}

extension Right {
    init?(word: String) {
        guard let right = Right.allCases.first(where: { "\($0)" == word }) else { return nil }
        self = right
    }
}
