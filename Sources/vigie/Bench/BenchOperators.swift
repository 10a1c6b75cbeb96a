// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

extension BenchRun {
    /// Operators who look at one part of the map while its lamps change: each has a stream that ticks four times a second.
    func sse() throws {
        let world = try BenchWorld(lamps: 34_000, in: root + "/operators")
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        let field = try BenchField(world, port: server.mqttPort, connections: 400)
        let centre = cell(world, world.lamps / 2)
        let lamps = (0..<world.lamps).filter { cell(world, $0) == centre }.prefix(500)
        var pulse = Pulse(field: field, lamps: Array(lamps))
        var (held, words): (OperatorsHeld?, [String]) = (nil, [])
        for count in operators.sorted() {
            let result = try hold(count, "map/\(centre.x)/\(centre.y)", world, server, &pulse)
            words.append(result.words)
            if result.isWhole || held == nil { held = result }
            if !result.isWhole { break }
        }
        guard let held else { return }
        let note = words.joined(separator: "; ")
        let trouble = held.ticks < 3.5 ? "the map ticked only \(Figure.print(held.ticks)) times a second" : nil
        tell(Figure("sse-operators", Double(held.held), "operators", must: 1_000, aim: 5_000, isRate: true, note: note).void(trouble))
        let each = held.cores * 1000 / Double(held.count)
        tell(
            Figure("sse-cores", each, "cores a 1000 operators", aim: 0.1, note: "the room's whole work while \(held.count) look on").void(
                trouble))
        tell(
            Figure(
                "sse-memory", held.kilobytes, "kB an operator", note: "resident memory of the room with \(held.count) streams and without"
            ).void(trouble))
    }

    private func cell(_ world: BenchWorld, _ lamp: Int) -> (x: Int, y: Int) {
        let place = world.place(ofLamp: lamp)
        let latitude = place.latitude * .pi / 180
        return (Int((place.longitude + 180) / 360 * 4096), Int((1 - asinh(tan(latitude)) / .pi) / 2 * 4096))
    }

    private func hold(_ count: Int, _ topic: String, _ world: BenchWorld, _ server: BenchServer, _ pulse: inout Pulse) throws
        -> OperatorsHeld
    {
        let memory = server.memory.now
        let load = try OperatorLoad(world, port: server.httpPort, topic: topic, event: "glances", count: count)
        let warm = ContinuousClock.now
        while vigie.seconds(since: warm) < 2 {
            try pulse.beat()
            try load.pass(milliseconds: 10)
        }
        load.forget()
        let (before, cpu, began) = (try BenchMetrics(world, server), server.cpuSeconds, ContinuousClock.now)
        let span = max(4 * seconds, 1)
        while vigie.seconds(since: began) < span {
            try pulse.beat()
            try load.pass(milliseconds: 10)
        }
        let elapsed = vigie.seconds(since: began)
        let used = server.cpuSeconds - cpu
        let grown = max(0, server.memory.now - memory)
        let after = try BenchMetrics(world, server)
        let resyncs = Int(try after.sum("vigie_live_resyncs_total") - before.sum("vigie_live_resyncs_total"))
        let sent = Double(try after.sum("vigie_live_delivered_total") - before.sum("vigie_live_delivered_total")) / Double(count)
        // One event may be under way at each end of the span.
        let whole = load.streams.count { $0.isOpen && $0.resyncs == 0 && Double($0.events) >= sent - 2 }
        let bytes = load.streams.reduce(0) { $0 + $1.bytes } / max(1, load.streams.reduce(0) { $0 + $1.events })
        return OperatorsHeld(
            count: count, held: whole, ticks: sent / elapsed, cores: used / elapsed, kilobytes: grown * 1024 / Double(count), bytes: bytes,
            resyncs: resyncs)
    }
}

private struct OperatorsHeld {
    var count: Int
    /// Whose stream stands and heard all.
    var held: Int
    var ticks: Double
    /// Of the room, all that it did.
    var cores: Double
    var kilobytes: Double
    /// Of one event.
    var bytes: Int
    var resyncs: Int

    var isWhole: Bool { held == count && resyncs == 0 }
    var words: String {
        """
        \(held) of \(count) held at \(Figure.print(ticks)) ticks/s of \(bytes) bytes, \(resyncs) resyncs, \(Figure.print(cores)) cores, \
        \(Figure.print(kilobytes)) kB each
        """
    }
}

/// Lamps that change their level in turn, twenty-five twenty times a second.
private struct Pulse {
    let field: BenchField
    let lamps: [Int]
    private var turn = 0
    private var last = ContinuousClock.now

    init(field: BenchField, lamps: [Int]) { (self.field, self.lamps) = (field, lamps) }

    mutating func beat() throws {
        guard vigie.seconds(since: last) >= 0.05 else { return }
        last = .now
        for i in 0..<25 {
            let n = turn * 25 + i
            try field.report(lamp: lamps[n % lamps.count], faults: 0, level: n / lamps.count % 2 == 0 ? 30 : 80)
        }
        turn += 1
    }
}
