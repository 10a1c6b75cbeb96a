// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
import Inventory
package import Journal
package import Logging

/// How a floor comes to its state: the inventory, the newest snapshot, the turns after it. Turns that the journal covers move the
/// board, the historian's staging and the alarm book of the snapshot, and nothing is kept of what follows from them, since it is kept
/// already; the turns after are judged in full. Between the two the alarm book must stand where the journal stands: then delays go on
/// where they were. Where it does not, or there is none, the journal's alarms are loaded and agreed with the board, and delays begin anew.
extension Floor {
    /// Opens the floor on its own thread and starts its turns. Blocks nobody but that thread.
    package static func open(
        settings: Settings, journal: Journal, trades: [any Trade], clock: Clock, log: Logger,
        intakeRetention: Intake.Retention = Intake.Retention(), outlet: any Outlet, announce: @escaping @Sendable (Announcement) -> Void,
        directoryChanged: @escaping @Sendable (Directory) -> Void = { _ in }
    ) async throws -> Floor {
        let floor = try Floor(
            settings: settings, journal: journal, trades: trades, clock: clock, log: log, retention: intakeRetention, outlet: outlet,
            announce: announce, directoryChanged: directoryChanged)
        floor.thread.start { [weak floor] in floor?.assumeIsolated { $0.isOpen ? $0.pass() : 1 } ?? 1 }
        try await floor.start()
        return floor
    }

    func start() throws {
        let began = ContinuousClock.now
        let now = clock.now()
        var kept = try journal.readHere { transaction in
            roster = try Roster.load(in: transaction, onto: board, trades: trades)
            return try PositionStore.get(in: transaction)
        }
        if kept > intake.last {
            // A journal brought back beside another intake: its position says nothing here, and would mute turns that are to come.
            log.warning("the journal is of another intake; what arrives from now on is judged in full", metadata: ["covered": "\(kept)"])
            kept = intake.last
            try journal.writeHere { [kept] in try PositionStore.set(kept, in: $0) }
        }
        openBooks()
        let (snapshot, hasBook) = try restore(through: kept)
        try loadOrders()
        try replay(after: snapshot, hasBook: hasBook, kept: kept, now: now)
        reconcileAlarms(now: now)
        judgedPosition = intake.last
        vitals.startedAt = now
        vitals.keptPosition = kept
        lastSnapshot = now
        isOpen = true
        keep(now: now)
        version += 1
        publishColumns(now: now)
        directoryChanged(roster.directory)
        let elapsed = (ContinuousClock.now - began).components
        vitals.startSeconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        publishVitals(now: now)
        log.info(
            "the floor is open",
            metadata: ["assets": "\(board.count)", "replayed": "\(vitals.replayed)", "seconds": "\(vitals.startSeconds)"])
    }

    /// - Returns: the turn after which the intake is played, and whether the alarm book is as it was then.
    private func restore(through kept: UInt64) throws -> (position: UInt64, hasBook: Bool) {
        guard let snapshot = Snapshot.newest(folder: settings.snapshotFolder, through: kept), board.unpack(snapshot.board) else {
            // Without a snapshot that this release can read, what the intake still holds must do: with its first turn, that is all.
            let first = try Intake.first(folder: settings.intakeFolder) ?? 1
            if first > 1 {
                log.warning("no snapshot can be read: the state begins with what the intake still holds", metadata: ["turn": "\(first)"])
            }
            return (first - 1, first == 1)
        }
        try? staging.restore(snapshot.staging)
        vitals.lastSnapshot = snapshot.now
        return (snapshot.position, judgement.unpack(snapshot.judgement) && alarms.restore(snapshot.alarms))
    }

    /// The books as the journal holds them, agreed with the board.
    func reload(now: Instant) throws {
        try loadAlarms(at: now)
        try loadOrders()
    }

    private func loadOrders() throws {
        try journal.readHere { transaction in
            orders.load(try OrderStore.load(in: transaction))
            orderPhases = Dictionary(uniqueKeysWithValues: orders.current.map { ($0.id, $0.phase) })
        }
    }

    /// The alarm book from the journal alone: delays begin anew.
    private func loadAlarms(at now: Instant) throws {
        alarms = AlarmBook(topology: topology(), policy: settings.alarms)
        try journal.readHere { _ = try AlarmStore.load(into: alarms, in: $0, at: now) }
        reconcileAlarms(now: now)
        isSnapshotDue = true
    }

    private func replay(after snapshot: UInt64, hasBook: Bool, kept: UInt64, now: Instant) throws {
        let number = alarms.position
        if hasBook { alarms.expect(try journal.readHere { try AlarmStore.acts(after: number, in: $0) }) }
        var isLive = false
        try intake.replay(after: snapshot) { turn in
            if !isLive, turn.position > kept {
                isLive = true
                try settle(hasBook, at: turn.now)
            }
            judge(turn, isLive ? .all : hasBook ? .alarms : .none)
            if !isLive {
                // What filled up then is in the journal already, and what the alarm book says of it too.
                if staging.isWorthDiscarding { try journal.readHere { try staging.discardKept(in: $0) } }
                if alarms.hasNews { _ = alarms.drain(at: turn.now) }
            }
            vitals.replayed += UInt64(turn.readings.count)
        }
        if !isLive { try settle(hasBook, at: now) }
    }

    /// All that the journal covers is played: what it has of the history is dropped, and the alarm book goes on where it agrees with the journal, otherwise the journal's does.
    private func settle(_ hasBook: Bool, at now: Instant) throws {
        try journal.readHere { try staging.discardKept(in: $0) }
        if hasBook {
            alarms.catchUpToEnd()
            _ = alarms.drain(at: now)
            let kept = try journal.readHere { try AlarmAgreement(alarms.topology.kinds, in: $0) }
            if AlarmAgreement(alarms) == kept { return }
            log.notice(
                "the alarms judged again are not the journal's, as after a change of the inventory: the journal's are taken, delays begin anew"
            )
        }
        try loadAlarms(at: now)
    }

    /// No condition counts as holding that the board does not show, and all that it shows do: the alarm book leaves alone what it knows
    /// already. The work goes with the alarms; of assets without any only a word of the board is read.
    private func reconcileAlarms(now: Instant) {
        alarms.reconcile(at: now) { [board] in $0.index < board.count ? board.cells[$0.index].conditions : 0 }
        for n in 0..<board.count where board.cells[n].conditions != 0 && board.cells[n].kind != 255 {
            alarms.change(asset: Asset.Number(n), kind: board.cells[n].kind, before: 0, after: board.cells[n].conditions, at: now)
        }
    }

    /// Empty books over the trees of the present inventory.
    func openBooks() {
        let topology = topology()
        alarms = AlarmBook(topology: topology, policy: settings.alarms)
        orders = OrderBook(
            ground: OrderGround(board: board, topology: topology, directory: roster.directory, trades: trades), limits: settings.orders)
    }

    func topology() -> Topology {
        roster.topology(board)
    }

    // MARK: - While it runs

    /// The inventory is read again when an import, or an act on the sheet, changed it. State stays with its asset.
    func lookForInventory(now: Instant) {
        guard now - lastLook >= .seconds(1) || now < lastLook else { return }
        lastLook = now
        do {
            let revision = try journal.readHere { try AssetStore.revision(in: $0) }
            guard revision != roster.revision else { return }
            roster = try journal.readHere { try Roster.load(in: $0, onto: board, trades: trades) }
            let topology = topology()
            orders.rebuild(topology: topology, directory: roster.directory)
            // State, delays and lines stay; roots are found anew, and what was removed from the inventory holds nothing any more.
            alarms.replace(topology: topology, at: now)
            reconcileAlarms(now: now)
            isSnapshotDue = true
            directoryChanged(roster.directory)
            version += 1
            publishColumns(now: now)
            log.info("the inventory changed", metadata: ["assets": "\(board.count)", "revision": "\(revision)"])
        } catch {
            journalFails(error, now: now)
        }
    }

    func snapshot(now: Instant) {
        // Only a position that the journal covers may be started from, or what follows from the turns between would be lost.
        guard keepsake.isEmpty, doubt == nil, !isForgetful, vitals.journalTrouble == nil else { return }
        lastSnapshot = now
        do {
            try commit(now: now)
            var snapshot = Snapshot()
            (snapshot.position, snapshot.now) = (judgedPosition, now)
            (snapshot.board, snapshot.alarms) = (board.pack(), alarms.snapshot())
            (snapshot.staging, snapshot.judgement) = (staging.snapshot(), judgement.pack())
            try FileManager.default.createDirectory(atPath: settings.snapshotFolder, withIntermediateDirectories: true)
            try snapshot.write(folder: settings.snapshotFolder)
            vitals.lastSnapshot = now
            isSnapshotDue = false
            try intake.release(through: Snapshot.positions(settings.snapshotFolder).first ?? 0)
            Snapshot.release(folder: settings.snapshotFolder, before: try Intake.first(folder: settings.intakeFolder) ?? 0)
        } catch {
            log.error("the floor's snapshot cannot be written; the next start replays more", metadata: ["error": "\(error)"])
        }
    }

    /// The last turn, a snapshot, and no turn after. What still arrives is not acknowledged.
    package func close() {
        guard isOpen else { return }
        let now = clock.now()
        let deliveries = inbox.drain()
        if !deliveries.isEmpty { turn(deliveries, now: now, isTick: false) }
        keep(now: now)
        snapshot(now: now)
        isOpen = false
        thread.stop()
    }
}
