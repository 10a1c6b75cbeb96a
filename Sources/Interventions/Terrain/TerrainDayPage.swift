// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// The crew's day: what is begun, what comes next and where, what may be taken, what is over.
struct TerrainDayPage {
    var sight: TerrainSight
    var wall: WallTime
    var now: Instant

    private var crewTitle: Words { sight.plan.crewTitle(sight.device.crew) }

    var page: Page {
        Page(title: Words("Ma journée", "My day"), place: "day", layout: .crew, scripts: ["terrain"], styles: ["terrain"]) {
            TerrainTop(plan: sight.plan, isDay: true).html
            div(.id("day"), .data("part", "")) {
                h1 {
                    crewTitle
                    " · "
                    HTML.time(now, .date)
                }
                if sight.plan[crew: sight.device.crew] == nil {
                    Banner(
                        .warning,
                        Words(
                            "Votre équipe n'est plus dans le fichier des équipes. Appelez la salle.",
                            "Your crew is no longer in the file of crews. Call the room."))
                }
                if !sight.disputed.isEmpty {
                    part(
                        Words("La salle doit décider", "The room must decide"),
                        sight.disputed.filter { job in !sight.day.all.contains { $0.number == job.number } })
                }
                part(Words("À faire aujourd'hui", "To do today"), sight.day.planned)
                if !sight.day.free.isEmpty {
                    part(Words("À prendre, le plus pressé d'abord", "To be taken, the most pressing first"), sight.day.free)
                }
                if sight.day.planned.isEmpty, sight.day.free.isEmpty {
                    EmptyState(
                        Words("Rien n'est prévu pour vous.", "Nothing is planned for you."),
                        Words("La salle peut vous en dire plus.", "The room can tell you more."))
                }
                if !sight.day.ended.isEmpty { part(Words("Finies aujourd'hui", "Over today"), sight.day.ended) }
            }
            p(.class("quiet")) {
                Words("Tablette ", "Tablet ")
                "\(sight.device.number)"
                sight.device.label.isEmpty ? "" : " · \(sight.device.label)"
                " · "
                Words("état du ", "as of ")
                HTML.time(now)
            }
        }
    }

    private func part(_ title: Words, _ jobs: [Job]) -> HTML {
        guard !jobs.isEmpty else { return .empty }
        return section(.class("crew-part")) {
            h2(title)
            ol(.class("crew-jobs")) { for job in jobs { card(job) } }
        }
    }

    private func card(_ job: Job) -> HTML {
        li(.data("job", "\(job.number.value)"), .data("state", job.state.rawValue)) {
            a(.href("/terrain/jobs/\(job.number.value)"), .class("crew-job")) {
                span(.class("crew-when")) {
                    if let at = job.plannedAt, job.isOpen { HTML.time(at, .minutes) } else { "n° \(job.number.value)" }
                }
                strong(job.title)
                span(.class("crew-where")) { job.address.isEmpty ? "n° \(job.number.value)" : job.address }
                span(.class("crew-marks")) {
                    StateBadge(job.state.tone, job.state.title)
                    if job.urgency >= .hour, job.isOpen { StateBadge(.alarm, job.urgency.jobTitle) }
                    if !job.unconfirmed.isEmpty, job.isOpen { StateBadge(.warning, Words("sécurité à confirmer", "safety to confirm")) }
                    if job.isLate(at: now) { StateBadge(.warning, Words("en retard", "late")) }
                }
            }
        }
    }
}

/// The head of every page of a tablet: home, what waits to be sent, the room's telephone.
struct TerrainTop {
    var plan: CrewPlan
    var isDay: Bool

    var html: HTML {
        header(.class("crew-top")) {
            nav(.aria(.label, Words("Principale", "Main"))) {
                a(.href("/terrain"), .class("button"), .when(isDay, .aria(.current, "page"))) {
                    Icon.list.html
                    span(Words("Ma journée", "My day"))
                }
                if let phone = plan.phone {
                    a(.href("tel:\(phone.filter { $0 != " " })"), .class("button")) {
                        Icon.bell.html
                        span(Words("Appeler la salle", "Call the room"))
                    }
                }
            }
            custom("terrain-queue", .class("crew-queue"), .role("status"))
        }
    }
}
