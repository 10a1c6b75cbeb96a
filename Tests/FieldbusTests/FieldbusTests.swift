// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Logging
import Testing

@testable import Fieldbus

@Suite struct TopicTests {
    func find(_ topic: String) -> Route.Found { withBytes(topic) { Route.find($0, directory: World.directory) } }

    @Test func aTopicSaysWhichGatewaySpeaksOfWhat() {
        #expect(find("vigie/1/G-1/readings") == .route(Route(what: .readings, gateway: World.g1)))
        #expect(find("vigie/1/G-2/packed") == .route(Route(what: .packed, gateway: World.g2)))
        #expect(find("vigie/1/G-1/link") == .route(Route(what: .link, gateway: World.g1)))
        #expect(find("vigie/1/G-1/receipts") == .route(Route(what: .receipts, gateway: World.g1)))
        #expect(find("vigie/1/G-1/readings/L-21231-00001") == .route(Route(what: .readings, gateway: World.g1, asset: World.l1)))
    }

    @Test func whatIsNotInTheConventionIsNamed() {
        for bad in [
            "", "/", "vigie", "vigie/2/G-1/readings", "vigie/1/G-1", "vigie/1/G-1/orders", "vigie/1/G-1/readings/",
            "vigie/1/G-1/packed/L-21231-00001", "vigie/1/G-1/readings/L-21231-00001/x", "x/1/G-1/readings",
        ] {
            #expect(find(bad) == .badForm, "\(bad)")
        }
        #expect(find("vigie/1/G-9/readings") == .unknownGateway)
        #expect(find("vigie/1//readings") == .unknownGateway)
        #expect(find("vigie/1/G-1/readings/L-9") == .unknownAsset)
    }
}

@Suite struct ReceiptTests {
    @Test func receiptsAreTakenOneByOne() {
        var receipts: [Receipt] = []
        var refusals = RefusalCounts()
        withBytes(
            #"{"order":812,"results":[{"id":"L-21231-00001","ok":true},{"id":"L-21231-00002","ok":false,"why":"occup\u00e9"},{"id":"L-21231-00003","ok":true},{"id":"L-7","ok":true},{"ok":true}],"more":[{}]}"#
        ) { ReceiptScanner.scan($0, directory: World.directory, gateway: World.g1, into: &receipts, refusals: &refusals) }
        #expect(
            receipts == [
                Receipt(order: 812, asset: World.l1, isAccepted: true),
                Receipt(order: 812, asset: World.l2, isAccepted: false, reason: "occupé"),
            ])
        #expect(refusals[.notYours] == 1 && refusals[.unknownDevice] == 1 && refusals[.missingField] == 1)
    }

    @Test func receiptsWithoutAnOrderAreRefused() {
        for text in ["", "[]", "{}", #"{"order":-1,"results":[]}"#, #"{"order":1e99,"results":[]}"#, #"{"order":"1"}"#] {
            var receipts: [Receipt] = []
            var refusals = RefusalCounts()
            withBytes(text) { ReceiptScanner.scan($0, directory: World.directory, gateway: World.g1, into: &receipts, refusals: &refusals) }
            #expect(receipts.isEmpty && !refusals.isEmpty, "\(text)")
        }
    }

    @Test func aLinkStateIsUpOrDown() {
        var refusals = RefusalCounts()
        #expect(withBytes(#"{"up":true}"#) { LinkScanner.scan($0, refusals: &refusals) } == true)
        #expect(withBytes(#" {"since":1,"up":false} "#) { LinkScanner.scan($0, refusals: &refusals) } == false)
        #expect(refusals.isEmpty)
        #expect(withBytes(#"{"up":1}"#) { LinkScanner.scan($0, refusals: &refusals) } == nil)
        #expect(withBytes("{}") { LinkScanner.scan($0, refusals: &refusals) } == nil)
        #expect(refusals[.notJSON] == 1 && refusals[.missingField] == 1)
    }
}

@Suite struct PackedReadingsTests {
    let start = Instant(milliseconds: 1_795_284_245_120)

    func payload() -> [UInt8] {
        var writer = PackedWriter(from: start)
        writer.append(id: Asset.ID("L-21231-00001")!, at: start, sequence: 7, values: [70, 382, nil, 2314, -50])
        writer.append(id: Asset.ID("L-21231-00002")!, at: start - .seconds(3), sequence: 9, values: [nil, nil, 1_023_114])
        writer.append(id: Asset.ID("L-21231-00003")!, at: start, sequence: 1, values: [5])
        return writer.bytes
    }

    func scan(_ bytes: [UInt8], gateway: Asset.Number? = nil) -> (ReadingBatch, RefusalCounts) {
        var batch = ReadingBatch()
        var refusals = RefusalCounts()
        _ = bytes.withUnsafeBytes {
            PackedReadings.scan($0, directory: World.directory, gateway: gateway, into: &batch, refusals: &refusals)
        }
        return (batch, refusals)
    }

    @Test func whatIsPackedComesOutAgain() {
        let (batch, refusals) = scan(payload())
        #expect(refusals.isEmpty)
        #expect(batch.assets == [World.l1.value, World.l2.value, World.l3.value])
        #expect(batch.times == [1_795_284_245_120, 1_795_284_242_120, 1_795_284_245_120])
        #expect(batch.sequences == [7, 9, 1])
        #expect(batch.masks == [0b11011, 0b100, 1])
        #expect(batch.values == [70, 382, 2314, -50, 1_023_114, 5])
    }

    @Test func theBytesAreThoseOfTheDocument() {
        var writer = PackedWriter(from: Instant(milliseconds: 1000))
        writer.append(id: Asset.ID("L-1")!, at: Instant(milliseconds: 1001), sequence: 300, values: [70, -1])
        writer.append(id: Asset.ID("L-2")!, at: Instant(milliseconds: 1000), sequence: 0, values: [nil, 64])
        #expect(
            writer.bytes == [
                0x56, 0x50, 1, 0, 0xE8, 3, 0, 0, 0, 0, 0, 0,
                0, 3, 0x4C, 0x2D, 0x31, 2, 0xAC, 2, 3, 0x8C, 1, 1,
                2, 1, 0x32, 1, 0, 2, 0x80, 1,
            ])
    }

    @Test func aDenseGatewayNeedsFewBytesAReading() {
        var writer = PackedWriter(from: start)
        for n in 0..<1000 {
            let id = Asset.ID("L-21231-" + String(String(100_000 + n).dropFirst()))!
            writer.append(
                id: id, at: start + .milliseconds(Int64(n)), sequence: UInt32(800 + n % 3), values: [70, 382, 1_023_114, 2314, 315, 0])
        }
        #expect(writer.bytes.count / 1000 <= 20)
    }

    @Test func readingsOfOthersAndValuesOutOfRangeAreCounted() {
        #expect(scan(payload(), gateway: World.g1).1[.notYours] == 1)
        var writer = PackedWriter(from: start)
        writer.append(id: Asset.ID("L-21231-00001")!, at: start, sequence: 0, values: [101, 1, nil, nil, nil, nil, nil, 4])
        writer.append(id: Asset.ID("X")!, at: start, sequence: 0, values: [])
        let (batch, refusals) = scan(writer.bytes)
        #expect(batch.values == [1])
        #expect(refusals[.outOfRange] == 1 && refusals[.unknownProperty] == 1 && refusals[.unknownDevice] == 1)
    }

    @Test func aCutPayloadKeepsWhatIsWhole() {
        let whole = payload()
        for n in 0..<whole.count {
            let (batch, refusals) = scan(Array(whole[..<n]))
            #expect(batch.count < 3)
            #expect(batch.values.count == batch.masks.reduce(0) { $0 + $1.nonzeroBitCount })
            if n < 12 { #expect(refusals[.notPacked] == 1) }
        }
    }
}
