// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation

/// `vigie bench`: what this machine does, each figure beside a baseline of the same run. Use a release build.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures Vigie on this machine, each figure beside a baseline of the same run.",
        discussion: "All figures where none is named, except those that want much time or memory (ingest-11m): they are run by name only.")

    @Argument(help: "Figures by name; all where none is given.") var names: [String] = []
    @Flag(help: "One JSON object a figure and line.") var json = false
    @Option(help: "Where the worlds are made; the disk whose speed counts.") var folder = NSTemporaryDirectory()
    @Option(help: "Seconds that each rate is measured.") var seconds = 5.0
    @Option(help: "How often crash-lost kills the room.") var rounds = 200
    @Option(parsing: .upToNextOption, help: "How many operators sse-operators tries, one number after the other.") var operators = [
        1_000, 5_000,
    ]

    func validate() throws {
        for name in names where !BenchRun.known.contains(name) {
            throw ValidationError("no figure '\(name)'; there are: \(BenchRun.known.joined(separator: ", "))")
        }
        guard (1...100_000).contains(rounds) else { throw ValidationError("--rounds \(rounds): give a number from 1 to 100000") }
        guard !operators.isEmpty, operators.allSatisfy({ (1...20_000).contains($0) }) else {
            throw ValidationError("--operators: give numbers from 1 to 20000")
        }
        guard (0.5...600).contains(seconds) else { throw ValidationError("--seconds \(seconds): give seconds from 0.5 to 600") }
    }

    func run() throws {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let root = "\(folder)/vigie-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let wanted = names.isEmpty ? Set(BenchRun.usual) : Set(names)
        let json = json
        #if DEBUG
        FileHandle.standardError.write(Data("this is a debug build: its figures say nothing\n".utf8))
        #endif
        try BenchRun(root: root, wanted: wanted, seconds: seconds, rounds: rounds, operators: operators) { figure in
            print(json ? figure.json : figure.line)
            fflush(nil)
        }.run()
    }
}
