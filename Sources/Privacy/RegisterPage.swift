// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// The register of processing as the declarations say it, what was destroyed, and the form for whoever asks.
struct RegisterPage {
    let privacy: Privacy
    let runs: [PersonalDestruction.Run]
    let mayErase: Bool

    var page: Page {
        Page(
            title: Words("Données personnelles", "Personal data"), place: "privacy",
            actions: HTML.of {
                a(.class("button", "button-quiet"), .href("/console/privacy/register.csv")) { "CSV" }
                a(.class("button", "button-quiet"), .href("/console/help/privacy"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            InquiryPage.form
            Panel(Words("Registre des traitements", "Register of processing"), id: "register") { register }
            Panel(Words("Ce qui a été détruit", "What was destroyed"), id: "destroyed") { destroyed }
        }
    }

    private var register: HTML {
        DataTable(
            Words("Registre des traitements", "Register of processing"),
            columns: [
                .init(Words("Finalité", "Purpose")), .init(Words("De qui", "Of whom")), .init(Words("Où", "Where")),
                .init(Words("Fondement", "Ground")), .init(Words("Fin", "End")),
            ],
            rows: privacy.places.map { place in
                .init {
                    place.purpose
                    place.people.title
                    HTML.of {
                        code(place.table)
                        " "
                        small(.class("quiet")) { place.columns.map(\.name).joined(separator: ", ") }
                    }
                    place.ground.title
                    privacy.end(of: place)
                }
            }
        ).html
    }

    private var destroyed: HTML {
        DataTable(
            Words("Ce qui a été détruit", "What was destroyed"),
            columns: [
                .init(Words("Quand", "When")), .init(Words("Où", "Where")), .init(Words("Combien", "How many"), numeric: true),
                .init(Words("Main courante", "Log"), numeric: true),
            ],
            rows: runs.map { run in
                .init {
                    HTML.time(run.at, .dateAndTime)
                    code(run.place)
                    "\(run.count)"
                    run.entry.map { "n° \($0)" } ?? "—"
                }
            },
            empty: EmptyState(Words("Rien n'est encore venu à échéance", "Nothing has come to its end yet"))
        ).html
    }

    static func csv(_ privacy: Privacy, _ language: Language) -> String {
        let head = [
            Words("finalité", "purpose"), Words("personnes", "people"), Words("table", "table"), Words("colonnes", "columns"),
            Words("fondement", "ground"), Words("fin", "end"),
        ].map { $0(language) }
        let rows = privacy.places.map { place in
            [
                place.purpose(language), place.people.title(language), place.table, place.columns.map(\.name).joined(separator: " "),
                place.ground.title(language), privacy.end(of: place)(language),
            ]
        }
        return ([head] + rows).map { $0.map { CSV.cell($0, separator: ",") }.joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
    }
}

extension Privacy {
    func end(of place: PersonalPlace) -> Words {
        switch place.end {
        case .rowsGo(_, let words): words
        case .columnsEmpty(_, .days(let days)):
            Words(
                "effacés \(days) jour\(days == 1 ? "" : "s") après la fin de l'affaire",
                "emptied \(days) day\(days == 1 ? "" : "s") after the matter's end")
        case .columnsEmpty(_, .names):
            Words(
                "effacés \(names.seconds / 86_400) jours après la fin de l'affaire",
                "emptied \(names.seconds / 86_400) days after the matter's end")
        case .elsewhere(let words): words
        }
    }
}

extension PersonalPlace.People {
    var title: Words {
        switch self {
        case .staff: Words("agents", "staff")
        case .citizens: Words("habitants", "citizens")
        case .anybody: Words("agents et habitants", "staff and citizens")
        }
    }
}

extension PersonalPlace.Ground {
    var title: Words {
        switch self {
        case .publicTask: Words("mission d'intérêt public (6.1 e)", "public task (6.1 e)")
        case .legalObligation: Words("obligation légale (6.1 c)", "legal obligation (6.1 c)")
        case .consent: Words("consentement (6.1 a)", "consent (6.1 a)")
        case .vitalInterest: Words("intérêts vitaux (6.1 d)", "vital interests (6.1 d)")
        }
    }
}
