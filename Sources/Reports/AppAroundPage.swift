// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Open reports of public categories around a place, as a list.
struct AppAroundPage {
    var question: String
    /// What was found for the question; nil where nothing was asked or it is unknown.
    var place: String?
    var found: [(report: Report, metres: Double)]
    var isAsked: Bool
    var tree: CategoryTree
    var now: Instant

    static let metres = 400.0

    var page: Page {
        Page(
            title: Words("Autour de moi", "Around me"), place: "around", layout: .citizen, scripts: ["app"], styles: ["app"]
        ) {
            h1(Words("Autour de moi", "Around me"))
            p(.class("lead")) {
                Words(
                    "Ce qui est signalé et pas encore réglé, à moins de 400 m.", "What is reported and not yet solved, within 400 m.")
            }
            custom("place-choice", .data("go", "near")) {
                form(.method("get"), .action("/app/around"), .class("row")) {
                    div(.class("field")) {
                        label(.for("field-address")) { Words("Adresse", "Address") }
                        input(
                            .type("text"), .id("field-address"), .name("q"), .value(question), .autocomplete("off"),
                            .named("maxlength", "200"))
                    }
                    Button(Words("Voir", "Show"), .primary)
                }
            }
            if isAsked { answer }
        }
    }

    @Markup private var answer: HTML {
        if let place {
            h2(Words("Près de : \(place)", "Near: \(place)"))
            if found.isEmpty {
                p(.class("empty-state")) { Words("Rien n'est signalé ici.", "Nothing is reported here.") }
            } else {
                ul(.class("around")) {
                    for (report, metres) in found {
                        li {
                            a(.href("/app/reports/\(report.reference)")) { tree.title(report.category) }
                            p {
                                HTML.quantity((metres / 5).rounded() * 5, decimals: 0, unit: "m")
                                report.address.isEmpty ? "" : " · \(report.address)"
                            }
                            p(.class("quiet")) {
                                AppWords.standing(report)
                                " · "
                                HTML.time(report.createdAt, .date)
                            }
                        }
                    }
                }
            }
        } else {
            p(.class("empty-state"), .role("alert")) {
                Words(
                    "Cette adresse est inconnue. Essayez la rue et la commune.", "This address is unknown. Try the street and the commune.")
            }
        }
        p { a(Words("Signaler un problème ici", "Report a problem here"), .href("/app"), .class("button")) }
    }
}
