// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
import Logging
import Synchronization

/// The floor: takes what arrives in turns. Its executor is the turn's own thread, so whoever awaits it runs between two turns.
///
/// One turn, from top to bottom: `gather` what waits, `write` it to the intake, acknowledge, `judge` it, `keep` what follows,
/// `announce`. Whatever kills the process between two of these lines, the next start comes to the same state (`FloorStart.swift`).
package actor Floor {
    package nonisolated let thread: TurnThread
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    /// Where Fieldbus and the HTTP door deliver.
    package nonisolated let inbox: Inbox
    package nonisolated let journal: Journal
    package nonisolated let settings: Settings
    nonisolated let clock: Clock
    nonisolated let log: Logger
    nonisolated let published = Mutex(Published())
    nonisolated let allKinds: [Kind]

    let trades: [any Trade]
    let board: Board
    let judgement: Judgement
    let intake: Intake
    let staging: Staging
    let tape: StateTape
    var alarms: AlarmBook
    var orders: OrderBook
    var roster: Roster
    var keepsake = Keepsake()
    /// The last commit, where it got no answer.
    var doubt: Doubt?
    /// The books must be taken back to what the journal holds, which could not be read yet.
    var isForgetful = false
    /// The last phase of each live order that the log knows.
    var orderPhases: [UInt64: OrderPhase] = [:]
    var vitals = Vitals()

    /// Turns that the disk would not take yet (it is full): appended, not synced, not acknowledged, not judged. While any is here
    /// nothing more is taken from the inbox, so the field is held back.
    var held: [(turn: Intake.Turn, deliveries: [Delivery])] = []
    /// The last turn whose consequences are in the books: what a commit covers.
    var judgedPosition: UInt64 = 0
    var dirty: [UInt32] = []
    var version: UInt64 = 0
    var lastTurn = Instant.distantPast
    var lastTick = Instant.distantPast
    var lastGlance = Instant.distantPast
    var lastSnapshot = Instant.distantPast
    /// The books changed otherwise than by turns (a new inventory, a load from the journal): a start should not begin before that.
    var isSnapshotDue = false
    var lastLook = Instant.distantPast
    var retryAt = Instant.distantPast
    var intakeTroubleSince = Instant.distantPast
    var journalTroubleSince = Instant.distantPast
    /// When the thread last came round, by both clocks.
    var lastPass: (wall: Instant, steady: ContinuousClock.Instant)?
    /// Announcements go here, on the turn's thread; must not block.
    var announce: @Sendable (Announcement) -> Void
    var outlet: any Outlet
    /// Called with a new directory when the inventory changed.
    var directoryChanged: @Sendable (Directory) -> Void
    var isOpen = false

    init(
        settings: Settings, journal: Journal, trades: [any Trade], clock: Clock, log: Logger, retention: Intake.Retention,
        outlet: any Outlet, announce: @escaping @Sendable (Announcement) -> Void,
        directoryChanged: @escaping @Sendable (Directory) -> Void
    ) throws {
        (self.settings, self.journal, self.trades, self.clock, self.log) = (settings, journal, trades, clock, log)
        (self.outlet, self.announce, self.directoryChanged) = (outlet, announce, directoryChanged)
        let thread = TurnThread()
        self.thread = thread
        inbox = Inbox(limit: settings.inboxLimit) { thread.ring() }
        let kinds = trades.flatMap(\.kinds)
        allKinds = kinds
        board = Board(kinds: kinds)
        judgement = Judgement(board: board, trades: trades, limits: settings.limits)
        intake = try Intake.open(folder: settings.intakeFolder, retention: retention)
        staging = Staging(kinds: kinds)
        tape = try journal.readHere { try StateTape(in: $0) }
        roster = Roster(directory: Directory(kinds: kinds, entries: []), supplyParent: [], linkParent: [], kindOf: [], revision: 0)
        alarms = AlarmBook(topology: .empty, policy: settings.alarms)
        orders = OrderBook(
            ground: OrderGround(board: board, topology: .empty, directory: roster.directory, trades: trades), limits: settings.orders)
        let staging = staging
        judgement.sample = { asset, kind, at, mask, values in
            staging.add(asset: Asset.Number(asset), kindIndex: Int(kind), at: Instant(milliseconds: at), mask: mask, values: values)
        }
    }

    package struct Settings: Sendable {
        /// The shortest time between the beginnings of two turns: what arrives within shares one fdatasync.
        package var interval: Span
        /// Readings that may wait for a turn before the field is held back.
        package var inboxLimit: Int
        package var intakeFolder: String
        package var snapshotFolder: String
        package var snapshotEvery: Span
        package var limits: TimeLimits
        package var alarms: AlarmPolicy
        package var orders: OrderLimits

        package init(
            folder: String, interval: Span = .milliseconds(4), inboxLimit: Int = 400_000, snapshotEvery: Span = .minutes(5),
            limits: TimeLimits = TimeLimits(), alarms: AlarmPolicy = AlarmPolicy(), orders: OrderLimits = OrderLimits()
        ) {
            (self.alarms, self.orders) = (alarms, orders)
            (intakeFolder, snapshotFolder) = (folder + "/intake", folder + "/floor")
            (self.interval, self.inboxLimit, self.snapshotEvery, self.limits) = (interval, inboxLimit, snapshotEvery, limits)
        }
    }

    /// What readers off the thread may see at any time.
    struct Published {
        var columns: StateColumns?
        var vitals = Vitals()
    }

    // MARK: - One turn

    /// One pass of the thread's loop: a turn where something waits or a second has passed. Answers how long it may sleep, in seconds.
    func pass() -> Double {
        let now = clock.now()
        noteTime(now)
        let sinceLast = now - lastTurn
        if sinceLast >= .milliseconds(0), sinceLast < settings.interval {
            return Double(settings.interval.milliseconds - sinceLast.milliseconds) / 1000
        }
        guard held.isEmpty || writeHeld(now: now) else { return 0.25 }
        let deliveries = inbox.drain()
        let isTick = now.seconds != lastTick.seconds
        guard !deliveries.isEmpty || isTick else { return untilNext(now) }
        lastTurn = now
        turn(deliveries, now: now, isTick: isTick)
        return untilNext(clock.now())
    }

    private func untilNext(_ now: Instant) -> Double {
        let second = 1000 - (now.milliseconds % 1000 + 1000) % 1000
        let glance = dirty.isEmpty ? second : max(1, min(second, 250 - (now - lastGlance).milliseconds))
        return Double(glance) / 1000
    }

    func turn(_ deliveries: [Delivery], now: Instant, isTick: Bool) {
        var watch = Stopwatch()
        let turn = gather(deliveries, now: now)
        guard write(turn, deliveries) else { return }
        for delivery in deliveries { delivery.acknowledge?() }
        vitals.lastSync = watch.lap()
        judge(turn)
        judgedPosition = intake.last
        vitals.lastJudge = watch.lap()
        keep(now: now)
        vitals.lastKeep = watch.lap()
        announceGlances(now: now)
        if isTick { second(now: now) }
        vitals.turns += 1
        vitals.longestTurn = max(vitals.longestTurn, watch.total)
    }

    private func gather(_ deliveries: [Delivery], now: Instant) -> Intake.Turn {
        var turn = Intake.Turn(now: now)
        vitals.waiting = 0
        for delivery in deliveries {
            vitals.waiting += delivery.readings.count
            if deliveries.count == 1 { turn.readings = delivery.readings } else { turn.readings.append(contentsOf: delivery.readings) }
            turn.links += delivery.links
            turn.receipts += delivery.receipts
            vitals.refusals += delivery.refusals
        }
        return turn
    }

    /// Writes a turn to the intake and waits for the disk. False where the disk refuses: the turn is held, and nobody is told.
    func write(_ turn: Intake.Turn, _ deliveries: [Delivery] = []) -> Bool {
        do {
            _ = try intake.append(turn)
            guard held.isEmpty else {
                held.append((turn, deliveries))
                return false
            }
            try intake.sync()
            return true
        } catch {
            held.append((turn, deliveries))
            intakeFails(error, now: turn.now)
            return false
        }
    }

    /// Tries the disk again. What is held was appended already: when it is on disk, it is acknowledged and judged in order.
    private func writeHeld(now: Instant) -> Bool {
        do {
            try intake.sync()
        } catch {
            intakeFails(error, now: now)
            // The journal may lie on another disk: what follows from the turns before, and that this disk is full, is kept there.
            keep(now: now)
            return false
        }
        let waiting = held
        intakeIsWell(readings: waiting.reduce(inbox.depth.readings) { $0 + $1.turn.readings.count }, now: now)
        held = []
        for (turn, deliveries) in waiting {
            for delivery in deliveries { delivery.acknowledge?() }
            judge(turn)
        }
        judgedPosition = intake.last
        keep(now: now)
        return true
    }

    /// What a turn moves beside the board: at a start, turns that the journal covers move no book that came from the journal.
    enum Books { case none, alarms, all }

    /// Moves the state by one turn.
    func judge(_ turn: Intake.Turn, _ books: Books = .all) {
        judgement.begin()
        judgement.tick(now: turn.now)
        for want in WantChange.unpack(turn.acts) { judgement.want(want, now: turn.now) }
        for link in turn.links { judgement.link(link, now: turn.now) }
        judgement.judge(turn.readings, now: turn.now)
        let findings = judgement.findings
        vitals.readings += UInt64(turn.readings.count)
        vitals.judged += UInt64(findings.judged)
        vitals.links += UInt64(turn.links.count)
        vitals.receipts += UInt64(turn.receipts.count)
        vitals.refusals += findings.refusals
        dirty += findings.dirty
        guard books != .none else { return }
        for change in findings.changes {
            alarms.change(asset: Asset.Number(change.asset), kind: change.kind, before: change.before, after: change.after, at: turn.now)
        }
        alarms.tick(at: turn.now)
        guard books == .all else { return }
        record(findings.dirty, at: turn.now)
        for seen in findings.observed { orders.observe(asset: seen.asset, level: seen.level, at: turn.now) }
        for receipt in turn.receipts { orders.receipt(receipt, at: turn.now) }
        orders.tick(at: turn.now)
    }

    private func record(_ changed: [UInt32], at now: Instant) {
        for asset in changed {
            let cell = board.cells[Int(asset)]
            tape.note(Asset.Number(asset), at: now, state: cell.state, level: cell.level)
        }
    }

    // MARK: - Once a second

    private func second(now: Instant) {
        lastTick = now
        lookForInventory(now: now)
        let every = isSnapshotDue ? min(settings.snapshotEvery, .minutes(1)) : settings.snapshotEvery
        if now - lastSnapshot >= every || now < lastSnapshot { snapshot(now: now) }
        if now.seconds % 60 == 0 { vitals.longestTurn = 0 }
        vitals.mark(at: now)
        publishVitals(now: now)
    }
}
