// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import HTTPTypes
package import Hummingbird
package import NIOCore

/// Routes of one trade. Each is declared where it is routed, with the right that it needs; a request that lacks it never reaches the
/// closure. Paths are written as OpenAPI writes them: `/console/lamps/{number}`.
package struct Desk {
    package let trade: String
    /// Rights asked for on this desk must hold over the whole territory: what it tells has no communes.
    var isWhole = false
    let router: Router<ConsoleContext>
    let register: EndpointRegister
    let settings: SiteSettings

    /// GET: something to look at.
    package func page(
        _ path: String, _ summary: String, right: Right = .view, trade: String? = nil,
        use answer: @escaping @Sendable (Request, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        route(Endpoint(.get, path, summary, access: access(right, trade), surface: .page), answer)
    }

    /// POST of a form: its CSRF token and origin are checked, its fields decoded, before the closure runs. Answer with `SeeOther`.
    package func act(
        _ path: String, _ summary: String, right: Right = .operate, trade: String? = nil, limit: Int? = nil,
        use answer: @escaping @Sendable (Form, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        let endpoint = Endpoint(.post, path, summary, access: access(right, trade), surface: .form)
        formRoute(endpoint, limit: limit ?? settings.formLimit, answer)
    }

    /// POST of a form with files (`multipart/form-data`) of at most `limit` bytes in all; else as `act`.
    package func upload(
        _ path: String, _ summary: String, right: Right = .operate, limit: Int,
        use answer: @escaping @Sendable (Form, [Upload], ConsoleContext) async throws -> some ResponseGenerator
    ) {
        let endpoint = Endpoint(.post, path, summary, access: access(right, nil), surface: .form)
        register.declare(endpoint)
        router.on(RouterPath(path), method: .post) { request, context in
            try endpoint.access.admit(context)
            let body = try await request.bytes(limit: limit)
            let (form, uploads) = try Multipart.read(body, contentType: request.headers[.contentType] ?? "")
            try Forgery.refuse(request, context, form: form)
            return try await answer(form, uploads, context)
        }
    }

    /// As `upload`, from whoever is there, signed in or not: the origin alone is checked, since there is no session to forge.
    /// - Parameter parts: fields and files, at most.
    package func openUpload(
        _ endpoint: Endpoint, limit: Int, parts: Int = Multipart.partLimit,
        use answer: @escaping @Sendable (Form, [Upload], Request, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        register.declare(endpoint)
        router.on(RouterPath(endpoint.path), method: .post) { request, context in
            try endpoint.access.admit(context)
            try Forgery.refuseForeign(request, context)
            let body = try await request.bytes(limit: limit)
            let (form, uploads) = try Multipart.read(body, contentType: request.headers[.contentType] ?? "", parts: parts)
            return try await answer(form, uploads, request, context)
        }
    }

    /// Bytes from a program that shows a secret of its own; of a browser the origin is checked.
    package func openPost(
        _ endpoint: Endpoint, limit: Int,
        use answer: @escaping @Sendable (ByteBuffer, Request, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        register.declare(endpoint)
        router.on(RouterPath(endpoint.path), method: .post) { request, context in
            try endpoint.access.admit(context)
            try Forgery.refuseForeign(request, context)
            return try await answer(try await request.bytes(limit: limit), request, context)
        }
    }

    /// A form that whoever is there may send; the origin alone is checked.
    package func openAct(
        _ path: String, _ summary: String, limit: Int = 16_384,
        use answer: @escaping @Sendable (Form, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        formRoute(Endpoint(.post, path, summary, access: .open, surface: .open), limit: limit, answer)
    }

    /// As `openAct`, for whoever needs the request itself: a cookie of the desk's own.
    package func openForm(
        _ path: String, _ summary: String, limit: Int = 16_384,
        use answer: @escaping @Sendable (Form, Request, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        let endpoint = Endpoint(.post, path, summary, access: .open, surface: .open)
        register.declare(endpoint)
        router.on(RouterPath(path), method: .post) { request, context in
            let form = try await request.form(limit: limit)
            try Forgery.refuseForeign(request, context)
            return try await answer(form, request, context)
        }
    }

    private func access(_ right: Right, _ trade: String?) -> Access {
        isWhole ? .everywhere(right, trade ?? self.trade) : .right(right, trade ?? self.trade)
    }

    /// An endpoint for programs (`/api/…`, `/tiles/…`): declared in full, answers problem+json when refused.
    package func api(
        _ endpoint: Endpoint,
        use answer: @escaping @Sendable (Request, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        route(endpoint, answer)
    }

    func route(
        _ endpoint: Endpoint, _ answer: @escaping @Sendable (Request, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        register.declare(endpoint)
        router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
            try endpoint.access.admit(context)
            if endpoint.method != .get, endpoint.surface != .open { try Forgery.refuse(request, context) }
            return try await answer(request, context)
        }
    }

    func formRoute(
        _ endpoint: Endpoint, limit: Int, _ answer: @escaping @Sendable (Form, ConsoleContext) async throws -> some ResponseGenerator
    ) {
        register.declare(endpoint)
        router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
            try endpoint.access.admit(context)
            let form = try await request.form(limit: limit)
            if endpoint.surface == .open {
                try Forgery.refuseForeign(request, context)
            } else {
                try Forgery.refuse(request, context, form: form)
            }
            return try await answer(form, context)
        }
    }
}

/// Who may use an endpoint.
package enum Access: Sendable, Hashable {
    /// Anybody, signed in or not.
    case open
    /// Whoever is signed in.
    case signedIn
    case right(Right, String)
    /// The right over the whole territory: whoever has it in some communes only is refused.
    case everywhere(Right, String)

    func admit(_ context: ConsoleContext) throws {
        switch self {
        case .open: return
        case .signedIn: _ = try context.required()
        case .right(let right, let trade): try context.require(right, trade)
        case .everywhere(let right, let trade): try context.requireEverywhere(right, trade)
        }
    }
}

extension Request {
    /// The fields of a form body of at most `limit` bytes.
    package func form(limit: Int) async throws -> Form {
        let type = headers[.contentType] ?? ""
        let essence = type.split(separator: ";").first.map { $0.trimmingSpaces().lowercased() } ?? ""
        guard essence == "application/x-www-form-urlencoded" else {
            throw Refused.wrongType(type, expected: "application/x-www-form-urlencoded")
        }
        return try FormDecoding.decode(try await bytes(limit: limit).readableBytesView)
    }

    /// The whole body, refused with 413 beyond `limit` bytes.
    package func bytes(limit: Int) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw Refused.tooLarge(limit: limit) }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Refused.tooLarge(limit: limit)
        }
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        var slice = Substring(self)
        while let first = slice.first, first == " " || first == "\t" { slice.removeFirst() }
        while let last = slice.last, last == " " || last == "\t" { slice.removeLast() }
        return String(slice)
    }
}
