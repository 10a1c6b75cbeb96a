// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// One run of the benchmarks: groups of figures that share a world and a server.
struct BenchRun {
    let root: String
    let wanted: Set<String>
    let seconds: Double
    let say: (Figure) -> Void

    static let groups: [(names: [String], run: @Sendable (BenchRun) throws -> Void)] = [
        (["ingest-mqtt", "ingest-mqtt-single", "ingest-http", "start-34000", "memory-34000"], { try $0.ingest() }),
        (["wire-to-eye-1000", "wire-to-eye-5000"], { try $0.wireToEye() }),
        (["storm-seconds", "storm-lines"], { try $0.storm() }),
        (["order-city"], { try $0.orderCity() }),
        (["historian-bytes", "historian-rate", "year-of-lamp"], { try $0.historian() }),
        (["ingest-1m", "memory-1000000", "start-1000000", "tile-z10", "tile-z14"], { try $0.million() }),
    ]
    /// Asked for by the project and not measured by this program yet: each is said, none is guessed.
    static let missing = ["ingest-mqtt-broker", "ingest-11m", "sse-operators", "crash-lost", "map-first"]
    static let usual = groups.flatMap(\.names) + missing.filter { $0 != "ingest-11m" }
    static let known = groups.flatMap(\.names) + missing

    func run() throws {
        for group in BenchRun.groups where !wanted.isDisjoint(with: group.names) {
            do { try group.run(self) } catch {
                for name in group.names where wanted.contains(name) { skip(name, "did not run to its end: \(error)") }
            }
        }
        for name in BenchRun.missing where wanted.contains(name) { skip(name, "not measured by this program yet") }
    }

    func tell(_ figure: Figure) { if wanted.contains(figure.name) { say(figure) } }

    /// A figure without a value, and why.
    func skip(_ name: String, _ why: String) {
        let line = why.replacingOccurrences(of: "\n", with: " ").replacingOccurrences(of: "\"", with: "'").replacingOccurrences(
            of: "\\", with: "/")
        say(Figure(name, .nan, "", note: String(line.prefix(300))))
    }

    /// `bench-echo` as a process of its own on a free port.
    func withEcho<T>(_ body: (Int) throws -> T) throws -> T {
        let port = try freePort()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ownPath())
        process.arguments = ["bench-echo", "--port", "\(port)"]
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        for _ in 0..<500 {
            if let fd = connectLoopback(port) {
                close(fd)
                break
            }
            usleep(10_000)
        }
        return try body(port)
    }
}

/// Counters of the room as /metrics gives them.
struct BenchMetrics {
    private let values: [String: Double]

    init(_ world: BenchWorld, _ server: BenchServer) throws {
        var values: [String: Double] = [:]
        for line in try rawHTTP(port: server.httpPort, path: "/metrics", headers: world.bearer).split(whereSeparator: \.isNewline)
        where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            if parts.count == 2, let value = Double(parts[1]) { values[String(parts[0]), default: 0] += value }
        }
        self.values = values
    }

    func sum(_ prefix: String) -> Double { values.reduce(0) { $1.key.hasPrefix(prefix) ? $0 + $1.value : $0 } }
}
