// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Type your street, see the next days. Printable; the same as a calendar file.
struct AppWastePage {
    var catalogue: ServiceCatalogue
    var question: String
    var home: Home?
    var pickups: [WasteRules.Pickup]
    var today: CivilDay
    var hasBulky: Bool

    static let shownDays = 28

    var page: Page {
        Page(
            title: Words("Collecte des déchets", "Waste collection"), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"]
        ) {
            p(.class("no-print")) { a(Words("Tous les services", "All services"), .href("/app/services")) }
            h1(Words("Collecte des déchets", "Waste collection"))
            custom("place-choice", .data("go", "/app/dechets"), .class("no-print")) {
                form(.method("get"), .action("/app/dechets"), .class("verdict")) {
                    div(.class("field")) {
                        label(.for("field-address")) { Words("Votre rue", "Your street") }
                        input(
                            .type("text"), .id("field-address"), .name("q"), .value(question), .autocomplete("street-address"),
                            .named("maxlength", "200"))
                    }
                    Button(Words("Voir mes jours", "Show my days"), .primary)
                }
            }
            if !question.isEmpty { answer }
            kinds
            if hasBulky {
                p(.class("no-print")) {
                    a(Words("Faire enlever des encombrants", "Have bulky waste fetched"), .href("/app/encombrants"), .class("button"))
                }
            }
            AsOf()
        }
    }

    @Markup private var answer: HTML {
        if let home, !pickups.isEmpty {
            h2(Words("Pour \(home.label)", "For \(home.label)"))
            ol(.class("pickups")) {
                for day in days {
                    li {
                        strong(ServiceWords.near(day.day, today: today))
                        ul {
                            for pickup in day.pickups {
                                li {
                                    catalogue.wasteKind(pickup.kind).map { ServiceWords.both($0.title) } ?? Words(pickup.kind, pickup.kind)
                                    if !pickup.out.french.isEmpty { small(" · ") + small(ServiceWords.both(pickup.out)) }
                                    if let moved = pickup.moved {
                                        small(
                                            Words(
                                                " (au lieu du \(ServiceWords.day(moved.from).french) : \(moved.why.french))",
                                                " (instead of \(ServiceWords.day(moved.from).english): \(moved.why.english))"))
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p(.class("no-print", "row")) {
                a(
                    Words("Ajouter à mon agenda (.ics)", "Add to my calendar (.ics)"),
                    .href(address("/app/dechets/calendrier.ics", ["q": question])), .class("button"))
            }
        } else if home != nil {
            p(.class("empty-state"), .role("status")) {
                Words(
                    "La ville n'a pas donné de jours de collecte pour cette rue.", "The city gave no collection days for this street.")
            }
        } else {
            p(.class("empty-state"), .role("alert")) {
                Words("Cette rue est inconnue. Essayez la rue et la commune.", "This street is unknown. Try the street and the commune.")
            }
        }
    }

    private var days: [(day: CivilDay, pickups: [WasteRules.Pickup])] {
        var days: [(day: CivilDay, pickups: [WasteRules.Pickup])] = []
        for pickup in pickups {
            if days.last?.day == pickup.day { days[days.count - 1].pickups.append(pickup) } else { days.append((pickup.day, [pickup])) }
        }
        return days
    }

    @Markup private var kinds: HTML {
        let helped = catalogue.wasteKinds.filter { !$0.help.french.isEmpty }
        if !helped.isEmpty {
            h2(Words("Que mettre dans quel bac ?", "What goes into which bin?"))
            for kind in helped {
                details(.class("branch")) {
                    summary { ServiceWords.both(kind.title) }
                    p(ServiceWords.both(kind.help))
                }
            }
        }
    }
}
