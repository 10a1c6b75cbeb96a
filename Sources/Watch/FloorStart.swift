// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
import Inventory
package import Journal
package import Logging

/// How a floor comes to its state: the inventory, the newest snapshot, the turns after it. Turns that the journal covers move only
/// the board and the historian's staging, since what followed from them is kept already; the turns after are judged in full.
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
        let snapshot = try restore(through: kept)
        try loadBooks()
        try replay(after: snapshot, kept: kept)
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

    /// - Returns: the turn after which the intake is played.
    private func restore(through kept: UInt64) throws -> UInt64 {
        guard let snapshot = Snapshot.newest(folder: settings.snapshotFolder, through: kept), board.unpack(snapshot.board) else {
            // Without a snapshot that this release can read, what the intake still holds must do.
            let first = try Intake.first(folder: settings.intakeFolder) ?? 1
            if first > 1 {
                log.warning("no snapshot can be read: the state begins with what the intake still holds", metadata: ["turn": "\(first)"])
            }
            return first - 1
        }
        try? staging.restore(snapshot.staging)
        vitals.lastSnapshot = snapshot.now
        return snapshot.position
    }

    /// The books as the journal holds them, agreed with the board.
    func reload(now: Instant) throws {
        try loadBooks()
        reconcileAlarms(now: now)
    }

    /// The alarm book over other trees: what stands is in the journal, what holds is on the board.
    private func reloadAlarms(_ topology: Topology, now: Instant) throws {
        keep(now: now)
        guard keepsake.isEmpty else { return }
        alarms = AlarmBook(topology: topology)
        try journal.readHere { _ = try AlarmStore.load(into: alarms, in: $0, at: now) }
        reconcileAlarms(now: now)
    }

    private func loadBooks() throws {
        try journal.readHere { transaction in
            _ = try AlarmStore.load(into: alarms, in: transaction, at: clock.now())
            orders.load(try OrderStore.load(in: transaction))
            orderPhases = Dictionary(uniqueKeysWithValues: orders.current.map { ($0.id, $0.phase) })
        }
    }

    private func replay(after snapshot: UInt64, kept: UInt64) throws {
        var isLive = false
        try intake.replay(after: snapshot) { turn in
            if !isLive, turn.position > kept {
                isLive = true
                reconcileAlarms(now: turn.now)
            }
            judge(turn, isLive: isLive)
            if !isLive {
                // What filled up then is in the journal already.
                staging.discardFull()
            }
            vitals.replayed += UInt64(turn.readings.count)
        }
    }

    /// Every condition is said again, and that no other holds: the alarm book leaves alone what it knows already.
    private func reconcileAlarms(now: Instant) {
        for n in 0..<board.count where board.cells[n].kind != 255 {
            let conditions = board.cells[n].conditions
            if conditions != 0 || !alarms.alarms(of: Asset.Number(n)).isEmpty {
                alarms.change(asset: Asset.Number(n), kind: board.cells[n].kind, before: ~conditions, after: conditions, at: now)
            }
        }
    }

    /// Empty books over the trees of the present inventory.
    func openBooks() {
        let topology = topology()
        alarms = AlarmBook(topology: topology)
        orders = OrderBook(ground: OrderGround(board: board, topology: topology, directory: roster.directory, trades: trades))
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
            try reloadAlarms(topology, now: now)
            directoryChanged(roster.directory)
            version += 1
            publishColumns(now: now)
            log.info("the inventory changed", metadata: ["assets": "\(board.count)", "revision": "\(revision)"])
        } catch {
            vitals.journalTrouble = "\(error)"
        }
    }

    func snapshot(now: Instant) {
        // Only a position that the journal covers may be started from, or what follows from the turns between would be lost.
        guard keepsake.isEmpty, vitals.journalTrouble == nil else { return }
        lastSnapshot = now
        do {
            try commit(now: now)
            var snapshot = Snapshot()
            (snapshot.position, snapshot.now) = (judgedPosition, now)
            (snapshot.board, snapshot.alarms) = (board.pack(), alarms.snapshot())
            snapshot.staging = staging.snapshot()
            try FileManager.default.createDirectory(atPath: settings.snapshotFolder, withIntermediateDirectories: true)
            try snapshot.write(folder: settings.snapshotFolder)
            vitals.lastSnapshot = now
            try intake.release(through: Snapshot.positions(settings.snapshotFolder).first ?? 0)
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
