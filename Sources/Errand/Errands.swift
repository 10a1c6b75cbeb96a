// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// Runs errands. One of it serves the whole house.
package final class Errands: Sendable {
    private let tls: NIOSSLContext
    /// For trials: hosts at private addresses and plain http, too.
    package let allowsInside: Bool
    private let group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    /// Name servers are asked here: some hosts are named by strangers, whose servers may never answer.
    private let names = NIOThreadPool(numberOfThreads: 8)
    private static let mostSteps = 3

    /// - Parameters:
    ///   - roots: PEM of further authorities; '' for those of the system alone.
    ///   - allowsInside: hosts at private addresses and plain http, too.
    /// - Throws: where the PEM cannot be read.
    package init(roots: String = "", allowsInside: Bool = false) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if !roots.isEmpty { configuration.additionalTrustRoots = [.file(roots)] }
        tls = try NIOSSLContext(configuration: configuration)
        self.allowsInside = allowsInside
        names.start()
    }

    deinit { names.shutdownGracefully { _ in } }

    /// An address that this house may ask, as somebody typed it.
    package func address(_ text: String) -> WebAddress? { WebAddress(text, plain: allowsInside) }

    /// A GET is led on within its own host, three times at most; a POST never is.
    /// - Throws: `ErrandFault` where no answer came.
    package func run(_ errand: Errand) async throws -> ErrandAnswer {
        var errand = errand
        for _ in 0...Errands.mostSteps {
            let (answer, location) = try await once(errand)
            guard errand.method == .get, [301, 302, 303, 307, 308].contains(answer.status), let location else { return answer }
            guard let next = errand.address.following(location) else { throw ErrandFault.elsewhere(String(location.prefix(200))) }
            errand.address = next
        }
        throw ErrandFault.elsewhere("in a circle")
    }

    private func once(_ errand: Errand) async throws -> (ErrandAnswer, location: String?) {
        guard errand.address.isSecure || allowsInside else { throw ErrandFault.inside }
        let loop = group.next()
        let done = loop.makePromise(of: ErrandReading.Reply.self)
        let talk = ErrandTalk()
        let late = loop.scheduleTask(in: .milliseconds(errand.patience.milliseconds)) {
            talk.isOver.store(true, ordering: .relaxed)
            done.fail(talk.isSaid.load(ordering: .relaxed) ? ErrandFault.silent : .unreached("no connection in time"))
        }
        let channel = resolve(errand.address, talk, on: loop).flatMap { self.connect(to: $0, for: errand, talk, on: loop, done) }
        channel.whenFailure { done.fail($0) }
        channel.whenSuccess { channel in done.futureResult.whenComplete { _ in channel.close(promise: nil) } }
        done.futureResult.whenComplete { _ in late.cancel() }
        do {
            return try await withTaskCancellationHandler {
                let reply = try await done.futureResult.get()
                return (Errands.answer(reply), reply.head.headers.first(name: "Location"))
            } onCancel: {
                done.fail(CancellationError())
            }
        } catch let error where error is ErrandFault || error is CancellationError {
            throw error
        } catch {
            let why = String("\(error)".prefix(200))
            throw talk.isSaid.load(ordering: .relaxed) ? ErrandFault.broken(why) : .unreached(why)
        }
    }

    /// Looks the host up and gives an address that may be asked; the connection goes to just this one, so that a second answer of the name
    /// server changes nothing.
    private func resolve(_ address: WebAddress, _ talk: ErrandTalk, on loop: any EventLoop) -> EventLoopFuture<SocketAddress> {
        let allowsInside = allowsInside
        return names.runIfActive(eventLoop: loop) {
            // Whoever waited too long behind others' names has been answered.
            if talk.isOver.load(ordering: .relaxed) { throw ErrandFault.unreached("no connection in time") }
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(address.host, String(address.port), &hints, &list) == 0, let first = list else {
                throw ErrandFault.unknownHost
            }
            defer { freeaddrinfo(first) }
            var found: [SocketAddress] = []
            var next: UnsafeMutablePointer<addrinfo>? = first
            while let one = next {
                if let address = SocketAddress(one.pointee) { found.append(address) }
                next = one.pointee.ai_next
            }
            guard !found.isEmpty else { throw ErrandFault.unknownHost }
            guard allowsInside || found.allSatisfy({ WebAddress.isPublic($0.bytes) }) else { throw ErrandFault.inside }
            return found[0]
        }
    }

    private func connect(
        to address: SocketAddress, for errand: Errand, _ talk: ErrandTalk, on loop: any EventLoop,
        _ done: EventLoopPromise<ErrandReading.Reply>
    ) -> EventLoopFuture<any Channel> {
        let host = (try? SocketAddress(ipAddress: errand.address.host, port: 0)) == nil ? errand.address.host : nil
        let tls = errand.address.isSecure ? tls : nil
        return ClientBootstrap(group: loop).connectTimeout(.seconds(5)).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                if let tls { try channel.pipeline.syncOperations.addHandler(try NIOSSLClientHandler(context: tls, serverHostname: host)) }
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(ErrandReading(done, errand, talk))
            }
        }.connect(to: address)
    }

    fileprivate static func write(_ errand: Errand, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders([("Host", errand.address.authority), ("Connection", "close"), ("User-Agent", "Vigie")])
        headers.add(contentsOf: errand.headers.map { ($0.name, $0.value) })
        if errand.method == .post { headers.add(name: "Content-Length", value: String(errand.body.count)) }
        let head = HTTPRequestHead(
            version: .http1_1, method: errand.method == .post ? .POST : .GET, uri: errand.address.path, headers: headers)
        context.write(ErrandReading.wrapOutboundOut(.head(head)), promise: nil)
        if !errand.body.isEmpty {
            context.write(ErrandReading.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: errand.body)))), promise: nil)
        }
        context.writeAndFlush(ErrandReading.wrapOutboundOut(.end(nil)), promise: nil)
    }

    private static func answer(_ reply: ErrandReading.Reply) -> ErrandAnswer {
        let headers = reply.head.headers
        return ErrandAnswer(
            status: Int(reply.head.status.code),
            pause: headers.first(name: "Retry-After").flatMap { Int64($0) }.map { .seconds(max(0, min($0, 86_400))) }, body: reply.body)
    }
}

/// How far an errand came.
final class ErrandTalk: Sendable {
    /// The request was written: from here on the other side may know of it.
    let isSaid = Atomic(false)
    /// Nobody waits for the answer any more.
    let isOver = Atomic(false)
}

/// Says the request once the other end is there and has shown who it is; reads one answer and no more of it than is wanted.
final class ErrandReading: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Reply: Sendable {
        var head: HTTPResponseHead
        var body: [UInt8] = []
    }

    private let done: EventLoopPromise<Reply>
    private let errand: Errand
    private let talk: ErrandTalk
    private var wanted: Errand.Wanted { errand.wanted }
    private var reply: Reply?

    init(_ done: EventLoopPromise<Reply>, _ errand: Errand, _ talk: ErrandTalk) {
        (self.done, self.errand, self.talk) = (done, errand, talk)
    }

    func channelActive(context: ChannelHandlerContext) {
        if !errand.address.isSecure { say(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { say(context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func say(_ context: ChannelHandlerContext) {
        guard !talk.isOver.load(ordering: .relaxed), !talk.isSaid.exchange(true, ordering: .relaxed) else { return }
        Errands.write(errand, context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (Self.unwrapInboundIn(data), wanted) {
        case (.head(let head), .head): done.succeed(Reply(head: head))
        case (.head(let head), .body(let most)):
            reply = Reply(head: head)
            if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > most {
                done.fail(ErrandFault.tooLong)
            }
        case (.body(let bytes), .body(let most)):
            if (reply?.body.count ?? 0) + bytes.readableBytes > most { return done.fail(ErrandFault.tooLong) }
            reply?.body.append(contentsOf: bytes.readableBytesView)
        case (.end, _): if let reply { done.succeed(reply) }
        case (.body, .head): break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.fail(talk.isSaid.load(ordering: .relaxed) ? ErrandFault.silent : .unreached("the connection ended before the request"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }
}

extension SocketAddress {
    fileprivate init?(_ info: addrinfo) {
        guard let address = info.ai_addr else { return nil }
        switch info.ai_family {
        case AF_INET: self = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee, host: "") }
        case AF_INET6: self = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee, host: "") }
        default: return nil
        }
    }

    /// As it goes over the wire; empty for none.
    fileprivate var bytes: [UInt8] {
        guard let text = ipAddress else { return [] }
        var bytes = [UInt8](repeating: 0, count: self.protocol == .inet6 ? 16 : 4)
        return inet_pton(self.protocol == .inet6 ? AF_INET6 : AF_INET, text, &bytes) == 1 ? bytes : []
    }
}
