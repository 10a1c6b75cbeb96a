// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Every body and department, and to which reports go by Open311.
struct PartnersPage {
    var tree: CategoryTree
    var partners: [Partner]
    var troubled: [Forward]

    static func candidates(_ tree: CategoryTree) -> [(code: String, title: Words)] {
        tree.bodies.map { (Partner.code(ofBody: $0.code), $0.title) } + tree.departments.map { ($0.code, $0.title) }
    }

    var page: Page {
        Page(title: Words("Autres organismes", "Other bodies"), place: "partners") {
            p {
                Words(
                    "Un organisme hors de la ville, ou un service avec son propre logiciel, peut recevoir les signalements par Open311 (GeoReport v2).",
                    "A body outside the city, or a department with a system of its own, can take reports by Open311 (GeoReport v2).")
            }
            if !troubled.isEmpty { waiting }
            DataTable(
                Words("Organismes et services", "Bodies and departments"),
                columns: [
                    .init(Words("Nom", "Name")), .init(Words("Adresse", "Address")),
                    .init(Words("Catégories", "Categories"), numeric: true),
                    .init(Words("Envoi", "Sending")), .init(Words("Vérifié", "Checked")), .init(Words("État", "State")),
                ],
                rows: PartnersPage.candidates(tree).map { code, title in
                    let partner = partners.first { $0.code == code }
                    return .init {
                        a(.href("/console/partners/\(code)")) { title }
                        HTML.text(partner?.url ?? "–")
                        partner.map { HTML.number($0.mapping.count) } ?? HTML.text("–")
                        partner.map { ($0.isAutomatic ? Words("par la règle", "by rule") : Words("à la main", "by hand")).html }
                            ?? HTML.text("–")
                        partner?.checkedAt.map { HTML.time($0) } ?? HTML.text("–")
                        partner.map { PartnerPage.state($0) } ?? HTML.text("–")
                    }
                },
                empty: EmptyState(
                    Words(
                        "Le fichier des catégories ne nomme ni organisme ni service.",
                        "The file of categories names neither body nor department.")))
        }
    }

    private var waiting: HTML {
        DataTable(
            Words("Envois à regarder", "To be looked at"),
            columns: [
                .init(Words("Signalement", "Report")), .init(Words("Organisme", "Body")), .init(Words("État", "State")),
                .init(Words("Essais", "Tries"), numeric: true), .init(Words("Ce qui ne va pas", "What is wrong")),
            ],
            rows: troubled.map { forward in
                let reference = ReportReference(forward.report)
                return .init {
                    a(.href("/console/reports/\(reference)#forwards")) { "\(reference)" }
                    (tree.department(forward.partner)?.title ?? Words(forward.partner, forward.partner)).html
                    StateBadge(forward.tone, forward.standing).html
                    HTML.number(forward.tries)
                    HTML.text(forward.trouble)
                }
            }
        ).html
    }
}

/// One of them: where it is asked, with which key, and what of ours is what of theirs.
struct PartnerPage {
    var code: String
    var title: Words
    /// Nil where none is set up yet.
    var partner: Partner?
    var tree: CategoryTree

    private var path: String { "/console/partners/\(code)" }

    var page: Page {
        Page(title: title, place: "partners", trail: [.init(Words("Autres organismes", "Other bodies"), "/console/partners")]) {
            if let partner, !partner.trouble.isEmpty {
                Banner(.warning, Words("La vérification dit : \(partner.trouble)", "The check says: \(partner.trouble)"))
            }
            settings
            if let partner { found(partner) }
            if let partner, !partner.services.isEmpty { mapping(partner) }
        }
    }

    static func state(_ partner: Partner) -> HTML {
        if partner.checkedAt == nil { return StateBadge(.notice, Words("jamais vérifié", "never checked")).html }
        if !partner.trouble.isEmpty { return StateBadge(.warning, Words("ne répond pas bien", "does not answer well")).html }
        return partner.mapping.isEmpty
            ? StateBadge(.notice, Words("aucune catégorie", "no category")).html : StateBadge(.active, Words("prêt", "ready")).html
    }

    private var settings: HTML {
        Panel(Words("Où envoyer", "Where to send")) {
            form(.method("post"), .action(path)) {
                HTML.csrf
                Field(
                    "url", Words("Adresse du GeoReport v2", "Address of its GeoReport v2"), type: "url", value: partner?.url ?? "",
                    hint: Words("comme https://ville.example/open311/v2", "such as https://city.example/open311/v2"), isRequired: true)
                Field(
                    "jurisdiction", Words("jurisdiction_id, s'il en faut un", "jurisdiction_id, if it asks for one"),
                    value: partner?.jurisdiction ?? "")
                Field(
                    "key", Words("Clé (api_key)", "Key (api_key)"), type: "password",
                    hint: partner?.hasKey == true
                        ? Words("Une clé est gardée ; vide, elle reste.", "A key is kept; empty, it stays.")
                        : Words("Gardée, jamais montrée.", "Kept, never shown."), autocomplete: "new-password")
                Tick(
                    "automatic",
                    Words(
                        "Envoyer de soi-même ce qui lui est attribué, sans texte ni coordonnées",
                        "Send by itself what is routed there, without text and contact"), isOn: partner?.isAutomatic ?? false)
                Button(Words("Enregistrer et vérifier", "Save and check"), .primary)
            }
        }.html
    }

    private func found(_ partner: Partner) -> HTML {
        func answer(_ isSo: Bool) -> HTML { (isSo ? Words("oui", "yes") : Words("non", "no")).html }
        return Panel(Words("Ce que dit son serveur", "What its server says")) {
            Facts([
                (Words("Vérifié", "Checked"), partner.checkedAt.map { HTML.time($0) } ?? HTML.text("–")),
                (Words("État", "State"), PartnerPage.state(partner)), (Words("Format", "Format"), HTML.text(partner.format.rawValue)),
                (Words("Services", "Services"), HTML.number(partner.services.count)),
                (Words("Nouvelles (servicerequestupdates)", "Updates (servicerequestupdates)"), answer(partner.hasUpdates)),
                (Words("Prend un envoi répété pour un seul", "Takes what is sent twice as one"), answer(partner.isKeyed)),
            ])
            form(.method("post"), .action("\(path)/check")) {
                HTML.csrf
                Button(Words("Vérifier maintenant", "Check now"), icon: .refresh)
            }
            form(.method("post"), .action("\(path)/remove")) {
                HTML.csrf
                Button(Words("Ne plus rien y envoyer", "Send nothing there any more"), .danger)
            }
        }.html
    }

    private func mapping(_ partner: Partner) -> HTML {
        let options =
            [("", Words("ne part pas", "does not go"))]
            + partner.services.map { service in
                let name = service.group.isEmpty ? service.title : "\(service.group) › \(service.title)"
                return (value: service.code, title: Words(name, name))
            }
        return Panel(Words("Nos catégories, leurs services", "Our categories, their services")) {
            p(.class("quiet")) {
                Words(
                    "Ce qui porte le même code ou le même nom est proposé ; rien ne part avant l'enregistrement.",
                    "What has the same code or name is proposed; nothing goes before it is saved.")
            }
            form(.method("post"), .action("\(path)/map")) {
                HTML.csrf
                for category in tree.open() {
                    Choice(
                        "map-\(category.code)", tree.title(category.code), options,
                        value: partner.mapping[category.code] ?? PartnerPage.proposal(category, partner))
                }
                Button(Words("Enregistrer", "Save"), .primary)
            }
        }.html
    }

    /// The service of the same code, else of the same name; nothing once somebody has chosen.
    static func proposal(_ category: Category, _ partner: Partner) -> String {
        guard partner.mapping.isEmpty else { return "" }
        if partner.services.contains(where: { $0.code == category.code }) { return category.code }
        let names = [category.title.french, category.title.english].map { ReportFields.folded([$0]) }
        return partner.services.first { names.contains(ReportFields.folded([$0.title])) }?.code ?? ""
    }
}
