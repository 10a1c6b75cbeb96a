// SPDX-License-Identifier: EUPL-1.2

/// How a way may be used: kilometres per hour along its drawing and against it; 0 for not at all.
struct StreetUse: Hashable {
    var vanForward = 0.0
    var vanBackward = 0.0
    var foot = 0.0
    var isAny: Bool { vanForward > 0 || vanBackward > 0 || foot > 0 }
}

/// What OSM's tags mean for a service van of the city and for people on foot, with the limits of French law where a tag says no number.
///
/// A service van may use ways that are `private`, `destination`, `delivery`, `customers`, `permit` or `official` (the city has work there),
/// not those closed to vehicles (`no`, `agricultural`, `forestry`, `military`, `use_sidepath`). Pedestrian streets, paths and bus lanes are
/// closed to it unless a tag for vehicles opens them. It passes gates; it does not pass fixed bollards, blocks and stiles.
enum StreetRules {
    /// Limits in km/h where no `maxspeed` is given: towns, since that is where crews drive.
    private static let limits: [String: Double] = [
        "motorway": 130, "motorway_link": 70, "trunk": 110, "trunk_link": 70, "primary": 50, "primary_link": 50, "secondary": 50,
        "secondary_link": 50, "tertiary": 50, "tertiary_link": 50, "unclassified": 50, "residential": 50, "road": 50,
        "living_street": 20, "service": 20, "track": 20,
    ]
    /// Open to a van only by an explicit tag, and then at walking pace.
    private static let closed: Set = ["pedestrian", "footway", "path", "cycleway", "bridleway", "busway", "bus_guideway"]
    private static let onFoot: Set = [
        "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "road",
        "living_street", "service", "track", "pedestrian", "footway", "path", "steps", "bridleway", "cycleway",
    ]
    private static let open: Set = [
        "yes", "permissive", "designated", "destination", "private", "delivery", "customers", "permit", "official", "residents", "unknown",
    ]
    private static let implied: [String: Double] = [
        "fr:urban": 50, "fr:rural": 80, "fr:trunk": 110, "fr:motorway": 130, "fr:living_street": 20, "fr:zone20": 20, "fr:zone30": 30,
        "fr:zone:20": 20, "fr:zone:30": 30, "fr:20": 20, "fr:30": 30, "fr:50": 50, "fr:walk": 6, "walk": 6, "none": 130, "signals": 90,
    ]

    static func use(_ tags: [String: String]) -> StreetUse {
        guard let highway = tags["highway"] else { return StreetUse() }
        var use = StreetUse()
        let isOpen = access(tags, ["motorcar", "motor_vehicle", "vehicle", "access"])
        if let limit = limits[highway], isOpen ?? true, tags["area"] != "yes" {
            (use.vanForward, use.vanBackward) = directions(tags, highway, limit)
        } else if closed.contains(highway), tags["area"] != "yes", access(tags, ["motorcar", "motor_vehicle", "vehicle"]) ?? false {
            (use.vanForward, use.vanBackward) = directions(tags, highway, 8)
        }
        if onFoot.contains(highway), access(tags, ["foot", "access"]) ?? (highway != "cycleway") {
            use.foot = highway == "steps" ? 2 : 4.5
        }
        if ["motorway", "trunk", "motorway_link", "trunk_link"].contains(highway), tags["foot"] == "yes" { use.foot = 4.5 }
        return use
    }

    /// The most particular tag that is there decides; nil where none is.
    private static func access(_ tags: [String: String], _ keys: [String]) -> Bool? {
        for key in keys { if let value = tags[key] { return open.contains(value) } }
        return nil
    }

    private static func directions(_ tags: [String: String], _ highway: String, _ limit: Double) -> (forward: Double, backward: Double) {
        let both = speed(tags["maxspeed"]) ?? limit
        let forward = pace(speed(tags["maxspeed:forward"]) ?? both)
        let backward = pace(speed(tags["maxspeed:backward"]) ?? both)
        let isRound = tags["junction"] == "roundabout" || tags["junction"] == "circular"
        switch tags["oneway:motor_vehicle"] ?? tags["oneway"] ?? "" {
        case "yes", "true", "1": return (forward, 0)
        case "-1", "reverse": return (0, backward)
        case "no", "false", "0", "alternating": return (forward, backward)
        // Its direction changes with the hour: nothing that a plan may count on.
        case "reversible": return (0, 0)
        default: return isRound || highway == "motorway" ? (forward, 0) : (forward, backward)
        }
    }

    /// `50`, `30 mph`, `FR:urban`; nil where it says nothing that is known.
    static func speed(_ text: String?) -> Double? {
        guard let text = text?.lowercased() else { return nil }
        if let known = implied[text] { return known }
        let first = text.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(first), number >= 1, number <= 300 else { return nil }
        let unit = text.dropFirst(first.count).filter { $0 != " " }
        switch unit {
        case "", "km/h", "kmh", "kph": return number
        case "mph": return number * 1.609_344
        default: return nil
        }
    }

    /// What a van makes of a limit: bends, crossings and others on the road take three tenths in town and a seventh outside.
    private static func pace(_ limit: Double) -> Double { limit <= 50 ? limit * 0.7 : limit * 0.85 }

    /// Does this node stop a van?
    static func isBarrier(_ tags: [String: String]) -> Bool {
        guard let barrier = tags["barrier"] else { return false }
        if let isOpen = access(tags, ["motorcar", "motor_vehicle", "vehicle", "access"]) { return !isOpen }
        switch barrier {
        case "bollard": return !["rising", "removable", "foldable"].contains(tags["bollard"] ?? "")
        case "block", "cycle_barrier", "turnstile", "stile", "kissing_gate", "full-height_turnstile", "jersey_barrier", "debris", "log",
            "motorcycle_barrier", "horse_stile", "planter", "wall", "fence":
            return true
        default: return false
        }
    }

    /// Does a relation restrict turns for a van: true for `only_…`, false for `no_…`, nil where it does not.
    static func restriction(_ tags: [String: String]) -> Bool? {
        guard tags["type"] == "restriction" else { return nil }
        let exempt = (tags["except"] ?? "").split(separator: ";").map { $0.filter { $0 != " " } }
        if exempt.contains("motorcar") || exempt.contains("motor_vehicle") { return nil }
        guard let value = tags["restriction:motorcar"] ?? tags["restriction"] else { return nil }
        return value.hasPrefix("only_") ? true : value.hasPrefix("no_") ? false : nil
    }
}
