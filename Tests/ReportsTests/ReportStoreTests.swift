// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Journal
import JournalTesting
import Testing
import Watch

@testable import Reports

@Suite struct ReportStoreTests {
    @Test(arguments: TestJournal.engines)
    func aReportIsMadeFoundAndFollowed(engine: Engine) async throws {
        let world = try await World.make(engine)
        let receipt = try await world.reports.create(World.pothole())
        #expect(receipt.isNew && receipt.report.state == .received)
        #expect(receipt.report.commune.insee == "21231" && receipt.report.department == "roads")
        #expect(receipt.report.promisedAt == World.start + .hours(48))
        #expect(try await world.reports.report(receipt.report.number) == receipt.report)
        let followed = try #require(try await world.reports.follow(receipt.token))
        #expect(followed.report == receipt.report && followed.events.map(\.what) == [.received])
        #expect(try await world.reports.follow(String(repeating: "0", count: 40)) == nil)
        #expect(try await world.reports.follow("") == nil)
        // Neither the key nor the token is kept anywhere.
        let kept = try await world.journal.read { try $0.row("SELECT follow FROM report")!.blob(0) }
        #expect(kept == Tokens.hash(receipt.token))
    }

    @Test(arguments: TestJournal.engines)
    func aTelephoneThatSendsTwiceMakesOneReport(engine: Engine) async throws {
        let world = try await World.make(engine)
        let key = "phone-0123456789abcdef"
        let first = try await world.reports.create(World.pothole(key))
        let again = try await world.reports.create(World.pothole(key, description: "autre texte"))
        #expect(!again.isNew && again.report == first.report && again.token == first.token)
        #expect(try await world.reports.create(World.pothole()).report.number != first.report.number)
        let counts = try await world.journal.read { try ReportStore.counts($0) }
        #expect(counts == [.received: 2])
    }

    @Test(arguments: TestJournal.engines)
    func aHundredAtOnceAreAllKeptAndEachOnce(engine: Engine) async throws {
        let world = try await World.make(engine)
        let receipts = try await withThrowingTaskGroup(of: ReportReceipt.self) { group in
            for i in 0..<100 { group.addTask { try await world.reports.create(World.pothole("same-key-for-two-\(i / 2)")) } }
            return try await group.reduce(into: [ReportReceipt]()) { $0.append($1) }
        }
        #expect(Set(receipts.map(\.report.number)).count == 50)
        #expect(receipts.filter(\.isNew).count == 50)
        #expect(try await world.journal.read { try $0.row("SELECT COUNT(*) FROM report")!.int(0) } == 50)
        #expect(Set(receipts.map(\.report.number.value)) == Set(1...50))
    }

    @Test(arguments: TestJournal.engines)
    func aReportGoesThroughItsLifeAndSaysByWhatItIsProved(engine: Engine) async throws {
        let world = try await World.make(engine)
        let reports = world.reports
        let contact = ReportContact(name: "Anne", email: "anne@example.org", phone: "+33 3 80 12 34 56")
        let receipt = try await reports.create(World.pothole(contact: contact))
        let number = receipt.report.number
        await #expect(throws: ReportFault.impossible(.start, .received)) { try await reports.act(.start, on: number, by: .staff("ada")) }
        try await reports.act(.qualify(category: "pothole", department: nil), on: number, by: .staff("ada"))
        try await reports.act(.assign(department: "roads", reason: "équipe 2"), on: number, by: .staff("ada"))
        try await reports.act(.start, on: number, by: .staff("ada"))
        await #expect(throws: ReportFault.self, "no photo 'after' yet") {
            try await reports.act(.finish(.photos, text: ""), on: number, by: .staff("ada"))
        }
        await #expect(throws: ReportFault.self, "no lamp is bound") {
            try await reports.act(.finish(.telemetry(World.lamp), text: ""), on: number, by: .staff("ada"))
        }
        world.setTime(World.start + .days(1))
        let done = try await reports.act(.finish(.word("Luc Martin"), text: "rebouché"), on: number, by: .staff("ada"))
        #expect(done.state == .done && done.proof == .word && done.endedAt == World.start + .days(1))
        let events = try await reports.events(of: number)
        #expect(events.map(\.what) == [.received, .qualified, .assigned, .started, .done])
        #expect(events.map(\.place) == [1, 2, 3, 4, 5])
        #expect(events.last?.text == "Luc Martin\nrebouché" && events.last?.facts == ["proof": "word"])
        // The citizen disagrees.
        let contested = try await reports.act(.contest(reason: "le trou est là"), byLink: receipt.token)
        #expect(contested.state == .contested && contested.endedAt == nil && contested.proof == nil)
        try await reports.act(.reopen(reason: "vu"), on: number, by: .staff("ada"))
        let counts = try await world.journal.read { try ReportStore.counts($0) }
        #expect(counts.filter { $0.value > 0 } == [.qualified: 1])
    }

    @Test(arguments: TestJournal.engines)
    func whoFollowsWhatSomebodyElseReportedSeesOnlyWhatIsPublic(engine: Engine) async throws {
        let world = try await World.make(engine)
        let reports = world.reports
        let made = try await reports.create(World.pothole(contact: ReportContact(phone: "0380123456"), description: "chez Anne"))
        let number = made.report.number
        let token = try await reports.subscribe(to: number, key: "follower-0123456789")
        #expect(try await reports.subscribe(to: number, key: "follower-0123456789") == token && token != made.token)
        try await reports.act(.note("interne"), on: number, by: .staff("ada"))
        try await reports.act(.assign(department: "roads", reason: ""), on: number, by: .staff("ada"))
        let seen = try #require(try await reports.follow(token))
        #expect(!seen.isOwn && seen.report.description.isEmpty && seen.report.reporter.isEmpty && seen.report.answers.isEmpty)
        #expect(seen.events.map(\.what) == [.received, .assigned])
        let own = try #require(try await reports.follow(made.token))
        #expect(own.isOwn && own.report.description == "chez Anne")
        try await reports.act(.release(true), on: number, by: .staff("ada"))
        #expect(try await reports.follow(token)?.report.description == "chez Anne")
        await #expect(throws: ReportFault.unknown) { try await reports.act(.contest(reason: "x"), byLink: token) }
        await #expect(throws: ReportFault.unknown) { try await reports.subscribe(to: Report.Number(99)) }
        await #expect(throws: ReportFault.self) { try await reports.subscribe(to: number, key: "x") }
        #expect(try await world.journal.read { try ReportStore.followers(of: number, in: $0) } == 1)
    }

    @Test func aCitizenMayOnlyContestAndOnlyForThirtyDays() async throws {
        let world = try await World.make()
        let receipt = try await world.reports.create(World.pothole())
        for act in [ReportAct.close, .start, .reject(reason: "x"), .answer("x"), .release(true)] {
            await #expect(throws: ReportFault.self) { try await world.reports.act(act, byLink: receipt.token) }
        }
        await #expect(throws: ReportFault.unknown) { try await world.reports.act(.contest(reason: "x"), byLink: "nothing") }
        try await world.reports.act(.reject(reason: "privé"), on: receipt.report.number, by: .staff("ada"))
        world.setTime(World.start + .days(31))
        await #expect(throws: ReportFault.self) { try await world.reports.act(.contest(reason: "x"), byLink: receipt.token) }
    }

    @Test(arguments: TestJournal.engines)
    func oneReportIsJoinedToAnotherAndTakenApartAgain(engine: Engine) async throws {
        let world = try await World.make(engine)
        let (a, b, c) = (
            try await world.reports.create(World.pothole()), try await world.reports.create(World.pothole()),
            try await world.reports.create(World.pothole())
        )
        world.setTime(World.start + .minutes(5))
        try await world.reports.act(.duplicate(of: b.report.number), on: c.report.number, by: .staff("ada"))
        try await world.reports.act(.duplicate(of: a.report.number), on: b.report.number, by: .staff("ada"))
        // Whoever was joined to b is joined to a now.
        let joined = try await world.journal.read { try ReportStore.joined(to: a.report.number, in: $0) }
        #expect(joined.map(\.number) == [b, c].map(\.report.number))
        for wrong in [b.report.number, a.report.number, Report.Number(999)] {
            await #expect(throws: ReportFault.self) {
                try await world.reports.act(.duplicate(of: wrong), on: a.report.number, by: .staff("ada"))
            }
        }
        try await world.reports.act(.assign(department: "roads", reason: ""), on: a.report.number, by: .staff("ada"))
        let followed = try #require(try await world.reports.follow(c.token))
        #expect(followed.joinedTo?.number == a.report.number)
        #expect(followed.events.map(\.what) == [.received, .duplicate, .assigned])
        // What the city and the sender of the other one say to each other is theirs.
        try await world.reports.act(.answer("Madame Roy, nous passons chez vous"), on: a.report.number, by: .staff("ada"))
        let (own, joinedOne) = (try await world.reports.follow(a.token), try await world.reports.follow(c.token))
        #expect(own?.events.last?.what == .answered && joinedOne?.events.map(\.what) == [.received, .duplicate, .assigned])
        let apart = try await world.reports.act(.reopen(reason: "autre trou"), on: c.report.number, by: .staff("ada"))
        #expect(apart.state == .qualified && apart.duplicateOf == nil)
        #expect(try await world.reports.events(of: c.report.number).last?.what == .split)
        let part = try await world.reports.split(a.report.number, into: ReportDraft(category: "graffiti", channel: .operator), by: "ada")
        #expect(part.report.splitFrom == a.report.number && part.report.place == World.forges && part.report.department == "front")
    }

    @Test func aPlaceElsewhereIsRefusedWithWhoCaresForIt() async throws {
        let world = try await World.make()
        var draft = World.pothole()
        draft.place = World.far
        do {
            _ = try await world.reports.create(draft)
            Issue.record("it was taken")
        } catch ReportFault.elsewhere(let body, _) { #expect(body.code == "prefecture") }
        draft.place = Place(longitude: 5.05, latitude: 47.32)
        do {
            _ = try await world.reports.create(draft)
            Issue.record("it was taken")
        } catch ReportFault.elsewhere(let body, _) { #expect(body.code == "dir") }
        #expect(try await world.journal.read { try $0.row("SELECT COUNT(*) FROM report")!.int(0) } == 0)
        draft.place = World.east
        #expect(try await world.reports.create(draft).report.department == "quetigny")
        let bare = try await World.make(hasAreas: false)
        #expect(try await bare.reports.create(draft).report.department == "roads")
    }

    @Test func aLampThatSaysItIsOutIsKnownAlready() async throws {
        let world = try await World.make()
        let known = try await world.reports.known(category: "dead-lamp", place: nil, asset: World.lamp)
        #expect(known.trouble?.state.english == "Faulty" && known.reports.isEmpty)
        let draft = ReportDraft(category: "dead-lamp", asset: World.lamp, channel: .app)
        let made = try await world.reports.create(draft)
        #expect(made.report.place == World.forges && made.report.asset == World.lamp, "a lamp alone says where")
        var placed = draft
        #expect(try await world.reports.known(category: "dead-lamp", place: nil, asset: World.lamp).reports.map(\.report) == [made.report])
        placed.asset = Asset.Number(8)
        await #expect(throws: ReportFault.self, "no such asset") { try await world.reports.create(placed) }
        (placed.asset, placed.category) = (World.lamp, "graffiti")
        await #expect(throws: ReportFault.self, "a graffito is not bound to a lamp") { try await world.reports.create(placed) }
    }

    @Test(arguments: TestJournal.engines)
    func openReportsNearAreFoundAndOthersAreNot(engine: Engine) async throws {
        let world = try await World.make(engine)
        var expected: [Report.Number] = []
        for step in 0..<12 {
            var draft = World.pothole()
            // Some 15 m northwards each.
            draft.place = Place(longitude: World.forges.longitude, latitude: World.forges.latitude + Double(step) * 0.000135)
            let made = try await world.reports.create(draft)
            if World.forges.metres(to: draft.place!) <= 100 { expected.append(made.report.number) }
        }
        #expect(expected.count == 7)
        let near = try await world.journal.read { try ReportStore.open(round: World.forges, metres: 100, in: $0) }
        #expect(near.map(\.report.number) == expected)
        try await world.reports.act(.reject(reason: "x"), on: expected[0], by: .staff("ada"))
        let left = try await world.journal.read { try ReportStore.open(round: World.forges, metres: 100, in: $0) }
        #expect(left.map(\.report.number) == Array(expected.dropFirst()))
        let edge = Place(longitude: 179.9999, latitude: 85)
        let corner = try await world.journal.read { try ReportStore.open(round: edge, metres: 400, in: $0) }
        #expect(corner.isEmpty)
    }

    @Test(arguments: TestJournal.engines)
    func aLookAtWhoMayBeCalledBackStandsInTheLog(engine: Engine) async throws {
        let world = try await World.make(engine)
        let contact = ReportContact(name: "Anne", email: "Anne@example.org")
        let made = try await world.reports.create(World.pothole(contact: contact))
        let other = try await world.reports.create(World.pothole(contact: ReportContact(email: "anne@EXAMPLE.org")))
        let stranger = try await world.reports.create(World.pothole(contact: ReportContact(phone: "0380123456")))
        #expect(made.report.reporter == other.report.reporter && !made.report.reporter.isEmpty)
        #expect(made.report.reporter != stranger.report.reporter && !made.report.reporter.lowercased().contains("anne"))
        #expect(try await world.reports.contact(of: made.report.number, for: "ada", reason: "rappel") == contact)
        await #expect(throws: ReportFault.self, "a look has a reason") {
            try await world.reports.contact(of: made.report.number, for: "ada", reason: " ")
        }
        let entries = try await world.journal.read { try Logbook.search(in: $0) }
        #expect(entries.count == 1 && entries[0].author == "ada" && entries[0].subject == "report:\(made.reference)")
    }

    @Test(arguments: ["", "x'); DROP TABLE report; --", "\u{202E}", "<script>alert(1)</script>", "=HYPERLINK(1)", "💥\r\n\t", "%_!"])
    func whateverSomebodyWritesComesBackAsItWas(text: String) async throws {
        for engine in TestJournal.engines {
            let world = try await World.make(engine)
            var draft = World.pothole(description: text)
            draft.address = "a" + text
            draft.answers["width"] = ""
            let made = try await world.reports.create(draft)
            #expect(try await world.reports.report(made.report.number)?.description == text)
            #expect(try await world.reports.report(made.report.number)?.address == "a" + text)
        }
    }

    @Test func aZeroCharacterIsRefusedBeforeTheDatabaseSeesIt() async throws {
        let world = try await World.make()
        await #expect(throws: ReportFault.self) { try await world.reports.create(World.pothole(description: "a\0b")) }
        let made = try await world.reports.create(World.pothole())
        await #expect(throws: ReportFault.self) { try await world.reports.act(.note("a\0b"), on: made.report.number, by: .staff("ada")) }
    }
}
