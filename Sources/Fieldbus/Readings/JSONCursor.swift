// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Why a scanner could not go on, or could not take what it read.
struct Fault: Error {
    var refusal: Refusal
    /// What would be right.
    var what: StaticString
    /// Offset of the byte in the document.
    var at: Int
}

/// Walks over the bytes of a JSON document (RFC 8259) without copying them. Never reads outside its bytes, never traps.
/// The content of strings is not checked to be UTF-8: whatever is kept from it is compared with known bytes or digits first.
struct JSONCursor {
    private(set) var p: UnsafePointer<UInt8>
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    /// How deep values may be nested below the one that is skipped.
    static let maximumDepth = 16

    /// A string between its quotes. Where `isEscaped`, `JSONCursor.unescape` gives its meaning.
    struct Text {
        var bytes: UnsafeBufferPointer<UInt8>
        var isEscaped: Bool
    }

    /// `bytes` must have a base address and outlive the cursor.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        start = bytes.baseAddress!
        p = start
        end = start + bytes.count
    }

    var offset: Int { p - start }
    var isAtEnd: Bool { p == end }

    /// The next byte, or 0 at the end (0 is valid nowhere in JSON).
    @inline(__always) var peek: UInt8 { p < end ? p.pointee : 0 }

    @inline(__always) mutating func skipSpace() {
        while p < end {
            switch p.pointee {
            case 0x20, 0x0A, 0x0D, 0x09: p += 1
            default: return
            }
        }
    }

    func fault(_ what: StaticString, _ refusal: Refusal = .notJSON) -> Fault { Fault(refusal: refusal, what: what, at: offset) }

    /// Goes over `byte` and the space behind it, or answers false and stays.
    @inline(__always) mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        p += 1
        skipSpace()
        return true
    }

    /// A string; the cursor stands on its first quote. Looks at eight bytes at a time for a quote, a backslash or a control.
    mutating func text() throws(Fault) -> Text {
        guard peek == UInt8(ascii: "\"") else { throw fault("a string in double quotes is expected here") }
        p += 1
        let first = p
        var escaped = false
        while true {
            while end - p >= 8 {
                let stop = JSONCursor.special(UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
                if stop == 0 { p += 8 } else { p += stop.trailingZeroBitCount >> 3; break }
            }
            guard p < end else { break }
            switch p.pointee {
            case UInt8(ascii: "\""):
                let bytes = UnsafeBufferPointer(start: first, count: p - first)
                p += 1
                return Text(bytes: bytes, isEscaped: escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                try skipEscape()
            case 0..<0x20: throw fault("a control character in a string must be escaped")
            default: p += 1
            }
        }
        throw fault("the string does not end")
    }

    /// The high bit of each byte that is a quote, a backslash or below 0x20; the lowest one set is exact.
    @inline(__always) private static func special(_ v: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = v ^ (ones &* 0x22)
        let slash = v ^ (ones &* 0x5C)
        let quotes = (quote &- ones) & ~quote
        let slashes = (slash &- ones) & ~slash
        let controls = (v &- (ones &* 0x20)) & ~v
        return (quotes | slashes | controls) & (ones &* 0x80)
    }

    private mutating func skipEscape() throws(Fault) {
        guard end - p >= 2 else { p = end; return }
        switch p[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            p += 2
        case UInt8(ascii: "u"):
            guard end - p >= 6, (2..<6).allSatisfy({ JSONCursor.hexadecimal(p[$0]) != nil }) else {
                throw fault("\\u needs four hexadecimal digits")
            }
            p += 6
        default: throw fault("unknown escape in a string")
        }
    }

    /// Goes over any value without keeping it, but checks that it is one.
    mutating func skipValue(depth: Int = 0) throws(Fault) {
        guard depth <= JSONCursor.maximumDepth else { throw fault("nested deeper than 16 levels") }
        switch peek {
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "{"):
            try members { (cursor, _) throws(Fault) in try cursor.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["):
            try elements { (cursor, _) throws(Fault) in try cursor.skipValue(depth: depth + 1) }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        default: _ = try literal()
        }
    }

    /// Each member of the object at the cursor; `body` must go over the value and nothing else.
    @inline(__always)
    mutating func members(_ body: (inout JSONCursor, Text) throws(Fault) -> Void) throws(Fault) {
        guard take(UInt8(ascii: "{")) else { throw fault("an object is expected here") }
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let key = try text()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("':' is expected after a key") }
            try body(&self, key)
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("',' or '}' is expected here") }
    }

    /// Each element of the array at the cursor with its index; `body` must go over the element and nothing else.
    @inline(__always)
    mutating func elements(_ body: (inout JSONCursor, Int) throws(Fault) -> Void) throws(Fault) {
        guard take(UInt8(ascii: "[")) else { throw fault("an array is expected here") }
        if take(UInt8(ascii: "]")) { return }
        var index = 0
        repeat {
            try body(&self, index)
            index += 1
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("',' or ']' is expected here") }
    }

    enum Literal { case yes, no, null }

    mutating func literal() throws(Fault) -> Literal {
        if takeWord("true") { return .yes }
        if takeWord("false") { return .no }
        if takeWord("null") { return .null }
        throw fault(isAtEnd ? "the document ends too early" : "a value is expected here")
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        guard end - p >= word.utf8CodeUnitCount else { return false }
        for i in 0..<word.utf8CodeUnitCount where p[i] != word.utf8Start[i] { return false }
        p += word.utf8CodeUnitCount
        return true
    }

    /// A number; at most 18 significant digits are kept and the exponent is bounded, so that no later sum can overflow.
    @inline(__always)
    mutating func number() throws(Fault) -> DecimalNumber {
        let isNegative = p < end && p.pointee == UInt8(ascii: "-")
        if isNegative { p += 1 }
        var number = DecimalNumber(mantissa: 0, exponent: 0)
        let first = p
        while p < end, case let digit = p.pointee &- 0x30, digit < 10 {
            number.append(digit: digit, isFraction: false)
            p += 1
        }
        guard p > first else { throw fault("a digit is expected here") }
        if first.pointee == 0x30, p - first > 1 { throw fault("a number has no leading zero") }
        if p < end, p.pointee == UInt8(ascii: ".") {
            p += 1
            let fraction = p
            while p < end, case let digit = p.pointee &- 0x30, digit < 10 {
                number.append(digit: digit, isFraction: true)
                p += 1
            }
            guard p > fraction else { throw fault("a digit is expected after the point") }
        }
        if p < end, p.pointee | 0x20 == UInt8(ascii: "e") { try exponent(of: &number) }
        if isNegative { number.mantissa = 0 &- number.mantissa }
        return number
    }

    private mutating func exponent(of number: inout DecimalNumber) throws(Fault) {
        p += 1
        let isNegative = peek == UInt8(ascii: "-")
        if isNegative || peek == UInt8(ascii: "+") { p += 1 }
        let first = p
        var exponent = 0
        while p < end, case let digit = p.pointee &- 0x30, digit < 10 {
            exponent = min(exponent * 10 + Int(digit), 100_000)
            p += 1
        }
        guard p > first else { throw fault("a digit is expected in the exponent") }
        number.exponent += isNegative ? -exponent : exponent
    }

    static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }

    /// The meaning of a string whose escapes were checked by `text()`. A lone half of a surrogate pair becomes U+FFFD.
    static func unescape(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var i = 0
        func unit(_ at: Int) -> UInt32? {
            guard at + 6 <= bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { return nil }
            return (2..<6).reduce(UInt32(0)) { $0 << 4 | (hexadecimal(bytes[at + $1]) ?? 0) }
        }
        while i < bytes.count {
            guard bytes[i] == UInt8(ascii: "\\"), i + 1 < bytes.count else {
                out.append(bytes[i])
                i += 1
                continue
            }
            if let high = unit(i) {
                i += 6
                var scalar = high
                if (0xD800..<0xDC00).contains(high), let low = unit(i), (0xDC00..<0xE000).contains(low) {
                    scalar = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
                    i += 6
                }
                out.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
            } else {
                out.append(plain(bytes[i + 1]))
                i += 2
            }
        }
        return out
    }

    private static func plain(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }
}
