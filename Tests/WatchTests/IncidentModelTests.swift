// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

private typealias City = AlarmTestCity

/// The alarm book against a slow model that counts everything anew at each step.
@Suite struct IncidentModelTests {
    @Test(arguments: 1...6)
    func whateverComesInWhateverOrderEveryAlarmStandsInExactlyOneLine(seed: Int) throws {
        let city =
            seed % 2 == 0
            ? AlarmTestCity(substations: 2, feeders: 2, cabinets: 3, lamps: 8, lampsPerGateway: 11, hearsCabinets: seed > 2)
            : AlarmTestCity(substations: 3, feeders: 4, cabinets: 5, lamps: 4, lampsPerGateway: 7, hearsCabinets: seed > 2)
        let test = AlarmTestBook(city)
        var dice = Dice(UInt64(seed) &* 7919)
        let model = IncidentModel(city)
        for step in 0..<400 {
            RandomDay.step(test, &dice)
            try model.check(test, "seed \(seed), step \(step)")
        }
        // Everything returns, everything is acknowledged: nothing is left behind.
        for (asset, mask) in test.masks { test.clear(asset, mask) }
        for _ in 0..<40 { test.pass(.hours(1)) }
        for act in [AlarmAct.unshelve, .unsuppress, .restoreToService] {
            for line in test.lines {
                test.act(act, [line.target])
                if case .incident(let id) = line.target { test.act(act, test.book.members(of: id).map { .alarm($0.id) }) }
            }
        }
        for line in test.lines { test.act(.acknowledge, [line.target]) }
        for line in test.lines { test.act(.reset, [line.target]) }
        for line in test.lines { test.act(.acknowledge, [line.target]) }
        test.drain()
        #expect(test.lines.isEmpty && test.book.slotOf.isEmpty && test.book.activeMask.isEmpty && test.book.extras.isEmpty)
        #expect(test.book.incidents.allSatisfy { $0 == nil } && test.announced.isEmpty)
        for tree in test.book.trees { #expect(tree.out.allSatisfy { $0 == 0 } && tree.alarms.allSatisfy { $0 == 0 } && tree.tops.isEmpty) }
    }
}

/// A random step of a day: losses and returns of single assets and of all below a node, acts of people, time.
enum RandomDay {
    static func step(_ test: AlarmTestBook, _ dice: inout Dice) {
        let city = test.city
        switch dice.next() % 20 {
        case 0...6: toggle(test, UInt32(dice.next() % UInt64(city.kindOf.count)), &dice)
        case 7, 8: everyLamp(test, below: city.cabinets.randomElement(using: &dice)!, .supply, City.supplyLoss, &dice)
        case 9: everyLamp(test, below: city.feeders.randomElement(using: &dice)!, .supply, City.lost, &dice)
        case 10, 11: everyLamp(test, below: city.gateways.randomElement(using: &dice)!, .link, City.lost, &dice)
        case 12: test.drain()
        case 13...15: act(test, &dice)
        default: test.pass(.seconds(Int64(dice.next() % 400)))
        }
    }

    private static func toggle(_ test: AlarmTestBook, _ asset: UInt32, _ dice: inout Dice) {
        let conditions = AlarmTestCity.kinds[Int(test.city.kindOf[Int(asset)])].conditions.count
        let bit = UInt32(1) << UInt32(dice.next() % UInt64(conditions))
        if test.masks[asset, default: 0] & bit == 0 { test.set(asset, bit) } else { test.clear(asset, bit) }
    }

    private static func everyLamp(_ test: AlarmTestBook, below node: UInt32, _ way: Topology.Way, _ bit: UInt32, _ dice: inout Dice) {
        let lamps = test.city.topology.tree(way).descendants(of: Asset.Number(node)).map(\.value)
            .filter { test.city.kindOf[Int($0)] == City.lamp }.shuffled(using: &dice)
        let sets = dice.next() % 2 == 0
        for lamp in lamps.prefix(Int(dice.next() % UInt64(lamps.count + 1)) + lamps.count / 2) {
            if sets { test.set(lamp, bit) } else { test.clear(lamp, bit) }
        }
    }

    private static func act(_ test: AlarmTestBook, _ dice: inout Dice) {
        guard let line = test.lines.randomElement(using: &dice) else { return }
        let acts: [AlarmAct] = [
            .acknowledge, .acknowledge, .acknowledge, .reset, .shelve(until: test.now + .minutes(30), why: "essai"), .unshelve,
            .assign(to: "bob"), .comment("vu"), .suppress(why: "essai"), .unsuppress, .removeFromService(why: "essai"), .restoreToService,
        ]
        test.act(acts.randomElement(using: &dice)!, [line.target])
    }
}

/// Counts from nothing what the book counts step by step.
struct IncidentModel {
    let city: AlarmTestCity
    let topology: Topology

    init(_ city: AlarmTestCity) { (self.city, topology) = (city, city.topology) }

    func check(_ test: AlarmTestBook, _ place: String) throws {
        let book = test.book
        let active = book.entries.indices.filter { slot in
            book.entries[slot].isActive && book.slotOf[book.entries[slot].key] == Int32(slot)
        }
        // Without delays and flapping what holds is what was said.
        for slot in active where book.entries[slot].bit != 4 && !book.entries[slot].isFlapping {
            try #require(test.masks[book.entries[slot].asset]! >> UInt32(book.entries[slot].bit) & 1 == 1, "\(place)")
        }
        // Every alarm stands once: alone, or in one formed incident that counts it.
        let lines = book.lines()
        try #require(lines.reduce(0) { $0 + $1.count } == book.standing, "\(place)")
        try #require(lines.reduce(0) { $0 + $1.activeCount } == active.count, "\(place)")
        for line in lines {
            guard case .incident(let id) = line.target else { continue }
            let members = book.members(of: id)
            try #require(members.count == line.count && members.filter(\.isActive).count == line.activeCount, "\(place)")
            try #require(members.allSatisfy { $0.incident == id }, "\(place)")
            try #require(line.communes.reduce(0) { $0 + $1.count } == line.count, "\(place)")
        }
        for way in Topology.Way.allCases { try checkTree(test, way, active, place) }
        try checkPlaces(book, active, place)
    }

    /// The counts of a tree, and that nodes are out where they must and not where they must not.
    private func checkTree(_ test: AlarmTestBook, _ way: Topology.Way, _ active: [Int], _ place: String) throws {
        let book = test.book
        let tree = topology.tree(way)
        let counted = book.trees[Int(way.rawValue)]
        var alarms = [Int](repeating: 0, count: tree.nodeCount)
        var own = alarms
        var leaves = [Set<UInt32>](repeating: [], count: tree.nodeCount)
        for slot in active {
            let entry = book.entries[slot]
            let kind = AlarmTestCity.kinds[Int(entry.kind)]
            guard kind.conditionMask(way) >> UInt32(entry.bit) & 1 == 1 else { continue }
            let asset = Asset.Number(entry.asset)
            let selfNode = tree.node(of: asset)
            if let selfNode {
                alarms[selfNode] += 1
                if kind.ownWordMask(way) >> UInt32(entry.bit) & 1 == 1 { own[selfNode] += 1 }
            }
            for node in tree.ancestors(of: asset).map({ tree.node(of: $0)! }) + [tree.root] {
                alarms[node] += 1
                if selfNode == nil { leaves[node].insert(entry.asset) }
            }
        }
        try #require(counted.alarms.map(Int.init) == alarms && counted.own.map(Int.init) == own, "\(place) \(way)")
        try #require(counted.out.map(Int.init) == leaves.map(\.count), "\(place) \(way)")
        for node in 0..<tree.nodeCount {
            let (out, all) = (leaves[node].count, tree.leafCount(ofNode: node))
            let inner = node == tree.root ? [] : tree.inner(ofNode: node).map(Int.init)
            let nodes = inner.filter(counted.isOut).count
            let heard = inner.count - inner.filter { !counted.isOut($0) && isMute(book, way, tree.asset(ofNode: $0)!) }.count
            let doesSpeak = inner.count >= 3 && inner.reduce(0) { $0 + tree.leafCount(ofNode: $1) } * 2 >= all
            let begins = out >= 3 && out * 100 >= 50 * all || doesSpeak && nodes >= 3 && nodes * 100 >= 50 * heard
            let stays = out > 0 && out * 100 >= 35 * all || doesSpeak && nodes > 0 && nodes * 100 >= 40 * heard
            if begins { try #require(counted.isOutByCount[node], "\(place) \(way) \(node)") }
            let waits = counted.leaving[node] != nil
            if !stays { try #require(counted.isOutByCount[node] == waits && (alarms[node] > 0 || !waits), "\(place) \(way) \(node)") }
            if stays { try #require(!waits, "\(place) \(way) \(node)") }
            if let number = counted.leaving[node] {
                let timer = book.timers.heap.first { $0.generation == number && $0.subject == AlarmBook.nodeKey(way, UInt32(node)) }
                try #require(timer.map { $0.due <= test.now.milliseconds + 90_000 } == true, "\(place) \(way) \(node)")
            }
        }
        var tops: Set<Int> = []
        for node in 0..<tree.root where counted.isOut(node) {
            var above = tree.parent(ofNode: node)
            while above != tree.root && !counted.isOut(above) { above = tree.parent(ofNode: above) }
            if above == tree.root { tops.insert(node) }
        }
        try #require(Set(counted.tops.keys) == tops, "\(place) \(way)")
        try #require(!counted.isStorm || tops.count > 3, "\(place) \(way)")
        try #require(counted.highest.stormRoots == (counted.isStorm ? stormRoots(tree, tops) : []), "\(place) \(way)")
    }

    /// Does an asset that feeds others speak through something that is out?
    private func isMute(_ book: AlarmBook, _ way: Topology.Way, _ asset: Asset.Number) -> Bool {
        guard way == .supply else { return false }
        let link = book.trees[Int(Topology.Way.link.rawValue)]
        return topology.link.ancestors(of: asset).contains { link.isOut(topology.link.node(of: $0)!) }
    }

    /// Where the ways from the virtual root down to the highest nodes part, and where they part next if that is into few.
    private func stormRoots(_ tree: Topology.Tree, _ tops: Set<Int>) -> [Int] {
        let ways = tops.map { top in
            var way = [top]
            while way[0] != tree.root { way.insert(tree.parent(ofNode: way[0]), at: 0) }
            return way
        }
        func parting(_ ways: [[Int]]) -> Int {
            (0..<ways[0].count).last { step in ways.allSatisfy { step < $0.count && $0[step] == ways[0][step] } }!
        }
        let common = parting(ways)
        let parts = Dictionary(grouping: ways) { $0.count > common + 1 ? $0[common + 1] : $0[common] }
        let node = ways[0][common]
        guard (2...3).contains(parts.count), parts.count * 2 <= tree.inner(ofNode: node).count else { return [node] }
        return parts.values.map { $0[0][parting($0)] }.sorted()
    }

    /// Each active alarm stands under the root that explains it now, and those that nothing explains are alone or scattered.
    private func checkPlaces(_ book: AlarmBook, _ active: [Int], _ place: String) throws {
        for slot in active {
            let incident = book.incident(ofSlot: slot)
            if let (way, root) = book.explanation(slot) {
                try #require(incident?.way == way && incident?.root == root, "\(place) slot \(slot)")
            } else {
                try #require(incident == nil || incident?.gathering == .scattered, "\(place) slot \(slot)")
            }
        }
    }
}
