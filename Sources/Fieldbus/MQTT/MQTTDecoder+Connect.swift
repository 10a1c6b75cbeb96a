// SPDX-License-Identifier: EUPL-1.2

extension MQTTDecoder {
    /// CONNECT, 3.1.1 §3.1.2–3, 5 §3.1.2–3.
    static func connect(_ reader: inout MQTTReader) throws(MQTTFault) -> MQTTConnect {
        let name = try reader.string()
        guard name.elementsEqual("MQTT".utf8) else {
            // 3.1 calls itself MQIsdp; it may be told the levels that are spoken here.
            guard name.elementsEqual("MQIsdp".utf8) else { throw MQTTFault(.protocolError, "the protocol name is not MQTT [MQTT-3.1.2-1]") }
            throw MQTTFault(.unsupportedVersion, "MQTT 3.1 is not spoken here, 3.1.1 and 5 are [MQTT-3.1.2-2]")
        }
        guard let version = MQTTVersion(rawValue: try reader.byte()) else {
            throw MQTTFault(.unsupportedVersion, "this protocol level is not spoken here, 4 and 5 are [MQTT-3.1.2-2]")
        }
        let flags = try reader.byte()
        guard flags & 1 == 0 else { throw MQTTFault(.malformed, "the reserved flag of CONNECT is set [MQTT-3.1.2-3]") }
        var connect = MQTTConnect(version: version, clientID: "")
        connect.cleanStart = flags & 0x02 != 0
        connect.keepAlive = try reader.two()
        if version == .v5 {
            try properties(of: &connect, &reader)
        } else {
            connect.sessionExpiry = connect.cleanStart ? 0 : .max
        }
        connect.clientID = try reader.text()
        connect.will = try will(flags, &reader, version)
        if flags & 0x80 != 0 { connect.user = try reader.text() }
        if flags & 0x40 != 0 {
            guard version == .v5 || flags & 0x80 != 0 else {
                throw MQTTFault(.malformed, "a password needs a user name in 3.1.1 [MQTT-3.1.2-22]")
            }
            connect.password = Array(try reader.binary())
        }
        if version == .v3, connect.clientID.isEmpty, !connect.cleanStart {
            throw MQTTFault(.clientIdentifierNotValid, "an empty client identifier needs a clean session [MQTT-3.1.3-8]")
        }
        return connect
    }

    private static func properties(of connect: inout MQTTConnect, _ reader: inout MQTTReader) throws(MQTTFault) {
        var found = connect
        try reader.properties(.connect) { property in
            switch property.id {
            case MQTTProperty.sessionExpiry: found.sessionExpiry = property.number
            case MQTTProperty.receiveMaximum: found.receiveMaximum = UInt16(truncatingIfNeeded: property.number)
            case MQTTProperty.topicAliasMaximum: found.topicAliasMaximum = UInt16(truncatingIfNeeded: property.number)
            case MQTTProperty.maximumPacketSize: found.maximumPacketSize = property.number
            case MQTTProperty.requestProblemInformation: found.wantsProblemInformation = property.number == 1
            case MQTTProperty.authenticationMethod: found.hasAuthenticationMethod = true
            default: break
            }
        }
        connect = found
    }

    private static func will(_ flags: UInt8, _ reader: inout MQTTReader, _ version: MQTTVersion) throws(MQTTFault) -> MQTTConnect.Will? {
        let qos = flags >> 3 & 3
        guard flags & 0x04 != 0 else {
            guard flags & 0x38 == 0 else { throw MQTTFault(.malformed, "will flags without a will [MQTT-3.1.2-11]") }
            return nil
        }
        guard qos < 3 else { throw MQTTFault(.malformed, "will QoS 3 does not exist [MQTT-3.1.2-12]") }
        if version == .v5 { try reader.properties(.will) { _ in } }
        let topic = try reader.text()
        let payload = Array(try reader.binary())
        return MQTTConnect.Will(topic: topic, payload: payload, qos: qos, isRetained: flags & 0x20 != 0)
    }

    /// CONNACK, 3.1.1 §3.2, 5 §3.2.
    static func connectAck(_ reader: inout MQTTReader, _ version: MQTTVersion) throws(MQTTFault) -> MQTTConnectAck {
        let flags = try reader.byte()
        guard flags & 0xFE == 0 else { throw MQTTFault(.malformed, "reserved flags of CONNACK are set [MQTT-3.2.2-1]") }
        var ack = MQTTConnectAck(reason: MQTTReason(rawValue: try reader.byte()))
        ack.isSessionPresent = flags == 1
        guard version == .v5 else { return ack }
        try reader.properties(.connectAck) { property in
            switch property.id {
            case MQTTProperty.receiveMaximum: ack.receiveMaximum = UInt16(truncatingIfNeeded: property.number)
            case MQTTProperty.maximumQoS: ack.maximumQoS = UInt8(truncatingIfNeeded: property.number)
            case MQTTProperty.retainAvailable: ack.isRetainAvailable = property.number == 1
            case MQTTProperty.maximumPacketSize: ack.maximumPacketSize = property.number
            case MQTTProperty.topicAliasMaximum: ack.topicAliasMaximum = UInt16(truncatingIfNeeded: property.number)
            case MQTTProperty.serverKeepAlive: ack.serverKeepAlive = UInt16(truncatingIfNeeded: property.number)
            case MQTTProperty.sessionExpiry: ack.sessionExpiry = property.number
            case MQTTProperty.assignedClientID: ack.assignedClientID = String(decoding: property.bytes, as: UTF8.self)
            case MQTTProperty.wildcardAvailable: ack.areWildcardsAvailable = property.number == 1
            case MQTTProperty.subscriptionIDAvailable: ack.areIdentifiersAvailable = property.number == 1
            case MQTTProperty.sharedAvailable: ack.isSharingAvailable = property.number == 1
            case MQTTProperty.reasonString: ack.reasonString = String(decoding: property.bytes, as: UTF8.self)
            default: break
            }
        }
        return ack
    }
}
