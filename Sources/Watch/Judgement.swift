// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What a turn's judgement says beside the state that it moved: for the alarm book, the order book, the historian and the eye.
package struct Findings {
    /// Condition bits of an asset changed.
    package struct Change: Sendable, Hashable {
        package var asset: UInt32
        package var kind: UInt8
        package var before: UInt32
        package var after: UInt32

        package init(asset: UInt32, kind: UInt8, before: UInt32, after: UInt32) {
            (self.asset, self.kind, self.before, self.after) = (asset, kind, before, after)
        }
    }
    package struct Observation: Sendable, Hashable {
        package var asset: UInt32
        package var level: UInt8
    }
    package var changes: [Change] = []
    /// Levels seen of assets for which an order waits.
    package var observed: [Observation] = []
    /// Assets whose state or level changed.
    package var dirty: [UInt32] = []
    package var refusals = RefusalCounts()
    package var judged = 0

    mutating func removeAll() {
        changes.removeAll(keepingCapacity: true)
        observed.removeAll(keepingCapacity: true)
        dirty.removeAll(keepingCapacity: true)
        refusals = RefusalCounts()
        judged = 0
    }
}

/// The limits within which a device's own time is believed.
package struct TimeLimits: Sendable {
    package var future: Span
    package var ancient: Span
    package init(future: Span = .minutes(5), ancient: Span = .days(30)) { (self.future, self.ancient) = (future, ancient) }
}

/// Judges readings against the board: the only code that moves the state of an asset. Deterministic: the same turns give the
/// same board and the same findings, on any machine, as often as they are played.
package final class Judgement {
    package let board: Board
    package let trades: [any Trade]
    package let limits: TimeLimits
    /// By kind index on the board: its trade, its index within the trade, its conditions while lost and while never heard.
    private let tradeOf: [Int]
    private let localKind: [UInt8]
    private let lostBits: [UInt32]
    private let neverBits: [UInt32]
    package private(set) var findings = Findings()
    /// Until then silence is not judged: the floor itself was not listening before.
    var listeningSince = Instant.distantPast
    var lastNow = Instant.distantPast
    /// Gets each sample that was taken, in order.
    package var sample: ((_ asset: UInt32, _ kind: UInt8, _ at: Int64, _ mask: UInt16, _ values: UnsafePointer<Int32>) -> Void)?

    package init(board: Board, trades: [any Trade], limits: TimeLimits = TimeLimits()) {
        (self.board, self.trades, self.limits) = (board, trades, limits)
        tradeOf = trades.enumerated().flatMap { t, trade in trade.kinds.map { _ in t } }
        localKind = trades.flatMap { trade in trade.kinds.indices.map { UInt8($0) } }
        lostBits = trades.flatMap { trade in trade.kinds.indices.map { trade.lostConditions(kindIndex: UInt8($0)) } }
        neverBits = trades.flatMap { trade in trade.kinds.indices.map { trade.neverConditions(kindIndex: UInt8($0)) } }
    }

    package func begin() { findings.removeAll() }

    /// Judges every reading of a batch at the turn's time.
    package func judge(_ batch: ReadingBatch, now: Instant) {
        batch.assets.withUnsafeBufferPointer { assets in
            batch.times.withUnsafeBufferPointer { times in
                batch.sequences.withUnsafeBufferPointer { sequences in
                    batch.masks.withUnsafeBufferPointer { masks in
                        batch.values.withUnsafeBufferPointer { values in
                            guard let base = values.baseAddress else { return }
                            var offset = 0
                            for i in assets.indices {
                                let width = masks[i].nonzeroBitCount
                                take(assets[i], times[i], sequences[i], masks[i], base + offset, width, now)
                                offset += width
                            }
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func take(
        _ asset: UInt32, _ time: Int64, _ sequence: UInt32, _ mask: UInt16, _ values: UnsafePointer<Int32>, _ width: Int, _ now: Instant
    ) {
        guard Int(asset) < board.count, board.cells[Int(asset)].kind != 255 else {
            findings.refusals[.unknownDevice] += 1
            return
        }
        let cell = board.cells + Int(asset)
        if time > now.milliseconds &+ limits.future.milliseconds {
            findings.refusals[.future] += 1
            return
        }
        if time < now.milliseconds &- limits.ancient.milliseconds {
            findings.refusals[.ancient] += 1
            return
        }
        if time <= cell.pointee.lastTime {
            takeLate(cell, asset, time, sequence, mask, values)
            return
        }
        sample?(asset, cell.pointee.kind, time, mask, values)
        let known = board.values + Int(cell.pointee.valueBase)
        var rest = mask
        var next = 0
        while rest != 0 {
            known[rest.trailingZeroBitCount] = values[next]
            next += 1
            rest &= rest &- 1
        }
        if cell.pointee.lastHeard == 0 { carrierHeard(of: Int(asset), now: now) }
        cell.pointee.present |= mask
        cell.pointee.lastTime = time
        cell.pointee.lastSequence = sequence
        cell.pointee.lastHeard = UInt32(truncatingIfNeeded: now.seconds)
        findings.judged += 1
        settle(cell, asset, fresh: mask, now: now, isHeard: true)
    }

    /// A reading that is not newer than the last: the same again is refused, an older one goes to history and moves nothing.
    private func takeLate(
        _ cell: UnsafeMutablePointer<Board.Cell>, _ asset: UInt32, _ time: Int64, _ sequence: UInt32, _ mask: UInt16,
        _ values: UnsafePointer<Int32>
    ) {
        if time == cell.pointee.lastTime || (sequence != 0 && sequence == cell.pointee.lastSequence) {
            findings.refusals[.duplicate] += 1
            return
        }
        findings.refusals[.outOfOrder] += 1
        sample?(asset, cell.pointee.kind, time, mask, values)
    }

    /// Asks the trade what is now true, and notes what changed.
    @inline(__always)
    private func settle(_ cell: UnsafeMutablePointer<Board.Cell>, _ asset: UInt32, fresh: UInt16, now: Instant, isHeard: Bool) {
        let kind = Int(cell.pointee.kind)
        let verdict = trades[tradeOf[kind]].judge(situation(cell, fresh: fresh, now: now))
        cell.pointee.memory = verdict.memory
        if fresh != 0, verdict.observedLevel != Verdict.noLevel {
            if cell.pointee.flags.contains(.awaited) {
                findings.observed.append(.init(asset: asset, level: verdict.observedLevel))
            }
        }
        let lost = isHeard ? 0 : cell.pointee.conditions & lostBits[kind]
        let state = lost != 0 ? CommonState.lost : !isHeard && cell.pointee.state == CommonState.stale ? CommonState.stale : verdict.state
        let silence = lostBits[kind] | neverBits[kind]
        move(cell, asset, state: state, level: verdict.observedLevel, conditions: verdict.conditions & ~silence | lost, now: now)
    }

    @inline(__always)
    private func move(
        _ cell: UnsafeMutablePointer<Board.Cell>, _ asset: UInt32, state: UInt8, level: UInt8, conditions: UInt32, now: Instant
    ) {
        if conditions != cell.pointee.conditions {
            findings.changes.append(.init(asset: asset, kind: cell.pointee.kind, before: cell.pointee.conditions, after: conditions))
            cell.pointee.conditions = conditions
        }
        if state != cell.pointee.state || level != cell.pointee.level {
            if state != cell.pointee.state { cell.pointee.stateSince = UInt32(truncatingIfNeeded: now.seconds) }
            cell.pointee.state = state
            cell.pointee.level = level
            if !cell.pointee.flags.contains(.dirty) {
                cell.pointee.flags.insert(.dirty)
                findings.dirty.append(asset)
            }
        }
    }

    /// The asset as its trade's rules see it.
    @inline(__always)
    package func situation(_ cell: UnsafeMutablePointer<Board.Cell>, fresh: UInt16, now: Instant) -> Situation {
        let c = cell.pointee
        var wanted = Verdict.noLevel
        var since = UInt32(0)
        var isDay = false
        if c.programme != Board.noProgramme {
            let programme = board.programmes[Int(c.programme)]
            (wanted, since, isDay) = (programme.level, programme.since, programme.isDay)
        }
        let isOrdered = c.flags.contains(.override)
        // Given back to its programme: it is wanted so since then, not since the programme's last step.
        if isOrdered { (wanted, since) = (c.wanted, c.wantedSince) } else { since = max(since, c.wantedSince) }
        return Situation(
            kindIndex: localKind[Int(c.kind)], now: now, at: Instant(milliseconds: c.lastTime), values: board.values + Int(c.valueBase),
            present: c.present, fresh: fresh, nominal: Int32(c.nominal), wanted: wanted, wantedSince: Instant(seconds: Int64(since)),
            isOrdered: isOrdered, isDay: isDay, standing: c.standing,
            conditions: c.conditions & ~(lostBits[Int(c.kind)] | neverBits[Int(c.kind)]), state: c.state, memory: c.memory)
    }

    /// A gateway's link went up or down.
    package func link(_ event: LinkEvent, now: Instant) {
        guard event.gateway.index < board.count, board.cells[event.gateway.index].kind != 255 else {
            findings.refusals[.unknownDevice] += 1
            return
        }
        let cell = board.cells + event.gateway.index
        let kind = Int(cell.pointee.kind)
        cell.pointee.set(.linkDown, !event.isUp)
        cell.pointee.lastHeard = UInt32(truncatingIfNeeded: now.seconds)
        if event.isUp {
            if cell.pointee.state == CommonState.unknown || cell.pointee.state == CommonState.lost {
                settle(cell, event.gateway.value, fresh: 0, now: now, isHeard: true)
            }
        } else {
            move(
                cell, event.gateway.value, state: CommonState.lost, level: cell.pointee.level,
                conditions: cell.pointee.conditions & ~neverBits[kind] | lostBits[kind], now: now)
        }
    }

    /// What is wanted of an asset by an order, in place of its programme; nil gives it back.
    package func want(_ want: WantChange, now: Instant) {
        guard Int(want.asset) < board.count, board.cells[Int(want.asset)].kind != 255 else { return }
        let cell = board.cells + Int(want.asset)
        cell.pointee.set(.override, want.level != Verdict.noLevel)
        cell.pointee.wanted = want.level
        cell.pointee.wantedSince = UInt32(truncatingIfNeeded: now.seconds)
        if cell.pointee.present != 0 { settle(cell, want.asset, fresh: 0, now: now, isHeard: !isSilent(cell)) }
    }

    private func isSilent(_ cell: UnsafeMutablePointer<Board.Cell>) -> Bool {
        cell.pointee.state == CommonState.lost || cell.pointee.state == CommonState.stale
    }

    /// Time passes: programmes step, silence grows. Once a turn; the rounds look at a tenth of the assets each second.
    package func tick(now: Instant) {
        // The floor was not listening for a while (stopped, suspended, or the clock jumped): nobody was silent in that time.
        if now - lastNow > .seconds(30) || now < lastNow - .seconds(5) { listeningSince = now }
        if now - lastNow > .seconds(30), lastNow != .distantPast { board.postponeFirstWords(by: now.seconds - lastNow.seconds) }
        if now < lastNow - .seconds(5) || lastNow == .distantPast { board.forgetFuture(after: now) }
        let before = lastNow
        lastNow = now
        stepProgrammes(now: now)
        guard now.seconds != before.seconds else { return }
        let missed = min(10, max(1, now.seconds - before.seconds))
        for back in 0..<missed { round(slice: Int((now.seconds - back) % 10), now: now) }
    }

    private func stepProgrammes(now: Instant) {
        for i in board.programmes.indices where now >= board.programmes[i].nextChange {
            let trade = trades[board.programmes[i].trade]
            let number = board.programmes[i].number
            let level = trade.level(programme: number, at: now)
            if level != board.programmes[i].level {
                board.programmes[i].level = level
                board.programmes[i].since = UInt32(truncatingIfNeeded: now.seconds)
            }
            board.programmes[i].isDay = trade.isDay(programme: number, at: now)
            board.programmes[i].nextChange = min(trade.nextChange(programme: number, after: now), now + .minutes(10))
        }
    }

    private func round(slice: Int, now: Instant) {
        var n = slice
        while n < board.count {
            defer { n += 10 }
            let cell = board.cells + n
            guard cell.pointee.kind != 255, cell.pointee.period != 0 else { continue }
            if cell.pointee.lastHeard == 0 {
                awaitFirstWord(cell, n, now: now)
                continue
            }
            guard !cell.pointee.standing.contains(.outOfService), cell.pointee.state != CommonState.lost
            else { continue }
            let heard = max(Instant(seconds: Int64(cell.pointee.lastHeard)), listeningSince)
            switch SilenceRules.judge(lastHeard: heard, period: .seconds(Int64(cell.pointee.period)), now: now) {
            case .talking: continue
            case .stale:
                move(
                    cell, UInt32(n), state: CommonState.stale, level: cell.pointee.level, conditions: cell.pointee.conditions, now: now)
            case .lost:
                move(
                    cell, UInt32(n), state: CommonState.lost, level: cell.pointee.level,
                    conditions: cell.pointee.conditions | lostBits[Int(cell.pointee.kind)], now: now)
            }
        }
    }

    /// Nothing was ever heard of this asset. Three of its periods are its time, and they run while the room listens, the asset is in
    /// service, and the gateway through which it would speak is known to be there: until then that gateway is what is silent.
    private func awaitFirstWord(_ cell: UnsafeMutablePointer<Board.Cell>, _ n: Int, now: Instant) {
        let never = neverBits[Int(cell.pointee.kind)]
        guard never != 0 else { return }
        let isDue = !cell.pointee.standing.contains(.outOfService) && !cell.pointee.flags.contains(.carries) && !isAwaited(board.gateway[n])
        let seconds = UInt32(truncatingIfNeeded: now.seconds)
        if !isDue {
            cell.pointee.stateSince = 0
        } else if cell.pointee.stateSince == 0 {
            cell.pointee.stateSince = seconds
        }
        let since = Instant(seconds: Int64(cell.pointee.stateSince))
        let isOver = isDue && SilenceRules.judge(lastHeard: since, period: .seconds(Int64(cell.pointee.period)), now: now) == .lost
        let conditions = isOver ? cell.pointee.conditions | never : cell.pointee.conditions & ~never
        move(cell, UInt32(n), state: cell.pointee.state, level: cell.pointee.level, conditions: conditions, now: now)
    }

    /// Is this a gateway of which a first word is awaited itself?
    private func isAwaited(_ gateway: UInt32) -> Bool {
        guard Int(gateway) < board.count else { return false }
        let cell = board.cells[Int(gateway)]
        return cell.kind != 255 && neverBits[Int(cell.kind)] != 0 && cell.period != 0 && cell.lastHeard == 0
            && !cell.flags.contains(.carries) && !cell.standing.contains(.outOfService)
    }

    /// The first word of an asset is a sign of life of its gateway, too.
    @inline(never)
    private func carrierHeard(of asset: Int, now: Instant) {
        board.noteCarrier(of: asset)
        let carrier = Int(board.gateway[asset])
        guard carrier < board.count, board.cells[carrier].kind != 255, board.cells[carrier].lastHeard == 0 else { return }
        awaitFirstWord(board.cells + carrier, carrier, now: now)
    }

    /// The dirty flags of announced assets are taken back.
    package func clearDirty(_ assets: [UInt32]) {
        for asset in assets { board.cells[Int(asset)].flags.remove(.dirty) }
    }

    /// The rule that made the state of an asset what it is, in words.
    package func reason(_ number: Asset.Number, now: Instant) -> Reason? {
        guard number.index < board.count, board.cells[number.index].kind != 255 else { return nil }
        let cell = board.cells + number.index
        return trades[tradeOf[Int(cell.pointee.kind)]].reason(situation(cell, fresh: 0, now: now))
    }

    package func trade(ofKind kind: UInt8) -> any Trade { trades[tradeOf[Int(kind)]] }
}

/// An order changed what is wanted of an asset: written to the intake, since judgement depends on it.
package struct WantChange: Sendable, Hashable {
    package var asset: UInt32
    /// 0…100 %, or `Verdict.noLevel` to give it back to its programme.
    package var level: UInt8
    package init(asset: UInt32, level: UInt8) { (self.asset, self.level) = (asset, level) }
}
