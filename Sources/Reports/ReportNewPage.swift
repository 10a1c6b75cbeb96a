// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom

/// A report made by hand: first its category, then what that asks. Whatever was known already stands above the form.
package struct ReportNewPage {
    package var tree: CategoryTree
    /// Nil before it is chosen.
    package var category: Category?
    /// What was typed, to be typed no second time.
    package var typed: Form
    package var known: ReportKnown?
    /// What it may be the same as, with reasons.
    package var likely: [WhileTyping.Likely] = []
    package var key: String
    /// The report of which a part becomes a report of its own.
    package var split: ReportReference?

    package var page: Page {
        Page(
            title: Words("Nouveau signalement", "New report"), place: "reports",
            trail: [.init(Words("Signalements", "Reports"), "/console/reports")]
        ) {
            if tree.open().isEmpty {
                FailedState(
                    Words("Aucune catégorie", "No category"),
                    Words("Importez-les : vigie import categories FICHIER", "Import them: vigie import categories FILE"))
            } else if let category {
                splitting
                if let known, !known.isEmpty || !likely.isEmpty { knownPart(known) }
                full(category)
            } else {
                splitting
                choose
            }
        }
    }

    private var splitting: HTML {
        guard let split else { return .empty }
        return Banner(
            .info,
            Words(
                "Deux choses ont été dites dans \(split) : décrivez ici celle qui devient un signalement à part.",
                "Two things were said in \(split): describe here the one that becomes a report of its own.")
        ).html
    }

    private var hiddenSplit: HTML {
        guard let split else { return .empty }
        return input(.type("hidden"), .name("split"), .value("\(split)"))
    }

    private var choose: HTML {
        form(.method("get"), .action("/console/reports/new"), .class("row")) {
            hiddenSplit
            Choice("category", Words("Catégorie", "Category"), ReportActsPart.categories(tree))
            Button(Words("Continuer", "Continue"), .primary)
        }
    }

    private func knownPart(_ known: ReportKnown) -> HTML {
        Panel(Words("Déjà connu", "Known already"), id: "known") {
            if let trouble = known.trouble {
                p {
                    trouble.kind
                    " : "
                    trouble.state
                    if let since = trouble.since {
                        Words(" depuis ", " since ")
                        HTML.time(since)
                    }
                }
            }
            ul {
                for (report, metres) in known.reports {
                    li {
                        a(.href("/console/reports/\(report.reference)")) { "\(report.reference)" }
                        " "
                        tree.title(report.category)
                        " ("
                        report.state.title
                        ", \(Int(metres.rounded())) m)"
                    }
                }
            }
            p { Words("Envoyez à nouveau pour le signaler tout de même.", "Send again to report it all the same.") }
        }.html
    }

    private func full(_ category: Category) -> HTML {
        form(.method("post"), .action("/console/reports"), .class("stack")) {
            HTML.csrf
            input(.type("hidden"), .name("key"), .value(key))
            input(.type("hidden"), .name("category"), .value(category.code))
            hiddenSplit
            if known != nil { input(.type("hidden"), .name("known"), .value("yes")) }
            h2(tree.title(category.code))
            if split == nil {
                Choice(
                    "channel", Words("Reçu par", "Received by"),
                    [Report.Channel.phone, .mail, .operator].map { ($0.rawValue, $0.title) }, value: typed["channel"] ?? "phone")
            }
            Field("address", Words("Adresse", "Address"), value: typed["address"] ?? "")
            Field(
                "place", Words("Position", "Position"), value: typed["place"] ?? "",
                hint: Words("latitude, longitude : 47.32200, 5.04150", "latitude, longitude: 47.32200, 5.04150"))
            if !tree.assetKind(of: category.code).isEmpty {
                Field("asset", Words("Équipement (identité sur le mât)", "Asset (identity on the pole)"), value: typed["asset"] ?? "")
            }
            for question in tree.questions(of: category) { ask(question) }
            TextArea("description", Words("Description", "Description"), value: typed["description"] ?? "")
            fieldset {
                legend { Words("Pour rappeler (facultatif)", "To call back (optional)") }
                Field("name", Words("Nom", "Name"), value: typed["name"] ?? "")
                Field("phone", Words("Téléphone", "Telephone"), type: "tel", value: typed["phone"] ?? "")
                Field("email", Words("Courriel", "E-mail"), type: "email", value: typed["email"] ?? "")
            }
            Button(Words("Enregistrer", "Save"), .primary)
            for one in likely {
                button(.class("button"), .type("submit"), .name("join"), .value("\(one.report.reference)")) {
                    span(Words("Enregistrer et joindre à \(one.report.reference)", "Save and join to \(one.report.reference)"))
                }
                p(.class("quiet")) { one.reason }
            }
        }
    }

    private func ask(_ question: Question) -> HTML {
        let name = "answer-" + question.key
        let value = typed[name] ?? ""
        switch question.sort {
        case .text: return Field(name, question.title, value: value, isRequired: question.isRequired).html
        case .number: return Field(name, question.title, type: "number", value: value, isRequired: question.isRequired).html
        case .choice:
            let none: [(value: String, title: Words)] = question.isRequired ? [] : [("", Words("—", "—"))]
            return Choice(name, question.title, none + question.choices.map { ($0.key, $0.title) }, value: value).html
        case .flag:
            return Choice(
                name, question.title, [("", Words("—", "—")), ("yes", Words("oui", "yes")), ("no", Words("non", "no"))], value: value
            ).html
        }
    }
}

/// Whom one may call back: shown once, after the look was written to the log.
package struct ReportContactPage {
    package var reference: ReportReference
    package var contact: ReportContact

    package var page: Page {
        Page(
            title: Words("Rappeler : \(reference)", "Call back: \(reference)"), place: "reports",
            trail: [
                .init(Words("Signalements", "Reports"), "/console/reports"),
                .init(Words("\(reference)", "\(reference)"), "/console/reports/\(reference)"),
            ]
        ) {
            Panel(Words("Coordonnées", "Contact")) {
                Facts([
                    (Words("Nom", "Name"), .text(contact.name)), (Words("Téléphone", "Telephone"), .text(contact.phone)),
                    (Words("Courriel", "E-mail"), .text(contact.email)),
                ])
                p(.class("quiet")) { Words("Cette consultation est consignée.", "This look stands in the log.") }
            }
        }
    }
}
