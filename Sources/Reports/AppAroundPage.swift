// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What is going on around a place, the nearest first: open reports, works, jobs, outages, alerts, collections. The list is the whole
/// answer; a map of the same things is fetched only by a tap.
struct AppAroundPage {
    var question: String
    /// What was found for the question; nil where nothing was asked or it is unknown.
    var place: (name: String, at: Place)?
    var found: [AroundItem]
    var isAsked: Bool
    /// Files that the map needs, by their addresses.
    var files: MapFiles

    struct MapFiles {
        var library: String
        var style: String
    }

    static let metres = 400.0

    var page: Page {
        Page(
            title: Words("Autour de moi", "Around me"), place: "around", layout: .citizen, scripts: ["app"], styles: ["app"]
        ) {
            h1(Words("Autour de moi", "Around me"))
            p(.class("lead")) {
                Words(
                    "Signalements, travaux, interventions, pannes et alertes à moins de 400 m.",
                    "Reports, works, jobs, outages and alerts within 400 m.")
            }
            custom("place-choice", .data("go", "/app/around")) {
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
            custom("as-of", .class("quiet"), .role("status")) {}
        }
    }

    @Markup private var answer: HTML {
        if let place {
            h2(Words("Près de : \(place.name)", "Near: \(place.name)"))
            if found.isEmpty {
                p(.class("empty-state")) { Words("Rien n'est signalé ici.", "Nothing is reported here.") }
            } else {
                custom(
                    "around-map", .data("lon", "\(place.at.longitude)"), .data("lat", "\(place.at.latitude)"),
                    .data("library", files.library), .data("style", files.style)
                ) {}
                ul(.class("around"), .id("around")) { for item in found { line(item) } }
            }
        } else {
            p(.class("empty-state"), .role("alert")) {
                Words(
                    "Cette adresse est inconnue. Essayez la rue et la commune.", "This address is unknown. Try the street and the commune.")
            }
        }
        p { a(Words("Signaler un problème ici", "Report a problem here"), .href("/app"), .class("button")) }
    }

    private func line(_ item: AroundItem) -> HTML {
        li(
            .data("sort", item.sort.rawValue), .when(item.place != nil, .data("lon", "\(item.place?.longitude ?? 0)")),
            .when(item.place != nil, .data("lat", "\(item.place?.latitude ?? 0)")), .tabindex(-1)
        ) {
            p(.class("sort")) {
                span(.class("dot", "dot-\(item.sort.rawValue)"), .aria(.hidden, true))
                AroundItem.title(item.sort)
            }
            if item.link.isEmpty { strong(item.title) } else { a(.href(item.link)) { item.title } }
            p {
                item.metres > 0 ? HTML.quantity((item.metres / 5).rounded() * 5, decimals: 0, unit: "m") : HTML.words(Words("ici", "here"))
                item.address.isEmpty ? "" : " · \(item.address)"
            }
            if !item.detail.isEmpty { p(.class("quiet")) { item.detail } }
        }
    }
}

/// One thing around a place, as the list tells it.
struct AroundItem: Sendable {
    var sort: Surrounding.Sort
    var title: Words
    var detail: HTML
    var address = ""
    var place: Place?
    var metres: Double
    /// Of a page of the app; '' for none.
    var link: String

    init(_ report: Report, metres: Double, _ tree: CategoryTree) {
        sort = .report
        title = tree.title(report.category)
        detail = HTML.of {
            AppWords.standing(report)
            " · "
            HTML.time(report.createdAt, .date)
        }
        (address, place, self.metres) = (report.address, report.place, metres)
        link = "/app/reports/\(report.reference)"
    }

    /// What another desk knows; only what the public may be told.
    init?(_ known: Surrounding) {
        guard known.isPublic, known.sort != .report, known.sort != .alarm else { return nil }
        (sort, title, place, metres) = (known.sort, known.title, known.place, known.meters)
        detail = HTML.of {
            known.detail
            if let expected = known.expectedAt {
                known.detail.french.isEmpty ? "" : " · "
                known.sort == .collection ? Words("le ", "on ") : Words("prévu le ", "expected on ")
                HTML.time(expected, .date)
            }
        }
        link = known.sort == .notice ? "/app/alertes" : known.sort == .collection ? "/app/dechets" : ""
    }

    static func title(_ sort: Surrounding.Sort) -> Words {
        switch sort {
        case .outage: Words("Panne connue", "Known outage")
        case .alarm: Words("Alarme", "Alarm")
        case .report: Words("Signalement", "Report")
        case .job: Words("Intervention", "Job")
        case .works: Words("Travaux", "Works")
        case .collection: Words("Collecte", "Collection")
        case .notice: Words("Alerte", "Alert")
        }
    }
}
