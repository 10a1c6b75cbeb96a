// SPDX-License-Identifier: EUPL-1.2

// The code of one number among many of the same column: Golomb–Rice with a parameter that follows the column. Bits are laid from the least
// significant of each byte on. `level` is eight times a running mean of the numbers' bit lengths, less one; writer and reader move it
// alike, so it is nowhere stored.
//
//     q = z >> (level / 8)       q < 12:  q ones, a zero, the low (level / 8) bits of z
//                                else:    12 ones, then z 'wide': six bits of length, then that many bits

/// How many ones announce a wide number.
let wideMark = 12
/// The level a column starts with, after its first number (which is always wide).
let firstLevel: UInt8 = 24

@inline(__always)
func zigzag(_ n: Int32) -> UInt32 { UInt32(bitPattern: (n &<< 1) ^ (n &>> 31)) }

@inline(__always)
func unzigzag(_ z: UInt32) -> Int32 { Int32(bitPattern: z &>> 1) ^ -Int32(bitPattern: z & 1) }

@inline(__always)
func follow(_ level: inout UInt8, _ z: UInt32) {
    let length = 32 - z.leadingZeroBitCount
    let target = length == 0 ? 0 : (length - 1) * 8 + 4
    level = UInt8(truncatingIfNeeded: Int(level) + ((target - Int(level)) >> 2))
}

/// Bits into zeroed memory that the caller made large enough: eight bytes more than the bits need.
struct BitWriter {
    let base: UnsafeMutableRawPointer
    private(set) var bits: Int

    @inline(__always)
    init(_ base: UnsafeMutableRawPointer, bits: Int = 0) { (self.base, self.bits) = (base, bits) }

    /// At most 57 bits; those above `count` must be zero.
    @inline(__always)
    mutating func put(_ value: UInt64, _ count: Int) {
        let place = base + bits >> 3
        let old = place.loadUnaligned(as: UInt64.self)
        place.storeBytes(of: old | value &<< UInt64(bits & 7), as: UInt64.self)
        bits &+= count
    }

    @inline(__always)
    mutating func wide(_ z: UInt32) {
        let length = 32 - z.leadingZeroBitCount
        put(UInt64(length) | UInt64(z) &<< 6, 6 &+ length)
    }

    @inline(__always)
    mutating func put(_ z: UInt32, level: inout UInt8) {
        let k = Int(level &>> 3)
        let q = Int(z &>> UInt32(k))
        if q < wideMark {
            let low = UInt64(z) & ((1 &<< UInt64(k)) &- 1)
            put(((1 &<< UInt64(q)) &- 1) | low &<< UInt64(q &+ 1), q &+ 1 &+ k)
        } else {
            put((1 &<< UInt64(wideMark)) &- 1, wideMark)
            wide(z)
        }
        follow(&level, z)
    }
}

/// Bits from memory with at least `slack` readable bytes after them. It runs on into the slack at damage: the caller compares `bits` with
/// what there is after each row.
struct BitReader {
    /// More than the longest row (a time, a mask, sixteen wide values: 867 bits) and one load.
    static let slack = 128
    let base: UnsafeRawPointer
    private(set) var bits = 0

    @inline(__always)
    init(_ base: UnsafeRawPointer) { self.base = base }

    /// The next 57 bits or more.
    @inline(__always)
    private var window: UInt64 { (base + bits >> 3).loadUnaligned(as: UInt64.self) &>> UInt64(bits & 7) }

    /// At most 57 bits.
    @inline(__always)
    mutating func take(_ count: Int) -> UInt64 {
        let value = window & ((1 &<< UInt64(count)) &- 1)
        bits &+= count
        return value
    }

    @inline(__always)
    mutating func wide() -> UInt32 {
        let length = min(32, Int(take(6)))
        return UInt32(truncatingIfNeeded: take(length))
    }

    @inline(__always)
    mutating func take(level: inout UInt8) -> UInt32 {
        let window = self.window
        let q = (~window).trailingZeroBitCount
        let z: UInt32
        if q < wideMark {
            let k = Int(level &>> 3) & 31
            let low = (window &>> UInt64(q &+ 1)) & ((1 &<< UInt64(k)) &- 1)
            z = UInt32(truncatingIfNeeded: UInt64(q) &<< UInt64(k) | low)
            bits &+= q &+ 1 &+ k
        } else {
            bits &+= wideMark
            z = wide()
        }
        follow(&level, z)
        return z
    }
}
