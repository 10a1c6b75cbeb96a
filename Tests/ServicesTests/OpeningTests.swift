// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Services

@Suite struct OpeningTests {
    private func day(_ text: String) -> CivilDay { CivilDay(text) ?? CivilDay(number: 0) }
    private func moment(_ text: String, _ hour: Int, _ minute: Int = 0) -> OpeningRules.Moment {
        .init(day: day(text), minute: hour * 60 + minute)
    }

    /// Monday to Friday with a pause, Saturday morning from April to September; two days before Christmas off.
    private let hours = OpeningHours(
        rules: [
            .init(days: [1, 2, 3, 4, 5], ranges: [DayRange(480, 750), DayRange(810, 1050)]),
            .init(days: [1, 2, 3, 4, 5], ranges: [DayRange(480, 720)], season: Season(from: 701, until: 831)),
            .init(days: [6], ranges: [DayRange(540, 720)], season: Season(from: 701, until: 831)),
        ],
        exceptions: [.init(from: CivilDay(year: 2026, month: 12, day: 23), until: CivilDay(year: 2026, month: 12, day: 24), ranges: [])])

    private func verdict(_ moment: OpeningRules.Moment) -> OpeningRules.Verdict { OpeningRules.verdict(hours, .metropole, at: moment) }

    @Test func itIsOpenFromTheFirstMinuteToBeforeTheLast() {
        #expect(verdict(moment("2026-11-23", 8)) == .open(until: 750))
        #expect(verdict(moment("2026-11-23", 12, 29)) == .open(until: 750))
        #expect(verdict(moment("2026-11-23", 12, 30)) == .closed(opens: moment("2026-11-23", 13, 30), why: nil))
        #expect(verdict(moment("2026-11-23", 7, 59)) == .closed(opens: moment("2026-11-23", 8), why: nil))
        #expect(verdict(moment("2026-11-27", 17, 30)) == .closed(opens: moment("2026-11-30", 8), why: nil))
    }

    @Test func aSeasonTakesThePlaceOfTheRest() {
        #expect(verdict(moment("2026-07-06", 14)) == .closed(opens: moment("2026-07-07", 8), why: nil))
        #expect(verdict(moment("2026-08-01", 10)) == .open(until: 720))
        #expect(verdict(moment("2026-09-05", 10)) == .closed(opens: moment("2026-09-07", 8), why: nil))
    }

    @Test func holidaysAndExceptionsSayWhy() {
        // Wednesday, Armistice Day.
        #expect(
            verdict(moment("2026-11-11", 10))
                == .closed(opens: moment("2026-11-12", 8), why: Words("11 novembre", "Armistice Day")))
        var open = hours
        open.isOpenOnHolidays = true
        #expect(OpeningRules.verdict(open, .metropole, at: moment("2026-11-11", 10)) == .open(until: 750))
        // An exception counts on a holiday too, and Christmas follows it: over the weekend to Monday.
        guard case .closed(let opens, let why) = verdict(moment("2026-12-23", 10)) else { return #expect(Bool(false)) }
        #expect(opens == moment("2026-12-28", 8) && why != nil)
    }

    @Test func whatNeverOpensSaysSoAndRangesThatTouchAreOne() {
        #expect(OpeningRules.verdict(OpeningHours(rules: []), .metropole, at: moment("2026-11-23", 8)) == .closed(opens: nil, why: nil))
        let touching = OpeningHours(rules: [.init(days: [1], ranges: [DayRange(480, 600), DayRange(600, 1440)])])
        #expect(OpeningRules.verdict(touching, .metropole, at: moment("2026-11-23", 9)) == .open(until: 1440))
    }

    @Test func aSeasonMayGoOverNewYearsEve() {
        let winter = Season(from: 1115, until: 315)
        for (text, isIn) in [
            ("2026-11-15", true), ("2027-01-01", true), ("2027-03-15", true), ("2027-03-16", false), ("2026-11-14", false),
        ] {
            #expect(winter.contains(day(text)) == isIn, "\(text)")
        }
    }

    @Test func itIsSaidInBothLanguages() {
        let today = day("2026-11-23")
        #expect(ServiceWords.state(.open(until: 1050), today: today) == Words("Ouvert jusqu’à 17\u{A0}h\u{A0}30", "Open until 17:30"))
        #expect(
            ServiceWords.state(.closed(opens: moment("2026-11-24", 9), why: Words("Toussaint", "All Saints' Day")), today: today)
                == Words("Fermé (Toussaint), ouvre demain à 9\u{A0}h", "Closed (All Saints' Day), opens tomorrow at 9:00"))
        #expect(ServiceWords.day(day("2026-12-01")).french == "mardi 1er décembre")
    }
}
