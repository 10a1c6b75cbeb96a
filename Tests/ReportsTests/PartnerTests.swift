// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Errand
import JournalTesting
import Logging
import Testing

@testable import Journal
@testable import Reports

/// Reports that go to another house: once, and followed.
@Suite struct PartnerTests {
    static let agreed = ReportContact(name: "Ada Roy", email: "ada@example.org", phone: "0612345678")

    /// The city with the motorway's owner as a partner whose server answers as the test says.
    struct Setting {
        let world: World
        let house: OtherHouse
        let courier: PartnerCourier

        func run(after seconds: Int64 = 0) async throws {
            world.setTime(world.now() + .seconds(seconds))
            try await courier.run()
        }

        func forwards(_ report: Report) async throws -> [Forward] {
            try await world.journal.read { try ForwardStore.all(of: report.number, in: $0) }
        }

        /// The newest way of a report to a partner.
        func forward(_ report: Report) async throws -> Forward { try #require(try await forwards(report).first) }
        func fresh(_ report: Report) async throws -> Report { try #require(try await world.reports.report(report.number)) }
    }

    static let motorway = Place(longitude: 5.0500, latitude: 47.3210)

    static func onTheMotorway(contact: ReportContact = ReportContact()) -> ReportDraft {
        var draft = World.pothole(contact: contact, description: "Un trou devant chez Mme Roy")
        (draft.place, draft.address) = (motorway, "chez Mme Roy")
        return draft
    }

    private func with(
        _ engine: Engine = .sqlite, automatic: Bool = true, keyed: Bool = true, updates: Bool = false, format: Open311Format = .json,
        attributes: [PartnerOffer.Attribute] = [], _ body: (Setting) async throws -> Void
    ) async throws {
        let world = try await World.make(engine)
        let house = try await OtherHouse(format: format)
        var partner = Partner(code: "@dir", url: "http://127.0.0.1:\(house.port)/v2", jurisdiction: "a31", isAutomatic: automatic)
        (partner.isKeyed, partner.hasUpdates, partner.format) = (keyed, updates, format)
        partner.services = [
            PartnerOffer(code: "trou", title: "Trou", group: "", hasAttributes: !attributes.isEmpty, attributes: attributes)
        ]
        partner.mapping = ["pothole": "trou"]
        partner.checkedAt = World.start
        try await world.journal.write { [partner] in try PartnerStore.put(partner, key: "secret-key", in: $0) }
        let courier = PartnerCourier(
            reports: world.reports, errands: try Errands(allowsInside: true), publicURL: "https://vigie.example/", follow: .minutes(10),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do { try await body(Setting(world: world, house: house, courier: courier)) } catch {
            await house.close()
            throw error
        }
        await house.close()
    }

    @Test(arguments: TestJournal.engines) func whatIsAnothersGoesThereOnceAndIsFollowedToItsEnd(engine: Engine) async throws {
        try await with(engine) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway(contact: Self.agreed)).report
            #expect(report.department == "@dir" && report.state == .received)
            #expect(try await here.forward(report).state == .waiting, "written in the transaction of the report")
            here.house.answers["POST /v2/requests.json"] = .say(201, #"[{"service_request_id":"A-17","service_notice":null}]"#)
            here.house.answers["GET /v2/requests/A-17.json"] = .say(
                200, #"[{"service_request_id":"A-17","status":"open","status_notes":""}]"#)
            try await here.run()
            try await here.run()
            let sent = here.house.asked.filter { $0.hasPrefix("POST") }
            #expect(sent.count == 1)
            let form = try #require(sent.first)
            for part in ["service_code=trou", "jurisdiction_id=a31", "api_key=secret-key", "lat=47.321", "long=5.05"] {
                #expect(form.contains(part), "\(part)")
            }
            for part in ["Ada", "Roy", "ada%40", "0612345678", "email", "phone"] {
                #expect(!form.contains(part), "nobody agreed that \(part) goes")
            }
            #expect(try await here.forward(report).theirs == "A-17")
            #expect(try await here.fresh(report).state == .assigned)
            // Closed there, with a word.
            here.house.answers["GET /v2/requests/A-17.json"] = .say(
                200, #"[{"service_request_id":"A-17","status":"closed","status_notes":"Rebouch\u00e9"}]"#)
            try await here.run(after: 700)
            var now = try await here.fresh(report)
            #expect(now.state == .done && now.proof == .word)
            try await here.run(after: 40_000)
            let events = try await here.world.reports.events(of: report.number, onlyPublic: true)
            #expect(events.map(\.what) == [.received, .forwarded, .done], "heard once")
            #expect(events.last?.text == "DIR Centre-Est\nRebouché" && events.last?.publicText == "Rebouché")
            #expect(AppWords.sentence(events[1], World.tree)?.english == "Sent on to: DIR Centre-Est, under the number A-17.")
            #expect(AppWords.sentence(events[2], World.tree)?.english == "Solved, by the word of: DIR Centre-Est.")
            // Reopened there.
            here.house.answers["GET /v2/requests/A-17.json"] = .say(
                200, #"[{"service_request_id":"A-17","status":"open","status_notes":"Hélas"}]"#)
            try await here.run(after: 40_000)
            now = try await here.fresh(report)
            #expect(now.state == .assigned && now.department == "@dir" && now.proof == nil)
            #expect(try await here.forwards(report).count == 1)
        }
    }

    @Test func whereNothingIsSetUpTheCitizenIsTurnedThere() async throws {
        let world = try await World.make()
        await #expect(throws: ReportFault.self) { try await world.reports.create(Self.onTheMotorway()) }
        try await with { here in
            var draft = Self.onTheMotorway()
            (draft.category, draft.answers, draft.place) = ("graffiti", [:], World.far)
            await #expect(throws: ReportFault.self) { try await here.world.reports.create(draft) }
        }
    }

    @Test func onlyWhatAPersonLetGoGoes() async throws {
        try await with(automatic: false) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway(contact: Self.agreed)).report
            #expect(try await here.forwards(report).isEmpty, "a person must say so")
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            try await here.world.reports.act(
                .forward(Forwarding(partner: "@dir", sharesText: true, sharesContact: true)), on: report.number, by: .staff("bob"))
            try await here.run()
            let form = try #require(here.house.asked.first { $0.hasPrefix("POST") })
            for part in ["chez%20Mme%20Roy", "first_name=Ada", "last_name=Roy", "email=ada%40example.org", "phone=0612345678"] {
                #expect(form.contains(part), "\(part)")
            }
            let log = try await here.world.journal.read { try $0.rows("SELECT english FROM logbook").map { $0.text(0) } }
            #expect(log.contains { $0.contains("sent, as the citizen agreed, to: DIR Centre-Est") })
            await #expect(throws: ReportFault.self, "it is there already") {
                try await here.world.reports.act(.forward(Forwarding(partner: "@dir")), on: report.number, by: .staff("bob"))
            }
        }
    }

    @Test func aQuestionOfTheirsIsAnsweredBeforeAnythingGoes() async throws {
        let question = PartnerOffer.Attribute(
            code: "sens", title: "Dans quel sens ?", isRequired: true,
            values: [.init(key: "n", name: "nord"), .init(key: "s", name: "sud")])
        let own = PartnerOffer.Attribute(code: "where", title: "Où ?", isRequired: true, values: [])
        try await with(attributes: [question, own]) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            #expect(try await here.forwards(report).isEmpty, "no rule answers it")
            for wrong in [Forwarding(partner: "@dir"), Forwarding(partner: "@dir", answers: ["sens": "x"])] {
                await #expect(throws: ReportFault.self) {
                    try await here.world.reports.act(.forward(wrong), on: report.number, by: .staff("bob"))
                }
            }
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            try await here.world.reports.act(
                .forward(Forwarding(partner: "@dir", answers: ["sens": "n"])), on: report.number, by: .staff("bob"))
            try await here.run()
            let form = try #require(here.house.asked.first { $0.hasPrefix("POST") })
            #expect(form.contains("attribute%5Bsens%5D=n") && form.contains("attribute%5Bwhere%5D=lane"), "ours of the same name goes too")
            #expect(try await here.forward(report).answers == [:], "kept no longer than needed")
        }
    }

    // MARK: Once

    /// The process ends after each step of a sending; another one goes on from what is on disk.
    @Test(arguments: TestJournal.engines) func aHouseThatKnowsTheKeyIsToldTheSameAgain(engine: Engine) async throws {
        try await with(engine) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            // The answer is lost: the other house has it, and nothing here knows.
            here.house.answers["POST /v2/requests.json"] = .cut
            try await here.run()
            #expect(try await here.forward(report).state == .sending)
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"A-17"}]"#)
            try await here.run(after: 3600)
            let keys = here.house.asked.filter { $0.hasPrefix("POST") }.compactMap { head in
                head.split(separator: "\r\n").first { $0.hasPrefix("Idempotency-Key: ") }
            }
            #expect(keys.count == 2 && Set(keys).count == 1)
            #expect(try await here.forward(report).theirs == "A-17")
        }
    }

    @Test func aHouseThatDoesNotIsAskedWhetherItHasIt() async throws {
        try await with(keyed: false) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .cut
            try await here.run()
            let mark = try await here.forward(report).mark
            here.house.answers["GET /v2/requests.json"] = .say(
                200, #"[{"service_request_id":"8","description":"x"},{"service_request_id":"7","description":"Trou\n\#(mark)"}]"#)
            try await here.run(after: 3600)
            #expect(try await here.forward(report).theirs == "7")
            #expect(here.house.asked.count { $0.hasPrefix("POST") } == 1)
        }
    }

    @Test func whatCannotBeFoundOutIsAPersonsToDecide() async throws {
        try await with(keyed: false) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(502, "oops")
            try await here.run()
            here.house.answers["GET /v2/requests.json"] = .say(200, "[]")
            try await here.run(after: 3600)
            #expect(try await here.forward(report).state == .unclear)
            try await here.run(after: 3600)
            #expect(here.house.asked.count { $0.hasPrefix("POST") } == 1, "never again by itself")
            let (number, now) = (try await here.forward(report).number, here.world.now())
            let isAdopted = try await here.world.journal.write { try ForwardStore.adopt("55", for: number, at: now, in: $0) }
            #expect(isAdopted)
            #expect(try await here.forward(report).state == .followed)
        }
    }

    @Test func aTokenBecomesANumber() async throws {
        try await with(format: .xml) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.xml"] = .say(
                200, "<?xml version='1.0'?><service_requests><request><token>t-1</token></request></service_requests>")
            here.house.answers["GET /v2/tokens/t-1.xml"] = .say(
                200, "<service_requests><request><token>t-1</token><service_request_id/></request></service_requests>")
            try await here.run()
            try await here.run(after: 10)
            #expect(try await here.forward(report).state == .token)
            here.house.answers["GET /v2/tokens/t-1.xml"] = .say(
                200,
                "<service_requests><request><service_request_id> 638344 </service_request_id><token>t-1</token></request></service_requests>"
            )
            try await here.run(after: 600)
            #expect(try await here.forward(report).theirs == "638344")
        }
    }

    @Test func aRefusalIsShownAndSentAgainOnlyByAPerson() async throws {
        try await with { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(400, #"[{"code":400,"description":"lat is outside"}]"#)
            try await here.run()
            try await here.run(after: 100_000)
            let forward = try await here.forward(report)
            #expect(forward.state == .failed && forward.trouble == "400: lat is outside")
            #expect(here.house.asked.count == 1)
            let now = here.world.now()
            let isAgain = try await here.world.journal.write { try ForwardStore.again(forward.number, at: now, in: $0) }
            #expect(isAgain)
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            try await here.run()
            #expect(try await here.forward(report).theirs == "9")
        }
    }

    @Test func whatGoesAnotherWayIsNotSentAnyMore() async throws {
        try await with { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            try await here.world.reports.act(.assign(department: "roads", reason: ""), on: report.number, by: .staff("bob"))
            try await here.run()
            #expect(here.house.asked.isEmpty)
            #expect(try await here.forward(report).state == .ended)
        }
    }

    @Test func aHouseThatIsAwayIsTriedEverMoreRarelyAndGivenUpAfterFourDays() async throws {
        try await with { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(503, "")
            for _ in 0..<200 { try await here.run(after: 3700) }
            let tries = here.house.asked.count
            #expect((20...120).contains(tries), "\(tries)")
            #expect(try await here.forward(report).state == .failed)
        }
    }

    @Test(arguments: TestJournal.engines) func oneThatIsAwayHoldsUpNoOther(engine: Engine) async throws {
        try await with(engine) { here in
            let other = try await OtherHouse(format: .json)
            var far = Partner(code: "roads", url: "http://127.0.0.1:\(other.port)/v2")
            (far.services, far.mapping) = (
                [PartnerOffer(code: "x", title: "X", group: "", hasAttributes: false, attributes: [])], ["pothole": "x"]
            )
            try await here.world.journal.write { [far] in try PartnerStore.put(far, in: $0) }
            let first = try await here.world.reports.create(World.pothole()).report
            let start = here.world.now()
            try await here.world.journal.write { transaction in
                for _ in 0..<250 {
                    try ForwardStore.put(
                        Forwarding(partner: "roads"), of: first.number, service: "x", key: Tokens.make(), at: start, in: transaction)
                }
            }
            other.answers["POST /v2/requests.json"] = .say(503, "")
            try await here.run()
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            try await here.run(after: 1)
            #expect(try await here.forward(report).theirs == "9")
            #expect(other.asked.count == 1, "left alone for a while")
            await other.close()
        }
    }

    @Test func whatWentAnotherWayAfterATryInVainIsNotSent() async throws {
        for isSaid in [true, false] {
            try await with { here in
                let report = try await here.world.reports.create(Self.onTheMotorway(contact: Self.agreed)).report
                here.house.answers["POST /v2/requests.json"] = isSaid ? .say(502, "") : .say(503, "")
                try await here.run()
                #expect(try await here.forward(report).state == (isSaid ? .sending : .waiting))
                try await here.world.reports.act(.assign(department: "roads", reason: ""), on: report.number, by: .staff("bob"))
                here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
                try await here.run(after: 3600)
                #expect(here.house.asked.count == 1)
                #expect(try await here.forward(report).state == (isSaid ? .unclear : .ended), "what may be there is a person's to ask")
            }
        }
    }

    @Test func whatMayBeThereIsNotSentAgainByARule() async throws {
        try await with(keyed: false) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .cut
            try await here.run()
            here.house.answers["GET /v2/requests.json"] = .say(200, "[]")
            try await here.run(after: 3600)
            #expect(try await here.forward(report).state == .unclear)
            try await here.world.reports.act(.assign(department: "@dir", reason: ""), on: report.number, by: .staff("bob"))
            #expect(try await here.forwards(report).count == 1)
        }
    }

    @Test func whatWasNeverSaidIsTriedAgainWithoutAQuestion() async throws {
        try await with(keyed: false) { here in
            await here.house.close()
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            try await here.run()
            #expect(try await here.forward(report).state == .waiting)
        }
    }

    @Test func aPauseThatIsAskedForIsKept() async throws {
        try await with { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .sayWith(503, "Retry-After: 3600", "")
            try await here.run()
            try await here.run(after: 3500)
            #expect(here.house.asked.count == 1)
            #expect(try await here.forward(report).tries == 1)
            try await here.run(after: 200)
            #expect(here.house.asked.count == 2)
        }
    }

    // MARK: What they say

    @Test func aFullPageOfUpdatesIsReadOn() {
        func update(_ n: Int) -> PartnerRules.Update {
            .init(id: "\(n)", request: "9", text: "", at: World.start + .minutes(Int64(n)))
        }
        let now = World.start + .days(1)
        #expect(PartnerRules.heard((0..<20).map(update), from: World.start - .hours(1), to: now) == now)
        let full = PartnerRules.heard((0..<60).map(update), from: World.start - .hours(1), to: now)
        #expect(full - PartnerRules.overlap == World.start + .minutes(59), "the next question begins where this answer ended")
        #expect(PartnerRules.heard((0..<60).map(update), from: World.start + .minutes(59), to: now) == now, "it goes no further")
    }

    @Test func updatesThatDoNotComeHoldUpNothingElse() async throws {
        try await with(updates: true) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            here.house.answers["GET /v2/requests/9.json"] = .say(200, #"[{"service_request_id":"9","status":"open"}]"#)
            here.house.answers["GET /v2/servicerequestupdates.json"] = .say(404, "no")
            try await here.run()
            for _ in 0..<30 { try await here.run(after: 700) }
            let asked = here.house.asked
            #expect(asked.count { $0.hasPrefix("GET /v2/requests/9") } > 20, "\(asked.count)")
            #expect(asked.count { $0.hasPrefix("GET /v2/servicerequestupdates") } < 30)
            #expect(try await here.forward(report).status == "open")
        }
    }

    @Test func whatIsSaidBeforeTheNumberIsKnownComesAfterwards() async throws {
        try await with(updates: true) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            let made = here.world.now()
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"token":"t-1"}]"#)
            here.house.answers["GET /v2/tokens/t-1.json"] = .say(200, #"[{"token":"t-1"}]"#)
            for _ in 0..<4 { try await here.run(after: 7200) }
            here.house.answers["GET /v2/tokens/t-1.json"] = .say(200, #"[{"token":"t-1","service_request_id":"9"}]"#)
            try await here.run(after: 7200)
            let heard = try await here.world.journal.read { try PartnerStore.find("@dir", in: $0)?.heardAt }
            #expect(try await here.forward(report).theirs == "9" && heard == made)
        }
    }

    @Test func whatIsAskedForInVainIsShown() async throws {
        try await with { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            for _ in 0..<8 { try await here.run(after: 90_000) }
            let shown = try await here.world.journal.read { try ForwardStore.troubled(in: $0) }
            #expect(shown.map(\.report) == [report.number])
        }
    }

    @Test func updatesStandInTheHistoryOnce() async throws {
        try await with(updates: true) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            here.house.answers["GET /v2/requests/9.json"] = .say(200, #"[{"service_request_id":9,"status":"open","status_notes":"n"}]"#)
            here.house.answers["GET /v2/servicerequestupdates.json"] = .say(
                200,
                #"[{"update_id":"u1","service_request_id":"9","description":"Une équipe passe lundi","status":"open"},"#
                    + #"{"update_id":"u1","service_request_id":"9","description":"Une équipe passe lundi","status":"open"},"#
                    + #"{"update_id":"u2","service_request_id":"10","description":"D'un autre","status":"open"}]"#)
            for _ in 0..<4 { try await here.run(after: 700) }
            let events = try await here.world.reports.events(of: report.number)
            #expect(events.filter { $0.what == .heard }.map(\.text) == ["Une équipe passe lundi"])
        }
    }

    @Test func whatNoSuchAnswerMaySayChangesNothing() async throws {
        try await with { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(200, #"[{"service_request_id":"9"}]"#)
            try await here.run()
            for hostile in [
                #"[{"service_request_id":"10","status":"closed"}]"#, #"[{"service_request_id":"9","status":"burnt"}]"#, "[]", "{}", "null",
                "<a/>",
                #"[[[[[[["#, String(repeating: "[", count: 100_000), #"{"service_request_id":"9"}"#, "\u{0}\u{1}",
                String(repeating: "x", count: 5 << 20),
            ] {
                here.house.answers["GET /v2/requests/9.json"] = .say(200, hostile)
                try await here.run(after: 90_000)
                #expect(try await here.fresh(report).state == .assigned, "\(hostile.prefix(40))")
                #expect(try await here.forward(report).state == .followed)
                #expect(try await here.forward(report).trouble != "")
            }
            here.house.answers["GET /v2/requests/9.json"] = .say(
                200, #"[{"service_request_id":"9","status":"CLOSED","status_notes":"\#(String(repeating: "é\\u0000", count: 9000))"}]"#)
            try await here.run(after: 90_000)
            #expect(try await here.fresh(report).state == .done)
        }
    }

    @Test(arguments: [
        #"[{"service_request_id":"../../x y"}]"#, #"[{"service_request_id":"\#(String(repeating: "9", count: 300))"}]"#, "[]", "ok", "",
    ])
    func aNumberThatIsNoneIsNotTaken(body: String) async throws {
        try await with(keyed: false) { here in
            let report = try await here.world.reports.create(Self.onTheMotorway()).report
            here.house.answers["POST /v2/requests.json"] = .say(200, body)
            here.house.answers["GET /v2/requests.json"] = .say(200, body)
            try await here.run()
            try await here.run(after: 3600)
            let forward = try await here.forward(report)
            #expect(forward.state == .unclear && forward.theirs == "")
        }
    }

    @Test func theCheckReadsWhatTheyTake() async throws {
        try await with { here in
            here.house.answers["GET /v2/services.json"] = .say(404, "no")
            here.house.answers["GET /v2/services.xml"] = .say(
                200,
                """
                <services><service><service_code>001</service_code><service_name>Cans &amp; bins</service_name><metadata>true</metadata>
                <group>sanitation</group></service><service><service_code>a b</service_code></service></services>
                """)
            here.house.answers["GET /v2/services/001.xml"] = .say(
                200,
                """
                <service_definition><service_code>001</service_code><attributes><attribute><variable>true</variable><code>SIZE</code>
                <datatype>singlevaluelist</datatype><required>true</required><description>How big?</description>
                <values><value><key>1</key><name>big</name></value></values></attribute></attributes></service_definition>
                """)
            var partner = try #require(try await here.world.journal.read { try PartnerStore.find("@dir", in: $0) })
            partner.mapping = ["pothole": "001"]
            let checked = await here.courier.check(partner)
            let found = try #require(checked.offer)
            #expect(checked.trouble == "" && found.format == .xml && !found.isKeyed && !found.hasUpdates)
            #expect(found.services.map(\.title) == ["Cans & bins"])
            let value = PartnerOffer.Value(key: "1", name: "big")
            let wanted = PartnerOffer.Attribute(code: "SIZE", title: "How big?", isRequired: true, values: [value])
            #expect(found.services[0].attributes == [wanted])
            // Half a check changes nothing of what is known.
            here.house.answers["GET /v2/services/001.xml"] = .cut
            let half = await here.courier.check(partner)
            #expect(half.offer == nil && half.trouble != "")
            let before = partner
            half.note(in: &partner)
            #expect(partner.services == before.services && partner.isKeyed == before.isKeyed && partner.trouble == half.trouble)
            await here.house.close()
            #expect(await here.courier.check(partner).offer == nil)
        }
    }

    @Test(arguments: [
        "", "<a", "<a>", "<a></b>", "<a b></a>", "<a>&x;</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/><b/>", "<a>&#xD800;</a>",
        String(repeating: "<a>", count: 50), "<a b=\"c></a>", "<a><![CDATA[</a>",
    ])
    func documentsThatAreNoneAreRefused(text: String) {
        #expect(throws: Open311Element.Malformed.self) { try Open311Element(Array(text.utf8), .xml) }
    }
}
