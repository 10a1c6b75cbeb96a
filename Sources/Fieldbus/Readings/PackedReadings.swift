// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The compact binary form for dense gateways, version 1 (docs/protocols.md, 'Packed', byte by byte).
///
///     "VP" 0x01 0x00, then the time of the first reading: 8 bytes, little-endian, milliseconds since 1970
///     each reading: shared u8 (letters in common with the identity before), added u8, that many letters,
///                   time zigzag varint (difference to the reading before), sequence varint,
///                   mask varint (bit n: the property of slot n), for each bit the scaled value as zigzag varint
package enum PackedReadings {
    package static let version: UInt8 = 1
    static let headerCount = 12

    /// Takes what can be taken, counts the rest. A reading that is cut ends the payload; what stood before it is taken.
    /// - Returns: how many readings were taken.
    @discardableResult
    package static func scan(
        _ bytes: UnsafeRawBufferPointer, directory: Directory, gateway: Asset.Number?, into batch: inout ReadingBatch,
        refusals: inout RefusalCounts
    ) -> Int {
        guard bytes.count >= headerCount, bytes[0] == UInt8(ascii: "V"), bytes[1] == UInt8(ascii: "P"), bytes[2] == version, bytes[3] == 0
        else {
            refusals[.notPacked] += 1
            return 0
        }
        var cursor = PackedCursor(bytes: bytes, at: headerCount)
        var time = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: Int64.self))
        var id = InlineArray<64, UInt8>(repeating: 0)
        var idCount = 0
        var taken = 0
        while cursor.at < bytes.count {
            guard let reading = cursor.reading(id: &id, count: &idCount, time: &time) else {
                refusals[.notPacked] += 1
                break
            }
            let asset = id.span.withUnsafeBufferPointer { directory.find(UnsafeBufferPointer(rebasing: $0.prefix(idCount))) }
            if let refusal = refusal(asset, time, directory, gateway) {
                refusals[refusal] += 1
            } else if let asset {
                append(reading, asset, time, directory, &batch, &refusals)
                taken += 1
            }
        }
        return taken
    }

    private static func refusal(_ asset: Asset.Number?, _ time: Int64, _ directory: Directory, _ gateway: Asset.Number?) -> Refusal? {
        guard let asset, directory.kindOf[asset.index] != 255 else { return .unknownDevice }
        guard directory.speaks(asset, through: gateway) else { return .notYours }
        guard time >= 0, time <= Instant.distantFuture.milliseconds else { return .outOfRange }
        return nil
    }

    private static func append(
        _ reading: PackedCursor.Reading, _ asset: Asset.Number, _ time: Int64, _ directory: Directory, _ batch: inout ReadingBatch,
        _ refusals: inout RefusalCounts
    ) {
        let kindIndex = directory.kindOf[asset.index]
        let known = directory.propertyCount(kindIndex: kindIndex)
        var mask: UInt16 = 0
        var left = reading.mask
        while left != 0 {
            let slot = left.trailingZeroBitCount
            left &= left &- 1
            guard slot < known else {
                refusals[.unknownProperty] += 1
                continue
            }
            let scale = directory.scale(kindIndex: kindIndex, slot: slot)
            let value = reading.values[slot]
            guard value >= scale.lowest, value <= scale.highest else {
                refusals[.outOfRange] += 1
                continue
            }
            mask |= 1 << UInt16(truncatingIfNeeded: slot)
            batch.values.append(Int32(truncatingIfNeeded: value))
        }
        batch.assets.append(asset.value)
        batch.times.append(time)
        batch.sequences.append(reading.sequence)
        batch.masks.append(mask)
    }
}

/// Walks over the readings of a packed payload; never past its end.
struct PackedCursor {
    let bytes: UnsafeRawBufferPointer
    var at: Int

    struct Reading {
        var sequence: UInt32 = 0
        var mask: UInt16 = 0
        var values = InlineArray<16, Int64>(repeating: 0)
    }

    /// Nil where the bytes end too early or say what cannot be.
    mutating func reading(id: inout InlineArray<64, UInt8>, count: inout Int, time: inout Int64) -> Reading? {
        guard at + 2 <= bytes.count else { return nil }
        let shared = Int(bytes[at])
        let added = Int(bytes[at + 1])
        at += 2
        guard shared <= count, shared + added <= 64, shared + added > 0, at + added <= bytes.count else { return nil }
        for i in 0..<added { id[shared + i] = bytes[at + i] }
        at += added
        count = shared + added
        guard let step = varint(), let sequence = varint(), sequence <= UInt32.max, let mask = varint(), mask <= UInt16.max else {
            return nil
        }
        time = time &+ PackedCursor.unzigzag(step)
        var reading = Reading(sequence: UInt32(truncatingIfNeeded: sequence), mask: UInt16(truncatingIfNeeded: mask))
        var left = reading.mask
        while left != 0 {
            guard let value = varint() else { return nil }
            reading.values[left.trailingZeroBitCount] = PackedCursor.unzigzag(value)
            left &= left &- 1
        }
        return reading
    }

    /// Seven bits a byte, the lowest first, at most ten bytes.
    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    private static func unzigzag(_ v: UInt64) -> Int64 { Int64(bitPattern: v >> 1) ^ (0 &- Int64(bitPattern: v & 1)) }
}

/// Writes a packed payload; the counterpart of `PackedReadings.scan`, for gateways and their simulation.
package struct PackedWriter {
    package private(set) var bytes: [UInt8]
    private var before: [UInt8] = []
    private var time: Int64

    package init(from start: Instant) {
        time = start.milliseconds
        bytes = [UInt8(ascii: "V"), UInt8(ascii: "P"), PackedReadings.version, 0]
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: time >> Int64(shift))) }
    }

    /// `values` by slot, scaled; at most 16, nil where the property is not present.
    package mutating func append(id: Asset.ID, at instant: Instant, sequence: UInt32, values: [Int32?]) {
        let letters = Array(id.text.utf8)
        let shared = zip(letters, before).prefix { $0 == $1 }.count
        bytes.append(UInt8(shared))
        bytes.append(UInt8(letters.count - shared))
        bytes.append(contentsOf: letters[shared...])
        before = letters
        zigzag(instant.milliseconds &- time)
        time = instant.milliseconds
        varint(UInt64(sequence))
        varint(values.prefix(16).enumerated().reduce(UInt64(0)) { $1.element == nil ? $0 : $0 | 1 << UInt64($1.offset) })
        for case let value? in values.prefix(16) { zigzag(Int64(value)) }
    }

    private mutating func zigzag(_ v: Int64) { varint(UInt64(bitPattern: (v &<< 1) ^ (v >> 63))) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
