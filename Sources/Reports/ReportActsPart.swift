// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What may be done to a report in its state: each act a form of its own. Fields are called by the act, so that each has one label.
struct ReportActsPart {
    var sheet: ReportPage

    private var report: Report { sheet.report }
    private var tree: CategoryTree { sheet.tree }

    var html: HTML {
        Panel(Words("Que faire", "What to do"), id: "acts") {
            for act in acts {
                details(
                    .class("act", act == primary ? "act-first" : ""), .data("hotkey", ReportActsPart.letter(act)),
                    .when(act == primary, .open)
                ) {
                    summary(.class("button", act == primary ? "button-primary" : "button-quiet")) {
                        act == .release && report.isReleased
                            ? Words("Retirer le texte du public", "Withdraw the text from the public") : act.title
                        key(ReportActsPart.letter(act))
                    }
                    form(.method("post"), .action("\(sheet.path)/acts")) {
                        HTML.csrf
                        input(.type("hidden"), .name("act"), .value(act.rawValue))
                        fields(act)
                        Button(act.title, act == .reject ? .danger : .primary)
                    }
                }
            }
            a(.class("button", "button-quiet"), .href("/console/reports/new?split=\(report.reference)")) {
                span(Words("Séparer : deux choses en une", "Split: two things in one"))
            }
        }.html
    }

    /// What an operator most likely does next, first.
    private var primary: ReportAct.Sort? { ReportRules.likeliest(from: report.state) }

    private var acts: [ReportAct.Sort] {
        let all = ReportRules.acts(from: report.state).filter {
            $0 != .contest && $0 != .confirm && ($0 != .forward || !sheet.takers.isEmpty)
        }
        return all.filter { $0 == primary } + all.filter { $0 != primary }
    }

    static func letter(_ act: ReportAct.Sort) -> String {
        switch act {
        case .qualify: "q"
        case .assign: "a"
        case .forward: "t"
        case .start: "s"
        case .finish: "f"
        case .close: "c"
        case .reject: "x"
        case .duplicate: "j"
        case .reopen: "o"
        case .contest, .confirm: ""
        case .answer: "r"
        case .note: "n"
        case .promise: "p"
        case .release: "l"
        }
    }

    private func fields(_ act: ReportAct.Sort) -> HTML {
        HTML.of {
            switch act {
            case .qualify:
                Choice("qualify-category", Words("Catégorie", "Category"), ReportActsPart.categories(tree), value: report.category)
                Choice(
                    "qualify-department", Words("Service", "Department"),
                    [("", Words("selon les règles", "by the rules"))] + departments)
            case .assign:
                Choice("assign-department", Words("Service", "Department"), departments, value: report.department)
                Field("assign-text", Words("Équipe ou consigne (interne)", "Crew or instruction (internal)"))
            case .forward: ForwardFields(sheet: sheet).html
            case .finish:
                Choice(
                    "finish-proof", Words("Prouvé par", "Proved by"),
                    Report.Proof.Sort.allCases.filter { $0 != .telemetry || report.asset != nil }.map { ($0.rawValue, $0.title) },
                    value: Report.Proof.Sort.word.rawValue)
                Field("finish-name", Words("Nom de la personne qui l'affirme", "Name of the person who says so"))
                TextArea("finish-text", Words("Réponse à l'habitant", "Answer to the citizen"))
            case .reject, .reopen, .promise:
                if act == .promise {
                    Field("promise-day", Words("Nouveau jour promis", "New promised day"), type: "date", isRequired: true)
                }
                TextArea("\(act.rawValue)-text", Words("Motif (public)", "Reason (public)"), isRequired: true)
            case .duplicate:
                Field(
                    "duplicate-of", Words("Référence de l'autre signalement", "Reference of the other report"),
                    hint: Words("comme 1042-H", "such as 1042-H"), isRequired: true)
            case .answer:
                Choice(
                    "answer-standard", Words("Réponse type", "Standard answer"),
                    [("", Words("aucune", "none"))] + tree.answers(for: report.category).map { ($0.code, $0.title) },
                    .data("fills", "field-answer-text"), .data("texts", texts))
                TextArea(
                    "answer-text", Words("Texte à l'habitant", "Text to the citizen"),
                    hint: sheet.citizen == .english
                        ? Words("Cette personne a choisi l'anglais.", "This person chose English.") : nil)
            case .note: TextArea("note-text", Words("Note interne", "Internal note"), isRequired: true)
            case .release:
                input(.type("hidden"), .name("release-on"), .value(report.isReleased ? "no" : "yes"))
                if !report.isReleased { ReleasePart(report: report).html }
            case .start, .close, .contest, .confirm: HTML.empty
            }
        }
    }

    /// The standard answers by their codes, for the script that puts one into the text where it can still be changed.
    private var texts: String {
        var json = JSONWriter()
        json.object { json in for answer in tree.answers(for: report.category) { json.member(answer.code, answer.text(sheet.citizen)) } }
        return json.text
    }

    private var departments: [(value: String, title: Words)] { tree.departments.map { ($0.code, $0.title) } }

    static func categories(_ tree: CategoryTree) -> [(value: String, title: Words)] { tree.open().map { ($0.code, tree.title($0.code)) } }
}

/// The form that adds a photo of the work.
struct ReportPhotoPart {
    var path: String

    var html: HTML {
        details(.class("act")) {
            summary(.class("button", "button-quiet")) { Words("Ajouter une photo", "Add a photo") }
            form(.method("post"), .action("\(path)/photos"), .named("enctype", "multipart/form-data")) {
                HTML.csrf
                Choice(
                    "stage", Words("Prise", "Taken"), [("before", Words("avant", "before")), ("after", Words("après", "after"))],
                    value: "after")
                label(.class("field")) {
                    span { Words("Photo (JPEG, PNG, WebP ; 2 Mo)", "Photo (JPEG, PNG, WebP; 2 MB)") }
                    input(.type("file"), .name("photo"), .named("accept", "image/jpeg,image/png,image/webp"), .required)
                }
                Button(Words("Ajouter", "Add"))
            }
        }
    }
}
