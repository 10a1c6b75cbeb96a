// SPDX-License-Identifier: EUPL-1.2

import CZlib

/// Reads the files of a ZIP archive (APPNOTE 6.3): stored and deflated entries, no encryption, no ZIP64. What it says of itself is not
/// believed: a file may not become larger than it claims, nor all of them larger than the limit.
package enum ZipArchive {
    package enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
        case notZip, damaged(String), tooLarge, method(String)

        package var description: String {
            switch self {
            case .notZip: "the file is no ZIP archive"
            case .damaged(let name): "the archive is damaged at '\(name)'"
            case .tooLarge: "the archive holds more than 1 GB"
            case .method(let name): "'\(name)' is packed in a way that is not read; right would be: deflate"
            }
        }
    }

    static let limit = 1 << 30

    /// The files by their name without folders.
    package static func files(_ bytes: [UInt8], wanted: Set<String>) throws(Fault) -> [String: [UInt8]] {
        guard bytes.count >= 22, let end = endRecord(bytes) else { throw .notZip }
        let count = number(bytes, end + 10, 2)
        var at = number(bytes, end + 16, 4)
        var found: [String: [UInt8]] = [:]
        var sum = 0
        for _ in 0..<count {
            guard at + 46 <= bytes.count, number(bytes, at, 4) == 0x0201_4b50 else { throw .damaged("directory") }
            let (method, packed, plain) = (number(bytes, at + 10, 2), number(bytes, at + 20, 4), number(bytes, at + 24, 4))
            let (nameLength, extra, comment) = (number(bytes, at + 28, 2), number(bytes, at + 30, 2), number(bytes, at + 32, 2))
            let local = number(bytes, at + 42, 4)
            guard at + 46 + nameLength <= bytes.count else { throw .damaged("directory") }
            let path = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
            at += 46 + nameLength + extra + comment
            let name = String(path.split(separator: "/").last ?? "")
            guard wanted.contains(name), !path.hasSuffix("/"), !path.contains("__MACOSX") else { continue }
            sum += plain
            guard sum <= limit else { throw .tooLarge }
            guard local + 30 <= bytes.count, number(bytes, local, 4) == 0x0403_4b50 else { throw .damaged(name) }
            let start = local + 30 + number(bytes, local + 26, 2) + number(bytes, local + 28, 2)
            guard start + packed <= bytes.count else { throw .damaged(name) }
            switch method {
            case 0:
                // What is stored is as long as it says, or the sum above counts something else than what is read.
                guard packed == plain else { throw .damaged(name) }
                found[name] = Array(bytes[start..<(start + packed)])
            case 8:
                // Deflate packs at most 1032 to 1: a claim beyond that is none to make room for.
                guard plain <= (packed + 1) * 1032, let file = inflated(bytes[start..<(start + packed)], plain) else {
                    throw .damaged(name)
                }
                found[name] = file
            default: throw .method(name)
            }
        }
        return found
    }

    /// The last record, which may be followed by a comment of at most 64 kB.
    private static func endRecord(_ bytes: [UInt8]) -> Int? {
        var at = bytes.count - 22
        let least = max(0, at - 65_535)
        while at >= least {
            if number(bytes, at, 4) == 0x0605_4b50 { return at }
            at -= 1
        }
        return nil
    }

    private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        guard at >= 0, at + count <= bytes.count else { return 0 }
        return (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }

    private static func inflated(_ packed: ArraySlice<UInt8>, _ size: Int) -> [UInt8]? {
        var stream = z_stream()
        // No header: raw deflate.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var plain = [UInt8](repeating: 0, count: size)
        let isWhole = packed.withUnsafeBufferPointer { source in
            plain.withUnsafeMutableBufferPointer { target in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(size)
                let status = inflate(&stream, Z_FINISH)
                return status == Z_STREAM_END && stream.avail_out == 0 || size == 0
            }
        }
        return isWhole ? plain : nil
    }
}
