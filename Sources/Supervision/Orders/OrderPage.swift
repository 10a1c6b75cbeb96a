// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// One order: what was wanted, by whom, what became of each asset, and what can still be done about it.
package struct OrderPage {
    package var order: OrderRecord
    package var lines: [LedgerLine]
    package var matching: Int
    package var status: LedgerStatus?
    package var page: Int
    package var isLive: Bool
    package var names: Names
    package var person: Person
    package var now: Instant

    package static let pageSize = 100

    package init(
        order: OrderRecord, lines: [LedgerLine], matching: Int, status: LedgerStatus?, page: Int, isLive: Bool, names: Names,
        person: Person, now: Instant
    ) {
        (self.order, self.lines, self.matching, self.status) = (order, lines, matching, status)
        (self.page, self.isLive, self.names, self.person, self.now) = (page, isLive, names, person, now)
    }

    private var path: String { "/console/orders/\(order.id)" }
    private var topic: String { Reach(person, "orders").topic("orders") }

    package var document: Page {
        Page(
            title: Words("Ordre \(order.id)", "Order \(order.id)"), place: "orders",
            trail: [.init(Words("Ordres", "Orders"), "/console/orders")],
            actions: HTML.of {
                ButtonLink(Words("CSV", "CSV"), "\(path)/ledger.csv", .quiet, icon: .download)
                a(.class("button", "button-quiet"), .href("/console/help/orders"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            if order.phase == .proposed { approval }
            custom(
                "live-list", .id("order-live"), .named("topic", topic), .named("match", "order=\(order.id)")
            ) {
                div(.data("rows", "")) { OrderProgressPart(id: order.id, phase: order.phase, counts: order.counts).html }
            }
            Panel(Words("L'ordre", "The order")) { facts }
            if order.end == nil && person.may(.operate, order.trade) { acts }
            ledger
        }
    }

    private var facts: some Content {
        let asked: [(title: Words, value: HTML)] = [
            (Words("Commande", "Command"), HTML.words(order.command.words)),
            (Words("Motif", "Reason"), HTML.text(order.reason)),
            (Words("Donné", "Placed"), moment(order.placedAt, by: order.login)),
        ]
        return Facts(
            asked + decisions + [
                (
                    Words("Jusqu'à", "Until"),
                    order.until == .distantFuture ? HTML.words(Words("nouvel ordre", "another order")) : HTML.time(order.until)
                ),
                (Words("Autorité", "Authority"), HTML.words(order.authority.words)),
                (
                    Words("Puissance", "Power"),
                    HTML.of {
                        HTML.quantity(Double(order.powerBefore) / 10_000, decimals: 1, unit: "kW")
                        " → "
                        HTML.quantity(Double(order.powerAfter) / 10_000, decimals: 1, unit: "kW")
                    }
                ),
            ])
    }

    /// Who let it go out, and why it is over.
    private var decisions: [(title: Words, value: HTML)] {
        var found: [(title: Words, value: HTML)] = []
        if let at = order.approvedAt { found.append((Words("Approuvé", "Approved"), moment(at, by: order.approvedBy ?? "vigie"))) }
        if let at = order.endedAt, let end = order.end {
            found.append(
                (
                    Words("Fin", "End"),
                    HTML.of {
                        end.words
                        ", "
                        HTML.time(at)
                    }
                ))
        }
        return found
    }

    private func moment(_ at: Instant, by login: String) -> HTML {
        HTML.of {
            HTML.time(at)
            Words(" par \(login)", " by \(login)")
        }
    }

    private var approval: HTML {
        HTML.of {
            Banner(
                .warning,
                Words(
                    "Cet ordre attend l'accord d'une deuxième personne.", "This order waits for the approval of a second person."))
            if person.account != order.account && person.may(.operate, order.trade) {
                form(.method("post"), .action("\(path)/approval"), .class("row")) {
                    HTML.csrf
                    submit(Words("Approuver et envoyer", "Approve and send"), "button-primary", name: "answer", value: "approve")
                    submit(Words("Refuser", "Reject"), name: "answer", value: "reject")
                }
            }
        }
    }

    private var acts: HTML {
        form(.method("post"), .action("\(path)/end"), .class("row")) {
            HTML.csrf
            if order.phase == .proposed {
                submit(Words("Retirer la proposition", "Withdraw the proposal"), name: "how", value: "cancel")
            } else {
                running
            }
        }
    }

    private var running: HTML {
        HTML.of {
            submit(Words("Annuler : rendre au programme", "Cancel: back to programme"), name: "how", value: "cancel")
            submit(Words("Revenir à l'état d'avant", "Roll back to before"), name: "how", value: "rollback")
        }
    }

    private func address(_ status: LedgerStatus?, page: Int = 1) -> String {
        Console.address(path, ["status": status.map { String(describing: $0) }, "page": page == 1 ? nil : String(page)])
    }

    private var ledger: HTML {
        HTML.of {
            FilterLinks(
                Words("Registre", "Ledger"),
                [.init(Words("Tous", "All"), address(nil), isCurrent: status == nil, count: order.counts.total)]
                    + LedgerStatus.allCases.filter { order.counts[$0] > 0 || status == $0 }.map {
                        .init($0.words, address($0), isCurrent: status == $0, count: order.counts[$0])
                    })
            custom(
                "live-list", .id("order-ledger"), .named("follow", topic), .named("about", "\"order-progress-\(order.id)\"")
            ) {
                DataTable(
                    Words("Registre de l'ordre", "Ledger of the order"),
                    columns: [
                        .init(Words("Équipement", "Asset")), .init(Words("Résultat", "Result")),
                        .init(Words("Avant", "Before"), numeric: true), .init(Words("Demandé", "Wanted"), numeric: true),
                        .init(Words("Envois", "Sends"), numeric: true), .init(Words("Dernier fait", "Last event")),
                    ], rows: lines.map(row), empty: EmptyState(Words("Aucune ligne.", "No line.")))
            }
            PageLinks(page, of: (matching + OrderPage.pageSize - 1) / OrderPage.pageSize) { [self] in address(status, page: $0) }
        }
    }

    /// What a gateway said when it refused: the words of docs/protocols.md in the reader's language, any other as they came.
    static func refusal(_ why: String) -> Words {
        switch why {
        case "no supply": Words("sans alimentation", "no supply")
        case "local mode": Words("en commande locale", "local mode")
        case "no answer over radio": Words("sans réponse radio", "no answer over radio")
        case "unknown device": Words("inconnu de la passerelle", "unknown device")
        default: Words("« \(why) »", "'\(why)'")
        }
    }

    private func row(_ line: LedgerLine) -> DataTable.Row {
        .init {
            a(.href(names.sheet(line.asset))) { names.id(line.asset) }
            HTML.of {
                StateBadge(line.status.tone, line.status.words)
                if let interlock = line.interlock { " "; small(.class("quiet")) { interlock.words } }
                if !line.why.isEmpty { " "; small(.class("quiet")) { OrderPage.refusal(line.why) } }
            }
            line.before.map { HTML.quantity(Double($0), decimals: 0, unit: "%") } ?? HTML.text("–")
            line.isToProgramme
                ? HTML.words(Words("programme", "programme"))
                : line.target.map { HTML.quantity(Double($0), decimals: 0, unit: "%") } ?? HTML.text("–")
            HTML.number(line.sends)
            HTML.time(line.changedAt, .time)
        }
    }
}

/// The ledger of an order in one bar; the fragment that the live feed sends while it runs.
package struct OrderProgressPart {
    package var id: UInt64
    package var phase: OrderPhase
    package var counts: LedgerCounts

    package init(id: UInt64, phase: OrderPhase, counts: LedgerCounts) { (self.id, self.phase, self.counts) = (id, phase, counts) }

    package var html: HTML {
        div(.id("order-progress-\(id)"), .class("order-progress"), .data("order", String(id))) {
            p {
                strong(phase.words)
                ", "
                counts[.confirmed]
                Words(" prouvé\(counts[.confirmed] > 1 ? "s" : "") sur ", " confirmed of ")
                counts.total
            }
            PartsBar(
                Words("Avancement", "Progress"),
                LedgerStatus.allCases.filter { counts[$0] > 0 }.map { .init($0.words, $0.tone, counts[$0]) })
        }
    }
}

extension LedgerStatus {
    var tone: StateSpec.Tone {
        switch self {
        case .confirmed: .active
        case .waiting, .sent, .accepted: .notice
        case .refused, .timedOut: .alarm
        case .blocked, .outranked: .warning
        case .expired, .superseded, .cancelled: .disabled
        }
    }
}

extension Command {
    var words: Words {
        switch self {
        case .level(0): Words("Éteindre", "Off")
        case .level(100): Words("Allumer à 100 %", "On at 100%")
        case .level(let level): Words("Régler à \(level) %", "Dim to \(level)%")
        case .programme: Words("Rendre au programme", "Back to programme")
        }
    }
}

extension Authority {
    var words: Words {
        switch self {
        case .byDefault: Words("par défaut", "by default")
        case .programme: Words("programme", "programme")
        case .operator: Words("opérateur", "operator")
        case .incident: Words("incident", "incident")
        case .safety: Words("sécurité", "safety")
        }
    }
}
