// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

@Suite struct WantTests {
    private func want(_ authority: Authority, _ order: UInt64) -> Want {
        Want(authority: authority, level: UInt8(order), since: Instant(seconds: Int64(order)), order: order)
    }

    @Test func theHighestAuthorityWinsAndAmongEqualsTheNewest() {
        var stacks = WantStacks()
        for (authority, order) in [(Authority.operator, 1), (.safety, 2), (.operator, 3), (.incident, 4)] as [(Authority, UInt64)] {
            stacks.open(want(authority, order))
            stacks.push(7, order: order)
        }
        #expect(stacks.all(7).map(\.order) == [2, 4, 3, 1])
        stacks.remove(7, order: 2)
        stacks.remove(7, order: 2)
        stacks.remove(8, order: 1)
        #expect(stacks.winner(7)?.order == 4)
        stacks.remove(7, order: 4)
        #expect(stacks.all(7).map(\.order) == [3, 1])
        #expect(stacks.winner(8) == nil)
        #expect(stacks.claims.keys.sorted() == [1, 3])
    }

    /// Against the plainest model there is: a dictionary of arrays.
    @Test(arguments: 1...20)
    func theStacksAgreeWithAPlainModel(seed: Int) {
        var chance = SplitMix(state: UInt64(seed))
        var stacks = WantStacks()
        var model: [UInt32: [Want]] = [:]
        for order in 1...UInt64(60) {
            let want = want(Authority.allCases.randomElement(using: &chance)!, order)
            stacks.open(want)
            for asset in UInt32(0)..<8 where Bool.random(using: &chance) {
                stacks.push(asset, order: order)
                model[asset, default: []].append(want)
            }
            for _ in 0..<5 {
                let asset = UInt32.random(in: 0..<8, using: &chance)
                let gone = UInt64.random(in: 1...order, using: &chance)
                stacks.remove(asset, order: gone)
                model[asset]?.removeAll { $0.order == gone }
            }
            for asset in UInt32(0)..<8 {
                let expected = (model[asset] ?? []).sorted { ($1.authority, $1.order) < ($0.authority, $0.order) }
                #expect(stacks.all(asset) == expected)
                #expect(stacks.winner(asset) == expected.first)
            }
        }
        let holders = Set(model.values.joined().map(\.order))
        #expect(Set(stacks.claims.filter { $0.value.holding > 0 }.keys) == holders)
    }

    @Test func aLedgerComesBackFromItsBaseAndItsSteps() {
        var chance = SplitMix(state: 9)
        var ledger = Ledger()
        for asset in 0..<UInt32(500) {
            ledger.append(asset: asset &* 8_589_934, before: UInt8(asset % 101), status: .waiting, interlock: nil)
        }
        var copy = Ledger()
        #expect(LedgerPacking.unpackBase(LedgerPacking.base(ledger, rows: 0..<300), into: &copy))
        #expect(LedgerPacking.unpackBase(LedgerPacking.base(ledger, rows: 300..<500), into: &copy))
        for offset in UInt32(1)...40 {
            var step: [UInt8] = []
            for _ in 0..<20 {
                let row = Int.random(in: 0..<500, using: &chance)
                ledger.move(row, to: LedgerStatus.allCases.randomElement(using: &chance)!)
                ledger.isReleased[row] = Bool.random(using: &chance)
                ledger.sends[row] &+= 1
                ledger.target[row] = UInt8.random(in: 0...255, using: &chance)
                ledger.changed[row] = offset
                LedgerPacking.appendStep(ledger, row: row, to: &step)
            }
            #expect(LedgerPacking.fold(step, offset: offset, into: &copy))
        }
        #expect(copy.assets == ledger.assets && copy.status == ledger.status && copy.counts == ledger.counts)
        #expect(copy.sends == ledger.sends && copy.target == ledger.target && copy.changed == ledger.changed)
        #expect(copy.isReleased == ledger.isReleased && copy.before == ledger.before)
    }

    @Test func damagedLedgersAreRefusedAndNeverTrap() {
        var chance = SplitMix(state: 3)
        for _ in 0..<2000 {
            var ledger = Ledger()
            for asset in 0..<UInt32(4) { ledger.append(asset: asset, before: 0, status: .waiting, interlock: nil) }
            let junk = (0..<Int.random(in: 0...30, using: &chance)).map { _ in UInt8.random(in: 0...255, using: &chance) }
            var other = Ledger()
            _ = LedgerPacking.unpackBase(junk, into: &other)
            _ = LedgerPacking.fold(junk, offset: 0, into: &ledger)
            #expect(ledger.counts.total == 4)
        }
    }

    @Test func aPayloadIsTheDocumentOfTheProtocol() {
        var payload = OrderPayload(order: 812, until: Instant(year: 2026, month: 11, day: 22, hour: 5))
        payload.append(Asset.ID("L-1")!, level: 60)
        payload.append(Asset.ID("L-2")!, level: Ledger.toProgramme)
        let size = payload.size
        let bytes = payload.finish()
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"order":812,"until":"2026-11-22T05:00:00Z","commands":[{"id":"L-1","level":60},{"id":"L-2","programme":true}]}"#)
        #expect(bytes.count == size)
        let endless = OrderPayload(order: 1, until: .distantFuture).finish()
        #expect(String(decoding: endless, as: UTF8.self) == #"{"order":1,"until":null,"commands":[]}"#)
    }
}
