// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Logging
import NIOCore

/// The listener's side of one connection: a client comes in, is bound to its gateway, publishes, and takes orders.
final class GatewayConnection: Wire {
    private enum Stage { case awaitsConnect, awaitsAnswer, open }

    private let house: ListenerHouse
    private let openedAt = NIODeadline.now()
    private var stage = Stage.awaitsConnect
    private var connect: MQTTConnect?
    private var clientID = ""
    private var keepAlive = TimeAmount.zero
    private var gateway = Asset.Number.none
    private var sessionExpiry: Span = .seconds(0)
    private var hasLeft = false
    /// Of the doorkeeper, when the password was looked at; nil where none was.
    private var passwordEpoch: UInt64?
    private var isThrottled = false
    private var allowance: Double
    private var allowanceAt = NIODeadline.now()

    /// The topic of the last message and what it means in this directory: gateways speak on one topic.
    private var lastTopic: [UInt8] = []
    private var lastRoute: Route?
    private var lastDirectory: Directory?
    private var aliases: [UInt16: [UInt8]] = [:]

    init(house: ListenerHouse, inbox: Inbox) {
        self.house = house
        allowance = house.configuration.maximumRate ?? 0
        super.init(inbox: inbox, maximumPacketSize: house.configuration.maximumPacketSize)
    }

    private var configuration: MQTTListenerConfiguration { house.configuration }
    private var now: Instant { inbox.clock.now() }

    // MARK: packets

    override func packet(_ packet: MQTTPacket) throws(MQTTFault) {
        if case .connect(let connect) = packet {
            guard stage == .awaitsConnect else { throw MQTTFault(.protocolError, "a second CONNECT [MQTT-3.1.0-2]") }
            return try comeIn(connect)
        }
        guard stage == .open else { throw MQTTFault(.protocolError, "the first packet is CONNECT [MQTT-3.1.0-1]") }
        switch packet {
        case .subscribe(let id, let subscriptions, let hasIdentifier): subscribe(id, subscriptions, hasIdentifier)
        case .unsubscribe(let id, let filters): unsubscribe(id, filters)
        case .acknowledgement(.publishAck, let id, _): orderAcknowledged(id)
        case .acknowledgement: throw MQTTFault(.protocolError, "QoS 2 is not spoken here, so this packet has no meaning (5 §4.3.3)")
        case .pingRequest: send(MQTTWriter.packet(version) { $0.pingResponse() })
        case .disconnect(let reason, let expiry): try leave(reason, expiry)
        case .auth: throw MQTTFault(.badAuthenticationMethod, "no authentication method was agreed (5 §4.12)")
        case .connect, .connectAck, .subscribeAck, .unsubscribeAck, .pingResponse:
            throw MQTTFault(.protocolError, "only a server sends this packet (5 §2.1.2)")
        }
    }

    override func publish(_ publish: MQTTPublish) throws(MQTTFault) {
        guard stage == .open else { throw MQTTFault(.protocolError, "the first packet is CONNECT [MQTT-3.1.0-1]") }
        guard publish.qos < 2 else { throw MQTTFault(.qosNotSupported, "QoS 0 and 1 are spoken here [MQTT-3.2.2-11]") }
        guard !publish.isRetained else { throw MQTTFault(.retainNotSupported, "nothing is retained here [MQTT-3.2.2-14]") }
        if inFlight >= Int(configuration.receiveMaximum), publish.qos == 1 {
            guard version == .v3 else {
                throw MQTTFault(.receiveMaximumExceeded, "more unacknowledged messages than agreed [MQTT-3.3.4-9]")
            }
            isReadingPaused = true
        }
        var reason = MQTTReason.success
        if let route = try route(publish, &reason) { reason = inbox.take(publish.payload, route) }
        if publish.qos == 1 { expectAcknowledgement(publish.packetID, reason) }
    }

    /// Where the message belongs, or nil where it is refused. 3.1.1 has no way to refuse a message but to end the connection.
    @inline(__always)
    private func route(_ publish: MQTTPublish, _ reason: inout MQTTReason) throws(MQTTFault) -> Route? {
        if publish.topicAlias == 0, let lastRoute, lastDirectory === inbox.directory, isSame(lastTopic, publish.topic) { return lastRoute }
        return try newRoute(publish, &reason)
    }

    private func newRoute(_ publish: MQTTPublish, _ reason: inout MQTTReason) throws(MQTTFault) -> Route? {
        try publish.checkTopic()
        let topic = try resolve(alias: publish.topicAlias, Array(publish.topic))
        switch topic.withUnsafeBytes({ Route.find($0, directory: inbox.directory) }) {
        case .route(let route) where route.gateway == gateway:
            (lastTopic, lastRoute, lastDirectory) = (topic, route, inbox.directory)
            return route
        case .route, .unknownGateway:
            reason = .notAuthorized
            try refuse(.notYours, MQTTFault(.notAuthorized, "a gateway publishes below vigie/1/<its own identity>/ only"))
        case .badForm:
            reason = .topicNameInvalid
            try refuse(.badTopic, MQTTFault(.topicNameInvalid, "topics are vigie/1/<gateway>/readings, packed, link, receipts"))
        case .unknownAsset:
            inbox.refuse(.unknownDevice)
        }
        return nil
    }

    private func refuse(_ refusal: Refusal, _ fault: MQTTFault) throws(MQTTFault) {
        inbox.refuse(refusal)
        if version == .v3 { throw fault }
    }

    /// Topic aliases of MQTT 5 §3.3.2.3.4.
    private func resolve(alias: UInt16, _ topic: [UInt8]) throws(MQTTFault) -> [UInt8] {
        guard alias > 0 else { return topic }
        guard alias <= configuration.topicAliasMaximum else {
            throw MQTTFault(.topicAliasInvalid, "the topic alias is larger than agreed [MQTT-3.3.2-9]")
        }
        if !topic.isEmpty { aliases[alias] = topic }
        guard let known = aliases[alias] else { throw MQTTFault(.protocolError, "the topic alias stands for nothing yet (5 §3.3.2.3.4)") }
        return known
    }

    // MARK: coming in

    private func comeIn(_ connect: MQTTConnect) throws(MQTTFault) {
        version = connect.version
        stage = .awaitsAnswer
        self.connect = connect
        clientID = connect.clientID
        guard !connect.hasAuthenticationMethod else {
            return turnAway(MQTTFault(.badAuthenticationMethod, "enhanced authentication is not spoken here (5 §4.12)"))
        }
        let names = context.map(CertificateNames.of) ?? []
        let credentials = Doorkeeper.Credentials(
            clientID: connect.clientID, user: connect.user, password: connect.password, certificateNames: names)
        if names.isEmpty, connect.user != nil, configuration.checkPassword != nil { passwordEpoch = house.doorkeeper.epoch }
        if let answer = house.doorkeeper.answerAtOnce(credentials) { return answered(answer) }
        isParsingPaused = true
        isReadingPaused = true
        let handle = WireHandle(self)
        let doorkeeper = house.doorkeeper
        // The one loose task of the listener: it ends with the password check, whose number is bounded.
        Task {
            let answer = await doorkeeper.answer(credentials)
            handle.onItsLoop { $0.answeredLater(answer) }
        }
    }

    private func answeredLater(_ answer: Doorkeeper.Answer) {
        guard !isClosed else { return }
        answered(answer)
        parseOn()
        isReadingPaused = false
    }

    private func answered(_ answer: Doorkeeper.Answer) {
        guard let connect else { return }
        switch answer {
        case .refused(let reason):
            turnAway(MQTTFault(reason, "no gateway of the inventory is known by this certificate, password or client identifier"))
        case .gateway(let gateway):
            if let will = connect.will, let fault = fault(of: will, gateway) { return turnAway(fault) }
            open(connect, gateway)
        }
    }

    /// A will is the gateway's link state and nothing else.
    private func fault(of will: MQTTConnect.Will, _ gateway: Asset.Number) -> MQTTFault? {
        if will.qos > 1 { return MQTTFault(.qosNotSupported, "QoS 0 and 1 are spoken here [MQTT-3.2.2-12]") }
        if will.isRetained { return MQTTFault(.retainNotSupported, "nothing is retained here [MQTT-3.2.2-13]") }
        var topic = will.topic
        let found = topic.withUTF8 { Route.find(UnsafeRawBufferPointer($0), directory: inbox.directory) }
        guard found == .route(Route(what: .link, gateway: gateway)) else {
            return MQTTFault(.topicNameInvalid, "a will is published to vigie/1/<the gateway's own identity>/link")
        }
        return nil
    }

    private func open(_ connect: MQTTConnect, _ gateway: Asset.Number) {
        var ack = MQTTConnectAck(reason: .success)
        if clientID.isEmpty {
            clientID = "vigie-\(gateway.value)-\(house.nextName())"
            ack.assignedClientID = clientID
        }
        let limit = configuration.maximumSessionExpiry
        let asked = connect.sessionExpiry == .max ? limit : Span.seconds(Int64(connect.sessionExpiry))
        sessionExpiry = min(asked, limit)
        if sessionExpiry < asked || connect.sessionExpiry == .max { ack.sessionExpiry = UInt32(clamping: sessionExpiry.seconds) }
        let cap = configuration.maximumKeepAlive
        let seconds = connect.version == .v5 && cap > 0 && (connect.keepAlive == 0 || connect.keepAlive > cap) ? cap : connect.keepAlive
        if seconds != connect.keepAlive { ack.serverKeepAlive = seconds }
        keepAlive = .milliseconds(Int64(seconds) * 1500)
        guard let opened = house.sessions.open(self, gateway: gateway, clientID: clientID, cleanStart: connect.cleanStart) else {
            return turnAway(MQTTFault(.quotaExceeded, "the gateway has too many connections already"))
        }
        self.gateway = gateway
        stage = .open
        opened.takenOver?.onItsLoop { $0.end(MQTTFault(.sessionTakenOver, "the client connected anew [MQTT-3.1.4-3]")) }
        // A key that was taken back while this one was being checked: it is not among those that were told to end.
        if let passwordEpoch, passwordEpoch != house.doorkeeper.epoch {
            return turnAway(MQTTFault(.serverBusy, "keys were changed while the gateway came in: it may try again"))
        }
        describe(&ack, isPresent: opened.isPresent)
        send(MQTTWriter.packet(version) { $0.connectAck(ack) })
        if opened.isFirst || opened.takenOver != nil { inbox.link(LinkEvent(gateway: gateway, isUp: true, at: now)) }
        if opened.isPresent { resend() }
    }

    private func describe(_ ack: inout MQTTConnectAck, isPresent: Bool) {
        ack.isSessionPresent = isPresent
        ack.receiveMaximum = configuration.receiveMaximum
        ack.maximumQoS = 1
        ack.isRetainAvailable = false
        ack.maximumPacketSize = UInt32(clamping: maximumPacketSize)
        ack.topicAliasMaximum = configuration.topicAliasMaximum
        ack.areWildcardsAvailable = false
        ack.areIdentifiersAvailable = false
        ack.isSharingAvailable = false
    }

    private func turnAway(_ fault: MQTTFault) {
        inbox.statistics.turnedAway.add()
        note(fault)
        var ack = MQTTConnectAck(reason: fault.reason)
        ack.reasonString = fault.what
        send(MQTTWriter.packet(version) { $0.connectAck(ack) })
        close()
    }

    // MARK: orders

    private var ordersTopic: String? { inbox.directory.id(of: gateway).map(Topics.orders) }

    private func subscribe(_ id: UInt16, _ subscriptions: [MQTTSubscription], _ hasIdentifier: Bool) {
        var codes: [MQTTReason] = []
        for subscription in subscriptions {
            if hasIdentifier {
                codes.append(.subscriptionIdentifiersNotSupported)
            } else if subscription.filter.hasPrefix("$share/") {
                codes.append(.sharedSubscriptionsNotSupported)
            } else if subscription.filter == ordersTopic {
                let granted = min(subscription.qos, 1)
                _ = house.sessions.with(self, gateway: gateway) { $0.grantedQoS = granted }
                codes.append(MQTTReason(rawValue: granted))
            } else if subscription.filter.contains(where: { $0 == "+" || $0 == "#" }) {
                codes.append(.wildcardSubscriptionsNotSupported)
            } else {
                codes.append(.notAuthorized)
            }
        }
        send(MQTTWriter.packet(version) { $0.subscribeAck(packetID: id, codes) })
        pump()
    }

    private func unsubscribe(_ id: UInt16, _ filters: [String]) {
        let codes = filters.map { filter in
            let existed = house.sessions.with(self, gateway: gateway) { session in
                defer { if filter == ordersTopic { session.grantedQoS = nil } }
                return filter == ordersTopic && session.grantedQoS != nil
            }
            return existed == true ? MQTTReason.success : .noSubscriptionExisted
        }
        send(MQTTWriter.packet(version) { $0.unsubscribeAck(packetID: id, codes) })
    }

    /// Sends what waits in the session as far as the client's window goes.
    func pump() {
        guard stage == .open, !isClosed, let topic = ordersTopic else { return }
        let window = Int(min(connect?.receiveMaximum ?? 1, configuration.ordersInFlight))
        var writer = MQTTWriter(version: version)
        let limit = connect?.maximumPacketSize.map { Int($0) } ?? .max
        let result = house.sessions.with(self, gateway: gateway) { session -> (sent: Int, dropped: Int) in
            guard let qos = session.grantedQoS else { return (0, 0) }
            var (sent, dropped) = (0, 0)
            while !session.queue.isEmpty, qos == 0 || session.underWay.count < window {
                let frame = session.queue.removeFirst()
                guard frame.payload.count + topic.utf8.count + 16 <= limit else {
                    dropped += 1
                    continue
                }
                var packetID: UInt16 = 0
                if qos == 1 {
                    packetID = session.nextPacketID()
                    session.underWay.append((packetID, frame))
                }
                writer.publish(topic: topic, payload: frame.payload, qos: qos, packetID: packetID)
                sent += 1
            }
            return (sent, dropped)
        }
        inbox.statistics.ordersSent.add(result?.sent ?? 0)
        inbox.statistics.ordersDropped.add(result?.dropped ?? 0)
        if !writer.bytes.isEmpty { send(writer.bytes) }
    }

    /// After a reconnect: what was not acknowledged goes out again in its order, marked as a duplicate [MQTT-4.4.0-1].
    private func resend() {
        guard let topic = ordersTopic else { return }
        var writer = MQTTWriter(version: version)
        _ = house.sessions.with(self, gateway: gateway) { session in
            for (packetID, frame) in session.underWay {
                writer.publish(topic: topic, payload: frame.payload, qos: 1, packetID: packetID, isDuplicate: true)
            }
        }
        if !writer.bytes.isEmpty { send(writer.bytes) }
        pump()
    }

    private func orderAcknowledged(_ id: UInt16) {
        let wasUnderWay = house.sessions.with(self, gateway: gateway) { session in
            guard let index = session.underWay.firstIndex(where: { $0.packetID == id }) else { return false }
            session.underWay.remove(at: index)
            return true
        }
        if wasUnderWay == true { inbox.statistics.ordersAcknowledged.add() }
        pump()
    }

    // MARK: limits

    override func didAcknowledge() {
        if isReadingPaused, stage == .open, !isThrottled, inFlight < Int(configuration.receiveMaximum) { isReadingPaused = false }
    }

    override func didRead(messages: Int) {
        guard let rate = configuration.maximumRate, rate > 0 else { return }
        let now = NIODeadline.now()
        let passed = Double((now - allowanceAt).nanoseconds) / 1e9
        allowanceAt = now
        allowance = min(rate, allowance + passed * rate) - Double(messages)
        guard allowance < 0, !isThrottled else { return }
        isThrottled = true
        isReadingPaused = true
        inbox.statistics.throttled.add()
        inbox.loop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(min(60, -allowance / rate) * 1e9))) {
            self.isThrottled = false
            self.isReadingPaused = false
        }
    }

    override func tick(_ now: NIODeadline) {
        if stage == .open {
            // [MQTT-3.1.2-22]: one and a half times the keep-alive without a packet. Who is not read cannot be late.
            guard keepAlive > .zero, !isReadingPaused, !inbox.isHeld, now - lastHeard > keepAlive else { return }
            fail(MQTTFault(.keepAliveTimeout, "nothing was heard for one and a half times the keep-alive [MQTT-3.1.2-22]"))
        } else if stage == .awaitsConnect, now - openedAt > .milliseconds(configuration.connectTimeout.milliseconds) {
            fail(MQTTFault(.protocolError, "no CONNECT within the time allowed (3.1.1 §3.1.4)"))
        }
    }

    // MARK: the end

    private func leave(_ reason: MQTTReason, _ expiry: UInt32?) throws(MQTTFault) {
        if let expiry {
            guard sessionExpiry > .seconds(0) || expiry == 0 else {
                throw MQTTFault(.protocolError, "a session of length 0 cannot be made longer at the end (5 §3.14.2.2.2)")
            }
            sessionExpiry = min(.seconds(Int64(expiry)), configuration.maximumSessionExpiry)
        }
        hasLeft = reason != .disconnectWithWill
        close()
    }

    override func fail(_ fault: MQTTFault) {
        inbox.statistics.faults.add()
        if stage != .open, connect == nil, fault.reason == .unsupportedVersion {
            // The one answer that a client of another version understands [MQTT-3.1.2-2].
            version = .v3
            return turnAway(fault)
        }
        note(fault)
        end(fault)
    }

    /// The password by which the gateway came in is not valid any more (5 §4.13.2: DISCONNECT with a reason; 3.1.1 only closes).
    func passwordChanged() {
        guard stage == .open, passwordEpoch != nil, !isClosed else { return }
        let fault = MQTTFault(.notAuthorized, "the gateway's key was changed or taken back")
        note(fault)
        end(fault)
    }

    /// Tells an MQTT 5 client why, and closes.
    func end(_ fault: MQTTFault) {
        if version == .v5, stage == .open {
            send(
                MQTTWriter.packet(version) {
                    $0.disconnect(fault.reason, text: connect?.wantsProblemInformation == true ? fault.what : nil)
                })
        }
        close()
    }

    private func note(_ fault: MQTTFault) {
        let address = context?.channel.remoteAddress?.description ?? "?"
        let peer = clientID.isEmpty ? address : "\(clientID) (\(address))"
        inbox.statistics.note(FieldStatistics.Incident(at: now, peer: peer, what: "\(fault.what) [\(fault.reason)]"))
        house.log.debug("mqtt: \(peer): \(fault.what) [\(fault.reason)]")
    }

    override func didClose() {
        inbox.statistics.connections.add(-1)
        guard stage == .open else { return }
        let expiresAt = sessionExpiry > .seconds(0) ? now + sessionExpiry : nil
        let isLast = house.sessions.close(self, gateway: gateway, clientID: clientID, expiresAt: expiresAt)
        guard isLast, !house.isClosing else { return }
        guard !hasLeft, let grace = inbox.grace else {
            return inbox.link(LinkEvent(gateway: gateway, isUp: false, at: now, isClean: hasLeft))
        }
        let (house, inbox, gateway) = (house, inbox, gateway)
        inbox.loop.assumeIsolated().scheduleTask(deadline: grace) {
            guard !house.isClosing, house.sessions.wires(of: gateway).isEmpty else { return }
            inbox.link(LinkEvent(gateway: gateway, isUp: false, at: inbox.clock.now(), isClean: false))
        }
    }
}

@inline(__always)
func isSame(_ a: [UInt8], _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count, let start = b.baseAddress else { return false }
    return a.withUnsafeBytes { memcmp($0.baseAddress!, start, b.count) == 0 }
}
