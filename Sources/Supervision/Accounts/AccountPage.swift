// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// Who may enter the room: the list, and the sheet of one account.
package enum AccountPage {
    static let trades: [(String, Words)] = GrantRules.trades.map { ($0.name, $0.title) }

    static let rights: [(String, Words)] = [Right.view, .operate, .manage, .configure].map { (String($0.rawValue), $0.title) }

    /// - Parameter seesRegister: may open the register of processing: what is kept of these people, what for and until when.
    package static func list(_ accounts: [AccountRecord], seesRegister: Bool) -> Page {
        Page(
            title: Words("Comptes", "Accounts"), place: "accounts",
            actions: a(.class("button", "button-quiet"), .href("/console/help/accounts"), .rel("help")) { Words("Aide (?)", "Help (?)") }
        ) {
            DataTable(
                Words("Comptes", "Accounts"),
                columns: [
                    .init(Words("Identifiant", "Sign-in name")), .init(Words("Nom", "Name")), .init(Words("Droits", "Rights")),
                    .init(Words("État", "State")),
                ],
                rows: accounts.map { account in
                    .init(.when(!account.isOpen, .class("is-quiet"))) {
                        a(.href("/console/accounts/\(account.number)")) { account.login }
                        account.name
                        HTML.of { for held in account.grants { div { grant(held.grant) } } }
                        state(account)
                    }
                })
            createForm
            if seesRegister {
                p {
                    a(
                        Words("Données personnelles : pourquoi et jusqu'à quand", "Personal data: why and until when"),
                        .href("/console/privacy#register"))
                }
            }
        }
    }

    static func grant(_ grant: Grant) -> HTML {
        let trade = trades.first { $0.0 == grant.trade }?.1 ?? Words(grant.trade, grant.trade)
        return HTML.of {
            grant.right.title
            ", "
            trade
            if !grant.communes.isEmpty { " (" + grant.communes.joined(separator: ", ") + ")" }
        }
    }

    private static func state(_ account: AccountRecord) -> HTML {
        guard !account.isOpen else { return HTML.words(Words("ouvert", "open")) }
        return HTML.of {
            Words("fermé", "closed")
            if let last = account.records.last {
                " "
                HTML.time(last.at, .date)
                " (\(last.reason))"
            }
        }
    }

    private static var createForm: some Content {
        Panel(Words("Nouveau compte", "New account")) {
            form(.method("post"), .action("/console/accounts"), .class("stack")) {
                HTML.csrf
                textField(
                    "login", Words("Identifiant (minuscules, chiffres, . - _)", "Sign-in name (lower case, digits, . - _)"),
                    isRequired: true, limit: 64)
                textField("name", Words("Nom", "Name"), isRequired: true)
                choice("language", Words("Langue", "Language"), [("fr", Words("français", "French")), ("en", Words("anglais", "English"))])
                choice("right", Words("Droit", "Right"), rights)
                choice("trade", Words("Métier", "Trade"), trades)
                textField(
                    "communes",
                    Words(
                        "Communes : noms ou codes INSEE séparés par des virgules, vide pour toutes",
                        "Communes: names or INSEE codes with commas between, empty for all"))
                submit(Words("Créer le compte", "Create the account"), "button-primary")
                p(.class("quiet")) {
                    Words(
                        "Le mot de passe provisoire s'affiche une seule fois, à la page suivante.",
                        "The temporary password is shown once, on the next page.")
                }
            }
        }
    }

    /// A secret that is shown once, with what to do with it.
    package static func secret(_ title: Words, _ secret: String, note: Words, back: String) -> Page {
        Page(title: title, place: "accounts", trail: [.init(Words("Comptes", "Accounts"), "/console/accounts")]) {
            section(.class("panel")) {
                div(.class("panel-body")) {
                    p(.class("secret")) { code(secret) }
                    p { note }
                    p { a(.class("button"), .href(back)) { Words("C'est noté", "Noted") } }
                }
            }
        }
    }
}
