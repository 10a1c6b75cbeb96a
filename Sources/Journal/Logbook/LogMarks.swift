// SPDX-License-Identifier: EUPL-1.2

import Crypto

/// How a person stands in an entry of the log (docs/decisions/0011): `@` and 16 letters, the first 80 bits in base 32 of
/// HMAC-SHA-256 of the name under a key that one person has for one year. `log_name` gives the name back until both are destroyed.
enum LogMark {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let length = 17

    static func of(_ name: String, key: SymmetricKey) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(name.utf8), using: key)
        var (out, bits, count) = ([UInt8(ascii: "@")], UInt32(0), 0)
        for byte in code.prefix(10) {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                out.append(letters[Int(bits >> UInt32(count) & 31)])
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func isMark(_ text: String) -> Bool { text.utf8.count == length && marks(in: text) == [text] }

    /// What has the form of a mark, in the order of the text; whether anybody stands behind it, `log_name` says.
    static func marks(in text: String) -> [String] {
        var found: [String] = []
        each(in: Array(text.utf8)) { bytes, range in found.append(String(decoding: bytes[range], as: UTF8.self)) }
        return found
    }

    /// The text with the names of the marks that are known.
    static func shown(_ text: String, _ names: [String: String]) -> String {
        guard !names.isEmpty, text.utf8.contains(UInt8(ascii: "@")) else { return text }
        let bytes = Array(text.utf8)
        var (out, done) = ([UInt8](), 0)
        each(in: bytes) { bytes, range in
            guard let name = names[String(decoding: bytes[range], as: UTF8.self)] else { return }
            out += bytes[done..<range.lowerBound] + Array(name.utf8)
            done = range.upperBound
        }
        return String(decoding: out + bytes[done...], as: UTF8.self)
    }

    private static func each(in bytes: [UInt8], _ body: ([UInt8], Range<Int>) -> Void) {
        var at = 0
        while let start = bytes[at...].firstIndex(of: UInt8(ascii: "@")) {
            let end = start + length
            guard end <= bytes.count else { return }
            guard bytes[(start + 1)..<end].allSatisfy(letters.contains) else {
                at = start + 1
                continue
            }
            body(bytes, start..<end)
            at = end
        }
    }

    /// Writes each of `marks` where its name stands as a word of its own: `ada` in 'ada passe' and 'à ada.', not in 'adapté' or 'ada.lovelace'.
    static func written(_ text: String, _ marks: [String: String]) -> String {
        // The longest first: 'ada' must not take the beginning of 'ada-2', nor one address another's.
        let names = marks.map { (Array($0.key.unicodeScalars), $0.value) }.filter { !$0.0.isEmpty }.sorted { $0.0.count > $1.0.count }
        guard !names.isEmpty else { return text }
        let scalars = Array(text.unicodeScalars)
        var (out, at) = (String.UnicodeScalarView(), 0)
        while at < scalars.count {
            if let (name, mark) = names.first(where: { isWord($0.0, at, in: scalars) }) {
                out.append(contentsOf: mark.unicodeScalars)
                at += name.count
            } else {
                out.append(scalars[at])
                at += 1
            }
        }
        return String(out)
    }

    private static func isWord(_ name: [Unicode.Scalar], _ at: Int, in text: [Unicode.Scalar]) -> Bool {
        let end = at + name.count
        guard end <= text.count, text[at] == name[0], text[at..<end].elementsEqual(name) else { return false }
        return !goesOn(text, at - 1, by: -1) && !goesOn(text, end, by: 1)
    }

    /// Whether a name goes on at `at`: with a letter, a digit, or a point or hyphen that has one behind it.
    private static func goesOn(_ text: [Unicode.Scalar], _ at: Int, by step: Int) -> Bool {
        func isInner(_ at: Int) -> Bool {
            guard text.indices.contains(at) else { return false }
            let scalar = text[at]
            return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || scalar == "@"
        }
        if isInner(at) { return true }
        return text.indices.contains(at) && [".", "-"].contains(text[at]) && isInner(at + step)
    }
}
