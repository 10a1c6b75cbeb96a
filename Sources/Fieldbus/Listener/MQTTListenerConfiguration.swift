// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How the listener listens, whom it lets in, and where its limits are.
package struct MQTTListenerConfiguration: Sendable {
    package var endpoints: [Endpoint]
    /// Threads that read and write; each owns its connections.
    package var loops = 1
    /// Waiting connections that the kernel holds: a mass reconnect must not be turned away (limited by net.core.somaxconn).
    package var backlog: Int32 = 4096
    package var maximumConnections = 20_000
    /// Bytes; a longer packet ends the connection.
    package var maximumPacketSize = 262_144
    /// Unacknowledged QoS 1 messages per connection: announced to MQTT 5 clients; a 3.1.1 client is read no further.
    package var receiveMaximum: UInt16 = 1_000
    /// Messages per second and connection, or nil. Above it the connection is read more slowly; nothing is lost.
    package var maximumRate: Double?
    /// Topic aliases that an MQTT 5 client may use.
    package var topicAliasMaximum: UInt16 = 16
    /// From the TCP connection (TLS included) to a complete CONNECT.
    package var connectTimeout: Span = .seconds(20)
    /// Longest keep-alive that an MQTT 5 client is given, in seconds; 0 leaves it to the client.
    package var maximumKeepAlive: UInt16 = 300
    /// How long a session outlives its connection at most.
    package var maximumSessionExpiry: Span = .days(1)
    package var maximumSessionsPerGateway = 4
    /// Orders that wait or are under way in one session; more are dropped and counted, and the order book sends again.
    package var maximumQueuedOrders = 1_000
    /// Orders under way at once in one session.
    package var ordersInFlight: UInt16 = 20
    /// Gateways without certificate and password: the client identifier is the gateway's asset identity.
    package var acceptsAnonymous = false
    /// Checks user name and password off the event loop; nil takes none. The user name is the gateway's asset identity.
    package var checkPassword: (@Sendable (_ user: String, _ password: [UInt8]) async -> Bool)?
    /// How many such checks run at once; a memory-hard hash costs tens of milliseconds and of megabytes.
    package var maximumPasswordChecks = 2
    /// For how long a password that was found right is known again without the hash, unless `MQTTListener.forgetPassword` is told.
    package var passwordMemory: Span = .hours(1)

    package init(endpoints: [Endpoint]) { self.endpoints = endpoints }

    package struct Endpoint: Sendable {
        package var host: String
        /// 0 lets the system choose.
        package var port: Int
        package var tls: TLS?
        package init(host: String = "127.0.0.1", port: Int, tls: TLS? = nil) { (self.host, self.port, self.tls) = (host, port, tls) }
    }

    /// PEM files. Where `clientRoots` is given, clients must show a certificate that one of these roots signed, unless `isClientOptional`;
    /// a DNS name, URI or common name of it is the gateway's asset identity.
    package struct TLS: Sendable {
        package var certificateChain: String
        package var privateKey: String
        package var clientRoots: String?
        package var isClientOptional: Bool
        package init(certificateChain: String, privateKey: String, clientRoots: String? = nil, isClientOptional: Bool = false) {
            (self.certificateChain, self.privateKey) = (certificateChain, privateKey)
            (self.clientRoots, self.isClientOptional) = (clientRoots, isClientOptional)
        }
    }
}
