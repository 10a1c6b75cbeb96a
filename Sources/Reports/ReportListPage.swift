// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// The list of reports: what is late first, filters that are links, and a search in words.
package struct ReportListPage {
    package var reports: [Report]
    package var hasMore: Bool
    /// Of those not looked at yet: something open may be the same.
    package var marked: Set<Report.Number> = []
    package var query: ReportQuery
    package var counts: [Report.State: Int]
    /// Open reports whose promise will be broken, as things stand.
    package var atRisk = 0
    package var tree: CategoryTree
    package var ground: Ground
    package var isWhole: Bool
    package var mayMake: Bool
    package var now: Instant

    package var page: Page {
        Page(
            title: Words("Signalements", "Reports"), place: "reports",
            actions: HTML.of {
                if mayMake { ButtonLink(Words("Nouveau signalement", "New report"), "/console/reports/new", .primary, icon: .plus) }
                ButtonLink(Words("Statistiques", "Figures"), "/console/reports/statistics", .quiet, icon: .chart)
                ButtonLink(Words("Exporter", "Export"), query.address(at: "/console/reports.csv"), .quiet, icon: .download)
            }
        ) {
            search
            filters
            table
            pages
        }
    }

    private var search: HTML {
        form(.role("search"), .method("get"), .action("/console/reports"), .class("row")) {
            for (name, value) in hidden { input(.type("hidden"), .name(name), .value(value)) }
            label(.class("field")) {
                span { Words("Référence, mots ou adresse", "Reference, words or address") }
                input(.type("search"), .name("q"), .value(query.words), .named("maxlength", "100"))
            }
            Button(Words("Chercher", "Search"))
        }
    }

    private var hidden: [(String, String)] {
        [
            ("show", query.show == .open ? "" : query.show.text), ("category", query.category ?? ""), ("commune", query.commune ?? ""),
            ("department", query.department ?? ""), ("channel", query.channel?.rawValue ?? ""), ("sort", query.isNewestFirst ? "new" : ""),
        ].filter { !$0.1.isEmpty }
    }

    private func link(_ title: Words, _ count: Int? = nil, isCurrent: Bool, _ change: (inout ReportQuery) -> Void) -> Tabs.Tab {
        Tabs.Tab(title, query.with(change).address, isCurrent: isCurrent, count: count)
    }

    private var filters: HTML {
        let open = counts.filter { $0.key.isOpen }.reduce(0) { $0 + $1.value }
        return HTML.of {
            FilterLinks(
                Words("Montrer", "Show"),
                [
                    link(Words("À traiter", "Open"), open, isCurrent: query.show == .open) { $0.show = .open },
                    link(Words("En retard", "Late"), isCurrent: query.show == .late) { $0.show = .late },
                    link(Words("Promesses en danger", "Promises at risk"), atRisk, isCurrent: query.show == .risk) { $0.show = .risk },
                ]
                    + Report.State.allCases.map { state in
                        link(state.title, counts[state] ?? 0, isCurrent: query.show == .state(state)) { $0.show = .state(state) }
                    } + [link(Words("Tous", "All"), isCurrent: query.show == .all) { $0.show = .all }])
            categoryLinks
            details(.class("filter-more"), .when(query.department != nil || query.commune != nil || query.channel != nil, .open)) {
                summary { Words("Service, commune, canal, tri", "Department, commune, channel, order") }
                departmentLinks
                communeLinks
                channelLinks
                FilterLinks(
                    Words("Tri", "Order"),
                    [
                        link(Words("Les plus en retard d'abord", "Late first"), isCurrent: !query.isNewestFirst) {
                            $0.isNewestFirst = false
                        },
                        link(Words("Les plus récents d'abord", "Newest first"), isCurrent: query.isNewestFirst) {
                            $0.isNewestFirst = true
                        },
                    ])
            }
        }
    }

    private var categoryLinks: HTML {
        let chosen = query.category.map { tree.branch(of: $0) }
        return HTML.of {
            FilterLinks(
                Words("Catégorie", "Category"),
                [link(Words("Toutes", "All"), isCurrent: chosen == nil) { $0.category = nil }]
                    + tree.branches.map { branch in
                        link(branch.title, isCurrent: query.category == branch.code) { $0.category = branch.code }
                    })
            if let chosen {
                FilterLinks(
                    tree[chosen]?.title ?? Words(chosen, chosen),
                    tree.categories.filter { $0.code != chosen && tree.branch(of: $0.code) == chosen }.map { category in
                        link(category.title, isCurrent: query.category == category.code) { $0.category = category.code }
                    })
            }
        }
    }

    private var departmentLinks: HTML {
        FilterLinks(
            Words("Service", "Department"),
            [link(Words("Tous", "All"), isCurrent: query.department == nil) { $0.department = nil }]
                + tree.departments.map { one in link(one.title, isCurrent: query.department == one.code) { $0.department = one.code } }
        ).html
    }

    private var communeLinks: HTML {
        FilterLinks(
            Words("Commune", "Commune"),
            [link(Words("Toutes", "All"), isCurrent: query.commune == nil) { $0.commune = nil }]
                + ground.communes.sorted { $0.value < $1.value }.map { code, name in
                    link(Words(name, name), isCurrent: query.commune == code) { $0.commune = code }
                }
        ).html
    }

    private var channelLinks: HTML {
        FilterLinks(
            Words("Canal", "Channel"),
            [link(Words("Tous", "All"), isCurrent: query.channel == nil) { $0.channel = nil }]
                + Report.Channel.allCases.map { one in link(one.title, isCurrent: query.channel == one) { $0.channel = one } }
        ).html
    }

    private var table: HTML {
        // The list asks for itself anew at news: filters, words and rights are then the server's. Whoever sees some communes asks at times.
        custom("live-list", .id("report-list"), .when(isWhole, .named("follow", "reports")), .when(!isWhole, .named("poll", "5"))) {
            custom("row-keys") {
                Console.table(.class("data-table", "as-cards")) {
                    caption(.class("sr-only")) { Words("Signalements", "Reports") }
                    thead {
                        tr {
                            th(Words("Référence", "Reference"), .scope("col"))
                            th(Words("Catégorie", "Category"), .scope("col"))
                            th(Words("Lieu", "Place"), .scope("col"))
                            th(Words("État", "State"), .scope("col"))
                            th(Words("Promis pour", "Promised for"), .scope("col"))
                            th(Words("Service", "Department"), .scope("col"))
                            th(Words("Reçu", "Received"), .scope("col"))
                        }
                    }
                    tbody(.data("rows", "")) { for report in reports { row(report) } }
                }
            }
            div(.data("empty", ""), .when(!reports.isEmpty, .hidden)) { EmptyState(emptyWords) }
        }
    }

    private var emptyWords: Words {
        query == ReportQuery()
            ? Words("Aucun signalement à traiter.", "No report is open.")
            : Words("Aucun signalement ne correspond à ce filtre.", "No report matches this filter.")
    }

    private func row(_ report: Report) -> HTML {
        tr(.id("report-\(report.number.value)"), .data("row", ""), .when(report.isLate(at: now), .class("is-late"))) {
            th(.scope("row")) { a(.href("/console/reports/\(report.reference)")) { "\(report.reference)" } }
            td {
                tree.title(report.category)
                if marked.contains(report.number) {
                    a(.class("mark"), .href("/console/reports/\(report.reference)#duplicates")) { Words("doublon ?", "duplicate?") }
                }
                if report.photos > 0 { span(.class("mark")) { Words("photo", "photo") } }
            }
            td {
                report.address
                if report.place != nil {
                    if !report.address.isEmpty { ", " }
                    ground.communeName(report.commune.insee)
                }
            }
            td { StateBadge(report.state.tone, report.state.title) }
            td {
                HTML.time(report.promisedAt, .date)
                if report.isLate(at: now) {
                    " "
                    StateBadge(.warning, Words("en retard", "late"))
                }
            }
            td { tree.department(report.department)?.title ?? Words(report.department, report.department) }
            td { HTML.ago(report.createdAt, now: now) }
        }
    }

    private var pages: HTML {
        guard query.page > 1 || hasMore else { return .empty }
        return nav(.class("pages"), .aria(.label, Words("Pages", "Pages"))) {
            if query.page > 1 { ButtonLink(Words("Page précédente", "Previous page"), at(query.page - 1), .quiet) }
            if hasMore, query.page < ReportQuery.lastPage { ButtonLink(Words("Page suivante", "Next page"), at(query.page + 1), .quiet) }
        }
    }

    private func at(_ page: Int) -> String {
        var target = query
        target.page = page
        return target.address
    }
}
