// SPDX-License-Identifier: EUPL-1.2

/// The protocol level of CONNECT (MQTT 3.1.1 §3.1.2.2, MQTT 5 §3.1.2.2).
package enum MQTTVersion: UInt8, Sendable { case v3 = 4, v5 = 5 }

/// Reason codes of MQTT 5 §2.4 that this codec uses; 3.1.1 knows only some of them, and only in CONNACK.
package struct MQTTReason: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    private init(_ value: UInt8) { rawValue = value }

    package static let success = MQTTReason(0x00)
    package static let disconnectWithWill = MQTTReason(0x04)
    package static let noMatchingSubscribers = MQTTReason(0x10)
    package static let noSubscriptionExisted = MQTTReason(0x11)
    package static let unspecified = MQTTReason(0x80)
    package static let malformed = MQTTReason(0x81)
    package static let protocolError = MQTTReason(0x82)
    package static let implementationSpecific = MQTTReason(0x83)
    package static let unsupportedVersion = MQTTReason(0x84)
    package static let clientIdentifierNotValid = MQTTReason(0x85)
    package static let badUserNameOrPassword = MQTTReason(0x86)
    package static let notAuthorized = MQTTReason(0x87)
    package static let serverUnavailable = MQTTReason(0x88)
    package static let serverBusy = MQTTReason(0x89)
    package static let serverShuttingDown = MQTTReason(0x8B)
    package static let badAuthenticationMethod = MQTTReason(0x8C)
    package static let keepAliveTimeout = MQTTReason(0x8D)
    package static let sessionTakenOver = MQTTReason(0x8E)
    package static let topicFilterInvalid = MQTTReason(0x8F)
    package static let topicNameInvalid = MQTTReason(0x90)
    package static let receiveMaximumExceeded = MQTTReason(0x93)
    package static let topicAliasInvalid = MQTTReason(0x94)
    package static let packetTooLarge = MQTTReason(0x95)
    package static let messageRateTooHigh = MQTTReason(0x96)
    package static let quotaExceeded = MQTTReason(0x97)
    package static let payloadFormatInvalid = MQTTReason(0x99)
    package static let retainNotSupported = MQTTReason(0x9A)
    package static let qosNotSupported = MQTTReason(0x9B)
    package static let sharedSubscriptionsNotSupported = MQTTReason(0x9E)
    package static let subscriptionIdentifiersNotSupported = MQTTReason(0xA1)
    package static let wildcardSubscriptionsNotSupported = MQTTReason(0xA2)

    package var isFailure: Bool { rawValue >= 0x80 }
    package var description: String { "0x" + (rawValue < 16 ? "0" : "") + String(rawValue, radix: 16) }

    /// The CONNACK return code that 3.1.1 §3.2.2.3 has for this reason; 3, 'server unavailable', where it has none.
    package var connectReturnCode: UInt8 {
        switch self {
        case .success: 0
        case .unsupportedVersion: 1
        case .clientIdentifierNotValid: 2
        case .badUserNameOrPassword: 4
        case .notAuthorized, .badAuthenticationMethod: 5
        default: 3
        }
    }
}

/// The peer broke the protocol: what to tell it (MQTT 5) before the connection is closed.
package struct MQTTFault: Error, Hashable {
    package var reason: MQTTReason
    /// What is wrong and the clause that says so, for the log.
    package var what: String { text.description }
    private var text: StaticString

    package init(_ reason: MQTTReason, _ text: StaticString) { (self.reason, self.text) = (reason, text) }
    package static func == (a: MQTTFault, b: MQTTFault) -> Bool { a.reason == b.reason && a.what == b.what }
    package func hash(into hasher: inout Hasher) { hasher.combine(reason) }
}
