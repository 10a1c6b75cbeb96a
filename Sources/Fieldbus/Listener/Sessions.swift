// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

/// All sessions of the listener by gateway: who is connected, take-over, what is kept over reconnects. Safe from any thread.
final class Sessions: @unchecked Sendable {
    private struct Gateway {
        var sessions: [Session] = []
    }

    private let lock = NSLock()
    /// Only under the lock; that is why the class may call itself Sendable.
    private var gateways: [UInt32: Gateway] = [:]
    private let maximumPerGateway: Int
    private let maximumQueued: Int
    private let statistics: FieldStatistics

    init(maximumPerGateway: Int, maximumQueued: Int, statistics: FieldStatistics) {
        (self.maximumPerGateway, self.maximumQueued, self.statistics) = (maximumPerGateway, maximumQueued, statistics)
    }

    struct Opened: Sendable {
        var isPresent: Bool
        /// The connection that this one takes over; it must be told and closed [MQTT-3.1.4-3].
        var takenOver: WireHandle?
        /// The gateway had no connection before.
        var isFirst: Bool
    }

    /// A client was let in. Nil where the gateway has too many live connections already.
    func open(_ wire: GatewayConnection, gateway: Asset.Number, clientID: String, cleanStart: Bool) -> Opened? {
        let handle = WireHandle(wire)
        return lock.withLock {
            var sessions = gateways[gateway.value, default: Gateway()].sessions
            let isFirst = !sessions.contains { $0.wire != nil }
            let old = sessions.firstIndex { $0.clientID == clientID }
            let takenOver = old.flatMap { sessions[$0].wire }
            var isPresent = false
            if let old, !cleanStart {
                sessions[old].wire = handle
                sessions[old].expiresAt = nil
                isPresent = true
            } else {
                if let old { sessions.remove(at: old) }
                if sessions.count >= maximumPerGateway {
                    guard let idle = sessions.firstIndex(where: { $0.wire == nil }) else { return nil }
                    sessions.remove(at: idle)
                }
                let session = Session(gateway: gateway, clientID: clientID)
                session.wire = handle
                sessions.append(session)
            }
            gateways[gateway.value] = Gateway(sessions: sessions)
            return Opened(isPresent: isPresent, takenOver: takenOver, isFirst: isFirst)
        }
    }

    /// The connection ended; its session stays until `expiresAt`, or goes at once where that is nil.
    /// - Returns: true where the gateway has no connection any more.
    func close(_ wire: GatewayConnection, gateway: Asset.Number, clientID: String, expiresAt: Instant?) -> Bool {
        let handle = WireHandle(wire)
        return lock.withLock {
            guard var sessions = gateways[gateway.value]?.sessions,
                let index = sessions.firstIndex(where: { $0.clientID == clientID && $0.wire == handle })
            else { return false }
            sessions[index].wire = nil
            sessions[index].expiresAt = expiresAt
            if expiresAt == nil { sessions.remove(at: index) }
            gateways[gateway.value] = sessions.isEmpty ? nil : Gateway(sessions: sessions)
            return !sessions.contains { $0.wire != nil }
        }
    }

    /// The open connections of a gateway.
    func wires(of gateway: Asset.Number) -> [WireHandle] {
        lock.withLock { (gateways[gateway.value]?.sessions ?? []).compactMap(\.wire) }
    }

    /// Forgets sessions whose time is over.
    func expire(at now: Instant) {
        lock.withLock {
            for (number, gateway) in gateways where gateway.sessions.contains(where: { ($0.expiresAt ?? .distantFuture) <= now }) {
                let left = gateway.sessions.filter { ($0.expiresAt ?? .distantFuture) > now }
                gateways[number] = left.isEmpty ? nil : Gateway(sessions: left)
            }
        }
    }

    /// Runs `body` on the session that this connection speaks for.
    func with<T>(_ wire: GatewayConnection, gateway: Asset.Number, _ body: (Session) -> T) -> T? {
        let handle = WireHandle(wire)
        return lock.withLock {
            for session in gateways[gateway.value]?.sessions ?? [] where session.wire == handle { return body(session) }
            return nil
        }
    }

    /// Takes back all that waits for a gateway, sent and not acknowledged included.
    func withdraw(_ gateway: Asset.Number) {
        lock.withLock {
            for session in gateways[gateway.value]?.sessions ?? [] { (session.queue, session.underWay) = ([], []) }
        }
    }

    /// Puts orders into the sessions that are subscribed. Those of a gateway without one, or with a full one, are dropped and counted.
    /// - Returns: the connections that have something to send now.
    func enqueue(_ frames: [OrderFrame]) -> [WireHandle] {
        var dropped = 0
        let wires = lock.withLock {
            var wires: [WireHandle] = []
            for frame in frames {
                var isTaken = false
                for session in gateways[frame.gateway.value]?.sessions ?? [] where session.grantedQoS != nil {
                    guard session.queue.count + session.underWay.count < maximumQueued else { continue }
                    session.queue.append(frame)
                    isTaken = true
                    if session.queue.count == 1, let wire = session.wire { wires.append(wire) }
                }
                if !isTaken { dropped += 1 }
            }
            return wires
        }
        if dropped > 0 { statistics.ordersDropped.add(dropped) }
        return wires
    }
}
