// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import JournalTesting
import Rounds
import Testing

@testable import Interventions

/// A network that is imported, kept on both engines, and driven on.
@Suite struct StreetImportTests {
    /// A street from the forges to a place in the east by a long way round: 47.3220 → 47.3120 → back up.
    static func xml(_ speed: Int = 50) -> [UInt8] {
        let nodes = [(1, 5.0405, 47.3220), (2, 5.0405, 47.3000), (3, 5.0805, 47.3000), (4, 5.0805, 47.3320)]
        let text =
            "<osm version='0.6' timestamp='2026-11-20T20:21:00Z'>"
            + nodes.map { "<node id='\($0.0)' lon='\($0.1)' lat='\($0.2)'/>" }.joined()
            + "<way id='9'>" + nodes.map { "<nd ref='\($0.0)'/>" }.joined()
            + "<tag k='highway' v='residential'/><tag k='maxspeed' v='\(speed)'/></way></osm>"
        return Array(text.utf8)
    }

    @discardableResult
    static func bring(
        _ xml: [UInt8], _ world: World, mayReplace: Bool = false, isDryRun: Bool = false
    ) async throws -> StreetImport.Outcome {
        let extract = try OSMExtract(xml: xml)
        let network = try StreetNetwork(extract)
        return try await world.journal.write {
            try StreetImport.run(
                extract, network, .init(file: "dijon.osm", author: "ada", mayReplace: mayReplace, isDryRun: isDryRun), at: World.start,
                in: $0)
        }
    }

    @Test(arguments: TestJournal.engines)
    func aNetworkIsTakenOnceAndReplacedOnlyByWhoSaysSo(engine: Engine) async throws {
        let world = try await World.make(engine)
        #expect(try await Self.bring(Self.xml(), world, isDryRun: true) == .dryRun)
        #expect(try await world.desk.streets.refresh() == false && world.desk.streets.about == nil)
        #expect(try await Self.bring(Self.xml(), world) == .written(revision: 1))
        #expect(try await Self.bring(Self.xml(), world) == .same(revision: 1))
        guard case .standsInTheWay(let standing) = try await Self.bring(Self.xml(30), world) else {
            Issue.record("another network took its place")
            return
        }
        #expect(standing.file == "dijon.osm" && standing.junctions == 2 && standing.asOf?.iso8601 == "2026-11-20T20:21:00Z")
        let far = World.forges
        #expect(try await world.desk.streets.refresh())
        #expect(try await world.desk.streets.refresh() == false, "once")
        let first = world.desk.streets.seconds(from: [far], to: World.east)[0]
        #expect(try await Self.bring(Self.xml(30), world, mayReplace: true, isDryRun: true) == .dryRun)
        #expect(try await Self.bring(Self.xml(30), world, mayReplace: true) == .written(revision: 2))
        #expect(try await world.desk.streets.refresh() && world.desk.streets.about?.revision == 2)
        let second = world.desk.streets.seconds(from: [far], to: World.east)[0]
        #expect(abs(second - first * 5 / 3) < 5, "slower streets, longer ways: \(first) \(second)")
        let log = try await world.journal.read { transaction in
            try transaction.rows("SELECT english FROM logbook ORDER BY number").map { $0.text(0) }
        }
        #expect(log.filter { $0.contains("Street network imported from dijon.osm") }.count == 2, "\(log)")
        // A start of the program reads it anew.
        let again = World.open(world.journal)
        try await again.desk.streets.refresh()
        #expect(again.desk.streets.seconds(from: [far], to: World.east)[0] == second)
    }

    @Test func whatIsDamagedInTheJournalIsSaidOnceAndTheStraightLineStays() async throws {
        let world = try await World.make()
        try await Self.bring(Self.xml(), world)
        try await world.journal.write { try $0.run("UPDATE street_network SET body = \([1, 2, 3] as [UInt8])") }
        await #expect(throws: StreetFault.keptIsDamaged) { try await world.desk.streets.refresh() }
        #expect(try await world.desk.streets.refresh() == false)
        #expect(world.desk.streets.travelTimes(among: [World.forges]).basis != .network)
    }

    @Test func theDayIsPlannedOverTheStreetsAndThePageSaysWhich() async throws {
        let room = try await Room.make()
        let world = room.world
        _ = try await world.desk.ask(World.need(.report(1), at: Place(longitude: 5.0805, latitude: 47.3310)), by: "vigie")
        let line = try await world.proposal(try await world.desk.propose(day: DayTests.today))
        try await Self.bring(Self.xml(), world)
        try await world.desk.streets.refresh()
        let streets = try await world.proposal(try await world.desk.propose(day: DayTests.today))
        #expect(line.isStraightLine && !streets.isStraightLine)
        // Three kilometres as the crow flies, nine by the road.
        let (a, b) = (line.assignments[0].travelSeconds, streets.assignments[0].travelSeconds)
        #expect(a > 600 && a < 800 && b > 850 && b < 1_000, "\(a) \(b)")
        try await room.with { ada in
            let board = try await ada.get("/console/jobs/day").text
            #expect(board.contains("over the streets") && board.contains("dijon.osm") && board.contains("2026-11-20"))
            #expect(try await ada.get("/console/jobs/day/proposals/2").text.contains("street network"))
            let near = try await ada.get("/console/jobs/1").text
            #expect(near.contains("Nearest suitable crew"))
        }
        let near = try await world.desk.nearest(to: try await world.job(1))
        #expect(near.first?.crew == "roads-1" && near.first?.seconds == b)
    }
}
