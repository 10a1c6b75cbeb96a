// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom

/// The calendar of works: a row for each street, weeks across, a bar for each works; conflicts with the rule that explains them and a way out.
package struct WorksPage {
    package var query: WorksQuery
    /// What the filter holds, and the conflicts that concern it.
    package var works: [StreetWorks]
    package var conflicts: [WorksRules.Conflict]
    /// Names by INSEE code, and of bodies by what they are folded to: those to choose from.
    package var communes: [String: String]
    package var bodies: [String: String]
    package var mayMake: Bool
    package var today: Int64

    private var byWorks: [Int64: [WorksRules.Conflict]] {
        var found: [Int64: [WorksRules.Conflict]] = [:]
        for one in conflicts {
            found[one.first.number, default: []].append(one)
            found[one.second.number, default: []].append(one)
        }
        return found
    }

    private var streets: [(key: String, works: [StreetWorks])] {
        Dictionary(grouping: works, by: \.streetKey).sorted { $0.key < $1.key }.map {
            ($0.key, $0.value.sorted { ($0.from, $0.number) < ($1.from, $1.number) })
        }
        .sorted { (StreetWorks.key($0.works[0].street), $0.key) < (StreetWorks.key($1.works[0].street), $1.key) }
    }

    package var page: Page {
        let all = streets
        let last = max(1, (all.count + WorksQuery.pageSize - 1) / WorksQuery.pageSize)
        let current = min(query.page, last)
        let shown = all.dropFirst((current - 1) * WorksQuery.pageSize).prefix(WorksQuery.pageSize)
        return Page(
            title: Words("Travaux par rue", "Works by street"), place: "jobs",
            trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")],
            actions: HTML.of {
                if mayMake {
                    ButtonLink(Words("Annoncer des travaux", "Announce works"), "/console/jobs/works/new", .primary, icon: .plus)
                    ButtonLink(Words("Importer une liste", "Import a list"), "/console/jobs/works/imports", .quiet)
                }
                for (name, ending) in [("CSV", "csv"), ("Agenda (.ics)", "ics"), ("GeoJSON", "geojson")] {
                    ButtonLink(Words(name, name), query.address(at: "/console/jobs/works.\(ending)"), .quiet, icon: .download)
                }
            }
        ) {
            JobTabs(current: .works).html
            custom("hot-keys", .class("stack")) {
                steps
                filters
                summary(all.count)
                if shown.isEmpty { empty } else { calendar(shown) }
                PageLinks(current, of: last) { [query] page in
                    var copy = query
                    copy.page = page
                    return copy.address
                }
                if !conflicts.isEmpty { WorksConflicts(conflicts: conflicts, mayMake: mayMake, today: today).html }
                if !shown.isEmpty { list(shown) }
            }
        }
    }

    private var period: Words {
        let (year, month, _) = Instant(seconds: query.from * 86_400).civilDate
        switch query.step {
        case .month: return WorksCalendar.month(query.from)
        case .quarter: return Words("\((month + 2) / 3)ᵉ trimestre \(year)".replacing("1ᵉ", with: "1ᵉʳ"), "Q\((month + 2) / 3) \(year)")
        case .year: return Words("\(year)", "\(year)")
        }
    }

    private var steps: HTML {
        nav(.class("row works-steps"), .aria(.label, Words("Période", "Period"))) {
            a(.href(query.turned(-1).address), .class("button"), .rel("prev"), .data("hotkey", "p")) { Words("Précédent", "Previous") }
            h2(period)
            a(.href(query.turned(1).address), .class("button"), .rel("next"), .data("hotkey", "n")) { Words("Suivant", "Next") }
            a(.href(query.at(today).address), .class("button button-quiet"), .data("hotkey", "t")) { Words("Aujourd'hui", "Today") }
            div(.class("filters")) {
                for step in WorksQuery.Step.allCases {
                    a(.href(query.with { $0.step = step }.address), .class("filter"), .when(step == query.step, .aria(.current, "true"))) {
                        step.title
                    }
                }
            }
        }
    }

    private var filters: HTML {
        form(.role("search"), .method("get"), .action("/console/jobs/works"), .class("row works-filter")) {
            input(.type("hidden"), .name("step"), .value(query.step.rawValue))
            input(.type("hidden"), .name("from"), .value(WallText.day(query.from)))
            Field(
                "q", Words("Rue ou mots", "Street or words"), type: "search", value: query.words, .named("maxlength", "100"),
                .data("hotkey", "/"))
            Choice(
                "commune", Words("Commune", "Commune"),
                [("", Words("toutes", "all"))] + communes.sorted { $0.value < $1.value }.map { ($0.key, Words($0.value, $0.value)) },
                value: query.commune ?? "")
            Choice(
                "body", Words("Maître d'ouvrage", "Whose works"),
                [("", Words("tous", "all"))] + bodies.sorted { $0.key < $1.key }.map { ($0.key, Words($0.value, $0.value)) },
                value: query.body ?? "")
            Tick("conflicts", Words("en conflit seulement", "conflicts only"), isOn: query.onlyConflicts)
            Button(Words("Filtrer", "Filter"))
        }
    }

    private func summary(_ count: Int) -> HTML {
        let serious = conflicts.count { $0.rule.isSerious }
        return p(.class("quiet")) {
            Words(
                "Travaux : \(works.count), rues : \(count), conflits : \(serious), remarques : \(conflicts.count - serious).",
                "Works: \(works.count), streets: \(count), conflicts: \(serious), remarks: \(conflicts.count - serious).")
            " "
            span(.class("works-key")) {
                Words(
                    "▬ revêtement · ▼ tranchée · ● autre · tirets : demandés · ⚠ conflit · △ remarque",
                    "▬ surface · ▼ digging · ● other · dashed: asked for · ⚠ conflict · △ remark")
            }
        }
    }

    private var empty: HTML {
        let isFiltered = !query.words.isEmpty || query.commune != nil || query.body != nil || query.onlyConflicts
        return EmptyState(
            isFiltered
                ? Words("Aucuns travaux ne correspondent à ce filtre.", "No works match this filter.")
                : Words("Aucuns travaux annoncés sur cette période.", "No works announced for these days."),
            action: HTML.of {
                if isFiltered {
                    ButtonLink(
                        Words("Tout montrer", "Show all"),
                        query.with {
                            ($0.words, $0.commune, $0.body, $0.onlyConflicts) = ("", nil, nil, false)
                        }.address)
                }
            }
        ).html
    }

    private func calendar(_ shown: some Collection<(key: String, works: [StreetWorks])>) -> HTML {
        let picture = WorksCalendar(query: query, today: today, conflicts: byWorks)
        return div(
            .class("table-frame works-frame"), .role("region"), .aria(.label, Words("Calendrier des travaux", "Calendar of works")),
            .tabindex(0)
        ) {
            table(.class("works-calendar")) {
                Console.caption(Words("Calendrier des travaux", "Calendar of works"), .class("sr-only"))
                thead {
                    tr {
                        th(Words("Rue", "Street"), .scope("col"))
                        th(.scope("col")) {
                            span(period, .class("sr-only"))
                            picture.head
                        }
                    }
                }
                tbody {
                    for street in shown {
                        tr {
                            th(.scope("row")) {
                                street.works[0].street
                                if communes.count > 1, let name = communes[street.works[0].commune.insee] {
                                    br()
                                    small(.class("quiet")) { name }
                                }
                            }
                            td { picture.row(street.works) }
                        }
                    }
                }
            }
        }
    }

    private func list(_ shown: some Collection<(key: String, works: [StreetWorks])>) -> HTML {
        let own = byWorks
        return Panel(Words("Liste", "List"), id: "list") {
            for street in shown {
                h3(.class("works-street")) {
                    street.works[0].street
                    if let name = communes[street.works[0].commune.insee] { ", \(name)" }
                }
                ul(.class("works-list")) {
                    for one in street.works {
                        li(.id("works-\(one.number)")) {
                            div {
                                a(.href("/console/jobs/works/\(one.number)")) { one.title }
                                if !one.section.isEmpty { span(.class("quiet")) { " (\(one.section))" } }
                            }
                            div { WorksText.days(one) }
                            div { [one.sort.title.html, one.body.isEmpty ? .empty : HTML.text(", \(one.body)")] }
                            div {
                                StateBadge(WorksText.tone(one, today), WorksText.stage(one, today))
                                if one.impact != .none {
                                    " "
                                    span(one.impact.title, .class("mark"))
                                }
                                for rule in WorksRules.Rule.allCases where own[one.number]?.contains(where: { $0.rule == rule }) ?? false {
                                    " "
                                    StateBadge(rule.isSerious ? .warning : .notice, rule.title)
                                }
                            }
                        }
                    }
                }
            }
        }.html
    }
}

/// How days and states of works are written.
enum WorksText {
    static func date(_ day: Int64) -> HTML { HTML.time(Instant(seconds: day * 86_400 + 43_200), .date) }

    static func days(_ works: StreetWorks) -> HTML {
        HTML.of {
            date(works.from)
            if works.to > works.from {
                " – "
                date(works.to)
            }
        }
    }

    static func stage(_ works: StreetWorks, _ today: Int64) -> Words {
        if works.isCancelled { return Words("annulés", "called off") }
        if works.to < today { return Words("terminés", "over") }
        if works.from <= today, works.stage != .wished { return Words("en cours", "under way") }
        return works.stage.title
    }

    static func tone(_ works: StreetWorks, _ today: Int64) -> StateSpec.Tone {
        if works.isCancelled { return .disabled }
        if works.to < today { return .idle }
        if works.from <= today, works.stage != .wished { return .active }
        return works.stage == .wished ? .unknown : .notice
    }

    /// A fact's value as people read it.
    static func value(_ fact: StreetWorks.Fact, _ text: String, communes: [String: String]) -> Words {
        switch fact {
        case .commune: Words(communes[text] ?? text, communes[text] ?? text)
        case .sort: StreetWorks.Sort(rawValue: text)?.title ?? Words(text, text)
        case .impact: StreetWorks.Impact(rawValue: text)?.title ?? Words(text, text)
        case .stage: StreetWorks.Stage(rawValue: text)?.title ?? Words(text, text)
        case .cancelled: text.isEmpty ? Words("non", "no") : Words("oui", "yes")
        case .shape: text.isEmpty ? Words("aucun", "none") : Words("tracé", "a shape")
        default: text.isEmpty ? Words("—", "—") : Words(text, text)
        }
    }
}

/// Conflicts, each with the rule that explains itself and a way out.
struct WorksConflicts {
    var conflicts: [WorksRules.Conflict]
    var mayMake: Bool
    var today: Int64
    var title = Words("Conflits", "Conflicts")
    var most = 100

    var html: HTML {
        Panel(title, id: "conflicts") {
            ul(.class("works-conflicts")) {
                for one in conflicts.prefix(most) {
                    li {
                        p {
                            StateBadge(one.rule.isSerious ? .warning : .notice, one.rule.title)
                            " "
                            strong(one.first.street)
                            if one.second.streetKey != one.first.streetKey { strong(" / \(one.second.street)") }
                        }
                        p {
                            side(one.first)
                            " ; "
                            side(one.second)
                            ". "
                            one.because
                        }
                        if let proposal = one.proposal { way(one, proposal) }
                    }
                }
            }
            if conflicts.count > most {
                p(.class("quiet")) {
                    Words("Et \(conflicts.count - most) autres : filtrez.", "And \(conflicts.count - most) more: filter.")
                }
            }
        }.html
    }

    private func side(_ works: StreetWorks) -> HTML {
        HTML.of {
            if works.number > 0 { a(.href("/console/jobs/works/\(works.number)")) { works.title } } else { strong(works.title) }
            " ("
            if !works.body.isEmpty { "\(works.body), " }
            WorksText.days(works)
            ")"
        }
    }

    private func way(_ one: WorksRules.Conflict, _ proposal: WorksRules.Proposal) -> HTML {
        let known = [one.first.number: one.first, one.second.number: one.second]
        return div(.class("row works-way")) {
            p {
                em(Words("Proposition : ", "Proposal: "))
                proposal.words
            }
            if mayMake, !proposal.moves.isEmpty, proposal.moves.allSatisfy({ $0.number > 0 }) {
                form(.method("post"), .action("/console/jobs/works/moves")) {
                    HTML.csrf
                    for move in proposal.moves {
                        input(
                            .type("hidden"), .name("move"),
                            .value("\(move.number):\(known[move.number]?.version ?? 0):\(WallText.day(move.from)):\(WallText.day(move.to))")
                        )
                    }
                    Button(
                        Words("Voir l'effet", "See the effect"), .quiet,
                        .aria(.label, Words("Voir l'effet : \(proposal.words.french)", "See the effect: \(proposal.words.english)")))
                }
            }
        }
    }
}
