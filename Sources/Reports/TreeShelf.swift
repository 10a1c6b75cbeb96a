// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal
import Synchronization

/// The tree of categories of now: read once, and anew when another process has imported one.
package final class TreeShelf: Sendable {
    private let journal: Journal
    private let held = Mutex<CategoryTree?>(nil)

    package init(journal: Journal) { self.journal = journal }

    package func current() async throws -> CategoryTree {
        let known = held.withLock { $0 }
        let fresh = try await journal.read { transaction -> CategoryTree? in
            let revision = try CategoryStore.revision(in: transaction)
            return revision == known?.revision ? nil : try CategoryStore.current(in: transaction)
        }
        guard let fresh else { return known ?? .empty }
        held.withLock { $0 = fresh }
        return fresh
    }
}

/// What of the ground a report asks for: in which commune a place lies, and which road runs there.
package struct Ground: Sendable {
    let revision: Int64
    let areas: AreaIndex
    let roads: RoadIndex
    package let communes: [String: String]

    package var knowsTerritory: Bool { !areas.areas.isEmpty }
    /// `.outside` also where no place is known.
    package func commune(at place: Place?) -> Commune { place.map(areas.commune) ?? .outside }
    /// '' where none is within 40 m.
    package func road(at place: Place) -> String { roads.nearest(place, within: 40) ?? "" }
    package func communeName(_ insee: String) -> Words {
        if insee.isEmpty { return Words("hors des communes", "outside all communes") }
        let name = communes[insee] ?? insee
        return Words(name, name)
    }

    static func load(in transaction: Transaction) throws -> Ground {
        let areas = try AreaStore.areas(in: transaction)
        var roads = RoadIndex()
        try AreaStore.streets(in: transaction) { roads.add($0.name, $0.line) }
        return Ground(
            revision: try AreaStore.revision(in: transaction), areas: AreaIndex(areas), roads: roads,
            communes: Dictionary(areas.map { ($0.code, $0.name) }) { first, _ in first })
    }
}

/// The ground of now; whether it has changed is asked once in five seconds.
package final class GroundShelf: Sendable {
    private let journal: Journal
    private let clock: Clock
    private let held = Mutex<(ground: Ground, checked: Instant)?>(nil)

    package init(journal: Journal, clock: Clock) { (self.journal, self.clock) = (journal, clock) }

    package func current() async throws -> Ground {
        let now = clock.now()
        let known = held.withLock { $0 }
        if let known, known.checked <= now, now - known.checked < .seconds(5) { return known.ground }
        let fresh = try await journal.read { transaction -> Ground? in
            try AreaStore.revision(in: transaction) == known?.ground.revision ? nil : try Ground.load(in: transaction)
        }
        let ground = fresh ?? known!.ground
        held.withLock { $0 = (ground, now) }
        return ground
    }
}

/// Roads by cells of some 150 m, to find the nearest one.
struct RoadIndex: Sendable {
    private var names: [String] = []
    /// `from` is how far along its road it begins, in metres.
    private var parts: [(road: Int32, a: Place, b: Place, from: Double)] = []
    /// Of each road, which parts are its own, and its length in metres.
    private var lines: [(parts: Range<Int>, length: Double)] = []
    private var cells: [UInt64: [Int32]] = [:]
    /// Degrees.
    private static let side = 0.0015

    mutating func add(_ name: String, _ line: [Place]) {
        guard !name.isEmpty else { return }
        names.append(name)
        let first = parts.count
        var length = 0.0
        defer { lines.append((first..<parts.count, length)) }
        for (a, b) in zip(line, line.dropFirst()) where a.isValid && b.isValid {
            let part = Int32(parts.count)
            parts.append((Int32(names.count - 1), a, b, length))
            length += a.metres(to: b)
            let (west, east) = (min(a.longitude, b.longitude), max(a.longitude, b.longitude))
            let (south, north) = (min(a.latitude, b.latitude), max(a.latitude, b.latitude))
            // A road of a whole country would fill every cell of it.
            guard (east - west) / RoadIndex.side < 200, (north - south) / RoadIndex.side < 200 else { continue }
            for x in RoadIndex.column(west)...RoadIndex.column(east) {
                for y in RoadIndex.column(south)...RoadIndex.column(north) { cells[RoadIndex.key(x, y), default: []].append(part) }
            }
        }
    }

    private static func column(_ degrees: Double) -> Int32 { Int32((degrees / side).rounded(.down)) }
    private static func key(_ x: Int32, _ y: Int32) -> UInt64 { UInt64(UInt32(bitPattern: x)) << 32 | UInt64(UInt32(bitPattern: y)) }

    /// - Parameter metres: at most a cell, about 100.
    func nearest(_ place: Place, within metres: Double) -> String? {
        part(nearest: place, within: metres).map { names[Int(parts[$0].road)] }
    }

    /// The middle of the stretch of the nearest road in which a place lies: roads are cut every 100 m from where they begin, the rest is
    /// shared. The same for all places along it.
    func stretch(_ place: Place, within metres: Double) -> Place? {
        guard let found = part(nearest: place, within: metres) else { return nil }
        let line = lines[Int(parts[found].road)]
        let count = max(1, (line.length / 100).rounded())
        let (a, b) = (parts[found].a, parts[found].b)
        let along = parts[found].from + RoadIndex.foot(place, a, b) * a.metres(to: b)
        let side = line.length / count
        let middle = (min(count - 1, (along / max(side, 1e-9)).rounded(.down)) + 0.5) * side
        let own = line.parts.last { parts[$0].from <= middle } ?? line.parts.lowerBound
        let length = parts[own].a.metres(to: parts[own].b)
        let t = length > 0 ? min(1, (middle - parts[own].from) / length) : 0
        return Place(
            longitude: parts[own].a.longitude + t * (parts[own].b.longitude - parts[own].a.longitude),
            latitude: parts[own].a.latitude + t * (parts[own].b.latitude - parts[own].a.latitude))
    }

    private func part(nearest place: Place, within metres: Double) -> Int? {
        guard place.isValid else { return nil }
        let (x, y) = (RoadIndex.column(place.longitude), RoadIndex.column(place.latitude))
        var best: (metres: Double, part: Int)?
        for dx in Int32(-1)...1 {
            for dy in Int32(-1)...1 {
                for number in cells[RoadIndex.key(x + dx, y + dy)] ?? [] {
                    let part = parts[Int(number)]
                    let away = RoadIndex.metres(place, part.a, part.b)
                    if away <= metres, away < best?.metres ?? .infinity { best = (away, Int(number)) }
                }
            }
        }
        return best?.part
    }

    /// To a straight part, over a plane that touches the ground at the place: right to millimetres within some hundred metres.
    private static func metres(_ p: Place, _ a: Place, _ b: Place) -> Double {
        let (ax, ay) = offset(p, a), (bx, by) = offset(p, b)
        let t = foot(p, a, b)
        let (x, y) = (ax + t * (bx - ax), ay + t * (by - ay))
        return (x * x + y * y).squareRoot()
    }

    /// Where on a straight part the place is nearest: 0 at its beginning, 1 at its end.
    private static func foot(_ p: Place, _ a: Place, _ b: Place) -> Double {
        let (ax, ay) = offset(p, a), (bx, by) = offset(p, b)
        let (dx, dy) = (bx - ax, by - ay)
        let square = dx * dx + dy * dy
        return square == 0 ? 0 : max(0, min(1, -(ax * dx + ay * dy) / square))
    }

    private static func offset(_ p: Place, _ q: Place) -> (Double, Double) {
        let metresADegree = 111_195.08
        // Eastwards a degree is shorter by the cosine of the latitude; its chord is what `metres(to:)` gives for a small step.
        let east = p.metres(to: Place(longitude: p.longitude + 0.001, latitude: p.latitude)) * 1000
        return ((q.longitude - p.longitude) * east, (q.latitude - p.latitude) * metresADegree)
    }
}
