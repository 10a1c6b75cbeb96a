// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import JournalTesting
import Testing

@testable import Journal

@Suite("State tape")
struct StateTapeTests {
    static let start = Instant(year: 2026, month: 11, day: 21)

    @Test(arguments: TestJournal.engines) func anySecondOfTheLastDayIsShownAsItWas(engine: Engine) throws {
        let journal = try TestJournal.open(engine)
        var tape = try journal.writeHere { try StateTape(in: $0) }
        var generator = SystemRandomNumberGenerator()
        var (truth, snapshots): ([UInt8], [(Instant, [UInt8])]) = ([UInt8](repeating: 0, count: 300), [])
        // Thirty hours in steps of ten seconds and one restart in the middle; kept now and then, as turns do.
        for step in 0..<10_800 {
            let now = Self.start + .seconds(Int64(step) * 10)
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let (asset, state) = (Int.random(in: 0..<300, using: &generator), UInt8.random(in: 0...9, using: &generator))
                truth[asset] = state
                tape.note(Asset.Number(asset), at: now, state: state, level: state * 10)
            }
            if tape.isDue(at: now) || step % 7 == 0 || step == 10_799 { try journal.writeHere { try tape.keep(in: $0, now: now) } }
            if step == 6000 {
                try journal.writeHere { try tape.keep(in: $0, now: now) }
                let columns = tape.columns
                tape = try journal.writeHere { try StateTape(in: $0) }
                #expect(tape.columns == columns)
            }
            if step % 97 == 0 { snapshots.append((now, truth)) }
        }
        let end = Self.start + .seconds(107_990)
        for (at, states) in snapshots where at > end - .days(1) {
            let shown = try #require(try journal.readHere { try StateTape.states(at: at + .seconds(3), in: $0) })
            #expect((0..<300).allSatisfy { shown[Asset.Number($0)].state == states[$0] })
            #expect((0..<300).allSatisfy { states[$0] == 0 || shown[Asset.Number($0)].level == states[$0] * 10 })
        }
        // Older than a day and a keyframe, it is gone.
        #expect(try journal.readHere { try StateTape.states(at: Self.start + .hours(4), in: $0) } == nil)
        let begins = try #require(try journal.readHere { try StateTape.begins(in: $0) })
        #expect(begins > end - .hours(26) && begins <= end - .days(1))
    }

    @Test func aFailedTransactionLosesNoChange() throws {
        struct Refused: Error {}
        let journal = try TestJournal.open(.sqlite)
        let tape = try journal.writeHere { try StateTape(in: $0) }
        tape.note(Asset.Number(5), at: Self.start, state: 2, level: 60)
        #expect(throws: Refused.self) {
            try journal.writeHere {
                try tape.keep(in: $0, now: Self.start)
                throw Refused()
            }
        }
        try journal.writeHere { try tape.keep(in: $0, now: Self.start + .seconds(1)) }
        let shown = try journal.readHere { try StateTape.states(at: Self.start + .seconds(2), in: $0) }
        #expect(shown?[Asset.Number(5)].state == 2 && shown?[Asset.Number(5)].level == 60)
    }

    @Test func hostileBytesNeverTrap() {
        var generator = SystemRandomNumberGenerator()
        var columns = TapeColumns()
        for i in 0..<500 { columns.set(i, UInt8(i / 40), UInt8(i % 3)) }
        #expect(TapeColumns(columns.bytes) == columns)
        for _ in 0..<5000 {
            let bytes = [1] + (0..<Int.random(in: 0...60, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            StateTape.each(bytes, start: .max) { _, _, _, _ in }
            // Small runs only: a keyframe may name a hundred million assets, and the test must not fill the memory.
            _ = TapeColumns(bytes.map { $0 & 127 })
        }
    }
}
