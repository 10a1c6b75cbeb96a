// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// The board of a day: each crew's hours and jobs as a picture and as lists with buttons, what has no crew yet, and what is late and why.
package struct DayPage {
    package var day: Int64
    /// Planned, started or done on this day, by the reader's communes.
    package var jobs: [Job]
    /// Open jobs whose promise is broken or threatened, and why.
    package var threatened: [(job: Job, why: Words)]
    /// Open jobs without a crew, by department.
    package var waiting: [String: Int]
    package var department: String?
    package var plan: CrewPlan
    package var communes: [String: String]
    package var wall: WallTime
    package var mayPlan: Bool
    /// The streets that travel times are taken from; nil for the straight line.
    package var streets: StreetStore.About?
    /// The proposal that takes back what was just accepted, and how many jobs had changed meanwhile.
    package var undo: Int64?
    package var skipped = 0
    package var now: Instant

    var crews: [Crew] {
        let busy = Set(jobs.map(\.crew))
        return plan.crews.filter { crew in
            (department.map { crew.departments.contains($0) } ?? true)
                && (!CrewHours.shifts(crew, day: day, wall).isEmpty || busy.contains(crew.code))
        }
    }

    func jobs(of crew: String) -> [Job] {
        jobs.filter { $0.crew == crew }.sorted { (start($0), $0.number) < (start($1), $1.number) }
    }
    func start(_ job: Job) -> Instant { job.startedAt ?? job.plannedAt ?? .distantPast }
    func end(_ job: Job) -> Instant {
        job.endedAt ?? max(start(job) + .minutes(Int64(job.needs.minutes)), job.state == .started ? now : .distantPast)
    }

    package var page: Page {
        Page(
            title: Words("Plan du jour", "Plan of the day"), place: "jobs", trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")]
        ) {
            JobTabs(current: .day).html
            if mayPlan, let undo { taken(undo) }
            if skipped > 0 {
                Banner(
                    .warning,
                    Words(
                        "\(skipped) intervention(s) avaient changé entre-temps : elles gardent ce qu'elles ont.",
                        "\(skipped) job(s) had changed meanwhile: they keep what they have."))
            }
            days
            if mayPlan, day >= wall.day(of: now) { planning }
            custom("live-list", .id("day-board"), .named("follow", "jobs")) { div(.data("rows", "")) { board } }
            late
        }
    }

    private func taken(_ undo: Int64) -> HTML {
        Banner(
            .success, Words("Le plan est changé.", "The plan is changed."),
            action: form(.method("post"), .action("/console/jobs/day/accept")) {
                HTML.csrf
                input(.type("hidden"), .name("proposal"), .value("\(undo)"))
                Button(Words("Remettre comme avant", "Put it back"), .quiet)
            }
        ).html
    }

    @Markup private var board: HTML {
        if crews.isEmpty {
            EmptyState(Words("Personne ne travaille ce jour-là.", "Nobody works on that day."))
        } else {
            DayGantt(page: self).html
            for crew in crews { list(crew) }
        }
    }

    private func address(_ day: Int64, _ department: String?) -> String {
        Console.address("/console/jobs/day", ["day": WallText.day(day), "department": department])
    }

    private var days: HTML {
        HTML.of {
            nav(.class("pages"), .aria(.label, Words("Jours", "Days"))) {
                ButtonLink(Words("Veille", "Day before"), address(day - 1, department), .quiet)
                strong { HTML.time(wall.instant(day: day, minute: 720), .date) }
                ButtonLink(Words("Lendemain", "Day after"), address(day + 1, department), .quiet)
                if day != wall.day(of: now) { ButtonLink(Words("Aujourd'hui", "Today"), address(wall.day(of: now), department), .quiet) }
            }
            FilterLinks(
                Words("Service", "Department"),
                [Tabs.Tab(Words("Tous", "All"), address(day, nil), isCurrent: department == nil)]
                    + plan.departments.map { one in
                        Tabs.Tab(one.title, address(day, one.code), isCurrent: department == one.code, count: waiting[one.code] ?? 0)
                    })
            p(.class("quiet")) { Words("Le nombre est celui des interventions sans équipe.", "The figure counts jobs without a crew.") }
        }
    }

    private var planning: HTML {
        form(.method("post"), .action("/console/jobs/day/propose"), .class("row")) {
            HTML.csrf
            input(.type("hidden"), .name("day"), .value(WallText.day(day)))
            Button(Words("Proposer un plan", "Propose a plan"), .primary)
            p(.class("quiet")) {
                travel
                " "
                Words("Rien ne change avant votre accord.", "Nothing changes before you agree.")
            }
        }
    }

    /// Which travel times are counted, and of when the streets are.
    @Markup private var travel: HTML {
        if let streets {
            Words("Temps de trajet par les rues : ", "Travel times over the streets: ")
            streets.file
            if let asOf = streets.asOf {
                Words(", état OSM du ", ", OSM as of ")
                HTML.time(asOf, .date)
            }
            Words(", importé le ", ", imported on ")
            HTML.time(streets.importedAt, .date)
            "."
        } else {
            Words(
                "Temps de trajet à vol d'oiseau (× 1,4 à 24 km/h) : aucune rue n'est importée.",
                "Travel times in a straight line (× 1.4 at 24 km/h): no streets are imported.")
        }
    }

    // MARK: Lists

    private func list(_ crew: Crew) -> HTML {
        let row = jobs(of: crew.code)
        let minutes = row.reduce(0) { $0 + $1.needs.minutes }
        return details(.class("crew-day"), .when(!row.isEmpty, .open)) {
            summary {
                crew.title
                " "
                span(.class("quiet")) {
                    Words("\(row.count) interventions, ", "\(row.count) jobs, ")
                    HTML.span(.minutes(Int64(minutes)))
                }
            }
            if row.isEmpty {
                p(.class("quiet")) { Words("Rien de planifié.", "Nothing planned.") }
            } else {
                ol(.class("stops")) { for job in row { li(.id("stop-\(job.number.value)")) { stop(job) } } }
            }
        }
    }

    private func stop(_ job: Job) -> HTML {
        HTML.of {
            HTML.time(start(job), .minutes)
            "–"
            HTML.time(end(job), .minutes)
            " "
            a(.href("/console/jobs/\(job.number.value)")) {
                "\(job.number.value) "
                job.title
            }
            " \(job.address) "
            StateBadge(job.state.tone, job.state.title)
            if job.isLocked {
                " "
                span(.class("mark")) { Words("verrouillée", "locked") }
            }
            if job.isLate(at: now) || job.isAtRisk(at: now) {
                " "
                StateBadge(.warning, job.isLate(at: now) ? Words("en retard", "late") : Words("après la promesse", "after the promise"))
            }
            if mayPlan, job.state == .planned { buttons(job) }
        }
    }

    @Markup private func buttons(_ job: Job) -> HTML {
        form(.method("post"), .action("/console/jobs/day/move"), .class("row", "stop-buttons")) {
            HTML.csrf
            input(.type("hidden"), .name("job"), .value("\(job.number.value)"))
            for (act, title) in [
                ("earlier", Words("Avant", "Earlier")), ("later", Words("Après", "Later")),
                (job.isLocked ? "unlock" : "lock", job.isLocked ? Words("Déverrouiller", "Unlock") : Words("Verrouiller", "Lock")),
                ("unplan", Words("Retirer", "Take off")),
            ] {
                button(
                    .type("submit"), .class("button", "button-small", "button-quiet"), .name("to"), .value(act),
                    .aria(.label, Words("\(title.french) : intervention \(job.number.value)", "\(title.english): job \(job.number.value)"))
                ) { title }
            }
        }
        if !job.isLocked, job.place != nil { mover(job) }
    }

    /// The same as a drag on the picture: another crew, another time, the price first.
    private func mover(_ job: Job) -> HTML {
        details(.class("mover")) {
            summary(.aria(.label, Words("Déplacer l'intervention \(job.number.value)", "Move job \(job.number.value)"))) {
                Words("Déplacer…", "Move…")
            }
            form(.method("post"), .action("/console/jobs/day/drag"), .class("row", "stop-buttons")) {
                HTML.csrf
                input(.type("hidden"), .name("job"), .value("\(job.number.value)"))
                input(.type("hidden"), .name("day"), .value(WallText.day(day)))
                selectElement(
                    .name("crew"), .aria(.label, Words("Équipe pour \(job.number.value)", "Crew for \(job.number.value)"))
                ) {
                    for crew in plan.crews where crew.suits(job) {
                        option(.value(crew.code), .when(crew.code == job.crew, .selected)) { crew.title }
                    }
                }
                input(
                    .type("time"), .name("time"), .required,
                    .value(WallText.time(wall.minuteOfDay(at: max(job.plannedAt ?? now, now)))),
                    .aria(.label, Words("Heure pour \(job.number.value)", "Time for \(job.number.value)")))
                button(.type("submit"), .class("button", "button-small", "button-quiet")) { Words("Voir le prix", "Show the price") }
            }
        }
    }

    private var late: HTML {
        Panel(Words("Ce qui est ou sera en retard, et pourquoi", "What is or will be late, and why"), id: "late") {
            if threatened.isEmpty { p(.class("quiet")) { Words("Rien : les promesses tiennent.", "Nothing: promises hold.") } }
            ul {
                for (job, why) in threatened {
                    li {
                        a(.href("/console/jobs/\(job.number.value)")) {
                            "\(job.number.value) "
                            job.title
                        }
                        " "
                        plan.departmentTitle(job.department)
                        if let name = communes[job.commune.insee] { ", \(name)" }
                        " · "
                        Words("promise pour le ", "promised for ")
                        JobDates.promised(job, now: now)
                        " · "
                        why
                    }
                }
            }
        }.html
    }
}
