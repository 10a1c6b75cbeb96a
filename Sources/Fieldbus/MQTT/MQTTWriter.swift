// SPDX-License-Identifier: EUPL-1.2

/// Values into control packets. What is written is always well-formed; strings longer than 65 535 bytes are cut at their end.
package struct MQTTWriter {
    package private(set) var bytes: [UInt8] = []
    private let version: MQTTVersion

    package init(version: MQTTVersion) { self.version = version }

    /// One packet alone.
    package static func packet(_ version: MQTTVersion, _ body: (inout MQTTWriter) -> Void) -> [UInt8] {
        var writer = MQTTWriter(version: version)
        body(&writer)
        return writer.bytes
    }

    package mutating func connect(_ connect: MQTTConnect) {
        frame(.connect) { [version] body in
            body.string("MQTT")
            body.byte(version.rawValue)
            var flags: UInt8 = connect.cleanStart ? 0x02 : 0
            if let will = connect.will { flags |= 0x04 | (will.qos & 3) << 3 | (will.isRetained ? 0x20 : 0) }
            if connect.user != nil { flags |= 0x80 }
            if connect.password != nil { flags |= 0x40 }
            body.byte(flags)
            body.two(connect.keepAlive)
            if version == .v5 {
                body.properties { list in
                    if connect.sessionExpiry > 0 { list.four(MQTTProperty.sessionExpiry, connect.sessionExpiry) }
                    if connect.receiveMaximum < 65_535 { list.two(MQTTProperty.receiveMaximum, connect.receiveMaximum) }
                    if let size = connect.maximumPacketSize { list.four(MQTTProperty.maximumPacketSize, size) }
                    if connect.topicAliasMaximum > 0 { list.two(MQTTProperty.topicAliasMaximum, connect.topicAliasMaximum) }
                }
            }
            body.string(connect.clientID)
            if let will = connect.will {
                if version == .v5 { body.properties { _ in } }
                body.string(will.topic)
                body.binary(will.payload)
            }
            if let user = connect.user { body.string(user) }
            if let password = connect.password { body.binary(password) }
        }
    }

    package mutating func connectAck(_ ack: MQTTConnectAck) {
        frame(.connectAck) { [version] body in
            body.byte(ack.isSessionPresent ? 1 : 0)
            guard version == .v5 else { return body.byte(ack.reason.connectReturnCode) }
            body.byte(ack.reason.rawValue)
            body.properties { list in
                guard !ack.reason.isFailure else {
                    if let text = ack.reasonString { list.string(MQTTProperty.reasonString, text) }
                    return
                }
                if let expiry = ack.sessionExpiry { list.four(MQTTProperty.sessionExpiry, expiry) }
                if ack.receiveMaximum < 65_535 { list.two(MQTTProperty.receiveMaximum, ack.receiveMaximum) }
                if ack.maximumQoS < 2 { list.one(MQTTProperty.maximumQoS, ack.maximumQoS) }
                if !ack.isRetainAvailable { list.one(MQTTProperty.retainAvailable, 0) }
                if let size = ack.maximumPacketSize { list.four(MQTTProperty.maximumPacketSize, size) }
                if let id = ack.assignedClientID { list.string(MQTTProperty.assignedClientID, id) }
                if ack.topicAliasMaximum > 0 { list.two(MQTTProperty.topicAliasMaximum, ack.topicAliasMaximum) }
                if !ack.areWildcardsAvailable { list.one(MQTTProperty.wildcardAvailable, 0) }
                if !ack.areIdentifiersAvailable { list.one(MQTTProperty.subscriptionIDAvailable, 0) }
                if !ack.isSharingAvailable { list.one(MQTTProperty.sharedAvailable, 0) }
                if let keepAlive = ack.serverKeepAlive { list.two(MQTTProperty.serverKeepAlive, keepAlive) }
            }
        }
    }

    package mutating func publish(
        topic: String, payload: some Collection<UInt8>, qos: UInt8, packetID: UInt16 = 0, isDuplicate: Bool = false,
        isRetained: Bool = false
    ) {
        let flags = (isDuplicate ? 0x08 : 0) | (qos & 3) << 1 | (isRetained ? 1 : 0)
        frame(.publish, flags: flags) { [version] body in
            body.string(topic)
            if qos > 0 { body.two(packetID) }
            if version == .v5 { body.byte(0) }
            body.bytes.append(contentsOf: payload)
        }
    }

    /// PUBACK and its kin. 3.1.1 has no place for a reason.
    package mutating func acknowledgement(_ type: MQTTPacketType, packetID: UInt16, _ reason: MQTTReason = .success, text: String? = nil) {
        frame(type) { [version] body in
            body.two(packetID)
            guard version == .v5, reason != .success else { return }
            body.byte(reason.rawValue)
            if let text { body.properties { $0.string(MQTTProperty.reasonString, text) } }
        }
    }

    package mutating func subscribe(packetID: UInt16, _ subscriptions: [MQTTSubscription]) {
        frame(.subscribe) { [version] body in
            body.two(packetID)
            if version == .v5 { body.byte(0) }
            for subscription in subscriptions {
                body.string(subscription.filter)
                body.byte(version == .v5 ? subscription.qos & 3 | (subscription.retainHandling & 3) << 4 : subscription.qos & 3)
            }
        }
    }

    /// In 3.1.1 every failure is 0x80.
    package mutating func subscribeAck(packetID: UInt16, _ codes: [MQTTReason]) {
        frame(.subscribeAck) { [version] body in
            body.two(packetID)
            if version == .v5 { body.byte(0) }
            for code in codes { body.byte(version == .v3 && code.isFailure ? 0x80 : code.rawValue) }
        }
    }

    package mutating func unsubscribe(packetID: UInt16, _ filters: [String]) {
        frame(.unsubscribe) { [version] body in
            body.two(packetID)
            if version == .v5 { body.byte(0) }
            for filter in filters { body.string(filter) }
        }
    }

    package mutating func unsubscribeAck(packetID: UInt16, _ codes: [MQTTReason]) {
        frame(.unsubscribeAck) { [version] body in
            body.two(packetID)
            guard version == .v5 else { return }
            body.byte(0)
            for code in codes { body.byte(code.rawValue) }
        }
    }

    package mutating func pingRequest() { frame(.pingRequest) { _ in } }
    package mutating func pingResponse() { frame(.pingResponse) { _ in } }

    package mutating func disconnect(_ reason: MQTTReason = .success, text: String? = nil) {
        frame(.disconnect) { [version] body in
            guard version == .v5, reason != .success else { return }
            body.byte(reason.rawValue)
            if let text { body.properties { $0.string(MQTTProperty.reasonString, text) } }
        }
    }

    private mutating func frame(_ type: MQTTPacketType, flags: UInt8? = nil, _ body: (inout MQTTBody) -> Void) {
        var content = MQTTBody()
        body(&content)
        bytes.append(type.rawValue << 4 | (flags ?? type.flags))
        bytes.appendVariable(content.bytes.count)
        bytes.append(contentsOf: content.bytes)
    }
}

/// What follows the fixed header while it is written.
struct MQTTBody {
    var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }
    mutating func two(_ value: UInt16) { bytes.append(contentsOf: [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]) }
    mutating func four(_ value: UInt32) {
        two(UInt16(value >> 16))
        two(UInt16(truncatingIfNeeded: value))
    }
    mutating func binary(_ value: some Collection<UInt8>) {
        let kept = value.prefix(65_535)
        two(UInt16(kept.count))
        bytes.append(contentsOf: kept)
    }
    mutating func string(_ text: String) { binary(text.utf8) }

    mutating func one(_ id: UInt8, _ value: UInt8) { bytes.append(contentsOf: [id, value]) }
    mutating func two(_ id: UInt8, _ value: UInt16) {
        byte(id)
        two(value)
    }
    mutating func four(_ id: UInt8, _ value: UInt32) {
        byte(id)
        four(value)
    }
    mutating func string(_ id: UInt8, _ text: String) {
        byte(id)
        string(text)
    }

    mutating func properties(_ body: (inout MQTTBody) -> Void) {
        var list = MQTTBody()
        body(&list)
        bytes.appendVariable(list.bytes.count)
        bytes.append(contentsOf: list.bytes)
    }
}

extension [UInt8] {
    /// Variable Byte Integer, 5 §1.5.5; `value` up to 268 435 455.
    mutating func appendVariable(_ value: Int) {
        var rest = Swift.min(value, 268_435_455)
        repeat {
            let low = UInt8(rest & 0x7F)
            rest >>= 7
            append(rest > 0 ? low | 0x80 : low)
        } while rest > 0
    }
}
