// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Counters of the room as /metrics gives them.
struct BenchMetrics {
    private let values: [String: Double]

    enum Trouble: Error, CustomStringConvertible {
        case refused(String)
        case noCounter(String)
        var description: String {
            switch self {
            case .refused(let answer): "/metrics was not answered with 200 but with '\(answer)'"
            case .noCounter(let name): "/metrics has no '\(name)'"
            }
        }
    }

    /// Throws where the answer is any other than 200: a refusal must not read as counters of zero.
    init(_ world: BenchWorld, _ server: BenchServer) throws {
        let answer = try rawHTTP(port: server.httpPort, path: "/metrics", headers: world.bearer)
        guard answer.hasPrefix("HTTP/1.1 200") else {
            throw Trouble.refused(String(answer.prefix { !$0.isNewline }.prefix(80)))
        }
        var values: [String: Double] = [:]
        for line in answer.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            if parts.count == 2, let value = Double(parts[1]) { values[String(parts[0]), default: 0] += value }
        }
        self.values = values
    }

    /// The sum over all labels of one counter.
    func sum(_ name: String) throws -> Double {
        let found = values.filter { $0.key == name || $0.key.hasPrefix(name + "{") }
        guard !found.isEmpty else { throw Trouble.noCounter(name) }
        return found.values.reduce(0, +)
    }
}

/// What the room judged and refused since a moment, read once it has come to rest.
struct BenchTally {
    var judged = 0
    var refused = 0

    /// Waits until `expected` readings are judged, or until two seconds pass without one more.
    /// - Returns: what was counted, and the seconds from the call to the last one judged.
    static func settled(
        _ world: BenchWorld, _ server: BenchServer, since before: BenchMetrics, expected: Int
    ) throws -> (tally: BenchTally, seconds: Double) {
        let began = ContinuousClock.now
        var (tally, moved) = (BenchTally(), 0.0)
        while true {
            let now = try BenchMetrics(world, server)
            let judged = Int(try now.sum("vigie_readings_judged_total") - before.sum("vigie_readings_judged_total"))
            let elapsed = seconds(since: began)
            if judged > tally.judged { moved = elapsed }
            tally = BenchTally(judged: judged, refused: Int(try now.sum("vigie_refusals_total") - before.sum("vigie_refusals_total")))
            if judged >= expected || elapsed - moved > 2 { return (tally, moved) }
            usleep(20_000)
        }
    }

    /// Why a figure of so many acknowledged readings may not be believed, or nil.
    func trouble(acknowledged: Int, missing: Int) -> String? {
        if acknowledged == 0 { return "nothing was acknowledged" }
        if missing > 0 { return "\(missing) messages were not answered" }
        if abs(judged - acknowledged) * 100 > acknowledged { return "\(acknowledged) acknowledged and \(judged) judged" }
        return nil
    }
}
