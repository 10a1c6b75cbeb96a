// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A button of a form, or of a script where `type` is `button`. What it does is written on it; an icon alone keeps the words as its name.
package struct Button: Content {
    var title: Words
    var look: Look
    var icon: Icon?
    var isIconOnly = false
    var attributes: [Attribute]

    package enum Look: String, Sendable { case plain, primary, danger, quiet }

    package init(_ title: Words, _ look: Look = .plain, icon: Icon? = nil, iconOnly: Bool = false, _ attributes: Attribute...) {
        (self.title, self.look, self.icon, isIconOnly, self.attributes) = (title, look, icon, iconOnly, attributes)
    }

    package var html: HTML {
        let base: [Attribute] = [
            .class("button", look == .plain ? "" : "button-\(look.rawValue)", isIconOnly ? "button-icon" : ""),
            .when(isIconOnly, .aria(.label, title)), .when(isIconOnly, .title(title)),
        ]
        return button(base + attributes) {
            icon?.html ?? .empty
            if !isIconOnly { span(title) }
        }
    }
}

/// A link that looks like a button: it goes somewhere, it changes nothing.
package struct ButtonLink: Content {
    var title: Words
    var address: String
    var look: Button.Look
    var icon: Icon?
    package init(_ title: Words, _ address: String, _ look: Button.Look = .plain, icon: Icon? = nil) {
        (self.title, self.address, self.look, self.icon) = (title, address, look, icon)
    }
    package var html: HTML {
        a(.class("button", look == .plain ? "" : "button-\(look.rawValue)"), .href(address)) {
            icon?.html ?? .empty
            span(title)
        }
    }
}
