// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Fieldbus

/// A trap kills the room: real frames cut at each byte, changed at each byte, and changed at random, by the hundred thousand.
@Suite struct HostileTests {
    static let frames: [(MQTTVersion, [UInt8])] = [MQTTVersion.v3, .v5].flatMap { version -> [(MQTTVersion, [UInt8])] in
        var connect = MQTTConnect(version: version, clientID: "G-1")
        connect.user = "G-1"
        connect.password = [1, 2, 3]
        connect.will = .init(topic: "vigie/1/G-1/link", payload: Array(#"{"up":false}"#.utf8))
        connect.receiveMaximum = 20
        connect.sessionExpiry = version == .v5 ? 3600 : 0
        var ack = MQTTConnectAck(reason: .success)
        ack.receiveMaximum = 100
        ack.maximumQoS = 1
        ack.assignedClientID = "é"
        let packets: [(inout MQTTWriter) -> Void] = [
            { $0.connect(connect) }, { $0.connectAck(ack) },
            { $0.publish(topic: "vigie/1/G-1/readings", payload: Array(#"{"id":"L-1","t":1}"#.utf8), qos: 1, packetID: 9) },
            { $0.acknowledgement(.publishAck, packetID: 7, .notAuthorized, text: "no") },
            { $0.subscribe(packetID: 3, [MQTTSubscription(filter: "vigie/1/G-1/orders", qos: 1)]) },
            { $0.subscribeAck(packetID: 3, [.success, .notAuthorized]) }, { $0.unsubscribe(packetID: 4, ["a", "b/#"]) },
            { $0.unsubscribeAck(packetID: 4, [.success]) }, { $0.pingRequest() }, { $0.disconnect(.sessionTakenOver, text: "x") },
        ]
        return packets.map { (version, MQTTWriter.packet(version, $0)) }
    }

    /// Decodes all frames in the bytes; what comes out does not matter, that it comes back does.
    static func decode(_ bytes: [UInt8], _ version: MQTTVersion) -> Int {
        var decoded = 0
        bytes.withUnsafeBytes { all in
            var at = 0
            do throws(MQTTFault) {
                while let frame = try MQTTFrame.next(in: UnsafeRawBufferPointer(rebasing: all[at...]), maximum: 100_000),
                    at + frame.count <= all.count
                {
                    let body = UnsafeRawBufferPointer(rebasing: all[(at + frame.headerCount)..<(at + frame.count)])
                    if frame.first >> 4 == 3 {
                        let publish = try MQTTPublish(first: frame.first, body: body, version: version)
                        try publish.checkTopic()
                    } else {
                        _ = try MQTTDecoder.packet(first: frame.first, body: body, version: version)
                    }
                    decoded += 1
                    at += frame.count
                }
            } catch {
                #expect(error.reason.isFailure)
            }
        }
        return decoded
    }

    @Test func whatWeWriteWeRead() {
        for (version, bytes) in HostileTests.frames { #expect(HostileTests.decode(bytes, version) == 1) }
    }

    @Test func aFrameThatIsCutNeverDecodes() {
        for (version, bytes) in HostileTests.frames {
            for n in 0..<bytes.count { #expect(HostileTests.decode(Array(bytes[..<n]), version) == 0) }
        }
    }

    @Test func everySingleByteChangeOfARealFrameIsDecodedOrRefused() {
        var tried = 0
        for (version, bytes) in HostileTests.frames {
            for i in bytes.indices {
                for value in stride(from: UInt8(0), through: 255, by: 1) where value != bytes[i] {
                    var changed = bytes
                    changed[i] = value
                    _ = HostileTests.decode(changed, version)
                    tried += 1
                }
            }
        }
        #expect(tried > 90_000)
    }

    static let documents: [[UInt8]] = [
        Array(
            #"[{"id":"L-21231-00001","t":"2026-11-21T18:04:05.120+01:00","seq":812,"level":70,"power":3.82e1,"x":{"a":[null,true]}}]"#.utf8),
        Array(
            #"{"readings":[{"id":"L\u002d21231-00001","t":1795284245.5,"level":1}],"order":812,"results":[{"id":"a","ok":false}],"up":true}"#
                .utf8),
        {
            var writer = PackedWriter(from: Instant(milliseconds: 1_795_284_245_120))
            writer.append(
                id: Asset.ID("L-21231-00001")!, at: Instant(milliseconds: 1_795_284_246_000), sequence: 7, values: [70, 382, nil, 2314])
            writer.append(id: Asset.ID("L-21231-00002")!, at: Instant(milliseconds: 1_795_284_246_000), sequence: 8, values: [70, nil, 5])
            return writer.bytes
        }(),
    ]

    /// Gives the bytes to every scanner of payloads and checks that the columns fit together.
    static func scan(_ bytes: [UInt8]) -> Bool {
        var batch = ReadingBatch()
        var refusals = RefusalCounts()
        var receipts: [Receipt] = []
        var scanner = ReadingScanner()
        bytes.withUnsafeBytes { all in
            _ = scanner.scan(all, directory: World.directory, gateway: nil, into: &batch, refusals: &refusals)
            _ = PackedReadings.scan(all, directory: World.directory, gateway: nil, into: &batch, refusals: &refusals)
            ReceiptScanner.scan(all, directory: World.directory, gateway: World.g1, into: &receipts, refusals: &refusals)
            _ = LinkScanner.scan(all, refusals: &refusals)
        }
        return batch.values.count == batch.masks.reduce(0) { $0 + $1.nonzeroBitCount } && batch.times.count == batch.count
    }

    @Test func everySingleByteChangeAndEveryCutOfAPayloadIsScannedOrRefused() {
        var wrong = 0
        for document in HostileTests.documents {
            for i in document.indices {
                if !HostileTests.scan(Array(document[..<i])) { wrong += 1 }
                for value in stride(from: UInt8(0), through: 255, by: 5) {
                    var changed = document
                    changed[i] = value
                    if !HostileTests.scan(changed) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
    }

    @Test func randomDamageIsScannedOrRefused() {
        var random = Seeded(state: 2026)
        var wrong = 0
        for _ in 0..<20_000 {
            var bytes = HostileTests.documents.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch UInt8.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(contentsOf: bytes[..<at].suffix(20), at: at)
                default: if bytes.count > 1 { bytes.remove(at: at) }
                }
            }
            if !HostileTests.scan(bytes) { wrong += 1 }
            _ = HostileTests.decode(bytes, .v5)
        }
        #expect(wrong == 0)
    }
}
