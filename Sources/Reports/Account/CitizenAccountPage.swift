// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// One's own requests and streets, how one is told, one's data.
struct CitizenAccountPage {
    struct Request {
        var report: Report
        var isOwn: Bool
        /// Of somebody else's, its public page; of one's own, the address that opens it.
        var link: String {
            isOwn ? "/app/compte/demandes/\(report.reference)" : "/app/reports/\(report.reference)"
        }
    }

    struct Street {
        var street: CitizenAccount.Street
        /// Open public reports near it, the nearest first.
        var near: [Report]
    }

    var account: CitizenAccount
    var requests: [Request]
    var streets: [Street]
    var tree: CategoryTree
    var pushKey: String
    var isTold: Bool

    var page: Page {
        Page(title: Words("Mon compte", "My account"), place: "mine", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            h1(Words("Mon compte", "My account"))
            if isTold { Banner(.success, Words("C'est noté.", "Noted.")) }
            p(.class("quiet")) { account.email }
            ownRequests
            ownStreets
            tastes
            data
        }
    }

    private var ownRequests: HTML {
        section(.class("account"), .aria(.labelledby, "requests")) {
            h2(Words("Mes demandes", "My requests"), .id("requests"))
            if requests.isEmpty { p(.class("empty-state")) { Words("Aucune demande.", "No request.") } }
            ul(.class("around")) {
                for one in requests {
                    li {
                        a(.href(one.link)) {
                            tree.title(one.report.category)
                            " \(one.report.reference)"
                        }
                        p(.class("quiet")) {
                            AppWords.standing(one.report)
                            " · "
                            HTML.time(one.report.createdAt, .date)
                            one.report.address.isEmpty ? "" : " · \(one.report.address)"
                        }
                        if !one.isOwn { remove("demandes/retirer", "reference", "\(one.report.reference)", "\(one.report.reference)") }
                    }
                }
            }
            form(.method("post"), .action("/app/compte/demandes"), .class("row")) {
                Field("link", Words("Ajouter par son lien ou sa référence", "Add by its link or reference"))
                Button(Words("Ajouter", "Add"))
            }
        }
    }

    private func remove(_ path: String, _ name: String, _ value: String, _ what: String) -> HTML {
        form(.method("post"), .action("/app/compte/\(path)")) {
            input(.type("hidden"), .name(name), .value(value))
            Button(Words("Retirer \(what)", "Remove \(what)"))
        }
    }

    private var ownStreets: HTML {
        section(.class("account"), .aria(.labelledby, "streets")) {
            h2(Words("Mes rues", "My streets"), .id("streets"))
            p(.class("quiet")) {
                Words(
                    "Ce qui est signalé (une fois lu par la ville) ou réglé à moins de 150 m. Au plus trois messages par jour, puis un seul le lendemain matin.",
                    "What is reported (once the city has read it) or solved within 150 m. At most three messages a day, then one the next morning."
                )
            }
            ul(.class("around")) {
                for one in streets {
                    li {
                        strong(one.street.label)
                        ul {
                            for report in one.near {
                                li {
                                    a(.href("/app/reports/\(report.reference)")) { tree.title(report.category) }
                                    " · "
                                    AppWords.standing(report)
                                }
                            }
                        }
                        remove("rues/retirer", "place", "\(one.street.place)", one.street.label)
                    }
                }
            }
            form(.method("post"), .action("/app/compte/rues"), .class("row")) {
                Field("address", Words("Ajouter une adresse", "Add an address"))
                Button(Words("Ajouter", "Add"))
            }
        }
    }

    private var tastes: HTML {
        section(.class("account"), .aria(.labelledby, "tastes")) {
            h2(Words("Être prévenu", "Be told"), .id("tastes"))
            form(.method("post"), .action("/app/compte/gouts")) {
                Choice("requests", Words("De mes demandes", "Of my requests"), options, value: account.requests.rawValue)
                Choice("streets", Words("De mes rues", "Of my streets"), options, value: account.streets.rawValue)
                Choice(
                    "works", Words("Des travaux dans mes rues, une fois par jour", "Of works in my streets, once a day"), options,
                    value: account.works.rawValue)
                Button(Words("Enregistrer", "Save"))
            }
            if !pushKey.isEmpty { custom("push-choice", .data("key", pushKey), .data("address", "/app/compte/push")) {} }
        }
    }

    private var options: [(value: String, title: Words)] {
        [("mail", Words("par courriel", "by e-mail")), ("none", Words("pas du tout", "not at all"))]
            + (pushKey.isEmpty ? [] : [("push", Words("par notification", "by push message"))])
    }

    private var data: HTML {
        section(.class("account"), .aria(.labelledby, "data")) {
            h2(Words("Mes données", "My data"), .id("data"))
            p {
                a(Words("Tout voir", "See all"), .href("/app/compte/donnees"))
                " · "
                a(Words("Tout télécharger (JSON)", "Download all (JSON)"), .href("/app/compte/donnees.json"))
            }
            p(.class("quiet")) {
                Words(
                    "Le compte est effacé deux ans après votre dernier passage par un lien.",
                    "The account is erased two years after you last came by a link.")
            }
            form(.method("post"), .action("/app/compte/effacer")) {
                p {
                    Words(
                        "Effacer : le compte, vos coordonnées dans les demandes, et les textes et photos de celles qui sont terminées. Les demandes restent, sans vous.",
                        "Erase: the account, your contact in the requests, and the texts and photos of those that have ended. The requests stay, without you."
                    )
                }
                Tick("sure", Words("Je veux tout effacer", "I want to erase all"))
                Button(Words("Effacer mes données", "Erase my data"))
            }
            form(.method("post"), .action("/app/compte/sortir")) { Button(Words("Me déconnecter", "Sign out")) }
        }
    }
}

/// Where one asks for a link.
struct CitizenDoorPage {
    var isOpen: Bool
    var isSent: Bool
    var isErased: Bool

    var page: Page {
        Page(title: Words("Mon compte", "My account"), place: "mine", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            h1(Words("Mon compte (facultatif)", "My account (optional)"))
            if isErased { Banner(.success, Words("Vos données sont effacées.", "Your data are erased.")) }
            if isSent {
                Banner(
                    .success,
                    Words(
                        "Un lien est parti à cette adresse. Il vaut 15 minutes.",
                        "A link is on its way to that address. It holds for 15 minutes."))
            }
            p {
                Words(
                    "Retrouvez vos demandes et vos rues sur tous vos appareils. Sans mot de passe : un lien vous est envoyé.",
                    "Find your requests and streets on all your devices. No password: a link is sent to you.")
            }
            if isOpen {
                form(.method("post"), .action("/app/compte/lien")) {
                    Field("email", Words("Courriel", "E-mail"), type: "email", autocomplete: "email", isRequired: true)
                    Button(Words("Recevoir un lien", "Send me a link"), .primary)
                }
            } else {
                p(.class("empty-state")) {
                    Words(
                        "La ville n'envoie pas encore de courriels : il n'y a pas de comptes.",
                        "The city sends no mails yet: there are no accounts.")
                }
            }
        }
    }
}

/// The link was followed: a button uses it.
struct CitizenEnterPage {
    var token: String
    var isGood: Bool

    var page: Page {
        Page(
            title: Words("Entrer dans mon compte", "Enter my account"), place: "mine", layout: .citizen, scripts: ["app"], styles: ["app"],
            status: isGood ? 200 : 404
        ) {
            h1(Words("Entrer dans mon compte", "Enter my account"))
            if isGood {
                form(.method("post"), .action("/app/compte/entrer/\(token)")) { Button(Words("Entrer", "Enter"), .primary) }
            } else {
                Banner(.warning, Words("Ce lien a déjà servi ou a plus de 15 minutes.", "This link was used or is older than 15 minutes."))
                p { a(Words("Demander un autre lien", "Ask for another link"), .href("/app/compte")) }
            }
        }
    }
}

/// The end of mails to an account.
struct CitizenStopPage {
    var token: String
    var isDone: Bool

    var page: Page {
        Page(
            title: Words("Courriels de mon compte", "Mails of my account"), place: "mine", layout: .citizen, scripts: ["app"],
            styles: ["app"]
        ) {
            h1(Words("Courriels de mon compte", "Mails of my account"))
            if isDone { Banner(.success, Words("Vous ne recevez plus de courriels.", "You get no more mails.")) }
            form(.method("post"), .action("/app/compte/stop/\(token)")) {
                Button(Words("Ne plus en recevoir", "No more of them"), .primary)
            }
            p { a(Words("Choisir dans mon compte", "Choose in my account"), .href("/app/compte")) }
        }
    }
}
