// SPDX-License-Identifier: EUPL-1.2

/// A source of chance that gives the same sequence for the same seed on every machine: SplitMix64 (Steele, Lea, Flood,
/// 'Fast splittable pseudorandom number generators', 2014).
package struct Dice: Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// Dice of its own for a named purpose, so that drawing more for one purpose leaves the others as they were.
    package init(seed: UInt64, _ purpose: UInt64, _ index: UInt64 = 0) {
        state = Dice.mix(Dice.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* (purpose &+ 1)) &+ 0xD1B5_4A32_D192_ED03 &* (index &+ 1))
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Dice.mix(state)
    }

    /// Evenly in 0 ..< 1, 53 bits.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Evenly between the two.
    package mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// Evenly in `range`; the bias of the multiplication method is below 2⁻³² for the ranges of a city.
    package mutating func whole(_ range: ClosedRange<Int>) -> Int {
        let width = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(next().multipliedFullWidth(by: width).high)
    }

    /// True with this probability.
    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// About normal with mean 0 and deviation 1 (sum of twelve, Irwin–Hall: exact arithmetic, bounded by ±6).
    package mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    package static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
