// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Inventory

/// The form of a request, at the telephone: where, what, the script's questions, words. Every button of it keeps what was typed.
struct CallFormPart {
    var work: CallWork
    var path: String

    private var draft: CallDraft { work.draft }
    private var tree: CategoryTree { work.tree }

    var html: HTML {
        custom("call-form", .data("path", path)) {
            form(.method("post"), .action("\(path)/report"), .class("stack", "call-form"), .named("novalidate", "novalidate")) {
                HTML.csrf
                input(.type("hidden"), .name("turn"), .value("\(work.turn)"))
                // The first button is what Enter in a field presses.
                button(
                    .class("button", "without-script"), .type("submit"), .named("formaction", "\(path)/draft")
                ) {
                    span(Words("Chercher avec ce qui est tapé", "Search with what is typed"))
                }
                place
                what
                div(.id("call-help")) { help }
                div(.id("call-script")) { script }
                div(.id("call-questions"), .class("stack")) { questions }
                caller
                if work.mayReport {
                    div(.class("row")) {
                        button(.class("button", "button-primary"), .type("submit"), .data("hotkey", "ctrl-enter"), .id("make-report")) {
                            span(Words("Enregistrer la demande", "Make the request"))
                            key("Ctrl ↵")
                        }
                    }
                } else {
                    p(.class("quiet")) {
                        Words(
                            "Pour enregistrer une demande, il faut le droit d'exploiter les signalements.",
                            "Making a request needs the right to operate on reports.")
                    }
                }
            }
        }
    }

    private func error(_ name: String) -> Words? { work.errors.first { $0.name == name }?.message }

    private var place: HTML {
        HTML.of {
            Field(
                "address", Words("Adresse (a)", "Address (a)"), value: draft.address, error: error("place") ?? error("address"),
                .data("hotkey", "a"), .named("maxlength", "300"))
            input(.type("hidden"), .name("lon"), .value(draft.place.map { "\($0.longitude)" } ?? ""))
            input(.type("hidden"), .name("lat"), .value(draft.place.map { "\($0.latitude)" } ?? ""))
            input(.type("hidden"), .name("placed"), .value(draft.place == nil ? "" : draft.address))
            div(.id("call-found")) { found }
        }
    }

    private var found: HTML {
        HTML.of {
            if let words = work.elsewhere { Banner(.warning, words) }
            if let place = draft.place {
                p(.class("quiet")) {
                    Icon.pin.html
                    " "
                    work.ground.communeName(work.ground.commune(at: place).insee)
                    ", "
                    a(.href("/console/map#18/\(place.latitude)/\(place.longitude)")) { Words("sur la carte", "on the map") }
                }
            } else if !draft.address.isEmpty {
                if work.candidates.isEmpty {
                    p(.class("quiet")) { Words("Aucune adresse de ce nom.", "No address of that name.") }
                } else {
                    ul(.class("rows")) {
                        for one in work.candidates {
                            li {
                                button(
                                    .class("button", "button-quiet"), .type("submit"), .named("formaction", "\(path)/draft"), .name("pick"),
                                    .value("\(one.place.longitude),\(one.place.latitude),\(one.label)")
                                ) {
                                    span { one.label }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private var what: HTML {
        HTML.of {
            div(.class("field")) {
                label(.for("field-description")) { Words("Ce que dit la personne (d)", "What the caller says (d)") }
                textarea(
                    .id("field-description"), .name("description"), .named("rows", "3"), .data("hotkey", "d"), .named("maxlength", "4000"),
                    .aria(.describedby, "hint-description")
                ) { draft.description }
                p(.id("hint-description"), .class("field-hint")) {
                    Words("Sans nom ni numéro : ils ont leur champ.", "No names or numbers: they have their own field.")
                }
            }
            Choice(
                "category", Words("Catégorie (c)", "Category (c)"), [("", Words("—", "—"))] + ReportActsPart.categories(tree),
                value: draft.category, error: error("category"), .data("hotkey", "c"))
        }
    }

    /// What the words may mean, and what is known already.
    @Markup private var help: HTML {
        let guesses = work.guesses.filter { $0.code != draft.category }
        if !guesses.isEmpty {
            p(.class("inline")) {
                span(.class("quiet")) { Words("Peut-être :", "Perhaps:") }
                for (index, guess) in guesses.enumerated() {
                    button(
                        .class("button", "button-small"), .type("submit"), .named("formaction", "\(path)/draft"), .name("guess"),
                        .value(guess.code), .data("hotkey", "\(index + 1)")
                    ) {
                        span { tree[guess.code]?.title ?? Words(guess.code, guess.code) }
                        key("\(index + 1)")
                    }
                }
            }
        }
        if !work.outages.isEmpty {
            div(.class("call-known"), .role("status")) {
                p { strong(Words("L'équipement le dit lui-même", "The equipment says so itself")) }
                ul(.class("rows")) { for one in work.outages { li { OutageLine(outage: one).html } } }
            }
        }
        if !work.likely.isEmpty {
            div(.class("call-known"), .role("status")) {
                p { strong(Words("Déjà connu ?", "Known already?")) }
                ul(.class("rows")) {
                    for (index, one) in work.likely.enumerated() {
                        li {
                            p {
                                a(.href("/console/reports/\(one.report.reference)")) { "\(one.report.reference)" }
                                " "
                                tree.title(one.report.category)
                                " · "
                                one.report.state.title
                                Words(" · promis pour le ", " · promised for ")
                                HTML.time(one.report.promisedAt, .date)
                            }
                            p(.class("quiet")) { one.reason }
                            button(
                                .class("button", "button-small"), .type("submit"), .named("formaction", "\(path)/join"), .name("report"),
                                .value("\(one.report.reference)"), .when(index == 0, .data("hotkey", "j"))
                            ) {
                                span(Words("Joindre la personne à ce signalement", "Join the caller to this report"))
                                if index == 0 { key("j") }
                            }
                        }
                    }
                }
            }
        }
    }

    @Markup private var script: HTML {
        if let dates = work.dates {
            p(.class("said")) {
                Words("Promis au plus tard le ", "Promised for ")
                HTML.time(dates.promisedAt, .date)
                if let expected = dates.expected {
                    Words(", prévu pour le ", ", expected on ")
                    HTML.time(expected.at, .date)
                    Words(" : \(expected.because.french)", ": \(expected.because.english)")
                }
                "."
            }
        }
        if let script = tree.script(of: draft.category), !draft.category.isEmpty {
            div(.class("call-script")) {
                if !script.ask.isEmpty {
                    p { strong(Words("À demander", "Ask")) }
                    ul { for line in script.ask { li(line) } }
                }
                if !script.say.french.isEmpty {
                    p { strong(Words("À dire", "Say")) }
                    p(.class("said")) { script.say }
                }
            }
        }
    }

    @Markup private var questions: HTML {
        if !work.assets.isEmpty {
            fieldset(.class("choices")) {
                legend { Words("Lequel ? Le numéro est souvent écrit sur le mât.", "Which one? The number is often written on the mast.") }
                if let error = error("asset") { p(error, .class("field-error")) }
                choice("", Words("La personne ne sait pas", "The caller does not know"), isChosen: draft.asset == nil)
                for one in work.assets {
                    let what =
                        "\(one.record.id.text) · \(Int(one.metres.rounded())) m"
                        + (one.record.address.isEmpty ? "" : " · \(one.record.address)")
                    choice("\(one.record.number.value)", Words(what, what), isChosen: draft.asset == one.record.number.value)
                }
            }
        }
        if let category = tree[draft.category] {
            for question in tree.questions(of: category) {
                let name = "answer-" + question.key
                QuestionPart(
                    question: question, name: name, value: draft.answers[question.key] ?? "", error: error(name)
                ).html
            }
        }
    }

    private func choice(_ value: String, _ title: Words, isChosen: Bool) -> HTML {
        label(.class("tick")) {
            input(.type("radio"), .name("asset"), .value(value), .when(isChosen, .checked))
            span(title)
        }
    }

    private var caller: HTML {
        fieldset(.class("row")) {
            legend { Words("Pour tenir informé (facultatif)", "To keep informed (optional)") }
            Field("name", Words("Nom", "Name"), value: draft.name, error: error("name"), .named("maxlength", "200"))
            label(.class("tick")) {
                input(.type("checkbox"), .name("news"), .value("yes"), .when(draft.wantsNews, .checked))
                span(
                    work.hasNumber
                        ? Words("Garder le numéro avec la demande pour rappeler", "Keep the number with the request to call back")
                        : Words("Garder le numéro, quand il est connu", "Keep the number, once it is known"))
            }
        }
    }
}
