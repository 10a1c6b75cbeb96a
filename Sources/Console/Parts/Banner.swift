// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A sentence across the page about something that concerns all of it. Alarm and warning are announced at once to screen readers.
package struct Banner: Content {
    var tone: Tone
    var message: Words
    var action: HTML

    package enum Tone: String, Sendable, CaseIterable { case info, success, warning, alarm }

    package init(_ tone: Tone, _ message: Words, action: HTML = .empty) { (self.tone, self.message, self.action) = (tone, message, action) }

    package var html: HTML {
        div(.class("banner", "banner-\(tone.rawValue)"), .role(tone == .alarm || tone == .warning ? "alert" : "status")) {
            icon.html
            p(message)
            action
        }
    }

    private var icon: Icon {
        switch tone {
        case .info: .info
        case .success: .check
        case .warning: .warning
        case .alarm: .alarm
        }
    }
}
