// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// One turn as bytes, little-endian:
///
///     0  magic "VGT1"      4  length of what follows the header
///     8  CRC-32C over bytes 4…7 and all from 12 on
///    12  version (1)      16  position      24  now (ms)      32  payload
///
/// Payload: five counts (readings, values, links, receipts, bytes of acts; 4 bytes each), then the columns of the batch one after
/// the other (times 8,
/// assets 4, sequences 4, values 4, masks 2 bytes each), links (gateway 4, one byte: 1 up, 0 down, 2 left in good order; time 8), receipts (order 8, asset 4, accepted 1,
/// length of the reason 2, reason in UTF-8), and the acts as the floor packed them.
enum IntakeRecord {
    static let headerBytes = 32
    private static let countBytes = 20
    static let magic: UInt32 = 0x3154_4756
    static let version: UInt32 = 1
    /// Above this a length is damage, not a record.
    static let largestPayload = 1 << 30

    static func append(_ turn: Intake.Turn, position: UInt64, to bytes: inout [UInt8]) {
        let start = bytes.count
        let batch = turn.readings
        bytes.reserveCapacity(start + headerBytes + countBytes + turn.acts.count + batch.count * 22 + batch.values.count * 4)
        put(magic, &bytes)
        put(UInt32(0), &bytes)
        put(UInt32(0), &bytes)
        put(version, &bytes)
        put(position, &bytes)
        put(turn.now.milliseconds, &bytes)
        for count in [batch.count, batch.values.count, turn.links.count, turn.receipts.count, turn.acts.count] {
            put(UInt32(count), &bytes)
        }
        column(batch.times, &bytes)
        column(batch.assets, &bytes)
        column(batch.sequences, &bytes)
        column(batch.values, &bytes)
        column(batch.masks, &bytes)
        for link in turn.links {
            put(link.gateway.value, &bytes)
            put(UInt8(link.isUp ? 1 : link.isClean ? 2 : 0), &bytes)
            put(link.at.milliseconds, &bytes)
        }
        for receipt in turn.receipts {
            let reason = Array(receipt.reason.utf8.prefix(4096))
            put(receipt.order, &bytes)
            put(receipt.asset.value, &bytes)
            put(UInt8(receipt.isAccepted ? 1 : 0), &bytes)
            put(UInt16(reason.count), &bytes)
            bytes += reason
        }
        bytes += turn.acts
        bytes.withUnsafeMutableBytes { all in
            let record = UnsafeMutableRawBufferPointer(rebasing: all[start...])
            record.storeBytes(of: UInt32(record.count - headerBytes).littleEndian, toByteOffset: 4, as: UInt32.self)
            record.storeBytes(of: checksum(UnsafeRawBufferPointer(record)).littleEndian, toByteOffset: 8, as: UInt32.self)
        }
    }

    /// The bytes of the record that starts at `offset` (header included), or nil where none is whole and sound there.
    static func length(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        guard bytes.count - offset >= headerBytes, load(bytes, offset, UInt32.self) == magic else { return nil }
        let length = Int(load(bytes, offset + 4, UInt32.self))
        guard length <= largestPayload, length >= countBytes, bytes.count - offset - headerBytes >= length else { return nil }
        let record = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + headerBytes + length])
        guard load(record, 8, UInt32.self) == checksum(record) else { return nil }
        return record.count
    }

    static func position(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 { load(bytes, offset + 16, UInt64.self) }
    static func now(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Instant {
        Instant(milliseconds: load(bytes, offset + 24, Int64.self))
    }

    /// The turn in a sound record, or nil where its counts contradict its length or its version is another.
    static func turn(_ record: UnsafeRawBufferPointer) -> Intake.Turn? {
        guard load(record, 12, UInt32.self) == version else { return nil }
        var turn = Intake.Turn(now: now(record, at: 0))
        turn.position = position(record, at: 0)
        let counts = (0..<5).map { Int(load(record, headerBytes + 4 * $0, UInt32.self)) }
        var at = headerBytes + countBytes
        guard record.count - at >= counts[0] * 18 + counts[1] * 4 + counts[2] * 13 + counts[3] * 15 + counts[4] else { return nil }
        take(&turn.readings.times, counts[0], record, &at)
        take(&turn.readings.assets, counts[0], record, &at)
        take(&turn.readings.sequences, counts[0], record, &at)
        take(&turn.readings.values, counts[1], record, &at)
        take(&turn.readings.masks, counts[0], record, &at)
        guard turn.readings.masks.reduce(0, { $0 + $1.nonzeroBitCount }) == counts[1] else { return nil }
        for _ in 0..<counts[2] {
            turn.links.append(
                LinkEvent(
                    gateway: Asset.Number(load(record, at, UInt32.self)), isUp: record[at + 4] == 1,
                    at: Instant(milliseconds: load(record, at + 5, Int64.self)), isClean: record[at + 4] == 2))
            at += 13
        }
        for _ in 0..<counts[3] {
            guard record.count - at >= 15 else { return nil }
            let length = Int(load(record, at + 13, UInt16.self))
            guard record.count - at - 15 >= length else { return nil }
            turn.receipts.append(
                Receipt(
                    order: load(record, at, UInt64.self), asset: Asset.Number(load(record, at + 8, UInt32.self)),
                    isAccepted: record[at + 12] != 0, reason: String(decoding: record[at + 15..<at + 15 + length], as: UTF8.self)))
            at += 15 + length
        }
        guard record.count - at == counts[4] else { return nil }
        turn.acts = Array(record[at...])
        return turn
    }

    private static func checksum(_ record: UnsafeRawBufferPointer) -> UInt32 {
        let length = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: record[4..<8]))
        return CRC32C.checksum(UnsafeRawBufferPointer(rebasing: record[12...]), seed: length)
    }

    @inline(__always)
    private static func load<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ type: T.Type) -> T {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    private static func put(_ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // Columns are copied as they lie in memory; every machine that Swift runs on here is little-endian.
    private static func column<T: FixedWidthInteger>(_ values: ContiguousArray<T>, _ bytes: inout [UInt8]) {
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    private static func take<T: FixedWidthInteger>(
        _ column: inout ContiguousArray<T>, _ count: Int, _ record: UnsafeRawBufferPointer, _ at: inout Int
    ) {
        let size = count * MemoryLayout<T>.size
        column = ContiguousArray(unsafeUninitializedCapacity: count) { buffer, filled in
            if size > 0 { UnsafeMutableRawPointer(buffer.baseAddress!).copyMemory(from: record.baseAddress! + at, byteCount: size) }
            filled = count
        }
        at += size
    }
}
