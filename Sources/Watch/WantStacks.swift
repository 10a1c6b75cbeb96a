// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Which orders want something of which assets. An asset that only follows its programme costs nothing; one with a want, some
/// forty bytes. The winner is the highest authority, and among equals the newest order; the others lie beneath and are kept, so
/// that the sheet can say who would win next and until when.
struct WantStacks {
    /// By asset: the first node of its list.
    private var heads: [UInt32: UInt32] = [:]
    private var nodes: ContiguousArray<Node> = []
    private var free = WantStacks.none
    private(set) var claims: [UInt64: Claim] = [:]

    private static let none = UInt32.max

    private struct Node {
        var order: UInt64
        var next: UInt32
    }

    /// What an order wants of all its assets; `holding` counts those that it still holds.
    struct Claim {
        var want: Want
        var holding = 0
    }

    var assets: Dictionary<UInt32, UInt32>.Keys { heads.keys }

    mutating func open(_ want: Want) { claims[want.order] = Claim(want: want) }

    /// The order wants it of this asset from now on; once only per order and asset.
    mutating func push(_ asset: UInt32, order: UInt64) {
        let node = Node(order: order, next: heads[asset] ?? WantStacks.none)
        if free == WantStacks.none {
            heads[asset] = UInt32(nodes.count)
            nodes.append(node)
        } else {
            let index = free
            free = nodes[Int(index)].next
            nodes[Int(index)] = node
            heads[asset] = index
        }
        claims[order]?.holding += 1
    }

    /// The order wants nothing more of this asset. Its claim goes with the last one.
    mutating func remove(_ asset: UInt32, order: UInt64) {
        guard var index = heads[asset] else { return }
        var before = WantStacks.none
        while index != WantStacks.none, nodes[Int(index)].order != order {
            before = index
            index = nodes[Int(index)].next
        }
        guard index != WantStacks.none else { return }
        let next = nodes[Int(index)].next
        if before == WantStacks.none {
            heads[asset] = next == WantStacks.none ? nil : next
        } else {
            nodes[Int(before)].next = next
        }
        nodes[Int(index)].next = free
        free = index
        claims[order]?.holding -= 1
        if claims[order]?.holding == 0 { claims[order] = nil }
    }

    func winner(_ asset: UInt32) -> Want? {
        guard var index = heads[asset] else { return nil }
        var best: Want?
        while index != WantStacks.none {
            let node = nodes[Int(index)]
            if let want = claims[node.order]?.want, best.map({ WantStacks.wins(want, over: $0) }) ?? true { best = want }
            index = node.next
        }
        return best
    }

    /// All wants of an asset, the winner first.
    func all(_ asset: UInt32) -> [Want] {
        var found: [Want] = []
        var index = heads[asset] ?? WantStacks.none
        while index != WantStacks.none {
            if let claim = claims[nodes[Int(index)].order] { found.append(claim.want) }
            index = nodes[Int(index)].next
        }
        return found.sorted(by: WantStacks.wins)
    }

    private static func wins(_ a: Want, over b: Want) -> Bool {
        a.authority != b.authority ? a.authority > b.authority : a.order > b.order
    }
}
