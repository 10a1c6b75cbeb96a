// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

private typealias City = AlarmTestCity

@Suite struct IncidentTests {
    @Test func aCabinetThatTripsHoldsItsLampsInOneLine() throws {
        let test = AlarmTestBook()
        let cabinet = test.city.cabinets[5]
        let lamps = test.city.topology.supply.children(of: Asset.Number(cabinet)).filter { test.city.kindOf[Int($0)] == City.lamp }
        test.set(cabinet, City.tripped)
        test.pass(.seconds(2))
        for lamp in lamps { test.set(lamp, City.lost) }
        let line = try #require(test.only)
        #expect(line.gathering == .supply && line.root == Asset.Number(cabinet) && line.count == 11 && line.activeCount == 11)
        #expect(line.condition.key == "tripped" && line.asset == Asset.Number(cabinet))
        #expect(line.title.french == "cabinet : fr tripped, et 10 alarmes en dépendant")
        guard case .incident(let id) = line.target else { Issue.record("not an incident"); return }
        #expect(Set(test.book.members(of: id).map(\.asset)) == Set(([cabinet] + lamps).map { Asset.Number($0) }))
        #expect(test.book.members(of: id, from: 9, limit: 5).count == 2)
        #expect(test.book.incident(of: Asset.Number(lamps[0])) == id)
        #expect(line.communes == [.init(commune: Commune(insee: "21230"), count: 11)])
    }

    @Test func aCabinetWhoseLampsGoSilentIsFoundWithoutItsWord() throws {
        let test = AlarmTestBook(AlarmTestCity(lampsPerGateway: 7))
        let cabinet = test.city.cabinets[2]
        let lamps = test.city.topology.supply.children(of: Asset.Number(cabinet)).filter { test.city.kindOf[Int($0)] == City.lamp }
        for lamp in lamps.prefix(4) { test.set(lamp, City.supplyLoss) }
        #expect(test.lines.allSatisfy { $0.gathering == .single } && test.lines.count == 4)
        for lamp in lamps { test.set(lamp, City.supplyLoss) }
        let line = try #require(test.only)
        #expect(line.root == Asset.Number(cabinet) && line.count == 10)
        #expect(line.title.english == "cabinet: 10 × lamp: en supplyLoss")
    }

    @Test func aFeederStandsAboveItsCabinetsAndSplitsWhenOneComesBack() throws {
        let test = AlarmTestBook()
        let feeder = test.city.feeders[1]
        let below = test.city.topology.supply.descendants(of: Asset.Number(feeder)).map(\.value)
        for asset in below where test.city.kindOf[Int(asset)] == City.lamp { test.set(asset, City.supplyLoss) }
        #expect(test.only?.root == Asset.Number(feeder) && test.only?.count == 40)
        test.act(.acknowledge, [test.lines[0].target])
        // Three of four cabinets return: fewer are left than let the feeder stand. After a trip they all return so, one by one: it waits.
        let cabinets = test.city.topology.supply.children(of: Asset.Number(feeder)).map { $0 }
        for cabinet in cabinets.prefix(3) {
            for lamp in test.city.topology.supply.children(of: Asset.Number(cabinet)) { test.clear(lamp, City.supplyLoss) }
        }
        test.pass(.seconds(80))
        #expect(test.only?.root == Asset.Number(feeder) && test.only?.count == 10)
        test.pass(.seconds(10))
        #expect(test.only?.root == Asset.Number(cabinets[3]) && test.only?.count == 10)
    }

    @Test func whatGoesAgainWhileItsLineWaitsToSplitStaysInIt() throws {
        let test = AlarmTestBook()
        let feeder = test.city.feeders[1]
        let cabinets = test.city.topology.supply.children(of: Asset.Number(feeder)).map { $0 }
        for cabinet in cabinets { test.set(cabinet, City.tripped) }
        let line = try #require(test.only).target
        for cabinet in cabinets.prefix(3) { test.clear(cabinet, City.tripped) }
        test.pass(.seconds(60))
        for cabinet in cabinets.prefix(2) { test.set(cabinet, City.tripped) }
        // The waiting is over where it stands again; the next begins anew.
        test.pass(.seconds(60))
        #expect(test.lines.filter(\.isActive).map(\.target) == [line])
        for cabinet in cabinets.prefix(2) { test.clear(cabinet, City.tripped) }
        test.pass(.seconds(60))
        #expect(test.lines.filter(\.isActive).map(\.target) == [line])
        test.pass(.seconds(30))
        #expect(test.lines.filter(\.isActive).map(\.root) == [Asset.Number(cabinets[3])])
    }

    @Test func betweenTheTwoThresholdsNothingFlickers() {
        let test = AlarmTestBook(AlarmTestCity(lampsPerGateway: 7))
        let cabinet = test.city.cabinets[2]
        let lamps = test.city.topology.supply.children(of: Asset.Number(cabinet)).filter { test.city.kindOf[Int($0)] == City.lamp }
        let leaves = test.city.topology.supply.leafCount(of: Asset.Number(cabinet))
        for lamp in lamps { test.set(lamp, City.supplyLoss) }
        test.drain()
        let incidents = test.book.lastIncident
        for _ in 0..<20 {
            for lamp in lamps.prefix(2) { test.clear(lamp, City.supplyLoss) }
            test.drain()
            #expect((lamps.count - 2) * 100 >= 35 * leaves && test.lines.filter { $0.gathering == .supply }.count == 1)
            for lamp in lamps.prefix(2) { test.set(lamp, City.supplyLoss) }
            test.pass(.minutes(20))
        }
        #expect(test.book.lastIncident == incidents)
    }

    @Test func aSilentLampStandsUnderItsGatewayWhenThatIsDown() throws {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[4]
        let lamps = test.city.topology.link.children(of: Asset.Number(gateway)).map { $0 }
        test.set(gateway, City.down)
        for lamp in lamps { test.set(lamp, City.lost) }
        let line = try #require(test.only)
        #expect(line.gathering == .link && line.root == Asset.Number(gateway) && line.count == 25)
        // A lamp that has failed has failed, whatever its gateway does.
        test.set(lamps[0], City.failure)
        #expect(test.lines.count == 2)
    }

    @Test func aCabinetsOwnWordOutweighsAGatewayThatOnlyLooksDown() throws {
        // 22 of the gateway's 24 lamps hang at the cabinet that tripped.
        let test = AlarmTestBook(AlarmTestCity(cabinets: 2, lamps: 22, lampsPerGateway: 24))
        let cabinet = test.city.cabinets[0]
        test.set(cabinet, City.tripped)
        for lamp in test.city.lamps.prefix(22) { test.set(lamp, City.lost) }
        let line = try #require(test.only)
        #expect(line.root == Asset.Number(cabinet) && line.gathering == .supply && line.count == 23)
    }

    @Test func oneAcknowledgementReachesEveryMemberAndThoseThatReturnAreOver() throws {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[1]
        let lamps = test.city.topology.link.children(of: Asset.Number(gateway)).map { $0 }
        test.set(gateway, City.down)
        for lamp in lamps { test.set(lamp, City.lost) }
        let report = test.act(.acknowledge, [try #require(test.only).target])
        #expect(report.alarms == 25 && test.only?.state == .acknowledged)
        guard case .incident(let id) = test.lines[0].target else { Issue.record("not an incident"); return }
        #expect(test.book.members(of: id).allSatisfy { $0.acknowledgedBy == "ada" && $0.state == .acknowledged })
        for lamp in lamps.prefix(20) { test.clear(lamp, City.lost) }
        #expect(test.only?.count == 5)
        for lamp in lamps.suffix(4) { test.clear(lamp, City.lost) }
        test.clear(gateway, City.down)
        #expect(test.lines.isEmpty && test.book.standing == 0)
        test.drain()
        #expect(test.kept.incidents.last?.closedAt == test.now)
        #expect(test.kept.memberships.count == 25)
    }

    @Test func aLineSaysWhichCommunesItReachesNoMore() throws {
        let test = AlarmTestBook(AlarmTestCity(lampsPerGateway: 50))
        let gateway = test.city.gateways[2]
        let lamps = test.city.topology.link.children(of: Asset.Number(gateway)).map { $0 }
        test.set(gateway, City.down)
        for lamp in lamps { test.set(lamp, City.lost) }
        let line = try #require(test.only)
        #expect(line.communes.map(\.commune.insee) == ["21231", "21230"] && line.former.isEmpty)
        test.act(.acknowledge, [line.target])
        for lamp in lamps where test.city.commune[Int(lamp)] == 1 { test.clear(lamp, City.lost) }
        #expect(test.only?.communes.map(\.commune.insee) == ["21230"] && test.only?.former == [Commune(insee: "21231")])
        test.drain()
        for lamp in lamps { test.clear(lamp, City.lost) }
        test.clear(gateway, City.down)
        let gone = try #require(test.drain().lines.first { $0.target == line.target })
        #expect(gone.isGone && gone.communes.isEmpty && Set(gone.former.map(\.insee)) == ["21230", "21231"])
    }

    @Test func whatReturnedUnseenIsOneLineUntilOneAcknowledgement() {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[1]
        let lamps = test.city.topology.link.children(of: Asset.Number(gateway)).map { $0 }
        test.set(gateway, City.down)
        for lamp in lamps { test.set(lamp, City.lost) }
        for lamp in lamps { test.clear(lamp, City.lost) }
        test.clear(gateway, City.down)
        #expect(test.only?.state == .returned && test.only?.count == 25 && test.only?.activeCount == 0)
        test.act(.acknowledge, [test.lines[0].target])
        #expect(test.lines.isEmpty)
    }

    @Test func anAcknowledgedIncidentThatOutgrowsWhatWasSeenAsksAgain() {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[1]
        let lamps = test.city.topology.link.children(of: Asset.Number(gateway)).map { $0 }
        test.set(gateway, City.down)
        test.set(lamps[0], City.lost)
        test.act(.acknowledge, [test.lines[0].target])
        test.set(lamps[1], City.lost)
        test.set(lamps[2], City.lost)
        #expect(test.only?.state == .acknowledged)
        test.set(lamps[3], City.lost)
        #expect(test.only?.state == .unacknowledged && test.only?.occurrences == 2)
    }

    @Test func scatteredFailuresStandInOneLineAndComeOutWhenFewAreLeft() throws {
        let test = AlarmTestBook()
        let lamps = stride(from: 0, to: 240, by: 17).map { test.city.lamps[$0] }
        for lamp in lamps {
            test.set(lamp, City.failure)
            test.pass(.seconds(10))
        }
        let line = try #require(test.only)
        #expect(line.gathering == .scattered && line.count == lamps.count && line.root == nil && line.spread > 10)
        for lamp in lamps.dropFirst(3) { test.clear(lamp, City.failure) }
        #expect(test.lines.filter { $0.gathering == .single }.count == 3)
        #expect(test.lines.filter { $0.gathering == .scattered }.map(\.activeCount) == [0])
    }

    @Test func failuresOverDaysAreNotAStorm() {
        let test = AlarmTestBook()
        for lamp in test.city.lamps.prefix(30) {
            test.set(lamp, City.failure)
            test.pass(.hours(3))
        }
        #expect(test.lines.count == 30 && test.lines.allSatisfy { $0.gathering == .single })
    }

    @Test func manyCabinetsAtOnceStandUnderTheCityAndComeOutWhenFewAreLeft() throws {
        let test = AlarmTestBook()
        let cabinets = stride(from: 0, to: 24, by: 2).map { test.city.cabinets[$0] }
        for cabinet in cabinets {
            test.set(cabinet, City.tripped)
            for child in test.city.topology.supply.children(of: Asset.Number(cabinet)) where test.city.kindOf[Int(child)] == City.lamp {
                test.set(child, City.supplyLoss)
            }
        }
        let line = try #require(test.only)
        #expect(line.root == nil && line.gathering == .supply && line.count == 12 * 11)
        test.act(.acknowledge, [line.target])
        for cabinet in cabinets.dropFirst(2) {
            test.clear(cabinet, City.tripped)
            for child in test.city.topology.supply.children(of: Asset.Number(cabinet)) { test.clear(child, City.supplyLoss) }
        }
        #expect(Set(test.lines.map(\.root)) == Set(cabinets.prefix(2).map { Asset.Number($0) }))
        #expect(test.lines.map(\.count) == [11, 11])
    }

    @Test func aShelvedIncidentIsOffTheScreenButCounted() {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[1]
        test.set(gateway, City.down)
        for lamp in test.city.topology.link.children(of: Asset.Number(gateway)) { test.set(lamp, City.lost) }
        test.act(.shelve(until: test.now + .hours(1), why: "maintenance"), [test.lines[0].target])
        #expect(test.book.lines(.onScreen).isEmpty && test.book.loadMeter(at: test.now).held == 1 && test.book.standing == 25)
        test.pass(.hours(1))
        #expect(test.book.lines(.onScreen).map(\.state) == [.unacknowledged])
    }

    @Test func aNewInventoryKeepsTheIncidents() {
        let test = AlarmTestBook()
        let gateway = test.city.gateways[4]
        test.set(gateway, City.down)
        for lamp in test.city.topology.link.children(of: Asset.Number(gateway)) { test.set(lamp, City.lost) }
        let before = test.lines
        test.book.replace(topology: test.city.topology, at: test.now)
        #expect(test.lines == before)
    }
}
