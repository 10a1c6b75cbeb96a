// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@testable import Services

@Suite struct WasteTests {
    private func day(_ text: String) -> CivilDay { CivilDay(text) ?? CivilDay(number: 0) }

    private func sector(_ rule: WasteSector.HolidayRule, days: [Int] = [1, 3, 5], shifts: [WasteSector.Shift] = []) -> WasteSector {
        WasteSector(
            code: "a", title: Words("A", "A"), territory: Territory(communes: ["21231"]),
            collections: [.init(kind: "bin", days: days)], holidays: rule, shifts: shifts)
    }

    private func days(_ sector: WasteSector, _ from: String, _ count: Int) -> [String] {
        WasteRules.pickups(of: sector, .metropole, from: day(from), days: count).map(\.day.iso).sorted()
    }

    /// The week of Wednesday 11 November 2026.
    @Test func aHolidayMovesWhatTheSectorSays() {
        #expect(days(sector(.usual), "2026-11-09", 7) == ["2026-11-09", "2026-11-11", "2026-11-13"])
        #expect(days(sector(.next), "2026-11-09", 7) == ["2026-11-09", "2026-11-12", "2026-11-13"])
        #expect(days(sector(.previous), "2026-11-09", 7) == ["2026-11-09", "2026-11-10", "2026-11-13"])
        #expect(days(sector(.cancelled), "2026-11-09", 7) == ["2026-11-09", "2026-11-13"])
        #expect(days(sector(.restOfWeek), "2026-11-09", 7) == ["2026-11-09", "2026-11-12", "2026-11-14"])
    }

    @Test func whatIsMovedIntoTheDaysShownIsThereAndSaysWhy() {
        let found = WasteRules.pickups(of: sector(.next), .metropole, from: day("2026-11-12"), days: 1)
        #expect(found.map(\.day.iso) == ["2026-11-12"] && found.first?.moved?.from == day("2026-11-11"))
        #expect(found.first?.moved?.why.french == "11 novembre")
        #expect(days(sector(.next), "2026-11-11", 1).isEmpty)
    }

    @Test func theCitysOwnShiftGoesBeforeTheRule() {
        let moved = sector(.next, shifts: [.init(from: day("2026-11-11"), to: day("2026-11-14")), .init(from: day("2026-11-13"), to: nil)])
        #expect(days(moved, "2026-11-09", 7) == ["2026-11-09", "2026-11-14"])
    }

    @Test func evenAndOddWeeksAreThoseOfTheCalendar() {
        var even = sector(.usual, days: [2])
        even.collections[0].weeks = .even
        // 2026-11-24 lies in week 48; week 53 of 2026 is followed by week 1: two odd weeks beside each other.
        #expect(days(even, "2026-11-16", 14) == ["2026-11-24"])
        even.collections[0].weeks = .odd
        #expect(days(even, "2026-12-28", 14) == ["2026-12-29", "2027-01-05"])
    }

    @Test func aStreetGoesBeforeItsCommuneKindByKind() {
        let street = Territory(streets: [.init(name: "Rue de la Liberté", commune: "21231", side: .even, houses: DayRange(2, 40))])
        let catalogue = {
            var catalogue = ServiceCatalogue()
            catalogue.wasteKinds = [
                WasteKind(code: "bin", title: Words("Bac", "Bin")), WasteKind(code: "glass", title: Words("Verre", "Glass")),
            ]
            catalogue.wasteSectors = [
                WasteSector(
                    code: "all", title: Words("Partout", "All"), territory: Territory(communes: ["21231"]),
                    collections: [.init(kind: "bin", days: [1]), .init(kind: "glass", days: [3])]),
                WasteSector(
                    code: "centre", title: Words("Centre", "Centre"), territory: street, collections: [.init(kind: "bin", days: [2])]),
            ]
            return catalogue
        }()
        func found(_ home: Home) -> [String] {
            WasteRules.pickups(catalogue, for: home, from: day("2026-11-23"), days: 7).map { "\($0.day.weekday)\($0.kind)" }
        }
        #expect(found(Home(label: "", street: "rue de la liberte", commune: "21231", house: 12)) == ["2bin", "3glass"])
        #expect(found(Home(label: "", street: "Rue de la Liberté", commune: "21231", house: 13)) == ["1bin", "3glass"])
        #expect(found(Home(label: "", street: "Rue de la Liberté", commune: "21231", house: 42)) == ["1bin", "3glass"])
        #expect(found(Home(label: "", street: "Rue-de-la-Liberté", commune: "21231")) == ["2bin", "3glass"])
        #expect(found(Home(label: "", street: "Rue des Forges", commune: "21515")) == [])
    }

    @Test func theCalendarFileIsOfRFC5545() throws {
        var catalogue = ServiceCatalogue()
        catalogue.wasteKinds = [
            WasteKind(code: "bin", title: Words("Ordures, restes; « ménagères » et encore bien d'autres choses très longues à dire", "Bin"))
        ]
        catalogue.wasteSectors = [sector(.next)]
        let home = Home(label: "12 Rue des Forges, 21000 Dijon", street: "Rue des Forges", commune: "21231")
        let pickups = WasteRules.pickups(catalogue, for: home, from: day("2026-11-09"), days: 7)
        let text = WasteCalendar.text(pickups, catalogue, home, language: .french, at: Instant(year: 2026, month: 11, day: 9))
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines.first == "BEGIN:VCALENDAR" && lines.suffix(2) == ["END:VCALENDAR", ""])
        #expect(lines.allSatisfy { $0.utf8.count <= 75 && !$0.contains("\n") })
        #expect(lines.filter { $0 == "BEGIN:VEVENT" }.count == 3)
        #expect(lines.contains("DTSTART;VALUE=DATE:20261112") && lines.contains("DTEND;VALUE=DATE:20261113"))
        let unfolded = text.replacing("\r\n ", with: "")
        #expect(
            unfolded.contains(
                "SUMMARY:Collecte : Ordures\\, restes\\; « ménagères » et encore bien d'autres choses très longues à dire\r\n"))
        #expect(Set(lines.filter { $0.hasPrefix("UID:") }).count == 3)
    }
}
