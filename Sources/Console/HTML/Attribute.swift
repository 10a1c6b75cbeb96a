// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One attribute of an element. Its name is always a constant of the source; event handlers and `style` are not offered, because the
/// content security policy would refuse them anyway.
package struct Attribute: Sendable {
    let name: StaticString
    let value: Value

    enum Value: Sendable {
        case absent, flag
        case text(String)
        case dataText(String)
        case words(Words)
        case formatted(@Sendable (Audience) -> String)
    }

    init(_ name: StaticString, _ value: Value) { (self.name, self.value) = (name, value) }

    /// Any attribute by its constant name. For addresses use `href`, `action` and `src`, which refuse scripts.
    package static func named(_ name: StaticString, _ value: String) -> Attribute { Attribute(name, .text(value)) }
    package static func named(_ name: StaticString, _ value: Words) -> Attribute { Attribute(name, .words(value)) }
    package static func flag(_ name: StaticString) -> Attribute { Attribute(name, .flag) }

    /// The attribute where the condition holds, else nothing.
    package static func when(_ condition: Bool, _ attribute: @autoclosure () -> Attribute) -> Attribute {
        condition ? attribute() : Attribute("", .absent)
    }

    package static func id(_ value: String) -> Attribute { .named("id", value) }
    package static func `class`(_ names: String...) -> Attribute { .named("class", names.filter { !$0.isEmpty }.joined(separator: " ")) }
    package static func title(_ words: Words) -> Attribute { .named("title", words) }
    package static func title(_ text: String) -> Attribute { .named("title", text) }
    package static func title(_ write: @escaping @Sendable (Audience) -> String) -> Attribute { Attribute("title", .formatted(write)) }
    package static func lang(_ language: Language) -> Attribute { .named("lang", language.rawValue) }
    package static func role(_ value: String) -> Attribute { .named("role", value) }
    package static func tabindex(_ value: Int) -> Attribute { .named("tabindex", String(value)) }
    package static let hidden = Attribute.flag("hidden")

    package static func href(_ address: String) -> Attribute { .named("href", safe(address)) }
    package static func src(_ address: String) -> Attribute { .named("src", safe(address)) }
    package static func action(_ address: String) -> Attribute { .named("action", safe(address)) }
    package static func rel(_ value: String) -> Attribute { .named("rel", value) }
    package static func datetime(_ at: Instant) -> Attribute { .named("datetime", at.iso8601) }

    /// `aria-…`: `.aria("label", Words("Fermer", "Close"))`.
    package static func aria(_ name: AriaName, _ value: String) -> Attribute { Attribute(name.name, .text(value)) }
    package static func aria(_ name: AriaName, _ value: Words) -> Attribute { Attribute(name.name, .words(value)) }
    package static func aria(_ name: AriaName, _ value: Bool) -> Attribute { Attribute(name.name, .text(value ? "true" : "false")) }
}

/// Names of ARIA attributes that pages use; the list is closed so that a typing error does not compile.
package enum AriaName: Sendable {
    case label, labelledby, describedby, current, live, busy, expanded, controls, hidden, invalid, pressed, selected, sort, checked
    case disabled, haspopup, atomic, valuenow, valuemin, valuemax, valuetext, errormessage, rowcount, modal, keyshortcuts, relevant

    var name: StaticString {
        switch self {
        case .label: "aria-label"
        case .labelledby: "aria-labelledby"
        case .describedby: "aria-describedby"
        case .current: "aria-current"
        case .live: "aria-live"
        case .busy: "aria-busy"
        case .expanded: "aria-expanded"
        case .controls: "aria-controls"
        case .hidden: "aria-hidden"
        case .invalid: "aria-invalid"
        case .pressed: "aria-pressed"
        case .selected: "aria-selected"
        case .sort: "aria-sort"
        case .checked: "aria-checked"
        case .disabled: "aria-disabled"
        case .haspopup: "aria-haspopup"
        case .atomic: "aria-atomic"
        case .valuenow: "aria-valuenow"
        case .valuemin: "aria-valuemin"
        case .valuemax: "aria-valuemax"
        case .valuetext: "aria-valuetext"
        case .errormessage: "aria-errormessage"
        case .rowcount: "aria-rowcount"
        case .modal: "aria-modal"
        case .keyshortcuts: "aria-keyshortcuts"
        case .relevant: "aria-relevant"
        }
    }
}

extension Attribute {
    /// `data-…` for the custom elements; the name is written as a constant without `data-`, in lower case with hyphens.
    package static func data(_ name: StaticString, _ value: String) -> Attribute { Attribute(name, .dataText(value)) }
    package static func data(_ name: StaticString, _ value: Int) -> Attribute { Attribute(name, .dataText(String(value))) }
}

/// An address that may stand in a page: our own paths, anchors, queries, http(s), mail, telephone and places. Anything else, above all
/// `javascript:`, becomes `#`.
package func safe(_ address: String) -> String {
    let allowed = ["https://", "http://", "mailto:", "tel:", "geo:", "data:image/"]
    let hasControl = address.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard !hasControl, !address.hasPrefix("//"), !address.hasPrefix("/\\") else { return "#" }
    if let first = address.first, "/#?".contains(first) { return address }
    let lower = address.lowercased()
    return allowed.contains { lower.hasPrefix($0) } ? address : "#"
}
