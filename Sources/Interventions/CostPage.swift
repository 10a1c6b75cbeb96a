// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Time and cost of the work that ended in some days, by sort of work, department and commune.
struct CostPage {
    var costs: [PlanStore.Cost]
    var plan: CrewPlan
    var communes: [String: String]
    /// Days since 1970-01-01, both included.
    var days: ClosedRange<Int64>

    private var span: String { "from=\(WallText.day(days.lowerBound))&to=\(WallText.day(days.upperBound))" }

    var page: Page {
        Page(
            title: Words("Temps et coûts", "Time and cost"), place: "jobs", trail: [.init(Words("Interventions", "Jobs"), "/console/jobs")],
            actions: ButtonLink(Words("CSV", "CSV"), "/console/jobs/costs.csv?\(span)", .quiet).html
        ) {
            JobTabs(current: .costs).html
            form(.method("get"), .action("/console/jobs/costs"), .class("row")) {
                Field("from", Words("Finies du", "Done from"), type: "date", value: WallText.day(days.lowerBound), isRequired: true)
                Field("to", Words("au", "to"), type: "date", value: WallText.day(days.upperBound), isRequired: true)
                Button(Words("Voir", "Show"), .plain)
            }
            p(.class("quiet")) {
                Words(
                    "Heures des équipes à leur taux, et dépenses notées. Un prestataire compte par ses dépenses notées et son taux.",
                    "Hours of the crews at their rates, and costs noted. A contractor counts by costs noted and its rate.")
            }
            DataTable(
                Words("Temps et coûts", "Time and cost"),
                columns: [
                    .init(Words("Sorte de travail", "Sort of work")), .init(Words("Service", "Department")),
                    .init(Words("Commune", "Commune")), .init(Words("Interventions", "Jobs"), numeric: true),
                    .init(Words("Temps", "Time"), numeric: true), .init(Words("Coût", "Cost"), numeric: true),
                    .init(Words("Coût moyen", "Mean cost"), numeric: true),
                ],
                rows: costs.map { one in
                    DataTable.Row {
                        one.title
                        plan.departmentTitle(one.department)
                        HTML.text(communes[one.commune] ?? one.commune)
                        HTML.number(one.jobs)
                        HTML.span(.minutes(Int64(one.minutes)))
                        HTML.quantity(Double(one.cents) / 100, decimals: 2, unit: "€")
                        HTML.quantity(Double(one.cents) / 100 / Double(max(1, one.jobs)), decimals: 2, unit: "€")
                    }
                }, empty: EmptyState(Words("Aucune intervention finie ces jours-là.", "No job done on those days.")))
        }
    }

    /// The same as a table for a spreadsheet.
    func csv(_ language: Language) -> String {
        var text = "category;title;department;insee;commune;jobs;minutes;euros\r\n"
        for one in costs {
            let cells = [
                one.category, one.title(language), one.department, one.commune, communes[one.commune] ?? "", "\(one.jobs)",
                "\(one.minutes)", "\(one.cents / 100).\(one.cents % 100 < 10 ? "0" : "")\(one.cents % 100)",
            ]
            text += cells.map { CSV.cell($0) }.joined(separator: ";") + "\r\n"
        }
        return text
    }
}
