// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// A file written as a stream of bytes: what is not yet on disk is at most 256 KiB.
final class TextFile {
    let path: String
    private let handle: FileHandle
    private var pending: [UInt8] = []

    init(_ path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path) else {
            throw CityError.cannotWrite(path)
        }
        self.handle = handle
        pending.reserveCapacity(300_000)
    }

    func write(_ text: String) throws {
        pending.append(contentsOf: text.utf8)
        if pending.count > 262_144 { try flush() }
    }

    /// Millionths with all six digits: `5.040000`.
    func write(millionths value: Int32) throws {
        let positive = value.magnitude
        if value < 0 { pending.append(UInt8(ascii: "-")) }
        try write("\(positive / 1_000_000).")
        var digits = positive % 1_000_000
        var divisor: UInt32 = 100_000
        while divisor > 0 {
            pending.append(UInt8(ascii: "0") + UInt8(digits / divisor))
            digits %= divisor
            divisor /= 10
        }
    }

    func append(contentsOf path: String) throws {
        guard let part = FileHandle(forReadingAtPath: path) else { throw CityError.cannotWrite(path) }
        while let bytes = try part.read(upToCount: 1 << 20), !bytes.isEmpty {
            pending.append(contentsOf: bytes)
            try flush()
        }
        try part.close()
    }

    func flush() throws {
        try handle.write(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }

    func close() throws {
        try flush()
        try handle.close()
    }
}
