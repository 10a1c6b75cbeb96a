// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

// Lamps: the programme, the meter, the radio.
extension Simulation {
    /// What this gateway's programme asks for at an instant of city time, by its own sun and its own idea of the time.
    func programme(_ g: Int, at: Instant) -> UInt8 {
        ReferenceCity.plan(commune: roster.communeOf[g])
            .level(at: at - Span(milliseconds: gateways.duskOffset[g]), place: ReferenceCity.centre, wall: ReferenceCity.wall)
    }

    func nextProgramme(_ g: Int, after: Instant) -> Instant {
        let offset = Span(milliseconds: gateways.duskOffset[g])
        return ReferenceCity.plan(commune: roster.communeOf[g])
            .nextChange(after: after - offset, place: ReferenceCity.centre, wall: ReferenceCity.wall) + offset
    }

    func runProgramme(_ g: Int) {
        agenda.note(.programme, at: nextProgramme(g, after: now), g)
        guard gateways.life[g] != .dead else { return }
        let level = programme(g, at: now)
        guard level != gateways.programmeLevel[g] else { return }
        gateways.programmeLevel[g] = level
        for lamp in roster.lamps(ofGateway: g) where fleet.ordered[lamp] == 255 {
            agenda.note(.ramp, at: after(chance.between(0, 25)), lamp)
        }
    }

    /// What the lamp should do, and what it then does, given its faults and its supply.
    func settle(_ lamp: Int, telling: Bool = true) {
        let g = Int(roster.gatewayOf[lamp])
        fleet.target[lamp] = fleet.ordered[lamp] != 255 ? fleet.ordered[lamp] : gateways.programmeLevel[g]
        let level: UInt8
        switch fleet.fault[lamp] {
        case _ where fleet.isCut[lamp]: level = 0
        case .failure, .darkUnnoticed, .knockedDown: level = 0
        case .dayBurner, .lies: level = 100
        case .driver: level = fleet.target[lamp] / 2
        default: level = fleet.target[lamp]
        }
        change(lamp, to: level)
        guard telling else { return }
        sendOverRadio(lamp)
        // A sodium lamp has its full power only minutes after it was struck: the node reports again when it is warm.
        if level > 0, !roster.isLED[lamp], !settings.isInstant { agenda.note(.report, at: after(chance.between(330, 420)), lamp) }
    }

    /// Moves the lamp to a level; the meter is read first.
    func change(_ lamp: Int, to level: UInt8) {
        guard level != fleet.actual[lamp] else { return }
        _ = count(lamp)
        if fleet.actual[lamp] == 0 { fleet.litAt[lamp] = citySeconds }
        fleet.actual[lamp] = level
    }

    /// Adds the energy and hours since the last count; answers the power now, in watts.
    @discardableResult
    func count(_ lamp: Int) -> Double {
        let power = power(lamp)
        let hours = Double(citySeconds &- fleet.countedAt[lamp]) / 3600
        fleet.energy[lamp] += power * hours
        if fleet.actual[lamp] > 0 { fleet.hoursBurnt[lamp] += Float(hours) }
        fleet.countedAt[lamp] = citySeconds
        return power
    }

    func power(_ lamp: Int) -> Double {
        if fleet.isCut[lamp] { return 0 }
        return LampPhysics.power(
            nominal: Double(roster.watts[lamp]), isLED: roster.isLED[lamp], level: Double(fleet.actual[lamp]), volts: volts(lamp),
            hoursBurnt: Double(fleet.hoursBurnt[lamp]), secondsLit: Double(citySeconds &- fleet.litAt[lamp]), ambient: ambient)
    }

    func volts(_ lamp: Int) -> Double {
        let feeder = max(0, Int(roster.feederOf[Int(roster.cabinetOf[lamp])]))
        // Noise that is the same for a lamp within a minute: hashed, so that asking twice changes nothing.
        let hash = Dice.mix(UInt64(truncatingIfNeeded: lamp) &<< 32 ^ UInt64(truncatingIfNeeded: now.seconds / 60))
        let noise = Double(hash >> 40) / Double(1 << 23) - 1
        return LampPhysics.volts(secondOfDay: secondOfDay, offset: supply.voltOffset[feeder], noise: 2 * noise)
    }

    private var secondOfDay: Double {
        let local = now.seconds + Int64(ReferenceCity.wall.offset(at: now)) * 60
        return Double(local - floorDivide(local, 86_400) * 86_400)
    }

    var ambient: Double {
        let date = now.civilDate
        let day = (now - Instant(year: date.year, month: 1, day: 1)).seconds / 86_400
        return LampPhysics.ambient(secondOfDay: secondOfDay, dayOfYear: Double(day))
    }

    /// A reading over the air: late by its way through the mesh, now and then lost, doubled or overtaken.
    func sendOverRadio(_ lamp: Int) {
        if settings.isInstant { return sendReading(lamp) }
        agenda.note(.report, at: after(chance.between(0.2, 1.5) + (chance.chance(0.1) ? chance.between(1, 6) : 0)), lamp)
    }

    func report(_ lamp: Int) {
        // Without mains and after its last gasp a lamp has nothing to speak with.
        guard !fleet.fault[lamp].isSilent, !fleet.isCut[lamp] else { return }
        guard radio.chance(1 - settings.radioLoss) else {
            fleet.sequence[lamp] &+= 1
            counts.lost += 1
            return
        }
        sendReading(lamp)
    }

    /// Writes the lamp's reading into its gateway's message.
    func sendReading(_ lamp: Int) {
        let g = Int(roster.gatewayOf[lamp])
        let power = count(lamp)
        fleet.sequence[lamp] &+= 1
        var text: [UInt8] = []
        text.reserveCapacity(170)
        let isCut = fleet.isCut[lamp]
        let isLying = fleet.fault[lamp] == .lies || fleet.fault[lamp] == .darkUnnoticed
        let noise = 1 + 0.004 * radio.normal()
        ReadingText.head(roster.lamps[utf8: lamp], at: stamp(g), sequence: fleet.sequence[lamp], &text)
        ReadingText.field("level", Double(isLying && !isCut ? fleet.target[lamp] : fleet.actual[lamp]), decimals: 0, &text)
        ReadingText.field("power", power * noise, decimals: 1, &text)
        ReadingText.field("energy", fleet.energy[lamp] / 1000, decimals: 3, &text)
        ReadingText.field("voltage", isCut ? 0 : volts(lamp), decimals: 1, &text)
        let lit = fleet.actual[lamp] > 0 ? Double(citySeconds &- fleet.litAt[lamp]) : 0
        ReadingText.field(
            "temperature", LampPhysics.temperature(ambient: ambient, power: power, isLED: roster.isLED[lamp], secondsLit: lit), decimals: 1,
            &text)
        ReadingText.field("faults", Double(fleet.fault[lamp].flags | (isCut ? 1 << 2 : 0)), decimals: 0, &text)
        text.append(UInt8(ascii: "}"))
        if settings.radioLoss > 0, !isCut, radio.chance(settings.radioLoss / 2) {
            let number = number()
            held[number] = text
            counts.overtaken += 1
            // Most wait out a collision; some lie in a relay node until it wakes.
            agenda.note(.late, at: after(radio.chance(0.7) ? radio.between(5, 40) : radio.between(300, 1500)), g, number)
            return
        }
        collect(g) { $0.append(contentsOf: text) }
        if settings.radioLoss > 0, radio.chance(settings.radioLoss / 2) {
            counts.doubled += 1
            collect(g) { $0.append(contentsOf: text) }
        }
    }

    func arriveLate(_ number: UInt32, gateway g: Int) {
        guard let text = held.removeValue(forKey: number) else { return }
        collect(g) { $0.append(contentsOf: text) }
    }

    func reportCabinet(_ c: Int) {
        let g = Int(roster.gatewayOfCabinet[c])
        guard g >= 0 else { return }
        var power = 0.0
        for lamp in roster.lamps(ofCabinet: c) { power += self.power(Int(lamp)) }
        let hasMains = supply.hasMains(cabinet: c, roster)
        let hours = Double(citySeconds &- supply.countedAt[c]) / 3600
        supply.energy[c] += power * hours / 1000
        supply.countedAt[c] = citySeconds
        supply.sequence[c] &+= 1
        let volts =
            hasMains
            ? LampPhysics.volts(
                secondOfDay: secondOfDay, offset: supply.voltOffset[max(0, Int(roster.feederOf[c]))], noise: radio.normal() * 0.5) : 0
        let flags = (supply.isDoorOpen[c] ? 1 : 0) | (supply.isBreakerOpen[c] ? 2 : 0) | (hasMains ? 0 : 8)
        let at = stamp(g)
        collect(g) { out in
            ReadingText.head(roster.cabinets[utf8: c], at: at, sequence: supply.sequence[c], &out)
            ReadingText.field("power", power, decimals: 0, &out)
            ReadingText.field("energy", supply.energy[c], decimals: 1, &out)
            ReadingText.field("voltage", volts, decimals: 1, &out)
            ReadingText.field("current", volts > 0 ? power / volts : 0, decimals: 2, &out)
            ReadingText.field("flags", Double(flags), decimals: 0, &out)
            out.append(UInt8(ascii: "}"))
        }
    }
}
