// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// One run of the benchmarks: groups of figures that share a world and a server.
struct BenchRun {
    let root: String
    let wanted: Set<String>
    let seconds: Double
    /// kills of `crash-lost`, and how many operators `sse-operators` tries in turn.
    let rounds: Int
    let operators: [Int]
    let say: (Figure) -> Void
    private let told = Told()

    /// The names of the figures that were said: a group that breaks off says the others.
    private final class Told { var names: Set<String> = [] }

    init(root: String, wanted: Set<String>, seconds: Double, rounds: Int, operators: [Int], say: @escaping (Figure) -> Void) {
        (self.root, self.wanted, self.seconds, self.rounds, self.operators, self.say) = (root, wanted, seconds, rounds, operators, say)
    }

    static let groups: [(names: [String], run: @Sendable (BenchRun) throws -> Void)] = [
        (["ingest-mqtt", "ingest-mqtt-single", "ingest-http", "start-34000", "memory-34000"], { try $0.ingest() }),
        (["wire-to-eye-1000", "wire-to-eye-5000"], { try $0.wireToEye() }),
        (["storm-seconds", "storm-lines"], { try $0.storm() }),
        (["order-city"], { try $0.orderCity() }),
        (["ingest-mqtt-broker"], { try $0.broker() }),
        (["sse-operators", "sse-cores", "sse-memory"], { try $0.sse() }),
        (["crash-lost"], { try $0.crash() }),
        (["historian-bytes", "historian-rate", "year-of-lamp", "year-of-lamp-http"], { try $0.historian() }),
        (["map-first"], { try $0.map() }),
        (["address-p99", "address-top5"], { try $0.addresses() }),
        (["duplicates-p99", "duplicates-recall", "duplicates-precision"], { try $0.duplicates() }),
        (["routes-seconds", "routes-gap", "routes-peer"], { try $0.dayOfRounds() }),
        (["ingest-11m", "memory-11m"], { try $0.elevenMillion() }),
        (["report-create-p99", "report-create-rate", "desk-list-p99", "desk-search-p99"], { try $0.reports() }),
        (["offline-merge"], { try $0.terrain() }),
        (["ingest-1m", "memory-1000000", "start-1000000", "tile-z10", "tile-z14", "search-1m"], { try $0.million() }),
    ]
    /// Those that want much time, disk and memory are run by name only.
    static let rare: Set = ["ingest-11m", "memory-11m"]
    static let known = groups.flatMap(\.names)
    static let usual = known.filter { !rare.contains($0) }

    func run() throws {
        for group in BenchRun.groups where !wanted.isDisjoint(with: group.names) {
            do { try group.run(self) } catch {
                for name in group.names where wanted.contains(name) && !told.names.contains(name) {
                    skip(name, "did not run to its end: \(error)")
                }
            }
        }
    }

    func tell(_ figure: Figure) {
        guard wanted.contains(figure.name) else { return }
        told.names.insert(figure.name)
        say(figure)
    }

    /// A figure without a value, and why.
    func skip(_ name: String, _ why: String) {
        tell(Figure(name, .nan, "", note: String(why.replacingOccurrences(of: "\n", with: " ").prefix(300))))
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
