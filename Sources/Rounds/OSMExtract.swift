// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What an OSM extract says about streets: nodes, ways that carry traffic or people, turn restrictions.
package struct OSMExtract: Sendable {
    struct Way: Hashable {
        var id: Int64
        var refs: [Int64]
        var use: StreetUse
    }
    struct Restriction: Hashable {
        var from: Int64
        var via: Int64
        var to: Int64
        /// Only this turn is allowed; otherwise this turn is forbidden.
        var isOnly: Bool
    }
    /// Of which day OSM's data are, where the file says so.
    package internal(set) var asOf: Instant?
    /// Identity, longitude, latitude.
    var nodes: [(id: Int64, place: Place)] = []
    /// Nodes that a van does not pass, and nodes with traffic lights.
    var barriers: Set<Int64> = []
    var signals: Set<Int64> = []
    var ways: [Way] = []
    var restrictions: [Restriction] = []
    /// Elements that were left out since they make no sense: a node without a place, a way of one node, a restriction over a way.
    package internal(set) var skipped = 0

    static let mostNodes = 50_000_000

    init() {}

    /// - Parameters:
    ///   - xml: OSM XML, unpacked.
    ///   - box: streets outside are left out; nil for all.
    ///   - progress: hears now and then how many bytes are read.
    package init(xml: [UInt8], inside box: StreetBox? = nil, progress: (Int) -> Void = { _ in }) throws(StreetFault) {
        self = try OSMReader.read(xml, inside: box, progress: progress)
        keepStreets(isCut: box != nil)
    }

    /// - Parameters:
    ///   - pbf: OSM's binary form (`.osm.pbf`), as it is.
    ///   - inflate: unpacks zlib data (RFC 1950) to exactly so many bytes; nil where they are something else.
    package init(
        pbf: [UInt8], inside box: StreetBox? = nil, inflate: (ArraySlice<UInt8>, Int) -> [UInt8]?, progress: (Int) -> Void = { _ in }
    ) throws(StreetFault) {
        self = try OSMBlocks.read(pbf, inside: box, inflate: inflate, progress: progress)
        keepStreets(isCut: box != nil)
    }

    /// What no street needs goes.
    /// - Parameter isCut: nodes outside a box are missing on purpose: ways end at the last one inside, and that is no fault.
    private mutating func keepStreets(isCut: Bool) {
        if isCut {
            let known = Set(nodes.map(\.id))
            ways = ways.flatMap { way in
                way.refs.split { !known.contains($0) }.filter { $0.count > 1 }.map { Way(id: way.id, refs: Array($0), use: way.use) }
            }
        }
        let used = Set(ways.flatMap(\.refs))
        nodes = nodes.filter { used.contains($0.id) }
        barriers.formIntersection(used)
        signals.formIntersection(used)
        restrictions = restrictions.filter { used.contains($0.via) }
    }

    /// Takes in a relation, where it restricts turns over one node.
    mutating func restrict(_ tags: [String: String], _ members: [(type: String, role: String, ref: Int64)]) {
        guard let isOnly = StreetRules.restriction(tags) else { return }
        func ways(_ role: String) -> [Int64] { members.filter { $0.role == role && $0.type == "way" }.map(\.ref) }
        let via = members.filter { $0.role == "via" }
        guard via.count == 1, via[0].type == "node" else {
            skipped += 1
            return
        }
        for from in ways("from") {
            for to in ways("to") { restrictions.append(.init(from: from, via: via[0].ref, to: to, isOnly: isOnly)) }
        }
    }

    /// `2026-11-20T20:21:02Z`; nil where it is something else.
    static func instant(_ text: String) -> Instant? {
        let parts = text.split { !$0.isNumber }.map { Int($0) ?? -1 }
        guard text.utf8.count <= 30, parts.count >= 6, (1970...9999).contains(parts[0]), (1...12).contains(parts[1]),
            (1...31).contains(parts[2]), (0...23).contains(parts[3]), (0...59).contains(parts[4]), (0...60).contains(parts[5])
        else { return nil }
        return Instant(year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
    }
}

/// A rectangle of degrees.
package struct StreetBox: Sendable, Hashable {
    package var (west, south, east, north): (Double, Double, Double, Double)

    /// Around places, and so many metres more on each side; nil where there is no place.
    package init?(around places: some Sequence<Place>, metres: Double) {
        let places = Array(places)
        guard let first = places.first else { return nil }
        (west, east, south, north) = (first.longitude, first.longitude, first.latitude, first.latitude)
        for place in places {
            (west, east) = (min(west, place.longitude), max(east, place.longitude))
            (south, north) = (min(south, place.latitude), max(north, place.latitude))
        }
        let up = metres / 111_195
        // At the widest parallel of the box a degree is least long.
        let edge = max(abs(south), abs(north)) + up
        let wide = Place(longitude: 0, latitude: min(89, edge)).metres(to: Place(longitude: 0.01, latitude: min(89, edge))) * 100
        (west, east, south, north) = (west - metres / wide, east + metres / wide, south - up, north + up)
    }

    package func contains(_ place: Place) -> Bool {
        (west...east).contains(place.longitude) && (south...north).contains(place.latitude)
    }
}

/// Why bytes are no street network.
package enum StreetFault: Error, Hashable, Sendable {
    case notOSM
    /// A document type or an entity stands in it: nothing that OSM writes, and a way to make a reader run out of memory.
    case declaresEntities
    /// The bytes end in the middle, or a mark is not closed, after this many bytes.
    case brokenAt(Int)
    case noStreets
    case tooLarge
    /// A block is packed by a method that is not read.
    case packedOtherwise
    /// The file needs a reader of this feature.
    case needs(String)
    /// What was kept is damaged, or of a later release.
    case keptIsDamaged

    package var words: Words {
        switch self {
        case .notOSM: Words("Ce fichier n’est pas un extrait OSM (XML ou PBF).", "This file is not an OSM extract (XML or PBF).")
        case .declaresEntities: Words("Le fichier déclare des entités XML : refusé.", "The file declares XML entities: refused.")
        case .brokenAt(let byte): Words("Le fichier est coupé ou abîmé à l’octet \(byte).", "The file is cut or broken at byte \(byte).")
        case .noStreets: Words("Aucune rue praticable dans ce fichier.", "No passable street in this file.")
        case .tooLarge: Words("Trop de nœuds : 50 millions au plus.", "Too many nodes: at most 50 million.")
        case .packedOtherwise:
            Words("Un bloc est comprimé autrement que par zlib.", "A block is packed in another way than by zlib.")
        case .needs(let feature):
            Words("Le fichier demande « \(feature) », qui n’est pas lu.", "The file needs '\(feature)', which is not read.")
        case .keptIsDamaged:
            Words("Le réseau conservé est abîmé : importez-le à nouveau.", "The network that was kept is damaged: import it again.")
        }
    }
}
