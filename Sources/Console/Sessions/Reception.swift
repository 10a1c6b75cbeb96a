// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird
import NIOCore

/// Fills the context of each request: time, peer, language, theme, query, person. Refuses who asks too often.
struct Reception: RouterMiddleware {
    let doorkeeper: Doorkeeper
    let settings: SiteSettings
    let furniture: Furniture
    let clock: Clock

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.now = clock.now()
        context.settings = settings
        context.furniture = furniture
        context.newest = furniture.live.newest
        context.address = Self.address(request)
        context.agent = request.headers[.userAgent] ?? ""
        context.peer = Self.peer(request, socket: context.socketPeer, proxies: settings.trustedProxies)
        context.audience = Audience(Self.language(request, person: nil, settings: settings), zone: settings.zone)
        context.theme = request.cookies[CookieNames.theme].flatMap { Theme(rawValue: $0.value) } ?? .auto
        do {
            context.query = try FormDecoding.decode((request.uri.query ?? "").utf8)
            if !Self.isAnonymous(request.uri.path) {
                try await identify(&context, request)
                try pace(context)
            }
        } catch {
            throw SettledError(context: context, error: error)
        }
        let visit = context.csrf.isEmpty ? Tokens.make() : nil
        if let visit { context.csrf = Tokens.forgeryToken(visit) }
        do {
            var response = try await next(request, context)
            if let visit, request.uri.path == "/sign-in" {
                response.setCookie(CookieNames.secret(CookieNames.visit(settings), visit, settings: settings))
            }
            return response
        } catch {
            throw SettledError(context: context, error: error)
        }
    }

    private func identify(_ context: inout ConsoleContext, _ request: Request) async throws {
        if let authorization = request.headers[.authorization] {
            let parts = authorization.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer",
                let person = try await doorkeeper.recognise(key: String(parts[1]), at: context.now)
            else { throw Refused.signIn(at: context.address) }
            context.person = person
            context.csrf = "key"
        } else if let cookie = request.cookies[CookieNames.session(settings)]?.value,
            let (person, session) = try await doorkeeper.recognise(token: cookie, at: context.now)
        {
            (context.person, context.session) = (person, session)
            context.csrf = Tokens.forgeryToken(cookie)
        } else if let visit = request.cookies[CookieNames.visit(settings)]?.value, Tokens.isWellFormed(visit) {
            context.csrf = Tokens.forgeryToken(visit)
        }
        context.audience.language = Self.language(request, person: context.person, settings: settings)
    }

    /// Assets and health are the same for everybody: no look-up, no allowance. Not `/metrics`: it asks for a right, so somebody must
    /// have been recognised.
    static func isAnonymous(_ path: String) -> Bool {
        path.hasPrefix("/assets/") || path == "/healthz" || path == "/readyz"
    }

    static func isTablet(_ path: String) -> Bool {
        path == "/terrain" || ["/terrain/", "/terrain?", "/api/terrain/"].contains { path.hasPrefix($0) }
    }

    private func pace(_ context: ConsoleContext) throws {
        // A depot's tablets share one network: their desk counts each by itself.
        if context.person == nil, Self.isTablet(context.address) { return }
        let who = context.person.map { "person \($0.account)" } ?? "peer \(Lockout.network(context.peer))"
        let allowance = context.person == nil ? settings.openRequestsPerMinute : settings.requestsPerMinute
        if let seconds = doorkeeper.pace.take(who, perMinute: allowance, at: context.now) { throw Refused.tooMany(retryAfter: seconds) }
    }

    static func address(_ request: Request) -> String {
        request.uri.query.map { "\(request.uri.path)?\($0)" } ?? request.uri.path
    }

    /// The address that the outermost trusted proxy saw; the socket's own where that is no trusted proxy. From the right: as long as
    /// who speaks is trusted, the one whom it names; a name that is no address ends it.
    static func peer(_ request: Request, socket: String, proxies: Set<String>) -> String {
        var peer = plain(socket)
        guard proxies.contains(peer) else { return peer }
        let hops = request.headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }.map { $0.trimmingSpaces() }
        for hop in hops.reversed() {
            guard proxies.contains(peer), let named = try? SocketAddress(ipAddress: String(hop), port: 0).ipAddress else { break }
            peer = plain(named)
        }
        return peer
    }

    /// An IPv4 address as IPv4 also where it came through a socket of IPv6.
    private static func plain(_ address: String) -> String {
        address.hasPrefix("::ffff:") && address.contains(".") ? String(address.dropFirst(7)) : address
    }

    /// Cookie, then account, then Accept-Language, then the installation's.
    static func language(_ request: Request, person: Person?, settings: SiteSettings) -> Language {
        if let chosen = request.cookies[CookieNames.language].flatMap({ Language(rawValue: $0.value) }) { return chosen }
        if let person { return person.language }
        for wish in (request.headers[.acceptLanguage] ?? "").split(separator: ",") {
            if let language = Language(rawValue: String(wish.trimmingSpaces().prefix(2)).lowercased()) { return language }
        }
        return settings.language
    }
}

/// An error with the context as far as it was filled, so that the refusal is written in the right language and shell.
struct SettledError: Error {
    var context: ConsoleContext
    var error: any Error
}

extension HTTPField.Name {
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
