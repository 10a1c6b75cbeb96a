// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// One choice of a filter: a link with its count; the current one is marked.
struct FilterLink {
    var title: Words
    var address: String
    var count: Int?
    var isCurrent: Bool
    /// The name under which `<live-counts>` keeps the count true; nil where nobody sends it.
    var liveCount: String?

    init(_ title: Words, _ address: String, count: Int? = nil, isCurrent: Bool, liveCount: String? = nil) {
        (self.title, self.address, self.count) = (title, address, count)
        (self.isCurrent, self.liveCount) = (isCurrent, liveCount)
    }
}

/// A row of choices under a common name, as Console's `FilterLinks` with counts that follow the live feed: filters are links, so
/// they need no script and can be sent to a colleague.
func filterLinks(_ title: Words, _ links: [FilterLink]) -> HTML {
    nav(.class("filters"), .aria(.label, title)) {
        ul {
            for link in links {
                li {
                    a(.href(link.address), .class("filter"), .when(link.isCurrent, .aria(.current, "true"))) {
                        link.title
                        if let count = link.count {
                            span(.class("filter-count"), .when(link.liveCount != nil, .data("count", link.liveCount ?? ""))) { count }
                        }
                    }
                }
            }
        }
    }
}

/// A labelled choice among values, for forms.
func choice(_ name: String, _ title: Words, _ options: [(String, Words)], selected: String = "", form: String? = nil) -> HTML {
    label(.class("field")) {
        span { title }
        selectElement(.name(name), .when(form != nil, .named("form", form ?? ""))) {
            for (value, words) in options {
                option(.value(value), .when(value == selected, .selected)) { words }
            }
        }
    }
}

/// A labelled line of text, for forms.
func textField(
    _ name: String, _ title: Words, value: String = "", type: String = "text", isRequired: Bool = false, limit: Int = 200,
    form: String? = nil
) -> HTML {
    label(.class("field")) {
        span { title }
        input(
            .type(type), .name(name), .value(value), .named("maxlength", String(limit)), .when(isRequired, .required),
            .when(form != nil, .named("form", form ?? "")))
    }
}

/// A submit button.
func submit(_ title: Words, _ classes: String = "", name: String? = nil, value: String = "", form: String? = nil) -> HTML {
    button(
        .type("submit"), .class("button", classes), .when(name != nil, .name(name ?? "")), .when(name != nil, .value(value)),
        .when(form != nil, .named("form", form ?? ""))
    ) { title }
}
