// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The two times of a rehearsal. *Wall* time is Vigie's: every time-stamp of a reading is wall time (with the gateway's drift), so Vigie
/// never sees a message from the future. *City* time is the one by which the sun sets, programmes run, lamps age and devices
/// report; it begins where asked and runs `speed` times as fast.
package struct Pace: Sendable {
    package let wallStart: Instant
    package let cityStart: Instant
    package let speed: Int64

    package init(wallStart: Instant, cityStart: Instant? = nil, speed: Int = 1) {
        (self.wallStart, self.cityStart, self.speed) = (wallStart, cityStart ?? wallStart, Int64(max(1, speed)))
    }

    package func city(at wall: Instant) -> Instant { cityStart + Span(milliseconds: (wall - wallStart).milliseconds &* speed) }
    package func wall(at city: Instant) -> Instant { wallStart + Span(milliseconds: (city - cityStart).milliseconds / speed) }
}
