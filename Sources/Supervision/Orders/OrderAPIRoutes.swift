// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal
import Watch

/// The way out for programs: the same book, rights and refusals as the order panel. Placing asks for an `Idempotency-Key`
/// (docs/protocols.md): the same key is the same order, however often it is sent.
struct OrderAPIRoutes {
    let room: Supervision
    private var pages: OrderRoutes { OrderRoutes(room: room) }

    init(room: Supervision) { self.room = room }

    func add(to desk: Desk) {
        desk.api(OrderAPIRoutes.listEndpoint) { _, context in try await list(context) }
        desk.api(OrderAPIRoutes.previewEndpoint) { request, context in try await preview(request, context) }
        desk.api(OrderAPIRoutes.placeEndpoint) { request, context in try await place(request, context) }
        desk.api(OrderAPIRoutes.oneEndpoint) { _, context in
            let order = try await pages.find(UInt64(try context.number("number")), context).order
            return OrderAPIRoutes.answer(order)
        }
        desk.api(OrderAPIRoutes.ledgerEndpoint) { _, context in try await ledger(context) }
        for act in OrderAct.allCases {
            desk.api(act.endpoint) { _, context in try await carryOut(act, context) }
        }
    }

    private func draft(_ request: Request, _ context: ConsoleContext) async throws -> (OrderDraft, digest: [UInt8]) {
        let type = request.headers[.contentType] ?? ""
        guard type.split(separator: ";").first == "application/json" else { throw Refused.wrongType(type, expected: "application/json") }
        let body = try OrderBody.read(try await request.bytes(limit: OrderBody.limit))
        let draft = try body.fields.draft(names: try await room.names().1, at: context.now)
        try await pages.admit(draft.selection, context)
        return (draft, body.digest)
    }

    private func preview(_ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        let (person, now) = (try context.required(), context.now)
        let draft = try await draft(request, context).0
        let preview = try await pages.said { try await room.floor.withOrders { try $0.preview(draft, by: person, at: now) } }
        return OrderJSON.preview(preview, try await room.names().1)
    }

    private func place(_ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        let person = try context.required()
        let text = request.headers[.idempotencyKey] ?? ""
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Refused.badRequest(
                Words(
                    "L'en-tête Idempotency-Key manque : de 1 à 128 caractères ASCII visibles.",
                    "The header Idempotency-Key is missing: 1 to 128 visible ASCII characters."))
        }
        let (draft, digest) = try await draft(request, context)
        let key = OrderKey(account: person.account, text: text, digest: digest)
        // Looked up and bound between two turns, and kept with the order in one transaction: two requests at once give one order.
        let (id, isNew) = try await pages.said {
            try await room.floor.act { acting -> (UInt64, Bool) in
                if let id = try acting.orders.placed(under: key, at: acting.now) { return (id, false) }
                let id = try OrderRoutes.place(draft, by: person, &acting)
                acting.orders.remember(key, order: id, at: acting.now)
                return (id, true)
            }
        }
        var answer = OrderAPIRoutes.answer(try await pages.find(id, context).order)
        answer.status = isNew ? .created : .ok
        answer.headers[.location] = "/api/orders/\(id)"
        return answer
    }

    private func list(_ context: ConsoleContext) async throws -> Bytes {
        var form = context.query
        let limit = form.integer("limit", optional: 1...200) ?? 50
        var filter = OrderStore.Filter()
        filter.before = form.integer("before", optional: 1...9_007_199_254_740_991).map { UInt64($0) }
        try form.finish()
        let sight = try await room.sight(try context.required(), "orders")
        let live = await room.floor.withOrders { sight.isWhole ? $0.current : $0.current(seeing: sight.sees) }
        let liveByID = Dictionary(uniqueKeysWithValues: live.map { ($0.id, $0) })
        let asked = filter
        let orders = try await room.journal.read { transaction in
            try OrderStore.search(asked, limit: limit, in: transaction).compactMap { order in
                if let live = liveByID[order.id] { return live }
                return sight.isWhole ? order : try OrderStore.narrow(order, seeing: sight.sees, in: transaction)
            }
        }
        var json = JSONWriter()
        json.object { json in json.array("orders", orders) { OrderJSON.write($1, &$0) } }
        return Bytes(json.bytes, type: "application/json")
    }

    private func ledger(_ context: ConsoleContext) async throws -> Bytes {
        let id = UInt64(try context.number("number"))
        var form = context.query
        let (offset, limit) = (form.integer("offset", optional: 0...10_000_000) ?? 0, form.integer("limit", optional: 1...5000) ?? 1000)
        let status = form["status"].flatMap { key in LedgerStatus.allCases.first { String(describing: $0) == key } }
        if let text = form["status"], status == nil {
            form.refuse("status", Words("Statut inconnu : \(text.prefix(40)).", "Unknown status: \(text.prefix(40))."))
        }
        try form.finish()
        let (_, isLive, sight) = try await pages.find(id, context)
        let lines = try await pages.lines(id, isLive: isLive, sight).filter { status == nil || $0.status == status }
        let names = try await room.names().1
        var json = JSONWriter()
        json.object { json in
            json.member("total", lines.count)
            json.array("lines", lines.dropFirst(offset).prefix(limit)) { OrderJSON.write($1, names, &$0) }
        }
        return Bytes(json.bytes, type: "application/json")
    }

    private func carryOut(_ act: OrderAct, _ context: ConsoleContext) async throws -> Bytes {
        let id = try await pages.seen(context)
        let follower = try await pages.carryOut(act, id, by: try context.required())
        return OrderAPIRoutes.answer(try await pages.find(follower ?? id, context).order)
    }

    private static func answer(_ order: OrderRecord) -> Bytes {
        var json = JSONWriter()
        OrderJSON.write(order, &json)
        return Bytes(json.bytes, type: "application/json")
    }
}

/// What may be done with an order that was placed: `POST /api/orders/{number}/cancel`.
enum OrderAct: String, CaseIterable {
    case approve, reject, cancel, rollback

    /// What the log tells of it, as of the page's.
    func words(_ id: UInt64) -> Words {
        switch self {
        case .approve: Words("Ordre \(id) approuvé", "Order \(id) approved")
        case .reject: Words("Ordre \(id) refusé", "Order \(id) rejected")
        case .cancel: Words("Ordre \(id) annulé", "Order \(id) cancelled")
        case .rollback: Words("Ordre \(id) : retour à l'état d'avant", "Order \(id): rolled back")
        }
    }

    var endpoint: Endpoint {
        let summary =
            switch self {
            case .approve: "Let a proposed order go, as its second person"
            case .reject: "Take a proposed order back"
            case .cancel: "Stop an order; what was proved stays in force. Answers with the order that gives back, where there is one"
            case .rollback: "Undo an order. Answers with the order that does so, where there is one"
            }
        return Endpoint(
            .post, "/api/orders/{number}/\(rawValue)", summary, access: .right(.operate, "orders"), parameters: [OrderAPIRoutes.number],
            answers: [
                .init(200, "The order as it is now", "application/json", OrderJSON.order), .init(404, "No such order"),
                .init(409, "Not in this state, or not by this person"),
            ])
    }
}

extension OrderAPIRoutes {
    static let number = Endpoint.Parameter("number", in: .path, .integer(1...4_294_967_295))

    private static let list = Schema.object([("orders", .array(OrderJSON.order))], required: ["orders"])
    static let listEndpoint = Endpoint(
        .get, "/api/orders", "Orders, newest first", access: .right(.view, "orders"),
        parameters: [
            .init("before", in: .query, .integer(1...9_007_199_254_740_991), note: "Only orders with a smaller number"),
            .init("limit", in: .query, .integer(1...200)),
        ],
        answers: [.init(200, "One page", "application/json", list)])

    static let previewEndpoint = Endpoint(
        .post, "/api/orders/preview", "What an order would do; nothing happens", access: .right(.operate, "orders"),
        body: .init("application/json", OrderBody.schema),
        answers: [
            .init(
                200, "Counts, power, interlocks, missing rights", "application/json",
                .object(
                    [
                        ("selected", .integer), ("count", .integer), ("needsSecondPerson", .boolean), ("wattsBefore", .number),
                        ("wattsAfter", .number), ("communes", .array(.object([], open: true))),
                        ("blocked", .array(.object([], open: true))),
                        ("lacksRight", .array(.string)),
                    ], required: ["selected", "count", "needsSecondPerson", "communes", "blocked", "lacksRight"], open: true)),
            .init(409, "The book does not take it"), .init(422, "Wrong members"),
        ])

    static let placeEndpoint = Endpoint(
        .post, "/api/orders", "Place an order", access: .right(.operate, "orders"),
        parameters: [
            .init(
                "Idempotency-Key", in: .header, .string(pattern: "^[!-~]{1,128}$", length: 1...128), required: true,
                note: "The same key is the same order for seven days")
        ],
        body: .init("application/json", OrderBody.schema),
        answers: [
            .init(201, "The new order", "application/json", OrderJSON.order),
            .init(200, "The order that was placed under this key before", "application/json", OrderJSON.order),
            .init(409, "The book does not take it, or the key was used for another order"), .init(422, "Wrong members"),
        ])

    static let oneEndpoint = Endpoint(
        .get, "/api/orders/{number}", "One order", access: .right(.view, "orders"), parameters: [number],
        answers: [.init(200, "The order", "application/json", OrderJSON.order), .init(404, "No such order")])

    static let ledgerEndpoint = Endpoint(
        .get, "/api/orders/{number}/ledger", "What became of each asset of an order", access: .right(.view, "orders"),
        parameters: [
            number, .init("status", in: .query, .string(values: LedgerStatus.allCases.map { String(describing: $0) })),
            .init("offset", in: .query, .integer(0...10_000_000)), .init("limit", in: .query, .integer(1...5000)),
        ],
        answers: [
            .init(
                200, "One page of its rows", "application/json",
                .object([("total", .integer), ("lines", .array(.object([], open: true)))], required: ["total", "lines"])),
            .init(404, "No such order"),
        ])
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
