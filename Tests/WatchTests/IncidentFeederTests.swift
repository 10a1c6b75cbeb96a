// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

private typealias City = AlarmTestCity

/// A feeder that trips is one line with its name, however its lamps' losses come in; the city's line is for the city.
@Suite struct IncidentFeederTests {
    /// Twelve feeders of twelve cabinets of fifty lamps.
    private static let town = AlarmTestCity(substations: 2, feeders: 6, cabinets: 12, lamps: 50, lampsPerGateway: 85)

    private func lamps(_ city: AlarmTestCity, below node: UInt32) -> [UInt32] {
        city.topology.supply.descendants(of: Asset.Number(node)).map(\.value).filter { city.kindOf[Int($0)] == City.lamp }
    }

    /// Gives these lamps a condition in random order over so many seconds, and looks at the screen after each.
    private func lose(
        _ lamps: [UInt32], _ bit: UInt32, over span: Span, _ test: AlarmTestBook, _ dice: inout Dice, _ look: ([AlarmLine]) -> Void
    ) {
        let began = test.now
        for (index, lamp) in lamps.shuffled(using: &dice).enumerated() {
            test.now = began + .milliseconds(span.milliseconds * Int64(index) / Int64(lamps.count))
            test.set(lamp, bit)
            if index % 10 == 9 { test.pass(.milliseconds(0)) }
            test.drain()
            look(test.lines)
        }
    }

    @Test(arguments: [City.supplyLoss, City.lost], [1, 2, 3])
    func lossesOverTenSecondsInAnyOrderEndAsOneLineAtTheFeederAndAreNeverTheCity(bit: UInt32, seed: Int) throws {
        let test = AlarmTestBook(Self.town)
        let feeder = Self.town.feeders[seed * 3]
        var dice = Dice(UInt64(seed) &* 271)
        var most = 0
        lose(lamps(Self.town, below: feeder), bit, over: .seconds(10), test, &dice) { lines in
            #expect(!lines.contains { $0.gathering != .scattered && $0.root == nil })
            most = max(most, lines.count)
        }
        let line = try #require(test.only)
        #expect(line.root == Asset.Number(feeder) && line.gathering == .supply && line.count == 600)
        #expect(line.title.french.hasPrefix("feeder : 600 × lamp"))
        #expect(most <= 25, "\(most)")
        #expect(Set(test.announced.keys) == [line.target])
        // It goes as it came.
        test.act(.acknowledge, [line.target])
        for lamp in lamps(Self.town, below: feeder).shuffled(using: &dice) {
            test.clear(lamp, bit)
            #expect(!test.lines.contains { $0.root == nil })
        }
        #expect(test.lines.isEmpty && test.book.standing == 0)
    }

    @Test func theFeederStandsWhenMostOfItsCabinetsDoAndNoLongerWhenHalfAreBack() throws {
        let test = AlarmTestBook(Self.town)
        let feeder = Self.town.feeders[2]
        let cabinets = Self.town.topology.supply.children(of: Asset.Number(feeder)).map { $0 }
        for cabinet in cabinets.prefix(5) { test.set(cabinet, City.tripped) }
        #expect(test.lines.count == 5 && test.lines.allSatisfy { $0.gathering == .single })
        test.set(cabinets[5], City.tripped)
        #expect(test.only?.root == Asset.Number(feeder) && test.only?.count == 6)
        test.act(.acknowledge, [test.lines[0].target])
        test.clear(cabinets[0], City.tripped)
        #expect(test.only?.count == 5)
        test.clear(cabinets[1], City.tripped)
        test.pass(.seconds(89))
        #expect(test.only?.count == 4)
        test.pass(.seconds(1))
        #expect(test.lines.count == 4 && Set(test.lines.map(\.root)) == Set(cabinets[2..<6].map { Asset.Number($0) }))
    }

    @Test func cabinetsWhoseGatewayIsDeadSayNothingForTheFeeder() throws {
        let city = AlarmTestCity(substations: 1, feeders: 2, cabinets: 12, lamps: 10, lampsPerGateway: 10, hearsCabinets: true)
        let test = AlarmTestBook(city)
        let feeder = city.feeders[0]
        let cabinets = city.topology.supply.children(of: Asset.Number(feeder)).map { $0 }
        for cabinet in cabinets.prefix(4) { test.set(cabinet, City.tripped) }
        #expect(test.lines.count == 4)
        // The trip took the gateways of five others before their cabinets could speak: four of seven that can be
        // heard are out, and the gateways stand with them.
        for gateway in city.gateways[4..<9] { test.set(gateway, City.down) }
        #expect(test.lines.filter { $0.root == Asset.Number(feeder) }.map(\.count) == [9])
        // What stands survives a snapshot and a new inventory as it is.
        test.drain()
        let copy = AlarmBook(topology: city.topology)
        #expect(copy.restore(test.book.snapshot()) && copy.snapshot() == test.book.snapshot())
        let lines = test.lines
        test.book.replace(topology: city.topology, at: test.now)
        #expect(test.lines == lines)
        // They come back and say that nothing is wrong: four of twelve are not the feeder.
        for gateway in city.gateways[4..<9] { test.clear(gateway, City.down) }
        #expect(test.lines.filter { $0.root == Asset.Number(feeder) }.count == 1)
        test.pass(.seconds(90))
        #expect(Set(test.lines.filter(\.isActive).map(\.root)) == Set(cabinets.prefix(4).map { Asset.Number($0) }))
    }

    @Test func aLineThatWaitsToSplitGoesOnWaitingAfterASnapshot() throws {
        let test = AlarmTestBook(Self.town)
        let cabinets = Self.town.topology.supply.children(of: Asset.Number(Self.town.feeders[2])).map { $0 }
        for cabinet in cabinets.prefix(6) { test.set(cabinet, City.tripped) }
        for cabinet in cabinets.prefix(2) { test.clear(cabinet, City.tripped) }
        test.pass(.seconds(60))
        test.drain()
        let copy = AlarmBook(topology: Self.town.topology)
        #expect(copy.restore(test.book.snapshot()))
        for book in [copy, test.book] {
            #expect(book.lines().filter(\.isActive).count == 1)
            book.tick(at: test.now + .seconds(30))
            #expect(book.lines().filter(\.isActive).count == 4)
        }
        #expect(copy.lines() == test.book.lines())
    }

    @Test func manyGatewaysOfAFlatNetworkAreSaidByTheirNumberAndNotAsTheCity() {
        let city = AlarmTestCity(substations: 2, feeders: 4, cabinets: 10, lamps: 10, lampsPerGateway: 10)
        let test = AlarmTestBook(city)
        for gateway in city.gateways.prefix(10) { test.set(gateway, City.down) }
        #expect(test.only?.root == nil && test.only?.title.french == "Communication, 10 points de la ville : 10 × gateway : fr down")
        for gateway in city.gateways.dropFirst(10).prefix(30) { test.set(gateway, City.down) }
        #expect(test.only?.title.english == "Communication, the whole city: 40 × gateway: en down")
    }

    @Test func manyCabinetsOfOneFeederThatAreNotMostOfThemStandUnderItAndNotUnderTheCity() throws {
        let city = AlarmTestCity(substations: 2, feeders: 4, cabinets: 20, lamps: 10, lampsPerGateway: 40)
        let test = AlarmTestBook(city)
        let feeder = city.feeders[1]
        let cabinets = city.topology.supply.children(of: Asset.Number(feeder)).map { $0 }
        for cabinet in cabinets.prefix(9) { test.set(cabinet, City.tripped) }
        #expect(test.only?.root == Asset.Number(feeder) && test.only?.count == 9)
        // One of another feeder stands by itself beside it; of four of eight feeders, the city is told.
        let others = [3, 5, 6].map { city.topology.supply.children(of: Asset.Number(city.feeders[$0])).first! }
        test.set(others[0], City.tripped)
        #expect(Set(test.lines.map(\.root)) == [Asset.Number(feeder), Asset.Number(others[0])])
        for other in others.dropFirst() { test.set(other, City.tripped) }
        #expect(test.only?.root == nil && test.only?.count == 12)
        for cabinet in others + cabinets.prefix(6) { test.clear(cabinet, City.tripped) }
        for line in test.lines { test.act(.acknowledge, [line.target]) }
        #expect(Set(test.lines.map(\.root)) == Set(cabinets[6..<9].map { Asset.Number($0) }))
    }

    @Test func fewLampsAtThePoleDoNotSpeakForManyAtTheFeeder() {
        // Three cabinets of three lamps, and forty lamps at the feeder itself.
        var city = AlarmTestCity(substations: 1, feeders: 1, cabinets: 4, lamps: 40, lampsPerGateway: 400)
        let below = city.topology.supply
        for cabinet in city.cabinets {
            let own = below.children(of: Asset.Number(cabinet)).filter { city.kindOf[Int($0)] == City.lamp }
            for lamp in cabinet == city.cabinets[3] ? own[...] : own.dropFirst(3) { city.supply[Int(lamp)] = city.feeders[0] }
        }
        let test = AlarmTestBook(city)
        for cabinet in city.cabinets.prefix(3) { test.set(cabinet, City.tripped) }
        #expect(test.lines.count == 3 && !test.lines.contains { $0.root == Asset.Number(city.feeders[0]) })
    }

    @Test(arguments: [1, 2]) func aCityThatGoesDarkIsAFewLines(seed: Int) {
        let test = AlarmTestBook(Self.town)
        var dice = Dice(UInt64(seed) &* 17)
        var most = 0
        lose(Self.town.lamps, City.supplyLoss, over: .seconds(10), test, &dice) { most = max(most, $0.count) }
        #expect(test.lines.count == 1 && test.only?.root == nil && test.only?.count == Self.town.lamps.count && most <= 30, "\(most)")
        // All feeders by their own word alone.
        let spoken = AlarmTestBook(Self.town)
        for feeder in Self.town.feeders.shuffled(using: &dice) { spoken.set(feeder, City.tripped) }
        #expect(spoken.lines.count <= 5 && spoken.lines.reduce(0) { $0 + $1.count } == 12)
    }

    @Test func whatReturnedUnseenFollowsToTheFeederThatTookTheRest() throws {
        let test = AlarmTestBook(Self.town)
        let feeder = Self.town.feeders[0]
        let lamps = lamps(Self.town, below: feeder)
        for lamp in lamps.prefix(50) { test.set(lamp, City.supplyLoss) }
        test.clear(lamps[0], City.supplyLoss)
        let cabinet = try #require(test.only)
        #expect(cabinet.root != Asset.Number(feeder) && cabinet.count == 50 && cabinet.activeCount == 49)
        for lamp in lamps.dropFirst(50) { test.set(lamp, City.supplyLoss) }
        #expect(test.only?.root == Asset.Number(feeder) && test.only?.count == 600 && test.only?.activeCount == 599)
    }

    @Test func aStormOverAFeederSurvivesTheJournalAndASnapshot() throws {
        let city = AlarmTestCity(substations: 2, feeders: 4, cabinets: 20, lamps: 10, lampsPerGateway: 40)
        let test = AlarmTestBook(city)
        for cabinet in city.topology.supply.children(of: Asset.Number(city.feeders[1])).prefix(9) { test.set(cabinet, City.tripped) }
        test.drain()
        let copy = AlarmBook(topology: city.topology)
        #expect(copy.restore(test.book.snapshot()))
        #expect(copy.lines() == test.lines && copy.trees[0].highest.stormRoots == test.book.trees[0].highest.stormRoots)
        let before = test.lines
        test.book.replace(topology: city.topology, at: test.now)
        #expect(test.lines == before && test.only?.root == Asset.Number(city.feeders[1]))
    }
}
