// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How assets hang together, twice: by electricity (substation → feeder → cabinet → lamp) and by communication
/// (gateway → lamp). A value made anew when the inventory changes and shared by the books; looking up does not allocate.
/// Numbers are asset numbers; assets without a parent hang under a virtual root, 'the whole city'.
package final class Topology: Sendable {
    package let kinds: [Kind]
    /// By asset number: index into `kinds`, 255 where the number is unused or the asset was removed.
    package let kindOf: ContiguousArray<UInt8>
    package let supply: Tree
    package let link: Tree
    /// The communes met, by ordinal; `communeOf` gives an asset's ordinal, or is empty where no communes were given.
    package let communes: [Commune]
    package let communeOf: ContiguousArray<UInt16>

    /// - Parameters:
    ///   - kindOf: by asset number, index into `kinds` or 255. The count of this array is the count of assets.
    ///   - supplyParent: by asset number, the parent's number or `UInt32.max`. Shorter arrays count as 'no parent'.
    ///   - linkParent: likewise, the gateway.
    ///   - communeOf: by asset number, index into `communes`; may be empty.
    /// A parent that does not exist, was removed, or would close a ring is cut: the asset then hangs under the virtual root
    /// and is counted in `Tree.cut`.
    package init(
        kinds: [Kind], kindOf: ContiguousArray<UInt8>, supplyParent: ContiguousArray<UInt32>, linkParent: ContiguousArray<UInt32>,
        communes: [Commune] = [], communeOf: ContiguousArray<UInt16> = []
    ) {
        (self.kinds, self.kindOf, self.communes) = (kinds, kindOf, communes)
        self.communeOf = communeOf
        supply = Tree(
            way: .supply, parents: supplyParent, kindOf: kindOf, counts: kinds.map { !$0.conditions.isEmpty && $0.groups(.supply) })
        link = Tree(way: .link, parents: linkParent, kindOf: kindOf, counts: kinds.map { !$0.conditions.isEmpty && $0.groups(.link) })
    }

    /// A city without assets.
    package static let empty = Topology(kinds: [], kindOf: [], supplyParent: [], linkParent: [])

    package var count: Int { kindOf.count }

    package func tree(_ way: Way) -> Tree { way == .supply ? supply : link }

    package func kind(of asset: Asset.Number) -> Kind? {
        guard asset.index < kindOf.count, kindOf[asset.index] < kinds.count else { return nil }
        return kinds[Int(kindOf[asset.index])]
    }

    package func commune(of asset: Asset.Number) -> Commune? {
        guard asset.index < communeOf.count, Int(communeOf[asset.index]) < communes.count else { return nil }
        return communes[Int(communeOf[asset.index])]
    }

    /// By which of the two trees.
    package enum Way: UInt8, Sendable, Hashable, CaseIterable { case supply = 0, link = 1 }
}

extension Kind {
    /// May an asset of this kind count as out in that tree? A silent lamp (grouping `link`) may be silent because it has no
    /// power, so `link` conditions count in both trees; a loss of power says nothing about the gateway.
    func groups(_ way: Topology.Way) -> Bool { conditionMask(way) != 0 }

    /// The conditions that count in that tree, as bits.
    func conditionMask(_ way: Topology.Way) -> UInt32 {
        var mask: UInt32 = 0
        for (bit, condition) in conditions.enumerated() {
            switch (condition.grouping, way) {
            case (.link, _), (.supply, .supply): mask |= 1 << UInt32(bit)
            default: break
            }
        }
        return mask
    }

    /// The conditions by which a node says of itself that everything below it is out: a tripped breaker in the electrical
    /// tree, a lost gateway in the communication tree. A silent cabinet does not say that its lamps are dark.
    func ownWordMask(_ way: Topology.Way) -> UInt32 {
        var mask: UInt32 = 0
        for (bit, condition) in conditions.enumerated() where condition.grouping == (way == .supply ? .supply : .link) {
            mask |= 1 << UInt32(bit)
        }
        return mask
    }
}
