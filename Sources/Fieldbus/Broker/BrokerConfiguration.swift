// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A broker that the city already has, and how we speak with it.
package struct BrokerConfiguration: Sendable {
    package var host: String
    package var port: Int
    package var version = MQTTVersion.v5
    /// Stays the same for ever: the broker keeps our session under it. With several rooms on one broker each has its own.
    package var clientID: String
    package var user: String?
    package var password: String?
    package var tls: TLS?
    /// Shares the subscription with the other rooms of this group (5 §4.8.2; some 3.1.1 brokers know it too); nil takes all messages.
    package var sharedGroup: String?
    /// What to subscribe to: filters of topics (5 §4.7); nothing but the topics of docs/protocols.md is taken from what they bring.
    package var topics = Topics.upward
    package var keepAlive: UInt16 = 30
    /// Unacknowledged messages that the broker may have under way to us.
    package var receiveMaximum: UInt16 = 1_000
    package var maximumPacketSize = 1_048_576
    /// For how long the broker keeps our session while we are away.
    package var sessionExpiry: Span = .days(7)
    /// First and longest pause between attempts to connect; it doubles, and each is spread by half.
    package var shortestPause: Span = .milliseconds(500)
    package var longestPause: Span = .seconds(60)
    package var maximumQueuedOrders = 10_000
    package var ordersInFlight: UInt16 = 100

    package init(host: String, port: Int, clientID: String) { (self.host, self.port, self.clientID) = (host, port, clientID) }

    package struct TLS: Sendable {
        /// PEM; nil trusts the system's roots.
        package var roots: String?
        /// PEM of our own certificate and key, where the broker wants them.
        package var certificateChain: String?
        package var privateKey: String?
        package init(roots: String? = nil, certificateChain: String? = nil, privateKey: String? = nil) {
            (self.roots, self.certificateChain, self.privateKey) = (roots, certificateChain, privateKey)
        }
    }
}
