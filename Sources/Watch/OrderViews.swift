// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What is wanted of one asset, and why: the winner, and those that lie beneath it, down to the programme.
package struct WantStack: Sendable, Hashable {
    package var winner: Want?
    package var losing: [Want]
}

/// What pages ask of the book.
extension OrderBook {
    /// All claims on an asset, the programme's at the end; its end is the programme's next step.
    package func wants(of asset: Asset.Number, at now: Instant) -> WantStack {
        guard ground.exists(asset.value) else { return WantStack(winner: nil, losing: []) }
        var all = wants.all(asset.value)
        if let programme = programmeWant(asset.value, at: now) { all.append(programme) }
        return WantStack(winner: all.first, losing: Array(all.dropFirst()))
    }

    private func programmeWant(_ asset: UInt32, at now: Instant) -> Want? {
        let index = ground.board.cells[Int(asset)].programme
        guard index != Board.noProgramme, Int(index) < ground.board.programmes.count else { return nil }
        let programme = ground.board.programmes[Int(index)]
        guard programme.level != Verdict.noLevel else { return nil }
        let trade = ground.trades[programme.trade]
        var end = now
        repeat {
            end = trade.nextChange(programme: programme.number, after: end)
        } while end < now + .days(1) && trade.level(programme: programme.number, at: end) == programme.level
        return Want(
            authority: .programme, level: programme.level, since: Instant(seconds: Int64(programme.since)),
            until: end < now + .days(1) ? end : .distantFuture)
    }

    /// Orders that are proposed, under way or in force, the newest first.
    package var current: [OrderRecord] { live.values.sorted { $0.id > $1.id }.map(\.current) }

    package func order(_ id: UInt64) -> OrderRecord? { live[id]?.current }

    /// The same for somebody who sees only some assets: an order's counts are of those, its power is not told, and an order that has none
    /// of them is left out.
    package func current(seeing isVisible: (Asset.Number) -> Bool) -> [OrderRecord] {
        live.values.sorted { $0.id > $1.id }.compactMap { $0.current.narrowed($0.ledger.counts(seeing: isVisible)) }
    }

    package func order(_ id: UInt64, seeing isVisible: (Asset.Number) -> Bool) -> OrderRecord? {
        live[id].flatMap { $0.current.narrowed($0.ledger.counts(seeing: isVisible)) }
    }

    /// One page of a live order's ledger, and how many lines match in all; nil where the order is not live (see `OrderStore`).
    package func ledger(_ id: UInt64, only statuses: Set<LedgerStatus> = [], offset: Int = 0, limit: Int = 100) -> (
        lines: [LedgerLine], total: Int
    )? {
        guard let order = live[id] else { return nil }
        let all = order.record
        var lines: [LedgerLine] = []
        var total = 0
        for row in order.ledger.assets.indices where statuses.isEmpty || statuses.contains(order.ledger.status[row]) {
            if total >= offset, lines.count < limit {
                lines.append(order.ledger.line(row, placedAt: all.placedAt, why: order.refusals[UInt32(row)] ?? ""))
            }
            total += 1
        }
        return (lines, total)
    }

    /// Is something under way for this asset?
    package func isAwaited(_ asset: Asset.Number) -> Bool { pending[asset.value] != nil }

    package var savedGroups: [SavedGroup] { groups.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) } }

    /// Saves a group under a name that no other has; gives its number.
    package func saveGroup(_ name: String, members: OrderSelection, by person: Person, at now: Instant) throws(OrderError) -> SavedGroup {
        let isTaken = groups.values.contains { $0.name == name }
        guard !name.isEmpty, name.count <= 80, name.first?.isWhitespace == false, !isTaken else { throw .badName }
        if case .group(let id) = members { throw .unknownGroup(id) }
        guard try !ground.resolve(members, groups: [:]).isEmpty else { throw .nothingSelected }
        let group = SavedGroup(id: nextGroup, name: name, members: members, author: person.login, savedAt: now)
        nextGroup += 1
        groups[group.id] = group
        output.records.groups.append(group)
        return group
    }

    package func removeGroup(_ id: Int64) throws(OrderError) {
        guard groups.removeValue(forKey: id) != nil else { throw .unknownGroup(id) }
        output.records.groups.removeAll { $0.id == id }
        output.records.removedGroups.append(id)
    }

    /// The assets of a selection, as an order would take them.
    package func assets(of selection: OrderSelection) throws(OrderError) -> [Asset.Number] {
        try ground.resolve(selection, groups: groups).map { Asset.Number($0) }
    }
}

extension OrderRecord {
    /// The order with the counts of some of its assets; nil where there are none.
    func narrowed(_ counts: LedgerCounts) -> OrderRecord? {
        guard counts.total > 0 else { return nil }
        guard counts.total < self.counts.total else { return self }
        var order = self
        (order.counts, order.powerBefore, order.powerAfter) = (counts, 0, 0)
        return order
    }
}

extension Ledger {
    func counts(seeing isVisible: (Asset.Number) -> Bool) -> LedgerCounts {
        var counts = LedgerCounts()
        for row in assets.indices where isVisible(Asset.Number(assets[row])) { counts[status[row]] += 1 }
        return counts
    }

    func line(_ row: Int, placedAt: Instant, why: String) -> LedgerLine {
        LedgerLine(
            asset: Asset.Number(assets[row]), status: status[row], sends: Int(sends[row]),
            before: before[row] == Verdict.noLevel ? nil : before[row], target: target[row] <= 100 ? target[row] : nil,
            isToProgramme: target[row] == Ledger.toProgramme, interlock: Interlock(rawValue: interlock[row]),
            changedAt: placedAt + .milliseconds(Int64(changed[row])), why: why)
    }
}
