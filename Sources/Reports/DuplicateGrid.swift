// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// Something open that a citizen may report again: a report, or an alarm.
package struct OpenMatter: Sendable {
    package enum Source: UInt8, Sendable, Hashable { case report, alarm }
    package struct ID: Sendable, Hashable {
        package var source: Source
        package var number: Int64
        package init(_ source: Source, _ number: Int64) { (self.source, self.number) = (source, number) }
    }

    package var id: ID
    /// The code of its category, and that of the branch which holds it.
    package var category: String
    package var branch: String
    package var place: Place
    package var at: Instant
    package var words: WordBag
    package var asset: Asset.Number?

    package init(
        id: ID, category: String, branch: String, place: Place, at: Instant, words: WordBag = .empty, asset: Asset.Number? = nil
    ) {
        (self.id, self.category, self.branch, self.place) = (id, category, branch, place)
        (self.at, self.words, self.asset) = (at, words, asset)
    }
}

/// All open matters in memory, in columns, found by squares of ground. What is closed is taken out, so that a million past
/// reports cost nothing. One writer: whoever holds it serialises.
package struct DuplicateGrid: Sendable {
    private var ids: [OpenMatter.ID] = []
    private var easts: [Double] = []
    private var norths: [Double] = []
    private var instants: [Int64] = []
    private var categories: [Int32] = []
    private var branches: [Int32] = []
    private var assets: [UInt32] = []
    private var bags: [WordBag] = []
    private var free: [Int32] = []
    private var slots: [OpenMatter.ID: Int32] = [:]
    private var squares: [Square: [Int32]] = [:]
    private var byAsset: [UInt32: [Int32]] = [:]
    private var codes: [String: Int32] = [:]
    /// In how many open matters each stem stands.
    private var frequencies: [UInt32: Int32] = [:]

    private struct Square: Hashable { var east, north: Int32 }
    private static let unnamed = UInt32.max
    private let origin: Double

    /// - Parameter latitude: of the city: metres are flat around it.
    package init(latitude: Double) { origin = cos(latitude * .pi / 180) }

    package var count: Int { slots.count }
    package func contains(_ id: OpenMatter.ID) -> Bool { slots[id] != nil }

    /// Puts it in; one that is there already is replaced. A place that is no place is left out.
    package mutating func put(_ matter: OpenMatter) {
        remove(matter.id)
        guard matter.place.isValid else { return }
        let (east, north) = metres(matter.place)
        let asset = matter.asset?.value ?? DuplicateGrid.unnamed
        let slot: Int32
        if let old = free.popLast() {
            slot = old
            let i = Int(old)
            (ids[i], easts[i], norths[i], instants[i]) = (matter.id, east, north, matter.at.milliseconds)
            (categories[i], branches[i], assets[i], bags[i]) = (code(matter.category), code(matter.branch), asset, matter.words)
        } else {
            slot = Int32(ids.count)
            ids.append(matter.id)
            easts.append(east)
            norths.append(north)
            instants.append(matter.at.milliseconds)
            categories.append(code(matter.category))
            branches.append(code(matter.branch))
            assets.append(asset)
            bags.append(matter.words)
        }
        slots[matter.id] = slot
        squares[square(east, north), default: []].append(slot)
        if asset != DuplicateGrid.unnamed { byAsset[asset, default: []].append(slot) }
        for stem in matter.words.stems { frequencies[stem, default: 0] += 1 }
    }

    package mutating func remove(_ id: OpenMatter.ID) {
        guard let slot = slots.removeValue(forKey: id) else { return }
        let i = Int(slot)
        DuplicateGrid.drop(slot, from: &squares, square(easts[i], norths[i]))
        if assets[i] != DuplicateGrid.unnamed { DuplicateGrid.drop(slot, from: &byAsset, assets[i]) }
        for stem in bags[i].stems {
            let left = (frequencies[stem] ?? 1) - 1
            frequencies[stem] = left > 0 ? left : nil
        }
        bags[i] = .empty
        free.append(slot)
    }

    /// What the new one may repeat, the likeliest first.
    /// - Parameters:
    ///   - new: its `id` is left out of the answer, where it stands in the grid itself.
    ///   - least: the probability under which nothing is said.
    package func likely(_ new: OpenMatter, least: Double = DuplicateRules.likely, limit: Int = 5) -> [LikelyDuplicate] {
        guard new.place.isValid, least >= 0 else { return [] }
        let around = candidates(new)
        var crowds = [0, 0, 0]
        for candidate in around where candidate.metres <= DuplicateRules.reach { crowds[candidate.kinship.rawValue] += 1 }
        let pairs = around.map { pair(new, $0, crowds) }
        let probabilities = DuplicateRules.probabilities(pairs.map(DuplicateRules.odds))
        let best = pairs.indices.filter { probabilities[$0] >= least }.sorted { probabilities[$0] > probabilities[$1] }.prefix(limit)
        return best.map { i in
            let slot = Int(around[i].slot)
            return LikelyDuplicate(
                matter: ids[slot], probability: probabilities[i], pair: pairs[i], words: [])
        }
    }

    /// The same for somebody who writes: the words are read from the text, and those shared are named in the answer.
    package func likely(
        _ new: OpenMatter, text: String, least: Double = DuplicateRules.likely, limit: Int = 5
    ) -> [LikelyDuplicate] {
        var new = new
        let words = WordBag.words(text)
        new.words = WordBag(stems: Array(Set(words.map(\.number))).sorted())
        return likely(new, least: least, limit: limit).map { found in
            var found = found
            guard let slot = slots[found.matter] else { return found }
            let shared = Set(bags[Int(slot)].stems)
            var said: Set<UInt32> = []
            found.words = words.filter { shared.contains($0.number) && said.insert($0.number).inserted }.prefix(4).map(\.token)
            return found
        }
    }

    // MARK: Inside

    private struct Candidate {
        var slot: Int32
        var metres: Double
        var kinship: DuplicateRules.Kinship
    }

    private func candidates(_ new: OpenMatter) -> [Candidate] {
        let (east, north) = metres(new.place)
        let middle = square(east, north)
        let (category, branch) = (codes[new.category] ?? -1, codes[new.branch] ?? -1)
        let asset = new.asset?.value ?? DuplicateGrid.unnamed
        var out: [Candidate] = []
        func take(_ slot: Int32, beyondReach: Bool) {
            let i = Int(slot)
            let (x, y) = (easts[i] - east, norths[i] - north)
            let metres = (x * x + y * y).squareRoot()
            guard (metres > DuplicateRules.reach) == beyondReach, ids[i] != new.id else { return }
            out.append(
                Candidate(
                    slot: slot, metres: metres, kinship: categories[i] == category ? .same : branches[i] == branch ? .sibling : .other))
        }
        for dx in -1...1 as ClosedRange<Int32> {
            for dy in -1...1 as ClosedRange<Int32> {
                for slot in squares[Square(east: middle.east &+ dx, north: middle.north &+ dy)] ?? [] { take(slot, beyondReach: false) }
            }
        }
        // A column of the asset that the citizen picked on the map counts, wherever he stood.
        if asset != DuplicateGrid.unnamed { for slot in byAsset[asset] ?? [] { take(slot, beyondReach: true) } }
        return out
    }

    private func pair(_ new: OpenMatter, _ candidate: Candidate, _ crowds: [Int]) -> DuplicateRules.Pair {
        let i = Int(candidate.slot)
        let bag = bags[i]
        let likeness = bag.stems.isEmpty || new.words.stems.isEmpty ? nil : new.words.likeness(to: bag, weight: weight)
        let named: DuplicateRules.Assets =
            assets[i] == DuplicateGrid.unnamed || new.asset == nil
            ? .unnamed : assets[i] == new.asset!.value ? .same : candidate.kinship == .same ? .different : .unnamed
        return DuplicateRules.Pair(
            kinship: candidate.kinship, metres: named == .same ? min(candidate.metres, 10) : candidate.metres,
            days: Double(abs(new.at.milliseconds &- instants[i])) / 86_400_000, likeness: likeness, asset: named,
            crowd: max(1, crowds[candidate.kinship.rawValue]))
    }

    /// Rare words weigh more.
    private func weight(_ stem: UInt32) -> Double { log(Double(slots.count + 2) / Double((frequencies[stem] ?? 0) + 1)) + 0.1 }

    private mutating func code(_ text: String) -> Int32 {
        if let code = codes[text] { return code }
        let code = Int32(codes.count)
        codes[text] = code
        return code
    }

    private func metres(_ place: Place) -> (Double, Double) {
        (place.longitude * origin * 111_319.49, place.latitude * 111_319.49)
    }

    private func square(_ east: Double, _ north: Double) -> Square {
        Square(east: Int32((east / DuplicateRules.reach).rounded(.down)), north: Int32((north / DuplicateRules.reach).rounded(.down)))
    }

    private static func drop<Key: Hashable>(_ slot: Int32, from table: inout [Key: [Int32]], _ key: Key) {
        guard var list = table.removeValue(forKey: key), let at = list.firstIndex(of: slot) else { return }
        list.swapAt(at, list.count - 1)
        list.removeLast()
        if !list.isEmpty { table[key] = list }
    }
}
