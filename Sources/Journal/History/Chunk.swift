// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Some dozens of readings of one asset as bytes. Row `history_chunk (asset, start, finish, count, bytes)`; the bytes:
///
///     byte 0     version 1; bit 7 set: times in whole seconds, else in milliseconds
///     then bits, reading by reading (see `BitCode` for the codes), padded with zeros to a byte:
///       time     first reading: nothing, it is `start`. Second: the step since the first, zigzag, wide.
///                Later: step − expected, zigzag, coded. `expected` is the last step where they differ by less than four
///                units, else it moves by a quarter of the difference.
///       mask     0: the same properties as the reading before; 1 and 16 bits: bit n for the property of slot n.
///       values   in slot order: the difference (modulo 2^32) from the slot's last value in the chunk, zigzag, coded;
///                the first of a slot: the value itself, zigzag, wide.
///
/// Why so, and what it measures: docs/decisions/0005-historian.md.
struct Chunk: Sendable, Hashable {
    static let version: UInt8 = 1
    static let secondsFlag: UInt8 = 0x80

    var asset: UInt32
    var start: Int64
    var finish: Int64
    var count: Int
    var bytes: [UInt8]

    /// Calls `body` for each reading with its time, mask, and the last known value of every slot.
    /// - Returns: false where the bytes are no sound chunk of `count` readings; what was given before the damage stands.
    @inline(__always)
    func each(_ body: (Int64, UInt16, UnsafePointer<Int32>) -> Void) -> Bool {
        bytes.withUnsafeBytes { Chunk.each($0, start: start, count: count, body) }
    }

    @inline(__always)
    static func each(
        _ bytes: UnsafeRawBufferPointer, start: Int64, count: Int, _ body: (Int64, UInt16, UnsafePointer<Int32>) -> Void
    ) -> Bool {
        guard count > 0, let head = bytes.first, head & ~secondsFlag == version else { return false }
        let unit: Int64 = head & secondsFlag != 0 ? 1000 : 1
        return withUnsafeTemporaryAllocation(byteCount: bytes.count + BitReader.slack, alignment: 8) { copy in
            copy.baseAddress!.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            (copy.baseAddress! + bytes.count).initializeMemory(as: UInt8.self, repeating: 0, count: BitReader.slack)
            return rows(BitReader(copy.baseAddress! + 1), (bytes.count - 1) * 8, start, unit, count, body)
        }
    }

    @inline(__always)
    private static func rows(
        _ reader: BitReader, _ bits: Int, _ start: Int64, _ unit: Int64, _ count: Int, _ body: (Int64, UInt16, UnsafePointer<Int32>) -> Void
    ) -> Bool {
        var reader = reader
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 16) { values in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { levels in
                values.initialize(repeating: 0)
                levels.initialize(repeating: 0)
                var (at, expected, timeLevel) = (start, Int32(0), firstLevel)
                var (mask, seen) = (UInt16(0), UInt16(0))
                for row in 0..<count {
                    if row > 0 {
                        let step: Int32
                        if row == 1 {
                            step = unzigzag(reader.wide())
                            expected = step
                        } else {
                            step = expected &+ unzigzag(reader.take(level: &timeLevel))
                            expected = next(expected, step)
                        }
                        at = at &+ Int64(step) &* unit
                    }
                    if reader.take(1) == 1 { mask = UInt16(truncatingIfNeeded: reader.take(16)) }
                    var rest = mask
                    while rest != 0 {
                        let slot = rest.trailingZeroBitCount
                        rest &= rest &- 1
                        if seen &>> UInt16(slot) & 1 == 0 {
                            seen |= 1 &<< UInt16(slot)
                            values[slot] = unzigzag(reader.wide())
                            levels[slot] = firstLevel
                        } else {
                            values[slot] = values[slot] &+ unzigzag(reader.take(level: &levels[slot]))
                        }
                    }
                    guard reader.bits <= bits else { return false }
                    body(at, mask, UnsafePointer(values.baseAddress!))
                }
                return true
            }
        }
    }

    /// The step to expect after `step`, when `expected` was expected.
    @inline(__always)
    static func next(_ expected: Int32, _ step: Int32) -> Int32 {
        let error = step &- expected
        return error > -4 && error < 4 ? step : expected &+ (error &>> 2)
    }
}
