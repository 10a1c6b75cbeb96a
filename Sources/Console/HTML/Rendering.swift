// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension HTML {
    /// The bytes of this piece for one audience, UTF-8; `csrf` is the form token of the session that they are for.
    package func bytes(for audience: Audience, csrf: String = "") -> [UInt8] {
        var pen = Pen(audience: audience, csrf: csrf)
        pen.write(self)
        return pen.bytes
    }

    package func string(for audience: Audience = Audience()) -> String { String(decoding: bytes(for: audience), as: UTF8.self) }
}

/// Writes a tree in document order into one growing array.
private struct Pen {
    let audience: Audience
    let csrf: String
    var bytes: [UInt8] = []

    mutating func write(_ html: HTML) {
        switch html.node {
        case .text(let text): escape(text)
        case .words(let words): escape(words(audience.language))
        case .formatted(let write): escape(write(audience))
        case .trusted(let trusted): copy(trusted.markup)
        case .data(let json): quoteData(json)
        case .csrf:
            copy("<input type=\"hidden\" name=\"csrf\"")
            write("value", csrf)
            bytes.append(UInt8(ascii: ">"))
        case .list(let parts): for part in parts { write(part) }
        case .element(let name, let attributes, let children, let isVoid):
            bytes.append(UInt8(ascii: "<"))
            copy(name)
            for attribute in attributes { write(attribute) }
            bytes.append(UInt8(ascii: ">"))
            if isVoid { return }
            for child in children { write(child) }
            copy("</")
            copy(name)
            bytes.append(UInt8(ascii: ">"))
        }
    }

    mutating func write(_ attribute: Attribute) {
        switch attribute.value {
        case .absent: return
        case .flag:
            bytes.append(UInt8(ascii: " "))
            copy(attribute.name)
        case .text(let text): write(attribute.name, text)
        case .dataText(let text): write(attribute.name, text, prefix: "data-")
        case .words(let words): write(attribute.name, words(audience.language))
        case .formatted(let format): write(attribute.name, format(audience))
        }
    }

    mutating func write(_ name: StaticString, _ value: String, prefix: StaticString = "") {
        bytes.append(UInt8(ascii: " "))
        copy(prefix)
        copy(name)
        copy("=\"")
        escape(value)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func copy(_ constant: StaticString) {
        constant.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// `& < > " '` become character references, so the same text is safe between tags and in an attribute. Control characters that
    /// HTML forbids (NUL and friends) become the replacement character.
    mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): copy("&amp;")
            case UInt8(ascii: "<"): copy("&lt;")
            case UInt8(ascii: ">"): copy("&gt;")
            case UInt8(ascii: "\""): copy("&quot;")
            case UInt8(ascii: "'"): copy("&#39;")
            case 0..<9, 11, 12, 14..<32, 127: copy("\u{FFFD}")
            default: bytes.append(byte)
            }
        }
    }

    mutating func quoteData(_ json: String) {
        for byte in json.utf8 {
            if byte == UInt8(ascii: "<") { copy("\\u003C") } else { bytes.append(byte) }
        }
    }
}
