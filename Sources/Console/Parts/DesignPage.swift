// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Every part in every state, so that each later desk looks like the same house.
enum DesignPage {
    static let summary = "Every component of the design system in every state"

    static var page: Page {
        Page(
            title: Words("Système de conception", "Design system"), place: "design",
            trail: [.init(Words("Accueil", "Home"), "/")],
            actions: HTML.of { Button(Words("Imprimer", "Print"), icon: .print, .type("button")) }
        ) {
            p(
                Words(
                    "Le gris est normal, la couleur est anormale. Chaque état se lit aussi par sa forme et par ses mots.",
                    "Grey is normal, colour is abnormal. Each state can also be read by its shape and its words."), .class("lead"))
            tones
            div(.class("grid")) {
                DesignParts.buttons
                DesignParts.fields
            }
            DesignParts.notices
            DesignParts.lists
            DesignParts.figures
            DesignParts.signs
        }
    }

    private static var tones: HTML {
        Panel(Words("États et priorités", "States and priorities")) {
            div(.class("row")) { for tone in StateSpec.Tone.allCases { StateBadge(tone, tone.exampleTitle) } }
            div(.class("row")) { for priority in Priority.allCases.reversed() { PriorityBadge(priority) } }
            PartsBar(
                Words("Candélabres par état", "Lamps by state"),
                [
                    .init(Words("allumés", "on"), .active, 31_204), .init(Words("éteints", "off"), .idle, 2_410),
                    .init(Words("en défaut", "at fault"), .alarm, 212), .init(Words("muets", "lost"), .lost, 174),
                ])
        }.html
    }
}

extension StateSpec.Tone {
    fileprivate var exampleTitle: Words {
        switch self {
        case .unknown: Words("Jamais entendu", "Never heard")
        case .idle: Words("Éteint", "Off")
        case .active: Words("Allumé", "On")
        case .notice: Words("Dérogation", "Override")
        case .stale: Words("Sans nouvelles", "Stale")
        case .warning: Words("Écart", "Mismatch")
        case .alarm: Words("Défaut", "Fault")
        case .lost: Words("Muet", "Lost")
        case .disabled: Words("Hors service", "Out of service")
        }
    }
}
