// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import JournalTesting
import Testing

@testable import Reports

/// What others are told of where and of what was typed.
@Suite struct PublicPlaceTests {
    private static func tree(_ precision: Category.Precision?) -> CategoryTree {
        var categories = World.tree.categories
        for i in categories.indices where categories[i].parent.isEmpty { categories[i].precision = precision }
        return CategoryTree(
            categories: categories, departments: World.tree.departments, bodies: World.tree.bodies, rules: [], fallback: "front")
    }

    @Test func aSquareIsTheSameForAllPlacesInItAndAHundredMetresWide() {
        for (longitude, latitude) in [(5.0405, 47.322), (-60.0, -14.6), (55.5, -21.1), (179.9999, 84.99), (-179.9999, -84.99), (0, 0)] {
            let place = Place(longitude: longitude, latitude: latitude)
            let middle = Ground.square(place)
            #expect(middle.isValid && middle.metres(to: place) <= 75, "\(place)")
            #expect(Ground.square(middle) == middle)
        }
        let one = Ground.square(World.forges)
        let row = (0..<40).map {
            Ground.square(Place(longitude: World.forges.longitude + Double($0) * 0.0002, latitude: World.forges.latitude))
        }
        #expect(row.contains(one) && Set(row.map { $0.longitude }).count < 10)
    }

    @Test(arguments: TestJournal.engines)
    func aCategorySaysHowExactlyItsPlaceIsTold(engine: Engine) async throws {
        let home = Place(longitude: 5.04137, latitude: 47.32204)
        for precision in [Category.Precision.exact, .street, .area, nil] {
            let tree = Self.tree(precision)
            let world = try await World.make(engine, tree: tree)
            var draft = World.pothole(description: "Devant chez M. Roy, 06 12 34 56 78")
            draft.place = home
            let number = try await world.reports.create(draft).report.number
            try await world.reports.act(.release(true), on: number, by: .staff("ada"))
            let report = try #require(try await world.reports.report(number))
            let ground = try await world.reports.ground.current()
            let shown = ground.forOthers(report, tree)
            let place = try #require(shown.place)
            #expect(shown.description == "Devant chez [nom masqué], [téléphone masqué]")
            #expect(report.description == "Devant chez M. Roy, 06 12 34 56 78" && report.place == home)
            switch precision {
            case .exact: #expect(place == home && shown.address == "12 rue des Forges")
            case .street, nil:
                // In the middle of its stretch of the street, which is 151 m long and so has two.
                #expect(shown.address == "Rue des Forges" && abs(place.latitude - 47.322) < 1e-9)
                #expect(abs(place.longitude - 5.0415) < 1e-5, "\(place)")
            case .area: #expect(shown.address == "Rue des Forges" && place == Ground.square(home))
            }
            // The crew goes there.
            #expect(ground.forCrews(report).place == home && ground.forCrews(report).address == "12 rue des Forges")
            let row = OpenDataRow(
                report: {
                    var copy = report; copy.place = ground.shownPlace(of: report, tree); return copy
                }(), title: nil)
            #expect(row.csv(.french).contains("5.041370,47.322040") == (precision == .exact))
        }
    }

    @Test func equipmentThatIsNamedIsShownWhereItStands() async throws {
        let world = try await World.make()
        let tree = Self.tree(nil)
        var draft = ReportDraft(category: "dead-lamp", place: World.forges, channel: .app)
        let near = try await world.reports.create(draft).report
        draft.asset = World.lamp
        let named = try await world.reports.create(draft).report
        #expect(tree.precision(of: near) == .street && tree.precision(of: named) == .exact)
        #expect(Self.tree(.area).precision(of: named) == .area)
    }

    @Test func aPlaceFarFromAnyRoadIsToldByItsSquare() async throws {
        let world = try await World.make()
        let ground = try await world.reports.ground.current()
        let field = Place(longitude: 5.0205, latitude: 47.3410)
        #expect(ground.place(field, .street) == Ground.square(field))
        #expect(ground.place(Place(longitude: 400, latitude: 400), .street).isValid)
    }

    // MARK: Release

    @Test(arguments: TestJournal.engines)
    func whatIsReleasedIsMaskedUnlessAPersonLetsItStand(engine: Engine) async throws {
        let world = try await World.make(engine)
        let reports = world.reports
        var draft = World.pothole(description: "Épave AB-123-CD, voir Mme Roy")
        draft.address = "12 rue des Forges, appt 4"
        let made = try await reports.create(draft)
        let (number, token) = (made.report.number, try await reports.subscribe(to: made.report.number))
        func seen() async throws -> Report { try #require(try await reports.follow(token)).report }
        #expect(try await seen().description == "")
        try await reports.act(.release(true), on: number, by: .staff("ada"))
        #expect(try await seen().description == "Épave [plaque masquée], voir [nom masqué]")
        #expect(try await seen().address == "12 rue des Forges, [porte masquée]")
        #expect(try await reports.events(of: number).last?.facts["masked"] == "3")
        try await reports.act(.release(true, showing: ["AB-123-CD"]), on: number, by: .staff("ada"))
        #expect(try await seen().description == "Épave AB-123-CD, voir [nom masqué]")
        // Inside, and to whoever wrote it, it is what it was.
        let own = try #require(try await reports.follow(made.token)).report
        #expect(own.description == draft.description && own.address == draft.address)
        try await reports.act(.release(false), on: number, by: .staff("ada"))
        #expect(try await seen().description == "")
        #expect(try await reports.report(number)?.published == "")
        // What was released before anything was masked is masked as it is read.
        try await world.journal.write { try $0.run("UPDATE report SET is_released = 1") }
        #expect(try await seen().description == "Épave [plaque masquée], voir [nom masqué]")
        // And it ends with the text.
        try await reports.act(.release(true), on: number, by: .staff("ada"))
        try await world.journal.write { _ = try ReportDestruction.run(at: World.start + .days(1826), in: $0) }
        let rest = try await world.journal.read { try $0.rows("SELECT description, published, published_address FROM report") }
        #expect(rest.allSatisfy { $0.text(0) == "" && $0.text(1) == "" && $0.text(2) == "" })
    }

    @Test func theDeskMarksWhatItFindsAndOneActMasksIt() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let made = try await room.world.reports.create(World.pothole(description: "<i>Voir</i> M. Roy, 06 12 34 56 78"))
            let path = "/console/reports/\(made.reference)"
            let sheet = try await ada.get(path).text
            #expect(sheet.contains("<mark class=\"personal\" title=\"a telephone number\">06 12 34 56 78"))
            #expect(sheet.contains("name=\"release-show\" value=\"M. Roy\"") && sheet.contains("&lt;i&gt;Voir&lt;/i&gt;"))
            #expect(
                try await ada.post(path + "/acts", ["act": "release", "release-on": "yes", "release-show": "M. Roy"]).status == .seeOther)
            #expect(try await room.world.reports.report(made.report.number)?.published == "<i>Voir</i> M. Roy, [téléphone masqué]")
            #expect(try await ada.get(path).text.contains("Published as:"))
            #expect(try await ada.get("/app/reports/\(made.reference)").text.contains("06 12") == false)
            // What nobody marked cannot be shown by naming it.
            #expect(try await ada.post(path + "/acts", ["act": "release", "release-show": "nothing"]).status == .seeOther)
            #expect(try await room.world.reports.report(made.report.number)?.published == "<i>Voir</i> [nom masqué], [téléphone masqué]")
        }
    }

    @Test func whoeverWritesIsToldWhatWillNotBePublished() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let number = try await ada.post("/api/app/guess", ["q": "Un trou, 06 12 34 56 78"]).text
            let none = try await ada.post("/api/app/guess", ["q": "Un trou de 50 cm"]).text
            let long = try await ada.post("/api/app/guess", ["q": String(repeating: "M. R", count: 1_000)]).status
            #expect(number.contains("\"hint\":\"A telephone number shows here: it will not be published.\""), "\(number)")
            #expect(!none.contains("hint") && long == .ok)
        }
    }

    @Test func searchEnginesReadTheAppAndNoSecretPage() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            let robots = try await ada.get("/robots.txt")
            #expect(robots.status == .ok && robots.headers[.contentType] == "text/plain; charset=utf-8")
            let lines = robots.text.split(separator: "\n").map(String.init)
            // RFC 9309: the longest rule that the path begins with decides.
            func isAllowed(_ path: String) -> Bool {
                let rules = lines.compactMap { line -> (Bool, String)? in
                    let parts = line.split(separator: " ").map(String.init)
                    return parts.count == 2 && parts[0].hasSuffix("llow:") ? (parts[0] == "Allow:", parts[1]) : nil
                }
                return rules.filter { path.hasPrefix($0.1) }.max { $0.1.count < $1.1.count }?.0 ?? true
            }
            for path in ["/app", "/app/around", "/app/services", "/app/reports/1-B", "/assets/app.js", "/open-data/reports.csv"] {
                #expect(isAllowed(path), "\(path)")
            }
            for path in [
                "/", "/console", "/console/reports", "/allo", "/terrain", "/api/reports", "/app/follow/abc", "/app/mail/abc",
                "/app/compte", "/app/mine", "/app/encombrants/suivi/abc", "/open311/v2/tokens/x.json",
            ] {
                #expect(!isAllowed(path), "\(path)")
            }
        }
    }
}
