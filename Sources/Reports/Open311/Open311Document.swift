// SPDX-License-Identifier: EUPL-1.2

import Console

/// A document of GeoReport v2: written once as a tree, sent as XML or as JSON. In XML each item of a list has a name; in JSON it has none.
indirect enum Open311Document: Sendable, Equatable {
    case text(String)
    case number(Double)
    case integer(Int)
    case flag(Bool)
    /// Empty element, null.
    case nothing
    case list(item: String, [Open311Document])
    case object([Member])

    struct Member: Sendable, Equatable {
        var name: String
        var value: Open311Document
        init(_ name: String, _ value: Open311Document) { (self.name, self.value) = (name, value) }
    }

    /// '' is nothing.
    static func optional(_ text: String) -> Open311Document { text.isEmpty ? .nothing : .text(text) }
}

package enum Open311Format: String, Sendable, CaseIterable {
    case xml, json

    /// As the standard has them: the type, and that the text is UTF-8.
    package var type: String { self == .xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8" }

    /// - Parameter root: the element around all, which JSON has not.
    func write(_ document: Open311Document, root: String) -> [UInt8] {
        switch self {
        case .xml:
            var out = Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".utf8)
            Open311Format.xml(document, root, &out)
            out.append(UInt8(ascii: "\n"))
            return out
        case .json:
            var json = JSONWriter()
            Open311Format.json(document, &json)
            return json.bytes
        }
    }

    private static func xml(_ document: Open311Document, _ name: String, _ out: inout [UInt8]) {
        if document == .nothing {
            out += "<\(name)/>".utf8
            return
        }
        out += "<\(name)>".utf8
        switch document {
        case .text(let text): escape(text, &out)
        case .number(let value): out += (value.isFinite ? "\(value)" : "").utf8
        case .integer(let value): out += "\(value)".utf8
        case .flag(let value): out += "\(value)".utf8
        case .nothing: break
        case .list(let item, let items): for one in items { xml(one, item, &out) }
        case .object(let members): for member in members { xml(member.value, member.name, &out) }
        }
        out += "</\(name)>".utf8
    }

    /// XML 1.0 has no way to say most control characters: they are left out.
    private static func escape(_ text: String, _ out: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;".utf8
            case "<": out += "&lt;".utf8
            case ">": out += "&gt;".utf8
            case "\r": out += "&#13;".utf8
            case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                out += Array(String(Character(scalar)).utf8)
            default: break
            }
        }
    }

    private static func json(_ document: Open311Document, _ json: inout JSONWriter) {
        switch document {
        case .text(let text): json.string(text)
        case .number(let value): json.number(value)
        case .integer(let value): json.integer(value)
        case .flag(let value): json.boolean(value)
        case .nothing: json.null()
        case .list(_, let items): json.array(items) { json, one in Open311Format.json(one, &json) }
        case .object(let members):
            json.object { json in
                for member in members {
                    json.key(member.name)
                    Open311Format.json(member.value, &json)
                }
            }
        }
    }
}
