// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// What is proposed for a day, with its price, before anybody agrees.
package struct ProposalPage {
    package var number: Int64
    package var proposal: DayStore.Proposal
    /// Another way to the same end.
    package var other: DayStore.Proposal?
    /// The jobs that it speaks of.
    package var jobs: [Int64: Job]
    package var plan: CrewPlan
    package var streets: StreetStore.About?
    package var wall: WallTime
    package var now: Instant

    private var board: String { "/console/jobs/day?day=\(WallText.day(proposal.day))" }
    private var isWhole: Bool { proposal.kind == nil || proposal.kind == .day }

    private var title: Words {
        guard let job = proposal.urgent else { return Words("Plan proposé", "Proposed plan") }
        return proposal.kind == .drag
            ? Words("Déplacer l'intervention \(job) ?", "Move job \(job)?") : Words("Faire l'intervention \(job) ?", "Do job \(job)?")
    }

    package var page: Page {
        Page(
            title: title, place: "jobs",
            trail: [.init(Words("Interventions", "Jobs"), "/console/jobs"), .init(Words("Plan du jour", "Plan of the day"), board)]
        ) {
            custom("section", .id("proposal"), .class("stack"), .aria(.label, Words("Prix", "Price"))) {
                price
                if isWhole {
                    agree
                    for crew in plan.crews {
                        let row = proposal.assignments.filter { $0.crew == crew.code }
                        if !row.isEmpty { list(crew, row) }
                    }
                } else {
                    changes
                    agree
                }
            }
            if let other, let number = proposal.other { another(other, number) }
            if isWhole, !proposal.leftOut.isEmpty { leftOut }
        }
    }

    private var agree: HTML {
        form(.method("post"), .action("/console/jobs/day/accept"), .class("row")) {
            HTML.csrf
            input(.type("hidden"), .name("proposal"), .value("\(number)"))
            Button(
                isWhole ? Words("Accepter ce plan", "Accept this plan") : Words("Garder ce changement", "Keep this change"), .primary,
                icon: .check)
            ButtonLink(Words("Ne rien changer", "Change nothing"), board, .quiet)
        }
    }

    private var price: HTML {
        let price = proposal.price
        return Panel(Words("Ce que cela change", "What it changes")) {
            p(.class("lead")) { price.words }
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
            if let off = proposal.offNetwork, !off.isEmpty {
                p(.class("quiet")) {
                    Words(
                        "À plus de 500 m de toute rue, comptées à vol d'oiseau : ",
                        "More than 500 m from every street, counted in a straight line: ")
                    off.prefix(30).map { String($0) }.joined(separator: ", ")
                }
            }
        }.html
    }

    private func standing(_ crew: String, _ at: Instant?) -> HTML {
        HTML.of {
            if let at {
                plan.crewTitle(crew)
                " "
                HTML.time(at, wall.day(of: at) == proposal.day ? .minutes : .dateAndTime)
            } else {
                Words("sans équipe", "without a crew")
            }
        }
    }

    private func name(_ job: Int64) -> HTML {
        a(.href("/console/jobs/\(job)")) {
            "\(job) "
            jobs[job]?.title ?? Words("", "")
        }
    }

    private var dropped: [DayStore.Proposal.LeftOutJob] {
        let placed = Set(proposal.assignments.map(\.job))
        return proposal.leftOut.filter { $0.was?.startsAt != nil && !placed.contains($0.job) && jobs[$0.job]?.place != nil }
    }

    private var changes: HTML {
        Panel(Words("Ce qui bouge", "What moves")) {
            ul(.class("stops")) {
                for one in proposal.assignments.sorted(by: {
                    ($0.job == proposal.urgent ? 0 : 1, $0.startsAt) < ($1.job == proposal.urgent ? 0 : 1, $1.startsAt)
                }) {
                    li {
                        name(one.job)
                        " : "
                        standing(one.was?.crew ?? "", one.was?.startsAt)
                        " → "
                        strong { standing(one.crew, one.startsAt) }
                        if jobs[one.job]?.promisedAt != nil {
                            " "
                            span(.class("mark")) { Words("promise", "promised") }
                        }
                    }
                }
                for one in dropped {
                    li {
                        name(one.job)
                        " : "
                        standing(one.was?.crew ?? "", one.was?.startsAt)
                        " → "
                        strong { Words("sortie du jour", "taken off the day") }
                        span(.class("quiet")) {
                            " · "
                            one.because
                        }
                    }
                }
            }
            if let job = proposal.urgent, let out = proposal.leftOut.first(where: { $0.job == job }) {
                Banner(.warning, Words("Elle n'a pas de place : \(out.because.french)", "It has no place: \(out.because.english)"))
            }
        }.html
    }

    private func another(_ other: DayStore.Proposal, _ number: Int64) -> HTML {
        Panel(Words("Une autre façon", "Another way")) {
            p {
                a(.href("/console/jobs/day/proposals/\(number)")) { other.price.words }
            }
        }.html
    }

    private func list(_ crew: Crew, _ row: [DayRules.Assignment]) -> HTML {
        Panel(crew.title) {
            ol(.class("stops")) {
                for one in row.sorted(by: { $0.startsAt < $1.startsAt }) {
                    li {
                        HTML.time(one.startsAt, .minutes)
                        " "
                        name(one.job)
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
                        name(one.job)
                        " · "
                        one.because
                    }
                }
            }
        }.html
    }
}
