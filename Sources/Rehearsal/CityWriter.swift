// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Writes a drawn city as the files that a real town would import. Lamps go to a part file as they are drawn; what they hang from is
/// few and kept in memory, and written before them, so that a reader always meets a parent first.
struct CityWriter {
    private struct Upper {
        var insee: String
        var mark: Mark
        var address: String
        /// Lamps for a cabinet; the host lamp's cabinet for a gateway; the gateway of its first lamp for a cabinet.
        var number: Int
        var other: String
    }

    private let folder: String
    private let lamps: TextFile
    private let streets: TextFile
    private let addresses: TextFile
    private var cabinets: [Upper] = []
    private var gateways: [Upper] = []
    private var tally = City.Tally()
    private var isFirstStreet = true

    static let header = "id;kind;name;address;lon;lat;supply_parent;link_parent;period;power;source;mast_height;conflict_area"

    init(folder: String) throws {
        self.folder = folder
        lamps = try TextFile(folder + "/lamps.part")
        streets = try TextFile(folder + "/streets.geojson")
        try streets.write("{\"type\":\"FeatureCollection\",\"features\":[\n")
        addresses = try TextFile(folder + "/addresses.csv")
        try addresses.write(AddressRow.header + "\n")
    }

    func write(_ plan: AreaPlan) throws {
        let file = try TextFile(folder + "/areas.geojson")
        try file.write("{\"type\":\"FeatureCollection\",\"features\":[\n")
        for (i, area) in plan.areas.enumerated() {
            let fact = area.fact
            try file.write(
                "\(i == 0 ? "" : ",\n"){\"type\":\"Feature\",\"properties\":{\"insee\":\"\(fact.insee)\",\"nom\":\"\(fact.name)\",\"name\":\"\(fact.name)\","
                    + "\"population\":\(fact.inhabitants)},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[")
            for mark in area.outline.marks {
                try point(mark, file)
                try file.write(",")
            }
            try point(area.outline.marks[0], file)
            try file.write("]]}}")
        }
        try file.write("\n]}\n")
        try file.close()
    }

    private func point(_ mark: Mark, _ file: TextFile) throws {
        try file.write("[")
        try file.write(millionths: mark.longitude)
        try file.write(",")
        try file.write(millionths: mark.latitude)
        try file.write("]")
    }

    mutating func write(_ town: City.Town, cabinets sizes: [Int]) throws {
        for (number, (street, name)) in town.streets.enumerated() { try write(street, name, number, town.insee) }
        for row in town.addresses {
            try row.write(town, to: addresses)
            tally.addresses += 1
        }
        var cabinetOf: [String] = []
        cabinetOf.reserveCapacity(town.lamps.count)
        for (k, size) in sizes.enumerated() {
            let id = CityWriter.id("C", town.insee, k + 1, digits: 3)
            cabinetOf.append(contentsOf: repeatElement(id, count: size))
        }
        var gatewayOf = [Int32](repeating: 0, count: town.lamps.count)
        let plan = RadioPlan.gateways(for: town.lamps)
        for (k, gateway) in plan.enumerated() {
            for lamp in gateway.lamps { gatewayOf[Int(lamp)] = Int32(k) }
            let host = town.lamps[gateway.host]
            gateways.append(
                Upper(
                    insee: town.insee, mark: host.mark, address: address(host, town), number: k + 1, other: cabinetOf[gateway.host]))
        }
        var first = 0
        for (k, size) in sizes.enumerated() {
            let lamp = town.lamps[first]
            // The cabinet stands on the pavement a few steps from the first mast that it feeds.
            var mark = lamp.mark
            mark.longitude += 12
            cabinets.append(
                Upper(
                    insee: town.insee, mark: mark, address: address(lamp, town), number: k + 1,
                    other: CityWriter.id("G", town.insee, Int(gatewayOf[first]) + 1, digits: 3)))
            first += size
        }
        for (n, lamp) in town.lamps.enumerated() {
            try lamps.write("\(CityWriter.id("L", town.insee, n + 1, digits: 5));lamp;;\(address(lamp, town));")
            try lamps.write(millionths: lamp.mark.longitude)
            try lamps.write(";")
            try lamps.write(millionths: lamp.mark.latitude)
            try lamps.write(
                ";\(cabinetOf[n]);\(CityWriter.id("G", town.insee, Int(gatewayOf[n]) + 1, digits: 3));900;\(lamp.watts);"
                    + "\(lamp.isLED ? "led" : "sodium");\(lamp.mastDecimetres / 10).\(lamp.mastDecimetres % 10);\(lamp.isConflictArea ? "yes" : "no")\n"
            )
        }
        tally.lamps += town.lamps.count
        tally.streets += town.streets.count
    }

    private mutating func write(_ street: Street, _ name: String, _ number: Int, _ insee: String) throws {
        let rank = ["avenue", "street", "lane"][street.rank.rawValue]
        try streets.write(
            "\(isFirstStreet ? "" : ",\n"){\"type\":\"Feature\",\"properties\":{\"id\":\"\(insee)-\(number + 1)\",\"name\":\"\(name)\",\"insee\":\"\(insee)\","
                + "\"class\":\"\(rank)\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[")
        isFirstStreet = false
        for (i, spot) in street.line.enumerated() {
            if i > 0 { try streets.write(",") }
            try point(Mark(spot), streets)
        }
        try streets.write("]}}")
    }

    private func address(_ lamp: DrawnLamp, _ town: City.Town) -> String {
        let name = town.streets[Int(lamp.street)].name
        return "\(lamp.houseNumber) \(name.prefix(1).lowercased())\(name.dropFirst())"
    }

    /// `L-21231-00042`; grows where the digits do not suffice.
    static func id(_ letter: String, _ insee: String, _ number: Int, digits: Int) -> String {
        "\(letter)-\(insee)-\(padded(number, digits))"
    }

    static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// Writes what the lamps hang from, then the lamps.
    consuming func finish(_ supply: SupplyPlan) throws -> City.Tally {
        try streets.write("\n]}\n")
        try streets.close()
        try addresses.close()
        try lamps.close()
        let file = try TextFile(folder + "/assets.csv")
        try file.write(CityWriter.header + "\n")
        let feederOf = supply.feeders.indices.flatMap { f in repeatElement(f, count: supply.feeders[f]) }
        let substationOf = supply.substations.indices.flatMap { s in repeatElement(s, count: supply.substations[s]) }
        let firstCabinet = supply.feeders.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let firstFeeder = supply.substations.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        for s in supply.substations.indices {
            let home = cabinets[firstCabinet[firstFeeder[s] + supply.substations[s] / 2]]
            try row(file, "S-\(CityWriter.padded(s + 1, 2))", "substation", "Poste source \(s + 1)", home, shift: -700, "", "", "")
        }
        for f in supply.feeders.indices {
            let home = cabinets[firstCabinet[f] + supply.feeders[f] / 2]
            let substation = "S-\(CityWriter.padded(substationOf[f] + 1, 2))"
            try row(file, "F-\(CityWriter.padded(f + 1, 2))", "feeder", "Départ \(f + 1)", home, shift: -150, substation, "", "")
        }
        for (c, cabinet) in cabinets.enumerated() {
            let id = CityWriter.id("C", cabinet.insee, cabinet.number, digits: 3)
            try row(
                file, id, "cabinet", "Armoire \(cabinet.number)", cabinet, shift: 0, "F-\(CityWriter.padded(feederOf[c] + 1, 2))",
                cabinet.other, "900")
        }
        for gateway in gateways {
            let id = CityWriter.id("G", gateway.insee, gateway.number, digits: 3)
            try row(file, id, "gateway", "Passerelle \(gateway.number)", gateway, shift: 6, gateway.other, "", "300")
        }
        try file.append(contentsOf: lamps.path)
        try file.close()
        try FileManager.default.removeItem(atPath: lamps.path)
        var tally = tally
        (tally.cabinets, tally.gateways) = (cabinets.count, gateways.count)
        (tally.feeders, tally.substations) = (supply.feeders.count, supply.substations.count)
        return tally
    }

    private func row(
        _ file: TextFile, _ id: String, _ kind: String, _ name: String, _ at: Upper, shift: Int32, _ supply: String, _ link: String,
        _ period: String
    ) throws {
        try file.write("\(id);\(kind);\(name);\(at.address);")
        try file.write(millionths: at.mark.longitude + shift)
        try file.write(";")
        try file.write(millionths: at.mark.latitude)
        try file.write(";\(supply);\(link);\(period);;;;\n")
    }
}
