// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// One account: its rights, where it is signed in, its keys, what became of it.
package struct AccountSheetPage {
    package var account: AccountRecord
    package var sessions: [AccountRecord.Session]
    package var keys: [AccountRecord.Key]
    package var attempts: [AccountRecord.Attempt]
    package var now: Instant

    package init(
        account: AccountRecord, sessions: [AccountRecord.Session], keys: [AccountRecord.Key], attempts: [AccountRecord.Attempt],
        now: Instant
    ) {
        (self.account, self.sessions, self.keys) = (account, sessions, keys)
        (self.attempts, self.now) = (attempts, now)
    }

    private var path: String { "/console/accounts/\(account.number)" }

    package var page: Page {
        Page(
            title: Words("Compte \(account.login)", "Account \(account.login)"), place: "accounts",
            trail: [.init(Words("Comptes", "Accounts"), "/console/accounts")]
        ) {
            p {
                Words("\(account.name), créé par \(account.createdBy) le ", "\(account.name), created by \(account.createdBy) on ")
                HTML.time(account.createdAt, .date)
            }
            grants
            signedIn
            apiKeys
            life
        }
    }

    private var grants: some Content {
        Panel(Words("Droits", "Rights")) {
            if account.grants.isEmpty { p(.class("empty")) { Words("Aucun droit.", "No right.") } }
            ul(.class("rows")) {
                for held in account.grants {
                    li {
                        AccountPage.grant(held.grant)
                        small(.class("quiet")) { Words(" accordé par \(held.author)", " granted by \(held.author)") }
                        act("\(path)/grants/\(held.number)/end", Words("Retirer", "Take away"))
                    }
                }
            }
            form(.method("post"), .action("\(path)/grants"), .class("row")) {
                HTML.csrf
                choice("right", Words("Droit", "Right"), AccountPage.rights)
                choice("trade", Words("Métier", "Trade"), AccountPage.trades)
                textField("communes", Words("Communes (noms ou codes INSEE, vide : toutes)", "Communes (names or INSEE codes, empty: all)"))
                submit(Words("Accorder", "Grant"))
            }
        }
    }

    private var signedIn: some Content {
        Panel(Words("Sessions ouvertes", "Open sessions")) {
            if sessions.isEmpty { p(.class("empty")) { Words("Aucune session.", "No session.") } }
            ul(.class("rows")) {
                for session in sessions {
                    li {
                        Words("Vue il y a ", "Seen ")
                        HTML.ago(session.seenAt, now: now)
                        Words(", depuis \(session.address) ", " ago, from \(session.address) ")
                        small(.class("quiet")) { session.agent }
                    }
                }
            }
            if !sessions.isEmpty { act("\(path)/sessions/end", Words("Déconnecter partout", "Sign out everywhere")) }
            if let failed = attempts.first(where: { !$0.hasSucceeded }) {
                p(.class("quiet")) {
                    Words("Dernier essai refusé : ", "Last refused attempt: ")
                    HTML.time(failed.at)
                    ", \(failed.address)"
                }
            }
        }
    }

    private var apiKeys: some Content {
        Panel(Words("Clés d'API", "API keys")) {
            if keys.isEmpty { p(.class("empty")) { Words("Aucune clé.", "No key.") } }
            ul(.class("rows")) {
                for key in keys {
                    li(.when(key.endedAt != nil, .class("is-quiet"))) {
                        strong(key.title)
                        " "
                        code(key.start + "…")
                        " "
                        AccountPage.grant(key.grant)
                        Words(", expire le ", ", expires on ")
                        HTML.time(key.expiresAt, .date)
                        if key.endedAt != nil {
                            Words(", révoquée", ", revoked")
                        } else {
                            act("\(path)/keys/\(key.number)/end", Words("Révoquer", "Revoke"))
                        }
                    }
                }
            }
            form(.method("post"), .action("\(path)/keys"), .class("row")) {
                HTML.csrf
                textField("title", Words("À quoi sert-elle ?", "What is it for?"), isRequired: true, limit: 120)
                choice("right", Words("Droit", "Right"), AccountPage.rights)
                choice("trade", Words("Métier", "Trade"), AccountPage.trades)
                choice("days", Words("Durée", "Valid for"), [("90", Words("90 jours", "90 days")), ("365", Words("un an", "one year"))])
                submit(Words("Créer une clé", "Create a key"))
            }
        }
    }

    private var life: some Content {
        Panel(Words("Vie du compte", "Life of the account")) {
            ul(.class("rows")) {
                for record in account.records {
                    li {
                        HTML.time(record.at)
                        " "
                        record.isOpening ? Words("ouvert", "opened") : Words("fermé", "closed")
                        Words(" par ", " by ")
                        record.author
                        if !record.reason.isEmpty { ", \(record.reason)" }
                    }
                }
            }
            if let day = account.destroyAt {
                p {
                    Words("Sera détruit le ", "Will be destroyed on ")
                    HTML.time(day, .date)
                }
            }
            form(.method("post"), .action("\(path)/\(account.isOpen ? "close" : "reopen")"), .class("row")) {
                HTML.csrf
                textField("reason", Words("Motif", "Reason"), isRequired: true)
                submit(account.isOpen ? Words("Fermer le compte", "Close the account") : Words("Rouvrir le compte", "Reopen the account"))
            }
            act("\(path)/password", Words("Nouveau mot de passe provisoire", "New temporary password"))
        }
    }

    private func act(_ address: String, _ title: Words) -> HTML {
        form(.method("post"), .action(address), .class("inline")) {
            HTML.csrf
            submit(title, "button-small")
        }
    }
}
