// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import NIOCore

/// One MQTT connection on its event loop, whichever side it is of: splits what was read into packets without copying it,
/// batches what is acknowledged, and stops reading where the floor, the peer's window or its rate ask for it.
class Wire: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Never
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let inbox: Inbox
    let maximumPacketSize: Int
    private(set) var context: ChannelHandlerContext?
    /// What the peer speaks; known from CONNECT on.
    var version = MQTTVersion.v3
    /// Messages that were read and not yet acknowledged.
    private(set) var inFlight = 0
    private(set) var lastHeard = NIODeadline.now()
    private(set) var isClosed = false
    /// Packets wait unread in `leftover` until somebody was let in.
    var isParsingPaused = false
    /// The connection's own reason not to read; `Inbox.isHeld` is everybody's.
    var isReadingPaused = false { didSet { if !isReadingPaused, oldValue { readOn() } } }
    private var hasWithheldRead = false
    private var leftover = ByteBuffer()
    private var acknowledgements = ByteBuffer()

    init(inbox: Inbox, maximumPacketSize: Int) { (self.inbox, self.maximumPacketSize) = (inbox, maximumPacketSize) }

    // MARK: what the two sides do differently

    /// A PUBLISH; the view is valid during the call.
    func publish(_ publish: MQTTPublish) throws(MQTTFault) {}
    func packet(_ packet: MQTTPacket) throws(MQTTFault) {}
    /// The peer broke the protocol. Tell it, and close.
    func fail(_ fault: MQTTFault) { close() }
    func didOpen() {}
    func didClose() {}
    func tick(_ now: NIODeadline) {}
    /// After each read, with the number of messages in it.
    func didRead(messages: Int) {}
    /// Acknowledgements made room in the peer's window.
    func didAcknowledge() {}

    // MARK: in

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        inbox.join(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Here and not in a subclass: the protocol's default would stay the witness and a subclass would never be called.
    func channelActive(context: ChannelHandlerContext) {
        didOpen()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func ended() {
        guard !isClosed || inbox.wires[ObjectIdentifier(self)] != nil else { return }
        isClosed = true
        inbox.leave(self)
        didClose()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastHeard = .now()
        var buffer = unwrapInboundIn(data)
        inbox.statistics.bytes.add(buffer.readableBytes)
        if leftover.readableBytes > 0 {
            leftover.writeBuffer(&buffer)
            buffer = leftover
            leftover = ByteBuffer()
        }
        parse(&buffer)
        keep(&buffer)
    }

    /// Goes on with what waited while parsing was paused.
    func parseOn() {
        isParsingPaused = false
        guard leftover.readableBytes > 0 else { return }
        var buffer = leftover
        leftover = ByteBuffer()
        parse(&buffer)
        keep(&buffer)
    }

    private func parse(_ buffer: inout ByteBuffer) {
        var messages = 0
        var fault: MQTTFault?
        let consumed = buffer.withUnsafeReadableBytes { bytes in
            var at = 0
            do throws(MQTTFault) {
                while !isClosed, !isParsingPaused {
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[at...])
                    guard let frame = try MQTTFrame.next(in: rest, maximum: maximumPacketSize), frame.count <= rest.count else { break }
                    at += frame.count
                    let body = UnsafeRawBufferPointer(rebasing: rest[frame.headerCount..<frame.count])
                    if frame.first >> 4 == MQTTPacketType.publish.rawValue {
                        messages += 1
                        try publish(MQTTPublish(first: frame.first, body: body, version: version))
                    } else {
                        try packet(MQTTDecoder.packet(first: frame.first, body: body, version: version))
                    }
                }
            } catch {
                fault = error
            }
            return at
        }
        buffer.moveReaderIndex(forwardBy: consumed)
        if let fault, !isClosed { fail(fault) }
        if messages > 0 { didRead(messages: messages) }
    }

    /// Keeps the start of a packet in memory of its own, so that the buffer that was read into can be used again.
    private func keep(_ buffer: inout ByteBuffer) {
        guard !isClosed, buffer.readableBytes > 0 else { return }
        leftover = ByteBuffer()
        leftover.reserveCapacity(buffer.readableBytes + 1024)
        leftover.writeBuffer(&buffer)
    }

    /// The time in which nobody listened does not count as silence.
    func listenAnew() { lastHeard = .now() }

    // MARK: back-pressure

    func read(context: ChannelHandlerContext) {
        if inbox.isHeld || isReadingPaused {
            if !hasWithheldRead, inbox.isHeld { inbox.wait(self) }
            hasWithheldRead = true
        } else {
            context.read()
        }
    }

    /// Reads again if nothing stands against it any more.
    func readOn() {
        guard hasWithheldRead, !isClosed else { return }
        if inbox.isHeld { return inbox.wait(self) }
        guard !isReadingPaused else { return }
        hasWithheldRead = false
        lastHeard = .now()
        context?.read()
    }

    // MARK: out

    /// Reads a message in; it counts until it is acknowledged.
    func expectAcknowledgement(_ packetID: UInt16, _ reason: MQTTReason) {
        inFlight &+= 1
        inbox.mark(self, packetID: packetID, reason)
    }

    /// Puts PUBACKs into the connection's buffer. True where it was empty before: the caller then flushes it.
    func acknowledge(_ entries: ArraySlice<UInt32>) -> Bool {
        guard !isClosed else { return false }
        let isFirst = acknowledgements.readableBytes == 0
        inFlight &-= entries.count
        acknowledgements.writeWithUnsafeMutableBytes(minimumWritableBytes: entries.count * 5) { out in
            var n = 0
            for entry in entries {
                let reason = UInt8(truncatingIfNeeded: entry >> 16)
                let isPlain = reason == 0 || version == .v3
                out[n] = MQTTPacketType.publishAck.rawValue << 4
                out[n + 1] = isPlain ? 2 : 3
                out[n + 2] = UInt8(truncatingIfNeeded: entry >> 8)
                out[n + 3] = UInt8(truncatingIfNeeded: entry)
                if !isPlain { out[n + 4] = reason }
                n += isPlain ? 4 : 5
            }
            return n
        }
        return isFirst
    }

    func flushAcknowledgements() {
        guard let context, !isClosed, acknowledgements.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(acknowledgements), promise: nil)
        acknowledgements.clear()
        didAcknowledge()
    }

    func send(_ bytes: [UInt8]) {
        guard let context, !isClosed else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    /// Closes once what was written is out. Nothing more is parsed.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        context?.close(promise: nil)
    }
}
