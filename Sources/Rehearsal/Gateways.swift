// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The state of the simulated gateways, in columns.
struct Gateways {
    enum Life: UInt8 { case running, dying, dead, cut }
    var life: [Life]
    /// Its MQTT session is up.
    var isLinked: [Bool]
    /// It lives on without mains for some hours.
    var hasBattery: [Bool]
    /// Its clock is ahead of the true time by this many milliseconds at the start, and gains this many millionths.
    var clockOffset: [Int64]
    var drift: [Double]
    var bootedAt: [Instant]
    /// Minutes and seconds by which its idea of dusk differs: nobody sets 400 clocks alike.
    var duskOffset: [Int64]
    /// What the programme asks of its lamps now.
    var programmeLevel: [UInt8]
    /// Readings as JSON, waiting for the end of the tick.
    var pending: [[UInt8]]
    var pendingCount: [Int]
    /// Messages that wait for the link: bounded, the oldest is dropped first.
    var backlog: [[[UInt8]]]

    init(roster: Roster, seed: UInt64, at: Instant) {
        let n = roster.gateways.count
        life = [Life](repeating: .running, count: n)
        isLinked = [Bool](repeating: false, count: n)
        programmeLevel = [UInt8](repeating: 0, count: n)
        pending = [[UInt8]](repeating: [], count: n)
        pendingCount = [Int](repeating: 0, count: n)
        backlog = [[[UInt8]]](repeating: [], count: n)
        (hasBattery, clockOffset, drift, bootedAt, duskOffset) = ([], [], [], [], [])
        var dice = Dice(seed: seed, 21)
        for _ in 0..<n {
            hasBattery.append(dice.chance(0.3))
            clockOffset.append(Int64(120 * dice.normal()))
            drift.append(8e-6 * dice.normal())
            bootedAt.append(at - Span(milliseconds: Int64(dice.between(0, 90 * 86_400_000))))
            duskOffset.append(Int64(dice.between(-15_000, 40_000)))
        }
    }

    var count: Int { life.count }
}

/// What the simulation asks of the outside: its only way to the wire.
package enum Outgoing: Sendable, Equatable {
    package enum Topic: String, Sendable { case readings, receipts, link, packed }
    /// QoS 1 on `vigie/1/<gateway>/<topic>`.
    case publish(gateway: Int, topic: Topic, payload: [UInt8])
    case connect(gateway: Int)
    /// Breaks the connection without a DISCONNECT; `silently` keeps the socket open and mute, so that only the keep-alive can tell.
    case vanish(gateway: Int, silently: Bool)
}
