// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// A position on the ground: WGS84 (EPSG:4326) degrees.
@frozen
package struct Place: Hashable, Sendable, Codable {
    package var longitude: Double
    package var latitude: Double

    @inlinable package init(longitude: Double, latitude: Double) {
        self.longitude = longitude
        self.latitude = latitude
    }

    /// Distance over the sphere of radius 6 371 008.8 m (haversine), in metres.
    package func metres(to other: Place) -> Double {
        let p = Double.pi / 180
        let dLat = (other.latitude - latitude) * p
        let dLon = (other.longitude - longitude) * p
        let a = pow(sin(dLat / 2), 2) + cos(latitude * p) * cos(other.latitude * p) * pow(sin(dLon / 2), 2)
        return 2 * 6_371_008.8 * asin(min(1, a.squareRoot()))
    }

    /// Web Mercator (EPSG:3857) over the unit square as 32-bit fractions: x grows eastwards, y southwards, as XYZ tiles count.
    /// The top `z` bits of each are the tile's x and y at zoom `z`.
    package var mercator: (x: UInt32, y: UInt32) {
        let limit = 4_294_967_295.0
        let x = (longitude + 180) / 360
        let s = sin(latitude * .pi / 180)
        let y = 0.5 - log((1 + s) / (1 - s)) / (4 * .pi)
        func fraction(_ v: Double) -> UInt32 { UInt32(max(0, min(limit, (v * 4_294_967_296).rounded(.down)))) }
        return (fraction(x), fraction(y))
    }

    /// The inverse of `mercator`.
    package init(mercatorX x: UInt32, y: UInt32) {
        let fx = (Double(x) + 0.5) / 4_294_967_296
        let fy = (Double(y) + 0.5) / 4_294_967_296
        self.init(longitude: fx * 360 - 180, latitude: atan(sinh(.pi * (1 - 2 * fy))) * 180 / .pi)
    }

    package var isValid: Bool {
        longitude.isFinite && latitude.isFinite && abs(longitude) <= 180 && abs(latitude) <= 85.051_128
    }
}

/// A rectangle of ground in WGS84 degrees.
package struct Box: Hashable, Sendable, Codable {
    package var west, south, east, north: Double

    package init(west: Double, south: Double, east: Double, north: Double) {
        (self.west, self.south, self.east, self.north) = (west, south, east, north)
    }

    package func contains(_ p: Place) -> Bool {
        p.longitude >= west && p.longitude <= east && p.latitude >= south && p.latitude <= north
    }
}
