// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Inventory
package import Watch

/// Everything that the map shows, as a list: for whoever cannot see the map, and for whoever wants rows.
package struct AssetListPage {
    package struct Line: Sendable {
        package var record: AssetRecord
        package var kind: Kind?
        package var state: UInt8
        package var level: UInt8
        package init(record: AssetRecord, kind: Kind?, state: UInt8, level: UInt8) {
            (self.record, self.kind, self.state, self.level) = (record, kind, state, level)
        }
    }

    package var lines: [Line]
    package var total: Int
    package var filter: AssetFilter
    package var counts: [StateCount]
    package var communes: [CityOverview.Commune]
    package var names: Names
    /// Where the counts follow; '' for nowhere.
    package var topic: String

    package init(
        lines: [Line], total: Int, filter: AssetFilter, counts: [StateCount], communes: [CityOverview.Commune], names: Names,
        topic: String
    ) {
        (self.lines, self.total, self.filter) = (lines, total, filter)
        (self.counts, self.communes, self.names, self.topic) = (counts, communes, names, topic)
    }

    package var page: Page {
        Page(
            title: Words("Équipements", "Assets"), place: "assets",
            actions: HTML.of {
                ButtonLink(Words("Carte", "Map"), "/console/map", .quiet, icon: .map)
                a(.class("button", "button-quiet"), .href("/console/help/assets"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            search
            filters
            custom("live-counts", .named("topic", topic))
            p(.role("status")) {
                HTML.number(total); " "; Words("équipements", "assets")
            }
            table
            PageLinks(filter.page, of: (total + AssetFilter.pageSize - 1) / AssetFilter.pageSize) { [filter] page in
                var target = filter
                target.page = page
                return target.address
            }
        }
    }

    private var search: HTML {
        custom("asset-search") {
            form(.role("search"), .method("get"), .action("/console/assets"), .class("row")) {
                for (name, value) in [("kind", filter.kind), ("state", filter.state), ("commune", filter.commune)] where value != nil {
                    input(.type("hidden"), .name(name), .value(value ?? ""))
                }
                label(.class("field")) {
                    span { Words("Identité, nom ou adresse (touche /)", "Identity, name or address (key /)") }
                    input(.type("search"), .id("list-search"), .name("q"), .value(filter.text), .named("maxlength", "100"))
                }
                Button(Words("Chercher", "Search"))
            }
        }
    }

    private var filters: HTML {
        HTML.of {
            filterLinks(
                Words("Sorte", "Kind"),
                [
                    FilterLink(
                        Words("Toutes", "All"), filter.with { ($0.kind, $0.state) = (nil, nil) }.address, isCurrent: filter.kind == nil)
                ]
                    + names.directory.kinds.compactMap { kind in
                        let count = counts.filter { $0.kind == kind.name }.reduce(0) { $0 + $1.count }
                        guard count > 0 else { return nil }
                        return FilterLink(
                            kind.title, filter.with { ($0.kind, $0.state) = (kind.name.text, nil) }.address, count: count,
                            isCurrent: filter.kind == kind.name.text, liveCount: kind.name.text)
                    })
            filterLinks(
                Words("État", "State"),
                [
                    FilterLink(
                        Words("Tous", "All"), filter.with { ($0.state, $0.isAbnormal) = (nil, false) }.address,
                        isCurrent: filter.state == nil && !filter.isAbnormal),
                    FilterLink(
                        Words("Anormaux", "Abnormal"), filter.with { ($0.state, $0.isAbnormal) = (nil, true) }.address,
                        isCurrent: filter.isAbnormal),
                ] + stateLinks)
            details(.class("filter-more"), .when(filter.commune != nil, .open)) {
                summary { Words("Communes", "Communes") }
                filterLinks(
                    Words("Commune", "Commune"),
                    [FilterLink(Words("Toutes", "All"), filter.with { $0.commune = nil }.address, isCurrent: filter.commune == nil)]
                        + communes.sorted { names.commune($0.insee).french < names.commune($1.insee).french }.map { row in
                            let code = row.insee.isEmpty ? "-" : row.insee
                            return FilterLink(
                                names.commune(row.insee), filter.with { $0.commune = code }.address, count: row.total,
                                isCurrent: filter.commune == code)
                        })
            }
        }
    }

    private var stateLinks: [FilterLink] {
        guard let name = filter.kind, let index = names.directory.kinds.firstIndex(where: { $0.name.text == name }) else { return [] }
        let kind = names.directory.kinds[index]
        return kind.states.enumerated().filter { $1.isUsed }.map { code, state in
            FilterLink(
                state.title, filter.with { ($0.state, $0.isAbnormal) = (state.key, false) }.address,
                count: counts.first { $0.kind == kind.name && Int($0.state) == code }?.count ?? 0, isCurrent: filter.state == state.key,
                liveCount: "k\(MapStyle.key(kind: index, state: code))")
        }
    }

    private var table: HTML {
        custom("row-keys") {
            Console.table(.class("data-table", "as-cards")) {
                caption(.class("sr-only")) { Words("Équipements", "Assets") }
                thead {
                    tr {
                        th(Words("Identité", "Identity"), .scope("col"))
                        th(Words("Sorte", "Kind"), .scope("col"))
                        th(Words("État", "State"), .scope("col"))
                        th(Words("Niveau", "Level"), .scope("col"))
                        th(Words("Adresse", "Address"), .scope("col"))
                        th(Words("Commune", "Commune"), .scope("col"))
                    }
                }
                tbody(.data("rows", "")) { for line in lines { row(line) } }
            }
            if lines.isEmpty {
                p(.class("empty")) { Words("Aucun équipement ne correspond.", "No asset matches.") }
            }
        }
    }

    private func row(_ line: Line) -> HTML {
        tr(.data("row", "")) {
            th(.scope("row")) { a(.href("/console/assets/\(line.record.id)")) { line.record.id.text } }
            td { line.kind?.title ?? Words(line.record.kind.text, line.record.kind.text) }
            td { if let kind = line.kind { StateBadge(names.state(line.state, of: kind)) } }
            td(.class("number")) { line.level == Verdict.noLevel ? HTML.empty : HTML.quantity(Double(line.level), decimals: 0, unit: "%") }
            td { line.record.address }
            td { names.commune(line.record.commune) }
        }
    }
}
