// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// The list of jobs: broken and threatened promises first, filters that are links, and a search in words.
package struct JobListPage {
    package var jobs: [Job]
    package var hasMore: Bool
    package var query: JobQuery
    package var counts: [JobState: Int]
    package var risk: Int
    package var plan: CrewPlan
    /// Names by INSEE code.
    package var communes: [String: String]
    package var isWhole: Bool
    package var mayMake: Bool
    package var now: Instant

    package var page: Page {
        Page(
            title: Words("Interventions", "Jobs"), place: "jobs",
            actions: HTML.of {
                if mayMake { ButtonLink(Words("Nouvelle intervention", "New job"), "/console/jobs/new", .primary, icon: .plus) }
                ButtonLink(Words("Exporter", "Export"), query.address(at: "/console/jobs.csv"), .quiet, icon: .download)
            }
        ) {
            JobTabs(current: .list).html
            search
            filters
            table
            pages
        }
    }

    private var search: HTML {
        form(.role("search"), .method("get"), .action("/console/jobs"), .class("row")) {
            for (name, value) in hidden { input(.type("hidden"), .name(name), .value(value)) }
            label(.class("field")) {
                span { Words("Numéro, mots ou adresse", "Number, words or address") }
                input(.type("search"), .name("q"), .value(query.words), .named("maxlength", "100"))
            }
            Button(Words("Chercher", "Search"))
        }
    }

    private var hidden: [(String, String)] {
        [
            ("show", query.show == .open ? "" : query.show.text), ("department", query.department ?? ""), ("crew", query.crew ?? ""),
            ("commune", query.commune ?? ""),
        ].filter { !$0.1.isEmpty }
    }

    private func link(_ title: Words, _ count: Int? = nil, isCurrent: Bool, _ change: (inout JobQuery) -> Void) -> Tabs.Tab {
        Tabs.Tab(title, query.with(change).address, isCurrent: isCurrent, count: count)
    }

    private var filters: HTML {
        let open = counts.reduce(0) { $0 + $1.value }
        return HTML.of {
            FilterLinks(
                Words("Montrer", "Show"),
                [
                    link(Words("Ouvertes", "Open"), open, isCurrent: query.show == .open) { $0.show = .open },
                    link(Words("Promesse menacée", "Promise at risk"), risk, isCurrent: query.show == .risk) { $0.show = .risk },
                ]
                    + JobState.allCases.map { state in
                        link(state.title, state.isOpen ? counts[state] ?? 0 : nil, isCurrent: query.show == .state(state)) {
                            $0.show = .state(state)
                        }
                    } + [link(Words("Toutes", "All"), isCurrent: query.show == .all) { $0.show = .all }])
            FilterLinks(
                Words("Service", "Department"),
                [link(Words("Tous", "All"), isCurrent: query.department == nil) { $0.department = nil }]
                    + plan.departments.map { one in link(one.title, isCurrent: query.department == one.code) { $0.department = one.code } })
            details(.class("filter-more"), .when(query.crew != nil || query.commune != nil, .open)) {
                summary { Words("Équipe, commune", "Crew, commune") }
                FilterLinks(
                    Words("Équipe", "Crew"),
                    [
                        link(Words("Toutes", "All"), isCurrent: query.crew == nil) { $0.crew = nil },
                        link(Words("Aucune", "None"), isCurrent: query.crew == "-") { $0.crew = "-" },
                    ] + plan.crews.map { one in link(one.title, isCurrent: query.crew == one.code) { $0.crew = one.code } })
                FilterLinks(
                    Words("Commune", "Commune"),
                    [link(Words("Toutes", "All"), isCurrent: query.commune == nil) { $0.commune = nil }]
                        + communes.sorted { $0.value < $1.value }.map { code, name in
                            link(Words(name, name), isCurrent: query.commune == code) { $0.commune = code }
                        })
            }
        }
    }

    private var table: HTML {
        // The list asks for itself anew at news: filters, words and rights are then the server's. Whoever sees some communes asks at times.
        custom("live-list", .id("job-list"), .when(isWhole, .named("follow", "jobs")), .when(!isWhole, .named("poll", "5"))) {
            custom("row-keys") {
                Console.table(.class("data-table", "as-cards")) {
                    caption(.class("sr-only")) { Words("Interventions", "Jobs") }
                    thead {
                        tr {
                            th(Words("N°", "No."), .scope("col"))
                            th(Words("Quoi", "What"), .scope("col"))
                            th(Words("Où", "Where"), .scope("col"))
                            th(Words("État", "State"), .scope("col"))
                            th(Words("Équipe", "Crew"), .scope("col"))
                            th(Words("Prévue pour", "Expected"), .scope("col"))
                            th(Words("Promise pour", "Promised"), .scope("col"))
                        }
                    }
                    tbody(.data("rows", "")) { for job in jobs { row(job) } }
                }
            }
            div(.data("empty", ""), .when(!jobs.isEmpty, .hidden)) { EmptyState(emptyWords) }
        }
    }

    private var emptyWords: Words {
        query == JobQuery()
            ? Words("Aucune intervention ouverte.", "No job is open.")
            : Words("Aucune intervention ne correspond à ce filtre.", "No job matches this filter.")
    }

    private func row(_ job: Job) -> HTML {
        tr(.id("job-\(job.number.value)"), .data("row", ""), .when(job.isLate(at: now), .class("is-late"))) {
            th(.scope("row")) { a(.href("/console/jobs/\(job.number.value)")) { "\(job.number.value)" } }
            td {
                job.title
                if job.urgency >= .hour {
                    " "
                    StateBadge(.alarm, job.urgency.jobTitle)
                }
                if !job.unconfirmed.isEmpty {
                    " "
                    span(.class("mark")) { Words("sécurité à confirmer", "safety to confirm") }
                }
            }
            td {
                job.address
                if let name = communes[job.commune.insee] { job.address.isEmpty ? name : ", \(name)" }
            }
            td { StateBadge(job.state.tone, job.state.title) }
            td { job.crew.isEmpty ? plan.departmentTitle(job.department) : plan.crewTitle(job.crew) }
            td { JobDates.expected(job, now: now) }
            td { JobDates.promised(job, now: now) }
        }
    }

    private var pages: HTML {
        guard query.page > 1 || hasMore else { return .empty }
        return nav(.class("pages"), .aria(.label, Words("Pages", "Pages"))) {
            if query.page > 1 { ButtonLink(Words("Page précédente", "Previous page"), at(query.page - 1), .quiet) }
            if hasMore, query.page < JobQuery.lastPage { ButtonLink(Words("Page suivante", "Next page"), at(query.page + 1), .quiet) }
        }
    }

    private func at(_ page: Int) -> String {
        var target = query
        target.page = page
        return target.address
    }
}

/// Views of the desk under each other's addresses.
struct JobTabs {
    enum Tab { case list, day, crews, plans, works, costs }
    var current: Tab

    var html: HTML {
        Tabs(
            Words("Vues des interventions", "Views of jobs"),
            [
                Tabs.Tab(Words("Liste", "List"), "/console/jobs", isCurrent: current == .list),
                Tabs.Tab(Words("Plan du jour", "Plan of the day"), "/console/jobs/day", isCurrent: current == .day),
                Tabs.Tab(Words("Équipes", "Crews"), "/console/jobs/crews", isCurrent: current == .crews),
                Tabs.Tab(Words("Entretien", "Maintenance"), "/console/jobs/plans", isCurrent: current == .plans),
                Tabs.Tab(Words("Travaux par rue", "Works by street"), "/console/jobs/works", isCurrent: current == .works),
                Tabs.Tab(Words("Coûts", "Costs"), "/console/jobs/costs", isCurrent: current == .costs),
            ]
        ).html
    }
}

/// How the days of a job are written.
enum JobDates {
    static func expected(_ job: Job, now: Instant) -> HTML {
        HTML.of {
            if let at = job.endedAt ?? job.expectedAt {
                HTML.time(at, .date)
                if job.isOpen, job.plannedAt != nil {
                    " "
                    HTML.time(job.plannedAt ?? at, .minutes)
                }
            } else {
                Words("inconnue", "unknown")
            }
            if job.isAtRisk(at: now) {
                " "
                StateBadge(.warning, Words("après la promesse", "after the promise"))
            }
        }
    }

    static func promised(_ job: Job, now: Instant) -> HTML {
        HTML.of {
            if let promised = job.promisedAt {
                HTML.time(promised, .date)
                if job.isLate(at: now) {
                    " "
                    StateBadge(.warning, Words("en retard", "late"))
                }
            } else {
                "—"
            }
        }
    }
}
