// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// How it went: by category, commune, department or month, over a span that is an address.
struct ReportFiguresPage {
    let query: ReportFiguresQuery
    let figures: [ReportFigures]
    let tree: CategoryTree
    let ground: Ground

    var page: Page {
        Page(
            title: Words("Statistiques des signalements", "Figures of reports"), place: "reports",
            trail: [.init(Words("Signalements", "Reports"), "/console/reports")],
            actions: ButtonLink(
                Words("Exporter", "Export"), query.address(at: "/console/reports/statistics.csv"), .quiet, icon: .download
            ).html
        ) {
            form(.method("get"), .action("/console/reports/statistics"), .class("row")) {
                input(.type("hidden"), .name("by"), .value(query.side.rawValue))
                Field("from", Words("Du", "From"), type: "date", value: query.fromText)
                Field("until", Words("Au (compris)", "To (included)"), type: "date", value: query.lastText)
                Button(Words("Montrer", "Show"))
            }
            FilterLinks(
                Words("Par", "By"),
                ReportFigures.Side.allCases.map { side in
                    Tabs.Tab(side.title, query.with(side).address(at: "/console/reports/statistics"), isCurrent: side == query.side)
                })
            if let all { summary(all) }
            table
        }
    }

    private var all: ReportFigures? {
        figures.isEmpty ? nil : figures.reduce(ReportFigures(key: "")) { $0 + $1 }
    }

    private func summary(_ all: ReportFigures) -> HTML {
        div(.class("figure-row")) {
            Figure(Words("Signalements", "Reports"), HTML.number(all.count))
            Figure(Words("Encore ouverts", "Still open"), HTML.number(all.open))
            Figure(
                Words("Promesse tenue", "Promise kept"), ReportFiguresPage.percent(all.keptPercent),
                note: HTML.words(Words("des \(all.ended) terminés", "of \(all.ended) done")))
            Figure(
                Words("Jours, un sur deux", "Days, one in two"), ReportFiguresPage.days(all.medianDays),
                note: HTML.of {
                    Words("neuf sur dix : ", "nine in ten: ")
                    ReportFiguresPage.days(all.ninetiethDays)
                })
            Figure(
                Words("Réglé, disent-ils", "Solved, they say"), ReportFiguresPage.percent(all.confirmedPercent),
                note: HTML.words(
                    Words("\(all.confirmed) oui, \(all.contested) non", "\(all.confirmed) yes, \(all.contested) no")))
        }
    }

    private var table: HTML {
        DataTable(
            Words("Par \(query.side.title.french)", "By \(query.side.title.english)"),
            columns: [.init(query.side.title)] + ReportFiguresPage.columns.map { .init($0, numeric: true) },
            rows: figures.map { one in
                .init {
                    title(one.key)
                    HTML.number(one.count)
                    HTML.number(one.open)
                    HTML.number(one.ended)
                    HTML.number(one.rejected)
                    ReportFiguresPage.percent(one.keptPercent)
                    ReportFiguresPage.days(one.medianDays)
                    ReportFiguresPage.days(one.ninetiethDays)
                    HTML.number(one.byProof[.telemetry] ?? 0)
                    HTML.number(one.byProof[.photos] ?? 0)
                    HTML.number(one.byProof[.word] ?? 0)
                    ReportFiguresPage.percent(one.confirmedPercent)
                }
            },
            empty: EmptyState(
                Words("Aucun signalement dans cette période", "No report in this span"),
                Words("Choisissez d'autres dates.", "Choose other days."))
        ).html
    }

    private static let columns = [
        Words("Signalés", "Reported"), Words("Ouverts", "Open"), Words("Terminés", "Done"), Words("Rejetés", "Rejected"),
        Words("Promesse tenue", "Promise kept"), Words("Jours (médiane)", "Days (median)"), Words("Jours (9 sur 10)", "Days (9 in 10)"),
        Words("Preuve : mesure", "Proof: reading"), Words("Preuve : photos", "Proof: photos"), Words("Preuve : parole", "Proof: word"),
        Words("Réglé, disent-ils", "Solved, they say"),
    ]

    func title(_ key: String) -> Words {
        switch query.side {
        case .branch, .category: tree[key].map { $0.title } ?? Words(key, key)
        case .commune: ground.communeName(key)
        case .department: tree.department(key)?.title ?? Words(key, key)
        case .month: Words(key, key)
        }
    }

    private static func percent(_ value: Int?) -> HTML { value.map { HTML.words(Words("\($0) %", "\($0)%")) } ?? HTML.text("—") }
    private static func days(_ value: Int?) -> HTML { value.map { HTML.number($0) } ?? HTML.text("—") }

    func csv(_ language: Language) -> String {
        let head = ([Words("code", "code"), query.side.title] + ReportFiguresPage.columns).map { $0(language) }
        let rows = figures.map { one -> [String] in
            func text(_ value: Int?) -> String { value.map(String.init) ?? "" }
            return [
                one.key, title(one.key)(language), "\(one.count)", "\(one.open)", "\(one.ended)", "\(one.rejected)", text(one.keptPercent),
                text(one.medianDays), text(one.ninetiethDays), "\(one.byProof[.telemetry] ?? 0)", "\(one.byProof[.photos] ?? 0)",
                "\(one.byProof[.word] ?? 0)", text(one.confirmedPercent),
            ]
        }
        return ([head] + rows).map { $0.map { CSV.cell($0, separator: ";") }.joined(separator: ";") }.joined(separator: "\r\n") + "\r\n"
    }
}

extension ReportFigures.Side {
    var title: Words {
        switch self {
        case .branch: Words("famille", "branch")
        case .category: Words("catégorie", "category")
        case .commune: Words("commune", "commune")
        case .department: Words("service", "department")
        case .month: Words("mois", "month")
        }
    }
}
