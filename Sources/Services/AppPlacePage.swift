// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation

/// One place: open or not, the hours of the next seven days, how to get there and in.
struct AppPlacePage {
    var place: CityPlace
    var catalogue: ServiceCatalogue
    var moment: OpeningRules.Moment

    var page: Page {
        Page(
            title: ServiceWords.both(place.title), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"]
        ) {
            p { a(Words("Tous les services", "All services"), .href("/app/services")) }
            h1(ServiceWords.both(place.title))
            if let category = catalogue.category(place.category) { p(ServiceWords.both(category.title), .class("quiet")) }
            if let hours = place.hours {
                OpenState(hours: hours, holidays: catalogue.holidays, moment: moment)
            }
            if !place.help.french.isEmpty { p(ServiceWords.both(place.help)) }
            facts
            if let hours = place.hours { week(hours) }
            AsOf()
        }
    }

    private var facts: HTML {
        div(.class("summary")) {
            dl(.class("facts")) {
                if !place.address.isEmpty { fact(Words("Adresse", "Address")) { .text(place.address) } }
                if !place.phone.isEmpty { fact(Words("Téléphone", "Telephone")) { PhoneLink(place.phone).html } }
                if !place.email.isEmpty { fact(Words("Courriel", "E-mail")) { a(place.email, .href("mailto:\(place.email)")) } }
                if !place.web.isEmpty {
                    fact(Words("Site", "Web site")) { a(shown(place.web), .href(place.web), .rel("noopener external")) }
                }
                if !place.access.french.isEmpty { fact(Words("Accès", "Access")) { .words(ServiceWords.both(place.access)) } }
            }
        }
    }

    private func fact(_ title: Words, _ value: () -> HTML) -> HTML {
        HTML.of {
            dt(title)
            dd(value())
        }
    }

    private func shown(_ address: String) -> String {
        let rest = address.components(after: "://")
        return rest.hasSuffix("/") ? String(rest.dropLast()) : rest
    }

    @Markup private func week(_ hours: OpeningHours) -> HTML {
        h2(Words("Horaires", "Opening hours"))
        table(.class("hours")) {
            caption(Words("Les sept prochains jours", "The next seven days"), .class("sr-only"))
            tbody {
                for day in OpeningRules.week(hours, catalogue.holidays, from: moment.day) {
                    tr(.when(day.day == moment.day, .aria(.current, "date"))) {
                        th(ServiceWords.day(day.day), .scope("row"))
                        td {
                            ServiceWords.ranges(day.ranges)
                            if let why = day.why { small(Words(" (\(why.french))", " (\(why.english))")) }
                        }
                    }
                }
            }
        }
        let coming = hours.exceptions.filter { $0.until > moment.day + 6 && $0.from <= moment.day + 90 }
        if !coming.isEmpty {
            h3(Words("À venir", "To come"))
            ul {
                for exception in coming {
                    li {
                        exception.from == exception.until
                            ? ServiceWords.day(exception.from)
                            : Words(
                                "du \(ServiceWords.day(exception.from).french) au \(ServiceWords.day(exception.until).french)",
                                "\(ServiceWords.day(exception.from).english) to \(ServiceWords.day(exception.until).english)")
                        Words(" : ", ": ")
                        ServiceWords.ranges(exception.ranges)
                        if !exception.why.french.isEmpty {
                            Words(" (\(exception.why.french))", " (\(ServiceWords.both(exception.why).english))")
                        }
                    }
                }
            }
        }
    }
}

extension String {
    /// What stands after the first `mark`; all of it where there is none.
    func components(after mark: String) -> String { range(of: mark).map { String(self[$0.upperBound...]) } ?? self }
}
