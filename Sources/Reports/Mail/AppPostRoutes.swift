// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import Post

/// What citizens decide about messages: no more mails about a request, push messages to this device or none. Open to whoever holds the link.
struct AppPostRoutes {
    let reports: Reports
    private static let pace = Pace()
    private static let perMinute = 30

    func add(to desk: Desk) {
        desk.api(AppRoutes.page("/app/mail/{token}", "Citizens' app: the mails about a request")) { _, context in
            let (token, _, link) = try await link(context)
            return AppMailPage(token: token, isMuted: link.isMuted, isTold: context.query["told"] == "1").page
        }
        // A mail program sends this by itself (RFC 8058), with no origin and a body that says nothing new.
        desk.api(
            Endpoint(
                .post, "/app/mail/{token}", "Citizens' app: no more mails about a request (RFC 8058)", access: .open, surface: .open,
                answers: [.init(303, "No more mails go out"), .init(404, "No such link")])
        ) { request, context in
            let (token, number, _) = try await link(context)
            _ = try await request.bytes(limit: 4096)
            try await reports.journal.write { try ReportLinkStore.mute(number, true, in: $0) }
            return SeeOther("/app/mail/\(token)?told=1")
        }
        desk.openAct("/app/mail/{token}/again", "Citizens' app: mails about a request again") { _, context in
            let (token, number, _) = try await link(context)
            try await reports.journal.write { try ReportLinkStore.mute(number, false, in: $0) }
            return SeeOther("/app/mail/\(token)?told=1")
        }
        desk.api(AppPostRoutes.subscribe("/app/follow/{token}/push", "a request")) { request, context in
            try slow(context)
            let token = try context.text("token")
            guard let followed = try await reports.follow(token) else { throw Refused.notFound("/app/follow/…") }
            return try await subscribe(request, context, to: followed.report.number, isOwn: followed.isOwn)
        }
        desk.api(AppPostRoutes.subscribe("/app/reports/{reference}/push", "a public report")) { request, context in
            try slow(context)
            let tree = try await reports.tree()
            guard let number = ReportReference(try context.text("reference"))?.number, let report = try await reports.report(number),
                tree[report.category]?.visibility == .everybody
            else { throw Refused.notFound(context.address) }
            return try await subscribe(request, context, to: number, isOwn: false)
        }
    }

    static func subscribe(_ path: String, _ what: String) -> Endpoint {
        Endpoint(
            .post, path, "Citizens' app: push messages about \(what) to this device, or no more", access: .open, surface: .open,
            body: .init(
                "application/json",
                .object(
                    [
                        ("endpoint", .string(length: 1...2048)),
                        ("keys", .object([("p256dh", .string), ("auth", .string)], required: ["p256dh", "auth"])), ("stop", .boolean),
                    ], required: ["endpoint"]), note: "As PushSubscription.toJSON() gives it; 'stop' ends the messages."),
            answers: [
                .init(204, "Done"), .init(404, "No such link, or no push messages here"), .init(409, "Too many devices"),
                .init(422, "No subscription of a push service on the open internet"),
            ])
    }

    private func slow(_ context: ConsoleContext) throws {
        if let seconds = AppPostRoutes.pace.take(context.network, perMinute: AppPostRoutes.perMinute, at: context.now) {
            throw Refused.tooMany(retryAfter: seconds)
        }
    }

    /// What a browser says of its push messages.
    enum Sent {
        case subscribed(PushSubscription)
        /// This address is to be told no more.
        case stopped(String)
    }

    private struct Body: Decodable {
        struct Keys: Decodable {
            var p256dh: String
            var auth: String
        }
        var endpoint: String
        var keys: Keys?
        var stop: Bool?
    }

    /// - Throws: `Refused` where it is no subscription of a push service.
    static func sent(_ request: Request) async throws -> Sent {
        let type = request.headers[.contentType] ?? ""
        guard type.lowercased().hasPrefix("application/json") else { throw Refused.wrongType(type, expected: "application/json") }
        let bytes = try await request.bytes(limit: 8192)
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(bytes.readableBytesView)) else { throw wrong }
        if body.stop == true { return .stopped(body.endpoint) }
        guard let keys = body.keys, let device = PushSubscription(endpoint: body.endpoint, p256dh: keys.p256dh, auth: keys.auth) else {
            throw wrong
        }
        return .subscribed(device)
    }

    private func subscribe(_ request: Request, _ context: ConsoleContext, to number: Report.Number, isOwn: Bool) async throws -> Response {
        guard let post = reports.post, !post.pushKey.isEmpty else { throw Refused.notFound(context.address) }
        let (now, language) = (context.now, context.language)
        let device: PushSubscription
        switch try await AppPostRoutes.sent(request) {
        case .subscribed(let one): device = one
        case .stopped(let endpoint):
            try await reports.journal.write { transaction in
                try ReportLinkStore.remove(endpoint, from: number, in: transaction)
                try OutboxStore.withdraw(topic: CitizenPost.topic(number), recipient: endpoint, in: transaction)
            }
            return Response(status: .noContent)
        }
        let isTaken = try await reports.journal.write { transaction -> Bool in
            guard let report = try ReportStore.find(number, in: transaction) else { return false }
            return try ReportLinkStore.add(
                device.endpoint, keys: device.keys, isOwn: isOwn, language, to: report, at: now, in: transaction)
        }
        guard isTaken else {
            throw Refused.conflict(Words("Trop d'appareils suivent cette demande.", "Too many devices follow this request."))
        }
        return Response(status: .noContent)
    }

    static let wrong = Refused.fields([
        .init("endpoint", Words("Ce n'est pas un abonnement à des notifications.", "This is no subscription to push messages."))
    ])

    private func link(_ context: ConsoleContext) async throws -> (String, Report.Number, ReportLinkStore.Link) {
        let token = try context.text("token")
        let found = try await reports.journal.read { transaction -> (Report.Number, ReportLinkStore.Link)? in
            guard token.utf8.count == 40, let number = try ReportLinkStore.report(follow: Tokens.hash(token), in: transaction),
                let link = try ReportLinkStore.link(of: number, in: transaction)
            else { return nil }
            return (number, link)
        }
        guard let (number, link) = found else { throw Refused.notFound("/app/mail/…") }
        return (token, number, link)
    }
}
