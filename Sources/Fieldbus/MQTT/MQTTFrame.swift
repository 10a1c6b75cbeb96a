// SPDX-License-Identifier: EUPL-1.2

/// The fixed header (3.1.1 §2.2, 5 §2.1): where one packet ends and the next begins.
package struct MQTTFrame: Sendable, Hashable {
    /// Packet type in the high four bits, flags in the low four.
    package var first: UInt8
    /// Length of the fixed header, 2 to 5 bytes.
    package var headerCount: Int
    package var bodyCount: Int
    package var count: Int { headerCount + bodyCount }

    /// The frame at the start of `bytes`, or nil where more bytes are needed to tell (the header is there, the body may not be: compare
    /// `count`). A frame longer than `maximum` is refused as soon as its length is known.
    @inline(__always)
    package static func next(in bytes: UnsafeRawBufferPointer, maximum: Int) throws(MQTTFault) -> MQTTFrame? {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 0x7F)
        var headerCount = 2
        if bytes[1] & 0x80 != 0 {
            var shift = 7
            while true {
                guard headerCount < 5 else { throw MQTTFault(.malformed, "the remaining length has at most four bytes (5 §1.5.5)") }
                guard headerCount < bytes.count else { return nil }
                let byte = bytes[headerCount]
                length |= Int(byte & 0x7F) << shift
                headerCount += 1
                shift += 7
                if byte & 0x80 == 0 { break }
            }
        }
        guard headerCount + length <= maximum else { throw MQTTFault(.packetTooLarge, "the packet is larger than allowed (5 §3.1.2.11.4)") }
        return MQTTFrame(first: bytes[0], headerCount: headerCount, bodyCount: length)
    }
}

/// Packet types, 5 §2.1.2.
package enum MQTTPacketType: UInt8, Sendable, CaseIterable {
    case connect = 1, connectAck, publish, publishAck, publishReceived, publishRelease, publishComplete
    case subscribe, subscribeAck, unsubscribe, unsubscribeAck, pingRequest, pingResponse, disconnect, auth

    /// The flags that the fixed header must carry; PUBLISH has its own (3.1.1 §2.2.2, 5 §2.1.3).
    var flags: UInt8 {
        switch self {
        case .publishRelease, .subscribe, .unsubscribe: 2
        default: 0
        }
    }
}
