// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Lighting
import Testing
import Watch

@Suite struct LampRulesTests {
    @Test func aLampThatDoesAsWantedIsOnDimmedOrOffAndNothingIsWrong() {
        #expect(
            LampTestSituation().verdict
                == Verdict(state: Lamp.State.on, conditions: 0, observedLevel: 100, memory: LampTestSituation().verdict.memory))
        let dimmed = LampTestSituation { ($0.level, $0.power, $0.wanted) = (70, 700, 70) }.verdict
        #expect((dimmed.state, dimmed.conditions, dimmed.observedLevel) == (Lamp.State.dimmed, 0, 70))
        let off = LampTestSituation { ($0.level, $0.power, $0.wanted, $0.isDay) = (0, 5, 0, true) }.verdict
        #expect((off.state, off.conditions, off.observedLevel) == (Lamp.State.off, 0, 0))
    }

    @Test func anOrderThatIsObeyedShowsAsOverride() {
        let lamp = LampTestSituation { ($0.level, $0.power, $0.wanted, $0.isOrdered) = (30, 330, 30, true) }
        #expect(lamp.verdict.state == Lamp.State.override)
        #expect(lamp.reason.rule == "lamp.ordered")
    }

    @Test func darkThoughWantedIsAFailureWhateverTheLampSays() {
        let unnoticed = LampTestSituation { $0.power = 8 }.verdict
        #expect(unnoticed.conditions == Lamp.Fault.failure)
        #expect(unnoticed.state == Lamp.State.fault)
        #expect(unnoticed.observedLevel == 0)
        let told = LampTestSituation { ($0.level, $0.power, $0.faults) = (0, 8, Lamp.Flag.lamp) }.verdict
        #expect(told.conditions == Lamp.Fault.failure)
    }

    @Test func nothingIsFailedWithinTheGrace() {
        #expect(LampTestSituation { ($0.power, $0.settled) = (8, 599) }.verdict.conditions == 0)
        #expect(LampTestSituation { ($0.power, $0.settled) = (8, 600) }.verdict.conditions == Lamp.Fault.failure)
        #expect(LampTestSituation { ($0.power, $0.settled, $0.isOrdered) = (8, 119, true) }.verdict.conditions == 0)
        #expect(LampTestSituation { ($0.power, $0.settled, $0.isOrdered) = (8, 120, true) }.verdict.conditions == Lamp.Fault.failure)
        #expect(LampTestSituation { ($0.power, $0.settled) = (8, -60) }.verdict.conditions == 0)
    }

    @Test func aFailedLampIsWholeOnlyWhenItIsSeenToBurn() {
        var lamp = LampTestSituation { $0.power = 8 }
        #expect(lamp.next { ($0.level, $0.wanted, $0.isDay) = (0, 0, true) }.conditions == Lamp.Fault.failure)
        #expect(lamp.next { ($0.level, $0.power, $0.wanted, $0.isDay) = (100, 980, 100, false) }.conditions == 0)
    }

    @Test func burningByDayIsADayBurnerUnlessSomebodyOrderedIt() {
        let burner = LampTestSituation { ($0.wanted, $0.isDay) = (0, true) }
        #expect(burner.verdict.conditions == Lamp.Fault.dayBurner)
        #expect(burner.verdict.state == Lamp.State.mismatch)
        #expect(LampTestSituation { ($0.wanted, $0.isDay) = (0, false) }.verdict.conditions & Lamp.Fault.dayBurner == 0)
        #expect(LampTestSituation { ($0.isDay, $0.isOrdered) = (true, true) }.verdict.conditions == 0)
    }

    @Test func aDeadBandKeepsAVoltageOnTheEdgeFromFlapping() {
        var lamp = LampTestSituation { $0.volts = 2531 }
        #expect(lamp.verdict.conditions == Lamp.Fault.voltage)
        #expect(lamp.next { $0.volts = 2529 }.conditions == Lamp.Fault.voltage)
        #expect(lamp.next { $0.volts = 2510 }.conditions == 0)
        #expect(lamp.next { $0.volts = 2529 }.conditions == 0)
        #expect(LampTestSituation { $0.volts = 2069 }.verdict.conditions == Lamp.Fault.voltage)
        #expect(LampTestSituation { $0.volts = 2070 }.verdict.conditions == 0)
    }

    @Test func theLastGaspIsALossOfSupplyAndNothingElse() {
        var lamp = LampTestSituation { ($0.level, $0.power, $0.volts, $0.faults) = (0, 0, 0, Lamp.Flag.supply) }
        #expect(lamp.verdict.conditions == Lamp.Fault.supplyLoss)
        #expect(lamp.verdict.state == Lamp.State.fault)
        #expect(lamp.next { ($0.faults, $0.volts) = (0, 1400) }.conditions == Lamp.Fault.supplyLoss)
        #expect(lamp.next { ($0.level, $0.power, $0.volts) = (100, 1000, 2300) }.conditions == 0)
        #expect(LampTestSituation { ($0.volts, $0.faults) = (nil, Lamp.Flag.supply) }.verdict.conditions == Lamp.Fault.supplyLoss)
    }

    @Test func heatBeginsAtSeventyFiveAndEndsBelowSeventy() {
        var lamp = LampTestSituation { $0.temperature = 751 }
        #expect(lamp.verdict.conditions == Lamp.Fault.temperature)
        #expect(lamp.next { $0.temperature = 701 }.conditions == Lamp.Fault.temperature)
        #expect(lamp.next { $0.temperature = 700 }.conditions == 0)
        #expect(lamp.next { $0.faults = Lamp.Flag.temperature }.conditions == Lamp.Fault.temperature)
    }

    @Test(arguments: [
        (Lamp.Flag.leakage, Lamp.Fault.leakage), (Lamp.Flag.impact, Lamp.Fault.impact), (Lamp.Flag.refuses, Lamp.Fault.refuses),
        (Lamp.Flag.driver, Lamp.Fault.driver),
    ])
    func whatTheNodeSaysIsBelieved(flag: Int32, fault: UInt32) {
        #expect(LampTestSituation { $0.faults = flag }.verdict.conditions == fault)
    }

    @Test func levelAndPowerThatContradictEachOtherAreALie() {
        #expect(LampTestSituation { ($0.level, $0.wanted, $0.isDay) = (0, 0, true) }.verdict.conditions == Lamp.Fault.lies)
        // Says 70 % with nobody wanting anything, and draws nothing.
        #expect(LampTestSituation { ($0.level, $0.power, $0.wanted) = (70, 8, Verdict.noLevel) }.verdict.conditions == Lamp.Fault.lies)
        // What it says is not what it does: the power is believed.
        #expect(LampTestSituation { ($0.level, $0.wanted) = (0, 0) }.verdict.observedLevel == 100)
    }

    @Test func powerIsComparedWithWhatTheLevelExplains() {
        #expect(LampTestSituation { $0.power = 1301 }.verdict.conditions == Lamp.Fault.overpower)
        #expect(LampTestSituation { $0.power = 1299 }.verdict.conditions == 0)
        #expect(LampTestSituation { $0.power = 699 }.verdict.conditions == Lamp.Fault.underpower)
        #expect(LampTestSituation { $0.power = 701 }.verdict.conditions == 0)
        var lamp = LampTestSituation { $0.power = 1301 }
        #expect(lamp.next { $0.power = 1200 }.conditions == Lamp.Fault.overpower)
        #expect(lamp.next { $0.power = 1180 }.conditions == 0)
        // A sodium lamp on its ballast at 20 % draws 30 W: that is its nature.
        #expect(LampTestSituation { ($0.level, $0.wanted, $0.power) = (20, 20, 305) }.verdict.conditions == 0)
        // The inventory knows no power: nothing to compare.
        #expect(LampTestSituation { ($0.nominal, $0.power) = (0, 50_000) }.verdict.conditions == 0)
    }

    @Test func aLampAtAnotherLevelIsAMismatchAndAfterHalfAnHourDoesNotObey() {
        let early = LampTestSituation { ($0.level, $0.power, $0.settled) = (50, 550, 1799) }
        #expect((early.verdict.state, early.verdict.conditions) == (Lamp.State.mismatch, 0))
        #expect(early.reason.rule == "lamp.mismatch")
        let late = LampTestSituation { ($0.level, $0.power, $0.settled) = (50, 550, 1800) }
        #expect(late.verdict.conditions == Lamp.Fault.refuses)
        // A broken driver is the better name.
        #expect(LampTestSituation { ($0.level, $0.power, $0.faults) = (50, 550, Lamp.Flag.driver) }.verdict.conditions == Lamp.Fault.driver)
    }

    @Test func goingOutAndOnByItselfIsCyclingAndAQuietHourEndsIt() {
        var lamp = LampTestSituation { $0.settled = 3600 }
        for round in 1...5 {
            let isLit = round % 2 == 0
            let verdict = lamp.next {
                ($0.level, $0.power) = (isLit ? 100 : 0, isLit ? 1000 : 8)
                $0.settled += 240
            }
            #expect((verdict.conditions & Lamp.Fault.cycling != 0) == (round >= 4))
        }
        #expect(lamp.verdict.state == Lamp.State.fault)
        for _ in 1...9 { _ = lamp.next { ($0.level, $0.power, $0.settled) = (100, 1000, $0.settled + 900) } }
        #expect(lamp.verdict.conditions == 0)
    }

    @Test func goingOnAtDuskAndOutAtDawnIsNotCycling() {
        var lamp = LampTestSituation()
        for round in 1...8 {
            let isLit = round % 2 == 0
            let verdict = lamp.next {
                ($0.level, $0.power, $0.wanted) = (isLit ? 100 : 0, isLit ? 1000 : 8, isLit ? 100 : 0)
                $0.settled = 30
            }
            #expect(verdict.conditions == 0)
        }
    }

    @Test func outOfServiceSilencesEverything() {
        let lamp = LampTestSituation { ($0.standing, $0.faults, $0.power) = (.outOfService, 255, 8) }
        #expect(lamp.verdict.state == CommonState.outOfService)
        #expect(lamp.verdict.conditions == 0)
        #expect(lamp.verdict.observedLevel == Verdict.noLevel)
    }

    @Test func aLampNeverHeardIsUnknown() {
        let lamp = LampTestSituation { ($0.level, $0.power, $0.volts, $0.temperature, $0.faults) = (nil, nil, nil, nil, nil) }
        // The energy alone says nothing about light.
        #expect(lamp.verdict.state == Lamp.State.unknown)
        #expect(lamp.verdict.observedLevel == Verdict.noLevel)
    }

    @Test func hostileNumbersNeverTrap() {
        let extremes: [Int32?] = [nil, .min, -1, 0, 1, 100, .max]
        for level in extremes {
            for power in extremes {
                for volts in extremes {
                    for nominal in [Int32.min, 0, 1, .max] {
                        for settled in [Int64.min / 4000, 0, Int64.max / 4000] {
                            let lamp = LampTestSituation {
                                ($0.level, $0.power, $0.volts, $0.temperature, $0.faults) = (level, power, volts, volts, power)
                                ($0.nominal, $0.settled) = (nominal, settled)
                            }
                            #expect(lamp.verdict.state < 10)
                            #expect(lamp.reason.rule.hasPrefix("lamp."))
                        }
                    }
                }
            }
        }
    }
}
