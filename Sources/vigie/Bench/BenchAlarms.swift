// SPDX-License-Identifier: EUPL-1.2

import Foundation

extension BenchRun {
    /// From the write on a gateway's socket to the lamp's name on an operator's stream, while readings flow at a given rate.
    func wireToEye() throws {
        let world = try BenchWorld(lamps: 34_000, in: root + "/eye")
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        let field = try BenchField(world, port: server.mqttPort, connections: 400)
        var next = 0
        for rate in [1_000, 5_000] where wanted.contains("wire-to-eye-\(rate)") {
            let eye = try BenchEye(world, port: server.httpPort, topic: "alarms")
            usleep(300_000)
            var sent: [ContinuousClock.Instant] = []
            let (began, total) = (ContinuousClock.now, Int(Double(rate) * seconds))
            for i in 0..<total {
                while vigie.seconds(since: began) < Double(i) / Double(rate) { usleep(100) }
                // Ten times a second a lamp has its first leakage (many likes share one line, which is sent again for each);
                // the other messages come from the lamps at the other end.
                if i % (rate / 10) == 0 {
                    sent.append(ContinuousClock.now)
                    try field.report(lamp: next, faults: 16)
                    next += 7
                } else {
                    try field.report(lamp: 15_000 + i % 19_000, faults: 0)
                }
            }
            let elapsed = vigie.seconds(since: began)
            usleep(1_500_000)
            let seen = eye.times()
            eye.end()
            let delays = sent.indices.compactMap { i in
                let next = i + 1 < sent.count ? sent[i + 1] : .now
                return seen.first { $0 >= sent[i] && $0 < next }.map { milliseconds($0 - sent[i]) }
            }
            let spread = Spread(delays)
            let note =
                "\(delays.count) of \(sent.count) alarms seen, median \(Figure.print(spread.median)) ms, at \(Int(Double(total) / elapsed)) messages/s"
            tell(
                Figure(
                    "wire-to-eye-\(rate)", delays.count < sent.count ? .nan : spread.percentile(0.99), "ms p99", must: 250, aim: 40,
                    note: note))
        }
    }

    private func milliseconds(_ d: Duration) -> Double { Double(d.components.seconds) * 1000 + Double(d.components.attoseconds) / 1e15 }

    /// All lamps say with their last breath that they lost their supply, within ten seconds.
    func storm() throws {
        let world = try BenchWorld(lamps: 34_000, in: root + "/storm")
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        let field = try BenchField(world, port: server.mqttPort, connections: 400)
        for lamp in 0..<world.lamps { try field.report(lamp: lamp, faults: 0) }
        sleep(2)
        let began = ContinuousClock.now
        for lamp in 0..<world.lamps {
            if lamp % 100 == 0 { while vigie.seconds(since: began) < 10 * Double(lamp) / Double(world.lamps) { usleep(500) } }
            try field.report(lamp: lamp, faults: 4)
        }
        let last = ContinuousClock.now
        var (lines, members, elapsed) = (0, 0, 0.0)
        repeat {
            let answer = try rawHTTP(port: server.httpPort, path: "/api/alarms", headers: world.bearer)
            elapsed = vigie.seconds(since: last)
            let counts = answer.components(separatedBy: "\"count\":").dropFirst().map { Int($0.prefix { $0.isNumber }) ?? 0 }
            (lines, members) = (counts.count, counts.reduce(0, +))
            if members < world.lamps || lines > 10 { usleep(20_000) }
        } while elapsed < 20 && (members < world.lamps || lines > 10)
        let note = "\(members) of \(world.lamps) losses stand in \(lines) lines"
        tell(Figure("storm-seconds", members < world.lamps ? .nan : elapsed, "s", must: 1, aim: 0.2, note: note))
        tell(Figure("storm-lines", Double(lines), "lines", must: 10, aim: 5, note: note))
    }
}
