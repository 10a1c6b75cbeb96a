// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Hummingbird

/// What a telephone exchange says: `POST /api/calls` and `POST /api/calls/agents`, with an API key whose right on 'exchange' is to operate.
struct CallAPIRoutes {
    let calls: Calls

    /// Bytes of one request, and events in it.
    static let limit = 256 * 1024
    static let most = 500
    static let trade = "exchange"

    func add(to site: Site) {
        let desk = site.desk(CallAPIRoutes.trade, whole: true)
        desk.api(CallAPIRoutes.signalsEndpoint) { request, _ in
            let read: [Signal] = try await CallAPIRoutes.events(request)
            let now = calls.clock.now()
            let signals = try read.enumerated().map { index, one in try one.signal(read.count == 1 ? "" : "\(index).", now: now) }
            do { return CallAPIRoutes.json(signals, try await calls.take(signals)) } catch let fault as ReportFault { throw fault.refused }
        }
        desk.api(CallAPIRoutes.agentsEndpoint) { request, _ in
            let read: [Agent] = try await CallAPIRoutes.events(request)
            let now = calls.clock.now()
            let told = try read.enumerated().map { index, one in
                let prefix = read.count == 1 ? "" : "\(index)."
                guard (1...64).contains(one.agent.unicodeScalars.count), !one.agent.unicodeScalars.contains("\0") else {
                    throw Refused.fields([.init(prefix + "agent", Words("1 à 64 caractères.", "1 to 64 characters."))])
                }
                return (one, at: try CallAPIRoutes.instant(one.at, prefix + "at", now: now))
            }
            for (one, at) in told { try await calls.setPresent(one.agent, one.present, at: at) }
            return Bytes.json("{\"agents\":\(told.count)}")
        }
    }

    private struct Signal: Decodable {
        var call: String
        var event: String
        var at: String?
        var from: String?
        var line: String?
        var agent: String?
        var to: String?

        func signal(_ prefix: String, now: Instant) throws -> CallSignal {
            guard let what = CallSignal.What(rawValue: event) else {
                let known = CallSignal.What.allCases.map(\.rawValue).joined(separator: ", ")
                throw Refused.fields([.init(prefix + "event", Words("Choisir parmi \(known).", "Must be one of \(known)."))])
            }
            return CallSignal(
                call: call, what, at: try CallAPIRoutes.instant(at, prefix + "at", now: now), from: from ?? "", line: line ?? "",
                agent: agent ?? "", to: to ?? "")
        }
    }

    private struct Agent: Decodable {
        var agent: String
        var present: Bool
        var at: String?
    }

    /// One object, or a list of at most 500.
    private static func events<Event: Decodable>(_ request: Request) async throws -> [Event] {
        let type = request.headers[.contentType] ?? ""
        guard type.split(separator: ";").first == "application/json" else { throw Refused.wrongType(type, expected: "application/json") }
        let data = Data(try await request.bytes(limit: limit).readableBytesView)
        let isList = data.first { $0 > 0x20 } == UInt8(ascii: "[")
        let read: [Event]
        do {
            read = isList ? try JSONDecoder().decode([Event].self, from: data) : [try JSONDecoder().decode(Event.self, from: data)]
        } catch {
            throw Refused.badRequest(
                Words(
                    "Un objet JSON ou une liste d'objets est attendu (docs/desks/calls.md).",
                    "A JSON object or a list of them is expected (docs/desks/calls.md)."))
        }
        guard (1...most).contains(read.count) else {
            throw Refused.badRequest(Words("De 1 à \(most) événements.", "From 1 to \(most) events."))
        }
        return read
    }

    /// `2026-11-22T08:00:00Z`, fractions and offsets too; now where none is given.
    static func instant(_ text: String?, _ field: String, now: Instant) throws -> Instant {
        guard let text, !text.isEmpty else { return now }
        if let instant = Open311Translation.instant(text) { return instant }
        throw Refused.fields([.init(field, Words("Une date comme 2026-11-22T08:00:00Z.", "A time such as 2026-11-22T08:00:00Z."))])
    }

    private static func json(_ signals: [CallSignal], _ taken: [(call: Call, isNews: Bool)]) -> Bytes {
        var json = JSONWriter()
        json.object { json in
            json.array("calls", zip(signals, taken)) { json, one in
                json.object { json in
                    json.member("call", one.0.call)
                    json.member("number", Int(one.1.call.number.value))
                    json.member("state", one.1.call.state.rawValue)
                    json.member("new", one.1.isNews)
                    json.member("caller", !one.1.call.caller.isEmpty)
                }
            }
        }
        return Bytes(json.bytes, type: "application/json")
    }

    // MARK: As the description says it

    private static let signal = Schema.object(
        [
            ("call", .string(length: 1...200)), ("event", .string(values: CallSignal.What.allCases.map(\.rawValue))), ("at", .instant),
            ("from", .string(length: 0...64)), ("line", .string(length: 0...64)), ("agent", .string(length: 0...64)),
            ("to", .string(length: 0...64)),
        ], required: ["call", "event"], open: true)

    private static let signalsEndpoint = Endpoint(
        .post, "/api/calls", "What a telephone exchange says of its calls; the same event of the same call counts once",
        access: .everywhere(.operate, trade),
        body: .init(
            "application/json", .oneOf([signal, .array(signal, limit: most)]),
            note: "All events of a list are kept, or none. 'from' is kept as a pseudonym; in clear only while the call is open."),
        answers: [
            .init(
                200, "Kept: each call as it is now", "application/json",
                .object(
                    [
                        (
                            "calls",
                            .array(
                                .object(
                                    [
                                        ("call", .string), ("number", .integer),
                                        ("state", .string(values: Call.State.allCases.map(\.rawValue))),
                                        ("new", .boolean), ("caller", .boolean),
                                    ], required: ["call", "number", "state", "new", "caller"]))
                        )
                    ], required: ["calls"])),
            .init(400, "No JSON of that shape"), .init(422, "Fields that are not right: nothing is kept"),
        ])

    private static let agent = Schema.object(
        [("agent", .string(length: 1...64)), ("present", .boolean), ("at", .instant)], required: ["agent", "present"], open: true)

    private static let agentsEndpoint = Endpoint(
        .post, "/api/calls/agents", "Who comes to the call desk and who leaves it", access: .everywhere(.operate, trade),
        body: .init("application/json", .oneOf([agent, .array(agent, limit: most)])),
        answers: [
            .init(200, "Kept", "application/json", .object([("agents", .integer)], required: ["agents"])),
            .init(400, "No JSON of that shape"),
            .init(422, "Fields that are not right: nothing is kept"),
        ])
}
