// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// Who is to be called back, the first due first. Numbers are covered until somebody calls.
package struct CallBackPage {
    package var callbacks: [CallBack]
    /// The number in clear that was just asked for.
    package var shown: (number: Int64, phone: String)?
    package var mayAct: Bool
    package var now: Instant

    package var page: Page {
        Page(
            title: Words("Rappels à faire", "Callbacks"), place: "calls",
            trail: [.init(Words("Accueil téléphonique", "Call desk"), "/allo")],
            actions: a(.class("button", "button-quiet"), .href("/console/help/calls"), .rel("help")) { Words("Aide (?)", "Help (?)") }
        ) {
            custom("live-list", .id("callbacks"), .named("follow", "calls")) {
                custom("row-keys") {
                    div(.data("rows", "")) {
                        if callbacks.isEmpty {
                            EmptyState(Words("Personne n'attend un rappel.", "Nobody waits to be called back."))
                        } else {
                            ol(.class("rows", "callbacks")) { for one in callbacks { row(one) } }
                        }
                    }
                }
            }
        }
    }

    private func row(_ one: CallBack) -> HTML {
        li(.id("callback-\(one.number)"), .data("row", ""), .class("panel")) {
            div(.class("panel-body")) {
                p {
                    strong {
                        Words("Avant ", "Before ")
                        HTML.time(one.dueAt, .minutes)
                        " "
                        HTML.time(one.dueAt, .date)
                    }
                    " "
                    if one.isLate(at: now) { StateBadge(.warning, Words("en retard", "late")) }
                    if one.tries > 0 {
                        " "
                        span(.class("quiet")) { Words("\(one.tries) essai(s) sans réponse", "\(one.tries) try(s) without an answer") }
                    }
                }
                p(.class("said")) { one.why }
                p(.class("quiet")) {
                    if !one.name.isEmpty, shown?.number == one.number { "\(one.name) · " }
                    a(.href("/allo/calls/\(one.call.value)")) { Words("appel \(one.call.value)", "call \(one.call.value)") }
                    " · "
                    HTML.time(one.createdAt)
                }
                if let shown, shown.number == one.number {
                    p(.class("spelled")) { a(.href("tel:\(shown.phone)")) { CallSpelling.groups(phone: shown.phone) } }
                    p(.class("quiet")) { Words("Cette consultation est consignée.", "This look stands in the log.") }
                }
                if mayAct { acts(one) }
            }
        }
    }

    private func acts(_ one: CallBack) -> HTML {
        div(.class("row", "inline")) {
            act(one, "number", Words("Voir le numéro (v)", "Show the number (v)"), "v", .primary)
            act(one, "done", Words("Fait (f)", "Done (f)"), "f", .plain)
            act(one, "later", Words("Sans réponse : dans une heure (s)", "No answer: in an hour (s)"), "s", .plain)
            act(one, "give-up", Words("Abandonner", "Give up"), "", .quiet)
        }
    }

    private func act(_ one: CallBack, _ name: String, _ title: Words, _ letter: String, _ look: Button.Look) -> HTML {
        form(.method("post"), .action("/allo/callbacks/\(one.number)/\(name)")) {
            HTML.csrf
            Button(title, look, .type("submit"), .when(!letter.isEmpty, .data("key", letter)))
        }
    }
}
