// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom

/// The form of a job that somebody at the desk asks for.
package struct JobNewPage {
    package var plan: CrewPlan
    package var key: String
    /// From an asset's or an alarm's page: what is filled in already.
    package var typed: Form
    /// Open jobs of the same alarm.
    package var known: [Job] = []

    package var page: Page {
        Page(
            title: Words("Nouvelle intervention", "New job"), place: "jobs", trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")]
        ) {
            if plan.departments.isEmpty {
                FailedState(
                    Words("Aucune équipe", "No crew"),
                    Words("Importez-les : vigie import crews FICHIER", "Import them: vigie import crews FILE"))
            } else {
                for job in known {
                    Banner(
                        .info, Words("Une intervention est déjà ouverte.", "A job is open already."),
                        action: a(
                            Words("Intervention \(job.number.value)", "Job \(job.number.value)"), .href("/console/jobs/\(job.number.value)")
                        ))
                }
                full
            }
        }
    }

    private var full: HTML {
        form(.method("post"), .action("/console/jobs"), .class("stack")) {
            HTML.csrf
            input(.type("hidden"), .name("key"), .value(key))
            if let from = typed["from"] { input(.type("hidden"), .name("from"), .value(from)) }
            Choice(
                "department", Words("Service", "Department"), plan.departments.map { ($0.code, $0.title) }, value: typed["department"] ?? ""
            )
            Field("title", Words("Quoi", "What"), value: typed["title"] ?? "", isRequired: true)
            Choice(
                "category", Words("Sorte de travail (durée, compétences, pièces)", "Sort of work (time, skills, parts)"),
                [("", Words("autre", "other"))] + plan.work.keys.sorted().map { ($0, Words($0, $0)) }, value: typed["category"] ?? "")
            Field("address", Words("Adresse", "Address"), value: typed["address"] ?? "")
            Field(
                "place", Words("Position", "Position"), value: typed["place"] ?? "",
                hint: Words("latitude, longitude : 47.32200, 5.04150", "latitude, longitude: 47.32200, 5.04150"))
            Field("asset", Words("Équipement (identité sur le mât)", "Asset (identity on the pole)"), value: typed["asset"] ?? "")
            Choice(
                "urgency", Words("Urgence", "Urgency"), Urgency.allCases.map { ("\($0.rawValue)", $0.jobTitle) },
                value: typed["urgency"] ?? "0")
            Field("promised", Words("Promise pour (facultatif)", "Promised for (optional)"), type: "date", value: typed["promised"] ?? "")
            TextArea("details", Words("Consigne pour l'équipe", "Instruction for the crew"), value: typed["details"] ?? "")
            Button(Words("Demander", "Ask for it"), .primary)
        }
    }
}
