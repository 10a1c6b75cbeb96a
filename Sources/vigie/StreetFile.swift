// SPDX-License-Identifier: EUPL-1.2

import CZlib
import Rounds

/// What a file of streets is, by its first bytes: GeoJSON for the base map, or an OSM extract for the crews' ways, packed by gzip or not.
enum StreetFile {
    enum Sort: Hashable { case geoJSON, xml, pbf, gzip, bzip2, unknown }

    /// No city's extract is larger once unpacked; a file that says so is not believed.
    static let limit = 8 << 30

    static func sort(_ bytes: [UInt8]) -> Sort {
        if bytes.starts(with: [0x1F, 0x8B]) { return .gzip }
        if bytes.starts(with: Array("BZh".utf8)) { return .bzip2 }
        if bytes.count > 20, bytes[0] == 0, bytes[4..<20].contains(UInt8(ascii: "O")), holds("OSMHeader", bytes.prefix(40)) { return .pbf }
        // A mark of byte order and blanks may come first.
        let text = bytes.prefix(1_000).drop { $0 <= 32 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        if text.first == UInt8(ascii: "<") { return .xml }
        return text.first == UInt8(ascii: "{") || text.first == 0x1E ? .geoJSON : .unknown
    }

    private static func holds(_ word: String, _ bytes: ArraySlice<UInt8>) -> Bool { String(decoding: bytes, as: UTF8.self).contains(word) }

    /// Unpacks a gzip file, members one after the other.
    /// - Returns: nil where it is cut, damaged, or larger than the limit.
    static func gunzip(_ packed: [UInt8], limit: Int = StreetFile.limit) -> [UInt8]? {
        var plain: [UInt8] = []
        var at = 0
        while at < packed.count {
            guard let used = unpack(packed[at...], window: 15 + 16, limit: limit, into: &plain) else { return nil }
            at += used
        }
        return plain
    }

    /// A block of `.osm.pbf`: zlib data that become exactly so many bytes.
    static func inflate(_ packed: ArraySlice<UInt8>, _ size: Int) -> [UInt8]? {
        var plain: [UInt8] = []
        plain.reserveCapacity(size)
        guard unpack(packed, window: 15, limit: size, into: &plain) != nil, plain.count == size else { return nil }
        return plain
    }

    /// - Returns: how many bytes were used; nil where the stream is damaged, cut, or larger than the limit.
    private static func unpack(_ packed: ArraySlice<UInt8>, window: Int32, limit: Int, into plain: inout [UInt8]) -> Int? {
        var stream = z_stream()
        guard inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        var used = 0
        while true {
            let part = packed.dropFirst(used).prefix(1 << 28)
            var (status, taken, made) = (Z_OK, 0, 0)
            part.withUnsafeBufferPointer { source in
                piece.withUnsafeMutableBufferPointer { target in
                    stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                    stream.avail_in = UInt32(source.count)
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    (taken, made) = (source.count - Int(stream.avail_in), target.count - Int(stream.avail_out))
                }
            }
            used += taken
            guard plain.count + made <= limit else { return nil }
            plain += piece.prefix(made)
            if status == Z_STREAM_END { return used }
            guard status == Z_OK, taken > 0 || made > 0 else { return nil }
        }
    }

    /// - Throws: `StreetFault`.
    static func extract(_ bytes: [UInt8], inside box: StreetBox?, progress: (Int) -> Void) throws(StreetFault) -> OSMExtract {
        switch sort(bytes) {
        case .pbf: return try OSMExtract(pbf: bytes, inside: box, inflate: inflate, progress: progress)
        case .xml: return try OSMExtract(xml: bytes, inside: box, progress: progress)
        case .gzip, .bzip2, .geoJSON, .unknown: throw .notOSM
        }
    }
}
