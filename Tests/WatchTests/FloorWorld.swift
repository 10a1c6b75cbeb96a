// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Journal
import Logging
import Synchronization

@testable import Watch

/// A house of six bulbs under a box, with a clock that only the test moves. The journal lives as long as the world, the intake and
/// the snapshots lie in a folder, so a floor can be dropped and opened again.
final class FloorWorld: Sendable {
    let folder = NSTemporaryDirectory() + "vigie-floor-" + UUID().uuidString
    let journal: Journal
    let clock: Mutex<Instant>
    let heard = Mutex<[Announcement]>([])
    let acknowledged = Mutex(0)
    /// Readings that the intake held at each acknowledgement.
    let onDisk = Mutex<[Int]>([])

    static let start = Instant(seconds: 7200 * 240_000)

    let snapshotEvery: Span
    let trade: TestTrade

    /// - Parameter hasNever: bulbs and boxes that were never heard raise an alarm.
    init(
        snapshotEvery: Span = .seconds(20), hasNever: Bool = false, place: Journal.Location = .memory, patience: Span? = nil
    ) throws {
        self.snapshotEvery = snapshotEvery
        trade = TestTrade(hasNever: hasNever)
        clock = Mutex(FloorWorld.start)
        journal = try Journal.open(
            place, migrations: InventorySchema.migrations + PositionSchema.migrations + AlarmSchema.migrations + OrderSchema.migrations,
            patience: patience, log: FloorWorld.log)
        try importAssets((1...6).map { "L-\($0);bulb;5.0\($0);47.3;B-1;" }.joined(separator: "\n") + "\nB-1;box;5.04;47.3;;")
    }

    deinit { removeFolder(folder) }

    static let log: Logger = {
        var log = Logger(label: "test")
        log.logLevel = .critical
        log.handler = SwiftLogNoOpLogHandler()
        return log
    }()

    func importAssets(_ rows: String) throws {
        let text = "id;kind;lon;lat;supply_parent;link_parent\n" + rows + "\n"
        _ = try AssetImport.run(Array(text.utf8), .init(kinds: TestTrade().kinds, file: "floor.csv"), into: journal, at: FloorWorld.start)
    }

    var settings: Floor.Settings { .init(folder: folder, snapshotEvery: snapshotEvery) }

    func open() async throws -> Floor {
        // A floor that was dropped gives its lock back when its thread's last pass is over.
        for _ in 0..<200 {
            do {
                return try await Floor.open(
                    settings: settings, journal: journal, trades: [trade], clock: Clock { [self] in clock.withLock { $0 } },
                    log: FloorWorld.log, outlet: NoOutlet(), announce: { [self] said in heard.withLock { $0.append(said) } })
            } catch IntakeError.file(_, "is in use by another process") { try await Task.sleep(for: .milliseconds(10)) }
        }
        throw IntakeError.file(folder, "stays locked")
    }

    var now: Instant { clock.withLock { $0 } }

    func number(_ id: String) throws -> Asset.Number {
        try journal.readHere { try AssetStore.find(Asset.ID(id)!, in: $0)!.number }
    }

    /// Delivers one reading an asset, takes the turn and lets a second pass.
    func say(_ levels: [String: Int32], to floor: Floor) async throws {
        var delivery = Delivery()
        for (id, level) in levels.sorted(by: { $0.key < $1.key }) {
            delivery.readings.append(asset: try number(id), at: now, sequence: 0, mask: 3, values: [level, level * 10])
        }
        let intake = settings.intakeFolder
        delivery.acknowledge = { [self] in
            acknowledged.withLock { $0 += 1 }
            var count = 0
            try? Intake.read(folder: intake, after: 0) { count += $0.readings.count }
            onDisk.withLock { $0.append(count) }
        }
        _ = floor.inbox.take(delivery)
        await pass(1, floor)
    }

    func pass(_ seconds: Int, _ floor: Floor) async {
        for _ in 0..<seconds {
            clock.withLock { $0 = $0 + .seconds(1) }
            _ = await floor.pass()
        }
    }

    func count(_ table: String) throws -> Int { try journal.readHere { try $0.row("SELECT count(*) FROM \(raw: table)")?.int(0) ?? 0 } }

    func breakJournal(_ table: String = "alarm_event") throws {
        try journal.writeHere {
            _ = try $0.run("CREATE TRIGGER broken BEFORE INSERT ON \(raw: table) BEGIN SELECT RAISE(ABORT, 'no space left'); END")
        }
    }

    func mendJournal() throws { try journal.writeHere { _ = try $0.run("DROP TRIGGER broken") } }

    struct NoOutlet: Outlet {
        func send(_ frames: [OrderFrame]) {}
    }
}

extension Floor {
    var packed: [UInt8] { board.pack() }
    var lines: [AlarmLine] { alarms.lines() }
    var standing: Int { alarms.standing }
}
