// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import JournalTesting
import Synchronization
import Testing

@testable import Services

@Suite struct StationFetchingTests {
    private static let root = "https://bikes.example.org"
    private static let information = #"{"data":{"stations":[{"station_id":"a","name":"Darcy","lat":47.3233,"lon":5.0272}]}}"#
    private static func status(_ bikes: Int, at seconds: Int64) -> String {
        #"{"last_updated":\#(seconds),"data":{"stations":[{"station_id":"a","is_installed":true,"is_renting":true,"num_bikes_available":\#(bikes)}]}}"#
    }
    private static func discovery(_ host: String = root) -> String {
        #"{"data":{"en":{"feeds":[{"name":"station_information","url":"\#(host)/i.json"},{"name":"station_status","url":"\#(host)/s.json"}]}}}"#
    }

    /// The web as a test writes it; what is not there is not answered.
    private final class Web: Sendable {
        struct Away: Error {}
        let pages = Mutex<[String: String]>([:])
        let asked = Mutex<[String]>([])

        init(_ pages: [String: String]) { self.pages.withLock { $0 = pages } }

        func set(_ path: String, _ page: String?) { pages.withLock { $0[StationFetchingTests.root + path] = page } }

        func get(_ address: String) async throws -> [UInt8] {
            asked.withLock { $0.append(address) }
            guard let page = pages.withLock({ $0[address] }) else { throw Away() }
            return Array(page.utf8)
        }
    }

    private static func whole(_ discovery: String = discovery()) -> Web {
        Web([
            "\(root)/gbfs.json": discovery, "\(root)/i.json": information,
            "\(root)/s.json": status(3, at: City.start.milliseconds / 1000 - 30),
        ])
    }

    private static func city(_ sources: [StationSource], on engine: Engine = .sqlite) async throws -> City {
        var catalogue = City.catalogue
        catalogue.stations = sources
        return try await City.make(engine, catalogue: catalogue)
    }

    private static let velodi = StationSource(code: "velodi", name: "Vélodi", gbfs: "\(root)/gbfs.json")

    private func shown(_ city: City) async throws -> [String] {
        #expect(try await city.services.shelf.refreshFeeds().isEmpty)
        return city.services.shelf.stations.map { "\($0.name) \($0.feed.stations.first?.vehicles ?? -1)" }
    }

    @Test(arguments: TestJournal.engines)
    func figuresAreFetchedAsOftenAsTheFileSays(engine: Engine) async throws {
        let web = StationFetchingTests.whole()
        let city = try await StationFetchingTests.city([StationFetchingTests.velodi], on: engine)
        let fetching = StationFetching(services: city.services, fetch: { try await web.get($0) })
        #expect(try await fetching.round().isEmpty)
        #expect(try await shown(city) == ["Vélodi 3"])
        web.set("/s.json", StationFetchingTests.status(7, at: City.start.milliseconds / 1000))
        city.setTime(City.start + .seconds(59))
        #expect(try await fetching.round().isEmpty && web.asked.withLock { $0.count } == 3)
        city.setTime(City.start + .seconds(60))
        #expect(try await fetching.round().isEmpty)
        #expect(try await shown(city) == ["Vélodi 7"])
        // What stands where is asked for once an hour, what is free each time.
        #expect(web.asked.withLock { $0.count } == 4)
        city.setTime(City.start + .hours(2))
        _ = try await fetching.round()
        #expect(web.asked.withLock { $0.count } == 7)
        // Another file without it: it goes; what was imported by hand stays.
        try await city.journal.write { transaction in
            try StationStore.put(StationFeed(stations: [], reportedAt: City.start), name: "Parkings", at: City.start, in: transaction)
            try ServiceStore.put(City.catalogue, from: "b.yaml", by: "test", at: City.start, in: transaction)
        }
        try await city.services.shelf.refreshCatalogue()
        #expect(try await fetching.round().isEmpty)
        #expect(try await shown(city) == ["Parkings -1"])
    }

    @Test func aSourceThatIsAwayKeepsItsLastFiguresAndIsAskedLessOften() async throws {
        let web = StationFetchingTests.whole()
        let city = try await StationFetchingTests.city([StationFetchingTests.velodi])
        let fetching = StationFetching(services: city.services, fetch: { try await web.get($0) })
        _ = try await fetching.round()
        web.set("/s.json", nil)
        var (now, tries) = (City.start, 0)
        for _ in 0..<60 {
            now = now + .minutes(1)
            city.setTime(now)
            let before = web.asked.withLock { $0.count }
            #expect(try await Array(fetching.round().keys) == ["Vélodi"])
            if web.asked.withLock({ $0.count }) > before { tries += 1 }
        }
        // After 1, 3, 7, 15, 25, 35, 45 and 55 minutes.
        #expect(tries == 8)
        #expect(try await shown(city) == ["Vélodi 3"])
        #expect(city.services.shelf.stations.first?.feed.reportedAt == City.start - .seconds(30))
        web.set("/s.json", StationFetchingTests.status(5, at: 4_000_000_000))
        city.setTime(now + .minutes(10))
        #expect(try await fetching.round().isEmpty)
        #expect(try await shown(city) == ["Vélodi 5"])
        #expect(city.services.shelf.stations.first?.feed.reportedAt == now + .minutes(10), "its clock is ahead")
    }

    @Test(arguments: [
        StationFetchingTests.discovery("https://inside.example.org"), StationFetchingTests.discovery("http://bikes.example.org"),
        StationFetchingTests.discovery("https://bikes.example.org:8443"),
        StationFetchingTests.discovery("https://bikes.example.org@127.0.0.1"),
        StationFetchingTests.discovery("file://"), "{}", "[", #"{"data":{"feeds":[]}}"#, String(repeating: "[", count: 100_000),
        #"{"data":{"feeds":[{"name":"station_information","url":5},{"name":"station_status","url":null}]}}"#,
    ])
    func aHostileAnswerIsRefusedAndLeadsNowhere(discovery: String) async throws {
        let web = StationFetchingTests.whole(discovery)
        let city = try await StationFetchingTests.city([StationFetchingTests.velodi])
        let fetching = StationFetching(services: city.services, fetch: { try await web.get($0) })
        #expect(try await Array(fetching.round().keys) == ["Vélodi"])
        #expect(web.asked.withLock { $0 } == ["\(StationFetchingTests.root)/gbfs.json"])
        #expect(try await shown(city).isEmpty)
    }

    @Test func oneSourceThatFailsHoldsUpNoOtherAndBothWaysOfNamingWork() async throws {
        let web = StationFetchingTests.whole(
            #"{"data":{"feeds":[{"name":"station_information","url":"\#(StationFetchingTests.root)/i.json"},{"name":"station_status","url":"\#(StationFetchingTests.root)/s.json"}]}}"#
        )
        let (root, velodi) = (StationFetchingTests.root, StationFetchingTests.velodi)
        let city = try await StationFetchingTests.city([
            StationSource(code: "gone", name: "Gone", gbfs: "\(root)/nothing.json"), velodi,
            StationSource(code: "parks", name: "Parkings", information: "\(root)/i.json", status: "\(root)/s.json", every: 300),
        ])
        let fetching = StationFetching(services: city.services, fetch: { try await web.get($0) })
        #expect(try await Array(fetching.round().keys) == ["Gone"])
        #expect(try await shown(city) == ["Parkings 3", "Vélodi 3"])
    }

    @Test func moreStationsThanACityHasAreRefused() throws {
        let many = (0...20_000).map { #"{"station_id":"\#($0)","lat":47.3,"lon":5}"# }.joined(separator: ",")
        let status = StationFetchingTests.status(1, at: 1)
        #expect(throws: StationReading.Fault.self) {
            try StationReading.feed(information: Array(#"{"data":{"stations":[\#(many)]}}"#.utf8), status: Array(status.utf8))
        }
        let long = #"{"data":{"stations":[{"station_id":"a","name":"\#(String(repeating: "é", count: 5000))","lat":47.3,"lon":5}]}}"#
        let feed = try StationReading.feed(information: Array(long.utf8), status: Array(status.utf8))
        #expect(feed.stations.first?.name.count == 200)
    }
}
