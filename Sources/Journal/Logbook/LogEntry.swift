// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Crypto

/// What somebody, or Vigie itself, puts into the log.
package struct LogDraft: Sendable, Hashable {
    /// A sign-in name, or `vigie`.
    package var author: String
    package var kind: Kind
    /// `lighting`, `alarms`, `orders`, `accounts`, …
    package var trade: String
    /// What it is about, where it is about one thing: `asset:L-21231-00042`, `order:812`, `alarm:4711`.
    package var subject: String?
    package var text: Words
    /// More, as JSON text; '' for nothing.
    package var data: String

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Vigie says that something happened.
        case auto
        /// A person wrote it.
        case written
    }

    package init(
        author: String = "vigie", kind: Kind = .auto, trade: String, subject: String? = nil, text: Words, data: String = ""
    ) {
        (self.author, self.kind, self.trade, self.subject, self.text, self.data) = (author, kind, trade, subject, text, data)
    }
}

/// One entry of the log (*main courante*): numbered without gaps from 1, bound to the one before by a hash, never changed.
package struct LogEntry: Sendable, Hashable {
    package var number: Int64
    package var at: Instant
    package var draft: LogDraft
    /// SHA-256 of the entry before; zeros for the first.
    package var previous: [UInt8]
    package var hash: [UInt8]

    package var author: String { draft.author }
    package var kind: LogDraft.Kind { draft.kind }
    package var trade: String { draft.trade }
    package var subject: String? { draft.subject }
    package var text: Words { draft.text }
    package var data: String { draft.data }

    static let noHash = [UInt8](repeating: 0, count: 32)

    /// The bytes that are hashed, as docs/operating/log-verification.md gives them: the line `vigie-log-1`, then each field as its
    /// length in
    /// bytes, a colon, the field in UTF-8 and a line feed.
    var canonical: [UInt8] {
        var bytes = Array("vigie-log-1\n".utf8)
        let fields = [
            Hex.text(previous), String(number), String(at.milliseconds), author, kind.rawValue, trade, subject ?? "", text.french,
            text.english, data,
        ]
        for field in fields { bytes += Array("\(field.utf8.count):".utf8) + Array(field.utf8) + [10] }
        return bytes
    }

    /// What `hash` must be.
    var expectedHash: [UInt8] { Array(SHA256.hash(data: canonical)) }

    /// One line of an export, without a line feed; keys in a fixed order.
    package var json: String {
        let fields: [(String, String)] = [
            ("number", String(number)), ("at", String(at.milliseconds)), ("time", JSONText.quote(at.iso8601)),
            ("author", JSONText.quote(author)),
            ("kind", JSONText.quote(kind.rawValue)), ("trade", JSONText.quote(trade)), ("subject", JSONText.quote(subject ?? "")),
            ("french", JSONText.quote(text.french)), ("english", JSONText.quote(text.english)), ("data", JSONText.quote(data)),
            ("previous", JSONText.quote(Hex.text(previous))), ("hash", JSONText.quote(Hex.text(hash))),
        ]
        return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}

/// Bytes as lower-case hexadecimal.
enum Hex {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// JSON strings (RFC 8259 §7).
enum JSONText {
    static func quote(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\u{0}"..."\u{1F}": out += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
