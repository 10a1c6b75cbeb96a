// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// An address on the web that may be asked: https; plain http only where the house allows it for trials.
package struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    package let isSecure: Bool
    /// Without the brackets of IPv6.
    package let host: String
    package let port: Int
    /// Path and query.
    package let path: String

    /// - Parameter plain: is http taken, too?
    package init?(_ text: String, plain: Bool = false) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || plain && scheme == "http",
            let host = parts.percentEncodedHost?.lowercased(), !host.isEmpty, host.utf8.count <= 253,
            parts.user == nil, parts.password == nil, (1...65_535).contains(parts.port ?? 443)
        else { return nil }
        isSecure = scheme == "https"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (isSecure ? 443 : 80)
        path = (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath) + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
    }

    package var origin: String { (isSecure ? "https://" : "http://") + authority }
    package var authority: String { (host.contains(":") ? "[\(host)]" : host) + (port == (isSecure ? 443 : 80) ? "" : ":\(port)") }
    package var description: String { origin + path }

    /// Where an answer from here leads, by its `Location` (RFC 9110 §10.2.2); nil where that is another origin or no address.
    func following(_ location: String) -> WebAddress? {
        guard let base = URL(string: description), let url = URL(string: location, relativeTo: base)?.absoluteURL,
            let next = WebAddress(url.absoluteString, plain: !isSecure), next.origin == origin
        else { return nil }
        return next
    }

    /// May this address of a host be asked? Everything that is not of the open internet is refused (RFC 6890).
    /// - Parameter bytes: 4 or 16.
    package static func isPublic(_ bytes: [UInt8]) -> Bool {
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
