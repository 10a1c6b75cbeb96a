// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// One job: what is to be done, what it takes, who does it and when, what happened, and what may be done.
package struct JobPage {
    package var job: Job
    package var events: [JobEvent]
    package var photos: [JobPhotoStore.Photo]
    package var parts: [(name: String, count: Int)]
    /// What it comes after, and which of them are not done.
    package var before: [Job.Number]
    package var waiting: [Job.Number]
    /// Identity of the asset; nil for none.
    package var asset: String?
    package var plan: CrewPlan
    package var commune: String
    /// Crews that could be there soonest.
    package var near: [DayRules.Near] = []
    package var mayPlan: Bool = false
    package var mayAct: Bool
    /// What came too late from a tablet, and the hands of whoever signed, by their line of the history.
    package var late: [LateAct] = []
    package var signatures: [Int64] = []
    package var wall: WallTime
    package var now: Instant

    var path: String { "/console/jobs/\(job.number.value)" }

    package var page: Page {
        Page(
            title: Words("Intervention \(job.number.value)", "Job \(job.number.value)"), place: "jobs",
            trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")],
            actions: ButtonLink(Words("Ordre de mission", "Mission order"), "\(path)/order", .quiet, icon: .print).html
        ) {
            if job.isLate(at: now) { Banner(.warning, Words("Le délai promis est dépassé.", "The promised day has passed.")) }
            if job.isAtRisk(at: now) {
                Banner(
                    .warning,
                    Words(
                        "La date prévue dépasse la date promise : il est encore temps.",
                        "The expected day is past the promised one: there is still time."))
            }
            if late.contains(where: { $0.decidedAt == nil }) {
                Banner(
                    .warning,
                    Words(
                        "Des actes de l'équipe sont arrivés trop tard : à vous de décider.",
                        "Acts of the crew came too late: it is for you to decide."))
            }
            if job.isOpen, job.state != .started, let words = JobRules.obstacle(job, waiting: waiting) { Banner(.info, words) }
            facts
            needs
            LateActsPart(sheet: self).html
            if mayAct, !near.isEmpty || mayPlan && job.place != nil && (job.state == .wanted || job.state == .planned) { nearest }
            if mayAct { JobActsPart(sheet: self).html }
            pictures
            history
        }
    }

    private var facts: HTML {
        Panel(job.title) {
            Facts([
                (Words("État", "State"), StateBadge(job.state.tone, job.state.title).html), (Words("Lieu", "Place"), place),
                (Words("Service", "Department"), plan.departmentTitle(job.department).html),
                (Words("Équipe", "Crew"), plan.crewTitle(job.crew).html),
                (Words("Planifiée le", "Planned for"), planned), (Words("Prévue pour", "Expected"), JobDates.expected(job, now: now)),
                (Words("Promise pour", "Promised"), JobDates.promised(job, now: now)),
                (Words("Urgence", "Urgency"), job.urgency.jobTitle.html), (Words("Demandée par", "Asked for by"), source),
                (Words("Demandée le", "Asked for on"), HTML.time(job.createdAt)),
            ])
            if !job.details.isEmpty { p(.class("said")) { job.details } }
        }.html
    }

    private var planned: HTML {
        HTML.of {
            if let at = job.plannedAt {
                HTML.time(at)
                if job.isLocked {
                    " "
                    span(.class("mark")) { Words("verrouillée", "locked") }
                }
            } else {
                "—"
            }
        }
    }

    private var source: HTML {
        let (title, address) = job.source.shown
        return address.isEmpty ? title.html : a(.href(address)) { title }
    }

    private var place: HTML {
        HTML.of {
            job.address
            if !commune.isEmpty { job.address.isEmpty ? commune : ", \(commune)" }
            if let place = job.place {
                " "
                a(.href("/console/map#18/\(place.latitude)/\(place.longitude)")) { Words("sur la carte", "on the map") }
            }
            if let asset {
                " "
                a(.href("/console/assets/\(asset)")) { asset }
            }
        }
    }

    private var needs: HTML {
        Panel(Words("Ce qu'il faut", "What it takes"), id: "needs") {
            Facts([
                (Words("Durée estimée", "Estimate"), HTML.span(.minutes(Int64(job.needs.minutes)))),
                (Words("Compétences", "Skills"), list(job.needs.skills.map { plan.skillTitle($0).html })),
                (Words("Matériel", "Equipment"), list(job.needs.equipment.map(HTML.text))),
                (
                    Words("Pièces prévues", "Parts foreseen"),
                    list(job.needs.parts.sorted { $0.key < $1.key }.map { HTML.text("\($0.value) × \($0.key)") })
                ),
                (Words("Sécurité", "Safety"), list(job.needs.safety.map(safety))),
                (Words("Créneau", "Window"), window),
                (Words("Après", "After"), list(before.map { number in a("\(number.value)", .href("/console/jobs/\(number.value)")) })),
                (Words("Temps passé", "Time spent"), job.minutes == 0 ? HTML.text("—") : HTML.span(.minutes(Int64(job.minutes)))),
                (Words("Coût", "Cost"), HTML.quantity(Double(job.cents) / 100, decimals: 2, unit: "€")),
                (Words("Pièces posées", "Parts used"), list(parts.map { HTML.text("\($0.count) × \($0.name)") })),
            ])
        }.html
    }

    private var nearest: HTML {
        Panel(Words("Équipe la plus proche", "Nearest suitable crew"), id: "nearest") {
            if near.isEmpty {
                p(.class("quiet")) { Words("Aucune équipe qui convient ne travaille en ce moment.", "No suitable crew works now.") }
            }
            ol {
                for one in near.prefix(5) {
                    li {
                        plan.crewTitle(one.crew)
                        " : "
                        HTML.span(.seconds(Int64(one.seconds)))
                        Words(" depuis : ", " from: ")
                        one.from
                        if let until = one.busyUntil {
                            Words(", occupée jusqu'à ", ", busy until ")
                            HTML.time(until, .minutes)
                        }
                        if one.isOnCall { Words(", d'astreinte", ", on call") }
                    }
                }
            }
            if mayPlan, job.place != nil, job.state == .wanted || job.state == .planned {
                form(.method("post"), .action("/console/jobs/day/propose"), .class("row")) {
                    HTML.csrf
                    input(.type("hidden"), .name("day"), .value(WallText.day(wall.day(of: now))))
                    input(.type("hidden"), .name("urgent"), .value("\(job.number.value)"))
                    Button(Words("La faire aujourd'hui : voir le prix", "Do it today: show the price"))
                }
            }
        }.html
    }

    private func safety(_ one: Safety) -> HTML {
        HTML.of {
            one.title
            " "
            if job.confirmed.contains(one) {
                StateBadge(.active, Words("confirmé", "confirmed"))
            } else {
                StateBadge(.warning, Words("à confirmer", "to confirm"))
            }
        }
    }

    private var window: HTML {
        HTML.of {
            if job.opensAt == nil, job.closesAt == nil { "—" }
            if let opens = job.opensAt {
                Words("pas avant ", "not before ")
                HTML.time(opens)
            }
            if let closes = job.closesAt {
                Words(" pas après ", " not after ")
                HTML.time(closes)
            }
        }
    }

    private func list(_ all: [HTML]) -> HTML {
        all.isEmpty ? HTML.text("—") : ul { for one in all { li { one } } }
    }

    private var pictures: HTML {
        guard !photos.isEmpty else { return .empty }
        return Panel(Words("Photos", "Photos"), id: "photos") {
            ul(.class("photos")) {
                for photo in photos {
                    li {
                        let title = Words(
                            "Photo \(photo.place), \(photo.stage.title.french)", "Photo \(photo.place), \(photo.stage.title.english)")
                        a(.href("\(path)/photos/\(photo.place)")) {
                            img(
                                .src("\(path)/photos/\(photo.place)"), .named("alt", title), .named("loading", "lazy"),
                                .named("width", "240"))
                        }
                        p { title }
                    }
                }
            }
        }.html
    }

    private var history: HTML {
        Panel(Words("Histoire", "History"), id: "history") {
            Timeline(
                events.reversed().map { event in
                    Timeline.Entry(
                        at: event.at, event.isConflict ? .warning : event.state.tone,
                        HTML.of {
                            event.what.title
                            if event.isConflict {
                                " "
                                StateBadge(.warning, Words("conflit, sans effet", "conflict, without effect"))
                            }
                        }, detail: detail(event))
                })
        }.html
    }

    private func detail(_ event: JobEvent) -> HTML {
        HTML.of {
            p {
                author(event)
                for (key, value) in event.facts.sorted(by: { $0.key < $1.key }) where !hidden(key, event) {
                    " · "
                    fact(key, value)
                }
                if event.keptAt - event.at > .minutes(1) {
                    " · "
                    Words("reçu le ", "received ")
                    HTML.time(event.keptAt)
                }
            }
            if event.what == .done {
                p {
                    event.facts["proof"] == "photos"
                        ? Words("Prouvé par des photos", "Proved by photos") : Words("Sur parole", "On the word")
                }
            }
            if event.what == .expected || event.what == .planned, let at = event.expectedAt {
                p {
                    Words("Prévue pour le ", "Expected on ")
                    HTML.time(at, .date)
                }
            }
            if !event.text.isEmpty { p(.class("said")) { event.text } }
            if !event.signed.isEmpty {
                p {
                    Words("Signé : ", "Signed: ")
                    event.signed
                    if signatures.contains(event.position) {
                        " "
                        img(
                            .class("signature"), .src("\(path)/signatures/\(event.position)"),
                            .named("alt", Words("Signature", "Signature")), .named("height", "60"))
                    }
                }
            }
        }
    }

    private func author(_ event: JobEvent) -> HTML {
        guard let author = event.author else { return HTML.text("Vigie") }
        return JobBy.crew(ofAuthor: author).map { plan.crewTitle($0).html } ?? HTML.text(author)
    }

    private func hidden(_ key: String, _ event: JobEvent) -> Bool {
        key == "proof" || key == "seen" || key == "decided" || (key == "crew" && event.author.flatMap(JobBy.crew) != nil)
    }

    private func fact(_ key: String, _ value: String) -> HTML {
        switch key {
        case "crew": plan.crewTitle(value).html
        case "planned", "before", "clock": Int64(value).map { HTML.time(Instant(milliseconds: $0)) } ?? .empty
        case "safety": (Safety(rawValue: value)?.title ?? Words(value, value)).html
        case "minutes": Int64(value).map { HTML.span(.minutes($0)) } ?? .empty
        case "needed": Int64(value).map { HTML.span(.minutes($0)) } ?? .empty
        case "cents": Int(value).map { HTML.quantity(Double($0) / 100, decimals: 2, unit: "€") } ?? .empty
        case "device": HTML.words(Words("tablette \(value)", "tablet \(value)"))
        case "again": HTML.words(Words("l'était déjà", "was so already"))
        case "count": HTML.text("× \(value)")
        case "photo": HTML.words(Words("photo \(value)", "photo \(value)"))
        case "stage": (JobPhotoStore.Stage(rawValue: value)?.title ?? Words(value, value)).html
        case "after": HTML.words(Words("après \(value)", "after \(value)"))
        default: HTML.text(value)
        }
    }
}
