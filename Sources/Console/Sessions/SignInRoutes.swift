// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird

/// `/sign-in`, `/sign-out`, `/sign-out/everywhere` and `/preferences` (language, theme).
struct SignInRoutes {
    let doorkeeper: Doorkeeper
    let settings: SiteSettings
    let live: LiveFeed

    func add(to desk: Desk) {
        desk.route(Endpoint(.get, "/sign-in", "Sign-in page", access: .open, surface: .page)) { _, context in
            guard context.person == nil else { return try SeeOther(Self.back(context.query["back"])).response() }
            return try SignInPage.page(back: Self.back(context.query["back"]), settings: settings).response(context)
        }
        desk.formRoute(Endpoint(.post, "/sign-in", "Sign in", access: .open, surface: .form), limit: 8_192) { form, context in
            try await signIn(form, context)
        }
        desk.formRoute(Endpoint(.post, "/sign-out", "Sign out", access: .signedIn, surface: .form), limit: 8_192) { _, context in
            try await signOut(context, everywhere: false)
        }
        let everywhere = Endpoint(.post, "/sign-out/everywhere", "Sign out of every session", access: .signedIn, surface: .form)
        desk.formRoute(everywhere, limit: 8_192) { _, context in try await signOut(context, everywhere: true) }
        // Also on pages of people who are not signed in and have no token (an error page): only the origin is checked.
        desk.formRoute(Endpoint(.post, "/preferences", "Language and theme", access: .open, surface: .open), limit: 8_192) { form, _ in
            try preferences(form)
        }
    }

    private func signIn(_ form: Form, _ context: ConsoleContext) async throws -> Response {
        let back = Self.back(form["back"])
        let (login, password) = (form["login"] ?? "", form["password"] ?? "")
        let admission = try await doorkeeper.admit(login: login, password: password, peer: context.peer, agent: context.agent)
        switch admission {
        case .admitted(let token, _):
            if let old = context.session { try await doorkeeper.accounts.endSession(old.tokenHash) }
            var response = try SeeOther(back).response()
            response.setCookie(CookieNames.secret(CookieNames.session(settings), token, settings: settings))
            response.setCookie(CookieNames.gone(CookieNames.visit(settings), settings: settings))
            return response
        case .refused:
            return try SignInPage.page(back: back, login: login, message: SignInPage.wrong, settings: settings).response(context)
        case .wait(let seconds):
            var response = try SignInPage.page(back: back, login: login, message: SignInPage.wait(seconds), status: 429, settings: settings)
                .response(context)
            response.headers[.retryAfter] = String(seconds)
            return response
        }
    }

    private func signOut(_ context: ConsoleContext, everywhere: Bool) async throws -> Response {
        try await doorkeeper.seeOut(context, everywhere: everywhere)
        // Streams of the account end; browsers that are still signed in open theirs again.
        if let person = context.person { live.hangUp(account: person.account) }
        var response = try SeeOther("/sign-in").response()
        response.setCookie(CookieNames.gone(CookieNames.session(settings), settings: settings))
        response.headers[.clearSiteData] = "\"cache\", \"storage\""
        return response
    }

    private func preferences(_ form: Form) throws -> Response {
        let isSigningIn = form["back"]?.hasPrefix("/sign-in") == true
        var response = try SeeOther(isSigningIn ? "/sign-in" : Self.back(form["back"])).response()
        if let language = form["language"].flatMap(Language.init(rawValue:)) {
            response.setCookie(CookieNames.preference(CookieNames.language, language.rawValue, settings: settings))
        }
        if let theme = form["theme"].flatMap(Theme.init(rawValue:)) {
            response.setCookie(CookieNames.preference(CookieNames.theme, theme.rawValue, settings: settings))
        }
        return response
    }

    /// A place of our own to go back to; anything else becomes the front page (no open redirect).
    static func back(_ address: String?) -> String {
        guard let address, address.hasPrefix("/"), safe(address) == address, !address.contains("\\"), !address.hasPrefix("/sign-"),
            address.utf8.count <= 2_000
        else { return "/" }
        return address
    }
}

extension HTTPField.Name {
    static let clearSiteData = HTTPField.Name("Clear-Site-Data")!
}
