// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// The end of a shift: who holds what, what stands, and what the next must know. It prints on one page.
package struct HandOverPage {
    package var holdings: [Holding]
    package var lines: [AlarmLine]
    package var load: AlarmLoad
    package var people: [String]
    package var person: Person
    package var names: Names
    package var now: Instant

    package init(
        holdings: [Holding], lines: [AlarmLine], load: AlarmLoad, people: [String], person: Person, names: Names, now: Instant
    ) {
        (self.holdings, self.lines, self.load, self.people) = (holdings, lines, load, people)
        (self.person, self.names, self.now) = (person, names, now)
    }

    package var page: Page {
        Page(
            title: Words("Relève", "Hand-over"), place: "alarms", trail: [.init(Words("Alarmes", "Alarms"), "/console/alarms")]
        ) {
            LoadMeterPart(load: load, now: now).html
            Panel(Words("Qui tient quoi", "Who holds what")) {
                if holdings.isEmpty {
                    EmptyState(Words("Aucune ligne en cours : rien à transmettre.", "No line stands: nothing to hand over."))
                } else {
                    held
                }
            }
            if person.may(.operate, "alarms") { give }
            standing
        }
    }

    private var held: HTML {
        DataTable(
            Words("Qui tient quoi", "Who holds what"),
            columns: [
                .init(Words("Personne", "Person")), .init(Words("Lignes", "Lines"), numeric: true),
                .init(Words("À acquitter", "To acknowledge"), numeric: true), .init(Words("La pire", "Worst")),
            ],
            rows: holdings.map { holding in
                .init {
                    a(.href(address("/console/alarms", ["assigned": holding.person.isEmpty ? "-" : holding.person]))) {
                        holding.person.isEmpty ? Words("non attribuées", "unassigned") : Words(holding.person, holding.person)
                    }
                    HTML.number(holding.lines)
                    HTML.number(holding.unacknowledged)
                    holding.worst.map { PriorityBadge($0).html } ?? .empty
                }
            }
        ).html
    }

    private var give: some Content {
        Panel(Words("Passer la main", "Hand over")) {
            form(.method("post"), .action("/console/alarms/hand-over"), .class("stack")) {
                HTML.csrf
                choice("to", Words("À", "To"), people.filter { $0 != person.login }.map { ($0, Words($0, $0)) })
                label(.class("field")) {
                    span { Words("Ce que la relève doit savoir", "What the next shift must know") }
                    textarea(.name("note"), .named("rows", "5"), .named("maxlength", "4000"), .required)
                }
                Button(Words("Transmettre mes lignes", "Hand over my lines"), .primary)
            }
        }
    }

    private var standing: some Content {
        Panel(Words("En cours", "Standing")) {
            if lines.isEmpty { EmptyState(Words("Aucune alarme. Tout est calme.", "No alarm. All is calm.")) }
            ul(.class("rows")) {
                for line in lines.prefix(200) {
                    li {
                        PriorityBadge(line.priority)
                        " "
                        a(.href("/console/alarms/\(line.target)")) { line.title }
                        ", "
                        line.state.title
                        ", "
                        HTML.time(line.since)
                        if let holder = line.assignedTo { " (\(holder))" }
                    }
                }
            }
        }
    }
}
