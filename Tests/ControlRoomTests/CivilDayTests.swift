// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@Suite struct CivilDayTests {
    @Test func aDayIsReadAndWritten() {
        for text in ["2026-11-22", "2024-02-29", "1999-12-31", "2000-01-01"] { #expect(CivilDay(text)?.iso == text) }
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "26-11-22", "2026-11-2", "2026/11/22", "+026-11-22", ""] {
            #expect(CivilDay(text) == nil, "\(text)")
        }
    }

    @Test func weekdaysAndWeeksAreThoseOfISO8601() {
        #expect(CivilDay("2026-11-22")?.weekday == 7 && CivilDay("1970-01-01")?.weekday == 4 && CivilDay("1969-12-28")?.weekday == 7)
        // The years at whose ends weeks and years disagree (ISO 8601, annex).
        for (day, week) in [("2021-01-03", 53), ("2021-01-04", 1), ("2024-12-30", 1), ("2026-12-31", 53), ("2027-01-01", 53)] {
            #expect(CivilDay(day)?.week == week, "\(day)")
        }
    }

    @Test func theWallKnowsItsDayAndItsMinute() {
        let night = Instant(year: 2026, month: 6, day: 30, hour: 22, minute: 30)
        #expect(WallTime.paris.day(at: night).iso == "2026-07-01")
        #expect(WallTime.paris.instant(CivilDay(year: 2026, month: 7, day: 1), minute: 30) == night)
        // Summer time ends in the night to 25 October 2026: 02:30 comes twice.
        let autumn = CivilDay(year: 2026, month: 10, day: 25)
        #expect(WallTime.paris.instant(autumn, minute: 150) == Instant(year: 2026, month: 10, day: 25, hour: 0, minute: 30))
        #expect(WallTime.paris.instant(autumn, minute: 240) == Instant(year: 2026, month: 10, day: 25, hour: 3))
        let spring = CivilDay(year: 2026, month: 3, day: 29)
        #expect(WallTime.paris.instant(spring, minute: 240) == Instant(year: 2026, month: 3, day: 29, hour: 2))
    }

    /// Published dates of the three that move (data.gouv.fr, 'Jours fériés en France').
    @Test(arguments: [
        ("2019-04-22", "2019-05-30", "2019-06-10"), ("2024-04-01", "2024-05-09", "2024-05-20"), ("2026-04-06", "2026-05-14", "2026-05-25"),
        ("2038-04-26", "2038-06-03", "2038-06-14"),
    ])
    func movingHolidaysFallWhereTheyWerePublished(monday: String, ascension: String, whit: String) {
        for (text, name) in [(monday, "Lundi de Pâques"), (ascension, "Ascension"), (whit, "Lundi de Pentecôte")] {
            #expect(CivilDay(text).flatMap { PublicHolidays.metropole.name(of: $0) }?.french == name)
        }
    }

    @Test func aYearHasElevenAndTwoMoreInAlsace() {
        for year in 2000...2040 {
            let days = (0..<366).map { CivilDay(year: year, month: 1, day: 1) + $0 }.filter { $0.date.year == year }
            let holidays = Set(days.filter { PublicHolidays.metropole.name(of: $0) != nil })
            // Ascension and 1 or 8 May may be one day (2008).
            #expect(holidays.count == 11 || year == 2008 && holidays.count == 10, "\(year)")
            #expect(days.count { PublicHolidays.alsaceMoselle.name(of: $0) != nil } == holidays.count + 2)
        }
    }

    private static let published = "/dijon/jours_feries_metropole.csv"
    private static func file() -> String? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return ["../shared/data", "../../shared/data"].map { root.appending(path: $0 + published).path(percentEncoded: false) }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    @Test(.enabled(if: Self.file() != nil, "the shared data are not at hand"))
    func everyPublishedHolidayIsOneAndNoOtherIs() throws {
        let lines = try String(contentsOfFile: try #require(Self.file()), encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
        let published = Set(lines.compactMap { CivilDay($0.prefix(10)) })
        let (first, last) = (try #require(published.min()), try #require(published.max()))
        #expect(published.count > 200)
        let years = first.date.year...last.date.year
        let found =
            (CivilDay(year: years.lowerBound, month: 1, day: 1).number...CivilDay(year: years.upperBound, month: 12, day: 31).number)
            .map { CivilDay(number: $0) }.filter { PublicHolidays.metropole.name(of: $0) != nil }
        #expect(Set(found) == published)
    }
}
