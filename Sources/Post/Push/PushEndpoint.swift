// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Where a browser takes push messages, and with which keys (RFC 8030 §4, RFC 8291 §2).
package struct PushSubscription: Sendable, Hashable {
    package var endpoint: String
    /// The browser's public key, P-256, 65 bytes uncompressed.
    package var key: [UInt8]
    /// 16 bytes.
    package var secret: [UInt8]

    /// - Parameters: as `PushSubscription.toJSON()` of the browser gives them: base64url.
    /// - Returns: nil where that is none.
    package init?(endpoint: String, p256dh: String, auth: String) {
        guard p256dh.utf8.count <= 200, auth.utf8.count <= 100 else { return nil }
        (self.endpoint, key, secret) = (
            endpoint, TransferCoding.base64(Array(p256dh.utf8)[...]), TransferCoding.base64(Array(auth.utf8)[...])
        )
        guard key.count == 65, key[0] == 4, secret.count == 16, PushEndpoint(endpoint) != nil, PushEncryption.isKey(key) else { return nil }
    }

    /// As the outbox keeps them.
    package var keys: String { Base64URL.text(key) + " " + Base64URL.text(secret) }
}

/// The address of a push service that may be asked. A browser gives it, so a stranger does: only https, and never an address inside.
package struct PushEndpoint: Sendable, Hashable {
    let host: String
    let port: Int
    /// Path and query.
    let path: String

    package init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: text),
            parts.scheme?.lowercased() == "https", let host = parts.percentEncodedHost?.lowercased(), !host.isEmpty, host.utf8.count <= 253,
            parts.user == nil, parts.password == nil, (1...65_535).contains(parts.port ?? 443)
        else { return nil }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? 443
        path = (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath) + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
    }

    /// Of the token with which this house says who it is (RFC 8292 §2).
    var origin: String { "https://" + authority }
    var authority: String { (host.contains(":") ? "[\(host)]" : host) + (port == 443 ? "" : ":\(port)") }

    /// May this address of a host be asked? Everything that is not of the open internet is refused (RFC 6890).
    /// - Parameter bytes: 4 or 16.
    static func isPublic(_ bytes: [UInt8]) -> Bool {
        if bytes.count == 4 {
            return switch (bytes[0], bytes[1], bytes[2]) {
            case (0, _, _), (10, _, _), (127, _, _), (169, 254, _), (192, 168, _), (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100),
                (203, 0, 113):
                false
            case (100, 64...127, _), (172, 16...31, _), (198, 18...19, _), (224..., _, _): false
            default: true
            }
        }
        // Of IPv6 only 2000::/3 is given out; in it Teredo, documentation and 6to4 reach elsewhere.
        guard bytes.count == 16, bytes[0] & 0xE0 == 0x20 else { return false }
        if bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) || bytes.starts(with: [0x20, 0x02]) { return false }
        // 2001::/23 is for protocols.
        return !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 2)
    }
}

/// Letters that stand in addresses (RFC 4648 §5), without '='.
package enum Base64URL {
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        TransferCoding.base64(of: bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
