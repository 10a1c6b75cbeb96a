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
import Synchronization
import Testing

@testable import Interventions

@Suite struct TerrainSyncTests {
    private func tablet(_ world: World, _ crew: String = "roads-1") async throws -> CrewDevice {
        try await world.desk.pair(code: try await world.desk.makeCode(crew: crew, label: "benne", by: "ada")).device
    }

    private func act(_ n: Int, _ deed: TerrainAct.Deed, job: Int64 = 1, seen: Int64 = 1, at: Instant = World.start, key: String = "")
        -> TerrainAct
    {
        TerrainAct(number: n, key: key.isEmpty ? "act-\(n)-of-tablet" : key, at: at, job: Job.Number(job), seen: seen, deed: deed)
    }

    @Test(arguments: TestJournal.engines)
    func aDayWithoutANetworkJoinsTheHistoryOnce(engine: Engine) async throws {
        let world = try await World.make(engine)
        try await world.ask(.report(1))
        let device = try await tablet(world)
        world.setTime(World.start + .hours(4))
        // The tablet's clock is ten minutes ahead.
        let clock = World.start + .minutes(10)
        let acts = [
            act(1, .start, at: clock + .minutes(30)), act(2, .note("gravats"), at: clock + .minutes(40)),
            act(3, .pause, at: clock + .minutes(60)), act(4, .proceed, at: clock + .minutes(90)),
            act(5, .parts("bordure", count: 2), at: clock + .minutes(95)),
            act(6, .finish(.word("A. B."), text: "fait"), at: clock + .minutes(105)),
        ]
        let batch = TerrainBatch(queue: "queue-of-tablet", now: clock + .hours(4), acts: acts)
        let (receipts, taken) = try await world.desk.sync(batch, from: device)
        #expect(receipts.map(\.fate) == Array(repeating: .done, count: 6) && taken == 6)
        let (again, _) = try await world.desk.sync(batch, from: device)
        #expect(again == receipts)
        let job = try await world.job(1)
        #expect(job.state == .done && job.crew == "roads-1" && job.minutes == 45, "30 before the pause and 15 after it")
        #expect(job.startedAt == World.start + .minutes(30) && job.endedAt == World.start + .minutes(105))
        let events = try await world.events(job).filter { $0.author == "crew:roads-1" }
        #expect(events.map(\.what) == [.started, .noted, .paused, .proceeded, .parts, .done])
        #expect(events.allSatisfy { $0.facts["device"] == "1" && $0.facts["seen"] == "1" })
    }

    /// Two tablets, batches cut, repeated and mixed at random: each queue is in the history in its order, once.
    @Test(arguments: 0..<12) func anyMixtureOfBatchesGivesEachQueueItsHistory(seed: Int) async throws {
        let world = try await World.make()
        var chance = Chance(seed: UInt64(seed))
        for i in 1...3 { try await world.ask(.report(Int64(i))) }
        let devices = [try await tablet(world), try await tablet(world)]
        var queues: [[TerrainAct]] = []
        for d in 0..<2 {
            queues.append(
                (1...20).map { n in
                    let job = Int64.random(in: 1...3, using: &chance)
                    let deeds: [TerrainAct.Deed] = [
                        .start, .note("n\(n)"), .pause, .proceed, .finish(.word("A"), text: ""), .time(minutes: n),
                    ]
                    return act(n, deeds.randomElement(using: &chance) ?? .start, job: job, key: "tablet-\(d)-act-\(n)")
                })
        }
        var over = [0, 0]
        while over != [20, 20] {
            let d = Int.random(in: 0...1, using: &chance)
            let from = Int.random(in: 0...over[d], using: &chance)
            let acts = Array(queues[d][from..<min(20, from + Int.random(in: 1...7, using: &chance))])
            let (receipts, taken) = try await world.desk.sync(
                TerrainBatch(queue: "queue-\(d)-of-tablet", now: World.start, acts: acts), from: devices[d])
            #expect(receipts.count == acts.count && receipts.allSatisfy { $0.fate == .done || $0.fate == .conflict })
            over[d] = taken
        }
        let keys = try await world.journal.read {
            try $0.rows("SELECT key FROM job_event WHERE key LIKE 'crew:%' ORDER BY position").map { $0.text(0) }
        }
        for d in 0..<2 {
            let own = keys.filter { $0.contains("tablet-\(d)-") }
            #expect(own == queues[d].map { "crew:roads-1:\($0.key)" })
        }
        #expect(keys.count == 40)
    }

    @Test(arguments: TestJournal.engines)
    func whatCameTooLateIsKeptAndDecidedByAPerson(engine: Engine) async throws {
        let world = try await World.make(engine)
        for i in 1...3 { try await world.ask(.report(Int64(i))) }
        let device = try await tablet(world)
        for i in 1...2 { try await world.desk.act(JobDeed(.cancel(because: "doublon")), on: Job.Number(Int64(i)), by: .staff("ada")) }
        try await world.desk.act(
            JobDeed(.plan(crew: "roads-1", at: World.start + .hours(1))), on: Job.Number(3), by: .staff("ada"))
        let acts = [
            act(1, .start, job: 1), act(2, .finish(.word("A. B."), text: "c'est fait"), job: 1), act(3, .note("vu"), job: 1),
            act(4, .finish(.word("A. B."), text: ""), job: 2),
        ]
        let (receipts, _) = try await world.desk.sync(TerrainBatch(queue: "queue-of-tablet", now: World.start, acts: acts), from: device)
        #expect(receipts.map(\.fate) == [.conflict, .conflict, .done, .conflict])
        #expect(try await world.job(1).state == .cancelled)
        let late = try await world.journal.read { try TerrainStore.late(of: Job.Number(1), in: $0) }
        #expect(late.count == 2 && late.allSatisfy { $0.decidedAt == nil })
        try await world.desk.decide(on: late[1].position, of: Job.Number(1), isApplied: true, by: "ada")
        let done = try await world.job(1)
        #expect(done.state == .done && done.crew == "roads-1" && done.proof == .word)
        let event = try #require(try await world.events(done).last { $0.what == .done && !$0.isConflict })
        #expect(event.text == "c'est fait" && event.signed == "A. B." && event.author == "ada")
        await #expect(throws: JobFault.self, "it is decided once") {
            try await world.desk.decide(on: late[1].position, of: Job.Number(1), isApplied: false, by: "ada")
        }
        try await world.desk.decide(on: late[0].position, of: Job.Number(1), isApplied: false, by: "ada")
        await #expect(throws: JobFault.self, "of another job") {
            try await world.desk.decide(on: late[0].position, of: Job.Number(2), isApplied: false, by: "ada")
        }
        #expect(try await world.journal.read { try TerrainStore.late(of: Job.Number(1), in: $0) }.map(\.isApplied) == [false, true])
        #expect(try await world.desk.sight(of: device).all.map(\.number.value) == [3, 1, 2], "the crew sees where the room decides")
    }

    @Test func whatWasGivenToOthersIsAConflictAndWhatNeverWasTheirsIsRefused() async throws {
        let world = try await World.make()
        try await world.ask(.report(1))
        _ = try await world.desk.ask(World.need(.report(2), "cabinet", department: "lighting"), by: "vigie")
        _ = try await world.desk.ask(World.need(.report(3), at: World.east, commune: "21515"), by: "vigie")
        let device = try await tablet(world)
        for (job, crew) in [(1, "roads-1"), (3, "roads-1"), (3, "roads-2")] {
            let plan = JobDeed(.plan(crew: crew, at: World.start + .hours(1)))
            try await world.desk.act(plan, on: Job.Number(Int64(job)), by: .staff("ada"))
        }
        let acts = [
            act(1, .start), act(2, .start, job: 2), act(3, .start, job: 99), act(4, .note("")), act(5, .start, job: 3),
            act(6, .note("déjà sur place"), job: 3),
        ]
        let batch = TerrainBatch(queue: "queue-of-tablet", now: World.start, acts: acts)
        let (receipts, _) = try await world.desk.sync(batch, from: device)
        #expect(receipts.map(\.fate) == [.done, .refused, .refused, .refused, .conflict, .done])
        #expect(try await world.job(3).state == .planned)
        #expect(try await world.job(2).state == .wanted)
        #expect(try await world.desk.sync(batch, from: device).receipts == receipts, "a refusal is said the same again")
    }

    /// Without this one slip of a finger would keep a crew's whole day on its tablet for ever.
    @Test(arguments: TestJournal.engines)
    func anActThatCannotBeKeptHoldsNobodyUp(engine: Engine) async throws {
        let world = try await World.make(engine)
        try await world.ask(.report(1))
        try await world.desk.act(JobDeed(.cancel(because: "doublon")), on: Job.Number(1), by: .staff("ada"))
        let device = try await tablet(world)
        // Letters with accents of their own: 4000 to the eye, twice as many for a database.
        let long = String(repeating: "e\u{301}", count: 4000)
        let json = """
            {"queue":"queue-of-tablet","now":\(World.start.milliseconds),"acts":[
            {"n":1,"id":"act-time","at":\(World.start.milliseconds),"job":1,"act":"time","minutes":500000},
            {"n":2,"id":"act-long","at":\(World.start.milliseconds),"job":1,"act":"block","text":"\(long)"},
            {"n":3,"id":"act-word","at":\(World.start.milliseconds),"job":1,"act":"finish","proof":"word","name":"\(long.prefix(300))"},
            {"n":4,"id":"act-note","at":\(World.start.milliseconds),"job":1,"act":"note","text":"vu"}]}
            """
        let (receipts, taken) = try await world.desk.sync(try TerrainBatch(JSON(json)), from: device)
        #expect(receipts.map(\.fate) == [.refused, .conflict, .conflict, .done] && taken == 4)
        #expect(receipts[0].because?.english.contains("minutes") == true)
        let events = try await world.events(try await world.job(1))
        #expect(events.last { $0.what == .blocked }?.text.unicodeScalars.count == 4000)
        #expect(events.last?.text == "vu")
    }

    @Test func aLateActThatCannotBeReadDoesNotHideItsJob() async throws {
        let world = try await World.make()
        try await world.ask(.report(1))
        try await world.desk.act(JobDeed(.cancel(because: "doublon")), on: Job.Number(1), by: .staff("ada"))
        let device = try await tablet(world)
        let acts = [act(1, .finish(.word("A"), text: ""))]
        _ = try await world.desk.sync(TerrainBatch(queue: "queue-of-tablet", now: World.start, acts: acts), from: device)
        try await world.journal.write { try $0.run("UPDATE crew_act SET body = '{}'") }
        let late = try await world.journal.read { try TerrainStore.late(of: Job.Number(1), in: $0) }
        #expect(late.count == 1 && !late[0].act.isReadable)
    }

    /// The answer was lost and the tablet sent its photos again: they must not fill the room that it has for photos on their way.
    @Test func piecesThatCameTwiceDoNotStay() async throws {
        let world = try await World.make()
        try await world.ask(.report(1))
        _ = try await world.desk.ask(World.need(.report(2), "cabinet", department: "lighting"), by: "vigie")
        let device = try await tablet(world)
        func arrive(_ key: String) async throws {
            try await world.journal.write { transaction in
                try TerrainStore.add(World.png, at: 0, of: key, device.number, now: World.start, in: transaction)
            }
        }
        func pieces() async throws -> Int { try await world.journal.read { try TerrainStore.photos(device.number, in: $0) } }
        let photo = act(1, .photo(.after, key: "photo-0001", size: World.png.count))
        let others = act(2, .photo(.after, key: "photo-0002", size: World.png.count), job: 2)
        let batch = TerrainBatch(queue: "queue-of-tablet", now: World.start, acts: [photo, others])
        for key in ["photo-0001", "photo-0002"] { try await arrive(key) }
        let first = try await world.desk.sync(batch, from: device).receipts
        #expect(first.map(\.fate) == [.done, .refused])
        #expect(try await pieces() == 0, "what was refused needs its pieces no more either")
        try await arrive("photo-0001")
        #expect(try await world.desk.sync(batch, from: device).receipts == first)
        #expect(try await pieces() == 0)
    }

    @Test func aBatchOfManyPicturesIsTakenInParts() async throws {
        let world = try await World.make()
        try await world.ask(.report(1))
        let device = try await tablet(world)
        let acts = (1...40).map { act($0, .sign("M. Blanc", picture: World.png)) }
        let batch = TerrainBatch(queue: "queue-of-tablet", now: World.start, acts: acts)
        var taken: [Int] = []
        while taken.last != 40 { taken.append(try await world.desk.sync(batch, from: device).taken) }
        #expect(taken == [16, 32, 40])
        let hands = try await world.journal.read { try TerrainStore.signatures(of: Job.Number(1), in: $0) }
        #expect(hands.count == 40, "no signature without its picture")
    }

    /// Minutes are those that the crew worked: none while it was held up, none lost.
    @Test func minutesEndWhenACrewIsHeldUpOrCalledOff() async throws {
        let world = try await World.make()
        for i in 1...3 { try await world.ask(.report(Int64(i))) }
        let device = try await tablet(world)
        func at(_ minute: Int64) -> Instant { World.start + .minutes(minute) }
        world.setTime(at(600))
        let acts = [
            act(1, .start, at: at(0)), act(2, .block(because: "gaz"), at: at(40)), act(3, .finish(.word("A"), text: ""), at: at(500)),
            act(4, .start, job: 2, at: at(510)), act(5, .proceed, job: 2, at: at(520)),
            act(6, .finish(.word("A"), text: ""), job: 2, at: at(550)), act(7, .start, job: 3, at: at(570)),
        ]
        _ = try await world.desk.sync(TerrainBatch(queue: "queue-of-tablet", now: at(600), acts: acts), from: device)
        #expect(try await world.job(1).minutes == 40, "460 minutes it was held up")
        #expect(try await world.job(2).minutes == 40, "going on where it was not paused loses nothing")
        try await world.desk.act(JobDeed(.cancel(because: "autre")), on: Job.Number(3), by: .staff("ada"))
        #expect(try await world.job(3).minutes == 30)
    }

    @Test(arguments: TestJournal.engines)
    func aTabletLooksBackAWeekAndNoFurther(engine: Engine) async throws {
        let world = try await World.make(engine)
        for i in 1...3 { try await world.ask(.report(Int64(i))) }
        let device = try await tablet(world)
        func seen() async throws -> [Int64] {
            var seen: [Int64] = []
            for number: Int64 in 1...3 where try await world.desk.job(Job.Number(number), for: device) != nil { seen.append(number) }
            return seen
        }
        for i in 1...2 {
            let plan = JobDeed(.plan(crew: "roads-1", at: World.start + .hours(1)))
            try await world.desk.act(plan, on: Job.Number(Int64(i)), by: .staff("ada"))
        }
        try await world.desk.act(JobDeed(.finish(.word("A"), text: "")), on: Job.Number(1), by: .crew("roads-1"))
        try await world.desk.act(JobDeed(.cancel(because: "doublon")), on: Job.Number(2), by: .staff("ada"))
        #expect(try await seen() == [1, 2, 3])
        world.setTime(World.start + .days(8))
        #expect(try await seen() == [3], "what is over is the room's to look at; what may be taken is shown")
        let acts = [act(1, .finish(.word("A"), text: ""), job: 2, at: World.start)]
        _ = try await world.desk.sync(TerrainBatch(queue: "queue-of-tablet", now: World.start + .days(8), acts: acts), from: device)
        #expect(try await seen() == [2, 3], "the room is to decide on what it did there")
    }

    @Test func aTabletIsMadeByOneCodeOnceAndEndsWhenItIsRevoked() async throws {
        let world = try await World.make()
        let code = try await world.desk.makeCode(crew: "roads-1", label: "", by: "ada")
        let (token, device) = try await world.desk.pair(code: "\(code.prefix(4)) \(code.suffix(4))")
        #expect(try await world.desk.device(token: token)?.number == device.number)
        await #expect(throws: CrewFault.wrongCode) { try await world.desk.pair(code: code) }
        let late = try await world.desk.makeCode(crew: "roads-1", label: "", by: "ada")
        world.setTime(World.start + .minutes(16))
        await #expect(throws: CrewFault.wrongCode, "after a quarter of an hour") { try await world.desk.pair(code: late) }
        await #expect(throws: JobFault.self) { try await world.desk.makeCode(crew: "nobody", label: "", by: "ada") }
        try await world.desk.revoke(device.number, by: "ada")
        #expect(try await world.desk.device(token: token) == nil)
        await #expect(throws: CrewFault.unknownTablet, "an answer that was under way") {
            try await world.desk.sync(TerrainBatch(queue: "queue-of-tablet", now: World.start, acts: []), from: device)
        }
        let log = world.told.entries.withLock { $0.map(\.text.english) }
        #expect(log.contains { $0.contains("Tablet 1 paired") } && log.contains { $0.contains("Tablet 1 revoked") })
        #expect(!log.contains { $0.contains(code) || $0.contains(token) })
    }
}

/// The tablets' door, over HTTP.
@Suite struct TerrainRoutesTests {
    private struct Tablet {
        let client: any TestClientProtocol
        let token: String

        func send(
            _ path: String, _ body: String, type: String = "application/json", token: String? = nil, headers: HTTPFields = [:]
        ) async throws -> TestResponse {
            var fields = headers
            fields[.contentType] = type
            fields[.acceptLanguage] = "en"
            fields[.cookie] = "vigie-terrain=\(token ?? self.token)"
            return try await client.executeRequest(uri: path, method: .post, headers: fields, body: ByteBuffer(string: body))
        }

        func get(_ path: String) async throws -> TestResponse {
            try await client.executeRequest(
                uri: path, method: .get, headers: [.cookie: "vigie-terrain=\(token)", .acceptLanguage: "en"], body: nil)
        }

        func form(_ path: String, _ fields: KeyValuePairs<String, String>) async throws -> TestResponse {
            var body = ""
            for (name, value) in fields { body += "--x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
            return try await send(path, body + "--x--\r\n", type: "multipart/form-data; boundary=x")
        }
    }

    private func with(_ body: @escaping @Sendable (Room, Visitor, Tablet) async throws -> Void) async throws {
        let room = try await Room.make()
        try await room.world.ask(.report(1), "pothole")
        try await room.with { ada in
            let code = try await room.world.desk.makeCode(crew: "roads-1", label: "", by: "ada")
            let stranger = Tablet(client: ada.client, token: "")
            #expect(try await stranger.get("/terrain").text.contains("Pair this tablet"))
            #expect(try await stranger.form("/terrain/pair", ["code": "00000000"]).status == .unprocessableContent)
            let paired = try await stranger.form("/terrain/pair", ["code": code])
            #expect(paired.status == .seeOther)
            let cookie = paired.headers[.setCookie] ?? ""
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
            let token = String(cookie.dropFirst("vigie-terrain=".count).prefix { $0 != ";" })
            try await body(room, ada, Tablet(client: ada.client, token: token))
        }
    }

    private static func batch(_ acts: String, queue: String = "queue-of-tablet") -> String {
        "{\"queue\":\"\(queue)\",\"now\":\(World.start.milliseconds),\"acts\":[\(acts)]}"
    }

    @Test func aJobIsWorkedFromFormsWithoutAnyScript() async throws {
        try await with { room, ada, tablet in
            #expect(try await tablet.get("/terrain").text.contains("Damaged kerb"))
            let sheet = try await tablet.get("/terrain/jobs/1").text
            #expect(sheet.contains("Before you begin") && sheet.contains("geo:47.322,5.0405"))
            let path = "/terrain/jobs/1/acts"
            #expect(
                try await tablet.form(path, ["act": "confirm", "key": "key-00001", "safety": "permit"]).status == .unprocessableContent)
            for act: KeyValuePairs in [
                ["act": "confirm", "key": "key-00001", "safety": "permit", "name": "A. B."], ["act": "start", "key": "key-00002"],
                ["act": "start", "key": "key-00002"], ["act": "pause", "key": "key-00003"], ["act": "proceed", "key": "key-00004"],
                ["act": "parts", "key": "key-00005", "name": "bag", "count": "2"], ["act": "sign", "key": "key-00006", "name": "M. Blanc"],
                ["act": "finish", "key": "key-00007", "proof": "word", "name": "A. B.", "text": "<b>fait</b>"],
            ] {
                #expect(try await tablet.form(path, act).status == .seeOther, "\(act)")
            }
            let job = try await room.world.job(1)
            #expect(job.state == .done && job.proof == .word)
            let events = try await room.world.events(job)
            #expect(events.filter { $0.what == .started }.count == 1 && events.first { $0.what == .confirmed }?.signed == "A. B.")
            let page = try await ada.get("/console/jobs/1").text
            #expect(page.contains("Roads 1") && !page.contains("<b>fait"))
            #expect(try await tablet.get("/terrain").text.contains("Over today"))
        }
    }

    @Test func aPhotoComesInPiecesAndIsTakenOnce() async throws {
        try await with { room, _, tablet in
            let png = World.png
            func piece(_ from: Int, _ bytes: ArraySlice<UInt8>) async throws -> TestResponse {
                try await tablet.client.executeRequest(
                    uri: "/api/terrain/photos/photo-0001?from=\(from)&size=\(png.count)", method: .post,
                    headers: [.cookie: "vigie-terrain=\(tablet.token)", .contentType: "application/octet-stream"],
                    body: ByteBuffer(bytes: bytes))
            }
            let act = """
                {"n":1,"id":"act-00001","at":\(World.start.milliseconds),"job":1,"seen":1,"act":"photo","stage":"after",\
                "photo":"photo-0001","size":\(png.count)}
                """
            #expect(try await tablet.send("/api/terrain/sync", Self.batch(act)).text.contains("\"fate\":\"early\""))
            #expect(try await piece(0, png[..<30]).text == "{\"have\":30}")
            #expect(try await piece(0, png[..<30]).text == "{\"have\":30}", "the same again")
            #expect(try await piece(50, png[50...]).text == "{\"have\":30}", "a hole is not kept")
            #expect(try await tablet.send("/api/terrain/sync", Self.batch(act)).text.contains("\"fate\":\"early\""))
            #expect(try await piece(30, png[30...]).text == "{\"have\":\(png.count)}")
            #expect(try await piece(60, png[..<30]).status == .unprocessableContent)
            for _ in 0..<2 { #expect(try await tablet.send("/api/terrain/sync", Self.batch(act)).text.contains("\"fate\":\"done\"")) }
            let photos = try await room.world.journal.read { try JobPhotoStore.photos(of: Job.Number(1), in: $0) }
            #expect(photos.count == 1)
            #expect(try await tablet.get("/terrain/jobs/1/photos/1").headers[.contentType] == "image/png")
            #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM crew_piece")!.int(0) } == 0)
        }
    }

    @Test func whatIsHostileIsRefusedAndCostsNothing() async throws {
        try await with { room, ada, tablet in
            let sync = "/api/terrain/sync"
            #expect(try await tablet.send(sync, Self.batch(""), token: "").status == .unauthorized)
            #expect(try await tablet.send(sync, Self.batch(""), token: Tokens.make()).status == .unauthorized)
            #expect(try await tablet.send(sync, Self.batch(""), headers: [.origin: "https://evil.example"]).status == .forbidden)
            #expect(try await tablet.send(sync, "{").status == .badRequest)
            #expect(try await tablet.send(sync, "[]").status == .unprocessableContent)
            let at = World.start.milliseconds
            let many = (1...10_000).map { "{\"n\":\($0),\"id\":\"act-\($0)-xx\",\"at\":\(at),\"job\":1,\"act\":\"start\"}" }
            #expect(try await tablet.send(sync, Self.batch(many.joined(separator: ","))).status == .unprocessableContent)
            let large = String(repeating: " ", count: TerrainRoutes.bodyLimit + 1)
            #expect(try await tablet.send(sync, large).status == .contentTooLarge)
            #expect(try await tablet.send(sync, String(repeating: "[", count: 100_000)).status == .badRequest)
            // A version that no history has must not stand in what is kept.
            _ = try await ada.post("/console/jobs/1/acts", ["act": "cancel", "cancel-text": "doublon"])
            let seen = try await tablet.form(
                "/terrain/jobs/1/acts", ["act": "pause", "key": "key-seen1", "seen": "9223372036854775807"])
            #expect(seen.status == .seeOther)
            #expect(try await ada.get("/console/jobs/1").status == .ok)
            #expect(try await tablet.get("/terrain/jobs/1").status == .ok)
            #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM crew_receipt")!.int(0) } == 0)
            // A time that lies years ahead happened when it came.
            let ahead = "{\"n\":1,\"id\":\"act-ahead\",\"at\":4000000000000,\"job\":1,\"act\":\"note\",\"text\":\"x\"}"
            #expect(try await tablet.send(sync, Self.batch(ahead)).text.contains("\"fate\":\"done\""))
            let event = try #require(try await room.world.events(try await room.world.job(1)).last)
            #expect(event.what == .noted && event.at <= World.start)
            // A photo that is none.
            let size = 20
            _ = try await tablet.send("/api/terrain/photos/photo-0002?from=0&size=\(size)", String(repeating: "x", count: size))
            let photo = """
                {"n":2,"id":"act-photo","at":\(at),"job":1,"act":"photo","stage":"after","photo":"photo-0002","size":\(size)}
                """
            #expect(try await tablet.send(sync, Self.batch(photo)).text.contains("\"fate\":\"refused\""))
            #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM crew_piece")!.int(0) } == 0)
            let most = String(repeating: "x", count: TerrainRules.pieceLimit + 1)
            #expect(try await tablet.send("/api/terrain/photos/photo-0003?from=0&size=2000000", most).status == .contentTooLarge)
            #expect(try await tablet.get("/terrain/jobs/99").status == .notFound)
            // Revoked by the room: nothing more.
            #expect(try await ada.like("kim").post("/console/jobs/tablets/1/revoke", [:]).status == .forbidden)
            #expect(try await ada.post("/console/jobs/tablets/1/revoke", [:]).status == .seeOther)
            #expect(try await tablet.send(sync, Self.batch("")).status == .unauthorized)
            #expect(try await tablet.get("/terrain/jobs/1").headers[.location] == "/terrain")
            #expect(try await tablet.get("/terrain").text.contains("Pair this tablet"))
        }
    }

    @Test func codesCannotBeGuessed() async throws {
        try await with { _, _, tablet in
            var statuses: [HTTPResponse.Status] = []
            for i in 10..<35 { statuses.append(try await tablet.form("/terrain/pair", ["code": "000000\(i)"]).status) }
            #expect(statuses.contains(.tooManyRequests))
        }
    }

    @Test func theRoomDecidesWithTwoButtons() async throws {
        try await with { room, ada, tablet in
            _ = try await ada.post("/console/jobs/1/acts", ["act": "cancel", "cancel-text": "doublon"])
            let act =
                "{\"n\":1,\"id\":\"act-00001\",\"at\":\(World.start.milliseconds),\"job\":1,\"seen\":1,\"act\":\"block\",\"text\":\"gaz\"}"
            #expect(try await tablet.send("/api/terrain/sync", Self.batch(act)).text.contains("\"fate\":\"conflict\""))
            let page = try await ada.get("/console/jobs/1").text
            #expect(page.contains("Let it count") && page.contains("Dismiss") && page.contains("The crew did not know yet"))
            #expect(try await tablet.get("/terrain/jobs/1").text.contains("came too late"))
            let position = try await room.world.journal.read { try TerrainStore.late(of: Job.Number(1), in: $0) }[0].position
            let path = "/console/jobs/1/late/\(position)"
            #expect(try await ada.like("bob").post(path, ["verdict": "apply"]).status == .forbidden)
            #expect(try await ada.post(path, ["verdict": "maybe"]).status == .unprocessableContent)
            #expect(try await ada.post(path, ["verdict": "apply"]).status == .seeOther)
            #expect(try await room.world.job(1).state == .blocked)
            #expect(try await ada.post(path, ["verdict": "dismiss"]).status == .conflict)
            #expect(try await tablet.get("/terrain/jobs/1").text.contains("counts: the room decided so"))
        }
    }

    @Test func theRoomPairsTablets() async throws {
        try await with { _, ada, _ in
            let page = try await ada.post("/console/jobs/tablets", ["crew": "roads-2", "label": "benne 2"])
            #expect(page.status == .ok && page.text.contains("pairing-code"))
            #expect(try await ada.post("/console/jobs/tablets", ["crew": "nobody"]).status == .unprocessableContent)
            #expect(try await ada.like("bob").get("/console/jobs/tablets").status == .forbidden)
            #expect(try await ada.get("/console/jobs/crews").text.contains("/console/jobs/tablets"))
        }
    }
}
