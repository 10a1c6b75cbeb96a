// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How far something is: a bar with its words, `<progress>` for every reader.
package struct ProgressBar: Content {
    var title: Words
    var done: Int
    var total: Int
    /// Nil `total` means that the end is not known.
    package init(_ title: Words, done: Int, total: Int) { (self.title, self.done, self.total) = (title, max(0, done), max(0, total)) }

    package var html: HTML {
        div(.class("progress")) {
            label {
                span(title)
                span(HTML.formatted { [done, total] in "\($0.number(done)) / \($0.number(total))" }, .class("progress-text"))
                progressElement(.named("max", String(max(1, total))), .value(String(min(done, max(1, total)))))
            }
        }
    }
}

/// Parts of a whole in one bar with a legend that has the numbers: the ledger of an order, lamps by state.
package struct PartsBar: Content {
    package struct Part: Sendable {
        var title: Words
        var tone: StateSpec.Tone
        var count: Int
        package init(_ title: Words, _ tone: StateSpec.Tone, _ count: Int) {
            (self.title, self.tone, self.count) = (title, tone, max(0, count))
        }
    }

    var title: Words
    var parts: [Part]
    package init(_ title: Words, _ parts: [Part]) { (self.title, self.parts) = (title, parts) }

    package var html: HTML {
        div(.class("parts"), .role("group"), .aria(.label, title)) {
            custom(
                "svg", .class("parts-bar"), .named("viewBox", "0 0 1000 10"), .named("preserveAspectRatio", "none"), .aria(.hidden, true)
            ) {
                bars
            }
            ul {
                for part in parts {
                    li(.class("tone-\(part.tone.rawValue)")) {
                        part.tone.mark
                        span(part.title)
                        strong(HTML.number(part.count))
                    }
                }
            }
        }
    }

    private var bars: HTML {
        let total = Double(max(1, parts.reduce(0) { $0 + $1.count }))
        var left = 0.0
        var bars: [HTML] = []
        for part in parts where part.count > 0 {
            let width = Double(part.count) / total * 1000
            bars.append(
                custom(
                    "rect", .class("fill-\(part.tone.rawValue)"), .named("x", String(left)), .named("y", "0"),
                    .named("width", String(max(2, width - 2))), .named("height", "10")))
            left += width
        }
        return bars.html
    }
}

/// A value against the limits that make it good, worth watching or bad: the operator's alarm load against EEMUA 191, disk in use.
package struct Meter: Content {
    var title: Words
    var value: Double
    var shown: HTML
    var warning: Double
    var alarm: Double
    var top: Double
    var verdict: Words

    /// `shown` is the value as text with its unit; `verdict` says in words what the colour says ('acceptable').
    package init(_ title: Words, _ value: Double, shown: some Content, warning: Double, alarm: Double, top: Double, verdict: Words) {
        (self.title, self.value, self.shown) = (title, value, shown.html)
        (self.warning, self.alarm, self.top, self.verdict) = (warning, alarm, max(top, 1e-9), verdict)
    }

    private var tone: StateSpec.Tone { value >= alarm ? .alarm : value >= warning ? .warning : .idle }

    package var html: HTML {
        div(.class("meter", "tone-\(tone.rawValue)")) {
            p(.class("meter-title")) {
                span(title)
                span(shown, .class("meter-value"))
            }
            custom(
                "svg", .class("meter-bar"), .named("viewBox", "0 0 1000 12"), .named("preserveAspectRatio", "none"), .aria(.hidden, true)
            ) {
                rect("meter-track", 0, 1000, 0, 12)
                rect("fill-\(tone.rawValue)", 0, place(value), 0, 12)
                rect("meter-limit", place(warning) - 2, 4, 0, 12)
                rect("meter-limit", place(alarm) - 2, 4, 0, 12)
            }
            p(verdict, .class("meter-verdict"))
        }
    }

    private func place(_ value: Double) -> Double { (max(0, min(1, value / top)) * 10_000).rounded() / 10 }

    private func rect(_ style: String, _ x: Double, _ width: Double, _ y: Double, _ height: Double) -> HTML {
        custom(
            "rect", .class(style), .named("x", "\(x)"), .named("y", "\(y)"), .named("width", "\(max(0, width))"),
            .named("height", "\(height)"))
    }
}
