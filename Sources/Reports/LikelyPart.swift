// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Watch

/// What a report may be the same as: each with the reason, and one click to join.
struct LikelyPart {
    var found: WhileTyping
    var tree: CategoryTree
    /// Address of the report's acts; nil where nobody may act.
    var acts: String?

    var html: HTML {
        guard !found.likely.isEmpty || !found.outages.isEmpty else { return .empty }
        return Panel(Words("Peut-être déjà connu", "Perhaps known already"), id: "duplicates") {
            ul(.class("rows")) {
                for (index, one) in found.likely.enumerated() {
                    li {
                        p {
                            a(.href("/console/reports/\(one.report.reference)")) { "\(one.report.reference)" }
                            " "
                            tree.title(one.report.category)
                            " "
                            StateBadge(one.report.state.tone, one.report.state.title)
                        }
                        p(.class("quiet")) { one.reason }
                        if let acts { join(one.report.reference, acts, isFirst: index == 0) }
                    }
                }
                for one in found.outages { li { OutageLine(outage: one).html } }
            }
        }.html
    }

    private func join(_ reference: ReportReference, _ acts: String, isFirst: Bool) -> HTML {
        form(.method("post"), .action(acts)) {
            HTML.csrf
            input(.type("hidden"), .name("act"), .value("duplicate"))
            input(.type("hidden"), .name("duplicate-of"), .value("\(reference)"))
            button(.class("button", "button-small"), .type("submit"), .when(isFirst, .data("hotkey", "d"))) {
                span(Words("Joindre à \(reference)", "Join to \(reference)"))
                if isFirst { key("d") }
            }
        }
    }
}

/// An asset that says itself that it is out of order.
struct OutageLine {
    var outage: WhileTyping.Outage

    var html: HTML {
        HTML.of {
            p {
                StateBadge(.alarm, Words("Panne", "Outage"))
                " "
                outage.trouble.kind
                " : "
                outage.trouble.state
                if let since = outage.trouble.since {
                    Words(" depuis ", " since ")
                    HTML.time(since)
                }
            }
            p(.class("quiet")) { outage.reason }
        }
    }
}
