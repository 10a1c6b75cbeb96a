// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Lighting
import Testing
import Watch

@Suite struct LightingTests {
    private let trade = StreetLighting()

    @Test func everyKindHasTheCommonStatesAtTheirCodes() {
        for kind in trade.kinds {
            #expect(kind.states.count == 10)
            #expect(kind.states[Int(CommonState.unknown)].key == "unknown")
            #expect(kind.states[Int(CommonState.stale)].key == "stale")
            #expect(kind.states[Int(CommonState.lost)].key == "lost")
            #expect(kind.states[Int(CommonState.outOfService)].key == "outOfService")
            let used = kind.states.filter(\.isUsed)
            #expect(Set(used.map(\.key)).count == used.count && used.allSatisfy { !$0.title.french.isEmpty })
            #expect(Set(kind.properties.map(\.key)).count == kind.properties.count)
        }
        #expect(Set(trade.kinds.map(\.name)).count == trade.kinds.count)
    }

    @Test func everyAlarmExplainsItselfInBothLanguages() {
        let all = trade.kinds.flatMap { kind in kind.conditions.map { (kind.name.text, $0) } }
        #expect(Set(all.map(\.1.key)).count == all.count)
        for (kind, condition) in all {
            #expect(condition.key.hasPrefix(kind + "."))
            for words in [condition.title, condition.cause, condition.consequence, condition.response] {
                #expect(words.french.count > 8 && words.english.count > 8 && words.french != words.english)
            }
            for words in [condition.cause, condition.consequence, condition.response] {
                #expect(words.french.hasSuffix(".") && words.english.hasSuffix("."))
            }
        }
    }

    @Test func theLampsConditionsLieInTheirBits() {
        let keys: [(UInt32, String)] = [
            (Lamp.Fault.failure, "lamp.failure"), (Lamp.Fault.dayBurner, "lamp.dayBurner"), (Lamp.Fault.cycling, "lamp.cycling"),
            (Lamp.Fault.overpower, "lamp.overpower"), (Lamp.Fault.underpower, "lamp.underpower"),
            (Lamp.Fault.supplyLoss, "lamp.supplyLoss"), (Lamp.Fault.lost, "lamp.lost"), (Lamp.Fault.voltage, "lamp.voltage"),
            (Lamp.Fault.temperature, "lamp.temperature"), (Lamp.Fault.leakage, "lamp.leakage"), (Lamp.Fault.impact, "lamp.impact"),
            (Lamp.Fault.refuses, "lamp.refuses"), (Lamp.Fault.lies, "lamp.lies"), (Lamp.Fault.driver, "lamp.driver"),
            (Lamp.Fault.never, "lamp.never"),
        ]
        #expect(keys.count == Lamp.conditions.count)
        for (mask, key) in keys { #expect(Lamp.conditions[mask.trailingZeroBitCount].key == key) }
        #expect(Cabinet.kind.conditions[Cabinet.Fault.lost.trailingZeroBitCount].key == "cabinet.lost")
        #expect(Cabinet.kind.conditions[Cabinet.Fault.voltage.trailingZeroBitCount].key == "cabinet.voltage")
        #expect(Gateway.kind.conditions[Gateway.Fault.lost.trailingZeroBitCount].key == "gateway.lost")
        for (index, kind) in trade.kinds.enumerated() where trade.lostConditions(kindIndex: UInt8(index)) != 0 {
            let bit = trade.lostConditions(kindIndex: UInt8(index)).trailingZeroBitCount
            #expect(kind.conditions[bit].key == "\(kind.name).lost")
            let never = trade.neverConditions(kindIndex: UInt8(index)).trailingZeroBitCount
            #expect(kind.conditions[never].key == "\(kind.name).never" && kind.conditions[never].grouping == .link)
            #expect(Priority(kind.conditions[never].severity, kind.conditions[never].urgency) == .low)
        }
    }

    /// EEMUA 191 advises about 5 % high, 15 % medium, 80 % low by number of alarms; danger to people is the only critical one.
    @Test func onlyDangerToPeopleIsCritical() {
        for condition in trade.kinds.flatMap(\.conditions) where Priority(condition.severity, condition.urgency) == .critical {
            #expect(condition.key.hasSuffix(".leakage") || condition.key == "substation.outage", "\(condition.key)")
        }
    }

    @Test func aConflictAreaMayBeDimmedButNeverGoDark() {
        let area = trade.standing(attribute: "conflict_area", isTrue: true)
        let lamp = StreetLighting.Index.lamp
        #expect(trade.interlock(kindIndex: lamp, standing: area, from: 100, to: 0) == .conflictArea)
        #expect(trade.interlock(kindIndex: lamp, standing: area, from: 100, to: 19) == .conflictArea)
        #expect(trade.interlock(kindIndex: lamp, standing: area, from: 100, to: 20) == nil)
        #expect(trade.interlock(kindIndex: lamp, standing: [], from: 100, to: 0) == nil)
        #expect(
            trade.interlock(kindIndex: lamp, standing: trade.standing(attribute: "feeds_others", isTrue: true), from: 100, to: 0)
                == .feedsOthers)
        #expect(trade.interlock(kindIndex: lamp, standing: [.outOfService, .conflictArea], from: 0, to: 100) == .outOfService)
        #expect(trade.interlock(kindIndex: StreetLighting.Index.cabinet, standing: [], from: 0, to: 100) == .notOrderable)
        #expect(trade.standing(attribute: "conflict_area", isTrue: false).isEmpty)
        #expect(trade.standing(attribute: "colour", isTrue: true).isEmpty)
    }

    @Test func everyFlagOfTheInventoryIsTypedAndKnownToTheInterlocks() {
        let flags = Lamp.kind.attributes.filter { $0.form == .flag }.map(\.key)
        #expect(flags == ["conflict_area", "feeds_others"])
        for key in flags { #expect(!trade.standing(attribute: key, isTrue: true).isEmpty) }
    }

    @Test func anOrderIsProvedWithinFivePoints() {
        func proves(_ wanted: UInt8, _ observed: UInt8) -> Bool {
            trade.proves(kindIndex: StreetLighting.Index.lamp, wanted: wanted, observed: observed)
        }
        #expect(proves(70, 66) && proves(70, 75) && !proves(70, 64) && !proves(70, 76))
        #expect(proves(0, 0) && !proves(0, 3) && !proves(3, 0))
        #expect(proves(100, 96) && !proves(100, Verdict.noLevel) && !proves(Verdict.noLevel, 100))
    }

    @Test func theEnergyEstimateIsProportionalAndNeverTraps() {
        func power(_ nominal: Int32, _ level: UInt8) -> Int32 {
            trade.power(kindIndex: StreetLighting.Index.lamp, nominal: nominal, level: level)
        }
        #expect(power(1000, 70) == 700)
        #expect(power(1000, 0) == 5)
        #expect(power(0, 0) == 0 && power(-5, 100) == 0)
        #expect(power(.max, 100) == .max)
    }

    @Test func aCabinetThatTripsIsFaultyAndHasNoVoltageToComplainOf() {
        func judge(_ values: [Int32], _ conditions: UInt32 = 0) -> Verdict {
            values.withUnsafeBufferPointer {
                trade.judge(
                    Situation(
                        kindIndex: StreetLighting.Index.cabinet, now: .distantPast, at: .distantPast, values: $0.baseAddress!,
                        present: 31, fresh: 31, conditions: conditions))
            }
        }
        #expect(judge([3000, 10, 2300, 1300, 0]) == Verdict(state: Cabinet.State.feeding, conditions: 0))
        #expect(judge([10, 10, 2300, 4, 0]) == Verdict(state: Cabinet.State.idle, conditions: 0))
        #expect(judge([0, 10, 0, 0, 2]) == Verdict(state: Cabinet.State.fault, conditions: Cabinet.Fault.breaker))
        #expect(judge([0, 10, 0, 0, 8]) == Verdict(state: Cabinet.State.battery, conditions: Cabinet.Fault.battery))
        #expect(judge([10, 10, 2300, 4, 1]) == Verdict(state: Cabinet.State.open, conditions: Cabinet.Fault.door))
        #expect(judge([10, 10, 2300, 4, 4]).state == Cabinet.State.fault)
        #expect(judge([10, 10, 2540, 4, 0]).state == Cabinet.State.voltage)
        #expect(judge([10, 10, 2529, 4, 0], Cabinet.Fault.voltage).conditions == Cabinet.Fault.voltage)
    }

    @Test func aGatewayIsWeakLateOrWell() {
        func judge(_ values: [Int32], _ conditions: UInt32 = 0) -> Verdict {
            values.withUnsafeBufferPointer {
                trade.judge(
                    Situation(
                        kindIndex: StreetLighting.Index.gateway, now: .distantPast, at: .distantPast, values: $0.baseAddress!,
                        present: 7, fresh: 7, conditions: conditions))
            }
        }
        #expect(judge([-80, 0, 9000]).state == Gateway.State.connected)
        #expect(judge([-80, 0, 10]).state == Gateway.State.restarted)
        #expect(judge([-111, 0, 9000]) == Verdict(state: Gateway.State.weak, conditions: Gateway.Fault.weak))
        #expect(judge([-108, 0, 9000], Gateway.Fault.weak).conditions == Gateway.Fault.weak)
        #expect(judge([-105, 0, 9000], Gateway.Fault.weak).conditions == 0)
        #expect(judge([-80, 1001, 9000]).state == Gateway.State.backlog)
        #expect(judge([-80, 600, 9000], Gateway.Fault.backlog).conditions == Gateway.Fault.backlog)
    }
}
