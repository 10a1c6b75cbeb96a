// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How orders and their rows end.
extension OrderBook {
    /// Stops an order: what was not proved is given up, and what was sent of it is given back. What was proved stays in force.
    /// - Returns: the order that gives back, or nil where nothing had been sent.
    @discardableResult
    package func cancel(_ id: UInt64, by person: Person, at now: Instant) throws(OrderError) -> UInt64? {
        let order = try running(id, by: person)
        if order.record.phase == .proposed {
            endProposal(order, .withdrawn, at: now)
            return nil
        }
        guard order.ledger.counts.open > 0 else { throw .alreadyEnded }
        var sent: [UInt32] = []
        for row in order.ledger.assets.indices where !order.ledger.status[row].isEnded {
            if order.ledger.sends[row] > 0 { sent.append(order.ledger.assets[row]) }
            letGo(order, row, at: now)
            endRow(order, row, order.run(ofRow: row), .cancelled, at: now)
        }
        settleEnd(of: order, as: .cancelled, at: now)
        return giveBack(sent, .cancel, parent: order, by: person, at: now)
    }

    /// Undoes an order: everything that it still holds is given back to what was wanted before.
    /// - Returns: the order that does so, or nil where nothing had been sent.
    @discardableResult
    package func rollBack(_ id: UInt64, by person: Person, at now: Instant) throws(OrderError) -> UInt64? {
        let order = try running(id, by: person)
        if order.record.phase == .proposed {
            endProposal(order, .withdrawn, at: now)
            return nil
        }
        let sent = endAll(order, .cancelled, at: now)
        close(order, .rolledBack, at: now)
        return giveBack(sent, .rollBack, parent: order, by: person, at: now)
    }

    private func running(_ id: UInt64, by person: Person) throws(OrderError) -> LiveOrder {
        guard let order = live[id] else { throw .unknownOrder(id) }
        guard order.record.endedAt == nil else { throw .alreadyEnded }
        try checkRight(of: person, over: order)
        return order
    }

    /// The order's time is over. A device falls back to its programme by itself (the end stood in its command); only where
    /// something else lay beneath must that be sent again.
    func expire(_ order: LiveOrder, at now: Instant) {
        let sent = endAll(order, .expired, at: now)
        close(order, .expired, at: now)
        giveBack(sent.filter { wants.winner($0) != nil }, .resume, parent: order, by: nil, at: now)
    }

    func endProposal(_ order: LiveOrder, _ end: OrderEnd, at now: Instant) {
        for row in order.ledger.assets.indices where !order.ledger.status[row].isEnded {
            order.ledger.isReleased[row] = true
            endRow(order, row, order.run(ofRow: row), end == .lapsed ? .expired : .cancelled, at: now)
        }
        close(order, end, at: now)
    }

    /// Ends every open row, takes every want back. The assets that had been sent to and were still held.
    private func endAll(_ order: LiveOrder, _ status: LedgerStatus, at now: Instant) -> [UInt32] {
        var sent: [UInt32] = []
        for row in order.ledger.assets.indices {
            if !order.ledger.isReleased[row] {
                if order.ledger.sends[row] > 0 { sent.append(order.ledger.assets[row]) }
                letGo(order, row, at: now)
            }
            if !order.ledger.status[row].isEnded { endRow(order, row, order.run(ofRow: row), status, at: now) }
        }
        return sent
    }

    /// The order wants nothing more of this row's asset.
    private func letGo(_ order: LiveOrder, _ row: Int, at now: Instant) {
        guard !order.ledger.isReleased[row] else { return }
        order.ledger.isReleased[row] = true
        wants.remove(order.ledger.assets[row], order: order.id)
        touchedWants.append(order.ledger.assets[row])
        touch(order, row, at: now)
    }

    /// A new order that sends what wins now, to assets for which nothing else is under way.
    @discardableResult
    private func giveBack(_ assets: [UInt32], _ purpose: OrderPurpose, parent: LiveOrder, by person: Person?, at now: Instant) -> UInt64? {
        let assets = assets.filter { pending[$0] == nil && ground.exists($0) }
        guard !assets.isEmpty else { return nil }
        let order = LiveOrder(
            OrderRecord(
                id: nextOrder, purpose: purpose, parent: parent.id, command: .programme, authority: .byDefault,
                selection: parent.record.selection, until: .distantFuture, reason: parent.record.reason,
                incident: parent.record.incident, trade: parent.record.trade, placedAt: now, account: person?.account ?? 0,
                login: person?.login ?? "vigie"))
        nextOrder += 1
        order.build(ground.byGateway(assets)) { asset in (ground.observed(asset), ground.interlock(asset, to: Verdict.noLevel)) }
        live[order.id] = order
        keepBase(order)
        changedOrders.insert(order.id)
        for run in order.runs.indices {
            order.runs[run].dueAt = now.milliseconds
            for row in order.runs[run].rows where order.ledger.status[row] == .waiting {
                pending[order.ledger.assets[row]] = Pending(order: order.id, row: UInt32(row), run: UInt32(run))
                ground.setAwaited(order.ledger.assets[row], true)
            }
        }
        settleEnd(of: order, at: now)
        return order.id
    }

    /// A row reaches its end, once.
    func endRow(_ order: LiveOrder, _ row: Int, _ run: Int, _ status: LedgerStatus, at now: Instant) {
        guard !order.ledger.status[row].isEnded else { return }
        order.ledger.move(row, to: status)
        order.runs[run].open -= 1
        touch(order, row, at: now)
        let asset = order.ledger.assets[row]
        if pending[asset]?.order == order.id {
            pending[asset] = nil
            ground.setAwaited(asset, false)
        }
    }

    func touch(_ order: LiveOrder, _ row: Int, at now: Instant) {
        order.ledger.changed[row] = order.offset(now)
        order.touched.append(UInt32(row))
        changedOrders.insert(order.id)
    }

    /// After the last row the order is finished; where it then holds nothing, it has ended.
    func settleEnd(of order: LiveOrder, as end: OrderEnd? = nil, at now: Instant) {
        guard order.ledger.counts.open == 0, order.record.phase != .proposed else { return }
        if order.record.finishedAt == nil {
            order.record.finishedAt = now
            changedOrders.insert(order.id)
        }
        guard order.record.endedAt == nil, wants.claims[order.id] == nil else { return }
        close(order, end ?? (order.record.command == .programme ? .done : .superseded), at: now)
    }

    private func close(_ order: LiveOrder, _ end: OrderEnd, at now: Instant) {
        if order.record.finishedAt == nil { order.record.finishedAt = now }
        (order.record.endedAt, order.record.end) = (now, end)
        changedOrders.insert(order.id)
    }

    func checkRight(of person: Person, over order: LiveOrder) throws(OrderError) {
        let lacking = lacksRight(person, order.record.authority, assets: order.ledger.assets)
        guard lacking.isEmpty else { throw .noRight(communes: lacking) }
    }

    /// The communes of these assets in which the person may not do this; safety orders need the right to manage.
    func lacksRight(_ person: Person, _ authority: Authority, assets: some Sequence<UInt32>) -> [String] {
        let right: Right = authority == .safety ? .manage : .operate
        var seen = [Bool](repeating: false, count: ground.board.communes.count * ground.trades.count)
        var lacking: Set<String> = []
        for asset in assets where ground.exists(asset) {
            let trade = ground.tradeIndex(asset)
            let commune = ground.commune(asset)
            guard !seen[trade * ground.board.communes.count + commune] else { continue }
            seen[trade * ground.board.communes.count + commune] = true
            let insee = ground.board.communes[commune]
            if !person.may(right, ground.trades[trade].name, in: insee) { lacking.insert(insee) }
        }
        return lacking.sorted()
    }
}
