// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// All that is kept of a person with an account, to be read (GDPR article 15); the same as the JSON for programs.
struct CitizenDataPage {
    var data: CitizenData
    var tree: CategoryTree

    var page: Page {
        Page(title: Words("Mes données", "My data"), place: "mine", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            h1(Words("Mes données", "My data"))
            p(.class("quiet")) {
                Words(
                    "Tout ce que la ville garde avec ce compte. Le compte est effacé deux ans après votre dernier passage.",
                    "All that the city keeps with this account. The account is erased two years after your last visit.")
            }
            p {
                a(Words("Télécharger pour un programme (JSON)", "Download for a program (JSON)"), .href("/app/compte/donnees.json"))
                " · "
                a(Words("Retour à mon compte", "Back to my account"), .href("/app/compte"))
            }
            account
            list(Words("Mes rues", "My streets"), "streets", data.streets.map { .text($0.label) })
            list(Words("Appareils prévenus", "Devices that are told"), "devices", data.devices.map { .text($0.endpoint) })
            list(
                Words("Nouvelles de mes rues", "News of my streets"), "news",
                data.news.map { one in
                    HTML.of {
                        HTML.time(one.at, .date)
                        Words(" · \(one.title.french). \(one.text.french)", " · \(one.title.english). \(one.text.english)")
                    }
                })
            section(.class("account"), .aria(.labelledby, "requests")) {
                h2(Words("Mes demandes", "My requests"), .id("requests"))
                if data.requests.isEmpty { p(.class("quiet")) { Words("Aucune demande.", "No request.") } }
                for one in data.requests { request(one) }
            }
            if !data.others.isEmpty {
                section(.class("account"), .aria(.labelledby, "others")) {
                    h2(Words("Collectes et autres services", "Collections and other services"), .id("others"))
                    for one in data.others { other(one) }
                }
            }
        }
    }

    private var account: HTML {
        section(.class("account"), .aria(.labelledby, "account")) {
            h2(Words("Le compte", "The account"), .id("account"))
            dl(.class("facts")) {
                term(Words("Courriel", "E-mail"), .text(data.account.email))
                term(
                    Words("Langue", "Language"),
                    HTML.words(data.account.language == .french ? Words("français", "French") : Words("anglais", "English")))
                term(Words("Prévenu de mes demandes", "Told of my requests"), HTML.words(CitizenDataPage.title(data.account.requests)))
                term(Words("Prévenu de mes rues", "Told of my streets"), HTML.words(CitizenDataPage.title(data.account.streets)))
                term(Words("Prévenu des travaux", "Told of works"), HTML.words(CitizenDataPage.title(data.account.works)))
                term(Words("Créé le", "Made on"), HTML.time(data.createdAt, .date))
                term(Words("Effacé au plus tard le", "Erased at the latest on"), HTML.time(data.destroyAt, .date))
            }
        }
    }

    static func title(_ taste: CitizenAccount.Taste) -> Words {
        switch taste {
        case .mail: Words("par courriel", "by e-mail")
        case .push: Words("par notification", "by push message")
        case .none: Words("pas du tout", "not at all")
        }
    }

    private func term(_ title: Words, _ value: HTML) -> HTML {
        HTML.of {
            dt { title }
            dd { value }
        }
    }

    private func list(_ title: Words, _ id: String, _ lines: [HTML]) -> HTML {
        section(.class("account"), .aria(.labelledby, id)) {
            h2(title, .id(id))
            if lines.isEmpty { p(.class("quiet")) { Words("Rien.", "Nothing.") } }
            ul { for line in lines { li { line } } }
        }
    }

    private func request(_ one: CitizenData.Request) -> HTML {
        let report = one.report
        return article {
            h3 {
                "\(report.reference) · "
                tree.title(report.category)
            }
            dl(.class("facts")) {
                term(Words("Où en est-on", "Where it stands"), HTML.words(AppWords.standing(report)))
                term(Words("Signalé le", "Reported on"), HTML.time(report.createdAt))
                if one.isOwn {
                    if !report.address.isEmpty { term(Words("Adresse", "Address"), .text(report.address)) }
                    if let place = report.place {
                        term(Words("Position", "Position"), .text("\(place.latitude), \(place.longitude)"))
                    }
                    if !report.description.isEmpty { term(Words("Texte", "Text"), .text(report.description)) }
                    for (key, value) in report.answers.sorted(by: { $0.key < $1.key }) { answer(report, key, value) }
                    contact(one.contact)
                }
            }
            if !one.photos.isEmpty {
                ul(.class("photos")) {
                    for place in one.photos {
                        let title = Words(
                            "Photo \(place) de la demande \(report.reference)", "Photo \(place) of request \(report.reference)")
                        li {
                            a(.href(one.address(ofPhoto: place))) {
                                img(
                                    .src(one.address(ofPhoto: place)), .named("alt", title), .named("loading", "lazy"),
                                    .named("width", "240"))
                            }
                        }
                    }
                }
            }
            if !one.events.isEmpty {
                ol {
                    for event in one.events {
                        li {
                            HTML.time(event.at)
                            " · "
                            AppWords.sentence(event, tree) ?? event.what.title
                            if event.what == .expected, let at = event.facts["expected"].flatMap({ Int64($0) }) {
                                " "
                                HTML.time(Instant(milliseconds: at), .date)
                            }
                            event.publicText.isEmpty ? "" : " \(event.publicText)"
                        }
                    }
                }
            }
        }
    }

    private static let fields: [String: Words] = [
        "reference": Words("Référence", "Reference"), "day": Words("Jour", "Day"), "address": Words("Adresse", "Address"),
        "state": Words("État", "State"), "created_at": Words("Demandé le", "Asked for on"), "items": Words("Objets", "Items"),
        "place": Words("Position", "Position"), "name": Words("Nom", "Name"), "email": Words("Courriel", "E-mail"),
        "phone": Words("Téléphone", "Telephone"), "text": Words("Texte", "Text"), "at": Words("Le", "On"),
    ]
    private static let titles: [String: Words] = [
        "bulky_booking": Words("Collecte d'encombrants", "Collection of bulky waste"),
        "bulky_contact": Words("Coordonnées pour la collecte", "Contact for the collection"),
        "call": Words("Appel", "Call"), "call_note": Words("Note d'appel", "Note of a call"),
        "call_back": Words("Rappel promis", "Callback promised"), "call_number": Words("Numéro d'un appel", "Number of a call"),
    ]

    private func other(_ one: PersonalFinding) -> HTML {
        article {
            h3 { CitizenDataPage.titles[one.table] ?? Words(one.table, one.table) }
            dl(.class("facts")) {
                for (key, value) in one.fields.sorted(by: { $0.key < $1.key }) {
                    term(CitizenDataPage.fields[key] ?? Words(key, key), .text(value))
                }
            }
        }
    }

    private func answer(_ report: Report, _ key: String, _ value: String) -> HTML {
        let question = tree[report.category].flatMap { tree.questions(of: $0).first { $0.key == key } }
        let choice = question?.choices.first { $0.key == value }?.title
        return term(question?.title ?? Words(key, key), choice.map { HTML.words($0) } ?? .text(value))
    }

    @Markup private func contact(_ contact: ReportContact?) -> HTML {
        if let contact {
            if !contact.name.isEmpty { term(Words("Nom", "Name"), .text(contact.name)) }
            if !contact.email.isEmpty { term(Words("Courriel", "E-mail"), .text(contact.email)) }
            if !contact.phone.isEmpty { term(Words("Téléphone", "Telephone"), .text(contact.phone)) }
        }
    }
}
