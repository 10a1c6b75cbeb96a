// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird

/// Cross-site request forgery: an unsafe request by cookie must come from our own origin and carry the session's token, in the form
/// field `csrf` or in the header `X-CSRF-Token`. Requests by API key are not forgeable: a browser never adds the key by itself.
enum Forgery {
    static func refuse(_ request: Request, _ context: ConsoleContext, form: Form? = nil) throws {
        if request.headers[.authorization] != nil { return }
        guard isOwnOrigin(request, context.settings) else { throw refusal }
        let token = Tokens.unmasked(form?["csrf"] ?? request.headers[.csrfToken] ?? "")
        guard !context.csrf.isEmpty, Tokens.isSame(token, context.csrf) else { throw refusal }
    }

    /// For forms that change nothing but this browser's own look: the origin alone.
    static func refuseForeign(_ request: Request, _ context: ConsoleContext) throws {
        guard isOwnOrigin(request, context.settings) else { throw refusal }
    }

    /// Browsers name the origin of every POST. A missing one is let through (the token is still checked), a foreign one never.
    static func isOwnOrigin(_ request: Request, _ settings: SiteSettings) -> Bool {
        if let site = request.headers[.fetchSite], site == "cross-site" { return false }
        guard let origin = request.headers[.origin] else { return true }
        if !settings.origins.isEmpty { return settings.origins.contains(origin) }
        let host = request.head.authority ?? request.headers[.hostField] ?? ""
        return !host.isEmpty && origin == (settings.isSecure ? "https://" : "http://") + host
    }

    private static var refusal: Refused {
        Refused(
            .forbidden, "forgery", title: Words("Formulaire périmé", "Form out of date"),
            detail: Words(
                "Ce formulaire ne vient pas de cette session. Revenez en arrière, rechargez la page et recommencez.",
                "This form does not come from this session. Go back, reload the page and try again."))
    }
}

extension HTTPField.Name {
    static let csrfToken = HTTPField.Name("X-CSRF-Token")!
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let hostField = HTTPField.Name("Host")!
}
