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

    /// CR, LF and CR LF each end a line on the wire, so each starts a new `data:` field here.
    private static func writeLines(_ data: String, to buffer: inout ByteBuffer) {
        buffer.writeString("data: ")
        var rest = data.utf8[...]
        while let end = rest.firstIndex(where: { $0 == 10 || $0 == 13 }) {
            buffer.writeBytes(rest[..<end])
            buffer.writeString("\ndata: ")
            let isPair = rest[end] == 13 && rest[end...].dropFirst().first == 10
            rest = rest[end...].dropFirst(isPair ? 2 : 1)
        }
        buffer.writeBytes(rest)
        buffer.writeString("\n")
    }

    private static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 != 10 && $0 != 13 && $0 != 0 }, as: UTF8.self)
    }
}

/// One event as it goes to all who hear it: the bytes of the stream, and the same bytes framed as an HTTP/1.1 chunk (RFC 9112, section 7.1).
struct LiveEvent: Sendable {
    let chunk: ByteBuffer
    /// A part of `chunk`; nothing is copied.
    let bytes: ByteBuffer
    /// False for what comes anew by itself.
    let isKept: Bool

    init(id: UInt64, event: String, topic: String, data: String) {
        self.init(ServerSentEvent.bytes(id: id, event: event, topic: topic, data: data), isKept: event != "counts")
    }

    private init(_ plain: ByteBuffer, isKept: Bool = false) {
        self.isKept = isKept
        var chunk = ByteBuffer()
        chunk.reserveCapacity(plain.readableBytes + 20)
        chunk.writeString(String(plain.readableBytes, radix: 16) + "\r\n")
        let start = chunk.writerIndex
        chunk.writeImmutableBuffer(plain)
        chunk.writeString("\r\n")
        self.chunk = chunk
        bytes = chunk.getSlice(at: start, length: plain.readableBytes) ?? plain
    }

    /// A comment line.
    static let heartbeat = LiveEvent(ByteBuffer(string: ":\n\n"))
}
