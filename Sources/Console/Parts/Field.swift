// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One labelled field of a form, with its hint and its error tied to it for screen readers.
package struct Field: Content {
    var name: String
    var title: Words
    var type: String
    var value: String
    var hint: Words?
    var error: Words?
    var autocomplete: String
    var isRequired: Bool
    var unit: String
    var attributes: [Attribute]

    package init(
        _ name: String, _ title: Words, type: String = "text", value: String = "", hint: Words? = nil, error: Words? = nil,
        autocomplete: String = "off", isRequired: Bool = false, unit: String = "", _ attributes: Attribute...
    ) {
        (self.name, self.title, self.type, self.value, self.hint) = (name, title, type, value, hint)
        (self.error, self.autocomplete, self.isRequired, self.unit) = (error, autocomplete, isRequired, unit)
        self.attributes = attributes
    }

    package var html: HTML {
        FieldFrame(name: name, title: title, hint: hint, error: error, isRequired: isRequired).around { tied in
            let own: [Attribute] = [
                .id("field-\(name)"), .name(name), .type(type), .value(value), .autocomplete(autocomplete),
                .when(isRequired, .required), .when(type == "number", .named("inputmode", "decimal")),
            ]
            let box = input(own + tied + attributes)
            if unit.isEmpty { return box }
            return span(.class("field-with-unit")) {
                box
                span(unit, .class("field-unit"))
            }
        }
    }
}

/// A choice of one.
package struct Choice: Content {
    var name: String
    var title: Words
    var options: [(value: String, title: Words)]
    var value: String
    var hint: Words?
    var error: Words?
    var attributes: [Attribute]

    package init(
        _ name: String, _ title: Words, _ options: [(value: String, title: Words)], value: String = "", hint: Words? = nil,
        error: Words? = nil, _ attributes: Attribute...
    ) {
        (self.name, self.title, self.options, self.value) = (name, title, options, value)
        (self.hint, self.error, self.attributes) = (hint, error, attributes)
    }

    package var html: HTML {
        FieldFrame(name: name, title: title, hint: hint, error: error, isRequired: false).around { tied in
            selectElement([.id("field-\(name)"), .name(name)] + tied + attributes) {
                for choice in options {
                    option(choice.title, .value(choice.value), .when(choice.value == value, .selected))
                }
            }
        }
    }
}

/// Several lines of text.
package struct TextArea: Content {
    var name: String
    var title: Words
    var value: String
    var rows: Int
    var hint: Words?
    var error: Words?
    var isRequired: Bool

    package init(
        _ name: String, _ title: Words, value: String = "", rows: Int = 3, hint: Words? = nil, error: Words? = nil, isRequired: Bool = false
    ) {
        (self.name, self.title, self.value, self.rows) = (name, title, value, rows)
        (self.hint, self.error, self.isRequired) = (hint, error, isRequired)
    }

    package var html: HTML {
        FieldFrame(name: name, title: title, hint: hint, error: error, isRequired: isRequired).around { tied in
            textarea([.id("field-\(name)"), .name(name), .named("rows", String(rows)), .when(isRequired, .required)] + tied) { value }
        }
    }
}

/// A box to tick.
package struct Tick: Content {
    var name: String
    var title: Words
    var value: String
    var isOn: Bool
    package init(_ name: String, _ title: Words, value: String = "on", isOn: Bool = false) {
        (self.name, self.title, self.value, self.isOn) = (name, title, value, isOn)
    }
    package var html: HTML {
        label(.class("tick")) {
            input(.type("checkbox"), .name(name), .value(value), .when(isOn, .checked))
            span(title)
        }
    }
}

/// Label, hint and error round a control.
private struct FieldFrame {
    var name: String
    var title: Words
    var hint: Words?
    var error: Words?
    var isRequired: Bool

    func around(_ control: ([Attribute]) -> HTML) -> HTML {
        let notes = [hint == nil ? nil : "hint-\(name)", error == nil ? nil : "error-\(name)"].compactMap { $0 }
        let tied: [Attribute] = [
            .when(!notes.isEmpty, .aria(.describedby, notes.joined(separator: " "))), .when(error != nil, .aria(.invalid, true)),
        ]
        return div(.class("field", error == nil ? "" : "field-wrong")) {
            label(.for("field-\(name)")) {
                title
                if isRequired { span(Words("(obligatoire)", "(required)"), .class("field-required")) }
            }
            if let hint { p(hint, .class("field-hint"), .id("hint-\(name)")) }
            control(tied)
            if let error { p(error, .class("field-error"), .id("error-\(name)")) }
        }
    }
}
