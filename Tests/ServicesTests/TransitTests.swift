// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import JournalTesting
import Testing

@testable import Services

@Suite struct TransitTests {
    /// A line from A to C by B on weekdays, a night bus that leaves at 25:10, a shuttle every twenty minutes on Sundays; no day on 25 December.
    private static let files: [String: String] = [
        "stops.txt":
            "\u{FEFF}stop_id,stop_name,stop_lat,stop_lon,location_type\r\nA,Gare,47.3233,5.0272,0\nA2,Gare,47.3235,5.0274,\nB,\"Darcy, place\",47.3237,5.0341,\nC,République,47.3275,5.0441,\nS,Gare,47.3233,5.0272,1\n",
        "routes.txt": "route_id,route_short_name,route_long_name,route_type\n1,T1,Gare - Quetigny,0\n2,,Navette,3\n",
        "trips.txt":
            "route_id,service_id,trip_id,trip_headsign\n1,week,t1,Quetigny\n1,week,t2,Quetigny\n1,night,t3,Quetigny\n2,sunday,t4,Centre\n",
        "calendar.txt":
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweek,1,1,1,1,1,0,0,20261101,20261231\nnight,0,0,0,0,1,0,0,20261101,20261231\n",
        "calendar_dates.txt": "service_id,date,exception_type\nweek,20261225,2\nsunday,20261129,1\n",
        "stop_times.txt":
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,08:00:00,08:00:00,A,1\nt1,08:03:00,08:04:00,B,2\nt1,08:10:00,08:10:00,C,3\nt2,09:00:00,09:00:00,A,1\nt2,,,B,2\nt2,09:10:00,09:10:00,C,3\nt3,25:10:00,25:10:00,A2,1\nt3,25:20:00,25:20:00,C,2\nt4,10:00:00,10:00:00,A,1\nt4,10:05:00,10:05:00,B,2\nt4,10:10:00,10:10:00,C,3\n",
        "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nt4,10:00:00,11:00:00,1200\n",
    ]

    private func bytes(_ change: [String: String?] = [:]) -> [String: [UInt8]] {
        TransitTests.files.merging(change.compactMapValues { $0 }) { $1 }.filter { change[$0.key] != .some(nil) }.mapValues {
            Array($0.utf8)
        }
    }

    private func at(_ day: String, _ hour: Int, _ minute: Int = 0) throws -> Instant {
        WallTime.paris.instant(try #require(CivilDay(day)), minute: hour * 60 + minute)
    }

    private func times(_ feed: TransitFeed, _ stop: String, _ now: Instant, limit: Int = 10) throws -> [String] {
        let poles = feed.poles(of: try #require(feed.index(of: stop)))
        return feed.departures(poles, after: now, .paris, limit: limit).map {
            "\($0.line.name) \(WallTime.paris.day(at: $0.at).iso.suffix(2)) \(ServiceWords.clock(WallTime.paris.minuteOfDay(at: $0.at)).english)"
        }
    }

    @Test func whatLeavesNextIsToldOverMidnightAndByFrequency() throws {
        let feed = try TransitReading.feed(bytes())
        #expect(feed.stops.count == 4 && feed.lines.map(\.name) == ["T1", "Navette"])
        // Friday: the poles of one name together; the night bus of 25:10 is Saturday at 1:10.
        #expect(try times(feed, "A", try at("2026-11-27", 8, 30)) == ["T1 27 9:00", "T1 28 1:10"])
        #expect(
            try times(feed, "A", try at("2026-11-28", 1)) == ["T1 28 1:10", "Navette 29 10:00", "Navette 29 10:20", "Navette 29 10:40"])
        // A trip that gives no time at B is not told there; where a trip ends nobody gets in.
        #expect(try times(feed, "B", try at("2026-11-27", 7)) == ["T1 27 8:04"])
        #expect(
            try times(feed, "B", try at("2026-11-29", 9)) == ["Navette 29 10:05", "Navette 29 10:25", "Navette 29 10:45", "T1 30 8:04"])
        #expect(try times(feed, "C", try at("2026-11-27", 7)).isEmpty)
        // Christmas is a Friday: the night bus runs, the tram does not.
        #expect(try times(feed, "A", try at("2026-12-25", 7)) == ["T1 26 1:10"])
        #expect(feed.reach?.upperBound.iso == "2026-12-31")
    }

    @Test func stopsNearbyComeOncePerName() throws {
        let feed = try TransitReading.feed(bytes())
        let near = feed.near(Place(longitude: 5.0272, latitude: 47.3233), within: 600, limit: 5)
        #expect(near.map { feed.stops[$0.stops[0]].name } == ["Gare", "Darcy, place"] && near[0].stops.count == 2)
    }

    @Test func aFeedIsTheSameAfterItWasKept() async throws {
        for engine in TestJournal.engines {
            let journal = try TestJournal.open(engine, Services.migrations)
            let feed = try TransitReading.feed(bytes())
            for _ in 0..<3 {
                try await journal.write {
                    try TransitStore.put(feed, name: "Divia", from: "a.zip", by: "ada", at: City.start, in: $0)
                }
            }
            let kept = try await journal.read { transaction in
                try TransitStore.newest(in: transaction).map { ($0.at, try TransitStore.body(of: $0.revision, in: transaction)) }
            }
            #expect(kept.count == 1 && kept.first?.0 == City.start)
            #expect(try TransitFeed(bytes: try #require(kept.first?.1)) == feed)
            #expect(try await journal.read { try $0.row("SELECT COUNT(*) FROM transit_feed")?.int(0) } == 2)
        }
        #expect(throws: (any Error).self) { try TransitFeed(bytes: [1, 2, 3]) }
        let cut = try TransitReading.feed(bytes()).bytes.dropLast(4)
        #expect(throws: (any Error).self) { try TransitFeed(bytes: Array(cut)) }
        // A number that points nowhere, in each column: refused when it is loaded, not at a question.
        let whole = try TransitReading.feed(bytes()).bytes
        let count = try TransitReading.feed(bytes()).tripOf.count
        for back in [4 * (2 * count + 1), 4 * (2 * count), 4 * (count + 1)] {
            var bent = whole
            bent[whole.count - back + 3] = 0x7F
            #expect(throws: TransitFeed.Damaged.self) { try TransitFeed(bytes: bent) }
        }
    }

    @Test func aTimetableThatCannotBeReadLeavesTheOthers() async throws {
        let city = try await City.make()
        let feed = try TransitReading.feed(bytes())
        try await city.journal.write { transaction in
            for name in ["Divia", "Mobigo"] {
                try TransitStore.put(feed, name: name, from: "a.zip", by: "ada", at: City.start, in: transaction)
            }
            let broken: [UInt8] = [1, 2, 3]
            try transaction.run("UPDATE transit_feed SET body = \(broken) WHERE network = 'Divia'")
            try transaction.run("INSERT INTO station_feed (network, at, body) VALUES ('Vélodi', 1, '{')")
        }
        #expect(try await city.services.shelf.refreshFeeds().keys.sorted() == ["Divia", "Vélodi"])
        #expect(city.services.shelf.timetables.map(\.name) == ["Mobigo"])
        // Said once; a new import mends it, and the other is not read again.
        #expect(try await city.services.shelf.refreshFeeds().isEmpty)
        try await city.journal.write { try TransitStore.put(feed, name: "Divia", from: "b.zip", by: "ada", at: City.start, in: $0) }
        #expect(try await city.services.shelf.refreshFeeds().isEmpty)
        #expect(city.services.shelf.timetables.map(\.name) == ["Divia", "Mobigo"])
    }

    @Test func aNameThatMostStopsHaveIsAnsweredByEight() throws {
        var stops = "stop_id,stop_name,stop_lat,stop_lon\n"
        for n in 0..<400 { stops += "S\(n),Rue \(n / 2),47.3\(n),5.0\n" }
        let times = "trip_id,departure_time,stop_id,stop_sequence\nt1,08:00:00,S0,1\nt1,08:10:00,S9,2\n"
        let feed = try TransitReading.feed(bytes(["stops.txt": stops, "stop_times.txt": times, "frequencies.txt": nil]))
        #expect(feed.named("rue", limit: 8).count == 8 && feed.named("RUE 12", limit: 300).map { feed.stops[$0].name }.first == "Rue 12")
        #expect(feed.named("  ", limit: 8).isEmpty && feed.named("avenue", limit: 8).isEmpty)
        #expect(feed.index(of: "S399") == 399 && feed.index(of: "S400") == nil)
    }

    @Test func repeatsAreCountedBeforeTheyAreMade() throws {
        let often = "trip_id,start_time,end_time,headway_secs\n" + String(repeating: "t4,00:00:00,100:00:00,1\n", count: 20_000)
        #expect(throws: TransitReading.Fault(description: "more than 1000 departures")) {
            try TransitReading.feed(bytes(["frequencies.txt": often]), most: 1000)
        }
        let never = "trip_id,start_time,end_time,headway_secs\nt4,10:00:00,11:00:00,9223372036854775807\n"
        #expect(performing: { try TransitReading.feed(bytes(["frequencies.txt": never])) }, throws: { "\($0)".contains("no frequency") })
    }

    /// A directory of one file, as it is written in an archive.
    private func archive(method: UInt8, packed: UInt32, plain: UInt32, body: [UInt8]) -> [UInt8] {
        func four(_ n: UInt32) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: n >> $0) } }
        let name = Array("a.txt".utf8)
        let local = [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [5, 0, 0, 0] + name + body
        let directory =
            [0x50, 0x4B, 1, 2] + [UInt8](repeating: 0, count: 6) + [method, 0] + [UInt8](repeating: 0, count: 8) + four(packed)
            + four(plain)
            + [5, 0] + [UInt8](repeating: 0, count: 12) + four(0) + name
        let end = [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0] + four(UInt32(directory.count)) + four(UInt32(local.count)) + [0, 0]
        return local + directory + end
    }

    @Test func anEntryIsAsLongAsItSays() throws {
        let whole = archive(method: 0, packed: 3, plain: 3, body: [1, 2, 3])
        #expect(try ZipArchive.files(whole, wanted: ["a.txt"]) == ["a.txt": [1, 2, 3]])
        // Stored, it claims to be nothing and would be read beside the limit.
        #expect(throws: ZipArchive.Fault.damaged("a.txt")) {
            try ZipArchive.files(archive(method: 0, packed: 3, plain: 0, body: [1, 2, 3]), wanted: ["a.txt"])
        }
        // Packed, it claims more than can be: no room is made for it.
        #expect(throws: ZipArchive.Fault.damaged("a.txt")) {
            try ZipArchive.files(archive(method: 8, packed: 3, plain: 1_000_000_000, body: [1, 2, 3]), wanted: ["a.txt"])
        }
    }

    @Test(arguments: [
        "2023-07-17T13:34:13+9223372036854775807:00", "2023-07-17T13:34:13+00:9223372036854775807", "2023-07-17T13:34:13+15:00",
        "2023-07-17T13:34:13+02:60", "2023-07-17T13:34:13-02:-1", "2023-07-17T13:34:13", "2023-07-17T25:34:13Z",
    ])
    func aTimeThatIsNoneIsNone(text: String) { #expect(StationReading.moment(.text(text)) == nil) }

    @Test(
        arguments: [
            (["stops.txt": nil], "stops.txt is missing"), (["calendar.txt": nil, "calendar_dates.txt": nil], "nobody knows"),
            (["trips.txt": "route_id,service_id,trip_id\n9,week,t1\n"], "trips.txt, line 2: route_id '9'"),
            (["stop_times.txt": "trip_id,departure_time,stop_id,stop_sequence\nt1,8h00,A,1\n"], "08:30:00"),
            (["stop_times.txt": "trip_id,departure_time,stop_id,stop_sequence\nt1,08:00:00,Z,1\n"], "stop_id 'Z'"),
            (["stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,Gare,north,5\n"], "no position"),
            (["calendar_dates.txt": "service_id,date,exception_type\nweek,2026-12-25,2\n"], "20261122"),
        ] as [([String: String?], String)])
    func whatIsWrongIsSaidWithItsLine(change: [String: String?], right: String) {
        #expect(performing: { try TransitReading.feed(bytes(change)) }, throws: { "\($0)".contains(right) })
    }

    private static func shared(_ name: String) -> [UInt8]? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return ["../shared/data", "../../shared/data"].lazy.compactMap {
            FileManager.default.contents(atPath: root.appending(path: "\($0)/transit/gtfs/\(name)").path(percentEncoded: false))
        }.first.map { Array($0) }
    }

    /// Feeds that others publish: the reference's sample, those of two networks; one whose trips name a line that it has not is refused.
    @Test(.enabled(if: TransitTests.shared("sample_gtfs.zip") != nil, "the shared data are not at hand"))
    func feedsOfOthersAreRead() throws {
        for name in ["sample_gtfs.zip", "cairns_gtfs.zip", "bullrunner-gtfs.zip"] {
            let files = try ZipArchive.files(try #require(TransitTests.shared(name)), wanted: TransitReading.files)
            let feed = try TransitReading.feed(files)
            #expect(!feed.stops.isEmpty && !feed.tripOf.isEmpty && feed.starts.count == feed.stops.count + 1, "\(name)")
            #expect(Int(feed.starts.last ?? 0) == feed.tripOf.count, "\(name)")
        }
        let wrong = try ZipArchive.files(try #require(TransitTests.shared("gtfs_with_bom.zip")), wanted: TransitReading.files)
        #expect(throws: TransitReading.Fault(description: "trips.txt, line 2: route_id 'route1' is none of routes.txt")) {
            try TransitReading.feed(wrong)
        }
    }

    @Test(.enabled(if: TransitTests.shared("sample_gtfs.zip") != nil, "the shared data are not at hand"))
    func aDamagedArchiveIsRefusedWhereverItIsCut() throws {
        let whole = try #require(TransitTests.shared("sample_gtfs.zip"))
        for end in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
            #expect(throws: ZipArchive.Fault.self) { try ZipArchive.files(Array(whole[..<end]), wanted: TransitReading.files) }
        }
        // Any single byte changed: refused or read, never a crash.
        for at in stride(from: 0, to: whole.count, by: 7) {
            var bent = whole
            bent[at] ^= 0xFF
            _ = try? ZipArchive.files(bent, wanted: TransitReading.files)
        }
    }

    @Test func stationsOfBothVersionsAreRead() throws {
        let information =
            #"{"data":{"stations":[{"station_id":"a","name":"Darcy","lat":47.3,"lon":5.0},{"station_id":"b","name":[{"text":"Station","language":"en"},{"text":"Gare","language":"fr"}],"lat":47.3,"lon":5.0},{"station_id":"c","name":"Gone","lat":47.3,"lon":5.0}]}}"#
        let status =
            #"{"last_updated":"2023-07-17T13:34:13+02:00","data":{"stations":[{"station_id":"a","is_installed":1,"is_renting":1,"num_bikes_available":3,"num_docks_available":7},{"station_id":"b","is_installed":true,"is_renting":false,"num_vehicles_available":2}]}}"#
        let feed = try StationReading.feed(information: Array(information.utf8), status: Array(status.utf8))
        #expect(feed.reportedAt == Instant(year: 2023, month: 7, day: 17, hour: 11, minute: 34, second: 13))
        #expect(feed.stations.map(\.name) == ["Darcy", "Gare"] && feed.stations.map(\.vehicles) == [3, 2])
        #expect(feed.stations.map(\.docks) == [7, nil] && feed.stations.map(\.isOpen) == [true, false])
        for (information, status) in [
            ("{", status), (information, "{}"), (#"{"data":{"stations":[{"station_id":"a"}]}}"#, status), ("{}", status),
        ] {
            #expect(throws: StationReading.Fault.self) {
                try StationReading.feed(information: Array(information.utf8), status: Array(status.utf8))
            }
        }
    }

    @Test func theAppSaysWhatLeavesAndSinceWhenFiguresStand() async throws {
        let city = try await City.make()
        let station = Station(id: "a", name: "Vélos Darcy", longitude: 5.0272, latitude: 47.3233, vehicles: 3, docks: 7, isOpen: true)
        try await city.journal.write { [feed = try TransitReading.feed(bytes())] in
            try TransitStore.put(feed, name: "Divia", from: "a.zip", by: "ada", at: City.start, in: $0)
            try StationStore.put(
                StationFeed(stations: [station], reportedAt: City.start - .hours(1)), name: "Vélodi", at: City.start, in: $0)
        }
        #expect(try await city.services.shelf.refreshFeeds().isEmpty)
        try await city.with { visitor in
            // Monday, 9:00 on the wall.
            let page = try await visitor.text("/app/transports?near=5.0272,47.3233")
            #expect(page.contains("maintenant") && page.contains("Quetigny") && page.contains("valables jusqu&#39;au jeudi 31 décembre"))
            #expect(page.contains("Vélos Darcy") && page.contains("3 vélo(s), 7 place(s) libre(s)") && page.contains("ne répond plus"))
            #expect(try await visitor.text("/app/transports?q=darcy").contains("Darcy, place"))
            #expect(try await visitor.text("/app/transports/B").contains("demain 8\u{A0}h\u{A0}04"))
            #expect(try await visitor.get("/app/transports/Z").status == .notFound)
            #expect(try await visitor.text("/api/transit/stops/A").contains("\"line\":\"T1\""))
            #expect(try await visitor.text("/app/services").contains("/app/transports"))
        }
    }
}
