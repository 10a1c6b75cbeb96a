// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Rehearsal

extension BenchRun {
    /// Eleven million lamps (the street lighting of a whole country) at QoS 0: rate, memory, start.
    func elevenMillion() throws {
        let lamps = 11_000_000
        let (disk, memory) = (freeDisk(root), availableMemory())
        guard disk > 12e9, memory > 9e9 else {
            return skip(
                "ingest-11m",
                "needs 12 GB of disk under --folder and 9 GB of memory; there are \(Int(disk / 1e9)) and \(Int(memory / 1e9)) GB")
        }
        let making = ContinuousClock.now
        let world = try BenchWorld(lamps: lamps, in: root)
        defer { try? FileManager.default.removeItem(atPath: world.folder) }
        let made = vigie.seconds(since: making)
        let server = try BenchServer(folder: world.folder, patience: 600)
        defer { server.stop() }
        try flood("ingest-11m", world, server, made: made)
        let memoryUsed = server.memory
        tell(
            Figure(
                "memory-11m", memoryUsed.now, "MB", must: 8_192, aim: 5_120,
                note: "most \(Int(memoryUsed.peak)) MB; \(Figure.print(server.startSeconds)) s to ready"))
    }

    /// QoS 0 from 400 connections, each lamp in turn: readings judged a second, from the first byte to the last judgement.
    private func flood(_ name: String, _ world: BenchWorld, _ server: BenchServer, made: Double) throws {
        let gateways = world.loads(connections: 400)
        func run(_ port: Int, _ seconds: Double, _ messages: Int) throws -> MQTTLoad.Result {
            try MQTTLoad(
                .init(port: port, gateways: gateways, window: 50, seconds: seconds, messages: messages, qos: 0), clock: BenchWorld.clock
            ).run()
        }
        let bare = try withEcho { try run($0, min(2, seconds), .max) }
        // Each lamp once first, so that memory is that of a city of which all is known; two minutes at most.
        let cold = try BenchMetrics(world, server)
        let first = try run(server.mqttPort, min(120, seconds * 24), world.lamps).sent
        _ = try BenchTally.settled(world, server, since: cold, expected: first)
        let (before, began) = (try BenchMetrics(world, server), ContinuousClock.now)
        let result = try run(server.mqttPort, seconds, .max)
        let sending = vigie.seconds(since: began)
        let (tally, behind) = try BenchTally.settled(world, server, since: before, expected: result.sent)
        let note = """
            \(gateways.count) connections, QoS 0; \(first) of \(world.lamps) lamps had a reading before; \(result.sent) sent, \(tally.judged) judged, the last \
            \(Figure.print(behind)) s later, \(tally.refused) refused, \(result.lostConnections) lost connections; the world was made in \
            \(Int(made)) s
            """
        let figure = Figure(
            name, Double(tally.judged) / (sending + behind), "messages/s", baseline: Double(bare.sent) / max(0.001, bare.seconds),
            "bare NIO reader",
            must: 40_000, aim: 300_000, isRate: true, note: note)
        tell(figure.void(tally.trouble(acknowledged: result.sent, missing: 0)))
    }

    /// Bytes.
    private func freeDisk(_ folder: String) -> Double {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (attributes?[.systemFreeSize] as? NSNumber)?.doubleValue ?? 0
    }

    private func availableMemory() -> Double {
        let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") } ?? ""
        return (Double(line.filter(\.isNumber)) ?? 0) * 1024
    }
}
