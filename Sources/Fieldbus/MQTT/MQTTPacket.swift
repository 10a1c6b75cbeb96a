// SPDX-License-Identifier: EUPL-1.2

/// Every control packet but PUBLISH, which stays a view (`MQTTPublish`).
package enum MQTTPacket: Sendable, Hashable {
    case connect(MQTTConnect)
    case connectAck(MQTTConnectAck)
    /// PUBACK, PUBREC, PUBREL, PUBCOMP.
    case acknowledgement(MQTTPacketType, packetID: UInt16, MQTTReason)
    case subscribe(packetID: UInt16, [MQTTSubscription], hasIdentifier: Bool)
    case subscribeAck(packetID: UInt16, [MQTTReason])
    case unsubscribe(packetID: UInt16, [String])
    case unsubscribeAck(packetID: UInt16, [MQTTReason])
    case pingRequest
    case pingResponse
    case disconnect(MQTTReason, sessionExpiry: UInt32?)
    case auth(MQTTReason)
}

/// CONNECT, 3.1.1 §3.1, 5 §3.1.
package struct MQTTConnect: Sendable, Hashable {
    package var version: MQTTVersion
    package var clientID: String
    /// 'Clean session' in 3.1.1.
    package var cleanStart = true
    /// Seconds; 0 for none.
    package var keepAlive: UInt16 = 0
    package var user: String?
    package var password: [UInt8]?
    package var will: Will?
    /// Seconds that the session outlives the connection; 3.1.1 knows only 0 (clean) and for ever.
    package var sessionExpiry: UInt32 = 0
    package var receiveMaximum: UInt16 = 65_535
    package var topicAliasMaximum: UInt16 = 0
    /// Nil for no limit.
    package var maximumPacketSize: UInt32?
    package var wantsProblemInformation = true
    package var hasAuthenticationMethod = false

    package struct Will: Sendable, Hashable {
        package var topic: String
        package var payload: [UInt8]
        package var qos: UInt8
        package var isRetained: Bool
        package init(topic: String, payload: [UInt8], qos: UInt8 = 1, isRetained: Bool = false) {
            (self.topic, self.payload, self.qos, self.isRetained) = (topic, payload, qos, isRetained)
        }
    }

    package init(version: MQTTVersion, clientID: String) { (self.version, self.clientID) = (version, clientID) }
}

/// CONNACK, 3.1.1 §3.2, 5 §3.2.
package struct MQTTConnectAck: Sendable, Hashable {
    package var isSessionPresent = false
    /// In 3.1.1 the return code (0…5), in 5 the reason.
    package var reason: MQTTReason
    package var receiveMaximum: UInt16 = 65_535
    package var maximumQoS: UInt8 = 2
    package var isRetainAvailable = true
    package var maximumPacketSize: UInt32?
    package var topicAliasMaximum: UInt16 = 0
    package var serverKeepAlive: UInt16?
    package var sessionExpiry: UInt32?
    package var assignedClientID: String?
    package var areWildcardsAvailable = true
    package var areIdentifiersAvailable = true
    package var isSharingAvailable = true
    package var reasonString: String?
    package init(reason: MQTTReason) { self.reason = reason }
}

/// One filter of SUBSCRIBE with what is asked for.
package struct MQTTSubscription: Sendable, Hashable {
    package var filter: String
    package var qos: UInt8
    /// MQTT 5 'retain handling': 2 asks for no retained messages.
    package var retainHandling: UInt8 = 0
    package init(filter: String, qos: UInt8, retainHandling: UInt8 = 0) {
        (self.filter, self.qos, self.retainHandling) = (filter, qos, retainHandling)
    }
}
