// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// How it stands with one broker.
final class BrokerState: Sendable {
    struct Content: Sendable {
        var isConnected = false
        var isSubscribed = false
        var connects = 0
        /// When `isSubscribed` last changed, and the last thing that went wrong.
        var since: Instant?
        var lastTrouble = ""
    }
    private let content = Mutex(Content())
    private let statistics: FieldStatistics
    let name: String
    private let log: Logger

    init(name: String, statistics: FieldStatistics, log: Logger) { (self.name, self.statistics, self.log) = (name, statistics, log) }

    var now: Content { content.withLock { $0 } }
    func change(_ body: @Sendable (inout Content) -> Void) { content.withLock { body(&$0) } }
    func note(_ what: String, _ at: Instant) {
        log.notice("mqtt broker \(name): \(what)")
        content.withLock { content in
            content.lastTrouble = what
            content.since = content.since ?? at
        }
        statistics.note(FieldStatistics.Incident(at: at, peer: name, what: what))
    }
}

/// The client of one broker of the city; for several brokers make several. Acknowledges a message only when the floor has it on
/// disk (both C clients in Debian acknowledge before their callback). Comes back by itself, with growing, spread pauses.
package final class BrokerClient: OrderWay {
    package let statistics = FieldStatistics()
    private let configuration: BrokerConfiguration
    private let box: DirectoryBox
    private let inlet: any Inlet
    private let clock: Clock
    private let ear: Ear?
    private let outbox: BrokerOutbox
    private let state: BrokerState
    private let connection = Mutex<Handle?>(nil)

    /// A connection as other threads may hold it: they only hand it back to its loop.
    private struct Handle: @unchecked Sendable {
        let wire: BrokerConnection
        func onItsLoop(_ body: @escaping @Sendable (BrokerConnection) -> Void) { wire.inbox.loop.execute { body(self.wire) } }
    }

    package init(
        configuration: BrokerConfiguration, directory: DirectoryBox, inlet: any Inlet, clock: Clock, log: Logger, ear: Ear? = nil
    ) {
        (self.configuration, box, self.inlet, self.clock, self.ear) = (configuration, directory, inlet, clock, ear)
        outbox = BrokerOutbox(limit: configuration.maximumQueuedOrders)
        state = BrokerState(name: "\(configuration.host):\(configuration.port)", statistics: statistics, log: log)
    }

    /// Connected, and all filters subscribed.
    package var isReady: Bool { state.now.isSubscribed }
    /// Connections since start that the broker accepted.
    package var connects: Int { state.now.connects }

    package var standing: BrokerStanding {
        let now = state.now
        return BrokerStanding(
            name: state.name, isReady: now.isSubscribed, since: now.since, connects: now.connects, lastTrouble: now.lastTrouble)
    }

    /// Connects, and connects again, until the task is cancelled.
    package func run() async throws {
        let tls = try configuration.tls.map(context)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let inbox = Inbox(loop: group.next(), box: box, inlet: inlet, clock: clock, statistics: statistics, ear: ear)
        let tick = inbox.loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in inbox.tick() }
        var pause = configuration.shortestPause
        while !Task.isCancelled {
            let before = connects
            do {
                try await connectOnce(group, inbox, tls)
            } catch {
                state.note("\(error)", clock.now())
            }
            if connects > before { pause = configuration.shortestPause }
            // Half of the pause is by chance, so that many rooms do not come back in step.
            let wait = pause.milliseconds / 2 + Int64.random(in: 0...max(1, pause.milliseconds / 2))
            try? await Task.sleep(for: .milliseconds(wait))
            pause = min(Span(milliseconds: pause.milliseconds * 2), configuration.longestPause)
        }
        tick.cancel()
        try await group.shutdownGracefully()
    }

    private func connectOnce(_ group: MultiThreadedEventLoopGroup, _ inbox: Inbox, _ tls: NIOSSLContext?) async throws {
        let (configuration, outbox, state) = (configuration, outbox, state)
        let host = configuration.host
        let channel = try await ClientBootstrap(group: group)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host))
                    }
                    let wire = BrokerConnection(configuration: configuration, outbox: outbox, state: state, inbox: inbox)
                    try channel.pipeline.syncOperations.addHandler(wire)
                    connection.withLock { $0 = Handle(wire: wire) }
                }
            }
            .connect(host: host, port: configuration.port).get()
        await withTaskCancellationHandler {
            try? await channel.closeFuture.get()
        } onCancel: {
            connection.withLock { $0 }?.onItsLoop { $0.sayGoodbye() }
        }
        connection.withLock { $0 = nil }
    }

    private func context(_ tls: BrokerConfiguration.TLS) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let roots = tls.roots { configuration.trustRoots = .file(roots) }
        if let chain = tls.certificateChain, let key = tls.privateKey {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(chain).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// Queues orders; they are published as soon as the broker's window has room. What does not fit is dropped and counted.
    package func send(_ frames: [OrderFrame]) {
        let dropped = outbox.append(frames)
        if dropped > 0 { statistics.ordersDropped.add(dropped) }
        connection.withLock { $0 }?.onItsLoop { $0.pump() }
    }

    package func withdraw(_ gateway: Asset.Number) {
        outbox.withdraw(gateway)
        // There may be room in the broker's window again.
        connection.withLock { $0 }?.onItsLoop { $0.pump() }
    }
}
