// SPDX-License-Identifier: EUPL-1.2

import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// All connections of the simulated city, one a gateway, on one event loop together with the simulation itself: nothing is shared between
/// threads, so nothing is locked.
final class Wires: @unchecked Sendable {
    private let host: String
    private let port: Int
    private let password: String?
    private let keepAlive: UInt16
    private let tls: NIOSSLContext?
    private let loop: any EventLoop
    private let log: Logger
    private let simulation: Simulation
    private var lines: [GatewayLine?]
    private var unsent: [[GatewayLine.Message]]
    private var isTrying: [Bool]
    private var refusals = 0

    init(simulation: Simulation, setup: Rehearsing, loop: any EventLoop, log: Logger) throws {
        (self.simulation, host, port, password) = (simulation, setup.host, setup.port, setup.password)
        (keepAlive, self.loop, self.log) = (setup.keepAlive, loop, log)
        tls = try setup.trust.map { file in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(file)
            return try NIOSSLContext(configuration: configuration)
        }
        lines = [GatewayLine?](repeating: nil, count: simulation.roster.gateways.count)
        unsent = [[GatewayLine.Message]](repeating: [], count: lines.count)
        isTrying = [Bool](repeating: false, count: lines.count)
        simulation.outbox = { [unowned self] in send($0) }
    }

    private func send(_ outgoing: Outgoing) {
        switch outgoing {
        case .publish(let g, let topic, let payload):
            lines[g]?.publish(.init(topic: "vigie/1/\(simulation.roster.gateways[g])/\(topic.rawValue)", payload: payload))
        case .connect(let g): connect(g)
        case .vanish(let g, let silently):
            guard let line = lines[g] else { return }
            unsent[g] = line.unsent
            lines[g] = nil
            line.vanish(silently: silently)
        }
    }

    private func connect(_ g: Int) {
        guard lines[g] == nil, !isTrying[g] else { return }
        isTrying[g] = true
        let gateway = simulation.roster.gateways[g]
        ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(secured(tls)) }
                    let line = GatewayLine(gateway: gateway, password: password, keepAlive: keepAlive, unsent: unsent[g]) {
                        [weak self] news in
                        self?.hear(news, g)
                    }
                    unsent[g] = []
                    lines[g] = line
                    try channel.pipeline.syncOperations.addHandler(line)
                }
            }
            .connect(host: host, port: port)
            .whenComplete { [self] result in
                isTrying[g] = false
                if case .failure(let error) = result { hear(.down("cannot connect to \(host):\(port): \(error)"), g) }
            }
    }

    private func secured(_ tls: NIOSSLContext) throws -> NIOSSLClientHandler {
        // A name is asked for and looked up in the certificate; an address cannot be asked for (RFC 6066 §3).
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host)
    }

    private func hear(_ news: GatewayLine.News, _ g: Int) {
        switch news {
        case .up: simulation.linkChanged(g, isUp: true)
        case .order(let payload): simulation.take(order: payload, gateway: g)
        case .down(let why):
            if let line = lines[g] { unsent[g] = line.unsent }
            lines[g] = nil
            refusals += 1
            // One line for the first, then one in a thousand: a listener that is away must not fill the disk.
            if refusals == 1 || refusals % 1000 == 0 {
                log.warning("\(why); trying again", metadata: ["gateway": "\(simulation.roster.gateways[g])", "times": "\(refusals)"])
            }
            simulation.linkChanged(g, isUp: false)
        }
    }
}
