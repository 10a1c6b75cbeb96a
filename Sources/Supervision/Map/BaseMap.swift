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
    }

    private struct Way: Sendable {
        var name: String
        var sort: String
        var shape: Shape
    }

    private let lands: [Land]
    private let ways: [Way]

    package init(areas: [Area], streets: [Street]) {
        lands = areas.map { Land(code: $0.code, name: $0.name, polygons: $0.polygons.map { $0.map(Shape.init) }) }
        ways = streets.map { Way(name: $0.name, sort: $0.class, shape: Shape($0.line)) }
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
