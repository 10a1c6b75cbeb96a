// SPDX-License-Identifier: EUPL-1.2

import Crypto

/// Secrets that travel: 32 random bytes in base64url. What is kept is their SHA-256.
package enum Tokens {
    package static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return base64url((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    package static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }

    /// A new API key and what is kept of it: the key is shown once.
    package static func makeKey() -> (key: String, prefix: String, hash: [UInt8]) {
        let lead = String(make().filter { $0.isLetter || $0.isNumber }.prefix(8))
        let key = "vigie_\(lead)_\(make())"
        return (key, String(key.prefix(14)), hash(key))
    }

    /// The form token of a session or of a visit before sign-in: an HMAC of its cookie, so that nothing needs to be kept.
    static func forgeryToken(_ cookie: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("vigie form token".utf8), using: SymmetricKey(data: Array(cookie.utf8)))
        return base64url(Array(code))
    }

    /// The same token in other letters each time: a random pad and the token shifted by it, so that what surrounds it in a compressed
    /// page cannot be used to guess it.
    static func masked(_ token: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let places = token.utf8.map { alphabet.firstIndex(of: $0) ?? 0 }
        let pad = places.map { _ in Int.random(in: 0..<64, using: &generator) }
        return String(decoding: (pad + zip(places, pad).map { ($0 + $1) & 63 }).map { alphabet[$0] }, as: UTF8.self)
    }

    /// The token that was masked; a token that never was is returned as it is.
    static func unmasked(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count == 86 else { return text }
        let places = bytes.map { alphabet.firstIndex(of: $0) ?? 0 }
        return String(decoding: zip(places[43...], places).map { alphabet[($0 - $1) & 63] }, as: UTF8.self)
    }

    /// Equal, in a time that does not depend on where they differ.
    static func isSame(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func isWellFormed(_ token: String) -> Bool {
        token.utf8.count == 43 && token.utf8.allSatisfy { alphabet.contains($0) }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func base64url(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let chunk = bytes[index..<min(index + 3, bytes.count)]
            let word = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - chunk.count))
            for place in 0...chunk.count { text.append(alphabet[Int(word >> UInt32(18 - 6 * place) & 63)]) }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }
}
