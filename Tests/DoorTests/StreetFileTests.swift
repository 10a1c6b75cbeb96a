// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Rehearsal
import Rounds
import Testing

@testable import vigie

/// Files of streets as they come: packed, cut, of another sort.
@Suite struct StreetFileTests {
    /// Six streets, written by libosmium 2 with blocks packed by zlib.
    static let pbf = Array(
        Data(
            base64Encoded:
                "AAAADQoJT1NNSGVhZGVyGDgQLBo0eJxT4vMvzg1OzkjNTdQNM9AzU+JySc0rTvXLT0ktbmJkyy/OzSzNbWBac73pBhsAOIIPZAAAAAwKB09TTU"
                + "RhdGEYrgEQyAEaqAF4nOPy4WIAQvaMzPSM8sRKLv6SosS0tMzk+OLM9LzEnGIu9qTEoqLM1CIgIz8nJ7EohYslLzE3lYvVKb8oL5WLHcjOyyyp"
                + "5GJJTkxLFaoQKuNiZ4IALV0udkYIEGJngAApGEMJxtBiZ4IwnEQbFnYfZmY4MIuHYX4vGxD9f36iic1LpOHQdX2Q4H4gbtgqsX/lq7OsQfwMTM"
                + "xATSysbECDODgZAOaRLmUAAAAMCgdPU01EYXRhGNkBELgCGtMBeJxdzj2OwjAQBeDY+fEwCQu4AlcRFeVK3IAjcANrMyKWkhDZEEhHyxE4zFbc"
                + "hJPg0IVqiu+9p8EOAxSlOZQX3WNybGi4qSVnCmpORlcY9uR8CGp9dS1Rgcn2N6/bEqNG14Ryf6a8oLx63R7P+6EyjlC01tTa9ggXfSI7TMbWdG"
                + "RROLKd+SP5z5SCVHLGFQ+jNQKbB8sgDzbxjnPuLfOWeBNjiwabegNvk7ElXK3gRzKmWDiSELhQS5h9CL8GwctcslSx7OuNzMvi05mOBeI3fHIy"
                + "ZQAAAAsKB09TTURhdGEYaRBfGmV4nOMy4WLgYimpLEjl4i5KLS4pykwuyczP4+LJy4/PSU0riS8pLcoDKUkrys/lYi7LTORiKskXUldS5RAVYm"
                + "JkkmJiYlbi4mAUYJBgUGDQYHFiZmVj92IWExQJYmZkYAQAeFsSxQ==")
            ?? Data())

    private func read(_ bytes: [UInt8]) throws(StreetFault) -> StreetNetwork {
        try StreetNetwork(try StreetFile.extract(bytes, inside: nil) { _ in })
    }

    @Test func packedBlocksAreRead() throws {
        #expect(StreetFile.sort(Self.pbf) == .pbf)
        let network = try read(Self.pbf)
        #expect(network.junctions > 3 && network.restrictions == 1)
        // A byte of another value anywhere: read or refused, never a trap.
        for k in Self.pbf.indices {
            var broken = Self.pbf
            broken[k] ^= 0x55
            _ = try? read(broken)
        }
        for cut in stride(from: 1, to: 400, by: 3) { #expect(throws: StreetFault.self) { try read(Array(Self.pbf.prefix(cut))) } }
    }

    @Test func aFileIsKnownByItsFirstBytes() {
        #expect(StreetFile.sort(Array("  \n<?xml version='1.0'?><osm/>".utf8)) == .xml)
        #expect(StreetFile.sort([0xEF, 0xBB, 0xBF] + Array("{\"type\":".utf8)) == .geoJSON)
        #expect(StreetFile.sort([0x1F, 0x8B, 8]) == .gzip)
        #expect(StreetFile.sort(Array("BZh91AY".utf8)) == .bzip2)
        for odd in [[], [0, 0, 0], Array("id;lon;lat".utf8), Array(repeating: 0, count: 50)] as [[UInt8]] {
            #expect(StreetFile.sort(odd) == .unknown)
            #expect(throws: StreetFault.notOSM) { try read(odd) }
        }
    }

    @Test func gzipIsUnpackedToTheEndAndNoFurtherThanTheLimit() throws {
        let text = Array(String(repeating: "<osm>Rue des Forges</osm>", count: 9_000).utf8)
        let folder = NSTemporaryDirectory() + "vigie-gzip-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text).write(to: URL(filePath: folder + "/a"))
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/bin/gzip")
        gzip.arguments = ["-k", folder + "/a"]
        try gzip.run()
        gzip.waitUntilExit()
        let packed = Array(try Data(contentsOf: URL(filePath: folder + "/a.gz")))
        #expect(StreetFile.gunzip(packed) == text)
        #expect(StreetFile.gunzip(packed + packed) == text + text, "members one after the other")
        #expect(StreetFile.gunzip(packed, limit: text.count - 1) == nil)
        for cut in [1, 9, 12, packed.count / 2, packed.count - 1] { #expect(StreetFile.gunzip(Array(packed.prefix(cut))) == nil, "\(cut)") }
        #expect(StreetFile.gunzip(packed + [1, 2, 3]) == nil)
    }

    @Test func theDrawnCityIsDrivenFromHouseToHouse() throws {
        let folder = NSTemporaryDirectory() + "vigie-streets-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try City(lamps: 5_000, seed: 21_231).write(to: folder)
        let bytes = Array(try Data(contentsOf: URL(filePath: folder + "/streets.osm")))
        #expect(StreetFile.sort(bytes) == .xml)
        let network = try read(bytes)
        #expect(network.skipped == 0)
        let rows = try String(contentsOfFile: folder + "/addresses.csv", encoding: .utf8).split(separator: "\n").dropFirst()
        var dice = Dice(seed: 3)
        let houses = (0..<120).map { _ -> Place in
            let cells = rows[rows.startIndex + dice.whole(0...(rows.count - 1))].split(separator: ";", omittingEmptySubsequences: false)
            return Place(longitude: Double(cells[7]) ?? 0, latitude: Double(cells[8]) ?? 0)
        }
        let times = network.travelTimes(among: houses)
        #expect(times.offNetwork.isEmpty, "no house is half a kilometre from every street")
        var detours: [Double] = []
        var beside = 0
        for (a, b) in zip(houses, houses.dropFirst()) where a.metres(to: b) > 500 {
            let path = network.path(from: a, to: b)
            #expect(!path.isEstimated)
            detours.append(path.metres / a.metres(to: b))
            if let first = path.line.first, first.metres(to: a) < 25 { beside += 1 }
        }
        detours.sort()
        #expect(detours.count > 90 && detours[detours.count / 2] < 1.6, "\(detours)")
        #expect(beside > detours.count * 9 / 10, "nearly every house stands beside a street that leads away: \(beside)")
    }
}
