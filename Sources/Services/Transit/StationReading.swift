// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// A place where bikes are lent, or cars park, with what is free there.
package struct Station: Sendable, Hashable, Codable {
    package var id: String
    package var name: String
    package var longitude: Double
    package var latitude: Double
    /// Bikes that may be taken; in a car park nil.
    package var vehicles: Int?
    /// Places that are free.
    package var docks: Int?
    package var isOpen: Bool
    package var place: Place { Place(longitude: longitude, latitude: latitude) }
}

/// What a network said of its stations at one moment.
package struct StationFeed: Sendable, Hashable, Codable {
    package var stations: [Station]
    /// Of the figures, as the source says.
    package var reportedAt: Instant
}

/// Reads GBFS 2.x and 3.x: `station_information.json` (what stands where) and `station_status.json` (what is free).
package enum StationReading {
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible { package var description: String }

    /// Stations of one network.
    static let most = 20_000

    package static func feed(information: [UInt8], status: [UInt8]) throws -> StationFeed {
        let (known, now) = (try parse(information, "station_information.json"), try parse(status, "station_status.json"))
        guard let reported = moment(now["last_updated"]) else {
            throw Fault(description: "station_status.json: last_updated is no time")
        }
        var states: [String: JSON] = [:]
        for state in now["data"]?["stations"]?.listOrNil ?? [] {
            if let id = state["station_id"]?.textOrNil { states[id] = state }
        }
        guard let stations = known["data"]?["stations"]?.listOrNil else {
            throw Fault(description: "station_information.json: data.stations is missing")
        }
        guard stations.count <= most else { throw Fault(description: "station_information.json: more than \(most) stations") }
        let read = try stations.enumerated().compactMap { place, one -> Station? in
            guard let id = one["station_id"]?.textOrNil, let latitude = one["lat"]?.numberOrNil, let longitude = one["lon"]?.numberOrNil,
                Place(longitude: longitude, latitude: latitude).isValid
            else { throw Fault(description: "station_information.json: station \(place + 1) has no station_id, lat and lon") }
            guard let state = states[id], isTrue(state["is_installed"]) != false else { return nil }
            let vehicles = (state["num_bikes_available"] ?? state["num_vehicles_available"])?.numberOrNil
            return Station(
                id: String(id.prefix(200)), name: String((name(one["name"]) ?? id).prefix(200)), longitude: longitude, latitude: latitude,
                vehicles: vehicles.map { Int(max(0, min(100_000, $0))) },
                docks: state["num_docks_available"]?.numberOrNil.map { Int(max(0, min(100_000, $0))) },
                isOpen: isTrue(state["is_renting"]) != false)
        }
        return StationFeed(stations: read, reportedAt: reported)
    }

    private static func parse(_ bytes: [UInt8], _ name: String) throws -> JSON {
        do { return try JSON(String(decoding: bytes, as: UTF8.self)) } catch let fault as JSON.Malformed {
            throw Fault(description: "\(name) is \(fault)")
        }
    }

    /// Where `gbfs.json` says that the two files stand: GBFS 2 by language, French first, GBFS 3 once.
    static func addresses(_ bytes: [UInt8]) throws -> StationAddresses {
        let data = try parse(bytes, "gbfs.json")["data"]
        var feeds = data?["feeds"] ?? data?["fr"]?["feeds"]
        if feeds == nil, case .object(let members)? = data { feeds = members.first?.value["feeds"] }
        func address(_ name: String) throws -> String {
            let feed = feeds?.listOrNil?.first { $0["name"]?.textOrNil == name }
            guard let address = feed?["url"]?.textOrNil else { throw Fault(description: "gbfs.json names no \(name)") }
            return address
        }
        return StationAddresses(information: try address("station_information"), status: try address("station_status"))
    }

    /// The same server, asked in the same way?
    static func isSameOrigin(_ a: String, _ b: String) -> Bool {
        func origin(_ text: String) -> String? {
            let parts = text.lowercased().split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count >= 3, parts[0] == "https:" || parts[0] == "http:", parts[1].isEmpty, !parts[2].isEmpty,
                parts[2].utf8.allSatisfy({ (97...122).contains($0) || (45...58).contains($0) || $0 == 91 || $0 == 93 })
            else { return nil }
            let port = parts[0] == "https:" ? ":443" : ":80"
            return parts[0] + "//" + (parts[2].hasSuffix(port) ? parts[2].dropLast(port.count) : parts[2])
        }
        return origin(a) != nil && origin(a) == origin(b)
    }

    /// GBFS 2: text; GBFS 3: one text a language, French first.
    private static func name(_ value: JSON?) -> String? {
        if let text = value?.textOrNil { return text }
        let all = value?.listOrNil ?? []
        let french = all.first { $0["language"]?.textOrNil?.hasPrefix("fr") == true }
        return (french ?? all.first)?["text"]?.textOrNil
    }

    /// GBFS 1 wrote flags as numbers.
    private static func isTrue(_ value: JSON?) -> Bool? {
        if case .flag(let flag) = value { return flag }
        return value?.numberOrNil.map { $0 != 0 }
    }

    /// Seconds since 1970, or `2023-07-17T13:34:13+02:00`.
    static func moment(_ value: JSON?) -> Instant? {
        if let seconds = value?.numberOrNil, (0...4e9).contains(seconds) { return Instant(seconds: Int64(seconds)) }
        guard let text = value?.textOrNil, text.utf8.count >= 20, let day = CivilDay(text.prefix(10)) else { return nil }
        let clock = text.dropFirst(11).prefix(8).split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2]) else { return nil }
        let rest = text.dropFirst(19).drop { $0 == "." || $0.isNumber }
        var ahead = 0
        if rest != "Z" {
            let parts = rest.dropFirst().split(separator: ":").compactMap { Int($0) }
            guard rest.hasPrefix("+") || rest.hasPrefix("-"), parts.count == 2, (0...14).contains(parts[0]),
                (0...59).contains(parts[1])
            else { return nil }
            ahead = (rest.hasPrefix("-") ? -1 : 1) * (parts[0] * 60 + parts[1])
        }
        return Instant(seconds: Int64(day.number) * 86_400 + Int64(clock[0] * 3600 + clock[1] * 60 + clock[2] - ahead * 60))
    }
}
