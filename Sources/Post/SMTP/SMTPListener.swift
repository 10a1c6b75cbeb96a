// SPDX-License-Identifier: EUPL-1.2

package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// What becomes of a mail that came in.
package enum SMTPVerdict: Sendable, Hashable {
    /// It is on disk.
    case kept
    /// Not now; the sender's server tries again.
    case later(String)
    /// Never.
    case refused(String)

    var reply: String {
        switch self {
        case .kept: "250 2.0.0 Kept"
        case .later(let why): "451 4.3.0 " + why
        case .refused(let why): "554 5.6.0 " + why
        }
    }
}

/// The door for mail. 250 goes out only after `deliver` has said that the mail is kept.
package final class SMTPListener: Sendable {
    package struct Configuration: Sendable {
        package var bind: String
        package var port: Int
        package var limits: SMTPLimits
        /// PEM files; '' for a door without STARTTLS.
        package var certificate: String
        package var key: String
        /// Seconds without a byte, and of one connection in all.
        package var idleSeconds: Int64 = 300
        package var longestSeconds: Int64 = 1800

        package init(bind: String, port: Int, limits: SMTPLimits, certificate: String = "", key: String = "") {
            (self.bind, self.port, self.limits, self.certificate, self.key) = (bind, port, limits, certificate, key)
        }
    }

    /// A mail as it came: who says to have sent it, to which of our addresses, the bytes.
    package struct Arrival: Sendable {
        package var sender: String
        package var recipients: [String]
        package var bytes: [UInt8]
        package init(sender: String, recipients: [String], bytes: [UInt8]) {
            (self.sender, self.recipients, self.bytes) = (sender, recipients, bytes)
        }
    }

    /// Since start.
    package struct Counts: Sendable, Hashable {
        package var connections = 0
        package var turnedAway = 0
        package var kept = 0
        package var later = 0
        package var refused = 0
    }

    private let configuration: Configuration
    private let house: SMTPHouse
    private let log: Logger
    private let state = Mutex<(group: MultiThreadedEventLoopGroup, server: (any Channel)?)?>(nil)

    /// - Parameters:
    ///   - accepts: is this address ours?
    ///   - deliver: keeps a mail; called for one mail of a connection at a time.
    package init(
        _ configuration: Configuration, log: Logger, accepts: @escaping @Sendable (String) -> Bool,
        deliver: @escaping @Sendable (Arrival) async -> SMTPVerdict
    ) {
        (self.configuration, self.log) = (configuration, log)
        house = SMTPHouse(limits: configuration.limits, accepts: accepts, deliver: deliver)
    }

    package var counts: Counts { house.counts.withLock { $0 } }
    package var boundPort: Int? { state.withLock { $0?.server?.localAddress?.port } }
    package var isListening: Bool { state.withLock { $0?.server?.isActive } == true }

    /// Listens until the task is cancelled.
    package func run() async throws {
        try await start()
        let server = state.withLock { $0?.server }
        await withTaskCancellationHandler {
            try? await server?.closeFuture.get()
        } onCancel: {
            server?.close(promise: nil)
        }
        await stop()
    }

    /// - Throws: where the port is taken or a certificate cannot be read.
    package func start() async throws {
        let tls = try configuration.certificate.isEmpty ? nil : SMTPListener.tls(configuration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (house, configuration) = (house, configuration)
        do {
            let server = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let peer = channel.remoteAddress?.ipAddress ?? ""
                        guard house.enter(peer) else {
                            channel.writeAndFlush(ByteBuffer(string: "421 4.7.0 Too many connections, come again later\r\n")).whenComplete {
                                _ in channel.close(promise: nil)
                            }
                            return
                        }
                        try channel.pipeline.syncOperations.addHandlers(
                            IdleStateHandler(readTimeout: .seconds(configuration.idleSeconds)),
                            SMTPConnection(house: house, tls: tls, peer: peer, longest: .seconds(configuration.longestSeconds)))
                    }
                }
                .bind(host: configuration.bind, port: configuration.port).get()
            state.withLock { $0 = (group, server) }
            log.info("mail: listening on \(configuration.bind):\(server.localAddress?.port ?? 0)\(tls == nil ? "" : " (STARTTLS)")")
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    package func stop() async {
        let old = state.withLock { state in
            defer { state = nil }
            return state
        }
        try? await old?.server?.close().get()
        try? await old?.group.shutdownGracefully()
    }

    private static func tls(_ configuration: Configuration) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(configuration.certificate).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: configuration.key, format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        tls.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: tls)
    }
}

/// What the connections share.
final class SMTPHouse: Sendable {
    let limits: SMTPLimits
    let accepts: @Sendable (String) -> Bool
    let deliver: @Sendable (SMTPListener.Arrival) async -> SMTPVerdict
    let counts = Mutex(SMTPListener.Counts())
    private let present = Mutex<(all: Int, byPeer: [String: Int], bytes: Int)>((0, [:], 0))

    init(
        limits: SMTPLimits, accepts: @escaping @Sendable (String) -> Bool,
        deliver: @escaping @Sendable (SMTPListener.Arrival) async -> SMTPVerdict
    ) {
        (self.limits, self.accepts, self.deliver) = (limits, accepts, deliver)
    }

    func enter(_ peer: String) -> Bool {
        let isLet = present.withLock { present in
            guard present.all < limits.connections, present.byPeer[peer, default: 0] < limits.connectionsPerPeer else { return false }
            present.all += 1
            present.byPeer[peer, default: 0] += 1
            return true
        }
        counts.withLock {
            $0.connections += 1
            if !isLet { $0.turnedAway += 1 }
        }
        return isLet
    }

    func leave(_ peer: String) {
        present.withLock { present in
            present.all -= 1
            present.byPeer[peer, default: 1] -= 1
            if present.byPeer[peer] == 0 { present.byPeer[peer] = nil }
        }
    }

    func reserve(_ bytes: Int) -> Bool {
        present.withLock { present in
            guard present.bytes + bytes <= limits.bytesInFlight else { return false }
            present.bytes += bytes
            return true
        }
    }

    func release(_ bytes: Int) { if bytes > 0 { present.withLock { $0.bytes -= bytes } } }

    func count(_ verdict: SMTPVerdict) {
        counts.withLock {
            switch verdict {
            case .kept: $0.kept += 1
            case .later: $0.later += 1
            case .refused: $0.refused += 1
            }
        }
    }
}
