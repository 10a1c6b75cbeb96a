// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@testable import Rounds

/// OSM's binary form as osmium writes it, against the same town in XML; and bytes of ill will.
@Suite struct OSMBlocksTests {
    /// The town of `xml`, written by libosmium 2: dense nodes, blocks not packed.
    static let dense = bytes(
        "AAAADQoJT1NNSGVhZGVyGC4KLCIOT3NtU2NoZW1hLVYwLjYiCkRlbnNlTm9kZXOCAQZvc21pdW2AAqzXgtgGAAAADAoHT1NNRGF0YRjLAQrIAQpMCgAKAAoH"
            + "aGlnaHdheQoPdHJhZmZpY19zaWduYWxzCgdiYXJyaWVyCgdib2xsYXJkCgRuYW1lCgVCb3JuZQoHYW1lbml0eQoEY2FmZRJ4EnYKBwICAgICAgIqLQoHAQEB"
            + "AQEBARIHAAAAAAAAABoHAAAAAAAAACIHAAAAAAAAACoHAgAAAAAAAEIVgKGLwwMAwJoMAJ+NBp+NBv/nyIIGShSAwtcvwJoMAL+aDACAtRi/qerNBVIPAAID"
            + "AAAABAUGBwAACAkAAAAADAoHT1NNRGF0YRi7Agq4Agp2CgAKB2hpZ2h3YXkKBm9uZXdheQoLcmVzaWRlbnRpYWwKA3llcwoACghtYXhzcGVlZAoGMzAgbXBo"
            + "CgRuYW1lChJSdWUgZGUgbOKAmcOJZ2xpc2UKB3ByaW1hcnkKCHdhdGVyd2F5CgVyaXZlcgoHc2VydmljZRK9ARoaCAsSAgECGgIDBCIKCAEQABgAIAAoBUIC"
            + "AgIaGggMEgIBBhoCAwciCggBEAAYACAAKAVCAgQCGhoIDRICAQgaAgMJIgoIARAAGAAgACgFQgIGAhoZCA4SAQEaAQMiCggBEAAYACAAKAVCAwgCBxoYCA8S"
            + "AQEaAQoiCggBEAAYACAAKAVCAgQIGhgIEBIBCxoBDCIKCAEQABgAIAAoBUICAgwaGAgREgEBGgENIgoIARAAGAAgACgFQgIIBQAAAAsKB09TTURhdGEYYQpf"
            + "CjQKAAoEdHlwZQoLcmVzdHJpY3Rpb24KDG5vX2xlZnRfdHVybgoACgRmcm9tCgN2aWEKAnRvEiciJQgVEgIBAhoCAgMiCggBEAAYACAAKARCAwUGB0oDFhEU"
            + "UgMBAAE=")
    /// The same, each node by itself.
    static let loose = bytes(
        "AAAADQoJT1NNSGVhZGVyGCIKICIOT3NtU2NoZW1hLVYwLjaCAQZvc21pdW2AAqzXgtgGAAAADAoHT1NNRGF0YRimAgqjAgpMCgAKAAoHaGlnaHdheQoPdHJh"
            + "ZmZpY19zaWduYWxzCgdiYXJyaWVyCgRuYW1lCgdib2xsYXJkCgVCb3JuZQoHYW1lbml0eQoEY2FmZRLSAQoZCAIiCggBEAAYACAAKAFAgKGLwwNIgMLXLwof"
            + "CAQSAQIaAQMiCggBEAAYACAAKAFAgKGLwwNIwNzjLwoZCAYiCggBEAAYACAAKAFAwLuXwwNIwNzjLwoZCAgiCggBEAAYACAAKAFAwLuXwwNIgMLXLwohCAoS"
            + "AgQFGgIGByIKCAEQABgAIAAoAUCgrpHDA0iAwtcvChkIDCIKCAEQABgAIAAoAUCAoYvDA0iA9+8vCiAIDhIBCBoBCSIKCAEQABgAIAAoAUD/xr2/Aki/svqd"
            + "BQAAAAwKB09TTURhdGEYuwIKuAIKdgoACgdoaWdod2F5CgZvbmV3YXkKC3Jlc2lkZW50aWFsCgN5ZXMKAAoIbWF4c3BlZWQKBjMwIG1waAoEbmFtZQoSUnVl"
            + "IGRlIGzigJnDiWdsaXNlCgdwcmltYXJ5Cgh3YXRlcndheQoFcml2ZXIKB3NlcnZpY2USvQEaGggLEgIBAhoCAwQiCggBEAAYACAAKAVCAgICGhoIDBICAQYa"
            + "AgMHIgoIARAAGAAgACgFQgIEAhoaCA0SAgEIGgIDCSIKCAEQABgAIAAoBUICBgIaGQgOEgEBGgEDIgoIARAAGAAgACgFQgMIAgcaGAgPEgEBGgEKIgoIARAA"
            + "GAAgACgFQgIECBoYCBASAQsaAQwiCggBEAAYACAAKAVCAgIMGhgIERIBARoBDSIKCAEQABgAIAAoBUICCAUAAAALCgdPU01EYXRhGGEKXwo0CgAKBHR5cGUK"
            + "C3Jlc3RyaWN0aW9uCgxub19sZWZ0X3R1cm4KAAoEZnJvbQoDdmlhCgJ0bxInIiUIFRICAQIaAgIDIgoIARAAGAAgACgEQgMFBgdKAxYRFFIDAQAB")

    static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }

    static let xml = """
        <?xml version='1.0' encoding='UTF-8'?>
        <osm version="0.6" timestamp="2026-11-20T20:21:00Z">
        <node id="1" lat="47.3" lon="5.0"/>
        <node id="2" lat="47.3" lon="5.01"><tag k="highway" v="traffic_signals"/></node>
        <node id="3" lat="47.31" lon="5.01"/>
        <node id="4" lat="47.31" lon="5.0"/>
        <node id="5" lat="47.305" lon="5.0"><tag k="barrier" v="bollard"/><tag k="name" v="Borne"/></node>
        <node id="6" lat="47.3" lon="5.02"/>
        <node id="7" lat="-33.5" lon="-70.25"><tag k="amenity" v="cafe"/></node>
        <way id="11"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="oneway" v="yes"/></way>
        <way id="12"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="maxspeed" v="30 mph"/></way>
        <way id="13"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/><tag k="name" v="Rue de l’Église"/></way>
        <way id="14"><nd ref="4"/><nd ref="5"/><nd ref="1"/><tag k="highway" v="residential"/></way>
        <way id="15"><nd ref="2"/><nd ref="6"/><tag k="highway" v="primary"/></way>
        <way id="16"><nd ref="1"/><nd ref="7"/><tag k="waterway" v="river"/></way>
        <way id="17"><nd ref="4"/><nd ref="1"/><tag k="highway" v="service"/></way>
        <relation id="21"><member type="way" ref="11" role="from"/><member type="node" ref="2" role="via"/>
        <member type="way" ref="12" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
        </osm>
        """

    private func read(_ pbf: [UInt8], inside box: StreetBox? = nil) throws(StreetFault) -> OSMExtract {
        try OSMExtract(pbf: pbf, inside: box, inflate: { _, _ in nil })
    }

    private func same(_ a: OSMExtract, _ b: OSMExtract) -> Bool {
        a.nodes.map(\.id) == b.nodes.map(\.id) && a.nodes.map(\.place) == b.nodes.map(\.place) && a.ways == b.ways
            && a.restrictions == b.restrictions && a.barriers == b.barriers && a.signals == b.signals && a.asOf == b.asOf
    }

    @Test func theBinaryFormSaysWhatTheXMLSays() throws {
        let expected = try OSMExtract(xml: Array(Self.xml.utf8))
        #expect(expected.asOf == Instant(year: 2026, month: 11, day: 20, hour: 20, minute: 21))
        #expect(expected.ways.count == 6 && expected.nodes.count == 6, "a river is no street, and its end is nowhere near")
        #expect(expected.barriers == [5] && expected.signals == [2] && expected.restrictions.count == 1)
        for pbf in [Self.dense, Self.loose] {
            let found = try read(pbf)
            #expect(same(found, expected))
            let (a, b) = (try StreetNetwork(found), try StreetNetwork(expected))
            #expect(a.junctions == b.junctions && a.arcs == b.arcs && a.restrictions == 1 && a.van.cost == b.van.cost)
        }
    }

    @Test func whatIsKeptIsReadBackAsItWas() throws {
        let extract = try OSMExtract(xml: Array(Self.xml.utf8))
        let bytes = extract.bytes
        let again = try OSMExtract(bytes: bytes)
        #expect(same(again, extract) && again.bytes == bytes && bytes.count < 400)
        // A byte of another value, a cut, a byte more: each is noticed.
        for k in bytes.indices {
            var broken = bytes
            broken[k] ^= 0x10
            #expect(throws: StreetFault.keptIsDamaged) { try OSMExtract(bytes: broken) }
        }
        for k in stride(from: 0, to: bytes.count, by: 3) {
            #expect(throws: StreetFault.keptIsDamaged) { try OSMExtract(bytes: Array(bytes.prefix(k))) }
        }
        #expect(throws: StreetFault.keptIsDamaged) { try OSMExtract(bytes: bytes + [0]) }
    }

    @Test func onlyWhatLiesInTheBoxIsTaken() throws {
        // All but the end of the primary road to the east.
        let box = try #require(
            StreetBox(
                around: [Place(longitude: 5, latitude: 47.3), Place(longitude: 5.01, latitude: 47.31)], metres: 100))
        for extract in [try read(Self.dense, inside: box), try OSMExtract(xml: Array(Self.xml.utf8), inside: box)] {
            #expect(Set(extract.nodes.map(\.id)) == [1, 2, 3, 4, 5] && extract.ways.map(\.id) == [11, 12, 13, 14, 17])
            #expect(extract.skipped == 0, "what was cut on purpose is no fault")
        }
        let away = try #require(StreetBox(around: [Place(longitude: 0, latitude: 0)], metres: 1_000))
        #expect(throws: StreetFault.noStreets) { try StreetNetwork(try read(Self.dense, inside: away)) }
        #expect(away.north > 0.0089 && away.north < 0.0091 && away.east > 0.0089)
        #expect(StreetBox(around: [], metres: 5) == nil)
    }

    @Test func bytesOfIllWillAreRefusedAndCostNothing() throws {
        func fault(_ bytes: [UInt8]) -> StreetFault? {
            do throws(StreetFault) {
                _ = try StreetNetwork(try read(bytes))
                return nil
            } catch { return error }
        }
        let good = Self.dense
        #expect(fault(good) == nil)
        #expect(fault([]) == .notOSM)
        #expect(fault(Array("<osm></osm>".utf8)) == .notOSM)
        #expect(fault([0xFF, 0xFF, 0xFF, 0xFF] + good) == .notOSM)
        for cut in 1..<good.count { #expect(fault(Array(good.prefix(cut))) != nil || cut > 150, "cut at \(cut)") }
        // A byte of another value anywhere: read or refused, never a trap and never more memory than the file has bytes.
        for k in good.indices {
            for change in [0x01, 0x40, 0x80, 0xFF] as [UInt8] {
                var broken = good
                broken[k] ^= change
                _ = fault(broken)
            }
        }
        // A feature that changes the meaning of what follows.
        var other = good
        let at = try #require(good.firstRange(of: Array("DenseNodes".utf8))?.lowerBound)
        other[at] = UInt8(ascii: "X")
        #expect(fault(other) == .needs("XenseNodes"))
        // A header that promises the largest block there may be, and one beyond.
        #expect(fault([0, 0, 0, 14, 0x0A, 9] + Array("OSMHeader".utf8) + [0x18, 0x80, 0x01]) != nil)
        #expect(fault([0, 0, 0, 18, 0x0A, 9] + Array("OSMHeader".utf8) + [0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) != nil)
    }

    @Test func aBlockPackedInAnotherWayIsSaid() {
        // A blob whose only part is lz4 (field 6).
        let blob: [UInt8] = [0x10, 4, 0x32, 2, 1, 2]
        let file: [UInt8] = [0, 0, 0, 13, 0x0A, 9] + Array("OSMHeader".utf8) + [0x18, UInt8(blob.count)] + blob
        #expect(throws: StreetFault.packedOtherwise) { try read(file) }
    }
}
