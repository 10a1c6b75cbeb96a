// SPDX-License-Identifier: EUPL-1.2

import NIOCore

/// The wire form of one event (WHATWG HTML, section 9.2.6). The first `data` line is the topic, the others are the data:
///
///     id: 812
///     event: delta
///     data: map/2107/1419
///     data: 40122 3 60
///
enum ServerSentEvent {
    static func bytes(id: UInt64, event: String, topic: String, data: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(data.utf8.count + topic.utf8.count + 64)
        buffer.writeString("id: \(id)\nevent: \(oneLine(event))\ndata: \(oneLine(topic))\n")
        if !data.isEmpty { writeLines(data, to: &buffer) }
        buffer.writeString("\n")
        return buffer
    }

    /// A comment: keeps proxies from closing a quiet stream, and tells us that the peer is still there.
    static let heartbeat = ByteBuffer(string: ":\n\n")

    /// CR, LF and CR LF each end a line on the wire, so each starts a new `data:` field here.
    private static func writeLines(_ data: String, to buffer: inout ByteBuffer) {
        buffer.writeString("data: ")
        var previous: UInt8 = 0
        for byte in data.utf8 {
            switch byte {
            case 10 where previous == 13: break
            case 10, 13: buffer.writeString("\ndata: ")
            default: buffer.writeInteger(byte)
            }
            previous = byte
        }
        buffer.writeString("\n")
    }

    private static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 != 10 && $0 != 13 && $0 != 0 }, as: UTF8.self)
    }
}
