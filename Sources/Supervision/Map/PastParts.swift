// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
package import Foundation

/// The time machine beside the map: a field for the moment and, with script, a slider over what was recorded.
package struct PastParts: Sendable {
    /// The moment on the screen; nil is now.
    package var shown: Instant?
    /// The moment that was asked for, in reach or not.
    package var asked: Instant?
    /// The first moment that was recorded.
    package var begins: Instant?
    /// Of the clocks on the wall of the room.
    package var zone: TimeZone

    package init(shown: Instant? = nil, asked: Instant? = nil, begins: Instant? = nil, zone: TimeZone = Audience.paris) {
        (self.shown, self.asked, self.begins, self.zone) = (shown, asked, begins, zone)
    }

    /// Says all the while that this is the past; empty and hidden while it is not, for the slider to show.
    func banner(hidden: Set<Int>) -> HTML {
        HTML.of {
            div(.class("past-banner"), .role("status"), .data("past-banner", ""), .when(shown == nil, .hidden)) {
                strong(Words("Vous regardez le passé", "You are looking at the past"))
                " : "
                if let shown { HTML.time(shown) } else { timeElement {} }
                " "
                a(.href(now(hidden)), .class("button", "button-small"), .data("now", "")) { Words("Revenir à maintenant", "Back to now") }
            }
            if asked != nil, shown == nil { div(.class("past-missing")) { Banner(.warning, missing) } }
        }
    }

    private var missing: Words {
        guard let begins else {
            return Words("Rien n'est encore enregistré : voici maintenant.", "Nothing is recorded yet: this is now.")
        }
        let (french, english) = (Audience(.french, zone: zone).dateAndTime(begins), Audience(.english, zone: zone).dateAndTime(begins))
        return Words(
            "Cet instant n'est plus, ou pas encore, enregistré. Le passé se montre à partir du \(french). Voici maintenant.",
            "That moment is not recorded. The past can be shown from \(english) on. This is now.")
    }

    func slider(now: Instant, hidden: Set<Int>) -> HTML {
        let reach = begins.map { min(86_400, max(0, (now - $0).milliseconds / 1000)) } ?? 0
        return custom("time-slider", .data("now-ms", String(now.milliseconds)), .data("at", shown.map { String($0.milliseconds) } ?? "")) {
            form(.method("get"), .action("/console/map"), .class("time-machine")) {
                if !hidden.isEmpty { input(.type("hidden"), .name("hide"), .value(MapPage.text(hidden))) }
                div(.class("time-play"), .when(reach > 0, .data("scripted", "")), .hidden) {
                    button(.type("button"), .class("button", "button-small"), .data("play", ""), .aria(.pressed, false)) {
                        Words("Rejouer", "Play")
                    }
                    input(
                        .type("range"), .named("min", "-\(reach)"), .named("max", "0"), .named("step", "1"),
                        .value(String(-(shown.map { (now - $0).milliseconds / 1000 } ?? 0))),
                        .aria(.label, Words("Instant montré, en secondes avant maintenant", "Moment shown, in seconds before now")))
                    output {}
                }
                label(.class("time-field")) {
                    span { Words("Revoir la carte à", "See the map at") }
                    input(
                        .type("datetime-local"), .name("at"), .named("step", "1"), .value(field(shown)),
                        .named("min", field(begins)), .named("max", field(now)))
                }
                button(.type("submit"), .class("button", "button-small")) { Words("Montrer", "Show") }
            }
        }
    }

    private func field(_ at: Instant?) -> String { at.map { Moment.field($0, zone: zone) } ?? "" }

    private func now(_ hidden: Set<Int>) -> String {
        hidden.isEmpty ? "/console/map" : address("/console/map", ["hide": MapPage.text(hidden)])
    }
}
