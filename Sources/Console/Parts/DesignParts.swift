// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The sections of the design page.
enum DesignParts {
    private static let now = Instant(year: 2026, month: 11, day: 21, hour: 18, minute: 4)

    static var buttons: HTML {
        Panel(Words("Boutons", "Buttons")) {
            div(.class("row")) {
                Button(Words("Appliquer", "Apply"), .primary, .type("button"))
                Button(Words("Aperçu", "Preview"), icon: .eye, .type("button"))
                Button(Words("Annuler l’ordre", "Cancel the order"), .danger, .type("button"))
                Button(Words("Plus tard", "Later"), .quiet, .type("button"))
            }
            div(.class("row")) {
                Button(Words("Indisponible", "Disabled"), .plain, .type("button"), .disabled)
                Button(Words("Envoi…", "Sending…"), .primary, .type("button"), .aria(.busy, true))
                Button(Words("Enclenché", "Pressed"), .plain, icon: .layers, .type("button"), .aria(.pressed, true))
                Button(Words("Fermer", "Close"), .quiet, icon: .cross, iconOnly: true, .type("button"))
                ButtonLink(Words("Ouvrir la fiche", "Open the sheet"), "#figures", icon: .external)
            }
            Tabs(
                Words("Vues d’une fiche", "Views of a sheet"),
                [
                    .init(Words("État", "State"), "#etat", isCurrent: true), .init(Words("Alarmes", "Alarms"), "#alarmes", count: 3),
                    .init(Words("Historique", "History"), "#historique"),
                ])
            FilterLinks(
                Words("Filtrer les alarmes", "Filter the alarms"),
                [
                    .init(Words("Toutes", "All"), "#toutes", isCurrent: true, count: 48),
                    .init(Words("Non acquittées", "Unacknowledged"), "#non-acquittees", count: 6),
                    .init(Words("Mises de côté", "Shelved"), "#mises-de-cote", count: 0),
                ])
        }.html
    }

    static var fields: HTML {
        Panel(Words("Champs", "Fields")) {
            form(.class("stack"), .method("get"), .action("/console/design")) {
                Field("name", Words("Nom du groupe", "Name of the group"), value: "Place de la Libération", isRequired: true)
                Field(
                    "level", Words("Niveau", "Level"), type: "number", value: "140", hint: Words("De 0 à 100.", "From 0 to 100."),
                    error: Words("« 140 » : il faut un nombre entier de 0 à 100.", "'140': must be a whole number from 0 to 100."),
                    unit: "%")
                Choice(
                    "commune", Words("Commune", "Commune"),
                    [("21231", Words("Dijon", "Dijon")), ("21166", Words("Chenôve", "Chenôve"))], value: "21166")
                TextArea("note", Words("Note", "Note"), hint: Words("Visible de tous les postes.", "Seen by every desk."))
                Field("closed", Words("Clos", "Closed"), value: "Lecture seule", .disabled)
                Tick("confirmed", Words("J’ai vérifié sur la caméra", "I checked on the camera"), isOn: true)
            }
        }.html
    }

    static var notices: HTML {
        Panel(Words("Messages et états d’une partie", "Messages and states of a part")) {
            Banner(.info, Words("La carte montre la ville à 18:04.", "The map shows the city at 18:04."))
            Banner(.success, Words("34 000 points confirmés.", "34,000 points confirmed."))
            Banner(.warning, Words("Le courtier MQTT ne répond plus.", "The MQTT broker no longer answers."))
            Banner(
                .alarm, Words("Le disque est plein : les relevés ne sont plus gardés.", "The disk is full: readings are no longer kept."),
                action: ButtonLink(Words("Que faire ?", "What to do?"), "#figures").html)
            StaleNote(since: now)
            div(.class("grid")) {
                div(.class("figure-card")) { Skeleton(lines: 4) }
                div(.class("figure-card")) {
                    EmptyState(Words("Aucune alarme", "No alarm"), Words("Tout est normal depuis 16:20.", "All normal since 16:20."))
                }
                div(.class("figure-card")) {
                    FailedState(
                        Words("Historique illisible", "History unreadable"),
                        Words("La carte et les alarmes continuent.", "The map and the alarms go on."))
                }
                div(.class("stack")) {
                    Toast(.success, Words("Ordre 812 envoyé.", "Order 812 sent."))
                    Toast(.alarm, Words("Ordre 813 refusé : zone de conflit.", "Order 813 refused: conflict area."))
                }
            }
        }.html
    }

    static var lists: HTML {
        let columns: [DataTable.Column] = [
            .init(Words("Alarme", "Alarm")), .init(Words("Priorité", "Priority")),
            .init(Words("Depuis", "Since"), sort: .init("#depuis", isAscending: false)), .init(Words("Points", "Points"), numeric: true),
            .init(Words("Actions", "Actions"), hidden: true),
        ]
        return HTML.of {
            DataTable(
                Words("Alarmes en cours", "Standing alarms"), columns: columns,
                rows: [
                    line("Départ F-21231-07 hors tension", .critical, 42, .class("is-new")),
                    line("Candélabre L-21166-00812 : porte ouverte", .high, 1, .aria(.selected, true)),
                    line("Passerelle G-0031 : file pleine", .medium, 1_240), line("Candélabre L-21231-04217 : température", .low, 1),
                ], captionHidden: false)
            DataTable(Words("Ordres en cours", "Orders under way"), columns: columns, rows: [], captionHidden: false, stale: true)
            PageLinks(2, of: 12) { "#page-\($0)" }
            div(.class("grid")) {
                Panel(Words("Légende", "Legend")) {
                    Legend(
                        Words("Candélabres", "Lamps"),
                        [
                            .init("on", StateSpec(key: "on", title: Words("Allumé", "On"), tone: .active), count: 31_204),
                            .init("fault", StateSpec(key: "fault", title: Words("Défaut", "Fault"), tone: .alarm), count: 212),
                            .init("lost", StateSpec(key: "lost", title: Words("Muet", "Lost"), tone: .lost), count: 174),
                        ], name: "layer")
                }
                Panel(Words("Fil des événements", "Timeline")) {
                    Timeline([
                        .init(at: now, .alarm, Words("Défaut de lampe levé", "Lamp failure raised")),
                        .init(at: now - .minutes(4), .notice, Words("Ordre 812 : 60 %", "Order 812: 60 %"), detail: p("ada")),
                        .init(at: now - .minutes(90), .idle, Words("Allumage au crépuscule", "On at dusk")),
                    ])
                }
            }
        }
    }

    private static func line(_ title: String, _ priority: Priority, _ count: Int, _ attribute: Attribute = .class("")) -> DataTable.Row {
        DataTable.Row(attribute) {
            title
            PriorityBadge(priority)
            HTML.ago(now - .minutes(12), now: now)
            count
            Button(Words("Acquitter", "Acknowledge"), .plain, icon: .check, iconOnly: true, .type("button"))
        }
    }

    static var figures: HTML {
        let samples = (0...48).map { step -> Chart.Sample in
            let at = now - .minutes(Int64(720 - step * 15))
            if (20...23).contains(step) { return .init(at, nil) }
            let value = step < 12 ? 0 : 38.2 + Double((step * 7) % 5) / 2
            return .init(at, value, range: value > 0 ? (value - 2)...(value + 2) : nil)
        }
        return div(.class("grid"), .id("figures")) {
            Panel(Words("Chiffres", "Figures")) {
                WantedObserved(wanted: "60 %", observed: "100 %", differs: true)
                WantedObserved(wanted: "60 %", observed: "60 %", differs: false)
                ProgressBar(Words("Confirmés", "Confirmed"), done: 21_480, total: 34_000)
                Meter(
                    Words("Alarmes en 10 min", "Alarms in 10 min"), 1, shown: "1", warning: 2, alarm: 10, top: 12,
                    verdict: Words("Acceptable", "Acceptable"))
                Meter(
                    Words("Disque", "Disk"), 93, shown: "93 %", warning: 80, alarm: 90, top: 100,
                    verdict: Words("Plein dans 2 jours", "Full in 2 days"))
                Facts([
                    (Words("Adresse", "Address"), "12 rue de l’Église".html),
                    (Words("Puissance", "Power"), HTML.quantity(38.2, decimals: 1, unit: "W")),
                    (Words("Entendu", "Heard"), HTML.ago(now - .minutes(3), now: now)),
                ])
            }
            Panel(Words("Courbe", "Chart")) {
                Chart(
                    Words("Puissance de L-21231-00042", "Power of L-21231-00042"), unit: "W", decimals: 1,
                    lines: [.init(Words("Mesurée", "Measured"), samples)], from: now - .hours(12), to: now)
            }
        }
    }

    static var signs: HTML {
        Panel(Words("Signes", "Signs")) {
            div(.class("row")) {
                for icon in Icon.allCases {
                    span(.class("label")) {
                        icon.html
                        " \(icon.rawValue)"
                    }
                }
            }
            Window(id: "design-window", Words("Fenêtre", "Window"), isOpen: false) {
                p(Words("Confirmer l’extinction de 42 points ?", "Confirm switching off 42 points?"))
            }
        }.html
    }
}
