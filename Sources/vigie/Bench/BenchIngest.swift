// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Rehearsal

extension BenchRun {
    /// A city of 34 000 lamps: its start, readings by MQTT and HTTP, memory under load.
    func ingest() throws {
        let world = try BenchWorld(lamps: 34_000, in: root)
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        tell(Figure("start-34000", server.startSeconds, "s", must: 1, aim: 0.3))
        try mqtt("ingest-mqtt", world, server, connections: 400, window: 20, must: 60_000, aim: 250_000)
        try mqtt("ingest-mqtt-single", world, server, connections: 5_000, window: 1, single: true, must: 20_000, aim: 50_000)
        if wanted.contains("ingest-http") { try http(world, server) }
        let memory = server.memory
        tell(Figure("memory-34000", memory.now, "MB", must: 150, aim: 80, note: "most \(Int(memory.peak)) MB"))
    }

    func mqtt(
        _ name: String, _ world: BenchWorld, _ server: BenchServer, connections: Int, window: Int, single: Bool = false, must: Double,
        aim: Double
    ) throws {
        guard wanted.contains(name) else { return }
        let gateways = world.loads(connections: connections, single: single)
        func run(_ port: Int, _ seconds: Double) throws -> MQTTLoad.Result {
            try MQTTLoad(.init(port: port, gateways: gateways, window: window, seconds: seconds), clock: BenchWorld.clock).run()
        }
        let bare = try withEcho { try run($0, min(2, seconds)) }
        let cold = try BenchMetrics(world, server)
        let warm = try run(server.mqttPort, min(1, seconds)).acknowledged
        _ = try BenchTally.settled(world, server, since: cold, expected: warm)
        let before = try BenchMetrics(world, server)
        let cpu = server.cpuSeconds
        let result = try run(server.mqttPort, seconds)
        let used = server.cpuSeconds - cpu
        // An acknowledgement follows the disk, not the judgement: what is still to be judged at the end counts as time.
        let (tally, behind) = try BenchTally.settled(world, server, since: before, expected: result.acknowledged)
        let note = """
            \(gateways.count) connections, p50 \(Figure.print(result.p50)) p99 \(Figure.print(result.p99)) ms to the PUBACK; \(result.acknowledged) acknowledged, \
            \(tally.judged) judged, the last \(Figure.print(behind)) s later, \(tally.refused) refused, \(result.missing) unanswered, \
            \(result.lostConnections) lost connections; \
            \(Figure.print(used / max(0.001, result.seconds))) cores of the room
            """
        let figure = Figure(
            name, Double(result.acknowledged) / max(0.001, result.seconds + behind), "messages/s", baseline: bare.perSecond,
            "bare NIO echo", must: must, aim: aim, isRate: true, note: note)
        tell(figure.void(tally.trouble(acknowledged: result.acknowledged, missing: result.missing)))
    }

    private func http(_ world: BenchWorld, _ server: BenchServer) throws {
        // Twenty pages a connection: 32 000 lamps, each heard once in twenty turns.
        let pages = (0..<16).map { connection in
            (0..<20).map { page in
                ReadingsPage(world, lamps: (0..<100).map { (connection + 16 * (page * 100 + $0)) % world.lamps }, key: world.keys[0])
            }
        }
        let load = HTTPLoad(port: server.httpPort, connections: 16, seconds: seconds) { connection, turn in
            pages[connection][turn % 20].request(at: BenchWorld.clock.now().milliseconds, sequence: turn + 1)
        }
        let before = try BenchMetrics(world, server)
        let result = load.run()
        let (tally, behind) = try BenchTally.settled(world, server, since: before, expected: result.answers * 100)
        let raw = try JournalBench.appendAndSync(bytes: 5_600, count: 300, in: root, { ProcessInfo.processInfo.systemUptime })
        let times = Spread(result.times)
        let note = """
            16 connections, p99 \(Figure.print(times.percentile(0.99))) ms; \(tally.judged) judged, the last \(Figure.print(behind)) s later, \
            \(tally.refused) refused, \(result.failures) failed; \
            the load takes from the same cores
            """
        let figure = Figure(
            "ingest-http", Double(result.answers * 100) / max(0.001, result.elapsed + behind), "readings/s", baseline: raw * 100,
            "raw append and fdatasync of 100", must: 150_000, aim: 1_000_000, isRate: true, note: note)
        tell(figure.void(tally.trouble(acknowledged: result.answers * 100, missing: result.failures)))
    }
}
