// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@testable import Rounds

/// Networks by chance against a reckoning that knows nothing of arcs, copies and heaps, and the real streets of Monaco.
@Suite struct StreetPropertyTests {
    /// A grid of 6 × 5 junctions with streets missing, of one direction and of several speeds; and the seconds between all junctions
    /// (Floyd and Warshall).
    private func town(_ seed: UInt64) -> (Town, [[Double]]) {
        var dice = TestDice(state: seed &* 9_973 &+ 17)
        var town = Town()
        let n = 30
        for k in 0..<n {
            town.nodes.append((Int64(k + 1), Double(k % 6 * 10 + dice.below(4)), Double(k / 6 * 10 + dice.below(4)), ""))
        }
        var seconds = Array(repeating: Array(repeating: Double.infinity, count: n), count: n)
        for k in 0..<n { seconds[k][k] = 0 }
        func street(_ a: Int, _ b: Int, _ mustBeOpen: Bool) {
            let luck = dice.below(10)
            if luck < 2 && !mustBeOpen { return }
            let speed = [20, 30, 50][dice.below(3)]
            let isOneway = luck < 4 && !mustBeOpen
            var tags = ["highway": "residential", "maxspeed": "\(speed)"]
            if isOneway { tags["oneway"] = "yes" }
            town.ways.append((Int64(town.ways.count + 1), [Int64(a + 1), Int64(b + 1)], tags))
            let (p, q) = (town.nodes[a], town.nodes[b])
            let time = Town.at(p.x, p.y).metres(to: Town.at(q.x, q.y)) / (Double(speed) * 0.7 / 3.6)
            seconds[a][b] = min(seconds[a][b], time)
            if !isOneway { seconds[b][a] = min(seconds[b][a], time) }
        }
        // The outer ring is open both ways, so that everything hangs together.
        for k in 0..<n {
            let isRim = k / 6 == 0 || k / 6 == 4
            if k % 6 < 5 { street(k, k + 1, isRim) }
            if k / 6 < 4 { street(k, k + 6, k % 6 == 0 || k % 6 == 5) }
        }
        for m in 0..<n {
            for a in 0..<n { for b in 0..<n { seconds[a][b] = min(seconds[a][b], seconds[a][m] + seconds[m][b]) } }
        }
        return (town, seconds)
    }

    @Test(arguments: 0..<20) func timesBetweenJunctionsAreTheShortest(seed: Int) throws {
        let (town, expected) = town(UInt64(seed))
        let network = try town.network()
        // The largest part in which everything reaches everything.
        let parts = (0..<30).map { a in (0..<30).filter { expected[a][$0].isFinite && expected[$0][a].isFinite } }
        let inside = parts.max { $0.count < $1.count } ?? []
        #expect(network.junctions == inside.count)
        let places = inside.map { Town.at(town.nodes[$0].x, town.nodes[$0].y) }
        let times = network.travelTimes(among: places)
        #expect(times.offNetwork.isEmpty)
        for (i, a) in inside.enumerated() {
            for (j, b) in inside.enumerated() where i != j {
                // Each piece is rounded to a tenth; nothing else may differ.
                #expect(abs(Double(times.seconds(i, j)) - expected[a][b]) <= 2.5)
            }
        }
    }

    /// The prepared graph gives the very same tenths of a second as plain searches, with restrictions, one-ways and dead ends among its arcs.
    @Test(arguments: 0..<30) func thePreparedGraphSaysTheSame(seed: Int) throws {
        var (town, _) = town(UInt64(seed))
        var dice = TestDice(state: UInt64(seed) &+ 11)
        for k in 0..<6 {
            let (a, b) = (town.ways[dice.below(town.ways.count)], town.ways[dice.below(town.ways.count)])
            let via = a.refs[1]
            if b.refs[0] == via { town.more += Town.restriction(k % 2 == 0 ? "no_left_turn" : "only_straight_on", a.id, via, b.id) }
        }
        let network = try town.network()
        let spots = (0..<40).compactMap { _ in
            network.vanGrid.nearest(Town.at(Double(dice.below(530)) / 10, Double(dice.below(430)) / 10), network)
        }
        let plain = network.tenths(from: spots, to: spots, .van)
        #expect(network.prepared().tenths(from: spots, to: spots, .van) == plain)
        #expect(network.prepared().tenths(from: spots, to: [spots[3]], .van) == spots.indices.map { plain[$0 * spots.count + 3] })
        #expect(plain.allSatisfy { $0 < StreetSearch.never })
    }

    @Test(arguments: 0..<6) func thePathTakesAsLongAsTheTableSays(seed: Int) throws {
        let (town, _) = town(UInt64(seed))
        let network = try town.network()
        var dice = TestDice(state: UInt64(seed) &+ 3)
        let places = (0..<12).map { _ in Town.at(Double(dice.below(530)) / 10, Double(dice.below(430)) / 10) }
        let times = network.travelTimes(among: places)
        for a in 0..<12 {
            for b in 0..<12 where a != b && !times.offNetwork.contains(a) && !times.offNetwork.contains(b) {
                let path = network.path(from: places[a], to: places[b])
                #expect(abs(path.seconds - times.seconds(a, b)) <= 1)
                #expect(!path.line.isEmpty)
                let drawn = zip(path.line, path.line.dropFirst()).reduce(0) { $0 + $1.0.metres(to: $1.1) }
                #expect(abs(drawn - path.metres) < 0.01)
                // No faster than the fastest limit allows over what is drawn.
                #expect(path.metres / Double(max(1, path.seconds)) <= 50 * 0.7 / 3.6 + 1)
            }
        }
    }

    @Test func theStreetsOfMonacoAreDriven() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.deletingLastPathComponent().appending(path: "shared/data/osm_monaco/monaco.osm.gz").path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: file) else { return }
        let unpack = Process()
        let pipe = Pipe()
        unpack.executableURL = URL(filePath: "/bin/gzip")
        unpack.arguments = ["-dc", file]
        unpack.standardOutput = pipe
        try unpack.run()
        let bytes = Array(pipe.fileHandleForReading.readDataToEndOfFile())
        unpack.waitUntilExit()
        let network = try StreetNetwork(osmXML: bytes)
        #expect(network.junctions > 300)
        #expect(network.pieceCount > 800)
        // From the station to the casino and back: some 1.0 km apart, no more than a quarter of an hour by van.
        let station = Place(longitude: 7.4190, latitude: 43.7385)
        let casino = Place(longitude: 7.4283, latitude: 43.7393)
        let times = network.travelTimes(among: [station, casino], paces: [.van, .foot])
        for (a, b) in [(0, 1), (1, 0)] {
            #expect((60...900).contains(times.seconds(a, b)))
            #expect((400...2_400).contains(times.seconds(a, b, .foot)))
        }
        let anywhere = (0..<60).map { Place(longitude: 7.410 + Double($0 * 7 % 60) * 0.0005, latitude: 43.727 + Double($0) * 0.0004) }
        let (plain, prepared) = (network.travelTimes(among: anywhere), network.prepared().travelTimes(among: anywhere))
        #expect(plain.van == prepared.van && plain.offNetwork == prepared.offNetwork)
        let path = network.path(from: station, to: casino)
        #expect(!path.isEstimated && path.metres >= station.metres(to: casino) * 0.9 && path.line.count > 5)
    }
}
