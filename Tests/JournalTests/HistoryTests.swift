// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import JournalTesting
import Testing

@testable import Journal

extension Kind {
    /// A lamp as far as the historian cares.
    static let testLamp = Kind(
        name: "lamp", title: Words("Lampe", "Lamp"),
        properties: [
            ("level", "%", 0), ("power", "W", 1), ("energy", "kWh", 3), ("voltage", "V", 1), ("temperature", "°C", 1), ("faults", "", 0),
        ]
        .map { Property(key: $0.0, title: Words($0.0, $0.0), unit: $0.1, decimals: $0.2, range: Int32.min...Int32.max) },
        conditions: [], states: [], period: .seconds(300))
}

@Suite("History")
struct HistoryTests {
    static let start = Instant(year: 2026, month: 11, day: 1)

    static func lamp(_ count: Int, seed: UInt64 = 1, jitter: Int64 = 2000, wholeSeconds: Bool = false) -> [Sample] {
        var data = LampData(seed: seed, from: start, jitter: jitter, wholeSeconds: wholeSeconds)
        return (0..<count).map { _ in data.next() }
    }

    static func add(_ samples: [Sample], to staging: Staging, asset: Int = 1) {
        for s in samples { staging.add(asset: Asset.Number(asset), kindIndex: 0, at: s.at, mask: s.mask, values: s.values) }
    }

    @Test(arguments: TestJournal.engines) func aMonthOfALampComesBackExactlyFromTheJournalAndFromWhatIsStaged(engine: Engine) throws {
        let (journal, staging, samples) = (try TestJournal.open(engine), Staging(kinds: [.testLamp]), Self.lamp(8640))
        for begin in stride(from: 0, to: samples.count, by: 500) {
            Self.add(Array(samples[begin..<min(begin + 500, samples.count)]), to: staging)
            if staging.hasFullChunks { try journal.writeHere { try staging.keepFull(in: $0) } }
        }
        #expect(!staging.hasFullChunks)
        let staged = staging.staged(asset: Asset.Number(1))
        #expect((1...40).contains(staged.samples.count))
        let back = try journal.readHere {
            try History.samples(of: Asset.Number(1), from: Self.start, to: samples.last!.at, staged: staged, in: $0)
        }
        #expect(back == samples)
    }

    @Test(arguments: [(2000, false), (0, false), (2, true)] as [(Int64, Bool)])
    func aSampleOfALampTakesLessThanTwoBytes(jitter: Int64, wholeSeconds: Bool) throws {
        let samples = Self.lamp(5000, jitter: jitter, wholeSeconds: wholeSeconds)
        let staging = Staging(kinds: [.testLamp])
        Self.add(samples, to: staging)
        let kept = staging.full
        #expect(kept.reduce(0) { $0 + $1.count } > 4900)
        // With 20 bytes for the row around each chunk.
        let bytes = Double(kept.reduce(0) { $0 + $1.bytes.count + 20 }) / Double(kept.reduce(0) { $0 + $1.count } * 6)
        #expect(bytes < (jitter == 0 ? 0.6 : wholeSeconds ? 0.7 : 1.0))
        #expect(kept.allSatisfy { $0.bytes.count <= Staging.chunkBytes + 1 })
        #expect(SampleRules.chunks(samples, asset: 1, bytes: 4096).flatMap { $0.samples ?? [] } == samples)
    }

    @Test func extremeValuesTimesAndMasksComeBackExactly() throws {
        var generator = SystemRandomNumberGenerator()
        let edges: [Int32] = [0, 1, -1, .max, .min, 1 << 30, -(1 << 30), 382, 383]
        var samples: [Sample] = []
        var at: Int64 = -5_000_000
        for _ in 0..<4000 {
            at += [1, 2, 999, 1000, 60_000, 300_000, 86_400_000, 2_200_000_000, 90_000_000_000].randomElement(using: &generator)!
            let mask = UInt16.random(in: 0...0x3F, using: &generator)
            samples.append(
                Sample(
                    at: Instant(milliseconds: at), mask: mask,
                    values: (0..<mask.nonzeroBitCount).map { _ in edges.randomElement(using: &generator)! }))
        }
        let staging = Staging(kinds: [.testLamp])
        Self.add(samples, to: staging)
        #expect(staging.staged(asset: Asset.Number(1)).samples == samples)
        #expect(SampleRules.chunks(samples, asset: 1, bytes: 1000).flatMap { $0.samples ?? [] } == samples)
    }

    @Test(arguments: TestJournal.engines) func lateAndRepeatedReadingsAreMergedOnceWhateverTheirOrder(engine: Engine) throws {
        let (journal, samples) = (try TestJournal.open(engine), Self.lamp(1200))
        var generator = SystemRandomNumberGenerator()
        let staging = Staging(kinds: [.testLamp])
        var waiting = samples[...]
        var delayed: [Sample] = []
        while !waiting.isEmpty || !delayed.isEmpty {
            if let next = waiting.popFirst() {
                if Int.random(in: 0..<12, using: &generator) == 0 { delayed.append(next) } else { Self.add([next], to: staging) }
                if Int.random(in: 0..<10, using: &generator) == 0 { Self.add([next], to: staging) }
            }
            if let old = delayed.first, waiting.isEmpty || Int.random(in: 0..<40, using: &generator) == 0 {
                delayed.removeFirst()
                Self.add([old], to: staging)
            }
            if staging.hasFullChunks { try journal.writeHere { try staging.keepFull(in: $0) } }
        }
        let (asset, end) = (Asset.Number(1), samples.last!.at)
        let staged = staging.staged(asset: asset)
        #expect(try journal.readHere { try History.samples(of: asset, from: Self.start, to: end, staged: staged, in: $0) } == samples)
        try journal.writeHere { try staging.keepAll(in: $0) }
        #expect(try journal.readHere { try History.samples(of: asset, from: Self.start, to: end, in: $0) } == samples)
        try expectHours(of: samples, journal)
    }

    /// Late readings close chunks early; played again after a kill, the same readings are cut elsewhere. None may fall between.
    @Test(arguments: TestJournal.engines) func aKillBetweenLateReadingsLosesAndDoublesNone(engine: Engine) throws {
        let samples = Self.lamp(1_500)
        for _ in 0..<3 {
            var generator = SystemRandomNumberGenerator()
            var events: [Sample] = []
            for sample in samples {
                events.append(sample)
                // A device that was not answered sends again.
                if Int.random(in: 0..<9, using: &generator) == 0 {
                    events.append(events[max(0, events.count - Int.random(in: 1..<30, using: &generator))])
                }
            }
            let journal = try TestJournal.open(engine)
            var staging = Staging(kinds: [.testLamp])
            var covered = 0
            for i in events.indices {
                Self.add([events[i]], to: staging)
                if staging.hasFullChunks {
                    try journal.writeHere { try staging.keepFull(in: $0) }
                    covered = i + 1
                }
                guard Int.random(in: 0..<150, using: &generator) == 0 else { continue }
                // Killed: a new house plays what the journal covers, then what it does not.
                staging = Staging(kinds: [.testLamp])
                Self.add(Array(events[..<covered]), to: staging)
                try journal.readHere { try staging.discardKept(in: $0) }
                Self.add(Array(events[covered..<(i + 1)]), to: staging)
            }
            try journal.writeHere { try staging.keepAll(in: $0) }
            let end = samples.last!.at
            #expect(try journal.readHere { try History.samples(of: Asset.Number(1), from: Self.start, to: end, in: $0) } == samples)
            try expectHours(of: samples, journal)
        }
    }

    @Test(arguments: TestJournal.engines) func keepingTheSameReadingsAgainAfterACrashDoublesNothing(engine: Engine) throws {
        let (journal, samples) = (try TestJournal.open(engine), Self.lamp(600))
        let first = Staging(kinds: [.testLamp])
        Self.add(samples, to: first)
        try journal.writeHere { try first.keepFull(in: $0) }
        let again = Staging(kinds: [.testLamp])
        Self.add(Array(samples.dropFirst(100)), to: again)
        try journal.writeHere { try again.keepAll(in: $0) }
        #expect(
            try journal.readHere { try History.samples(of: Asset.Number(1), from: Self.start, to: samples.last!.at, in: $0) } == samples)
        try expectHours(of: samples, journal)
    }

    /// The hours in the journal must be those that a plain count over the samples gives.
    private func expectHours(of samples: [Sample], _ journal: Journal) throws {
        for slot in 0..<6 {
            var hours: [Int64: HourSummary] = [:]
            for s in samples {
                let hour = s.at.milliseconds / 3_600_000 * 3_600_000
                if hours[hour] == nil { hours[hour] = HourSummary(s.value(slot: slot)!) } else { hours[hour]!.add(s.value(slot: slot)!) }
            }
            var kept: [Int64: HourSummary] = [:]
            try journal.readHere {
                try HistoryStore.hours(of: Asset.Number(1), slot: slot, from: Self.start, to: samples.last!.at, in: $0) { kept[$0] = $1 }
            }
            #expect(kept == hours)
        }
    }

    @Test(arguments: TestJournal.engines) func aTransactionThatFailsLosesNothingOfWhatWasStaged(engine: Engine) throws {
        struct Refused: Error {}
        let (journal, samples) = (try TestJournal.open(engine), Self.lamp(300))
        let staging = Staging(kinds: [.testLamp])
        Self.add(samples, to: staging)
        #expect(throws: Refused.self) {
            try journal.writeHere {
                try staging.keepFull(in: $0)
                throw Refused()
            }
        }
        #expect(staging.staged(asset: Asset.Number(1)).samples == samples)
        try journal.writeHere { try staging.keepAll(in: $0) }
        #expect(staging.staged(asset: Asset.Number(1)).samples.isEmpty)
        #expect(
            try journal.readHere { try History.samples(of: Asset.Number(1), from: Self.start, to: samples.last!.at, in: $0) } == samples)
    }

    @Test func aSnapshotRestoresWhatWasStagedAndADamagedOneIsRefused() throws {
        let staging = Staging(kinds: [.testLamp, .testLamp])
        for asset in 0..<50 { Self.add(Self.lamp(20 + asset, seed: UInt64(asset)), to: staging, asset: asset * 3) }
        Self.add(Array(Self.lamp(10, seed: 7).reversed()), to: staging, asset: 400)
        let bytes = staging.snapshot()
        let again = Staging(kinds: [.testLamp, .testLamp])
        try again.restore(bytes)
        for asset in 0..<420 {
            #expect(again.staged(asset: Asset.Number(asset)).samples == staging.staged(asset: Asset.Number(asset)).samples)
        }
        Self.add(Self.lamp(200).suffix(100), to: staging)
        Self.add(Self.lamp(200).suffix(100), to: again)
        #expect(again.staged(asset: Asset.Number(1)).samples == staging.staged(asset: Asset.Number(1)).samples)
        var broken = bytes
        broken[bytes.count / 2] ^= 1
        #expect(throws: SnapshotError.damaged) { try Staging(kinds: [.testLamp, .testLamp]).restore(broken) }
        #expect(throws: SnapshotError.other) { try Staging(kinds: [.testLamp]).restore(bytes) }
    }

    @Test func hostileBytesNeverTrap() {
        var generator = SystemRandomNumberGenerator()
        let chunk = SampleRules.chunks(Self.lamp(40), asset: 1, bytes: 4096)[0]
        var day = DaySummary()
        for s in Self.lamp(200) { for slot in 0..<6 { day.add(s.values[slot], slot: slot, hour: Int(s.at.milliseconds / 3_600_000 % 24)) } }
        #expect(DaySummary(day.bytes) == day)
        for _ in 0..<5000 {
            var (a, b) = (chunk, day.bytes)
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                a.bytes[Int.random(in: 0..<a.bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
                b[Int.random(in: 0..<b.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            a.count = Int.random(in: -1...70_000, using: &generator)
            a.start = Int64.random(in: .min ... .max, using: &generator)
            if Bool.random() { a.bytes.removeLast(Int.random(in: 0...a.bytes.count)) }
            _ = a.samples
            _ = DaySummary(b)
        }
        #expect(Chunk(asset: 1, start: 0, finish: 0, count: 1, bytes: []).samples == nil)
    }
}
