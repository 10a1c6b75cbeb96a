// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The state of an asset: a mark whose shape says as much as its colour, and its words.
package struct StateBadge: Content {
    var tone: StateSpec.Tone
    var title: Words
    package init(_ tone: StateSpec.Tone, _ title: Words) { (self.tone, self.title) = (tone, title) }
    package init(_ state: StateSpec) { self.init(state.tone, state.title) }

    package var html: HTML {
        span(.class("state", "tone-\(tone.rawValue)")) {
            tone.mark
            span(title, .class("state-text"))
        }
    }
}

extension StateSpec.Tone {
    /// The mark alone: unknown a dashed ring, idle a ring, active a disc, notice a half disc, stale a clock, warning a triangle, alarm a diamond, lost a
    /// crossed ring, disabled a bar.
    package var mark: HTML { sprite("mark-\(rawValue)", "mark") }
}

/// The priority of an alarm: colour, shape and number each say it (ISA-101: never colour alone).
package struct PriorityBadge: Content {
    var priority: Priority
    /// False for the mark alone with its words for screen readers.
    var hasText: Bool
    package init(_ priority: Priority, text: Bool = true) { (self.priority, hasText) = (priority, text) }

    package var html: HTML {
        span(.class("priority", "priority-\(priority.key)")) {
            sprite("priority-\(priority.key)", "mark")
            span(priority.title, .class(hasText ? "priority-text" : "sr-only"))
        }
    }
}

extension Priority {
    package var title: Words {
        switch self {
        case .low: Words("Basse", "Low")
        case .medium: Words("Moyenne", "Medium")
        case .high: Words("Haute", "High")
        case .critical: Words("Critique", "Critical")
        }
    }
}

/// A small count or word beside something: 'nouveau', '12'.
package struct Label: Content {
    var text: HTML
    package init(_ text: some Content) { self.text = text.html }
    package var html: HTML { span(text, .class("label")) }
}

func sprite(_ name: String, _ style: String) -> HTML {
    custom("svg", .class(style), .named("aria-hidden", "true"), .named("focusable", "false")) {
        custom("use", .named("href", "/assets/icons.svg#\(name)"))
    }
}
