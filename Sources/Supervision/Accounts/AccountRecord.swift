// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A person's place in the room: what they sign in with, what they may do, whether the door is open to them.
package struct AccountRecord: Sendable, Hashable {
    package var number: Int64
    package var login: String
    package var name: String
    package var language: Language
    package var grants: [NumberedGrant]
    package var records: [Record]
    package var createdAt: Instant
    package var createdBy: String
    /// The day of destruction, once the account is closed.
    package var destroyAt: Instant?

    /// Opened or closed, by whom and why.
    package struct Record: Sendable, Hashable {
        package var isOpening: Bool
        package var at: Instant
        package var author: String
        package var reason: String
    }

    /// A grant with the number by which it can be ended.
    package struct NumberedGrant: Sendable, Hashable {
        package var number: Int64
        package var grant: Grant
        package var at: Instant
        package var author: String
    }

    /// One signed-in browser, as the page lists it.
    package struct Session: Sendable, Hashable {
        /// SHA-256 of the token in the browser's cookie.
        package var token: [UInt8]
        package var createdAt: Instant
        package var seenAt: Instant
        package var address: String
        package var agent: String
    }

    /// One attempt to sign in.
    package struct Attempt: Sendable, Hashable {
        package var at: Instant
        package var address: String
        package var hasSucceeded: Bool
    }

    /// A key of a program; its text was shown once and is not known any more.
    package struct Key: Sendable, Hashable {
        package var number: Int64
        package var title: String
        package var start: String
        package var grant: Grant
        package var createdAt: Instant
        package var createdBy: String
        package var expiresAt: Instant
        package var endedAt: Instant?
    }

    package var isOpen: Bool { records.last?.isOpening ?? false }
    package var person: Person {
        Person(account: number, login: login, name: name, grants: grants.map(\.grant), language: language)
    }

    /// A sign-in name: 1 to 64 of lower-case letters, digits, '.', '-', '_'.
    package static func isLogin(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}

/// Why an act on an account was not done; the pages say it in the reader's language.
package enum AccountError: Error, Equatable {
    case badLogin(String)
    case loginTaken(String)
    case badName
    case unknownAccount
    case unknownGrant
    case unknownKey
    case reasonMissing
    case closedAccount
    /// A key that should do what its account may not.
    case beyondOwnRights
    /// The last open account with the right to configure cannot be closed nor lose that right: nobody could enter any more.
    case lastConfigurer

    package var words: Words {
        switch self {
        case .badLogin(let login):
            Words(
                "« \(login) » n'est pas un identifiant : 1 à 64 lettres minuscules, chiffres, « . », « - » ou « _ ».",
                "'\(login)' is not a sign-in name: 1 to 64 lower-case letters, digits, '.', '-' or '_'.")
        case .loginTaken(let login):
            Words("L'identifiant « \(login) » existe déjà.", "The sign-in name '\(login)' exists already.")
        case .badName: Words("Le nom doit compter de 1 à 200 caractères.", "The name must have 1 to 200 characters.")
        case .unknownAccount: Words("Ce compte n'existe pas.", "There is no such account.")
        case .unknownGrant: Words("Ce droit n'existe pas ou plus.", "There is no such grant, or it has ended.")
        case .unknownKey: Words("Cette clé n'existe pas ou plus.", "There is no such key, or it has ended.")
        case .reasonMissing: Words("Dites pourquoi.", "Say why.")
        case .closedAccount: Words("Ce compte est fermé.", "This account is closed.")
        case .beyondOwnRights:
            Words(
                "Une clé ne peut pas plus que son compte : demandez un droit, un métier et des communes que le compte a.",
                "A key may not do more than its account: ask for a right, a trade and communes that the account has.")
        case .lastConfigurer:
            Words(
                "C'est le dernier compte qui peut configurer : plus personne ne pourrait entrer.",
                "This is the last account that can configure: nobody could enter any more.")
        }
    }
}
