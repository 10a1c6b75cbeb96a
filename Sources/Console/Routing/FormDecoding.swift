// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Decodes `application/x-www-form-urlencoded` (WHATWG URL standard, section 5.1), strictly: a broken escape or bytes that are not UTF-8
/// are refused rather than guessed, because a guessed field name is how a filter is walked round.
enum FormDecoding {
    /// At most this many fields; more is an attack or an error.
    static let fieldLimit = 20_000

    static func decode(_ bytes: some Collection<UInt8>) throws -> Form {
        var fields: [(name: String, value: String)] = []
        for piece in bytes.split(separator: UInt8(ascii: "&")) {
            guard fields.count < fieldLimit else {
                throw Refused.badRequest(Words("Plus de \(fieldLimit) champs.", "More than \(fieldLimit) fields."))
            }
            let parts = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try text(parts[0])
            fields.append((name, parts.count > 1 ? try text(parts[1]) : ""))
        }
        return Form(fields)
    }

    private static func text(_ bytes: some Collection<UInt8>) throws -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hex), let low = iterator.next().flatMap(hex) else {
                    throw Refused.badRequest(
                        Words("Un « % » n’est pas suivi de deux chiffres hexadécimaux.", "A '%' is not followed by two hexadecimal digits.")
                    )
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw Refused.badRequest(Words("Un champ n’est pas du texte UTF-8.", "A field is not UTF-8 text."))
        }
        return text
    }

    static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// A path with a query, escaped: `address("/console/alarms", ["q": "rue de l’Église"])`. Nil values are left out.
package func address(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) -> String {
    var text = path
    var separator = path.contains("?") ? "&" : "?"
    for (name, value) in query {
        guard let value else { continue }
        text += separator + percentEncoded(name) + "=" + percentEncoded(value)
        separator = "&"
    }
    return text
}

/// RFC 3986 unreserved characters stay, everything else becomes `%XX` of its UTF-8 bytes.
package func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            bytes.append(byte)
        default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// The text behind `%XX` escapes, or nil where an escape is broken or the bytes are not UTF-8. A plus stays a plus (paths, not forms).
func percentDecoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard let high = iterator.next().flatMap(FormDecoding.hex), let low = iterator.next().flatMap(FormDecoding.hex) else { return nil }
        bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
}
