// SPDX-License-Identifier: EUPL-1.2

/// Text in heads beyond ASCII (RFC 2047): `=?utf-8?Q?Nid-de-poule_rue_des_Forges?=`.
enum EncodedWords {
    /// What cannot be read stays as it was written. White space between two encoded words is left out (§6.2).
    static func decode(_ text: String) -> String {
        guard text.contains("=?") else { return text }
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
        let parts = text.prefix(2000).split(separator: "?", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let end = parts[2].firstRange(of: "?="), !parts[0].isEmpty else { return nil }
        let charset = parts[0].prefix { $0 != "*" }.lowercased()
        let coded = parts[2][..<end.lowerBound]
        guard !coded.contains(where: \.isWhitespace) else { return nil }
        switch parts[1].lowercased() {
        case "b": return (charset, TransferCoding.base64(Array(coded.utf8)[...]), end.upperBound)
        case "q":
            let bytes = coded.utf8.map { $0 == 0x5F ? 0x20 : $0 }
            return (charset, TransferCoding.quotedPrintable(bytes[...]), end.upperBound)
        default: return nil
        }
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
