// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import NIOCore

/// What the room owes to one client over its connections (5 §4.1): orders that wait, orders under way, the subscription.
/// Sendable because it is only touched under the lock of `Sessions`.
final class Session: @unchecked Sendable {
    let gateway: Asset.Number
    let clientID: String
    /// Granted QoS of the subscription to the orders topic; nil without one.
    var grantedQoS: UInt8?
    /// The connection that speaks for the session now.
    var wire: WireHandle?
    /// When the session ends, once it has no connection.
    var expiresAt: Instant?
    /// Waiting, oldest first.
    var queue: [OrderFrame] = []
    /// Sent and not acknowledged, oldest first.
    var underWay: [(packetID: UInt16, frame: OrderFrame)] = []
    private var lastPacketID: UInt16 = 0

    init(gateway: Asset.Number, clientID: String) { (self.gateway, self.clientID) = (gateway, clientID) }

    /// The next identifier that is not under way (there are far fewer under way than identifiers).
    func nextPacketID() -> UInt16 {
        repeat { lastPacketID = lastPacketID == .max ? 1 : lastPacketID + 1 } while underWay.contains { $0.packetID == lastPacketID }
        return lastPacketID
    }
}

/// A connection as other threads may hold it: they only hand it back to its loop.
struct WireHandle: @unchecked Sendable, Equatable {
    private let wire: GatewayConnection
    init(_ wire: GatewayConnection) { self.wire = wire }

    func onItsLoop(_ body: @escaping @Sendable (GatewayConnection) -> Void) {
        wire.inbox.loop.execute { body(self.wire) }
    }

    static func == (a: WireHandle, b: WireHandle) -> Bool { a.wire === b.wire }
}
