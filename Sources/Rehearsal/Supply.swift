// SPDX-License-Identifier: EUPL-1.2

/// The electrical tree: what is switched off, and by what.
struct Supply {
    var isSubstationOff: [Bool]
    var isFeederOff: [Bool]
    var isBreakerOpen: [Bool]
    var isDoorOpen: [Bool]
    /// By cabinet: kWh counted so far, up to a second of city time.
    var energy: [Double]
    var countedAt: [Int32]
    var sequence: [UInt32]
    /// By feeder, in volts.
    var voltOffset: [Double]

    init(roster: Roster, seed: UInt64) {
        isSubstationOff = [Bool](repeating: false, count: roster.substations.count)
        isFeederOff = [Bool](repeating: false, count: roster.feeders.count)
        isBreakerOpen = [Bool](repeating: false, count: roster.cabinets.count)
        isDoorOpen = isBreakerOpen
        countedAt = [Int32](repeating: 0, count: roster.cabinets.count)
        sequence = [UInt32](repeating: 0, count: roster.cabinets.count)
        var dice = Dice(seed: seed, 25)
        energy = (0..<roster.cabinets.count).map { _ in dice.between(5000, 90_000) }
        voltOffset = (0..<max(1, roster.feeders.count)).map { _ in 1.2 * dice.normal() }
    }

    func hasMains(cabinet: Int, _ roster: Roster) -> Bool {
        let feeder = Int(roster.feederOf[cabinet])
        guard feeder >= 0 else { return true }
        let substation = Int(roster.substationOf[feeder])
        return !isFeederOff[feeder] && (substation < 0 || !isSubstationOff[substation])
    }

    func feeds(cabinet: Int, _ roster: Roster) -> Bool { !isBreakerOpen[cabinet] && hasMains(cabinet: cabinet, roster) }
}

extension Simulation {
    /// What has happened to these cabinets' supply is now felt by their lamps and gateways. `window` in seconds spreads the last gasps (a
    /// storm); nil is a trip, where only lamps with a capacitor can still speak, and within three seconds.
    func supplyChanged(_ cabinets: some Sequence<Int>, window: Double? = nil) {
        for cabinet in cabinets {
            let isFed = supply.feeds(cabinet: cabinet, roster)
            let at = window.map { chance.between(0, $0) } ?? 0
            for lamp in roster.lamps(ofCabinet: cabinet).map({ Int($0) }) where fleet.isCut[lamp] == isFed {
                fleet.isCut[lamp] = !isFed
                if isFed {
                    agenda.note(.ramp, at: after(chance.between(2, 25)), lamp)
                } else {
                    settle(lamp, telling: false)
                    if window != nil || fleet.hasCapacitor[lamp] {
                        agenda.note(.lastGasp, at: after(window.map { chance.between(0, $0) } ?? chance.between(0.05, 3)), lamp)
                    }
                }
            }
            agenda.note(.cabinetReport, at: after(at + chance.between(0.2, 2)), cabinet)
        }
        for g in 0..<gateways.count where roster.cabinetOfGateway[g] >= 0 {
            powerChanged(g, isFed: supply.feeds(cabinet: Int(roster.cabinetOfGateway[g]), roster), within: window ?? 0)
        }
    }

    /// A lamp whose mains has gone says so once, where its gateway still listens.
    func lastGasp(_ lamp: Int) {
        guard fleet.isCut[lamp], !fleet.fault[lamp].isSilent else { return }
        sendReading(lamp)
    }

    func cabinets(ofFeeder f: Int) -> [Int] { roster.feederOf.indices.filter { roster.feederOf[$0] == Int32(f) } }
    func cabinets(ofSubstation s: Int) -> [Int] {
        roster.feederOf.indices.filter { roster.feederOf[$0] >= 0 && roster.substationOf[Int(roster.feederOf[$0])] == Int32(s) }
    }
}
