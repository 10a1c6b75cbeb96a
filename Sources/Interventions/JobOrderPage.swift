// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// The mission order of one job on paper: what a crew needs on the spot, and lines to write on when there is no telephone.
package struct JobOrderPage {
    package var job: Job
    package var waiting: [Job.Number]
    package var asset: String?
    package var plan: CrewPlan
    package var commune: String
    package var now: Instant

    package var page: Page {
        Page(title: Words("Ordre de mission \(job.number.value)", "Mission order \(job.number.value)"), place: "jobs", layout: .bare) {
            section(.class("print")) {
                h1(Words("Ordre de mission \(job.number.value)", "Mission order \(job.number.value)"))
                h2(job.title)
                Facts([
                    (Words("Équipe", "Crew"), plan.crewTitle(job.crew).html),
                    (Words("Le", "On"), job.plannedAt.map { HTML.time($0) } ?? HTML.text("—")),
                    (Words("Durée estimée", "Estimate"), HTML.span(.minutes(Int64(job.needs.minutes)))),
                    (Words("Adresse", "Address"), HTML.text([job.address, commune].filter { !$0.isEmpty }.joined(separator: ", "))),
                    (Words("Position", "Position"), HTML.text(job.place.map { "\($0.latitude), \($0.longitude)" } ?? "—")),
                    (Words("Équipement", "Asset"), HTML.text(asset ?? "—")),
                    (Words("Matériel", "Equipment"), HTML.text(job.needs.equipment.joined(separator: ", "))),
                    (
                        Words("Pièces", "Parts"),
                        HTML.text(job.needs.parts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", "))
                    ),
                    (Words("Urgence", "Urgency"), job.urgency.jobTitle.html),
                ])
                if !job.details.isEmpty { p(.class("said")) { job.details } }
                if !job.needs.safety.isEmpty || !waiting.isEmpty {
                    h2(Words("Avant de commencer", "Before you start"))
                    ul {
                        for one in job.needs.safety {
                            li {
                                one.title
                                " : "
                                job.confirmed.contains(one) ? Words("confirmé", "confirmed") : Words("À CONFIRMER", "TO BE CONFIRMED")
                            }
                        }
                        for number in waiting {
                            li { Words("Attendre l'intervention \(number.value)", "Wait for job \(number.value)") }
                        }
                    }
                }
                h2(Words("Sur place", "On the spot"))
                for line in [
                    Words("Arrivée, départ :", "Arrival, departure:"), Words("Fait :", "Done:"), Words("Pièces posées :", "Parts used:"),
                    Words("Signature :", "Signature:"),
                ] {
                    p {
                        line
                        " ____________________________________________"
                    }
                }
                p(.class("quiet")) {
                    Words("Imprimé le ", "Printed ")
                    HTML.time(now)
                }
            }
        }
    }
}
