// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// A JSON text (RFC 8259) as a value, for what is small: attributes, one GeoJSON feature, a change. Objects keep their order.
package indirect enum JSON: Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([(key: String, value: JSON)])

    /// Where and why a text is not JSON. `offset` counts bytes from its start.
    package struct Malformed: Error, Sendable, CustomStringConvertible {
        package var offset: Int
        package var reason: String
        package var description: String { "not JSON at byte \(offset): \(reason)" }
    }

    package init(_ text: String) throws {
        var text = text
        self = try text.withUTF8 { try JSON(UnsafeRawBufferPointer($0)) }
    }

    package init(_ bytes: UnsafeRawBufferPointer) throws {
        var cursor = JSONCursor(bytes)
        self = try cursor.value()
        cursor.skipSpace()
        guard cursor.isAtEnd else { throw cursor.malformed("text after the value") }
    }

    package subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var textOrNil: String? { if case .text(let text) = self { text } else { nil } }
    package var numberOrNil: Double? { if case .number(let number) = self { number } else { nil } }
    package var listOrNil: [JSON]? { if case .list(let items) = self { items } else { nil } }
}

extension JSON: CustomStringConvertible {
    /// Compact JSON; whole numbers without a point, others as short as they read back the same.
    package var description: String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .null: out += "null"
        case .flag(let flag): out += flag ? "true" : "false"
        case .number(let number): out += JSON.write(number)
        case .text(let text): JSON.write(text, to: &out)
        case .list(let items):
            out += "["
            for (i, item) in items.enumerated() {
                if i > 0 { out += "," }
                item.write(to: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (i, member) in members.enumerated() {
                if i > 0 { out += "," }
                JSON.write(member.key, to: &out)
                out += ":"
                member.value.write(to: &out)
            }
            out += "}"
        }
    }

    /// JSON knows no infinity and no NaN: they become `null`.
    static func write(_ number: Double) -> String {
        guard number.isFinite else { return "null" }
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        return number.description
    }

    private static func write(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
