// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom

/// One works: what, where, when, its conflicts with their ways out, its history.
package struct WorksSheetPage {
    package var works: StreetWorks
    package var conflicts: [WorksRules.Conflict]
    package var history: [WorksStore.Step]
    package var communes: [String: String]
    package var mayMake: Bool
    package var today: Int64

    package var page: Page {
        Page(
            title: Words("Travaux \(works.number) : \(works.title)", "Works \(works.number): \(works.title)"), place: "jobs",
            trail: [
                .init(Words("Interventions", "Jobs"), "/console/jobs"),
                .init(Words("Travaux par rue", "Works by street"), "/console/jobs/works"),
            ],
            actions: HTML.of {
                if mayMake, !works.isCancelled {
                    ButtonLink(Words("Modifier", "Change"), "/console/jobs/works/\(works.number)/edit", .primary)
                }
            }
        ) {
            Facts([
                (
                    Words("Rue", "Street"),
                    HTML.text([works.street, communes[works.commune.insee] ?? ""].filter { !$0.isEmpty }.joined(separator: ", "))
                ),
                (Words("Tronçon", "Section"), HTML.text(works.section.isEmpty ? "—" : works.section)),
                (Words("Nature", "Sort"), works.sort.title.html), (Words("Maître d'ouvrage", "Whose works"), HTML.text(works.body)),
                (Words("Jours", "Days"), WorksText.days(works)), (Words("Circulation", "Traffic"), works.impact.title.html),
                (Words("État", "Stage"), StateBadge(WorksText.tone(works, today), WorksText.stage(works, today)).html),
                (
                    Words("Vient de", "Comes from"),
                    works.reference.isEmpty
                        ? Words("saisi ici", "written here").html : HTML.text("\(works.source), n° \(works.reference)")
                ),
            ])
            if !conflicts.isEmpty { WorksConflicts(conflicts: conflicts, mayMake: mayMake, today: today).html }
            if mayMake { acts }
            past
        }
    }

    private var acts: HTML {
        details(.class("act")) {
            summary(.class("button", "button-quiet")) {
                works.isCancelled
                    ? Words("Rétablir ces travaux", "Restore these works") : Words("Annuler ces travaux", "Call these works off")
            }
            form(
                .method("post"), .action("/console/jobs/works/\(works.number)/\(works.isCancelled ? "restore" : "cancel")"), .class("stack")
            ) {
                HTML.csrf
                input(.type("hidden"), .name("version"), .value("\(works.version)"))
                Field("because", Words("Pourquoi", "Why"), isRequired: true)
                Button(
                    works.isCancelled ? Words("Rétablir", "Restore") : Words("Annuler", "Call off"), works.isCancelled ? .primary : .danger)
            }
        }
    }

    private var past: HTML {
        Panel(Words("Historique", "History"), id: "history") {
            if history.isEmpty {
                p(.class("quiet")) { Words("Aucun changement depuis l'annonce.", "No change since they were announced.") }
            } else {
                ol(.class("works-history")) {
                    for step in history {
                        li {
                            p {
                                HTML.time(step.at)
                                " "
                                strong(step.what.title)
                                if !step.login.isEmpty { " — \(step.login)" }
                                if let number = step.importNumber {
                                    " "
                                    a(.href("/console/jobs/works/imports/\(number)")) { Words("import \(number)", "import \(number)") }
                                }
                            }
                            if !step.text.isEmpty { p(.class("said")) { step.text } }
                            if step.what != .made { changes(step) }
                        }
                    }
                }
            }
        }.html
    }

    private func changes(_ step: WorksStore.Step) -> HTML {
        ul {
            for fact in StreetWorks.Fact.allCases {
                if let before = step.before[fact.rawValue], let after = step.after[fact.rawValue] {
                    li {
                        fact.title
                        " : "
                        WorksText.value(fact, before, communes: communes)
                        " → "
                        WorksText.value(fact, after, communes: communes)
                    }
                }
            }
        }
    }
}
