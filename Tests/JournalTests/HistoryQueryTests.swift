// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import JournalTesting
import Testing

@testable import Journal

@Suite("History queries")
struct HistoryQueryTests {
    static let (asset, start) = (Asset.Number(1), HistoryTests.start)

    /// Thirty days of a lamp, the last readings only staged, with two days without any in the middle.
    private static func month(_ engine: Engine) throws -> (journal: Journal, samples: [Sample], staged: StagedSamples) {
        let hole = (start + .days(10))..<(start + .days(12))
        let samples = HistoryTests.lamp(8640).filter { !hole.contains($0.at) }
        let (journal, staging) = (try TestJournal.open(engine), Staging(kinds: [.testLamp]))
        HistoryTests.add(samples, to: staging)
        try journal.writeHere { try staging.keepFull(in: $0) }
        return (journal, samples, staging.staged(asset: asset))
    }

    private static func series(
        _ month: (journal: Journal, samples: [Sample], staged: StagedSamples), slot: Int, _ from: Instant, _ to: Instant, points: Int
    ) throws -> [History.Bucket] {
        try month.journal.readHere {
            try History.series(of: asset, slot: slot, from: from, to: to, points: points, staged: month.staged, in: $0)
        }
    }

    @Test(arguments: TestJournal.engines) func everyResolutionTellsTheSameStoryAsTheReadings(engine: Engine) throws {
        let month = try Self.month(engine)
        let end = month.samples.last!.at
        for (points, from) in [(100, Self.start), (700, Self.start), (5000, Self.start), (300, Self.start + .days(9) + .minutes(7))] {
            for slot in [1, 2, 5] {
                let buckets = try Self.series(month, slot: slot, from, end, points: points)
                // Hours are whole: those at the edges may hold what lies just outside.
                let isByHour = (end - from).milliseconds / Int64(points) + 1 >= 3_600_000
                let first = isByHour ? Instant(milliseconds: from.milliseconds / 3_600_000 * 3_600_000) : from
                let values = month.samples.filter { $0.at >= first }.map { $0.value(slot: slot)! }
                #expect(buckets.count <= points + 1)
                #expect(buckets.reduce(0) { $0 + $1.count } == values.count)
                #expect(buckets.map(\.least).min() == values.min() && buckets.map(\.most).max() == values.max())
                #expect(buckets.last?.last == values.last)
                let sum = buckets.reduce(0.0) { $0 + $1.mean * Double($1.count) }
                #expect(abs(sum - values.reduce(0.0) { $0 + Double($1) }) < 1e-6 * abs(sum) + 0.01)
                #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.at < $1.at })
            }
        }
    }

    @Test(arguments: TestJournal.engines) func aReadingThatCameAgainCountsOnceWhereverTheFirstOneIs(engine: Engine) throws {
        let month = try Self.month(engine)
        // Sent again after a crash: some of them are in the journal since long, some are staged.
        let again = SampleRules.merge(month.samples.suffix(200), month.staged.samples)
        let end = month.samples.last!.at
        for (points, from) in [(10_000, end - .days(3)), (100, Self.start), (20, end - .hours(5))] {
            let once = try Self.series(month, slot: 1, from, end, points: points)
            let twice = try Self.series((month.journal, month.samples, StagedSamples(samples: again)), slot: 1, from, end, points: points)
            #expect(once == twice)
        }
    }

    @Test func aTimeWithoutReadingsHasNoBucketAndZoomingInShowsEachReading() throws {
        let month = try Self.month(.sqlite)
        let hours = try Self.series(month, slot: 1, Self.start, Self.start + .days(29), points: 696)
        #expect(!hours.contains { $0.at > Self.start + .days(10) + .hours(1) && $0.at < Self.start + .days(12) - .hours(1) })
        let (from, to) = (Self.start + .days(20), Self.start + .days(20) + .hours(6))
        let raw = try Self.series(month, slot: 3, from, to, points: 500)
        let expected = month.samples.filter { $0.at >= from && $0.at <= to }
        #expect(raw.map(\.at) == expected.map(\.at) && raw.map(\.last) == expected.map { $0.value(slot: 3)! })
        #expect(raw.allSatisfy { $0.count == 1 })
        #expect(try Self.series(month, slot: 3, to, from, points: 500).isEmpty)
        #expect(
            try Self.series(month, slot: 3, Instant(milliseconds: .min / 2), Instant(milliseconds: .max / 2), points: 3).reduce(0) {
                $0 + $1.count
            } == month.samples.count)
    }

    @Test(arguments: TestJournal.engines) func theLastKnownValueBeforeAnInstantIsFoundForEachProperty(engine: Engine) throws {
        let (journal, staging) = (try TestJournal.open(engine), Staging(kinds: [.testLamp]))
        // The meter is read once; then only power comes, for hours.
        staging.add(asset: Self.asset, kindIndex: 0, at: Self.start, mask: 0b110, values: [380, 1000])
        for n in 1...200 {
            staging.add(asset: Self.asset, kindIndex: 0, at: Self.start + .minutes(Int64(n)), mask: 0b10, values: [Int32(380 + n)])
        }
        try journal.writeHere { try staging.keepFull(in: $0) }
        let staged = staging.staged(asset: Self.asset)
        func known(_ at: Instant) throws -> [(value: Int32, at: Instant)?] {
            try journal.readHere { try History.lastKnown(of: Self.asset, at: at, staged: staged, in: $0) }
        }
        let late = try known(Self.start + .hours(9))
        #expect(late[1]?.value == 580 && late[1]?.at == Self.start + .minutes(200))
        #expect(late[2]?.value == 1000 && late[2]?.at == Self.start)
        #expect(late[0] == nil)
        #expect(try known(Self.start + .seconds(3 * 60 + 59))[1]?.value == 383)
        #expect(try known(Self.start - .seconds(1)).allSatisfy { $0 == nil })
    }

    @Test(arguments: TestJournal.engines) func pastTheRetentionReadingsGoAndTheirHoursStandForThem(engine: Engine) async throws {
        let month = try Self.month(engine)
        let now = Self.start + .days(30)
        let before = try Self.series(month, slot: 1, Self.start, now, points: 700)
        let report = try await HistoryRetention(byKind: ["lamp": .init(raw: 5, summary: 20)]).run(month.journal, now: now)
        #expect(report.chunks > 100 && report.days == 10)
        let raw = try await month.journal.read { try History.samples(of: Self.asset, from: Self.start, to: now, in: $0) }
        #expect(raw.first!.at > now - .days(5) - .hours(4) && raw.first!.at <= now - .days(5) + .minutes(5))
        let after = try Self.series(month, slot: 1, Self.start, now, points: 700)
        #expect(after == before.filter { $0.at >= Self.start + .days(10) })
        // Finer than an hour: the old part comes by the hour.
        let fine = try Self.series(month, slot: 1, Self.start, now, points: 5000)
        #expect(fine.contains { $0.at < now - .days(8) } && fine.count < 2000)
        let again = try await HistoryRetention(byKind: ["lamp": .init(raw: 5, summary: 20)]).run(month.journal, now: now)
        #expect(again == HistoryRetention.Report())
    }

    @Test func anExportHoldsEveryValueExactly() throws {
        let (journal, staging) = (try TestJournal.open(.sqlite), Staging(kinds: [.testLamp]))
        staging.add(asset: Self.asset, kindIndex: 0, at: Self.start, mask: 0b111, values: [70, 382, -5])
        staging.add(asset: Self.asset, kindIndex: 0, at: Self.start + .milliseconds(300_120), mask: 0b100000, values: [2])
        var (csv, lines) = ("", "")
        try journal.writeHere { t in
            try staging.keepAll(in: t)
            let id = Asset.ID("L-1")!
            try HistoryExport.each(.csv, asset: Self.asset, id: id, kind: .testLamp, from: Self.start, to: .distantFuture, in: t) {
                csv += $0
            }
            try HistoryExport.each(.ndjson, asset: Self.asset, id: id, kind: .testLamp, from: Self.start, to: .distantFuture, in: t) {
                lines += $0
            }
        }
        #expect(
            csv == """
                L-1,2026-11-01T00:00:00Z,level,70,%
                L-1,2026-11-01T00:00:00Z,power,38.2,W
                L-1,2026-11-01T00:00:00Z,energy,-0.005,kWh
                L-1,2026-11-01T00:05:00.120Z,faults,2,

                """)
        #expect(
            lines == """
                {"id":"L-1","t":"2026-11-01T00:00:00Z","level":70,"power":38.2,"energy":-0.005}
                {"id":"L-1","t":"2026-11-01T00:05:00.120Z","faults":2}

                """)
        #expect(HistoryExport.decimal(.min, 1) == "-214748364.8" && HistoryExport.decimal(7, 3) == "0.007")
    }
}
