// SPDX-License-Identifier: EUPL-1.2

/// Bytes of a mail as text. What a charset does not have becomes U+FFFD; a zero character is left out, since no database takes it.
enum MailText {
    static func decode(_ bytes: ArraySlice<UInt8>, charset: String) -> String {
        let text: String
        switch charset.lowercased() {
        case "utf-8", "utf8", "us-ascii", "ascii", "": text = utf8OrWindows(bytes)
        // Mails that say Latin 1 and use its control characters mean windows-1252, as browsers read it (WHATWG Encoding §4.2).
        case "iso-8859-1", "latin1", "iso_8859-1", "windows-1252", "cp1252": text = table(bytes, windows)
        case "iso-8859-15", "latin-9", "latin9", "iso_8859-15": text = table(bytes, nine)
        default: text = utf8OrWindows(bytes)
        }
        return text.unicodeScalars.contains("\0") ? String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\0" })) : text
    }

    /// UTF-8 where it is that, else what an old program most likely meant.
    private static func utf8OrWindows(_ bytes: ArraySlice<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self) ?? table(bytes, windows)
    }

    private static func table(_ bytes: ArraySlice<UInt8>, _ special: [UInt8: UInt32]) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(Unicode.Scalar(special[byte] ?? UInt32(byte)) ?? "\u{FFFD}") }
        return String(scalars)
    }

    /// Where windows-1252 differs from Latin 1: 0x80 to 0x9F.
    private static let windows: [UInt8: UInt32] = Dictionary(
        uniqueKeysWithValues: zip(
            0x80...0x9F,
            [
                0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D,
                0xFFFD,
                0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E,
                0x0178,
            ]))

    /// Where ISO 8859-15 differs from Latin 1.
    private static let nine: [UInt8: UInt32] = [
        0xA4: 0x20AC, 0xA6: 0x160, 0xA8: 0x161, 0xB4: 0x17D, 0xB8: 0x17E, 0xBC: 0x152, 0xBD: 0x153, 0xBE: 0x178,
    ]
}

/// Bodies and words as they travel (RFC 2045 §6). Decoders take what they can and never fail: senders err in many ways.
enum TransferCoding {
    static func decode(_ body: ArraySlice<UInt8>, _ name: String) -> [UInt8] {
        switch name.lowercased() {
        case "base64": base64(body)
        case "quoted-printable": quotedPrintable(body)
        default: Array(body)
        }
    }

    static func base64(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(body.count * 3 / 4)
        var (word, bits) = (UInt32(0), 0)
        for byte in body {
            guard let value = base64Value(byte) else {
                if byte == 0x3D { break }
                continue
            }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return out
    }

    private static func base64Value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 65...90: byte - 65
        case 97...122: byte - 71
        case 48...57: byte + 4
        case 43, 45: 62
        case 47, 95: 63
        default: nil
        }
    }

    static func quotedPrintable(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(body.count)
        var at = body.startIndex
        while at < body.endIndex {
            let byte = body[at]
            guard byte == 0x3D else {
                out.append(byte)
                at += 1
                continue
            }
            if at + 2 < body.endIndex, let high = hex(body[at + 1]), let low = hex(body[at + 2]) {
                out.append(high << 4 | low)
                at += 3
                continue
            }
            // A soft line break: '=', white space, the line's end.
            var end = at + 1
            while end < body.endIndex, body[end] == 0x20 || body[end] == 0x09 { end += 1 }
            if end < body.endIndex, body[end] == 0x0D { end += 1 }
            if end < body.endIndex, body[end] == 0x0A {
                at = end + 1
            } else if end >= body.endIndex {
                at = end
            } else {
                out.append(byte)
                at += 1
            }
        }
        return out
    }

    static func percentDecoded(_ text: Substring) -> [UInt8] {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == 0x25, at + 2 < bytes.count, let high = hex(bytes[at + 1]), let low = hex(bytes[at + 2]) {
                out.append(high << 4 | low)
                at += 3
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return out
    }

    static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func base64(of bytes: some Collection<UInt8>) -> String {
        var out: [UInt8] = []
        var chunk: [UInt8] = []
        func write() {
            let word = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < chunk.count ? UInt32(chunk[$1]) : 0) }
            for place in 0..<4 { out.append(place <= chunk.count ? alphabet[Int(word >> UInt32(18 - 6 * place) & 63)] : 0x3D) }
            chunk.removeAll(keepingCapacity: true)
        }
        for byte in bytes {
            chunk.append(byte)
            if chunk.count == 3 { write() }
        }
        if !chunk.isEmpty { write() }
        return String(decoding: out, as: UTF8.self)
    }

    /// Text with any line ends as quoted-printable with CRLF, no line longer than 76.
    static func quotedPrintable(_ text: String) -> String {
        var out: [UInt8] = []
        for (i, line) in MailLines.split(Array(text.utf8)[...]).enumerated() {
            if i > 0 { out += [0x0D, 0x0A] }
            var length = 0
            for (j, byte) in line.enumerated() {
                let isLast = j == line.count - 1
                let isPlain = (33...126).contains(byte) && byte != 0x3D || (byte == 0x20 || byte == 0x09) && !isLast
                let piece: [UInt8] = isPlain ? [byte] : [0x3D] + Array(upperHex(byte).utf8)
                if length + piece.count > 75 {
                    out += [0x3D, 0x0D, 0x0A]
                    length = 0
                }
                // A line that begins with a point or 'From ' is touched by some on the way.
                out += piece
                length += piece.count
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func upperHex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16, uppercase: true)
        return text.utf8.count == 1 ? "0" + text : text
    }
}

enum MailLines {
    /// At LF, CRLF or a lone CR; without the line ends. What ends in one has no empty line after it.
    static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var (start, at) = (bytes.startIndex, bytes.startIndex)
        while at < bytes.endIndex {
            let byte = bytes[at]
            if byte == 0x0A || byte == 0x0D {
                lines.append(bytes[start..<at])
                if byte == 0x0D, at + 1 < bytes.endIndex, bytes[at + 1] == 0x0A { at += 1 }
                start = at + 1
            }
            at += 1
        }
        if start < bytes.endIndex { lines.append(bytes[start...]) }
        return lines
    }
}
