// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom

/// Lists of works: the form for a new one, and those that were brought in.
package struct WorksImportsPage {
    package var brought: [WorksStore.Brought]

    package var page: Page {
        Page(
            title: Words("Importer une liste de travaux", "Import a list of works"), place: "jobs",
            trail: [
                .init(Words("Interventions", "Jobs"), "/console/jobs"),
                .init(Words("Travaux par rue", "Works by street"), "/console/jobs/works"),
            ]
        ) {
            form(
                .method("post"), .action("/console/jobs/works/imports"), .named("enctype", "multipart/form-data"),
                .class("stack works-form")
            ) {
                HTML.csrf
                Field(
                    "source", Words("À qui est cette liste", "Whose list it is"),
                    hint: Words(
                        "Toujours le même nom pour le même maître d'ouvrage : grdf, eau-odivea…",
                        "Always the same name for the same body: grdf, water…"),
                    isRequired: true)
                Field("file", Words("Fichier CSV ou GeoJSON", "CSV or GeoJSON file"), type: "file", isRequired: true)
                p(.class("quiet")) {
                    Words(
                        "Colonnes : numero, rue, commune (code INSEE ou nom), objet, nature, debut, fin ; et si vous les avez troncon, maitre d'ouvrage, circulation, etat, longitude, latitude. Rien n'est changé avant l'aperçu.",
                        "Columns: numero, rue, commune (INSEE code or name), objet, nature, debut, fin; where there are any also troncon, maitre d'ouvrage, circulation, etat, longitude, latitude. Nothing changes before the preview."
                    )
                }
                Button(Words("Voir ce qu'elle ferait", "See what it would do"), .primary)
            }
            DataTable(
                Words("Listes importées", "Lists brought in"),
                columns: [
                    .init(Words("N°", "No.")), .init(Words("Le", "On")), .init(Words("Source", "Source")), .init(Words("Fichier", "File")),
                    .init(Words("Nouveaux", "New"), numeric: true), .init(Words("Modifiés", "Changed"), numeric: true),
                    .init(Words("État", "State")),
                ],
                rows: brought.map { one in
                    DataTable.Row {
                        a(.href("/console/jobs/works/imports/\(one.number)")) { "\(one.number)" }
                        HTML.time(one.at)
                        HTML.text(one.source)
                        HTML.text(one.file)
                        HTML.number(one.made)
                        HTML.number(one.changed)
                        one.state == .undone ? Words("défait", "undone") : Words("importé", "brought in")
                    }
                }, empty: EmptyState(Words("Aucune liste importée.", "No list was brought in.")), captionHidden: false)
        }
    }
}

/// One list: what it would do or did, each bad line with what would be right.
package struct WorksImportPage {
    package var brought: WorksStore.Brought
    package var outcome: WorksImport.Outcome
    package var caused: [WorksRules.Conflict]
    package var communes: [String: String]
    package var mayMake: Bool
    package var today: Int64

    private static let most = 200

    package var page: Page {
        Page(
            title: Words("Import \(brought.number) : \(brought.file)", "Import \(brought.number): \(brought.file)"), place: "jobs",
            trail: [
                .init(Words("Interventions", "Jobs"), "/console/jobs"),
                .init(Words("Travaux par rue", "Works by street"), "/console/jobs/works"),
                .init(Words("Listes", "Lists"), "/console/jobs/works/imports"),
            ]
        ) {
            p(.class("lead")) { lead }
            act
            if !outcome.faults.isEmpty { faults }
            if !caused.isEmpty {
                WorksConflicts(
                    conflicts: caused, mayMake: false, today: today,
                    title: Words("Conflits que cela causerait", "Conflicts that it would cause")
                ).html
            }
            if brought.state == .proposed { rows }
        }
    }

    private var lines: Int { Set(outcome.faults.map(\.line)).count }

    private var lead: Words {
        let proposed = brought.state == .proposed
        let (made, changed, same) =
            proposed
            ? (outcome.count(.made), outcome.count(.changed), outcome.count(.same)) : (brought.made, brought.changed, brought.same)
        return Words(
            "\(brought.source) : \(made) nouveaux, \(changed) modifiés, \(same) inchangés, \(lines) lignes laissées de côté.",
            "\(brought.source): \(made) new, \(changed) changed, \(same) as before, \(lines) lines left out.")
    }

    @Markup private var act: HTML {
        switch brought.state {
        case .proposed:
            let count = outcome.count(.made) + outcome.count(.changed)
            if count == 0 {
                Banner(.info, Words("Cette liste ne change rien.", "This list changes nothing."))
            } else if mayMake {
                button(Words("Importer \(count) travaux", "Bring in \(count) works"), "accept", .primary)
            }
        case .taken:
            Banner(.success, Words("Importé.", "Brought in."))
            if mayMake { button(Words("Défaire cet import", "Undo this import"), "undo", .danger) }
        case .undone: Banner(.info, Words("Cet import a été défait.", "This import was undone."))
        }
    }

    private func button(_ words: Words, _ act: String, _ look: Button.Look) -> HTML {
        form(.method("post"), .action("/console/jobs/works/imports/\(brought.number)/\(act)"), .class("row")) {
            HTML.csrf
            Button(words, look)
            ButtonLink(Words("Ne rien changer", "Change nothing"), "/console/jobs/works/imports", .quiet)
        }
    }

    private var faults: HTML {
        DataTable(
            Words("Lignes laissées de côté", "Lines left out"),
            columns: [
                .init(Words("Ligne", "Line"), numeric: true), .init(Words("Champ", "Field")),
                .init(Words("Ce qui ne va pas", "What is wrong")),
                .init(Words("Ce qu'il faudrait", "What would be right")),
            ],
            rows: outcome.faults.prefix(Self.most).map { one in
                DataTable.Row {
                    one.line == 0 ? Words("toutes", "all") : Words("\(one.line)", "\(one.line)")
                    HTML.text(one.field)
                    one.what
                    one.right
                }
            }, captionHidden: false
        ).html
    }

    private var rows: HTML {
        DataTable(
            Words("Ce que la liste ferait", "What the list would do"),
            columns: [
                .init(Words("Ligne", "Line"), numeric: true), .init(Words("N°", "No.")), .init(Words("Rue", "Street")),
                .init(Words("Quoi", "What")),
                .init(Words("Jours", "Days")), .init(Words("Effet", "Effect")),
            ],
            rows: outcome.rows.filter { $0.outcome != .same }.prefix(Self.most).map { row in
                DataTable.Row {
                    HTML.number(row.line)
                    HTML.text(row.works.reference)
                    HTML.text([row.works.street, communes[row.works.commune.insee] ?? ""].filter { !$0.isEmpty }.joined(separator: ", "))
                    HTML.text(row.works.title)
                    WorksText.days(row.works)
                    HTML.of {
                        if let before = row.before {
                            for change in before.changes(to: row.works) {
                                change.fact.title
                                " : "
                                WorksText.value(change.fact, change.before, communes: communes)
                                " → "
                                WorksText.value(change.fact, change.after, communes: communes)
                                "; "
                            }
                        } else {
                            Words("nouveau", "new")
                        }
                    }
                }
            }, empty: EmptyState(Words("Rien ne changerait.", "Nothing would change.")), captionHidden: false
        ).html
    }
}
