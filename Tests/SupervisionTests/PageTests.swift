// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Testing
import Watch

@testable import Supervision

@Suite struct PageTests {
    @Test(arguments: [
        "/console/map", "/console/alarms", "/console/alarms/hand-over", "/console/assets", "/console/assets/L-2", "/console/orders",
        "/console/orders/new", "/console/log", "/console/log/verification", "/console/health", "/console/accounts", "/console/accounts/1",
        "/console/help/map", "/console/help/alarms",
    ])
    func everyScreenOpensWithATitleAndWithoutInlineScript(path: String) async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let page = try await visitor.get(path)
            #expect(page.status == .ok, "\(path): \(page.text.prefix(300))")
            #expect(page.text.contains("<h1"))
            #expect(!page.text.contains("<script>") && !page.text.contains(" style=") && !page.text.contains("onclick"))
            #expect(!page.text.contains("<b>"), "an address of the inventory came out unescaped")
        }
    }

    @Test func aVisitorWithoutASessionIsSentToSignIn() async throws {
        let world = try await World.make()
        try await Application(responder: world.responder).test(.router) { client in
            let answer = try await Visitor(client: client, cookie: "").get("/console/alarms")
            #expect(answer.status == .seeOther || answer.status == .unauthorized)
        }
        await world.close()
    }

    @Test func whoeverMayOnlyLookCannotAct() async throws {
        try await World.visit("bob") { visitor, _ async throws -> Void in
            let page = try await visitor.get("/console/alarms")
            #expect(page.status == .ok)
            #expect(!page.text.contains("Acquitter les cochées"))
            #expect(try await visitor.post("/console/alarms/acts", ["act": "acknowledge", "target": "a1"]).status == .forbidden)
            #expect(try await visitor.get("/console/accounts").status == .forbidden)
            #expect(try await visitor.get("/console/orders/new").status == .forbidden)
        }
    }

    /// What is kept of people is said in one place only.
    @Test func theAccountsPagePointsAtTheRegister() async throws {
        try await World.visit("ada") { visitor, _ async throws -> Void in
            let page = try await visitor.get("/console/accounts")
            #expect(page.text.contains("href=\"/console/privacy#register\"") && !page.text.contains("account_session"))
        }
    }

    @Test func whoeverIsBoundToACommuneSeesOnlyItsAssets() async throws {
        try await World.visit("eve") { visitor, _ async throws -> Void in
            let list = try await visitor.get("/api/assets")
            #expect(list.text.contains("\"total\":1") && list.text.contains("L-7"), "\(list.text)")
            #expect(try await visitor.get("/console/assets/L-2").status == .notFound)
            #expect(try await visitor.get("/console/assets/L-7").status == .ok)
        }
    }

    @Test func theListFiltersBySearchKindAndState() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            #expect(try await visitor.get("/api/assets?kind=lamp").text.contains("\"total\":6"))
            #expect(try await visitor.get("/api/assets?q=eglise&kind=cabinet").text.contains("\"total\":1"))
            #expect(try await visitor.get("/api/assets?state=unknown&commune=21171").text.contains("\"total\":1"))
            #expect(try await visitor.get("/api/assets?abnormal=1").text.contains("\"total\":0"))
            #expect(try await visitor.get("/api/assets?limit=0").status == .unprocessableContent)
        }
    }

    @Test func aReadingOverHTTPIsOnDiskBeforeTheAnswerAndOnTheSheetAfter() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let time = World.night.milliseconds
            let body = "{\"id\":\"L-2\",\"t\":\(time),\"seq\":1,\"level\":100,\"power\":60}\n{\"id\":\"nobody\",\"t\":\(time)}\nnot json\n"
            let page = try await visitor.get("/console/map").text
            let token = page.range(of: "name=\"csrf-token\" content=\"").map { String(page[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
            let answer = try await visitor.client.executeRequest(
                uri: "/api/readings", method: .post,
                headers: [
                    .cookie: visitor.cookie, .contentType: "application/x-ndjson", HTTPField.Name("X-CSRF-Token")!: token,
                ], body: ByteBuffer(string: body))
            #expect(answer.status == .ok, "\(answer.text)")
            #expect(answer.text.contains("\"taken\":1") && answer.text.contains("unknownDevice") && answer.text.contains("notJSON"))
            let sheet = try await visitor.get("/console/assets/L-2")
            #expect(sheet.text.contains("60,0"), "the power of the reading is not on the sheet")
        }
    }

    @Test func anEntryWrittenIsInTheLogAndTheChainHolds() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            #expect(try await visitor.post("/console/log", ["text": "Équipe sur place <script>", "subject": "L-2"]).status == .seeOther)
            let page = try await visitor.get("/console/log").text
            #expect(page.contains("Équipe sur place &lt;script&gt;"))
            #expect(try await visitor.get("/console/log/verification").text.contains("intacte"))
            #expect(try await visitor.get("/console/log.jsonl").text.contains("\"hash\""))
            #expect(try await visitor.get("/console/assets/L-2").text.contains("Équipe sur place"))
        }
    }

    @Test func anAssetGoesOutOfServiceWithAReasonAndComesBack() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            #expect(try await visitor.post("/console/assets/L-3/outage", ["reason": ""]).status == .unprocessableContent)
            #expect(try await visitor.post("/console/assets/L-3/outage", ["reason": "mât plié"]).status == .seeOther)
            #expect(try await visitor.get("/console/assets/L-3").text.contains("mât plié"))
            #expect(try await visitor.post("/console/assets/L-3/outage", ["reason": "encore"]).status == .conflict)
            #expect(try await visitor.post("/console/assets/L-3/return", [:]).status == .seeOther)
        }
    }

    @Test func anOrderIsPreviewedPlacedAndShownWithItsLedger() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let fields: KeyValuePairs = [
                "scope": "assets", "which": "L-2 #3-4", "command": "level", "level": "50", "for": "60", "authority": "operator",
                "reason": "essai",
            ]
            let preview = try await visitor.post("/console/orders/preview", fields)
            #expect(preview.status == .ok && preview.text.contains("Envoyer à 3 équipements"), "\(preview.text.suffix(3000))")
            let placed = try await visitor.post("/console/orders", fields)
            #expect(placed.status == .seeOther && placed.headers[.location] == "/console/orders/1", "\(placed.text.prefix(500))")
            let sheet = try await visitor.get("/console/orders/1").text
            #expect(sheet.contains("essai") && sheet.contains("L-4"))
            #expect(try await visitor.get("/console/orders/1/ledger.csv").text.split(separator: "\r\n").count == 4)
            #expect(try await visitor.post("/console/orders/1/end", ["how": "cancel"]).status == .seeOther)
            #expect(preview.text.contains("Régler le niveau à 50 %, pendant 1 heure"))
            let entries = try await world.journal.read { try Logbook.search(in: $0) }.filter { $0.author == "ada" }.map(\.text.french)
            #expect(Set(entries) == ["Ordre 1 donné : Régler à 50 %, 3 équipements. essai", "Ordre 1 annulé"], "\(entries)")
        }
    }

    @Test func aSheetSaysFaultsByNameAndDoesNotCompareWithWhatIsUnknown() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let unheard = try await visitor.get("/console/assets/L-3").text
            #expect(unheard.contains("class=\"compare\" aria-hidden=\"true\">?<"), "\(unheard)")
            try await world.send("{\"id\":\"L-2\",\"t\":\(World.night.milliseconds),\"seq\":1,\"level\":100,\"power\":60,\"faults\":66}")
            let sheet = try await visitor.get("/console/assets/L-2").text
            #expect(sheet.contains("alimentation (driver), choc") && !sheet.contains(">0b"))
        }
    }

    @Test func aWallOfScreensShowsFiguresInPlaceOfTools() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let wall = Visitor(client: visitor.client, cookie: "\(visitor.cookie); vigie-theme=wall")
            let page = try await wall.get("/console/map").text
            #expect(page.contains("class=\"wall\"") && page.contains("data-theme=\"wall\"") && page.contains("data-count=\"standing\""))
            #expect(!(try await visitor.get("/console/map").text.contains("class=\"wall\"")))
        }
    }

    @Test func anOrderWithWrongFieldsNamesEachOfThem() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let answer = try await visitor.post(
                "/console/orders/preview",
                [
                    "scope": "assets", "which": "X-99", "command": "level", "level": "140", "for": "60", "authority": "operator",
                    "reason": "r",
                ])
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("X-99") && answer.text.contains("140"))
        }
    }

    @Test func tilesHoldSingleAssetsCloseByAndCountsFromAfar() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let place = Place(longitude: 5.0415, latitude: 47.32).mercator
            let near = try await visitor.get("/tiles/live/14/\(place.x >> 18)/\(place.y >> 18).mvt")
            #expect(near.status == .ok && near.text.contains("assets"))
            let far = try await visitor.get("/tiles/live/10/\(place.x >> 22)/\(place.y >> 22).mvt")
            #expect(far.status == .ok && far.text.contains("cells"))
            #expect(try await visitor.get("/tiles/live/23/0/0.mvt").status == .notFound)
            #expect(try await visitor.get("/tiles/live/3/9/0.mvt").status == .notFound)
        }
    }

    @Test func theStyleOfTheMapIsJSONInBothThemes() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            for theme in ["light", "dark"] {
                let style = try await visitor.get("/console/map/style.json?theme=\(theme)")
                let json = try JSONSerialization.jsonObject(with: Data(style.text.utf8)) as? [String: Any]
                #expect((json?["layers"] as? [Any])?.count == 13)
            }
        }
    }

    @Test func aLassoFindsWhatLiesInside() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            let area = percentEncodedArea("5.0405,47.31 5.0422,47.31 5.0422,47.33 5.0405,47.33")
            #expect(try await visitor.get("/api/assets/within?area=\(area)").text == "{\"numbers\":[1,2,3,4]}")
            #expect(try await visitor.get("/api/assets/within?area=1,2").status == .unprocessableContent)
        }
    }

    private func percentEncodedArea(_ text: String) -> String { text.replacing(" ", with: "%20").replacing(",", with: "%2C") }

    @Test func metricsAndHealthSpeakPlainText() async throws {
        try await World.visit { visitor, _ async throws -> Void in
            #expect(try await visitor.get("/healthz").text == "ok\n")
            #expect(try await visitor.get("/readyz").text == "ready\n")
            let metrics = try await visitor.get("/metrics").text
            #expect(metrics.contains("vigie_refusals_total{reason=\"notJSON\"} 0"))
        }
    }
}
