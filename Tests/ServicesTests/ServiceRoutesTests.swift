// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Testing

@testable import Services

/// The pages and the API as a browser without scripts, and a program, meet them.
@Suite struct ServiceRoutesTests {
    @Test func servicesAreSearchedAndSayWhatIsOpen() async throws {
        try await City.make().with { visitor in
            let all = try await visitor.text("/app/services")
            #expect(all.contains("Mairie &lt;de&gt; Dijon") && all.contains("Portail famille") && all.contains("Ouvert jusqu’à 18\u{A0}h"))
            #expect(all.contains("https://family.example.org/") && all.contains("/app/dechets"))
            let open = try await visitor.text("/app/services?open=1")
            #expect(open.contains("/app/services/hall") && !open.contains("/app/services/library") && !open.contains("Portail famille"))
            let words = try await visitor.text("/app/services?q=CANTINE")
            #expect(words.contains("Portail famille") && !words.contains("/app/services/hall"))
            let accents = try await visitor.text("/app/services?q=media%20biblio")
            #expect(accents.contains("/app/services/library") && !accents.contains("/app/services/hall"))
            let nothing = try await visitor.text("/app/services?q=zzz")
            #expect(nothing.contains("Rien ne correspond"))
        }
    }

    @Test func aPlaceTellsItsWeekAndAnUnknownOneIsNotFound() async throws {
        try await City.make().with { visitor in
            let page = try await visitor.text("/app/services/hall")
            #expect(page.contains("href=\"tel:0353011000\"") && page.contains("lundi 23 novembre"))
            #expect(try await visitor.get("/app/services/nowhere").status == .notFound)
            let json = try await visitor.text("/api/services/hall")
            #expect(json.contains("\"open\":true") && json.contains("{\"from\":\"08:00\",\"until\":\"18:00\"}"))
            #expect(try await visitor.get("/api/services/nowhere").status == .notFound)
        }
    }

    @Test func theNearestPlaceComesFirst() async throws {
        try await City.make().with { visitor in
            let json = try await visitor.text("/api/services?near=5.08,47.33")
            let hall = try #require(json.range(of: "\"code\":\"hall\"")), library = try #require(json.range(of: "\"code\":\"library\""))
            #expect(library.lowerBound < hall.lowerBound && json.contains("\"metres\":0"))
        }
    }

    @Test func aStreetHasItsDaysAndItsCalendar() async throws {
        try await City.make().with { visitor in
            let page = try await visitor.text("/app/dechets?q=12%20rue%20des%20forges")
            #expect(page.contains("demain, mardi 24 novembre") && page.contains("la veille") && page.contains("calendrier.ics"))
            let calendar = try await visitor.get("/app/dechets/calendrier.ics?q=rue%20des%20forges")
            #expect(calendar.headers[.contentType] == "text/calendar; charset=utf-8")
            #expect(String(buffer: calendar.body).contains("DTSTART;VALUE=DATE:20261124"))
            #expect(try await visitor.text("/app/dechets?q=rue%20inconnue").contains("Cette rue est inconnue"))
            #expect(try await visitor.get("/app/dechets/calendrier.ics?q=rue%20inconnue").status == .notFound)
            #expect(try await visitor.text("/api/waste?q=rue%20des%20forges&days=3").contains("\"day\":\"2026-11-24\""))
            #expect(try await visitor.get("/api/waste").status == .unprocessableContent)
        }
    }

    @Test func anAlertIsPublishedSeenLoggedAndEnded() async throws {
        let city = try await City.make()
        try await city.with { visitor in
            #expect(try await !visitor.text("/app/services").contains("alert-line"))
            let ada = visitor.like("ada")
            let made = try await ada.post(
                "/console/services/alertes", [("level", "alarm"), ("title", "Crue de l'Ouche"), ("text", "Quittez les berges.")])
            #expect(made.status == .seeOther)
            for path in ["/app/services", "/app/dechets", "/app/alertes", "/app/alertes/bandeau"] {
                #expect(try await visitor.text(path).contains("Crue de l&#39;Ouche"), "\(path)")
            }
            #expect(try await visitor.text("/api/alerts").contains("\"level\":\"alarm\""))
            // What has no English text is shown in French.
            #expect(try await ada.text("/console/services").contains("Crue de l&#39;Ouche"))
            #expect(try await ada.post("/console/services/alertes/1/fin").status == .seeOther)
            #expect(try await !visitor.text("/app/alertes").contains("Crue"))
            #expect(try await ada.post("/console/services/alertes/1/fin").status == .conflict)
            #expect(try await ada.post("/console/services/alertes/9/fin").status == .notFound)
        }
        let log = try await city.journal.read { try $0.rows("SELECT french FROM logbook ORDER BY number").map { $0.text(0) } }
        #expect(log.filter { $0.hasPrefix("Alerte 1") }.count == 2, "\(log)")
    }

    @Test func anAlertEndsByItself() async throws {
        let city = try await City.make()
        try await city.with { visitor in
            let made = try await visitor.like("ada").post(
                "/console/services/alertes", [("title", "Verglas"), ("until", "2026-11-23T12:00"), ("commune", "21231")])
            #expect(made.status == .seeOther)
            #expect(try await visitor.text("/api/alerts?commune=21231").contains("Verglas"))
            #expect(try await !visitor.text("/api/alerts?commune=21515").contains("Verglas"))
            city.setTime(Instant(year: 2026, month: 11, day: 23, hour: 11))
            #expect(try await !visitor.text("/api/alerts").contains("Verglas"))
        }
    }

    @Test func whoMayNotPublishIsRefusedAndWhatIsWrongIsSaid() async throws {
        try await City.make().with { visitor in
            let fields = [("title", "Essai"), ("level", "info")]
            #expect(try await visitor.like("bob").post("/console/services/alertes", fields).status == .forbidden)
            #expect(try await visitor.like("eve").get("/console/services").status == .forbidden)
            // Kim's right ends at Quetigny.
            #expect(try await visitor.like("kim").post("/console/services/alertes", fields).status == .unprocessableContent)
            #expect(try await visitor.like("kim").post("/console/services/alertes", fields + [("commune", "21231")]).status == .forbidden)
            #expect(try await visitor.like("kim").post("/console/services/alertes", fields + [("commune", "21515")]).status == .seeOther)
            let ada = visitor.like("ada")
            #expect(try await ada.post("/console/services/alertes", [("title", ""), ("level", "info")]).status == .unprocessableContent)
            let past = try await ada.post("/console/services/alertes", [("title", "x"), ("until", "2026-11-23T08:00")])
            #expect(past.status == .unprocessableContent)
            #expect(
                try await ada.post("/console/services/alertes", [("title", "x"), ("commune", "99999")]).status == .unprocessableContent)
            // An alert of the whole territory is not kim's to end.
            #expect(try await ada.post("/console/services/alertes", fields).status == .seeOther)
            #expect(try await visitor.like("kim").post("/console/services/alertes/2/fin").status == .forbidden)
            #expect(try await visitor.like("kim").post("/console/services/alertes/1/fin").status == .seeOther)
        }
    }
}
