// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension OrderBook {
    /// Takes up what the journal holds, into an empty book. What was proved stays proved; what was sent and not proved is asked
    /// again when its time comes, within what is left of its budget; what expired meanwhile ends at the next tick.
    /// The board must know the assets already; what the board says is wanted is put right at the next drain.
    package func load(_ loaded: LoadedOrders) {
        precondition(live.isEmpty, "orders are loaded once, at the start")
        nextOrder = loaded.lastOrder + 1
        nextGroup = loaded.lastGroup + 1
        groups = Dictionary(uniqueKeysWithValues: loaded.groups.map { ($0.id, $0) })
        for kept in loaded.keys { keys[KeyName(account: kept.key.account, text: kept.key.text)] = kept }
        for (record, ledger, refusals) in loaded.orders {
            let order = LiveOrder(record)
            order.ledger = ledger
            for (asset, why) in refusals { if let row = order.row(of: asset) { order.refusals[UInt32(row)] = why } }
            order.cut(gateways: ledger.assets.map { ground.exists($0) ? ground.gateway($0) : Asset.Number.none.value })
            live[order.id] = order
            if record.phase != .proposed { takeUp(order) }
        }
        // An asset that the board still holds for an order which nobody remembers is given back.
        for asset in 0..<UInt32(ground.board.count) where ground.board.cells[Int(asset)].flags.contains(.override) {
            touchedWants.append(asset)
        }
    }

    private func takeUp(_ order: LiveOrder) {
        let record = order.record
        if let level = record.command.wantedLevel {
            let since = record.approvedAt ?? record.placedAt
            wants.open(Want(authority: record.authority, level: level, since: since, until: record.until, order: record.id))
        }
        for run in order.runs.indices {
            for row in order.runs[run].rows {
                let asset = order.ledger.assets[row]
                if record.command != .programme, !order.ledger.isReleased[row] {
                    wants.push(asset, order: order.id)
                    touchedWants.append(asset)
                }
                guard !order.ledger.status[row].isEnded else { continue }
                pending[asset] = Pending(order: order.id, row: UInt32(row), run: UInt32(run))
                ground.setAwaited(asset, true)
                let sends = Int(order.ledger.sends[row])
                if sends > 0, ground.exists(asset) {
                    let wait = OrderBook.wait(ground.patience(asset), sends: sends)
                    order.ledger.due[row] = UInt32(clamping: Int64(order.ledger.changed[row]) + wait)
                }
            }
        }
    }
}
