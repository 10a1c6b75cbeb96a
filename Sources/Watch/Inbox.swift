// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Synchronization

/// Where the field's deliveries wait for the next turn. Bounded by readings: when it is full the field is told so, stops
/// reading its sockets, and TCP holds the gateways back; nothing that was acknowledged is dropped.
package final class Inbox: Inlet {
    private struct State {
        var waiting: [Delivery] = []
        var readings = 0
        var refusedFull = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let ring: @Sendable () -> Void

    package init(limit: Int, ring: @escaping @Sendable () -> Void) {
        (self.limit, self.ring) = (limit, ring)
    }

    package func take(_ delivery: Delivery) -> Bool {
        let (taken, first) = state.withLock { state -> (Bool, Bool) in
            guard state.readings < limit else {
                state.refusedFull += 1
                return (false, false)
            }
            state.readings += delivery.readings.count
            state.waiting.append(delivery)
            return (true, state.waiting.count == 1)
        }
        if first { ring() }
        return taken
    }

    package func drain() -> [Delivery] {
        state.withLock { state in
            let all = state.waiting
            state.waiting = []
            state.readings = 0
            return all
        }
    }

    /// Readings that wait, and how often the field was told to hold back.
    package var depth: (readings: Int, refusedFull: Int) { state.withLock { ($0.readings, $0.refusedFull) } }
}
