// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Lighting
import Watch

/// A lamp of 100 W nominal, in words that a test can read; everything may be changed. Times are seconds after `start`.
struct LampTestSituation {
    static let start = Instant(year: 2026, month: 11, day: 21, hour: 20)
    var kind = StreetLighting.Index.lamp
    var level: Int32? = 100
    var power: Int32? = 1000
    var volts: Int32? = 2300
    var temperature: Int32? = 300
    var faults: Int32? = 0
    /// The reading's age of what is wanted, in seconds.
    var settled: Int64 = 3600
    var wanted: UInt8 = 100
    var isOrdered = false
    var isDay = false
    var nominal: Int32 = 1000
    var standing: Standing = []
    var conditions: UInt32 = 0
    var state: UInt8 = 0
    var memory: UInt32 = 0
    var isFresh = true

    init(_ change: (inout LampTestSituation) -> Void = { _ in }) { change(&self) }

    func with<T>(_ body: (Situation) -> T) -> T {
        let slots: [Int32?] = [level, power, 1_000_000, volts, temperature, faults]
        var present: UInt16 = 0
        for (slot, value) in slots.enumerated() where value != nil { present |= 1 << UInt16(slot) }
        return slots.map { $0 ?? Int32.min }.withUnsafeBufferPointer { values in
            body(
                Situation(
                    kindIndex: kind, now: LampTestSituation.start + .seconds(settled), at: LampTestSituation.start + .seconds(settled),
                    values: values.baseAddress!, present: present, fresh: isFresh ? present : 0, nominal: nominal, wanted: wanted,
                    wantedSince: LampTestSituation.start, isOrdered: isOrdered, isDay: isDay, standing: standing, conditions: conditions,
                    state: state, memory: memory))
        }
    }

    var verdict: Verdict { with { StreetLighting().judge($0) } }
    var reason: Reason { with { StreetLighting().reason($0) } }

    /// Judges again after a change, with what was true before.
    mutating func next(_ change: (inout LampTestSituation) -> Void) -> Verdict {
        let before = verdict
        (conditions, state, memory) = (before.conditions, before.state, before.memory)
        change(&self)
        return verdict
    }
}
