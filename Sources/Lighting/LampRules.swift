// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Watch

/// What is now true of a lamp. Values in, verdict out: no allocation, no text; some ten comparisons a reading.
/// Silence is not judged here but on the floor's rounds, by `SilenceRules`.
/// The figures (`LampLimits`) come in with the situation: they belong to the town.
package enum LampRules {
    package static func judge(_ s: Situation, _ limits: LampLimits) -> Verdict {
        if s.standing.contains(.outOfService) {
            return Verdict(state: CommonState.outOfService, conditions: 0, observedLevel: Verdict.noLevel, memory: s.memory)
        }
        if s.present == 0 { return Verdict(state: Lamp.State.unknown, conditions: s.conditions, memory: s.memory) }
        let lamp = Sight(s, limits)
        var memory = s.memory
        var conditions = electrical(s, lamp, limits)
        conditions |= cycling(s, lamp, limits, &memory)
        conditions |= behaviour(s, lamp, conditions, limits)
        return Verdict(state: state(s, lamp, conditions, limits), conditions: conditions, observedLevel: lamp.observed, memory: memory)
    }

    /// The last values, decoded once.
    struct Sight {
        let level: Int32
        let power: Int32
        let faults: Int32
        let hasLevel: Bool
        let hasPower: Bool
        let isBurning: Bool
        /// Has the newest reading been taken long enough after the last change of what is wanted?
        let isSettled: Bool
        /// What the lamp truly gives, 0…100 %: power is believed over level.
        let observed: UInt8
        let isWanted: Bool

        @inline(__always)
        init(_ s: Situation, _ limits: LampLimits) {
            hasLevel = s.present & (1 << UInt16(Lamp.Slot.level)) != 0
            hasPower = s.present & (1 << UInt16(Lamp.Slot.power)) != 0
            level = hasLevel ? s.values[Lamp.Slot.level] : 0
            power = hasPower ? s.values[Lamp.Slot.power] : 0
            faults = s.present & (1 << UInt16(Lamp.Slot.faults)) != 0 ? s.values[Lamp.Slot.faults] : 0
            isBurning = hasPower ? power >= limits.darkBelow : level > 0
            isWanted = s.wanted != Verdict.noLevel
            let grace = s.isOrdered ? limits.grace : limits.programmeGrace
            isSettled = isWanted && s.at.milliseconds &- s.wantedSince.milliseconds >= grace.milliseconds
            if !isBurning {
                observed = hasPower || hasLevel ? 0 : Verdict.noLevel
            } else if hasLevel && level > 0 {
                observed = UInt8(truncatingIfNeeded: min(100, level))
            } else {
                observed = s.nominal > 0 ? UInt8(truncatingIfNeeded: max(1, min(100, Int64(power) * 100 / Int64(s.nominal)))) : 100
            }
        }
    }

    /// What stands in one reading by itself.
    @inline(__always)
    private static func electrical(_ s: Situation, _ lamp: Sight, _ limits: LampLimits) -> UInt32 {
        let flags = lamp.faults
        var held: UInt32 = 0
        if flags & Lamp.Flag.driver != 0 { held |= Lamp.Fault.driver }
        if flags & Lamp.Flag.leakage != 0 { held |= Lamp.Fault.leakage }
        if flags & Lamp.Flag.impact != 0 { held |= Lamp.Fault.impact }
        if flags & Lamp.Flag.refuses != 0 { held |= Lamp.Fault.refuses }
        let before = s.conditions
        if s.present & (1 << UInt16(Lamp.Slot.voltage)) != 0 {
            let volts = s.values[Lamp.Slot.voltage]
            if flags & Lamp.Flag.supply != 0
                || volts < (before & Lamp.Fault.supplyLoss != 0 ? limits.supplyBackFrom : limits.supplyLostBelow)
            {
                held |= Lamp.Fault.supplyLoss
            } else {
                let band = before & Lamp.Fault.voltage != 0 ? limits.voltageBand : 0
                if volts < limits.voltageLow + band || volts > limits.voltageHigh - band { held |= Lamp.Fault.voltage }
            }
        } else if flags & Lamp.Flag.supply != 0 {
            held |= Lamp.Fault.supplyLoss
        }
        if flags & Lamp.Flag.temperature != 0 {
            held |= Lamp.Fault.temperature
        } else if s.present & (1 << UInt16(Lamp.Slot.temperature)) != 0,
            s.values[Lamp.Slot.temperature] > (before & Lamp.Fault.temperature != 0 ? limits.coolFrom : limits.hotAbove)
        {
            held |= Lamp.Fault.temperature
        }
        return held
    }

    /// What follows from comparing the reading with what is wanted.
    @inline(__always)
    private static func behaviour(_ s: Situation, _ lamp: Sight, _ electrical: UInt32, _ limits: LampLimits) -> UInt32 {
        var held: UInt32 = 0
        let before = s.conditions
        if electrical & Lamp.Fault.supplyLoss == 0 {
            // A lamp that failed is whole again only when it is seen to burn: by day nobody can tell.
            let isDark = lamp.isSettled && s.wanted > 0 && lamp.hasPower && !lamp.isBurning && (lamp.level > 0 || !lamp.hasLevel)
            if lamp.faults & Lamp.Flag.lamp != 0 || isDark || (before & Lamp.Fault.failure != 0 && !lamp.isBurning) {
                held |= Lamp.Fault.failure
            }
        }
        held |= metering(s, lamp, held | electrical, limits)
        // A lamp that says it is dark while it burns lies: one cause, one alarm.
        if lamp.isBurning && held & Lamp.Fault.lies == 0 && s.isDay && s.wanted == 0
            && (lamp.isSettled || before & Lamp.Fault.dayBurner != 0)
        {
            held |= Lamp.Fault.dayBurner
        }
        // What is broken, or burns by day, is known by a better name than 'does not obey'.
        let named = Lamp.Fault.broken | Lamp.Fault.lies | Lamp.Fault.dayBurner
        if lamp.isSettled && (held | electrical) & named == 0,
            s.at.milliseconds &- s.wantedSince.milliseconds >= limits.patience.milliseconds,
            !LampOrders.proves(wanted: s.wanted, observed: lamp.observed, within: limits.levelTolerance)
        {
            held |= Lamp.Fault.refuses
        }
        return held
    }

    /// Level and power compared with each other and with the nominal power; both must be known.
    @inline(__always)
    private static func metering(_ s: Situation, _ lamp: Sight, _ held: UInt32, _ limits: LampLimits) -> UInt32 {
        guard lamp.hasLevel, lamp.hasPower, held & (Lamp.Fault.failure | Lamp.Fault.supplyLoss) == 0 else { return 0 }
        let isQuiet = lamp.isSettled || !lamp.isWanted
        if (lamp.level == 0) == lamp.isBurning {
            // Dark though it says it burns, and wanted so: until the grace is over it may still strike, then it is a failure.
            let mayStrike = !lamp.isBurning && lamp.isWanted && s.wanted > 0
            return isQuiet && !mayStrike ? Lamp.Fault.lies : s.conditions & Lamp.Fault.lies
        }
        guard s.nominal > 0, lamp.isBurning, lamp.level >= 20, isQuiet else {
            // Nothing to compare, or still warming up: what was found when it burned stays true.
            return s.conditions & (Lamp.Fault.overpower | Lamp.Fault.underpower)
        }
        // Hundredths of tenths of a watt. An LED driver is proportional; a sodium lamp on its ballast never falls below an eighth.
        let least = Int64(s.nominal) * Int64(lamp.level)
        let most = Int64(s.nominal) * (12 + Int64(lamp.level) * 88 / 100)
        let power = Int64(lamp.power) * 100
        let isHeld = s.conditions & (Lamp.Fault.overpower | Lamp.Fault.underpower) != 0
        let share = isHeld ? limits.powerBackPercent : limits.powerPercent
        let floor = (isHeld ? limits.powerBackMore : limits.powerMore) * 100
        if power > most + most * share / 100 + floor { return Lamp.Fault.overpower }
        if power < least - least * share / 100 - floor { return Lamp.Fault.underpower }
        return 0
    }

    /// Counts changes between burning and dark that nobody asked for. `memory`: bit 31 burning, bits 24–30 changes,
    /// bits 0–23 the minute in which the window began.
    @inline(__always)
    private static func cycling(_ s: Situation, _ lamp: Sight, _ limits: LampLimits, _ memory: inout UInt32) -> UInt32 {
        let was = s.conditions & Lamp.Fault.cycling
        guard s.fresh & (1 << UInt16(Lamp.Slot.power)) != 0 else { return was }
        let minute = UInt32(truncatingIfNeeded: s.at.milliseconds / 60_000) & 0xFF_FFFF
        var changes = memory >> 24 & 0x7F
        var start = memory & 0xFF_FFFF
        let burned = memory >> 31 == 1
        var held = was
        if (minute &- start) & 0xFF_FFFF >= limits.cyclingWindow {
            if changes < 2 { held = 0 }
            changes = 0
            start = minute
        }
        if memory != 0, burned != lamp.isBurning, lamp.isSettled, s.wanted > 0 { changes = min(127, changes + 1) }
        if changes >= limits.cyclingChanges { held = Lamp.Fault.cycling }
        memory = (lamp.isBurning ? 1 << 31 : 0) | changes << 24 | start
        return held
    }

    @inline(__always)
    private static func state(_ s: Situation, _ lamp: Sight, _ conditions: UInt32, _ limits: LampLimits) -> UInt8 {
        if conditions & Lamp.Fault.broken != 0 { return Lamp.State.fault }
        if lamp.observed == Verdict.noLevel { return Lamp.State.unknown }
        if lamp.isWanted, !LampOrders.proves(wanted: s.wanted, observed: lamp.observed, within: limits.levelTolerance) {
            if lamp.isSettled { return Lamp.State.mismatch }
        } else if s.isOrdered {
            return Lamp.State.override
        }
        return lamp.observed == 0 ? Lamp.State.off : lamp.observed >= 95 ? Lamp.State.on : Lamp.State.dimmed
    }
}
