// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Watch

/// One alarm in a list of few: priority, what, where it is told apart from its like, state, since when.
struct AlarmSentence: Content {
    var priority: Priority
    var title: Words
    var address: String
    var state: AlarmState
    var since: Instant
    /// Which asset and where, for lists over many assets.
    var place: HTML

    init(priority: Priority, title: Words, address: String, state: AlarmState, since: Instant, place: HTML = .empty) {
        (self.priority, self.title, self.address, self.state) = (priority, title, address, state)
        (self.since, self.place) = (since, place)
    }

    /// A line of the alarm list.
    init(_ line: AlarmLine, place: HTML = .empty) {
        self.init(
            priority: line.priority, title: line.title, address: "/console/alarms/\(line.target)", state: line.state, since: line.since,
            place: place)
    }

    var html: HTML {
        div(.class("alarm-sentence")) {
            PriorityBadge(priority)
            a(.href(address)) { title }
            if !place.isEmpty { span(place) }
            span(state.title)
            HTML.time(since)
        }
    }
}
