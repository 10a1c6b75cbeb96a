// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Synchronization

/// What the wire has seen since start: for metrics and the health page. Safe from any thread.
package final class FieldStatistics: Sendable {
    let connections = Atomic<Int>(0)
    let accepted = Atomic<Int>(0)
    let turnedAway = Atomic<Int>(0)
    let messages = Atomic<Int>(0)
    let bytes = Atomic<Int>(0)
    let deliveries = Atomic<Int>(0)
    let acknowledged = Atomic<Int>(0)
    let held = Atomic<Int>(0)
    let throttled = Atomic<Int>(0)
    let faults = Atomic<Int>(0)
    let ordersSent = Atomic<Int>(0)
    let ordersAcknowledged = Atomic<Int>(0)
    let ordersDropped = Atomic<Int>(0)
    private let recent = Mutex<[Incident]>([])

    package init() {}

    /// One refused or broken connection.
    package struct Incident: Sendable, Hashable {
        package var at: Instant
        /// Address, and the client identifier where it was told.
        package var peer: String
        package var what: String
    }

    package struct Snapshot: Sendable, Hashable {
        /// Open now.
        package var connections: Int
        /// Since start: TCP connections taken; of these turned away at CONNECT or by the limit.
        package var accepted: Int
        package var turnedAway: Int
        package var messages: Int
        package var bytes: Int
        package var deliveries: Int
        package var acknowledged: Int
        /// Times that the floor was full and reading stopped.
        package var held: Int
        /// Times that a connection was read more slowly for its rate.
        package var throttled: Int
        /// Connections ended because the peer broke the protocol or a limit.
        package var faults: Int
        package var ordersSent: Int
        package var ordersAcknowledged: Int
        package var ordersDropped: Int
    }

    package var now: Snapshot {
        func read(_ counter: borrowing Atomic<Int>) -> Int { counter.load(ordering: .relaxed) }
        return Snapshot(
            connections: read(connections), accepted: read(accepted), turnedAway: read(turnedAway), messages: read(messages),
            bytes: read(bytes), deliveries: read(deliveries), acknowledged: read(acknowledged), held: read(held),
            throttled: read(throttled), faults: read(faults), ordersSent: read(ordersSent),
            ordersAcknowledged: read(ordersAcknowledged), ordersDropped: read(ordersDropped))
    }

    /// The last 100, the newest last.
    package var recentIncidents: [Incident] { recent.withLock { $0 } }

    func note(_ incident: Incident) {
        recent.withLock { list in
            if list.count >= 100 { list.removeFirst(list.count - 99) }
            list.append(incident)
        }
    }
}

extension Atomic<Int> {
    func add(_ n: Int = 1) { wrappingAdd(n, ordering: .relaxed) }
}
