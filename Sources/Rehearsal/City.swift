// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// What can go wrong when a city is drawn or read, said to whoever asked for it.
package enum CityError: Error, Equatable, CustomStringConvertible {
    case badCount(Int)
    case cannotWrite(String)
    case cannotRead(String)
    case noColumn(String, path: String)
    case badRow(line: Int, path: String, why: String)

    package var description: String {
        switch self {
        case .badCount(let n): "\(n) lamps cannot be drawn: give a number from 1 to 20000000"
        case .cannotWrite(let path): "cannot write \(path): does the folder exist, and may this account write there?"
        case .cannotRead(let path): "cannot read \(path): `vigie generate city --out FOLDER` writes it"
        case .noColumn(let name, let path):
            "\(path) has no column '\(name)': its first line must name id;kind;lon;lat;supply_parent;link_parent;period;power"
        case .badRow(let line, let path, let why): "\(path) line \(line): \(why)"
        }
    }
}

/// The demo city: drawn by rule from a seed, the same files on every machine.
package struct City: Sendable {
    package let lamps: Int
    package let seed: UInt64
    package let areas: AreaPlan
    package let supply: SupplyPlan

    /// A city of exactly `lamps` lamps in the 23 communes.
    package init(lamps: Int, seed: UInt64) throws {
        guard (1...20_000_000).contains(lamps) else { throw CityError.badCount(lamps) }
        (self.lamps, self.seed) = (lamps, seed)
        areas = AreaPlan(seed: seed)
        supply = SupplyPlan(lamps: lamps, facts: areas.areas.map(\.fact), seed: seed)
    }

    /// What was written, for the person who waits.
    package struct Tally: Sendable, Equatable {
        package var lamps = 0, cabinets = 0, feeders = 0, substations = 0, gateways = 0, streets = 0, addresses = 0
    }

    /// A city that is drawn to be looked at; beyond, streets shrink so that all lamps fit, and nobody drives on them.
    static let mostLampsWithNetwork = 250_000

    /// Writes areas.geojson, streets.geojson, addresses.csv, assets.csv and, up to 250 000 lamps, streets.osm into `folder` (made where it is
    /// missing). Lamps stream to disk commune by commune; `progress` hears how many are drawn.
    package func write(to folder: String, progress: (Int) -> Void = { _ in }) throws -> Tally {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var writer = try CityWriter(folder: folder)
        try writer.write(areas)
        var done = 0
        var web = StreetWeb(seed: seed)
        for i in supply.order where supply.lamps[i] > 0 {
            let town = drawTown(i)
            if lamps <= City.mostLampsWithNetwork { web.add(town.streets, centre: areas.areas[i].centre) }
            try writer.write(town, cabinets: supply.cabinets[i])
            done += town.lamps.count
            progress(done)
        }
        if lamps <= City.mostLampsWithNetwork {
            let file = try TextFile(folder + "/streets.osm")
            try web.write(to: file)
            try file.close()
        }
        return try writer.finish(supply)
    }

    struct Town {
        var insee: String
        var name = ""
        var streets: [(street: Street, name: String)] = []
        var lamps: [DrawnLamp] = []
        var addresses: [AddressRow] = []
    }

    /// Draws one commune. Where the ground runs out before the lamps are placed, it is drawn again, tighter.
    func drawTown(_ i: Int) -> Town {
        let area = areas.areas[i]
        let wanted = supply.lamps[i]
        let townSeed = Dice.mix(seed &+ UInt64(i + 1) &* 0xA24B_AED4_963E_E407)
        // The towns that an avenue leads to: the hub has one to each near neighbour, the others to the hub and the next town.
        let near = areas.areas.indices.filter { $0 != i }
            .sorted { (areas.areas[$0].centre - area.centre).length < (areas.areas[$1].centre - area.centre).length }
            .prefix(i == supply.order[0] ? 9 : 2).map { areas.areas[$0].centre }
        var tightness = 1.0
        while true {
            let grain = Grain(lamps: wanted, area: Ring.area(area.cell), tightness: tightness)
            let plan = TownPlan(area: area, neighbours: near, lamps: wanted, grain: grain, seed: townSeed)
            let town = fill(plan, area, grain, wanted, townSeed)
            if town.lamps.count == wanted { return town }
            tightness *= 0.86
        }
    }

    private func fill(_ plan: TownPlan, _ area: AreaPlan.Area, _ grain: Grain, _ wanted: Int, _ seed: UInt64) -> Town {
        var town = Town(insee: area.fact.insee, name: area.fact.name)
        var names = StreetNames(seed: seed)
        func take(_ streets: [Street]) {
            for planned in streets where town.lamps.count < wanted {
                guard let street = planned.part(inside: area.outline) else { continue }
                let lamps = LampRow.along(
                    street, index: town.streets.count, grain: grain, outline: area.outline, limit: wanted - town.lamps.count, seed: seed)
                guard !lamps.isEmpty else { continue }
                town.addresses += AddressRow.along(
                    street, index: town.streets.count, grain: grain, outline: area.outline, lamps: lamps, seed: seed)
                town.streets.append((street, names.name(for: street.rank)))
                town.lamps += lamps
            }
        }
        take(plan.greatStreets())
        for quarter in 0..<plan.quarters where town.lamps.count < wanted {
            let streets = plan.streets(ofQuarter: quarter, seed: seed)
            let room = streets.reduce(0) { $0 + $1.length } / grain.pitch
            take(room * 0.9 > Double(wanted - town.lamps.count) ? plan.outwards(streets) : streets)
        }
        return town
    }
}
