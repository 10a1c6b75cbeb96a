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
    package var now: Instant

    private var crews: [Crew] {
        let busy = Set(jobs.map(\.crew))
        return plan.crews.filter { crew in
            (department.map { crew.departments.contains($0) } ?? true)
                && (!CrewHours.shifts(crew, day: day, wall).isEmpty || busy.contains(crew.code))
        }
    }

    private func jobs(of crew: String) -> [Job] {
        jobs.filter { $0.crew == crew }.sorted { (start($0), $0.number) < (start($1), $1.number) }
    }
    private func start(_ job: Job) -> Instant { job.startedAt ?? job.plannedAt ?? .distantPast }
    private func end(_ job: Job) -> Instant {
        job.endedAt ?? max(start(job) + .minutes(Int64(job.needs.minutes)), job.state == .started ? now : .distantPast)
    }

    package var page: Page {
        Page(
            title: Words("Plan du jour", "Plan of the day"), place: "jobs", trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")]
        ) {
            JobTabs(current: .day).html
            days
            if mayPlan, day >= wall.day(of: now) { planning }
            custom("live-list", .id("day-board"), .named("follow", "jobs")) { div(.data("rows", "")) { board } }
            late
        }
    }

    @Markup private var board: HTML {
        if crews.isEmpty {
            EmptyState(Words("Personne ne travaille ce jour-là.", "Nobody works on that day."))
        } else {
            gantt
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

    // MARK: The picture

    /// Minutes of the day that the picture shows.
    private var hours: (from: Int, to: Int) {
        let dawn = wall.instant(day: day, minute: 0)
        func minute(_ at: Instant) -> Int { Int(((at - dawn).seconds / 60)) }
        let shifts = crews.flatMap { CrewHours.shifts($0, day: day, wall) }
        let starts = shifts.map { minute($0.from) } + jobs.map { minute(start($0)) }
        let ends = shifts.map { minute($0.to) } + jobs.map { minute(end($0)) }
        let from = max(0, (starts.min() ?? 480) / 60 * 60), to = min(1440, ((ends.max() ?? 1080) + 59) / 60 * 60)
        return (from, max(to, from + 60))
    }

    private static let (left, width, row) = (150.0, 900.0, 30.0)

    private var gantt: HTML {
        let hours = self.hours
        let height = Double(crews.count) * DayPage.row + 26
        let dawn = wall.instant(day: day, minute: 0)
        func x(_ at: Instant) -> Double {
            let share = (Double((at - dawn).seconds) / 60 - Double(hours.from)) / Double(hours.to - hours.from)
            return DayPage.left + max(0, min(1, share)) * (DayPage.width - DayPage.left)
        }
        func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }
        func rect(_ style: String, _ from: Instant, _ to: Instant, _ y: Double, _ height: Double) -> HTML {
            custom(
                "rect", .class(style), .named("x", text(x(from))), .named("y", text(y)), .named("width", text(max(2, x(to) - x(from)))),
                .named("height", text(height)))
        }
        return figure(.class("gantt")) {
            custom(
                "svg", .class("gantt-plot"), .named("viewBox", "0 0 \(Int(DayPage.width)) \(Int(height))"), .role("img"),
                .aria(
                    .label,
                    Words(
                        "Interventions des équipes dans la journée ; les listes dessous disent la même chose.",
                        "Jobs of the crews over the day; the lists below say the same."))
            ) {
                for hour in stride(from: hours.from, through: hours.to, by: 60) {
                    let at = dawn + .minutes(Int64(hour))
                    custom(
                        "line", .class("chart-grid"), .named("x1", text(x(at))), .named("x2", text(x(at))), .named("y1", "18"),
                        .named("y2", text(height)))
                    custom("text", .class("chart-text"), .named("x", text(x(at))), .named("y", "12"), .named("text-anchor", "middle")) {
                        "\(hour / 60) h"
                    }
                }
                for (index, crew) in crews.enumerated() {
                    let y = 22 + Double(index) * DayPage.row
                    custom("text", .class("gantt-name"), .named("x", "0"), .named("y", text(y + 18))) { crew.title }
                    for shift in CrewHours.shifts(crew, day: day, wall) {
                        rect("gantt-shift", shift.from, shift.to, y + 2, DayPage.row - 6)
                    }
                    for job in jobs(of: crew.code) {
                        let style = job.isLate(at: now) || job.isAtRisk(at: now) ? "gantt-late" : "gantt-\(job.state.rawValue)"
                        rect("gantt-job \(style)", start(job), end(job), y + 5, DayPage.row - 12)
                    }
                }
                if wall.day(of: now) == day {
                    custom(
                        "line", .class("gantt-now"), .named("x1", text(x(now))), .named("x2", text(x(now))), .named("y1", "16"),
                        .named("y2", text(height)))
                }
            }
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

    private func buttons(_ job: Job) -> HTML {
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
            let others = plan.crews.filter { $0.code != job.crew && $0.suits(job) }
            if !others.isEmpty {
                selectElement(
                    .name("crew"), .aria(.label, Words("Équipe pour \(job.number.value)", "Crew for \(job.number.value)"))
                ) { for crew in others { option(.value(crew.code)) { crew.title } } }
                button(.type("submit"), .class("button", "button-small", "button-quiet"), .name("to"), .value("crew")) {
                    Words("Donner", "Give")
                }
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

/// What the solver proposes for a day, with its price, before anybody agrees.
package struct ProposalPage {
    package var number: Int64
    package var proposal: DayStore.Proposal
    /// The jobs that it speaks of.
    package var jobs: [Int64: Job]
    package var plan: CrewPlan
    package var wall: WallTime
    package var now: Instant

    package var page: Page {
        Page(
            title: Words("Plan proposé", "Proposed plan"), place: "jobs",
            trail: [
                .init(Words("Interventions", "Jobs"), "/console/jobs"),
                .init(Words("Plan du jour", "Plan of the day"), "/console/jobs/day?day=\(WallText.day(proposal.day))"),
            ]
        ) {
            price
            form(.method("post"), .action("/console/jobs/day/accept"), .class("row")) {
                HTML.csrf
                input(.type("hidden"), .name("proposal"), .value("\(number)"))
                Button(Words("Accepter ce plan", "Accept this plan"), .primary, icon: .check)
                ButtonLink(Words("Ne rien changer", "Change nothing"), "/console/jobs/day?day=\(WallText.day(proposal.day))", .quiet)
            }
            for crew in plan.crews {
                let row = proposal.assignments.filter { $0.crew == crew.code }
                if !row.isEmpty { list(crew, row) }
            }
            if !proposal.leftOut.isEmpty { leftOut }
        }
    }

    private var price: HTML {
        let price = proposal.price
        return Panel(Words("Ce que cela change", "What it changes")) {
            if price.broken > 0 {
                Banner(
                    .warning,
                    Words(
                        "\(price.broken) promesse(s) tenue(s) aujourd'hui ne le seraient plus.",
                        "\(price.broken) promise(s) kept today would be broken."))
            }
            Facts([
                (Words("Interventions ajoutées", "Jobs added"), HTML.number(price.added)),
                (Words("Déplacées", "Moved"), HTML.number(price.moved)),
                (Words("… dont promises à quelqu'un", "… of these promised to somebody"), HTML.number(price.movedPromised)),
                (Words("Sorties du jour", "Taken off the day"), HTML.number(price.dropped)),
                (Words("Trajets avant", "Driving before"), HTML.span(.minutes(Int64(price.travelBefore)))),
                (Words("Trajets après", "Driving after"), HTML.span(.minutes(Int64(price.travelAfter)))),
                (
                    Words("Temps de trajet", "Travel times"),
                    (proposal.isStraightLine
                        ? Words("à vol d'oiseau, × 1,4 à 24 km/h", "straight line, × 1.4 at 24 km/h")
                        : Words("réseau des rues", "street network")).html
                ),
            ])
        }.html
    }

    private func list(_ crew: Crew, _ row: [DayRules.Assignment]) -> HTML {
        Panel(crew.title) {
            ol(.class("stops")) {
                for one in row.sorted(by: { $0.startsAt < $1.startsAt }) {
                    li {
                        HTML.time(one.startsAt, .minutes)
                        " "
                        a(.href("/console/jobs/\(one.job)")) {
                            "\(one.job) "
                            jobs[one.job]?.title ?? Words("", "")
                        }
                        span(.class("quiet")) {
                            " \(jobs[one.job]?.address ?? "") · "
                            HTML.span(.seconds(Int64(one.travelSeconds)))
                            Words(" de route", " of driving")
                        }
                        if let job = jobs[one.job], job.state != .planned || job.crew != one.crew {
                            " "
                            span(.class("mark")) {
                                job.state == .planned ? Words("change d'équipe", "another crew") : Words("nouvelle", "new")
                            }
                        }
                    }
                }
            }
        }.html
    }

    private var leftOut: HTML {
        Panel(Words("Sans place ce jour-là", "Without a place on that day")) {
            ul {
                for one in proposal.leftOut.prefix(200) {
                    li {
                        a(.href("/console/jobs/\(one.job)")) {
                            "\(one.job) "
                            jobs[one.job]?.title ?? Words("", "")
                        }
                        " · "
                        one.because
                    }
                }
            }
        }.html
    }
}
