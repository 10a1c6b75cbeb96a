// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

/// One file of the intake, named by the position of its first turn: `intake-00000000000000000001.log`.
struct IntakeSegment {
    let path: String
    let first: UInt64
    var bytes: Int
    /// The time of its first turn, or nil while it has none.
    var began: Instant?

    static func name(_ first: UInt64) -> String { "intake-" + String(repeating: "0", count: 20 - String(first).count) + "\(first).log" }

    static func first(ofName name: String) -> UInt64? {
        guard name.hasPrefix("intake-"), name.hasSuffix(".log") else { return nil }
        return UInt64(name.dropFirst(7).dropLast(4))
    }

    /// All segments of a folder in order.
    static func list(_ folder: String) throws -> [IntakeSegment] {
        try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name -> IntakeSegment? in
            guard let first = first(ofName: name) else { return nil }
            let path = folder + "/" + name
            guard let file = FileHandle(forReadingAtPath: path) else { throw IntakeError.file(path, "cannot be read") }
            defer { try? file.close() }
            let size = Int(try file.seekToEnd())
            try file.seek(toOffset: 0)
            let head = [UInt8](try file.read(upToCount: IntakeRecord.headerBytes) ?? Data())
            let began = head.count == IntakeRecord.headerBytes ? head.withUnsafeBytes { IntakeRecord.now($0, at: 0) } : nil
            return IntakeSegment(path: path, first: first, bytes: size, began: began)
        }
        .sorted { $0.first < $1.first }
    }

    /// What a walk over a segment meets, in order.
    enum Piece {
        /// A sound record at an offset.
        case record(offset: Int, bytes: UnsafeRawBufferPointer)
        /// Bytes that are no record, with a sound one after them.
        case damage(offset: Int, count: Int)
        /// Bytes at the end with no sound record after them: a write that was cut.
        case tail(offset: Int, count: Int)
    }

    func walk(_ body: (Piece) throws -> Void) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw IntakeError.file(path, "cannot be read") }
        try data.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                if let length = IntakeRecord.length(bytes, at: offset) {
                    try body(.record(offset: offset, bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])))
                    offset += length
                } else if let next = IntakeSegment.nextRecord(bytes, after: offset) {
                    try body(.damage(offset: offset, count: next - offset))
                    offset = next
                } else {
                    try body(.tail(offset: offset, count: bytes.count - offset))
                    offset = bytes.count
                }
            }
        }
    }

    private static func nextRecord(_ bytes: UnsafeRawBufferPointer, after offset: Int) -> Int? {
        guard bytes.count - IntakeRecord.headerBytes > offset else { return nil }
        for at in offset + 1..<bytes.count - IntakeRecord.headerBytes where bytes[at] == 0x56 && IntakeRecord.length(bytes, at: at) != nil {
            return at
        }
        return nil
    }
}

/// What the intake cannot do, or found.
package enum IntakeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No space: nothing was lost, what was appended waits in memory; `sync` again when there is space.
    case full(String)
    case file(String, String)
    /// Bytes in the middle of a segment are no record.
    case damaged(Intake.Damage)
    /// Turns that should be there are not, from the first to the last.
    case missing(UInt64, UInt64)

    package var description: String {
        switch self {
        case .full(let why): "the intake cannot be written (\(why)): free some space; nothing acknowledged is lost"
        case .file(let path, let why): "the intake file \(path): \(why)"
        case .damaged(let damage): "\(damage)"
        case .missing(let from, let to): "the turns \(from) to \(to) are not in the intake"
        }
    }
}
