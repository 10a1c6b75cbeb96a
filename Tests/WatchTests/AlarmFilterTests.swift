// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Watch

private typealias City = AlarmTestCity

@Suite struct AlarmFilterTests {
    @Test func aFilterIsAQueryAndBack() {
        var dice = Dice(9)
        for _ in 0..<300 {
            var filter = AlarmFilter.onScreen
            if dice.next() % 2 == 0 { filter.states = Set(AlarmState.allCases.shuffled(using: &dice).prefix(3)) }
            filter.atLeast = Priority.allCases.randomElement(using: &dice)!
            if dice.next() % 2 == 0 { filter.kinds = ["lamp", "cabinet"] }
            if dice.next() % 2 == 0 { filter.conditions = ["lost"] }
            if dice.next() % 2 == 0 { filter.communes = ["21231", "21230"] }
            if dice.next() % 2 == 0 { filter.gatherings = [.link, .scattered] }
            filter.assigned = [nil, "", "ada"].randomElement(using: &dice)!
            filter.isActive = [nil, true, false].randomElement(using: &dice)!
            filter.root = [nil, Asset.Number(12)].randomElement(using: &dice)!
            filter.sort = AlarmFilter.Sort.allCases.randomElement(using: &dice)!
            filter.withHeld = dice.next() % 2 == 0
            let parsed = AlarmFilter.parse(filter.query)
            #expect(parsed.filter == filter && parsed.unknown.isEmpty)
        }
        #expect(AlarmFilter.onScreen.query.isEmpty)
    }

    @Test func whatAFilterDoesNotKnowIsNamedAndLeftOut() {
        let parsed = AlarmFilter.parse([
            ("state", "acknowledged,gone"), ("colour", "red"), ("priority", "urgent"), ("root", "-4"), ("sort", ""),
        ])
        #expect(parsed.unknown == ["state=acknowledged,gone", "colour=red", "priority=urgent", "root=-4"])
        #expect(parsed.filter.states == [.acknowledged] && parsed.filter.root == nil)
    }

    @Test func eachCriterionAdmitsWhatItSays() {
        let test = AlarmTestBook()
        let lamps = test.city.lamps
        test.set(lamps[0], City.failure)
        test.pass(.seconds(1))
        test.set(lamps[200], City.leakage)
        test.pass(.seconds(1))
        test.set(test.city.cabinets[3], City.door)
        let door = test.lines.first { $0.condition.key == "door" }!
        test.act(.assign(to: "ada"), [door.target])
        test.act(.acknowledge, [door.target])
        func titles(_ change: (inout AlarmFilter) -> Void) -> [String] {
            var filter = AlarmFilter.onScreen
            change(&filter)
            return test.book.lines(filter).map(\.condition.key)
        }
        #expect(titles { _ in } == ["leakage", "failure", "door"])
        #expect(titles { $0.sort = .oldest } == ["failure", "leakage", "door"])
        #expect(titles { $0.sort = .newest } == ["door", "leakage", "failure"])
        #expect(titles { $0.atLeast = .high } == ["leakage"])
        #expect(titles { $0.kinds = ["cabinet"] } == ["door"])
        #expect(titles { $0.conditions = ["failure"] } == ["failure"])
        #expect(titles { $0.communes = ["21231"] } == ["leakage"])
        #expect(titles { $0.assigned = "ada" } == ["door"])
        #expect(titles { $0.assigned = "" } == ["leakage", "failure"])
        #expect(titles { $0.states = [.acknowledged] } == ["door"])
        #expect(titles { $0.root = Asset.Number(lamps[0]) } == ["failure"])
        #expect(titles { $0.gatherings = [.supply] }.isEmpty && titles { $0.isActive = false }.isEmpty)
    }

    @Test func aTargetIsAWordInTheAddressAndBack() {
        for target in [AlarmTarget.alarm(AlarmID(812)), .incident(IncidentID(44))] { #expect(AlarmTarget(target.description) == target) }
        for text in ["", "a", "a0", "b7", "i-3", "a99999999999999999999", "a1 "] { #expect(AlarmTarget(text) == nil, "\(text)") }
    }
}
