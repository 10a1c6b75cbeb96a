// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// Orders: what is under way first, then those of before.
package struct OrderListPage {
    package var current: [OrderRecord]
    package var past: [OrderRecord]
    package var groups: [SavedGroup]
    package var person: Person

    package init(current: [OrderRecord], past: [OrderRecord], groups: [SavedGroup], person: Person) {
        (self.current, self.past, self.groups, self.person) = (current, past, groups, person)
    }

    package var page: Page {
        Page(
            title: Words("Ordres", "Orders"), place: "orders",
            actions: HTML.of {
                ButtonLink(Words("Nouvel ordre", "New order"), "/console/orders/new", .primary, icon: .order)
                a(.class("button", "button-quiet"), .href("/console/help/orders"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            Panel(Words("En cours", "Under way")) {
                custom("live-list", .id("orders-live"), .named("follow", topic)) {
                    div(.data("rows", "")) {
                        for order in current {
                            div(.class("order-line")) {
                                p {
                                    a(.href("/console/orders/\(order.id)")) { Words("Ordre \(order.id)", "Order \(order.id)") }
                                    " · "
                                    order.command.words
                                    " · \(order.reason) · \(order.login)"
                                }
                                OrderProgressPart(id: order.id, phase: order.phase, counts: order.counts).html
                            }
                        }
                        if current.isEmpty { EmptyState(Words("Aucun ordre en cours.", "No order under way.")) }
                    }
                }
            }
            Panel(Words("Terminés", "Ended")) {
                custom("live-list", .id("orders-ended"), .named("follow", topic)) {
                    DataTable(
                        Words("Ordres terminés", "Ended orders"),
                        columns: [
                            .init(Words("Ordre", "Order")), .init(Words("Commande", "Command")), .init(Words("Motif", "Reason")),
                            .init(Words("Par", "By")), .init(Words("Donné", "Placed")), .init(Words("Fin", "End")),
                            .init(Words("Prouvés", "Confirmed"), numeric: true),
                        ], rows: past.map(row), empty: EmptyState(Words("Aucun ordre terminé.", "No ended order.")))
                }
            }
            savedGroups
        }
    }

    private var topic: String { Reach(person, "orders").topic("orders") }

    private func row(_ order: OrderRecord) -> DataTable.Row {
        .init {
            a(.href("/console/orders/\(order.id)")) { String(order.id) }
            order.command.words
            order.reason
            order.login
            HTML.time(order.placedAt)
            order.end?.words ?? order.phase.words
            HTML.of {
                HTML.number(order.counts[.confirmed])
                " / "
                HTML.number(order.counts.total)
            }
        }
    }

    private var savedGroups: HTML {
        Panel(Words("Groupes enregistrés", "Saved groups")) {
            if groups.isEmpty {
                EmptyState(
                    Words("Aucun groupe.", "No group."),
                    Words("Sélectionnez sur la carte, puis enregistrez.", "Select on the map, then save."), icon: .layers,
                    action: ButtonLink(Words("Ouvrir la carte", "Open the map"), "/console/map", icon: .map).html)
            }
            ul(.class("rows")) {
                for group in groups {
                    li {
                        a(.href("/console/orders/new?group=\(group.id)")) { group.name }
                        small(.class("quiet")) { Words(" par \(group.author)", " by \(group.author)") }
                        if person.may(.manage, "orders") {
                            form(.method("post"), .action("/console/groups/\(group.id)/removal"), .class("inline")) {
                                HTML.csrf
                                submit(Words("Supprimer", "Remove"), "button-small")
                            }
                        }
                    }
                }
            }
        }.html
    }
}
