// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal
import Watch

/// Addresses of the way out: the order panel, the ledgers, groups.
struct OrderRoutes {
    let room: Supervision

    func add(to desk: Desk) {
        desk.page("/console/orders", "Orders") { _, context in
            let (current, past) = try await orders(context)
            let groups = await room.floor.withOrders { $0.savedGroups }
            return OrderListPage(current: current, past: past, groups: groups, person: try context.required()).page
        }
        desk.page("/console/orders/new", "The order panel", right: .operate) { _, context in
            try await draftPage(try await prefilled(context), context)
        }
        desk.page("/console/orders/{number}", "One order and its ledger") { _, context in try await sheet(context) }
        desk.page("/console/orders/{number}/ledger.csv", "The ledger of an order as CSV") { _, context in try await csv(context) }
        desk.act("/console/orders/preview", "What an order would do", limit: 1 << 20) { form, context in try await preview(form, context) }
        desk.act("/console/orders", "Place an order", limit: 1 << 20) { form, context in try await place(form, context) }
        addActs(to: desk)
    }

    private func addActs(to desk: Desk) {
        desk.act("/console/orders/{number}/approval", "Approve or reject an order") { form, context in
            let id = try await seen(context)
            try await carryOut(form["answer"] == "approve" ? .approve : .reject, id, by: try context.required())
            return SeeOther("/console/orders/\(id)")
        }
        desk.act("/console/orders/{number}/end", "Cancel an order or roll it back") { form, context in
            let id = try await seen(context)
            let follower = try await carryOut(form["how"] == "rollback" ? .rollback : .cancel, id, by: try context.required())
            return SeeOther("/console/orders/\(follower ?? id)")
        }
        desk.act("/console/groups", "Save a group of assets", limit: 1 << 20) { form, context in
            var form = form
            let person = try context.required()
            let name = form.text("name", 1...80)
            let numbers = PackedNumbers.read(form["assets"] ?? "", limit: 100_000) ?? []
            if numbers.isEmpty { form.refuse("assets", Words("La sélection est vide.", "The selection is empty.")) }
            try form.finish()
            try await admit(.assets(numbers), context)
            try await said {
                try await room.floor.act { _ = try $0.orders.saveGroup(name, members: .assets(numbers), by: person, at: $0.now) }
            }
            return SeeOther("/console/orders")
        }
        desk.act("/console/groups/{number}/removal", "Remove a saved group", right: .manage) { _, context in
            let id = Int64(try context.number("number"))
            try await said { try await room.floor.act { try $0.orders.removeGroup(id) } }
            return SeeOther("/console/orders")
        }
    }

    /// What the order book refuses becomes an answer that says why.
    func said<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as OrderError {
            throw Refused.conflict(error.words)
        } catch let error as ActError {
            throw Refused.unavailable(Words("Le journal ne peut pas être écrit : \(error)", "\(error)"))
        }
    }

    /// The fields that a link asked for: `?target=i44`, `?assets=3-7`, `?group=2`, `?supply=A-12`.
    private func prefilled(_ context: ConsoleContext) async throws -> OrderFields {
        var fields = OrderFields()
        let names = try await room.names().1
        if let target = context.query["target"].flatMap(AlarmTarget.init) {
            let sight = try await room.sight(try context.required(), "alarms")
            let line = await room.floor.withAlarms { $0.line(target) }.flatMap { sight.narrow($0, kind: names.title($0.kind)) }
            if let line, line.gathering == .supply, let root = line.root {
                (fields.scope, fields.which) = ("supply", names.id(root))
            } else if let line, line.gathering == .link, let root = line.root {
                (fields.scope, fields.which) = ("gateway", names.id(root))
            } else if let line, line.asset != .none {
                fields.which = names.id(line.asset)
            }
        }
        if let packed = context.query["assets"] { fields.which = "#" + packed.prefix(100_000) }
        if let group = context.query["group"] { (fields.scope, fields.which) = ("group", String(group.prefix(12))) }
        if let node = context.query["supply"] { (fields.scope, fields.which) = ("supply", String(node.prefix(64))) }
        if let node = context.query["gateway"] { (fields.scope, fields.which) = ("gateway", String(node.prefix(64))) }
        if let asset = context.query["asset"] { fields.which = String(asset.prefix(64)) }
        return fields
    }

    private func draftPage(
        _ fields: OrderFields, preview: OrderPreview? = nil, errors: [Refused.FieldError] = [], _ context: ConsoleContext
    ) async throws -> Page {
        var fields = fields
        fields.spellOut(try await room.names().1)
        let groups = await room.floor.withOrders { $0.savedGroups }
        var page = OrderDraftPage(
            fields: fields, groups: groups, preview: preview, names: try await room.names().1, now: context.now, errors: errors
        ).page
        if !errors.isEmpty { page.status = 422 }
        return page
    }

    private func preview(_ form: Form, _ context: ConsoleContext) async throws -> Page {
        let fields = OrderFields(form)
        // The map's selection panel leads here with nothing filled in but the assets: then the panel opens for the rest.
        if form["reason"] == nil { return try await draftPage(fields, context) }
        let person = try context.required()
        let draft: OrderDraft
        do {
            draft = try fields.draft(names: try await room.names().1, at: context.now)
        } catch let refused as Refused where !refused.fields.isEmpty {
            // The panel again, with all that was filled in: nobody types an order twice.
            return try await draftPage(fields, errors: refused.fields, context)
        }
        let now = context.now
        do {
            try await admit(draft.selection, context)
            let preview = try await said { try await room.floor.withOrders { try $0.preview(draft, by: person, at: now) } }
            return try await draftPage(fields, preview: preview, context)
        } catch let refused as Refused where refused.status == .conflict {
            return try await draftPage(fields, errors: [.init("which", refused.detail)], context)
        }
    }

    private func place(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let person = try context.required()
        let draft = try OrderFields(form).draft(names: try await room.names().1, at: context.now)
        try await admit(draft.selection, context)
        let id = try await said { try await room.floor.act { try OrderRoutes.place(draft, by: person, &$0) } }
        return SeeOther("/console/orders/\(id)")
    }

    /// Into the book and, in words, into the log.
    static func place(_ draft: OrderDraft, by person: Person, _ acting: inout Acting) throws -> UInt64 {
        let order = try acting.orders.place(draft, by: person, at: acting.now)
        acting.log.append(entry(order.id, by: person, words(order)))
        return order.id
    }

    /// - Returns: the order that gives back what this one took, where there is one.
    @discardableResult
    func carryOut(_ act: OrderAct, _ id: UInt64, by person: Person) async throws -> UInt64? {
        try await said {
            try await room.floor.act { acting in
                var follower: UInt64?
                switch act {
                case .approve: _ = try acting.orders.approve(id, by: person, at: acting.now)
                case .reject: _ = try acting.orders.reject(id, by: person, at: acting.now)
                case .cancel: follower = try acting.orders.cancel(id, by: person, at: acting.now)
                case .rollback: follower = try acting.orders.rollBack(id, by: person, at: acting.now)
                }
                acting.log.append(OrderRoutes.entry(id, by: person, act.words(id)))
                return follower
            }
        }
    }

    /// What a person did to an order, in the log beside what the order then did by itself.
    private static func entry(_ id: UInt64, by person: Person, _ text: Words) -> LogDraft {
        LogDraft(author: person.login, kind: .auto, trade: "orders", subject: "order:\(id)", text: text)
    }

    private static func words(_ order: OrderRecord) -> Words {
        let isProposed = order.phase == .proposed
        let (command, count) = (order.command.words, order.counts.total)
        return Words(
            "Ordre \(order.id) \(isProposed ? "proposé" : "donné") : \(command.french), \(count) équipement\(count > 1 ? "s" : ""). \(order.reason)",
            "Order \(order.id) \(isProposed ? "proposed" : "placed"): \(command.english), \(count) asset\(count == 1 ? "" : "s"). \(order.reason)"
        )
    }

    /// Live orders and those of before, as this person sees them.
    private func orders(_ context: ConsoleContext) async throws -> (current: [OrderRecord], past: [OrderRecord]) {
        let sight = try await room.sight(try context.required(), "orders")
        let current = await room.floor.withOrders { sight.isWhole ? $0.current : $0.current(seeing: sight.sees) }
        let live = Set(await room.floor.withOrders { $0.current.map(\.id) })
        let past = try await room.journal.read { transaction in
            let found = try OrderStore.search(OrderStore.Filter(), limit: 100, in: transaction).filter { !live.contains($0.id) }
            return sight.isWhole ? found : try found.compactMap { try OrderStore.narrow($0, seeing: sight.sees, in: transaction) }
        }
        return (current, past)
    }

    func find(_ id: UInt64, _ context: ConsoleContext) async throws -> (order: OrderRecord, isLive: Bool, sight: Sight) {
        let sight = try await room.sight(try context.required(), "orders")
        if let live = await room.floor.withOrders({ sight.isWhole ? $0.order(id) : $0.order(id, seeing: sight.sees) }) {
            return (live, true, sight)
        }
        let kept = try await room.journal.read { transaction in
            let found = try OrderStore.find(id, in: transaction)
            return sight.isWhole ? found : try found.flatMap { try OrderStore.narrow($0, seeing: sight.sees, in: transaction) }
        }
        guard let kept else { throw Refused.notFound(context.address) }
        return (kept, false, sight)
    }

    /// The order in the path, where this person sees anything of it.
    func seen(_ context: ConsoleContext) async throws -> UInt64 {
        let id = UInt64(try context.number("number"))
        if !Supervision.seesAll(try context.required(), "orders") { _ = try await find(id, context) }
        return id
    }

    /// Refuses a selection that reaches beyond what this person sees, before anything of it is counted.
    func admit(_ selection: OrderSelection, _ context: ConsoleContext) async throws {
        let sight = try await room.sight(try context.required(), "orders")
        if sight.isWhole { return }
        let assets = try await said { try await room.floor.withOrders { try $0.assets(of: selection) } }
        guard assets.allSatisfy(sight.sees) else {
            throw Refused.conflict(
                Words(
                    "La sélection sort des communes où vous avez des droits.", "The selection reaches beyond the communes of your rights."))
        }
    }

    func lines(_ id: UInt64, isLive: Bool, _ sight: Sight) async throws -> [LedgerLine] {
        let all =
            isLive
            ? await room.floor.withOrders { $0.ledger(id, limit: .max)?.lines ?? [] }
            : try await room.journal.read { try OrderStore.lines(id, in: $0) ?? [] }
        return sight.isWhole ? all : all.filter { sight.sees($0.asset) }
    }

    private func sheet(_ context: ConsoleContext) async throws -> Page {
        let id = UInt64(try context.number("number"))
        let (order, isLive, sight) = try await find(id, context)
        let status = LedgerStatus.allCases.first { String(describing: $0) == context.query["status"] }
        let page = max(1, context.query["page"].flatMap { Int($0) } ?? 1)
        let all = try await lines(id, isLive: isLive, sight).filter { status == nil || $0.status == status }
        let start = min(all.count, (page - 1).multipliedReportingOverflow(by: OrderPage.pageSize).partialValue)
        return OrderPage(
            order: order, lines: Array(all[max(0, start)...].prefix(OrderPage.pageSize)), matching: all.count, status: status, page: page,
            isLive: isLive, names: try await room.names().1, person: try context.required(), now: context.now
        ).document
    }

    private func csv(_ context: ConsoleContext) async throws -> Bytes {
        let id = UInt64(try context.number("number"))
        let (_, isLive, sight) = try await find(id, context)
        let names = try await room.names().1
        var text = "asset;status;interlock;before_percent;target_percent;sends;changed_at;why\r\n"
        for line in try await lines(id, isLive: isLive, sight) {
            let target = line.isToProgramme ? "programme" : line.target.map(String.init) ?? ""
            let interlock = line.interlock.map { String(describing: $0) } ?? ""
            let cells = [
                names.id(line.asset), String(describing: line.status), interlock, line.before.map(String.init) ?? "", target,
                String(line.sends), line.changedAt.iso8601, line.why,
            ]
            text += cells.map(CSV.cell).joined(separator: ";") + "\r\n"
        }
        return Bytes(
            Array(text.utf8), type: "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"ordre-\(id).csv\""])
    }
}
