// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What stands where there is nothing: says so, and what to do about it. 'No alarm' is good news and looks like it.
package struct EmptyState: Content {
    var title: Words
    var detail: Words?
    var action: HTML
    var icon: Icon
    package init(_ title: Words, _ detail: Words? = nil, icon: Icon = .check, action: HTML = .empty) {
        (self.title, self.detail, self.icon, self.action) = (title, detail, icon, action)
    }
    package var html: HTML {
        div(.class("empty-state")) {
            icon.html
            p(title, .class("empty-title"))
            if let detail { p(detail, .class("quiet")) }
            action
        }
    }
}

/// A part of a page that could not be made, while the rest stands: what failed, since when, what still works.
package struct FailedState: Content {
    var title: Words
    var detail: Words
    var action: HTML
    package init(_ title: Words, _ detail: Words, action: HTML = .empty) {
        (self.title, self.detail, self.action) = (title, detail, action)
    }
    package var html: HTML {
        div(.class("failed-state"), .role("alert")) {
            Icon.warning.html
            div {
                p(title, .class("empty-title"))
                p(detail)
                action
            }
        }
    }
}

/// Says that what is shown is no longer live, and of when it is.
package struct StaleNote: Content {
    var since: Instant
    package init(since: Instant) { self.since = since }
    package var html: HTML {
        p(.class("stale-note"), .role("status")) {
            Icon.clock.html
            Words("Données figées depuis ", "Data frozen since ")
            HTML.time(since)
        }
    }
}

/// Grey bars in place of text that is on its way; screen readers hear one word.
package struct Skeleton: Content {
    var lines: Int
    package init(lines: Int = 3) { self.lines = max(1, min(20, lines)) }
    package var html: HTML {
        div(.class("skeleton"), .role("status")) {
            span(Words("Chargement…", "Loading…"), .class("sr-only"))
            for _ in 0..<lines { span(.class("skeleton-line"), .aria(.hidden, true)) }
        }
    }
}

/// A short message that comes and goes at the edge; scripts put it in `#toasts`, pages may show one after a redirect.
package struct Toast: Content {
    var tone: Banner.Tone
    var message: Words
    package init(_ tone: Banner.Tone, _ message: Words) { (self.tone, self.message) = (tone, message) }
    package var html: HTML { div(message, .class("toast", "toast-\(tone.rawValue)")) }
}
