// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal
import JournalTesting
import Testing

@testable import Reports

@Suite struct ReportFiguresTests {
    @Test(arguments: TestJournal.engines) func whatHappenedIsCountedOnceAndOnTheRightSide(engine: Engine) async throws {
        let world = try await World.make(engine)
        let reports = world.reports
        var links: [String] = []
        // Five potholes: done after 1, 1, 3 and 40 days (promised: 2), one rejected; two lamps, open; one joined to another.
        for (day, proof) in [(1, Report.Proof.word("Luc")), (1, .word("Luc")), (3, .word("Luc")), (40, .word("Luc"))] {
            world.setTime(World.start)
            let made = try await reports.create(World.pothole())
            world.setTime(World.start + .days(Int64(day)) - .minutes(1) + .minutes(2))
            try await reports.act(.finish(proof, text: ""), on: made.report.number, by: .staff("ada"))
            links.append(made.token)
        }
        world.setTime(World.start + .hours(1))
        let rejected = try await reports.create(World.pothole())
        try await reports.act(.reject(reason: "privé"), on: rejected.report.number, by: .staff("ada"))
        let lamp = try await reports.create(ReportDraft(category: "dead-lamp", place: World.east, channel: .app))
        let joined = try await reports.create(ReportDraft(category: "dead-lamp", place: World.east, channel: .app))
        try await reports.act(.duplicate(of: lamp.report.number), on: joined.report.number, by: .staff("ada"))
        _ = try await reports.act(.confirm, byLink: links[0])
        _ = try await reports.act(.confirm, byLink: links[1])
        _ = try await reports.act(.contest(reason: "non"), byLink: links[1])

        func figures(_ side: ReportFigures.Side, _ from: Instant = World.start, communes: Set<String>? = nil) async throws
            -> [ReportFigures]
        {
            try await world.journal.read {
                try ReportFiguresStore.figures(by: side, from: from, until: World.start + .days(1), communes: communes, in: $0)
            }
        }
        let byBranch = try await figures(.branch)
        #expect(byBranch.map(\.key) == ["roads", "lighting"])
        let roads = try #require(byBranch.first)
        #expect((roads.count, roads.open, roads.ended, roads.rejected) == (5, 1, 3, 1), "one is contested and open again")
        #expect(roads.kept == 1 && roads.keptPercent == 33)
        #expect(roads.medianDays == 3 && roads.ninetiethDays == 40)
        #expect(roads.byProof == [.word: 3])
        #expect(roads.confirmed == 1 && roads.contested == 1 && roads.confirmedPercent == 50)
        #expect((byBranch[1].count, byBranch[1].open, byBranch[1].medianDays) == (1, 1, nil))
        #expect(try await figures(.category).map(\.key) == ["pothole", "dead-lamp"])
        #expect(try await figures(.commune).map(\.key) == ["21231", "21515"])
        #expect(try await figures(.month).map(\.key) == ["2026-11"])
        #expect(try await figures(.department).map(\.key) == ["roads", "lighting"])
        #expect(try await figures(.commune, communes: ["21515"]).map(\.key) == ["21515"])
        #expect(try await figures(.branch, communes: []).isEmpty)
        #expect(try await figures(.branch, World.start + .hours(2)).isEmpty)
    }

    @Test func aSpanIsItsAddressAndNonsenseIsTheLastNinetyDays() {
        let now = Instant(year: 2026, month: 11, day: 22, hour: 9)
        let usual = ReportFiguresQuery(Form([]), now: now)
        #expect((usual.fromText, usual.lastText) == ("2026-08-25", "2026-11-22"))
        #expect(usual.until == Instant(year: 2026, month: 11, day: 23, hour: 0))
        let turned = ReportFiguresQuery(Form([("from", "2026-03-31"), ("until", "2026-02-01"), ("by", "month")]), now: now)
        #expect(turned.address(at: "/x") == "/x?by=month&from=2026-02-01&until=2026-03-31")
        for text in ["2026-02-30", "2026-13-01", "x", "20261122", "2026-11-22T00", "-026-11-22", "９０２６-11-2"] {
            #expect(ReportFiguresQuery(Form([("until", text)]), now: now) == usual, "\(text)")
        }
        let long = ReportFiguresQuery(Form([("from", "1970-01-01"), ("until", "9999-12-31")]), now: now)
        #expect(long.last - long.first == ReportFiguresQuery.longest)
    }

    @Test func theDeskShowsThemAndOpenDataLeavesOutWhatIsFew() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            #expect(try await ada.get("/console/reports/statistics").text.contains("No report in this span"))
            for _ in 0..<4 { _ = try await room.world.reports.create(World.pothole()) }
            #expect(try await !ada.get("/open-data/report-figures.csv").text.contains("pothole"))
            // Counted once an hour, however often it is asked for.
            let fifth = try await room.world.reports.create(World.pothole())
            #expect(try await !ada.get("/open-data/report-figures.csv").text.contains("pothole"))
            room.world.setTime(World.start + .minutes(61))
            let open = try await ada.get("/open-data/report-figures.csv").text
            #expect(open.contains("\r\n2026-11,pothole,Pothole,5,0,,,,\r\n"))
            let page = try await ada.get("/console/reports/statistics?by=category").text
            #expect(page.contains("Pothole") && page.contains("/console/reports/statistics.csv?by=category"))
            #expect(
                try await ada.get("/console/reports/statistics.csv?by=category").text.contains("pothole;Pothole;5;5;0;0;;;;0;0;0;"))
            // Who sees one commune counts one commune.
            #expect(try await ada.like("kim").get("/console/reports/statistics").text.contains("No report in this span"))
            // Hours later nobody is signed in, and citizens read French. How long the few took that have ended is told once they are five.
            for number in 1...5 {
                let finish = ReportAct.finish(.word("Luc"), text: "")
                let act: ReportAct = number == 5 ? .note("x") : finish
                try await room.world.reports.act(act, on: Report.Number(Int64(number)), by: .staff("ada"))
            }
            room.world.setTime(World.start + .minutes(125))
            #expect(try await ada.get("/open-data/report-figures.csv").text.contains("\r\n2026-11,pothole,Nid-de-poule,5,4,,,,\r\n"))
            try await room.world.reports.act(.finish(.word("Luc"), text: ""), on: fifth.report.number, by: .staff("ada"))
            room.world.setTime(World.start + .minutes(190))
            #expect(try await ada.get("/open-data/report-figures.csv").text.contains("\r\n2026-11,pothole,Nid-de-poule,5,5,100,0,0,\r\n"))
        }
    }
}
