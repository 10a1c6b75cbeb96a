// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What helps beside the form: who calls, what is known around the place, what happened in the call.
struct CallSidePart {
    var work: CallWork
    var path: String
    var mayAct: Bool
    var now: Instant

    private var call: Call { work.call }

    var caller: HTML {
        Panel(Words("Qui appelle", "Who calls"), id: "caller") {
            p {
                if call.caller.isEmpty {
                    Words("Numéro inconnu ou masqué.", "The number is unknown or withheld.")
                } else {
                    Words("Pseudonyme ", "Pseudonym ")
                    call.caller
                }
            }
            if let phone = work.phone {
                p(.class("spelled")) { a(.href("tel:\(phone)")) { CallSpelling.groups(phone: phone) } }
                p(.class("quiet")) { Words("Cette consultation est consignée.", "This look stands in the log.") }
            } else if mayAct, work.hasNumber {
                form(.method("post"), .action("\(path)/number")) {
                    HTML.csrf
                    Button(Words("Voir le numéro (consigné)", "Show the number (logged)"), .quiet, icon: .eye)
                }
            } else if mayAct, CallRules.may(.caller, in: call.state) {
                form(.method("post"), .action("\(path)/caller"), .class("row")) {
                    HTML.csrf
                    Field(
                        "phone", Words("Numéro dit par la personne", "Number that the caller says"), type: "tel", .named("maxlength", "40"))
                    Button(Words("Noter", "Note"))
                }
            }
            earlier
        }.html
    }

    @Markup private var earlier: HTML {
        if !work.earlierReports.isEmpty {
            h3(Words("Ses demandes", "Earlier requests"))
            ul(.class("rows")) {
                for report in work.earlierReports {
                    li {
                        a(.href("/console/reports/\(report.reference)")) { "\(report.reference)" }
                        " "
                        work.tree.title(report.category)
                        " "
                        StateBadge(report.state.tone, report.state.title)
                        if report.isLate(at: now) {
                            " "
                            StateBadge(.warning, Words("en retard", "late"))
                        }
                    }
                }
            }
        }
        if !work.earlierCalls.isEmpty {
            h3(Words("Ses appels", "Earlier calls"))
            ul(.class("inline-list")) {
                for other in work.earlierCalls { li { a(.href("/allo/calls/\(other.number.value)")) { HTML.time(other.startedAt) } } }
            }
        }
    }

    var around: HTML {
        Panel(Words("Autour de l'adresse, maintenant", "Around the address, now")) {
            div(.id("call-around")) {
                if work.draft.place == nil {
                    p(.class("empty")) { Words("Choisissez d'abord l'adresse.", "Choose the address first.") }
                } else if work.around.isEmpty {
                    p(.class("empty")) {
                        Words("Rien de connu à moins de \(Int(Calls.reach)) m.", "Nothing is known within \(Int(Calls.reach)) m.")
                    }
                } else {
                    ul(.class("rows")) { for one in work.around { li { line(one) } } }
                }
            }
        }.html
    }

    private func line(_ one: Surrounding) -> HTML {
        HTML.of {
            p {
                StateBadge(one.sort.tone, one.sort.title)
                " "
                if one.link.isEmpty { HTML.words(one.title) } else { a(one.title, .href(one.link)) }
                if !one.isPublic {
                    " "
                    span(.class("mark")) { Words("interne : ne pas dire", "internal: do not tell") }
                }
            }
            p(.class("quiet")) {
                if one.meters > 0 { HTML.quantity(one.meters, decimals: 0, unit: "m") }
                if !one.detail.french.isEmpty {
                    if one.meters > 0 { " · " }
                    one.detail
                }
                if let at = one.expectedAt {
                    Words(" · prévu le ", " · expected ")
                    HTML.time(at, .date)
                }
            }
        }
    }

    var history: HTML {
        Panel(Words("Histoire de l'appel", "History of the call"), id: "history") {
            Timeline(
                work.events.reversed().map { event in
                    Timeline.Entry(
                        at: event.at, event.what == .undone ? .warning : .idle, event.title,
                        detail: HTML.of {
                            p {
                                event.author ?? ""
                                if let report = event.facts["report"] { " · \(report)" }
                                if let answer = event.facts["answer"] {
                                    " · "
                                    work.tree.answers.first { $0.code == answer }?.title ?? Words(answer, answer)
                                }
                            }
                            if !event.text.isEmpty { p(.class("said")) { event.text } }
                        })
                })
        }.html
    }
}

/// The other ways in which a call ends: told, transferred, called back, nothing.
struct CallEndPart {
    var work: CallWork
    var path: String
    var now: Instant

    var html: HTML {
        Panel(Words("Autre suite", "Another outcome"), id: "ends") {
            information
            transfer
            callback
            nothing
        }.html
    }

    private func way(_ name: String, _ title: Words, _ letter: String, @Markup _ fields: () -> HTML) -> HTML {
        details(.class("act"), .data("hotkey", letter)) {
            summary(.class("button", "button-quiet")) {
                title
                key(letter)
            }
            form(.method("post"), .action("\(path)/\(name)"), .class("stack")) {
                HTML.csrf
                fields()
                Button(title, .primary)
            }
        }
    }

    private var information: HTML {
        let answers = work.draft.category.isEmpty ? work.tree.answers : work.tree.answers(for: work.draft.category)
        return way("information", CallOutcome.Sort.information.title, "i") {
            input(.type("hidden"), .name("category"), .value(work.draft.category))
            Choice(
                "answer", Words("Réponse type", "Standard answer"), [("", Words("autre", "other"))] + answers.map { ($0.code, $0.title) })
            for answer in answers {
                details(.class("quiet")) {
                    summary { answer.title }
                    p(.class("said")) { answer.text }
                }
            }
            TextArea("said", Words("Ce qui a été dit (sans nom)", "What was said (no names)"))
        }
    }

    private var transfer: HTML {
        way("transfer", Words("Transférer", "Transfer"), "v") {
            if work.tree.contacts.isEmpty {
                p(.class("empty")) {
                    Words(
                        "Aucun destinataire n'a de numéro : ajoutez « phone » aux organismes ou services du fichier des catégories.",
                        "Nobody has a number: add 'phone' to bodies or departments in the file of categories.")
                }
            } else {
                Choice(
                    "target", Words("À qui", "To whom"),
                    work.tree.contacts.map { one in
                        let phone = CallSpelling.groups(phone: one.phone)
                        return (one.code, Words("\(one.title.french) : \(phone)", "\(one.title.english): \(phone)"))
                    })
            }
        }
    }

    private var callback: HTML {
        way("callback", Words("Rappeler plus tard", "Call back later"), "p") {
            Choice(
                "due", Words("Quand", "When"),
                [
                    ("15", Words("dans un quart d'heure", "in a quarter of an hour")), ("60", Words("dans une heure", "in an hour")),
                    ("240", Words("dans quatre heures", "in four hours")),
                    ("1440", Words("demain à la même heure", "tomorrow at the same time")),
                ])
            Field("why", Words("Pourquoi", "Why"), isRequired: true, .named("maxlength", "1000"))
            Field("callback-name", Words("Nom", "Name"), value: work.draft.name, .named("maxlength", "200"))
            if !work.hasNumber {
                Field("callback-phone", Words("Numéro", "Number"), type: "tel", isRequired: true, .named("maxlength", "40"))
            }
        }
    }

    private var nothing: HTML {
        way("nothing", CallOutcome.Sort.nothing.title, "x") {
            Field("remark", Words("Remarque", "Remark"), .named("maxlength", "1000"))
        }
    }
}
