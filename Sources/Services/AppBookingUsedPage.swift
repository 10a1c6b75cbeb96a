// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// A form that was sent once was changed and sent again: what is booked stays as it is, and the page says where it is changed.
struct AppBookingUsedPage {
    /// Of the booking that stands.
    var token: String

    var page: Page {
        Page(
            title: Words("Déjà réservé", "Booked already"), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"],
            status: 409
        ) {
            h1(Words("Déjà réservé", "Booked already"))
            div(.class("banner", "banner-alarm"), .role("alert")) {
                p(
                    Words(
                        "Ce formulaire a déjà servi, avec d'autres réponses. Votre premier rendez-vous est gardé, rien n'y est changé.",
                        "This form was sent before, with other answers. Your first booking stands, nothing in it has changed."))
            }
            p {
                a(
                    Words("Voir, déplacer ou annuler ce rendez-vous", "See, move or cancel that booking"),
                    .href("/app/encombrants/suivi/\(token)"))
            }
            p { a(Words("Prendre un autre rendez-vous", "Make another booking"), .href("/app/encombrants")) }
        }
    }
}
