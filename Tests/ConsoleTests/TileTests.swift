// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Testing

@Suite struct TileTests {
    /// Section 4.3.5.1 of the specification: the point (25, 17) is [9 50 34].
    @Test func aPointIsWrittenAsTheSpecificationsExample() {
        var tile = VectorTile()
        tile.layer("p") { $0.point(id: 1, x: 25, y: 17, tags: []) }
        #expect(tile.bytes == [0x1A, 19, 0x0A, 1, 0x70, 0x12, 9, 8, 1, 0x18, 1, 0x22, 3, 9, 50, 34, 0x28, 0x80, 0x20, 0x78, 2])
    }

    @Test func featuresComeBackWithTheirIdsAndAttributesAndEachKeyOnce() throws {
        var tile = VectorTile()
        tile.layer("lamps") { layer in
            for number in 0..<500 {
                layer.point(
                    id: UInt64(number) * 9_000_000, x: number * 8, y: -number,
                    [
                        "state": .integer(Int64(number % 3)), "name": .text("L-\(number % 2)"), "on": .flag(number % 2 == 0),
                        "d": .integer(-5), "w": .real(38.25),
                    ])
            }
        }
        tile.layer("empty") { _ in }
        let layers = try DecodedTile(tile.bytes).layers
        #expect(layers.map(\.name) == ["lamps"])
        #expect(layers[0].version == 2 && layers[0].extent == 4096)
        #expect(layers[0].keys == ["state", "name", "on", "d", "w"])
        #expect(layers[0].values.count == 9)
        let last = layers[0].features[499]
        #expect(last.id == 499 * 9_000_000)
        #expect(last.parts.map { $0.map { [$0.x, $0.y] } } == [[[3_992, -499]]])
        #expect(last.tags == ["state": "1", "name": "L-1", "on": "false", "d": "-5", "w": "38.25"])
    }

    @Test func aLineIsCutAtTheBufferAndStaysOneFeature() throws {
        var tile = VectorTile()
        tile.layer("streets") { layer in
            layer.line(id: 7, [(-10_000, 100), (10_000, 100), (10_000, 200), (-10_000, 200)], [:])
            layer.line(id: 8, [(-10_000, -500), (10_000, -500)], [:])
            layer.line(id: 9, [(Int(Int32.min), Int(Int32.min)), (Int(Int32.max), Int(Int32.max))], [:])
        }
        let features = try DecodedTile(tile.bytes).layers[0].features
        #expect(features.map(\.id) == [7, 9], "8 lies outside")
        #expect(features[0].parts.map { $0.map { [$0.x, $0.y] } } == [[[-64, 100], [4160, 100]], [[4160, 200], [-64, 200]]])
        #expect(features[1].parts[0].allSatisfy { (-64...4160).contains($0.x) && (-64...4160).contains($0.y) })
    }

    @Test func aPolygonIsCutTurnedTheRightWayAndKeepsItsHole() throws {
        let outer = [(x: -9_000, y: -9_000), (x: -9_000, y: 9_000), (x: 9_000, y: 9_000), (x: 9_000, y: -9_000), (x: -9_000, y: -9_000)]
        let hole = [(x: 100, y: 100), (x: 200, y: 100), (x: 200, y: 200), (x: 100, y: 200)]
        for rings in [[outer, hole], [outer.reversed(), hole.reversed()]] {
            var tile = VectorTile()
            tile.layer("communes") { $0.polygon(id: 21231, rings: rings, ["insee": .text("21231")]) }
            let feature = try DecodedTile(tile.bytes).layers[0].features[0]
            #expect(feature.closed == 2 && feature.parts.count == 2)
            #expect(doubledArea(feature.parts[0]) == 2 * 4224 * 4224, "outer rings have a positive area")
            #expect(doubledArea(feature.parts[1]) == -2 * 100 * 100, "holes a negative one")
        }
        var tile = VectorTile()
        tile.layer("communes") { layer in
            layer.polygon(id: 1, rings: [[(x: 9_000, y: 0), (x: 9_999, y: 0), (x: 9_999, y: 10)]], [:])
            layer.polygon(id: 2, rings: [[(x: 0, y: 0), (x: 10, y: 10)]], [:])
            layer.polygon(id: 3, rings: [], [:])
        }
        #expect(tile.bytes.isEmpty, "outside, without area, without rings")
    }

    private func doubledArea(_ ring: [(x: Int, y: Int)]) -> Int {
        ring.indices.reduce(0) { sum, i in
            let next = ring[(i + 1) % ring.count]
            return sum + ring[i].x * next.y - next.x * ring[i].y
        }
    }

    @Test func theIndexFindsExactlyThePointsOfEachTile() {
        var generator = Dice(state: 21231)
        let places = (0..<3_000).map { _ in
            Place(longitude: 4.95 + Double(generator.roll() % 1_000) / 5_000, latitude: 47.25 + Double(generator.roll() % 1_000) / 8_000)
        }
        let fractions = places.map(\.mercator)
        let index = PointIndex(numbers: (0..<3_000).map { UInt32($0) }, x: fractions.map(\.x), y: fractions.map(\.y))
        for zoom in [0, 9, 12, 14, 16, 22] {
            let some = fractions[zoom * 7]
            let shift = UInt32(32 - zoom)
            let (x, y) = zoom == 0 ? (0, 0) : (Int(some.x >> shift), Int(some.y >> shift))
            let tile = TileAddress(zoom: zoom, x: x, y: y)!
            var found: [UInt32] = []
            index.each(in: tile) { number, px, py in
                found.append(number)
                #expect(fractions[Int(number)].x == px && fractions[Int(number)].y == py)
                let local = tile.local(x: px, y: py)
                #expect((0..<4096).contains(local.x) && (0..<4096).contains(local.y))
            }
            let expected = fractions.indices.filter {
                zoom == 0 || (Int(fractions[$0].x >> shift) == x && Int(fractions[$0].y >> shift) == y)
            }
            #expect(found.sorted() == expected.map { UInt32($0) }, "zoom \(zoom)")
            #expect(index.count(in: tile) == expected.count)
        }
        #expect(
            TileAddress(zoom: 3, x: 8, y: 0) == nil && TileAddress(zoom: 23, x: 0, y: 0) == nil && TileAddress(zoom: 1, x: -1, y: 0) == nil)
        let corners = PointIndex(numbers: [1, 2], x: [.max, 0], y: [.max, 0])
        #expect(corners.count(in: TileAddress(zoom: 22, x: (1 << 22) - 1, y: (1 << 22) - 1)!) == 1)
    }

    @Test(arguments: [0, 9, 11, 12, 27]) func theCellsOfATileHoldEachOfItsPointsOnceAtTheirMeanPlace(_ zoom: Int) throws {
        guard zoom <= 22 else {
            PointIndex(numbers: [7], x: [1], y: [1]).eachCell(of: TileAddress(zoom: 22, x: 0, y: 0)!, levels: 10) { _ in
                Issue.record("too fine")
            }
            return
        }
        var generator = Dice(state: 21231)
        let fractions = (0..<3_000).map { _ in
            Place(longitude: 4.9 + Double(generator.roll() % 1_000) / 3_000, latitude: 47.2 + Double(generator.roll() % 1_000) / 5_000)
                .mercator
        }
        let index = PointIndex(numbers: fractions.indices.map { UInt32($0) }, x: fractions.map(\.x), y: fractions.map(\.y))
        let shift = UInt32(32 - zoom)
        let tile = try #require(
            TileAddress(zoom: zoom, x: zoom == 0 ? 0 : Int(fractions[9].x >> shift), y: zoom == 0 ? 0 : Int(fractions[9].y >> shift)))
        var seen: [UInt32] = []
        var cells: [Int] = []
        index.eachCell(of: tile, levels: 4) { cell in
            cells.append(cell.number)
            seen += cell.numbers
            let members = cell.numbers.map { fractions[Int($0)] }
            #expect(
                members.allSatisfy { at in
                    let local = tile.local(x: at.x, y: at.y)
                    return local.y / 256 * 16 + local.x / 256 == cell.number
                })
            #expect(cell.x == UInt32(members.reduce(0) { $0 + UInt64($1.x) } / UInt64(members.count)))
            #expect(cell.y == UInt32(members.reduce(0) { $0 + UInt64($1.y) } / UInt64(members.count)))
        }
        var expected: [UInt32] = []
        index.each(in: tile) { number, _, _ in expected.append(number) }
        #expect(seen.sorted() == expected.sorted() && !seen.isEmpty)
        #expect(Set(cells).count == cells.count)
    }

    /// The reader of PyPI's `mapbox-vector-tile`, where it is installed, agrees with ours.
    @Test(.enabled(if: Peer.isThere, "PyPI mapbox-vector-tile is not installed")) func aPeersDecoderReadsTheSame() throws {
        var tile = VectorTile()
        tile.layer("lamps") { $0.point(id: 42, x: 10, y: 20, ["state": .integer(3)]) }
        let answer = try Peer.run(
            "import sys,mapbox_vector_tile as m;d=m.decode(sys.stdin.buffer.read(),default_options={'y_coord_down':True});f=d['lamps']['features'][0];print(f['id'],f['properties'],f['geometry']['coordinates'])",
            input: tile.bytes)
        #expect(answer == "42 {'state': 3} [10, 20]\n")
    }
}

/// A small linear generator, so that the points are the same in each run.
private struct Dice {
    var state: UInt64
    mutating func roll() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

private enum Peer {
    static var isThere: Bool { (try? run("import mapbox_vector_tile;print('yes')", input: [])) == "yes\n" }

    static func run(_ program: String, input: [UInt8]) throws -> String {
        let process = Process()
        let (stdin, stdout) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, FileHandle.nullDevice)
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
