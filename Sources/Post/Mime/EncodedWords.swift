// SPDX-License-Identifier: EUPL-1.2

/// Text in heads beyond ASCII (RFC 2047): `=?utf-8?Q?Nid-de-poule_rue_des_Forges?=`.
enum EncodedWords {
    /// Bytes of a field that are read, and of one word: RFC 2047 §2 allows 76 and 75.
    static let longestField = 16_384
    private static let longestWord = 1000

    /// What cannot be read stays as it was written; what is too long is cut. White space between two encoded words is left out (§6.2).
    static func decode(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        let text = text.utf8.count <= longestField ? text : String(decoding: text.utf8.prefix(longestField), as: UTF8.self)
        var out = ""
        var rest = Substring(text)
        var wasWord = false
        // Bytes of neighbouring words of one charset: senders cut characters in two.
        var pending: (charset: String, bytes: [UInt8])?
        func flush() {
            if let word = pending { out += MailText.decode(word.bytes[...], charset: word.charset) }
            pending = nil
        }
        while let start = rest.firstRange(of: "=?") {
            let before = rest[..<start.lowerBound]
            guard let (charset, bytes, end) = word(rest[start.upperBound...]) else {
                flush()
                out += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                wasWord = false
                continue
            }
            if !(wasWord && before.allSatisfy(\.isWhitespace)) {
                flush()
                out += before
            }
            if pending?.charset == charset {
                pending?.bytes += bytes
            } else {
                flush()
                pending = (charset, bytes)
            }
            rest = rest[end...]
            wasWord = true
        }
        flush()
        return out + rest
    }

    /// - Parameter text: what follows '=?'.
    private static func word(_ text: Substring) -> (charset: String, bytes: [UInt8], end: String.Index)? {
        let bytes = text.utf8
        guard let first = bytes.prefix(60).firstIndex(of: 0x3F), first > bytes.startIndex else { return nil }
        let coding = bytes.index(after: first)
        guard coding < bytes.endIndex, let second = bytes.index(coding, offsetBy: 1, limitedBy: bytes.endIndex), second < bytes.endIndex,
            bytes[second] == 0x3F
        else { return nil }
        let start = bytes.index(after: second)
        guard let end = end(of: bytes[start...]) else { return nil }
        let charset = text[..<first].prefix { $0 != "*" }.lowercased()
        let (coded, after) = (bytes[start..<end], bytes.index(end, offsetBy: 2))
        switch bytes[coding] {
        case 0x42, 0x62: return (charset, TransferCoding.base64(Array(coded)[...]), after)
        case 0x51, 0x71: return (charset, TransferCoding.quotedPrintable(coded.map { $0 == 0x5F ? 0x20 : $0 }[...]), after)
        default: return nil
        }
    }

    /// Where '?=' stands; nil where white space or too much comes before.
    private static func end(of text: Substring.UTF8View) -> String.Index? {
        var isQuestion = false
        var last = text.startIndex
        for (index, byte) in zip(text.indices, text).prefix(longestWord) {
            if byte == 0x3D, isQuestion { return last }
            if byte == 0x20 || (9...13).contains(byte) { return nil }
            (isQuestion, last) = (byte == 0x3F, index)
        }
        return nil
    }

    /// For a head that we write: ASCII as it is, else words of at most 75 characters, folded.
    static func encode(_ text: String) -> String {
        let clean = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        if clean.utf8.allSatisfy({ $0 < 0x7F }), clean.utf8.count <= 70, !clean.contains("=?") { return clean }
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in clean.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > 42 {
                words.append("=?utf-8?B?\(TransferCoding.base64(of: chunk))?=")
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append("=?utf-8?B?\(TransferCoding.base64(of: chunk))?=") }
        return words.joined(separator: "\r\n ")
    }
}
