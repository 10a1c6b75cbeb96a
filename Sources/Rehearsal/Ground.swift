// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A point of the town plan: metres east and north of the origin.
struct Spot: Hashable {
    var x, y: Double
    static func + (a: Spot, b: Spot) -> Spot { Spot(x: a.x + b.x, y: a.y + b.y) }
    static func - (a: Spot, b: Spot) -> Spot { Spot(x: a.x - b.x, y: a.y - b.y) }
    static func * (a: Spot, k: Double) -> Spot { Spot(x: a.x * k, y: a.y * k) }
    func dot(_ b: Spot) -> Double { x * b.x + y * b.y }
    var length: Double { dot(self).squareRoot() }
    /// A quarter turn to the left.
    var left: Spot { Spot(x: -y, y: x) }
    var unit: Spot { length > 0 ? self * (1 / length) : Spot(x: 1, y: 0) }
}

/// The same point as it is written to files: millionths of a degree, so that what is tested is what is written.
package struct Mark: Hashable, Sendable {
    package var longitude, latitude: Int32

    init(_ spot: Spot) {
        longitude = Int32(((Ground.longitude + spot.x / Ground.metresPerDegreeEast) * 1e6).rounded())
        latitude = Int32(((Ground.latitude + spot.y / Ground.metresPerDegreeNorth) * 1e6).rounded())
    }

    package var place: Place { Place(longitude: Double(longitude) / 1e6, latitude: Double(latitude) / 1e6) }
}

/// The flat piece of ground on which the demo city is drawn: a plane that touches the globe at Dijon. Over 25 km it is
/// wrong by less than two metres in a kilometre, which no street notices.
enum Ground {
    static let longitude = 5.04
    static let latitude = 47.32
    static let metresPerDegreeEast = 75_590.0
    static let metresPerDegreeNorth = 111_180.0

    static func spot(longitude: Double, latitude: Double) -> Spot {
        Spot(
            x: (longitude - Ground.longitude) * metresPerDegreeEast,
            y: (latitude - Ground.latitude) * metresPerDegreeNorth)
    }
}

/// Polygons on the plane, each an open ring of corners, counter-clockwise.
enum Ring {
    static func area(_ ring: [Spot]) -> Double {
        var sum = 0.0
        for (i, a) in ring.enumerated() {
            let b = ring[(i + 1) % ring.count]
            sum += a.x * b.y - b.x * a.y
        }
        return sum / 2
    }

    /// The part of a convex ring where `normal · p ≤ limit` (Sutherland–Hodgman, one plane).
    static func clip(_ ring: [Spot], normal: Spot, limit: Double) -> [Spot] {
        var kept: [Spot] = []
        for (i, a) in ring.enumerated() {
            let b = ring[(i + 1) % ring.count]
            let (da, db) = (normal.dot(a) - limit, normal.dot(b) - limit)
            if da <= 0 { kept.append(a) }
            if (da < 0 && db > 0) || (da > 0 && db < 0) { kept.append(a + (b - a) * (da / (da - db))) }
        }
        return kept
    }

    /// Is the point in the convex ring, at least `inset` metres from its border?
    static func holds(_ ring: [Spot], _ p: Spot, inset: Double) -> Bool {
        guard ring.count > 2 else { return false }
        for (i, a) in ring.enumerated() {
            let edge = ring[(i + 1) % ring.count] - a
            let length = edge.length
            if length > 0, edge.left.dot(p - a) < inset * length { return false }
        }
        return true
    }

    /// Convex hull (Andrew's monotone chain).
    static func hull(of points: [Spot]) -> [Spot] {
        let sorted = points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        func half(_ points: [Spot]) -> [Spot] {
            var chain: [Spot] = []
            for p in points {
                while chain.count > 1, (chain[chain.count - 1] - chain[chain.count - 2]).left.dot(p - chain[chain.count - 1]) <= 0 {
                    chain.removeLast()
                }
                chain.append(p)
            }
            return Array(chain.dropLast())
        }
        return half(sorted) + half(sorted.reversed())
    }
}

/// A ring as written: any shape, corners in millionths of a degree.
package struct Outline: Sendable {
    package let marks: [Mark]
    private let low: Mark, high: Mark

    init(_ ring: [Spot]) {
        marks = ring.map(Mark.init)
        low = Mark(Spot(x: ring.map(\.x).min() ?? 0, y: ring.map(\.y).min() ?? 0))
        high = Mark(Spot(x: ring.map(\.x).max() ?? 0, y: ring.map(\.y).max() ?? 0))
    }

    /// Even–odd rule, in whole numbers: no rounding decides.
    package func contains(_ p: Mark) -> Bool {
        guard p.longitude >= low.longitude, p.longitude <= high.longitude, p.latitude >= low.latitude, p.latitude <= high.latitude else {
            return false
        }
        var inside = false
        var b = marks[marks.count - 1]
        for a in marks {
            if (a.latitude > p.latitude) != (b.latitude > p.latitude) {
                let side =
                    Int64(p.longitude - a.longitude) * Int64(b.latitude - a.latitude)
                    - Int64(b.longitude - a.longitude) * Int64(p.latitude - a.latitude)
                if (side < 0) == (b.latitude > a.latitude) { inside.toggle() }
            }
            b = a
        }
        return inside
    }
}
