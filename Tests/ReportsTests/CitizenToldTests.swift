// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Post
import Synchronization
import Testing
import Watch

@testable import Reports

/// What a citizen is told of dates and of the work: before sending, at the telephone, on the page that follows, in the mail.
@Suite struct CitizenToldTests {
    /// Crews that took two photos for the first report, expect to be done in two days, and have a job about the lamp.
    private final class Crews: JobDesk {
        let asked = Mutex(0)
        let lampJob = Mutex<JobState?>(nil)
        static let soon = World.start + .days(2)
        static let tuesday = Instant(year: 2026, month: 11, day: 24, hour: 9)

        func ask(_ need: JobNeed, by login: String) async throws -> Int64 { 1 }
        func withdraw(_ source: JobSource, because: String, by login: String) async throws {}
        func jobs(of source: JobSource) async throws -> [JobGlance] { [] }
        func openJobs(around place: Place, within meters: Double) async throws -> [JobGlance] { [] }
        func openJobs(about asset: Asset.Number) async throws -> [JobGlance] {
            guard asset == World.lamp, let state = lampJob.withLock({ $0 }) else { return [] }
            return [
                JobGlance(
                    number: 5, source: .alarm(3), department: "lighting", title: Words("x", "x"), place: World.forges, commune: .outside,
                    state: state, expectedAt: Crews.tuesday, updatedAt: World.start)
            ]
        }
        func pictures(of source: JobSource) async throws -> [JobPicture] {
            guard source == .report(1) else { return [] }
            return [(1, JobPicture.Stage.before), (2, .after)].map {
                JobPicture(job: 5, place: $0.0, at: World.start, stage: $0.1, width: 4, height: 3)
            }
        }
        func picture(_ place: Int, ofJob job: Int64, for source: JobSource) async throws -> (type: String, bytes: [UInt8])? {
            source == .report(1) && job == 5 && (1...2).contains(place) ? ("image/jpeg", [UInt8(place)]) : nil
        }
        func news(after position: Int64, limit: Int) async throws -> [JobNews] { [] }
        func works(for department: String) async throws -> Bool { true }
        func expectation(department: String, category: String, commune: Commune, urgency: Urgency) async throws -> JobExpectation? {
            asked.withLock { $0 += 1 }
            guard department == "roads" else { return nil }
            return JobExpectation(at: Crews.soon, ahead: 3, because: Words("trois passent avant", "three come before it"))
        }
    }

    @Test func aCrewsPhotoIsSeenByTheCitizenOnceAPersonHasReleasedIt() async throws {
        let room = try await Room.make(jobs: Crews())
        let receipt = try await room.world.reports.create(World.pothole())
        let (path, link) = ("/console/reports/\(receipt.reference)", "/app/follow/\(receipt.token)")
        try await room.with { ada in
            let after = path + "/crew-photos/5/2"
            #expect(try await ada.get(path).text.contains(after + "/release"))
            #expect(try await ada.get(after).body == ByteBuffer(bytes: [2]))
            #expect(try await ada.like("bob").get(after).status == .ok)
            #expect(try await !ada.like("bob").get(path).text.contains(after + "/release"))
            for login in ["bob", "kim"] { #expect(try await ada.like(login).post(after + "/release", [:]).status == .forbidden) }
            #expect(try await ada.like("kim").get(after).status == .notFound)
            #expect(try await ada.get(path + "/crew-photos/6/1").status == .notFound)
            #expect(try await ada.post(path + "/crew-photos/5/9/release", [:]).status == .notFound)
            #expect(try await !ada.get(link).text.contains(link + "/crew-photos/"))
            _ = try await room.world.reports.act(.finish(.word("Luc"), text: ""), on: receipt.report.number, by: .staff("ada"))
            for place in [1, 2] {
                #expect(try await ada.post(path + "/crew-photos/5/\(place)/release", [:]).status == .seeOther)
            }
            #expect(try await !ada.get(path).text.contains("/crew-photos/"))
            let page = try await ada.get(link).text
            #expect(page.contains(link + "/crew-photos/1") && page.contains("before-after"))
            #expect(try await ada.get(link + "/crew-photos/2").body == ByteBuffer(bytes: [2]))
            let open = "/app/reports/\(receipt.reference)"
            #expect(try await ada.get(open).text.contains(open + "/photos/2"))
            #expect(try await ada.get(open + "/photos/2").body == ByteBuffer(bytes: [2]))
            let updates = try await ada.get("/open311/v2/servicerequestupdates.json").text
            #expect(updates.contains("/open311/v2/media/\(receipt.reference)/2"))
            // Taken back, it is gone everywhere.
            #expect(try await ada.post(path + "/photos/2/release", ["released": "no"]).status == .seeOther)
            for address in [link + "/crew-photos/2", open + "/photos/2"] { #expect(try await ada.get(address).status == .notFound) }
            #expect(try await !ada.get(link).text.contains(link + "/crew-photos/2"))
        }
    }

    @Test func theDateIsSaidBeforeThereIsAJob() async throws {
        let crews = Crews()
        let room = try await Room.make(jobs: crews)
        try await room.with { ada in
            let known = try await ada.get("/api/app/known?category=pothole&near=5.0405,47.3220").text
            #expect(known.contains(#""dates":{"promised":"2026-11-23","expected":"2026-11-23","because":"three come before it"}"#))
            let lamp = try await ada.get("/api/app/known?category=dead-lamp&near=5.0405,47.3220").text
            #expect(lamp.contains(#""dates":{"promised":"2026-11-26"}"#), "no crew works on it")
            let receipt = try await room.world.reports.create(World.pothole())
            for path in ["/app/follow/\(receipt.token)?sent=1", "/app/reports/\(receipt.reference)"] {
                let page = try await ada.get(path).text
                #expect(page.contains("Expected on ") && page.contains("three come before it"), "\(path)")
            }
            let call = try await ada.post("/allo/calls", [:]).headers[.location] ?? ""
            let typed: KeyValuePairs = [
                "address": "x", "placed": "x", "lon": "5.0405", "lat": "47.3220", "category": "pothole", "turn": "0",
            ]
            #expect(try await ada.post(call + "/draft", typed).status == .seeOther)
            let page = try await ada.get(call).text
            #expect(page.contains("Promised for ") && page.contains("three come before it"))
            // What is computed, and where nothing is known what was promised.
            let lampReport = try await room.world.reports.create(ReportDraft(category: "dead-lamp", place: World.forges, channel: .app))
            for (reference, day) in [(receipt.reference, Crews.soon), (lampReport.reference, World.start + .days(5))] {
                let told = try await ada.get("/open311/v2/requests/\(reference).json").text
                #expect(told.contains("\"expected_datetime\":\"\(day.iso8601)\""), "\(told)")
            }
            // Done, there is nothing to expect.
            _ = try await room.world.reports.act(.finish(.word("Luc"), text: ""), on: receipt.report.number, by: .staff("ada"))
            #expect(try await !ada.get("/app/follow/\(receipt.token)").text.contains("three come before it"))
            #expect(try await ada.get("/open311/v2/requests/\(receipt.reference).json").text.contains("\"expected_datetime\":null"))
        }
        #expect(crews.asked.withLock { $0 } <= 4, "the same question of one minute is asked once")
    }

    @Test func theReceiptByMailSaysTheDateAndSoDoesEachStepThatMovesIt() async throws {
        let world = try await MailWorld.make()
        let reports = Reports(journal: world.journal, clock: Clock { World.start }, post: MailWorld.post, jobs: Crews())
        var draft = World.pothole(contact: ReportContact(email: "ada@example.org"))
        draft.language = .english
        _ = try await reports.create(draft)
        let mail = try #require(try await world.sent().first?.mail)
        #expect(mail.text.contains("Expected on 2026-11-23: three come before it."))
        func dated(_ facts: [String: String]) -> Words? {
            let event = ReportEvent(
                place: 2, at: World.start, what: .expected, role: .vigie, isPublic: true, state: .assigned, facts: facts, author: nil,
                text: "")
            return AppWords.dated(event, World.tree, zone: Audience.paris)
        }
        let at = String(Crews.tuesday.milliseconds)
        #expect(dated(["expected": at, "first": "yes"]) == Words("Date prévue : 24/11/2026.", "Expected date: 2026-11-24."))
        #expect(dated(["expected": at])?.french == "La date prévue a été calculée à nouveau : 24/11/2026.")
    }

    @Test func aLampThatSaysItselfThatItIsOutIsFollowedWithoutAReportOfOnesOwn() async throws {
        let crews = Crews()
        crews.lampJob.withLock { $0 = .planned }
        let room = try await Room.make(jobs: crews)
        let keys = ["0123456789abcdef", "fedcba9876543210"]
        try await room.with { ada in
            let known = try await ada.get("/api/app/known?category=dead-lamp&asset=7").text
            #expect(known.contains(#""expected":"2026-11-24","because":"a crew's visit is planned","asset":7"#))
            var links: [String] = []
            for key in keys + [keys[0]] {
                let answer = try await ada.post("/app/known/follow", ["asset": "7", "category": "dead-lamp", "key": key])
                #expect(answer.status == .seeOther)
                links.append(answer.headers[.location] ?? "")
            }
            #expect(links[0] != links[1] && links[0] == links[2])
            let page = try await ada.get(links[0]).text
            #expect(page.contains("The asset said by itself that it is out.") && page.contains("a crew&#39;s visit is planned"))
            #expect(!page.contains("/satisfied") && !page.contains("/word\""), "what nobody sent is nobody's to contest")
            #expect(try await ada.post("/app/known/follow", ["asset": "9", "category": "dead-lamp", "key": keys[0]]).status == .conflict)
            #expect(try await ada.post("/app/known/follow", ["asset": "7", "category": "none", "key": keys[0]]).status == .notFound)
            #expect(try await ada.post("/app/known/follow", ["asset": "7", "category": "dead-lamp"]).status == .unprocessableContent)
        }
        let report = try #require(try await room.world.reports.report(Report.Number(1)))
        #expect(report.channel == .alarm && report.asset == World.lamp && report.place == World.forges)
        let (reports, followers) = try await room.world.journal.read {
            (try ReportStore.open(about: World.lamp, in: $0).count, try ReportStore.followers(of: report.number, in: $0))
        }
        #expect(reports == 1 && followers == 2)
    }

    @Test func aReportThatIsOverIsNotFollowedWhileTheLampIsStillOut() async throws {
        let world = try await World.make()
        _ = try await world.reports.follow(asset: World.lamp, category: "dead-lamp", key: "0123456789abcdef")
        for act: ReportAct in [.start, .finish(.word("Bob"), text: "")] {
            _ = try? await world.reports.act(act, on: Report.Number(1), by: .staff("bob"))
        }
        #expect(try await world.reports.report(Report.Number(1))?.isOpen == false)
        for key in ["fedcba9876543210", "fedcba9876543211"] {
            let token = try await world.reports.follow(asset: World.lamp, category: "dead-lamp", key: key)
            let followed = try #require(try await world.reports.follow(token))
            #expect(followed.report.number == Report.Number(2) && followed.report.isOpen)
        }
    }

    @Test func aLampThatBurnsAgainIsNotFollowed() async throws {
        let world = try await World.make()
        world.setLamp(0)
        await #expect(throws: ReportFault.self) {
            try await world.reports.follow(asset: World.lamp, category: "dead-lamp", key: "0123456789abcdef")
        }
        #expect(try await world.journal.read { try ReportStore.counts($0) } == [:])
    }
}
