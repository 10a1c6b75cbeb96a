// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Logging
import Synchronization

/// What waits to be kept: it stays here until a transaction took it, so a journal that is away loses nothing, and nothing
/// is announced before it is kept.
struct Keepsake {
    var alarms = AlarmKeep()
    var lines: [AlarmLine] = []
    var orders = OrderRecords()
    var progress: [OrderProgress] = []
    var frames: [OrderFrame] = []
    /// What is wanted changed: goes into a turn's record of its own, since judgement depends on it.
    var wants: [WantChange] = []

    var log: [LogDraft] = []

    var isEmpty: Bool { alarms.isEmpty && orders.isEmpty && log.isEmpty }

    mutating func add(_ more: AlarmBook.Drained, name: (Asset.Number) -> String) {
        alarms.add(more.keep)
        lines += more.lines
        log += more.log.map { LogDraft($0, name: name) }
    }

    mutating func add(_ more: OrderOutput) {
        orders.orders += more.records.orders
        orders.bases += more.records.bases
        orders.steps += more.records.steps
        orders.refusals += more.records.refusals
        orders.groups += more.records.groups
        orders.removedGroups += more.records.removedGroups
        orders.keys += more.records.keys
        progress += more.progress
        frames += more.frames
        wants += more.wants
    }
}

/// A commit that got no answer: it may have been kept. Until that is known nothing is added to the keepsake but words for the log.
struct Doubt {
    /// `PositionStore.count` where it was kept.
    var number: Int64
    var position: UInt64
    var entries: [LogEntry]
    /// The first so many of the keepsake's words were in it.
    var drafts: Int
    /// What is to be done once it is known to be kept.
    var committed: () -> Void
}

extension Floor {
    /// Keeps what follows from the turns since the last success, in one transaction with the position that it covers; then
    /// announces and sends it. With nothing to keep, nothing is written.
    func keep(now: Instant) {
        guard remember(now: now) else { return }
        collect(now: now)
        // In trouble the journal is tried with nothing to keep, too: or nobody would notice that it is well again.
        guard !keepsake.isEmpty || staging.hasFullChunks || tape.isDue(at: now) || vitals.journalTrouble != nil else {
            release()
            return
        }
        guard now >= retryAt || retryAt - now > Floor.longestRetry else { return }
        do {
            try commit(now: now)
            journalIsWell(now: now)
        } catch {
            journalFails(error, now: now)
        }
    }

    /// Takes what the books have made since the last time.
    func collect(now: Instant) {
        guard doubt == nil else { return }
        if alarms.hasNews { keepsake.add(alarms.drain(at: now)) { [directory] in directory.id(of: $0)?.text ?? "" } }
        let ordered = orders.drain(at: now)
        keepsake.add(ordered)
        for order in ordered.records.orders {
            if let draft = LogDraft(order, from: orderPhases[order.id]) { keepsake.log.append(draft) }
            orderPhases[order.id] = order.phase == .ended ? nil : order.phase
        }
    }

    func commit(now: Instant) throws {
        // Not the last turn appended: one that the disk has not taken yet is not judged yet.
        let position = judgedPosition
        var number: Int64?
        var entries: [LogEntry] = []
        var committed: () -> Void = {}
        do {
            let wasKept = try journal.writeHere(inDoubt: { committed = $0 }) { transaction -> Bool in
                if let doubt, try PositionStore.count(in: transaction) == doubt.number { return true }
                try AlarmStore.keep(keepsake.alarms, in: transaction)
                try OrderStore.keep(keepsake.orders, at: now, in: transaction)
                try staging.keepFull(in: transaction)
                try tape.keep(in: transaction, now: now)
                entries = try Logbook.append(keepsake.log, in: transaction, at: now)
                try PositionStore.set(position, in: transaction)
                number = try PositionStore.count(in: transaction)
                return false
            }
            if wasKept, let doubt { return settle(doubt) }
        } catch JournalError.uncertain(let why) {
            // Nothing was written where it was only asked what became of the one before.
            if let number {
                doubt = Doubt(number: number, position: position, entries: entries, drafts: keepsake.log.count, committed: committed)
            }
            throw JournalError.uncertain(why)
        }
        doubt = nil
        vitals.keptPosition = position
        if !entries.isEmpty { announce(.log(entries)) }
        release()
    }

    /// The commit without an answer was kept: what was in it is told now, what came since stays for the next.
    private func settle(_ doubt: Doubt) {
        doubt.committed()
        self.doubt = nil
        vitals.keptPosition = doubt.position
        if !doubt.entries.isEmpty { announce(.log(doubt.entries)) }
        let later = Array(keepsake.log.dropFirst(doubt.drafts))
        release()
        keepsake.log += later
    }

    /// What is kept may be told: to the operators, and to the devices as orders.
    private func release() {
        if !keepsake.lines.isEmpty { announce(.alarms(keepsake.lines)) }
        if !keepsake.progress.isEmpty { announce(.orders(keepsake.progress)) }
        if !keepsake.frames.isEmpty { outlet.send(keepsake.frames) }
        let wants = keepsake.wants
        keepsake = Keepsake()
        if !wants.isEmpty { wanted(wants) }
    }

    /// What is wanted changed: a turn of its own writes it to the intake and judges again.
    private func wanted(_ wants: [WantChange]) {
        var turn = Intake.Turn(now: clock.now())
        turn.acts = WantChange.pack(wants)
        if write(turn) {
            judge(turn)
            judgedPosition = intake.last
        }
    }

    // MARK: - Announcing

    /// Four times a second, what changed since: one glance an asset, however often it changed.
    func announceGlances(now: Instant) {
        guard !dirty.isEmpty, now - lastGlance >= .milliseconds(250) || now < lastGlance, vitals.journalTrouble == nil else { return }
        lastGlance = now
        version += 1
        announce(
            .glances(
                dirty.map { asset in
                    let n = Int(asset)
                    let cell = board.cells[n]
                    return Glance(
                        number: Asset.Number(asset), kind: cell.kind, state: cell.state, level: cell.level, x: board.x[n], y: board.y[n])
                }))
        judgement.clearDirty(dirty)
        dirty.removeAll(keepingCapacity: true)
        publishColumns(now: now)
    }

    /// Copies the states for readers off this thread. A copy costs a byte or three an asset: seldom for millions.
    func publishColumns(now: Instant) {
        let count = board.count
        var kinds = ContiguousArray<UInt8>(repeating: 255, count: count)
        var states = ContiguousArray<UInt8>(repeating: 0, count: count)
        var levels = ContiguousArray<UInt8>(repeating: 255, count: count)
        for n in 0..<count { (kinds[n], states[n], levels[n]) = (board.cells[n].kind, board.cells[n].state, board.cells[n].level) }
        let columns = StateColumns(kinds: kinds, states: states, levels: levels, version: version, at: now)
        published.withLock { $0.columns = columns }
    }

    func publishVitals(now: Instant) {
        vitals.now = now
        vitals.assets = board.count
        vitals.intakePosition = intake.last
        vitals.intakeBytes = intake.bytesOnDisk
        vitals.heldBack = inbox.depth.refusedFull
        vitals.standingAlarms = alarms.standing
        vitals.openOrders = orders.current.count
        let vitals = vitals
        published.withLock { $0.vitals = vitals }
        announce(.vitals(vitals))
    }
}

extension WantChange {
    /// Five bytes each: asset, little-endian, and level.
    static func pack(_ wants: [WantChange]) -> [UInt8] {
        var out = Bytes()
        for want in wants {
            out.append(want.asset)
            out.append(want.level)
        }
        return out.bytes
    }

    static func unpack(_ bytes: [UInt8]) -> [WantChange] {
        var reader = ByteReader(bytes)
        var wants: [WantChange] = []
        while let asset: UInt32 = reader.integer(), let level: UInt8 = reader.integer() {
            wants.append(WantChange(asset: asset, level: level))
        }
        return wants
    }
}
