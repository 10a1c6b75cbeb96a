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
    /// Who is named in `text` besides what people typed: logins, and network addresses of people. Where one stands there as a word
    /// a mark is written in its place; author and an account as subject are marked in any case.
    package var people: [String]

    /// Who writes where nobody does; no person, so never marked.
    static let house = "vigie"
    /// A subject that is a person: `account:ada`.
    static let account = "account:"
    /// Who a subject is; nil where it is no person.
    static func login(ofSubject subject: String) -> String? {
        subject.hasPrefix(account) ? String(subject.dropFirst(account.count)) : nil
    }

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Vigie says that something happened.
        case auto
        /// A person wrote it.
        case written
    }

    package init(
        author: String = "vigie", kind: Kind = .auto, trade: String, subject: String? = nil, text: Words, data: String = "",
        people: [String] = []
    ) {
        (self.author, self.kind, self.trade, self.subject, self.text, self.data) = (author, kind, trade, subject, text, data)
        self.people = people
    }
}

/// One entry of the log (*main courante*): numbered without gaps from 1, bound to the one before by a hash, never changed.
package struct LogEntry: Sendable, Hashable {
    package var number: Int64
    package var at: Instant
    /// As kept and hashed: with marks where people stand (form 2), or with their names (form 1, before there were marks).
    package var draft: LogDraft
    /// SHA-256 of the entry before; zeros for the first.
    package var previous: [UInt8]
    package var hash: [UInt8]
    package var form = 2
    /// The names of its marks, as far as they are still known.
    package var names: [String: String] = [:]

    // As people read it: with names, and a mark where a name was destroyed.
    package var author: String { LogMark.shown(draft.author, names) }
    package var kind: LogDraft.Kind { draft.kind }
    package var trade: String { draft.trade }
    package var subject: String? { draft.subject.map { LogMark.shown($0, names) } }
    package var text: Words { Words(LogMark.shown(draft.text.french, names), LogMark.shown(draft.text.english, names)) }
    package var data: String { draft.data }

    /// The author's name is past its day and was destroyed.
    package var isAuthorForgotten: Bool { LogMark.isMark(author) }

    var marks: [String] {
        [draft.author, draft.subject ?? "", draft.text.french, draft.text.english].flatMap(LogMark.marks)
    }

    static let noHash = [UInt8](repeating: 0, count: 32)

    /// The bytes that are hashed, as docs/operating/log-verification.md gives them: the line `vigie-log-1` or `-2`, its form, then each
    /// field as its length in bytes, a colon, the field in UTF-8 and a line feed.
    var canonical: [UInt8] {
        var bytes = Array("vigie-log-\(form)\n".utf8)
        let fields = [
            previous.hexadecimal, String(number), String(at.milliseconds), draft.author, kind.rawValue, trade, draft.subject ?? "",
            draft.text.french, draft.text.english, data,
        ]
        for field in fields { bytes += Array("\(field.utf8.count):".utf8) + Array(field.utf8) + [10] }
        return bytes
    }

    /// What `hash` must be.
    var expectedHash: [UInt8] { Array(SHA256.hash(data: canonical)) }

    /// One line of an export, without a line feed, as it is kept and hashed; keys in a fixed order, `form` only where it is not 1.
    package var json: String {
        let fields: [(String, String)] = [
            ("number", String(number)), ("at", String(at.milliseconds)), ("time", JSONText.quote(at.iso8601)),
            ("author", JSONText.quote(draft.author)), ("kind", JSONText.quote(kind.rawValue)), ("trade", JSONText.quote(trade)),
            ("subject", JSONText.quote(draft.subject ?? "")), ("french", JSONText.quote(draft.text.french)),
            ("english", JSONText.quote(draft.text.english)), ("data", JSONText.quote(data)),
            ("previous", JSONText.quote(previous.hexadecimal)), ("hash", JSONText.quote(hash.hexadecimal)),
        ]
        return (form == 1 ? "{" : "{\"form\":\(form),") + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}

extension LogEntry {
    /// `{"entries":[…],"names":{…}}`: entries as they are hashed, and beside them who stands behind their marks.
    package static func json(_ entries: [LogEntry]) -> String {
        let names = entries.reduce(into: [String: String]()) { $0.merge($1.names) { name, _ in name } }.sorted { $0.key < $1.key }
        let known = names.map { "\(JSONText.quote($0.key)):\(JSONText.quote($0.value))" }.joined(separator: ",")
        return "{\"entries\":[" + entries.map(\.json).joined(separator: ",") + "],\"names\":{\(known)}}"
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
