// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal

/// The inventory as the floor needs it: facts onto the board, parents into the trees, identities into the directory.
package struct Roster {
    package var directory: Directory
    package var supplyParent: ContiguousArray<UInt32>
    package var linkParent: ContiguousArray<UInt32>
    /// By asset number: index of its kind on the board; 255 for none.
    package var kindOf: ContiguousArray<UInt8>
    /// The change of the inventory that this roster has seen.
    package var revision: Int64

    /// Reads the whole inventory and puts every asset of a known kind on the board. Assets of kinds that no desk declares are left out.
    package static func load(in transaction: Transaction, onto board: Board, trades: [any Trade]) throws -> Roster {
        let count = try AssetStore.count(in: transaction)
        let kindIndex = Dictionary(uniqueKeysWithValues: board.kinds.enumerated().map { ($1.name, $0) })
        var programmes = ProgrammeNumbers(board: board, trades: trades)
        var supply = ContiguousArray<UInt32>(repeating: .max, count: count)
        var link = ContiguousArray<UInt32>(repeating: .max, count: count)
        var kindOf = ContiguousArray<UInt8>(repeating: 255, count: count)
        var entries: [Directory.Entry] = []
        entries.reserveCapacity(count)
        board.reserve(count: count, slots: count * 6)
        try AssetStore.load(in: transaction, withTexts: false) { asset in
            guard let kind = kindIndex[asset.kind] else { return }
            let (trade, local) = programmes.trade(ofKind: kind)
            supply[asset.number.index] = asset.supplyParent.value
            link[asset.number.index] = asset.linkParent.value
            kindOf[asset.number.index] = UInt8(kind)
            board.put(
                .init(
                    number: asset.number, kind: kind, place: asset.place, commune: asset.commune.insee, period: asset.period,
                    nominal: Int32(max(0, min(6553, asset.ratedPower ?? 0)) * 10), standing: Roster.standing(of: asset, trade),
                    programme: programmes.number(kind: kind, local: local, commune: asset.commune.insee),
                    gateway: asset.linkParent))
            entries.append(.init(number: asset.number, id: asset.id, kind: asset.kind, gateway: asset.linkParent))
        }
        for number in 0..<min(count, board.count) where kindOf[number] == 255 { board.remove(Asset.Number(number)) }
        let nodes = try nodes(trades, in: transaction)
        if !nodes.isEmpty { programmes.follow(nodes, supply: supply, kindOf: kindOf, board: board) }
        board.programmes = programmes.all
        board.noteCarriers()
        return Roster(
            directory: Directory(kinds: board.kinds, count: count, entries: entries), supplyParent: supply, linkParent: link,
            kindOf: kindOf, revision: try AssetStore.revision(in: transaction))
    }

    /// The nodes of the electrical tree that have a programme of their own: by number, the trade and its programme.
    private static func nodes(_ trades: [any Trade], in transaction: Transaction) throws -> [UInt32: (trade: Int, programme: Int)] {
        var found: [UInt32: (trade: Int, programme: Int)] = [:]
        for (index, trade) in trades.enumerated() {
            for (text, programme) in trade.programmeOfNode {
                guard let id = Asset.ID(text), let node = try AssetStore.find(id, in: transaction), node.removal == nil else { continue }
                found[node.number.value] = (index, programme)
            }
        }
        return found
    }

    private static func standing(of asset: AssetRecord, _ trade: any Trade) -> Standing {
        var standing: Standing = asset.outage == nil ? [] : .outOfService
        guard mayHoldTrue(asset.attributes.json) else { return standing }
        for (key, value) in asset.attributes.pairs {
            if case .flag(true) = value { standing.formUnion(trade.standing(attribute: key, isTrue: true)) }
            if case .text("true") = value { standing.formUnion(trade.standing(attribute: key, isTrue: true)) }
        }
        return standing
    }
}

/// Cheap enough to ask of a million assets: most have no flag that stands, and then nothing is parsed.
private func mayHoldTrue(_ json: String) -> Bool {
    var json = json
    return json.withUTF8 { bytes in
        var at = 0
        while at + 4 <= bytes.count {
            if bytes[at] == UInt8(ascii: "t"), bytes[at + 1] == UInt8(ascii: "r"), bytes[at + 2] == UInt8(ascii: "u"),
                bytes[at + 3] == UInt8(ascii: "e")
            {
                return true
            }
            at += 1
        }
        return false
    }
}

/// The programmes of all trades, numbered on the board in the order in which they are first met; those of before keep their numbers.
private struct ProgrammeNumbers {
    private(set) var all: [Board.Programme]
    private let trades: [any Trade]
    private let placeOfKind: [(trade: Int, local: UInt8)]
    private var known: [Key: UInt16] = [:]
    private var index: [Pair: UInt16] = [:]

    private struct Key: Hashable {
        var kind: Int
        var commune: String
    }
    private struct Pair: Hashable {
        var trade: Int
        var number: Int
    }

    init(board: Board, trades: [any Trade]) {
        self.trades = trades
        all = board.programmes
        placeOfKind = trades.enumerated().flatMap { t, trade in trade.kinds.indices.map { (t, UInt8($0)) } }
        for (i, programme) in all.enumerated() { index[Pair(trade: programme.trade, number: programme.number)] = UInt16(i) }
    }

    func trade(ofKind kind: Int) -> (any Trade, UInt8) { (trades[placeOfKind[kind].trade], placeOfKind[kind].local) }

    /// Gives the assets below these nodes the nodes' programmes; of two nodes above an asset the nearer counts.
    mutating func follow(
        _ nodes: [UInt32: (trade: Int, programme: Int)], supply: ContiguousArray<UInt32>, kindOf: ContiguousArray<UInt8>, board: Board
    ) {
        for number in supply.indices where kindOf[number] != 255 {
            let (trade, local) = placeOfKind[Int(kindOf[number])]
            guard trades[trade].isOrderable(kindIndex: local) else { continue }
            var node = supply[number]
            var steps = 0
            while Int(node) < supply.count, steps < 32 {
                if let own = nodes[node], own.trade == trade {
                    board.cells[number].programme = index(of: Pair(trade: trade, number: own.programme))
                    break
                }
                (node, steps) = (supply[Int(node)], steps + 1)
            }
        }
    }

    private mutating func index(of pair: Pair) -> UInt16 {
        if let there = index[pair] { return there }
        let number = UInt16(all.count)
        all.append(.init(trade: pair.trade, number: pair.number))
        index[pair] = number
        return number
    }

    mutating func number(kind: Int, local: UInt8, commune: String) -> UInt16 {
        let key = Key(kind: kind, commune: commune)
        if let number = known[key] { return number }
        let trade = placeOfKind[kind].trade
        var number = Board.noProgramme
        if let programme = trades[trade].programme(kindIndex: local, commune: commune) {
            number = index(of: Pair(trade: trade, number: programme))
        }
        known[key] = number
        return number
    }
}
