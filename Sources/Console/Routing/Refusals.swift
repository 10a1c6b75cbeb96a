// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// An error of something below that may pass by itself: 503 and words for people, instead of an incident.
package protocol PassingTrouble: Error {
    /// Nil where it will not pass.
    var passing: Words? { get }
}

/// Errors are decided once, here: each becomes a status and is written as a page or as problem+json. What was not foreseen becomes
/// 500 with an incident number that is also in the log; its text stays in the log.
struct Refusals: RouterMiddleware {
    let register: EndpointRegister
    let settings: SiteSettings
    let furniture: Furniture
    let shapes: RefusalShapes
    let log: Logger

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let settled as SettledError {
            return try answer(settled.error, request, settled.context)
        } catch {
            return try answer(error, request, context)
        }
    }

    private func answer(_ error: any Error, _ request: Request, _ context: ConsoleContext) throws -> Response {
        var context = context
        context.settings = settings
        context.furniture = furniture
        let refused = refusal(error, request, context)
        if let shape = shapes.shape(for: request.uri.path) {
            var response = try shape(refused, context, request.uri.path).response(from: request, context: context)
            decorate(&response, refused)
            return response
        }
        if wantsProblem(request) { return problem(refused, request, context) }
        if refused.status == .unauthorized, request.method == .get {
            return try SeeOther(Console.address("/sign-in", ["back": refused.back ?? context.address])).response()
        }
        let back = request.method == .post ? RefusalPage.back(from: request.headers[.referer], authority: request.head.authority) : nil
        var response = try RefusalPage.page(refused, hasPerson: context.person != nil, back: back).response(context)
        decorate(&response, refused)
        return response
    }

    private func refusal(_ error: any Error, _ request: Request, _ context: ConsoleContext) -> Refused {
        switch error {
        case let refused as Refused: return refused
        case is NIOTooManyBytesError: return .tooLarge(limit: settings.formLimit)
        case let error as HTTPError where error.status == .notFound: return missing(request, context)
        case let error as any HTTPResponseError where error.status.code < 500:
            return Refused(
                error.status, "bad-request", title: Words("Demande refusée", "Request refused"),
                detail: Words("La demande n’a pas été comprise.", "The request was not understood."))
        case is CancellationError:
            return .unavailable(Words("L’arrêt est en cours.", "Shutting down."))
        case let trouble as any PassingTrouble:
            if let words = trouble.passing {
                log.warning("unavailable", metadata: ["path": "\(request.uri.path)", "error": "\(trouble)"])
                return .unavailable(words)
            }
            return incident(error, request)
        default: return incident(error, request)
        }
    }

    /// 404, or 405 where the path exists for other methods.
    private func missing(_ request: Request, _ context: ConsoleContext) -> Refused {
        let methods = register.methods(at: request.uri.path)
        guard !methods.isEmpty, !methods.contains(request.method) else { return .notFound(request.uri.path) }
        let allowed = methods.map(\.rawValue).joined(separator: ", ")
        var refused = Refused(
            .methodNotAllowed, "method", title: Words("Méthode refusée", "Method not allowed"),
            detail: Words("Méthodes admises ici : \(allowed).", "Allowed here: \(allowed)."))
        refused.headers[.allow] = allowed
        return refused
    }

    private func incident(_ error: any Error, _ request: Request) -> Refused {
        let number = String(UInt64.random(in: 0..<(1 << 40)), radix: 36).uppercased()
        log.error("Incident \(number)", metadata: ["path": "\(request.uri.path)", "error": "\(String(reflecting: error))"])
        return Refused(
            .internalServerError, "incident", title: Words("Incident interne", "Internal incident"),
            detail: Words(
                "Quelque chose a échoué de notre côté. Incident \(number), consigné dans le journal du service.",
                "Something failed on our side. Incident \(number), written to the service's log."))
    }

    private func wantsProblem(_ request: Request) -> Bool {
        let path = request.uri.path
        if path.hasPrefix("/api/") || path.hasPrefix("/tiles/") || path.hasPrefix("/live") { return true }
        // A program with a key, or a collector of figures, cannot sign in on a page.
        if path == "/metrics" || request.headers[.authorization] != nil { return true }
        let accept = request.headers[.accept] ?? ""
        return accept.contains("json") && !accept.contains("text/html")
    }

    private func problem(_ refused: Refused, _ request: Request, _ context: ConsoleContext) -> Response {
        var json = JSONWriter()
        json.object {
            $0.member("type", "urn:vigie:problem:\(refused.sort)")
            $0.member("title", refused.title(context.language))
            $0.member("status", refused.status.code)
            $0.member("detail", refused.detail(context.language))
            $0.member("instance", Refused.clipped(request.uri.path))
            if !refused.fields.isEmpty {
                $0.array("errors", refused.fields) { json, error in
                    json.object {
                        $0.member("field", error.field)
                        $0.member("message", error.message(context.language))
                    }
                }
            }
        }
        var response = Response(
            status: refused.status, headers: [.contentType: "application/problem+json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
        decorate(&response, refused)
        return response
    }

    private func decorate(_ response: inout Response, _ refused: Refused) {
        for field in refused.headers { response.headers[field.name] = field.value }
        if let seconds = refused.retryAfter { response.headers[.retryAfter] = String(seconds) }
        if refused.status == .contentTooLarge { response.headers[.connection] = "close" }
    }
}

/// Refusals that a protocol of others wants in a form of its own, by the beginning of the path.
final class RefusalShapes: Sendable {
    typealias Shape = @Sendable (Refused, ConsoleContext, _ path: String) -> Bytes
    private let all = Mutex<[(beginning: String, shape: Shape)]>([])

    func add(_ beginning: String, _ shape: @escaping Shape) { all.withLock { $0.append((beginning, shape)) } }
    func shape(for path: String) -> Shape? { all.withLock { $0.first { path.hasPrefix($0.beginning) }?.shape } }
}
