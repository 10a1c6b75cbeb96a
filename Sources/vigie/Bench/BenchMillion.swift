// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Lighting
import Rehearsal

extension BenchRun {
    /// A million lamps: start, readings, memory, tiles.
    func million() throws {
        let world = try BenchWorld(lamps: 1_000_000, named: wanted.contains("search-1m"), in: root)
        defer { try? FileManager.default.removeItem(atPath: world.folder) }
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        tell(Figure("start-1000000", server.startSeconds, "s", must: 15, aim: 3))
        try search(world, server)
        guard wanted.contains(where: { ["ingest-1m", "memory-1000000", "tile-z10", "tile-z14"].contains($0) }) else { return }
        // Each lamp once, so that memory is that of a city of which all is known.
        let first = try MQTTLoad(
            .init(
                port: server.mqttPort, gateways: world.loads(connections: 400), window: 20, seconds: min(60, seconds * 12),
                messages: world.lamps),
            clock: BenchWorld.clock
        ).run().acknowledged
        try mqtt("ingest-1m", world, server, connections: 400, window: 20, must: 40_000, aim: 200_000)
        let memory = server.memory
        tell(
            Figure(
                "memory-1000000", memory.now, "MB", must: 1_000, aim: 400,
                note: "most \(Int(memory.peak)) MB; \(first) of a million lamps had a reading before the load"))
        for zoom in [10, 14] where wanted.contains("tile-z\(zoom)") { tile(zoom, world, server) }
    }

    private func tile(_ zoom: Int, _ world: BenchWorld, _ server: BenchServer) {
        let place = world.place(ofLamp: world.lamps / 2)
        let cells = Double(1 << zoom)
        let latitude = place.latitude * .pi / 180
        let (x, y) = (Int((place.longitude + 180) / 360 * cells), Int((1 - asinh(tan(latitude)) / .pi) / 2 * cells))
        let key = world.keys[0]
        let load = HTTPLoad(port: server.httpPort, connections: 1, seconds: min(3, seconds)) { _, turn in
            let (dx, dy) = (zoom > 12 ? turn % 5 - 2 : 0, zoom > 12 ? turn / 5 % 5 - 2 : 0)
            return Array(
                "GET /tiles/live/\(zoom)/\(x + dx)/\(y + dy).mvt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\n\r\n".utf8)
        }
        let result = load.run()
        let times = Spread(result.times)
        let note = "\(result.answers) tiles, \(result.failures) failed, median \(Figure.print(times.median)) ms"
        let trouble = result.answers == 0 || result.failures > 0 ? "\(result.failures) requests were not answered with a tile" : nil
        tell(Figure("tile-z\(zoom)", times.percentile(0.99), "ms p99", must: 30, aim: 3, note: note).void(trouble))
    }

    /// The historian alone, against rows in SQLite.
    func historian() throws {
        let stopwatch: JournalBench.Stopwatch = { ProcessInfo.processInfo.systemUptime }
        let folder = root + "/historian"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let isCompared = wanted.contains("historian-rate") || wanted.contains("historian-bytes")
        let peer = isCompared ? try victoriaMetrics(lamps: 500, readings: 800) : nil
        let absent = "victoria-metrics is not installed"
        for figure in try JournalBench.historian(lamps: 500, readings: 800, lamp: Lamp.kind, in: folder, stopwatch) {
            switch figure.name {
            case "historian-bytes":
                let note = "six properties, times jittered by up to 2 s; " + (peer == nil ? absent : "both after a clean end")
                tell(
                    Figure(
                        figure.name, figure.value, figure.unit, baseline: peer?.bytesASample, "VictoriaMetrics", must: 4, aim: 2, note: note
                    ))
            case "historian-rate":
                let against = peer.map {
                    "\(Figure.print(figure.value / $0.rate)) × VictoriaMetrics (\(Figure.print($0.rate)) samples/s of the same, through its import interface)"
                }
                let note = "must: 5 times the rows; aim: VictoriaMetrics; \(against ?? absent)"
                tell(
                    Figure(
                        figure.name, figure.value, figure.unit, baseline: figure.baseline, "SQLite rows",
                        must: figure.baseline.map { $0 * 5 }, aim: peer?.rate, isRate: true, note: note))
            default: break
            }
        }
        try yearOverHTTP()
        guard wanted.contains("year-of-lamp") else { return }
        let times = Spread(try JournalBench.yearOfLamp(lamp: Lamp.kind, repetitions: 200, in: folder, stopwatch))
        let note = "35 040 readings, in the process, median \(Figure.print(times.median)) ms; every other question at 10 000 points"
        tell(Figure("year-of-lamp", times.percentile(0.99), "ms p99", must: 20, aim: 3, note: note))
    }
}
