// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Logging
import Synchronization
import Testing

@testable import Fieldbus

final class Password: Sendable {
    let bytes = Mutex(Array("open".utf8))
}

/// A listener on a free port with a tray behind it.
struct Bench {
    let listener: MQTTListener
    let tray = Tray()
    let box = DirectoryBox(World.directory)

    init(_ change: (inout MQTTListenerConfiguration) -> Void = { _ in }) async throws {
        var configuration = MQTTListenerConfiguration(endpoints: [.init(port: 0)])
        configuration.acceptsAnonymous = true
        change(&configuration)
        listener = MQTTListener(
            configuration: configuration, directory: box, inlet: tray, clock: World.clock, log: Logger(label: "test"))
        try await listener.start()
    }

    var port: Int { listener.boundPort ?? 0 }

    func client() async throws -> RawClient { try await RawClient(port: port) }
}

func withBench(_ change: (inout MQTTListenerConfiguration) -> Void = { _ in }, _ body: (Bench) async throws -> Void) async throws {
    let bench = try await Bench(change)
    do {
        try await body(bench)
        await bench.listener.stop()
    } catch {
        await bench.listener.stop()
        throw error
    }
}

let reading = Array(#"{"id":"L-21231-00001","t":1795284245,"seq":1,"level":70}"#.utf8)

@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
    @Test(arguments: [MQTTVersion.v3, .v5])
    func aReadingIsAcknowledgedOnlyWhenTheFloorSaysSo(_ version: MQTTVersion) async throws {
        try await withBench { bench in
            bench.tray.change { $0.acknowledgesAtOnce = false }
            let client = try await bench.client()
            _ = try await client.connect(version, "G-1")
            try await client.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: 77)
            #expect(await bench.tray.waits { $0.readings.count == 1 })
            try await client.send { $0.pingRequest() }
            // The answer to the later ping comes first: nothing was acknowledged before the floor did.
            #expect(try await client.next() == .pingResponse)
            bench.tray.release()
            #expect(try await client.next() == .acknowledgement(.publishAck, packetID: 77, .success))
            #expect(bench.tray.now.readings.assets == [World.l1.value])
            #expect(bench.tray.now.readings.values == [70])
        }
    }

    @Test func connectingIsLinkUpAndLosingTheConnectionIsLinkDown() async throws {
        try await withBench { bench in
            let client = try await bench.client()
            _ = try await client.connect(.v5, "G-1")
            #expect(await bench.tray.waits { $0.links == [LinkEvent(gateway: World.g1, isUp: true, at: World.clock.now())] })
            try await client.close()
            #expect(await bench.tray.waits { $0.links.last == LinkEvent(gateway: World.g1, isUp: false, at: World.clock.now()) })
            let other = try await bench.client()
            _ = try await other.connect(.v3, "G-2")
            try await other.send { $0.disconnect() }
            #expect(
                await bench.tray.waits { $0.links.last == LinkEvent(gateway: World.g2, isUp: false, at: World.clock.now(), isClean: true) })
        }
    }

    @Test func manyMessagesInOneWriteBecomeOneDeliveryAndOneWriteBack() async throws {
        try await withBench { bench in
            let client = try await bench.client()
            _ = try await client.connect(.v3, "G-1")
            #expect(await bench.tray.waits { !$0.links.isEmpty })
            let before = bench.listener.statistics.now.deliveries
            var writer = MQTTWriter(version: .v3)
            for id in 1...300 as ClosedRange<UInt16> {
                writer.publish(topic: "vigie/1/G-1/readings", payload: reading, qos: 1, packetID: id)
            }
            try await client.send(writer.bytes)
            for id in 1...300 as ClosedRange<UInt16> {
                #expect(try await client.next() == .acknowledgement(.publishAck, packetID: id, .success))
            }
            #expect(bench.tray.now.readings.count == 300)
            #expect(bench.listener.statistics.now.deliveries - before < 30)
        }
    }

    @Test func aPacketMayComeByteByByte() async throws {
        try await withBench { bench in
            let client = try await bench.client()
            for byte in MQTTWriter.packet(.v3, { $0.connect(MQTTConnect(version: .v3, clientID: "G-1")) }) { try await client.send([byte]) }
            #expect(try await client.next() == .connectAck(MQTTConnectAck(reason: .success)))
            for byte in MQTTWriter.packet(.v3, { $0.publish(topic: "vigie/1/G-1/readings", payload: reading, qos: 1, packetID: 5) }) {
                try await client.send([byte])
            }
            #expect(try await client.next() == .acknowledgement(.publishAck, packetID: 5, .success))
        }
    }

    @Test func aTopicOfAnotherGatewayIsRefusedAsTheStandardSays() async throws {
        try await withBench { bench in
            let five = try await bench.client()
            _ = try await five.connect(.v5, "G-1")
            try await five.publish("vigie/1/G-2/readings", reading, qos: 1, packetID: 1)
            #expect(try await five.next() == .acknowledgement(.publishAck, packetID: 1, .notAuthorized))
            try await five.publish("sensors/temperature", reading, qos: 1, packetID: 2)
            #expect(try await five.next() == .acknowledgement(.publishAck, packetID: 2, .topicNameInvalid))
            try await five.publish("vigie/1/G-1/readings", Array("{".utf8), qos: 1, packetID: 3)
            #expect(try await five.next() == .acknowledgement(.publishAck, packetID: 3, .payloadFormatInvalid))
            let three = try await bench.client()
            _ = try await three.connect(.v3, "G-2")
            try await three.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: 1)
            #expect(try await three.next() == nil)
            #expect(await bench.tray.waits { $0.refusals[.notYours] == 2 && $0.refusals[.badTopic] == 1 && $0.refusals[.notJSON] == 1 })
            #expect(bench.tray.now.readings.isEmpty)
        }
    }

    @Test func whatIsNotSpokenHereIsRefusedWithItsReason() async throws {
        try await withBench { bench in
            func reason(_ send: (RawClient) async throws -> Void, _ expected: MQTTReason) async throws {
                let client = try await bench.client()
                _ = try await client.connect(.v5, "G-1")
                try await send(client)
                let last = try await client.next()
                #expect(last == .disconnect(expected, sessionExpiry: nil))
                let after = try await client.next()
                #expect(after == nil)
            }
            try await reason({ try await $0.publish("vigie/1/G-1/readings", reading, qos: 2, packetID: 1) }, .qosNotSupported)
            try await reason(
                { try await $0.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: 1, isRetained: true) }, .retainNotSupported)
            try await reason({ try await $0.publish("vigie/1/+/readings", reading, qos: 1, packetID: 1) }, .topicNameInvalid)
            try await reason({ try await $0.send([0xF0, 2, 0x18, 0]) }, .badAuthenticationMethod)
            try await reason({ try await $0.send([0x00, 0]) }, .malformed)
            try await reason({ try await $0.send { $0.connect(MQTTConnect(version: .v5, clientID: "G-1")) } }, .protocolError)
            try await reason({ try await $0.send([0x30, 0xFF, 0xFF, 0xFF, 0x7F]) }, .packetTooLarge)
            #expect(bench.listener.statistics.now.faults == 7)
            #expect(bench.listener.statistics.recentIncidents.count == 7)
        }
    }

    @Test func whoIsNotKnownDoesNotComeIn() async throws {
        try await withBench { bench in
            do {
                let found = try await bench.client().connect(.v5, "G-9")?.reason
                #expect(found == .notAuthorized)
            }
            do {
                let found = try await bench.client().connect(.v3, "G-9")?.reason.rawValue
                #expect(found == 5)
            }
        }
        try await withBench({ $0.acceptsAnonymous = false }) { bench in
            do {
                let found = try await bench.client().connect(.v5, "G-1")?.reason
                #expect(found == .notAuthorized)
            }
        }
    }

    @Test func thePasswordIsCheckedAndThenRemembered() async throws {
        let checks = Counter()
        try await withBench({
            $0.acceptsAnonymous = false
            $0.checkPassword = { user, password in
                checks.add()
                return user == "G-1" && password == Array("open".utf8)
            }
        }) { bench in
            func come(_ user: String, _ password: String, _ expected: MQTTReason) async throws {
                var connect = MQTTConnect(version: .v5, clientID: "any")
                connect.user = user
                connect.password = Array(password.utf8)
                let ack = try await bench.client().connect(connect)
                #expect(ack?.reason == expected)
            }
            try await come("G-1", "shut", .badUserNameOrPassword)
            try await come("G-1", "open", .success)
            try await come("G-1", "open", .success)
            #expect(checks.value == 2)
            try await come("G-1", "shut", .badUserNameOrPassword)
            bench.listener.forgetPassword(of: "G-1")
            try await come("G-1", "open", .success)
            #expect(checks.value == 4)
        }
    }

    @Test func whoCameInByAPasswordThatIsNoLongerValidIsToldSoAndLetOut() async throws {
        let valid = Password()
        try await withBench({
            $0.acceptsAnonymous = true
            $0.checkPassword = { _, password in valid.bytes.withLock { $0 == password } }
        }) { bench in
            func come(_ gateway: String, _ version: MQTTVersion, _ password: String?) async throws -> (RawClient, MQTTReason?) {
                var connect = MQTTConnect(version: version, clientID: gateway)
                connect.user = password == nil ? nil : gateway
                connect.password = password.map { Array($0.utf8) }
                let client = try await bench.client()
                return (client, try await client.connect(connect)?.reason)
            }
            let (byPassword, a) = try await come("G-1", .v5, "open")
            let (other, b) = try await come("G-2", .v5, "open")
            #expect(a == .success && b == .success)
            valid.bytes.withLock { $0 = Array("new".utf8) }
            bench.listener.forgetPassword(of: "G-1")
            guard case .disconnect(.notAuthorized, _)? = try await byPassword.next() else {
                Issue.record("no DISCONNECT with 'not authorized'")
                return
            }
            #expect(try await byPassword.next() == nil)
            // The others stay, the old password is refused at once, the new one is taken.
            try await other.send { $0.pingRequest() }
            #expect(try await other.next() == .pingResponse)
            #expect(try await come("G-1", .v5, "open").1 == .badUserNameOrPassword)
            #expect(try await come("G-1", .v5, "new").1 == .success)
            #expect(bench.listener.statistics.recentIncidents.contains { $0.what.contains("key was changed") })
        }
    }

    @Test func aWillIsTheLinkStateOfItsOwnGatewayOnly() async throws {
        try await withBench { bench in
            func answer(_ will: MQTTConnect.Will, _ expected: MQTTReason) async throws {
                var connect = MQTTConnect(version: .v5, clientID: "G-1")
                connect.will = will
                let ack = try await bench.client().connect(connect)
                #expect(ack?.reason == expected)
            }
            let down = Array(#"{"up":false}"#.utf8)
            try await answer(.init(topic: "vigie/1/G-1/link", payload: down), .success)
            try await answer(.init(topic: "vigie/1/G-2/link", payload: down), .topicNameInvalid)
            try await answer(.init(topic: "vigie/1/G-1/link", payload: down, isRetained: true), .retainNotSupported)
            try await answer(.init(topic: "vigie/1/G-1/link", payload: down, qos: 2), .qosNotSupported)
        }
    }

    @Test func theSameClientTakesItsSessionOver() async throws {
        try await withBench { bench in
            let first = try await bench.client()
            _ = try await first.connect(.v5, "G-1")
            let second = try await bench.client()
            do {
                let found = try await second.connect(.v5, "G-1")?.reason
                #expect(found == .success)
            }
            #expect(try await first.next() == .disconnect(.sessionTakenOver, sessionExpiry: nil))
            #expect(try await first.next() == nil)
            try await second.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: 1)
            #expect(try await second.next() == .acknowledgement(.publishAck, packetID: 1, .success))
            let links = bench.tray.now.links
            #expect(links.allSatisfy { $0.isUp })
        }
    }

    @Test func whileTheFloorIsFullNothingIsReadAndNothingIsLost() async throws {
        try await withBench { bench in
            let client = try await bench.client()
            _ = try await client.connect(.v3, "G-1")
            #expect(await bench.tray.waits { !$0.links.isEmpty })
            bench.tray.change { $0.isFull = true }
            for id in 1...200 as ClosedRange<UInt16> { try await client.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: id) }
            let statistics = bench.listener.statistics
            #expect(await waits { statistics.now.held > 0 })
            #expect(bench.tray.now.readings.isEmpty)
            bench.tray.change { $0.isFull = false }
            for id in 1...200 as ClosedRange<UInt16> {
                #expect(try await client.next() == .acknowledgement(.publishAck, packetID: id, .success))
            }
            #expect(bench.tray.now.readings.count == 200)
        }
    }

    @Test func anOldClientIsReadNoFurtherThanItsWindow() async throws {
        try await withBench({ $0.receiveMaximum = 10 }) { bench in
            bench.tray.change { $0.acknowledgesAtOnce = false }
            let client = try await bench.client()
            _ = try await client.connect(.v3, "G-1")
            for id in 1...40 as ClosedRange<UInt16> {
                try await client.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: id)
                if id % 10 == 0 { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(await bench.tray.waits { $0.readings.count >= 10 })
            #expect(bench.tray.now.readings.count < 40)
            bench.tray.change { $0.acknowledgesAtOnce = true }
            bench.tray.release()
            // What comes in meanwhile is acknowledged at once by the tray, perhaps before what it let wait: in any order, then, but each.
            var answered: Set<UInt16> = []
            for _ in 1...40 {
                if case .acknowledgement(.publishAck, let id, .success) = try await client.next() { answered.insert(id) }
            }
            #expect(answered == Set(1...40))
        }
    }

    @Test func aNewClientThatBreaksItsWindowIsTold() async throws {
        try await withBench({ $0.receiveMaximum = 3 }) { bench in
            bench.tray.change { $0.acknowledgesAtOnce = false }
            let client = try await bench.client()
            do {
                let found = try await client.connect(.v5, "G-1")?.receiveMaximum
                #expect(found == 3)
            }
            for id in 1...4 as ClosedRange<UInt16> { try await client.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: id) }
            #expect(try await client.next() == .disconnect(.receiveMaximumExceeded, sessionExpiry: nil))
        }
    }

    @Test func aTopicAliasStandsForItsTopic() async throws {
        try await withBench { bench in
            let client = try await bench.client()
            do {
                let found = try await client.connect(.v5, "G-1")?.topicAliasMaximum
                #expect(found == 16)
            }
            func publish(_ topic: String, alias: UInt8, id: UInt8) -> [UInt8] {
                let body = [0, UInt8(topic.utf8.count)] + Array(topic.utf8) + [0, id, 3, 0x23, 0, alias] + reading
                return [0x32, UInt8(body.count)] + body
            }
            try await client.send(publish("vigie/1/G-1/readings", alias: 7, id: 1))
            try await client.send(publish("", alias: 7, id: 2))
            #expect(try await client.next() == .acknowledgement(.publishAck, packetID: 1, .success))
            #expect(try await client.next() == .acknowledgement(.publishAck, packetID: 2, .success))
            #expect(bench.tray.now.readings.count == 2)
            try await client.send(publish("", alias: 8, id: 3))
            #expect(try await client.next() == .disconnect(.protocolError, sessionExpiry: nil))
        }
    }

    @Test func aRateAboveTheLimitIsSlowedDownAndNothingIsLost() async throws {
        try await withBench({ $0.maximumRate = 200 }) { bench in
            let client = try await bench.client()
            _ = try await client.connect(.v3, "G-1")
            for id in 1...250 as ClosedRange<UInt16> { try await client.publish("vigie/1/G-1/readings", reading, qos: 1, packetID: id) }
            for id in 1...250 as ClosedRange<UInt16> {
                #expect(try await client.next() == .acknowledgement(.publishAck, packetID: id, .success))
            }
            #expect(bench.listener.statistics.now.throttled > 0)
        }
    }

    @Test func tooManyConnectionsAreTurnedAway() async throws {
        try await withBench({ $0.maximumConnections = 1 }) { bench in
            let first = try await bench.client()
            _ = try await first.connect(.v3, "G-1")
            let second = try await bench.client()
            let answer = try? await second.connect(.v3, "G-2")
            #expect(answer == nil)
            try await first.close()
            let statistics = bench.listener.statistics
            #expect(await waits { statistics.now.connections == 0 })
            do {
                let found = try await bench.client().connect(.v3, "G-2")?.reason
                #expect(found == .success)
            }
        }
    }

    @Test func whoIsSilentBeyondTheKeepAliveIsCutOff() async throws {
        try await withBench { bench in
            let client = try await bench.client()
            var connect = MQTTConnect(version: .v5, clientID: "G-1")
            connect.keepAlive = 1
            _ = try await client.connect(connect)
            #expect(try await client.next() == .disconnect(.keepAliveTimeout, sessionExpiry: nil))
            #expect(await bench.tray.waits { $0.links.last?.isUp == false && $0.links.last?.isClean == false })
        }
    }
}
