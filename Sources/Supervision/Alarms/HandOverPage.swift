// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// The end of a shift: who holds what, what stands, and what the next must know. It prints on one page.
package struct HandOverPage {
    /// The last ones, newest first: what was said to who is here now.
    package var handOvers: [HandOver]
    package var holdings: [Holding]
    package var lines: [AlarmLine]
    package var load: AlarmLoad
    package var people: [String]
    package var person: Person
    package var names: Names
    package var now: Instant

    package init(
        handOvers: [HandOver] = [], holdings: [Holding], lines: [AlarmLine], load: AlarmLoad, people: [String], person: Person,
        names: Names,
        now: Instant
    ) {
        self.handOvers = handOvers
        (self.holdings, self.lines, self.load, self.people) = (holdings, lines, load, people)
        (self.person, self.names, self.now) = (person, names, now)
    }

    package var page: Page {
        Page(
            title: Words("Relève", "Hand-over"), place: "alarms", trail: [.init(Words("Alarmes", "Alarms"), "/console/alarms")],
            actions: a(.class("button", "button-quiet"), .href("/console/help/alarms"), .rel("help")) { Words("Aide (?)", "Help (?)") }
        ) {
            LoadMeterPart(load: load, reach: Reach(person, "alarms"), now: now).html
            Panel(Words("Qui tient quoi", "Who holds what")) {
                if holdings.isEmpty {
                    EmptyState(Words("Aucune ligne en cours : rien à transmettre.", "No line stands: nothing to hand over."))
                } else {
                    held
                }
            }
            said
            if person.may(.operate, "alarms") { give }
            standing
        }
    }

    private var said: HTML {
        guard !handOvers.isEmpty else { return .empty }
        return Panel(Words("Dernières relèves", "Last hand-overs")) {
            Timeline(
                handOvers.map { past in
                    Timeline.Entry(
                        at: past.at, .notice, Words("\(past.from) à \(past.to)", "\(past.from) to \(past.to)"),
                        detail: HTML.of {
                            past.note
                            Words(
                                " (\(past.targets.count) lignes transmises, \(past.standing) en cours, \(past.unacknowledged) à acquitter)",
                                " (\(past.targets.count) lines given, \(past.standing) standing, \(past.unacknowledged) to acknowledge)")
                        })
                })
        }.html
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
            if people.allSatisfy({ $0 == person.login }) {
                EmptyState(Words("Personne d'autre n'a de compte ouvert.", "Nobody else has an open account."), icon: .people)
            } else {
                giveForm
            }
        }
    }

    private var giveForm: HTML {
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

    private var standing: some Content {
        Panel(Words("En cours", "Standing")) {
            if lines.isEmpty { EmptyState(Words("Aucune alarme. Tout est calme.", "No alarm. All is calm.")) }
            ul(.class("rows")) {
                for line in lines.prefix(200) {
                    li {
                        AlarmSentence(line, place: place(line))
                    }
                }
            }
            if lines.count > 200 {
                p(.class("quiet")) { Words("Les 200 premières sur \(lines.count).", "The first 200 of \(lines.count).") }
            }
        }
    }

    /// Which asset, in which commune, and who holds it.
    private func place(_ line: AlarmLine) -> HTML {
        HTML.of {
            if let root = line.root { a(.href(names.sheet(root))) { names.id(root) } }
            for place in line.communes.prefix(3) {
                " "
                names.commune(place.commune)
            }
            if let holder = line.assignedTo { Words(", prise par \(holder)", ", taken by \(holder)") }
        }
    }
}
