// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Our own MQTT listener (3.1.1 and 5): publish in, orders out, the will as loss of the link. Not a broker: nothing is
/// retained, nothing goes from device to device, QoS 2 is refused (docs/decisions/0003-own-mqtt-listener.md).
///
/// A PUBACK goes out only after the floor has called `Delivery.acknowledge`, so after the reading is on disk.
package final class MQTTListener: OrderWay {
    package let statistics = FieldStatistics()
    private let house: ListenerHouse
    private let box: DirectoryBox
    private let inlet: any Inlet
    private let clock: Clock
    private let ear: Ear?
    private let state = Mutex(State())

    private struct State {
        var group: MultiThreadedEventLoopGroup?
        var inboxes: [ObjectIdentifier: Inbox] = [:]
        var servers: [any Channel] = []
        var ticks: [RepeatedTask] = []
    }

    package init(
        configuration: MQTTListenerConfiguration, directory: DirectoryBox, inlet: any Inlet, clock: Clock, log: Logger, ear: Ear? = nil
    ) {
        (box, self.inlet, self.clock, self.ear) = (directory, inlet, clock, ear)
        house = ListenerHouse(
            configuration: configuration,
            sessions: Sessions(
                maximumPerGateway: configuration.maximumSessionsPerGateway, maximumQueued: configuration.maximumQueuedOrders,
                statistics: statistics),
            doorkeeper: Doorkeeper(configuration: configuration, box: directory, clock: clock), log: log)
    }

    /// The port of the first endpoint once it is bound.
    package var boundPort: Int? { boundPorts.first }
    /// All endpoints of the configuration are open.
    package var isListening: Bool { state.withLock { $0.servers.count } == house.configuration.endpoints.count }
    /// The ports of all endpoints, in the order of the configuration.
    package var boundPorts: [Int] { state.withLock { $0.servers.compactMap(\.localAddress?.port) } }

    /// Listens until the task is cancelled, then closes all connections.
    package func run() async throws {
        try await start()
        let servers = state.withLock { $0.servers }
        await withTaskCancellationHandler {
            for server in servers { try? await server.closeFuture.get() }
        } onCancel: {
            for server in servers { server.close(promise: nil) }
        }
        await stop()
    }

    /// Binds all endpoints. Throws where a port is taken or a certificate cannot be read; then nothing listens.
    package func start() async throws {
        guard state.withLock({ $0.group == nil }) else { return }
        let tls = try house.configuration.endpoints.map { try $0.tls.map(ServerTLS.context) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, house.configuration.loops))
        state.withLock { state in
            state.group = group
            for loop in group.makeIterator() {
                let inbox = Inbox(loop: loop, box: box, inlet: inlet, clock: clock, statistics: statistics, ear: ear)
                state.inboxes[ObjectIdentifier(loop)] = inbox
                state.ticks.append(loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in inbox.tick() })
            }
            let (house, clock) = (house, clock)
            state.ticks.append(
                group.next().scheduleRepeatedTask(initialDelay: .seconds(30), delay: .seconds(30)) { _ in
                    house.sessions.expire(at: clock.now())
                })
        }
        do {
            for (endpoint, tls) in zip(house.configuration.endpoints, tls) {
                let server = try await bind(endpoint, tls, group)
                state.withLock { $0.servers.append(server) }
                house.log.info("mqtt: listening on \(endpoint.host):\(server.localAddress?.port ?? 0)\(tls == nil ? "" : " (TLS)")")
            }
        } catch {
            await stop()
            throw error
        }
    }

    private func bind(_ endpoint: MQTTListenerConfiguration.Endpoint, _ tls: NIOSSLContext?, _ group: MultiThreadedEventLoopGroup)
        async throws -> any Channel
    {
        let (house, statistics) = (house, statistics)
        let inboxes = state.withLock { $0.inboxes }
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: house.configuration.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let inbox = inboxes[ObjectIdentifier(channel.eventLoop)] else { return channel.close(promise: nil) }
                    statistics.accepted.add()
                    guard statistics.connections.load(ordering: .relaxed) < house.configuration.maximumConnections else {
                        statistics.turnedAway.add()
                        return channel.close(promise: nil)
                    }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    statistics.connections.add()
                    try channel.pipeline.syncOperations.addHandler(GatewayConnection(house: house, inbox: inbox))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 4096, maximum: 65_536))
            .bind(host: endpoint.host, port: endpoint.port).get()
    }

    /// Closes the endpoints and all connections; MQTT 5 clients are told that the server shuts down. Sessions end.
    package func stop() async {
        house.willClose()
        let old = state.withLock { state in
            defer { state = State() }
            return state
        }
        for tick in old.ticks { tick.cancel() }
        for server in old.servers { try? await server.close().get() }
        for inbox in old.inboxes.values {
            try? await inbox.loop.submit {
                for case let wire as GatewayConnection in Array(inbox.wires.values) {
                    wire.end(MQTTFault(.serverShuttingDown, "the room is closing"))
                }
            }.get()
        }
        try? await old.group?.shutdownGracefully()
    }

    /// Puts orders into the sessions of their gateways and sends what may go now.
    package func send(_ frames: [OrderFrame]) {
        for wire in house.sessions.enqueue(frames) { wire.onItsLoop { $0.pump() } }
    }

    package func withdraw(_ gateway: Asset.Number) { house.sessions.withdraw(gateway) }

    /// A gateway's password was changed or taken away: it is not known any more, and connections that came in by it end as not authorized.
    package func forgetPassword(of user: String) {
        house.doorkeeper.forget(user)
        guard let gateway = box.current.find(user) else { return }
        for wire in house.sessions.wires(of: gateway) { wire.onItsLoop { $0.passwordChanged() } }
    }
}
