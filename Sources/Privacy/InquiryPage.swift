// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Journal

/// What is kept of somebody, and what may be done with it.
struct InquiryPage {
    let inquiry: Inquiry
    let found: [PersonalFinding]
    let places: [PersonalPlace]
    let mayErase: Bool

    static var form: HTML {
        Panel(Words("Une personne demande ce qui est gardé d'elle", "Somebody asks what is kept of them"), id: "inquiry") {
            Console.form(.method("post"), .action("/console/privacy/inquiry"), .class("stack")) {
                HTML.csrf
                Choice("sort", Words("Connue par", "Known by"), sorts)
                Field("value", Words("Adresse, numéro ou identifiant", "Address, number or sign-in name"), isRequired: true)
                Field(
                    "reason", Words("Pourquoi", "Why"),
                    hint: Words("Chaque recherche est inscrite à la main courante.", "Each search stands in the log."), isRequired: true)
                div { Button(Words("Chercher", "Search")) }
            }
        }.html
    }

    private static let sorts: [(value: String, title: Words)] = PersonalSubject.Sort.allCases.map { ($0.rawValue, $0.title) }

    private static let trail = [Page.Crumb(Words("Données personnelles", "Personal data"), "/console/privacy")]

    var page: Page {
        Page(
            title: Words("Ce qui est gardé de \(inquiry.subject.value)", "What is kept of \(inquiry.subject.value)"), place: "privacy",
            trail: InquiryPage.trail
        ) {
            if found.isEmpty {
                EmptyState(
                    Words("Rien n'est gardé de cette personne", "Nothing is kept of this person"),
                    Words(
                        "Ni sous cette adresse ou ce numéro, ni sous un pseudonyme qui en vient.",
                        "Neither under this address or number, nor under a pseudonym that comes from it."))
            } else {
                for group in InquiryPage.groups(found, places) {
                    Panel(Words("\(group.purpose.french) (\(group.rows.count))", "\(group.purpose.english) (\(group.rows.count))")) {
                        for row in group.rows.prefix(50) {
                            Facts(row.fields.sorted { $0.key < $1.key }.map { (Words($0.key, $0.key), HTML.text($0.value)) })
                        }
                        if group.rows.count > 50 {
                            p(.class("quiet")) {
                                Words("Les 50 premières ; le fichier les a toutes.", "The first 50; the file has them all.")
                            }
                        }
                    }
                }
                acts
            }
        }
    }

    private var acts: HTML {
        Panel(Words("Répondre à la personne", "Answer the person")) {
            Console.form(.method("post"), .action("/console/privacy/export"), .class("row")) {
                HTML.csrf
                hidden
                Button(Words("Remettre en fichier (JSON)", "Hand over as a file (JSON)"))
            }
            if mayErase {
                Console.form(.method("post"), .action("/console/privacy/erasure"), .class("stack")) {
                    HTML.csrf
                    hidden
                    Tick(
                        "sure",
                        Words("Effacer tout ce qui peut l'être ; rien ne le rendra", "Erase all that may be; nothing brings it back"))
                    div { Button(Words("Effacer", "Erase"), .danger) }
                }
            }
        }.html
    }

    private var hidden: HTML {
        HTML.of {
            input(.type("hidden"), .name("sort"), .value(inquiry.subject.sort.rawValue))
            input(.type("hidden"), .name("value"), .value(inquiry.subject.value))
            input(.type("hidden"), .name("reason"), .value(inquiry.reason))
        }
    }

    static func erased(_ inquiry: Inquiry, _ done: [PersonalErasure], _ places: [PersonalPlace]) -> Page {
        Page(title: Words("Effacé", "Erased"), place: "privacy", trail: trail) {
            DataTable(
                Words("Ce qui a été effacé", "What was erased"),
                columns: [
                    .init(Words("Finalité", "Purpose")), .init(Words("Effacé", "Erased"), numeric: true), .init(Words("Reste", "Stays")),
                ],
                rows: done.map { erasure in
                    .init {
                        purpose(erasure.table, places)
                        "\(erasure.count)"
                        erasure.stays ?? Words("rien", "nothing")
                    }
                },
                empty: EmptyState(Words("Rien n'était gardé de cette personne", "Nothing was kept of this person")))
            p { ButtonLink(Words("Retour", "Back"), "/console/privacy") }
        }
    }

    private static func purpose(_ table: String, _ places: [PersonalPlace]) -> Words {
        places.first { $0.table == table }?.purpose ?? Words(table, table)
    }

    private static func groups(_ found: [PersonalFinding], _ places: [PersonalPlace]) -> [(purpose: Words, rows: [PersonalFinding])] {
        Dictionary(grouping: found, by: \.table).sorted { $0.key < $1.key }.map { (purpose($0.key, places), $0.value) }
    }

    /// For the person, and for another service (GDPR articles 15 and 20): what, and what for.
    static func json(_ inquiry: Inquiry, _ found: [PersonalFinding], _ places: [PersonalPlace], at now: Instant) throws -> [UInt8] {
        struct Kept: Encodable {
            var place: String
            var purpose: [String: String]
            var data: [[String: String]]
        }
        struct File: Encodable {
            var about: String
            var at: String
            var kept: [Kept]
        }
        let kept = Dictionary(grouping: found, by: \.table).sorted { $0.key < $1.key }.map { table, rows in
            let purpose = purpose(table, places)
            return Kept(place: table, purpose: ["fr": purpose.french, "en": purpose.english], data: rows.map(\.fields))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(File(about: inquiry.subject.value, at: now.iso8601, kept: kept))) + [10]
    }
}

extension PersonalSubject.Sort {
    var title: Words {
        switch self {
        case .email: Words("adresse e-mail", "e-mail address")
        case .phone: Words("numéro de téléphone", "telephone number")
        case .login: Words("identifiant d'agent", "sign-in name of staff")
        }
    }
}
