// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Identities of one kind of device, end to end in one array of bytes.
package struct Identities: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = [0]

    package init() {}
    package var count: Int { ends.count - 1 }
    mutating func append(_ id: some Sequence<UInt8>) {
        bytes.append(contentsOf: id)
        ends.append(UInt32(bytes.count))
    }
    subscript(utf8 i: Int) -> ArraySlice<UInt8> { bytes[Int(ends[i])..<Int(ends[i + 1])] }
    package subscript(_ i: Int) -> String { String(decoding: self[utf8: i], as: UTF8.self) }

    /// The index of an identity within `range`, by looking at each: a gateway's lamps are few, and scripts ask rarely.
    func find(_ id: String, in range: Range<Int>? = nil) -> Int? {
        let wanted = Array(id.utf8)
        return (range ?? 0..<count).first { self[utf8: $0].elementsEqual(wanted) }
    }
}

/// Who is in the simulated city and what hangs from what, as read from its assets.csv. Lamps are in the order of their gateways, so
/// that a gateway's lamps are one range.
package struct Roster: Sendable {
    package private(set) var substations = Identities(), feeders = Identities(), cabinets = Identities(), gateways = Identities()
    package private(set) var lamps = Identities()
    /// By feeder, its substation; by cabinet, its feeder; by gateway, its cabinet; −1 for none.
    package private(set) var substationOf: [Int32] = [], feederOf: [Int32] = [], cabinetOfGateway: [Int32] = []
    /// By cabinet, the gateway that it speaks through; −1 for none.
    package private(set) var gatewayOfCabinet: [Int32] = []
    package private(set) var cabinetOf: [Int32] = [], gatewayOf: [Int32] = []
    /// Gateway g's lamps are `firstLamp[g] ..< firstLamp[g + 1]`.
    package private(set) var firstLamp: [Int] = [0]
    /// Cabinet c's lamps are `lampsByCabinet[firstInCabinet[c] ..< firstInCabinet[c + 1]]`.
    private(set) var firstInCabinet: [Int] = [], lampsByCabinet: [UInt32] = []
    package private(set) var watts: [UInt16] = [], isLED: [Bool] = []
    /// By gateway: INSEE code (out of its identity), for the programme that it carries.
    package private(set) var communeOf: [String] = []

    package func lamps(ofGateway g: Int) -> Range<Int> { firstLamp[g]..<firstLamp[g + 1] }
    func lamps(ofCabinet c: Int) -> ArraySlice<UInt32> { lampsByCabinet[firstInCabinet[c]..<firstInCabinet[c + 1]] }

    /// Reads `folder`/assets.csv as `vigie generate city` writes it: ';' between fields, parents before children.
    package init(folder: String) throws {
        let path = folder + "/assets.csv"
        guard let data = FileManager.default.contents(atPath: path) else { throw CityError.cannotRead(path) }
        try self.init(csv: [UInt8](data), path: path)
    }

    package init(csv: [UInt8], path: String = "assets.csv") throws {
        var reading = try RosterReading(csv: csv, path: path)
        try reading.run()
        (substations, feeders, cabinets, gateways) = (reading.substations, reading.feeders, reading.cabinets, reading.gateways)
        (substationOf, feederOf, cabinetOfGateway) = (reading.substationOf, reading.feederOf, reading.cabinetOfGateway)
        gatewayOfCabinet = reading.linkOfCabinet.map { $0.isEmpty ? -1 : reading.gatewayIndex[$0] ?? -1 }
        communeOf = (0..<gateways.count).map { g in
            let parts = reading.gateways[g].split(separator: "-")
            return parts.count > 2 ? String(parts[1]) : ""
        }
        arrange(reading)
    }

    /// Puts the lamps into the order of their gateways (counting sort), and lists them by cabinet.
    private mutating func arrange(_ reading: RosterReading) {
        let count = reading.lampGateway.count
        firstLamp = [Int](repeating: 0, count: gateways.count + 1)
        for g in reading.lampGateway { firstLamp[Int(g) + 1] += 1 }
        for g in 0..<gateways.count { firstLamp[g + 1] += firstLamp[g] }
        var place = firstLamp
        var order = [Int](repeating: 0, count: count)
        for (i, g) in reading.lampGateway.enumerated() {
            order[place[Int(g)]] = i
            place[Int(g)] += 1
        }
        for i in order {
            lamps.append(reading.lamps[utf8: i])
            cabinetOf.append(reading.lampCabinet[i])
            gatewayOf.append(reading.lampGateway[i])
            watts.append(reading.lampWatts[i])
            isLED.append(reading.lampIsLED[i])
        }
        firstInCabinet = [Int](repeating: 0, count: cabinets.count + 1)
        for c in cabinetOf { firstInCabinet[Int(c) + 1] += 1 }
        for c in 0..<cabinets.count { firstInCabinet[c + 1] += firstInCabinet[c] }
        var next = firstInCabinet
        lampsByCabinet = [UInt32](repeating: 0, count: count)
        for (lamp, c) in cabinetOf.enumerated() {
            lampsByCabinet[next[Int(c)]] = UInt32(lamp)
            next[Int(c)] += 1
        }
    }
}
