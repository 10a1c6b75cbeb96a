// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Logging
import Testing
import Watch

/// Random interleavings of orders, readings, losses, refusals, links, crashes and restarts, each from a seed, against what must
/// hold whatever happens.
@Suite struct OrderPropertyTests {
    @Test(arguments: 1...16)
    func whateverHappensEachLampEndsOnceAndWithinItsBudget(seed: Int) throws {
        var night = try OrderNight(seed: UInt64(seed), crashes: true, loses: true)
        try night.run(steps: 150)
        try night.finish()
    }

    /// The same night with and without crashes ends in the same ledger, where no answer is lost by chance.
    @Test(arguments: 1...6)
    func aCrashAnywhereGivesTheSameFinalLedger(seed: Int) throws {
        var calm = try OrderNight(seed: UInt64(seed), crashes: false)
        try calm.run(steps: 100)
        try calm.finish()
        var rough = try OrderNight(seed: UInt64(seed), crashes: true)
        try rough.run(steps: 100)
        try rough.finish()
        #expect(try calm.ledgers() == rough.ledgers())
        #expect(rough.restarts > 0)
    }
}

/// A seeded generator (SplitMix64), the same on every machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// One night of the order book. Crashes come from a generator of their own, so that the same night can be had without them.
struct OrderNight {
    let world = OrderTestWorld(lamps: 24, gateways: 3, limits: OrderLimits(commandsPerSecond: 20, burst: 6, commandsPerFrame: 4))
    let journal: Journal
    let crashes: Bool
    /// Answers are lost by chance, and a crash may swallow what was about to be sent.
    let loses: Bool
    var chance: SplitMix
    var doom: SplitMix
    var restarts = 0
    /// Some lamps never answer, some gateways' nodes refuse, by number: nothing of an answer is left to chance.
    let isMute: [Bool]
    let isStubborn: [Bool]
    var placed: [UInt64] = []
    var sends: [Key: Int] = [:]
    var confirmed: Set<Key> = []
    /// Readings that the devices will still give, oldest first.
    var answers: [(asset: Int, level: UInt8, order: UInt64)] = []

    struct Key: Hashable {
        var order: UInt64
        var asset: Int
    }

    init(seed: UInt64, crashes: Bool, loses: Bool = false) throws {
        (self.crashes, self.loses) = (crashes, loses)
        chance = SplitMix(state: seed)
        doom = SplitMix(state: seed &* 7919)
        var fates = SplitMix(state: seed &* 104_729)
        isMute = (0..<24).map { _ in UInt8.random(in: 0..<8, using: &fates) == 0 }
        isStubborn = (0..<24).map { _ in UInt8.random(in: 0..<10, using: &fates) == 0 }
        journal = try Journal.open(.memory, migrations: OrderSchema.migrations, log: Logger(label: "test"))
    }

    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            switch Int.random(in: 0..<10, using: &chance) {
            case 0: try place()
            case 1: try end()
            default: break
            }
            try turn(seconds: Int64.random(in: 0...3, using: &chance))
            hear()
        }
    }

    private mutating func place() throws {
        let first = Int.random(in: 0..<24, using: &chance)
        let last = Int.random(in: first..<24, using: &chance)
        let level: UInt8? = Bool.random(using: &chance) ? UInt8.random(in: 0...100, using: &chance) : nil
        let seconds: Int64? = Bool.random(using: &chance) ? Int64.random(in: 20...200, using: &chance) : nil
        let authority: Authority = [.operator, .operator, .incident, .safety].randomElement(using: &chance)!
        let selection = OrderSelection.assets((first...last).map { Asset.Number($0) })
        placed.append(try world.place(world.draft(level, selection, seconds: seconds, authority: authority)))
    }

    private mutating func end() throws {
        guard let id = placed.randomElement(using: &chance), world.book.order(id) != nil else { return }
        if Bool.random(using: &chance) {
            _ = try? world.book.cancel(id, by: OrderTestWorld.everywhere, at: world.now)
        } else {
            _ = try? world.book.rollBack(id, by: OrderTestWorld.everywhere, at: world.now)
        }
    }

    /// One turn of the floor: tick, keep, then send; a crash comes after the keeping, before or after the sending.
    private mutating func turn(seconds: Int64) throws {
        world.now = world.now + .seconds(seconds)
        world.book.tick(at: world.now)
        let output = world.book.drain(at: world.now)
        let now = world.now
        try journal.writeHere { try OrderStore.keep(output.records, at: now, in: $0) }
        let fate = crashes ? UInt8.random(in: 0..<24, using: &doom) : 255
        if fate == 0, loses {
            var lost = output
            lost.frames = []
            world.apply(lost)
            return try restart()
        }
        world.apply(output)
        for command in output.frames.flatMap(SentCommand.read) { receive(command) }
        if fate <= 1 { try restart() }
        // Between hearing and keeping: the readings are in the intake, and are heard again.
        if fate == 2 {
            hear(isLast: false)
            try restart()
        }
    }

    private mutating func receive(_ command: SentCommand) {
        let key = Key(order: command.order, asset: command.asset)
        sends[key, default: 0] += 1
        #expect(!confirmed.contains(key), "sent again after the proof: \(key)")
        #expect(sends[key]! <= 3, "more sends than the budget: \(key)")
        if !isMute[command.asset] { answers.append((command.asset, command.level ?? 100, command.order)) }
    }

    /// The devices answer, all that they have to say; `isLast` is false where the same will be heard once more.
    private mutating func hear(isLast: Bool = true) {
        if loses { answers.removeAll { _ in UInt8.random(in: 0..<6, using: &doom) == 0 } }
        for (asset, level, order) in answers {
            if isStubborn[asset] {
                world.book.receipt(Receipt(order: order, asset: Asset.Number(asset), isAccepted: false, reason: "local"), at: world.now)
            } else {
                world.book.receipt(Receipt(order: order, asset: Asset.Number(asset), isAccepted: true), at: world.now)
                world.book.observe(asset: UInt32(asset), level: level, at: world.now)
            }
        }
        guard isLast else { return }
        answers.removeAll()
        for id in placed { noteConfirmed(id) }
    }

    private mutating func noteConfirmed(_ id: UInt64) {
        for line in world.book.ledger(id, only: [.confirmed], limit: 100)?.lines ?? [] {
            confirmed.insert(Key(order: id, asset: line.asset.index))
        }
    }

    /// The process dies and comes back: all that is left is the journal. What was heard and not kept is heard again, as the
    /// intake would replay it.
    mutating func restart() throws {
        restarts += 1
        let loaded = try journal.readHere { try OrderStore.load(in: $0) }
        world.book = OrderBook(ground: world.book.ground, limits: world.limits)
        world.book.load(loaded)
    }

    /// Lets everything come to its end, and checks that it did: once each.
    mutating func finish() throws {
        for _ in 0..<40 {
            try turn(seconds: 15)
            hear()
        }
        try turn(seconds: 1)
        for id in placed {
            let lines = try journal.readHere { try OrderStore.lines(id, in: $0) } ?? []
            #expect(!lines.isEmpty)
            for line in lines {
                #expect(line.status.isEnded, "order \(id), \(line.asset): \(line.status)")
                #expect(line.sends <= 3)
                if line.status == .confirmed { #expect(line.sends > 0 && !isMute[line.asset.index]) }
                if isMute[line.asset.index] { #expect(line.status != .confirmed && line.status != .refused) }
            }
            let record = try #require(try journal.readHere { try OrderStore.find(id, in: $0) })
            #expect(record.finishedAt != nil)
            #expect(record.counts.total == lines.count)
            for status in LedgerStatus.allCases { #expect(record.counts[status] == lines.count { $0.status == status }) }
        }
        try boardAgrees()
    }

    /// After all, what the board says is wanted is what the stacks say, here and after one more restart.
    private mutating func boardAgrees() throws {
        let before = (0..<24).map { world.book.wants(of: Asset.Number($0), at: world.now) }
        try restart()
        try turn(seconds: 0)
        for lamp in 0..<24 {
            let stack = world.book.wants(of: Asset.Number(lamp), at: world.now)
            #expect(stack == before[lamp])
            let cell = world.board.cells[lamp]
            let isOrdered = stack.winner.map { $0.authority >= .operator } ?? false
            #expect(cell.flags.contains(.override) == isOrdered)
            if isOrdered { #expect(cell.wanted == stack.winner?.level) }
        }
    }

    /// By order and asset: how it ended.
    func ledgers() throws -> [Key: LedgerStatus] {
        var all: [Key: LedgerStatus] = [:]
        for id in placed {
            for line in try journal.readHere({ try OrderStore.lines(id, in: $0) }) ?? [] {
                all[Key(order: id, asset: line.asset.index)] = line.status
            }
        }
        return all
    }
}
