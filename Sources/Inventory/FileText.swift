// SPDX-License-Identifier: EUPL-1.2

/// The bytes of a file as UTF-8, whatever they were.
package struct FileText: Sendable {
    package enum Encoding: String, Sendable, CaseIterable { case utf8, cp1252 }

    /// Without a byte-order mark.
    package let bytes: [UInt8]
    package let encoding: Encoding

    /// - Parameter encoding: nil to find out: UTF-8 where the bytes are valid UTF-8 (with or without mark), else Windows-1252.
    /// - Throws: `ImportProblem` for UTF-16 and for text that is not in the encoding asked for.
    package init(_ bytes: [UInt8], encoding: Encoding? = nil) throws {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ImportProblem("the file is UTF-16", right: "save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')")
        }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let isUTF8 = FileText.isUTF8(bytes)
        if encoding == .utf8 && !isUTF8 {
            throw ImportProblem("the file is not UTF-8", right: "encoding: cp1252, or leave the encoding out to have it found")
        }
        if isUTF8 && encoding != .cp1252 {
            self.bytes = hasMark ? Array(bytes.dropFirst(3)) : bytes
            self.encoding = .utf8
        } else {
            self.bytes = FileText.fromWindows1252(bytes)
            self.encoding = .cp1252
        }
    }

    /// Without overlong forms, surrogates and values above U+10FFFF (RFC 3629).
    static func isUTF8(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var i = 0
            while i < bytes.count {
                let byte = bytes[i]
                if byte < 0x80 {
                    i += 1
                    continue
                }
                let length = byte & 0xE0 == 0xC0 ? 2 : byte & 0xF0 == 0xE0 ? 3 : byte & 0xF8 == 0xF0 ? 4 : 0
                guard length > 0, byte != 0xC0, byte != 0xC1, byte < 0xF5, i + length <= bytes.count else { return false }
                for j in 1..<length where bytes[i + j] & 0xC0 != 0x80 { return false }
                let second = bytes[i + 1]
                if byte == 0xE0 && second < 0xA0 || byte == 0xED && second > 0x9F || byte == 0xF0 && second < 0x90
                    || byte == 0xF4 && second > 0x8F
                {
                    return false
                }
                i += length
            }
            return true
        }
    }

    private static func fromWindows1252(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + bytes.count / 16)
        for byte in bytes {
            if byte < 0x80 {
                out.append(byte)
            } else {
                let scalar = byte < 0xA0 ? windows1252[Int(byte - 0x80)] : UInt16(byte)
                out.append(contentsOf: Array(String(UnicodeScalar(scalar) ?? "\u{FFFD}").utf8))
            }
        }
        return out
    }

    /// 0x80 to 0x9F (WHATWG Encoding, index windows-1252; the five unused codes are controls there, as here).
    private static let windows1252: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]
}

/// Why a whole file cannot be imported, and what would be right.
package struct ImportProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package var reason: String
    package var right: String
    package init(_ reason: String, right: String) { (self.reason, self.right) = (reason, right) }
    package var description: String { "\(reason); right would be: \(right)" }
}
