// SPDX-License-Identifier: EUPL-1.2

/// Whom a mail comes from or goes to: `Ada Roy <ada@example.org>`.
package struct MailAddress: Sendable, Hashable {
    /// '' where none is said.
    package var name: String
    package var address: String

    package init(name: String = "", _ address: String) { (self.name, self.address) = (name, address) }

    package var domain: String { address.split(separator: "@").last.map { $0.lowercased() } ?? "" }

    /// An address that may stand in a command or a head without changing what follows: local part, '@', a domain with letters, digits,
    /// points and hyphens (beyond ASCII: RFC 6531), no white space, no control characters, no brackets.
    package static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 254, let at = text.lastIndex(of: "@"), at != text.startIndex else { return false }
        let (local, domain) = (text[..<at], text[text.index(after: at)...])
        guard local.utf8.count <= 64, !domain.isEmpty, !domain.hasPrefix("."), !domain.hasSuffix("."), !domain.contains("..") else {
            return false
        }
        guard domain.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "." }) else {
            return false
        }
        return local.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !"<>,;:\"()[]\\@".unicodeScalars.contains($0) }
    }

    /// The first mailbox of a head's field (RFC 5322 §3.4); nil where none is right.
    static func first(_ field: String) -> MailAddress? {
        let field = String(field.prefix(4000))
        var name = ""
        var address: String?
        var (isQuoted, depth, isEscaped) = (false, 0, false)
        var current = ""
        for c in field {
            if isEscaped {
                current.append(c)
                isEscaped = false
            } else if c == "\\", isQuoted {
                isEscaped = true
            } else if c == "\"", depth == 0 {
                isQuoted.toggle()
            } else if isQuoted {
                current.append(c)
            } else if c == "(" {
                depth += 1
            } else if c == ")" {
                depth = max(0, depth - 1)
            } else if depth > 0 {
                continue
            } else if c == "<" {
                name = current.trimmed
                current = ""
            } else if c == ">" {
                address = current.trimmed
                break
            } else if c == "," {
                if current.contains("@") { break }
                current = ""
            } else if c == ":" {
                current = ""
            } else {
                current.append(c)
            }
        }
        let found = address ?? current.trimmed
        guard isAddress(found) else { return nil }
        let decoded = EncodedWords.decode(name).filter { !$0.isNewline }
        return MailAddress(name: String(decoded.prefix(200)), found)
    }

    /// As a head has it.
    var field: String {
        guard !name.isEmpty else { return "<\(address)>" }
        let coded = EncodedWords.encode(name)
        let isPlain = coded == name && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
        let quoted = name.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
        return (coded != name || isPlain ? coded : "\"\(quoted)\"") + " <\(address)>"
    }
}
