// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import Testing
import Watch

@testable import Reports

@Suite struct CallRoutesTests {
    @Test func anExchangeTellsAndThePageShowsIt() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let pbx = ada.like("pbx")
            let empty = try await ada.get("/allo")
            #expect(empty.status == .ok && empty.text.contains("Nobody waits."))
            let ringing = #"{"call":"x-1","event":"ringing","from":"0380123456","line":"3900"}"#
            let told = try await pbx.json("/api/calls", ringing)
            #expect(told.status == .ok && told.text.contains(#""number":1,"state":"ringing","new":true,"caller":true"#))
            #expect(try await pbx.json("/api/calls", ringing).text.contains(#""new":false"#))
            let page = try await ada.get("/allo").text
            #expect(page.contains("/allo/calls/1/take") && page.contains("3900") && !page.contains("0380123456"))
            for (body, status) in [
                ("", HTTPResponse.Status.badRequest), ("[]", .badRequest), ("{}", .badRequest), ("[1]", .badRequest),
                (#"{"call":"x","event":"sneezed"}"#, .unprocessableContent), (#"{"call":"","event":"ringing"}"#, .unprocessableContent),
                (#"{"call":"x","event":"ringing","at":"yesterday"}"#, .unprocessableContent),
                (#"[{"call":"x","event":"ringing"},{"call":"y","event":"ringing","at":"2030-01-01T00:00:00Z"}]"#, .unprocessableContent),
                (String(repeating: "[", count: 50_000), .badRequest),
                ("[" + String(repeating: "1,", count: 140_000) + "1]", .contentTooLarge),
            ] {
                #expect(try await pbx.json("/api/calls", body).status == status, "\(body.prefix(60))")
            }
            #expect(try await room.world.journal.read { try $0.row("SELECT COUNT(*) FROM call")!.int(0) } == 1)
            let odd = try await pbx.json("/api/calls", #"{"call":"x-2","event":"ringing","from":"anonymous"}"#)
            #expect(odd.status == .ok && odd.text.contains(#""caller":false"#), "no call is lost for a number that is none")
            #expect(try await pbx.json("/api/calls/agents", #"[{"agent":"ada","present":true}]"#).status == .ok)
            #expect(try await room.world.journal.read { try CallBackStore.present(in: $0) } == ["ada"])
            // The exchange tells, and sees nothing; others who have no such right tell nothing.
            #expect(try await pbx.get("/allo").status == .forbidden)
            #expect(try await ada.like("bob").json("/api/calls", ringing).status == .forbidden)
            #expect(try await ada.like("carl").json("/api/calls", ringing).status == .forbidden)
            #expect(try await ada.like("kim").get("/allo").status == .forbidden)
        }
    }

    @Test func aCallBecomesARequestWithWhatWasTyped() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let begun = try await ada.post("/allo/calls", [:])
            let path = begun.headers[.location] ?? ""
            #expect(path == "/allo/calls/1")
            #expect(try await ada.post(path + "/caller", ["phone": "03 80 12 34 56"]).status == .seeOther)
            // What is typed is kept; nothing of it stands in an address.
            let typed: KeyValuePairs = ["address": "12 rue des Forges", "description": "un trou énorme", "category": "", "turn": "0"]
            #expect(try await ada.post(path + "/draft", typed).headers[.location] == path)
            let page = try await ada.get(path).text
            #expect(page.contains("un trou énorme") && page.contains("value=\"pothole\""), "the words say a category")
            #expect(try await ada.post(path + "/draft", ["guess": "pothole", "description": "un trou énorme"]).status == .seeOther)
            #expect(try await ada.get(path).text.contains("answer-where"), "the questions of the category are there")
            let wrong = try await ada.post(path + "/report", ["category": "pothole", "description": "un trou", "turn": "0"])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("field-error"))
            let place: KeyValuePairs = [
                "address": "12 rue des Forges", "placed": "12 rue des Forges", "lon": "5.0405", "lat": "47.322", "category": "pothole",
                "answer-where": "lane", "description": "un trou énorme", "news": "yes", "name": "Anne", "turn": "0",
            ]
            #expect(try await ada.post(path + "/report", place).headers[.location] == path + "#outcomes")
            #expect(try await ada.post(path + "/report", place).status == .seeOther, "an impatient finger makes one")
            let after = try await ada.get(path).text
            #expect(after.contains("1 B") && after.contains("one, B for Bravo"))
            let report = try #require(try await room.world.reports.report(Report.Number(1)))
            #expect(report.place == World.forges && report.channel == .phone && report.answers == ["where": "lane"])
            #expect(try await room.world.reports.report(Report.Number(2)) == nil)
            // Taken back, ended, closed, opened again.
            #expect(try await ada.post(path + "/undo", ["place": "1"]).status == .seeOther)
            #expect(try await ada.post(path + "/undo", ["place": "1"]).status == .notFound)
            #expect(try await ada.post(path + "/close", [:]).status == .conflict, "somebody is still on the line")
            #expect(try await ada.post(path + "/end", [:]).status == .seeOther)
            #expect(try await ada.post(path + "/close", [:]).headers[.location] == "/allo")
            #expect(try await ada.post(path + "/information", ["said": "x"]).status == .conflict)
            #expect(try await ada.post(path + "/reopen", [:]).status == .seeOther)
            #expect(try await ada.post(path + "/nothing", ["remark": "faux numéro"]).status == .seeOther)
        }
    }

    @Test func aCallAboutALampIsBoundToItSoThatTheLampItselfProvesItsEnd() async throws {
        let room = try await Room.make()
        // Some lamps, of which one is the one of the tests.
        let lamps = (1...9).map { "L-\($0),lamp,5.0405,47.3220\n" }.joined()
        _ = try AssetImport.run(
            Array("id,kind,lon,lat\n\(lamps)".utf8), AssetImport.Options(file: "lamps.csv"), into: room.world.journal, at: World.start)
        let record = try #require(try await room.world.journal.read { try AssetStore.find(World.lamp, in: $0) })
        try await room.with { ada in
            _ = try await ada.post("/allo/calls", [:])
            func typed(_ category: String, _ asset: String) -> KeyValuePairs<String, String> {
                [
                    "address": "x", "placed": "x", "lon": "5.0405", "lat": "47.3220", "category": category, "asset": asset, "turn": "0",
                    "answer-where": "lane",
                ]
            }
            _ = try await ada.post("/allo/calls/1/draft", typed("pothole", "7"))
            #expect(try await !ada.get("/allo/calls/1").text.contains("name=\"asset\""))
            _ = try await ada.post("/allo/calls/1/draft", typed("dead-lamp", "7"))
            let page = try await ada.get("/allo/calls/1").text
            #expect(page.contains("name=\"asset\" value=\"7\" checked") && page.contains("\(record.id.text) · 0 m"))
            let wrong = try await ada.post("/allo/calls/1/report", typed("dead-lamp", "3"))
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("There is no such asset."))
            #expect(try await ada.post("/allo/calls/1/report", typed("dead-lamp", "7")).status == .seeOther)
            // The address was corrected after the lamp was chosen: it is the lamp of another street.
            let moved: KeyValuePairs = [
                "address": "y", "placed": "y", "lon": "5.0505", "lat": "47.3220", "category": "dead-lamp", "asset": "7", "turn": "1",
            ]
            #expect(try await ada.post("/allo/calls/1/report", moved).status == .seeOther)
        }
        #expect(try await room.world.reports.report(Report.Number(1))?.asset == World.lamp)
        let second = try #require(try await room.world.reports.report(Report.Number(2)))
        #expect(second.asset == nil && second.place != nil)
    }

    @Test func aPlaceThatIsNotTheCitysNamesWhoCaresForIt() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            _ = try await ada.post("/allo/calls", [:])
            let far: KeyValuePairs = [
                "address": "loin", "placed": "loin", "lon": "4.8", "lat": "47.1", "category": "graffiti", "turn": "0",
            ]
            let answer = try await ada.post("/allo/calls/1/report", far)
            #expect(answer.status == .unprocessableContent && answer.text.contains("Prefecture"))
            #expect(
                try await ada.post("/allo/calls/1/transfer", ["target": "prefecture"]).status == .unprocessableContent, "it has no number")
            #expect(try await ada.post("/allo/calls/1/transfer", ["target": "dir"]).status == .seeOther)
            #expect(try await ada.get("/allo/calls/1").text.contains("DIR Centre-Est"))
        }
    }

    @Test func whatIsKnownAroundAndWhatMayBeTheSameStandOnTheCall() async throws {
        let room = try await Room.make()
        let known = try await room.world.reports.create(World.pothole(description: "Gros trou devant la boulangerie")).report
        try await room.with { ada in
            _ = try await ada.post("/allo/calls", [:])
            let typed: KeyValuePairs = [
                "address": "12 rue des Forges", "placed": "12 rue des Forges", "lon": "5.04051", "lat": "47.322",
                "description": "trou devant la boulangerie",
            ]
            _ = try await ada.post("/allo/calls/1/draft", typed)
            let page = try await ada.get("/allo/calls/1").text
            #expect(page.contains("Known already?") && page.contains("/allo/calls/1/join"))
            #expect(page.contains("call-around") && page.contains("/console/reports/\(known.reference)"))
            #expect(try await ada.post("/allo/calls/1/join", ["report": "\(known.reference)"]).status == .seeOther)
            #expect(try await room.world.journal.read { try ReportStore.followers(of: known.number, in: $0) } == 1)
            // Who has the call desk alone is told what the public may know, no more, and joins none.
            let carl = ada.like("carl")
            _ = try await carl.post("/allo/calls", [:])
            _ = try await carl.post("/allo/calls/2/draft", typed)
            let bare = try await carl.get("/allo/calls/2").text
            #expect(!bare.contains("\(known.reference)") && !bare.contains("/allo/calls/2/join") && bare.contains("Pothole"))
            #expect(try await carl.post("/allo/calls/2/join", ["report": "\(known.reference)"]).status == .notFound)
            #expect(
                try await carl.post(
                    "/allo/calls/2/report",
                    ["category": "graffiti", "address": "x", "placed": "x", "lon": "5.0405", "lat": "47.322", "turn": "0"]
                ).status == .forbidden)
        }
    }

    @Test func statisticsAnswerForAnySpanAndRefuseNonsense() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            #expect(try await ada.get("/allo/statistics").text.contains("No call in this span."))
            _ = try await room.world.calls.take([
                CallSignal(call: "a", .ringing, at: World.start - .days(7)),
                CallSignal(call: "a", .answered, at: World.start - .days(7) + .seconds(10), agent: "ada"),
                CallSignal(call: "a", .ended, at: World.start - .days(7) + .seconds(190)),
                CallSignal(call: "a", .ready, at: World.start - .days(7) + .seconds(220)),
            ])
            let page = try await ada.get("/allo/statistics?from=2026-11-14&to=2026-11-14&plan=2026-11-21").text
            #expect(page.contains("09:00") && page.contains("100.0"), "at nine on the wall of Dijon")
            let csv = try await ada.get("/allo/statistics.csv?from=2026-11-14&to=2026-11-14&plan=2026-11-21").text
            #expect(csv.split(separator: "\r\n").count == 97)
            #expect(csv.contains("09:00;1.0;0;10.0;1.0;0.0;1.0;0.233;2;0.0"))
            for wrong in [
                "from=2026-11-20&to=2026-11-10", "from=2020-01-01&to=2026-11-10", "from=x", "target=0", "target=100", "within=-1",
            ] {
                #expect(try await ada.get("/allo/statistics?\(wrong)").status == .unprocessableContent, "\(wrong)")
            }
        }
    }

    @Test func callbacksAreAListWithItsActs() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            _ = try await ada.post("/allo/calls", [:])
            let promise: KeyValuePairs = ["due": "60", "why": "horaires", "callback-name": "Anne", "callback-phone": "0611223344"]
            #expect(try await ada.post("/allo/calls/1/callback", ["due": "60", "why": "horaires"]).status == .unprocessableContent)
            #expect(try await ada.post("/allo/calls/1/callback", promise).status == .seeOther)
            let list = try await ada.get("/allo/callbacks").text
            #expect(list.contains("horaires") && !list.contains("Anne") && !list.contains("06 11 22 33 44") && !list.contains("0611223344"))
            let shown = try await ada.post("/allo/callbacks/1/number", [:])
            #expect(shown.status == .ok && shown.text.contains("06 11 22 33 44") && shown.text.contains("Anne"))
            #expect(try await ada.post("/allo/callbacks/1/later", [:]).status == .seeOther)
            #expect(try await ada.post("/allo/callbacks/1/done", [:]).status == .seeOther)
            #expect(try await ada.post("/allo/callbacks/1/done", [:]).status == .notFound)
            #expect(try await ada.get("/allo/callbacks").text.contains("Nobody waits to be called back."))
        }
    }
}

@Suite struct LikelyAtTheDeskTests {
    @Test func aSheetNamesWhatItMayRepeatAndOneClickJoins() async throws {
        let room = try await Room.make()
        let first = try await room.world.reports.create(World.pothole(description: "Gros trou devant la boulangerie")).report
        let second = try await room.world.reports.create(World.pothole(description: "trou devant la boulangerie")).report
        try await room.with { ada in
            #expect(
                try await ada.get("/console/reports").text.contains("/console/reports/\(second.reference)#duplicates"), "a mark on the list"
            )
            let path = "/console/reports/\(second.reference)"
            let sheet = try await ada.get(path).text
            #expect(sheet.contains("Perhaps known already") && sheet.contains("Join to \(first.reference)"))
            #expect(!sheet.contains("Join to \(second.reference)"), "not with itself")
            #expect(try await !ada.like("bob").get(path).text.contains("Join to"), "who only looks joins nothing")
            #expect(try await ada.post(path + "/acts", ["act": "duplicate", "duplicate-of": "\(first.reference)"]).status == .seeOther)
            #expect(try await room.world.reports.report(second.number)?.duplicateOf == first.number)
            #expect(try await !ada.get(path).text.contains("Perhaps known already"))
        }
    }

    @Test func aReportByHandIsSavedAndJoinedInOne() async throws {
        let room = try await Room.make()
        let first = try await room.world.reports.create(World.pothole(description: "Gros trou devant la boulangerie")).report
        try await room.with { ada in
            let form: KeyValuePairs = [
                "category": "pothole", "channel": "phone", "address": "12 rue des Forges", "place": "47.3220, 5.0405",
                "answer-where": "lane",
                "description": "trou devant la boulangerie", "key": "by-hand-0123456789",
            ]
            let known = try await ada.post("/console/reports", form)
            #expect(known.status == .ok && known.text.contains("Save and join to \(first.reference)"))
            let joined: KeyValuePairs = [
                "category": "pothole", "channel": "phone", "address": "12 rue des Forges", "place": "47.3220, 5.0405",
                "answer-where": "lane",
                "description": "trou devant la boulangerie", "key": "by-hand-0123456789", "known": "yes", "join": "\(first.reference)",
            ]
            #expect(try await ada.post("/console/reports", joined).status == .seeOther)
            #expect(try await room.world.reports.report(Report.Number(2))?.duplicateOf == first.number)
        }
    }

    @Test func equipmentThatIsOutStandsAgainstReportsOfTheSameQuestion() async throws {
        let world = try await World.make()
        let lamp = FloorTroubleNear(
            asset: World.lamp, kindName: "lamp", kind: Words("lampadaire", "lamp"), state: Words("En défaut", "Faulty"), isAlarm: false,
            place: World.forges, meters: 3, since: World.start)
        var door = lamp
        (door.asset, door.isAlarm) = (Asset.Number(8), true)
        let troubles = [lamp, door]
        let reports = Reports(journal: world.journal, clock: Clock { World.start }, troubles: { _ in troubles })
        for (isStaff, assets) in [(true, Set([World.lamp, Asset.Number(8)])), (false, Set([World.lamp]))] {
            let found = try await reports.whileTyping(
                "le lampadaire est éteint", category: "dead-lamp", place: World.forges, isStaff: isStaff)
            #expect(Set(found.outages.map(\.trouble.asset)) == assets && found.likely.isEmpty)
        }
        #expect(try await reports.whileTyping("un graffiti", category: "graffiti", place: World.far, isStaff: true).outages.isEmpty)
        // They were there for the question only.
        let quiet = Reports(journal: world.journal, clock: Clock { World.start })
        #expect(try await quiet.whileTyping("lampadaire éteint", category: "dead-lamp", place: World.forges, isStaff: true).outages.isEmpty)
    }

    @Test func everyStateHasTheActThatFollowsAmongItsActs() {
        for state in Report.State.allCases {
            guard let act = ReportRules.likeliest(from: state) else { continue }
            #expect(ReportRules.next(state, act) != nil, "\(state)")
        }
        let letters = ReportAct.Sort.allCases.filter { $0 != .contest && $0 != .confirm }.map(ReportActsPart.letter)
        #expect(Set(letters).count == letters.count && !letters.contains("d"), "'d' joins to what is likely")
    }
}
