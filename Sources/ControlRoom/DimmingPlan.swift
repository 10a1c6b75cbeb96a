// SPDX-License-Identifier: EUPL-1.2

/// What lamps are to do through a night: burn from dusk to dawn by the astronomical clock, with steps in between by the clock
/// on the wall. (TALQ 2.7: a control programme with an astronomical and an absolute part.) A town is data: it has a list of these.
package struct DimmingPlan: Sendable, Hashable, Codable {
    /// In grants and files: `70-22-5`.
    package var key: String
    package var title: Words
    /// Minutes after sunset when the lamps come on, and after sunrise when they go out; negative is before.
    package var afterSunset: Int
    package var afterSunrise: Int
    package var steps: [Step]

    /// From one minute of the local day up to another (which may lie after midnight) the lamps burn at `level` per cent.
    package struct Step: Sendable, Hashable, Codable {
        package var from: Int
        package var to: Int
        package var level: UInt8
        package init(from: Int, to: Int, level: UInt8) { (self.from, self.to, self.level) = (from, to, level) }

        package func holds(minute: Int) -> Bool { from <= to ? minute >= from && minute < to : minute >= from || minute < to }
    }

    package init(key: String, title: Words, afterSunset: Int = 10, afterSunrise: Int = -10, steps: [Step]) {
        (self.key, self.title, self.afterSunset, self.afterSunrise, self.steps) = (key, title, afterSunset, afterSunrise, steps)
    }

    /// What is wanted at this instant, 0…100 %. Where two steps overlap the first wins.
    package func level(at instant: Instant, place: Place, wall: WallTime) -> UInt8 {
        guard isNight(at: instant, place: place) else { return 0 }
        let minute = wall.minuteOfDay(at: instant)
        return steps.first { $0.holds(minute: minute) }?.level ?? 100
    }

    package func isNight(at instant: Instant, place: Place) -> Bool {
        switch Sun.day(holding: instant, at: place) {
        case .alwaysUp: false
        case .alwaysDown: true
        case .upFrom(let rise, let set):
            instant < rise + .minutes(Int64(afterSunrise)) || instant >= set + .minutes(Int64(afterSunset))
        }
    }

    /// The first instant after `after` at which another level may be wanted: never late, at times early (each full hour counts).
    package func nextChange(after: Instant, place: Place, wall: WallTime) -> Instant {
        var next = Instant(seconds: (floorDivide(after.seconds, 3600) + 1) * 3600)
        func consider(_ candidate: Instant) { if candidate > after, candidate < next { next = candidate } }
        if case .upFrom(let rise, let set) = Sun.day(holding: after, at: place) {
            consider(rise + .minutes(Int64(afterSunrise)))
            consider(set + .minutes(Int64(afterSunset)))
        }
        if let change = wall.nextChange(after: after) { consider(change) }
        let midnight = Instant(seconds: floorDivide(after.seconds, 60) * 60) - .minutes(Int64(wall.minuteOfDay(at: after)))
        for step in steps {
            for minute in [step.from, step.to] {
                consider(midnight + .minutes(Int64(minute)))
                consider(midnight + .minutes(Int64(minute + 1440)))
            }
        }
        return next
    }

    /// Until when the level wanted at `instant` stays wanted; nil where it stays for a day and more (polar summer).
    package func end(of instant: Instant, place: Place, wall: WallTime) -> Instant? {
        let level = level(at: instant, place: place, wall: wall)
        var at = instant
        while at < instant + .hours(26) {
            at = nextChange(after: at, place: place, wall: wall)
            if self.level(at: at, place: place, wall: wall) != level { return at }
        }
        return nil
    }
}
