// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Rehearsal
import Testing

/// A drawn city, read back from its files.
struct DrawnCity {
    struct Row {
        var id, kind, address, supply, link, power, source, conflict: String
        var mark: (longitude: Int, latitude: Int)
    }

    var rows: [Row] = []
    var tally: City.Tally
    var bytes: [String: Data] = [:]

    init(lamps: Int, seed: UInt64 = 21_231) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/city-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        tally = try City(lamps: lamps, seed: seed).write(to: folder)
        for name in ["areas.geojson", "streets.geojson", "streets.osm", "assets.csv", "addresses.csv"] {
            bytes[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "addresses.csv", "areas.geojson", "assets.csv", "streets.geojson", "streets.osm",
            ])
        func millionths(_ text: Substring) -> Int { Int((Double(text)! * 1e6).rounded()) }
        var rows: [Row] = []
        for line in String(decoding: bytes["assets.csv"]!, as: UTF8.self).split(separator: "\n").dropFirst() {
            let f = line.split(separator: ";", omittingEmptySubsequences: false)
            rows.append(
                Row(
                    id: String(f[0]), kind: String(f[1]), address: String(f[3]), supply: String(f[6]), link: String(f[7]),
                    power: String(f[9]),
                    source: String(f[10]), conflict: String(f[12]), mark: (millionths(f[4]), millionths(f[5]))))
        }
        self.rows = rows
        self.lamps = rows.filter { $0.kind == "lamp" }
    }

    /// The city of 34 000, drawn once for all tests.
    static let reference = Result { try DrawnCity(lamps: 34_000) }

    let lamps: [Row]

    /// The rings of areas.geojson, in millionths of a degree, by INSEE code.
    func areas() throws -> [String: [(x: Int, y: Int)]] {
        let json = try #require(try JSONSerialization.jsonObject(with: bytes["areas.geojson"]!) as? [String: Any])
        let features = try #require(json["features"] as? [[String: Any]])
        var areas: [String: [(x: Int, y: Int)]] = [:]
        for feature in features {
            let insee = try #require((feature["properties"] as? [String: Any])?["insee"] as? String)
            let geometry = try #require((feature["geometry"] as? [String: Any])?["coordinates"] as? [[[Double]]])
            areas[insee] = geometry[0].map { (Int(($0[0] * 1e6).rounded()), Int(($0[1] * 1e6).rounded())) }
        }
        return areas
    }
}

func isInside(_ ring: [(x: Int, y: Int)], _ x: Int, _ y: Int) -> Bool {
    var inside = false
    for (a, b) in zip(ring, ring.dropFirst()) where (a.y > y) != (b.y > y) {
        // Which side of the edge, without division.
        let side = (b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)
        if (side > 0) == (b.y > a.y) { inside.toggle() }
    }
    return inside
}

@Suite struct CityTests {
    @Test func theSameSeedGivesTheSameBytes() throws {
        let (a, b) = (try DrawnCity(lamps: 3000), try DrawnCity(lamps: 3000))
        #expect(a.bytes == b.bytes)
        let other = try DrawnCity(lamps: 3000, seed: 7)
        #expect(other.bytes["assets.csv"] != a.bytes["assets.csv"])
    }

    /// The digest was taken when the city was first drawn: another machine, compiler or C library must give it too. A change
    /// of the rules changes it, knowingly.
    @Test func theDefaultCityIsTheOneThatWasDrawnBefore() throws {
        let city = try DrawnCity(lamps: 2000)
        var digest: UInt64 = 14_695_981_039_346_656_037
        for name in ["areas.geojson", "streets.geojson", "assets.csv"] {
            for byte in city.bytes[name]! { digest = (digest ^ UInt64(byte)) &* 1_099_511_628_211 }
        }
        #expect(digest == 2_572_296_195_489_273_552)
    }

    /// In the columns of the Base Adresse Nationale, each key once, with every address that a lamp has.
    @Test func theCityHasTheAddressesOfItsStreets() throws {
        let city = try DrawnCity(lamps: 3000)
        let lines = String(decoding: city.bytes["addresses.csv"]!, as: UTF8.self).split(separator: "\n")
        #expect(lines[0] == "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat")
        let rows = lines.dropFirst().map { $0.split(separator: ";", omittingEmptySubsequences: false) }
        #expect(rows.count == city.tally.addresses && rows.count > 3000)
        #expect(Set(rows.map { $0[0] }).count == rows.count)
        #expect(rows.allSatisfy { $0.count == 9 && !$0[4].isEmpty && !$0[6].isEmpty })
        #expect(rows.contains { $0[2] == "bis" })
        let known = Set(rows.map { "\($0[1]) \($0[3].prefix(1).lowercased())\($0[3].dropFirst())" })
        #expect(city.lamps.allSatisfy { known.contains($0.address) })
    }

    @Test(arguments: [1, 19, 20, 81, 100, 999, 5000])
    func aCityHasExactlyTheLampsAskedFor(count: Int) throws {
        let city = try DrawnCity(lamps: count)
        #expect(city.lamps.count == count)
        #expect(city.tally.lamps == count)
    }

    @Test(arguments: [100, 34_000])
    func everyIdentityIsGoodAndUniqueAndEveryParentExists(count: Int) throws {
        let city = try count == 34_000 ? DrawnCity.reference.get() : DrawnCity(lamps: count)
        let kinds = Dictionary(city.rows.map { ($0.id, $0.kind) }, uniquingKeysWith: { a, _ in a })
        #expect(kinds.count == city.rows.count)
        #expect(city.rows.allSatisfy { Asset.ID($0.id) != nil })
        let supplier = ["feeder": "substation", "cabinet": "feeder", "gateway": "cabinet", "lamp": "cabinet"]
        for row in city.rows {
            let speaker = row.kind == "lamp" || row.kind == "cabinet" ? "gateway" : nil
            if kinds[row.supply] != supplier[row.kind] { Issue.record("\(row.id) is supplied by '\(row.supply)'") }
            if kinds[row.link] != speaker { Issue.record("\(row.id) speaks through '\(row.link)'") }
        }
    }

    @Test(arguments: [100, 2500, 34_000])
    func cabinetsFeedTwentyToEightyLampsAndGatewaysHearAtMostHundredAndFifty(count: Int) throws {
        let city = try count == 34_000 ? DrawnCity.reference.get() : DrawnCity(lamps: count)
        let byCabinet = Dictionary(grouping: city.lamps, by: \.supply).mapValues(\.count)
        #expect(byCabinet.values.allSatisfy { (20...80).contains($0) })
        let byGateway = Dictionary(grouping: city.lamps, by: \.link)
        #expect(byGateway.values.allSatisfy { $0.count <= 150 })
        // Fewer than 80 only where a commune has fewer than 160 lamps in all.
        let byCommune = Dictionary(grouping: city.lamps) { $0.id.split(separator: "-")[1] }.mapValues(\.count)
        for (gateway, lamps) in byGateway where lamps.count < 80 { #expect(byCommune[gateway.split(separator: "-")[1]]! < 160) }
        #expect(byCabinet.count == city.rows.count { $0.kind == "cabinet" })
        #expect(byGateway.count == city.rows.count { $0.kind == "gateway" })
    }

    @Test func feedersHoldFiveToFifteenCabinets() throws {
        let city = try DrawnCity.reference.get()
        let byFeeder = Dictionary(grouping: city.rows.filter { $0.kind == "cabinet" }, by: \.supply).mapValues(\.count)
        #expect(byFeeder.values.allSatisfy { (5...15).contains($0) })
        #expect((360...440).contains(city.tally.gateways))
        #expect((3...10).contains(city.tally.substations))
    }

    @Test(arguments: [100, 34_000])
    func everyLampLiesInItsOwnCommuneAndInNoOther(count: Int) throws {
        let city = try count == 34_000 ? DrawnCity.reference.get() : DrawnCity(lamps: count)
        let areas = try city.areas()
        #expect(areas.count == 23)
        // Every lamp against its own ring, by a rule written apart from the generator's; one in forty against all.
        for (i, lamp) in city.lamps.enumerated() {
            let own = String(lamp.id.split(separator: "-")[1])
            guard isInside(areas[own] ?? [], lamp.mark.longitude, lamp.mark.latitude) else {
                Issue.record("\(lamp.id) lies outside its commune")
                continue
            }
            guard i % 40 == 0 else { continue }
            #expect(areas.count { isInside($0.value, lamp.mark.longitude, lamp.mark.latitude) } == 1, "\(lamp.id)")
        }
    }

    @Test func theCommunesTileWithoutOverlap() throws {
        let areas = try DrawnCity(lamps: 100).areas()
        var dice = Dice(seed: 3)
        var held = 0
        for _ in 0..<2000 {
            let (x, y) = (dice.whole(4_880_000...5_240_000), dice.whole(47_200_000...47_420_000))
            let count = areas.values.count { isInside($0, x, y) }
            #expect(count <= 1)
            held += count
        }
        #expect(held > 800)
    }

    @Test func eachCommuneHasItsShareOfTheGround() throws {
        let areas = AreaPlan(seed: 1).areas
        let sum = areas.reduce(0.0) { $0 + $1.fact.squareKilometres }
        func size(_ area: AreaPlan.Area) -> Double {
            let marks = area.outline.marks
            var twice: Int64 = 0
            for (a, b) in zip(marks, marks.dropFirst() + [marks[0]]) {
                twice += Int64(a.longitude) * Int64(b.latitude) - Int64(b.longitude) * Int64(a.latitude)
            }
            return Double(twice)
        }
        let ground = areas.reduce(0.0) { $0 + size($1) }
        for area in areas {
            #expect(abs(size(area) / ground - area.fact.squareKilometres / sum) < 0.012, "\(area.fact.name)")
        }
    }

    @Test func lampsStandTwentyFiveToThirtyFiveMetresApartOnAlternatingSides() throws {
        let city = try DrawnCity.reference.get()
        var near = 0
        let lamps = city.lamps
        for (a, b) in zip(lamps, lamps.dropFirst()) where a.address.drop(while: { $0 != " " }) == b.address.drop(while: { $0 != " " }) {
            let dx = Double(a.mark.longitude - b.mark.longitude) * 0.0756
            let dy = Double(a.mark.latitude - b.mark.latitude) * 0.1112
            let apart = (dx * dx + dy * dy).squareRoot()
            if (24...38).contains(apart) { near += 1 }
            let numbers = [a, b].compactMap { Int($0.address.prefix { $0 != " " }) }
            if numbers.count != 2 || numbers[0] % 2 == numbers[1] % 2 { Issue.record("\(a.address) and \(b.address) are on one side") }
        }
        #expect(near > 29_000)
    }

    @Test func noTwoStreetsOfACommuneShareAName() throws {
        let city = try DrawnCity(lamps: 100_003)
        #expect(city.lamps.count == 100_003)
        let json = try #require(try JSONSerialization.jsonObject(with: city.bytes["streets.geojson"]!) as? [String: Any])
        let features = try #require(json["features"] as? [[String: Any]])
        let names = features.map { feature in
            let properties = feature["properties"] as! [String: String]
            return properties["insee"]! + properties["name"]!
        }
        #expect(Set(names).count == names.count)
        #expect(names.count == city.tally.streets)
    }

    @Test func aThirdOfTheLampsIsLEDAndCrossingsAreConflictAreas() throws {
        let lamps = try DrawnCity.reference.get().lamps
        #expect((9000...11_500).contains(lamps.count { $0.source == "led" }))
        #expect((300...4000).contains(lamps.count { $0.conflict == "yes" }))
        for lamp in lamps {
            let watts = try #require(Int(lamp.power))
            let isPlausible = lamp.source == "led" ? (20...80).contains(watts) : [70, 100, 150].contains(watts)
            if !isPlausible { Issue.record("\(lamp.id): \(lamp.source) of \(watts) W") }
        }
    }

    @Test func aCountThatCannotBeDrawnIsRefusedWithTheBounds() {
        #expect(throws: CityError.badCount(0)) { try City(lamps: 0, seed: 1) }
        #expect(CityError.badCount(0).description.contains("from 1 to 20000000"))
    }
}
