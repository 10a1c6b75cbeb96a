// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

@Suite struct TopologyTests {
    @Test func aCabinetKnowsItsLampsAndALampItsWayUp() {
        let city = AlarmTestCity()
        let tree = city.topology.supply
        let lamp = Asset.Number(city.lamps[0])
        #expect(
            tree.ancestors(of: lamp) == [Asset.Number(city.cabinets[0]), Asset.Number(city.feeders[0]), Asset.Number(city.substations[0])])
        #expect(tree.depth(of: lamp) == 3 && tree.depth(of: Asset.Number(city.substations[0])) == 0)
        let lamps = tree.children(of: Asset.Number(city.cabinets[0])).filter { city.kindOf[Int($0)] == AlarmTestCity.lamp }
        #expect(Array(lamps) == Array(city.lamps.prefix(10)))
        #expect(tree.children(of: lamp).isEmpty)
        // 40 lamps and the gateways that hang at this feeder: they too can be out.
        let gateways = tree.descendants(of: Asset.Number(city.feeders[0])).filter { city.kindOf[$0.index] == AlarmTestCity.gateway }
        #expect(tree.leafCount(of: Asset.Number(city.feeders[0])) == 40 + gateways.count)
        #expect(city.topology.link.parent(of: lamp) == Asset.Number(city.gateways[0]))
        #expect(city.topology.link.leafCount(of: Asset.Number(city.gateways[0])) == 24)
    }

    @Test func ringsAndUnknownParentsAreCutAndCounted() {
        // 0 → 1 → 2 → 0 is a ring, 3 is its own parent, 4 hangs at nothing known, 5 at a removed asset.
        let topology = Topology(
            kinds: AlarmTestCity.kinds, kindOf: [1, 1, 1, 1, 0, 0, 255], supplyParent: [1, 2, 0, 3, 900, 6, UInt32.max], linkParent: [])
        let tree = topology.supply
        #expect(tree.cut == 4)
        for asset in 0..<6 { #expect(tree.ancestors(of: Asset.Number(asset)).count <= 2) }
        #expect(topology.link.cut == 0 && topology.link.nodeCount == 1)
        #expect(tree.parent(of: Asset.Number(12_345)) == nil)
    }

    @Test func aChainDeeperThanAnyNetworkIsCut() {
        let n = 1000
        let parents = ContiguousArray((0..<n).map { $0 == 0 ? UInt32.max : UInt32($0 - 1) })
        let tree = Topology(
            kinds: AlarmTestCity.kinds, kindOf: ContiguousArray(repeating: 1, count: n), supplyParent: parents, linkParent: []
        ).supply
        #expect((0..<n).allSatisfy { tree.ancestors(of: Asset.Number($0)).count < Topology.Tree.deepest })
        #expect(tree.cut == (n - 1) / Topology.Tree.deepest)
    }

    @Test func leavesAddUpAtTheRootWhateverTheOrderOfNumbers() {
        var dice = Dice(7)
        for _ in 0..<20 {
            let n = 300
            // Any parent at all, also later numbers: rings occur and are cut.
            let parents = ContiguousArray((0..<n).map { _ in dice.next() % 5 == 0 ? UInt32.max : UInt32(dice.next() % UInt64(n)) })
            let tree = Topology(
                kinds: AlarmTestCity.kinds, kindOf: ContiguousArray(repeating: 0, count: n), supplyParent: parents, linkParent: []
            ).supply
            let leaves = (0..<n).filter { tree.children(of: Asset.Number($0)).isEmpty }.count
            #expect(tree.leafCount(ofNode: tree.root) == leaves)
            let reached = tree.children(ofNode: tree.root).reduce(0) { $0 + 1 + tree.descendants(of: Asset.Number($1)).count }
            #expect(reached == n)
            for node in 0..<tree.root {
                let asset = tree.asset(ofNode: node)!
                #expect(tree.node(of: asset) == node)
                let below = tree.descendants(of: asset)
                #expect(tree.leafCount(ofNode: node) == below.filter { tree.children(of: $0).isEmpty }.count)
            }
        }
    }

    @Test func aCityWithoutAssetsHasTwoEmptyTrees() {
        #expect(Topology.empty.supply.nodeCount == 1 && Topology.empty.link.leafCount(ofNode: 0) == 0)
        #expect(Topology.empty.kind(of: Asset.Number(0)) == nil && Topology.empty.commune(of: Asset.Number(0)) == nil)
    }
}
