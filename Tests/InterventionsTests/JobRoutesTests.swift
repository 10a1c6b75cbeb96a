// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Testing

@testable import Interventions

@Suite struct JobRoutesTests {
    @Test func aJobIsAskedForByHandAndGoesThroughItsLife() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            #expect(try await ada.get("/console/jobs").text.contains("No job is open."))
            #expect(try await ada.get("/console/jobs/new").status == .ok)
            let form: KeyValuePairs = [
                "key": "by-hand-0123456789", "department": "roads", "title": "<b>Trou</b>", "category": "pothole",
                "address": "12 rue des Forges",
                "place": "47.3220, 5.0405", "urgency": "1", "promised": "2026-11-25", "details": "<script>alert(1)</script>",
            ]
            let made = try await ada.post("/console/jobs", form)
            #expect(made.status == .seeOther && made.headers[.location] == "/console/jobs/1")
            #expect(try await ada.post("/console/jobs", form).headers[.location] == "/console/jobs/1", "an impatient finger")
            let path = "/console/jobs/1"
            #expect(try await ada.post(path + "/acts", ["act": "start"]).status == .conflict, "the permit is not confirmed")
            for act: KeyValuePairs in [
                ["act": "plan", "plan-crew": "roads-1", "plan-day": "2026-11-23", "plan-time": "10:00"], ["act": "lock", "lock-on": "yes"],
                ["act": "confirm", "confirm-safety": "permit"], ["act": "start", "start-crew": "roads-1"],
                ["act": "note", "note-text": "camion 4"],
                ["act": "time", "time-minutes": "30"], ["act": "cost", "cost-euros": "12,50", "cost-what": "sable"],
                ["act": "parts", "parts-name": "bag", "parts-count": "2"], ["act": "sign", "sign-name": "M. Blanc"],
                ["act": "finish", "finish-proof": "word", "finish-name": "Voirie 1", "finish-text": "fait"],
            ] {
                #expect(try await ada.post(path + "/acts", act).status == .seeOther, "\(act)")
            }
            let job = try await room.world.job(1)
            #expect(job.state == .done && job.cents == 3000 + 1250 && job.minutes == 30 && job.commune.insee == "21231")
            #expect(job.promisedAt == Instant(year: 2026, month: 11, day: 25, hour: 17), "18 h on the wall of Dijon")
            for wrong: KeyValuePairs in [
                ["act": "explode"], ["act": "reopen"], ["act": "time", "time-minutes": "x"], ["act": "cost", "cost-what": "x"],
                ["act": "sign"], ["act": "order", "order-after": "0"],
            ] {
                #expect(try await ada.post(path + "/acts", wrong).status == .unprocessableContent, "\(wrong)")
            }
            #expect(try await ada.post(path + "/acts", ["act": "start"]).status == .conflict)
            #expect(try await ada.post(path + "/acts", ["act": "note", "note-text": "x"], forged: true).status == .forbidden)
            let sheet = try await ada.get(path).text
            #expect(sheet.contains("camion 4") && sheet.contains("M. Blanc") && sheet.contains("sable") && sheet.contains("2 × bag"))
            #expect(!sheet.contains("<script>alert") && !sheet.contains("<b>Trou"))
            #expect(try await ada.get(path + "/order").text.contains("Mission order 1"))
            #expect(try await ada.get("/console/jobs/77").status == .notFound)
            #expect(try await ada.get("/console/jobs/crews").text.contains("Lighting 1"))
        }
    }

    @Test func whatIsNotRightIsSaidFieldByField() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            for (wrong, field): (KeyValuePairs<String, String>, String) in [
                (["key": "by-hand-0123456789", "department": "parks", "title": "a", "address": "b"], "department"),
                (["key": "by-hand-0123456789", "department": "roads", "title": "a"], "address"),
                (["key": "by-hand-0123456789", "department": "roads", "title": "a", "place": "1000, 2"], "place"),
                (["key": "x", "department": "roads", "title": "a", "address": "b"], "key"),
                (["key": "by-hand-0123456789", "department": "roads", "title": "a", "address": "b", "promised": "soon"], "promised"),
                (["key": "by-hand-0123456789", "department": "roads", "title": "a", "asset": "no-such"], "asset"),
            ] {
                let answer = try await ada.post("/console/jobs", wrong)
                #expect(answer.status == .unprocessableContent && answer.text.contains(field), "\(field)")
            }
            #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM job")!.int(0) } == 0)
        }
    }

    @Test func whoSeesOneCommuneSeesNoOther() async throws {
        let room = try await Room.make()
        try await room.world.ask(.report(1))
        _ = try await room.world.desk.ask(World.need(.report(2), at: World.east, commune: "21515"), by: "vigie")
        try await room.with { ada in
            let (kim, bob) = (ada.like("kim"), ada.like("bob"))
            let list = try await kim.get("/console/jobs").text
            #expect(list.contains("/console/jobs/2\"") && !list.contains("/console/jobs/1\""))
            for path in ["/console/jobs/1", "/console/jobs/1/order", "/console/jobs/1/photos/1"] {
                #expect(try await kim.get(path).status == .notFound, "\(path)")
            }
            let note: KeyValuePairs = ["act": "note", "note-text": "x"]
            #expect(try await kim.post("/console/jobs/1/acts", note).status == .forbidden)
            #expect(try await kim.post("/console/jobs/2/acts", note).status == .seeOther)
            #expect(try await bob.post("/console/jobs/2/acts", note).status == .forbidden)
            #expect(try await bob.get("/console/jobs/new").status == .forbidden)
            let csv = try await kim.get("/console/jobs.csv").text
            #expect(csv.split(separator: "\r\n").count == 2 && csv.contains("\r\n2;report;roads;"))
            let away: KeyValuePairs = [
                "key": "by-hand-0123456789", "department": "roads", "title": "a", "place": "47.3220, 5.0405",
            ]
            #expect(try await kim.post("/console/jobs", away).status == .forbidden)
        }
    }
}
