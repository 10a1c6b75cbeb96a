// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Views of one thing under each other's addresses. They are links: they work without scripts and can be sent.
package struct Tabs: Content {
    package struct Tab: Sendable {
        var title: Words
        var address: String
        var isCurrent: Bool
        var count: Int?
        package init(_ title: Words, _ address: String, isCurrent: Bool = false, count: Int? = nil) {
            (self.title, self.address, self.isCurrent, self.count) = (title, address, isCurrent, count)
        }
    }

    var name: Words
    var tabs: [Tab]
    package init(_ name: Words, _ tabs: [Tab]) { (self.name, self.tabs) = (name, tabs) }

    package var html: HTML {
        nav(.class("tabs"), .aria(.label, name)) {
            ul {
                for tab in tabs {
                    li {
                        a(.href(tab.address), .when(tab.isCurrent, .aria(.current, "page"))) {
                            tab.title
                            if let count = tab.count { Label(HTML.number(count)) }
                        }
                    }
                }
            }
        }
    }
}

/// Filters of a list, each a link with the count of what it would show.
package struct FilterLinks: Content {
    var name: Words
    var filters: [Tabs.Tab]
    package init(_ name: Words, _ filters: [Tabs.Tab]) { (self.name, self.filters) = (name, filters) }

    package var html: HTML {
        nav(.class("filters"), .aria(.label, name)) {
            ul {
                for filter in filters {
                    li {
                        a(.href(filter.address), .class("filter"), .when(filter.isCurrent, .aria(.current, "true"))) {
                            filter.title
                            if let count = filter.count { span(HTML.number(count), .class("filter-count")) }
                        }
                    }
                }
            }
        }
    }
}

/// The states of a kind with their marks and how many are in each; with `name` each is a box to tick that scripts use as a layer switch.
package struct Legend: Content {
    package struct Entry: Sendable {
        var key: String
        var state: StateSpec
        var count: Int
        package init(_ key: String, _ state: StateSpec, count: Int) { (self.key, self.state, self.count) = (key, state, count) }
    }

    var title: Words
    var entries: [Entry]
    var name: String?
    package init(_ title: Words, _ entries: [Entry], name: String? = nil) { (self.title, self.entries, self.name) = (title, entries, name) }

    package var html: HTML {
        section(.class("legend"), .aria(.label, title)) {
            h3(title)
            ul {
                for entry in entries {
                    li(.data("state", entry.key)) { name.map { box(entry, $0) } ?? line(entry) }
                }
            }
        }
    }

    private func box(_ entry: Entry, _ name: String) -> HTML {
        label(.class("tick")) {
            input(.type("checkbox"), .name(name), .value(entry.key), .checked)
            line(entry)
        }
    }

    private func line(_ entry: Entry) -> HTML {
        span(.class("legend-line")) {
            StateBadge(entry.state)
            span(HTML.number(entry.count), .class("legend-count"), .data("count", entry.key))
        }
    }
}

/// What happened, newest first: time, mark, words.
package struct Timeline: Content {
    package struct Entry: Sendable {
        var at: Instant
        var tone: StateSpec.Tone
        var title: HTML
        var detail: HTML
        package init(at: Instant, _ tone: StateSpec.Tone = .idle, _ title: some Content, detail: HTML = .empty) {
            (self.at, self.tone, self.title, self.detail) = (at, tone, title.html, detail)
        }
    }

    var entries: [Entry]
    package init(_ entries: [Entry]) { self.entries = entries }

    package var html: HTML {
        ol(.class("timeline")) {
            for entry in entries {
                li(.class("tone-\(entry.tone.rawValue)")) {
                    entry.tone.mark
                    HTML.time(entry.at)
                    div {
                        p(entry.title, .class("timeline-title"))
                        if !entry.detail.isEmpty { div(.class("quiet")) { entry.detail } }
                    }
                }
            }
        }
    }
}
