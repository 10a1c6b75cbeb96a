// SPDX-License-Identifier: EUPL-1.2

/// The head of a mail or of a part of one (RFC 5322 §2.2, RFC 6532), unfolded, in its order.
package struct MailHeaders: Sendable {
    package private(set) var fields: [(name: String, value: String)] = []

    /// More than this is no mail that a person sent.
    static let mostFields = 500
    static let mostBytes = 256 * 1024

    package init() {}

    /// - Parameter lines: each without its line end. Lines that are no field are left out.
    init(_ lines: [ArraySlice<UInt8>]) throws {
        var unfolded: [[UInt8]] = []
        var size = 0
        for line in lines {
            size += line.count
            guard size <= MailHeaders.mostBytes else { throw MailFault.headTooLarge }
            if let first = line.first, first == 0x20 || first == 0x09 {
                guard !unfolded.isEmpty else { continue }
                unfolded[unfolded.count - 1] += line
            } else {
                unfolded.append(Array(line))
                guard unfolded.count <= MailHeaders.mostFields else { throw MailFault.headTooLarge }
            }
        }
        for line in unfolded {
            guard let colon = line.firstIndex(of: 0x3A), colon > 0 else { continue }
            let name = line[..<colon]
            guard name.allSatisfy({ (33...126).contains($0) }) else { continue }
            fields.append((String(decoding: name, as: UTF8.self), MailText.decode(line[(colon + 1)...], charset: "utf-8").trimmed))
        }
    }

    /// The first field of this name, whatever its case.
    package subscript(name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name.lowercased() == name }?.value
    }

    package func all(_ name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name.lowercased() == name }.map(\.value)
    }

    package func has(_ name: String) -> Bool { self[name] != nil }
}

/// Why a mail is not taken.
package enum MailFault: Error, Sendable, Hashable {
    case headTooLarge
    case tooDeep
    case tooManyParts

    /// What the sender's server is told.
    package var words: String {
        switch self {
        case .headTooLarge: "the head of the mail is too large"
        case .tooDeep: "parts are nested more than \(MIMEParser.deepest) deep"
        case .tooManyParts: "more than \(MIMEParser.mostParts) parts"
        }
    }
}

/// A value with parameters: `text/plain; charset="utf-8"` (RFC 2045 §5.1, RFC 2231).
struct MailValue {
    /// In small letters.
    var value: String
    /// By name in small letters.
    var parameters: [String: String]

    init(_ text: String) {
        var pieces = MailValue.split(text)
        value = pieces.isEmpty ? "" : pieces.removeFirst().trimmed.lowercased()
        var plain: [String: String] = [:]
        // Of each name its numbered pieces, and whether each is percent-encoded.
        var long: [String: [Int: (text: String, isCoded: Bool)]] = [:]
        for piece in pieces.prefix(64) {
            guard let sign = piece.firstIndex(of: "=") else { continue }
            var name = piece[..<sign].trimmed.lowercased()
            let text = MailValue.unquoted(piece[piece.index(after: sign)...].trimmed)
            let isCoded = name.hasSuffix("*")
            if isCoded { name.removeLast() }
            if let star = name.lastIndex(of: "*"), let number = Int(name[name.index(after: star)...]), (0..<64).contains(number) {
                long[String(name[..<star]), default: [:]][number] = (text, isCoded)
            } else if isCoded {
                long[name, default: [:]][0] = (text, true)
            } else if plain[name] == nil {
                plain[name] = text
            }
        }
        for (name, pieces) in long { plain[name] = MailValue.joined(pieces.sorted { $0.key < $1.key }.map(\.value)) }
        parameters = plain
    }

    /// At semicolons outside of quotes.
    private static func split(_ text: String) -> [Substring] {
        var pieces: [Substring] = []
        var (start, at) = (text.startIndex, text.startIndex)
        var isQuoted = false
        while at < text.endIndex {
            let c = text[at]
            if c == "\\", isQuoted, text.index(after: at) < text.endIndex {
                at = text.index(after: at)
            } else if c == "\"" {
                isQuoted.toggle()
            } else if c == ";", !isQuoted {
                pieces.append(text[start..<at])
                start = text.index(after: at)
            }
            at = text.index(after: at)
        }
        pieces.append(text[start...])
        return pieces
    }

    private static func unquoted(_ text: String) -> String {
        guard text.hasPrefix("\"") else { return text }
        var out = ""
        var isEscaped = false
        for c in text.dropFirst() {
            if isEscaped {
                out.append(c)
                isEscaped = false
            } else if c == "\\" {
                isEscaped = true
            } else if c == "\"" {
                break
            } else {
                out.append(c)
            }
        }
        return out
    }

    private static func joined(_ pieces: [(text: String, isCoded: Bool)]) -> String {
        var charset = "utf-8"
        var bytes: [UInt8] = []
        for (i, piece) in pieces.enumerated() {
            var text = Substring(piece.text)
            if i == 0, piece.isCoded {
                let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if parts.count == 3 { (charset, text) = (String(parts[0]), parts[2]) }
            }
            bytes += piece.isCoded ? TransferCoding.percentDecoded(text) : Array(text.utf8)
        }
        return MailText.decode(bytes[...], charset: charset)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var slice = Substring(self)
        while slice.first?.isWhitespace == true { slice.removeFirst() }
        while slice.last?.isWhitespace == true { slice.removeLast() }
        return String(slice)
    }
}
