// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Repeatable chance (SplitMix64): the same seed gives the same plan.
struct Chance {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    @inline(__always) mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 up to, not with, `bound`.
    @inline(__always) mutating func below(_ bound: Int) -> Int {
        Int(((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }

    /// 0 up to, not with, 1.
    @inline(__always) mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
