// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// The floor's memory on disk: everything that the intake would have to be replayed for, at one position of the intake. It
/// is a cache: without it (or where it is damaged, or of another build) the floor replays what the intake still holds.
///
/// Form: 'VIGIESN2', then little-endian fields in the order of `write`, then a CRC-32 (ISO 3309) of all before it. Files are written
/// beside, synced and renamed; `SnapshotFiles.swift` says which are kept.
package struct Snapshot {
    package var position: UInt64 = 0
    package var now = Instant.distantPast
    /// One packed row an asset that was ever heard or has a flag: see `Board.pack`.
    package var board: [UInt8] = []
    package var alarms: [UInt8] = []
    /// Empty in those of past hours: what was staged then is in the journal by now.
    package var staging: [UInt8] = []
    /// See `Judgement.pack`.
    package var judgement: [UInt8] = []

    static let magic = Array("VIGIESN2".utf8)
    static let headBytes = 24

    package init() {}

    func write(to path: String) throws {
        var bytes = Bytes()
        bytes.append(Snapshot.magic)
        bytes.append(position)
        bytes.append(UInt64(bitPattern: now.milliseconds))
        for part in [board, alarms, staging, judgement] {
            bytes.append(UInt64(part.count))
            bytes.append(part)
        }
        bytes.append(UInt64(bytes.checksum))
        let beside = path + ".part"
        guard FileManager.default.createFile(atPath: beside, contents: nil), let file = FileHandle(forWritingAtPath: beside) else {
            throw SnapshotError.cannotWrite(beside)
        }
        try file.write(contentsOf: Data(bytes.bytes))
        try file.synchronize()
        try file.close()
        guard rename(beside, path) == 0 else { throw SnapshotError.cannotWrite(path) }
    }

    package init?(contentsOf path: String) {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        self.init([UInt8](data))
    }

    /// Nil where the bytes are not a whole snapshot.
    package init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard bytes.count > Snapshot.headBytes, Array(bytes.prefix(8)) == Snapshot.magic else { return nil }
        var whole = Bytes()
        whole.bytes = Array(bytes.dropLast(8))
        reader.skip(bytes.count - 8)
        guard reader.word() == UInt64(whole.checksum) else { return nil }
        reader = ByteReader(whole.bytes)
        reader.skip(8)
        guard let position = reader.word(), let now = reader.word() else { return nil }
        var parts: [[UInt8]] = []
        for _ in 0..<4 {
            guard let count = reader.word(), let part = reader.take(Int(clamping: count)) else { return nil }
            parts.append(part)
        }
        (self.position, self.now) = (position, Instant(milliseconds: Int64(bitPattern: now)))
        (board, alarms, staging, judgement) = (parts[0], parts[1], parts[2], parts[3])
    }
}

package enum SnapshotError: Error, CustomStringConvertible {
    case cannotWrite(String)
    package var description: String {
        switch self {
        case .cannotWrite(let path): "cannot write \(path): is the disk full, or the folder not ours?"
        }
    }
}

/// Little-endian bytes being written.
package struct Bytes {
    package var bytes: [UInt8] = []
    package init() {}
    package mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
    package mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// CRC-32 (ISO 3309), table-driven.
    var checksum: UInt32 {
        bytes.withUnsafeBufferPointer { bytes in
            Bytes.table.withUnsafeBufferPointer { table in
                var crc: UInt32 = .max
                for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
                return ~crc
            }
        }
    }

    private static let table: [UInt32] = (0..<256).map { n in
        (0..<8).reduce(UInt32(n)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
    }
}

/// Little-endian bytes being read; every read may fail.
package struct ByteReader {
    private let bytes: [UInt8]
    private var at = 0
    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package mutating func skip(_ n: Int) { at = min(bytes.count, at + max(0, n)) }
    package mutating func word() -> UInt64? { integer() }

    package mutating func integer<T: FixedWidthInteger>() -> T? {
        let size = MemoryLayout<T>.size
        guard bytes.count - at >= size else { return nil }
        defer { at += size }
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: T.self)) }
    }

    package mutating func take(_ n: Int) -> [UInt8]? {
        guard n >= 0, bytes.count - at >= n else { return nil }
        defer { at += n }
        return Array(bytes[at..<at + n])
    }
    package var isAtEnd: Bool { at == bytes.count }
}

extension Board {
    /// The moving part of every asset that has one: number, kind's name index, then the cell's fields and the last values.
    package func pack() -> [UInt8] {
        var out = Bytes()
        out.bytes.reserveCapacity(count * 72)
        out.append(UInt32(kinds.count))
        for kind in kinds {
            out.append(UInt16(kind.name.text.utf8.count))
            out.append(Array(kind.name.text.utf8))
            out.append(UInt8(kind.properties.count))
        }
        out.append(UInt32(programmes.count))
        for programme in programmes {
            out.append(UInt32(programme.trade))
            out.append(UInt32(programme.number))
            out.append(programme.level)
            out.append(programme.since)
        }
        for n in 0..<count {
            let c = cells[n]
            let isMoved = c.lastHeard != 0 || c.stateSince != 0 || !c.flags.isDisjoint(with: [.override, .carries])
            guard c.kind != 255, isMoved else { continue }
            out.append(UInt32(n))
            out.append(c.kind)
            out.append(c.lastTime)
            for field in [c.lastHeard, c.stateSince, c.conditions, c.memory, c.lastSequence, c.wantedSince] { out.append(field) }
            out.append(c.present)
            for field in [c.state, c.level, c.wanted, c.flags.subtracting(.dirty).rawValue] { out.append(field) }
            for slot in kinds[Int(c.kind)].properties.indices { out.append(values[Int(c.valueBase) + slot]) }
        }
        return out.bytes
    }

    /// Takes back what `pack` wrote, for the assets that are still here and of the same kind. False where the bytes are of
    /// another declaration of kinds: then nothing was taken.
    package func unpack(_ bytes: [UInt8]) -> Bool {
        var reader = ByteReader(bytes)
        guard let kindCount: UInt32 = reader.integer(), Int(kindCount) == kinds.count else { return false }
        for kind in kinds {
            guard let length: UInt16 = reader.integer(), let name = reader.take(Int(length)), let slots: UInt8 = reader.integer(),
                name == Array(kind.name.text.utf8), Int(slots) == kind.properties.count
            else { return false }
        }
        guard let programmeCount: UInt32 = reader.integer() else { return false }
        for _ in 0..<programmeCount {
            guard let trade: UInt32 = reader.integer(), let number: UInt32 = reader.integer(), let level: UInt8 = reader.integer(),
                let since: UInt32 = reader.integer()
            else { return false }
            if let i = programmes.firstIndex(where: { $0.trade == Int(trade) && $0.number == Int(number) }) {
                (programmes[i].level, programmes[i].since) = (level, since)
            }
        }
        while !reader.isAtEnd {
            guard let number: UInt32 = reader.integer(), let kind: UInt8 = reader.integer(), Int(kind) < kinds.count else { return false }
            let isHere = Int(number) < count && cells[Int(number)].kind == kind
            var c = isHere ? cells[Int(number)] : Cell()
            guard let lastTime: Int64 = reader.integer(), let heard: UInt32 = reader.integer(), let since: UInt32 = reader.integer(),
                let conditions: UInt32 = reader.integer(), let memory: UInt32 = reader.integer(), let sequence: UInt32 = reader.integer(),
                let wantedSince: UInt32 = reader.integer(), let present: UInt16 = reader.integer(), let state: UInt8 = reader.integer(),
                let level: UInt8 = reader.integer(), let wanted: UInt8 = reader.integer(), let flags: UInt8 = reader.integer()
            else { return false }
            (c.lastTime, c.lastHeard, c.stateSince, c.conditions) = (lastTime, heard, since, conditions)
            (c.memory, c.lastSequence, c.wantedSince, c.present) = (memory, sequence, wantedSince, present)
            (c.state, c.level, c.wanted, c.flags) = (state, level, wanted, Flags(rawValue: flags))
            if isHere { cells[Int(number)] = c }
            for slot in kinds[Int(kind)].properties.indices {
                guard let value: Int32 = reader.integer() else { return false }
                if isHere { values[Int(c.valueBase) + slot] = value }
            }
        }
        noteCarriers()
        return true
    }
}
