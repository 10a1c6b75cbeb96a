// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// The city's own mail server, through which mails go out: `smtp://user:password@relay.example:587?tls=never&ca=/etc/ssl/city.pem`.
package struct SMTPRelay: Sendable, Hashable {
    package enum TLS: String, Sendable, Hashable {
        /// STARTTLS before anything else (`smtp://`).
        case required
        /// From the first byte (`smtps://`).
        case implicit
        /// In clear, for a relay on the same machine (`?tls=never`).
        case never
    }

    package var host: String
    package var port: Int
    package var user: String
    package var password: String
    package var tls: TLS
    /// PEM of the authority of its certificate where the system's do not suffice; ''.
    package var ca: String

    package init(host: String, port: Int, user: String = "", password: String = "", tls: TLS = .required, ca: String = "") {
        (self.host, self.port, self.user, self.password, self.tls, self.ca) = (host, port, user, password, tls, ca)
    }

    /// What a relay's address must be.
    package static let right = "'smtp://user:password@host:587', 'smtps://host:465', or 'smtp://localhost:25?tls=never'"

    /// - Returns: nil where the text is none; a password never goes out without TLS.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["smtp", "smtps"].contains(scheme),
            let host = parts.host, !host.isEmpty, (1...65_535).contains(parts.port ?? 25), ["", "/"].contains(parts.path)
        else { return nil }
        self.init(
            host: host, port: parts.port ?? (scheme == "smtps" ? 465 : 587), user: parts.user ?? "", password: parts.password ?? "",
            tls: scheme == "smtps" ? .implicit : .required)
        for item in parts.queryItems ?? [] {
            switch (item.name, item.value ?? "") {
            case ("tls", "never") where scheme == "smtp" && user.isEmpty: tls = .never
            case ("tls", "required") where scheme == "smtp": tls = .required
            case ("ca", let path) where !path.isEmpty: ca = path
            default: return nil
            }
        }
        let all = (user + password).unicodeScalars
        guard !all.contains(where: { $0.value < 0x20 }) else { return nil }
    }
}
