// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@testable import Inventory

@Suite struct FileReadingTests {
    private func rows(_ text: String, separator: Character = ";") throws -> [[String]] {
        var reader = CSVReader(Array(text.utf8), separator: separator.asciiValue!)
        var rows: [[String]] = []
        var fields: [String] = []
        while try reader.next(into: &fields) { rows.append(fields) }
        return rows
    }

    @Test func quotesHoldSeparatorsQuotesAndLineBreaks() throws {
        #expect(
            try rows("a;\"b;c\";\"say \"\"yes\"\"\"\n\"two\r\nlines\";;x\r\n") == [
                ["a", "b;c", "say \"yes\""], ["two\r\nlines", "", "x"],
            ])
    }

    @Test func spacesAroundAreDroppedAndEmptyLinesSkippedWhateverEndsALine() throws {
        #expect(try rows(" a ;b\r\n\r\n\rc; \"d\" \n\n") == [["a", "b"], ["c", "d"]])
        #expect(try rows("a;b") == [["a", "b"]])
        #expect(try rows("") == [])
        #expect(try rows(";\n") == [["", ""]])
    }

    @Test func theLineOfARecordIsWhereItBegins() throws {
        var reader = CSVReader(Array("h\n\"a\nb\"\nc\n".utf8), separator: 0x3B)
        var fields: [String] = []
        var lines: [Int] = []
        while try reader.next(into: &fields) { lines.append(reader.recordLine) }
        #expect(lines == [1, 2, 4])
    }

    @Test func aQuoteThatIsNeverClosedSaysWhereItOpens() {
        #expect { _ = try rows("a;b\nc;\"d\ne;f\n") } throws: { "\($0)".contains("line 2: a quote is opened") }
    }

    @Test(arguments: [
        ("id;lon;lat\n1;5,04;47,3\n", ";"), ("id,lon,lat\n1,5.04,47.3\n", ","), ("id\tlon\n1\t5,04\n", "\t"), ("a|b\nc|d\n", "|"),
        ("\"ID,N,6,0\",\"NOM,C,50\"\n1,\"a;b\"\n2,c\n", ","), ("NOM,C,50;X,N,19,8\nA;1,5\nB, C;2,5\n", ";"), ("one\ntwo\n", ","),
    ])
    func theSeparatorIsFound(_ text: String, _ separator: Character) {
        #expect(CSVReader.separator(of: Array(text.utf8)) == separator.asciiValue)
    }

    @Test func theEncodingIsFound() throws {
        let utf8 = try FileText([0xEF, 0xBB, 0xBF] + Array("Chenôve".utf8))
        #expect(String(decoding: utf8.bytes, as: UTF8.self) == "Chenôve" && utf8.encoding == .utf8)
        let windows = try FileText([0x43, 0x68, 0x65, 0x6E, 0xF4, 0x76, 0x65, 0x20, 0x80, 0x9C])
        #expect(String(decoding: windows.bytes, as: UTF8.self) == "Chenôve €œ" && windows.encoding == .cp1252)
        #expect { _ = try FileText([0xFF, 0xFE, 0x41, 0]) } throws: { "\($0)".contains("UTF-16") }
        #expect { _ = try FileText([0x41, 0xF4], encoding: .utf8) } throws: { "\($0)".contains("not UTF-8") }
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80],
        ] as [[UInt8]])
    func whatRFC3629ForbidsIsNotUTF8(_ bytes: [UInt8]) { #expect(!FileText.isUTF8(bytes)) }

    @Test(arguments: [
        ("4.85", 4.85 as Double?), ("4,85", 4.85), ("1 234,5", 1234.5), ("1\u{202F}234,5", 1234.5), ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("-3e-2", -0.03), ("767686,3955", 767_686.3955), ("nan", nil), ("inf", nil), ("0x1F", nil), ("1,2,3", nil), ("", nil),
        ("1e999", nil), ("12 m", nil),
        (String(repeating: "9", count: 400), nil),
    ])
    func numbersAreReadAsPeopleWriteThem(_ text: String, _ number: Double?) { #expect(NumberText.number(text) == number) }

    @Test(arguments: [
        ("12", 12.0 as Double?), ("-0.5", -0.5), ("00123", nil), ("1.", nil), ("1e5", nil), ("1,5", nil), ("0", 0), ("0.25", 0.25),
        ("A1", nil),
    ])
    func aTextBecomesANumberOnlyWhereNothingIsLost(_ text: String, _ number: Double?) { #expect(NumberText.canonical(text) == number) }

    @Test func columnsAreKnownWithoutTheirDBaseSuffixAndAccents() {
        #expect(ColumnName.normal("NOM,C,50") == "nom")
        #expect(ColumnName.normal("POINT_X,N,19,8") == "point_x")
        #expect(ColumnName.normal("  Hauteur  de mât ") == "hauteur_de_mat")
        #expect(ColumnName.normal("a,b") == "a,b")
    }

    @Test func aTemplateIsReadOrRefused() {
        #expect(Template("L-{insee}-{line:6}")?.pieces == [.literal("L-"), .column("insee", width: 0), .literal("-"), .line(width: 6)])
        #expect(Template("L-{place}{twin}")?.pieces == [.literal("L-"), .place, .twin])
        for wrong in ["L-{", "L-}", "{}", "{a:0}", "{a:99}", "{a:x}"] { #expect(Template(wrong) == nil, "\(wrong)") }
    }

    @Test func geoJSONIsReadFeatureByFeatureInAllItsForms() throws {
        let collection =
            #"{"type":"FeatureCollection","name":"x","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[{"type":"Feature","properties":{"a":1},"geometry":null},{"type":"Feature","properties":{"b":"é\u00e9\ud83d\ude00"},"geometry":{"type":"Point","coordinates":[1,2]}}]}"#
        for (text, count) in [
            (collection, 2), (#"{"type":"Feature","properties":{"a":1}}"#, 1), ("{\"type\":\"Feature\"}\n{\"type\":\"Feature\"}\n", 2),
        ] {
            try Array(text.utf8).withUnsafeBytes { bytes in
                var reader = GeoJSONReader(bytes)
                var features: [GeoJSONReader.Feature] = []
                while let feature = try reader.next() { features.append(feature) }
                #expect(features.count == count)
                if count == 2, text.contains("crs") {
                    #expect(reader.crsName == "urn:ogc:def:crs:EPSG::2154")
                    #expect(features[1].properties.first?.value.textOrNil == "éé😀")
                }
            }
        }
    }

    @Test func hostileJSONIsRefusedAndNeverTraps() {
        let deep = String(repeating: "[", count: 100_000)
        for text in [
            deep, "{", "[1,", "\"a", "\"\\u12", "\"\\ud800\\u", "1e", "-", "tru", "{\"a\" 1}", "[1 2]", "\u{0}", "\"\\x\"", "9e99999", "",
        ] {
            #expect(throws: JSON.Malformed.self, "\(text.prefix(20))") { _ = try JSON(text) }
        }
    }

    /// A hundred thousand cut and bent texts: none may trap, each is a value or an error.
    @Test func bentJSONAndCSVNeverTrap() throws {
        let seeds = [#"{"a":[1,-2.5e3,"x\n\u00e9"],"b":{"c":null,"d":true}}"#, "a;\"b\";c\n1;2,5;\"x\ny\"\n"].map { Array($0.utf8) }
        var random: UInt64 = 42
        func next(_ n: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % n
        }
        var refused = 0
        for round in 0..<20_000 {
            var bytes = seeds[round % 2]
            for _ in 0...next(3) { bytes[next(bytes.count)] = UInt8(next(256)) }
            bytes = Array(bytes.prefix(next(bytes.count) + 1))
            if (try? bytes.withUnsafeBytes { try JSON($0) }) == nil { refused += 1 }
            var reader = CSVReader(bytes, separator: 0x3B)
            var fields: [String] = []
            while (try? reader.next(into: &fields)) == true {}
            _ = try? ImportSource(FileText(bytes), separator: nil)
        }
        #expect(refused > 10_000)
    }

    @Test func attributesAreWrittenSortedAndReadBack() {
        let list = AttributeList(["z": .flag(true), "a": .text("é \"q\"\n"), "m": .number(38.5)])
        #expect(list.json == #"{"a":"é \"q\"\n","m":38.5,"z":true}"#)
        #expect(AttributeList(json: list.json).values == ["z": .flag(true), "a": .text("é \"q\"\n"), "m": .number(38.5)])
        #expect(list["m"] == .number(38.5) && list["none"] == nil)
        #expect(AttributeList(json: "nonsense").pairs.isEmpty)
    }
}
