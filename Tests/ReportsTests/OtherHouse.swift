// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import NIOCore
import NIOPosix
import Synchronization

@testable import Reports

/// The server of another house, which says what a test wants said.
final class OtherHouse: Sendable {
    enum Answer: Sendable {
        case say(Int, String)
        /// With a header of its own.
        case sayWith(Int, String, String)
        /// It has read the request, and the line is cut before it says so.
        case cut
    }

    /// By method and path, without the query.
    final class Answers: Sendable {
        private let all = Mutex<[String: Answer]>([:])
        subscript(_ name: String) -> Answer? {
            get { all.withLock { $0[name] } }
            set { all.withLock { $0[name] = newValue } }
        }
    }

    let answers = Answers()
    private let heads: Heads
    private let channel: any Channel
    /// Requests, head and body.
    var asked: [String] { heads.all.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    private final class Heads: Sendable { let all = Mutex<[String]>([]) }

    init(format: Open311Format) async throws {
        let heads = Heads()
        self.heads = heads
        let (type, own) = (format.type, answers)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Talk(own, heads, type)) }
        }.bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async { try? await channel.close() }

    private final class Talk: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let answers: Answers
        private let heads: Heads
        private let type: String
        private var text = ""

        init(_ answers: Answers, _ heads: Heads, _ type: String) { (self.answers, self.heads, self.type) = (answers, heads, type) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: Self.unwrapInboundIn(data))
            guard let end = text.range(of: "\r\n\r\n") else { return }
            let length = text[..<end.lowerBound].split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                .flatMap { Int($0.dropFirst(16)) }
            guard text[end.upperBound...].utf8.count >= length ?? 0 else { return }
            let request = text
            text = ""
            heads.all.withLock { $0.append(request) }
            let name = request.prefix { $0 != "?" && !$0.isNewline }.split(separator: " ").prefix(2).joined(separator: " ")
            switch answers[name] ?? .say(404, "[]") {
            case .cut: context.close(promise: nil)
            case .say(let status, let body): say(context, status, "", body)
            case .sayWith(let status, let header, let body): say(context, status, header + "\r\n", body)
            }
        }

        private func say(_ context: ChannelHandlerContext, _ status: Int, _ header: String, _ body: String) {
            let head = "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\n\(header)Content-Length: \(body.utf8.count)\r\n\r\n"
            context.writeAndFlush(NIOAny(ByteBuffer(string: head + body)), promise: nil)
        }
    }
}
