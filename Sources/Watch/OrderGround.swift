// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What the order book needs to know of an asset, gathered from the board, the trees, the directory and the trades in one
/// place. Reads, and one mark on the board: that an order waits for this asset's reading.
package struct OrderGround {
    package let board: Board
    package var topology: Topology
    package var directory: Directory
    package let trades: [any Trade]
    private let tradeOf: [Int]
    private let localKind: [UInt8]

    /// `trades` in the same order as the floor's, so that kind indices agree with the board's.
    package init(board: Board, topology: Topology, directory: Directory, trades: [any Trade]) {
        (self.board, self.topology, self.directory, self.trades) = (board, topology, directory, trades)
        tradeOf = trades.enumerated().flatMap { t, trade in trade.kinds.map { _ in t } }
        localKind = trades.flatMap { trade in trade.kinds.indices.map { UInt8($0) } }
    }

    func exists(_ asset: UInt32) -> Bool { Int(asset) < board.count && board.cells[Int(asset)].kind != 255 }

    /// The trade of an asset that exists, and its kind within it.
    @inline(__always)
    func trade(_ asset: UInt32) -> (trade: any Trade, kind: UInt8) {
        let kind = Int(board.cells[Int(asset)].kind)
        return (trades[tradeOf[kind]], localKind[kind])
    }

    func tradeIndex(_ asset: UInt32) -> Int { tradeOf[Int(board.cells[Int(asset)].kind)] }

    func isOrderable(_ asset: UInt32) -> Bool {
        guard exists(asset) else { return false }
        let (trade, kind) = trade(asset)
        return trade.isOrderable(kindIndex: kind)
    }

    func commune(_ asset: UInt32) -> Int { Int(board.commune[Int(asset)]) }

    func gateway(_ asset: UInt32) -> UInt32 { topology.link.parent(of: Asset.Number(asset))?.value ?? Asset.Number.none.value }

    func cabinet(_ asset: UInt32) -> UInt32 { topology.supply.parent(of: Asset.Number(asset))?.value ?? Asset.Number.none.value }

    /// Last observed level, 255 where unknown.
    func observed(_ asset: UInt32) -> UInt8 { board.cells[Int(asset)].level }

    func isLinkDown(gateway: UInt32) -> Bool { exists(gateway) && board.cells[Int(gateway)].flags.contains(.linkDown) }

    func isSilent(_ asset: UInt32) -> Bool {
        let state = board.cells[Int(asset)].state
        return state == CommonState.lost || state == CommonState.unknown
    }

    /// What the programme wants now; 255 where nothing.
    func programmeLevel(_ asset: UInt32) -> UInt8 {
        let programme = board.cells[Int(asset)].programme
        return programme == Board.noProgramme ? Verdict.noLevel : board.programmes[Int(programme)].level
    }

    func power(_ asset: UInt32, level: UInt8) -> Int64 {
        guard level != Verdict.noLevel else { return 0 }
        let (trade, kind) = trade(asset)
        return Int64(trade.power(kindIndex: kind, nominal: Int32(board.cells[Int(asset)].nominal), level: level))
    }

    func interlock(_ asset: UInt32, to level: UInt8) -> Interlock? {
        guard exists(asset) else { return .notOrderable }
        let (trade, kind) = trade(asset)
        let standing = board.cells[Int(asset)].standing
        if level == Verdict.noLevel {
            // Given back to its programme: nobody orders the level, so only what holds at any level counts.
            if standing.contains(.outOfService) { return .outOfService }
            if !trade.isOrderable(kindIndex: kind) { return .notOrderable }
        } else if let hit = trade.interlock(kindIndex: kind, standing: standing, from: observed(asset), to: level) {
            return hit
        }
        return gateway(asset) == Asset.Number.none.value ? .noGateway : nil
    }

    func proves(_ asset: UInt32, wanted: UInt8, observed: UInt8) -> Bool {
        let (trade, kind) = trade(asset)
        return trade.proves(kindIndex: kind, wanted: wanted, observed: observed)
    }

    func patience(_ asset: UInt32) -> Patience { trade(asset).trade.patience }

    /// Marks on the board that an order waits for this asset's reading, so that judgement tells of it.
    func setAwaited(_ asset: UInt32, _ isAwaited: Bool) {
        if exists(asset) { board.cells[Int(asset)].set(.awaited, isAwaited) }
    }

    /// The assets of a selection, ascending, each once. Assets named one by one are all kept (an interlock will say why one is
    /// not sent); of a tree or an area, only those that take orders.
    func resolve(_ selection: OrderSelection, groups: [Int64: SavedGroup]) throws(OrderError) -> [UInt32] {
        switch selection {
        case .assets(let numbers):
            return Array(Set(numbers.map(\.value))).sorted()
        case .supply(let root):
            return topology.supply.descendants(of: root).map(\.value).filter(isOrderable).sorted()
        case .gateway(let root):
            return topology.link.descendants(of: root).map(\.value).filter(isOrderable).sorted()
        case .area(let insee):
            guard let index = board.communes.firstIndex(of: insee) else { return [] }
            return (0..<UInt32(board.count)).filter { board.commune[Int($0)] == UInt16(index) && isOrderable($0) }
        case .group(let id):
            guard let group = groups[id] else { throw .unknownGroup(id) }
            if case .group = group.members { throw .unknownGroup(id) }
            return try resolve(group.members, groups: [:])
        }
    }
}

/// Assets under one name: picked by hand, or by a query that is asked anew each time. Saved by a person, at a time.
package struct SavedGroup: Sendable, Hashable, Codable {
    package var id: Int64
    package var name: String
    /// Never `.group`.
    package var members: OrderSelection
    package var author: String
    package var savedAt: Instant
    package init(id: Int64, name: String, members: OrderSelection, author: String, savedAt: Instant) {
        (self.id, self.name, self.members, self.author, self.savedAt) = (id, name, members, author, savedAt)
    }
}
