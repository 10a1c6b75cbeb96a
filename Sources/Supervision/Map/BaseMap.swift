// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
package import Inventory

/// The ground under the live map: boundaries of communes and streets, projected once, cut into tiles when asked.
package struct BaseMap: Sendable {
    /// A line or ring in Web Mercator fractions (32 bits), with its bounds.
    struct Shape: Sendable {
        var points: [(x: UInt32, y: UInt32)]
        var left, right, top, bottom: UInt32

        init(_ places: [Place]) {
            points = places.map(\.mercator)
            left = points.map(\.x).min() ?? 0
            right = points.map(\.x).max() ?? 0
            top = points.map(\.y).min() ?? 0
            bottom = points.map(\.y).max() ?? 0
        }

        func touches(_ tile: TileAddress) -> Bool {
            let margin = tile.side / 16
            return UInt64(right) + margin >= tile.originX && UInt64(left) <= tile.originX + tile.side + margin
                && UInt64(bottom) + margin >= tile.originY && UInt64(top) <= tile.originY + tile.side + margin
        }

        /// Tile coordinates without neighbours that fall on the same spot.
        func local(_ tile: TileAddress) -> [(x: Int, y: Int)] {
            var out: [(x: Int, y: Int)] = []
            out.reserveCapacity(points.count)
            // At low zoom a point every four units is enough: the eye sees a sixteenth of a pixel less.
            for point in points {
                let place = tile.local(x: point.x, y: point.y)
                if let last = out.last, abs(last.x - place.x) + abs(last.y - place.y) < 4 { continue }
                out.append(place)
            }
            return out
        }
    }

    private struct Land: Sendable {
        var code: String
        var name: String
        /// Rings of each polygon, the outer first.
        var polygons: [[Shape]]
        /// Where its name stands: the centre of its largest polygon.
        var centre: (x: UInt32, y: UInt32)?
    }

    private struct Way: Sendable {
        var name: String
        var sort: String
        var shape: Shape
    }

    private let lands: [Land]
    private let ways: [Way]

    package init(areas: [Area], streets: [Street]) {
        lands = areas.map { area in
            let polygons = area.polygons.map { $0.map(Shape.init) }
            return Land(code: area.code, name: area.name, polygons: polygons, centre: BaseMap.centre(polygons.compactMap(\.first)))
        }
        ways = streets.map { Way(name: $0.name, sort: $0.class, shape: Shape($0.line)) }
    }

    /// The centre of gravity of the ring with the largest area (shoelace), or of its bounds where it has none.
    private static func centre(_ rings: [Shape]) -> (x: UInt32, y: UInt32)? {
        func weigh(_ ring: Shape) -> (area: Double, x: Double, y: Double) {
            var (area, x, y) = (0.0, 0.0, 0.0)
            for (a, b) in zip(ring.points, ring.points.dropFirst() + ring.points.prefix(1)) {
                // Against the corner of its bounds: products of whole coordinates lose too many digits.
                let (ax, ay) = (Double(a.x) - Double(ring.left), Double(a.y) - Double(ring.top))
                let (bx, by) = (Double(b.x) - Double(ring.left), Double(b.y) - Double(ring.top))
                let cross = ax * by - bx * ay
                area += cross / 2
                x += (ax + bx) * cross / 6
                y += (ay + by) * cross / 6
            }
            return (area, x, y)
        }
        guard let (ring, weight) = rings.map({ ($0, weigh($0)) }).max(by: { abs($0.1.area) < abs($1.1.area) }) else { return nil }
        guard weight.area != 0 else { return (ring.left / 2 + ring.right / 2, ring.top / 2 + ring.bottom / 2) }
        func inside(_ value: Double, _ low: UInt32, _ high: UInt32) -> UInt32 {
            UInt32(min(max(Double(low) + value, Double(low)), Double(high)))
        }
        return (inside(weight.x / weight.area, ring.left, ring.right), inside(weight.y / weight.area, ring.top, ring.bottom))
    }

    package func bytes(_ tile: TileAddress) -> [UInt8] {
        var vector = VectorTile()
        vector.layer("communes") { layer in
            for (index, land) in lands.enumerated() {
                for rings in land.polygons where rings.first?.touches(tile) == true {
                    layer.polygon(
                        id: UInt64(index), rings: rings.map { $0.local(tile) }, ["code": .text(land.code), "name": .text(land.name)])
                }
            }
        }
        // A name is one point in one tile: a polygon would be labelled once in every tile that it touches.
        vector.layer("names") { layer in
            for (index, land) in lands.enumerated() {
                guard let centre = land.centre, tile.holds(centre) else { continue }
                let place = tile.local(x: centre.x, y: centre.y)
                let (key, value) = layer.tag("name", .text(land.name))
                layer.point(id: UInt64(index), x: place.x, y: place.y, tags: [key, value])
            }
        }
        if tile.zoom >= 11 {
            vector.layer("streets") { layer in
                for (index, way) in ways.enumerated() where way.shape.touches(tile) {
                    let line = way.shape.local(tile)
                    if line.count > 1 { layer.line(id: UInt64(index), line, ["name": .text(way.name), "class": .text(way.sort)]) }
                }
            }
        }
        return vector.bytes
    }
}

extension TileAddress {
    fileprivate func holds(_ point: (x: UInt32, y: UInt32)) -> Bool {
        (originX..<originX + side).contains(UInt64(point.x)) && (originY..<originY + side).contains(UInt64(point.y))
    }
}
