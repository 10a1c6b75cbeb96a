// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import NIOCore
import NIOPosix
import Synchronization

@testable import Fieldbus

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func add() { count.wrappingAdd(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
}

/// A client that sends exactly the bytes it is told to, and shows each packet that comes back.
final class RawClient: Sendable {
    struct Silence: Error {}

    private let channel: any Channel
    private let inbox: ReceivedBytes
    private let version = Mutex(MQTTVersion.v3)

    init(port: Int) async throws {
        let received = ReceivedBytes()
        inbox = received
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collecting(received)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    func send(_ write: (inout MQTTWriter) -> Void) async throws {
        try await send(MQTTWriter.packet(version.withLock { $0 }, write))
    }

    func publish(_ topic: String, _ payload: [UInt8], qos: UInt8, packetID: UInt16, isRetained: Bool = false) async throws {
        try await send { $0.publish(topic: topic, payload: payload, qos: qos, packetID: packetID, isRetained: isRetained) }
    }

    func connect(_ version: MQTTVersion, _ clientID: String) async throws -> MQTTConnectAck? {
        try await connect(MQTTConnect(version: version, clientID: clientID))
    }

    func connect(_ connect: MQTTConnect) async throws -> MQTTConnectAck? {
        version.withLock { $0 = connect.version }
        try await send { $0.connect(connect) }
        guard case .connectAck(let ack)? = try await next() else { return nil }
        return ack
    }

    /// The next packet, or nil where the listener closed the connection. PUBLISH packets are in `nextPublish`.
    func next() async throws -> MQTTPacket? {
        guard let frame = try await nextFrame() else { return nil }
        return try frame.body.withUnsafeBytes { try MQTTDecoder.packet(first: frame.first, body: $0, version: version.withLock { $0 }) }
    }

    struct Published: Equatable {
        var topic: String
        var payload: String
        var packetID: UInt16
        var isDuplicate: Bool
    }

    func nextPublish() async throws -> Published? {
        guard let frame = try await nextFrame(), frame.first >> 4 == 3 else { return nil }
        return try frame.body.withUnsafeBytes { bytes in
            let publish = try MQTTPublish(first: frame.first, body: bytes, version: version.withLock { $0 })
            return Published(
                topic: String(decoding: publish.topic, as: UTF8.self), payload: String(decoding: publish.payload, as: UTF8.self),
                packetID: publish.packetID, isDuplicate: publish.isDuplicate)
        }
    }

    private func nextFrame() async throws -> (first: UInt8, body: [UInt8])? {
        for _ in 0..<2000 {
            if let frame = try inbox.frame() { return frame }
            if inbox.isClosed, try inbox.frame() == nil { return nil }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Silence()
    }

    func close() async throws { try await channel.close() }

    final class ReceivedBytes: Sendable {
        private let bytes = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
        var isClosed: Bool { bytes.withLock { $0.isClosed } }
        func add(_ more: ByteBuffer) { bytes.withLock { $0.bytes += Array(more.readableBytesView) } }
        func end() { bytes.withLock { $0.isClosed = true } }
        func frame() throws -> (first: UInt8, body: [UInt8])? {
            try bytes.withLock { held in
                guard let frame = try held.bytes.withUnsafeBytes({ try MQTTFrame.next(in: $0, maximum: 1_000_000) }),
                    frame.count <= held.bytes.count
                else { return nil }
                defer { held.bytes.removeFirst(frame.count) }
                return (frame.first, Array(held.bytes[frame.headerCount..<frame.count]))
            }
        }
    }

    private final class Collecting: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let received: ReceivedBytes
        init(_ received: ReceivedBytes) { self.received = received }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { received.add(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { received.end() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
