// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Inventory

/// The ground under the live map: boundaries of communes and streets, projected once and looked up by tile.
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
    }

    struct Land: Sendable {
        var code: String
        var name: String
        /// Rings of each polygon, the outer first.
        var polygons: [[Shape]]
    }

    struct Way: Sendable {
        var name: String
        var sort: String
        var shape: Shape
    }

    let lands: [Land]
    let ways: [Way]

    package init(areas: [Area], streets: [Street]) {
        lands = areas.map { Land(code: $0.code, name: $0.name, polygons: $0.polygons.map { $0.map(Shape.init) }) }
        ways = streets.map { Way(name: $0.name, sort: $0.class, shape: Shape($0.line)) }
    }

    /// The square of ground of a tile, in fractions, with a margin of a sixteenth on each side.
    struct Frame {
        var left, right, top, bottom: Int64
        private let shift: Int64
        private let x0, y0: Int64

        init(z: Int, x: Int, y: Int) {
            shift = Int64(32 - z)
            let side = Int64(1) << shift
            (x0, y0) = (Int64(x) << shift, Int64(y) << shift)
            let margin = max(1, side >> 4)
            (left, right, top, bottom) = (x0 - margin, x0 + side + margin, y0 - margin, y0 + side + margin)
        }

        func touches(_ shape: Shape) -> Bool {
            Int64(shape.right) >= left && Int64(shape.left) <= right && Int64(shape.bottom) >= top && Int64(shape.top) <= bottom
        }

        /// Tile units, 4 096 to a side.
        func unit(_ point: (x: Int64, y: Int64)) -> (x: Int32, y: Int32) {
            let scale = shift - 12
            func scaled(_ v: Int64) -> Int32 { Int32(truncatingIfNeeded: scale >= 0 ? v >> scale : v << -scale) }
            return (scaled(point.x - x0), scaled(point.y - y0))
        }
    }
}
