// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// At which hour of the city's day a rehearsal begins, whatever the hour of the room: `now`, `dusk`, `dawn`, `noon`, `midnight`, `19:40`.
package enum StartAt: Sendable, Equatable {
    case now, dusk, dawn
    case local(minute: Int)

    package init?(_ text: String) {
        switch text.lowercased() {
        case "now": self = .now
        case "dusk": self = .dusk
        case "dawn": self = .dawn
        case "noon": self = .local(minute: 720)
        case "midnight": self = .local(minute: 0)
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour), (0..<60).contains(minute) else {
                return nil
            }
            self = .local(minute: hour * 60 + minute)
        }
    }

    /// The city time that a rehearsal starts with, on the day of `now`. Dusk and dawn are taken three minutes before lamps change.
    package func cityTime(at now: Instant) -> Instant {
        let plan = ReferenceCity.plans[0]
        let midnight =
            now - .minutes(Int64(ReferenceCity.wall.minuteOfDay(at: now)))
            - Span(milliseconds: ((now.milliseconds % 60_000) + 60_000) % 60_000)
        switch (self, Sun.day(holding: midnight + .hours(12), at: ReferenceCity.centre)) {
        case (.now, _): return now
        case (.local(let minute), _): return midnight + .minutes(Int64(minute))
        case (.dusk, .upFrom(_, let set)): return set + .minutes(Int64(plan.afterSunset) - 3)
        case (.dawn, .upFrom(let rise, _)): return rise + .minutes(Int64(plan.afterSunrise) - 3)
        default: return now
        }
    }
}
