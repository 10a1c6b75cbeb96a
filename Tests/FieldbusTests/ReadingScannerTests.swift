// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Fieldbus

@Suite struct ReadingScannerTests {
    struct Scanned {
        var batch = ReadingBatch()
        var refusals = RefusalCounts()
        var answers: [LineAnswer] = []
    }

    func scan(_ text: String, gateway: Asset.Number? = World.g1, asset: Asset.Number? = nil) -> Scanned {
        var scanned = Scanned()
        var scanner = ReadingScanner()
        withBytes(text) {
            _ = scanner.scan(
                $0, directory: World.directory, gateway: gateway, asset: asset, into: &scanned.batch, refusals: &scanned.refusals)
        }
        return scanned
    }

    func lines(_ text: String) -> Scanned {
        var scanned = Scanned()
        var scanner = ReadingScanner()
        scanned.answers = withBytes(text) {
            scanner.scanLines($0, directory: World.directory, gateway: nil, into: &scanned.batch, refusals: &scanned.refusals)
        }
        return scanned
    }

    @Test func aLampsReadingBecomesColumns() {
        let s = scan(
            """
            {"id":"L-21231-00001","t":"2026-11-21T18:04:05.120Z","seq":812,"level":70,"power":38.2,"energy":1023.114,
             "voltage":231.4,"temperature":31.5,"faults":0}
            """)
        #expect(s.refusals.isEmpty)
        #expect(s.batch.assets == [World.l1.value])
        #expect(s.batch.times == [1_795_284_245_120])
        #expect(s.batch.sequences == [812])
        #expect(s.batch.masks == [0b111111])
        #expect(s.batch.values == [70, 382, 1_023_114, 2314, 315, 0])
    }

    @Test func valuesAreKeptInSlotOrderWhateverTheOrderOfTheKeys() {
        let s = scan(#"{"temperature":-5.04,"level":1e1,"t":1795284245,"id":"L-21231-00001"}"#)
        #expect(s.batch.masks == [0b010001])
        #expect(s.batch.values == [10, -50])
        #expect(s.batch.times == [1_795_284_245_000])
    }

    @Test func anArrayAnEnvelopeAndDocumentsInARowAreTaken() {
        let a = #"{"id":"L-21231-00001","t":1795284245}"#
        let b = #"{"id":"L-21231-00002","t":1795284246}"#
        for text in ["[\(a),\(b)]", #"{"gateway":"x","readings":[\#(a), \#(b)],"n":{"a":[1]}}"#, "\(a)\n\(b)\n", " [ \(a) ] [\(b)]"] {
            let s = scan(text)
            #expect(s.batch.assets == [World.l1.value, World.l2.value], "\(text)")
            #expect(s.refusals.isEmpty, "\(text)")
        }
    }

    @Test func oneBadReadingDoesNotLoseTheOthers() {
        let s = scan(
            #"[{"id":"L-21231-00001","t":1795284245},{"id":"nobody","t":1},{"t":1795284245},7,{"id":"L-21231-00002"},{"id":"L-21231-00003","t":1795284245},{"id":"L-21231-00002","t":1795284246}]"#
        )
        #expect(s.batch.assets == [World.l1.value, World.l2.value])
        #expect(s.refusals[.unknownDevice] == 1)
        #expect(s.refusals[.missingField] == 2)
        #expect(s.refusals[.wrongType] == 1)
        #expect(s.refusals[.notYours] == 1)
        #expect(s.refusals.total == 5)
    }

    @Test func oneBadValueDoesNotLoseTheOtherValues() {
        let s = scan(#"{"id":"L-21231-00001","t":1795284245,"level":101,"power":"12","voltage":null,"colour":3,"temperature":20}"#)
        #expect(s.batch.masks == [0b010000])
        #expect(s.batch.values == [200])
        #expect(s.refusals[.outOfRange] == 1)
        #expect(s.refusals[.wrongType] == 1)
        #expect(s.refusals[.unknownProperty] == 1)
    }

    @Test func brokenJSONKeepsWhatStoodBeforeIt() {
        let s = scan(#"[{"id":"L-21231-00001","t":1795284245},{"id":"L-21231-00002","t":17952842"#)
        #expect(s.batch.count == 1)
        #expect(s.refusals[.notJSON] == 1)
    }

    @Test(arguments: [
        "", " ", "x", "{", "[", "]", "{}{", "nul", "{\"a\"}", "{\"a\":}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":-}", "{\"a\":1e}", "[1,]",
        "{\"a\":\"\u{1}\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "\"text\"", "12", "{\"a\":\"", "{\"a\":tru}",
    ])
    func whatIsNotJSONIsCountedAsSuch(_ text: String) {
        let s = scan(text)
        #expect(s.refusals[.notJSON] == 1)
        #expect(s.batch.isEmpty)
    }

    @Test(arguments: [
        ("0.04", 0), ("0.05", 1), ("-0.05", -1), ("12.349999999999999999999999", 123), ("1234e-1", 1234), ("1.5E2", 1500),
        ("0e999999999999", 0),
        ("1e-99999999999999999999999", 0), ("0.00000000000000000000000000000001e33", 100), ("199.95", 2000),
    ])
    func numbersAreRoundedHalfAwayFromZeroToTheDecimalsOfTheProperty(_ text: String, _ expected: Int32) {
        // Temperature has one decimal and lies between −60 and 200 °C.
        #expect(scan(#"{"id":"L-21231-00001","t":1795284245,"temperature":\#(text)}"#).batch.values == [expected], "\(text)")
    }

    @Test(arguments: [
        "1e9", "1e400", "1e99999999999999999999999999999999999999999999999999999999999999999999", "123456789012345678901234567890",
        "-9999999999999999999", "99999999999999999999999999999999999e-1", "4294967296",
    ])
    func hugeNumbersAreOutOfRangeAndNeverTrap(_ text: String) {
        let s = scan(#"{"id":"L-21231-00001","t":1795284245,"energy":\#(text)}"#)
        #expect(s.refusals[.outOfRange] == 1)
        #expect(s.batch.masks == [0])
    }

    @Test(arguments: [
        ("\"2026-11-21T18:04:05Z\"", 1_795_284_245_000), ("\"2026-11-21T19:04:05.12+01:00\"", 1_795_284_245_120),
        ("\"2026-11-21 13:04:05,123456789-0500\"", 1_795_284_245_123), ("\"2026-11-21t18:04:05z\"", 1_795_284_245_000),
        ("1795284245", 1_795_284_245_000), ("1795284245.12", 1_795_284_245_120), ("1795284245120", 1_795_284_245_120),
        ("1.79528424512e9", 1_795_284_245_120), ("\"2026-11-21T18:04:05\\u005a\"", 1_795_284_245_000),
        ("\"2024-02-29T23:59:60Z\"", 1_709_251_200_000),
    ])
    func timesAreReadInEveryFormOfTheConvention(_ text: String, _ milliseconds: Int64) {
        #expect(scan(#"{"id":"L-21231-00001","t":\#(text)}"#).batch.times == [milliseconds])
    }

    @Test(arguments: [
        "\"2026-11-21T18:04:05\"", "\"2026-02-29T00:00:00Z\"", "\"2026-13-01T00:00:00Z\"", "\"2026-11-21T24:00:00Z\"", "\"hier\"", "\"\"",
        "-1", "1e30", "true", "[1]", "\"1969-12-31T23:59:59Z\"", "\"2026-11-21T18:04:05.Z\"", "\"2026-11-21T18:04:05+1\"",
    ])
    func whatIsNotATimeIsRefused(_ text: String) {
        let s = scan(#"{"id":"L-21231-00001","t":\#(text)}"#)
        #expect(s.batch.isEmpty)
        #expect(s.refusals.total == 1)
    }

    @Test func escapesInKeysAndIdentitiesAreUnderstood() {
        let s = scan(#"{"\u0069d":"L\u002d21231-00001","t":1795284245,"le\u0076el":40,"x\"\\\/\b\f\n\r\t\ud83d\ude00\ud83d":1}"#)
        #expect(s.batch.assets == [World.l1.value])
        #expect(s.batch.values == [40])
        #expect(s.refusals[.unknownProperty] == 1)
    }

    @Test func nestingIsBounded() {
        func nested(_ depth: Int) -> String {
            #"{"id":"L-21231-00001","t":1795284245,"x":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                + "}"
        }
        #expect(scan(nested(16)).refusals[.notJSON] == 0)
        #expect(scan(nested(18)).refusals[.notJSON] == 1)
        #expect(scan(nested(100_000)).refusals[.notJSON] == 1)
        #expect(scan(String(repeating: "[", count: 100_000)).refusals.total == 2)
    }

    @Test func aReadingWithTooManyMembersIsRefused() {
        let members = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let s = scan(#"{"id":"L-21231-00001","t":1795284245,\#(members)}"#)
        #expect(s.batch.isEmpty)
        #expect(s.refusals[.overflow] == 1)
    }

    @Test func theTopicMayNameTheAsset() {
        #expect(scan(#"{"t":1795284245,"level":5}"#, asset: World.l2).batch.assets == [World.l2.value])
        #expect(scan(#"{"id":"L-21231-00001","t":1795284245}"#, asset: World.l2).refusals[.badTopic] == 1)
    }

    @Test func aSequenceIsAWholeNumberOf32Bits() {
        #expect(scan(#"{"id":"L-21231-00001","t":1,"seq":4294967295}"#).batch.sequences == [UInt32.max])
        for bad in ["4294967296", "-1", "1.5"] {
            #expect(scan(#"{"id":"L-21231-00001","t":1,"seq":\#(bad)}"#).refusals[.outOfRange] == 1, "\(bad)")
        }
        #expect(scan(#"{"id":"L-21231-00001","t":1,"seq":"1"}"#).refusals[.wrongType] == 1)
    }

    @Test func linesAreAnsweredOneByOne() {
        let s = lines(
            """
            {"id":"L-21231-00001","t":1795284245,"level":70}

            {"id":"L-21231-00002","t":1795284245,"level":"high"}
            {"id":"L-2
            {"id":"L-99","t":1795284245}
            {"id":"L-21231-00003","t":1795284245}
            """)
        #expect(s.answers.map(\.number) == [1, 3, 4, 5, 6])
        #expect(s.answers.map(\.isTaken) == [true, true, false, false, true])
        #expect(s.answers.map(\.refusal) == [nil, .wrongType, .notJSON, .unknownDevice, nil])
        #expect(s.answers[1].why == "'level': the value of a property is a number (at byte 45)")
        #expect(s.answers[3].why == "no asset of the inventory has this 'id' (at byte 6)")
        #expect(s.batch.count == 3)
    }

    @Test func aDocumentIsAnsweredByReading() {
        var scanner = ReadingScanner()
        var batch = ReadingBatch()
        var refusals = RefusalCounts()
        let answers = withBytes(#"{"readings":[{"id":"L-21231-00001","t":5},{"id":"L-21231-00002"},{"id":"L-21231-00003","t":5}"#) {
            scanner.scanDocument($0, directory: World.directory, gateway: nil, into: &batch, refusals: &refusals)
        }
        #expect(answers.map(\.isTaken) == [true, false, true, false])
        #expect(answers.map(\.refusal) == [nil, .missingField, nil, .notJSON])
        #expect(batch.count == 2)
    }
}
