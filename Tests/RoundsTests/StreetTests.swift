// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@testable import Rounds

/// Small extracts written by hand. One step of the grid is 0.001° of latitude: 111.2 m; at 50 km/h × 0.7 that is 11.4 s.
struct Town {
    var nodes: [(id: Int64, x: Double, y: Double, tags: String)] = []
    var ways: [(id: Int64, refs: [Int64], tags: [String: String])] = []
    var more = ""

    static func at(_ x: Double, _ y: Double) -> Place { Place(longitude: x / 1000, latitude: y / 1000) }

    var xml: String {
        var text = "<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n<!-- by hand -->\n"
        for n in nodes { text += "<node id=\"\(n.id)\" lat=\"\(n.y / 1000)\" lon=\"\(n.x / 1000)\">\(n.tags)</node>\n" }
        for w in ways {
            text += "<way id=\"\(w.id)\">" + w.refs.map { "<nd ref=\"\($0)\"/>" }.joined()
            text += w.tags.sorted { $0.key < $1.key }.map { "<tag k='\($0.key)' v='\($0.value)'/>" }.joined() + "</way>\n"
        }
        return text + more + "</osm>\n"
    }

    func network() throws -> StreetNetwork { try StreetNetwork(osmXML: Array(xml.utf8)) }

    /// A square 1-2-3-4 with sides of ten steps and a way out on the left, all two-way.
    static func square(_ tags: [String: String] = [:]) -> Town {
        Town(
            nodes: [(1, 0, 0, ""), (2, 10, 0, ""), (3, 10, 10, ""), (4, 0, 10, "")],
            ways: [
                (11, [1, 2], ["highway": "residential"].merging(tags) { $1 }), (12, [2, 3], ["highway": "residential"]),
                (13, [3, 4], ["highway": "residential"]), (14, [4, 1], ["highway": "residential"]),
            ])
    }

    static func restriction(_ kind: String, _ from: Int64, _ via: Int64, _ to: Int64) -> String {
        "<relation id=\"\(from * 100 + to)\"><member type=\"way\" ref=\"\(from)\" role=\"from\"/><member type=\"node\" ref=\"\(via)\" role=\"via\"/>"
            + "<member type=\"way\" ref=\"\(to)\" role=\"to\"/><tag k=\"type\" v=\"restriction\"/><tag k=\"restriction\" v=\"\(kind)\"/></relation>"
    }
}

@Suite struct StreetTests {
    /// Seconds of a side of the square: 1 112 m at 35 km/h.
    private let side = 1_112.0 / (35 / 3.6)

    private func seconds(_ network: StreetNetwork, _ a: (Double, Double), _ b: (Double, Double), _ pace: Pace = .van) -> Double {
        Double(network.travelTimes(among: [Town.at(a.0, a.1), Town.at(b.0, b.1)], paces: [pace]).seconds(0, 1, pace))
    }

    private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 2 }

    @Test func theWayAlongTwoSidesTakesTwiceAsLong() throws {
        let network = try Town.square().network()
        #expect(network.pieceCount == 4)
        #expect(isNear(seconds(network, (0, 0), (10, 0)), side))
        #expect(isNear(seconds(network, (5, 0), (10, 5)), side))
        #expect(isNear(seconds(network, (2, 0), (8, 0)), side * 0.6))
        let path = network.path(from: Town.at(5, 0), to: Town.at(10, 5))
        #expect(isNear(Double(path.seconds), side))
        #expect(path.line.contains(Town.at(10, 0)))
        #expect(abs(path.metres - 1_112) < 5)
    }

    @Test func aOneWayStreetIsDrivenInItsDirectionOnly() throws {
        for (tag, there, back) in [("yes", 1.0, 3.0), ("-1", 3.0, 1.0), ("no", 1.0, 1.0)] {
            let network = try Town.square(["oneway": tag]).network()
            #expect(isNear(seconds(network, (0, 0), (10, 0)), side * there))
            #expect(isNear(seconds(network, (10, 0), (0, 0)), side * back))
            #expect(isNear(seconds(network, (8, 0), (2, 0)), tag == "yes" ? side * 3.4 : side * 0.6))
        }
        let walk = try Town.square(["oneway": "yes"]).network()
        #expect(abs(seconds(walk, (10, 0), (0, 0), .foot) - 1_112 / 1.25) <= 2)
    }

    @Test func aRoundaboutGoesRoundOneWay() throws {
        let network = try Town.square(["junction": "roundabout"]).network()
        #expect(isNear(seconds(network, (10, 0), (0, 0)), side * 3))
    }

    @Test func accessSpeedAndBarriersCount() throws {
        #expect(isNear(seconds(try Town.square(["access": "private"]).network(), (0, 0), (10, 0)), side))
        #expect(isNear(seconds(try Town.square(["maxspeed": "30"]).network(), (0, 0), (10, 0)), side * 5 / 3))
        #expect(isNear(seconds(try Town.square(["maxspeed": "FR:zone30"]).network(), (0, 0), (10, 0)), side * 5 / 3))
        let closed = try Town.square(["motor_vehicle": "no"]).network()
        #expect(isNear(seconds(closed, (0, 0.01), (10, 0.01)), side * 3))
        var barred = Town.square()
        barred.nodes.append((5, 5, 0, "<tag k=\"barrier\" v=\"bollard\"/>"))
        barred.ways[0].refs = [1, 5, 2]
        #expect(isNear(seconds(try barred.network(), (0, 0), (10, 0)), side * 3))
        barred.nodes[4].tags = "<tag k=\"barrier\" v=\"gate\"/>"
        #expect(isNear(seconds(try barred.network(), (0, 0), (10, 0)), side))
    }

    @Test func forbiddenAndOnlyTurnsAreObeyed() throws {
        // Straight through the square on the left and below; a street sticks out at each corner, so that one can turn round there.
        var town = Town.square()
        town.nodes += [(6, 20, 0, ""), (7, -10, 0, "")]
        town.ways += [(15, [2, 6], ["highway": "residential"]), (16, [1, 7], ["highway": "residential"])]
        #expect(isNear(seconds(try town.network(), (5, 0), (10, 5)), side))
        town.more = Town.restriction("no_left_turn", 11, 2, 12)
        let forbidden = try town.network()
        #expect(forbidden.restrictions == 1)
        // Round by the end of the street to the right: half a side, out and back, half a side.
        #expect(isNear(seconds(forbidden, (5, 0), (10, 5)), side * 3))
        #expect(isNear(seconds(forbidden, (15, 0), (10, 5)), side))
        #expect(isNear(seconds(forbidden, (5, 0), (15, 0)), side))
        town.more = Town.restriction("only_straight_on", 11, 2, 15)
        #expect(isNear(seconds(try town.network(), (5, 0), (10, 5)), side * 3))
        #expect(isNear(seconds(try town.network(), (5, 0), (15, 0)), side))
    }

    @Test func whatCannotBeLeftAgainIsNoPartOfTheNetwork() throws {
        var town = Town.square()
        town.nodes += [(8, 30, 30, ""), (9, 30, 31, "")]
        town.ways += [(17, [3, 8], ["highway": "residential", "oneway": "yes"]), (18, [8, 9], ["highway": "residential"])]
        let network = try town.network()
        #expect(network.junctions == 4)
    }

    @Test func aPlaceFarFromEveryStreetIsReachedByStraightLineAndNamed() throws {
        let network = try Town.square().network()
        let times = network.travelTimes(among: [Town.at(0, 0), Town.at(10, 0), Town.at(40, 40)])
        #expect(times.offNetwork == [2])
        let metres = Town.at(0, 0).metres(to: Town.at(40, 40))
        #expect(times.seconds(0, 2) == Int((metres * 1.4 / (24 / 3.6)).rounded(.up)))
        #expect(network.path(from: Town.at(0, 0), to: Town.at(40, 40)).isEstimated)
    }

    @Test func fromAnIslandAndFromAfarTheWayToOnePlaceIsSaid() throws {
        var town = Town.square()
        // An island of three streets, two steps beside the square: its houses are served from the nearest street that leads away.
        town.nodes += [(31, 5, -2, ""), (32, 6, -2, ""), (33, 6, -3, "")]
        town.ways += [(41, [31, 32, 33, 31], ["highway": "residential"])]
        let network = try town.network()
        #expect(network.junctions == 4)
        let places = [Town.at(0, 0), Town.at(5.5, -2), Town.at(40, 40), Town.at(10, 0)]
        let ways = network.seconds(from: places, to: Town.at(10, 0))
        #expect(isNear(Double(ways[0]), side) && isNear(Double(ways[1]), side * 0.45) && ways[3] == 0)
        let metres = Town.at(40, 40).metres(to: Town.at(10, 0))
        #expect(ways[2] == Int((metres * 1.4 / (24 / 3.6)).rounded(.up)))
        let table = network.travelTimes(among: places)
        #expect((0..<4).map { table.seconds($0, 3) } == ways && table.offNetwork == [2])
        #expect(network.seconds(from: places, to: Town.at(90, 90)) == TravelTimes.straightSeconds(from: places, to: Town.at(90, 90)))
        #expect(network.seconds(from: [], to: Town.at(0, 0)).isEmpty)
    }

    @Test func withoutANetworkTheBasisSaysStraightLine() {
        let times = TravelTimes.straight([Town.at(0, 0), Town.at(10, 0)])
        #expect(times.basis == .straightLine(detour: 1.4, kilometresPerHour: 24))
        #expect(times.seconds(0, 1) == Int((Town.at(0, 0).metres(to: Town.at(10, 0)) * 1.4 / (24 / 3.6)).rounded(.up)))
    }

    @Test func hostileBytesAreRefusedWithAReason() throws {
        func fault(_ text: String) -> StreetFault? {
            do throws(StreetFault) {
                _ = try StreetNetwork(osmXML: Array(text.utf8))
                return nil
            } catch { return error }
        }
        let good = Town.square().xml
        #expect(fault("") == .notOSM)
        #expect(fault("{\"a\":1}") == .notOSM)
        #expect(fault("<html><body/></html>") == .notOSM)
        #expect(fault("<?xml version='1.0'?><!DOCTYPE osm [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><osm></osm>") == .declaresEntities)
        #expect(fault("<osm></osm>") == .noStreets)
        for cut in stride(from: 1, to: good.utf8.count - 8, by: 7) {
            #expect(fault(String(decoding: Array(good.utf8).prefix(cut), as: UTF8.self)) != nil)
        }
        #expect(fault(good.replacingOccurrences(of: "id=\"1\"", with: "id=\"99999999999999999999\"")) == nil)
        #expect(fault(good.replacingOccurrences(of: "lat=\"0.0\"", with: "lat=\"nan\"")) != .tooLarge)
    }

    @Test func missingNodesLoopsAndRepeatedNodesAreBorne() throws {
        var town = Town.square()
        town.ways.append((20, [1, 1, 1], ["highway": "residential"]))
        town.ways.append((21, [2, 999, 3], ["highway": "residential"]))
        town.ways.append((22, [3, 4, 3, 4, 1, 3], ["highway": "residential"]))
        town.ways.append((23, [4], ["highway": "residential"]))
        let network = try town.network()
        #expect(network.skipped == 2)
        #expect(isNear(seconds(network, (0, 0), (10, 0)), side))
    }

    @Test func marksInTextAreReadAndOthersLeftAlone() throws {
        let town = Town.square(["name": "Rue de l&apos;Église &amp; Place &#233;troite &inconnu; &#xE9;"])
        #expect(try town.network().pieceCount == 4)
    }
}
