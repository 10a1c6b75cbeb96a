// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// The alarm list: what stands, worst first, with what to do about it. It is a table and a form; scripts make it live.
package struct AlarmPage {
    package var lines: [AlarmLine]
    package var filter: AlarmQuery
    package var load: AlarmLoad
    package var names: Names
    package var person: Person
    package var now: Instant

    package init(
        lines: [AlarmLine], filter: AlarmQuery, load: AlarmLoad, names: Names, person: Person, now: Instant
    ) {
        (self.lines, self.filter, self.load, self.names) = (lines, filter, load, names)
        (self.person, self.now) = (person, now)
    }

    package var page: Page {
        Page(
            title: Words("Alarmes", "Alarms"), place: "alarms",
            actions: HTML.of {
                custom("alarm-sound")
                a(.class("button", "button-quiet"), .href("/console/alarms/review")) { Words("Bilan", "Review") }
                a(.class("button", "button-quiet"), .href("/console/alarms/hand-over")) { Words("Relève", "Hand-over") }
                a(.class("button", "button-quiet"), .href("/console/help/alarms"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            LoadMeterPart(load: load, reach: Reach(person, "alarms"), now: now).html
            filters
            bulkForm
            table
        }
    }

    private var shown: [AlarmLine] { lines.filter(filter.matches).sorted { key($0) > key($1) } }
    private func key(_ line: AlarmLine) -> String { AlarmRow(line, names: names, now: now).sortKey }

    private func count(_ filter: AlarmQuery) -> Int { lines.lazy.filter(filter.matches).count }

    private func link(_ title: Words, _ isCurrent: Bool, _ change: (inout AlarmQuery) -> Void) -> FilterLink {
        let target = filter.with(change)
        return FilterLink(title, target.address, count: count(target), isCurrent: isCurrent)
    }

    private var filters: HTML {
        HTML.of {
            filterLinks(
                Words("Montrer", "Show"),
                AlarmQuery.Show.allCases.map { show in link(show.title, filter.show == show) { $0.show = show } })
            filterLinks(
                Words("Priorité", "Priority"),
                [link(Words("Toutes", "All"), filter.priority == nil) { $0.priority = nil }]
                    + Priority.allCases.reversed().map { priority in
                        link(priority.title, filter.priority == priority) { $0.priority = priority }
                    })
            communeLinks
            if let condition = filter.condition, let title = lines.first(where: { $0.condition.key == condition })?.condition.title {
                filterLinks(
                    Words("Type", "Type"),
                    [link(title, true) { $0.condition = condition }, link(Words("Tous", "All"), false) { $0.condition = nil }])
            }
        }
    }

    private var communeLinks: HTML {
        let codes = Set(lines.flatMap { $0.communes.map(\.commune.insee) }).sorted { names.commune($0).french < names.commune($1).french }
        guard codes.count > 1 || filter.commune != nil else { return .empty }
        return details(.class("filter-more"), .when(filter.commune != nil, .open)) {
            summary { Words("Communes", "Communes") }
            filterLinks(
                Words("Commune", "Commune"),
                [link(Words("Toutes", "All"), filter.commune == nil) { $0.commune = nil }]
                    + codes.map { code in link(names.commune(code), filter.commune == code) { $0.commune = code } })
        }
    }

    private var mayAct: Bool { person.may(.operate, "alarms") }

    /// The form to which the buttons and boxes of all rows belong.
    private var bulkForm: HTML {
        form(.id(AlarmRow.form), .class("bulk"), .method("post"), .action("/console/alarms/acts")) {
            HTML.csrf
            input(.type("hidden"), .name("back"), .value(filter.address))
            if mayAct {
                button(
                    .type("submit"), .class("button"), .name("act"), .value("acknowledge"), .data("list-key", "A"),
                    .named("aria-keyshortcuts", "Shift+A")
                ) {
                    Words("Acquitter les cochées", "Acknowledge ticked")
                    span(.class("key-hint")) { Words(" (Maj A)", " (Shift A)") }
                }
                details {
                    summary(.class("button", "button-quiet")) { Words("Autres actes", "Other acts") }
                    div(.class("bulk-more")) {
                        textField("reason", Words("Motif", "Reason"))
                        choice("hours", Words("Mettre de côté pour", "Shelve for"), AlarmPage.shelfTimes, selected: "1")
                        submit(Words("Mettre de côté", "Shelve"), name: "act", value: "shelve")
                        submit(Words("Remettre en liste", "Unshelve"), name: "act", value: "unshelve")
                        submit(Words("Réarmer", "Reset"), name: "act", value: "reset")
                        submit(Words("Je m'en charge", "I take it"), name: "act", value: "take")
                    }
                }
            }
        }
    }

    static let shelfTimes: [(String, Words)] = [
        ("1", Words("1 heure", "1 hour")), ("4", Words("4 heures", "4 hours")), ("8", Words("8 heures", "8 hours")),
        ("24", Words("24 heures", "24 hours")),
    ]

    private var table: HTML {
        let all = shown
        let start = (filter.page - 1) * AlarmQuery.pageSize
        let rows = all.dropFirst(start).prefix(AlarmQuery.pageSize)
        return HTML.of {
            custom(
                "live-list", .id("alarm-list"), .named("topic", Reach(person, "alarms").topic("alarms")),
                .named("match", filter.match),
                .named("keep", String(AlarmQuery.pageSize))
            ) {
                custom("row-keys") {
                    custom("tick-all") {
                        Console.table(.class("data-table", "alarms")) {
                            caption(.class("sr-only")) { Words("Alarmes, les plus graves d'abord", "Alarms, worst first") }
                            head
                            tbody(.data("rows", "")) {
                                for line in rows { AlarmRow(line, names: names, now: now).html }
                            }
                        }
                        p(.class("ticked"), .data("ticked", ""), .role("status"))
                    }
                }
                div(.data("empty", ""), .when(!rows.isEmpty, .hidden)) { EmptyState(emptyWords) }
            }
            PageLinks(filter.page, of: (all.count + AlarmQuery.pageSize - 1) / AlarmQuery.pageSize) { [filter] page in
                var target = filter
                target.page = page
                return target.address
            }
        }
    }

    private var head: HTML {
        thead {
            tr {
                th(.scope("col")) {
                    input(.type("checkbox"), .data("all", ""), .hidden, .aria(.label, Words("Tout cocher", "Tick all")))
                }
                th(Words("Priorité", "Priority"), .scope("col"))
                th(Words("Alarme", "Alarm"), .scope("col"))
                th(Words("Depuis", "Since"), .scope("col"))
                th(Words("État", "State"), .scope("col"))
                th(Words("Nombre", "Count"), .scope("col"))
                th(Words("Actes", "Acts"), .scope("col"))
            }
        }
    }

    private var emptyWords: Words {
        filter == AlarmQuery()
            ? Words("Aucune alarme. Tout est calme.", "No alarm. All is calm.")
            : Words("Aucune alarme ne correspond à ce filtre.", "No alarm matches this filter.")
    }
}

extension AlarmQuery.Show {
    var title: Words {
        switch self {
        case .open: Words("En cours", "Standing")
        case .new: Words("À acquitter", "To acknowledge")
        case .held: Words("Mises de côté", "Put aside")
        case .all: Words("Toutes", "All")
        }
    }
}
