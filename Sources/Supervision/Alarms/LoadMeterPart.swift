// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Watch

/// How much the room is asked to bear, on top of the alarm list: EEMUA 191's figures, calm while they are comfortable.
struct LoadMeterPart {
    var load: AlarmLoad
    /// Of whoever looks.
    var reach: Reach
    var now: Instant

    var html: HTML {
        section(.class("load"), .data("level", load.level.rawValue), .aria(.label, Words("Charge de la salle", "Load of the room"))) {
            custom("live-counts", .named("topic", reach.topic("load")))
            p(.class("load-level")) {
                strong(.data("count", "load-level"), .named("data-words", LoadMeterPart.words)) { load.level.title }
                if let since = load.floodSince {
                    Words(", depuis ", ", since ")
                    HTML.time(since, .minutes)
                }
            }
            dl(.class("figures")) {
                figure(
                    Words("Nouvelles en 10 min", "New in 10 min"), "lines10", load.linesIn10Minutes,
                    Words("viser 1, au plus 10", "aim 1, 10 at most"))
                figure(
                    Words("Nouvelles en 1 h", "New in 1 h"), "lines60", load.linesInHour,
                    Words(
                        "viser \(load.comfortablePerHour), au plus \(load.mostPerHour)",
                        "aim \(load.comfortablePerHour), \(load.mostPerHour) at most"))
                figure(Words("En cours", "Standing"), "standing", load.standing, nil)
                figure(Words("À acquitter", "To acknowledge"), "new", load.unacknowledged, nil)
                figure(Words("Plus d'un jour", "Over a day"), "stale", load.stale, nil)
                figure(Words("Mises de côté", "Put aside"), "held", load.held, nil)
            }
        }
    }

    /// What the live feed's key says, for the script: `busy=Charge soutenue;…`.
    private static let words = Words(
        AlarmLoad.Level.allCases.map { "\($0.rawValue)=\($0.title.french)" }.joined(separator: ";"),
        AlarmLoad.Level.allCases.map { "\($0.rawValue)=\($0.title.english)" }.joined(separator: ";"))

    private func figure(_ title: Words, _ key: String, _ value: Int, _ goal: Words?) -> HTML {
        div(.class("load-figure")) {
            dt { title }
            dd {
                span(.class("figure"), .data("count", key)) { value }
                if let goal {
                    " "
                    small(.class("quiet")) { goal }
                }
            }
        }
    }
}

extension AlarmLoad.Level {
    var title: Words {
        switch self {
        case .comfortable: Words("Charge confortable", "Comfortable load")
        case .busy: Words("Charge soutenue", "Busy")
        case .overloaded: Words("Surcharge", "Overloaded")
        case .flood: Words("Avalanche d'alarmes", "Alarm flood")
        }
    }
}
