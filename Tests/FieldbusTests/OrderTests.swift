// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@testable import Fieldbus

@Suite(.timeLimit(.minutes(1))) struct OrderTests {
    func frame(_ order: UInt64) -> OrderFrame {
        OrderFrame(gateway: World.g1, order: order, payload: Array("{\"order\":\(order)}".utf8))
    }

    func subscribed(_ bench: Bench, cleanStart: Bool = false) async throws -> (RawClient, MQTTConnectAck?) {
        let client = try await bench.client()
        var connect = MQTTConnect(version: .v5, clientID: "G-1")
        connect.cleanStart = cleanStart
        connect.sessionExpiry = 600
        connect.receiveMaximum = 2
        let ack = try await client.connect(connect)
        if ack?.isSessionPresent == false {
            try await client.send { $0.subscribe(packetID: 1, [MQTTSubscription(filter: "vigie/1/G-1/orders", qos: 2)]) }
            let answer = try await client.next()
            #expect(answer == .subscribeAck(packetID: 1, [MQTTReason(rawValue: 1)]))
        }
        return (client, ack)
    }

    @Test func ordersAreKeptOverAReconnectAndSentAgainUntilAcknowledged() async throws {
        try await withBench { bench in
            let (first, ack) = try await subscribed(bench)
            #expect(ack?.isSessionPresent == false)
            bench.listener.send([frame(1), frame(2), frame(3)])
            let one = try await first.nextPublish()
            let two = try await first.nextPublish()
            #expect(one?.payload == #"{"order":1}"# && one?.isDuplicate == false && one?.topic == "vigie/1/G-1/orders")
            try await first.send { $0.acknowledgement(.publishAck, packetID: one?.packetID ?? 0) }
            let three = try await first.nextPublish()
            #expect(three?.payload == #"{"order":3}"#)
            try await first.close()
            bench.listener.send([frame(4)])

            let (second, again) = try await subscribed(bench)
            #expect(again?.isSessionPresent == true)
            let two2 = try await second.nextPublish()
            let three2 = try await second.nextPublish()
            #expect(
                two2
                    == RawClient.Published(
                        topic: "vigie/1/G-1/orders", payload: #"{"order":2}"#, packetID: two?.packetID ?? 0, isDuplicate: true))
            #expect(three2?.payload == #"{"order":3}"# && three2?.isDuplicate == true)
            try await second.send { $0.acknowledgement(.publishAck, packetID: two2?.packetID ?? 0) }
            let four = try await second.nextPublish()
            #expect(four?.payload == #"{"order":4}"# && four?.isDuplicate == false)
        }
    }

    @Test func onlyTheOwnOrdersMayBeSubscribedTo() async throws {
        try await withBench { bench in
            let client = try await bench.client()
            _ = try await client.connect(.v5, "G-1")
            try await client.send {
                $0.subscribe(
                    packetID: 8,
                    ["vigie/1/G-1/orders", "vigie/1/G-2/orders", "#", "$share/x/vigie/1/G-1/orders"].map {
                        MQTTSubscription(filter: $0, qos: 0)
                    })
            }
            let answer = try await client.next()
            #expect(
                answer
                    == .subscribeAck(
                        packetID: 8, [.success, .notAuthorized, .wildcardSubscriptionsNotSupported, .sharedSubscriptionsNotSupported]))
            try await client.send { $0.unsubscribe(packetID: 9, ["vigie/1/G-1/orders", "x"]) }
            let gone = try await client.next()
            #expect(gone == .unsubscribeAck(packetID: 9, [.success, .noSubscriptionExisted]))
            bench.listener.send([frame(1)])
            #expect(bench.listener.statistics.now.ordersDropped == 1)
        }
    }

    @Test func aSessionHoldsSoManyOrdersAndNoMore() async throws {
        try await withBench({ $0.maximumQueuedOrders = 3 }) { bench in
            let (client, _) = try await subscribed(bench)
            bench.listener.send((1...5).map { frame($0) })
            let statistics = bench.listener.statistics
            #expect(statistics.now.ordersDropped == 2)
            try await client.close()
        }
    }
}
