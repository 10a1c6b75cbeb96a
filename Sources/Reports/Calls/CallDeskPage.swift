// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// The desk: what waits and what is talked on, live, beside the call that one works on.
package struct CallDeskPage {
    package var open: [Call]
    package var present: [String]
    /// Of those to call back: all, and those that are late.
    package var callbacks: Int
    package var late: Int
    package var work: CallWork?
    package var login: String
    package var mayAct: Bool
    package var now: Instant
    package var status = 200

    package var page: Page {
        Page(
            title: work.map { Words("Appel \($0.call.number.value)", "Call \($0.call.number.value)") }
                ?? Words("Accueil téléphonique", "Call desk"),
            place: "calls", trail: work == nil ? [] : [.init(Words("Accueil téléphonique", "Call desk"), "/allo")],
            actions: HTML.of {
                ButtonLink(
                    Words("Rappels (\(callbacks))", "Callbacks (\(callbacks))"), "/allo/callbacks", late > 0 ? .danger : .quiet,
                    icon: .clock)
                ButtonLink(Words("Statistiques", "Statistics"), "/allo/statistics", .quiet, icon: .chart)
                a(.class("button", "button-quiet"), .href("/console/help/calls"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }, status: status
        ) {
            custom("hot-keys") {
                div(.class("call-desk", work == nil ? "" : "has-call")) {
                    queue
                    if let work { CallWorkPart(work: work, login: login, mayAct: mayAct, now: now).html } else { idle }
                }
            }
        }
    }

    private var mine: Call? { open.first { $0.agent == login && $0.state == .answered } }

    private var idle: HTML {
        section(.class("call-idle"), .aria(.label, Words("Appel en cours", "Call under way"))) {
            EmptyState(
                Words("Aucun appel ouvert ici", "No call is open here"),
                Words(
                    "Prenez le premier qui attend (t), ou notez un appel (n).", "Take the first that waits (t), or note a call (n)."),
                icon: .comment)
        }
    }

    private var queue: HTML {
        aside(.class("call-queue"), .aria(.label, Words("Appels", "Calls"))) {
            custom("live-list", .id("call-queue"), .named("follow", "calls"), .named("pause", "250")) {
                div(.data("rows", "")) {
                    summary
                    if let mine, work == nil {
                        p {
                            a(.href("/allo/calls/\(mine.number.value)"), .class("button", "button-primary"), .data("mine", "")) {
                                Words("Votre appel en cours", "Your call under way")
                            }
                        }
                    }
                    list(Words("En attente", "Waiting"), open.filter { $0.state == .ringing }, Words("Personne n'attend.", "Nobody waits."))
                    list(
                        Words("En ligne et à clore", "On the line, to be closed"), open.filter { $0.state != .ringing },
                        Words("Aucun appel en cours.", "No call is under way."))
                }
            }
            if mayAct {
                form(.method("post"), .action("/allo/calls")) {
                    HTML.csrf
                    button(.class("button"), .type("submit"), .data("hotkey", "n")) {
                        Icon.plus.html
                        span(Words("Nouvel appel", "New call"))
                        key("n")
                    }
                }
                form(.method("post"), .action("/allo/presence")) {
                    HTML.csrf
                    let isHere = present.contains(login)
                    input(.type("hidden"), .name("present"), .value(isHere ? "no" : "yes"))
                    Button(
                        isHere ? Words("Quitter le poste", "Leave the desk") : Words("Prendre place", "Take a seat"),
                        isHere ? .quiet : .plain,
                        icon: .user)
                }
            }
        }
    }

    private var summary: HTML {
        let waiting = open.filter { $0.state == .ringing }
        return dl(.class("facts", "call-summary")) {
            div {
                dt(Words("En attente", "Waiting"))
                dd(.class("figure")) { waiting.count }
            }
            div {
                dt(Words("Le plus long", "The longest"))
                dd(.class("figure")) { if let first = waiting.first { HTML.ago(first.startedAt, now: now) } else { "–" } }
            }
            div {
                dt(Words("Présents", "Present"))
                dd(.class("figure")) { present.count }
            }
        }
    }

    private func list(_ title: Words, _ calls: [Call], _ empty: Words) -> HTML {
        HTML.of {
            h2(title)
            if calls.isEmpty {
                p(empty, .class("empty"))
            } else {
                ol(.class("call-list")) {
                    for (index, call) in calls.enumerated() { row(call, isFirst: index == 0) }
                }
            }
        }
    }

    private func row(_ call: Call, isFirst: Bool) -> HTML {
        let isCurrent = work?.call.number == call.number
        return li(.id("call-\(call.number.value)"), .when(isCurrent, .aria(.current, "true"))) {
            div {
                a(.href("/allo/calls/\(call.number.value)")) {
                    Words("Appel \(call.number.value)", "Call \(call.number.value)")
                }
                " "
                StateBadge(call.state.tone, call.state.title)
                p(.class("quiet")) {
                    HTML.ago(call.state == .ringing ? call.startedAt : call.endedAt ?? call.answeredAt ?? call.startedAt, now: now)
                    if !call.agent.isEmpty { " · \(call.agent)" }
                    if !call.line.isEmpty { " · \(call.line)" }
                }
            }
            if mayAct, call.state == .ringing {
                form(.method("post"), .action("/allo/calls/\(call.number.value)/take")) {
                    HTML.csrf
                    button(
                        .class("button", "button-primary"), .type("submit"), .id("take-\(call.number.value)"),
                        .when(isFirst, .data("hotkey", "t"))
                    ) {
                        span(Words("Prendre", "Take"))
                        if isFirst { key("t") }
                    }
                }
            }
        }
    }
}

/// A key in place, on the thing that it presses.
func key(_ name: String) -> HTML { kbd(.class("hotkey"), .aria(.hidden, true)) { name } }
