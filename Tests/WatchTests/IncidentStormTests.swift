// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

private typealias City = AlarmTestCity

@Suite struct IncidentStormTests {
    @Test(arguments: [1, 2])
    func aWholeCityThatGoesSilentInTenSecondsIsAFewLinesAndNothingIsLost(seed: Int) {
        let city = City.metropolis
        #expect(city.lamps.count > 34_000)
        let test = AlarmTestBook(city)
        var dice = Dice(UInt64(seed))
        var most = 0
        for (count, lamp) in city.lamps.shuffled(using: &dice).enumerated() {
            test.set(lamp, City.lost)
            if count % 34 == 33 {
                test.now = test.now + .milliseconds(10)
                test.drain()
                most = max(most, test.announced.count)
                #expect(test.announced.values.reduce(0) { $0 + $1.count } == count + 1)
            }
        }
        test.drain()
        #expect(test.lines.count == 1 && test.lines[0].count == city.lamps.count && test.lines[0].priority == .critical)
        #expect(Set(test.announced.keys) == Set(test.lines.map(\.target)))
        #expect(most <= 30, "the list never ran away while the storm grew: \(most)")
        #expect(test.kept.records.filter { $0.event == .raised && $0.alarm != nil }.count == city.lamps.count)
    }

    @Test func halfOfACityAtRandomIsAFewLinesToo() {
        let city = City.metropolis
        let test = AlarmTestBook(city)
        var dice = Dice(11)
        let gone = city.lamps.shuffled(using: &dice).prefix(17_000)
        for lamp in gone { test.set(lamp, City.lost) }
        #expect(test.lines.count <= 10 && test.lines.reduce(0) { $0 + $1.count } == 17_000)
    }

    @Test func everyGatewayDownAtOnceIsOneLineAndComesBackToNone() {
        let city = City.metropolis
        let test = AlarmTestBook(city)
        var dice = Dice(5)
        for gateway in city.gateways.shuffled(using: &dice) {
            test.set(gateway, City.down)
            for lamp in city.topologyLinkChildren(gateway) { test.set(lamp, City.lost) }
        }
        test.drain()
        #expect(test.lines.count <= 3)
        #expect(test.lines.reduce(0) { $0 + $1.count } == city.lamps.count + city.gateways.count)
        for line in test.lines { test.act(.acknowledge, [line.target]) }
        for gateway in city.gateways.shuffled(using: &dice) {
            test.clear(gateway, City.down)
            for lamp in city.topologyLinkChildren(gateway) { test.clear(lamp, City.lost) }
        }
        #expect(test.lines.isEmpty && test.book.slotOf.isEmpty && test.book.activeMask.isEmpty)
    }
}

extension AlarmTestCity {
    /// The lamps of a gateway: they follow it in number.
    func topologyLinkChildren(_ gateway: UInt32) -> [UInt32] {
        var found: [UInt32] = []
        var next = Int(gateway) + 1
        while next < kindOf.count {
            if link[next] == gateway { found.append(UInt32(next)) } else if kindOf[next] == Self.gateway { break }
            next += 1
        }
        return found
    }
}
