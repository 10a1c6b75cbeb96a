// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How many commands a gateway may be given: refilled by time, so many a second, up to a burst.
struct CommandBucket {
    private var thousandths: Int64
    private var filledAt: Int64

    init(_ limits: OrderLimits, at now: Instant) { (thousandths, filledAt) = (Int64(limits.burst) * 1000, now.milliseconds) }

    mutating func fill(_ limits: OrderLimits, at now: Instant) {
        let elapsed = min(max(0, now.milliseconds &- filledAt), 3_600_000)
        thousandths = min(Int64(limits.burst) * 1000, thousandths + elapsed * Int64(limits.commandsPerSecond))
        filledAt = now.milliseconds
    }

    mutating func take() -> Bool {
        guard thousandths >= 1000 else { return false }
        thousandths -= 1000
        return true
    }

    /// Milliseconds until there is one again.
    func wait(_ limits: OrderLimits) -> Int64 { max(1, (1000 - thousandths) / Int64(limits.commandsPerSecond) + 1) }
}

extension OrderBook {
    /// Time passes: orders expire, proposals lapse, what is due is sent. Call each turn; cheap where nothing is due.
    package func tick(at now: Instant) {
        for order in live.values.sorted(by: { $0.id < $1.id }) {
            if order.record.phase == .proposed {
                if now >= min(order.record.until, order.record.placedAt + limits.proposal) { endProposal(order, .lapsed, at: now) }
            } else if order.record.endedAt == nil, now >= order.record.until {
                expire(order, at: now)
            }
        }
        let sending = live.values.filter { $0.record.phase == .sending }
        var left = limits.commandsPerTurn
        for order in sending.sorted(by: { ($1.record.authority, $0.id) < ($0.record.authority, $1.id) }) {
            for run in order.runs.indices where order.runs[run].open > 0 && order.runs[run].dueAt <= now.milliseconds {
                if left <= 0 { break }
                left -= send(order, run, at: now)
            }
            settleEnd(of: order, at: now)
        }
    }

    /// Sends what is due of one gateway's rows, as far as its rate allows; answers how many.
    private func send(_ order: LiveOrder, _ run: Int, at now: Instant) -> Int {
        let gateway = order.runs[run].gateway
        let isDown = ground.isLinkDown(gateway: gateway)
        let isGivenUp = isDown && now - (order.record.approvedAt ?? order.record.placedAt) >= limits.reach
        var bucket = buckets[gateway] ?? CommandBucket(limits, at: now)
        bucket.fill(limits, at: now)
        var batch = FrameBatch(order: order.id, gateway: gateway, limits: limits)
        let offset = order.offset(now)
        var next = Int64.max
        var sent = 0
        for row in order.runs[run].rows where !order.ledger.status[row].isEnded {
            let due = order.ledger.due[row]
            if due > offset {
                next = min(next, order.record.placedAt.milliseconds + Int64(due))
                continue
            }
            let patience = ground.patience(order.ledger.assets[row])
            if Int(order.ledger.sends[row]) >= patience.sends || isGivenUp {
                endRow(order, row, run, .timedOut, at: now)
            } else if isDown {
                next = min(next, now.milliseconds + 1000)
            } else if bucket.take() {
                sendRow(order, row, run, patience, &batch, at: now)
                sent += 1
                next = min(next, order.record.placedAt.milliseconds + Int64(order.ledger.due[row]))
            } else {
                next = min(next, now.milliseconds + bucket.wait(limits))
                break
            }
        }
        batch.flush()
        output.frames.append(contentsOf: batch.frames)
        buckets[gateway] = bucket
        order.runs[run].dueAt = next
        return sent
    }

    private func sendRow(_ order: LiveOrder, _ row: Int, _ run: Int, _ patience: Patience, _ batch: inout FrameBatch, at now: Instant) {
        let asset = order.ledger.assets[row]
        guard let id = ground.directory.id(of: Asset.Number(asset)) else {
            refuse(order, row, run, "no longer in the inventory", at: now)
            return
        }
        // What wins now is sent: for an order of its own level that is itself, for one that gives back, whatever lay beneath.
        let want = wants.winner(asset)
        let level = want?.level ?? Ledger.toProgramme
        batch.add(id, level: level, until: want?.until ?? .distantFuture)
        order.ledger.target[row] = level
        order.ledger.sends[row] += 1
        order.ledger.move(row, to: .sent)
        order.ledger.due[row] = UInt32(clamping: Int64(order.offset(now)) + OrderBook.wait(patience, sends: Int(order.ledger.sends[row])))
        touch(order, row, at: now)
    }

    /// How long the answer to the n-th send may take, in ms.
    static func wait(_ patience: Patience, sends: Int) -> Int64 {
        var wait = max(1, patience.settle.milliseconds)
        for _ in 1..<max(1, sends) { wait = min(wait &* Int64(max(10, patience.backoffTenths)) / 10, 86_400_000) }
        return wait
    }

    /// An asset's own reading: the only proof there is.
    package func observe(asset: UInt32, level: UInt8, at now: Instant) {
        guard let waiting = pending[asset], let order = live[waiting.order] else { return }
        let row = Int(waiting.row)
        guard order.ledger.sends[row] > 0 else { return }
        let target = order.ledger.target[row]
        let wanted = target == Ledger.toProgramme ? ground.programmeLevel(asset) : target
        // Nothing is wanted of it by anybody: that it speaks at all after the order is what can be known.
        guard wanted == Verdict.noLevel || ground.proves(asset, wanted: wanted, observed: level) else { return }
        endRow(order, row, Int(waiting.run), .confirmed, at: now)
        settleEnd(of: order, at: now)
    }

    /// What a gateway says of a command. 'Taken' proves nothing, 'refused' ends it.
    package func receipt(_ receipt: Receipt, at now: Instant) {
        guard let waiting = pending[receipt.asset.value], waiting.order == receipt.order, let order = live[waiting.order] else { return }
        let row = Int(waiting.row)
        guard order.ledger.sends[row] > 0 else { return }
        if !receipt.isAccepted {
            refuse(order, row, Int(waiting.run), receipt.reason, at: now)
            settleEnd(of: order, at: now)
        } else if order.ledger.status[row] == .sent {
            order.ledger.move(row, to: .accepted)
            touch(order, row, at: now)
        }
    }

    private func refuse(_ order: LiveOrder, _ row: Int, _ run: Int, _ why: String, at now: Instant) {
        let why = String(why.prefix(200))
        order.refusals[UInt32(row)] = why
        output.records.refusals.append((order.id, order.ledger.assets[row], now, why))
        endRow(order, row, run, .refused, at: now)
    }
}

/// Commands for one gateway, gathered into messages of bounded size; a message has one end for all its commands.
private struct FrameBatch {
    let order: UInt64
    let gateway: UInt32
    let limits: OrderLimits
    private var payload: OrderPayload?
    private var until = Instant.distantFuture
    private(set) var frames: [OrderFrame] = []

    init(order: UInt64, gateway: UInt32, limits: OrderLimits) { (self.order, self.gateway, self.limits) = (order, gateway, limits) }

    mutating func add(_ id: Asset.ID, level: UInt8, until end: Instant) {
        if payload != nil, end != until { flush() }
        var current = payload ?? OrderPayload(order: order, until: end)
        payload = nil
        until = end
        current.append(id, level: level)
        payload = current
        // The longest command takes 64 bytes of identity and some thirty around it.
        if current.count >= limits.commandsPerFrame || current.size + 100 > limits.bytesPerFrame { flush() }
    }

    mutating func flush() {
        guard let full = payload else { return }
        payload = nil
        frames.append(OrderFrame(gateway: Asset.Number(gateway), order: order, payload: full.finish()))
    }
}
