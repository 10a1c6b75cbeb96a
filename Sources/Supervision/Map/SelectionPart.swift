// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Watch

/// What is selected on the map, as the panel beside it says it: one asset in short, or how many of what, and where to go from here.
/// While the map shows the past the panel does too, and gives no order.
struct SelectionPart {
    var numbers: [Asset.Number]
    /// The states of `at`.
    var columns: StateColumns
    var single: AssetView?
    /// The moment that the map shows; nil is now.
    var at: Instant?
    var names: Names
    var person: Person

    var html: HTML {
        div(.data("selection-body", "")) {
            if let single { one(single) } else { many }
            if let at { past(at) } else if person.may(.operate, "orders"), !numbers.isEmpty { acts }
        }
    }

    private func one(_ view: AssetView) -> HTML {
        HTML.of {
            h2 { a(.href(names.sheet(view.number))) { names.id(view.number) } }
            p {
                view.kind.title; ", "; names.commune(view.commune)
            }
            p { StateBadge(names.state(at == nil ? view.state : columns.states[view.number.index], of: view.kind)) }
            if let level = view.level, at == nil {
                p {
                    Words("Constaté : ", "Observed: ")
                    HTML.quantity(Double(level), decimals: 0, unit: "%")
                    if let wanted = view.wanted {
                        Words(", voulu : ", ", wanted: ")
                        HTML.quantity(Double(wanted), decimals: 0, unit: "%")
                    }
                }
            }
            ButtonLink(Words("Ouvrir la fiche", "Open the sheet"), names.sheet(view.number))
        }
    }

    private func past(_ at: Instant) -> HTML {
        p(.class("quiet")) {
            Words("État à ", "State at ")
            HTML.time(at)
            Words(". Un ordre se donne sur la carte de maintenant.", ". Orders are given on the map of now.")
        }
    }

    private var many: HTML {
        HTML.of {
            h2 { Words("\(numbers.count) équipements", "\(numbers.count) assets") }
            ul(.class("rows")) {
                for (key, count) in tally {
                    li {
                        StateBadge(names.state(UInt8(key % 32), of: names.directory.kinds[key / 32]))
                        " "
                        strong(count)
                    }
                }
            }
        }
    }

    private var tally: [(Int, Int)] {
        var counts: [Int: Int] = [:]
        for number in numbers where number.index < columns.count && Int(columns.kinds[number.index]) < names.directory.kinds.count {
            counts[MapStyle.key(kind: Int(columns.kinds[number.index]), state: Int(columns.states[number.index] & 31)), default: 0] += 1
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    }

    private var acts: HTML {
        let packed = PackedNumbers.write(numbers)
        return HTML.of {
            form(.method("post"), .action("/console/orders/preview"), .class("inline")) {
                HTML.csrf
                input(.type("hidden"), .name("scope"), .value("assets"))
                input(.type("hidden"), .name("which"), .value("#" + packed))
                submit(Words("Donner un ordre", "Give an order"), "button-primary")
            }
            details {
                summary { Words("Enregistrer comme groupe", "Save as a group") }
                form(.method("post"), .action("/console/groups"), .class("row")) {
                    HTML.csrf
                    input(.type("hidden"), .name("assets"), .value(packed))
                    textField("name", Words("Nom du groupe", "Name of the group"), isRequired: true, limit: 80)
                    submit(Words("Enregistrer", "Save"))
                }
            }
        }
    }
}
