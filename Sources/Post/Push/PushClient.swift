// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Crypto
import Foundation
package import Journal
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends push messages to the services of browsers (RFC 8030) over HTTPS of our own: one request a connection, no redirects, and only to
/// addresses of the open internet.
package final class PushClient: Sendable {
    package enum Outcome: Sendable, Hashable {
        case sent
        /// The browser has ended its subscription (404, 410).
        case gone
        case later(String, pause: Span?)
        case refused(String)
    }

    package let identity: PushIdentity
    private let tls: NIOSSLContext
    private let allowsPrivate: Bool
    private let group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    /// - Parameters:
    ///   - contact: `mailto:…` or `https://…` of whoever answers for this house.
    ///   - roots: PEM of further authorities; '' for those of the system.
    ///   - allowsPrivate: for trials only: services at private addresses.
    package init(journal: Journal, contact: String, roots: String = "", allowsPrivate: Bool = false) throws {
        let secret = try journal.writeHere { try OutboxStore.secret("vapid", make: PushIdentity.makeSecret, in: $0) }
        identity = try PushIdentity(secret: secret, contact: contact)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if !roots.isEmpty { configuration.trustRoots = .file(roots) }
        tls = try NIOSSLContext(configuration: configuration)
        self.allowsPrivate = allowsPrivate
    }

    func send(_ message: OutboxStore.Message, at now: Instant) async -> Outcome {
        let keys = message.keys.split(separator: " ").map(String.init)
        guard keys.count == 2, let subscription = PushSubscription(endpoint: message.recipient, p256dh: keys[0], auth: keys[1]),
            let endpoint = PushEndpoint(message.recipient), message.body.count <= PushEncryption.longest
        else { return .refused("the subscription is not right") }
        do {
            let body = try PushEncryption.encrypt(message.body, key: subscription.key, secret: subscription.secret)
            let address = try await resolve(endpoint)
            // Of messages about one thing only the last is shown (§5.4); the name says nothing to the service.
            let topic = Base64URL.text(Array(SHA256.hash(data: Array(message.topic.utf8))).prefix(18))
            let head: [(String, String)] = [
                ("Host", endpoint.authority), ("TTL", "86400"), ("Urgency", "normal"), ("Topic", topic), ("Content-Encoding", "aes128gcm"),
                ("Content-Type", "application/octet-stream"), ("Content-Length", String(body.count)), ("Connection", "close"),
                ("Authorization", try identity.authorization(for: endpoint, seconds: now.seconds)),
            ]
            return try await post(endpoint, to: address, HTTPHeaders(head), body)
        } catch let fault as PushFault {
            return fault == .inside ? .refused("the service is at a private address") : .later("\(fault)", pause: nil)
        } catch { return .later("\(error)".prefix(200).description, pause: nil) }
    }

    enum PushFault: Error, Equatable {
        case unknownHost
        case inside
        case silent
    }

    /// Looks the host up and gives an address that may be asked; the connection goes to just this one, so that a second answer of the name
    /// server changes nothing.
    private func resolve(_ endpoint: PushEndpoint) async throws -> SocketAddress {
        let (host, port, allowsPrivate) = (endpoint.host, endpoint.port, allowsPrivate)
        return try await NIOThreadPool.singleton.runIfActive {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host, String(port), &hints, &list) == 0, let first = list else { throw PushFault.unknownHost }
            defer { freeaddrinfo(first) }
            var found: [SocketAddress] = []
            var next: UnsafeMutablePointer<addrinfo>? = first
            while let one = next {
                if let address = SocketAddress(one.pointee) { found.append(address) }
                next = one.pointee.ai_next
            }
            guard !found.isEmpty else { throw PushFault.unknownHost }
            guard allowsPrivate || found.allSatisfy({ PushEndpoint.isPublic($0.bytes) }) else { throw PushFault.inside }
            return found[0]
        }
    }

    private func post(_ endpoint: PushEndpoint, to address: SocketAddress, _ headers: HTTPHeaders, _ body: [UInt8]) async throws -> Outcome
    {
        let tls = tls
        let host = (try? SocketAddress(ipAddress: endpoint.host, port: 0)) == nil ? endpoint.host : nil
        let loop = group.next()
        let answer = loop.makePromise(of: HTTPResponseHead.self)
        do {
            let channel = try await ClientBootstrap(group: loop).connectTimeout(.seconds(5)).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(try NIOSSLClientHandler(context: tls, serverHostname: host))
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(PushAnswer(answer))
                }
            }.connect(to: address).get()
            let late = loop.scheduleTask(in: .seconds(10)) { answer.fail(PushFault.silent) }
            channel.write(
                HTTPClientRequestPart.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: endpoint.path, headers: headers)),
                promise: nil)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            defer {
                late.cancel()
                channel.close(promise: nil)
            }
            return PushClient.outcome(try await answer.futureResult.get())
        } catch {
            answer.fail(error)
            throw error
        }
    }

    static func outcome(_ head: HTTPResponseHead) -> Outcome {
        let status = Int(head.status.code)
        let pause = head.headers.first(name: "Retry-After").flatMap { Int64($0) }.map { Span.seconds(max(0, min($0, 86_400))) }
        switch status {
        case 200...299: return .sent
        case 404, 410: return .gone
        case 408, 425, 429, 500...599: return .later("the push service answers \(status)", pause: pause)
        default: return .refused("the push service answers \(status)")
        }
    }
}

/// The head of the answer; its body says nothing to us.
private final class PushAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    private let answer: EventLoopPromise<HTTPResponseHead>

    init(_ answer: EventLoopPromise<HTTPResponseHead>) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = Self.unwrapInboundIn(data) { answer.succeed(head) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(PushClient.PushFault.silent)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
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

    fileprivate var bytes: [UInt8] {
        switch self {
        case .v4(let v4): withUnsafeBytes(of: v4.address.sin_addr) { Array($0) }
        case .v6(let v6): withUnsafeBytes(of: v6.address.sin6_addr) { Array($0) }
        case .unixDomainSocket: []
        }
    }
}
