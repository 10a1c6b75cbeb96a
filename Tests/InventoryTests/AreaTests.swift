// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Testing

@testable import Inventory

@Suite struct AreaTests {
    private func square(_ code: String, _ west: Double, _ south: Double, _ size: Double, hole: Double = 0) -> Area {
        func ring(_ west: Double, _ south: Double, _ size: Double) -> [Place] {
            [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)].map { Place(longitude: west + $0.0 * size, latitude: south + $0.1 * size) }
        }
        let rings = [ring(west, south, size)] + (hole > 0 ? [ring(west + size / 4, south + size / 4, hole)] : [])
        return Area(code: code, name: code, polygons: [rings])
    }

    @Test func aPlaceLiesInItsSquareInAHoleOrOutside() {
        let index = AreaIndex([square("A", 0, 0, 4, hole: 1), square("B", 4, 0, 4)], side: 16)
        #expect(index.commune(at: Place(longitude: 0.5, latitude: 0.5)).insee == "A")
        #expect(index.commune(at: Place(longitude: 1.5, latitude: 1.5)) == .outside)
        #expect(index.commune(at: Place(longitude: 3.9999, latitude: 2)).insee == "A")
        #expect(index.commune(at: Place(longitude: 4.0001, latitude: 2)).insee == "B")
        #expect(index.commune(at: Place(longitude: 8.1, latitude: 2)) == .outside)
        #expect(index.commune(at: Place(longitude: .nan, latitude: 2)) == .outside)
        #expect(AreaIndex([]).commune(at: Place(longitude: 1, latitude: 1)) == .outside)
    }

    /// The grid must say the same as asking every boundary.
    @Test func theGridAgreesWithAskingEveryBoundary() throws {
        let areas =
            try SharedData.bytes("communes/dijon_metropole_23_communes.geojson").map { try read($0) }
            ?? [square("A", 4.9, 47.2, 0.1, hole: 0.03), square("B", 5.0, 47.2, 0.13), square("C", 4.95, 47.3, 0.07)]
        let index = AreaIndex(areas)
        let edges = areas.map(EdgeList.init)
        var random: UInt64 = 7
        func next() -> Double {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(random >> 11) / Double(1 << 53)
        }
        var inside = 0
        for _ in 0..<20_000 {
            let place = Place(longitude: 4.85 + next() * 0.4, latitude: 47.15 + next() * 0.3)
            let truth = edges.firstIndex { $0.contains(place) }.map { areas[$0].code } ?? ""
            #expect(index.commune(at: place).insee == truth)
            if !truth.isEmpty { inside += 1 }
        }
        #expect(inside > 2000)
    }

    private func read(_ bytes: [UInt8]) throws -> [Area] {
        let world = try World()
        _ = try AreaImport.areas(bytes, file: "a", author: "t", into: world.journal, at: world.now)
        return try world.journal.readHere { try AreaStore.areas(in: $0) }
    }

    @Test(.enabled(if: SharedData.isThere("communes/dijon_metropole_23_communes.geojson"), "the shared data are not at hand"))
    func theTwentyThreeCommunesHoldTheirOwnPoints() throws {
        let world = try World()
        let bytes = try #require(SharedData.bytes("communes/dijon_metropole_23_communes.geojson"))
        let report = try AreaImport.areas(bytes, file: "communes.geojson", author: "marie", into: world.journal, at: world.now)
        #expect(report.taken == 23 && report.refused.isEmpty)
        let areas = try world.journal.readHere { try AreaStore.areas(in: $0) }
        #expect(areas.reduce(0) { $0 + ($1.population ?? 0) } == 257_193)
        let index = AreaIndex(areas)
        // The town halls of Dijon and Chenôve, and a place in Beaune.
        #expect(index.commune(at: Place(longitude: 5.0415, latitude: 47.3216)).insee == "21231")
        #expect(index.commune(at: Place(longitude: 5.0064, latitude: 47.2914)).insee == "21166")
        #expect(index.commune(at: Place(longitude: 4.8400, latitude: 47.0250)) == .outside)
        try Array(bytes).withUnsafeBytes { raw in
            var reader = GeoJSONReader(raw)
            while let feature = try reader.next() {
                let properties = Dictionary(feature.properties.map { ($0.key, $0.value) }) { a, _ in a }
                let point = Place(
                    longitude: try #require(properties["point_lon"]?.numberOrNil),
                    latitude: try #require(properties["point_lat"]?.numberOrNil))
                #expect(index.commune(at: point).insee == properties["insee"]?.textOrNil)
            }
        }
    }

    @Test func importingAreasMovesTheAssetsThatStand() throws {
        let world = try World()
        try world.importing("id;lon;lat\nL-1;5.5;47.5\nL-2;9;47.5\n")
        let text =
            #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"insee":"21999","nom":"Essai"},"geometry":{"type":"Polygon","coordinates":[[[5,47],[6,47],[6,48],[5,48],[5,47]]]}}]}"#
        let report = try AreaImport.areas(Array(text.utf8), file: "a.geojson", author: "marie", into: world.journal, at: world.now)
        #expect(report.moved == 1)
        #expect(try world.asset("L-1")?.commune.insee == "21999")
        #expect(try world.asset("L-2")?.commune == .outside)
        let last = try #require(try world.history("L-1").last)
        #expect(last.what == .changed && last.fields == [.init(name: "commune", before: "", after: "21999")] && last.author == "marie")
    }

    @Test func aBoundaryThatIsWrongIsRefusedWithItsReason() throws {
        let world = try World()
        let features = [
            #"{"type":"Feature","properties":{"nom":"x"},"geometry":{"type":"Polygon","coordinates":[[[5,47],[6,47],[6,48],[5,47]]]}}"#,
            #"{"type":"Feature","properties":{"insee":"21001"},"geometry":{"type":"Polygon","coordinates":[[[5,47],[6,47],[6,48],[5,48]]]}}"#,
            #"{"type":"Feature","properties":{"insee":"21002"},"geometry":{"type":"Point","coordinates":[5,47]}}"#,
            #"{"type":"Feature","properties":{"insee":"21003"},"geometry":null}"#,
        ]
        let text = #"{"type":"FeatureCollection","features":["# + features.joined(separator: ",") + "]}"
        let report = try AreaImport.areas(Array(text.utf8), file: "a", author: "t", into: world.journal, at: world.now)
        #expect(report.taken == 0 && report.refused.map(\.line) == [1, 2, 3, 4])
        #expect(report.refused[1].reason.contains("a ring ends where it begins"))
        #expect(try world.revision() == 0)
    }

    @Test(.enabled(if: SharedData.isThere("montpellier/montpellier_streets.geojson"), "the shared data are not at hand"))
    func theStreetsOfARealCityAreRead() throws {
        let world = try World()
        let report = try AreaImport.streets(
            try #require(SharedData.bytes("montpellier/montpellier_streets.geojson")), file: "s", author: "t", into: world.journal,
            at: world.now)
        #expect(report.taken == 8011 && report.refused.isEmpty)
        let first = try world.journal.readHere { transaction in
            var first: Street?
            try AreaStore.streets(in: transaction) { if first == nil { first = $0 } }
            return first
        }
        #expect(first?.name == "Place de la Célette" && (first?.line.count ?? 0) >= 2)
    }
}
