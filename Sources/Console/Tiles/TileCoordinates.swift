// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One tile of the XYZ scheme in Web Mercator: zoom 0 to 22, x eastwards, y southwards.
package struct TileAddress: Hashable, Sendable {
    package let zoom: Int
    package let x: UInt32
    package let y: UInt32

    /// Nil outside the pyramid.
    package init?(zoom: Int, x: Int, y: Int) {
        guard (0...22).contains(zoom), x >= 0, y >= 0, x < 1 << zoom, y < 1 << zoom else { return nil }
        (self.zoom, self.x, self.y) = (zoom, UInt32(x), UInt32(y))
    }

    /// The tile's square of ground as 32-bit Mercator fractions (`Place.mercator`): where it starts, and how long its side is.
    package var originX: UInt64 { UInt64(x) << UInt64(32 - zoom) }
    package var originY: UInt64 { UInt64(y) << UInt64(32 - zoom) }
    package var side: UInt64 { 1 << UInt64(32 - zoom) }

    /// A place in the tile's own coordinates: 0 to `extent` inside, beyond in the buffer.
    package func local(x: UInt32, y: UInt32, extent: Int = 4096) -> (x: Int, y: Int) {
        let dx = Int64(x) - Int64(originX)
        let dy = Int64(y) - Int64(originY)
        return (Int((dx * Int64(extent)) >> Int64(32 - zoom)), Int((dy * Int64(extent)) >> Int64(32 - zoom)))
    }

    package func local(_ place: Place, extent: Int = 4096) -> (x: Int, y: Int) {
        let fraction = place.mercator
        return local(x: fraction.x, y: fraction.y, extent: extent)
    }

    package var box: Box {
        let end = UInt64(UInt32.max)
        let northWest = Place(mercatorX: UInt32(min(originX, end)), y: UInt32(min(originY, end)))
        let southEast = Place(mercatorX: UInt32(min(originX + side, end)), y: UInt32(min(originY + side, end)))
        return Box(west: northWest.longitude, south: southEast.latitude, east: southEast.longitude, north: northWest.latitude)
    }
}
