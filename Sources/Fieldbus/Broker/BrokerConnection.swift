// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import NIOCore

/// Our side of one connection to a broker: comes in with a persistent session, subscribes, reads, acknowledges after the commit,
/// and publishes orders.
final class BrokerConnection: Wire {
    private let configuration: BrokerConfiguration
    private let outbox: BrokerOutbox
    private let state: BrokerState
    private var isOpen = false
    private var lastSent = NIODeadline.now()
    private var window = 0
    private var brokerLimit = Int.max
    private var lastTopic: [UInt8] = []
    private var lastRoute: Route?
    private var lastDirectory: Directory?

    init(configuration: BrokerConfiguration, outbox: BrokerOutbox, state: BrokerState, inbox: Inbox) {
        (self.configuration, self.outbox, self.state) = (configuration, outbox, state)
        super.init(inbox: inbox, maximumPacketSize: configuration.maximumPacketSize)
        version = configuration.version
    }

    override func didOpen() {
        var connect = MQTTConnect(version: version, clientID: configuration.clientID)
        connect.cleanStart = false
        connect.keepAlive = configuration.keepAlive
        connect.user = configuration.user
        connect.password = configuration.password.map { Array($0.utf8) }
        connect.sessionExpiry = UInt32(clamping: configuration.sessionExpiry.seconds)
        connect.receiveMaximum = configuration.receiveMaximum
        connect.maximumPacketSize = UInt32(clamping: configuration.maximumPacketSize)
        send(MQTTWriter.packet(version) { $0.connect(connect) })
    }

    override func packet(_ packet: MQTTPacket) throws(MQTTFault) {
        switch packet {
        case .connectAck(let ack): try accepted(ack)
        case .subscribeAck(_, let codes):
            if let refused = codes.first(where: \.isFailure) {
                state.note("the broker refused a subscription [\(refused)]", inbox.clock.now())
            }
            let now = inbox.clock.now()
            state.change {
                $0.isSubscribed = !codes.contains(where: \.isFailure)
                $0.since = now
            }
        case .acknowledgement(.publishAck, let id, let reason): orderAcknowledged(id, reason)
        case .disconnect(let reason, _):
            state.note("the broker ended the connection [\(reason)]", inbox.clock.now())
            close()
        case .pingResponse, .unsubscribeAck: break
        default: throw MQTTFault(.protocolError, "the broker sent a packet that only a client sends")
        }
    }

    private func accepted(_ ack: MQTTConnectAck) throws(MQTTFault) {
        guard !isOpen else { throw MQTTFault(.protocolError, "a second CONNACK (5 §3.2)") }
        guard ack.reason == .success else {
            state.note("the broker refused the connection [\(ack.reason)]\(ack.reasonString.map { ": " + $0 } ?? "")", inbox.clock.now())
            return close()
        }
        isOpen = true
        window = min(Int(ack.receiveMaximum), Int(configuration.ordersInFlight))
        brokerLimit = ack.maximumPacketSize.map { Int($0) } ?? .max
        state.change {
            $0.isConnected = true
            $0.connects += 1
        }
        let prefix = configuration.sharedGroup.map { "$share/\($0)/" } ?? ""
        // Retained link states of before would come in again at each reconnect: ask for none (5 §3.8.3.1); 3.1.1 cannot.
        let filters = configuration.topics.map { MQTTSubscription(filter: prefix + $0, qos: 1, retainHandling: prefix.isEmpty ? 2 : 0) }
        send(MQTTWriter.packet(version) { $0.subscribe(packetID: .max, filters) })
        if !ack.isSessionPresent { outbox.forgetUnderWay() }
        resend()
    }

    override func publish(_ publish: MQTTPublish) throws(MQTTFault) {
        guard isOpen else { throw MQTTFault(.protocolError, "PUBLISH before CONNACK") }
        guard publish.qos < 2 else { throw MQTTFault(.qosNotSupported, "the subscription grants QoS 1 at most") }
        if let route = try route(publish) { _ = inbox.take(publish.payload, route, isFresh: !publish.isRetained) }
        if publish.qos == 1 { expectAcknowledgement(publish.packetID, .success) }
    }

    @inline(__always)
    private func route(_ publish: MQTTPublish) throws(MQTTFault) -> Route? {
        if let lastRoute, lastDirectory === inbox.directory, isSame(lastTopic, publish.topic) { return lastRoute }
        guard publish.topicAlias == 0, !publish.topic.isEmpty else {
            throw MQTTFault(.topicAliasInvalid, "no topic alias was allowed [MQTT-3.1.2-26]")
        }
        try publish.checkTopic()
        switch Route.find(publish.topic, directory: inbox.directory) {
        case .route(let route):
            (lastTopic, lastRoute, lastDirectory) = (Array(publish.topic), route, inbox.directory)
            return route
        // A wide filter (`vigie/1/#`) brings back what we ourselves publish.
        case .badForm where publish.topic.suffix(7).elementsEqual("/orders".utf8): break
        case .badForm: inbox.refuse(.badTopic)
        case .unknownGateway, .unknownAsset: inbox.refuse(.unknownDevice)
        }
        return nil
    }

    // MARK: orders

    /// Publishes what waits, as far as the broker's window goes.
    func pump() {
        guard isOpen, !isClosed else { return }
        var writer = MQTTWriter(version: version)
        var sent = 0
        while let (packetID, frame) = outbox.next(window: window) {
            guard let gateway = inbox.directory.id(of: frame.gateway), frame.payload.count + 100 <= brokerLimit else {
                _ = outbox.acknowledge(packetID)
                inbox.statistics.ordersDropped.add()
                continue
            }
            writer.publish(topic: Topics.orders(gateway), payload: frame.payload, qos: 1, packetID: packetID)
            sent += 1
        }
        inbox.statistics.ordersSent.add(sent)
        if sent > 0 { send(writer.bytes) }
    }

    private func resend() {
        var writer = MQTTWriter(version: version)
        for (packetID, frame) in outbox.underWay {
            guard let gateway = inbox.directory.id(of: frame.gateway) else { continue }
            writer.publish(topic: Topics.orders(gateway), payload: frame.payload, qos: 1, packetID: packetID, isDuplicate: true)
        }
        if !writer.bytes.isEmpty { send(writer.bytes) }
        pump()
    }

    private func orderAcknowledged(_ id: UInt16, _ reason: MQTTReason) {
        guard outbox.acknowledge(id) else { return }
        inbox.statistics.ordersAcknowledged.add()
        if reason.isFailure { state.note("the broker refused an order [\(reason)]", inbox.clock.now()) }
        pump()
    }

    // MARK: keep-alive and end

    override func send(_ bytes: [UInt8]) {
        lastSent = .now()
        super.send(bytes)
    }

    override func tick(_ now: NIODeadline) {
        let half = TimeAmount.milliseconds(Int64(configuration.keepAlive) * 500)
        guard half > .zero else { return }
        if isOpen, now - lastSent > half { send(MQTTWriter.packet(version) { $0.pingRequest() }) }
        guard !isReadingPaused, !inbox.isHeld, now - lastHeard > half * 3 else { return }
        state.note("nothing was heard from the broker for one and a half times the keep-alive", inbox.clock.now())
        close()
    }

    override func fail(_ fault: MQTTFault) {
        inbox.statistics.faults.add()
        state.note("\(fault.what) [\(fault.reason)]", inbox.clock.now())
        if version == .v5, isOpen { send(MQTTWriter.packet(version) { $0.disconnect(fault.reason) }) }
        close()
    }

    override func didClose() {
        let now = inbox.clock.now()
        state.change {
            if $0.isSubscribed { $0.since = now }
            $0.isConnected = false
            $0.isSubscribed = false
        }
    }

    /// Takes leave; the broker keeps the session.
    func sayGoodbye() {
        if isOpen { send(MQTTWriter.packet(version) { $0.disconnect() }) }
        close()
    }
}
