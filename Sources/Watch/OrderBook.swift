// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The way out: from an operator's wish to its proof. A click writes an order, never a state.
///
/// draft → preview → placed (→ approved by a second person) → sent by gateways at their rate → receipts → proved by each
/// asset's own reading, asked again within a budget → ended, cancelled, rolled back. What is wanted lies in stacks by authority.
///
/// Plain and deterministic: confined to the turn's thread, the time is an argument, nothing waits. What must be kept, sent and
/// announced comes out of `drain`. Placing and ending stand here; sending and proof in `OrderSending.swift`,
/// ends in `OrderEnding.swift`, what pages ask in `OrderViews.swift`.
package final class OrderBook {
    package internal(set) var ground: OrderGround
    package let limits: OrderLimits
    var live: [UInt64: LiveOrder] = [:]
    var wants = WantStacks()
    /// By asset: the one order that waits for its proof.
    var pending: [UInt32: Pending] = [:]
    var buckets: [UInt32: CommandBucket] = [:]
    var groups: [Int64: SavedGroup] = [:]
    var keys: [KeyName: KeptOrderKey] = [:]
    var nextOrder: UInt64 = 1
    var nextGroup: Int64 = 1

    // What the next drain gives out.
    var output = OrderOutput()
    var touchedWants: [UInt32] = []
    var changedOrders: Set<UInt64> = []
    /// Orders whose progress was held back, since it was told less than a quarter of a second ago.
    var untold: Set<UInt64> = []

    struct Pending {
        var order: UInt64
        var row: UInt32
        var run: UInt32
    }

    package init(ground: OrderGround, limits: OrderLimits = OrderLimits()) { (self.ground, self.limits) = (ground, limits) }

    /// The inventory changed: other trees, other identities. What is under way goes on.
    package func rebuild(topology: Topology, directory: Directory) { (ground.topology, ground.directory) = (topology, directory) }

    /// What the draft would do. Changes nothing.
    package func preview(_ draft: OrderDraft, by person: Person, at now: Instant) throws(OrderError) -> OrderPreview {
        try check(draft, at: now)
        let assets = try select(draft)
        return survey(draft, assets: assets, by: person)
    }

    /// Writes the order down; it is sent from the next tick on, or after `approve` where a second person is needed.
    package func place(_ draft: OrderDraft, by person: Person, at now: Instant) throws(OrderError) -> OrderRecord {
        try check(draft, at: now)
        let assets = try select(draft)
        let survey = survey(draft, assets: assets, by: person)
        guard survey.lacksRight.isEmpty else { throw .noRight(communes: survey.lacksRight) }
        guard survey.count > 0 else { throw .nothingToSend(blocked: survey.blocked.reduce(0) { $0 + $1.count }) }
        var record = OrderRecord(
            id: nextOrder, purpose: .set, command: draft.command, authority: draft.authority, selection: draft.selection,
            until: draft.command == .programme ? .distantFuture : draft.until, reason: draft.reason, incident: draft.incident,
            trade: ground.trade(assets.first { ground.exists($0) } ?? 0).trade.name, placedAt: now, account: person.account,
            login: person.login, needsSecondPerson: survey.needsSecondPerson)
        (record.powerBefore, record.powerAfter) = (survey.powerBefore, survey.powerAfter)
        nextOrder += 1
        let order = LiveOrder(record)
        let level = draft.command.level
        order.build(ground.byGateway(assets)) { asset in
            (ground.exists(asset) ? ground.observed(asset) : Verdict.noLevel, ground.interlock(asset, to: level))
        }
        live[order.id] = order
        keepBase(order)
        if !record.needsSecondPerson { activate(order, at: now) }
        changedOrders.insert(order.id)
        return order.current
    }

    /// A second person lets a proposed order go.
    package func approve(_ id: UInt64, by person: Person, at now: Instant) throws(OrderError) -> OrderRecord {
        let order = try proposed(id, by: person)
        guard person.account != order.record.account else { throw .samePerson }
        (order.record.approvedAt, order.record.approvedBy) = (now, person.login)
        activate(order, at: now)
        changedOrders.insert(id)
        return order.current
    }

    /// A second person, or who proposed it, takes a proposed order back.
    package func reject(_ id: UInt64, by person: Person, at now: Instant) throws(OrderError) -> OrderRecord {
        let order = try proposed(id, by: person)
        endProposal(order, .withdrawn, at: now)
        return order.current
    }

    private func proposed(_ id: UInt64, by person: Person) throws(OrderError) -> LiveOrder {
        guard let order = live[id] else { throw .unknownOrder(id) }
        guard order.record.phase == .proposed else { throw .notProposed }
        try checkRight(of: person, over: order)
        return order
    }

    private func check(_ draft: OrderDraft, at now: Instant) throws(OrderError) {
        if case .level(let level) = draft.command, level > 100 { throw .badLevel(level) }
        if draft.until <= now { throw .untilIsPast }
        let reason = draft.reason.drop { $0.isWhitespace }
        if reason.isEmpty || draft.reason.utf8.count > 2000 { throw .noReason }
        if draft.authority < .operator { throw .badAuthority }
    }

    private func select(_ draft: OrderDraft) throws(OrderError) -> [UInt32] {
        let assets = try ground.resolve(draft.selection, groups: groups)
        if assets.isEmpty { throw .nothingSelected }
        if assets.count > limits.assets { throw .tooMany(count: assets.count, most: limits.assets) }
        return assets
    }

    /// The order takes its place: what it wants goes onto the stacks, what waits for the same assets gives way.
    private func activate(_ order: LiveOrder, at now: Instant) {
        let record = order.record
        if let level = record.command.wantedLevel {
            wants.open(Want(authority: record.authority, level: level, since: now, until: record.until, order: record.id))
        }
        for run in order.runs.indices {
            order.runs[run].dueAt = now.milliseconds
            for row in order.runs[run].rows where order.ledger.status[row] == .waiting {
                claim(order, row: row, run: run, at: now)
            }
        }
        settleEnd(of: order, at: now)
    }

    private func claim(_ order: LiveOrder, row: Int, run: Int, at now: Instant) {
        let asset = order.ledger.assets[row]
        // Between proposal and approval the world may have changed.
        if let hit = ground.interlock(asset, to: order.record.command.level) {
            order.ledger.interlock[row] = hit.rawValue
            order.ledger.isReleased[row] = true
            return endRow(order, row, run, .blocked, at: now)
        }
        touchedWants.append(asset)
        if order.record.command == .programme {
            release(asset, upTo: order.record.authority, at: now)
        } else {
            wants.push(asset, order: order.id)
        }
        if let held = wants.winner(asset), held.order != order.id, held.authority > order.record.authority {
            return endRow(order, row, run, .outranked, at: now)
        }
        if let other = pending[asset], let before = live[other.order] {
            endRow(before, Int(other.row), Int(other.run), .superseded, at: now)
            settleEnd(of: before, at: now)
        }
        pending[asset] = Pending(order: order.id, row: UInt32(row), run: UInt32(run))
        ground.setAwaited(asset, true)
    }

    /// All wants of an asset up to an authority are over: somebody gives it back.
    private func release(_ asset: UInt32, upTo authority: Authority, at now: Instant) {
        for want in wants.all(asset) where want.authority <= authority {
            wants.remove(asset, order: want.order)
            guard let holder = live[want.order], let row = holder.row(of: asset) else { continue }
            holder.ledger.isReleased[row] = true
            holder.touched.append(UInt32(row))
            changedOrders.insert(holder.id)
            if holder.ledger.status[row].isEnded { settleEnd(of: holder, at: now) }
        }
    }

    func keepBase(_ order: LiveOrder) {
        var start = 0
        var segment = 0
        while start < order.ledger.count {
            let end = min(start + LedgerPacking.segment, order.ledger.count)
            output.records.bases.append((order.id, segment, LedgerPacking.base(order.ledger, rows: start..<end)))
            (start, segment) = (end, segment + 1)
        }
    }

    /// Everything since the last drain. Call once a turn, with the turn's time.
    package func drain(at now: Instant) -> OrderOutput {
        for id in changedOrders.sorted() {
            guard let order = live[id] else { continue }
            order.keepStep(at: now, into: &output.records)
            output.records.orders.append(order.current)
            untold.insert(id)
        }
        tellProgress(at: now)
        for id in changedOrders where live[id]?.record.endedAt != nil { live[id] = nil }
        changedOrders.removeAll(keepingCapacity: true)
        drainWants()
        defer { output = OrderOutput() }
        return output
    }

    /// Progress four times a second at most; a new phase at once.
    private func tellProgress(at now: Instant) {
        for id in untold.sorted() {
            guard let order = live[id] else {
                untold.remove(id)
                continue
            }
            let phase = order.record.phase
            guard phase != order.toldPhase || now - order.toldAt >= .milliseconds(250) || now < order.toldAt else { continue }
            (order.toldAt, order.toldPhase) = (now, phase)
            output.progress.append(
                OrderProgress(
                    id: id, phase: phase, counts: order.ledger.counts, at: now, assets: order.ledger.assets, status: order.ledger.status))
            untold.remove(id)
        }
    }

    /// Of the assets whose stacks moved, those for which the board says something else than the stack's winner.
    private func drainWants() {
        for asset in touchedWants where ground.exists(asset) {
            let level = wants.winner(asset)?.level ?? Verdict.noLevel
            let cell = ground.board.cells[Int(asset)]
            let onBoard = cell.flags.contains(.override) ? cell.wanted : Verdict.noLevel
            if level != onBoard { output.wants.append(WantChange(asset: asset, level: level)) }
        }
        touchedWants.removeAll(keepingCapacity: true)
    }
}

extension Command {
    /// The level asked for, or `Verdict.noLevel` for 'back to the programme'.
    var level: UInt8 { wantedLevel ?? Verdict.noLevel }
    var wantedLevel: UInt8? {
        if case .level(let level) = self { level } else { nil }
    }
}
