// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Readings of a street lamp as the field sends them, from a seed: level by the hour, power with noise of one decimal, a rising
/// meter, noisy
/// mains voltage, slow temperature, hardly ever a fault. For measuring the historian and for its tests.
package struct LampData: Sendable {
    private var state: UInt64
    private let jitter: Int64
    private let unit: Int64
    private var at: Int64
    private var energy = 1_023_114.0
    private var temperature = 120.0

    /// - Parameters:
    ///   - jitter: the device's clock and radio scatter times by up to so many units either side of five minutes.
    ///   - wholeSeconds: the device gives whole seconds (and `jitter` counts them).
    package init(seed: UInt64, from start: Instant, jitter: Int64 = 2000, wholeSeconds: Bool = false) {
        (state, self.jitter, unit, at) = (seed &* 0x9E37_79B9_7F4A_7C15 | 1, jitter, wholeSeconds ? 1000 : 1, start.milliseconds)
    }

    /// The next reading: all six properties of a lamp, in slot order.
    package mutating func next() -> Sample {
        at += 300_000
        let time = at + (jitter == 0 ? 0 : Int64(random() % UInt64(2 * jitter + 1)) - jitter) * unit
        let hour = (at / 3_600_000) % 24
        let level: Double = hour >= 6 && hour < 17 ? 0 : hour >= 22 || hour < 5 ? 50 : 100
        let power = level == 0 ? 3.0 : 380 * level / 100 + noise(3)
        energy += power / 120
        temperature += noise(1.2) + ((level > 0 ? 320 : 110) - temperature) / 40
        let voltage = 2310 + noise(12)
        let values = [level, power, energy, voltage, temperature, random() % 2000 == 0 ? 1 : 0]
        return Sample(at: Instant(milliseconds: time), mask: 0b11_1111, values: values.map { Int32($0.rounded()) })
    }

    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// About normal, by the sum of three.
    private mutating func noise(_ scale: Double) -> Double {
        let sum = (0..<3).reduce(0.0) { total, _ in total + Double(random() >> 11) / 9_007_199_254_740_992 }
        return (sum - 1.5) * 2 * scale
    }
}
