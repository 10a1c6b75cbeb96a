// SPDX-License-Identifier: EUPL-1.2

import Errand
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
        guard key.count == 65, key[0] == 4, secret.count == 16, WebAddress(endpoint) != nil, PushEncryption.isKey(key) else { return nil }
    }

    /// As the outbox keeps them.
    package var keys: String { Base64URL.text(key) + " " + Base64URL.text(secret) }
}

/// Letters that stand in addresses (RFC 4648 §5), without '='.
package enum Base64URL {
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        TransferCoding.base64(of: bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
