// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// State code and level of every asset at one instant, by asset number.
package struct TapeColumns: Sendable, Hashable {
    /// 0 (never heard) where nothing is known.
    package internal(set) var states: [UInt8] = []
    /// 255 where it has none.
    package internal(set) var levels: [UInt8] = []

    package var count: Int { states.count }

    package subscript(_ asset: Asset.Number) -> (state: UInt8, level: UInt8) {
        asset.index < states.count ? (states[asset.index], levels[asset.index]) : (0, 255)
    }

    mutating func set(_ asset: Int, _ state: UInt8, _ level: UInt8) {
        if asset >= states.count {
            states += [UInt8](repeating: 0, count: asset + 1 - states.count)
            levels += [UInt8](repeating: 255, count: asset + 1 - levels.count)
        }
        (states[asset], levels[asset]) = (state, level)
    }

    /// As a keyframe: version 1, then both columns as runs (length in base 128, value).
    var bytes: [UInt8] {
        var bytes: [UInt8] = [1]
        for column in [states, levels] {
            var i = 0
            while i < column.count {
                var end = i + 1
                while end < column.count, column[end] == column[i] { end += 1 }
                Base128.put(UInt64(end - i), &bytes)
                bytes.append(column[i])
                i = end
            }
            bytes.append(0)
        }
        return bytes
    }

    init() {}

    /// Nil where the bytes are damaged.
    init?(_ bytes: [UInt8]) {
        guard bytes.first == 1 else { return nil }
        var at = 1
        guard let states = TapeColumns.column(bytes, &at), let levels = TapeColumns.column(bytes, &at), states.count == levels.count else {
            return nil
        }
        (self.states, self.levels) = (states, levels)
    }

    private static func column(_ bytes: [UInt8], _ at: inout Int) -> [UInt8]? {
        var column: [UInt8] = []
        while let length = Base128.take(bytes, &at) {
            if length == 0 { return column }
            // Above a hundred million assets it is damage, and must not take memory.
            guard at < bytes.count, length <= 100_000_000, column.count + Int(length) <= 100_000_000 else { return nil }
            column += repeatElement(bytes[at], count: Int(length))
            at += 1
        }
        return nil
    }
}

/// Unsigned numbers seven bits a byte, the least significant first, the top bit set where more follow.
enum Base128 {
    @inline(__always)
    static func put(_ value: UInt64, _ bytes: inout [UInt8]) {
        var rest = value
        while rest >= 128 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Nil where the bytes end or hold more than 64 bits.
    @inline(__always)
    static func take(_ bytes: [UInt8], _ at: inout Int) -> UInt64? {
        var (value, shift) = (UInt64(0), UInt64(0))
        while at < bytes.count, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
        return nil
    }
}
