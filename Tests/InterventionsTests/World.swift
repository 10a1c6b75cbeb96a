// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import JournalTesting
import Logging
import Synchronization

@testable import Interventions

/// A desk on a journal of its own: two road crews of which one lays asphalt, one lighting crew on call. It is Monday 23 November 2026, 09:00 in Dijon.
struct World: Sendable {
    let journal: Journal
    let desk: Interventions
    let setTime: @Sendable (Instant) -> Void
    let now: @Sendable () -> Instant
    let told: Told

    static let start = Instant(year: 2026, month: 11, day: 23, hour: 8)
    static let forges = Place(longitude: 5.0405, latitude: 47.3220)
    static let east = Place(longitude: 5.0805, latitude: 47.3320)

    final class Told: Sendable {
        let jobs = Mutex<[Job]>([])
        let entries = Mutex<[LogEntry]>([])
    }

    static func make(_ engine: Engine = .sqlite, plan: CrewPlan = World.plan) async throws -> World {
        let journal = try TestJournal.open(engine, InventorySchema.migrations + Interventions.migrations)
        try await journal.write { transaction in
            try CrewStore.put(plan, from: "test.yaml", at: start, in: transaction)
            let change = try ChangeStore.begin(.areas, author: "test", source: "world", at: start, in: transaction)
            for (code, name, west) in [("21231", "Dijon", 5.0), ("21515", "Quetigny", 5.06)] {
                let ring = "[[[[\(west),47.3],[\(west + 0.06),47.3],[\(west + 0.06),47.35],[\(west),47.35],[\(west),47.3]]]]"
                try transaction.run(
                    "INSERT INTO area (code, name, population, boundary, revision) VALUES (\(code), \(name), 1, \(ring), \(change.number))")
            }
            try ChangeStore.finish(change, in: transaction)
        }
        return open(journal)
    }

    /// The desk as it is after a start of the program.
    static func open(_ journal: Journal, at start: Instant = World.start) -> World {
        let time = TestTime()
        time.now.withLock { $0 = start }
        let clock = Clock { time.now.withLock { $0 } }
        let desk = Interventions(journal: journal, clock: clock)
        let told = Told()
        desk.tell({ job in told.jobs.withLock { $0.append(job) } }, log: { entries in told.entries.withLock { $0 += entries } })
        return World(
            journal: journal, desk: desk, setTime: { at in time.now.withLock { $0 = at } }, now: { clock.now() }, told: told)
    }

    final class TestTime: Sendable {
        let now = Mutex(World.start)
    }

    /// A picture of one point.
    static let png: [UInt8] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01,
        0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41,
        0x54, 0x78, 0x9c, 0x63, 0x60, 0x64, 0x62, 0x06, 0x00, 0x00, 0x0e, 0x00, 0x07, 0xd7, 0x6f, 0xe4, 0x78, 0x00, 0x00, 0x00,
        0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ]

    static let week: [[Crew.Shift]] = Array(repeating: [.init(480, 720), .init(780, 1020)], count: 5) + [[], []]

    static let plan = CrewPlan(
        departments: [.init("roads", Words("Voirie", "Roads")), .init("lighting", Words("Éclairage", "Lighting"))],
        skills: [.init("asphalt", Words("Enrobé", "Asphalt")), .init("electric", Words("Électricité", "Electrical"))],
        crews: [
            Crew(
                code: "roads-1", title: Words("Voirie 1", "Roads 1"), departments: ["roads"], skills: ["asphalt"], base: forges,
                shifts: week,
                rate: 6000),
            Crew(code: "roads-2", title: Words("Voirie 2", "Roads 2"), departments: ["roads"], communes: ["21515"], shifts: week),
            Crew(
                code: "light-1", title: Words("Éclairage 1", "Lighting 1"), departments: ["lighting"], skills: ["electric"], shifts: week),
        ],
        vehicles: [Vehicle(code: "tipper", title: Words("Benne", "Tipper"), litres: 6000)],
        work: [
            "pothole": JobNeeds(minutes: 45, skills: ["asphalt"], parts: ["bag": 2], safety: [.permit]), "kerb": JobNeeds(minutes: 105),
            "cabinet": JobNeeds(minutes: 90, skills: ["electric"], safety: [.lockout]),
        ],
        travelMinutes: 15, rotas: [Rota(department: "lighting", from: 20_775, crews: ["light-1"])])

    static func need(
        _ source: JobSource, _ category: String = "kerb", department: String = "roads", at place: Place? = World.forges,
        commune: String = "21231", urgency: Urgency = .days, promised: Instant? = nil
    ) -> JobNeed {
        JobNeed(
            source: source, department: department, category: category, title: Words("Bordure abîmée", "Damaged kerb"),
            details: "devant l'école", place: place, address: "12 rue des Forges", commune: Commune(insee: commune), urgency: urgency,
            promisedAt: promised)
    }

    @discardableResult
    func ask(_ source: JobSource, _ category: String = "kerb", promised: Instant? = nil, urgency: Urgency = .days) async throws -> Job {
        let number = try await desk.ask(World.need(source, category, urgency: urgency, promised: promised), by: "vigie")
        return try await job(number)
    }

    func job(_ number: Int64) async throws -> Job {
        guard let job = try await journal.read({ try JobStore.find(Job.Number(number), in: $0) }) else { throw JobFault.unknown }
        return job
    }

    func proposal(_ number: Int64) async throws -> DayStore.Proposal {
        guard let (proposal, _) = try await journal.read({ try DayStore.find(number, in: $0) }) else { throw JobFault.unknown }
        return proposal
    }

    func events(_ job: Job) async throws -> [JobEvent] { try await journal.read { try JobStore.events(of: job.number, in: $0) } }
}

/// The pages of the desk, and people before them: ada may do everything, bob only looks, kim operates in Quetigny only.
struct Room: Sendable {
    let world: World
    let responder: RouterResponder<ConsoleContext>
    private let tokens: [String: String]

    static let grants: [String: [Grant]] = [
        "ada": [Grant(right: .configure)], "bob": [Grant(right: .view, trade: "jobs")],
        "kim": [Grant(right: .operate, trade: "jobs", communes: ["21515"])],
    ]

    static func make(_ world: World? = nil) async throws -> Room {
        let world = if let world { world } else { try await World.make() }
        let tokens = grants.mapValues { _ in Tokens.make() }
        let accounts = Dictionary(
            uniqueKeysWithValues: grants.sorted { $0.key < $1.key }.enumerated().map { index, one in
                let person = Person(account: Int64(index + 1), login: one.key, name: one.key, grants: one.value, language: .english)
                return (Tokens.hash(tokens[one.key] ?? ""), Account(person: person, passwordHash: "-"))
            })
        let start = World.start
        let port = AccountPort(
            account: { _ in nil },
            session: { hash in
                accounts[hash].map {
                    (
                        SessionRecord(
                            tokenHash: hash, account: $0.person.account, startedAt: start, seenAt: start, peer: "192.0.2.1", agent: "test"),
                        $0
                    )
                }
            }, startSession: { _ in }, seen: { _, _ in }, endSession: { _ in }, endSessions: { _ in }, changePassword: { _, _, _ in })
        let site = Site(
            settings: SiteSettings(), navigation: Interventions.navigation, accounts: port, live: LiveFeed(mayHear: Interventions.mayHear),
            clock: Clock { world.now() }, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        world.desk.add(to: site)
        return Room(world: world, responder: site.responder(), tokens: tokens)
    }

    func with(_ body: @Sendable (Visitor) async throws -> Void) async throws {
        let tokens = tokens
        try await Application(responder: responder).test(.router) { client in
            try await body(Visitor(client: client, tokens: tokens, login: "ada"))
        }
    }
}

/// A browser that is signed in.
struct Visitor {
    let client: any TestClientProtocol
    let tokens: [String: String]
    let login: String

    func like(_ login: String) -> Visitor { Visitor(client: client, tokens: tokens, login: login) }

    private var cookie: String { "vigie=\(tokens[login] ?? "")" }

    func get(_ path: String) async throws -> TestResponse {
        try await client.executeRequest(uri: path, method: .get, headers: [.cookie: cookie], body: nil)
    }

    private func token() async throws -> String {
        let page = try await get("/console/jobs").text
        return page.range(of: "name=\"csrf-token\" content=\"").map { String(page[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
    }

    func post(_ path: String, _ fields: KeyValuePairs<String, String>, forged: Bool = false) async throws -> TestResponse {
        var body = "csrf=" + percentEncoded(forged ? "forged" : try await token())
        for (name, value) in fields { body += "&\(percentEncoded(name))=\(percentEncoded(value))" }
        return try await client.executeRequest(
            uri: path, method: .post, headers: [.cookie: cookie, .contentType: "application/x-www-form-urlencoded"],
            body: ByteBuffer(string: body))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}
