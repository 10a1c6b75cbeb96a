// SPDX-License-Identifier: EUPL-1.2

/// PUBLISH (3.1.1 §3.3, 5 §3.3) as a view into the bytes that were read: valid only while they are.
package struct MQTTPublish {
    package var isDuplicate: Bool
    package var qos: UInt8
    package var isRetained: Bool
    /// Empty where a topic alias stands for it. Not yet checked: see `checkTopic`.
    package var topic: UnsafeRawBufferPointer
    /// 0 with QoS 0.
    package var packetID: UInt16 = 0
    /// MQTT 5 topic alias, 0 for none.
    package var topicAlias: UInt16 = 0
    package var payload: UnsafeRawBufferPointer

    /// Decodes the body behind a fixed header. Does not look at the letters of the topic: whoever has seen the same topic before may skip it.
    @inline(__always)
    package init(first: UInt8, body: UnsafeRawBufferPointer, version: MQTTVersion) throws(MQTTFault) {
        isDuplicate = first & 0x08 != 0
        qos = (first >> 1) & 3
        isRetained = first & 1 != 0
        guard qos < 3 else { throw MQTTFault(.malformed, "QoS 3 does not exist [MQTT-3.3.1-4]") }
        guard qos > 0 || !isDuplicate else { throw MQTTFault(.malformed, "DUP is 0 with QoS 0 [MQTT-3.3.1-2]") }
        var reader = MQTTReader(body)
        topic = try reader.binary()
        if qos > 0 {
            packetID = try reader.two()
            guard packetID != 0 else { throw MQTTFault(.protocolError, "a packet identifier is not 0 [MQTT-2.2.1-3]") }
        }
        var alias: UInt16 = 0
        if version == .v5 {
            try reader.properties(.publish) { property throws(MQTTFault) in
                if property.id == MQTTProperty.topicAlias { alias = UInt16(truncatingIfNeeded: property.number) }
            }
        }
        topicAlias = alias
        guard !topic.isEmpty || alias != 0 else { throw MQTTFault(.topicNameInvalid, "a topic has at least one character [MQTT-4.7.3-1]") }
        payload = reader.rest
    }

    /// The letters of the topic: UTF-8, no wildcards [MQTT-3.3.2-2].
    package func checkTopic() throws(MQTTFault) {
        guard isMQTTString(topic) else { throw MQTTFault(.malformed, "the topic is not UTF-8 without U+0000 (5 §1.5.4)") }
        guard !topic.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") }) else {
            throw MQTTFault(.topicNameInvalid, "a topic to publish to has no wildcards [MQTT-3.3.2-2]")
        }
    }
}
