// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Reports

@Suite struct DuplicateTests {
    private let noon = Instant(year: 2026, month: 11, day: 21, hour: 12)
    private let here = Place(longitude: 5.0415, latitude: 47.322)

    private func place(east: Double, north: Double = 0) -> Place {
        Place(longitude: here.longitude + east / 75_460, latitude: here.latitude + north / 111_320)
    }

    private func matter(
        _ number: Int64, _ category: String = "dumping.bulky", east: Double = 0, hoursAgo: Int64 = 2, text: String = "", asset: Int? = nil,
        source: OpenMatter.Source = .report
    ) -> OpenMatter {
        OpenMatter(
            id: .init(source, number), category: category, branch: String(category.prefix { $0 != "." }), place: place(east: east),
            at: noon - .hours(hoursAgo), words: WordBag(text), asset: asset.map { Asset.Number($0) })
    }

    private func grid(_ matters: [OpenMatter]) -> DuplicateGrid {
        var grid = DuplicateGrid(latitude: here.latitude)
        for matter in matters { grid.put(matter) }
        return grid
    }

    private var new: OpenMatter { matter(1_000, hoursAgo: 0) }

    @Test func theNearestOfItsCategoryIsTheLikeliest() {
        let found = grid([matter(1, east: 12), matter(2, east: 140), matter(3, "light.out", east: 5)]).likely(new)
        #expect(found.first?.matter == .init(.report, 1))
        #expect(found[0].probability > 0.6)
        #expect(found.map(\.probability) == found.map(\.probability).sorted(by: >))
    }

    @Test func nothingFarOrOldOrStrangeIsADuplicate() {
        #expect(grid([matter(1, east: 390)]).likely(new).isEmpty)
        #expect(grid([matter(1, east: 2_000)]).likely(new, least: 0.001).isEmpty)
        #expect(grid([]).likely(new).isEmpty)
        let young = grid([matter(1, east: 60)]).likely(new, least: 0)[0].probability
        let old = grid([matter(1, east: 60, hoursAgo: 24 * 90)]).likely(new, least: 0)[0].probability
        #expect(old < young)
    }

    @Test func inACrowdOnlyWhatIsVeryNearIsTakenForTheSame() {
        let lone = grid([matter(1, east: 45)]).likely(new, least: 0)[0].probability
        let crowd = grid((1...40).map { matter($0, east: 45 + Double($0 - 1) * 8) }).likely(new, least: 0)
        #expect(lone > DuplicateRules.likely)
        #expect(crowd.first { $0.matter.number == 1 }!.probability < lone / 2)
        #expect(crowd.map(\.probability).reduce(0, +) < 1)
    }

    @Test func theSameAssetCountsWhereverTheCitizenStood() {
        let found = grid([matter(1, "light.out", east: 700, asset: 7), matter(2, "light.out", east: 15, asset: 8)])
            .likely(matter(9, "light.out", hoursAgo: 0, asset: 7))
        #expect(found.map(\.matter.number) == [1])
        #expect(found[0].probability > 0.9)
        #expect(found[0].reason.french.hasPrefix("même équipement"))
    }

    @Test func anAlarmIsAMatterLikeAReport() {
        let found = grid([matter(1, "light.out", east: 3, asset: 7, source: .alarm)]).likely(matter(1, "light.out", hoursAgo: 0, asset: 7))
        #expect(found.map(\.matter) == [.init(.alarm, 1)])
    }

    @Test func wordsLiftTheOneThatSpeaksOfTheSameThing() {
        let grid = grid([
            matter(1, east: 40, text: "Deux matelas et un sommier devant la porte"), matter(2, east: 40, text: "sacs de gravats éventrés"),
        ])
        let found = grid.likely(new, text: "encore des matelas sur le trottoir !", least: 0.01)
        #expect(found.map(\.matter.number) == [1, 2])
        #expect(found[0].words == ["matelas"])
        #expect(found[0].reason.french == "même catégorie, à 40 m, il y a 2 h, 2 de cette catégorie à 400 m, mots communs : matelas")
        #expect(found[0].reason.english.hasSuffix("shared words: matelas"))
        #expect(found[1].words.isEmpty)
    }

    @Test func aNeighbouringCategoryIsWeakerThanTheSameAndStrongerThanAnother() {
        func probability(_ category: String) -> Double {
            grid([matter(1, category, east: 20)]).likely(new, least: 0)[0].probability
        }
        #expect(probability("dumping.bulky") > probability("dumping.rubble"))
        #expect(probability("dumping.rubble") > probability("graffiti.wall"))
    }

    @Test func oneTakenOutOrMovedIsFoundNoMoreWhereItWas() {
        var grid = grid([matter(1, east: 5), matter(2, east: 9)])
        grid.remove(.init(.report, 1))
        grid.remove(.init(.report, 77))
        #expect(grid.likely(new, least: 0).map(\.matter.number) == [2])
        grid.put(matter(2, east: 5_000))
        #expect(grid.count == 1)
        #expect(grid.likely(new, least: 0).isEmpty)
        grid.put(matter(3, east: 5))
        #expect(grid.likely(new, least: 0).map(\.matter.number) == [3])
    }

    @Test func aReportIsNoDuplicateOfItselfAndAPlaceThatIsNoneIsLeftOut() {
        var grid = grid([new])
        #expect(grid.likely(new, least: 0).isEmpty)
        var odd = matter(5)
        for place in [Place(longitude: .nan, latitude: 1), Place(longitude: 5, latitude: 91), Place(longitude: .infinity, latitude: 0)] {
            odd.place = place
            grid.put(odd)
            #expect(grid.likely(odd).isEmpty)
        }
        #expect(grid.count == 1)
        odd.place = Place(longitude: -180, latitude: -85)
        grid.put(odd)
        #expect(grid.count == 2)
    }

    /// Any sequence of putting in and taking out leaves what a plain table holds.
    @Test func theGridHoldsWhatAPlainTableHolds() {
        var random = SplitMix(seed: 11)
        var (grid, plain) = (DuplicateGrid(latitude: here.latitude), [OpenMatter.ID: OpenMatter]())
        for _ in 0..<3_000 {
            let number = Int64(random.below(60))
            if random.below(3) == 0 {
                grid.remove(.init(.report, number))
                plain[.init(.report, number)] = nil
            } else {
                let made = matter(number, east: Double(random.below(900)), text: "mot\(random.below(9))", asset: Int(random.below(5)))
                grid.put(made)
                plain[made.id] = made
            }
        }
        #expect(grid.count == plain.count)
        let found = Set(grid.likely(new, least: 0, limit: 1_000).map(\.matter))
        #expect(found == Set(plain.values.filter { here.metres(to: $0.place) <= DuplicateRules.reach }.map(\.id)))
    }

    @Test func probabilitiesOfRivalsStayBelowOne() {
        #expect(DuplicateRules.probabilities([]) == [])
        #expect(DuplicateRules.probabilities([1]) == [0.5])
        #expect(DuplicateRules.probabilities([1e300, 1e300]).allSatisfy { $0 <= 0.5 })
    }
}

struct SplitMix {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func below(_ n: UInt64) -> UInt64 { next() % n }
}
