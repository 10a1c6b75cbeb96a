// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Reads JSON from bytes that a stranger wrote: bounded depth, no trap, errors with their offset.
/// It can be stopped between values, so that a GeoJSON file is read one feature at a time.
struct JSONCursor {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private static let deepest = 64

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) { (self.bytes, self.offset) = (bytes, offset) }

    var isAtEnd: Bool { offset >= bytes.count }
    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func malformed(_ reason: String) -> JSON.Malformed { JSON.Malformed(offset: offset, reason: reason) }

    mutating func skipSpace() {
        while offset < bytes.count, bytes[offset] == 0x20 || (0x09...0x0D).contains(bytes[offset]) { offset += 1 }
    }

    /// Takes the byte if it comes next (after space).
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        offset += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws {
        guard take(byte) else { throw malformed("expected '\(Character(UnicodeScalar(byte)))'\(found)") }
    }

    private var found: String { next.map { ", found '\(Character(UnicodeScalar($0)))'" } ?? ", found the end of the text" }

    mutating func value(depth: Int = 0) throws -> JSON {
        guard depth < JSONCursor.deepest else { throw malformed("nested deeper than \(JSONCursor.deepest) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func object(depth: Int) throws -> JSON {
        try expect(UInt8(ascii: "{"))
        var members: [(key: String, value: JSON)] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            let key = try self.key()
            members.append((key, try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return .object(members)
    }

    /// A member's key and the colon after it.
    mutating func key() throws -> String {
        skipSpace()
        let key = try string()
        try expect(UInt8(ascii: ":"))
        return key
    }

    private mutating func list(depth: Int) throws -> JSON {
        try expect(UInt8(ascii: "["))
        var items: [JSON] = []
        if take(UInt8(ascii: "]")) { return .list(items) }
        repeat { items.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return .list(items)
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws -> JSON {
        let n = text.utf8CodeUnitCount
        guard offset + n <= bytes.count, memcmp(bytes.baseAddress! + offset, text.utf8Start, n) == 0 else {
            throw malformed("expected \(text)")
        }
        offset += n
        return value
    }

    private mutating func number() throws -> Double {
        let start = offset
        while let byte = next, (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2B || byte == 0x2E || byte | 0x20 == 0x65 {
            offset += 1
        }
        guard start < offset, let first = bytes[start...].first, first == 0x2D || (0x30...0x39).contains(first) else {
            offset = start
            throw malformed("expected a value\(found)")
        }
        guard offset - start <= 64, let number = Double(String(decoding: bytes[start..<offset], as: UTF8.self)), number.isFinite else {
            offset = start
            throw malformed("not a number")
        }
        return number
    }

    private mutating func string() throws -> String {
        guard next == UInt8(ascii: "\"") else { throw malformed("expected '\"'\(found)") }
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if next == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return String(decoding: bytes[start..<offset], as: UTF8.self)
        }
        return try stringWithEscapes(from: start)
    }

    private mutating func stringWithEscapes(from start: Int) throws -> String {
        var out = Array(bytes[start..<offset])
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &out)
            case ..<0x20: throw malformed("a control character inside a text")
            default: out.append(byte)
            }
        }
        throw malformed("a text without its closing '\"'")
    }

    private mutating func escape(into out: inout [UInt8]) throws {
        guard let byte = next else { throw malformed("a text that ends after '\\'") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): try out.append(contentsOf: Array(String(Character(unicodeEscape())).utf8))
        default: throw malformed("unknown escape '\\\(Character(UnicodeScalar(byte)))'")
        }
    }

    /// After `\u`: one scalar, two escapes where it is a surrogate pair, U+FFFD where the pair is broken.
    private mutating func unicodeEscape() throws -> UnicodeScalar {
        let high = try hex4()
        if let scalar = UnicodeScalar(high) { return scalar }
        guard high < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u") else {
            return "\u{FFFD}"
        }
        offset += 2
        let low = try hex4()
        guard (0xDC00...0xDFFF).contains(low) else { return "\u{FFFD}" }
        return UnicodeScalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hex4() throws -> UInt32 {
        guard offset + 4 <= bytes.count, let value = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16),
            bytes[offset] != UInt8(ascii: "+"), bytes[offset] != UInt8(ascii: "-")
        else { throw malformed("'\\u' needs four hexadecimal digits") }
        offset += 4
        return value
    }
}
