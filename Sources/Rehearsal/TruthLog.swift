// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

/// What was really wrong, and when: one JSON object a line, so that the room's alarms can be scored against it.
///
/// `{"asset":"L-21231-00042","fault":"dayBurner","from":"2026-11-21T18:04:05Z","to":null}` when it begins, and the same line with a
/// `to` when it ends. Times are those of the wall clock, as the devices' readings bear them.
final class TruthLog {
    private let file: TextFile?
    /// For tests and for the status line: all lines of this run.
    private(set) var standing: [Key: Instant] = [:]
    private(set) var begun = 0

    struct Key: Hashable {
        var asset: String
        var fault: String
    }

    /// Writes to `path`; nil keeps only what stands.
    init(path: String?) throws { file = try path.map { try TextFile($0) } }

    func begin(_ asset: String, _ fault: String, at: Instant) {
        guard standing.updateValue(at, forKey: Key(asset: asset, fault: fault)) == nil else { return }
        begun += 1
        write(asset, fault, from: at, to: nil)
    }

    func end(_ asset: String, _ fault: String, at: Instant) {
        guard let from = standing.removeValue(forKey: Key(asset: asset, fault: fault)) else { return }
        write(asset, fault, from: from, to: at)
    }

    private func write(_ asset: String, _ fault: String, from: Instant, to: Instant?) {
        let end = to.map { "\"\($0.iso8601)\"" } ?? "null"
        try? file?.write("{\"asset\":\"\(asset)\",\"fault\":\"\(fault)\",\"from\":\"\(from.iso8601)\",\"to\":\(end)}\n")
    }

    /// What is written is on disk after this; called once a tick.
    func flush() { try? file?.flush() }
}
