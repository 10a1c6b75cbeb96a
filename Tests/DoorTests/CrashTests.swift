// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Journal
import Lighting
import Logging
import Testing
import Watch

@testable import vigie

private let trades: [any Trade] = [StreetLighting()]

/// Whatever kills the process, and whenever: what a device was told is kept, is kept, and once.
@Suite(.serialized) struct CrashTests {
    private let folder = NSTemporaryDirectory() + "vigie-crash-" + UUID().uuidString
    private let lamps = 5

    private func journal() throws -> Journal {
        var log = Logger(label: "test")
        log.logLevel = .critical
        return try Journal.open(.file(folder + "/vigie.sqlite"), migrations: Schemas.all, log: log)
    }

    private func furnish() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = "id;kind;lon;lat;supply_parent;link_parent\nG-1;gateway;5.04;47.32;;\n"
        for lamp in 0..<lamps { text += "L-\(lamp);lamp;5.0\(lamp + 1);47.3;;G-1\n" }
        _ = try AssetImport.run(
            Array(text.utf8), .init(kinds: trades.flatMap(\.kinds), file: "crash.csv"), into: journal(), at: Composition.liveClock.now())
    }

    /// Message `n` is of lamp n mod 5; every fortieth of a lamp tells of a fault, which raises and returns an alarm.
    private func payload(_ n: Int, _ base: Int64) -> String {
        #"{"id":"L-\#(n % lamps)","t":\#(base + Int64(n)),"seq":\#(n + 1),"level":0,"power":0,"faults":\#(n / lamps % 40 == 39 ? 8 : 0)}"#
    }

    @Test func killedAtAnyInstantNothingAcknowledgedIsMissingAndNothingIsJudgedTwice() throws {
        guard ServedHouse.executable != nil else {
            print("skipped: the executable 'vigie' was not built beside the tests")
            return
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try furnish()
        let base = Composition.liveClock.now().milliseconds - 120_000
        let port = try ServedHouse.freePort()
        var (next, oldest, acknowledged) = (0, 0, Set<Int>())
        for round in 0...10 {
            let house = try ServedHouse(folder: folder, port: port)
            defer { if house.process.isRunning { house.kill() } }
            let gateway = try PlainGateway(port: port, id: "G-1")
            // What was not acknowledged is sent again, as a device does; then more, twenty in flight.
            for n in oldest..<next where !acknowledged.contains(n) {
                gateway.publish(n + 1, topic: "vigie/1/G-1/readings", payload(n, base))
            }
            let end = Date(timeIntervalSinceNow: Double.random(in: 0.05...0.35))
            while round < 10 ? Date() < end : oldest < next {
                while round < 10, next - oldest < 20 {
                    gateway.publish(next + 1, topic: "vigie/1/G-1/readings", payload(next, base))
                    next += 1
                }
                for packet in gateway.acknowledged() { acknowledged.insert(packet - 1) }
                while acknowledged.contains(oldest) { oldest += 1 }
                if round == 10, Date() > end.addingTimeInterval(10) { break }
            }
            if round < 10 { house.kill() } else { house.end() }
        }
        #expect(acknowledged.count == next && next > 100)
        try compare(sent: next, base)
    }

    private func compare(sent: Int, _ base: Int64) throws {
        let journal = try journal()
        let settings = Floor.Settings(folder: folder)
        let replay = try Replay(
            journal: journal, settings: settings, trades: trades, through: journal.readHere { try PositionStore.get(in: $0) })
        try replay.run()
        var times: [Int64: Int] = [:]
        try journal.readHere { transaction in
            for lamp in 0..<lamps {
                guard let asset = try AssetStore.find(Asset.ID("L-\(lamp)")!, in: transaction) else { continue }
                let kind = trades.flatMap(\.kinds).first { $0.name == asset.kind }!
                try HistoryExport.each(
                    .ndjson, asset: asset.number, id: asset.id, kind: kind, from: .distantPast, to: .distantFuture,
                    staged: replay.staging.staged(asset: asset.number), in: transaction
                ) { text in
                    for line in text.split(separator: "\n") {
                        let time = line.split(separator: "\"")[7]
                        let at = try Date(String(time), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
                        times[Int64((at.timeIntervalSince1970 * 1000).rounded()) - base, default: 0] += 1
                    }
                }
            }
            // Between two raisings of one alarm lies a return.
            let doubled = try transaction.row(
                """
                SELECT count(*) FROM (SELECT event, lag(event) OVER (PARTITION BY alarm ORDER BY number) AS former
                FROM alarm_event WHERE event IN (1, 2) AND alarm IS NOT NULL) AS e WHERE event = 1 AND former = 1
                """)
            #expect(doubled?.integer(0) == 0)
        }
        #expect((0..<sent).filter { times[Int64($0)] != 1 } == [])
        #expect(times.count == sent)
        // Delays go on over a kill, so what is judged again is what was kept.
        #expect(try HouseCheck.findings(journal: journal, settings: settings, trades: trades) == [])
    }
}
