// SPDX-License-Identifier: EUPL-1.2

/// Reads the data types of MQTT (3.1.1 §1.5, 5 §1.5) from borrowed bytes; never past their end.
struct MQTTReader {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    private mutating func drop(_ n: Int) { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(n)) }

    @inline(__always) mutating func byte() throws(MQTTFault) -> UInt8 {
        guard let first = rest.first else { throw MQTTFault(.malformed, "the packet ends too early") }
        drop(1)
        return first
    }

    @inline(__always) mutating func two() throws(MQTTFault) -> UInt16 {
        guard rest.count >= 2 else { throw MQTTFault(.malformed, "the packet ends too early") }
        let value = UInt16(rest[0]) << 8 | UInt16(rest[1])
        drop(2)
        return value
    }

    mutating func four() throws(MQTTFault) -> UInt32 {
        let high = try two()
        let low = try two()
        return UInt32(high) << 16 | UInt32(low)
    }

    /// Variable Byte Integer, 5 §1.5.5: at most four bytes, and no more than needed.
    mutating func variable() throws(MQTTFault) -> UInt32 {
        var value: UInt32 = 0
        for i in 0..<4 as Range<UInt32> {
            let byte = try byte()
            value |= UInt32(byte & 0x7F) << (7 * i)
            if byte & 0x80 == 0 {
                if byte == 0, i > 0 { throw MQTTFault(.malformed, "a variable byte integer uses the fewest bytes (5 §1.5.5)") }
                return value
            }
        }
        throw MQTTFault(.malformed, "a variable byte integer has at most four bytes (5 §1.5.5)")
    }

    /// Binary Data, 5 §1.5.6: two bytes of length, then that many.
    @inline(__always) mutating func binary() throws(MQTTFault) -> UnsafeRawBufferPointer {
        let count = Int(try two())
        guard rest.count >= count else { throw MQTTFault(.malformed, "a field is longer than its packet") }
        let bytes = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        drop(count)
        return bytes
    }

    /// UTF-8 Encoded String, 3.1.1 §1.5.3, 5 §1.5.4: well-formed, no surrogates, no U+0000.
    mutating func string() throws(MQTTFault) -> UnsafeRawBufferPointer {
        let bytes = try binary()
        guard isMQTTString(bytes) else { throw MQTTFault(.malformed, "a string is not well-formed UTF-8 without U+0000 (5 §1.5.4)") }
        return bytes
    }

    mutating func text() throws(MQTTFault) -> String { String(decoding: try string(), as: UTF8.self) }

    mutating func slice(_ count: Int) throws(MQTTFault) -> MQTTReader {
        guard rest.count >= count else { throw MQTTFault(.malformed, "a length is longer than its packet") }
        let part = MQTTReader(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
        drop(count)
        return part
    }
}

/// Well-formed UTF-8 (RFC 3629, so without surrogates) without U+0000: [MQTT-1.5.4-1], [MQTT-1.5.4-2].
func isMQTTString(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var i = 0
    let n = bytes.count
    while i < n {
        let b = bytes[i]
        if b < 0x80 {
            if b == 0 { return false }
            i += 1
            continue
        }
        let length: Int
        let lowest: UInt32
        var scalar: UInt32
        switch b {
        case 0xC2...0xDF: (length, lowest, scalar) = (2, 0x80, UInt32(b & 0x1F))
        case 0xE0...0xEF: (length, lowest, scalar) = (3, 0x800, UInt32(b & 0x0F))
        case 0xF0...0xF4: (length, lowest, scalar) = (4, 0x10000, UInt32(b & 0x07))
        default: return false
        }
        guard i + length <= n else { return false }
        for k in 1..<length {
            guard bytes[i + k] & 0xC0 == 0x80 else { return false }
            scalar = scalar << 6 | UInt32(bytes[i + k] & 0x3F)
        }
        guard scalar >= lowest, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return false }
        i += length
    }
    return true
}
