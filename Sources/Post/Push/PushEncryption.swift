// SPDX-License-Identifier: EUPL-1.2

import Crypto
import Errand
import Foundation

/// Encrypts a message so that only the browser reads it (RFC 8291 over RFC 8188 `aes128gcm`, one record).
enum PushEncryption {
    /// Bytes of a message that every service takes (RFC 8030 §7.2), less what the coding adds.
    static let longest = 3000
    private static let recordSize: UInt32 = 4096

    static func isKey(_ bytes: [UInt8]) -> Bool { (try? P256.KeyAgreement.PublicKey(x963Representation: bytes)) != nil }

    /// - Parameters:
    ///   - key: the browser's, 65 bytes; `secret`: its 16 bytes.
    ///   - own: made for this one message; given in tests only, as `salt`.
    static func encrypt(
        _ text: [UInt8], key: [UInt8], secret: [UInt8], own: P256.KeyAgreement.PrivateKey = .init(), salt: [UInt8]? = nil
    ) throws -> [UInt8] {
        let theirs = try P256.KeyAgreement.PublicKey(x963Representation: key)
        let ours = Array(own.publicKey.x963Representation)
        let salt = salt ?? SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let shared = try own.sharedSecretFromKeyAgreement(with: theirs).withUnsafeBytes { Array($0) }
        func derive(_ input: [UInt8], salt: [UInt8], info: [UInt8], _ count: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: SymmetricKey(data: input), salt: salt, info: info, outputByteCount: count)
        }
        let input = derive(shared, salt: secret, info: Array("WebPush: info\0".utf8) + key + ours, 32).withUnsafeBytes { Array($0) }
        let content = derive(input, salt: salt, info: Array("Content-Encoding: aes128gcm\0".utf8), 16)
        let nonce = derive(input, salt: salt, info: Array("Content-Encoding: nonce\0".utf8), 12).withUnsafeBytes { Array($0) }
        // 2 ends the last record; nothing is padded.
        let box = try AES.GCM.seal(text + [2], using: content, nonce: AES.GCM.Nonce(data: nonce))
        let size = withUnsafeBytes(of: recordSize.bigEndian) { Array($0) }
        return salt + size + [UInt8(ours.count)] + ours + Array(box.ciphertext) + Array(box.tag)
    }
}

/// With which this house says to a push service who it is (RFC 8292): a P-256 key, made once and kept.
package struct PushIdentity: Sendable {
    private let key: P256.Signing.PrivateKey
    /// `mailto:` or `https:`: whom the service may turn to.
    let contact: String

    init(secret: [UInt8], contact: String) throws {
        key = try P256.Signing.PrivateKey(rawRepresentation: secret)
        self.contact = contact
    }

    static func makeSecret() -> [UInt8] { Array(P256.Signing.PrivateKey().rawRepresentation) }

    /// What a browser is given as `applicationServerKey`.
    package var publicKey: String { Base64URL.text(key.publicKey.x963Representation) }

    /// The value of `Authorization` for one service.
    func authorization(for endpoint: WebAddress, seconds now: Int64) throws -> String {
        let head = Base64URL.text(Array(#"{"typ":"JWT","alg":"ES256"}"#.utf8))
        let contact = contact.replacing("\\", with: "").replacing("\"", with: "")
        // At most 24 hours (§2).
        let claims = #"{"aud":"\#(endpoint.origin)","exp":\#(now + 12 * 3600),"sub":"\#(contact)"}"#
        let signed = head + "." + Base64URL.text(Array(claims.utf8))
        let signature = try key.signature(for: Array(signed.utf8)).rawRepresentation
        return "vapid t=\(signed).\(Base64URL.text(signature)), k=\(publicKey)"
    }
}
