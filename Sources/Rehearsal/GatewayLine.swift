// SPDX-License-Identifier: EUPL-1.2

import Fieldbus
import NIOCore

/// One gateway's MQTT session over one socket: connects with a will, subscribes to its orders, publishes at QoS 1 and keeps what is not yet
/// acknowledged, so that it can be sent again. Lives on its channel's event loop.
final class GatewayLine: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the line tells its owner.
    enum News {
        case up, down(String), order([UInt8])
    }

    struct Message {
        var topic: String
        var payload: [UInt8]
    }

    /// In flight at once; the rest waits here. MQTT 5's receive maximum may lower it.
    private static let window = 64
    private let gateway: String
    private let password: [UInt8]?
    private let keepAlive: UInt16
    private let tell: (News) -> Void
    private var context: ChannelHandlerContext?
    private var received: [UInt8] = []
    private var isUp = false
    private var isMute = false
    private var nextID: UInt16 = 0
    private var pinger: RepeatedTask?
    private var limit = GatewayLine.window
    /// Sent and not yet acknowledged, oldest first; then what waits for room.
    private(set) var inFlight: [(id: UInt16, message: Message)] = []
    private(set) var waiting: [Message]

    /// `unsent` is what an earlier session of this gateway could not bring through.
    init(gateway: String, password: String?, keepAlive: UInt16, unsent: [Message], tell: @escaping (News) -> Void) {
        (self.gateway, self.keepAlive, self.tell) = (gateway, keepAlive, tell)
        self.password = password.map { Array($0.utf8) }
        waiting = unsent
    }

    /// What the next session must send again.
    var unsent: [Message] { inFlight.map(\.message) + waiting }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        var connect = MQTTConnect(version: .v5, clientID: gateway)
        connect.cleanStart = false
        connect.sessionExpiry = 86_400
        connect.keepAlive = keepAlive
        connect.receiveMaximum = 32
        if let password {
            connect.user = gateway
            connect.password = password
        }
        connect.will = .init(topic: "vigie/1/\(gateway)/link", payload: Array("{\"up\":false}".utf8), qos: 1)
        write { $0.connect(connect) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isMute else { return }
        var buffer = unwrapInboundIn(data)
        received.append(contentsOf: buffer.readBytes(length: buffer.readableBytes) ?? [])
        var used = 0
        do {
            try received.withUnsafeBytes { bytes in used = try takeAll(bytes) }
            received.removeFirst(min(used, received.count))
        } catch {
            close("not MQTT: \(error)")
        }
    }

    /// Takes the whole packets at the start; answers how many bytes they were.
    private func takeAll(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        var used = 0
        while let frame = try MQTTFrame.next(in: UnsafeRawBufferPointer(rebasing: bytes[used...]), maximum: 4 << 20) {
            guard bytes.count - used >= frame.count else { break }
            try take(frame.first, UnsafeRawBufferPointer(rebasing: bytes[(used + frame.headerCount)..<(used + frame.count)]))
            used += frame.count
        }
        return used
    }

    private func take(_ first: UInt8, _ body: UnsafeRawBufferPointer) throws {
        if first >> 4 == MQTTPacketType.publish.rawValue {
            let message = try MQTTPublish(first: first, body: body, version: .v5)
            if message.qos > 0 { write { $0.acknowledgement(.publishAck, packetID: message.packetID) } }
            return tell(.order(Array(message.payload)))
        }
        switch try MQTTDecoder.packet(first: first, body: body, version: .v5) {
        case .connectAck(let ack):
            guard !ack.reason.isFailure else {
                return close("the listener refused the connection: \(ack.reason) \(ack.reasonString ?? "")")
            }
            limit = min(GatewayLine.window, Int(ack.receiveMaximum))
            isUp = true
            write { $0.subscribe(packetID: identifier(), [MQTTSubscription(filter: "vigie/1/\(gateway)/orders", qos: 1)]) }
            startPinging()
            tell(.up)
            sendWaiting()
        case .acknowledgement(.publishAck, let id, _):
            if let i = inFlight.firstIndex(where: { $0.id == id }) { inFlight.remove(at: i) }
            sendWaiting()
        case .disconnect(let reason, _): close("the listener said goodbye: \(reason)")
        default: break
        }
    }

    func publish(_ message: Message) {
        waiting.append(message)
        // A gateway's memory is small: the oldest goes first.
        if waiting.count > 2000 { waiting.removeFirst(waiting.count - 2000) }
        sendWaiting()
    }

    private func sendWaiting() {
        guard isUp, !isMute, !waiting.isEmpty, inFlight.count < limit else { return }
        let batch = waiting.prefix(limit - inFlight.count)
        waiting.removeFirst(batch.count)
        write { writer in
            for message in batch {
                let id = identifier()
                inFlight.append((id, message))
                writer.publish(topic: message.topic, payload: message.payload, qos: 1, packetID: id)
            }
        }
    }

    private func identifier() -> UInt16 {
        repeat { nextID = nextID == .max ? 1 : nextID + 1 } while inFlight.contains { $0.id == nextID }
        return nextID
    }

    private func startPinging() {
        let interval = TimeAmount.milliseconds(Int64(keepAlive) * 700)
        pinger = context?.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [weak self] _ in
            guard let self, !isMute else { return }
            write { $0.pingRequest() }
        }
    }

    private func write(_ body: (inout MQTTWriter) -> Void) {
        guard let context else { return }
        var writer = MQTTWriter(version: .v5)
        body(&writer)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: writer.bytes)), promise: nil)
    }

    /// Leaves without a DISCONNECT, as a device does that loses its power or its network.
    func vanish(silently: Bool) {
        isMute = true
        pinger?.cancel()
        if !silently { context?.close(promise: nil) }
    }

    private func close(_ why: String) {
        tell(.down(why))
        vanish(silently: false)
    }

    func channelInactive(context: ChannelHandlerContext) {
        pinger?.cancel()
        if !isMute { tell(.down("the connection was closed")) }
        isMute = true
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
