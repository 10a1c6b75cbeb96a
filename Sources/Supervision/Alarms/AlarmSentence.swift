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
    var place: HTML = .empty

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
