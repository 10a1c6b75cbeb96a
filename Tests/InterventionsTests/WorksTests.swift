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
import Testing

@testable import Interventions

/// Works by street: conflicts with their ways out, lists of owners, changes with their effect, files for others.
@Suite struct WorksTests {
    private static let today = WallText.day("2026-11-23")!
    private func day(_ text: String) -> Int64 { WallText.day(text)! }

    private func works(
        _ number: Int64, _ sort: StreetWorks.Sort, _ from: String, _ to: String, _ street: String = "Rue des Forges",
        at shape: String = "", _ impact: StreetWorks.Impact = .none
    ) -> StreetWorks {
        var works = StreetWorks(
            number: number, street: street, commune: Commune(insee: "21231"), title: "t\(number)", sort: sort, body: "b", from: day(from),
            to: day(to))
        (works.shape, works.impact) = (WorksShape(shape), impact)
        return works
    }

    private func conflicts(_ all: StreetWorks...) -> [WorksRules.Conflict] { WorksRules.conflicts(all, today: Self.today) }

    // MARK: Rules

    @Test func aSurfaceBeforeTheWaterMainIsSwappedAndTheSwapSolvesIt() throws {
        let (surface, main) = (works(1, .surface, "2026-12-01", "2026-12-10"), works(2, .dig, "2027-01-04", "2027-01-20"))
        let found = try #require(conflicts(surface, main).first)
        #expect(found.rule == .newSurface && found.rule.isSerious)
        let moves = try #require(found.proposal?.moves)
        #expect(moves.map(\.number) == [2, 1])
        #expect(moves[0].from == day("2026-12-01") && moves[0].to == day("2026-12-17") && moves[1].from == day("2026-12-18"))
        let after = moves.map { move in
            var copy = move.number == 1 ? surface : main
            (copy.from, copy.to) = (move.from, move.to)
            return copy
        }
        let effect = WorksRules.effect(of: after, on: [surface, main], today: Self.today)
        #expect(effect.caused.isEmpty && effect.solved.count == 1)
        // What is laid already cannot wait: the diggers do, for three years.
        let laid = try #require(conflicts(works(1, .surface, "2026-11-01", "2026-11-10"), main).first?.proposal)
        #expect(
            laid.words.english.contains("2029-11-10") && laid.moves == [.init(number: 2, from: day("2029-11-10"), to: day("2029-11-26"))])
    }

    @Test func trenchesAreSharedAndOpenedOnce() throws {
        let together = try #require(conflicts(works(1, .dig, "2026-12-01", "2026-12-10"), works(2, .dig, "2026-12-05", "2026-12-20")).first)
        #expect(together.rule == .sameTime && together.proposal?.moves.isEmpty == true)
        #expect(together.proposal?.words.english.contains("2026-12-01 to 2026-12-20") == true)
        let twice = try #require(conflicts(works(1, .dig, "2026-12-01", "2026-12-10"), works(2, .dig, "2027-03-01", "2027-03-10")).first)
        #expect(twice.rule == .openedTwice && !twice.rule.isSerious && twice.proposal?.moves.first?.from == day("2026-12-11"))
        #expect(conflicts(works(1, .dig, "2026-12-01", "2026-12-10"), works(2, .dig, "2027-08-01", "2027-08-10")).isEmpty)
        var gone = works(2, .dig, "2026-12-05", "2026-12-20")
        gone.isCancelled = true
        #expect(conflicts(works(1, .dig, "2026-12-01", "2026-12-10"), gone).isEmpty)
    }

    @Test func whereWorksAreDecidesWhetherTheyMeet() throws {
        let west = "{\"type\":\"LineString\",\"coordinates\":[[5.00,47.32],[5.01,47.32]]}"
        let east = "{\"type\":\"Point\",\"coordinates\":[5.03,47.32]}"
        let cross = "{\"type\":\"LineString\",\"coordinates\":[[5.005,47.31],[5.005,47.33]]}"
        #expect(
            conflicts(works(1, .dig, "2026-12-01", "2026-12-10", at: west), works(2, .dig, "2026-12-01", "2026-12-10", at: east)).isEmpty)
        #expect(try #require(WorksShape(west)).metres(to: #require(WorksShape(cross))) == 0, "they cross between their ends")
        let closures = conflicts(
            works(1, .other, "2026-12-01", "2026-12-10", at: west, .closed),
            works(2, .other, "2026-12-05", "2026-12-10", "Rue Monge", at: cross, .closed))
        #expect(closures.first?.rule == .closures)
        #expect(
            conflicts(
                works(1, .other, "2026-12-01", "2026-12-10", at: west, .closed),
                works(2, .other, "2026-12-05", "2026-12-10", "Rue Monge", at: east, .closed)
            ).isEmpty)
        for wrong in [
            "", "{", "[]", "{\"type\":\"Point\",\"coordinates\":[500,1]}", "{\"type\":\"Point\",\"coordinates\":[]}",
            "{\"type\":\"LineString\",\"coordinates\":[]}", "{\"type\":\"Circle\",\"coordinates\":[1,2]}",
            "{\"type\":\"Polygon\",\"coordinates\":[]}", "{\"type\":\"LineString\",\"coordinates\":[[1,2],\"x\"]}",
            "{\"type\":\"LineString\",\"coordinates\":[" + Array(repeating: "[1,2]", count: 501).joined(separator: ",") + "]}",
        ] { #expect(WorksShape(wrong) == nil, "\(wrong.prefix(60))") }
        for right in [west, east, "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[1,2],[2,2],[1,2]]],[[[3,2],[4,2],[3,2]]]]}"] {
            #expect(WorksShape(right).flatMap { WorksShape($0.text) } == WorksShape(right))
        }
    }

    @Test func theDaysShownAreThoseOfTheStep() throws {
        func query(_ text: KeyValuePairs<String, String>) -> WorksQuery {
            WorksQuery(Form(text.map { ($0.key, $0.value) }), today: Self.today)
        }
        #expect(WallText.day(query([:]).from) == "2026-10-01" && WallText.day(query([:]).to) == "2026-12-31")
        #expect(WallText.day(query(["step": "month"]).to) == "2026-11-30")
        #expect(WallText.day(query(["step": "year"]).turned(-1).from) == "2025-01-01")
        #expect(WallText.day(query(["step": "month", "from": "2027-01"]).turned(-1).from) == "2026-12-01")
        #expect(query([:]).turned(1).turned(-1) == query([:]))
        for odd in ["-1", "2026-13-01", "9999999999", "x", ""] {
            #expect(query(["from": odd, "page": odd, "step": odd]).from == query([:]).from)
        }
    }

    // MARK: Lists

    private static let list = """
        Numéro;Voie;Commune;Objet;Nature;Maître d'ouvrage;Date début;Date fin;Circulation;État;Observations
        G-1;Rue des Forges;21231;Renouvellement gaz;réseau gaz;GRDF;2027-01-04;20/01/2027;Route barrée;programmé;x
        G-2;Rue Monge;Dijon;Branchement;branchement;GRDF;2027-02-01;2027-02-03;;demandé;
        G-3;Rue Monge;Lyon;Branchement;gaz;GRDF;2027-02-01;2027-02-03;;;
        G-4;;21231;Branchement;gaz;GRDF;2027-02-31;2027-02-03;;;
        G-5;Rue Monge;21231;Branchement;licorne;GRDF;2027-03-05;2027-03-01;volant;;
        G-1;Rue Monge;21231;Doublon;gaz;GRDF;2027-02-01;2027-02-03;;;
        """

    private func file(_ text: String) -> WorksFile {
        WorksFile(Array(text.utf8), communes: ["21231": "Dijon", "21515": "Quetigny"]) {
            $0.longitude < 5.06 ? Commune(insee: "21231") : .outside
        }
    }

    @Test func eachBadLineSaysWhatWouldBeRightAndTheRestIsRead() throws {
        let read = file(Self.list)
        #expect(read.drafts.map(\.reference) == ["G-1", "G-2"] && read.lines == 6)
        #expect(
            read.drafts[0].facts["to"] == "2027-01-20" && read.drafts[0].facts["impact"] == "closed"
                && read.drafts[0].facts["sort"] == "dig")
        #expect(read.drafts[1].facts["commune"] == "21231" && read.drafts[1].facts["stage"] == "wished")
        func fields(_ line: Int) -> [String] { read.faults.filter { $0.line == line }.map(\.field) }
        #expect(
            fields(4) == ["commune"] && fields(5) == ["rue", "debut"] && fields(6) == ["fin", "nature", "circulation"]
                && fields(7) == ["numero"])
        #expect(read.faults.allSatisfy { !$0.right.french.isEmpty && !$0.what.english.isEmpty })
        let missing = file("rue;objet\nRue Monge;x\n")
        #expect(missing.drafts.isEmpty && missing.faults.map(\.field) == ["numero", "debut", "fin"])
    }

    @Test func hostileFilesCostNothing() throws {
        let many = "numero,rue,objet,debut,fin,commune\n" + (0..<5_100).map { "\($0),Rue A,x,2027-01-01,2027-01-02,21231\n" }.joined()
        let read = file(many)
        #expect(read.drafts.count == 5_000 && read.faults.count == 1 && read.faults[0].line == 0)
        let formula = file("numero;rue;objet;debut;fin;commune\n=1+1;=HYPERLINK(\"\"x\"\");@x\u{1};2027-01-01;2027-01-02;21231\n")
        #expect(formula.drafts.count == 1 && formula.drafts[0].facts["title"] == "@x ")
        for wrong in [
            "", "\u{0}", "{", "{}", "{\"type\":\"FeatureCollection\"}", "{\"type\":\"FeatureCollection\",\"features\":[1,null,{}]}", "a",
            "\"",
            "numero;rue;objet;debut;fin\n\"G-1;Rue", String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
            String(repeating: ";", count: 5_000), "numero;rue;objet;debut;fin;commune\n1;2;3;4;5;6;7;8;9\n",
        ] {
            let read = file(wrong)
            #expect(read.drafts.isEmpty && !read.faults.isEmpty, "\(wrong.prefix(40))")
        }
        #expect(!WorksFile([0xFF, 0xFE, 0x41, 0x00], communes: [:]) { _ in .outside }.faults.isEmpty)
        #expect(!WorksFile(Array(repeating: 65, count: 9_000_000), communes: [:]) { _ in .outside }.faults.isEmpty)
        let long = String(repeating: "é", count: 300)
        #expect(file("numero;rue;objet;debut;fin;commune\n1;\(long);x;2027-01-01;2027-01-02;21231\n").faults.map(\.field) == ["rue"])
    }

    @Test func geoJSONIsReadAndItsPlaceSaysTheCommune() throws {
        let text = """
            {"type":"FeatureCollection","features":[
            {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[5.04,47.32]},
             "properties":{"rue":"Rue Monge","objet":"Eau","nature":"eau","debut":"2027-01-04T08:00:00+01:00","fin":"2027-01-05"}},
            {"type":"Feature","id":8,"geometry":{"type":"Point","coordinates":[5.5,47.32]},
             "properties":{"rue":"Rue Monge","objet":"Eau","debut":"2027-01-04","fin":"2027-01-05"}},
            {"type":"Feature","id":9,"geometry":{"type":"Point","coordinates":["x",47.32]},
             "properties":{"rue":"Rue Monge","objet":"Eau","debut":"2027-01-04","fin":"2027-01-05"}}]}
            """
        let read = file(text)
        #expect(
            read.drafts.map(\.reference) == ["7"] && read.drafts[0].facts["commune"] == "21231"
                && read.drafts[0].facts["from"] == "2027-01-04")
        #expect(read.faults.map { "\($0.line) \($0.field)" } == ["2 commune", "3 geometry"])
    }

    @Test(arguments: TestJournal.engines)
    func aListIsTakenOnceKeepsWhatTheRoomMovedAndCanBeTakenBack(engine: Engine) async throws {
        let world = try await World.make(engine)
        func bring(_ text: String) async throws -> WorksImport.Outcome {
            let outcome = try await world.desk.propose(worksFile: Array(text.utf8), name: "g.csv", source: "grdf")
            try await world.desk.accept(worksImport: outcome.number!, by: "ada")
            return outcome
        }
        func all() async throws -> [StreetWorks] { try await world.journal.read { try WorksStore.works(from: 0, in: $0) } }
        let first = try await bring(Self.list)
        #expect(first.count(.made) == 2 && !first.faults.isEmpty)
        #expect(try await all().map(\.reference) == ["G-1", "G-2"])
        #expect(try await bring(Self.list).count(.same) == 2)
        #expect(try await all().map(\.version) == [1, 1])
        await #expect(throws: JobFault.unknown) { try await world.desk.accept(worksImport: first.number!, by: "ada") }
        // The room moves one; the same list does not move it back, what is new in the list still comes.
        var moved = try #require(try await all().first)
        moved = moved.moved(to: day("2027-01-11"))
        try await world.desk.change([moved], because: "marché de Noël", by: "ada")
        #expect(try await bring(Self.list).count(.same) == 2)
        let second = try await bring(Self.list.replacing("Renouvellement gaz", with: "Renouvellement du gaz"))
        #expect(second.count(.changed) == 1)
        let standing = try #require(try await all().first)
        #expect(standing.title == "Renouvellement du gaz" && standing.from == day("2027-01-11") && standing.version == 3)
        // Taking back: only what the second list did; then the first, whose works were changed since.
        try await world.desk.undo(worksImport: second.number!, by: "ada")
        #expect(try await all().first?.title == "Renouvellement gaz")
        await #expect(throws: JobFault.unknown) { try await world.desk.undo(worksImport: second.number!, by: "ada") }
        try await world.desk.undo(worksImport: first.number!, by: "ada")
        #expect(try await all().map(\.reference) == ["G-1"], "what was changed since stays")
        #expect(try await bring(Self.list).count(.changed) == 1, "what was taken back comes again")
        #expect(try await all().count == 2)
        let history = try await world.journal.read { try WorksStore.history(of: 1, in: $0) }
        #expect(
            history.map(\.what) == [.undone, .changed, .changed, .made] && history[2].text == "marché de Noël" && history[2].login == "ada")
        // Names and reasons end; the history stays and names nobody.
        _ = try await world.journal.write { try JobDestruction.run(at: World.start + .days(1_900), in: $0) }
        let later = try await world.journal.read { try WorksStore.history(of: 1, in: $0) }
        #expect(later.count == 4 && later.allSatisfy { $0.login.isEmpty && $0.text.isEmpty })
        // A called-off line of the source calls off, and a proposal nobody agreed to goes.
        let gone = try await bring(Self.list.replacing("programmé", with: "annulé"))
        #expect(gone.count(.changed) == 1)
        #expect(try await all().map(\.reference) == ["G-2"])
        _ = try await world.desk.propose(worksFile: Array(Self.list.utf8), name: "g.csv", source: "other")
        _ = try await world.journal.write { try JobDestruction.run(at: World.start + .days(2), in: $0) }
        let left = try await world.journal.read { try $0.row("SELECT COUNT(*) FROM street_works_import WHERE state = 'proposed'")!.int(0) }
        #expect(left == 0)
        await #expect(throws: JobFault.self) { _ = try await world.desk.propose(worksFile: [], name: "x", source: "a b") }
    }

    @Test(arguments: TestJournal.engines)
    func bothMoveOrNeitherAndWhoeverSawAnOldVersionChangesNothing(engine: Engine) async throws {
        let world = try await World.make(engine)
        _ = try await world.desk.add(works(0, .surface, "2026-12-01", "2026-12-10"), by: "ada")
        _ = try await world.desk.add(works(0, .dig, "2027-01-04", "2027-01-20"), by: "ada")
        func all() async throws -> [StreetWorks] { try await world.journal.read { try WorksStore.works(from: 0, in: $0) } }
        let seen = try await all()
        try await world.desk.change([seen[1].moved(to: day("2027-01-05"))], because: "", by: "bob")
        let both = [seen[0].moved(to: day("2027-03-01")), seen[1].moved(to: day("2026-12-01"))]
        await #expect(throws: Interventions.changedSince) { try await world.desk.change(both, because: "", by: "ada") }
        #expect(try await all().map { WallText.day($0.from) } == ["2026-12-01", "2027-01-05"])
        var wrong = try await all()[0]
        wrong.commune = Commune(insee: "99999")
        let bad = wrong
        await #expect(throws: JobFault.self) { try await world.desk.change([bad], because: "", by: "ada") }
    }

    // MARK: Pages

    @Test func theCalendarIsKeptByHandWithTheEffectFirst() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            func form(_ sort: String, _ from: String, _ to: String, _ seen: String = "") -> KeyValuePairs<String, String> {
                [
                    "street": "Rue des Forges", "commune": "21231", "title": "T \(sort)", "sort": sort, "body": "Eaux", "from": from,
                    "to": to,
                    "seen": seen,
                ]
            }
            let surface = form("surface", "2026-12-01", "2026-12-10"), dig = form("dig", "2027-01-04", "2027-01-20")
            #expect(try await ada.get("/console/jobs/works").text.contains("No works announced"))
            #expect(try await ada.like("kim").post("/console/jobs/works", surface).status == .forbidden)
            #expect(try await ada.like("bob").get("/console/jobs/works/new").status == .forbidden)
            #expect(try await ada.post("/console/jobs/works", surface, forged: true).status == .forbidden)
            #expect(try await ada.post("/console/jobs/works", surface).status == .seeOther)
            let check = try await ada.post("/console/jobs/works", dig)
            #expect(check.status == .ok && check.text.contains("dig first") && check.text.contains("Keep nevertheless"))
            #expect(try await ada.post("/console/jobs/works", form("dig", "2027-01-04", "2027-01-20", "newSurface 1 9")).status == .ok)
            let answer = try await ada.post("/console/jobs/works", form("dig", "2027-01-04", "2027-01-20", "newSurface 1 0"))
            #expect(answer.status == .seeOther)
            let wrong = try await ada.post("/console/jobs/works", form("dig", "2027-01-20", "soon"))
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("A day such as") && wrong.text.contains("value=\"T dig\""))
            let page = try await ada.get("/console/jobs/works").text
            #expect(page.contains("dig first") && page.contains("/console/jobs/works/1") && page.contains("Swap:"))
            #expect(!(try await ada.like("kim").get("/console/jobs/works").text.contains("Rue des Forges")), "another commune's")
            #expect(try await ada.like("kim").get("/console/jobs/works/1").status == .notFound)
            #expect(try await ada.get("/console/jobs/works?commune=21515").text.contains("No works match this filter."))
            #expect(try await ada.get("/console/jobs/works?step=year&q=forg&body=eaux&conflicts=on").text.contains("T surface"))
            let around = try await room.world.desk.around(
                World.forges, road: "rue des forges", commune: Commune(insee: "21231"), within: 50)
            #expect(around.filter { $0.sort == .works }.count == 2)
            // The swap: its effect first, then both.
            let moves: KeyValuePairs<String, String> = ["move": "2:1:2026-12-01:2026-12-17", "move": "1:1:2026-12-18:2026-12-27"]
            let effect = try await ada.post("/console/jobs/works/moves", moves)
            #expect(effect.status == .ok && effect.text.contains("1 conflict(s) solved, 0 caused"))
            for odd in ["", "1", "1:1:x:y", "1:1:2026-12-01:2026-12-02:3", "99999999999999999999:1:2026-12-01:2026-12-02"] {
                #expect(try await ada.post("/console/jobs/works/moves", ["move": odd, "agreed": "-"]).status == .badRequest)
            }
            let agreed: KeyValuePairs<String, String> = [
                "move": "2:1:2026-12-01:2026-12-17", "move": "1:1:2026-12-18:2026-12-27", "agreed": "-", "because": "une seule ouverture",
            ]
            #expect(try await ada.post("/console/jobs/works/moves", agreed).status == .seeOther)
            #expect(try await ada.post("/console/jobs/works/moves", agreed).status == .conflict, "sent again")
            let sheet = try await ada.get("/console/jobs/works/1").text
            #expect(sheet.contains("une seule ouverture") && sheet.contains("2026-12-18") && !sheet.contains("dig first"))
            // Called off with a reason, and restored.
            #expect(try await ada.post("/console/jobs/works/2/cancel", ["version": "2"]).status == .unprocessableContent)
            #expect(try await ada.post("/console/jobs/works/2/cancel", ["version": "2", "because": "budget"]).status == .seeOther)
            #expect(try await ada.post("/console/jobs/works/2/cancel", ["version": "3", "because": "budget"]).status == .notFound)
            #expect(try await ada.get("/console/jobs/works/2/edit").status == .notFound)
            #expect(try await ada.post("/console/jobs/works/2/restore", ["version": "3", "because": "budget"]).status == .seeOther)
            #expect(try await ada.get("/console/jobs/works/99").status == .notFound)
        }
    }

    @Test func aListIsShownBeforeItIsTakenAndFilesGoOut() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let page = try await ada.get("/console/jobs").text
            let csrf = page.range(of: "name=\"csrf-token\" content=\"").map { String(page[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
            func upload(_ fields: [(String, String)], _ text: String?, as login: String = "ada") async throws -> TestResponse {
                var body = ""
                for (name, value) in fields { body += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
                if let text {
                    body += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../..\u{0}/g\u{0}.csv\"\r\n\r\n\(text)\r\n"
                }
                return try await ada.client.executeRequest(
                    uri: "/console/jobs/works/imports", method: .post,
                    headers: [.cookie: "vigie=\(ada.tokens[login] ?? "")", .contentType: "multipart/form-data; boundary=b"],
                    body: ByteBuffer(string: body + "--b--\r\n"))
            }
            #expect(try await upload([("csrf", "forged"), ("source", "grdf")], Self.list).status == .forbidden)
            #expect(try await upload([("csrf", csrf), ("source", "gr df")], Self.list).status == .unprocessableContent)
            #expect(try await upload([("csrf", csrf), ("source", "grdf")], nil).status == .unprocessableContent)
            #expect(try await upload([("csrf", csrf), ("source", "grdf")], Self.list).status == .seeOther)
            let preview = try await ada.get("/console/jobs/works/imports/1").text
            #expect(
                preview.contains("2 new, 0 changed, 0 as before, 4 lines left out") && preview.contains("licorne")
                    && preview.contains("g.csv"))
            #expect(!preview.contains(".."), "no path of a stranger")
            #expect(
                try await ada.get("/console/jobs/works.csv?step=year&from=2027-01-01").text.split(separator: "\r\n").count == 1,
                "nothing yet")
            #expect(try await ada.like("bob").post("/console/jobs/works/imports/1/accept", [:]).status == .forbidden)
            #expect(try await ada.post("/console/jobs/works/imports/1/accept", [:]).status == .seeOther)
            #expect(try await ada.post("/console/jobs/works/imports/1/accept", [:]).status == .notFound)
            #expect(try await ada.get("/console/jobs/works/imports").text.contains("g.csv"))
            let csv = try await ada.get("/console/jobs/works.csv?step=year&from=2027-01-01").text
            #expect(csv.contains("1;Rue des Forges;21231;;Renouvellement gaz;dig;GRDF;2027-01-04;2027-01-20;closed;planned;grdf;G-1;"))
            // What goes out comes back in.
            let again = WorksFile(Array(csv.utf8), communes: ["21231": "Dijon"]) { _ in .outside }
            #expect(again.drafts.count == 2 && again.faults.isEmpty, "\(again.faults)")
            let geo = try await ada.get("/console/jobs/works.geojson?step=year&from=2027-01-01").text
            #expect(try JSON(geo)["features"]?.listOrNil?.count == 2)
            let ics = try await ada.get("/console/jobs/works.ics?step=year&from=2027-01-01")
            #expect(ics.headers[.contentType] == "text/calendar; charset=utf-8")
            #expect(
                ics.text.contains("DTSTART;VALUE=DATE:20270104\r\nDTEND;VALUE=DATE:20270121\r\n") && ics.text.contains("STATUS:TENTATIVE"))
            #expect(ics.text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
            // The public is told of what is in the calendar, not of what is asked for.
            let open = try await ada.client.executeRequest(uri: "/open-data/works.csv", method: .get, headers: [:], body: nil).text
            #expect(open.contains("Renouvellement gaz") && !open.contains("Branchement"))
            for ending in ["geojson", "ics"] {
                let answer = try await ada.client.executeRequest(uri: "/open-data/works.\(ending)", method: .get, headers: [:], body: nil)
                #expect(answer.status == .ok && answer.text.contains("Rue des Forges") && !answer.text.contains("Monge"))
            }
            #expect(try await ada.post("/console/jobs/works/imports/1/undo", [:]).status == .seeOther)
            #expect(try await ada.get("/console/jobs/works/imports/1").text.contains("This import was undone."))
            #expect(try await ada.get("/console/jobs/works?step=year&from=2027-01-01").text.contains("No works announced"))
        }
    }

    @Test func aTextOfAListCannotBeginALineOfACalendar() {
        var evil = works(1, .dig, "2026-12-01", "2026-12-02", "Rue\r\nBEGIN:VEVENT")
        evil.title = "x\nATTENDEE:mailto:a@b\rEND:VEVENT;," + String(repeating: "é", count: 100)
        let text = WorksExport.calendar([evil], communes: [:], .english, at: World.start)
        #expect(text.components(separatedBy: "\r\nBEGIN:VEVENT").count == 2 && !text.contains("\r\nATTENDEE") && !text.contains("\rEND"))
        #expect(text.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 && !$0.contains("\n") })
        let csv = WorksExport.csv([works(1, .dig, "2026-12-01", "2026-12-02", "=cmd|' /C calc'!A0")], [], .english)
        #expect(csv.contains("'=cmd"))
    }
}
