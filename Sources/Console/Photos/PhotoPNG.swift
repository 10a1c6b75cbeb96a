// SPDX-License-Identifier: EUPL-1.2

/// PNG (ISO/IEC 15948): header, palette, transparency and image data are copied chunk by chunk once their check sums are right; every other
/// chunk (text, time, EXIF, profiles, animation) is left out.
enum PhotoPNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func clean(_ bytes: [UInt8]) throws -> CleanPhoto {
        var reader = PhotoReader(bytes[signature.count...], .png)
        var out = signature
        var size: (width: Int, height: Int)?
        var (hasData, isPastData, hasPalette, needsPalette) = (false, false, false, false)
        while true {
            let start = reader.at
            let length = try reader.big(4)
            guard length < 1 << 31 else { throw PhotoFault.malformed(.png, "a chunk of length \(length)") }
            let named = try reader.take(4 + length)
            let (name, data) = (String(decoding: named.prefix(4), as: UTF8.self), named.dropFirst(4))
            let sum = try reader.big(4)
            guard sum == Int(crc(named)) else { throw PhotoFault.malformed(.png, "the check sum of '\(printable(name))' is wrong") }
            guard size != nil || name == "IHDR" else { throw PhotoFault.malformed(.png, "it does not begin with its header") }
            if hasData, name != "IDAT" { isPastData = true }
            switch name {
            case "IHDR":
                guard size == nil else { throw PhotoFault.malformed(.png, "two headers") }
                (size, needsPalette) = try header(data)
            case "PLTE":
                guard !hasPalette, !hasData, length % 3 == 0, (3...768).contains(length) else {
                    throw PhotoFault.malformed(.png, "its palette")
                }
                hasPalette = true
            case "tRNS": guard !hasData, length <= 256 else { throw PhotoFault.malformed(.png, "its transparency") }
            case "IDAT":
                guard !isPastData, hasPalette || !needsPalette else { throw PhotoFault.malformed(.png, "image data where none may stand") }
                if !hasData, length >= 2 { try checkStream(data) }
                hasData = true
            case "IEND":
                guard hasData, length == 0, let size else { throw PhotoFault.malformed(.png, "it has no picture") }
                out += bytes[start..<reader.at]
                return CleanPhoto(type: .png, width: size.width, height: size.height, bytes: out)
            case "acTL", "fcTL", "fdAT": throw PhotoFault.unsupported(.png, "an animation")
            default:
                // An upper-case first letter: nobody can show the picture without understanding this chunk.
                guard let first = named.first, first & 0x20 != 0 else { throw PhotoFault.unsupported(.png, "chunk '\(printable(name))'") }
                continue
            }
            out += bytes[start..<reader.at]
        }
    }

    private static func header(_ data: ArraySlice<UInt8>) throws -> (size: (width: Int, height: Int), needsPalette: Bool) {
        guard data.count == 13 else { throw PhotoFault.malformed(.png, "a header of \(data.count) bytes") }
        var reader = PhotoReader(data, .png)
        let (width, height) = (try reader.big(4), try reader.big(4))
        let (depth, colour) = (try reader.byte(), try reader.byte())
        let (compression, filter, interlace) = (try reader.byte(), try reader.byte(), try reader.byte())
        let depths: [UInt8: Set<UInt8>] = [0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]]
        guard depths[colour]?.contains(depth) == true, compression == 0, filter == 0, interlace <= 1 else {
            throw PhotoFault.malformed(.png, "its header")
        }
        try PhotoRules.checkSize(.png, width: width, height: height)
        return ((width, height), colour == 3)
    }

    /// The two bytes with which a zlib stream begins (RFC 1950 §2.2).
    private static func checkStream(_ data: ArraySlice<UInt8>) throws {
        let (method, flags) = (Int(data[data.startIndex]), Int(data[data.startIndex + 1]))
        guard method & 15 == 8, method >> 4 <= 7, (method << 8 | flags) % 31 == 0, flags & 0x20 == 0 else {
            throw PhotoFault.malformed(.png, "image data that are not deflated")
        }
    }

    private static func printable(_ name: String) -> String { name.unicodeScalars.allSatisfy { $0.properties.isAlphabetic } ? name : "?" }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { PhotoPNG.table[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
    }
}
