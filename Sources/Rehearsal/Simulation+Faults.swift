// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

// Faults: drawn from the seed by their yearly rates, mended after days; every one stands in the truth file.
extension Simulation {
    private static let kinds = Fault.allCases.filter { $0 != .none }

    /// Faults that are old when the rehearsal begins, and the first new one.
    func beginFaults() {
        guard faultScale > 0, fleet.count > 0 else { return }
        for _ in 0..<Int(Double(fleet.count) * settings.standing) {
            if let (lamp, fault) = drawFault() { beginFault(lamp, fault, isOld: true) }
        }
        noteNextFault()
    }

    /// Faults in an hour over the whole city, if every lamp were of the type that suffers most.
    private var hourlyCeiling: Double {
        Simulation.kinds.reduce(0) { $0 + max($1.yearlyPerThousand.led, $1.yearlyPerThousand.sodium) } / 1000 * Double(fleet.count) / 8766
            * faultScale
    }

    func noteNextFault() {
        guard hourlyCeiling > 0 else { return }
        // Exponential gaps make a Poisson process; the draw is thinned by the lamp's own rate.
        let hours = -log(max(1e-12, 1 - chance.unit())) / hourlyCeiling
        agenda.note(.faultBegins, at: after(hours * 3600), 0)
    }

    func beginRandomFault() {
        noteNextFault()
        let lamp = chance.whole(0...fleet.count - 1)
        let ceiling = Simulation.kinds.map { max($0.yearlyPerThousand.led, $0.yearlyPerThousand.sodium) }
        var draw = chance.between(0, ceiling.reduce(0, +))
        for (fault, rate) in zip(Simulation.kinds, ceiling) {
            draw -= rate
            guard draw < 0 else { continue }
            let own = roster.isLED[lamp] ? fault.yearlyPerThousand.led : fault.yearlyPerThousand.sodium
            if chance.chance(own / rate) { beginFault(lamp, fault) }
            return
        }
    }

    /// A lamp and a fault in proportion to how often and how long each kind lasts.
    private func drawFault() -> (Int, Fault)? {
        let lamp = chance.whole(0...fleet.count - 1)
        let weights = Simulation.kinds.map { (roster.isLED[lamp] ? $0.yearlyPerThousand.led : $0.yearlyPerThousand.sodium) * $0.meanDays }
        var draw = chance.between(0, weights.reduce(0, +))
        for (fault, weight) in zip(Simulation.kinds, weights) {
            draw -= weight
            if draw < 0 { return (lamp, fault) }
        }
        return nil
    }

    /// Gives a lamp a fault where it has none. Old faults have been there for a while; what they do is seen with the next report.
    func beginFault(_ lamp: Int, _ fault: Fault, isOld: Bool = false, mends: Bool = true) {
        guard fleet.fault[lamp] == .none, fault != .none else { return }
        if fault == .cycling { agenda.note(.cycle, at: after(chance.between(60, 300)), lamp) }
        fleet.fault[lamp] = fault
        truth.begin(roster.lamps[lamp], fault.name, at: wallNow)
        if mends {
            let days = -log(max(1e-12, 1 - chance.unit())) * fault.meanDays
            agenda.note(.faultEnds, at: after(max(0.02, days) * 86_400), lamp, UInt32(fault.rawValue))
        }
        settle(lamp, telling: false)
        guard !isOld else { return }
        // The tilt sensor speaks before the mast is down; a lamp that goes silent says nothing of it.
        if fault == .knockedDown { sendReading(lamp) } else if !fault.isSilent { sendOverRadio(lamp) }
    }

    func endFault(_ lamp: Int, _ fault: UInt32) {
        guard fleet.fault[lamp].rawValue == UInt8(truncatingIfNeeded: fault) else { return }
        fixLamp(lamp)
    }

    func fixLamp(_ lamp: Int) {
        guard fleet.fault[lamp] != .none else { return }
        truth.end(roster.lamps[lamp], fleet.fault[lamp].name, at: wallNow)
        fleet.fault[lamp] = .none
        settle(lamp)
    }

    /// A lamp at the end of its life: it burns some minutes, goes out, cools, strikes again; by day it rests.
    func cycle(_ lamp: Int) {
        guard fleet.fault[lamp] == .cycling else { return }
        agenda.note(.cycle, at: after(chance.between(150, 420)), lamp)
        guard fleet.target[lamp] > 0, !fleet.isCut[lamp] else { return }
        change(lamp, to: fleet.actual[lamp] > 0 ? 0 : fleet.target[lamp])
        sendOverRadio(lamp)
    }

    /// A lamp that a script makes flap, every so many seconds until its time is over.
    func flap(_ lamp: Int, seconds: UInt32) {
        guard let until = flapping[lamp] else { return }
        guard now < until else {
            flapping[lamp] = nil
            truth.end(roster.lamps[lamp], "flapping", at: wallNow)
            return settle(lamp)
        }
        agenda.note(.flap, at: after(Double(seconds)), lamp, seconds)
        change(lamp, to: fleet.actual[lamp] > 0 ? 0 : 100)
        sendReading(lamp)
    }
}
