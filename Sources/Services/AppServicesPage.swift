// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// All services in one place: ways elsewhere, and places with what is open now.
struct AppServicesPage {
    var catalogue: ServiceCatalogue
    var found: ServiceSearch.Found
    var question: ServiceSearch.Question
    var moment: OpeningRules.Moment
    /// Pages of the app for which there is data: title, sentence, address, icon.
    var own: [Tile]

    var page: Page {
        Page(title: Words("Services", "Services"), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            h1(Words("Services de la ville", "City services"))
            if catalogue.revision == 0 && own.isEmpty {
                p(.class("empty-state")) {
                    Words("La ville n'a pas encore décrit ses services.", "The city has not described its services yet.")
                }
            } else {
                searchForm
                if question.isEmpty, !own.isEmpty { list(own) }
                if !found.tiles.isEmpty {
                    section(.aria(.labelledby, "elsewhere")) {
                        h2(Words("En ligne et par téléphone", "Online and by telephone"), .id("elsewhere"))
                        list(found.tiles)
                    }
                }
                places
                if found.tiles.isEmpty && found.places.isEmpty && !question.isEmpty {
                    p(.class("empty-state"), .role("status")) {
                        Words(
                            "Rien ne correspond. Essayez un autre mot, ou sans « ouvert maintenant ».",
                            "Nothing matches. Try another word, or without 'open now'.")
                    }
                }
            }
            AsOf().html
        }
    }

    private var searchForm: HTML {
        search {
            form(.method("get"), .action("/app/services"), .class("verdict")) {
                Field("q", Words("Chercher un service ou un lieu", "Search for a service or a place"), type: "search", value: question.text)
                if catalogue.categories.count > 1 {
                    Choice(
                        "category", Words("Sorte de lieu", "Kind of place"),
                        [(value: "", title: Words("toutes", "all"))] + catalogue.categories.map { ($0.code, ServiceWords.both($0.title)) },
                        value: question.category)
                }
                Tick("open", Words("Ouvert maintenant", "Open now"), value: "1", isOn: question.isOpenOnly)
                Button(Words("Chercher", "Search"), .primary, icon: .search)
            }
        }
    }

    private func list(_ tiles: [Tile]) -> HTML {
        ul(.class("tiles")) {
            for tile in tiles {
                li {
                    if tile.link.isEmpty {
                        span(.class("tile-title")) {
                            Icon.named(tile.icon).html
                            span(ServiceWords.both(tile.title))
                        }
                    } else {
                        a(.class("tile-title"), .href(tile.link), .when(!tile.link.hasPrefix("/"), .rel("noopener external"))) {
                            Icon.named(tile.icon).html
                            span(ServiceWords.both(tile.title))
                        }
                    }
                    if !tile.help.french.isEmpty { p(ServiceWords.both(tile.help)) }
                    if !tile.phone.isEmpty { p { PhoneLink(tile.phone).html } }
                    if let hours = tile.hours { OpenState(hours: hours, holidays: catalogue.holidays, moment: moment).html }
                }
            }
        }
    }

    @Markup private var places: HTML {
        for category in catalogue.categories {
            let those = found.places.filter { $0.place.category == category.code }
            if !those.isEmpty {
                section(.aria(.labelledby, "category-\(category.code)")) {
                    h2(ServiceWords.both(category.title), .id("category-\(category.code)"))
                    ul(.class("around")) {
                        for one in those {
                            li {
                                a(.href("/app/services/\(one.place.code)")) { ServiceWords.both(one.place.title) }
                                p {
                                    if let metres = one.metres {
                                        Distance(metres).html
                                        one.place.address.isEmpty ? "" : " · "
                                    }
                                    one.place.address
                                }
                                if let hours = one.place.hours {
                                    OpenState(hours: hours, holidays: catalogue.holidays, moment: moment).html
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether something is open now, in words; green only where it is.
struct OpenState: Content {
    var hours: OpeningHours
    var holidays: PublicHolidays
    var moment: OpeningRules.Moment

    var html: HTML {
        let verdict = OpeningRules.verdict(hours, holidays, at: moment)
        let isOpen = if case .open = verdict { true } else { false }
        return p(ServiceWords.state(verdict, today: moment.day), .class("open-state", isOpen ? "is-open" : "is-closed"))
    }
}

/// A number that a telephone dials.
struct PhoneLink: Content {
    var number: String
    init(_ number: String) { self.number = number }

    var html: HTML {
        a(number, .href("tel:" + number.filter { $0.isNumber || $0 == "+" }))
    }
}

/// '350 m', '2,4 km'.
struct Distance: Content {
    var metres: Double
    init(_ metres: Double) { self.metres = metres }

    var html: HTML {
        metres < 1000
            ? HTML.quantity((metres / 10).rounded() * 10, decimals: 0, unit: "m")
            : HTML.quantity(metres / 1000, decimals: 1, unit: "km")
    }
}

/// Where a page was kept on the device: a script says of when it is.
struct AsOf: Content {
    var html: HTML { custom("as-of", .class("quiet"), .role("status")) {} }
}
