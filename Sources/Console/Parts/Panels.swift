// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A titled part of a page.
package struct Panel: Content {
    var title: Words
    var id: String?
    var actions: HTML
    var content: HTML
    package init(_ title: Words, id: String? = nil, actions: HTML = .empty, @Markup content: () -> HTML) {
        (self.title, self.id, self.actions, self.content) = (title, id, actions, content())
    }
    package var html: HTML {
        section(.class("panel"), .when(id != nil, .id(id ?? ""))) {
            header(.class("panel-head")) {
                h2(title)
                if !actions.isEmpty { div(.class("panel-actions")) { actions } }
            }
            div(.class("panel-body")) { content }
        }
    }
}

/// Names and values, two columns wide where there is room.
package struct Facts: Content {
    var facts: [(title: Words, value: HTML)]
    package init(_ facts: [(title: Words, value: HTML)]) { self.facts = facts }
    package var html: HTML {
        dl(.class("facts")) {
            for fact in facts {
                div {
                    dt(fact.title)
                    dd(fact.value)
                }
            }
        }
    }
}

/// What was wanted beside what is observed; where they differ, both stand out and a word says so.
package struct WantedObserved: Content {
    var wanted: HTML
    var observed: HTML
    var differs: Bool
    var isKnown: Bool

    /// `isKnown`: both are known, so that they can be compared.
    package init(wanted: some Content, observed: some Content, differs: Bool, isKnown: Bool = true) {
        (self.wanted, self.observed, self.differs, self.isKnown) = (wanted.html, observed.html, differs, isKnown)
    }
    package var html: HTML {
        div(.class("wanted-observed", differs ? "differs" : "")) {
            div {
                span(Words("Voulu", "Wanted"), .class("quiet"))
                span(wanted, .class("figure"))
            }
            span(!isKnown ? "?" : differs ? "≠" : "=", .class("compare"), .aria(.hidden, true))
            div {
                span(Words("Constaté", "Observed"), .class("quiet"))
                span(observed, .class("figure"))
            }
            if differs { p(Words("Écart", "They differ"), .class("differs-word")) }
        }
    }
}

/// One figure with its name: 'Alarmes en 10 min: 4'.
package struct Figure: Content {
    var title: Words
    var value: HTML
    var note: HTML
    package init(_ title: Words, _ value: some Content, note: HTML = .empty) {
        (self.title, self.value, self.note) = (title, value.html, note)
    }
    package var html: HTML {
        div(.class("figure-card")) {
            p(title, .class("quiet"))
            p(value, .class("figure"))
            if !note.isEmpty { p(note, .class("quiet")) }
        }
    }
}

/// A window over the page (`<dialog>`), opened by a script of ours through `data-opens="id"`. The same content must have an address of its
/// own for browsers without scripts.
package struct Window: Content {
    var id: String
    var title: Words
    var content: HTML
    var isOpen: Bool
    package init(id: String, _ title: Words, isOpen: Bool = false, @Markup content: () -> HTML) {
        (self.id, self.title, self.isOpen, self.content) = (id, title, isOpen, content())
    }
    package var html: HTML {
        dialog(.id(id), .class("window"), .aria(.labelledby, "\(id)-title"), .when(isOpen, .open)) {
            header(.class("window-head")) {
                h2(title, .id("\(id)-title"))
                form(.method("dialog")) { Button(Words("Fermer", "Close"), .quiet, icon: .cross, iconOnly: true) }
            }
            content
        }
    }
}
