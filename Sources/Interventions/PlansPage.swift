// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom

/// Work that comes back: its plans, when each is due next, and a form for a new one.
package struct PlansPage {
    package var plans: [MaintenancePlan]
    package var plan: CrewPlan
    package var communes: [String: String]
    package var mayMake: Bool
    package var today: Int64

    package var page: Page {
        Page(
            title: Words("Entretien préventif", "Preventive maintenance"), place: "jobs",
            trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")]
        ) {
            JobTabs(current: .plans).html
            table
            if mayMake, !plan.departments.isEmpty { fresh }
        }
    }

    private func due(_ one: MaintenancePlan) -> HTML {
        if one.endedAt != nil { return HTML.words(Words("arrêté", "ended")) }
        var n = 0
        while PlanRules.day(one, n) < today { n += 1 }
        return HTML.time(Instant(seconds: PlanRules.day(one, n) * 86_400 + 43_200), .date)
    }

    private var table: HTML {
        DataTable(
            Words("Plans d'entretien", "Maintenance plans"),
            columns: [
                .init(Words("N°", "No.")), .init(Words("Quoi", "What")), .init(Words("Où", "Where")), .init(Words("Service", "Department")),
                .init(Words("Tous les", "Every")), .init(Words("Prochaine échéance", "Next due")),
                .init(Words("Arrêter", "End"), hidden: true),
            ],
            rows: plans.map { one in
                DataTable.Row(.id("plan-\(one.number)")) {
                    HTML.text("\(one.number)")
                    HTML.text(one.title)
                    HTML.text([one.address, communes[one.commune.insee] ?? ""].filter { !$0.isEmpty }.joined(separator: ", "))
                    plan.departmentTitle(one.department)
                    HTML.of {
                        "\(one.every) "
                        one.unit.title
                    }
                    due(one)
                    HTML.of {
                        if mayMake, one.endedAt == nil {
                            form(.method("post"), .action("/console/jobs/plans/\(one.number)/end")) {
                                HTML.csrf
                                Button(
                                    Words("Arrêter", "End"), .quiet,
                                    .aria(.label, Words("Arrêter le plan \(one.number)", "End plan \(one.number)")))
                            }
                        }
                    }
                }
            }, empty: EmptyState(Words("Aucun plan d'entretien.", "No maintenance plan."))
        ).html
    }

    private var fresh: HTML {
        details(.class("act")) {
            summary(.class("button", "button-quiet")) { Words("Nouveau plan", "New plan") }
            form(.method("post"), .action("/console/jobs/plans"), .class("stack")) {
                HTML.csrf
                Choice("department", Words("Service", "Department"), plan.departments.map { ($0.code, $0.title) })
                Field("title", Words("Quoi", "What"), isRequired: true)
                Choice(
                    "category", Words("Sorte de travail", "Sort of work"),
                    [("", Words("autre", "other"))] + plan.work.keys.sorted().map { ($0, Words($0, $0)) })
                Field("address", Words("Adresse", "Address"))
                Field(
                    "place", Words("Position", "Position"),
                    hint: Words("latitude, longitude : 47.32200, 5.04150", "latitude, longitude: 47.32200, 5.04150"))
                Field("asset", Words("Équipement (identité)", "Asset (identity)"))
                Field("every", Words("Tous les", "Every"), type: "number", value: "6", isRequired: true)
                Choice("unit", Words("Unité", "Unit"), MaintenancePlan.Unit.allCases.map { ($0.rawValue, $0.title) }, value: "month")
                Field("from", Words("À partir du", "From"), type: "date", value: WallText.day(today), isRequired: true)
                Field("ahead", Words("Jours d'avance", "Days ahead"), type: "number", value: "14", isRequired: true)
                Button(Words("Garder ce plan", "Keep this plan"), .primary)
            }
        }
    }
}
