// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import NIOCore
import NIOPosix

/// The baseline of the MQTT figures: a bare NIO listener that finds the packets and answers CONNACK and PUBACK at once. It parses
/// no reading, knows no asset, writes no disk: what is left is the price of the wire.
struct BenchEchoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-echo", abstract: "The baseline of the MQTT figures: answers at once, does nothing.", shouldDisplay: false)

    @Option var port: Int

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: port).get()
        try await channel.closeFuture.get()
    }
}

private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var rest = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if rest.readableBytes > 0 {
            rest.writeBuffer(&bytes)
            swap(&rest, &bytes)
            rest.clear()
        }
        var answer = context.channel.allocator.buffer(capacity: 256)
        while let (kind, start, length) = Echo.packet(bytes) {
            if kind >> 4 == 1 {
                answer.writeBytes([0x20, 2, 0, 0])
            } else if kind >> 4 == 3, kind & 0x06 != 0 {
                let topic: UInt16 = bytes.getInteger(at: start) ?? 0
                let id: UInt16 = bytes.getInteger(at: start + 2 + Int(topic)) ?? 0
                answer.writeInteger(UInt16(0x4002))
                answer.writeInteger(id)
            }
            bytes.moveReaderIndex(to: start + length)
        }
        if bytes.readableBytes > 0 { rest = bytes }
        if answer.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(answer), promise: nil) }
    }

    /// The first byte, the index behind the fixed header and the remaining length of the next whole packet.
    private static func packet(_ bytes: ByteBuffer) -> (kind: UInt8, start: Int, length: Int)? {
        guard let kind: UInt8 = bytes.getInteger(at: bytes.readerIndex) else { return nil }
        var length = 0
        for i in 0..<4 {
            guard let byte: UInt8 = bytes.getInteger(at: bytes.readerIndex + 1 + i) else { return nil }
            length |= Int(byte & 127) << (7 * i)
            guard byte < 128 else { continue }
            return bytes.readableBytes >= 2 + i + length ? (kind, bytes.readerIndex + 2 + i, length) : nil
        }
        return nil
    }
}
