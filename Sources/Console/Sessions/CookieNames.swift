// SPDX-License-Identifier: EUPL-1.2

import Hummingbird

/// Our cookies. Over TLS they carry the `__Host-` prefix, which binds them to this host, path / and Secure (RFC 6265bis, section 4.1.3).
enum CookieNames {
    static func session(_ settings: SiteSettings) -> String { settings.isSecure ? "__Host-vigie" : "vigie" }
    static func visit(_ settings: SiteSettings) -> String { settings.isSecure ? "__Host-vigie-visit" : "vigie-visit" }
    static let language = "vigie-language"
    static let theme = "vigie-theme"

    static func secret(_ name: String, _ value: String, settings: SiteSettings, maxAge: Int? = nil) -> Cookie {
        Cookie(name: name, value: value, maxAge: maxAge, path: "/", secure: settings.isSecure, httpOnly: true, sameSite: .lax)
    }

    static func gone(_ name: String, settings: SiteSettings) -> Cookie { secret(name, "", settings: settings, maxAge: 0) }

    static func preference(_ name: String, _ value: String, settings: SiteSettings) -> Cookie {
        Cookie(name: name, value: value, maxAge: 31_536_000, path: "/", secure: settings.isSecure, httpOnly: true, sameSite: .lax)
    }
}
