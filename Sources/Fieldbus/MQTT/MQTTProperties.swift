// SPDX-License-Identifier: EUPL-1.2

/// Properties of MQTT 5 (§2.2.2): each identifier has one type, and each packet type its own set of allowed ones.
struct MQTTProperty {
    var id: UInt8
    /// The value of a number, 0 for others.
    var number: UInt32 = 0
    /// The value of a string or of binary data.
    var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

    static let payloadFormat: UInt8 = 0x01, messageExpiry: UInt8 = 0x02, sessionExpiry: UInt8 = 0x11, assignedClientID: UInt8 = 0x12
    static let serverKeepAlive: UInt8 = 0x13, authenticationMethod: UInt8 = 0x15, requestProblemInformation: UInt8 = 0x17
    static let willDelay: UInt8 = 0x18, reasonString: UInt8 = 0x1F, receiveMaximum: UInt8 = 0x21, topicAliasMaximum: UInt8 = 0x22
    static let topicAlias: UInt8 = 0x23, maximumQoS: UInt8 = 0x24, retainAvailable: UInt8 = 0x25, userProperty: UInt8 = 0x26
    static let maximumPacketSize: UInt8 = 0x27, wildcardAvailable: UInt8 = 0x28, subscriptionID: UInt8 = 0x0B
    static let subscriptionIDAvailable: UInt8 = 0x29, sharedAvailable: UInt8 = 0x2A

    /// Which identifiers may stand in which place, as a bit set (5 §2.2.2.2, table 2-4).
    struct Place {
        let allowed: UInt64
        init(_ ids: UInt8...) { allowed = ids.reduce(0) { $0 | 1 << UInt64($1) } }

        static let connect = Place(0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27)
        static let will = Place(0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26)
        static let connectAck = Place(
            0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A)
        static let publish = Place(0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26)
        static let acknowledgement = Place(0x1F, 0x26)
        static let subscribe = Place(0x0B, 0x26)
        static let unsubscribe = Place(0x26)
        static let disconnect = Place(0x11, 0x1C, 0x1F, 0x26)
        static let auth = Place(0x15, 0x16, 0x1F, 0x26)
    }
}

extension MQTTReader {
    /// Reads the property length and the properties of a packet; each but the user property (and, in a PUBLISH from a broker, the
    /// subscription identifier) at most once.
    @inline(__always)
    mutating func properties(_ place: MQTTProperty.Place, _ body: (MQTTProperty) throws(MQTTFault) -> Void) throws(MQTTFault) {
        let length = Int(try variable())
        if length == 0 { return }
        var part = try slice(length)
        var seen: UInt64 = 0
        while !part.isAtEnd {
            let property = try part.property(place)
            let bit: UInt64 = 1 << UInt64(property.id)
            if seen & bit != 0, property.id != MQTTProperty.userProperty, property.id != MQTTProperty.subscriptionID {
                throw MQTTFault(.protocolError, "a property stands twice (5 §2.2.2.2)")
            }
            seen |= bit
            try body(property)
        }
    }

    private mutating func property(_ place: MQTTProperty.Place) throws(MQTTFault) -> MQTTProperty {
        let id = try variable()
        guard id < 64, place.allowed & (1 << UInt64(id)) != 0 else {
            throw MQTTFault(.malformed, "this property does not belong in this packet (5 §2.2.2.2)")
        }
        var property = MQTTProperty(id: UInt8(id))
        switch property.id {
        case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A:
            property.number = UInt32(try byte())
            guard property.number <= 1 else { throw MQTTFault(.protocolError, "this property is 0 or 1 (5 §3)") }
        case 0x13, 0x21, 0x22, 0x23: property.number = UInt32(try two())
        case 0x02, 0x11, 0x18, 0x27: property.number = try four()
        case 0x0B: property.number = try variable()
        case 0x03, 0x08, 0x12, 0x15, 0x1A, 0x1C, 0x1F: property.bytes = try string()
        case 0x09, 0x16: property.bytes = try binary()
        default:
            _ = try string()
            property.bytes = try string()
        }
        if property.number == 0 { try refuseZero(property.id) }
        return property
    }

    private func refuseZero(_ id: UInt8) throws(MQTTFault) {
        switch id {
        case MQTTProperty.topicAlias: throw MQTTFault(.topicAliasInvalid, "a topic alias is not 0 [MQTT-3.3.2-8]")
        case MQTTProperty.receiveMaximum, MQTTProperty.maximumPacketSize, MQTTProperty.subscriptionID:
            throw MQTTFault(.protocolError, "this property is not 0 (5 §3.1.2.11)")
        default: break
        }
    }
}
