// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// Crews, their hours and what they can do, as they were imported; and who is on call now.
package struct CrewsPage {
    package var plan: CrewPlan
    /// Open jobs and the minutes that they take, by crew; '' for those without one.
    package var load: [String: (jobs: Int, minutes: Int)]
    package var wall: WallTime
    package var now: Instant
    package var mayPair = false

    private static let days = [
        Words("lun.", "Mon"), Words("mar.", "Tue"), Words("mer.", "Wed"), Words("jeu.", "Thu"), Words("ven.", "Fri"), Words("sam.", "Sat"),
        Words("dim.", "Sun"),
    ]

    package var page: Page {
        Page(
            title: Words("Équipes", "Crews"), place: "jobs", trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")],
            actions: mayPair ? ButtonLink(Words("Tablettes", "Tablets"), "/console/jobs/tablets", .quiet).html : .empty
        ) {
            JobTabs(current: .crews).html
            if plan.crews.isEmpty {
                FailedState(
                    Words("Aucune équipe", "No crew"),
                    Words("Importez-les : vigie import crews FICHIER", "Import them: vigie import crews FILE"))
            } else {
                if !plan.rotas.isEmpty { onCall }
                table
            }
        }
    }

    private var onCall: HTML {
        Panel(Words("D'astreinte maintenant", "On call now")) {
            Facts(
                plan.rotas.map { rota in
                    (
                        plan.departmentTitle(rota.department),
                        (plan.onCall(rota.department, at: now, wall)?.title ?? Words("personne", "nobody")).html
                    )
                })
        }.html
    }

    private var table: HTML {
        DataTable(
            Words("Équipes", "Crews"),
            columns: [
                .init(Words("Équipe", "Crew")), .init(Words("Service", "Department")), .init(Words("Compétences", "Skills")),
                .init(Words("Véhicule", "Vehicle")), .init(Words("Horaires", "Hours")), .init(Words("Ouvertes", "Open"), numeric: true),
                .init(Words("À faire", "To do"), numeric: true),
            ],
            rows: plan.crews.map { crew in
                DataTable.Row {
                    HTML.of {
                        a(.href(JobQuery().with { $0.crew = crew.code }.address)) { crew.title }
                        if crew.isContractor {
                            " "
                            span(.class("mark")) { Words("prestataire", "contractor") }
                        }
                    }
                    join(crew.departments.map(plan.departmentTitle))
                    join(crew.skills.map(plan.skillTitle))
                    plan[vehicle: crew.vehicle]?.title ?? Words("—", "—")
                    hours(crew)
                    HTML.number(load[crew.code]?.jobs ?? 0)
                    HTML.span(.minutes(Int64(load[crew.code]?.minutes ?? 0)))
                }
            }
        ).html
    }

    private func join(_ words: [Words]) -> Words {
        Words(words.map(\.french).joined(separator: ", "), words.map(\.english).joined(separator: ", "))
    }

    private static func text(_ shifts: [Crew.Shift]) -> String {
        shifts.map { "\(WallText.time($0.from))–\(WallText.time($0.to))" }.joined(separator: ", ")
    }

    /// Days of the same hours together.
    private func hours(_ crew: Crew) -> HTML {
        var groups: [(from: Int, to: Int, text: String)] = []
        for (day, shifts) in crew.shifts.enumerated() {
            let text = CrewsPage.text(shifts)
            if text.isEmpty { continue }
            if let last = groups.last, last.text == text, last.to == day - 1 {
                groups[groups.count - 1].to = day
            } else {
                groups.append((day, day, text))
            }
        }
        return HTML.of {
            for group in groups {
                p {
                    CrewsPage.days[group.from]
                    if group.to > group.from {
                        "–"
                        CrewsPage.days[group.to]
                    }
                    " \(group.text)"
                }
            }
            let today = wall.day(at: now)
            if let name = crew.holidays?.name(of: today) {
                p(.class("quiet")) { Words("aujourd'hui férié : \(name.french)", "holiday today: \(name.english)") }
            }
            for one in (crew.exceptions ?? []).filter({ $0.to >= today }).sorted(by: { $0.from < $1.from }).prefix(5) {
                p(.class("quiet")) {
                    HTML.time(wall.instant(one.from, minute: 720), .date)
                    if one.to > one.from {
                        "–"
                        HTML.time(wall.instant(one.to, minute: 720), .date)
                    }
                    " "
                    one.shifts.isEmpty ? Words("absente", "away").html : .text(CrewsPage.text(one.shifts))
                }
            }
        }
    }
}
