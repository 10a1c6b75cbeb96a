// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import JournalTesting
import Post
import Synchronization
import Testing
import Watch

@testable import Reports

/// What accounts are told of their streets: at once, in the message of the day, or not at all.
@Suite struct StreetNewsTests {
    private func account(
        _ world: MailWorld, _ email: String, streets: CitizenAccount.Taste = .mail, works: CitizenAccount.Taste? = nil
    ) async throws -> Int64 {
        try await world.journal.write { transaction in
            try CitizenAccountStore.addDoor(email, email: email, .french, at: World.start, in: transaction)
            var account = try #require(try CitizenAccountStore.enter(email, session: email, at: World.start, in: transaction))
            _ = try CitizenAccountStore.add("12 Rue des Forges", World.forges, to: account, in: transaction)
            account.streets = streets
            if let works { account.works = works }
            try CitizenAccountStore.set(account, in: transaction)
            return account.number
        }
    }

    private func read(_ world: MailWorld, count: Int) async throws {
        for _ in 0..<count {
            let made = try await world.reports.create(World.pothole())
            try await world.reports.act(.qualify(category: "pothole", department: nil), on: made.report.number, by: .staff("ada"))
        }
        try await world.reports.tellStreets()
    }

    @Test(arguments: TestJournal.engines) func aFloodIsThreeMailsAndTheRestOneTheNextMorning(engine: Engine) async throws {
        let world = try await MailWorld.make(engine)
        _ = try await account(world, "ada@example.org")
        _ = try await account(world, "bea@example.org", streets: .none)
        // The messages of this day have gone: it is nine in the morning.
        try await world.reports.tellDay([])
        try await read(world, count: 5)
        #expect(try await world.sent().map(\.to) == ["ada@example.org", "ada@example.org", "ada@example.org"])
        world.wait(.hours(20))
        try await world.reports.tellDay([])
        #expect(try await world.sent().isEmpty, "not at night")
        world.wait(.hours(4))
        for _ in 0..<2 { try await world.reports.tellDay([]) }
        let day = try await world.sent()
        #expect(day.map(\.to) == ["ada@example.org"] && day[0].mail?.subject == "Près de vos rues : 2 nouvelle(s)")
        #expect(day[0].mail?.text.components("Nid-de-poule : signalé.") == 2)
        #expect(day[0].mail?.headers["List-Unsubscribe"]?.contains("/app/compte/stop/") == true)
        // A new day, a new measure.
        world.wait(.hours(1))
        try await read(world, count: 1)
        #expect(try await world.sent().count == 1)
    }

    private final class Works: Surroundings {
        let title = Mutex("Conduite d'eau")
        let asked = Mutex(0)
        func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
            asked.withLock { $0 += 1 }
            let title = title.withLock { $0 }
            return [
                Surrounding(sort: .works, title: Words("Travaux : \(title)", "Works: \(title)"), place: nil, meters: 0, isPublic: true),
                Surrounding(sort: .works, title: Words("secret", "secret"), place: nil, meters: 0, isPublic: false),
                Surrounding(sort: .job, title: Words("élagage", "pruning"), place: nil, meters: 0, isPublic: true),
            ]
        }
    }

    @Test(arguments: TestJournal.engines) func worksAreToldOnceADayToThoseWhoWantThem(engine: Engine) async throws {
        let world = try await MailWorld.make(engine)
        let desk = Works()
        _ = try await account(world, "bea@example.org")
        try await world.reports.tellDay([desk])
        #expect(try await world.sent().isEmpty && desk.asked.withLock { $0 } == 0, "off unless it is chosen")
        _ = try await account(world, "ada@example.org", works: .mail)
        world.wait(.days(1))
        // A job that was done near, and others that are nobody's business.
        func job(_ source: JobSource, _ number: Int64) -> JobNews {
            let glance = JobGlance(
                number: number, source: source, department: "roads", title: Words("Taille \(number)", "Pruning \(number)"),
                place: World.forges,
                commune: .outside, state: .done, expectedAt: nil, updatedAt: World.start)
            return JobNews(position: number, at: World.start, job: glance, proof: .photos)
        }
        let news = [job(.plan(3, day: 5), 1), job(.booking(9), 2), job(.report(77), 3)]
        for _ in 0..<2 { try await world.reports.hear(news) }
        try await world.reports.tellStreets()
        #expect(try await world.sent().isEmpty, "works are told once a day")
        try await world.reports.tellDay([desk])
        let first = try await world.sent()
        #expect(first.map(\.to) == ["ada@example.org"] && first[0].mail?.subject == "Près de vos rues : 2 nouvelle(s)")
        let text = first.first?.mail?.text ?? ""
        #expect(text.contains("Travaux : Conduite d'eau") && text.contains("Taille 1 : intervention terminée."))
        #expect(!text.contains("secret") && !text.contains("élagage") && !text.contains("Taille 2") && !text.contains("Taille 3"))
        // The next day nothing is new; then the dates change.
        world.wait(.days(1))
        try await world.reports.tellDay([desk])
        #expect(try await world.sent().isEmpty)
        desk.title.withLock { $0 = "Conduite d'eau, une semaine de plus" }
        world.wait(.days(1))
        try await world.reports.tellDay([desk])
        #expect(try await world.sent().first?.mail?.text.contains("une semaine de plus") == true)
        // Whoever asks what is kept is told of it, and it ends.
        let found = try await world.journal.read { try CitizenSeeker().find(PersonalSubject(.email, "ada@example.org"), in: $0) }
        #expect(found.filter { $0.table == "citizen_news" }.count == 3)
        _ = try await world.journal.write { try CitizenAccountStore.destroy(at: World.start + .days(410), in: $0) }
        #expect(try await world.journal.read { try $0.row("SELECT COUNT(*) FROM citizen_news")?.int(0) } == 0)
    }

    @Test(arguments: TestJournal.engines) func manyNeighboursAreToldAFewAtATimeEachOnce(engine: Engine) async throws {
        let world = try await MailWorld.make(engine)
        var made: [Int64] = []
        for i in 0..<25 { made.append(try await account(world, "a\(i)@example.org")) }
        let all = made
        let told = try await world.journal.write { transaction -> [Int64] in
            // One of them has a nearer street, and one farther away.
            let one = try #require(try CitizenAccountStore.find(all[3], in: transaction))
            for metres in [0.0, 300] {
                let place = Place(longitude: World.forges.longitude, latitude: World.forges.latitude + metres / 111_000)
                _ = try CitizenAccountStore.add("à \(metres)", place, to: one, in: transaction)
            }
            var (told, last): ([Int64], Int64?) = ([], 0)
            while let after = last {
                let (near, next) = try CitizenAccountStore.neighbours(of: World.forges, after: after, page: 4, in: transaction)
                told += near.map(\.account.number)
                last = next
            }
            return told
        }
        #expect(told == all)
    }
}

extension String {
    fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
