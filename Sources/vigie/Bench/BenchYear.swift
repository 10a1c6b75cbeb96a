// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Lighting
import Logging

extension BenchRun {
    /// 'A year of one lamp' as a person's page asks it: over HTTP with a key, one connection, a point a pixel.
    func yearOverHTTP() throws {
        let name = "year-of-lamp-http"
        guard wanted.contains(name) else { return }
        let (world, count) = (try BenchWorld(lamps: 100, in: root + "/year"), 8)
        let until = BenchWorld.clock.now()
        let since = until - .days(365)
        try remember(count, in: world, from: since)
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        let properties = ["power", "energy", "voltage", "temperature"]
        let key = world.keys[0]
        let query = "from=\(since.milliseconds)&to=\(until.milliseconds)&points=2000"
        let first = try rawHTTP(
            port: server.httpPort, path: "/api/assets/\(world.lamp(0))/series?property=power&\(query)", headers: world.bearer)
        let told = first.components(separatedBy: "\"count\":").dropFirst().reduce(0) { $0 + (Int($1.prefix { $0.isNumber }) ?? 0) }
        let load = HTTPLoad(port: server.httpPort, connections: 1, seconds: min(5, seconds)) { _, turn in
            let path = "/api/assets/\(world.lamp(turn % count))/series?property=\(properties[turn / count % 4])&\(query)"
            return Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\n\r\n".utf8)
        }
        let result = load.run()
        let times = Spread(result.times)
        let note = "\(told) readings in the year, \(result.answers) answers of 2 000 points, median \(Figure.print(times.median)) ms"
        let trouble = result.answers == 0 || result.failures > 0 ? "\(result.failures) requests failed" : nil
        // Some readings may lie before the first whole minute or after the last one asked for.
        let short = told < 35_000 ? "the answer holds \(told) readings of 35 040" : nil
        tell(Figure(name, times.percentile(0.99), "ms p99", must: 20, aim: 3, note: note).void(trouble ?? short))
    }

    /// A year of readings of the first lamps, three in an hour less than usual: 35 040 each, straight into the journal.
    private func remember(_ count: Int, in world: BenchWorld, from start: Instant) throws {
        var log = Logger(label: "bench")
        log.logLevel = .error
        let journal = try Journal.open(.file(world.folder + "/vigie.sqlite"), migrations: Schemas.all, log: log)
        let staging = Staging(kinds: [Lamp.kind])
        for lamp in 0..<count {
            var data = LampData(seed: UInt64(lamp), from: start)
            for _ in 0..<35_040 {
                _ = data.next()
                _ = data.next()
                let sample = data.next()
                staging.add(
                    asset: Asset.Number(world.firstLamp + lamp), kindIndex: 0, at: sample.at, mask: sample.mask, values: sample.values)
            }
        }
        try journal.writeHere { try staging.keepAll(in: $0) }
    }
}
