// SPDX-License-Identifier: EUPL-1.2

/// An HTML mail as plain text: blocks become lines, quotations get '> ' as plain mails have it, what is not shown is left out. It is read
/// as text only: nothing of it ever becomes a page.
enum HTMLText {
    private static let hidden: Set = ["script", "style", "head", "title", "template", "noscript", "object", "svg"]
    private static let blocks: Set = [
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "hr", "section", "article", "pre",
        "blockquote",
        "address", "dt", "dd", "body",
    ]

    static func plain(_ html: String) -> String {
        var writer = Writer()
        let bytes = Array(html.utf8)
        var at = 0
        var skipping: String?
        while at < bytes.count {
            guard bytes[at] == 0x3C, at + 1 < bytes.count, isMarkup(bytes[at + 1]) else {
                let next = bytes[(at + 1)...].firstIndex(of: 0x3C) ?? bytes.count
                if skipping == nil { writer.text(entities(bytes[at..<next])) }
                at = next
                continue
            }
            if bytes[at...].starts(with: Array("<!--".utf8)) {
                at = end(of: Array("-->".utf8), in: bytes, from: at + 4)
                continue
            }
            let close = tagEnd(bytes, from: at + 1)
            let isEnd = bytes[at + 1] == 0x2F
            let name = String(decoding: bytes[(at + (isEnd ? 2 : 1))..<close].prefix { isNameByte($0) }, as: UTF8.self).lowercased()
            at = min(close + 1, bytes.count)
            if let waiting = skipping {
                if isEnd, name == waiting { skipping = nil }
            } else if hidden.contains(name) {
                if !isEnd, bytes[max(0, close - 1)] != 0x2F { skipping = name }
            } else if name == "blockquote" {
                writer.quote(isEnd ? -1 : 1)
            } else if blocks.contains(name) {
                writer.newLine(isParagraph: name == "p" || name.hasPrefix("h") && name != "hr")
            } else if name == "td" || name == "th" {
                writer.text(" ")
            }
        }
        writer.newLine()
        return writer.out.trimmed
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        byte == 0x2F || byte == 0x21 || byte == 0x3F || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
    }

    /// The place of '>' outside of quoted attributes; the end where there is none.
    private static func tagEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var quote: UInt8?
        // A quote that is never closed must not swallow the rest of the mail.
        for at in start..<min(bytes.count, start + 20_000) {
            let byte = bytes[at]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == 0x22 || byte == 0x27 {
                quote = byte
            } else if byte == 0x3E {
                return at
            }
        }
        return bytes[start...].firstIndex(of: 0x3E) ?? bytes.count
    }

    private static func end(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int {
        var at = min(start, bytes.count)
        while at < bytes.count {
            guard let next = bytes[at...].firstIndex(of: mark[0]) else { return bytes.count }
            if bytes[next...].starts(with: mark) { return next + mark.count }
            at = next + 1
        }
        return bytes.count
    }

    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "eacute": "é", "egrave": "è", "ecirc": "ê", "agrave": "à",
        "acirc": "â", "ccedil": "ç", "ocirc": "ô", "ucirc": "û", "ugrave": "ù", "icirc": "î", "iuml": "ï", "euml": "ë", "oelig": "œ",
        "Eacute": "É", "Egrave": "È", "Agrave": "À", "Ccedil": "Ç", "laquo": "«", "raquo": "»", "rsquo": "’", "lsquo": "‘", "ldquo": "“",
        "rdquo": "”", "ndash": "–", "mdash": "—", "hellip": "…", "euro": "€", "deg": "°", "sup2": "²", "middot": "·", "bull": "•",
    ]

    private static func entities(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("&") else { return text }
        var out = ""
        var rest = Substring(text)
        while let sign = rest.firstIndex(of: "&") {
            out += rest[..<sign]
            let after = rest[rest.index(after: sign)...]
            if let end = after.prefix(12).firstIndex(of: ";"), let value = entity(after[..<end]) {
                out += value
                rest = after[after.index(after: end)...]
            } else {
                out += "&"
                rest = after
            }
        }
        return out + rest
    }

    private static func entity(_ name: Substring) -> String? {
        guard name.hasPrefix("#") else { return named[String(name)] }
        let digits = name.dropFirst()
        let value = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let value, value != 0, let scalar = Unicode.Scalar(value) else { return nil }
        return String(scalar)
    }

    private struct Writer {
        var out = ""
        private var line = ""
        private var depth = 0
        private var emptyLines = 0

        mutating func text(_ text: String) {
            for c in text {
                if c.isWhitespace {
                    if !line.isEmpty, line.last != " " { line.append(" ") }
                } else {
                    line.append(c)
                }
            }
        }

        mutating func newLine(isParagraph: Bool = false) {
            let text = line.trimmed
            line = ""
            if text.isEmpty {
                if isParagraph, emptyLines == 0, !out.isEmpty { add("") }
                return
            }
            add(text)
        }

        private mutating func add(_ text: String) {
            emptyLines = text.isEmpty ? emptyLines + 1 : 0
            out += String(repeating: "> ", count: min(depth, 8)) + text + "\n"
        }

        mutating func quote(_ change: Int) {
            newLine()
            depth = max(0, depth + change)
        }

        init() {}
    }
}
