// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// Orders, their ledgers and the saved groups in the journal.
package enum OrderStore {
    /// Keeps what a drain gave, in the turn's transaction.
    package static func keep(_ records: OrderRecords, at now: Instant, in transaction: Transaction) throws {
        try transaction.insert(
            into: "order_record", columns, rows: records.orders.map(row), orReplace: true, key: ["number"])
        try transaction.insert(
            into: "order_ledger", ["order_number", "segment", "body"],
            rows: records.bases.map { [$0.order.bound, $0.segment.bound, .blob($0.blob)] })
        try transaction.insert(
            into: "order_step", ["order_number", "number", "at", "body"],
            rows: records.steps.map { [$0.order.bound, $0.number.bound, $0.at.bound, .blob($0.blob)] })
        try transaction.insert(
            into: "order_refusal", ["order_number", "asset", "at", "why"],
            rows: records.refusals.map { [$0.order.bound, $0.asset.bound, $0.at.bound, .text($0.why)] }, orReplace: true,
            key: ["order_number", "asset"])
        try transaction.insert(
            into: "saved_group", ["number", "name", "members", "author", "saved_at"],
            rows: try records.groups.map {
                [$0.id.bound, .text($0.name), .text(try json($0.members)), .text($0.author), $0.savedAt.bound]
            })
        if !records.keys.isEmpty {
            try transaction.run("DELETE FROM order_key WHERE at < \(now - OrderKey.kept)")
            try transaction.insert(
                into: "order_key", ["account", "text", "digest", "order_number", "at"],
                rows: records.keys.map { [$0.key.account.bound, .text($0.key.text), .blob($0.key.digest), $0.order.bound, $0.at.bound] },
                orReplace: true, key: ["account", "text"])
        }
        for id in records.removedGroups { try transaction.run("UPDATE saved_group SET removed_at = \(now) WHERE number = \(id)") }
    }

    /// Everything that the book needs to go on: orders that have not ended, with their ledgers, and the groups.
    package static func load(in transaction: Transaction) throws -> LoadedOrders {
        var loaded = LoadedOrders()
        for row in try transaction.rows("\(raw: select) WHERE ended_at IS NULL ORDER BY number") {
            let record = try record(row)
            loaded.orders.append((record, try ledger(record, in: transaction), try refusals(of: record.id, in: transaction)))
        }
        loaded.lastOrder = UInt64(clamping: try transaction.row("SELECT max(number) FROM order_record")?.integerOrNil(0) ?? 0)
        loaded.lastGroup = try transaction.row("SELECT max(number) FROM saved_group")?.integerOrNil(0) ?? 0
        for row in try transaction.rows("SELECT number, name, members, author, saved_at FROM saved_group WHERE removed_at IS NULL") {
            loaded.groups.append(
                SavedGroup(
                    id: row.integer(0), name: row.text(1), members: try value(row.text(2)), author: row.text(3), savedAt: row.instant(4)))
        }
        for row in try transaction.rows("SELECT account, text, digest, order_number, at FROM order_key") {
            let key = OrderKey(account: row.integer(0), text: row.text(1), digest: row.blob(2))
            loaded.keys.append(KeptOrderKey(key: key, order: UInt64(bitPattern: row.integer(3)), at: row.instant(4)))
        }
        return loaded
    }

    /// What a page of orders asks for. All given must hold.
    package struct Filter: Sendable, Hashable {
        /// Part of the reason or of the login, any case.
        package var text = ""
        package var login = ""
        package var isLive: Bool?
        package var from: Instant?
        package var to: Instant?
        /// Only orders before this number: the last of the page before.
        package var before: UInt64?
        package init() {}
    }

    /// The newest first.
    package static func search(_ filter: Filter, limit: Int, in transaction: Transaction) throws -> [OrderRecord] {
        var conditions: [SQL] = []
        if !filter.text.isEmpty {
            let pattern =
                "%" + filter.text.lowercased().replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
            conditions.append("(lower(reason) LIKE \(pattern) ESCAPE '\\' OR login LIKE \(pattern) ESCAPE '\\')")
        }
        if !filter.login.isEmpty { conditions.append("login = \(filter.login)") }
        if let isLive = filter.isLive { conditions.append(isLive ? "ended_at IS NULL" : "ended_at IS NOT NULL") }
        if let from = filter.from { conditions.append("placed_at >= \(from)") }
        if let to = filter.to { conditions.append("placed_at < \(to)") }
        if let before = filter.before { conditions.append("number < \(before)") }
        let whole: SQL = conditions.isEmpty ? "" : " WHERE " + SQL.all(conditions)
        let limit = max(1, min(limit, 1000))
        return try transaction.rows("\(raw: select)" + whole + " ORDER BY number DESC LIMIT \(limit)").map(record)
    }

    /// The order as somebody sees it who sees only some assets: see `OrderBook.current(seeing:)`. Reads its whole ledger.
    package static func narrow(
        _ order: OrderRecord, seeing isVisible: (Asset.Number) -> Bool, in transaction: Transaction
    ) throws -> OrderRecord? {
        order.narrowed(try ledger(order, in: transaction).counts(seeing: isVisible))
    }

    package static func find(_ id: UInt64, in transaction: Transaction) throws -> OrderRecord? {
        try transaction.row("\(raw: select) WHERE number = \(id)").map(record)
    }

    /// The whole ledger of an order, ended or not, as rows for pages and export; nil where there is no such order.
    package static func lines(_ id: UInt64, in transaction: Transaction) throws -> [LedgerLine]? {
        guard let record = try find(id, in: transaction) else { return nil }
        let ledger = try ledger(record, in: transaction)
        let refusals = try refusals(of: id, in: transaction)
        return ledger.assets.indices.map { ledger.line($0, placedAt: record.placedAt, why: refusals[ledger.assets[$0]] ?? "") }
    }

    private static func ledger(_ record: OrderRecord, in transaction: Transaction) throws -> Ledger {
        var ledger = Ledger()
        var isWhole = true
        try transaction.each("SELECT body FROM order_ledger WHERE order_number = \(record.id) ORDER BY segment") { row in
            isWhole = LedgerPacking.unpackBase(row.blob(0), into: &ledger) && isWhole
        }
        try transaction.each("SELECT at, body FROM order_step WHERE order_number = \(record.id) ORDER BY number") { row in
            let offset = UInt32(clamping: row.integer(0) &- record.placedAt.milliseconds)
            isWhole = LedgerPacking.fold(row.blob(1), offset: offset, into: &ledger) && isWhole
        }
        guard isWhole else { throw OrderStoreError.damagedLedger(order: record.id) }
        return ledger
    }

    private static func refusals(of id: UInt64, in transaction: Transaction) throws -> [UInt32: String] {
        var found: [UInt32: String] = [:]
        try transaction.each("SELECT asset, why FROM order_refusal WHERE order_number = \(id)") { row in
            found[row.asset(0).value] = row.text(1)
        }
        return found
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
    private static func value<T: Decodable>(_ text: String) throws -> T { try JSONDecoder().decode(T.self, from: Data(text.utf8)) }
}

/// A live order as it lies in the journal; `OrderBook.load` takes it.
package struct LoadedOrders: Sendable {
    var orders: [(record: OrderRecord, ledger: Ledger, refusals: [UInt32: String])] = []
    package var groups: [SavedGroup] = []
    package var keys: [KeptOrderKey] = []
    package var lastOrder: UInt64 = 0
    package var lastGroup: Int64 = 0
    package init() {}
}

package enum OrderStoreError: Error, CustomStringConvertible {
    case damagedLedger(order: UInt64)
    case unreadable(order: Int64, what: String)

    package var description: String {
        switch self {
        case .damagedLedger(let order): "the ledger of order \(order) is damaged: restore a backup, or end the order by hand"
        case .unreadable(let order, let what): "order \(order): \(what) is not one that this version knows"
        }
    }
}

/// Records as rows and back.
extension OrderStore {
    private static let columns = [
        "number", "purpose", "parent", "level", "authority", "selection", "ends_at", "reason", "incident", "trade", "placed_at",
        "account", "login", "needs_second_person", "approved_at", "approved_by", "finished_at", "ended_at", "ending", "power_before",
        "power_after", "steps", "counts",
    ]
    private static let select = "SELECT " + columns.joined(separator: ", ") + " FROM order_record"

    private static func row(_ order: OrderRecord) -> [Value] {
        [
            order.id.bound, .text(order.purpose.rawValue), order.parent == 0 ? .null : order.parent.bound,
            order.command.wantedLevel.bound, Int(order.authority.rawValue).bound, .text((try? json(order.selection)) ?? "{}"),
            order.until == .distantFuture ? .null : order.until.bound, .text(order.reason),
            order.incident == 0 ? .null : order.incident.bound, .text(order.trade), order.placedAt.bound, order.account.bound,
            .text(order.login), order.needsSecondPerson.bound, order.approvedAt.bound, order.approvedBy.bound,
            order.finishedAt.bound, order.endedAt.bound, (order.end?.rawValue).bound, order.powerBefore.bound, order.powerAfter.bound,
            order.steps.bound, .text(order.counts.counts.map(String.init).joined(separator: " ")),
        ]
    }

    private static func record(_ row: Row) throws -> OrderRecord {
        func known<T>(_ value: T?, _ what: String) throws -> T {
            guard let value else { throw OrderStoreError.unreadable(order: row.integer(0), what: what) }
            return value
        }
        let level = row.integerOrNil(3).map { UInt8(clamping: $0) }
        var order = OrderRecord(
            id: UInt64(bitPattern: row.integer(0)), purpose: try known(OrderPurpose(rawValue: row.text(1)), "purpose"),
            parent: UInt64(bitPattern: row.integerOrNil(2) ?? 0), command: level.map(Command.level) ?? .programme,
            authority: try known(Authority(rawValue: UInt8(clamping: row.integer(4))), "authority"),
            selection: try value(row.text(5)), until: row.instantOrNil(6) ?? .distantFuture, reason: row.text(7),
            incident: row.integerOrNil(8) ?? 0, trade: row.text(9), placedAt: row.instant(10), account: row.integer(11),
            login: row.text(12), needsSecondPerson: row.flag(13))
        (order.approvedAt, order.approvedBy) = (row.instantOrNil(14), row.textOrNil(15))
        (order.finishedAt, order.endedAt) = (row.instantOrNil(16), row.instantOrNil(17))
        order.end = try row.textOrNil(18).map { try known(OrderEnd(rawValue: $0), "ending") }
        (order.powerBefore, order.powerAfter, order.steps) = (row.integer(19), row.integer(20), row.int(21))
        order.counts = LedgerCounts(row.text(22).split(separator: " ").compactMap { Int($0) })
        return order
    }
}
