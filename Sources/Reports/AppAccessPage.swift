// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What was tested of the app's accessibility, and how; nothing that was not (RGAA 4.1, law of 11 February 2005, article 47).
struct AppAccessPage {
    var page: Page {
        Page(title: Words("Accessibilité", "Accessibility"), place: "", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            h1(Words("Accessibilité de l'application", "Accessibility of the app"))
            p(.class("lead")) {
                Words(
                    "Aucun audit complet du RGAA 4.1 n'a encore été fait : la conformité n'est donc pas déclarée. Voici ce qui est vérifié.",
                    "No full audit under the French rules (RGAA 4.1) was made yet: no conformity is declared. This is what is checked.")
            }
            h2(Words("Vérifié à chaque version", "Checked with each version"))
            ul { for line in AppAccessPage.checked { li(line) } }
            h2(Words("Pas vérifié", "Not checked"))
            ul { for line in AppAccessPage.open { li(line) } }
            h2(Words("Une difficulté ?", "A difficulty?"))
            p(
                Words(
                    "Dites-le à l'accueil de votre mairie : elle vous donnera l'information autrement. Sans réponse, vous pouvez écrire au Défenseur des droits.",
                    "Tell your town hall: it will give you the information in another way. Without an answer you may write to the Défenseur des droits."
                ))
            p { a("defenseurdesdroits.fr", .href("https://www.defenseurdesdroits.fr/"), .rel("noopener external")) }
        }
    }

    private static let checked = [
        Words(
            "Des règles automatiques (axe-core : WCAG 2.2 A et AA, environ un tiers du RGAA), pages claires et sombres.",
            "Automatic rules (axe-core: WCAG 2.2 A and AA, about a third of the RGAA), light and dark pages."),
        Words(
            "Un signalement et une réservation entiers sans JavaScript.", "A whole report and a whole booking without JavaScript."),
        Words("Le choix d'une adresse au clavier seul.", "Choosing an address by keyboard alone."),
        Words(
            "Une largeur de 320 points, soit 400 % d'agrandissement, sans défilement horizontal.",
            "A width of 320 points, which is 400 % zoom, without scrolling sideways."),
        Words(
            "Tout ce que dit la carte est aussi dans une liste ; aucune page n'a besoin de la carte.",
            "All that the map says stands in a list too; no page needs the map."),
    ]

    private static let open = [
        Words(
            "Aucun essai n'a encore été mené avec des personnes handicapées ni avec plusieurs lecteurs d'écran.",
            "No test was made yet with disabled people or with several screen readers."),
        Words(
            "La carte elle-même (image) n'est pas lisible par un lecteur d'écran : utilisez la liste.",
            "The map itself (a picture) cannot be read by a screen reader: use the list."),
        Words("Les photos envoyées par les habitants n'ont pas de description.", "Photos sent by citizens have no description."),
    ]
}
