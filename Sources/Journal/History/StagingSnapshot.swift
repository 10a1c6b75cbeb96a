// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension Staging {
    private static let snapshotVersion: UInt8 = 1

    /// Everything that is staged, as bytes: version, slots of each kind, open chunks, full chunks, late readings, CRC-32C.
    package func snapshot() -> [UInt8] {
        var out = ByteWriter()
        out.put(Staging.snapshotVersion)
        out.put(UInt8(kindCount))
        for kind in 0..<kindCount { out.put(UInt8(slots(ofKind: kind))) }
        var opened = 0
        let place = out.bytes.count
        out.put(UInt32(0))
        eachOpen { asset, slab in
            out.put(asset)
            out.put(slab.kind)
            let length = Slab.headerBytes(slots: slab.slots) + (slab.bits + 7) / 8
            out.put(UInt16(length))
            out.bytes.append(contentsOf: UnsafeRawBufferPointer(start: slab.base, count: length))
            opened += 1
        }
        out.replace(UInt32(opened), at: place)
        out.put(UInt32(full.count))
        for chunk in full {
            out.put(chunk.asset)
            out.put(chunk.start)
            out.put(chunk.finish)
            out.put(UInt16(chunk.count))
            out.put(UInt16(chunk.bytes.count))
            out.bytes += chunk.bytes
        }
        let samples = late.flatMap { asset, samples in samples.map { (asset, $0) } }
        out.put(UInt32(samples.count))
        for (asset, sample) in samples {
            out.put(asset)
            out.put(sample.at.milliseconds)
            out.put(sample.mask)
            for value in sample.values { out.put(value) }
        }
        out.put(out.bytes.withUnsafeBytes { CRC32C.checksum($0) })
        return out.bytes
    }

    /// Takes back what `snapshot` gave. Call it on a fresh staging of the same kinds.
    /// - Throws: `SnapshotError` where the bytes are damaged or of other kinds: throw this staging away then.
    package func restore(_ bytes: [UInt8]) throws {
        guard bytes.count > 4 else { throw SnapshotError.damaged }
        let checksum = bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0.dropLast(4))) }
        guard checksum == ByteReader(bytes, at: bytes.count - 4).peek(UInt32.self) else { throw SnapshotError.damaged }
        var input = ByteReader(bytes, at: 0)
        guard try input.take(UInt8.self) == Staging.snapshotVersion, try input.take(UInt8.self) == kindCount else {
            throw SnapshotError.other
        }
        for kind in 0..<kindCount { guard try input.take(UInt8.self) == slots(ofKind: kind) else { throw SnapshotError.other } }
        for _ in 0..<(try input.take(UInt32.self)) {
            let (asset, kind, length) = (try input.take(UInt32.self), try input.take(UInt8.self), Int(try input.take(UInt16.self)))
            guard kind < kindCount, asset != UInt32.max else { throw SnapshotError.damaged }
            let header = Slab.headerBytes(slots: slots(ofKind: Int(kind)))
            guard (header...header + Staging.chunkBytes).contains(length) else { throw SnapshotError.damaged }
            let slabBytes = try input.take(count: length)
            let slab = open(asset, Int(kind))
            slabBytes.withUnsafeBytes { slab.base.copyMemory(from: $0.baseAddress!, byteCount: length) }
            guard slab.kind == kind, (slab.bits + 7) / 8 == length - header else { throw SnapshotError.damaged }
        }
        take(full: try Staging.chunks(&input), late: try Staging.late(&input))
    }

    private static func chunks(_ input: inout ByteReader) throws -> [Chunk] {
        try (0..<(try input.take(UInt32.self))).map { _ in
            let (asset, start, finish) = (try input.take(UInt32.self), try input.take(Int64.self), try input.take(Int64.self))
            let (count, length) = (try input.take(UInt16.self), try input.take(UInt16.self))
            return Chunk(asset: asset, start: start, finish: finish, count: Int(count), bytes: try input.take(count: Int(length)))
        }
    }

    private static func late(_ input: inout ByteReader) throws -> [UInt32: [Sample]] {
        var late: [UInt32: [Sample]] = [:]
        for _ in 0..<(try input.take(UInt32.self)) {
            let (asset, at, mask) = (try input.take(UInt32.self), try input.take(Int64.self), try input.take(UInt16.self))
            let values = try (0..<mask.nonzeroBitCount).map { _ in try input.take(Int32.self) }
            late[asset, default: []].append(Sample(at: Instant(milliseconds: at), mask: mask, values: values))
        }
        return late
    }
}

/// Why a snapshot cannot be taken back; the floor then starts from an older one or from the intake.
package enum SnapshotError: Error, Sendable { case damaged, other }

/// Little-endian integers into bytes.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }

    mutating func replace(_ value: UInt32, at place: Int) {
        withUnsafeBytes(of: value.littleEndian) { for (i, byte) in $0.enumerated() { bytes[place + i] = byte } }
    }
}

/// Little-endian integers from bytes of unknown origin: too few of them are an error.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var at: Int

    init(_ bytes: [UInt8], at: Int) { (self.bytes, self.at) = (bytes, at) }

    var isAtEnd: Bool { at >= bytes.count }

    func peek<T: FixedWidthInteger>(_ type: T.Type) -> T {
        bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: type)) }
    }

    mutating func take<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        guard bytes.count - at >= MemoryLayout<T>.size else { throw SnapshotError.damaged }
        defer { at += MemoryLayout<T>.size }
        return peek(type)
    }

    mutating func take(count: Int) throws -> [UInt8] {
        guard count >= 0, bytes.count - at >= count else { throw SnapshotError.damaged }
        defer { at += count }
        return Array(bytes[at..<at + count])
    }
}
