// SPDX-License-Identifier: EUPL-1.2

import NIOCore
import NIOPosix

/// Where an instructor speaks to a running rehearsal: one line of script in, one line of answer out, on the loopback only.
enum ControlPort {
    /// Opens the port (0 for any) and answers each line through `hear`, on `loop`.
    static func open(port: Int, loop: any EventLoop, hear: @escaping @Sendable (String) -> String) async throws -> any Channel {
        try await ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Ear(hear: hear)) }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    /// Says one line to a running rehearsal and answers what it answered.
    package static func say(_ text: String, port: Int) async throws -> String {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let answer = group.next().makePromise(of: String.self)
        do {
            let channel = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Mouth(text: text, answer: answer))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            let line = try await answer.futureResult.get()
            try? await channel.close()
            try await group.shutdownGracefully()
            return line
        } catch {
            answer.fail(error)
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let hear: @Sendable (String) -> String
        private var received: [UInt8] = []

        init(hear: @escaping @Sendable (String) -> String) { self.hear = hear }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var buffer = unwrapInboundIn(data)
            received += buffer.readBytes(length: buffer.readableBytes) ?? []
            while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let answer = hear(String(decoding: received[..<end], as: UTF8.self))
                received.removeFirst(end + 1)
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer + "\n")), promise: nil)
            }
            // No command is this long.
            if received.count > 4096 { context.close(promise: nil) }
        }
    }

    private final class Mouth: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let text: String
        private let answer: EventLoopPromise<String>
        private var received = ""

        init(text: String, answer: EventLoopPromise<String>) { (self.text, self.answer) = (text, answer) }

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\n")), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var buffer = unwrapInboundIn(data)
            received += buffer.readString(length: buffer.readableBytes) ?? ""
            if received.hasSuffix("\n") { answer.succeed(String(received.dropLast())) }
        }

        func channelInactive(context: ChannelHandlerContext) { answer.fail(ChannelError.eof) }
    }
}
