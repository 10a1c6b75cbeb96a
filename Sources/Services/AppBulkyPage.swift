// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Bulky waste in two steps on one page: what and where, then which free day. Works without a script.
struct AppBulkyPage {
    var bulky: Bulky
    var values = Form()
    var errors: [Refused.FieldError] = []
    /// Nil before the first step.
    var offer: Offer?
    var key: String

    /// What may be chosen in the second step.
    struct Offer {
        var home: Home
        var sector: Bulky.Sector
        var litres: Int
        var slots: [BookingRules.Slot]
    }

    var page: Page {
        Page(
            title: Words("Encombrants", "Bulky waste"), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"],
            status: errors.isEmpty ? 200 : 422
        ) {
            p { a(Words("Tous les services", "All services"), .href("/app/services")) }
            h1(Words("Faire enlever des encombrants", "Have bulky waste fetched"))
            p(.class("lead")) {
                Words(
                    "Dites quoi et où, choisissez un jour libre. C'est gratuit, sans compte.",
                    "Say what and where, choose a free day. Free of charge, no account.")
            }
            if !bulky.help.french.isEmpty { p(ServiceWords.both(bulky.help)) }
            errorList
            what
            if let offer { days(offer) }
        }
    }

    private func error(_ name: String) -> Words? { errors.first { $0.field == name }?.message }

    private var errorList: HTML {
        guard !errors.isEmpty else { return .empty }
        return div(.class("banner", "banner-alarm"), .role("alert"), .id("errors"), .tabindex(-1)) {
            div {
                p { strong(Words("Rien n'est encore réservé. À corriger :", "Nothing is booked yet. To correct:")) }
                ul { for error in errors { li { a(.href("#\(AppBulkyPage.anchor(error.field))")) { error.message } } } }
            }
        }
    }

    private static func anchor(_ field: String) -> String {
        switch field {
        case "items": "step-what"
        case "address": "field-address"
        case "day": "step-day"
        default: "field-\(field)"
        }
    }

    private var what: HTML {
        form(.method("get"), .action("/app/encombrants"), .class("report")) {
            fieldset(.class("step"), .id("step-what"), .tabindex(-1)) {
                legend {
                    span(.class("step-number"), .aria(.hidden, true)) { "1" }
                    Words("Quoi et où ?", "What and where?")
                }
                custom("place-choice") {
                    div(.class("field")) {
                        label(.for("field-address")) { Words("Adresse", "Address") }
                        input(
                            .type("text"), .id("field-address"), .name("q"), .value(values["q"] ?? ""), .autocomplete("street-address"),
                            .named("maxlength", "200"), .required, .when(error("address") != nil, .aria(.invalid, true)))
                    }
                }
                ul(.class("items")) {
                    for item in bulky.items {
                        li {
                            label(.for("field-item-\(item.code)")) {
                                ServiceWords.both(item.title)
                                small { ServiceWords.volume(item.litres) }
                            }
                            selectElement(.id("field-item-\(item.code)"), .name("item-\(item.code)")) {
                                for count in 0...item.most {
                                    option(
                                        "\(count)", .value("\(count)"), .when(values["item-\(item.code)"] == "\(count)", .selected))
                                }
                            }
                        }
                    }
                }
                Button(Words("Voir les jours libres", "Show free days"), offer == nil ? .primary : .plain)
            }
        }
    }

    private func days(_ offer: Offer) -> HTML {
        form(.method("post"), .action("/app/encombrants"), .class("report"), .named("novalidate", "novalidate")) {
            input(.type("hidden"), .name("key"), .value(key))
            input(.type("hidden"), .name("q"), .value(values["q"] ?? offer.home.label))
            for item in bulky.items where (values["item-\(item.code)"] ?? "0") != "0" {
                input(.type("hidden"), .name("item-\(item.code)"), .value(values["item-\(item.code)"] ?? ""))
            }
            div(.class("trap"), .aria(.hidden, true)) {
                label {
                    "Site"
                    input(.type("text"), .name("site"), .tabindex(-1), .autocomplete("off"))
                }
            }
            fieldset(.class("step"), .id("step-day"), .tabindex(-1)) {
                legend {
                    span(.class("step-number"), .aria(.hidden, true)) { "2" }
                    Words("Quel jour ?", "Which day?")
                }
                p {
                    offer.home.label
                    " · "
                    ServiceWords.volume(offer.litres)
                }
                if let error = error("day") { p(error, .class("field-error")) }
                if offer.slots.isEmpty {
                    p(.class("empty-state")) {
                        Words(
                            "Aucun jour n'a assez de place dans les \(bulky.ahead) prochains jours. Essayez avec moins d'objets.",
                            "No day has room enough within the next \(bulky.ahead) days. Try with fewer things.")
                    }
                } else {
                    SlotChoice(slots: offer.slots, window: offer.sector.window, chosen: values["day"])
                }
            }
            if !offer.slots.isEmpty {
                contact
                div(.class("send")) { Button(Words("Réserver", "Book"), .primary) }
            }
        }
    }

    private var contact: HTML {
        fieldset(.class("step")) {
            legend {
                span(.class("step-number"), .aria(.hidden, true)) { "3" }
                Words("Vous prévenir d'un changement ? (facultatif)", "Tell you of a change? (optional)")
            }
            p(
                Words(
                    "Ne sert qu'à cela, et s'efface 30 jours après la collecte. L'adresse, après un an.",
                    "Serves only for that and is erased 30 days after the collection; the address after a year."), .class("field-hint"))
            Field("name", Words("Nom", "Name"), value: values["name"] ?? "", error: error("name"), autocomplete: "name")
            Field(
                "email", Words("Courriel", "E-mail"), type: "email", value: values["email"] ?? "", error: error("email"),
                autocomplete: "email")
            Field(
                "phone", Words("Téléphone", "Telephone"), type: "tel", value: values["phone"] ?? "", error: error("phone"),
                autocomplete: "tel")
        }
    }
}

/// Free days as a list of choices; the first is chosen.
struct SlotChoice: Content {
    var slots: [BookingRules.Slot]
    var window: DayRange
    var chosen: String?
    private static let most = 12

    var html: HTML {
        let shown = slots.prefix(SlotChoice.most)
        return ul(.class("choices")) {
            for slot in shown {
                li {
                    input(
                        .type("radio"), .id("day-\(slot.day.iso)"), .name("day"), .value(slot.day.iso),
                        .when(slot.day.iso == chosen || (chosen == nil && slot == shown.first), .checked))
                    label(.for("day-\(slot.day.iso)")) {
                        ServiceWords.day(slot.day)
                        small(
                            Words(
                                "à sortir avant \(ServiceWords.clock(window.from).french)",
                                "put it out before \(ServiceWords.clock(window.from).english)"))
                    }
                }
            }
        }
    }
}

/// A booking, for whoever holds its link: when, what, and a way to move or cancel it.
struct AppBookingPage {
    var followed: Services.FollowedBooking
    var bulky: Bulky?
    var slots: [BookingRules.Slot]
    var token: String
    var isSent: Bool

    private var booking: Booking { followed.booking }

    var page: Page {
        Page(
            title: Words("Encombrants \(booking.reference)", "Bulky waste \(booking.reference)"), place: "mine", layout: .citizen,
            scripts: ["app"], styles: ["app"]
        ) {
            if isSent {
                div(.class("sent"), .role("status")) {
                    h1(Words("C'est réservé", "It is booked"))
                    p(.class("reference")) {
                        Words("Votre référence : ", "Your reference: ")
                        strong(booking.reference)
                    }
                }
            } else {
                h1(Words("Encombrants \(booking.reference)", "Bulky waste \(booking.reference)"))
            }
            custom(
                "kept-request", .data("reference", booking.reference), .data("link", "/app/encombrants/suivi/\(token)"),
                .data("title", "Encombrants")
            ) {}
            facts
            if followed.isChangeable { changes }
            steps
            p(.class("quiet")) {
                Words(
                    "Cette page n'est connue que de qui a son lien. Gardez-le : il sert à déplacer ou annuler.",
                    "Only who has its link knows this page. Keep it: it serves to move or cancel.")
            }
        }
    }

    private var facts: HTML {
        div(.class("summary")) {
            p(.class("standing", booking.state == .cancelled ? "is-over" : "")) {
                booking.state == .cancelled
                    ? Words("Annulé", "Cancelled")
                    : Words("Le \(ServiceWords.day(booking.day).french)", "On \(ServiceWords.day(booking.day).english)")
            }
            if booking.state == .booked, let window = bulky?.sector(booking.sector)?.window {
                p(
                    Words(
                        "À sortir devant chez vous avant \(ServiceWords.clock(window.from).french), pas avant la veille au soir.",
                        "Put it out before your door by \(ServiceWords.clock(window.from).english), not before the evening before."))
            }
            dl(.class("facts")) {
                dt(Words("Où", "Where"))
                dd(booking.address)
                dt(Words("Quoi", "What"))
                dd {
                    ItemList(items: booking.items, bulky: bulky).html
                    " · "
                    ServiceWords.volume(booking.litres)
                }
            }
        }
    }

    private var changes: HTML {
        section(.class("verdict"), .aria(.labelledby, "change")) {
            h2(Words("Changer", "Change"), .id("change"))
            if !slots.isEmpty, let window = bulky?.sector(booking.sector)?.window {
                details(.class("branch")) {
                    summary { Words("Choisir un autre jour", "Choose another day") }
                    form(.method("post"), .action("/app/encombrants/suivi/\(token)/deplacer")) {
                        SlotChoice(slots: slots, window: window, chosen: nil)
                        Button(Words("Déplacer", "Move"), .primary)
                    }
                }
            }
            form(.method("post"), .action("/app/encombrants/suivi/\(token)/annuler")) {
                Button(Words("Annuler la collecte", "Cancel the collection"), .danger)
            }
        }
    }

    private var steps: HTML {
        section(.aria(.labelledby, "steps")) {
            h2(Words("Étapes", "Steps"), .id("steps"))
            ol(.class("steps")) {
                for event in followed.events {
                    li {
                        p(sentence(event))
                        p(.class("quiet")) {
                            HTML.time(event.at, .date)
                            " "
                            HTML.time(event.at, .minutes)
                        }
                    }
                }
            }
        }
    }

    private func sentence(_ event: BookingEvent) -> Words {
        let day = ServiceWords.day(event.day)
        return switch event.what {
        case .booked: Words("Réservé pour le \(day.french).", "Booked for \(day.english).")
        case .moved: Words("Déplacé au \(day.french).", "Moved to \(day.english).")
        case .cancelled: Words("Annulé.", "Cancelled.")
        case .asked: Words("Confié à une équipe.", "Given to a crew.")
        }
    }
}

/// '2 × Matelas, 1 × Canapé', in the order of the city's file.
struct ItemList: Content {
    var items: [String: Int]
    var bulky: Bulky?

    var html: HTML {
        .formatted { audience in
            let known = bulky?.items.map(\.code) ?? []
            let order = known + items.keys.filter { !known.contains($0) }.sorted()
            return order.compactMap { code in
                items[code].map { count in
                    "\(count) × " + (bulky?.item(code).map { ServiceWords.both($0.title)(audience.language) } ?? code)
                }
            }.joined(separator: ", ")
        }
    }
}
