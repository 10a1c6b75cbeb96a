// SPDX-License-Identifier: EUPL-1.2

/// Bodies of control packets into values. Pure; every length is checked against the body; what is left over is malformed.
package enum MQTTDecoder {
    /// `first` and `body` as `MQTTFrame.next` found them. PUBLISH is `MQTTPublish`'s. `version` is ignored for CONNECT.
    package static func packet(first: UInt8, body: UnsafeRawBufferPointer, version: MQTTVersion) throws(MQTTFault) -> MQTTPacket {
        guard let type = MQTTPacketType(rawValue: first >> 4), type != .publish else {
            throw MQTTFault(.malformed, "packet type 0 is forbidden (5 §2.1.2)")
        }
        guard first & 0x0F == type.flags else { throw MQTTFault(.malformed, "reserved flags are set [MQTT-2.1.3-1]") }
        var reader = MQTTReader(body)
        let packet = try decode(type, &reader, version)
        guard reader.isAtEnd else { throw MQTTFault(.malformed, "bytes are left over behind the packet") }
        return packet
    }

    private static func decode(_ type: MQTTPacketType, _ reader: inout MQTTReader, _ version: MQTTVersion) throws(MQTTFault) -> MQTTPacket {
        switch type {
        case .connect: .connect(try connect(&reader))
        case .connectAck: .connectAck(try connectAck(&reader, version))
        case .publishAck, .publishReceived, .publishRelease, .publishComplete: try acknowledgement(type, &reader, version)
        case .subscribe: try subscribe(&reader, version)
        case .subscribeAck: try codes(&reader, version) { .subscribeAck(packetID: $0, $1) }
        case .unsubscribe: try unsubscribe(&reader, version)
        case .unsubscribeAck: try codes(&reader, version) { .unsubscribeAck(packetID: $0, $1) }
        case .pingRequest: .pingRequest
        case .pingResponse: .pingResponse
        case .disconnect: try disconnect(&reader, version)
        case .auth: try auth(&reader, version)
        case .publish: throw MQTTFault(.malformed, "PUBLISH is decoded apart")
        }
    }

    private static func packetID(_ reader: inout MQTTReader) throws(MQTTFault) -> UInt16 {
        let id = try reader.two()
        guard id != 0 else { throw MQTTFault(.protocolError, "a packet identifier is not 0 [MQTT-2.2.1-3]") }
        return id
    }

    /// PUBACK and its kin: 5 §3.4.2.1 lets the reason and the properties be left out.
    private static func acknowledgement(
        _ type: MQTTPacketType, _ reader: inout MQTTReader, _ version: MQTTVersion
    ) throws(MQTTFault) -> MQTTPacket {
        let id = try packetID(&reader)
        guard version == .v5, !reader.isAtEnd else { return .acknowledgement(type, packetID: id, .success) }
        let reason = MQTTReason(rawValue: try reader.byte())
        if !reader.isAtEnd { try reader.properties(.acknowledgement) { _ in } }
        return .acknowledgement(type, packetID: id, reason)
    }

    private static func subscribe(_ reader: inout MQTTReader, _ version: MQTTVersion) throws(MQTTFault) -> MQTTPacket {
        let id = try packetID(&reader)
        var hasIdentifier = false
        if version == .v5 {
            try reader.properties(.subscribe) { property in
                if property.id == MQTTProperty.subscriptionID { hasIdentifier = true }
            }
        }
        var subscriptions: [MQTTSubscription] = []
        while !reader.isAtEnd {
            let filter = try reader.text()
            let options = try reader.byte()
            guard options & 3 < 3, options & (version == .v5 ? 0xC0 : 0xFC) == 0, options >> 4 & 3 < 3 else {
                throw MQTTFault(.malformed, "subscription options are out of range (5 §3.8.3.1)")
            }
            guard !filter.isEmpty else { throw MQTTFault(.malformed, "a topic filter has at least one character [MQTT-4.7.3-1]") }
            subscriptions.append(MQTTSubscription(filter: filter, qos: options & 3, retainHandling: options >> 4 & 3))
        }
        guard !subscriptions.isEmpty else { throw MQTTFault(.protocolError, "SUBSCRIBE has at least one filter [MQTT-3.8.3-2]") }
        return .subscribe(packetID: id, subscriptions, hasIdentifier: hasIdentifier)
    }

    private static func unsubscribe(_ reader: inout MQTTReader, _ version: MQTTVersion) throws(MQTTFault) -> MQTTPacket {
        let id = try packetID(&reader)
        if version == .v5 { try reader.properties(.unsubscribe) { _ in } }
        var filters: [String] = []
        while !reader.isAtEnd { filters.append(try reader.text()) }
        guard !filters.isEmpty else { throw MQTTFault(.protocolError, "UNSUBSCRIBE has at least one filter [MQTT-3.10.3-2]") }
        return .unsubscribe(packetID: id, filters)
    }

    private static func codes(
        _ reader: inout MQTTReader, _ version: MQTTVersion, _ make: (UInt16, [MQTTReason]) -> MQTTPacket
    ) throws(MQTTFault) -> MQTTPacket {
        let id = try packetID(&reader)
        if version == .v5 { try reader.properties(.acknowledgement) { _ in } }
        var codes: [MQTTReason] = []
        while !reader.isAtEnd { codes.append(MQTTReason(rawValue: try reader.byte())) }
        return make(id, codes)
    }

    private static func disconnect(_ reader: inout MQTTReader, _ version: MQTTVersion) throws(MQTTFault) -> MQTTPacket {
        guard version == .v5, !reader.isAtEnd else { return .disconnect(.success, sessionExpiry: nil) }
        let reason = MQTTReason(rawValue: try reader.byte())
        var expiry: UInt32?
        if !reader.isAtEnd {
            try reader.properties(.disconnect) { property in
                if property.id == MQTTProperty.sessionExpiry { expiry = property.number }
            }
        }
        return .disconnect(reason, sessionExpiry: expiry)
    }

    private static func auth(_ reader: inout MQTTReader, _ version: MQTTVersion) throws(MQTTFault) -> MQTTPacket {
        guard version == .v5 else { throw MQTTFault(.malformed, "packet type 15 is forbidden (3.1.1 §2.2.1)") }
        guard !reader.isAtEnd else { return .auth(.success) }
        let reason = MQTTReason(rawValue: try reader.byte())
        if !reader.isAtEnd { try reader.properties(.auth) { _ in } }
        return .auth(reason)
    }
}
