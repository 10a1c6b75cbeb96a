// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing
import Watch

/// `TestTrade` with interlocks and a level tolerance; a lamp of 100 W.
struct OrderTestTrade: Trade {
    private let base = TestTrade()
    var secondPersonAbove = 100
    var patience = Patience(settle: .seconds(10), sends: 3, backoffTenths: 20)

    var name: String { base.name }
    var kinds: [Kind] { base.kinds }
    func judge(_ situation: Situation) -> Verdict { base.judge(situation) }
    func reason(_ situation: Situation) -> Reason { base.reason(situation) }
    func lostConditions(kindIndex: UInt8) -> UInt32 { base.lostConditions(kindIndex: kindIndex) }
    var programmeCount: Int { base.programmeCount }
    func programme(kindIndex: UInt8, commune: String) -> Int? { base.programme(kindIndex: kindIndex, commune: commune) }
    func level(programme: Int, at: Instant) -> UInt8 { base.level(programme: programme, at: at) }
    func nextChange(programme: Int, after: Instant) -> Instant { base.nextChange(programme: programme, after: after) }
    func isDay(programme: Int, at: Instant) -> Bool { base.isDay(programme: programme, at: at) }
    func title(programme: Int) -> Words { base.title(programme: programme) }
    func isOrderable(kindIndex: UInt8) -> Bool { kindIndex == 0 }
    func standing(attribute: String, isTrue: Bool) -> Standing { base.standing(attribute: attribute, isTrue: isTrue) }
    func interlock(kindIndex: UInt8, standing: Standing, from: UInt8, to: UInt8) -> Interlock? {
        if kindIndex != 0 { return .notOrderable }
        if standing.contains(.outOfService) { return .outOfService }
        return standing.contains(.conflictArea) && to < 20 ? .conflictArea : nil
    }
    func power(kindIndex: UInt8, nominal: Int32, level: UInt8) -> Int32 { nominal * Int32(level) / 100 }
    func proves(kindIndex: UInt8, wanted: UInt8, observed: UInt8) -> Bool { abs(Int(wanted) - Int(observed)) <= 2 }
}

/// A small city: lamps 0 ..< n, each behind a gateway and a cabinet, in two communes by halves. The programme wants 100 %.
final class OrderTestWorld {
    let board: Board
    let topology: Topology
    let directory: Directory
    let trade: OrderTestTrade
    let lamps: Int
    let gateways: Int
    let limits: OrderLimits
    var book: OrderBook
    var now = Instant(seconds: 7200 * 1000)
    /// What the gateways got.
    var frames: [OrderFrame] = []

    init(lamps: Int = 40, gateways: Int = 4, limits: OrderLimits = OrderLimits(), trade: OrderTestTrade = OrderTestTrade()) {
        (self.lamps, self.gateways, self.limits, self.trade) = (lamps, gateways, limits, trade)
        board = Board(kinds: trade.kinds)
        var programme = Board.Programme(trade: 0, number: 0)
        programme.level = 100
        board.programmes = [programme]
        let total = lamps + gateways + 2
        for n in 0..<total {
            let isLamp = n < lamps
            board.put(
                .init(
                    number: Asset.Number(n), kind: isLamp ? 0 : 1, place: nil, commune: n % 2 == 0 ? "21231" : "21617", nominal: 1000,
                    programme: isLamp ? 0 : Board.noProgramme))
            if isLamp { board.cells[n].level = 100 }
        }
        let none = Asset.Number.none.value
        topology = Topology(
            kinds: trade.kinds, kindOf: ContiguousArray((0..<total).map { $0 < lamps ? 0 : 1 }),
            supplyParent: ContiguousArray((0..<total).map { $0 < lamps ? UInt32(lamps + gateways + $0 * 2 / lamps) : none }),
            linkParent: ContiguousArray((0..<total).map { $0 < lamps ? UInt32(lamps + $0 % gateways) : none }))
        directory = Directory(
            kinds: trade.kinds,
            entries: (0..<total).map {
                Directory.Entry(number: Asset.Number($0), id: Asset.ID("L-\($0)")!, kind: trade.kinds[$0 < lamps ? 0 : 1].name)
            })
        book = OrderBook(ground: OrderGround(board: board, topology: topology, directory: directory, trades: [trade]), limits: limits)
    }

    static let everywhere = Person(account: 1, login: "anne", name: "Anne", grants: [Grant(right: .manage)])
    static let second = Person(account: 2, login: "bob", name: "Bob", grants: [Grant(right: .operate)])
    static let viewer = Person(account: 3, login: "vic", name: "Vic", grants: [Grant(right: .view)])
    static let local = Person(
        account: 4, login: "lea", name: "Léa", grants: [Grant(right: .operate, trade: "test", communes: ["21231"])])

    var all: OrderSelection { .assets((0..<lamps).map { Asset.Number($0) }) }

    func draft(_ level: UInt8?, _ selection: OrderSelection? = nil, seconds: Int64? = nil, authority: Authority = .operator) -> OrderDraft {
        OrderDraft(
            command: level.map { .level($0) } ?? .programme, selection: selection ?? all,
            until: seconds.map { now + .seconds($0) } ?? .distantFuture, reason: "essai", authority: authority)
    }

    func one(_ asset: Int) -> OrderSelection { .assets([Asset.Number(asset)]) }

    @discardableResult
    func place(_ draft: OrderDraft, by person: Person = everywhere) throws -> UInt64 { try book.place(draft, by: person, at: now).id }

    /// One turn: time passes, what is due goes out, what is wanted comes onto the board.
    @discardableResult
    func turn(_ seconds: Int64 = 0) -> OrderOutput {
        now = now + .seconds(seconds)
        book.tick(at: now)
        let output = book.drain(at: now)
        apply(output)
        return output
    }

    func apply(_ output: OrderOutput) {
        frames += output.frames
        for want in output.wants {
            board.cells[Int(want.asset)].set(.override, want.level != Verdict.noLevel)
            board.cells[Int(want.asset)].wanted = want.level
        }
    }

    /// The commands of all frames so far, in order.
    var commands: [SentCommand] { frames.flatMap(SentCommand.read) }

    /// Every lamp to which something was sent shows it; the newest command counts.
    func obey(_ assets: some Sequence<Int>) {
        var last: [Int: UInt8] = [:]
        for command in commands { last[command.asset] = command.level ?? 100 }
        for asset in assets {
            if let level = last[asset] { book.observe(asset: UInt32(asset), level: level, at: now) }
        }
    }

    func obeyAll() { obey(0..<lamps) }

    func counts(_ id: UInt64) -> LedgerCounts { book.order(id)?.counts ?? LedgerCounts() }
}

/// One command as a gateway reads it.
struct SentCommand: Hashable {
    var gateway: Int
    var order: UInt64
    var asset: Int
    /// Nil: back to the programme.
    var level: UInt8?
    var until: String?

    private struct Document: Decodable {
        struct Command: Decodable {
            var id: String
            var level: UInt8?
            var programme: Bool?
        }
        var order: UInt64
        var until: String?
        var commands: [Command]
    }

    static func read(_ frame: OrderFrame) -> [SentCommand] {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(frame.payload)) else {
            Issue.record("not a document: \(String(decoding: frame.payload, as: UTF8.self))")
            return []
        }
        return document.commands.map {
            SentCommand(
                gateway: frame.gateway.index, order: document.order, asset: Int($0.id.dropFirst(2))!,
                level: $0.programme == true ? nil : $0.level, until: document.until)
        }
    }
}
