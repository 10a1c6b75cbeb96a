// SPDX-License-Identifier: EUPL-1.2

import NIOCore
import NIOPosix
import Synchronization

/// A server that says, byte for byte, what a test wants said to the path that is asked.
final class RawServer: Sendable {
    enum Act: Sendable {
        /// The bytes, then the end of the connection or not.
        case say(String, ends: Bool = true)
        /// Byte after byte without end.
        case drip
        /// Kilobyte after kilobyte without end.
        case flood
    }

    private let channel: any Channel
    let asked: Asked
    var port: Int { channel.localAddress?.port ?? 0 }

    final class Asked: Sendable {
        let heads = Mutex<[String]>([])
        var all: [String] { heads.withLock { $0 } }
    }

    /// - Parameter acts: by path.
    init(_ acts: [String: Act]) async throws {
        let asked = Asked()
        self.asked = asked
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Talk(acts, asked)) }
        }.bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async { try? await channel.close() }

    private final class Talk: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let acts: [String: Act]
        private let asked: Asked
        private var text = ""

        init(_ acts: [String: Act], _ asked: Asked) { (self.acts, self.asked) = (acts, asked) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: Self.unwrapInboundIn(data))
            guard text.contains("\r\n\r\n") else { return }
            let head = text
            text = ""
            asked.heads.withLock { $0.append(head) }
            let path = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            switch acts[path] ?? .say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") {
            case .say(let bytes, let ends):
                let sent = context.channel.writeAndFlush(ByteBuffer(string: bytes))
                if ends { sent.whenComplete { [channel = context.channel] _ in channel.close(promise: nil) } }
            case .drip:
                _ = context.channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"))
                more("x", .milliseconds(5), context.channel)
            case .flood:
                _ = context.channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"))
                more(String(repeating: "x", count: 1024), .microseconds(10), context.channel)
            }
        }

        private func more(_ text: String, _ pause: TimeAmount, _ channel: any Channel) {
            channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { task in
                channel.writeAndFlush(ByteBuffer(string: text)).whenFailure { _ in task.cancel() }
            }
        }
    }
}
