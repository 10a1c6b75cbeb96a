// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// One line of the alarm list as a table row: in the page, and as a fragment on the live feed. It is the same for all readers
/// of a language: what a person may do is decided by the form to which the buttons belong, which is theirs.
package struct AlarmRow {
    package var line: AlarmLine
    package var names: Names
    package var now: Instant

    package init(_ line: AlarmLine, names: Names, now: Instant) { (self.line, self.names, self.now) = (line, names, now) }

    /// The id of the form on the page that the buttons and boxes of rows belong to.
    package static let form = "alarm-acts"

    package var html: HTML {
        let target = line.target.description
        if line.isGone { return tr(.id("line-\(target)"), .data("gone", "")) }
        return tr(
            .id("line-\(target)"), .class("alarm", "is-\(line.priority.key)", line.state.wantsAcknowledgement ? "is-new" : ""),
            .data("row", ""), .data("sort", sortKey), .data("priority", line.priority.rawValue),
            .data("show", AlarmQuery.shows(line).map(\.rawValue).joined(separator: " ")),
            .data("communes", line.communes.map { $0.commune.insee.isEmpty ? "-" : $0.commune.insee }.joined(separator: " ")),
            .data("condition", line.condition.key), .data("assigned", line.assignedTo ?? "-"),
            .data("acknowledged", line.state.wantsAcknowledgement ? 0 : 1)
        ) {
            td(.class("tick")) {
                input(
                    .type("checkbox"), .name("target"), .value(target), .named("form", AlarmRow.form),
                    .aria(.label, Words("Cocher : \(line.title.french)", "Tick: \(line.title.english)")))
            }
            td(.class("alarm-priority")) { PriorityBadge(line.priority) }
            th(.scope("row")) { what }
            td(.class("alarm-since")) { HTML.ago(line.since, now: now) }
            td(.class("alarm-state")) { state }
            td(.class("number")) { line.count > 1 ? HTML.number(line.count) : HTML.empty }
            td(.class("acts")) { acts }
        }
    }

    /// Largest first: what wants an acknowledgement, then priority, then the newest.
    var sortKey: String {
        let group = line.state.isHeld ? 0 : line.state.wantsAcknowledgement ? 2 : 1
        let time = String(max(0, line.since.milliseconds))
        return "\(group)\(line.priority.rawValue)" + String(repeating: "0", count: max(0, 15 - time.count)) + time
    }

    private var what: HTML {
        HTML.of {
            a(.href("/console/alarms/\(line.target)"), .class("alarm-title")) { line.title }
            div(.class("alarm-where")) {
                if let root = line.root {
                    a(.href(names.sheet(root)), .data("key", "f")) { names.id(root) }
                }
                for place in line.communes.prefix(3) { span { names.commune(place.commune) } }
                if line.communes.count > 3 {
                    span { Words("et \(line.communes.count - 3) autres", "and \(line.communes.count - 3) more") }
                }
                if line.isFlapping { span(.class("label")) { Words("battement", "flapping") } }
                if line.escalation > 0 { span(.class("label", "is-warning")) { Words("escaladée", "escalated") } }
                if line.occurrences > 1 { span { Words("\(line.occurrences) fois", "\(line.occurrences) times") } }
                if line.comments > 0 { span { Words("\(line.comments) commentaire(s)", "\(line.comments) comment(s)") } }
            }
            details(.class("alarm-help"), .data("key", "i")) {
                summary { Words("Que faire ?", "What to do?") }
                AlarmRow.documentation(line.condition)
            }
        }
    }

    /// The documentation of an alarm type on the spot (ISA-18.2 §10: rationalisation).
    package static func documentation(_ condition: Condition) -> HTML {
        dl(.class("facts")) {
            dt { Words("Cause", "Cause") }
            dd { condition.cause }
            dt { Words("Conséquence", "Consequence") }
            dd { condition.consequence }
            dt { Words("À faire", "What to do") }
            dd { condition.response }
        }
    }

    private var state: HTML {
        HTML.of {
            div { line.state.title }
            small(.class("quiet")) {
                if let by = line.acknowledgedBy, let at = line.acknowledgedAt {
                    Words("par \(by), ", "by \(by), ")
                    HTML.time(at, .minutes)
                } else if let until = line.heldUntil {
                    Words("jusqu'à ", "until ")
                    HTML.time(until, .minutes)
                    if let why = line.heldWhy { " (\(why))" }
                }
                if let assigned = line.assignedTo { Words(" pour \(assigned)", " for \(assigned)") }
            }
        }
    }

    private var acts: HTML {
        let target = line.target.description
        return HTML.of {
            if line.state.wantsAcknowledgement {
                button(
                    .type("submit"), .class("button", "button-small"), .named("form", AlarmRow.form), .name("one"),
                    .value("acknowledge \(target)"), .data("key", "a")
                ) { Words("Acquitter", "Acknowledge") }
            }
            a(.class("button", "button-small", "button-quiet"), .href("/console/alarms/\(target)#shelve"), .data("key", "s")) {
                Words("Mettre de côté", "Shelve")
            }
            a(.class("button", "button-small", "button-quiet"), .href("/console/orders/new?target=\(target)"), .data("key", "o")) {
                Words("Ordre", "Order")
            }
        }
    }
}
