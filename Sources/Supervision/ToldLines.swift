// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Synchronization
import Watch

/// What each part of the alarms' topic was last told of each line: what changed elsewhere only is no news there, and does not show that
/// something happens elsewhere.
final class ToldLines: Sendable {
    /// By topic; a line that left the part's communes and stands elsewhere is nil.
    private let told = Mutex<[String: [AlarmTarget: AlarmLine?]]>([:])

    /// Forgets the parts that nobody hears any more.
    func keep(_ topics: [String]) {
        told.withLock { told in
            guard told.count > topics.count || !told.keys.allSatisfy(topics.contains) else { return }
            told = told.filter { topics.contains($0.key) }
        }
    }

    /// Those of these lines that are news on the topic.
    /// - Parameter lines: as the part sees them (`Sight.news`), and whether the line is over everywhere.
    func news(on topic: String, _ lines: [(line: AlarmLine, isOver: Bool)]) -> [AlarmLine] {
        told.withLock { told in
            lines.filter { line, isOver in
                if isOver {
                    if let last = told[topic]?.removeValue(forKey: line.target), last == nil { return false }
                    return true
                }
                var bare = line
                bare.changed = .distantPast
                let now: AlarmLine? = line.isGone ? nil : bare
                if let last = told[topic]?[line.target], last == now { return false }
                told[topic, default: [:]].updateValue(now, forKey: line.target)
                return true
            }.map(\.line)
        }
    }
}
