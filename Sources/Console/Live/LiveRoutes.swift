// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /live?topics=a,b` opens a stream; `POST /live/{stream}/topics` changes what it hears (form field `topics`).
struct LiveRoutes {
    let live: LiveFeed

    func add(to desk: Desk) {
        desk.route(Self.stream) { request, context in try answer(request, context) }
        desk.formRoute(Self.topics, limit: 16 * 1024) { form, context in
            let person = try context.required()
            let number = UInt64(try context.text("stream")) ?? 0
            guard live.retune(number, person: person, topics: Self.list(form["topics"])) else { throw Refused.notFound(context.address) }
            return Response(status: .noContent)
        }
    }

    static let stream = Endpoint(
        .get, "/live", "Stream of news (server-sent events)", access: .signedIn,
        parameters: [.init("topics", in: .query, .string(length: 0...4000), note: "Topics, separated by commas")],
        answers: [.init(200, "An endless stream", "text/event-stream", .string)])

    static let topics = Endpoint(
        .post, "/live/{stream}/topics", "Change what an open stream hears", access: .signedIn, surface: .api,
        parameters: [.init("stream", in: .path, .string)],
        body: .init("application/x-www-form-urlencoded", .object([("topics", .string), ("csrf", .string)], required: ["topics"])),
        answers: [.init(204, "Changed"), .init(404, "No such stream of yours")])

    private static func list(_ text: String?) -> [String] { (text ?? "").split(separator: ",").map { $0.trimmingSpaces() } }

    private func answer(_ request: Request, _ context: ConsoleContext) throws -> Response {
        let person = try context.required()
        let after = (request.headers[.lastEventID] ?? context.query["after"]).flatMap { UInt64($0) }
        let topics = Self.list(context.query["topics"])
        if live.isFull { throw Refused.unavailable(Words("Trop de flux ouverts.", "Too many open streams.")) }
        let language = context.language
        // The listener joins when the body is written, not before: an answer that is never written (HEAD, a peer gone) leaves none behind.
        let body = ResponseBody { [live, channel = context.channel] writer in
            guard let listener = live.join(person, language: language, topics: topics, after: after) else {
                return try await writer.finish(nil)
            }
            defer { live.leave(listener) }
            try await LiveOutlet.serve(listener, on: channel)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", .accelBuffering: "no"], body: body)
    }
}

extension HTTPField.Name {
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
