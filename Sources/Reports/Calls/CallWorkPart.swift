// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// One call: its clock and acts, the form of the request, and beside it all that helps. Parts with an id are fetched anew while somebody
/// types.
struct CallWorkPart {
    var work: CallWork
    var login: String
    var mayAct: Bool
    var now: Instant

    var call: Call { work.call }
    var path: String { "/allo/calls/\(call.number.value)" }
    private var isWorked: Bool { mayAct && (call.state == .answered || call.state == .wrapping) }

    var html: HTML {
        section(.class("call-work"), .aria(.label, Words("Appel \(call.number.value)", "Call \(call.number.value)"))) {
            head
            if isWorked, work.mayReport || !work.tree.open().isEmpty {
                div(.class("call-columns")) {
                    CallFormPart(work: work, path: path).html
                    div(.class("call-side")) {
                        CallSidePart(work: work, path: path, mayAct: mayAct, now: now).caller
                        CallSidePart(work: work, path: path, mayAct: mayAct, now: now).around
                        outcomes
                        CallEndPart(work: work, path: path, now: now).html
                    }
                }
            } else {
                div(.class("columns")) {
                    CallSidePart(work: work, path: path, mayAct: mayAct, now: now).caller
                    outcomes
                }
            }
            CallSidePart(work: work, path: path, mayAct: mayAct, now: now).history
        }
    }

    // MARK: The clock and the acts

    private var head: HTML {
        custom(
            "live-list", .id("call-head"), .named("follow", "calls"), .named("about", "call-\(call.number.value)\""), .named("pause", "250")
        ) {
            div(.data("rows", ""), .class("call-head")) {
                StateBadge(call.state.tone, call.state.title)
                p(.class("call-clock")) { clock }
                if !call.line.isEmpty { p(.class("quiet")) { Words("Ligne \(call.line)", "Line \(call.line)") } }
                if !call.agent.isEmpty { p(.class("quiet")) { Words("Pris par \(call.agent)", "Taken by \(call.agent)") } }
                if mayAct { acts }
            }
        }
    }

    private var clock: HTML {
        HTML.of {
            switch call.state {
            case .ringing:
                Words("attend depuis ", "has waited ")
                HTML.ago(call.startedAt, now: now)
            case .answered:
                Words("en ligne depuis ", "on the line for ")
                HTML.ago(call.answeredAt ?? call.startedAt, now: now)
            case .wrapping:
                Words("raccroché depuis ", "hung up for ")
                HTML.ago(call.endedAt ?? now, now: now)
                if let answered = call.answeredAt, let ended = call.endedAt {
                    Words(" ; durée ", "; length ")
                    HTML.span(ended - answered)
                }
            case .closed, .abandoned: HTML.time(call.startedAt)
            }
        }
    }

    @Markup private var acts: HTML {
        if CallRules.may(.take, in: call.state) { act("take", Words("Prendre", "Take"), "t", .primary) }
        if CallRules.may(.end, in: call.state) { act("end", Words("Raccroché", "Hung up"), "r", .plain) }
        if CallRules.may(.close, in: call.state) { act("close", Words("Clore l'appel", "Close the call"), "f", .primary) }
        if CallRules.may(.reopen, in: call.state) { act("reopen", Words("Rouvrir", "Open again"), "o", .quiet) }
    }

    private func act(_ name: String, _ title: Words, _ letter: String, _ look: Button.Look) -> HTML {
        form(.method("post"), .action("\(path)/\(name)")) {
            HTML.csrf
            button(
                .class("button", look == .plain ? "" : "button-\(look.rawValue)"), .type("submit"), .id("act-\(name)"),
                .data("hotkey", letter)
            ) {
                span(title)
                key(letter)
            }
        }
    }

    // MARK: What came of it

    private var outcomes: HTML {
        Panel(Words("Suites de l'appel", "What came of it"), id: "outcomes") {
            if work.outcomes.allSatisfy({ $0.undoneAt != nil }) {
                p(.class("empty")) { Words("Rien n'est encore noté.", "Nothing is noted yet.") }
            }
            ul(.class("rows")) {
                for outcome in work.outcomes.reversed() where outcome.undoneAt == nil { li { row(outcome) } }
            }
        }.html
    }

    private func row(_ outcome: CallOutcome) -> HTML {
        HTML.of {
            p {
                strong(outcome.sort.title)
                if !outcome.category.isEmpty, outcome.sort == .information { span(.class("quiet")) { work.tree.title(outcome.category) } }
                if outcome.sort == .transferred {
                    " "
                    work.tree.contacts.first { $0.code == outcome.target }?.title ?? Words(outcome.target, outcome.target)
                }
            }
            if let number = outcome.report { reading(ReportReference(number), work.made[number], outcome) }
            if mayAct, CallRules.may(.undo, in: call.state) {
                form(.method("post"), .action("\(path)/undo")) {
                    HTML.csrf
                    input(.type("hidden"), .name("place"), .value("\(outcome.place)"))
                    Button(Words("Annuler : c'était une erreur", "Take back: it was a mistake"), .quiet)
                }
            }
        }
    }

    /// The reference, to be read out.
    private func reading(_ reference: ReportReference, _ report: Report?, _ outcome: CallOutcome) -> HTML {
        HTML.of {
            p(.class("spelled")) {
                a(.href("/console/reports/\(reference)")) { CallSpelling.groups(reference) }
            }
            p(.class("quiet")) {
                Words("À lire : « ", "Read out: '")
                CallSpelling.words(reference)
                Words(" »", "'")
            }
            if let report {
                p {
                    work.tree.title(report.category)
                    if report.isOpen {
                        Words(", promis pour le ", ", promised for ")
                        HTML.time(report.promisedAt, .date)
                    }
                }
                if outcome.sort == .request, let say = work.tree.script(of: report.category)?.say, !say.french.isEmpty {
                    p(.class("said")) { say }
                }
            }
        }
    }
}
