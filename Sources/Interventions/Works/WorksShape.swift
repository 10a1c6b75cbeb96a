// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Inventory

/// Where works are on the ground: points, lines, or the rims of areas.
package struct WorksShape: Sendable, Hashable {
    /// A line of one place is a point.
    package var lines: [[Place]]
    package var isArea: Bool

    /// So many places and no more, over all lines.
    package static let most = 500

    package init?(lines: [[Place]], isArea: Bool = false) {
        let count = lines.reduce(0) { $0 + $1.count }
        guard (1...WorksShape.most).contains(count), lines.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isValid) }) else { return nil }
        (self.lines, self.isArea) = (lines, isArea)
    }

    /// - Returns: nil where the text is no geometry of GeoJSON (RFC 7946 §3.1), or one that is too long.
    package init?(_ text: String) {
        guard !text.isEmpty, let json = try? JSON(text) else { return nil }
        self.init(json)
    }

    package init?(_ json: JSON) {
        guard let type = json["type"]?.textOrNil, let coordinates = json["coordinates"] else { return nil }
        func place(_ json: JSON) -> Place? {
            guard let pair = json.listOrNil, pair.count >= 2, let x = pair[0].numberOrNil, let y = pair[1].numberOrNil else { return nil }
            let place = Place(longitude: (x * 1e6).rounded() / 1e6, latitude: (y * 1e6).rounded() / 1e6)
            return place.isValid ? place : nil
        }
        func line(_ json: JSON) -> [Place]? {
            guard let list = json.listOrNil, list.count <= WorksShape.most else { return nil }
            let places = list.compactMap(place)
            return places.count == list.count ? places : nil
        }
        func all(_ json: JSON, _ part: (JSON) -> [Place]?) -> [[Place]]? {
            guard let list = json.listOrNil, list.count <= WorksShape.most else { return nil }
            let lines = list.compactMap(part)
            return lines.count == list.count ? lines : nil
        }
        let found: [[Place]]? =
            switch type {
            case "Point": place(coordinates).map { [[$0]] }
            case "MultiPoint": line(coordinates)?.map { [$0] }
            case "LineString": line(coordinates).map { [$0] }
            case "MultiLineString": all(coordinates, line)
            // Holes say nothing about where a street is taken.
            case "Polygon": coordinates.listOrNil?.first.flatMap(line).map { [$0] }
            case "MultiPolygon": all(coordinates) { $0.listOrNil?.first.flatMap(line) }
            default: nil
            }
        guard let found else { return nil }
        self.init(lines: found, isArea: type.hasSuffix("Polygon"))
    }

    package var json: JSON {
        func pair(_ place: Place) -> JSON { .list([.number(place.longitude), .number(place.latitude)]) }
        func list(_ line: [Place]) -> JSON { .list(line.map(pair)) }
        let isPoints = lines.allSatisfy { $0.count == 1 }
        let (type, coordinates): (String, JSON) =
            switch (isArea, isPoints, lines.count) {
            case (true, _, 1): ("Polygon", .list([list(lines[0])]))
            case (true, _, _): ("MultiPolygon", .list(lines.map { .list([list($0)]) }))
            case (_, true, 1): ("Point", pair(lines[0][0]))
            case (_, true, _): ("MultiPoint", .list(lines.map { pair($0[0]) }))
            case (_, _, 1): ("LineString", list(lines[0]))
            default: ("MultiLineString", .list(lines.map(list)))
            }
        return .object([("type", .text(type)), ("coordinates", coordinates)])
    }

    package var text: String { json.description }

    /// A place of it in the middle of its line.
    package var middle: Place { lines[lines.count / 2][lines[lines.count / 2].count / 2] }

    /// Metres between the nearest points of two; 0 where they cross or touch.
    package func metres(to other: WorksShape) -> Double {
        let origin = middle
        let scale = cos(origin.latitude * .pi / 180)
        func flat(_ place: Place) -> SIMD2<Double> {
            SIMD2((place.longitude - origin.longitude) * 111_320 * scale, (place.latitude - origin.latitude) * 110_574)
        }
        func segments(_ shape: WorksShape) -> [(SIMD2<Double>, SIMD2<Double>)] {
            shape.lines.flatMap { line -> [(SIMD2<Double>, SIMD2<Double>)] in
                let points = line.map(flat)
                return points.count == 1 ? [(points[0], points[0])] : Array(zip(points, points.dropFirst()))
            }
        }
        let (own, theirs) = (segments(self), segments(other))
        var best = Double.infinity
        for a in own {
            for b in theirs {
                best = min(best, WorksShape.distance(a, b))
                if best == 0 { return 0 }
            }
        }
        return best
    }

    private static func distance(_ a: (SIMD2<Double>, SIMD2<Double>), _ b: (SIMD2<Double>, SIMD2<Double>)) -> Double {
        func cross(_ u: SIMD2<Double>, _ v: SIMD2<Double>) -> Double { u.x * v.y - u.y * v.x }
        func side(_ p: SIMD2<Double>, _ s: (SIMD2<Double>, SIMD2<Double>)) -> Double { cross(s.1 - s.0, p - s.0) }
        if side(a.0, b) * side(a.1, b) < 0, side(b.0, a) * side(b.1, a) < 0 { return 0 }
        func reach(_ p: SIMD2<Double>, _ s: (SIMD2<Double>, SIMD2<Double>)) -> Double {
            let along = s.1 - s.0
            let length = (along * along).sum()
            let t = length == 0 ? 0 : max(0, min(1, ((p - s.0) * along).sum() / length))
            let gap = p - (s.0 + along * t)
            return (gap * gap).sum().squareRoot()
        }
        return min(reach(a.0, b), reach(a.1, b), reach(b.0, a), reach(b.1, a))
    }
}
