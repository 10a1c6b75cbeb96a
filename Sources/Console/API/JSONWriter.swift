// SPDX-License-Identifier: EUPL-1.2

/// Writes JSON (RFC 8259) straight into bytes: no tree, no Foundation. Numbers that JSON cannot say (NaN, infinity) become null.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    package mutating func array<Items: Sequence>(_ items: Items, _ write: (inout JSONWriter, Items.Element) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        for item in items { write(&self, item) }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    package mutating func member(_ name: String, _ value: String) { key(name); string(value) }
    package mutating func member(_ name: String, _ value: Int) { key(name); integer(value) }
    package mutating func member(_ name: String, _ value: UInt64) { key(name); raw(String(value)) }
    package mutating func member(_ name: String, _ value: Double) { key(name); number(value) }
    package mutating func member(_ name: String, _ value: Bool) { key(name); raw(value ? "true" : "false") }
    package mutating func null(_ name: String) { key(name); raw("null") }
    package mutating func object(_ name: String, _ members: (inout JSONWriter) -> Void) { key(name); object(members) }
    package mutating func array<Items: Sequence>(_ name: String, _ items: Items, _ write: (inout JSONWriter, Items.Element) -> Void) {
        key(name)
        array(items, write)
    }

    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func integer(_ value: Int) { raw(String(value)) }
    package mutating func number(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }
    package mutating func boolean(_ value: Bool) { raw(value ? "true" : "false") }
    package mutating func null() { raw("null") }

    package mutating func string(_ value: String) {
        separate()
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 10: bytes += Array("\\n".utf8)
            case 0..<32: bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }
}
