// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import Testing

@testable import Reports

@Suite struct ReportRoutesTests {
    @Test func anEmptyDeskSaysSoAndAReportArrivesInIt() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let empty = try await ada.get("/console/reports")
            #expect(empty.status == .ok && empty.text.contains("No report is open."))
            let receipt = try await room.world.reports.create(World.pothole(description: "<script>alert(1)</script>"))
            let list = try await ada.get("/console/reports").text
            #expect(list.contains("/console/reports/\(receipt.reference)"))
            #expect(list.contains("Pothole") && !list.contains("Nid-de-poule"))
            let sheet = try await ada.get("/console/reports/\(receipt.reference)").text
            #expect(!sheet.contains("<script>alert") && sheet.contains("&lt;script"))
            #expect(sheet.contains("Why this department?"))
            #expect(sheet.replacing("&#39;", with: "'").contains("Category 'Roads'"))
            #expect(try await ada.get("/console/reports?q=zzz&show=all").text.contains("No report matches this filter."))
        }
    }

    @Test func whileOneTypesTheDeskIsToldOfCategoriesAndLikelyRepeats() async throws {
        let room = try await Room.make()
        let known = try await room.world.reports.create(World.pothole(description: "Gros trou devant la boulangerie"))
        try await room.with { ada in
            let path = "/api/reports/while-typing?category=pothole&lat=47.322&long=5.0405&q=trou%20devant%20la%20boulangerie"
            let told = try await ada.get(path)
            #expect(told.status == .ok && told.text.contains("\"reference\":\"\(known.reference)\""))
            let guess = try await ada.get("/api/reports/while-typing?q=un%20nid-de-poule")
            #expect(guess.text.contains("\"category\":\"pothole\"") && guess.text.contains("\"likely\":[]"))
            #expect(try await ada.get("/api/reports/while-typing?lat=47").status == .unprocessableContent)
            #expect(try await ada.get("/api/reports/while-typing?lat=91&long=1").status == .unprocessableContent)
        }
    }

    @Test func aStandardAnswerIsInTheLanguageOfWhoReadsIt() async throws {
        let report = try await Room.make().world.reports.create(World.pothole()).report
        for (language, text) in [(Language.french, "Merci."), (.english, "Thank you.")] {
            let form = Form([("act", "answer"), ("answer-standard", "thanks"), ("answer-text", "")])
            let act = try ReportActForm(form, report: report, tree: World.tree, zone: .gmt, citizen: language).act()
            guard case .answer(let said) = act else { Issue.record("no answer"); return }
            #expect(said == text)
        }
    }

    @Test func aReportIsMadeByHandAndGoesThroughItsLife() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let form: KeyValuePairs = [
                "category": "pothole", "channel": "phone", "address": "12 rue des Forges", "place": "47.3220, 5.0405",
                "answer-where": "lane", "description": "trou", "name": "Anne", "phone": "0380123456", "key": "by-hand-0123456789",
            ]
            let made = try await ada.post("/console/reports", form)
            #expect(made.status == .seeOther)
            let path = made.headers[.location] ?? ""
            #expect(path == "/console/reports/1-B")
            // The same form again, sent by an impatient finger, is the same report; what is near is said first.
            let known = try await ada.post("/console/reports", form)
            #expect(known.status == .ok && known.text.contains("Known already") && known.text.contains("1-B"))
            for act: KeyValuePairs in [
                ["act": "qualify", "qualify-category": "pothole"], ["act": "assign", "assign-department": "roads", "assign-text": ""],
                ["act": "start"], ["act": "note", "note-text": "camion 4"], ["act": "answer", "answer-standard": "thanks"],
                ["act": "promise", "promise-day": "2026-11-30", "promise-text": "pluie"],
                ["act": "finish", "finish-proof": "word", "finish-name": "Luc", "finish-text": ""], ["act": "close"],
            ] {
                #expect(try await ada.post(path + "/acts", act).status == .seeOther, "\(act)")
            }
            // Two things in one: the other half becomes a report of its own, once, and each names the other.
            #expect(try await ada.get("/console/reports/new?split=1-B&category=pothole").text.contains("12 rue des Forges"))
            let half: KeyValuePairs = [
                "split": "1-B", "category": "pothole", "address": "12 rue des Forges", "place": "47.3220, 5.0405", "answer-where": "lane",
                "description": "un autre trou", "key": "the-other-half-0123456",
            ]
            let second = ReportReference(Report.Number(2)).description
            for _ in 0..<2 { #expect(try await ada.post("/console/reports", half).headers[.location] == "/console/reports/\(second)") }
            let other = try #require(try await room.world.reports.report(Report.Number(2)))
            #expect(other.splitFrom == Report.Number(1) && other.channel == .phone)
            let splits = try await room.world.journal.read { try ReportStore.events(of: Report.Number(1), in: $0) }.filter {
                $0.what == .split
            }
            #expect(splits.map { $0.facts["into"] } == [second])
            #expect(try await ada.get("/console/reports/new?split=99-Z").status != .ok)
            let report = try #require(try await room.world.reports.report(Report.Number(1)))
            #expect(report.state == .closed && report.proof == .word)
            #expect(report.promisedAt == Instant(year: 2026, month: 11, day: 30, hour: 17), "18 h on the wall of Dijon")
            #expect(try await ada.post(path + "/acts", ["act": "start"]).status == .conflict)
            for wrong: KeyValuePairs in [
                ["act": "explode"], ["act": "reopen"], ["act": "duplicate", "duplicate-of": "1-C"],
                ["act": "contest", "contest-text": "x"],
                ["act": "answer", "answer-standard": "nothing"],
            ] {
                #expect(try await ada.post(path + "/acts", wrong).status == .unprocessableContent, "\(wrong)")
            }
            #expect(try await ada.post(path + "/acts", ["act": "reopen", "reopen-text": "x"], forged: true).status == .forbidden)
            let sheet = try await ada.get(path).text
            #expect(sheet.contains("camion 4") && sheet.contains("Merci."))
            #expect(!sheet.contains("0380123456"), "who may be called back stands nowhere on the sheet")
        }
    }

    @Test func whoMayBeCalledBackIsSeenByWhoMayCallAndTheLogSaysSo() async throws {
        let room = try await Room.make()
        let receipt = try await room.world.reports.create(World.pothole(contact: ReportContact(name: "Anne", phone: "0380123456")))
        try await room.with { ada in
            let path = "/console/reports/\(receipt.reference)/contact"
            #expect(try await ada.like("bob").post(path, ["look-reason": "curious"]).status == .forbidden)
            #expect(try await ada.like("kim").post(path, ["look-reason": "curious"]).status == .forbidden)
            #expect(try await ada.post(path, [:]).status == .unprocessableContent, "a reason is asked for")
            let shown = try await ada.post(path, ["look-reason": "rappel"])
            #expect(shown.status == .ok && shown.text.contains("0380123456"))
        }
        let entries = try await room.world.journal.read { try Logbook.search(in: $0) }
        #expect(entries.count == 1 && entries[0].text.english.hasSuffix("rappel"))
    }

    @Test func whoSeesOneCommuneSeesNoOther() async throws {
        let (room, dijon, quetigny) = try await Room.ofTwoCommunes()
        try await room.with { ada in
            let kim = ada.like("kim")
            let list = try await kim.get("/console/reports").text
            #expect(list.contains("\(quetigny.reference)") && !list.contains("\(dijon.reference)"))
            #expect(try await kim.get("/console/reports/\(dijon.reference)").status == .notFound)
            #expect(try await kim.get("/api/reports/\(dijon.reference)").status == .notFound)
            #expect(try await kim.get("/console/reports/\(quetigny.reference)").status == .ok)
            let csv = try await kim.get("/console/reports.csv?show=all").text
            #expect(csv.contains("\(quetigny.reference);") && !csv.contains("\(dijon.reference);"))
            let reject: KeyValuePairs = ["act": "reject", "reject-text": "x"]
            #expect(try await kim.post("/console/reports/\(dijon.reference)/acts", reject).status == .forbidden)
            #expect(try await kim.post("/console/reports/\(quetigny.reference)/acts", reject).status == .seeOther)
            let bob = ada.like("bob")
            #expect(try await bob.get("/console/reports").status == .ok)
            #expect(try await bob.get("/console/reports/new").status == .forbidden)
            #expect(try await bob.post("/console/reports/\(dijon.reference)/acts", ["act": "start"]).status == .forbidden)
        }
    }

    @Test func whatWasMadeToBeJoinedIsJoinedAtTheNextSending() async throws {
        let room = try await Room.make()
        let other = try await room.world.reports.create(World.pothole())
        // It was made, and the room fell before it was joined.
        _ = try await room.world.reports.create(World.pothole("by-hand-0123456789"))
        try await room.with { ada in
            func send(_ join: String) async throws -> HTTPResponse.Status {
                let form: KeyValuePairs = [
                    "category": "pothole", "channel": "phone", "place": "47.3220, 5.0405", "answer-where": "lane", "known": "yes",
                    "key": "by-hand-0123456789", "join": join,
                ]
                return try await ada.post("/console/reports", form).status
            }
            let unknown = try await send("99-Z")
            #expect(unknown == .unprocessableContent)
            for _ in 0..<2 { #expect(try await send("\(other.reference)") == .seeOther) }
        }
        #expect(try await room.world.reports.report(Report.Number(2))?.duplicateOf == other.report.number)
        #expect(try await room.world.reports.events(of: Report.Number(2)).map(\.what) == [.received, .duplicate])
    }

    @Test func nothingIsJoinedToAReportThatIsNotOnesOwnToTouch() async throws {
        let (room, dijon, quetigny) = try await Room.ofTwoCommunes()
        try await room.with { ada in
            let kim = ada.like("kim")
            let form: KeyValuePairs = [
                "category": "pothole", "channel": "phone", "place": "47.3320, 5.0805", "answer-where": "lane", "known": "yes",
                "key": "by-hand-0123456789", "join": "\(dijon.reference)",
            ]
            let made = try await kim.post("/console/reports", form)
            #expect(made.status == .unprocessableContent)
            let join: KeyValuePairs = ["act": "duplicate", "duplicate-of": "\(dijon.reference)"]
            #expect(try await kim.post("/console/reports/\(quetigny.reference)/acts", join).status == .unprocessableContent)
        }
        #expect(try await room.world.reports.report(quetigny.report.number)?.state == .received)
        #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM report")?.int(0) } == 2, "nothing was made either")
    }

    @Test func aCellOfTheExportIsNoFormula() async throws {
        let room = try await Room.make()
        var draft = World.pothole()
        draft.address = "=HYPERLINK(\"http://example.org\")"
        _ = try await room.world.reports.create(draft)
        try await room.with { ada in
            let csv = try await ada.get("/console/reports.csv").text
            #expect(csv.contains("'=HYPERLINK") && !csv.contains(";=HYPERLINK"))
            #expect(csv.split(separator: "\r\n").count == 2)
        }
    }

    @Test func aDeviceTellsOfItsAssetOnceAndNeverBesideAnOpenReport() async throws {
        let room = try await Room.make()
        let lamps = (1...8).map { "L-\($0);lamp;5.0405;47.3220" }.joined(separator: "\n")
        let kinds = AssetImport.Options(kinds: [World.lampKind], file: "lamps.csv")
        let imported = try AssetImport.run(Array("id;kind;lon;lat\n\(lamps)\n".utf8), kinds, into: room.world.journal, at: World.start)
        #expect(imported.count(.accepted) == 8, "\(imported)")
        // The room of the tests knows one lamp by its number.
        let id = try await room.world.journal.read { transaction in
            try (1...8).map { "L-\($0)" }.first { try AssetStore.find(Asset.ID($0)!, in: transaction)?.number == World.lamp }
        }
        let lamp = try #require(id)
        @Sendable func body(_ key: String, _ asset: String? = nil) -> String {
            let asset = asset ?? lamp
            return
                "{\"key\":\"device-0123456789-\(key)\",\"category\":\"dead-lamp\",\"asset\":\"\(asset)\",\"channel\":\"alarm\",\"description\":\"U<180 V\"}"
        }
        try await room.with { ada in
            let first = try await ada.json("/api/reports", body("a"))
            #expect(first.status == .created && first.text.contains("\"follow\":\""), "\(first.text)")
            #expect(try await ada.json("/api/reports", body("a")).text == first.text)
            for _ in 0..<2 {
                let second = try await ada.json("/api/reports", body("b"))
                #expect(second.status == .ok && second.text.contains("\"1-B\"") && !second.text.contains("follow"))
            }
            #expect(try await ada.json("/api/reports", body("c", "L-9")).status == .unprocessableContent)
            #expect(try await ada.like("bob").json("/api/reports", body("d")).status == .forbidden)
            // Whoever works for Quetigny says nothing of a lamp of Dijon by placing it there.
            let there = body("e").dropLast() + ",\"longitude\":\(World.east.longitude),\"latitude\":\(World.east.latitude)}"
            #expect(try await ada.like("kim").json("/api/reports", String(there)).status == .forbidden)
        }
        let report = try #require(try await room.world.reports.report(Report.Number(1)))
        #expect(report.asset == World.lamp && report.channel == .alarm && report.place != nil)
        let events = try await room.world.reports.events(of: report.number)
        #expect(events.map(\.what) == [.received, .noted] && events[1].text == "U<180 V" && !events[1].isPublic)
        #expect(try await room.world.reports.report(Report.Number(2)) == nil)
    }

    @Test func aProgramMakesOneReportHoweverOftenItSends() async throws {
        let room = try await Room.make()
        let body = """
            {"key":"program-0123456789","category":"graffiti","longitude":5.0405,"latitude":47.322,"description":"tag","channel":"open311"}
            """
        try await room.with { ada in
            let first = try await ada.json("/api/reports", body)
            #expect(first.status == .created && first.headers[.location] == "/api/reports/1-B")
            let again = try await ada.json("/api/reports", body)
            #expect(again.status == .ok && again.text == first.text)
            #expect(first.text.contains("\"follow\":\"") && first.text.contains("\"state\":\"received\""))
            let read = try await ada.get("/api/reports/1-B")
            #expect(read.status == .ok && !read.text.contains("follow"))
            for (text, status) in [
                ("", HTTPResponse.Status.badRequest), ("[]", .badRequest), ("{}", .badRequest), ("{\"category\":5}", .badRequest),
                ("{\"category\":\"graffiti\"}", .unprocessableContent),
                ("{\"category\":\"graffiti\",\"address\":\"x\",\"channel\":\"pigeon\"}", .unprocessableContent),
                ("{\"category\":\"graffiti\",\"longitude\":5}", .unprocessableContent),
                ("{\"category\":\"graffiti\",\"longitude\":1e300,\"latitude\":47}", .unprocessableContent),
                ("{\"category\":\"roads\",\"address\":\"x\"}", .unprocessableContent),
                ("{\"category\":\"graffiti\",\"address\":\"a\\u0000b\"}", .unprocessableContent),
                ("{\"category\":\"graffiti\",\"longitude\":4.8,\"latitude\":47.1}", .unprocessableContent),
                (String(repeating: "[", count: 60_000), .badRequest),
                ("\"" + String(repeating: "x", count: 70_000) + "\"", .contentTooLarge),
            ] {
                #expect(try await ada.json("/api/reports", text).status == status, "\(text.prefix(80))")
            }
            #expect(try await ada.like("bob").json("/api/reports", body).status == .forbidden)
        }
        #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM report")!.int(0) } == 1)
    }

    @Test(arguments: ["0-A", "1-C", "99999999999999999999-A", "%00", "..%2F..", "1-B%00", "'--", "new/../1-B"])
    func anAddressThatIsNoReportIsNotFound(text: String) async throws {
        let room = try await Room.make()
        _ = try await room.world.reports.create(World.pothole())
        try await room.with { ada in
            let answer = try await ada.get("/console/reports/\(text)")
            #expect(answer.status != .ok)
        }
    }
}
