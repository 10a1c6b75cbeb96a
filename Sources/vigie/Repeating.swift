// SPDX-License-Identifier: EUPL-1.2

import Logging
import ServiceLifecycle
import Synchronization

/// Does something at once, and again after each pause, until the house closes.
func untilClosed(every pause: Duration, _ act: @escaping @Sendable () async -> Void) async {
    try? await cancelWhenGracefulShutdown {
        while true {
            await act()
            try await Task.sleep(for: pause)
        }
    }
}

/// Something that a desk does again and again.
struct KeepingRound: Sendable {
    var pause: Duration
    /// What waits where it fails; the next round tries again.
    var failing: Logger.Message
    var act: @Sendable () async throws -> Void

    init(every pause: Duration, failing: Logger.Message, _ act: @escaping @Sendable () async throws -> Void) {
        (self.pause, self.failing, self.act) = (pause, failing, act)
    }
}

/// Runs rounds beside each other until the house closes: none waits for another, and none ends by a fault.
func untilClosed(_ rounds: [KeepingRound], log: Logger) async {
    await withTaskGroup(of: Void.self) { group in
        for round in rounds {
            group.addTask {
                await untilClosed(every: round.pause) {
                    do { try await round.act() } catch { log.warning(round.failing, metadata: ["error": "\(error)"]) }
                }
            }
        }
    }
}

/// Faults by what they are of, so that each is said once and not at every round.
final class ToldFaults: Sendable {
    private let last = Mutex<[String: String]>([:])

    /// - Parameter fault: nil where it works.
    /// - Returns: whether that is another than was said last.
    func isNews(_ what: String, _ fault: String?) -> Bool {
        last.withLock { last in
            defer { last[what] = fault }
            return last[what] != fault
        }
    }

    /// - Parameter faults: all that there are now.
    /// - Returns: those that were not said last.
    func news(_ faults: [String: String]) -> [String: String] {
        last.withLock { last in
            defer { last = faults }
            return faults.filter { last[$0.key] != $0.value }
        }
    }
}
