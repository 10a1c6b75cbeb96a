// SPDX-License-Identifier: EUPL-1.2

extension [UInt8] {
    /// Base-128 varint (protobuf encoding).
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// A length-delimited field (wire type 2).
    mutating func appendField(_ number: UInt8, _ content: [UInt8]) {
        append(number << 3 | 2)
        appendVarint(UInt64(content.count))
        append(contentsOf: content)
    }
}

func varintLength(_ value: UInt64) -> Int { value < 0x80 ? 1 : (70 - (value | 1).leadingZeroBitCount) / 7 }

/// Signed to unsigned with small magnitudes first; geometry parameters are 32 bits wide.
func zigzag(_ value: Int) -> UInt64 {
    let clamped = Int32(clamping: value)
    return UInt64(UInt32(bitPattern: (clamped << 1) ^ (clamped >> 31)))
}
