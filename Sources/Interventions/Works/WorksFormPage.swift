// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// The form of works, new or standing, with what was wrong beside each field; and what keeping it would cause, before it is kept.
package struct WorksFormPage {
    /// nil for new ones.
    package var number: Int64?
    /// What is written in the fields, by their names.
    package var values: [String: String]
    package var errors: [String: Words] = [:]
    package var caused: [WorksRules.Conflict] = []
    package var solved: [WorksRules.Conflict] = []
    package var communes: [String: String]
    package var today: Int64

    package init(number: Int64?, values: [String: String], communes: [String: String], today: Int64) {
        (self.number, self.values, self.communes, self.today) = (number, values, communes, today)
    }

    static func values(_ works: StreetWorks) -> [String: String] {
        var values = works.facts
        values["version"] = "\(works.version)"
        return values
    }

    /// What was shown: conflicts that are agreed to by keeping nevertheless.
    static func seen(_ conflicts: [WorksRules.Conflict]) -> String { conflicts.map(\.key).sorted().joined(separator: ",") }

    package var page: Page {
        let title =
            number.map { Words("Travaux \($0) : modifier", "Works \($0): change") } ?? Words("Annoncer des travaux", "Announce works")
        return Page(
            title: title, place: "jobs",
            trail: [
                .init(Words("Interventions", "Jobs"), "/console/jobs"),
                .init(Words("Travaux par rue", "Works by street"), "/console/jobs/works"),
            ],
            status: errors.isEmpty ? 200 : 422
        ) {
            if !errors.isEmpty {
                Banner(.alarm, Words("Rien n'est gardé : corrigez les champs indiqués.", "Nothing is kept: correct the fields shown."))
            }
            if !caused.isEmpty {
                Banner(
                    .warning,
                    Words(
                        "Pas encore gardé : cela causerait \(caused.count) conflit(s). Changez les dates, ou gardez malgré tout.",
                        "Not kept yet: this would cause \(caused.count) conflict(s). Change the days, or keep it nevertheless."))
                WorksConflicts(
                    conflicts: caused, mayMake: false, today: today, title: Words("Ce que cela causerait", "What it would cause")
                ).html
            }
            if !solved.isEmpty {
                WorksConflicts(conflicts: solved, mayMake: false, today: today, title: Words("Ce que cela résout", "What it solves")).html
            }
            form
        }
    }

    private func value(_ name: String) -> String { values[name] ?? "" }

    private var form: HTML {
        Console.form(
            .method("post"), .action(number.map { "/console/jobs/works/\($0)" } ?? "/console/jobs/works"), .class("stack works-form")
        ) {
            HTML.csrf
            if number != nil { input(.type("hidden"), .name("version"), .value(value("version"))) }
            if !caused.isEmpty { input(.type("hidden"), .name("seen"), .value(Self.seen(caused))) }
            field("street", Words("Rue", "Street"), isRequired: true)
            Choice(
                "commune", Words("Commune", "Commune"),
                communes.sorted { $0.value < $1.value }.map { ($0.key, Words($0.value, $0.value)) }, value: value("commune"),
                error: errors["commune"])
            field(
                "section", Words("Tronçon", "Section"), hint: Words("du 12 au 40, entre deux rues…", "from 12 to 40, between two streets…"))
            field("title", Words("Quoi", "What"), isRequired: true)
            Choice(
                "sort", Words("Nature", "Sort"), StreetWorks.Sort.allCases.map { ($0.rawValue, $0.title) }, value: value("sort"),
                error: errors["sort"])
            field("body", Words("Maître d'ouvrage", "Whose works"))
            field("from", Words("Du", "From"), type: "date", isRequired: true)
            field("to", Words("Au", "To"), type: "date", isRequired: true)
            Choice(
                "impact", Words("Circulation", "Traffic"), StreetWorks.Impact.allCases.map { ($0.rawValue, $0.title) },
                value: value("impact"),
                error: errors["impact"])
            Choice(
                "stage", Words("État", "Stage"), StreetWorks.Stage.allCases.map { ($0.rawValue, $0.title) }, value: value("stage"),
                error: errors["stage"])
            if number != nil {
                field(
                    "because", Words("Pourquoi ce changement", "Why this change"),
                    hint: Words("Dans l'historique.", "Stands in the history."))
            }
            div(.class("row")) {
                if caused.isEmpty {
                    Button(Words("Vérifier et garder", "Check and keep"), .primary)
                } else {
                    Button(Words("Garder malgré tout", "Keep nevertheless"), .danger)
                }
                ButtonLink(
                    Words("Ne rien changer", "Change nothing"), number.map { "/console/jobs/works/\($0)" } ?? "/console/jobs/works", .quiet)
            }
        }
    }

    private func field(_ name: String, _ title: Words, type: String = "text", hint: Words? = nil, isRequired: Bool = false) -> Field {
        Field(name, title, type: type, value: value(name), hint: hint, error: errors[name], isRequired: isRequired)
    }
}

/// The effect of moving works, before it is agreed to.
package struct WorksMovesPage {
    package var moves: [(before: StreetWorks, after: StreetWorks)]
    package var caused: [WorksRules.Conflict]
    package var solved: [WorksRules.Conflict]
    package var today: Int64

    package var page: Page {
        Page(
            title: Words("Déplacer des travaux", "Move works"), place: "jobs",
            trail: [
                .init(Words("Interventions", "Jobs"), "/console/jobs"),
                .init(Words("Travaux par rue", "Works by street"), "/console/jobs/works"),
            ]
        ) {
            p(.class("lead")) {
                Words(
                    "\(solved.count) conflit(s) résolu(s), \(caused.count) causé(s). Rien n'est changé avant votre accord.",
                    "\(solved.count) conflict(s) solved, \(caused.count) caused. Nothing changes before you agree.")
            }
            DataTable(
                Words("Ce qui serait déplacé", "What would be moved"),
                columns: [
                    .init(Words("Travaux", "Works")), .init(Words("Rue", "Street")), .init(Words("Qui", "Whose")),
                    .init(Words("Aujourd'hui prévus", "As it stands")), .init(Words("Seraient", "Would be")),
                ],
                rows: moves.map { one in
                    DataTable.Row {
                        a(.href("/console/jobs/works/\(one.before.number)")) { one.before.title }
                        HTML.text(one.before.street)
                        HTML.text(one.before.body)
                        WorksText.days(one.before)
                        WorksText.days(one.after)
                    }
                }, captionHidden: false)
            if !caused.isEmpty {
                WorksConflicts(
                    conflicts: caused, mayMake: false, today: today, title: Words("Ce que cela causerait", "What it would cause")
                ).html
            }
            if !solved.isEmpty {
                WorksConflicts(conflicts: solved, mayMake: false, today: today, title: Words("Ce que cela résout", "What it solves")).html
            }
            form(.method("post"), .action("/console/jobs/works/moves"), .class("stack")) {
                HTML.csrf
                input(.type("hidden"), .name("agreed"), .value(WorksFormPage.seen(caused).isEmpty ? "-" : WorksFormPage.seen(caused)))
                for one in moves {
                    input(
                        .type("hidden"), .name("move"),
                        .value("\(one.after.number):\(one.before.version):\(WallText.day(one.after.from)):\(WallText.day(one.after.to))"))
                }
                Field("because", Words("Pourquoi", "Why"), hint: Words("Dans l'historique.", "Stands in the history."))
                div(.class("row")) {
                    Button(caused.isEmpty ? Words("Déplacer", "Move") : Words("Déplacer malgré tout", "Move nevertheless"), .primary)
                    ButtonLink(Words("Ne rien changer", "Change nothing"), "/console/jobs/works", .quiet)
                }
            }
        }
    }
}
